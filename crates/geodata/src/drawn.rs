//! A layer of boundaries as it is drawn: cell by cell, before cells are divided.

use crate::grid::BLOCK;

/// A layer as it is drawn.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Drawn {
    /// Where the runs of each block begin, `u32`, and where the last ones end.
    pub blocks: Vec<u8>,
    /// Runs of equal cells, `u32`: the number of the first cell in its block in four bits,
    /// then nothing, a unit plus one, or 2^16 plus the number of a mixed cell.
    pub runs: Vec<u8>,
    /// Mixed cells in words of 16 bits: the number of units at the centre and those
    /// units; the number of pieces of boundary; of each the units on its left and right,
    /// how many corners it has, and x and y of each in steps.
    pub words: Vec<u8>,
}

/// As they were drawn, runs of mixed cells have the number of the cell from here on.
pub(crate) const MIXED: u32 = 1 << 16;

/// In doubled steps.
pub(crate) type DoubledCorner = (i64, i64);

/// A piece of boundary: the units on its left and its right, and its corners.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct BoundaryPiece {
    pub(crate) sides: [u16; 2],
    pub(crate) corners: Vec<DoubledCorner>,
}

/// A cell of a layer that boundaries cross: the units at its centre, and the boundaries.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Mixed {
    pub(crate) centre: Vec<u16>,
    pub(crate) pieces: Vec<BoundaryPiece>,
}

impl Drawn {
    /// How many blocks of cells there are.
    pub(crate) fn block_count(&self) -> usize {
        (self.blocks.len() / 4).saturating_sub(1)
    }

    /// What is in each cell of a block: nothing, a unit plus one, or [`MIXED`] plus the
    /// number of a mixed cell.
    pub(crate) fn in_block(&self, block: usize) -> [u32; BLOCK] {
        let mut found = [0; BLOCK];
        let mut bounds = u32s(&self.blocks).skip(block);
        if let (Some(first), Some(end)) = (bounds.next(), bounds.next()) {
            for run in u32s(&self.runs[first as usize * 4..end as usize * 4]) {
                found[(run & 0xf) as usize..].fill(run >> 4);
            }
        }
        found
    }

    /// The mixed cells, in the order of their numbers.
    pub(crate) fn mixed_cells(&self) -> Vec<Mixed> {
        let mut words = self.words.as_chunks::<2>().0.iter().copied();
        let mut word = || words.next().map(u16::from_le_bytes);
        let mut cells = Vec::new();
        while let Some(centre) = word() {
            let centre = (0..centre).filter_map(|_| word()).collect();
            let count = word().unwrap_or(0);
            let piece = |_| {
                let sides = [word()?, word()?];
                let count = word()?;
                let mut doubled = || Some(i64::from(word()?) * 2);
                let corner = |_| Some((doubled()?, doubled()?));
                let corners = (0..count).filter_map(corner).collect();
                Some(BoundaryPiece { sides, corners })
            };
            let pieces = (0..count).filter_map(piece).collect();
            cells.push(Mixed { centre, pieces });
        }
        cells
    }

    /// A layer of cells, each told by what [`Drawn::in_block`] has and, where that is a
    /// mixed cell, by the cell itself.
    #[expect(
        clippy::cast_possible_truncation,
        reason = "below 2^16 in a cell, 2^28 in all"
    )]
    pub(crate) fn of_cells(blocks: impl Iterator<Item = [u32; BLOCK]>, mixed: &[Mixed]) -> Self {
        let mut out = Self::default();
        for block in blocks {
            let begin = (out.runs.len() / 4) as u32;
            out.blocks.extend(begin.to_le_bytes());
            let mut last = None;
            for (at, value) in block.into_iter().enumerate() {
                if last.replace(value) != Some(value) {
                    out.runs.extend((value << 4 | at as u32).to_le_bytes());
                }
            }
        }
        let end = (out.runs.len() / 4) as u32;
        out.blocks.extend(end.to_le_bytes());
        let mut word = |word: u16| out.words.extend(word.to_le_bytes());
        for cell in mixed {
            word(cell.centre.len() as u16);
            cell.centre.iter().copied().for_each(&mut word);
            word(cell.pieces.len() as u16);
            for piece in &cell.pieces {
                let [left, right] = piece.sides;
                [left, right, piece.corners.len() as u16]
                    .into_iter()
                    .for_each(&mut word);
                for (x, y) in &piece.corners {
                    [x / 2, y / 2]
                        .map(|step| u16::try_from(step).unwrap_or(u16::MAX))
                        .into_iter()
                        .for_each(&mut word);
                }
            }
        }
        out
    }
}

fn u32s(bytes: &[u8]) -> impl Iterator<Item = u32> + Clone {
    let words = bytes.as_chunks::<4>().0;
    words.iter().map(|word| u32::from_le_bytes(*word))
}
