//! What is looked back on.

use crate::capture::day::Day;
use crate::place::Address;

/// The files of one day at one place.
#[derive(Debug, Clone, Copy)]
pub struct DayAtPlace<'a> {
    /// The local day.
    pub day: Day,
    /// The place; `None` where none is known, or none that can be true.
    pub place: Option<&'a Address>,
    /// Photos, and records from other programs, that are there. A place with none was still
    /// visited: its files are missing.
    pub photos: u32,
    /// Videos that are there.
    pub videos: u32,
}

impl DayAtPlace<'_> {
    /// All of them.
    pub(super) fn files(&self) -> u32 {
        self.photos + self.videos
    }
}
