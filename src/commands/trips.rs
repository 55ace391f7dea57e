//! `trips`: the spells away from home, as they are since the last run.

use std::io::Write;

use super::done::Done;
use super::{open, query, trip_steps, trip_table};
use crate::cli::{Format, ListTrips};
use crate::error::Fatal;
use crate::options::Context;
use crate::output::json::{TripJson, TripWithFiles};
use crate::output::{self, dates};
use imm_cluster_core::dataset::{Dataset, Timeline};
use imm_cluster_core::identity::find::find;
use imm_cluster_core::identity::record::State;
use imm_cluster_core::text::{self, Escaped};
use imm_cluster_core::trip::itinerary::TripDay;
use imm_cluster_core::trip::journey::Trip;

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
            format!("no trips: no home is known; `{add}` adds one")
        } else {
            "no trips: no file was taken away from home".to_owned()
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
        text::write_list(&mut out, json, context.format == Format::Json)?;
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
        text::write_value(&mut out, &shown, context.format == Format::Ndjson)?;
    }
    out.flush()?;
    Ok(Done::Well)
}

fn details(out: &mut impl Write, dataset: &Dataset, trip: &Trip) -> std::io::Result<()> {
    let journey = trip.shown();
    let counts = trip.holds();
    let files = output::files_held(counts);
    let state = match &trip.state {
        State::Live => None,
        State::Suspended => Some("suspended: no photos show it at present".to_owned()),
        State::Absorbed(into) => Some(format!("part of {into} now")),
        State::Deleted => {
            Some("deleted by you; `imm-cluster trips restore` restores it".to_owned())
        }
    };
    let home = journey.home.as_deref().and_then(|id| dataset.homes.get(id));
    let far = home.map(|home| {
        format!(
            "{} from {}, {} in all",
            trip_table::kilometres(journey.farthest_km),
            home.name,
            trip_table::kilometres(journey.distance_km),
        )
    });
    let countries = journey.countries().join(", ");
    for (name, value) in [
        ("trip", Some(trip_table::called(dataset, journey))),
        ("title", trip.title.clone()),
        ("dates", Some(dates::span(trip.days()))),
        (
            "days",
            Some(if trip_table::is_day_trip(trip) {
                "1, a day trip".to_owned()
            } else {
                let days = text::counted(trip.days().days() as usize, "day");
                format!("{} of {days} with photos", counts.active_days)
            }),
        ),
        ("files", Some(files)),
        ("far", far),
        (
            "in",
            Some(countries).filter(|countries| !countries.is_empty()),
        ),
        ("state", state),
        ("id", Some(trip.object_id.to_string())),
    ] {
        if let Some(value) = value {
            writeln!(out, "{name:<6} {}", Escaped::new(&value))?;
        }
    }
    Ok(())
}

/// The itinerary, a line for each day with files.
fn days(out: &mut impl Write, itinerary: &[TripDay]) -> std::io::Result<()> {
    for day in itinerary {
        let places: Vec<String> = (day.places.iter())
            .map(|(name, files)| {
                format!(
                    "{} {}",
                    name.as_deref().unwrap_or("?"),
                    text::files(*files as usize)
                )
            })
            .collect();
        let date = day.day.date().format("%a %-d %b %Y").to_string();
        writeln!(out, "{date:>15}  {}", Escaped::new(&places.join(", ")))?;
    }
    Ok(())
}
