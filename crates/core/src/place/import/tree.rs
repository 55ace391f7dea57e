//! A packed R-tree: boxes without pointers. Items stand in the order of the Hilbert curve,
//! which keeps neighbours together; there is a box around sixteen items, a box around sixteen
//! boxes, and so on. Where each box is follows from the number of items alone.

use std::ops::Range;

use super::coordinates::{AROUND, Bounds, Corner, PER_DEGREE, Words};

/// Items or boxes under a box.
pub(super) const FAN: usize = 16;
/// More levels than the items that 32 bits can count need.
const MOST_LEVELS: usize = 9;

/// The position of a corner along the Hilbert curve of order 16 over the globe, which has 2^16
/// by 2^16 cells.
pub(super) fn along_curve((x, y): Corner) -> u32 {
    let cell = |steps: i32, all: i32| {
        let steps = i64::from(steps) + i64::from(all) / 2;
        u32::try_from((steps * 65_535 / i64::from(all)).clamp(0, 65_535)).unwrap_or(0)
    };
    let (mut x, mut y) = (cell(x, AROUND), cell(y, AROUND / 2));
    let mut along = 0;
    let mut side = 1 << 15;
    while side > 0 {
        let (right, upper) = (u32::from(x & side != 0), u32::from(y & side != 0));
        along += side * side * ((3 * right) ^ upper);
        if upper == 0 {
            if right == 1 {
                (x, y) = (65_535 - x, 65_535 - y);
            }
            (x, y) = (y, x);
        }
        side /= 2;
    }
    along
}

/// Adds the levels above boxes of sixteen items each: a tree's boxes, the lowest level first.
pub(super) fn with_levels_above(mut boxes: Vec<Bounds>) -> Vec<Bounds> {
    let mut level = 0..boxes.len();
    while level.len() > FAN {
        let above = |boxes: &[Bounds]| Bounds::joined(boxes.iter().copied());
        let above: Vec<Bounds> = boxes[level.clone()].chunks(FAN).map(above).collect();
        level = level.end..level.end + above.len();
        boxes.extend(above);
    }
    boxes
}

/// Where the boxes above so many items are.
#[derive(Clone, Copy)]
pub(super) struct TreeLevels {
    items: usize,
    /// How many boxes each level has and which is its first, the lowest level first.
    /// No `Vec`: one of these is made for each ring that is asked.
    boxes: [(usize, usize); MOST_LEVELS],
    top: usize,
}

impl TreeLevels {
    pub(super) fn above(items: usize) -> Self {
        let mut boxes = [(0, 0); MOST_LEVELS];
        let (mut size, mut first, mut top) = (items.div_ceil(FAN), 0, 0);
        boxes[0] = (size, first);
        while size > FAN && top + 1 < MOST_LEVELS {
            first += size;
            size = size.div_ceil(FAN);
            top += 1;
            boxes[top] = (size, first);
        }
        Self { items, boxes, top }
    }

    /// How many boxes there are.
    pub(super) fn count(&self) -> usize {
        let (size, first) = self.boxes[self.top];
        first + size
    }

    /// The highest level and its boxes.
    pub(super) fn top(&self) -> (usize, Range<usize>) {
        (self.top, 0..self.boxes[self.top].0)
    }

    /// Which of all boxes is the `nth` of a level.
    pub(super) fn index(&self, level: usize, nth: usize) -> usize {
        self.boxes[level].1 + nth
    }

    /// The items under the `nth` box of the lowest level, or the boxes under one of another.
    pub(super) fn under(&self, level: usize, nth: usize) -> Range<usize> {
        let most = match level.checked_sub(1) {
            None => self.items,
            Some(below) => self.boxes[below].0,
        };
        nth * FAN..(nth * FAN + FAN).min(most)
    }
}

/// A tree where it lies in the file.
#[derive(Clone, Copy)]
pub(super) struct PackedRTree<'a> {
    pub(super) levels: &'a TreeLevels,
    pub(super) boxes: Words<'a>,
}

impl PackedRTree<'_> {
    fn bounds(&self, level: usize, nth: usize) -> Bounds {
        Bounds::at(self.boxes, self.levels.index(level, nth) * 4)
    }

    /// Hands out items, sixteen at a time, among which are all whose box fits.
    pub(super) fn visit(
        &self,
        fits: &impl Fn(Bounds) -> bool,
        found: &mut impl FnMut(Range<usize>),
    ) {
        let (top, all) = self.levels.top();
        self.descend(top, all, fits, found);
    }

    fn descend(
        &self,
        level: usize,
        among: Range<usize>,
        fits: &impl Fn(Bounds) -> bool,
        found: &mut impl FnMut(Range<usize>),
    ) {
        for nth in among.filter(|nth| fits(self.bounds(level, *nth))) {
            let under = self.levels.under(level, nth);
            match level.checked_sub(1) {
                None => found(under),
                Some(below) => self.descend(below, under, fits, found),
            }
        }
    }

    /// The nearest item of a range to a place in degrees, of those that have a position, and
    /// the square of its distance. Distances are in steps along a meridian.
    pub(super) fn nearest(
        &self,
        position: impl Fn(usize) -> Option<Corner>,
        among: &Range<usize>,
        (lon, lat): (f64, f64),
        reach: f64,
    ) -> Option<(usize, f64)> {
        let mut best = None;
        let mut limit = reach * reach;
        // A degree of longitude is shorter than one of latitude.
        let squeeze = lat.to_radians().cos();
        let mut boxes = Vec::with_capacity(4 * FAN);
        // What lies across the antimeridian is near, too.
        for around in [0, AROUND, -AROUND] {
            let x = lon * PER_DEGREE + f64::from(around);
            let distance2 = |bounds: Bounds| {
                let beyond = |at: f64, from: i32, to: i32| {
                    (f64::from(from) - at).max(at - f64::from(to)).max(0.0)
                };
                let dx = beyond(x, bounds.west, bounds.east) * squeeze;
                let dy = beyond(lat * PER_DEGREE, bounds.south, bounds.north);
                dx * dx + dy * dy
            };
            // Start at a root above the top level, which the file has no box for.
            boxes.push((0.0, self.levels.top().0 + 1, 0));
            while let Some((nearest, level, nth)) = boxes.pop() {
                let under = self.levels.under(level, nth);
                // What is in the range; so many items lie under each of them.
                let span = FAN.pow(u32::try_from(level).unwrap_or(0));
                let under =
                    under.start.max(among.start / span)..under.end.min(among.end.div_ceil(span));
                match level.checked_sub(1) {
                    _ if nearest >= limit => {}
                    None => {
                        for i in under {
                            let Some((x, y)) = position(i) else {
                                continue;
                            };
                            let distance2 = distance2(Bounds::new([x, y, x, y]));
                            if distance2 < limit {
                                (limit, best) = (distance2, Some(i));
                            }
                        }
                    }
                    Some(below) => {
                        let first = boxes.len();
                        for nth in under {
                            let nearest = distance2(self.bounds(below, nth));
                            if nearest < limit {
                                boxes.push((nearest, below, nth));
                            }
                        }
                        // The nearest box last, so that it is popped first: what is found there
                        // prunes most others.
                        boxes[first..].sort_unstable_by(|a, b| b.0.total_cmp(&a.0));
                    }
                }
            }
        }
        Some((best?, limit))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::place::import::coordinates::QueryPoint;

    fn built(boxes: &[Bounds]) -> (TreeLevels, Vec<[u8; 4]>) {
        let around = |boxes: &[Bounds]| Bounds::joined(boxes.iter().copied());
        let lowest = boxes.chunks(FAN).map(around).collect();
        let words = with_levels_above(lowest)
            .into_iter()
            .flat_map(Bounds::words);
        (
            TreeLevels::above(boxes.len()),
            words.map(u32::to_le_bytes).collect(),
        )
    }

    #[test]
    fn neighbours_along_the_curve_are_neighbours_on_the_map() {
        let near = along_curve((120_161_000, 30_293_000));
        let nearer = along_curve((120_162_000, 30_294_000));
        let far = along_curve((-120_000_000, 30_000_000));
        assert!(near.abs_diff(nearer) < 100 && near.abs_diff(far) > 1_000_000);
        assert_ne!(
            along_curve((i32::MIN, i32::MIN)),
            along_curve((i32::MAX, i32::MAX))
        );
    }

    proptest! {
        #[test]
        fn a_tree_finds_what_a_scan_does(
            mut corners in proptest::collection::vec((-180_000_000..180_000_000i32, -90_000_000..90_000_000i32), 0..1500),
            at in (-180.0..180.0f64, -90.0..90.0f64),
            from in 0..1500usize,
            len in 0..1500usize,
        ) {
            corners.sort_by_key(|corner| along_curve(*corner));
            let boxes: Vec<Bounds> = corners.iter().map(|(x, y)| Bounds {
                west: x - 3_000_000, south: y - 3_000_000, east: x + 3_000_000, north: y + 3_000_000,
            }).collect();
            let (levels, words) = built(&boxes);
            prop_assert_eq!(levels.count() * 4, words.len());
            let tree = PackedRTree { levels: &levels, boxes: &words };
            let point = QueryPoint::new(at.0, at.1);
            let mut found = Vec::new();
            tree.visit(&|bounds| bounds.contains(point), &mut |items: Range<usize>| {
                found.extend(items.filter(|i| boxes[*i].contains(point)));
            });
            let scan: Vec<usize> = (0..boxes.len()).filter(|i| boxes[*i].contains(point)).collect();
            prop_assert_eq!(found, scan);

            let boxes: Vec<Bounds> = corners.iter().map(|(x, y)| Bounds { west: *x, south: *y, east: *x, north: *y }).collect();
            let (levels, words) = built(&boxes);
            let tree = PackedRTree { levels: &levels, boxes: &words };
            let among = from.min(corners.len())..(from + len).min(corners.len());
            let place = |i: usize| Some(corners[i]).filter(|_| !i.is_multiple_of(3));
            let found = tree.nearest(place, &among, at, f64::INFINITY);
            let distance2 = |i: &usize| {
                let (x, y) = corners[*i];
                let dx = (f64::from(x) - at.0 * 1e6).abs();
                let dx = dx.min(360e6 - dx) * at.1.to_radians().cos();
                dx * dx + (f64::from(y) - at.1 * 1e6).powi(2)
            };
            let best = among.filter(|i| !i.is_multiple_of(3)).map(|i| distance2(&i)).min_by(f64::total_cmp);
            prop_assert_eq!(found.is_some(), best.is_some());
            if let (Some((i, _)), Some(best)) = (found, best) {
                prop_assert!((distance2(&i) - best).abs() <= best * 1e-9);
            }
        }
    }
}
