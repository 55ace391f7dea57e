//! What the built-in geodata has for a map: borders and names, cell by cell.

use imm_cluster_geodata::chart::{Corner, SIDE};
use imm_cluster_geodata::grid::{COLUMNS, Spot};

use super::built_in::{atlas, level_of, name_in};
use super::language::Language;
use super::level::Level;
use crate::capture::position::Position;

pub use imm_cluster_geodata::chart::LineKind as MapLine;

/// A cell of a quarter degree, by its row from the south pole and its column from the
/// antimeridian.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MapCell {
    /// From the south pole.
    pub row: i64,
    /// From the antimeridian.
    pub column: i64,
}

/// What a cell shows, in `units` along each of its sides.
#[derive(Debug, Default)]
pub struct Drawing {
    /// Its lines.
    pub lines: Vec<(MapLine, Vec<Corner>)>,
    /// Its places: name, level, position.
    pub names: Vec<(&'static str, Level, Corner)>,
}

impl MapCell {
    /// The cell of a position.
    pub fn of(position: Position) -> Self {
        let Spot { row, column, .. } = Spot::new(position.lat(), position.lon());
        Self { row, column }
    }

    /// The cells at most so many away, from the antimeridian on again.
    pub fn around(self, by: i64) -> impl Iterator<Item = Self> {
        let rows = (-by..=by).map(move |north| self.row + north);
        rows.flat_map(move |row| {
            (-by..=by).map(move |east| Self {
                row,
                column: (self.column + east).rem_euclid(COLUMNS),
            })
        })
    }

    /// Draws it, with names in a language.
    pub fn drawing(self, units: i64, language: Language) -> Drawing {
        let Some(atlas) = atlas() else {
            return Drawing::default();
        };
        // Half a unit is as much as rounding changes.
        let chart = atlas.chart(self.row, self.column, SIDE / units * 3 / 2);
        let scaled = |steps: i64| (steps * units + SIDE / 2) / SIDE;
        let corner = |(x, y): Corner| (scaled(x), scaled(y));
        let line = |(kind, line): (MapLine, Vec<Corner>)| {
            let mut line: Vec<Corner> = line.into_iter().map(corner).collect();
            line.dedup();
            (kind, line)
        };
        let name = |(region, at)| {
            let node = atlas.node(region)?;
            Some((name_in(&node, language)?, level_of(node.kind)?, corner(at)))
        };
        Drawing {
            lines: chart.lines.into_iter().map(line).collect(),
            names: chart.places.into_iter().filter_map(name).collect(),
        }
    }
}
