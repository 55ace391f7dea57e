//! From the geodata as it is kept in the repository to the geodata as it is
//! read: numbers are kept as differences, and like bytes together, because that
//! packs better. `xtask` has the way back.

use crate::grid::{STEPS, Tally, WIDTH_BITS, WORDS, Walk, centre, is_left};

/// What both forms begin with.
pub(crate) const MAGIC: &[u8; 8] = b"IMMGEO02";
pub(crate) const SECTIONS: usize = 11;
/// Corners of boundaries lie at multiples of this many steps.
pub(crate) const GRAIN: u16 = 51;

/// How a section is kept.
pub(crate) enum Form {
    /// As it is.
    Plain,
    /// Records of so many `u32`.
    Records(usize),
    /// The words of mixed cells.
    Words,
}

pub(crate) fn form(section: usize) -> Form {
    match section {
        1 => Form::Records(6),
        2 | 3 => Form::Records(3),
        4 | 5 | 7 | 8 => Form::Records(1),
        6 | 9 => Form::Words,
        _ => Form::Plain,
    }
}

/// Reads bytes from front to back; past the end come zeros.
pub(crate) struct Reader<'a>(pub(crate) &'a [u8]);

impl<'a> Reader<'a> {
    fn byte(&mut self) -> u8 {
        let Some((first, rest)) = self.0.split_first() else {
            return 0;
        };
        self.0 = rest;
        *first
    }

    pub(crate) fn u32(&mut self) -> u32 {
        u32::from_le_bytes([self.byte(), self.byte(), self.byte(), self.byte()])
    }

    pub(crate) fn take(&mut self) -> &'a [u8] {
        let len = self.u32() as usize;
        let (taken, rest) = self.0.split_at(len.min(self.0.len()));
        self.0 = rest;
        taken
    }

    /// Seven bits a byte, the lowest first.
    fn number(&mut self) -> u32 {
        let mut value = 0;
        for shift in (0..35).step_by(7) {
            let byte = self.byte();
            value |= u32::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                break;
            }
        }
        value
    }

    /// A difference: 0, -1, 1, -2 … as 0, 1, 2, 3 …
    fn difference(&mut self) -> u32 {
        let value = self.number();
        (value >> 1) ^ (value & 1).wrapping_neg()
    }
}

/// The geodata as it is read, and its names.
pub(crate) fn expand(kept: &[u8]) -> (Vec<u8>, Vec<u8>) {
    let mut reader = Reader(kept.strip_prefix(MAGIC).unwrap_or_default());
    let mut sections: Vec<Vec<u8>> = (0..SECTIONS)
        .map(|i| match form(i) {
            Form::Plain => reader.take().to_vec(),
            Form::Records(columns) => records(reader.take(), columns),
            Form::Words => words(reader.take(), reader.take(), reader.take()),
        })
        .collect();
    lay_out(&mut sections);
    let names = std::mem::take(&mut sections[0]);
    (assemble(&sections), names)
}

/// As they were drawn, runs of mixed cells have the number of the cell from here on.
const MIXED: u32 = 1 << 16;
/// Edges in a cell, of which each halving makes room for four times as many.
const EDGES: usize = 8;
/// A cell is halved at most so often.
const HALVINGS: u32 = 4;

/// From the layers as they were drawn to the layers as they are read.
pub(crate) fn lay_out(sections: &mut [Vec<u8>]) {
    for layer in [4, 7] {
        if let [blocks, runs, words, ..] = &mut sections[layer..] {
            let mixed;
            (*words, mixed) = lay_out_cells(words);
            (*blocks, *runs) = lay_out_runs(blocks, runs, &mixed);
        }
    }
}

fn u32s(bytes: &[u8]) -> impl Iterator<Item = u32> + Clone {
    let words = bytes.as_chunks::<4>().0;
    words.iter().map(|word| u32::from_le_bytes(*word))
}

/// A block gets a bit for each of its cells where a run begins, and a run of mixed
/// cells says what `mixed` has of its cell rather than the how-manieth it is.
fn lay_out_runs(blocks: &[u8], runs: &[u8], mixed: &[u32]) -> (Vec<u8>, Vec<u8>) {
    let ends = u32s(blocks).skip(1);
    let block = |(first, end): (u32, u32)| {
        let within = u32s(&runs[first as usize * 4..end as usize * 4]);
        let bits = within.fold(0u32, |bits, run| bits | 1 << (run & 0xf));
        [first, bits]
    };
    let found = u32s(blocks).zip(ends).flat_map(block);
    let value = |run: u32| {
        let cell = (run >> 4).checked_sub(MIXED);
        cell.map_or(run >> 4, |nth| mixed[nth as usize])
    };
    (
        found.flat_map(u32::to_le_bytes).collect(),
        u32s(runs).map(value).flat_map(u32::to_le_bytes).collect(),
    )
}

/// A piece of boundary: the units on its left and its right, and its corners in
/// doubled steps.
struct Piece {
    sides: [u16; 2],
    corners: Vec<(i64, i64)>,
}

/// Divides the cells, and tells what a run says of each.
#[expect(clippy::cast_possible_truncation, reason = "far below 4 GiB")]
fn lay_out_cells(words: &[u8]) -> (Vec<u8>, Vec<u32>) {
    let mut words = words.as_chunks::<2>().0.iter().copied();
    let mut word = || words.next().map(u16::from_le_bytes);
    let (mut cells, mut out) = (Vec::new(), Vec::<u16>::new());
    while let Some(centre) = word() {
        let centre: Vec<u16> = (0..centre).filter_map(|_| word()).collect();
        let count = word().unwrap_or(0);
        let piece = |_| {
            let sides = [word()?, word()?];
            let count = word()?;
            let mut doubled = || Some(i64::from(word()?) * 2);
            let corner = |_| Some((doubled()?, doubled()?));
            let corners = (0..count).filter_map(corner).collect();
            Some(Piece { sides, corners })
        };
        let pieces: Vec<Piece> = (0..count).filter_map(piece).collect();
        let edges: usize = pieces.iter().map(|piece| piece.corners.len() - 1).sum();
        let halvings = (0..HALVINGS)
            .find(|halvings| edges <= EDGES << (2 * halvings))
            .unwrap_or(HALVINGS);
        cells.push(WORDS * (halvings + 1) + out.len() as u32);
        out.extend(divide(&centre, &pieces, halvings));
    }
    (out.into_iter().flat_map(u16::to_le_bytes).collect(), cells)
}

/// The words of a cell with these units at its centre, divided so often.
fn divide(at_centre: &[u16], pieces: &[Piece], halvings: u32) -> Vec<u16> {
    let (bits, side) = (WIDTH_BITS - halvings, 1 << halvings);
    let mut out = vec![0; 2 * side * side];
    for i in 0..side * side {
        let (column, row) = ((i % side) as i64, (i / side) as i64);
        let centre = (centre(column, bits), centre(row, bits));
        let walk = Walk::new((STEPS, STEPS), centre);
        let mut tally = Tally::of(at_centre.iter().copied());
        for piece in pieces {
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
        let within = [column, row].map(|nth| (nth << bits, (nth + 1) << bits));
        let lines: Vec<([u16; 2], &[(i64, i64)])> = pieces
            .iter()
            .flat_map(|piece| {
                let lines = touching(&piece.corners, within);
                lines.into_iter().map(|line| (piece.sides, line))
            })
            .collect();
        let value = match units[..] {
            [] if lines.is_empty() => 0,
            [unit] if lines.is_empty() => u32::from(unit) + 1,
            _ => WORDS + out.len() as u32,
        };
        (out[2 * i], out[2 * i + 1]) = (value as u16, (value >> 16) as u16);
        if value >= WORDS {
            out.extend([units.len() as u16, lines.len() as u16]);
            out.extend(units);
            let mut end = 0;
            for (sides, line) in &lines {
                end += line.len() as u16;
                out.extend([sides[0], sides[1], end]);
            }
            for (_, line) in &lines {
                out.extend(
                    line.iter()
                        .flat_map(|c| [(c.0 / 2) as u16, (c.1 / 2) as u16]),
                );
            }
        }
    }
    out
}

/// The parts of a line whose edges touch a box, told by its least and greatest x and y.
fn touching(line: &[(i64, i64)], [across, up]: [(i64, i64); 2]) -> Vec<&[(i64, i64)]> {
    let touches = |pair: &[(i64, i64)]| {
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

/// The table of sections and the sections, each at a multiple of eight bytes.
#[expect(clippy::cast_possible_truncation, reason = "far below 4 GiB")]
pub(crate) fn assemble(sections: &[Vec<u8>]) -> Vec<u8> {
    let mut out = MAGIC.to_vec();
    let mut at = MAGIC.len() + SECTIONS * 8;
    for section in sections {
        at = at.next_multiple_of(8);
        out.extend((at as u32).to_le_bytes());
        out.extend((section.len() as u32).to_le_bytes());
        at += section.len();
    }
    for section in sections {
        out.resize(out.len().next_multiple_of(8), 0);
        out.extend(section);
    }
    out
}

/// Records whose columns were kept one after another, as differences, the bytes
/// of equal weight together.
fn records(kept: &[u8], columns: usize) -> Vec<u8> {
    let rows = kept.len() / 4 / columns;
    let mut out = vec![0; rows * columns * 4];
    for column in 0..columns {
        let mut value = 0u32;
        for row in 0..rows {
            let byte = |plane: usize| kept[(column * 4 + plane) * rows + row];
            value = value.wrapping_add(u32::from_le_bytes([byte(0), byte(1), byte(2), byte(3)]));
            let at = (row * columns + column) * 4;
            out[at..at + 4].copy_from_slice(&value.to_le_bytes());
        }
    }
    out
}

/// Mixed cells, whose units and whose corners' coordinates were kept apart.
#[expect(
    clippy::cast_possible_truncation,
    reason = "the words were 16 bits wide"
)]
fn words(heads: &[u8], xs: &[u8], ys: &[u8]) -> Vec<u8> {
    let (mut heads, mut xs, mut ys) = (Reader(heads), Reader(xs), Reader(ys));
    let mut out = Vec::new();
    let (mut left, mut right, mut x, mut y) = (0u32, 0u32, 0u32, 0u32);
    let mut push = |word: u32| out.extend((word as u16).to_le_bytes());
    while !heads.0.is_empty() {
        let centre = heads.number();
        push(centre);
        for _ in 0..centre {
            push(heads.number());
        }
        let pieces = heads.number();
        push(pieces);
        for _ in 0..pieces {
            left = left.wrapping_add(heads.difference());
            right = right.wrapping_add(heads.difference());
            let corners = heads.number();
            [left, right, corners].into_iter().for_each(&mut push);
            for _ in 0..corners {
                x = x.wrapping_add(xs.difference());
                y = y.wrapping_add(ys.difference());
                push(x.wrapping_mul(u32::from(GRAIN)));
                push(y.wrapping_mul(u32::from(GRAIN)));
            }
        }
    }
    out
}
