//! From the geodata as it is made to the form in which the repository keeps it, before it is
//! compressed: numbers as differences, like bytes together.

use crate::drawn::Drawn;
use crate::format::{FileLayout, Form, GRAIN, ZONE_LAYER, ZONE_NAMES, ZONES};

/// Sections as they are kept; [`crate::expand::sections`] has the way back.
pub fn pack(sections: &[Vec<u8>], what: FileLayout) -> Vec<u8> {
    let mut kept = what.magic.to_vec();
    for (section, form) in sections.iter().zip(what.forms) {
        let mut put = |bytes: &[u8]| {
            kept.extend(u32::try_from(bytes.len()).unwrap_or(u32::MAX).to_le_bytes());
            kept.extend(bytes);
        };
        match form {
            Form::Plain => put(section),
            Form::Records(columns) => put(&records(section, *columns)),
            Form::Words => words(section).iter().for_each(|stream| put(stream)),
        }
    }
    kept
}

/// Time zones as they are kept: their names, a line each, and their boundaries.
pub fn zones(names: Vec<u8>, layer: Drawn) -> Vec<u8> {
    let mut sections = vec![Vec::new(); ZONES.forms.len()];
    sections[ZONE_NAMES] = names;
    sections[ZONE_LAYER] = layer.blocks;
    sections[ZONE_LAYER + 1] = layer.runs;
    sections[ZONE_LAYER + 2] = layer.words;
    pack(&sections, ZONES)
}

/// Records column by column, as differences, the bytes of equal weight together.
fn records(section: &[u8], columns: usize) -> Vec<u8> {
    let words = section.as_chunks::<4>().0;
    let rows = words.len() / columns;
    let mut out = vec![0; rows * columns * 4];
    for column in 0..columns {
        let mut before = 0;
        for row in 0..rows {
            let value = u32::from_le_bytes(words[row * columns + column]);
            let by = value.wrapping_sub(before).to_le_bytes();
            for (plane, byte) in by.into_iter().enumerate() {
                out[(column * 4 + plane) * rows + row] = byte;
            }
            before = value;
        }
    }
    out
}

/// A variable-length integer (LEB128): seven bits a byte, the lowest first.
fn number(out: &mut Vec<u8>, mut value: u32) {
    loop {
        let [low, ..] = value.to_le_bytes();
        value >>= 7;
        if value == 0 {
            return out.push(low & 0x7f);
        }
        out.push(low | 0x80);
    }
}

/// A difference in zigzag encoding: 0, -1, 1, -2 … as 0, 1, 2, 3 …
fn difference(out: &mut Vec<u8>, value: u32, before: &mut u32) {
    let by = value.wrapping_sub(*before).cast_signed();
    number(out, ((by << 1) ^ (by >> 31)).cast_unsigned());
    *before = value;
}

/// The words of mixed cells: counts and units, the x and the y of corners apart.
fn words(section: &[u8]) -> [Vec<u8>; 3] {
    let [mut heads, mut xs, mut ys] = [const { Vec::new() }; 3];
    let words = section.as_chunks::<2>().0;
    let mut words = words
        .iter()
        .map(|word| u32::from(u16::from_le_bytes(*word)));
    let (mut left, mut right, mut x, mut y) = (0, 0, 0, 0);
    while let Some(centre) = words.next() {
        let mut word = || words.next().unwrap_or(0);
        number(&mut heads, centre);
        for _ in 0..centre {
            number(&mut heads, word());
        }
        let pieces = word();
        number(&mut heads, pieces);
        for _ in 0..pieces {
            difference(&mut heads, word(), &mut left);
            difference(&mut heads, word(), &mut right);
            let corners = word();
            number(&mut heads, corners);
            for _ in 0..corners {
                difference(&mut xs, word() / u32::from(GRAIN), &mut x);
                difference(&mut ys, word() / u32::from(GRAIN), &mut y);
            }
        }
    }
    [heads, xs, ys]
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::expand;

    fn u32s(values: &[u32]) -> Vec<u8> {
        values
            .iter()
            .flat_map(|value| value.to_le_bytes())
            .collect()
    }

    proptest! {
        #[test]
        fn what_is_packed_expands_again(
            nodes in prop::collection::vec(any::<[u32; 6]>(), 0..20),
            units in prop::collection::vec(any::<[u32; 3]>(), 0..20),
            runs in prop::collection::vec(any::<u32>(), 0..20),
            pieces in prop::collection::vec(
                (any::<u16>(), any::<u16>(), prop::collection::vec((0..1286u16, 0..1286u16), 2..6)),
                0..6,
            ),
            centre in prop::collection::vec(any::<u16>(), 0..4),
        ) {
            let count = |n: usize| u16::try_from(n).unwrap();
            let mut cell = vec![count(centre.len())];
            cell.extend(&centre);
            cell.push(count(pieces.len()));
            for (left, right, corners) in &pieces {
                cell.extend([*left, *right, count(corners.len())]);
                cell.extend(corners.iter().flat_map(|(x, y)| [x * GRAIN, y * GRAIN]));
            }
            // Twice, since differences go on from one cell to the next.
            cell.extend(cell.clone());
            let words: Vec<u8> = cell.into_iter().flat_map(u16::to_le_bytes).collect();
            let sections = vec![
                b"\x00\x03abc".to_vec(),
                u32s(nodes.as_flattened()),
                u32s(units.as_flattened()),
                Vec::new(),
                u32s(&[0, 7]),
                u32s(&runs),
                words.clone(),
                Vec::new(),
                Vec::new(),
                words,
                vec![1, 2, 3],
            ];
            let kept = pack(&sections, ZONES);
            prop_assert_eq!(expand::sections(&kept, ZONES), Some(sections));
        }
    }

    #[test]
    fn time_zones_come_back() {
        let layer = Drawn {
            blocks: u32s(&[0, 1]),
            runs: u32s(&[0x20]),
            words: Vec::new(),
        };
        let kept = zones(b"Etc/UTC\n".to_vec(), layer.clone());
        assert_eq!(expand::zones(&kept), Some((b"Etc/UTC\n".to_vec(), layer)));
        assert_eq!(expand::zones(b"IMMGEO01"), None);
    }

    #[test]
    fn numbers_take_as_many_bytes_as_they_need() {
        let bytes = |value| {
            let mut out = Vec::new();
            number(&mut out, value);
            out
        };
        assert_eq!(bytes(0), [0]);
        assert_eq!(bytes(127), [127]);
        assert_eq!(bytes(128), [0x80, 1]);
        assert_eq!(bytes(u32::MAX), [0xff, 0xff, 0xff, 0xff, 0x0f]);
    }
}
