//! Writes the geodata file, and the form in which the repository keeps it.

use crate::divide::Drawn;
use crate::expand::{self, Form, GRAIN, MAGIC, SECTIONS, form};

/// The sections beside the layers.
#[derive(Default)]
pub struct Body {
    pub names: Vec<u8>,
    pub nodes: Vec<u8>,
    pub units: Vec<u8>,
    pub places: Vec<u8>,
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

/// The file as it is kept, packed.
pub fn file(body: Body, countries: &Drawn, boundaries: &Drawn) -> crate::Result<Vec<u8>> {
    let sections = sections(body, countries, boundaries);
    let mut kept = MAGIC.to_vec();
    for (i, section) in sections.iter().enumerate() {
        let mut put = |bytes: &[u8]| {
            kept.extend((bytes.len() as u32).to_le_bytes());
            kept.extend(bytes);
        };
        match form(i) {
            Form::Plain => put(section),
            Form::Records(columns) => put(&records(section, columns)),
            Form::Words => words(section).iter().for_each(|stream| put(stream)),
        }
    }
    if sections.len() != SECTIONS || expand::sections(&kept) != sections {
        return Err("the kept form does not expand to what was written".into());
    }
    let mut packer = zstd::bulk::Compressor::new(22)?;
    packer.long_distance_matching(true)?;
    packer.window_log(26)?;
    Ok(packer.compress(&kept)?)
}

fn records(section: &[u8], columns: usize) -> Vec<u8> {
    let word =
        |i: usize| u32::from_le_bytes(section[i * 4..i * 4 + 4].try_into().expect("four bytes"));
    let rows = section.len() / 4 / columns;
    let mut out = vec![0; section.len()];
    for column in 0..columns {
        let mut before = 0;
        for row in 0..rows {
            let value = word(row * columns + column);
            for (plane, byte) in value
                .wrapping_sub(before)
                .to_le_bytes()
                .into_iter()
                .enumerate()
            {
                out[(column * 4 + plane) * rows + row] = byte;
            }
            before = value;
        }
    }
    out
}

fn number(out: &mut Vec<u8>, mut value: u32) {
    while value >= 0x80 {
        out.push(value as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}

fn difference(out: &mut Vec<u8>, value: u32, before: &mut u32) {
    let by = value.wrapping_sub(*before) as i32;
    number(out, ((by << 1) ^ (by >> 31)) as u32);
    *before = value;
}

fn words(section: &[u8]) -> [Vec<u8>; 3] {
    let [mut heads, mut xs, mut ys] = [const { Vec::new() }; 3];
    let mut left_over = section
        .chunks_exact(2)
        .map(|w| u32::from(u16::from_le_bytes([w[0], w[1]])));
    let (mut left, mut right, mut x, mut y) = (0, 0, 0, 0);
    while let Some(centre) = left_over.next() {
        let mut word = || left_over.next().expect("a whole cell");
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
