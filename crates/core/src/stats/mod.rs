//! What a library looks back on: its years in numbers, and what was on the same day of other
//! years. Days and trips come in, and the day of today with them; nothing is read.

mod days;
mod seen;
mod visits;

use std::cmp::Reverse;
use std::collections::BTreeSet;

use chrono::Datelike;

pub use days::DayThen;
pub use seen::DayAtPlace;
pub use visits::Visited;

use crate::capture::day::Day;
use crate::capture::span::Span;
use crate::place::{Address, Level};
use crate::trip::journey::Trip;
use crate::trip::known::Homes;

/// All years, each for itself and together.
#[derive(Debug)]
pub struct Stats<'a> {
    /// The years with files or trips, the earliest first.
    pub years: Vec<Review<'a>>,
    /// All of them together.
    pub all: Review<'a>,
    /// The same day of earlier years, the latest first.
    pub on_this_day: Vec<DayThen<'a>>,
}

/// A year, or all years, in numbers.
#[derive(Debug)]
pub struct Review<'a> {
    /// The year; `None` of all together.
    pub year: Option<i32>,
    /// Photos, and records from other programs.
    pub photos: u32,
    /// Videos.
    pub videos: u32,
    /// Days with a file.
    pub active_days: u32,
    /// Calendar days on trips, those without photos included.
    pub days_away: u32,
    /// The way of all trips in kilometres. Of a trip that goes on into the next year, each
    /// year has the share that it has of its days.
    pub distance_km: u32,
    /// The trips with a day in the year, by their first days.
    pub trips: Vec<&'a Trip>,
    /// The trip that went farthest from home.
    pub farthest: Option<&'a Trip>,
    /// The trip with most days, of which some may be in another year.
    pub longest: Option<&'a Trip>,
    /// Where it was, the country of most days first.
    pub countries: Vec<Visited<'a>>,
    /// The same of provinces.
    pub provinces: Vec<Visited<'a>>,
    /// Files in each month, from January on.
    pub months: [u32; 12],
    /// The day with most files, the first of several.
    pub busiest: Option<DayThen<'a>>,
}

impl Review<'_> {
    /// Photos and videos.
    pub fn files(&self) -> u32 {
        self.photos + self.videos
    }
}

/// Looks back on days with files and on trips. The days come in any order, a place of a day
/// once or in parts; the trips by their first days. Without a today there is no day to remember.
pub fn look_back<'a>(
    mut seen: Vec<DayAtPlace<'a>>,
    trips: &[&'a Trip],
    homes: &Homes,
    today: Option<Day>,
) -> Stats<'a> {
    // By names, which are the same in every dataset: places are numbered as they were found.
    seen.sort_by_key(|at| (at.day, at.place.map(Address::path), at.place));
    let mut years: BTreeSet<i32> = seen.iter().map(|at| at.day.year()).collect();
    for trip in trips {
        years.extend(trip.days().first.year()..=trip.days().last.year());
    }
    let mut countries = visits::by_year(&seen, Level::Country, homes);
    let mut provinces = visits::by_year(&seen, Level::Province, homes);
    let mut review = |year: Option<i32>| Review {
        countries: countries.remove(&year).unwrap_or_default(),
        provinces: provinces.remove(&year).unwrap_or_default(),
        ..review(of_year(&seen, year), trips, year)
    };
    Stats {
        years: years.into_iter().map(|year| review(Some(year))).collect(),
        all: review(None),
        on_this_day: today
            .map(|today| days::on_this_day(&seen, trips, today))
            .unwrap_or_default(),
    }
}

/// The days of a year.
fn days_of(year: i32) -> Span {
    let day = |month, day| chrono::NaiveDate::from_ymd_opt(year, month, day);
    Span {
        first: day(1, 1).unwrap_or(chrono::NaiveDate::MIN).into(),
        last: day(12, 31).unwrap_or(chrono::NaiveDate::MAX).into(),
    }
}

/// What was seen in a year, or in all, of what comes by day.
fn of_year<'s, 'a>(seen: &'s [DayAtPlace<'a>], year: Option<i32>) -> &'s [DayAtPlace<'a>] {
    let Some(year) = year else {
        return seen;
    };
    let begin = seen.partition_point(|at| at.day.year() < year);
    let end = seen.partition_point(|at| at.day.year() <= year);
    seen.get(begin..end).unwrap_or_default()
}

/// All but the places of a year, or of all, of which this was seen.
fn review<'a>(seen: &[DayAtPlace<'a>], trips: &[&'a Trip], year: Option<i32>) -> Review<'a> {
    let whole = year.map(days_of);
    // The days of it that are in the year.
    let within = |trip: &Trip| whole.map_or(Some(trip.days()), |year| trip.days().shared(year));
    let trips = trips.iter().copied();
    let trips: Vec<&Trip> = trips.filter(|trip| within(trip).is_some()).collect();
    let far = |trip: &&&Trip| trip.shown().farthest_km;
    // Of equals the first.
    let first_of = |trip: &&&Trip| Reverse(trip.days());
    let mut months = [0; 12];
    for at in seen {
        if let Some(month) = months.get_mut(at.day.date().month0() as usize) {
            *month += at.files();
        }
    }
    let with_files = seen.iter().filter(|at| at.files() > 0);
    let active: BTreeSet<Day> = with_files.map(|at| at.day).collect();
    Review {
        year,
        photos: seen.iter().map(|at| at.photos).sum(),
        videos: seen.iter().map(|at| at.videos).sum(),
        active_days: u32::try_from(active.len()).unwrap_or(u32::MAX),
        days_away: covered(trips.iter().filter_map(|trip| within(trip))),
        distance_km: (trips.iter())
            .filter_map(|trip| Some(share(trip, within(trip)?)))
            .sum(),
        farthest: (trips.iter())
            .filter(|trip| far(trip) > 0)
            .max_by_key(|trip| (far(trip), first_of(trip)))
            .copied(),
        longest: (trips.iter())
            .max_by_key(|trip| (trip.days().days(), first_of(trip)))
            .copied(),
        countries: Vec::new(),
        provinces: Vec::new(),
        months,
        busiest: days::busiest(seen, &trips),
        trips,
    }
}

/// The kilometres of a trip that some of its days have, which share them alike. The shares of
/// all its years make the whole.
fn share(trip: &Trip, days: Span) -> u32 {
    let whole = trip.days();
    let until = |day: i32| {
        let days = u64::from(day.abs_diff(whole.first.number()));
        u64::from(trip.shown().distance_km) * days / u64::from(whole.days())
    };
    let share = until(days.last.number() + 1) - until(days.first.number());
    u32::try_from(share).unwrap_or(u32::MAX)
}

/// How many days lie in one of these spans, which come by their first days: trips of which one
/// is pinned may share days.
fn covered(spans: impl Iterator<Item = Span>) -> u32 {
    let mut free = i32::MIN;
    let mut covered = 0;
    for span in spans {
        let first = span.first.number().max(free);
        if first <= span.last.number() {
            covered += span.last.number().abs_diff(first) + 1;
            free = span.last.number() + 1;
        }
    }
    covered
}

#[cfg(test)]
mod tests;
