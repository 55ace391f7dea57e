//! The monthly files of Google Takeout's Semantic Location History.

use serde::Deserialize;

use super::sieve::{Entry, LatLon, Sieve};
use super::values::{Few, Number, TrackTime, e7};

/// An element of `timelineObjects`: one of the two.
#[derive(Default, Deserialize)]
#[serde(
    rename_all = "camelCase",
    default,
    expecting = "an entry of `timelineObjects`"
)]
pub(super) struct TimelineObject {
    place_visit: Option<PlaceVisit>,
    activity_segment: Option<ActivitySegment>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct PlaceVisit {
    location: Option<E7Place>,
    center_lat_e7: Number,
    center_lng_e7: Number,
    duration: Option<TimelineDuration>,
    simplified_raw_path: Option<RawPath>,
    /// Shops within a mall, for example.
    child_visits: Few<PlaceVisit>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct ActivitySegment {
    start_location: Option<E7Place>,
    end_location: Option<E7Place>,
    duration: Option<TimelineDuration>,
    waypoint_path: Option<WaypointPath>,
    simplified_raw_path: Option<RawPath>,
    parking_event: Option<Parking>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct E7Place {
    #[serde(rename = "latitudeE7")]
    lat: Number,
    #[serde(rename = "longitudeE7")]
    lon: Number,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct TimelineDuration {
    start_timestamp: TrackTime,
    start_timestamp_ms: TrackTime,
    end_timestamp: TrackTime,
    end_timestamp_ms: TrackTime,
}

/// Where somebody passed, without a time.
#[derive(Default, Deserialize)]
#[serde(default)]
struct WaypointPath {
    waypoints: Few<PathPoint>,
}

/// Where somebody was, with the time.
#[derive(Default, Deserialize)]
#[serde(default)]
struct RawPath {
    points: Few<PathPoint>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct PathPoint {
    #[serde(rename = "latE7")]
    lat: Number,
    #[serde(rename = "lngE7")]
    lon: Number,
    accuracy_meters: Number,
    timestamp: TrackTime,
    timestamp_ms: TrackTime,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Parking {
    location: Option<E7Place>,
    timestamp: TrackTime,
    timestamp_ms: TrackTime,
}

impl Entry for TimelineObject {
    fn tell(self, sieve: &mut Sieve) -> bool {
        let any = self.place_visit.is_some() || self.activity_segment.is_some();
        if let Some(visit) = self.place_visit {
            visit.tell(sieve);
        }
        if let Some(segment) = self.activity_segment {
            segment.tell(sieve);
        }
        any
    }
}

impl PlaceVisit {
    fn tell(self, sieve: &mut Sieve) {
        let (from, to) = ends(self.duration);
        let named = self.location.and_then(|place| place.degrees());
        let centre = e7(self.center_lat_e7, self.center_lng_e7);
        sieve.stay(from, to, named.or(centre));
        tell_path(self.simplified_raw_path, sieve);
        for child in self.child_visits.0 {
            child.tell(sieve);
        }
    }
}

impl ActivitySegment {
    fn tell(self, sieve: &mut Sieve) {
        let (from, to) = ends(self.duration);
        let start = self.start_location.and_then(|place| place.degrees());
        let end = self.end_location.and_then(|place| place.degrees());
        let has_times = self.simplified_raw_path.is_some();
        let mut line: Vec<LatLon> = start.into_iter().collect();
        if let Some(path) = self.waypoint_path.filter(|_| !has_times) {
            let points = path.waypoints.0.iter();
            line.extend(points.filter_map(|point| e7(point.lat, point.lon)));
        }
        line.extend(end);
        if start.is_some() && end.is_some() {
            sieve.leg(from, to, &line);
        } else {
            sieve.take(from, start, None);
            sieve.take(to, end, None);
        }
        tell_path(self.simplified_raw_path, sieve);
        if let Some(parking) = self.parking_event {
            let place = parking.location.and_then(|place| place.degrees());
            sieve.take(parking.timestamp.or(parking.timestamp_ms), place, None);
        }
    }
}

impl E7Place {
    fn degrees(&self) -> Option<LatLon> {
        e7(self.lat, self.lon)
    }
}

fn ends(duration: Option<TimelineDuration>) -> (Option<i64>, Option<i64>) {
    let Some(duration) = duration else {
        return (None, None);
    };
    (
        duration.start_timestamp.or(duration.start_timestamp_ms),
        duration.end_timestamp.or(duration.end_timestamp_ms),
    )
}

fn tell_path(path: Option<RawPath>, sieve: &mut Sieve) {
    for point in path.into_iter().flat_map(|path| path.points.0) {
        let instant = point.timestamp.or(point.timestamp_ms);
        sieve.take(instant, e7(point.lat, point.lon), point.accuracy_meters.0);
    }
}
