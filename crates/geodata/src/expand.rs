//! From the geodata as it is kept in the repository to the geodata as it is
//! read: numbers are kept as differences, and like bytes together, because that
//! packs better. [`crate::pack`] has the way back.

use crate::divide::Drawn;
use crate::format::{Form, GRAIN, MAGIC, SECTIONS, form};

/// Reads bytes from front to back; past the end come zeros.
struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    fn byte(&mut self) -> u8 {
        let Some((first, rest)) = self.0.split_first() else {
            return 0;
        };
        self.0 = rest;
        *first
    }

    fn u32(&mut self) -> u32 {
        u32::from_le_bytes([self.byte(), self.byte(), self.byte(), self.byte()])
    }

    fn take(&mut self) -> &'a [u8] {
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

/// What a file holds.
#[derive(PartialEq)]
pub struct Expanded {
    /// The regions and places as they are read.
    pub regions: Vec<u8>,
    /// The text of all names.
    pub names: Vec<u8>,
    /// The outlines of countries and the boundaries of units.
    pub layers: [Drawn; 2],
}

/// The sections as they were before they were kept.
pub fn sections(kept: &[u8]) -> Vec<Vec<u8>> {
    let mut reader = Reader(kept.strip_prefix(MAGIC).unwrap_or_default());
    let section = |i| match form(i) {
        Form::Plain => reader.take().to_vec(),
        Form::Records(columns) => records(reader.take(), columns),
        Form::Words => words(reader.take(), reader.take(), reader.take()),
    };
    (0..SECTIONS).map(section).collect()
}

/// The file with these sections.
pub fn expand(mut sections: Vec<Vec<u8>>) -> Expanded {
    let mut take = |i: usize| std::mem::take(&mut sections[i]);
    let mut layer = |i: usize| Drawn {
        blocks: take(i),
        runs: take(i + 1),
        words: take(i + 2),
    };
    let layers = [layer(4), layer(7)];
    Expanded {
        layers,
        names: take(0),
        regions: assemble(&[take(1), take(2), take(3), take(10)]),
    }
}

/// The table of sections and the sections, each at a multiple of eight bytes.
#[expect(clippy::cast_possible_truncation, reason = "far below 4 GiB")]
fn assemble(sections: &[Vec<u8>]) -> Vec<u8> {
    let mut out = MAGIC.to_vec();
    let mut at = MAGIC.len() + sections.len() * 8;
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
