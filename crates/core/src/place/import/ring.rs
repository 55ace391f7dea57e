//! Rings of polygons, and whether a point lies in one, by the even-odd rule.
//!
//! A ring is kept as chunks of sixteen edges with a tree of boxes above them, so that a
//! question looks into few chunks however long the ring is. In words of 32 bits:
//!
//! ```text
//! edges        n is a sixteenth of them, rounded up
//! n + 1 y      where each chunk begins, and the end
//! n where      first word of the chunk from the ring's; highest bit: wide
//! boxes        of the tree: west, south, east, north; the first n are around chunks
//! chunks       corners from the box's south-west: x, y in 16 bits; in 32 if wide
//! ```

use std::ops::Range;

use super::coordinates::{AROUND, Bounds, Corner, Meeting, POLE, QueryPoint, Words, word};
use super::tree::{FAN, TreeLevels, with_levels_above};

/// The flag of a chunk whose corners take 32 bits.
const WIDE: u32 = 1 << 31;

/// Makes closed rings on the map of one that may lie across the antimeridian or
/// around a pole. What lies beyond ±180° is there a second time, moved around the
/// globe. None is left of a ring without an area.
pub(super) fn on_the_map(corners: &[Corner]) -> Vec<Vec<Corner>> {
    let mut ring: Vec<Corner> = Vec::with_capacity(corners.len() + 3);
    let mut turned = 0;
    for (i, (x, y)) in corners.iter().copied().enumerate() {
        if let Some(before) = i.checked_sub(1).and_then(|i| corners.get(i)) {
            turned += turn(*before, (x, y));
        }
        let corner = (x + turned, y);
        if corner.0.abs() > 2 * AROUND {
            // It winds around the globe more than once: no outline of anything, and its
            // longitudes would grow without bound.
            return Vec::new();
        }
        if ring.last() != Some(&corner) {
            ring.push(corner);
        }
    }
    let (Some(first), Some(last)) = (ring.first().copied(), ring.last().copied()) else {
        return Vec::new();
    };
    // From the last corner back to the first.
    if let (Some(a), Some(b)) = (corners.last(), corners.first()) {
        turned += turn(*a, *b);
    }
    if turned != 0 {
        // It goes around a pole: the way back is along that pole.
        let south = ring.iter().map(|(_, y)| i64::from(*y)).sum::<i64>() < 0;
        let pole = if south { -POLE } else { POLE };
        let end = first.0 + turned;
        ring.extend([(end, first.1), (end, pole), (first.0, pole)]);
    } else if first == last {
        ring.pop();
    }
    ring.push(first);
    if ring.len() < 4 {
        return Vec::new();
    }
    let bounds = Bounds::around(&ring);
    if bounds.west == bounds.east || bounds.south == bounds.north {
        return Vec::new();
    }
    let meridian = AROUND / 2;
    let shown = |by: &i32| bounds.west + by < meridian && bounds.east + by > -meridian;
    let copies = [AROUND, -AROUND, 2 * AROUND, -2 * AROUND].into_iter();
    let moved = |by: i32| -> Vec<Corner> { ring.iter().map(|(x, y)| (x + by, *y)).collect() };
    let mut rings: Vec<Vec<Corner>> = copies.filter(shown).map(moved).collect();
    if shown(&0) {
        rings.push(ring);
    }
    rings
}

/// What to add to the longitude of `b` and all after it so that the edge from `a`
/// goes the short way. An edge along a pole goes as it is written.
fn turn(a: Corner, b: Corner) -> i32 {
    let along_pole = a.1.abs() == POLE && b.1.abs() == POLE;
    let step = b.0 - a.0;
    match step {
        _ if along_pole => 0,
        180_000_001.. => -AROUND,
        ..=-180_000_001 => AROUND,
        _ => 0,
    }
}

/// The area within a ring in square steps. It only orders polygons that hold one point, so
/// that holes may count, too.
#[expect(clippy::cast_precision_loss, reason = "only to compare areas")]
pub(super) fn area(ring: &[Corner]) -> f64 {
    let twice: i128 = ring
        .windows(2)
        .map(|edge| {
            let ((ax, ay), (bx, by)) = (edge[0], edge[1]);
            i128::from(ax) * i128::from(by) - i128::from(bx) * i128::from(ay)
        })
        .sum();
    twice.unsigned_abs() as f64 / 2.0
}

/// Adds the words of a closed ring.
pub(super) fn encode(ring: &[Corner], words: &mut Vec<u32>) {
    let edges = ring.len().saturating_sub(1);
    let count = edges.div_ceil(FAN);
    let chunks = || (0..count).map(|i| &ring[i * FAN..=(i * FAN + FAN).min(edges)]);
    let start = words.len();
    let number = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
    words.push(number(edges));
    words.extend(chunks().map(|chunk| chunk[0].1.cast_unsigned()));
    words.push(ring.last().map_or(0, |corner| corner.1.cast_unsigned()));
    let boxes = with_levels_above(chunks().map(Bounds::around).collect());
    let mut at = first_box(count) + 4 * boxes.len();
    for (chunk, bounds) in chunks().zip(&boxes) {
        let wide = is_wide(*bounds);
        words.push(number(at) | if wide { WIDE } else { 0 });
        at += chunk.len() * if wide { 2 } else { 1 };
    }
    words.extend(boxes.iter().flat_map(|bounds| bounds.words()));
    for (chunk, bounds) in chunks().zip(&boxes) {
        for (x, y) in chunk {
            let x = x.wrapping_sub(bounds.west).cast_unsigned();
            let y = y.wrapping_sub(bounds.south).cast_unsigned();
            if is_wide(*bounds) {
                words.extend([x, y]);
            } else {
                words.push(x | y << 16);
            }
        }
    }
    debug_assert_eq!(words.len() - start, at);
}

/// Where the boxes of a ring with so many chunks begin.
fn first_box(chunks: usize) -> usize {
    1 + (chunks + 1) + chunks
}

fn is_wide(bounds: Bounds) -> bool {
    let most = i32::from(u16::MAX);
    bounds.east - bounds.west > most || bounds.north - bounds.south > most
}

/// A ring where it lies in the file. Damage makes wrong answers, never a panic.
pub(super) struct StoredRing<'a> {
    words: Words<'a>,
    chunks: usize,
    levels: TreeLevels,
}

impl<'a> StoredRing<'a> {
    /// The ring that begins there.
    pub(super) fn at(words: Words<'a>) -> Self {
        let edges = (word(words, 0) as usize).min(2 * words.len());
        Self {
            words,
            chunks: edges.div_ceil(FAN),
            levels: TreeLevels::above(edges),
        }
    }

    /// Whether a ray from the point to the east crosses an odd number of edges.
    pub(super) fn contains(&self, point: QueryPoint) -> bool {
        let (top, boxes) = self.levels.top();
        self.crosses(point, top, boxes)
    }

    /// Whether a ray to the east crosses the edges in these boxes an odd number of times.
    fn crosses(&self, point: QueryPoint, level: usize, boxes: Range<usize>) -> bool {
        let mut odd = false;
        for nth in boxes {
            let at = first_box(self.chunks) + self.levels.index(level, nth) * 4;
            let bounds = Bounds::at(self.words, at);
            match bounds.meets(point) {
                Meeting::Never => {}
                // The ray goes all through the box, so its edges cross it an odd number of
                // times exactly when their chain ends on the other side of it.
                Meeting::AllThrough => {
                    let span = FAN.pow(u32::try_from(level).unwrap_or(0));
                    let north = |chunk: usize| {
                        let y = word(self.words, 1 + chunk.min(self.chunks)).cast_signed();
                        i64::from(y) * 2 > point.y
                    };
                    odd ^= north(nth * span) != north((nth + 1) * span);
                }
                Meeting::FromWithin => {
                    odd ^= match level.checked_sub(1) {
                        None => self.crosses_edges(point, nth, bounds),
                        Some(below) => self.crosses(point, below, self.levels.under(level, nth)),
                    };
                }
            }
        }
        odd
    }

    fn crosses_edges(&self, point: QueryPoint, chunk: usize, bounds: Bounds) -> bool {
        let place = word(self.words, 1 + self.chunks + 1 + chunk);
        let at = (place & !WIDE) as usize;
        let wide = place & WIDE != 0;
        let corner = |i: usize| {
            let (x, y) = if wide {
                let at = at + 2 * i;
                (word(self.words, at), word(self.words, at + 1))
            } else {
                let both = word(self.words, at + i);
                (both & 0xffff, both >> 16)
            };
            let from = |origin: i32, by: u32| i64::from(origin.wrapping_add_unsigned(by)) * 2;
            (from(bounds.west, x), from(bounds.south, y))
        };
        let mut odd = false;
        let mut a = corner(0);
        for i in 1..=self.levels.under(0, chunk).len() {
            let b = corner(i);
            if (a.1 > point.y) != (b.1 > point.y) {
                // From south to north, so that both sides of a border agree.
                let (low, high) = if a.1 < b.1 { (a, b) } else { (b, a) };
                let left = (high.0 - low.0) * (point.y - low.1);
                let right = (high.1 - low.1) * (point.x - low.0);
                odd ^= left > right;
            }
            a = b;
        }
        odd
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::place::import::coordinates::PER_DEGREE;

    /// Even-odd counting over all edges in floating point, at half steps.
    fn by_scan(ring: &[Corner], point: QueryPoint) -> bool {
        let doubled = |(x, y): Corner| (i128::from(x) * 2, i128::from(y) * 2);
        let (px, py) = (i128::from(point.x), i128::from(point.y));
        let crossed = ring.windows(2).filter(|edge| {
            let (mut a, mut b) = (doubled(edge[0]), doubled(edge[1]));
            if a.1 > b.1 {
                std::mem::swap(&mut a, &mut b);
            }
            a.1 < py && py < b.1 && (px - a.0) * (b.1 - a.1) < (b.0 - a.0) * (py - a.1)
        });
        crossed.count() % 2 == 1
    }

    fn encoded(ring: &[Corner]) -> Vec<[u8; 4]> {
        let mut words = Vec::new();
        encode(ring, &mut words);
        words.into_iter().map(u32::to_le_bytes).collect()
    }

    fn degrees(corners: &[(f64, f64)]) -> Vec<Corner> {
        #[expect(clippy::cast_possible_truncation, reason = "small numbers")]
        let steps = |degrees: f64| (degrees * PER_DEGREE).round() as i32;
        (corners.iter())
            .map(|(x, y)| (steps(*x), steps(*y)))
            .collect()
    }

    fn is_in(corners: &[(f64, f64)], lat: f64, lon: f64) -> bool {
        let rings = on_the_map(&degrees(corners));
        let inside = rings.iter().filter(|ring| {
            let words = encoded(ring);
            StoredRing::at(&words).contains(QueryPoint::new(lon, lat))
        });
        inside.count() % 2 == 1
    }

    #[test]
    fn a_ring_across_the_antimeridian_is_on_both_sides_of_it() {
        for fiji in [
            [
                (177.0, -20.0),
                (-178.0, -20.0),
                (-178.0, -15.0),
                (177.0, -15.0),
            ],
            [
                (177.0, -20.0),
                (182.0, -20.0),
                (182.0, -15.0),
                (177.0, -15.0),
            ],
        ] {
            assert!(is_in(&fiji, -17.0, 179.0));
            assert!(is_in(&fiji, -17.0, -179.0));
            assert!(is_in(&fiji, -17.0, -180.0));
            assert!(!is_in(&fiji, -17.0, -177.0));
            assert!(!is_in(&fiji, -17.0, 0.0));
        }
    }

    #[test]
    fn a_ring_around_a_pole_holds_the_pole() {
        let along_coast: Vec<(f64, f64)> = (-180..180).map(|lon| (f64::from(lon), -70.0)).collect();
        let mut as_a_box = along_coast.clone();
        as_a_box.extend([(180.0, -70.0), (180.0, -90.0), (-180.0, -90.0)]);
        for antarctica in [along_coast, as_a_box] {
            for lon in [-180.0, -179.5, 0.0, 179.5] {
                assert!(is_in(&antarctica, -80.0, lon), "{lon}");
                assert!(is_in(&antarctica, -90.0, lon), "{lon}");
                assert!(!is_in(&antarctica, -60.0, lon), "{lon}");
            }
        }
    }

    #[test]
    fn what_has_no_area_is_no_ring() {
        for corners in [
            &[][..],
            &[(1.0, 1.0)],
            &[(1.0, 1.0), (2.0, 2.0), (1.0, 1.0)],
            &[(1.0, 1.0), (1.0, 2.0), (1.0, 3.0)],
            &[(1.0, 1.0); 9],
        ] {
            assert!(on_the_map(&degrees(corners)).is_empty(), "{corners:?}");
        }
        let spiral: Vec<_> = (0..3000).map(|i| (f64::from(i % 36) * 10.0, 1.0)).collect();
        assert!(on_the_map(&degrees(&spiral)).is_empty());
    }

    #[test]
    fn a_point_on_a_shared_border_is_in_one_of_two() {
        let west = [(0.0, 0.0), (1.0, 0.0), (2.0, 2.0), (0.0, 2.0)];
        let east = [(1.0, 0.0), (3.0, 0.0), (3.0, 2.0), (2.0, 2.0)];
        for i in 1..200 {
            let lat = f64::from(i) / 100.0;
            let lon = 1.0 + lat / 2.0;
            assert!(
                is_in(&west, lat, lon) != is_in(&east, lat, lon),
                "{lat},{lon}"
            );
        }
    }

    fn corner(most: i32) -> impl Strategy<Value = Corner> {
        (-most..most, -most..most)
    }

    proptest! {
        /// Chunks and boxes answer as all edges do, in any tangle of lines.
        #[test]
        fn a_ring_answers_as_its_edges_do(
            mut ring in prop_oneof![
                proptest::collection::vec(corner(40), 3..700),
                proptest::collection::vec(corner(90_000_000), 3..700),
            ],
            points in proptest::collection::vec(corner(41), 20),
            far in proptest::collection::vec(corner(90_000_000), 20),
        ) {
            ring.push(ring[0]);
            let words = encoded(&ring);
            let beside = ring.iter().take(20).copied();
            for (x, y) in points.into_iter().chain(far).chain(beside) {
                let point = QueryPoint { x: i64::from(x) * 2 + 1, y: i64::from(y) * 2 + 1 };
                prop_assert_eq!(StoredRing::at(&words).contains(point), by_scan(&ring, point));
            }
        }

        #[test]
        fn no_bytes_panic(words in proptest::collection::vec(any::<[u8; 4]>(), 0..200), small in 0..3000u32) {
            let point = QueryPoint { x: 1, y: 1 };
            let _ = StoredRing::at(&words).contains(point);
            let mut words = words;
            if let Some(first) = words.first_mut() {
                *first = small.to_le_bytes();
            }
            let _ = StoredRing::at(&words).contains(point);
        }
    }
}
