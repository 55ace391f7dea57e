//! What the built-in geodata has for a map: land, borders and names, cell by cell.

use imm_cluster_geodata::chart::{Corner, SIDE};
use imm_cluster_geodata::grid::Spot;

use super::built_in::{atlas, level_of, name_in};
use super::language::Language;
use super::level::Level;
use crate::capture::position::Position;

pub use imm_cluster_geodata::chart::LineKind as MapLine;

/// Cells of the map in a degree.
pub const CELLS_IN_A_DEGREE: i64 = 4;

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
    /// The stretches of its upper side along which there is land.
    pub top: Vec<[i64; 2]>,
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
        let columns = 360 * CELLS_IN_A_DEGREE;
        let rows = (-by..=by).map(move |north| self.row + north);
        rows.flat_map(move |row| {
            (-by..=by).map(move |east| Self {
                row,
                column: (self.column + east).rem_euclid(columns),
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
            top: (chart.top.iter()).map(|top| top.map(scaled)).collect(),
            lines: chart.lines.into_iter().map(line).collect(),
            names: chart.places.into_iter().filter_map(name).collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Whether a point, in units, is land by the rule of the page: as at the upper side above
    /// it, turned over by each edge of a coast in between.
    fn is_land(drawing: &Drawing, x: i64, y: i64) -> bool {
        let top = drawing
            .top
            .iter()
            .any(|[from, to]| (*from..*to).contains(&x));
        let coasts = drawing
            .lines
            .iter()
            .filter(|(kind, _)| *kind == MapLine::Coast);
        let edges = coasts.flat_map(|(_, line)| line.windows(2));
        let above = edges.filter(|edge| {
            let (a, b) = (edge[0].min(edge[1]), edge[0].max(edge[1]));
            let straddles = a.0 <= x && x < b.0;
            straddles && (b.0 - a.0) * (y - a.1) < (b.1 - a.1) * (x - a.0)
        });
        top != (above.count() % 2 == 1)
    }

    #[test]
    fn land_is_where_the_outlines_are() {
        const UNITS: i64 = 100_000;
        for (lat, lon) in [
            (34.7, 135.6),
            (52.4, 4.6),
            (30.3, 120.2),
            (43.7, 7.4),
            (60.2, 24.9),
        ] {
            let position = Position::new(lat, lon).unwrap();
            let (mut wrong, mut all) = (0, 0);
            for cell in MapCell::of(position).around(1) {
                let drawing = cell.drawing(UNITS, Language::English);
                for (i, j) in (1..20).flat_map(|i| (1..20).map(move |j| (i, j))) {
                    let (x, y) = (i * UNITS / 20 + 7, j * UNITS / 20 + 7);
                    let spot = Spot {
                        row: cell.row,
                        column: cell.column,
                        x: (x * SIDE / UNITS) | 1,
                        y: (y * SIDE / UNITS) | 1,
                    };
                    let outlines = atlas().unwrap().outlines();
                    let wanted = outlines.unit_at(spot, |_| true).is_some();
                    wrong += usize::from(is_land(&drawing, x, y) != wanted);
                    all += 1;
                }
            }
            assert!(wrong * 100 <= all, "{lat},{lon}: {wrong} of {all}");
        }
    }
}
