//! From the geodata as it is kept in the repository to the geodata as it is
//! read: numbers are kept as differences, and like bytes together, because that
//! packs better. [`crate::pack`] has the way back.

use crate::drawn::Drawn;
use crate::format::{FileLayout, Form, GRAIN, ZONE_LAYER, ZONE_NAMES, ZONES};

/// Reads bytes from front to back; past the end come zeros.
struct ByteReader<'a>(&'a [u8]);

impl<'a> ByteReader<'a> {
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

    /// A variable-length integer (LEB128): seven bits a byte, the lowest first.
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

    /// A difference in zigzag encoding: 0, -1, 1, -2 … as 0, 1, 2, 3 …
    fn difference(&mut self) -> u32 {
        let value = self.number();
        (value >> 1) ^ (value & 1).wrapping_neg()
    }
}

/// The sections as they were before they were kept, `None` when the bytes are no such file.
pub fn sections(kept: &[u8], what: FileLayout) -> Option<Vec<Vec<u8>>> {
    let mut reader = ByteReader(kept.strip_prefix(what.magic)?);
    let section = |form: &Form| match form {
        Form::Plain => reader.take().to_vec(),
        Form::Records(columns) => records(reader.take(), *columns),
        Form::Words => words(reader.take(), reader.take(), reader.take()),
    };
    Some(what.forms.iter().map(section).collect())
}

/// The time zones of a file: their names, a line each, and their boundaries.
pub fn zones(kept: &[u8]) -> Option<(Vec<u8>, Drawn)> {
    let mut sections = sections(kept, ZONES)?;
    let mut take = |i: usize| std::mem::take(&mut sections[i]);
    let layer = Drawn {
        blocks: take(ZONE_LAYER),
        runs: take(ZONE_LAYER + 1),
        words: take(ZONE_LAYER + 2),
    };
    Some((take(ZONE_NAMES), layer))
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
    let (mut heads, mut xs, mut ys) = (ByteReader(heads), ByteReader(xs), ByteReader(ys));
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
