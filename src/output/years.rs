//! Years in numbers, as JSON.

use serde::Serialize;

use super::json::{AddressJson, in_all_languages};
use imm_cluster_core::capture::day::Day;
use imm_cluster_core::dataset::Dataset;
use imm_cluster_core::stats::{DayThen, Review, Stats, Visited};
use imm_cluster_core::trip::journey::Trip;

/// Each year, all together, and this day in other years.
#[derive(Debug, Serialize)]
pub struct StatsJson<'a> {
    years: Vec<ReviewJson<'a>>,
    all: ReviewJson<'a>,
    on_this_day: OnThisDayJson<'a>,
}

/// A year, or all.
#[derive(Debug, Serialize)]
struct ReviewJson<'a> {
    /// Null of all.
    year: Option<i32>,
    files: u32,
    photos: u32,
    videos: u32,
    active_days: u32,
    days_away: u32,
    trips: usize,
    distance_km: u32,
    farthest_trip: Option<TripThenJson<'a>>,
    longest_trip: Option<TripThenJson<'a>>,
    countries: Vec<VisitedJson<'a>>,
    provinces: Vec<VisitedJson<'a>>,
    files_per_month: [u32; 12],
    busiest_day: Option<DayThenJson<'a>>,
}

/// A trip in a few words.
#[derive(Debug, Serialize)]
struct TripThenJson<'a> {
    object_id: &'a str,
    title: Option<&'a str>,
    name: Option<String>,
    start_date: Day,
    end_date: Day,
    days: u32,
    distance_km: u32,
    farthest_km: u32,
}

/// A country or province.
#[derive(Debug, Serialize)]
struct VisitedJson<'a> {
    name: &'a str,
    address: AddressJson<'a>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    addresses: Vec<AddressJson<'static>>,
    first_date: Day,
    days: u32,
    files: u32,
    new: bool,
}

/// The same day of earlier years.
#[derive(Debug, Serialize)]
struct OnThisDayJson<'a> {
    date: Day,
    days: Vec<DayThenJson<'a>>,
}

/// A day that is looked back on.
#[derive(Debug, Serialize)]
struct DayThenJson<'a> {
    date: Day,
    files: u32,
    place: Option<&'a str>,
    trip: Option<TripThenJson<'a>>,
}

impl<'a> StatsJson<'a> {
    /// The numbers of a dataset, looked back on from a day.
    pub fn new(dataset: &'a Dataset, stats: &Stats<'a>, on: Day) -> Self {
        let days = stats.on_this_day.iter();
        Self {
            years: (stats.years.iter())
                .map(|year| review(dataset, year))
                .collect(),
            all: review(dataset, &stats.all),
            on_this_day: OnThisDayJson {
                date: on,
                days: days.map(|day| then(dataset, day)).collect(),
            },
        }
    }
}

fn review<'a>(dataset: &'a Dataset, review: &Review<'a>) -> ReviewJson<'a> {
    let visited = |all: &[Visited<'a>]| all.iter().map(|one| place(dataset, one)).collect();
    ReviewJson {
        year: review.year,
        files: review.files(),
        photos: review.photos,
        videos: review.videos,
        active_days: review.active_days,
        days_away: review.days_away,
        trips: review.trips.len(),
        distance_km: review.distance_km,
        farthest_trip: review.farthest.map(|trip| trip_then(dataset, trip)),
        longest_trip: review.longest.map(|trip| trip_then(dataset, trip)),
        countries: visited(&review.countries),
        provinces: visited(&review.provinces),
        files_per_month: review.months,
        busiest_day: review.busiest.as_ref().map(|day| then(dataset, day)),
    }
}

fn place<'a>(dataset: &'a Dataset, visited: &Visited<'a>) -> VisitedJson<'a> {
    let address = visited.address.down_to(visited.level);
    VisitedJson {
        name: visited.name(),
        addresses: in_all_languages(&dataset.geocoder, &address),
        address: address.into(),
        first_date: visited.first_day,
        days: visited.days,
        files: visited.files,
        new: visited.is_new,
    }
}

fn then<'a>(dataset: &'a Dataset, day: &DayThen<'a>) -> DayThenJson<'a> {
    DayThenJson {
        date: day.day,
        files: day.files,
        place: day.place.and_then(|place| place.city_or_wider()),
        trip: day.trip.map(|trip| trip_then(dataset, trip)),
    }
}

fn trip_then<'a>(dataset: &'a Dataset, trip: &'a Trip) -> TripThenJson<'a> {
    let journey = trip.shown();
    TripThenJson {
        object_id: trip.object_id.as_str(),
        title: trip.title.as_deref(),
        name: dataset.homes.name_of(journey),
        start_date: trip.days().first,
        end_date: trip.days().last,
        days: trip.days().days(),
        distance_km: journey.distance_km,
        farthest_km: journey.farthest_km,
    }
}
