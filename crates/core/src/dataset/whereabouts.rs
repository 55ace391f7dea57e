//! Whether a file was taken at home or away, by the homes of the last run.

use std::collections::HashSet;

use super::model::Dataset;
use crate::capture::cell::Cell;
use crate::capture::day::Day;
use crate::trip::homes::Calendar;

/// What the last run found out of homes and of positions that cannot be.
pub(super) struct Whereabouts {
    calendar: Calendar,
    implausible: HashSet<(Day, Cell)>,
}

impl Whereabouts {
    pub(super) fn new(dataset: &Dataset) -> Self {
        let homes = dataset.homes.list.iter();
        let calendar = homes.fold(Calendar::default(), |calendar, home| {
            calendar.with(home.centre.0, home.radius_km, home.from, home.to)
        });
        let implausible = dataset.homes.implausible.iter();
        Self {
            calendar,
            implausible: implausible.map(|(day, cell)| (*day, cell.0)).collect(),
        }
    }

    /// Whether nobody can have been in a cell on a day.
    pub(super) fn are_implausible(&self, day: Day, cell: Cell) -> bool {
        self.implausible.contains(&(day, cell))
    }

    /// The homes of each day.
    pub(super) fn calendar(&self) -> &Calendar {
        &self.calendar
    }

    /// Whether what was taken in a cell on a day was taken away from all homes.
    pub(super) fn are_away(&self, day: Day, cell: Cell) -> bool {
        !self.are_implausible(day, cell) && self.calendar.are_away(day, cell)
    }
}
