//! One layer of boundaries, cut into cells of a quarter degree.
//!
//! A cell lies in one unit or in none, or boundaries cross it. Such a cell holds
//! the units at its centre and the pieces of boundary in it, each with the unit
//! on its left and on its right. A look-up starts with the units at the centre
//! and walks to the point, first along the parallel, then along the meridian,
//! counting per unit the boundaries that it crosses. Counting per unit makes the
//! gaps and overlaps of polygons that do not match harmless.
//!
//! All of it is integers: a cell is 65,535 steps wide and high (some 0.4 m), and
//! in the doubled steps used here corners of boundaries have even coordinates,
//! while points and cell centres have odd ones. No walk therefore passes through
//! a corner, and a point on a border falls to one side of it, always the same.

/// No unit: the sea, or nothing known.
pub(crate) const NONE: u16 = u16::MAX;
/// Steps across a cell.
pub(crate) const STEPS: i64 = 65_535;
/// Cells round the equator.
pub(crate) const COLUMNS: i64 = 1440;
/// Cells from pole to pole.
pub(crate) const ROWS: i64 = 720;
/// Cells in a degree.
const PER_DEGREE: f64 = 4.0;
/// The length of a doubled step along a meridian, in metres.
const DOUBLED_STEP: f64 = EARTH_RADIUS * std::f64::consts::PI / 180.0 / 4.0 / 131_070.0;
/// The mean radius of the Earth in metres (IUGG).
pub(crate) const EARTH_RADIUS: f64 = 6_371_008.8;

/// A point as a cell and the doubled steps from its lower left corner, both odd.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Spot {
    pub(crate) row: i64,
    pub(crate) column: i64,
    pub(crate) x: i64,
    pub(crate) y: i64,
}

impl Spot {
    /// The spot of a latitude and a longitude in degrees, which are in range.
    #[expect(clippy::cast_possible_truncation, reason = "clamped to the grid")]
    pub(crate) fn new(lat: f64, lon: f64) -> Self {
        let split = |degrees: f64, cells: i64| {
            let at = degrees * PER_DEGREE;
            let cell = (at.floor() as i64).clamp(0, cells - 1);
            #[expect(clippy::cast_precision_loss, reason = "a few hundred cells")]
            let step = ((at - cell as f64) * 65_535.0).floor() as i64;
            (cell, step.clamp(0, STEPS - 1) * 2 + 1)
        };
        let (row, y) = split(lat + 90.0, ROWS);
        let (column, x) = split(lon + 180.0, COLUMNS);
        Self { row, column, x, y }
    }
}

#[allow(dead_code, reason = "the builder's")]
impl Spot {
    /// The latitude and the longitude in degrees.
    #[expect(clippy::cast_precision_loss, reason = "small numbers")]
    pub(crate) fn degrees(self) -> (f64, f64) {
        let join =
            |cell: i64, doubled: i64| (cell as f64 + doubled as f64 / 131_070.0) / PER_DEGREE;
        (
            join(self.row, self.y) - 90.0,
            join(self.column, self.x) - 180.0,
        )
    }
}

/// How often each unit surrounds the point, so far along the walk.
struct Tally {
    units: [(u16, i16); 64],
    len: usize,
}

impl Tally {
    fn of(units: impl Iterator<Item = u16>) -> Self {
        let mut tally = Self {
            units: [(NONE, 0); 64],
            len: 0,
        };
        units.for_each(|unit| tally.add(unit, 1));
        tally
    }

    fn add(&mut self, unit: u16, by: i16) {
        if unit == NONE {
            return;
        }
        let known = self.units.get_mut(..self.len).unwrap_or_default();
        if let Some(entry) = known.iter_mut().find(|(u, _)| *u == unit) {
            entry.1 = entry.1.saturating_add(by);
        } else if let Some(free) = known.iter_mut().find(|(_, count)| *count == 0) {
            *free = (unit, by);
        } else if let Some(entry) = self.units.get_mut(self.len) {
            *entry = (unit, by);
            self.len += 1;
        }
    }
}

/// A layer inside the geodata, not copied.
#[derive(Clone, Copy)]
pub(crate) struct Layer<'a> {
    /// Blocks of sixteen cells of a row: where their runs of equal cells begin, and
    /// a bit for each cell with which one begins, `u32` each.
    pub(crate) blocks: &'a [u8],
    /// What is in a run of cells, `u32` each: 0 nothing, below 2^16 a unit plus one,
    /// else 2^16 plus where the words of a mixed cell begin.
    pub(crate) runs: &'a [u8],
    /// Mixed cells in words of 16 bits: the number of units at the centre and
    /// those units; the number of pieces of boundary; the least x of every piece, then
    /// the greatest, the least y and the greatest (a byte each, in 256 steps, up to a
    /// multiple of eight pieces); of each piece the unit on its left and on its right,
    /// and how many corners it and those before it have; then x and y of each corner
    /// in steps.
    pub(crate) words: &'a [u8],
}

/// Cells in a block.
pub(crate) const BLOCK: i64 = 16;

enum Cell<'a> {
    Solid(u16),
    Mixed(&'a [u8]),
}

pub(crate) fn u32_at(bytes: &[u8], index: usize) -> u32 {
    let word = index.checked_mul(4).and_then(|at| bytes.get(at..at + 4));
    word.and_then(|w| w.try_into().ok())
        .map_or(0, u32::from_le_bytes)
}

fn words(bytes: &[u8]) -> impl DoubleEndedIterator<Item = u16> {
    bytes
        .as_chunks::<2>()
        .0
        .iter()
        .map(|pair| u16::from_le_bytes(*pair))
}

/// Pieces of boundary whose boxes are looked at together.
const LANES: usize = 8;

/// The boxes around eight pieces of boundary, in 256 steps: so many are compared at once.
struct Boxes<'a> {
    left: &'a [u8; LANES],
    right: &'a [u8; LANES],
    low: &'a [u8; LANES],
    high: &'a [u8; LANES],
}

impl Boxes<'_> {
    /// A bit for each box of which that is true, the first one lowest.
    fn which(&self, is_so: impl Fn([u8; 4]) -> bool) -> u64 {
        let mut found = [0u8; LANES];
        for (i, found) in found.iter_mut().enumerate() {
            *found = u8::from(is_so([
                self.left[i],
                self.right[i],
                self.low[i],
                self.high[i],
            ]));
        }
        u64::from_le_bytes(found)
    }
}

/// A cell that boundaries cross.
struct Mixed<'a> {
    /// The units at its centre, two bytes each.
    centre: &'a [u8],
    /// The least and greatest x, the least and greatest y of the pieces.
    planes: [&'a [[u8; LANES]]; 4],
    heads: &'a [[u8; HEAD]],
    corners: &'a [[u8; 4]],
}

/// A piece of boundary within a cell: the unit on either side and the corners,
/// four bytes each.
struct Piece<'a> {
    left: u16,
    right: u16,
    corners: &'a [[u8; 4]],
}

impl Piece<'_> {
    /// The edges in doubled steps.
    fn edges(&self) -> impl Iterator<Item = [(i64, i64); 2]> {
        let mut corners = self.corners.iter().copied().map(doubled);
        let mut last = corners.next().unwrap_or_default();
        corners.map(move |next| [std::mem::replace(&mut last, next), next])
    }
}

impl<'a> Mixed<'a> {
    fn new(bytes: &'a [u8]) -> Self {
        let count = usize::from(words(bytes).next().unwrap_or(0));
        let (centre, rest) = bytes.split_at_checked(2 + count * 2).unwrap_or_default();
        let (pieces, rest) = rest.split_first_chunk::<2>().unwrap_or((&[0, 0], &[]));
        let pieces = usize::from(u16::from_le_bytes(*pieces));
        let each = pieces.next_multiple_of(LANES);
        let (bounds, rest) = rest.split_at_checked(each * 4).unwrap_or_default();
        let plane = |i: usize| {
            let plane = bounds.get(i * each..(i + 1) * each).unwrap_or_default();
            plane.as_chunks::<LANES>().0
        };
        let (heads, corners) = rest.split_at_checked(pieces * HEAD).unwrap_or_default();
        Self {
            centre: centre.get(2..).unwrap_or_default(),
            planes: [plane(0), plane(1), plane(2), plane(3)],
            heads: heads.as_chunks::<HEAD>().0,
            corners: corners.as_chunks::<4>().0,
        }
    }

    fn at_centre(&self) -> impl DoubleEndedIterator<Item = u16> {
        words(self.centre)
    }

    fn piece(&self, index: usize) -> Piece<'a> {
        let word = |head: &[u8; HEAD], i: usize| u16::from_le_bytes([head[i], head[i + 1]]);
        let end = |head| usize::from(word(head, 4));
        let before = index.checked_sub(1).and_then(|i| self.heads.get(i));
        let head = self.heads.get(index).unwrap_or(&[0; HEAD]);
        Piece {
            left: word(head, 0),
            right: word(head, 2),
            corners: (self.corners)
                .get(before.map_or(0, end)..end(head))
                .unwrap_or_default(),
        }
    }

    #[cfg(test)]
    fn pieces(&self) -> impl Iterator<Item = Piece<'a>> {
        (0..self.heads.len()).map(|i| self.piece(i))
    }

    fn boxes(&self) -> impl Iterator<Item = Boxes<'a>> {
        let [left, right, low, high] = self.planes;
        let along = left.iter().zip(right);
        along
            .zip(low.iter().zip(high))
            .map(|((left, right), (low, high))| Boxes {
                left,
                right,
                low,
                high,
            })
    }

    /// Hands out the pieces in boxes of which that is true.
    fn those(&self, is_so: impl Fn([u8; 4]) -> bool, mut found: impl FnMut(Piece<'a>)) {
        for (group, boxes) in self.boxes().enumerate() {
            let mut lanes = boxes.which(&is_so);
            while lanes != 0 {
                let lane = lanes.trailing_zeros() as usize / 8;
                lanes &= lanes - 1;
                found(self.piece(group * LANES + lane));
            }
        }
    }
}

/// The walk from a cell's centre to a spot, in 256 steps.
#[derive(Clone, Copy)]
struct Walk {
    x: u8,
    /// From the centre to the spot, or the other way: the least and greatest.
    along: [u8; 2],
    up: [u8; 2],
}

/// The centre lies between two of them: here and one further.
const CENTRE: u8 = 127;

impl Walk {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "from 0 to 255"
    )]
    fn new(spot: Spot) -> Self {
        let byte = |doubled: i64| (doubled >> 9) as u8;
        let (x, y) = (byte(spot.x), byte(spot.y));
        let range = |to: u8| [to.min(CENTRE), to.max(CENTRE + 1)];
        Self {
            x,
            along: range(x),
            up: range(y),
        }
    }

    /// Whether boundaries within these bounds may cross the walk.
    #[expect(
        clippy::needless_bitwise_bool,
        reason = "without branches, many are compared at once"
    )]
    fn may_cross(self, [left, right, low, high]: [u8; 4]) -> bool {
        let along =
            (low <= CENTRE) & (high > CENTRE) & (left <= self.along[1]) & (right >= self.along[0]);
        let up = (left <= self.x) & (right >= self.x) & (low <= self.up[1]) & (high >= self.up[0]);
        along | up
    }
}

/// A corner in doubled steps.
fn doubled(corner: [u8; 4]) -> (i64, i64) {
    let both = u32::from_le_bytes(corner);
    (i64::from(both & 0xffff) * 2, i64::from(both >> 16) * 2)
}

/// Bytes that say what a piece is.
const HEAD: usize = 6;

/// Whether `p` lies left of the line from `a` to `b`; on the line counts as right.
fn is_left(a: (i64, i64), b: (i64, i64), p: (i64, i64)) -> bool {
    (b.0 - a.0) * (p.1 - a.1) - (b.1 - a.1) * (p.0 - a.0) > 0
}

/// How much shorter a degree of longitude is at the spot than at the equator.
#[expect(clippy::cast_precision_loss, reason = "a few hundred rows")]
fn shrink(spot: Spot) -> f64 {
    let lat = (spot.row as f64 + spot.y as f64 / 131_070.0) / PER_DEGREE - 90.0;
    lat.to_radians().cos().max(1e-3)
}

impl<'a> Layer<'a> {
    fn cell(&self, row: i64, column: i64) -> Cell<'a> {
        let Ok(block) = usize::try_from((row * COLUMNS + column) / BLOCK) else {
            return Cell::Solid(NONE);
        };
        let (first, bits) = (
            u32_at(self.blocks, block * 2),
            u32_at(self.blocks, block * 2 + 1),
        );
        let up_to_here = bits & ((2 << (column % BLOCK)) - 1);
        let run = (first + up_to_here.count_ones()).wrapping_sub(1);
        let value = u32_at(self.runs, run as usize);
        match value.checked_sub(1 << 16) {
            None => Cell::Solid(
                u16::try_from(value)
                    .ok()
                    .and_then(|v| v.checked_sub(1))
                    .unwrap_or(NONE),
            ),
            Some(word) => Cell::Mixed(self.words.get(word as usize * 2..).unwrap_or_default()),
        }
    }

    /// Begins to fetch the cell of a spot from memory, for a look-up that follows.
    pub(crate) fn fetch(&self, spot: Spot) {
        if let Cell::Mixed(bytes) = self.cell(spot.row, spot.column) {
            // Its first lines of cache: the units at its centre and the boxes.
            for at in [0, 64, 128] {
                std::hint::black_box(bytes.get(at).copied());
            }
        }
    }

    /// Whether a boundary may be as near to the spot as that, in metres, which is less
    /// than a cell is high; only the boxes around boundaries are looked at.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        clippy::needless_bitwise_bool,
        reason = "from 0 to 255; without branches, many are compared at once"
    )]
    pub(crate) fn may_be_near(&self, spot: Spot, metres: f64) -> bool {
        // Boxes are told in 256 steps across the cell.
        let up = (metres / DOUBLED_STEP / 512.0).ceil();
        let across = (up / shrink(spot)).min(255.0) as i64;
        let (x, y, up) = (spot.x >> 9, spot.y >> 9, up as i64);
        let own = match self.cell(spot.row, spot.column) {
            Cell::Solid(unit) => Some(unit),
            Cell::Mixed(_) => None,
        };
        let beside = [0, -1, 1];
        beside.into_iter().any(|down| {
            let range = |at: i64, by: i64| {
                let (low, high) = ((at - by).max(0), (at + by).min(255));
                (low <= high).then_some((low as u8, high as u8))
            };
            let row = spot.row + down;
            let Some((south, north)) =
                range(y - down * 256, up).filter(|_| (0..ROWS).contains(&row))
            else {
                return false;
            };
            beside.into_iter().any(|along| {
                let Some((west, east)) = range(x - along * 256, across) else {
                    return false;
                };
                let is_near = |[left, right, low, high]: [u8; 4]| {
                    (left <= east) & (right >= west) & (low <= north) & (high >= south)
                };
                match self.cell(row, (spot.column + along).rem_euclid(COLUMNS)) {
                    Cell::Mixed(bytes) => {
                        (Mixed::new(bytes).boxes()).any(|boxes| boxes.which(is_near) != 0)
                    }
                    // The boundary is the line between the cells.
                    Cell::Solid(unit) => own.is_some_and(|own| own != unit),
                }
            })
        })
    }

    /// The unit that contains the spot among those that `wanted` accepts. Where
    /// several do, the last in order: so Macau and Gibraltar come before the
    /// countries whose outlines include them.
    pub(crate) fn unit_at(&self, spot: Spot, wanted: impl Fn(u16) -> bool) -> Option<u16> {
        let mixed = match self.cell(spot.row, spot.column) {
            Cell::Solid(unit) => return Some(unit).filter(|u| *u != NONE && wanted(*u)),
            Cell::Mixed(bytes) => Mixed::new(bytes),
        };
        let walk = Walk::new(spot);
        let mut tally = None;
        // The walk: from the centre along the parallel, then along the meridian.
        let (from, corner, to) = ((STEPS, STEPS), (spot.x, STEPS), (spot.x, spot.y));
        // On which side of the two lines of the walk a corner lies.
        let side = |(x, y): (i64, i64)| (x < corner.0, y < from.1);
        let may_cross = |bounds| walk.may_cross(bounds);
        mixed.those(may_cross, |piece| {
            let tally = tally.get_or_insert_with(|| Tally::of(mixed.at_centre()));
            let mut corners = piece.corners.iter().copied().map(doubled);
            let Some(mut a) = corners.next() else {
                return;
            };
            let mut at = side(a);
            for b in corners {
                let (last, before) = (std::mem::replace(&mut a, b), at);
                at = side(b);
                if at == before {
                    continue;
                }
                let turn = is_left(last, b, corner);
                let mut cross = |was: bool, is: bool| {
                    let (leave, enter) = match (was, is) {
                        (true, false) => (piece.left, piece.right),
                        (false, true) => (piece.right, piece.left),
                        _ => return,
                    };
                    tally.add(leave, -1);
                    tally.add(enter, 1);
                };
                if at.1 != before.1 {
                    cross(is_left(last, b, from), turn);
                }
                if at.0 != before.0 {
                    cross(turn, is_left(last, b, to));
                }
            }
        });
        let Some(tally) = tally else {
            return mixed.at_centre().rev().find(|unit| wanted(*unit));
        };
        let inside = tally.units.get(..tally.len).unwrap_or_default();
        inside
            .iter()
            .filter(|(unit, count)| *count > 0 && wanted(*unit))
            .map(|(unit, _)| *unit)
            .max()
    }

    /// The unit whose boundary is nearest to the spot, and how many metres away,
    /// among those that `wanted` accepts and up to `reach` metres.
    #[expect(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        reason = "small numbers"
    )]
    pub(crate) fn nearest(
        &self,
        spot: Spot,
        reach: f64,
        wanted: impl Fn(u16) -> bool,
    ) -> Option<(u16, f64)> {
        let (wide, up) = (DOUBLED_STEP * shrink(spot), DOUBLED_STEP);
        let rows = (reach / up / CELL).ceil() as i64;
        let columns = ((reach / wide / CELL).ceil() as i64).min(COLUMNS / 2 - 1);
        let mut best: Option<u16> = None;
        let mut limit2 = reach * reach;
        // How far the spot is from what lies between these two, in doubled steps.
        let gap = |low: i64, high: i64| low.max(-high).max(0) as f64;
        for by in outwards(rows) {
            let row = spot.row + by;
            let south = by * 131_070 - spot.y;
            let away2 = (gap(south, south + 131_070) * up).powi(2);
            if !(0..ROWS).contains(&row) || away2 >= limit2 {
                continue;
            }
            for step in outwards(columns) {
                let cells_between = (step.abs() - 1).max(0) as f64;
                if away2 + (cells_between * CELL * wide).powi(2) >= limit2 {
                    break;
                }
                let west = step * 131_070 - spot.x;
                let column = (spot.column + step).rem_euclid(COLUMNS);
                let Cell::Mixed(bytes) = self.cell(row, column) else {
                    continue;
                };
                let limit = limit2;
                let in_reach = move |[left, right, low, high]: [u8; 4]| {
                    let range = |from: i64, least: u8, most: u8| {
                        gap(
                            from + i64::from(least) * 512,
                            from + i64::from(most) * 512 + 511,
                        )
                    };
                    let (across, along) = (range(west, left, right), range(south, low, high));
                    (across * wide).powi(2) + (along * up).powi(2) < limit
                };
                Mixed::new(bytes).those(in_reach, |piece| {
                    let sides = [piece.left, piece.right];
                    let Some(unit) = sides.into_iter().find(|u| *u != NONE && wanted(*u)) else {
                        return;
                    };
                    for [a, b] in piece.edges() {
                        let flat =
                            |p: (i64, i64)| ((p.0 + west) as f64 * wide, (p.1 + south) as f64 * up);
                        let distance2 = from_origin(flat(a), flat(b));
                        if distance2 < limit2 {
                            (limit2, best) = (distance2, Some(unit));
                        }
                    }
                });
            }
        }
        Some((best?, limit2.sqrt()))
    }
}

/// The width of a cell in doubled steps.
const CELL: f64 = 131_070.0;

/// 0, -1, 1, -2, 2 … up to `most` on both sides.
fn outwards(most: i64) -> impl Iterator<Item = i64> {
    std::iter::once(0).chain((1..=most).flat_map(|by| [-by, by]))
}

/// The square of the distance of the origin from the edge between `a` and `b`.
fn from_origin(a: (f64, f64), b: (f64, f64)) -> f64 {
    let (dx, dy) = (b.0 - a.0, b.1 - a.1);
    let length = dx * dx + dy * dy;
    let along = if length > 0.0 {
        (-(a.0 * dx + a.1 * dy) / length).clamp(0.0, 1.0)
    } else {
        0.0
    };
    (a.0 + along * dx).powi(2) + (a.1 + along * dy).powi(2)
}

#[cfg(test)]
impl Layer<'_> {
    /// The units around a spot by another way: from the antimeridian eastwards
    /// through the whole row, without the units at the cells' centres.
    pub(crate) fn by_scan(&self, spot: Spot) -> Vec<u16> {
        let mut counts = std::collections::BTreeMap::<u16, i32>::new();
        for column in 0..=spot.column {
            let Cell::Mixed(bytes) = self.cell(spot.row, column) else {
                continue;
            };
            for piece in Mixed::new(bytes).pieces() {
                for [a, b] in piece.edges() {
                    let north = b.1 > a.1;
                    let straddles = (a.1 < spot.y) != (b.1 < spot.y);
                    let east = is_left(a, b, (spot.x, spot.y)) == north;
                    if straddles && (column < spot.column || !east) {
                        let by = if north { 1 } else { -1 };
                        *counts.entry(piece.left).or_default() -= by;
                        *counts.entry(piece.right).or_default() += by;
                    }
                }
            }
        }
        let inside = counts
            .into_iter()
            .filter(|(unit, n)| *n > 0 && *unit != NONE);
        inside.map(|(unit, _)| unit).collect()
    }

    /// A corner of some boundary in the row, in steps from the row's west end.
    pub(crate) fn some_corner(&self, row: i64) -> Option<Spot> {
        (0..COLUMNS).find_map(|column| {
            let Cell::Mixed(bytes) = self.cell(row, column) else {
                return None;
            };
            let piece = Mixed::new(bytes).pieces().next()?;
            let (x, y) = doubled(*piece.corners.first()?);
            // Points lie between steps; this is the one right beside the corner.
            let beside = |steps: i64| (steps + 1).min(2 * STEPS - 1);
            Some(Spot {
                row,
                column,
                x: beside(x),
                y: beside(y),
            })
        })
    }
}
