//! Which countries and provinces somebody was in, and which of them for the first time.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use super::seen::DayAtPlace;
use crate::capture::day::Day;
use crate::place::{Address, Level, Region};
use crate::trip::known::{Homes, KnownHome};

/// A country or province with files.
#[derive(Debug, Clone, Copy)]
pub struct Visited<'a> {
    /// An address in it.
    pub address: &'a Address,
    /// Its level.
    pub level: Level,
    /// The first day there within the time that is looked at.
    pub first_day: Day,
    /// How many days there are with a file there.
    pub days: u32,
    /// How many files.
    pub files: u32,
    /// Whether nothing earlier is known of it, and it is not where a home was from the first day
    /// on. Of all years together nothing is new.
    pub is_new: bool,
}

impl<'a> Visited<'a> {
    /// What it is called.
    pub fn name(&self) -> &'a str {
        self.address.name(self.level).unwrap_or_default()
    }
}

/// The regions of a level in each year, and with `None` in all, those of most days first. What
/// was seen comes by day.
pub(super) fn by_year<'a>(
    seen: &[DayAtPlace<'a>],
    level: Level,
    homes: &Homes,
) -> BTreeMap<Option<i32>, Vec<Visited<'a>>> {
    let mut years: BTreeMap<Option<i32>, BTreeMap<Region, (Visited<'a>, Day)>> = BTreeMap::new();
    let mut known: BTreeMap<Region, Day> = BTreeMap::new();
    for at in seen {
        let Some((address, region)) = at.place.and_then(|at| Some((at, at.region(level)?))) else {
            continue;
        };
        let first = *known.entry(region.clone()).or_insert(at.day);
        for year in [Some(at.day.year()), None] {
            let is_new = || Some(first.year()) == year && !was_home(homes, level, &region, first);
            let regions = years.entry(year).or_default();
            let (visited, last_day) = regions.entry(region.clone()).or_insert_with(|| {
                let visited = Visited {
                    address,
                    level,
                    first_day: at.day,
                    days: 1,
                    files: 0,
                    is_new: is_new(),
                };
                (visited, at.day)
            });
            visited.days += u32::from(*last_day != at.day);
            visited.files += at.files();
            *last_day = at.day;
        }
    }
    let sorted = years.into_iter().map(|(year, regions)| {
        let mut visited: Vec<Visited<'a>> = regions.into_values().map(|(one, _)| one).collect();
        visited.sort_by_key(|one| (Reverse(one.days), Reverse(one.files)));
        (year, visited)
    });
    sorted.collect()
}

/// Whether a home was in a region when that was first seen.
fn was_home(homes: &Homes, level: Level, region: &Region, day: Day) -> bool {
    let is_there = |home: &KnownHome| home.address.region(level).as_ref() == Some(region);
    let since = |home: &KnownHome| home.seen_first.unwrap_or(home.from);
    let mut homes = homes.list.iter();
    homes.any(|home| is_there(home) && since(home) <= day)
}
