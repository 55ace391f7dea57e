//! What Google Maps exports on the phone itself since 2024: on Android an object with
//! `semanticSegments` and `rawSignals`, on iOS a list of segments.

use serde::Deserialize;

use super::sieve::{Entry, Sieve};
use super::values::{Few, LatLng, Number, TrackTime};

/// A stretch of time: one of a visit, an activity, and a path. Others, such as what the phone
/// remembers of a trip, say no position.
#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default, expecting = "a stretch of time")]
pub(super) struct Segment {
    start_time: TrackTime,
    end_time: TrackTime,
    timeline_path: Option<Few<TimelinePoint>>,
    visit: Option<TimelineVisit>,
    activity: Option<TimelineActivity>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct TimelinePoint {
    point: LatLng,
    /// On Android.
    time: TrackTime,
    /// On iOS.
    duration_minutes_offset_from_start_time: Number,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct TimelineVisit {
    top_candidate: VisitCandidate,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct VisitCandidate {
    place_location: LatLng,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct TimelineActivity {
    start: LatLng,
    end: LatLng,
}

/// An element of `rawSignals`; those of movement and Wi-Fi say no position.
#[derive(Default, Deserialize)]
#[serde(default, expecting = "an entry of `rawSignals`")]
pub(super) struct Signal {
    position: Option<SignalPosition>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct SignalPosition {
    #[serde(rename = "LatLng", alias = "latLng")]
    lat_lng: LatLng,
    accuracy_meters: Number,
    timestamp: TrackTime,
}

impl Entry for Segment {
    fn tell(self, sieve: &mut Sieve) -> bool {
        let (from, to) = (self.start_time.0, self.end_time.0);
        let is_one =
            self.timeline_path.is_some() || self.visit.is_some() || self.activity.is_some();
        for point in self.timeline_path.into_iter().flat_map(|path| path.0) {
            let minutes = point.duration_minutes_offset_from_start_time.0;
            #[expect(
                clippy::cast_possible_truncation,
                reason = "saturates, and is no time then"
            )]
            let later =
                |minutes: f64| from.map(|from| from.saturating_add((minutes * 60.0) as i64));
            sieve.take(
                point.time.0.or(minutes.and_then(later)),
                point.point.0,
                None,
            );
        }
        if let Some(visit) = self.visit {
            sieve.stay(from, to, visit.top_candidate.place_location.0);
        }
        if let Some(activity) = self.activity {
            sieve.take(from, activity.start.0, None);
            sieve.take(to, activity.end.0, None);
        }
        is_one || (from.is_some() && to.is_some())
    }
}

impl Entry for Signal {
    fn tell(self, sieve: &mut Sieve) -> bool {
        if let Some(position) = self.position {
            let accuracy = position.accuracy_meters.0;
            sieve.take(position.timestamp.0, position.lat_lng.0, accuracy);
        }
        true
    }
}
