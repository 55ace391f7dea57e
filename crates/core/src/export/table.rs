//! Clusters, trips and files as rows of a table: what CSV, GeoJSON and Parquet have in
//! common.

use std::sync::LazyLock;

use chrono::{DateTime, NaiveDate, Utc};

use super::{ExportBy, ExportedGroup, ExportedTrip, Photo};
use crate::capture::clock::Clock;
use crate::capture::position::Position;
use crate::cluster::area::Cluster;
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
    /// Whole numbers of 32 bits.
    Small,
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

/// What stands between several names in one field.
const LIST: &str = "; ";

/// The first columns of clusters.
const CLUSTER: &[Column] = &[
    ("cluster_id", ColumnKind::Text),
    ("level", ColumnKind::Text),
    ("title", ColumnKind::Text),
    ("place", ColumnKind::Text),
];

/// The columns of [`address`].
pub(super) const ADDRESS: &[Column] = &[
    ("country_code", ColumnKind::Text),
    ("country", ColumnKind::Text),
    ("province", ColumnKind::Text),
    ("city", ColumnKind::Text),
    ("district", ColumnKind::Text),
    ("township", ColumnKind::Text),
];

/// The regions of an address, as [`Region::to_json`](crate::place::Region::to_json) has them.
#[cfg(feature = "parquet")]
pub(super) const KEYS: &[Column] = &[
    ("country_key", ColumnKind::Text),
    ("province_key", ColumnKind::Text),
    ("city_key", ColumnKind::Text),
    ("district_key", ColumnKind::Text),
    ("township_key", ColumnKind::Text),
];

/// The first columns of trips.
const TRIP: &[Column] = &[
    ("trip_id", ColumnKind::Text),
    ("title", ColumnKind::Text),
    ("name", ColumnKind::Text),
    ("country_codes", ColumnKind::Text),
    ("countries", ColumnKind::Text),
    ("stops", ColumnKind::Text),
    ("home", ColumnKind::Text),
];

/// The columns of [`days`].
const DAYS: &[Column] = &[
    ("start_date", ColumnKind::Date),
    ("end_date", ColumnKind::Date),
    ("days", ColumnKind::Number),
    ("active_days", ColumnKind::Number),
    ("files", ColumnKind::Number),
    ("moments", ColumnKind::Number),
    ("files_missing", ColumnKind::Number),
];

/// What trips have beside.
const WAY: &[Column] = &[
    ("files_lent", ColumnKind::Number),
    ("distance_km", ColumnKind::Number),
    ("farthest_km", ColumnKind::Number),
];

/// The columns of [`times_and_extent`].
const TIMES_AND_EXTENT: &[Column] = &[
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

/// The first columns of files.
const NAMES: &[Column] = &[("path", ColumnKind::Text), ("name", ColumnKind::Text)];

/// The columns of the cluster that a file is listed for.
const ITS_CLUSTER: &[Column] = &[
    ("cluster_id", ColumnKind::Text),
    ("cluster_level", ColumnKind::Text),
    ("cluster_title", ColumnKind::Text),
];

/// The columns of the trip that a file is listed for.
const ITS_TRIP: &[Column] = &[
    ("trip_id", ColumnKind::Text),
    ("trip_title", ColumnKind::Text),
];

/// The columns of what is known of a file.
const KNOWN: &[Column] = &[
    ("capture_time", ColumnKind::Clock),
    ("capture_time_utc", ColumnKind::Instant),
    ("utc_offset_minutes", ColumnKind::Number),
    ("local_date", ColumnKind::Date),
    ("capture_time_source", ColumnKind::Text),
    ("lat", ColumnKind::Degrees),
    ("lon", ColumnKind::Degrees),
    ("position_source", ColumnKind::Text),
];

/// What is known of its camera and the rest.
const REST: &[Column] = &[
    ("time_zone", ColumnKind::Text),
    ("camera", ColumnKind::Text),
    ("media_type", ColumnKind::Text),
    ("format", ColumnKind::Text),
    ("size", ColumnKind::Number),
    ("modified", ColumnKind::Instant),
];

/// The columns of what is exported.
pub fn of_groups(by: ExportBy) -> &'static [Column] {
    static CLUSTERS: LazyLock<Vec<Column>> =
        LazyLock::new(|| [CLUSTER, ADDRESS, DAYS, TIMES_AND_EXTENT].concat());
    static TRIPS: LazyLock<Vec<Column>> =
        LazyLock::new(|| [TRIP, DAYS, WAY, TIMES_AND_EXTENT].concat());
    match by {
        ExportBy::Cluster => &CLUSTERS,
        ExportBy::Trip => &TRIPS,
    }
}

/// The columns of files, of which those in the middle tell what each file is listed for.
pub fn of_files(by: ExportBy) -> &'static [Column] {
    static OF_CLUSTERS: LazyLock<Vec<Column>> =
        LazyLock::new(|| [NAMES, ITS_CLUSTER, KNOWN, ADDRESS, REST].concat());
    static OF_TRIPS: LazyLock<Vec<Column>> =
        LazyLock::new(|| [NAMES, ITS_TRIP, KNOWN, ADDRESS, REST].concat());
    match by {
        ExportBy::Cluster => &OF_CLUSTERS,
        ExportBy::Trip => &OF_TRIPS,
    }
}

/// A cluster or trip, in the order of [`of_groups`].
pub fn group(group: &ExportedGroup<'_>) -> Vec<Value> {
    match (group.cluster(), group.trip()) {
        (Some(it), _) => cluster(group, it),
        (_, Some(it)) => trip(group, it),
        (None, None) => Vec::new(),
    }
}

/// The columns of a cluster.
fn cluster(group: &ExportedGroup<'_>, cluster: &Cluster) -> Vec<Value> {
    let mut row = vec![
        text(Some(group.object_id())),
        text(Some(group.kind())),
        text(group.own_title()),
        text(Some(group.place())),
    ];
    row.extend(address(Some(&cluster.of.address)));
    row.extend(days(group));
    row.extend(times_and_extent(group));
    row
}

/// The columns of a trip.
fn trip(group: &ExportedGroup<'_>, of: &ExportedTrip<'_>) -> Vec<Value> {
    let journey = of.trip.shown();
    let stops: Vec<String> = (of.stops.iter())
        .map(|stop| {
            let days = stop.stay.span;
            format!("{} {}..{}", stop.name(), days.first, days.last)
        })
        .collect();
    let codes = journey.each_of(|address| address.country_code.as_deref());
    let mut row = vec![
        text(Some(group.object_id())),
        text(group.own_title()),
        text(of.name.as_deref()),
        text(Some(&codes.join(LIST))),
        text(Some(&journey.countries().join(LIST))),
        text(Some(&stops.join(LIST))),
        text(of.home.map(|home| home.name.as_str())),
    ];
    row.extend(days(group));
    row.extend([
        Value::Number(Some(group.counts().lent.into())),
        Value::Number(Some(journey.distance_km.into())),
        Value::Number(Some(journey.farthest_km.into())),
    ]);
    row.extend(times_and_extent(group));
    row
}

/// The days, and what was taken on them.
fn days(group: &ExportedGroup<'_>) -> [Value; 7] {
    let (days, holds) = (group.days(), group.counts());
    [
        Value::Date(Some(days.first.date())),
        Value::Date(Some(days.last.date())),
        Value::Number(Some(days.days().into())),
        Value::Number(Some(holds.active_days.into())),
        Value::Number(Some(holds.files.into())),
        Value::Number(Some(holds.moments.into())),
        Value::Number(Some(holds.missing.into())),
    ]
}

/// The last columns of what is exported.
fn times_and_extent(group: &ExportedGroup<'_>) -> [Value; 9] {
    let holds = group.counts();
    [
        Value::Clock(holds.first_capture),
        Value::Clock(holds.last_capture),
        Value::Degrees(group.centre().map(Position::lat)),
        Value::Degrees(group.centre().map(Position::lon)),
        Value::Degrees(group.extent.map(|extent| extent.south)),
        Value::Degrees(group.extent.map(|extent| extent.west)),
        Value::Degrees(group.extent.map(|extent| extent.north)),
        Value::Degrees(group.extent.map(|extent| extent.east)),
        text(group.custom_id()),
    ]
}

/// A file, and the cluster or trip that it is listed for, in the order of [`of_files`].
pub fn file(by: ExportBy, group: Option<&ExportedGroup<'_>>, photo: &Photo<'_, '_>) -> Vec<Value> {
    let local = photo.local();
    let (position, position_source) = photo.file.position().unzip();
    let offset = local.and_then(|local| local.offset);
    let format = photo.file.content.format();
    let size = i64::try_from(photo.file.stat.size).ok();
    let mut row = vec![
        text(Some(&photo.path().to_string_lossy())),
        text(Some(&photo.name())),
        text(group.map(ExportedGroup::object_id)),
    ];
    if by == ExportBy::Cluster {
        row.push(text(group.map(ExportedGroup::kind)));
    }
    row.extend([
        text(group.map(ExportedGroup::title)),
        Value::Clock(local),
        Value::Instant(local.and_then(Clock::utc)),
        Value::Number(offset.map(|offset| i64::from(offset.local_minus_utc()) / 60)),
        Value::Date(local.map(|local| local.date)),
        text(photo.time_source()),
        Value::Degrees(position.map(Position::lat)),
        Value::Degrees(position.map(Position::lon)),
        text(position_source.map(|source| source.name())),
    ]);
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

pub(super) fn address(address: Option<&Address>) -> [Value; 6] {
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

pub(super) fn text(text: Option<&str>) -> Value {
    Value::Text(text.map(str::to_owned))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::export::testing::Sample;

    #[test]
    fn every_field_is_of_the_kind_of_its_column() {
        let sample = Sample::new();
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
        for selection in [sample.selection(), sample.trips()] {
            let by = selection.by();
            fits(of_groups(by), group(&selection.groups()[0]));
            let (of, photo) = selection.all_files().next().unwrap();
            fits(of_files(by), file(by, of, &photo));
        }
    }
}
