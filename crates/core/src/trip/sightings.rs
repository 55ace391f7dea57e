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

/// Two numbers as one in the order of both, which a sort compares at once.
fn one_key(first: u32, second: u32) -> u64 {
    u64::from(first) << 32 | u64::from(second)
}

/// A day as a number in the same order.
fn in_order(day: i32) -> u32 {
    day.cast_unsigned() ^ (1 << 31)
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
        let mut seen: Vec<(Day, Cell, u32)> = seen.into_iter().collect();
        // By cell first, so that each one is looked at once and its number need not be
        // looked up.
        seen.sort_unstable_by_key(|(day, cell, _)| one_key(cell.number(), in_order(day.number())));
        let mut this = Self {
            list: Vec::with_capacity(seen.len()),
            ..Self::default()
        };
        for of_cell in seen.chunk_by(|a, b| a.1 == b.1) {
            let Some((_, cell, _)) = of_cell.first() else {
                continue;
            };
            if is_nowhere(*cell) {
                this.nowhere
                    .extend(of_cell.iter().map(|(day, cell, _)| (*day, *cell)));
                continue;
            }
            let number = u32::try_from(this.cells.len()).unwrap_or(u32::MAX);
            this.cells.push(*cell);
            this.points.push(Point::of(cell.centre()));
            for of_day in of_cell.chunk_by(|a, b| a.0 == b.0) {
                this.list.extend(of_day.first().map(|(day, _, _)| Sighting {
                    day: day.number(),
                    cell: number,
                    records: of_day.iter().map(|(_, _, records)| records).sum(),
                }));
            }
        }
        this.list
            .sort_unstable_by_key(|sighting| one_key(in_order(sighting.day), sighting.cell));
        this.nowhere.sort_unstable();
        this.nowhere.dedup();
        this
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
