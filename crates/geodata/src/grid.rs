//! Layers of boundaries, cut into cells of a quarter degree.
//!
//! A cell lies in one unit or in none, or boundaries cross it. Such a cell is divided again,
//! the finer the more edges there are, into parts of which the same is true. A part that
//! boundaries cross holds the units at its centre and the edges that touch it, each with the
//! unit on its left and on its right. A look-up starts with the units at the centre and walks
//! to the point, first along the parallel, then along the meridian, counting per unit the
//! boundaries that it crosses: point in polygon by winding number, for all units at once.
//! Counting per unit makes the gaps and overlaps of polygons that do not match harmless.
//!
//! All of it is integers: a cell is 65,535 steps wide and high (some 0.4 m), and
//! in the doubled steps used here corners of boundaries have even coordinates,
//! while points and centres have odd ones. No walk therefore passes through
//! a corner, and a point on a border falls to one side of it, always the same.

/// No unit: the sea, or nothing known.
pub const NONE: u16 = u16::MAX;
/// Steps across a cell.
pub const STEPS: i64 = 65_535;
/// Cells round the equator.
pub const COLUMNS: i64 = 1440;
/// Cells from pole to pole.
pub const ROWS: i64 = 720;
/// Cells in a degree.
const PER_DEGREE: f64 = 4.0;
/// The length of a doubled step along a meridian, in metres.
const DOUBLED_STEP: f64 = EARTH_RADIUS * std::f64::consts::PI / 180.0 / 4.0 / 131_070.0;
/// The mean radius of the Earth in metres (IUGG).
pub const EARTH_RADIUS: f64 = 6_371_008.8;

/// A point as a cell and the doubled steps from its lower left corner, both odd.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Spot {
    pub row: i64,
    pub column: i64,
    pub x: i64,
    pub y: i64,
}

impl Spot {
    /// The spot of a latitude and a longitude in degrees, which are in range.
    #[expect(clippy::cast_possible_truncation, reason = "clamped to the grid")]
    pub fn new(lat: f64, lon: f64) -> Self {
        let split = |degrees: f64, cells: i64| {
            let at = degrees * PER_DEGREE;
            let cell = (at as i64).clamp(0, cells - 1);
            #[expect(clippy::cast_precision_loss, reason = "a few hundred cells")]
            let step = ((at - cell as f64) * 65_535.0) as i64;
            (cell, step.clamp(0, STEPS - 1) * 2 + 1)
        };
        let (row, y) = split(lat + 90.0, ROWS);
        let (column, x) = split(lon + 180.0, COLUMNS);
        Self { row, column, x, y }
    }
}

impl Spot {
    /// The latitude and the longitude in degrees.
    #[expect(clippy::cast_precision_loss, reason = "small numbers")]
    pub fn degrees(self) -> (f64, f64) {
        let join =
            |cell: i64, doubled: i64| (cell as f64 + doubled as f64 / 131_070.0) / PER_DEGREE;
        (
            join(self.row, self.y) - 90.0,
            join(self.column, self.x) - 180.0,
        )
    }
}

/// The winding number of each unit around the point that the walk has reached. An array, since
/// a look-up allocates nothing; units beyond its 64 are left out.
pub struct WindingNumbers {
    units: [(u16, i16); 64],
    len: usize,
}

impl WindingNumbers {
    pub fn of(units: impl IntoIterator<Item = u16>) -> Self {
        let mut tally = Self {
            units: [(NONE, 0); 64],
            len: 0,
        };
        units.into_iter().for_each(|unit| tally.add(unit, 1));
        tally
    }

    pub fn add(&mut self, unit: u16, by: i16) {
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

    /// The units that contain the point: those of a positive winding number.
    pub fn units(&self) -> impl Iterator<Item = u16> {
        let known = self.units.get(..self.len).unwrap_or_default();
        (known.iter().filter(|(_, count)| *count > 0)).map(|(unit, _)| *unit)
    }
}

/// Layers over the same cells, not copied.
#[derive(Clone, Copy)]
pub struct Grid<'a> {
    layers: usize,
    /// Blocks of sixteen cells of a row: where their runs of equal cells begin, and
    /// a bit for each cell with which one begins, `u32` each.
    blocks: &'a [u8],
    /// What is in a run of cells, `u32` for each layer: 0 nothing, below 2^16 a unit plus
    /// one, else a divided cell, see [`Begin`].
    runs: &'a [u8],
    /// Divided cells in words of 16 bits: what is in each of its parts, for each layer
    /// that is not the same all over the cell, `u32` each as in a run, but counted from
    /// where the cell begins for that layer; then the parts that boundaries cross, those
    /// of all layers together. Of such a part: the number of
    /// units at its centre and the number of pieces of boundary; those units; of each
    /// piece the unit on its left and on its right, and how many corners it and those
    /// before it have; then x and y of each corner in steps.
    words: &'a [u8],
}

/// Bytes before the blocks.
pub const GRID_HEAD: usize = 12;

impl<'a> Grid<'a> {
    /// The layers in `bytes`: their number, how many bytes the blocks and the runs have,
    /// `u32` each; then blocks, runs and words. `None` when they are too short.
    pub fn open(bytes: &'a [u8]) -> Option<Self> {
        let (head, rest) = bytes.split_at_checked(GRID_HEAD)?;
        let (blocks, rest) = rest.split_at_checked(u32_at(head, 1) as usize)?;
        let (runs, words) = rest.split_at_checked(u32_at(head, 2) as usize)?;
        let layers = u32_at(head, 0) as usize;
        Some(Self {
            layers,
            blocks,
            runs,
            words,
        })
    }

    /// One of the layers, empty where there is none of that number.
    pub fn layer(self, nth: usize) -> Layer<'a> {
        if nth < self.layers {
            return Layer { grid: self, nth };
        }
        let none = Self {
            layers: 0,
            blocks: &[],
            runs: &[],
            words: &[],
        };
        Layer { grid: none, nth: 0 }
    }

    /// What the layers have in the cell of a spot.
    pub fn at(self, spot: Spot) -> Here<'a> {
        Here {
            spot,
            run: self.cell(spot.row, spot.column),
            words: self.words,
        }
    }

    /// The run that a cell is in: what each layer has there, `u32` each.
    fn cell(&self, row: i64, column: i64) -> &'a [u8] {
        let from = self.run(row, column).checked_mul(self.layers * 4);
        let run = from.and_then(|from| self.runs.get(from..from + self.layers * 4));
        run.unwrap_or_default()
    }

    /// The number of the run that a cell is in.
    fn run(&self, row: i64, column: i64) -> usize {
        let Ok(cell) = usize::try_from(row * COLUMNS + column) else {
            return usize::MAX;
        };
        let block = cell / BLOCK;
        let (first, bits) = (
            u32_at(self.blocks, block * 2),
            u32_at(self.blocks, block * 2 + 1),
        );
        let up_to_here = bits & ((2 << (cell % BLOCK)) - 1);
        (first + up_to_here.count_ones()).wrapping_sub(1) as usize
    }
}

/// A spot, and what the layers have in its cell.
pub struct Here<'a> {
    pub spot: Spot,
    run: &'a [u8],
    words: &'a [u8],
}

impl<'a> Here<'a> {
    /// What a layer has in the part of the cell that the spot is in, and the part's centre.
    fn content(&self, layer: usize) -> (CellContent<'a>, (i64, i64)) {
        match CellContent::new(u32_at(self.run, layer), self.words) {
            CellContent::Words(bytes, begin) => {
                let cell = Divided { begin, bytes };
                let (index, centre) = cell.part_of(self.spot);
                (cell.content(index), centre)
            }
            solid @ CellContent::Solid(_) => (solid, (0, 0)),
        }
    }
}

/// One layer of a grid.
#[derive(Clone, Copy)]
pub struct Layer<'a> {
    grid: Grid<'a>,
    nth: usize,
}

/// Cells in a block.
pub const BLOCK: usize = 16;
/// A cell is about two to the power of this many doubled steps wide.
pub const WIDTH_BITS: u32 = 17;

/// Where the words of a divided cell or of a part of one begin: a value from 2^29 on.
#[derive(Clone, Copy)]
pub struct Begin {
    /// How often the cell is halved along each side, at most six times.
    pub halvings: u32,
    /// How many layers the cell is divided in, one to four.
    pub layers: u32,
    /// The number of the word, below 2^27.
    pub word: u32,
}

impl Begin {
    const LAYERS: u32 = 1 << 27;
    const HALVINGS: u32 = 1 << 29;

    fn of(value: u32) -> Option<Self> {
        Some(Self {
            halvings: (value / Self::HALVINGS).checked_sub(1)?,
            layers: value % Self::HALVINGS / Self::LAYERS + 1,
            word: value % Self::LAYERS,
        })
    }

    pub fn value(self) -> u32 {
        (self.halvings + 1) * Self::HALVINGS + (self.layers - 1) * Self::LAYERS + self.word
    }
}

/// What is in a cell or in a part of one.
enum CellContent<'a> {
    Solid(u16),
    /// What the words from here on say.
    Words(&'a [u8], Begin),
}

impl<'a> CellContent<'a> {
    fn new(value: u32, words: &'a [u8]) -> Self {
        let Some(begin) = Begin::of(value) else {
            // Zero is no unit.
            return u16::try_from(value)
                .map_or(Self::Solid(NONE), |v| Self::Solid(v.wrapping_sub(1)));
        };
        let from = begin.word as usize * 2;
        Self::Words(words.get(from..).unwrap_or_default(), begin)
    }
}

pub fn u32_at(bytes: &[u8], index: usize) -> u32 {
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

/// A cell that is divided.
#[derive(Clone, Copy)]
struct Divided<'a> {
    begin: Begin,
    bytes: &'a [u8],
}

impl<'a> Divided<'a> {
    /// What is in a part, counted from the lower left one eastwards.
    fn content(&self, index: usize) -> CellContent<'a> {
        let nth = index * self.begin.layers as usize;
        CellContent::new(u32_at(self.bytes, nth), self.bytes)
    }

    /// The number of the part that a spot is in, and its centre.
    #[expect(
        clippy::cast_sign_loss,
        clippy::cast_possible_truncation,
        reason = "spots are in the cell"
    )]
    fn part_of(&self, spot: Spot) -> (usize, (i64, i64)) {
        let bits = WIDTH_BITS - self.begin.halvings;
        let (column, row) = (spot.x >> bits, spot.y >> bits);
        let index = (row << self.begin.halvings) + column;
        (index as usize, (centre(column, bits), centre(row, bits)))
    }

    /// The parts that boundaries cross, each with its west and its south end in
    /// doubled steps.
    fn parts(self) -> impl Iterator<Item = ((i64, i64), CellPart<'a>)> {
        let (bits, sides) = (WIDTH_BITS - self.begin.halvings, 1 << self.begin.halvings);
        let places = (0..sides).flat_map(move |row| (0..sides).map(move |column| (column, row)));
        (places.enumerate()).filter_map(move |(i, (column, row))| match self.content(i) {
            CellContent::Solid(_) => None,
            CellContent::Words(bytes, _) => {
                Some(((column << bits, row << bits), CellPart::new(bytes)))
            }
        })
    }

    /// How wide and how high its parts are in doubled steps.
    fn width(&self) -> i64 {
        1 << (WIDTH_BITS - self.begin.halvings)
    }
}

/// The middle of a part in a row of parts, in doubled steps, an odd number of them.
pub fn centre(nth: i64, bits: u32) -> i64 {
    (nth << bits) + (1 << (bits - 1)) + 1
}

/// A part of a cell that boundaries cross.
struct CellPart<'a> {
    /// The units at its centre, two bytes each.
    centre: &'a [u8],
    heads: &'a [[u8; HEAD]],
    corners: &'a [[u8; 4]],
}

/// A piece of boundary within a part: the unit on either side and the corners,
/// four bytes each.
struct PartBoundary<'a> {
    left: u16,
    right: u16,
    corners: &'a [[u8; 4]],
}

impl PartBoundary<'_> {
    /// The edges in doubled steps.
    fn edges(&self) -> impl Iterator<Item = [(i64, i64); 2]> {
        let mut corners = self.corners.iter().copied().map(doubled);
        let mut last = corners.next().unwrap_or_default();
        corners.map(move |next| [std::mem::replace(&mut last, next), next])
    }
}

impl<'a> CellPart<'a> {
    fn new(bytes: &'a [u8]) -> Self {
        let mut counts = words(bytes).map(usize::from);
        let mut count = || counts.next().unwrap_or(0);
        let (units, pieces) = (count(), count());
        let rest = bytes.get(4..).unwrap_or_default();
        let (centre, rest) = rest.split_at_checked(units * 2).unwrap_or_default();
        let (heads, corners) = rest.split_at_checked(pieces * HEAD).unwrap_or_default();
        Self {
            centre,
            heads: heads.as_chunks::<HEAD>().0,
            corners: corners.as_chunks::<4>().0,
        }
    }

    fn at_centre(&self) -> impl DoubleEndedIterator<Item = u16> {
        words(self.centre)
    }

    fn pieces(&self) -> impl Iterator<Item = PartBoundary<'a>> + use<'a> {
        let corners = self.corners;
        let mut from = 0;
        self.heads.iter().map(move |head| {
            let word = |i: usize| u16::from_le_bytes([head[i], head[i + 1]]);
            let end = usize::from(word(4));
            let begin = std::mem::replace(&mut from, end);
            PartBoundary {
                left: word(0),
                right: word(2),
                corners: corners.get(begin..end).unwrap_or_default(),
            }
        })
    }
}

/// A corner in doubled steps.
fn doubled(corner: [u8; 4]) -> (i64, i64) {
    let both = u32::from_le_bytes(corner);
    (i64::from(both & 0xffff) * 2, i64::from(both >> 16) * 2)
}

/// Bytes that say what a piece is.
const HEAD: usize = 6;

/// The way on which crossings are counted: from a centre along the parallel, then along the
/// meridian to a spot.
#[derive(Clone, Copy)]
pub struct CrossingWalk {
    from: (i64, i64),
    to: (i64, i64),
}

impl CrossingWalk {
    /// From and to odd doubled steps.
    pub fn new(from: (i64, i64), to: (i64, i64)) -> Self {
        Self { from, to }
    }

    /// Tells whenever the walk crosses a line of corners in even doubled steps:
    /// whether from its left to its right.
    pub fn cross(
        self,
        corners: impl IntoIterator<Item = (i64, i64)>,
        mut crossed: impl FnMut(bool),
    ) {
        let (from, to) = (self.from, self.to);
        let turn = (to.0, from.1);
        // On which side of the two lines of the walk a corner lies.
        let side = |(x, y): (i64, i64)| (x < turn.0, y < turn.1);
        let mut corners = corners.into_iter();
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
            let turn_is_left = is_left(last, b, turn);
            let mut cross = |was: bool, is: bool| {
                if was != is {
                    crossed(was);
                }
            };
            if at.1 != before.1 {
                cross(is_left(last, b, from), turn_is_left);
            }
            if at.0 != before.0 {
                cross(turn_is_left, is_left(last, b, to));
            }
        }
    }
}

/// Whether `p` lies left of the line from `a` to `b`; on the line counts as right.
pub fn is_left(a: (i64, i64), b: (i64, i64), p: (i64, i64)) -> bool {
    (b.0 - a.0) * (p.1 - a.1) - (b.1 - a.1) * (p.0 - a.0) > 0
}

/// How much shorter a degree of longitude is at the spot than at the equator.
#[expect(clippy::cast_precision_loss, reason = "a few hundred rows")]
fn shrink(spot: Spot) -> f64 {
    let lat = (spot.row as f64 + spot.y as f64 / 131_070.0) / PER_DEGREE - 90.0;
    lat.to_radians().cos().max(1e-3)
}

impl<'a> Layer<'a> {
    fn cell(&self, row: i64, column: i64) -> CellContent<'a> {
        let value = u32_at(self.grid.cell(row, column), self.nth);
        CellContent::new(value, self.grid.words)
    }

    /// A unit that is at the spot or close to it.
    pub fn likely(&self, here: &Here) -> Option<u16> {
        match here.content(self.nth).0 {
            CellContent::Solid(unit) => Some(unit).filter(|u| *u != NONE),
            CellContent::Words(bytes, _) => CellPart::new(bytes).at_centre().next_back(),
        }
    }

    /// What all layers of the grid have in the cell of a spot.
    pub fn at(&self, spot: Spot) -> Here<'a> {
        self.grid.at(spot)
    }

    /// As [`Layer::unit_of`], of a spot.
    pub fn unit_at(&self, spot: Spot, wanted: impl Fn(u16) -> bool) -> Option<u16> {
        self.unit_of(&self.grid.at(spot), wanted)
    }

    /// The unit that contains the spot among those that `wanted` accepts. Where
    /// several do, the last in order: so Macau and Gibraltar come before the
    /// countries whose outlines include them.
    pub fn unit_of(&self, here: &Here, wanted: impl Fn(u16) -> bool) -> Option<u16> {
        let spot = here.spot;
        let (part, centre) = match here.content(self.nth) {
            (CellContent::Solid(unit), _) => {
                return Some(unit).filter(|u| *u != NONE && wanted(*u));
            }
            (CellContent::Words(bytes, _), centre) => (CellPart::new(bytes), centre),
        };
        let walk = CrossingWalk::new(centre, (spot.x, spot.y));
        let mut tally = None;
        for piece in part.pieces() {
            walk.cross(piece.corners.iter().copied().map(doubled), |rightwards| {
                let tally = tally.get_or_insert_with(|| WindingNumbers::of(part.at_centre()));
                let (leave, enter) = if rightwards {
                    (piece.left, piece.right)
                } else {
                    (piece.right, piece.left)
                };
                tally.add(leave, -1);
                tally.add(enter, 1);
            });
        }
        let Some(tally) = tally else {
            return part.at_centre().rev().find(|unit| wanted(*unit));
        };
        tally.units().filter(|unit| wanted(*unit)).max()
    }

    /// The unit whose boundary is nearest to the spot, and how many metres away,
    /// among those that `wanted` accepts and up to `reach` metres.
    #[expect(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        reason = "small numbers"
    )]
    pub fn nearest(
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
                let CellContent::Words(bytes, begin) = self.cell(row, column) else {
                    continue;
                };
                let cell = Divided { begin, bytes };
                for (corner, part) in cell.parts() {
                    let (left, low) = (west + corner.0, south + corner.1);
                    let across = gap(left, left + cell.width()) * wide;
                    let along = gap(low, low + cell.width()) * up;
                    if across.powi(2) + along.powi(2) >= limit2 {
                        continue;
                    }
                    for piece in part.pieces() {
                        let sides = [piece.left, piece.right];
                        let Some(unit) = sides.into_iter().find(|u| *u != NONE && wanted(*u))
                        else {
                            continue;
                        };
                        for [a, b] in piece.edges() {
                            let flat = |p: (i64, i64)| {
                                ((p.0 + west) as f64 * wide, (p.1 + south) as f64 * up)
                            };
                            let distance2 = from_origin(flat(a), flat(b));
                            if distance2 < limit2 {
                                (limit2, best) = (distance2, Some(unit));
                            }
                        }
                    }
                }
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
    pub fn by_scan(&self, spot: Spot) -> Vec<u16> {
        let mut counts = std::collections::BTreeMap::<u16, i32>::new();
        for column in 0..=spot.column {
            let CellContent::Words(bytes, begin) = self.cell(spot.row, column) else {
                continue;
            };
            // An edge is in every part that it touches, as often as it is there at all.
            let mut edges = std::collections::BTreeMap::new();
            for (_, part) in (Divided { begin, bytes }).parts() {
                let mut own = std::collections::BTreeMap::new();
                for piece in part.pieces() {
                    for edge in piece.edges() {
                        *own.entry((edge, piece.left, piece.right)).or_insert(0) += 1;
                    }
                }
                for (edge, times) in own {
                    let most = edges.entry(edge).or_insert(0);
                    *most = times.max(*most);
                }
            }
            for (([a, b], left, right), times) in edges {
                let north = b.1 > a.1;
                let straddles = (a.1 < spot.y) != (b.1 < spot.y);
                let east = is_left(a, b, (spot.x, spot.y)) == north;
                if straddles && (column < spot.column || !east) {
                    let by = if north { times } else { -times };
                    *counts.entry(left).or_default() -= by;
                    *counts.entry(right).or_default() += by;
                }
            }
        }
        let inside = counts
            .into_iter()
            .filter(|(unit, n)| *n > 0 && *unit != NONE);
        inside.map(|(unit, _)| unit).collect()
    }

    /// A corner of some boundary in the row, in steps from the row's west end.
    pub fn some_corner(&self, row: i64) -> Option<Spot> {
        (0..COLUMNS).find_map(|column| {
            let CellContent::Words(bytes, begin) = self.cell(row, column) else {
                return None;
            };
            let (_, part) = Divided { begin, bytes }.parts().next()?;
            let piece = part.pieces().next()?;
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
