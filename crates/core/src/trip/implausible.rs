//! Positions at which nobody can have been: why, and of how many files.

use serde::Serialize;

use super::homes::Calendar;
use super::itinerary::whole;
use super::sightings::is_nowhere;
use crate::capture::cell::{Cell, Point};
use crate::capture::day::Day;
use crate::cluster::evidence::Pair;

/// Why nobody can have been at a position, so that it is no evidence for homes and trips.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(tag = "reason", rename_all = "kebab-case")]
pub enum Implausible {
    /// It is no place at all: near 0,0 or on an island of a ride simulator.
    Virtual,
    /// It is farther from home than one can be and come back between the days at home.
    Impossible {
        /// To the nearest home of that day, in kilometres; 0 where no home is known any more.
        km: u32,
        /// The last day at home up to that day, which may be that day itself; `None` where
        /// files that came after the last run, or went, leave none.
        home_before: Option<Day>,
        /// The first day at home from that day on.
        home_after: Option<Day>,
    },
}

impl Implausible {
    /// Why a cell that was found to be implausible on a day is so, by the homes and by the
    /// evidence of all days.
    pub fn of(day: Day, cell: Cell, calendar: &Calendar, pairs: &[Pair]) -> Self {
        if is_nowhere(cell) {
            return Self::Virtual;
        }
        let at_home = pairs.iter().filter_map(|pair| {
            let cell = pair.cell.filter(|cell| !is_nowhere(*cell))?;
            (!calendar.are_away(pair.day, cell)).then_some(pair.day)
        });
        let at_home: Vec<Day> = at_home.collect();
        let days = || at_home.iter().copied();
        let place = Point::of(cell.centre());
        let km = calendar.of(day).map(|home| place.km(calendar.point(home)));
        Self::Impossible {
            km: whole(km.reduce(f64::min).unwrap_or_default()),
            home_before: days().filter(|other| *other <= day).max(),
            home_after: days().filter(|other| *other >= day).min(),
        }
    }
}

/// How many files that are there are left out of homes and trips, by reason.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct LeftOut {
    /// At a place that is none.
    pub r#virtual: u32,
    /// Farther from home than one can be and come back between the days at home.
    pub impossible: u32,
}

impl LeftOut {
    /// Counts the files of days and cells for which `is_implausible` holds.
    pub fn count(pairs: &[Pair], is_implausible: impl Fn(Day, Cell) -> bool) -> Self {
        let mut left_out = Self::default();
        for pair in pairs {
            let Some(cell) = pair.cell.filter(|cell| is_implausible(pair.day, *cell)) else {
                continue;
            };
            if is_nowhere(cell) {
                left_out.r#virtual += pair.tally.files;
            } else {
                left_out.impossible += pair.tally.files;
            }
        }
        left_out
    }

    /// All of them.
    pub fn files(self) -> u32 {
        self.r#virtual + self.impossible
    }
}
