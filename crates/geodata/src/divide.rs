//! From layers as they are drawn to the grid as it is read: cells that boundaries cross
//! are divided into parts, each with the edges that touch it, and all layers are put
//! together cell by cell.

#![expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "words of 16 bits, and far below 4 GiB of them"
)]

use crate::drawn::{DoubledCorner, Drawn, MIXED, Mixed};
use crate::grid::{BLOCK, Begin, CrossingWalk, STEPS, WIDTH_BITS, WindingNumbers, centre, is_left};

/// A cell with at most this many edges of a layer is not divided. Each halving makes four parts
/// of one, and so allows four times as many.
const EDGES: usize = 8;
/// A cell is halved at most so often.
const HALVINGS: u32 = 4;

/// The layers as they are read, for `Grid::open`.
pub fn grid(layers: &[&Drawn]) -> Vec<u8> {
    let blocks = layers.iter().map(|layer| layer.block_count());
    let blocks = blocks.max().unwrap_or(0);
    let mixed: Vec<Vec<Mixed>> = (layers.iter()).map(|layer| layer.mixed_cells()).collect();
    let (mut firsts, mut runs, mut words) = (Vec::new(), Vec::<u32>::new(), Vec::<u16>::new());
    for block in 0..blocks {
        let mut bits = 0;
        firsts.push((runs.len() / layers.len()) as u32);
        let drawn: Vec<[u32; BLOCK]> = layers.iter().map(|layer| layer.in_block(block)).collect();
        for cell in 0..BLOCK {
            let same = |drawn: &[u32; BLOCK]| cell > 0 && drawn[cell] == drawn[cell - 1];
            if drawn.iter().all(same) {
                continue;
            }
            bits |= 1 << cell;
            let here = |layer: usize| {
                let nth = drawn[layer][cell].checked_sub(MIXED)?;
                mixed[layer].get(nth as usize)
            };
            let divided: Vec<&Mixed> = (0..layers.len()).filter_map(here).collect();
            let halvings = divided.iter().map(|cell| cell.halvings()).max();
            let mut begin = Begin {
                halvings: halvings.unwrap_or(0),
                layers: divided.len() as u32,
                word: words.len() as u32,
            };
            for (layer, drawn) in drawn.iter().enumerate() {
                if here(layer).is_none() {
                    runs.push(drawn[cell]);
                    continue;
                }
                runs.push(begin.value());
                begin.word += 2;
            }
            words.extend(divide(&divided, begin.halvings));
        }
        firsts.push(bits);
    }
    let head = [layers.len(), firsts.len() * 4, runs.len() * 4].map(|n| n as u32);
    let all = head.iter().chain(&firsts).chain(&runs);
    let mut out: Vec<u8> = all.flat_map(|n| n.to_le_bytes()).collect();
    out.extend(words.into_iter().flat_map(u16::to_le_bytes));
    out
}

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

/// The words of a cell that is divided so often in these layers.
fn divide(layers: &[&Mixed], halvings: u32) -> Vec<u16> {
    let (bits, side) = (WIDTH_BITS - halvings, 1 << halvings);
    let mut out = vec![0; (2 << (2 * halvings)) * layers.len()];
    let parts = (0..side).flat_map(|row| (0..side).map(move |column| (column, row)));
    for (i, (column, row)) in parts.enumerate() {
        let centre = (centre(column, bits), centre(row, bits));
        let within = [column, row].map(|nth| (nth << bits, (nth + 1) << bits));
        for (layer, cell) in layers.iter().enumerate() {
            let begin = out.len() - layer * 2;
            let (value, words) = part(cell, centre, within, begin as u32);
            let at = (i * layers.len() + layer) * 2;
            (out[at], out[at + 1]) = (value as u16, (value >> 16) as u16);
            out.extend(words);
        }
    }
    out
}

/// What is in a part of a cell, and its words where boundaries cross it, which begin
/// there.
fn part(
    cell: &Mixed,
    centre: DoubledCorner,
    within: [(i64, i64); 2],
    begin: u32,
) -> (u32, Vec<u16>) {
    let walk = CrossingWalk::new((STEPS, STEPS), centre);
    let mut tally = WindingNumbers::of(cell.centre.iter().copied());
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
    let mut units: Vec<u16> = tally.units().collect();
    units.sort_unstable();
    let lines: Vec<([u16; 2], &[DoubledCorner])> = (cell.pieces.iter())
        .flat_map(|piece| {
            let lines = touching(&piece.corners, within);
            lines.into_iter().map(|line| (piece.sides, line))
        })
        .collect();
    match units[..] {
        [] if lines.is_empty() => return (0, Vec::new()),
        [unit] if lines.is_empty() => return (u32::from(unit) + 1, Vec::new()),
        _ => {}
    }
    let mut words = vec![units.len() as u16, lines.len() as u16];
    words.extend(units);
    let mut end = 0;
    for (sides, line) in &lines {
        end += line.len() as u16;
        words.extend([sides[0], sides[1], end]);
    }
    for (_, line) in &lines {
        let steps = line.iter().flat_map(|c| [c.0, c.1]);
        words.extend(steps.map(|doubled| (doubled / 2) as u16));
    }
    let begin = Begin {
        halvings: 0,
        layers: 1,
        word: begin,
    };
    (begin.value(), words)
}

/// The parts of a line whose edges touch a box, told by its least and greatest x and y.
fn touching(line: &[DoubledCorner], [across, up]: [(i64, i64); 2]) -> Vec<&[DoubledCorner]> {
    let touches = |pair: &[DoubledCorner]| {
        let (a, b) = (pair[0], pair[1]);
        let apart = |p: i64, q: i64, (low, high): (i64, i64)| p.max(q) < low || p.min(q) > high;
        let corners = [
            (across.0, up.0),
            (across.0, up.1),
            (across.1, up.0),
            (across.1, up.1),
        ];
        let beside = || {
            corners.iter().all(|p| is_left(a, b, *p)) || corners.iter().all(|p| is_left(b, a, *p))
        };
        !apart(a.0, b.0, across) && !apart(a.1, b.1, up) && !beside()
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
