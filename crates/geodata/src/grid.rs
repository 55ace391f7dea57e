//! Layers of boundaries, cut into cells of a quarter degree.
//!
//! A cell lies in one unit or in none, or boundaries cross it. Such a cell is divided again,
//! the finer the more edges there are, into parts of which the same is true. A part that
//! boundaries cross holds the units at its centre and the edges that touch it, each with the
//! unit on its left and on its right. What time a look-up takes is that of fetching memory, so a
//! cell is a short string of bits that holds all layers, and a part one piece of it. A look-up starts with the units at the centre and walks
//! to the point, first along the parallel, then along the meridian, counting per unit the
//! boundaries that it crosses: point in polygon by winding number, for all units at once.
//! Counting per unit makes the gaps and overlaps of polygons that do not match harmless.
//!
//! All of it is integers: a cell is 65,535 steps wide and high (some 0.4 m), and
//! in the doubled steps used here corners of boundaries have even coordinates,
//! while points and centres have odd ones. No walk therefore passes through
//! a corner, and a point on a border falls to one side of it, always the same.

use std::collections::BTreeSet;

use crate::bits::{BitReader, bits_at, low, width};
use crate::format::GRAIN;

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

/// The latitude and the longitude of a point in steps from -90° and -180°, in degrees.
#[expect(clippy::cast_precision_loss, reason = "65,535")]
pub fn degrees((x, y): (u32, u32)) -> (f64, f64) {
    let of = |steps: u32| f64::from(steps) / PER_DEGREE / STEPS as f64;
    (of(y) - 90.0, of(x) - 180.0)
}

/// The steps from -180° and from -90° to a latitude and a longitude in degrees.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    clippy::cast_sign_loss,
    reason = "up to 360 degrees in steps"
)]
pub fn steps((lat, lon): (f64, f64)) -> (u32, u32) {
    let of = |degrees: f64| (degrees * PER_DEGREE * STEPS as f64) as u32;
    (of(lon + 180.0), of(lat + 90.0))
}

/// How far north and east of a point another lies, in degrees of latitude; both are told by
/// latitude and longitude in degrees.
pub fn offset(from: (f64, f64), to: (f64, f64)) -> [f64; 2] {
    [to.0 - from.0, (to.1 - from.1) * from.0.to_radians().cos()]
}

/// How far two points are from each other, in metres.
pub fn metres(from: (f64, f64), to: (f64, f64)) -> f64 {
    let [north, east] = offset(from, to);
    north.hypot(east).to_radians() * EARTH_RADIUS
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

    /// Whether no unit was ever counted.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// The units that contain the point: those of a positive winding number.
    pub fn units(&self) -> impl Iterator<Item = u16> {
        let known = self.units.get(..self.len).unwrap_or_default();
        (known.iter().filter(|(_, count)| *count > 0)).map(|(unit, _)| *unit)
    }

    /// The same, each as often as it contains the point: outlines overlap themselves by slivers,
    /// and a walk out of one must not leave the unit.
    pub fn every(&self) -> impl Iterator<Item = u16> {
        let known = self.units.get(..self.len).unwrap_or_default();
        (known.iter()).flat_map(|(unit, count)| (0..*count).map(|_| *unit))
    }
}

/// The most layers of a grid.
pub const LAYERS: usize = 4;

/// Layers over the same cells, not copied.
#[derive(Clone, Copy)]
pub struct Grid<'a> {
    layers: usize,
    /// Blocks of sixteen cells of a row: where their runs of equal cells begin, and
    /// a bit for each cell with which one begins, `u32` each.
    blocks: &'a [u8],
    /// At which byte the bits of the cells of a run begin, `u32`.
    runs: &'a [u8],
    /// The bits of cells, see [`Cell`].
    cells: &'a [u8],
}

/// Bytes before the blocks.
const GRID_HEAD: usize = 12;

impl<'a> Grid<'a> {
    /// The layers in `bytes`: their number, how many bytes the blocks and the runs have,
    /// `u32` each; then blocks, runs and cells. `None` when they are too short.
    pub fn open(bytes: &'a [u8]) -> Option<Self> {
        let (head, rest) = bytes.split_at_checked(GRID_HEAD)?;
        let (blocks, rest) = rest.split_at_checked(u32_at(head, 1) as usize)?;
        let (runs, cells) = rest.split_at_checked(u32_at(head, 2) as usize)?;
        let layers = Some(u32_at(head, 0) as usize).filter(|layers| *layers <= LAYERS)?;
        Some(Self {
            layers,
            blocks,
            runs,
            cells,
        })
    }

    /// One of the layers, empty where there is none of that number.
    pub fn layer(self, nth: usize) -> Layer<'a> {
        Layer { grid: self, nth }
    }

    /// What the layers have around a spot.
    #[inline]
    pub fn at(self, spot: Spot) -> Here<'a> {
        let begin = self.begin(spot.row, spot.column);
        // Most cells are shorter than three lines of a cache: fetch them all at once.
        for line in [64, 128] {
            std::hint::black_box(self.cells.get(begin + line).copied());
        }
        let cell = Cell::new(self.cells, begin * 8, self.layers);
        let (part, centre) = cell.part_of(spot);
        Here {
            spot,
            cell,
            centre,
            contents: cell.contents(part, self.layers),
        }
    }

    fn cell(&self, row: i64, column: i64) -> Cell<'a> {
        Cell::new(self.cells, self.begin(row, column) * 8, self.layers)
    }

    /// At which byte a cell begins.
    #[inline]
    fn begin(&self, row: i64, column: i64) -> usize {
        let run = usize::try_from(row * COLUMNS + column).map_or(usize::MAX, |cell| {
            let block = self.blocks.as_chunks().0.get(cell / BLOCK);
            let block = u64::from_le_bytes(block.copied().unwrap_or_default());
            let (first, bits) = (low(block, 32), block >> 32);
            let up_to_here = bits & ((2 << (cell % BLOCK)) - 1);
            (first + up_to_here.count_ones()).wrapping_sub(1) as usize
        });
        u32_at(self.runs, run) as usize
    }
}

/// A spot, and what each layer has there.
pub struct Here<'a> {
    pub spot: Spot,
    cell: Cell<'a>,
    /// The centre of the part of the cell that the spot is in.
    centre: (i64, i64),
    contents: [CellContent; LAYERS],
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
/// Between corners lie multiples of so many doubled steps.
pub const CORNER_STEP: i64 = GRAIN as i64 * 2;
/// Bits of a coordinate of a corner, counted in [`CORNER_STEP`] from the cell's lower left.
pub const CORNER_BITS: u32 = 11;
/// Bits that say how often a cell is halved, in which layers it is divided, how many bits tell
/// where a part begins, and how many units its layers have.
pub const CELL_HEAD: [u32; 4] = [3, 4, 5, 16];
/// Bits of a unit.
pub const UNIT_BITS: u32 = 16;
/// Bits that say how many bits the differences between corners have.
pub const WIDTH_OF_WIDTH: u32 = 4;

/// What is in a cell or in a part of one, in a layer.
#[derive(Debug, Clone, Copy)]
enum CellContent {
    Solid(u16),
    /// What the bits from here on say.
    Crossed(usize),
}

/// A cell: the numbers of [`CELL_HEAD`]; the unit of each layer in which it is not divided;
/// the units of the others, each once; then, counted from behind this table, where each part
/// begins, from the lower left one eastwards. One that is not halved is one part.
///
/// A part holds for each divided layer a zero and a unit, or a one and, save in the last layer,
/// how many bits follow; then the number of units at the centre and those units, and the number
/// of pieces of boundary. A piece has the unit on its left and its right, how many edges it has,
/// how many bits a difference takes, its first corner, and how the next differs from each.
/// Units are told by their number in the cell.
#[derive(Clone, Copy)]
struct Cell<'a> {
    bits: BitReader<'a>,
    halvings: u32,
    /// A bit for each layer.
    divided: u32,
    /// Where the units of the undivided layers are.
    undivided: usize,
    /// Where the units are that others are told by.
    units: usize,
    unit_bits: u32,
    /// Where the table of parts is.
    table: usize,
    offset_bits: u32,
}

impl<'a> Cell<'a> {
    #[inline]
    fn new(bytes: &'a [u8], at: usize, layers: usize) -> Self {
        let mut bits = BitReader::new(bytes, at);
        let [a, b, c, d] = CELL_HEAD;
        let mut head = bits.take(a + b + c + d);
        let mut next = |width: u32| {
            let value = head & !(u32::MAX << width);
            head >>= width;
            value
        };
        let [halvings, divided, offset_bits, count] = [next(a), next(b), next(c), next(d)];
        let undivided = layers.saturating_sub(divided.count_ones() as usize);
        let units = bits.at + undivided * UNIT_BITS as usize;
        Self {
            bits,
            halvings,
            divided,
            undivided: bits.at,
            units,
            unit_bits: width(count.saturating_sub(1)),
            table: units + (count * UNIT_BITS) as usize,
            offset_bits,
        }
    }

    #[expect(clippy::cast_possible_truncation, reason = "16 bits")]
    fn unit_at(&self, at: usize) -> u16 {
        self.bits.peek(at, UNIT_BITS) as u16
    }

    /// The unit of a number.
    fn unit(&self, nth: u32) -> u16 {
        self.unit_at(self.units + (nth * UNIT_BITS) as usize)
    }

    /// What is in a part, in the first layers.
    #[inline]
    fn contents(&self, part: usize, layers: usize) -> [CellContent; LAYERS] {
        let at = self.table + part * self.offset_bits as usize;
        let parts = self.table + ((self.offset_bits as usize) << (2 * self.halvings));
        let mut bits = self.bits;
        bits.at = parts + bits.peek(at, self.offset_bits) as usize;
        let mut undivided = self.undivided;
        std::array::from_fn(|layer| {
            if layer >= layers {
                return CellContent::Solid(NONE);
            }
            if self.divided >> layer & 1 == 0 {
                undivided += UNIT_BITS as usize;
                return CellContent::Solid(self.unit_at(undivided - UNIT_BITS as usize));
            }
            // Whether boundaries cross it, and if not, the unit.
            let word = bits_at(bits.bytes, bits.at);
            bits.at += 1;
            if word & 1 == 0 {
                bits.at += self.unit_bits as usize;
                return CellContent::Solid(self.unit(low(word >> 1, self.unit_bits)));
            }
            let is_last = self.divided >> layer == 1;
            let behind = if is_last { 0 } else { bits.number() };
            let at = bits.at;
            bits.at += behind as usize;
            CellContent::Crossed(at)
        })
    }

    /// The number of the part that a spot is in, and its centre.
    #[expect(
        clippy::cast_sign_loss,
        clippy::cast_possible_truncation,
        reason = "spots are in the cell"
    )]
    fn part_of(&self, spot: Spot) -> (usize, (i64, i64)) {
        let bits = WIDTH_BITS - self.halvings;
        let (column, row) = (spot.x >> bits, spot.y >> bits);
        let index = (row << self.halvings) + column;
        (index as usize, (centre(column, bits), centre(row, bits)))
    }

    /// The parts that boundaries of a layer cross, among those whose west and south end, in
    /// doubled steps, is one that is wanted.
    fn crossed(
        &self,
        layer: usize,
        mut wanted: impl FnMut((i64, i64)) -> bool,
    ) -> impl Iterator<Item = CrossedPart<'_, 'a>> {
        let (bits, halvings) = (WIDTH_BITS - self.halvings, self.halvings);
        let none = self.divided >> layer & 1 == 0;
        let parts = if none { 0 } else { 1 << (2 * halvings) };
        (0..parts).filter_map(move |part| {
            let (row, column) = (part >> halvings, part & ((1 << halvings) - 1));
            if !wanted((column << bits, row << bits)) {
                return None;
            }
            let contents = self.contents(usize::try_from(part).ok()?, layer + 1);
            match contents.get(layer)? {
                CellContent::Solid(_) => None,
                CellContent::Crossed(at) => Some(CrossedPart::new(self, *at)),
            }
        })
    }

    /// How wide and how high its parts are in doubled steps.
    fn part_width(&self) -> i64 {
        1 << (WIDTH_BITS - self.halvings)
    }
}

pub fn u32_at(bytes: &[u8], index: usize) -> u32 {
    let word = index.checked_mul(4).and_then(|at| bytes.get(at..at + 4));
    word.and_then(|w| w.try_into().ok())
        .map_or(0, u32::from_le_bytes)
}

/// The middle of a part in a row of parts, in doubled steps, an odd number of them.
pub fn centre(nth: i64, bits: u32) -> i64 {
    (nth << bits) + (1 << (bits - 1)) + 1
}

/// A part of a cell that boundaries cross.
#[derive(Clone, Copy)]
struct CrossedPart<'c, 'a> {
    cell: &'c Cell<'a>,
    units: u32,
    /// At the units at the centre.
    bits: BitReader<'a>,
}

/// A piece of boundary within a part: the numbers of the units on its left and its right, and
/// its corners.
struct PartBoundary<'a> {
    sides: [u32; 2],
    corners: Corners<'a>,
}

/// Corners in doubled steps.
#[derive(Clone)]
struct Corners<'a> {
    bytes: &'a [u8],
    /// Where the next difference is, and how many bits it takes.
    at: usize,
    width: u32,
    next: (i64, i64),
    left: u32,
}

impl Iterator for Corners<'_> {
    type Item = (i64, i64);

    #[inline]
    fn next(&mut self) -> Option<(i64, i64)> {
        self.left = self.left.checked_sub(1)?;
        let (x, y) = self.next;
        let word = bits_at(self.bytes, self.at);
        self.at += 2 * self.width as usize;
        // Differences are told from the least one on.
        let least = 1 << self.width >> 1;
        let by = |steps: u64| (i64::from(low(steps, self.width)) - least) * CORNER_STEP;
        self.next = (x + by(word), y + by(word >> self.width));
        Some((x, y))
    }
}

impl PartBoundary<'_> {
    /// The edges in doubled steps.
    fn edges(&self) -> impl Iterator<Item = [(i64, i64); 2]> {
        let mut corners = self.corners.clone();
        let mut last = corners.next().unwrap_or_default();
        corners.map(move |next| [std::mem::replace(&mut last, next), next])
    }
}

impl<'c, 'a> CrossedPart<'c, 'a> {
    #[inline]
    fn new(cell: &'c Cell<'a>, at: usize) -> Self {
        let mut bits = cell.bits;
        bits.at = at;
        let units = bits.number();
        Self { cell, units, bits }
    }

    /// The units at its centre.
    fn at_centre(&self) -> impl Iterator<Item = u16> + use<'c, 'a> {
        let (cell, mut bits) = (self.cell, self.bits);
        (0..self.units).map(move |_| cell.unit(bits.take(cell.unit_bits)))
    }

    #[inline]
    fn pieces(&self) -> Pieces<'a> {
        let mut bits = self.bits;
        bits.at += (self.units * self.cell.unit_bits) as usize;
        Pieces {
            left: bits.number(),
            unit_bits: self.cell.unit_bits,
            bits,
        }
    }
}

/// The pieces of boundary within a part.
struct Pieces<'a> {
    bits: BitReader<'a>,
    unit_bits: u32,
    left: u32,
}

impl<'a> Iterator for Pieces<'a> {
    type Item = PartBoundary<'a>;

    #[expect(clippy::inline_always, reason = "else each piece goes through memory")]
    #[inline(always)]
    fn next(&mut self) -> Option<PartBoundary<'a>> {
        self.left = self.left.checked_sub(1)?;
        let bits = &mut self.bits;
        let word = bits_at(bits.bytes, bits.at);
        let sides = [word, word >> self.unit_bits].map(|word| low(word, self.unit_bits));
        bits.at += 2 * self.unit_bits as usize;
        let edges = bits.number();
        let word = bits_at(bits.bytes, bits.at);
        let width = low(word, WIDTH_OF_WIDTH);
        let first = [WIDTH_OF_WIDTH, WIDTH_OF_WIDTH + CORNER_BITS];
        let [x, y] = first.map(|at| i64::from(low(word >> at, CORNER_BITS)) * CORNER_STEP);
        bits.at += (WIDTH_OF_WIDTH + 2 * CORNER_BITS) as usize;
        let corners = Corners {
            bytes: bits.bytes,
            at: bits.at,
            width,
            next: (x, y),
            left: edges + 1,
        };
        bits.at += (edges * 2 * width) as usize;
        Some(PartBoundary { sides, corners })
    }
}

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
    #[inline]
    pub fn cross(
        self,
        corners: impl IntoIterator<Item = (i64, i64)>,
        mut crossed: impl FnMut(bool),
    ) {
        // The turn of the walk is the origin, so that signs tell the side of its lines on which a
        // corner lies, and one product whether the turn is left of an edge.
        let (from, to) = (self.from.0 - self.to.0, self.to.1 - self.from.1);
        let turned = |(x, y): (i64, i64)| (x - self.to.0, y - self.from.1);
        let side = |(x, y): (i64, i64)| (x < 0, y < 0);
        let mut corners = corners.into_iter().map(turned);
        let Some(mut a) = corners.next() else {
            return;
        };
        for b in corners {
            let last = std::mem::replace(&mut a, b);
            let (at, before) = (side(b), side(last));
            if at == before {
                continue;
            }
            let turn = last.0 * b.1 - last.1 * b.0;
            let mut cross = |was: i64, is: i64| {
                if (was > 0) != (is > 0) {
                    crossed(was > 0);
                }
            };
            if at.1 != before.1 {
                cross(turn - from * (b.1 - last.1), turn);
            }
            if at.0 != before.0 {
                cross(turn, turn + to * (b.0 - last.0));
            }
        }
    }
}

/// Whether `p` lies left of the line from `a` to `b`; on the line counts as right.
pub fn is_left(a: (i64, i64), b: (i64, i64), p: (i64, i64)) -> bool {
    (b.0 - a.0) * (p.1 - a.1) - (b.1 - a.1) * (p.0 - a.0) > 0
}

/// How much shorter a degree of longitude is at the spot than at the equator.
fn shrink(spot: Spot) -> f64 {
    spot.degrees().0.to_radians().cos().max(1e-3)
}

/// An edge of a boundary: the units on its left and its right, and its ends in doubled steps
/// from the lower left corner of a cell.
pub type Edge = ([u16; 2], [(i64, i64); 2]);

impl<'a> Layer<'a> {
    /// The edges that touch a cell, each once. They may reach beyond it.
    pub fn edges(&self, row: i64, column: i64) -> BTreeSet<Edge> {
        let cell = self.grid.cell(row, column);
        let mut edges = BTreeSet::new();
        // A part has every edge that touches it.
        for part in cell.crossed(self.nth, |_| true) {
            for piece in part.pieces() {
                let sides = piece.sides.map(|nth| cell.unit(nth));
                edges.extend(piece.edges().map(|ends| (sides, ends)));
            }
        }
        edges
    }

    /// The cell of a point, with all layers of the grid.
    pub fn at(&self, spot: Spot) -> Here<'a> {
        self.grid.at(spot)
    }

    fn content(&self, here: &Here) -> CellContent {
        let content = here.contents.get(self.nth).copied();
        content.unwrap_or(CellContent::Solid(NONE))
    }

    /// A unit that is at the spot or close to it.
    pub fn likely(&self, here: &Here) -> Option<u16> {
        match self.content(here) {
            CellContent::Solid(unit) => Some(unit).filter(|u| *u != NONE),
            CellContent::Crossed(at) => CrossedPart::new(&here.cell, at).at_centre().last(),
        }
    }

    /// As [`Layer::unit_of`], of a spot.
    pub fn unit_at(&self, spot: Spot, wanted: impl Fn(u16) -> bool) -> Option<u16> {
        self.unit_of(&self.grid.at(spot), wanted)
    }

    /// The unit that contains the spot among those that `wanted` accepts. Where
    /// several do, the last in order: so Macau and Gibraltar come before the
    /// countries whose outlines include them.
    #[inline]
    pub fn unit_of(&self, here: &Here, wanted: impl Fn(u16) -> bool) -> Option<u16> {
        match self.content(here) {
            CellContent::Solid(unit) => Some(unit).filter(|u| *u != NONE && wanted(*u)),
            CellContent::Crossed(at) => {
                let part = CrossedPart::new(&here.cell, at);
                part.unit_of(here.spot, here.centre, &wanted)
            }
        }
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
                let across2 = (gap(west, west + 131_070) * wide).powi(2);
                if away2 + across2 >= limit2 {
                    continue;
                }
                let column = (spot.column + step).rem_euclid(COLUMNS);
                let cell = self.grid.cell(row, column);
                // The boundaries of a part that is farther away are not read.
                let limit = std::cell::Cell::new(limit2);
                let near = |corner: (i64, i64)| {
                    let (left, low) = (west + corner.0, south + corner.1);
                    let across = gap(left, left + cell.part_width()) * wide;
                    let along = gap(low, low + cell.part_width()) * up;
                    across.powi(2) + along.powi(2) < limit.get()
                };
                for part in cell.crossed(self.nth, near) {
                    for piece in part.pieces() {
                        let mut sides = piece.sides.into_iter().map(|nth| cell.unit(nth));
                        let Some(unit) = sides.find(|unit| *unit != NONE && wanted(*unit)) else {
                            continue;
                        };
                        for [a, b] in piece.edges() {
                            let flat = |p: (i64, i64)| {
                                ((p.0 + west) as f64 * wide, (p.1 + south) as f64 * up)
                            };
                            let distance2 = from_origin(flat(a), flat(b));
                            if distance2 < limit2 {
                                (limit2, best) = (distance2, Some(unit));
                                limit.set(limit2);
                            }
                        }
                    }
                }
            }
        }
        Some((best?, limit2.sqrt()))
    }
}

impl CrossedPart<'_, '_> {
    /// As [`Layer::unit_of`], of a spot in this part, whose centre that is.
    fn unit_of(&self, spot: Spot, centre: (i64, i64), wanted: &dyn Fn(u16) -> bool) -> Option<u16> {
        let walk = CrossingWalk::new(centre, (spot.x, spot.y));
        // Units at the centre count once a boundary is crossed, which is seldom.
        let mut tally = WindingNumbers::of([]);
        for piece in self.pieces() {
            walk.cross(piece.corners, |rightwards| {
                let [left, right] = piece.sides.map(|nth| self.cell.unit(nth));
                tally.add(left, if rightwards { -1 } else { 1 });
                tally.add(right, if rightwards { 1 } else { -1 });
            });
        }
        if tally.is_empty() {
            return self.at_centre().filter(|unit| wanted(*unit)).last();
        }
        self.at_centre().for_each(|unit| tally.add(unit, 1));
        tally.units().filter(|unit| wanted(*unit)).max()
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
            // An edge is in every part that it touches, as often as it is there at all.
            let mut edges = std::collections::BTreeMap::new();
            let cell = self.grid.cell(spot.row, column);
            for part in cell.crossed(self.nth, |_| true) {
                let mut own = std::collections::BTreeMap::new();
                for piece in part.pieces() {
                    for edge in piece.edges() {
                        let [left, right] = piece.sides.map(|nth| part.cell.unit(nth));
                        *own.entry((edge, left, right)).or_insert(0) += 1;
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
            let cell = self.grid.cell(row, column);
            let part = cell.crossed(self.nth, |_| true).next()?;
            let (x, y) = part.pieces().next()?.corners.next()?;
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
