//! Where somebody was seen, and on which day: what homes and trips are found from.

use crate::capture::cell::{Cell, Point};
use crate::capture::day::Day;
use crate::cluster::evidence::Pair;

/// How many records lie in a cell on a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Sighting {
    /// The local day, by its number.
    pub(super) day: i32,
    /// The cell, by its place among all.
    pub(super) cell: u32,
    /// The records.
    pub(super) records: u32,
}

/// All sightings, each day and cell once, by day and cell.
#[derive(Debug, Clone, Default)]
pub struct Sightings {
    /// In order.
    pub(super) cells: Vec<Cell>,
    /// The middle of each cell.
    pub(super) points: Vec<Point>,
    pub(super) list: Vec<Sighting>,
    /// Sightings at places that are none, with the day.
    pub(super) nowhere: Vec<(Day, Cell)>,
}

/// Places that no photo shows: the middle of nothing at 0° 0°, which broken receivers
/// state, and the islands of a ride simulator (Zwift), which lie on real ones of the
/// Solomon Islands: Watopia, Makuri and Crit City. South, north, west, east in degrees.
const NOWHERE: [(f64, f64, f64, f64); 4] = [
    (-0.05, 0.05, -0.05, 0.05),
    (-11.75, -11.60, 166.85, 167.05),
    (-10.86, -10.72, 165.75, 165.89),
    (-10.41, -10.36, 165.77, 165.83),
];

/// Whether a cell is a place at which nobody can be.
pub fn is_nowhere(cell: Cell) -> bool {
    let centre = cell.centre();
    let inside = |(south, north, west, east): &(f64, f64, f64, f64)| {
        (*south..=*north).contains(&centre.lat()) && (*west..=*east).contains(&centre.lon())
    };
    NOWHERE.iter().any(inside)
}

impl Sightings {
    /// Of evidence, in any order.
    pub fn of_pairs(pairs: &[Pair]) -> Self {
        let seen = pairs
            .iter()
            .filter_map(|pair| Some((pair.day, pair.cell?, pair.tally.records)));
        Self::new(seen)
    }

    /// Of days and cells with their records, in any order.
    pub fn new(seen: impl IntoIterator<Item = (Day, Cell, u32)>) -> Self {
        let (nowhere, mut seen): (Vec<_>, Vec<_>) =
            seen.into_iter().partition(|(_, cell, _)| is_nowhere(*cell));
        let mut nowhere: Vec<(Day, Cell)> = nowhere
            .into_iter()
            .map(|(day, cell, _)| (day, cell))
            .collect();
        nowhere.sort_unstable();
        nowhere.dedup();
        let mut cells: Vec<Cell> = seen.iter().map(|(_, cell, _)| *cell).collect();
        cells.sort_unstable();
        cells.dedup();
        seen.sort_unstable_by_key(|(day, cell, _)| (*day, *cell));
        let mut list: Vec<Sighting> = Vec::with_capacity(seen.len());
        for (day, cell, records) in seen {
            let day = day.number();
            let cell = cells.binary_search(&cell).unwrap_or_default();
            let cell = u32::try_from(cell).unwrap_or(u32::MAX);
            match list.last_mut() {
                Some(before) if (before.day, before.cell) == (day, cell) => {
                    before.records += records;
                }
                _ => list.push(Sighting { day, cell, records }),
            }
        }
        Self {
            points: cells.iter().map(|cell| Point::of(cell.centre())).collect(),
            cells,
            list,
            nowhere,
        }
    }

    /// The sightings of each day.
    pub(super) fn days(&self) -> impl Iterator<Item = (i32, &[Sighting])> {
        let days = self.list.chunk_by(|a, b| a.day == b.day);
        days.filter_map(|day| Some((day.first()?.day, day)))
    }

    /// The days of each cell in order, each with its records.
    pub(super) fn by_cell(&self) -> Vec<Vec<(i32, u32)>> {
        let mut days = vec![Vec::new(); self.cells.len()];
        for sighting in &self.list {
            days[sighting.cell as usize].push((sighting.day, sighting.records));
        }
        days
    }

    /// The middle of a cell.
    pub(super) fn point(&self, cell: u32) -> Point {
        self.points[cell as usize]
    }
}
