//! The map near photos: borders and names from the built-in geodata, as much as fits.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use crate::capture::position::Position;
use crate::place::{Language, Level, MapCell, MapLine};
use crate::text::{base64, signed, unsigned};

/// The part of a page, one in so many, that the map near photos may take.
pub(super) const GROUND_SHARE: usize = 16;

/// Units along a side of a cell: 10 to 20 metres in each.
const UNITS: i64 = 1_800;
/// How many cells around those with photos are drawn.
const AROUND: i64 = 3;
/// How many names of a level a cell has at most.
const MOST_NAMES: usize = 24;
/// What a name takes beside its letters.
const NAME: usize = 16;

/// A name on the map: what it says, latitude and longitude in [`UNITS`], how narrow its level is.
#[derive(Debug, PartialEq, Serialize)]
pub(super) struct NameRow(&'static str, i64, i64, usize);

/// The map near photos.
#[derive(Debug, Serialize)]
pub(super) struct Ground {
    /// Along a side of a cell.
    units: i64,
    cells: String,
    names: Vec<NameRow>,
}

impl Ground {
    /// Around these positions, of at most so many bytes: where photos are first, then farther
    /// and farther around.
    pub(super) fn around(
        positions: impl Iterator<Item = Position>,
        language: Language,
        most: usize,
    ) -> Self {
        let mut bytes = Vec::new();
        let mut names = Vec::new();
        let mut used = 0;
        for cell in nearest(positions) {
            let drawing = cell.drawing(UNITS, language);
            let (row, column) = (cell.row * UNITS, cell.column * UNITS);
            let own = encoded(cell, &drawing.lines);
            let shown = chosen(drawing.names);
            let letters: usize = shown.iter().map(|(name, ..)| name.len() + NAME).sum();
            // Four characters of base64 for three bytes.
            used += own.len() * 4 / 3 + letters;
            if used > most {
                break;
            }
            bytes.extend(own);
            names.extend(
                shown
                    .into_iter()
                    .map(|(name, level, (x, y))| NameRow(name, row + y, column + x, level.index())),
            );
        }
        Self {
            units: UNITS,
            cells: base64(&bytes),
            names,
        }
    }
}

/// The cells of positions, those with most of them first, and then those around them.
fn nearest(positions: impl Iterator<Item = Position>) -> Vec<MapCell> {
    let mut counts: BTreeMap<MapCell, usize> = BTreeMap::new();
    for position in positions {
        *counts.entry(MapCell::of(position)).or_default() += 1;
    }
    let mut with_photos: Vec<(MapCell, usize)> = counts.into_iter().collect();
    with_photos.sort_by_key(|(cell, count)| (std::cmp::Reverse(*count), *cell));
    let mut known = BTreeSet::new();
    let rings = (0..=AROUND).flat_map(|by| with_photos.iter().map(move |(cell, _)| (*cell, by)));
    let all = rings.flat_map(|(cell, by)| cell.around(by));
    all.filter(|cell| known.insert(*cell)).collect()
}

/// The names of a cell: of each level some, the same name once.
fn chosen(
    mut names: Vec<(&'static str, Level, (i64, i64))>,
) -> Vec<(&'static str, Level, (i64, i64))> {
    let mut known = BTreeSet::new();
    let mut counts = [0; 5];
    names.sort_by_key(|(_, level, _)| *level);
    names.retain(|(name, level, _)| {
        let count = &mut counts[level.index()];
        let is_new = *count < MOST_NAMES && known.insert(*name);
        *count += usize::from(is_new);
        is_new
    });
    names
}

/// A cell: its row and column, and its lines, each by kind and
/// number of corners, as differences.
fn encoded(cell: MapCell, lines: &[(MapLine, Vec<(i64, i64)>)]) -> Vec<u8> {
    let mut bytes = Vec::new();
    signed(&mut bytes, cell.row);
    signed(&mut bytes, cell.column);
    unsigned(&mut bytes, lines.len() as u64);
    for (kind, line) in lines {
        unsigned(&mut bytes, (line.len() * 4 + *kind as usize) as u64);
        let mut last = (0, 0);
        for (x, y) in line {
            signed(&mut bytes, x - last.0);
            signed(&mut bytes, y - last.1);
            last = (*x, *y);
        }
    }
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(lat: f64, lon: f64) -> Position {
        Position::new(lat, lon).unwrap()
    }

    #[test]
    fn cells_with_photos_come_before_those_around() {
        let near = [at(0.1, 0.1), at(0.1, 0.6), at(0.2, 0.6)];
        let cells = nearest(near.into_iter());
        assert_eq!(cells[0], MapCell::of(near[1]), "there are two photos");
        assert_eq!(cells[1], MapCell::of(near[0]));
        // Seven rows; columns 720 - 3 to 722 + 3.
        assert_eq!(cells.len(), 7 * 9);
        let edge = nearest([at(0.1, 179.9)].into_iter());
        assert!(edge.iter().any(|cell| cell.column == 0), "{edge:?}");
    }

    #[test]
    fn a_city_has_borders_and_names() {
        let osaka = || [at(34.69, 135.5)].into_iter();
        let ground = Ground::around(osaka(), Language::English, 200_000);
        let has = |name: &str| ground.names.iter().any(|row| row.0 == name);
        assert!(has("Osaka") && has("Kobe"), "{:?}", ground.names);
        let size = serde_json::to_string(&ground).unwrap().len();
        assert!((2_000..220_000).contains(&size), "{size}");
        let chinese = Ground::around(osaka(), Language::Chinese, 200_000);
        assert!(chinese.names.iter().any(|row| row.0.starts_with("大阪")));
        // No more than there is room for.
        let small = Ground::around(osaka(), Language::English, 3_000);
        let size = serde_json::to_string(&small).unwrap().len();
        assert!(size < 4_500, "{size}");
        let none = Ground::around(std::iter::empty(), Language::English, 1_000);
        assert_eq!((none.cells.as_str(), none.names.len()), ("", 0));
    }

    #[test]
    fn a_cell_is_differences() {
        let line = (MapLine::Province, vec![(3, 4), (5, 1)]);
        let cell = MapCell { row: 1, column: 2 };
        let bytes = encoded(cell, &[line]);
        assert_eq!(bytes, [2, 4, 1, 9, 6, 8, 4, 5]);
    }
}
