//! Clusters and files as rows of a table: what CSV and Parquet have in common.

use chrono::{DateTime, NaiveDate, Utc};

use super::{ExportedCluster, Photo, instant};
use crate::capture::clock::Clock;
use crate::capture::position::Position;
use crate::place::Address;

/// A name, and what stands below it.
pub type Column = (&'static str, ColumnKind);

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ColumnKind {
    /// Text.
    Text,
    /// Whole numbers.
    Number,
    /// Degrees.
    Degrees,
    /// Civil dates.
    Date,
    /// Readings of a wall clock.
    Clock,
    /// Instants.
    Instant,
}

/// What stands in a field, of the kind of its column.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// Text.
    Text(Option<String>),
    /// A whole number.
    Number(Option<i64>),
    /// Degrees.
    Degrees(Option<f64>),
    /// A civil date.
    Date(Option<NaiveDate>),
    /// A reading of a wall clock.
    Clock(Option<Clock>),
    /// An instant.
    Instant(Option<DateTime<Utc>>),
}

/// The columns of clusters.
pub const CLUSTERS: &[Column] = &[
    ("cluster_id", ColumnKind::Text),
    ("level", ColumnKind::Text),
    ("title", ColumnKind::Text),
    ("place", ColumnKind::Text),
    ("country_code", ColumnKind::Text),
    ("country", ColumnKind::Text),
    ("province", ColumnKind::Text),
    ("city", ColumnKind::Text),
    ("district", ColumnKind::Text),
    ("township", ColumnKind::Text),
    ("start_date", ColumnKind::Date),
    ("end_date", ColumnKind::Date),
    ("days", ColumnKind::Number),
    ("active_days", ColumnKind::Number),
    ("files", ColumnKind::Number),
    ("moments", ColumnKind::Number),
    ("files_missing", ColumnKind::Number),
    ("first_capture", ColumnKind::Clock),
    ("last_capture", ColumnKind::Clock),
    ("lat", ColumnKind::Degrees),
    ("lon", ColumnKind::Degrees),
    ("south", ColumnKind::Degrees),
    ("west", ColumnKind::Degrees),
    ("north", ColumnKind::Degrees),
    ("east", ColumnKind::Degrees),
    ("custom_id", ColumnKind::Text),
];

/// The columns of files.
pub const FILES: &[Column] = &[
    ("path", ColumnKind::Text),
    ("name", ColumnKind::Text),
    ("cluster_id", ColumnKind::Text),
    ("cluster_level", ColumnKind::Text),
    ("cluster_title", ColumnKind::Text),
    ("capture_time", ColumnKind::Clock),
    ("capture_time_utc", ColumnKind::Instant),
    ("utc_offset_minutes", ColumnKind::Number),
    ("local_date", ColumnKind::Date),
    ("capture_time_source", ColumnKind::Text),
    ("lat", ColumnKind::Degrees),
    ("lon", ColumnKind::Degrees),
    ("position_source", ColumnKind::Text),
    ("country_code", ColumnKind::Text),
    ("country", ColumnKind::Text),
    ("province", ColumnKind::Text),
    ("city", ColumnKind::Text),
    ("district", ColumnKind::Text),
    ("township", ColumnKind::Text),
    ("time_zone", ColumnKind::Text),
    ("camera", ColumnKind::Text),
    ("media_type", ColumnKind::Text),
    ("format", ColumnKind::Text),
    ("size", ColumnKind::Number),
    ("modified", ColumnKind::Instant),
];

/// A cluster, in the order of [`CLUSTERS`].
pub fn cluster(trip: &ExportedCluster<'_>) -> Vec<Value> {
    let cluster = trip.cluster;
    let (days, holds) = (cluster.days(), cluster.holds());
    let mut row = vec![
        text(Some(&cluster.object_id)),
        text(Some(cluster.of.level.name())),
        text(cluster.title.as_deref()),
        text(Some(trip.place())),
    ];
    row.extend(address(Some(&cluster.of.address)));
    row.extend([
        Value::Date(Some(days.first.date())),
        Value::Date(Some(days.last.date())),
        Value::Number(Some(days.days().into())),
        Value::Number(Some(holds.active_days.into())),
        Value::Number(Some(holds.files.into())),
        Value::Number(Some(holds.moments.into())),
        Value::Number(Some(holds.missing.into())),
        Value::Clock(holds.first_capture),
        Value::Clock(holds.last_capture),
        Value::Degrees(trip.centre().map(Position::lat)),
        Value::Degrees(trip.centre().map(Position::lon)),
        Value::Degrees(trip.extent.map(|extent| extent.south)),
        Value::Degrees(trip.extent.map(|extent| extent.west)),
        Value::Degrees(trip.extent.map(|extent| extent.north)),
        Value::Degrees(trip.extent.map(|extent| extent.east)),
        text(cluster.custom_id.as_deref()),
    ]);
    row
}

/// A file, and the cluster that it is listed for, in the order of [`FILES`].
pub fn file(trip: Option<&ExportedCluster<'_>>, photo: &Photo<'_, '_>) -> Vec<Value> {
    let local = photo.local();
    let (position, position_source) = photo.file.position().unzip();
    let offset = local.and_then(|local| local.offset);
    let format = photo.file.content.format();
    let size = i64::try_from(photo.file.stat.size).ok();
    let mut row = vec![
        text(Some(&photo.path().to_string_lossy())),
        text(Some(&photo.name())),
        text(trip.map(|trip| trip.cluster.object_id.as_str())),
        text(trip.map(|trip| trip.cluster.of.level.name())),
        text(trip.map(ExportedCluster::title)),
        Value::Clock(local),
        Value::Instant(local.and_then(instant)),
        Value::Number(offset.map(|offset| i64::from(offset.local_minus_utc()) / 60)),
        Value::Date(local.map(|local| local.date)),
        text(photo.time_source()),
        Value::Degrees(position.map(Position::lat)),
        Value::Degrees(position.map(Position::lon)),
        text(position_source.map(|source| source.name())),
    ];
    row.extend(address(photo.address()));
    row.extend([
        text(photo.time_zone()),
        text(photo.camera()),
        text(format.map(|format| format.media_type())),
        text(format.map(|format| format.name())),
        Value::Number(size.filter(|_| photo.is_on_disk())),
        Value::Instant(photo.modified()),
    ]);
    row
}

fn address(address: Option<&Address>) -> [Value; 6] {
    let part = |part: fn(&Address) -> &Option<String>| {
        text(address.and_then(|address| part(address).as_deref()))
    };
    [
        part(|address| &address.country_code),
        part(|address| &address.country),
        part(|address| &address.province),
        part(|address| &address.city),
        part(|address| &address.district),
        part(|address| &address.township),
    ]
}

fn text(text: Option<&str>) -> Value {
    Value::Text(text.map(str::to_owned))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::export::testing::Sample;

    #[test]
    fn every_field_is_of_the_kind_of_its_column() {
        let sample = Sample::new();
        let selection = sample.selection();
        let kind = |value: &Value| match value {
            Value::Text(_) => ColumnKind::Text,
            Value::Number(_) => ColumnKind::Number,
            Value::Degrees(_) => ColumnKind::Degrees,
            Value::Date(_) => ColumnKind::Date,
            Value::Clock(_) => ColumnKind::Clock,
            Value::Instant(_) => ColumnKind::Instant,
        };
        let fits = |columns: &[Column], row: Vec<Value>| {
            let kinds: Vec<ColumnKind> = columns.iter().map(|(_, kind)| *kind).collect();
            assert_eq!(row.iter().map(kind).collect::<Vec<_>>(), kinds);
        };
        fits(CLUSTERS, cluster(&selection.trips()[0]));
        let (trip, photo) = selection.all_files().next().unwrap();
        fits(FILES, file(trip, &photo));
    }
}
