//! The years in review, as the page is told them: of what it shows, and nothing else.

use serde::Serialize;

use super::options::Options;
use super::privacy::Blur;
use super::row::PageRow;
use crate::dataset::{FileId, Timeline};
use crate::stats::{Review, Visited};
use crate::trip::journey::Trip;

/// A year, or with `None` all: photos, videos, days with files, days away, trips, kilometres,
/// the rows of the farthest and the longest trip, countries, provinces, files per month, and the
/// day with most files.
#[derive(Debug, Serialize)]
pub(super) struct ReviewRow(
    Option<i32>,
    u32,
    u32,
    u32,
    u32,
    usize,
    u32,
    Option<usize>,
    Option<usize>,
    Vec<PlaceRow>,
    Vec<PlaceRow>,
    [u32; 12],
    Option<(i32, u32, String)>,
);

/// A country or province: name, days, files, whether it is new, and the code of the country.
#[derive(Debug, Serialize)]
struct PlaceRow(String, u32, u32, bool, Option<String>);

/// All years together, and then each. How far it is from home stays untold where home does.
pub(super) fn reviews<'a>(
    timeline: &Timeline<'a>,
    rows: &[PageRow<'a>],
    files: impl Iterator<Item = FileId>,
    blur: &Blur,
    options: &Options<'_>,
) -> Vec<ReviewRow> {
    let hides_home = options.privacy.hide_home;
    // What is new is told only where the page has everything, and not where it would tell by
    // what it leaves out in which province home is.
    let tells_new = options.has_all && !hides_home;
    let trips: Vec<&Trip> = rows.iter().filter_map(|row| row.trip()).collect();
    let is_told = |file: &FileId| {
        let position = timeline.position_of(*file).0;
        position.is_none_or(|position| blur.of(position).is_some())
    };
    let stats = timeline.look_back(files.filter(is_told), trips.clone());
    let row = |trip: &Trip| trips.iter().position(|other| std::ptr::eq(*other, trip));
    let told = |review: &Review<'_>| {
        let busiest = review.busiest.as_ref().map(|then| {
            let place = then.place.and_then(|place| place.city_or_wider());
            let place = place.unwrap_or_default().to_owned();
            (then.day.since_1970(), then.files, place)
        });
        ReviewRow(
            review.year,
            review.photos,
            review.videos,
            review.active_days,
            review.days_away,
            review.trips.len(),
            if hides_home { 0 } else { review.distance_km },
            review.farthest.filter(|_| !hides_home).and_then(row),
            review.longest.and_then(row),
            places(&review.countries, tells_new),
            places(&review.provinces, tells_new),
            review.months,
            busiest,
        )
    };
    let all = std::iter::once(&stats.all);
    all.chain(&stats.years).map(told).collect()
}

fn places(visited: &[Visited<'_>], tells_new: bool) -> Vec<PlaceRow> {
    let place = |one: &Visited<'_>| {
        let code = one.address.country_code.clone();
        PlaceRow(
            one.name().to_owned(),
            one.days,
            one.files,
            tells_new && one.is_new,
            code,
        )
    };
    visited.iter().map(place).collect()
}
