//! From the geodata as it is kept in the repository to the geodata as it is
//! read: numbers are kept as differences, and like bytes together, because that
//! packs better. `xtask` has the way back.

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

/// What a run of cells has at least when they are mixed.
const MIXED: u32 = 1 << 16;
/// The most corners in a piece: of a short one the box says more.
const CORNERS: usize = 16;
/// Boxes that are looked at together.
const LANES: usize = 8;

/// From the layers as they were drawn to the layers as they are read.
pub(crate) fn lay_out(sections: &mut [Vec<u8>]) {
    for layer in [4, 7] {
        if let [blocks, runs, words, ..] = &mut sections[layer..] {
            let begins;
            (*words, begins) = lay_out_cells(words);
            (*blocks, *runs) = lay_out_runs(blocks, runs, &begins);
        }
    }
}

fn u32s(bytes: &[u8]) -> impl Iterator<Item = u32> + Clone {
    let words = bytes.as_chunks::<4>().0;
    words.iter().map(|word| u32::from_le_bytes(*word))
}

/// A block gets a bit for each of its cells where a run begins, and a run says
/// where in the words its cell begins rather than the how-manieth mixed one it is.
fn lay_out_runs(blocks: &[u8], runs: &[u8], begins: &[u32]) -> (Vec<u8>, Vec<u8>) {
    let ends = u32s(blocks).skip(1);
    let block = |(first, end): (u32, u32)| {
        let within = u32s(&runs[first as usize * 4..end as usize * 4]);
        let bits = within.fold(0u32, |bits, run| bits | 1 << (run & 0xf));
        [first, bits]
    };
    let found = u32s(blocks).zip(ends).flat_map(block);
    let value = |run: u32| {
        let cell = (run >> 4).checked_sub(MIXED);
        cell.map_or(run >> 4, |nth| MIXED + begins[nth as usize])
    };
    (
        found.flat_map(u32::to_le_bytes).collect(),
        u32s(runs).map(value).flat_map(u32::to_le_bytes).collect(),
    )
}

/// Divides long pieces of boundary, gives each the box around it, and puts the boxes of
/// a cell together, then what else is known of its pieces, then their corners. Also
/// where each cell begins.
#[expect(clippy::cast_possible_truncation, reason = "far below 4 GiB")]
fn lay_out_cells(words: &[u8]) -> (Vec<u8>, Vec<u32>) {
    let mut words = words.as_chunks::<2>().0.iter().copied();
    let mut word = || words.next().map(u16::from_le_bytes);
    let (mut begins, mut out) = (Vec::new(), Vec::<u16>::new());
    while let Some(centre) = word() {
        begins.push(out.len() as u32);
        out.push(centre);
        out.extend((0..centre).filter_map(|_| word()));
        let (mut planes, mut heads, mut all) = ([const { Vec::new() }; 4], Vec::new(), Vec::new());
        for _ in 0..word().unwrap_or(0) {
            let (left, right) = (word().unwrap_or(0), word().unwrap_or(0));
            let corners = word().unwrap_or(0);
            let mut corner = || Some((word()?, word()?));
            let line: Vec<(u16, u16)> = (0..corners).filter_map(|_| corner()).collect();
            let edges = line.len().saturating_sub(1);
            let step = edges.div_ceil(edges.div_ceil(CORNERS - 1).max(1)).max(1);
            for from in (0..edges).step_by(step) {
                let part = &line[from..(from + step + 1).min(line.len())];
                let (xs, ys) = (part.iter().map(|c| c.0), part.iter().map(|c| c.1));
                let bounds = [xs.clone().min(), xs.max(), ys.clone().min(), ys.max()];
                for (plane, bound) in planes.iter_mut().zip(bounds) {
                    plane.push((bound.unwrap_or(0) >> 8) as u8);
                }
                all.extend(part.iter().flat_map(|(x, y)| [*x, *y]));
                let end = u16::try_from(all.len() / 2).expect("fewer corners in a cell");
                heads.extend([left, right, end]);
            }
        }
        out.push((heads.len() / 3) as u16);
        for (plane, empty) in planes.iter_mut().zip([255, 0, 255, 0]) {
            plane.resize(plane.len().next_multiple_of(LANES), empty);
            let pairs = plane.as_chunks::<2>().0;
            out.extend(pairs.iter().map(|pair| u16::from_le_bytes(*pair)));
        }
        out.extend(heads);
        out.extend(all);
    }
    (out.into_iter().flat_map(u16::to_le_bytes).collect(), begins)
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
