//! The table of trips that people see after `run` and `trips list`.

use std::io::Write;

use crate::output::{self, Cells, Style, Table, dates};
use imm_cluster_core::cluster::area::Cluster;
use imm_cluster_core::dataset::Dataset;
use imm_cluster_core::text::{Escaped, counted, grouped};
use imm_cluster_core::trip::clusters::{ByDays, by_home};
use imm_cluster_core::trip::journey::{Journey, Stay, Trip};
use imm_cluster_messages::text;

/// A row for each trip, and a line below it with its stops where it has several.
pub(super) fn table(dataset: &Dataset, trips: &[&Trip]) -> Table {
    let has_titles = trips.iter().any(|trip| trip.title.is_some());
    let mut columns = vec![
        (text!("column-dates"), Cells::Dates),
        (text!("column-days"), Cells::Numbers),
        (text!("column-trip"), Cells::Words),
        (text!("column-files"), Cells::Numbers),
        (text!("column-far"), Cells::Numbers),
        (text!("column-id"), Cells::Ids),
    ];
    if has_titles {
        columns.push((text!("column-title"), Cells::Words));
    }
    let (days, name, files, far, title) = (1, 2, 3, 4, 6);
    let mut table = Table::new(&columns, name)
        .with_elastic(title)
        .with_optional(&[title, far, files, days]);
    for trip in trips {
        let journey = trip.shown();
        let mut row = vec![
            dates::span(trip.days()),
            grouped(trip.days().days()),
            Escaped::new(&marked(dataset, trip)).to_string(),
            grouped(trip.holds().files),
            kilometres(journey.farthest_km),
            trip.object_id.short().to_owned(),
        ];
        if has_titles {
            let title = trip.title.as_deref().unwrap_or_default();
            row.push(Escaped::new(title).to_string());
        }
        table.row(row);
        if journey.stops.len() > 1 {
            table.line_below(format!("  {}", Escaped::new(&stops(journey))));
        }
    }
    table
}

/// A line for each home, which folds the clusters of life there.
pub(super) fn write_homes(
    out: &mut impl Write,
    dataset: &Dataset,
    trips: &[&Trip],
    clusters: &[&Cluster],
    style: Style,
) -> std::io::Result<()> {
    let homes = &dataset.homes;
    let by_days = ByDays::new(trips, homes);
    let clusters = clusters.iter().copied().enumerate();
    let at_home = clusters.filter(|(_, cluster)| by_days.trip_of(cluster).is_none());
    let at_home = by_home(at_home, homes);
    if !homes.list.is_empty() && !trips.is_empty() {
        writeln!(out)?;
    }
    for home in &homes.list {
        let clusters = at_home.get(home.id.as_str()).map_or(0, Vec::len);
        let several = homes.list.iter().filter(|other| other.name == home.name);
        let name = Escaped::new(&home.name).to_string();
        let days = counted(home.days_seen as usize, "day");
        let clusters = counted(clusters, "cluster");
        let line = match several.count() {
            1 => text!("home-line", name = name, days = days, clusters = clusters),
            _ => text!(
                "home-line-with-dates",
                name = name,
                from = home.from.to_string(),
                to = home.to.to_string(),
                days = days,
                clusters = clusters
            ),
        };
        writeln!(out, "{}", output::wrapped(&line, style.width))?;
    }
    Ok(())
}

/// What a trip is called in a table, where one of a single day from home is marked.
fn marked(dataset: &Dataset, trip: &Trip) -> String {
    let name = called(dataset, trip.shown());
    if is_day_trip(trip) {
        text!("trip-name-of-a-day", name = name)
    } else {
        name
    }
}

/// Whether a trip led away from home for a single day.
pub(super) fn is_day_trip(trip: &Trip) -> bool {
    trip.days().days() == 1 && trip.shown().home.is_some()
}

/// What a trip or a stop is called that has no name.
fn nameless() -> String {
    text!("at-sea")
}

/// What a trip is called without its title.
pub(super) fn called(dataset: &Dataset, journey: &Journey) -> String {
    let name = dataset.homes.name_of(journey);
    name.unwrap_or_else(nameless)
}

/// What a trip is called.
pub(super) fn titled(dataset: &Dataset, trip: &Trip) -> String {
    let title = trip.title.clone();
    title.unwrap_or_else(|| called(dataset, trip.shown()))
}

/// `Tokyo 5 days, Kyoto 3 days, Osaka 1 day`.
fn stops(journey: &Journey) -> String {
    let stop = |stop: &Stay| {
        let days = counted(stop.span.days() as usize, "day");
        let name = stop.name().map_or_else(nameless, str::to_owned);
        text!("stop", name = name, days = days)
    };
    let stops: Vec<String> = journey.stops.iter().map(stop).collect();
    output::listed(&stops)
}

/// `12,480 km`; nothing where no home is known.
pub(super) fn kilometres(km: u32) -> String {
    if km == 0 {
        return String::new();
    }
    text!("kilometres", number = km)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_are_told_apart() {
        assert_eq!(kilometres(0), "");
        assert_eq!(kilometres(999), "999 km");
        assert_eq!(kilometres(12_480), "12,480 km");
        assert_eq!(kilometres(1_234_567), "1,234,567 km");
    }
}
