//! Whether a file was taken at home or away, by the homes of the last run.

use std::collections::HashSet;

use super::model::{Dataset, FileRecord};
use crate::capture::cell::Cell;
use crate::capture::day::Day;

/// What the last run found out of homes and of positions that cannot be.
pub(super) struct Whereabouts<'a> {
    dataset: &'a Dataset,
    implausible: HashSet<(Day, Cell)>,
}

impl<'a> Whereabouts<'a> {
    pub(super) fn new(dataset: &'a Dataset) -> Self {
        let implausible = dataset.homes.implausible.iter();
        Self {
            dataset,
            implausible: implausible.map(|(day, cell)| (*day, cell.0)).collect(),
        }
    }

    /// Whether a file of that day was taken away from all homes.
    pub(super) fn is_away(&self, day: Day, file: &FileRecord) -> bool {
        let Some((position, _)) = file.position() else {
            return false;
        };
        let cell = Cell::of(position);
        !self.implausible.contains(&(day, cell)) && self.dataset.homes.are_away(day, cell)
    }
}
