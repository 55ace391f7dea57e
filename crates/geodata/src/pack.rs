//! From the geodata as it is made to the form in which the repository keeps it, before it is
//! compressed: numbers as differences, like bytes together.

use crate::divide::Drawn;
use crate::format::{Form, GRAIN, MAGIC, form};

/// The sections beside the layers, as [`crate::regions`] reads them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Body {
    /// The text of all names, each after a byte with its length.
    pub names: Vec<u8>,
    /// Regions, [`crate::format::NODE_SIZE`] bytes each.
    pub nodes: Vec<u8>,
    /// Units, [`crate::format::UNIT_SIZE`] bytes each.
    pub units: Vec<u8>,
    /// Places, [`crate::format::PLACE_SIZE`] bytes each.
    pub places: Vec<u8>,
    /// The bounds of each group's units.
    pub groups: Vec<u8>,
}

fn sections(body: Body, countries: &Drawn, boundaries: &Drawn) -> Vec<Vec<u8>> {
    let layer = |l: &Drawn| [l.blocks.clone(), l.runs.clone(), l.words.clone()];
    let mut all = vec![body.names, body.nodes, body.units, body.places];
    all.extend(layer(countries));
    all.extend(layer(boundaries));
    all.push(body.groups);
    all
}

/// The file as it is kept; [`crate::expand`] has the way back.
pub fn pack(body: Body, countries: &Drawn, boundaries: &Drawn) -> Vec<u8> {
    let mut kept = MAGIC.to_vec();
    for (i, section) in sections(body, countries, boundaries).iter().enumerate() {
        let mut put = |bytes: &[u8]| {
            kept.extend(u32::try_from(bytes.len()).unwrap_or(u32::MAX).to_le_bytes());
            kept.extend(bytes);
        };
        match form(i) {
            Form::Plain => put(section),
            Form::Records(columns) => put(&records(section, columns)),
            Form::Words => words(section).iter().for_each(|stream| put(stream)),
        }
    }
    kept
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

/// Seven bits a byte, the lowest first.
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

/// A difference: 0, -1, 1, -2 … as 0, 1, 2, 3 …
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
            let layer = Drawn { blocks: u32s(&[0, 7]), runs: u32s(&runs), words };
            let body = Body {
                names: b"\x00\x03abc".to_vec(),
                nodes: u32s(nodes.as_flattened()),
                units: u32s(units.as_flattened()),
                ..Body::default()
            };
            let kept = pack(body.clone(), &layer, &Drawn::default());
            let expected = sections(body, &layer, &Drawn::default());
            prop_assert_eq!(expand::sections(&kept), expected);
        }
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
