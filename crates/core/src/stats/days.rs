//! Single days: the one with most files, and this one in other years.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use chrono::Datelike;

use super::seen::DayAtPlace;
use crate::capture::day::Day;
use crate::place::{Address, Level};
use crate::trip::journey::Trip;

/// A day that is looked back on.
#[derive(Debug, Clone, Copy)]
pub struct DayThen<'a> {
    /// The local day.
    pub day: Day,
    /// Its files that are there.
    pub files: u32,
    /// An address of the city that most of them were taken in.
    pub place: Option<&'a Address>,
    /// The trip that it was on.
    pub trip: Option<&'a Trip>,
}

/// The day with most files, the first of several.
pub(super) fn busiest<'a>(seen: &[DayAtPlace<'a>], trips: &[&'a Trip]) -> Option<DayThen<'a>> {
    let days = seen.chunk_by(|a, b| a.day == b.day);
    let busiest = days.max_by_key(|day| (files(day), day.first().map(|at| Reverse(at.day))))?;
    then(busiest, trips)
}

/// The same day of earlier years, the latest first. A year without 29 February remembers it on
/// the 28th.
pub(super) fn on_this_day<'a>(
    seen: &[DayAtPlace<'a>],
    trips: &[&'a Trip],
    today: Day,
) -> Vec<DayThen<'a>> {
    let now = today.date();
    let is_leap = now
        .with_month(2)
        .and_then(|date| date.with_day(29))
        .is_some();
    let mut wanted = vec![(now.month(), now.day())];
    if wanted == [(2, 28)] && !is_leap {
        wanted.push((2, 29));
    }
    let days = seen.chunk_by(|a, b| a.day == b.day).rev();
    let days = days.filter(|day| {
        let date = day.first().map(|at| at.day.date());
        date.is_some_and(|date| {
            date.year() < now.year() && wanted.contains(&(date.month(), date.day()))
        })
    });
    days.filter_map(|day| then(day, trips)).collect()
}

fn files(day: &[DayAtPlace<'_>]) -> u32 {
    day.iter().map(DayAtPlace::files).sum()
}

/// One day; none without a file that is there.
fn then<'a>(day: &[DayAtPlace<'a>], trips: &[&'a Trip]) -> Option<DayThen<'a>> {
    let files = files(day);
    let first = day.first().filter(|_| files > 0)?;
    // Cities by the names on the way to them, so that equals come in the same order always.
    let mut of_city: BTreeMap<_, (u32, &'a Address)> = BTreeMap::new();
    for at in day {
        if let Some(place) = at.place
            && let Some(level) = place.named_at()
        {
            let city = (level, place.region(level.min(Level::City)));
            of_city.entry(city).or_insert((0, place)).0 += at.files();
        }
    }
    let most = of_city.into_values().rev().max_by_key(|(files, _)| *files);
    let mut trips = trips.iter();
    Some(DayThen {
        day: first.day,
        files,
        place: most.map(|(_, place)| place),
        trip: (trips.find(|trip| trip.days().contains(first.day))).copied(),
    })
}
