//! From layers as they are drawn to the grid as it is read: cells that boundaries cross
//! are divided into parts, each with the edges that touch it, and all layers are put
//! together cell by cell.

#![expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a cell has few bits, and coordinates in it are small"
)]

use std::collections::HashMap;

use crate::bits::{BitWriter, MARGIN, width};
use crate::drawn::{BoundaryPiece, DoubledCorner, Drawn, MIXED, Mixed};
use crate::grid::{
    BLOCK, CELL_HEAD, COLUMNS, CORNER_BITS, CORNER_STEP, CrossingWalk, LAYERS, NONE, STEPS,
    UNIT_BITS, WIDTH_BITS, WIDTH_OF_WIDTH, WindingNumbers, centre, is_left,
};

/// A cell with at most this many edges of a layer is not divided. Each halving makes four parts
/// of one, and so allows four times as many.
const EDGES: usize = 8;
/// A cell is halved at most so often.
const HALVINGS: u32 = 4;

/// At most four layers as they are read, for `Grid::open`. Corners lie at multiples of
/// [`crate::format::GRAIN`]; others go to the nearest.
pub fn grid(layers: &[&Drawn]) -> Vec<u8> {
    debug_assert!(layers.len() <= LAYERS);
    let blocks = layers.iter().map(|layer| layer.block_count());
    let blocks = blocks.max().unwrap_or(0);
    let mixed: Vec<Vec<Mixed>> = (layers.iter()).map(|layer| snapped(layer)).collect();
    let mixed: Vec<Vec<Mixed>> = (layers.iter().zip(mixed))
        .map(|(layer, cells)| recounted(layer, cells))
        .collect();
    let (mut firsts, mut runs, mut cells) = (Vec::new(), Vec::<u32>::new(), Vec::<u8>::new());
    let mut known: HashMap<Vec<u8>, u32> = HashMap::new();
    for block in 0..blocks {
        let mut bits = 0;
        firsts.push(runs.len() as u32);
        let drawn: Vec<[u32; BLOCK]> = layers.iter().map(|layer| layer.in_block(block)).collect();
        for cell in 0..BLOCK {
            let same = |drawn: &[u32; BLOCK]| cell > 0 && drawn[cell] == drawn[cell - 1];
            if drawn.iter().all(same) {
                continue;
            }
            bits |= 1 << cell;
            let here = drawn.iter().zip(&mixed).map(|(drawn, mixed)| {
                let nth = drawn[cell].checked_sub(MIXED);
                match nth.and_then(|nth| mixed.get(nth as usize)) {
                    Some(mixed) => Whole::Divided(mixed),
                    // Zero is no unit.
                    None => Whole::Solid((drawn[cell] as u16).wrapping_sub(1)),
                }
            });
            let bytes = cell_of(&here.collect::<Vec<_>>()).into_bytes();
            let at = *known.entry(bytes).or_insert_with_key(|bytes| {
                let at = cells.len() as u32;
                cells.extend(bytes);
                at
            });
            runs.push(at);
        }
        firsts.push(bits);
    }
    cells.extend([0; MARGIN]);
    let head = [layers.len(), firsts.len() * 4, runs.len() * 4].map(|n| n as u32);
    let all = head.iter().chain(&firsts).chain(&runs);
    let mut out: Vec<u8> = all.flat_map(|n| n.to_le_bytes()).collect();
    out.extend(cells);
    out
}

/// The mixed cells of a layer, all corners at multiples of the least step between them.
fn snapped(layer: &Drawn) -> Vec<Mixed> {
    let mut cells = layer.mixed_cells();
    let snap = |at: &mut i64| *at = (*at + CORNER_STEP / 2) / CORNER_STEP * CORNER_STEP;
    for corner in cells
        .iter_mut()
        .flat_map(|cell| &mut cell.pieces)
        .flat_map(|piece| &mut piece.corners)
    {
        snap(&mut corner.0);
        snap(&mut corner.1);
    }
    cells
}

/// The mixed cells of a layer, each with the units at its centre as often as these contain it:
/// the kept files name each once. Counted from the antimeridian eastwards, row by row.
fn recounted(layer: &Drawn, mut cells: Vec<Mixed>) -> Vec<Mixed> {
    let middle = |x| (x, STEPS);
    let halves = [
        CrossingWalk::new(middle(-1), middle(STEPS)),
        CrossingWalk::new(middle(STEPS), middle(STEPS * 2 + 1)),
    ];
    let in_row = usize::try_from(COLUMNS).unwrap_or(usize::MAX) / BLOCK;
    let mut tally = WindingNumbers::of([]);
    for block in 0..layer.block_count() {
        if block % in_row == 0 {
            tally = WindingNumbers::of([]);
        }
        for value in layer.in_block(block) {
            let nth = value.checked_sub(MIXED).map(|nth| nth as usize);
            let Some(cell) = nth.and_then(|nth| cells.get_mut(nth)) else {
                continue;
            };
            // A cell without boundaries stands for all that lie in the same units.
            if cell.pieces.is_empty() {
                continue;
            }
            count(&mut tally, cell, halves[0]);
            cell.centre = tally.every().collect();
            cell.centre.sort_unstable();
            count(&mut tally, cell, halves[1]);
        }
    }
    cells
}

/// Counts the boundaries of a cell that a walk crosses.
fn count(tally: &mut WindingNumbers, cell: &Mixed, walk: CrossingWalk) {
    for piece in &cell.pieces {
        walk.cross(piece.corners.iter().copied(), |rightwards| {
            let [leave, enter] = if rightwards {
                piece.sides
            } else {
                [piece.sides[1], piece.sides[0]]
            };
            tally.add(leave, -1);
            tally.add(enter, 1);
        });
    }
}

/// What a layer has in a cell.
enum Whole<'a> {
    Solid(u16),
    Divided(&'a Mixed),
}

/// What a layer has in a part of a cell.
enum Part<'a> {
    Solid(u16),
    Crossed(Vec<u16>, Vec<Line<'a>>),
}

/// A piece of boundary in a part: the units on either side, and its corners.
type Line<'a> = ([u16; 2], &'a [DoubledCorner]);

impl Mixed {
    /// How often the cell is to be halved.
    fn halvings(&self) -> u32 {
        let edges = self.pieces.iter().map(|piece| piece.corners.len() - 1);
        let edges: usize = edges.sum();
        (0..HALVINGS)
            .find(|halvings| edges <= EDGES << (2 * halvings))
            .unwrap_or(HALVINGS)
    }
}

/// A cell in bits.
fn cell_of(layers: &[Whole]) -> BitWriter {
    let divided: Vec<&Mixed> = (layers.iter())
        .filter_map(|layer| match layer {
            Whole::Solid(_) => None,
            Whole::Divided(mixed) => Some(*mixed),
        })
        .collect();
    let halvings = divided.iter().map(|cell| cell.halvings()).max();
    let halvings = halvings.unwrap_or(0);
    let parts = divide(&divided, halvings);
    let units = units_of(&parts);
    // Parts of the same contents are kept once.
    let (mut bits, mut known) = (BitWriter::default(), HashMap::new());
    let offsets: Vec<u32> = (parts.iter())
        .map(|part| {
            let part = part_of(part, &units);
            *known.entry(part).or_insert_with_key(|part| {
                let at = bits.len as u32;
                bits.append(part);
                at
            })
        })
        .collect();
    let offset_bits = width(offsets.iter().copied().max().unwrap_or(0));
    let mut out = BitWriter::default();
    let is_divided = |layer: &Whole| u32::from(matches!(layer, Whole::Divided(_)));
    let mask =
        (layers.iter().enumerate()).fold(0, |mask, (i, layer)| mask | is_divided(layer) << i);
    let head = [halvings, mask, offset_bits, units.len() as u32];
    for (value, width) in head.into_iter().zip(CELL_HEAD) {
        out.put(value, width);
    }
    for layer in layers {
        if let Whole::Solid(unit) = layer {
            out.put(u32::from(*unit), UNIT_BITS);
        }
    }
    for unit in units {
        out.put(u32::from(unit), UNIT_BITS);
    }
    for offset in offsets {
        out.put(offset, offset_bits);
    }
    out.append(&bits);
    out
}

/// The parts of a cell that is divided so often, each with what these layers have there.
fn divide<'a>(layers: &[&'a Mixed], halvings: u32) -> Vec<Vec<Part<'a>>> {
    let (bits, side) = (WIDTH_BITS - halvings, 1 << halvings);
    let boxes: Vec<Vec<Extent>> = (layers.iter())
        .map(|cell| cell.pieces.iter().map(extent).collect())
        .collect();
    let parts = (0..side).flat_map(|row| (0..side).map(move |column| (column, row)));
    let parts = parts.map(|(column, row)| {
        let centre = (centre(column, bits), centre(row, bits));
        let within = [column, row].map(|nth| (nth << bits, (nth + 1) << bits));
        let layers = layers.iter().zip(&boxes);
        let part = |(cell, boxes): (&&'a Mixed, &Vec<Extent>)| part(cell, boxes, centre, within);
        layers.map(part).collect()
    });
    parts.collect()
}

/// All units that are told of in parts, each once.
fn units_of(parts: &[Vec<Part>]) -> Vec<u16> {
    let mut units: Vec<u16> = Vec::new();
    for part in parts.iter().flatten() {
        match part {
            Part::Solid(unit) => units.push(*unit),
            Part::Crossed(centre, lines) => {
                units.extend(centre);
                units.extend(lines.iter().flat_map(|(sides, _)| sides));
            }
        }
    }
    units.sort_unstable();
    units.dedup();
    units
}

/// A part in bits, whose units are told by their number.
fn part_of(layers: &[Part], units: &[u16]) -> BitWriter {
    let mut out = BitWriter::default();
    let unit_bits = width((units.len() as u32).saturating_sub(1));
    let put = |out: &mut BitWriter, told: &[u16]| {
        for unit in told {
            let nth = units.binary_search(unit).unwrap_or(0);
            out.put(nth as u32, unit_bits);
        }
    };
    for (i, layer) in layers.iter().enumerate() {
        match layer {
            Part::Solid(unit) => {
                out.put(0, 1);
                put(&mut out, &[*unit]);
            }
            Part::Crossed(centre, lines) => {
                out.put(1, 1);
                let mut body = BitWriter::default();
                body.put_number(centre.len() as u32);
                put(&mut body, centre);
                body.put_number(lines.len() as u32);
                for (sides, corners) in lines {
                    put(&mut body, sides);
                    put_corners(&mut body, corners);
                }
                if i + 1 < layers.len() {
                    out.put_number(body.len as u32);
                }
                out.append(&body);
            }
        }
    }
    out
}

/// How many edges a line has, how many bits a difference takes, the first corner, and the
/// differences.
fn put_corners(out: &mut BitWriter, corners: &[DoubledCorner]) {
    let steps = |from: i64, to: i64| ((to - from) / CORNER_STEP) as i32;
    let differences = corners.windows(2).flat_map(|pair| {
        let (a, b) = (pair[0], pair[1]);
        [steps(a.0, b.0), steps(a.1, b.1)]
    });
    // The bits of a number, and one for its sign.
    let bits_of = |by: i32| width(by.unsigned_abs() - u32::from(by < 0)) + 1;
    let bits = differences.clone().map(bits_of).max().unwrap_or(0);
    out.put_number((corners.len() - 1) as u32);
    out.put(bits, WIDTH_OF_WIDTH);
    if let Some((x, y)) = corners.first() {
        out.put(steps(0, *x) as u32, CORNER_BITS);
        out.put(steps(0, *y) as u32, CORNER_BITS);
    }
    let least = 1 << bits >> 1;
    differences.for_each(|by| out.put((by + least) as u32, bits));
}

/// The least and the greatest x, and y.
type Extent = [(i64, i64); 2];

/// The extent of a piece of boundary.
fn extent(piece: &BoundaryPiece) -> Extent {
    let ends = |at: fn(&DoubledCorner) -> i64| {
        let (low, high) = (
            piece.corners.iter().map(at).min(),
            piece.corners.iter().map(at).max(),
        );
        (low.unwrap_or(0), high.unwrap_or(0))
    };
    [ends(|corner| corner.0), ends(|corner| corner.1)]
}

/// Whether two ranges have nothing in common.
fn apart(a: (i64, i64), b: (i64, i64)) -> bool {
    a.1 < b.0 || b.1 < a.0
}

/// What a layer has in a part of a cell; each piece of boundary has its extent.
fn part<'a>(
    cell: &'a Mixed,
    extents: &[Extent],
    centre: DoubledCorner,
    within: Extent,
) -> Part<'a> {
    let walk = CrossingWalk::new((STEPS, STEPS), centre);
    let mut tally = WindingNumbers::of(cell.centre.iter().copied());
    count(&mut tally, cell, walk);
    let mut units: Vec<u16> = tally.every().collect();
    units.sort_unstable();
    let near = |(piece, extent): (&'a BoundaryPiece, &Extent)| {
        let is_near = !apart(extent[0], within[0]) && !apart(extent[1], within[1]);
        is_near.then_some(piece)
    };
    let lines: Vec<Line> = (cell.pieces.iter().zip(extents))
        .filter_map(near)
        .flat_map(|piece| {
            let lines = touching(&piece.corners, within);
            lines.into_iter().map(|line| (piece.sides, line))
        })
        .collect();
    if lines.is_empty() {
        units.dedup();
    }
    match units[..] {
        [] if lines.is_empty() => Part::Solid(NONE),
        [unit] if lines.is_empty() => Part::Solid(unit),
        _ => Part::Crossed(units, lines),
    }
}

/// The parts of a line whose edges touch a box, told by its least and greatest x and y.
fn touching(line: &[DoubledCorner], [across, up]: Extent) -> Vec<&[DoubledCorner]> {
    let touches = |pair: &[DoubledCorner]| {
        let (a, b) = (pair[0], pair[1]);
        let corners = [
            (across.0, up.0),
            (across.0, up.1),
            (across.1, up.0),
            (across.1, up.1),
        ];
        let beside = || {
            corners.iter().all(|p| is_left(a, b, *p)) || corners.iter().all(|p| is_left(b, a, *p))
        };
        !apart((a.0.min(b.0), a.0.max(b.0)), across)
            && !apart((a.1.min(b.1), a.1.max(b.1)), up)
            && !beside()
    };
    let (mut found, mut from) = (Vec::new(), None);
    for (i, pair) in line.windows(2).enumerate() {
        if touches(pair) {
            from.get_or_insert(i);
        } else if let Some(from) = from.take() {
            found.push(&line[from..=i]);
        }
    }
    found.extend(from.map(|from| &line[from..]));
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::grid::{Grid, Spot};

    /// The units around a point whose outline overlaps itself there by a sliver: a walk out of
    /// the sliver stays in the unit.
    #[test]
    fn an_outline_may_overlap_itself_at_a_centre() {
        let ring = |low: i64, high: i64| BoundaryPiece {
            sides: [5, NONE],
            corners: vec![
                (low, low),
                (high, low),
                (high, high),
                (low, high),
                (low, low),
            ],
        };
        let step = CORNER_STEP;
        let cell = Mixed {
            centre: vec![5],
            pieces: vec![ring(10 * step, 1_200 * step), ring(640 * step, 645 * step)],
        };
        let at = (360 * COLUMNS + 720) as usize;
        let blocks = (0..720 * COLUMNS as usize / BLOCK)
            .map(|block| std::array::from_fn(|i| if block * BLOCK + i == at { MIXED } else { 0 }));
        let grid = grid(&[&Drawn::of_cells(blocks, &[cell])]);
        let layer = Grid::open(&grid).unwrap().layer(0);
        for (part, unit) in [(1, None), (100, Some(5)), (642, Some(5)), (1_201, None)] {
            let spot = Spot {
                row: 360,
                column: 720,
                x: part * step + 1,
                y: part * step + 1,
            };
            assert_eq!(layer.unit_at(spot, |_| true), unit, "{part}");
        }
    }
}
