//! `trips`: the spells away from home, as they are since the last run.

use std::io::Write;

use unicode_width::UnicodeWidthStr;

use super::done::Done;
use super::{open, query, trip_steps, trip_table};
use crate::cli::{Format, ListTrips};
use crate::error::Fatal;
use crate::options::Context;
use crate::output::json::{TripJson, TripWithFiles};
use crate::output::{self, dates, padded, padded_left};
use imm_cluster_core::dataset::{Dataset, Timeline};
use imm_cluster_core::identity::find::find;
use imm_cluster_core::identity::record::State;
use imm_cluster_core::text::{Escaped, counted, files, write_list, write_value};
use imm_cluster_core::trip::itinerary::TripDay;
use imm_cluster_core::trip::journey::Trip;
use imm_cluster_messages::text;

pub(super) fn list(context: &Context, arguments: &ListTrips) -> Result<Done, Fatal> {
    let query = query::listed_trips(arguments)?;
    let dataset = open::existing(context, context.store.read_head()?);
    let trips = query.select(&dataset.trips)?;
    write(context, &dataset, &trips)?;
    if trips.is_empty() {
        say_none(context, &dataset);
    }
    Ok(Done::Well)
}

/// Says why no trip is shown.
pub(super) fn say_none(context: &Context, dataset: &Dataset) {
    let trips = dataset.trips.iter().filter(|trip| trip.is_live()).count();
    open::say_none(context, dataset, "trip", trips, || {
        if dataset.homes.list.is_empty() {
            let add = context.command("homes add NAME LAT,LON");
            text!("trips-none-no-home", command = add)
        } else {
            text!("trips-none-away")
        }
    });
}

/// Shows some trips as a table or as JSON.
pub(super) fn write(context: &Context, dataset: &Dataset, trips: &[&Trip]) -> Result<(), Fatal> {
    let mut out = output::stdout();
    if context.format == Format::Table {
        trip_table::table(dataset, trips).write(&mut out, context.style)?;
    } else {
        let json = trips.iter().map(|trip| TripJson::new(dataset, trip));
        write_list(&mut out, json, context.format == Format::Json)?;
    }
    Ok(out.flush()?)
}

pub(super) fn show(context: &Context, id: &str, explain: bool) -> Result<Done, Fatal> {
    let dataset = open::read(context)?;
    let trip = find(&dataset.trips, id)?;
    let timeline = Timeline::new(&dataset);
    let story = dataset.trip_story(trip);
    let mut out = output::stdout();
    if context.format == Format::Table {
        details(&mut out, &dataset, trip)?;
        if explain {
            writeln!(out)?;
            trip_steps::write(&mut out, &story.spells)?;
        }
        writeln!(out)?;
        days(&mut out, &story.days)?;
    } else {
        let shown = TripWithFiles::new(&timeline, trip, &story, explain);
        write_value(&mut out, &shown, context.format == Format::Ndjson)?;
    }
    out.flush()?;
    Ok(Done::Well)
}

/// How wide the labels of a trip or cluster are, in columns.
pub(super) const LABEL: usize = 6;

fn details(out: &mut impl Write, dataset: &Dataset, trip: &Trip) -> std::io::Result<()> {
    let journey = trip.shown();
    let counts = trip.holds();
    let files = output::files_held(counts);
    let state = match &trip.state {
        State::Live => None,
        State::Suspended => Some(text!("trip-suspended")),
        State::Absorbed(into) => Some(text!("trip-absorbed", other = into.to_string())),
        State::Deleted => Some(text!("trip-deleted")),
    };
    let home = journey.home.as_deref().and_then(|id| dataset.homes.get(id));
    let far = home.map(|home| {
        text!(
            "trip-far",
            farthest = trip_table::kilometres(journey.farthest_km),
            home = home.name,
            distance = trip_table::kilometres(journey.distance_km),
        )
    });
    let countries = output::listed(&journey.countries());
    for (name, value) in [
        (
            text!("label-trip"),
            Some(trip_table::called(dataset, journey)),
        ),
        (text!("label-title"), trip.title.clone()),
        (text!("label-dates"), Some(dates::span(trip.days()))),
        (
            text!("label-days"),
            Some(if trip_table::is_day_trip(trip) {
                text!("trip-of-a-day")
            } else {
                let days = counted(trip.days().days() as usize, "day");
                let active = counts.active_days.to_string();
                text!("days-with-photos", active = active, days = days)
            }),
        ),
        (text!("label-files"), Some(files)),
        (text!("label-far"), far),
        (
            text!("label-in"),
            Some(countries).filter(|countries| !countries.is_empty()),
        ),
        (text!("label-state"), state),
        (text!("label-id"), Some(trip.object_id.to_string())),
    ] {
        if let Some(value) = value {
            writeln!(out, "{} {}", padded(&name, LABEL), Escaped::new(&value))?;
        }
    }
    Ok(())
}

/// How wide the dates of an itinerary are, at least.
const DATE: usize = 15;

/// The itinerary, a line for each day with files.
fn days(out: &mut impl Write, itinerary: &[TripDay]) -> std::io::Result<()> {
    let dates = (itinerary.iter()).map(|day| dates::with_weekday(day.day.date()));
    let dates: Vec<String> = dates.collect();
    let widest = dates.iter().map(|date| date.width()).max().unwrap_or(0);
    for (day, date) in itinerary.iter().zip(&dates) {
        let places: Vec<String> = (day.places.iter())
            .map(|(name, count)| {
                let name = name.as_deref().unwrap_or("?");
                text!(
                    "place-with-files",
                    place = name,
                    files = files(*count as usize)
                )
            })
            .collect();
        let date = padded_left(date, widest.max(DATE));
        let places = output::listed(&places);
        writeln!(out, "{date}  {}", Escaped::new(&places))?;
    }
    Ok(())
}
