//! GeoJSON as RFC 7946 has it: a feature a line.

use std::borrow::Cow;
use std::io::{self, Write};

use serde::ser::{Serialize, SerializeMap, Serializer};

use super::table::{self, Column, ColumnKind, Value};
use super::{ExportedGroup, ExportedStop, Photo, Selection};
use crate::capture::position::{Position, centimetres};
use crate::text::timestamp;
use crate::text::write_list;

#[derive(serde::Serialize)]
struct Feature<'a> {
    #[serde(rename = "type")]
    kind: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    bbox: Option<[f64; 4]>,
    geometry: Option<Geometry>,
    properties: Properties,
}

/// Degrees east and north.
type LonLat = [f64; 2];

#[derive(Debug, PartialEq, serde::Serialize)]
#[serde(tag = "type", content = "coordinates")]
enum Geometry {
    Point(LonLat),
    LineString(Vec<LonLat>),
    MultiLineString(Vec<Vec<LonLat>>),
}

/// What CSV has in columns, but for the degrees, which the geometry tells.
struct Properties {
    kind: &'static str,
    label: Option<String>,
    columns: Cow<'static, [Column]>,
    values: Vec<Value>,
}

impl Serialize for Properties {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("kind", self.kind)?;
        if let Some(label) = &self.label {
            map.serialize_entry("name", label)?;
        }
        for ((name, _), value) in self.columns.iter().zip(&self.values) {
            match value {
                Value::Text(text) => map.serialize_entry(name, text)?,
                Value::Number(number) => map.serialize_entry(name, number)?,
                Value::Date(date) => {
                    map.serialize_entry(name, &date.map(|date| date.to_string()))?;
                }
                Value::Clock(clock) => {
                    map.serialize_entry(name, &clock.map(|clock| clock.to_string()))?;
                }
                Value::Instant(at) => map.serialize_entry(name, &at.map(timestamp))?,
                Value::Degrees(_) => {}
            }
        }
        map.end()
    }
}

/// Writes a feature for each cluster or trip, that of a trip followed by its stops where
/// there are several, and each followed by its files where they are wanted. A file without
/// a position is no feature.
///
/// # Errors
/// The output is closed or full.
pub fn write(selection: &Selection<'_>, files: bool, out: &mut dyn Write) -> io::Result<()> {
    out.write_all(b"{\"type\":\"FeatureCollection\",\"features\":")?;
    let groups = selection.groups().iter().enumerate();
    let features = groups.flat_map(|(number, group)| {
        let stops = group.way().iter().map(|stop| of_stop(group, stop));
        let files = selection.files(if files { number } else { usize::MAX });
        let files = files.filter_map(|photo| of_file(selection, group, &photo));
        std::iter::once(of_group(selection, group))
            .chain(stops)
            .chain(files)
    });
    let mut out = out;
    write_list(&mut out, features, true)?;
    out.write_all(b"}\n")
}

fn of_group<'a>(selection: &Selection<'_>, group: &ExportedGroup<'a>) -> Feature<'a> {
    let is_trip = group.trip().is_some();
    Feature {
        kind: "Feature",
        id: Some(group.object_id()),
        bbox: group.extent.map(|e| [e.west, e.south, e.east, e.north]),
        geometry: match group.way() {
            [] => group.centre().map(point),
            stops => Some(line(stops.iter().map(|stop| stop.at))),
        },
        properties: Properties {
            kind: if is_trip { "trip" } else { "cluster" },
            // A trip has a column of that name.
            label: (!is_trip).then(|| group.label()),
            columns: table::of_groups(selection.by()).into(),
            values: table::group(group),
        },
    }
}

/// A stop of a trip, which says by the id what it is of.
fn of_stop<'a>(group: &ExportedGroup<'a>, stop: &ExportedStop<'_>) -> Feature<'a> {
    let days = stop.stay.span;
    Feature {
        kind: "Feature",
        id: None,
        bbox: None,
        geometry: Some(point(stop.at)),
        properties: Properties {
            kind: "stop",
            label: Some(stop.name().to_owned()),
            columns: STOPS.into(),
            values: vec![
                Value::Text(Some(group.object_id().to_owned())),
                Value::Text(Some(stop.stay.address.line())),
                Value::Date(Some(days.first.date())),
                Value::Date(Some(days.last.date())),
                Value::Number(Some(days.days().into())),
                Value::Number(Some(stop.stay.files.into())),
            ],
        },
    }
}

/// What is said of a stop, besides its name.
const STOPS: &[Column] = &[
    ("trip_id", ColumnKind::Text),
    ("address_line", ColumnKind::Text),
    ("start_date", ColumnKind::Date),
    ("end_date", ColumnKind::Date),
    ("days", ColumnKind::Number),
    ("files", ColumnKind::Number),
];

fn of_file<'a>(
    selection: &Selection<'_>,
    group: &ExportedGroup<'a>,
    photo: &Photo<'_, '_>,
) -> Option<Feature<'a>> {
    let by = selection.by();
    Some(Feature {
        kind: "Feature",
        id: None,
        bbox: None,
        geometry: Some(point(photo.position()?)),
        properties: Properties {
            kind: "file",
            label: None,
            columns: table::of_files(by).into(),
            values: table::file(by, Some(group), photo),
        },
    })
}

fn point(position: Position) -> Geometry {
    Geometry::Point(coordinates(position))
}

fn coordinates(position: Position) -> LonLat {
    [position.lon(), position.lat()]
}

/// A line the shorter way round the globe. RFC 7946 wants it in parts where it crosses the
/// antimeridian (section 3.1.9).
fn line(points: impl Iterator<Item = Position>) -> Geometry {
    let mut parts: Vec<Vec<LonLat>> = vec![Vec::new()];
    let mut before: Option<Position> = None;
    for at in points {
        if let Some(before) = before
            && (at.lon() - before.lon()).abs() > 180.0
        {
            let side = 180.0_f64.copysign(before.lon());
            let to_it = (side - before.lon()).abs();
            let behind_it = (side + at.lon()).abs();
            // Both lie on it: there is no way between them.
            let part = if to_it + behind_it > 0.0 {
                to_it / (to_it + behind_it)
            } else {
                0.0
            };
            let lat = before.lat() + (at.lat() - before.lat()) * part;
            let lat = centimetres(lat);
            if let Some(last) = parts.last_mut() {
                last.push([side, lat]);
            }
            parts.push(vec![[-side, lat]]);
        }
        if let Some(last) = parts.last_mut() {
            last.push(coordinates(at));
        }
        before = Some(at);
    }
    match parts.pop() {
        Some(only) if parts.is_empty() => Geometry::LineString(only),
        last => Geometry::MultiLineString(parts.into_iter().chain(last).collect()),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::export::testing::{Sample, written};

    #[test]
    fn clusters_and_files() {
        let sample = Sample::new();
        let selection = sample.selection();
        insta::assert_snapshot!(written(|out| write(&selection, true, out)), @r#"
        {"type":"FeatureCollection","features":[
        {"type":"Feature","id":"location-date-cluster-00000001-0000-4000-8000-000000000000","bbox":[120.1485,30.2489,120.1614,30.2936],"geometry":{"type":"Point","coordinates":[120.15495,30.27125]},"properties":{"kind":"cluster","name":"2024-03-03 =West Lake: \"spring\", & <tea>? /../","cluster_id":"location-date-cluster-00000001-0000-4000-8000-000000000000","level":"city","title":"=West Lake: \"spring\", & <tea>? /../","place":"Hangzhou","country_code":"CN","country":"China","province":"Zhejiang","city":"Hangzhou","district":null,"township":null,"start_date":"2024-03-03","end_date":"2024-03-05","days":3,"active_days":3,"files":3,"moments":2,"files_missing":1,"first_capture":"2024-03-03T09:12:44+08:00","last_capture":"2024-03-05T21:40:02.500+08:00","custom_id":null}},
        {"type":"Feature","geometry":{"type":"Point","coordinates":[120.1485,30.2489]},"properties":{"kind":"file","path":"/photos/2024/hz/IMG_1.HEIC","name":"IMG_1.HEIC","cluster_id":"location-date-cluster-00000001-0000-4000-8000-000000000000","cluster_level":"city","cluster_title":"=West Lake: \"spring\", & <tea>? /../","capture_time":"2024-03-03T09:12:44+08:00","capture_time_utc":"2024-03-03T01:12:44Z","utc_offset_minutes":480,"local_date":"2024-03-03","capture_time_source":"exif:DateTimeOriginal","position_source":"exif:GPS","country_code":"CN","country":"China","province":"Zhejiang","city":"Hangzhou","district":null,"township":null,"time_zone":"Asia/Shanghai","camera":"Apple iPhone 13","media_type":"image/heic","format":"heic","size":3345123,"modified":"2024-03-03T01:12:45.123456Z"}},
        {"type":"Feature","geometry":{"type":"Point","coordinates":[120.1485,30.2489]},"properties":{"kind":"file","path":"/photos/2024/hz/IMG_1.MOV","name":"IMG_1.MOV","cluster_id":"location-date-cluster-00000001-0000-4000-8000-000000000000","cluster_level":"city","cluster_title":"=West Lake: \"spring\", & <tea>? /../","capture_time":"2024-03-03T09:12:44+08:00","capture_time_utc":"2024-03-03T01:12:44Z","utc_offset_minutes":480,"local_date":"2024-03-03","capture_time_source":"exif:DateTimeOriginal","position_source":"exif:GPS","country_code":"CN","country":"China","province":"Zhejiang","city":"Hangzhou","district":null,"township":null,"time_zone":"Asia/Shanghai","camera":"Apple iPhone 13","media_type":"video/quicktime","format":"mov","size":3345123,"modified":"2024-03-03T01:12:45.123456Z"}},
        {"type":"Feature","geometry":{"type":"Point","coordinates":[120.1614,30.2936]},"properties":{"kind":"file","path":"/photos/2024/hz/=cmd|'c'!A1,\"x\"\n<b>&.jpg","name":"=cmd|'c'!A1,\"x\"\n<b>&.jpg","cluster_id":"location-date-cluster-00000001-0000-4000-8000-000000000000","cluster_level":"city","cluster_title":"=West Lake: \"spring\", & <tea>? /../","capture_time":"2024-03-05T21:40:02.500+08:00","capture_time_utc":"2024-03-05T13:40:02.500Z","utc_offset_minutes":480,"local_date":"2024-03-05","capture_time_source":"exif:DateTimeOriginal","position_source":"exif:GPS","country_code":"CN","country":"China","province":"Zhejiang","city":"Hangzhou","district":null,"township":null,"time_zone":"Asia/Shanghai","camera":"Apple iPhone 13","media_type":"image/jpeg","format":"jpeg","size":3345123,"modified":"2024-03-03T01:12:45.123456Z"}},
        {"type":"Feature","id":"location-date-cluster-00000002-0000-4000-8000-000000000000","geometry":null,"properties":{"kind":"cluster","name":"2024-03-06 Jiaxing","cluster_id":"location-date-cluster-00000002-0000-4000-8000-000000000000","level":"city","title":null,"place":"Jiaxing","country_code":"CN","country":"China","province":"Zhejiang","city":"Jiaxing","district":null,"township":null,"start_date":"2024-03-06","end_date":"2024-03-06","days":1,"active_days":1,"files":1,"moments":1,"files_missing":0,"first_capture":null,"last_capture":null,"custom_id":null}}
        ]
        }
        "#);
    }

    #[test]
    fn a_line_is_cut_where_it_crosses_the_antimeridian() {
        let points = |points: &[(f64, f64)]| {
            let points = points.iter();
            line(points.map(|(lat, lon)| Position::new(*lat, *lon).unwrap()))
        };
        assert_eq!(
            points(&[(35.0, 135.0), (34.0, 140.0)]),
            Geometry::LineString(vec![[135.0, 35.0], [140.0, 34.0]])
        );
        // From Fiji to Samoa and back: a third of the way to the line.
        let (there, back) = (
            vec![[178.0, -18.0], [180.0, -16.0]],
            vec![[180.0, -16.0], [178.0, -18.0]],
        );
        assert_eq!(
            points(&[(-18.0, 178.0), (-12.0, -176.0), (-18.0, 178.0)]),
            Geometry::MultiLineString(vec![
                there,
                vec![[-180.0, -16.0], [-176.0, -12.0], [-180.0, -16.0]],
                back,
            ])
        );
    }

    proptest! {
        #[test]
        fn no_part_of_a_line_goes_the_longer_way_round(
            places in prop::collection::vec((-89.0..89.0, -180.0..180.0), 2..8),
        ) {
            let positions = || (places.iter()).filter_map(|(lat, lon)| Position::new(*lat, *lon).ok());
            let parts = match line(positions()) {
                Geometry::MultiLineString(parts) => parts,
                Geometry::LineString(only) => vec![only],
                Geometry::Point(_) => unreachable!("a line is no point"),
            };
            for part in &parts {
                prop_assert!(part.len() > 1, "{parts:?}");
                prop_assert!(part.windows(2).all(|leg| (leg[1][0] - leg[0][0]).abs() <= 180.0));
            }
            // Every place is there, in its order.
            let mut all = parts.concat().into_iter();
            for at in positions() {
                let bits = |point: LonLat| point.map(f64::to_bits);
                prop_assert!(all.any(|point| bits(point) == bits(coordinates(at))));
            }
        }
    }

    #[test]
    fn nothing_is_an_empty_collection() {
        let dataset = crate::dataset::Dataset::empty();
        let selection = Selection::of_clusters(&dataset, &[], false);
        let mut out = Vec::new();
        write(&selection, true, &mut out).unwrap();
        let value: serde_json::Value = serde_json::from_slice(&out).unwrap();
        assert_eq!(value["features"], serde_json::json!([]));
    }
}
