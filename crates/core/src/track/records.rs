//! `Records.json` of Google Takeout, and `Location History.json` before it.

use serde::Deserialize;

use super::sieve::{Entry, Sieve};
use super::values::{Number, TrackTime, e7};

/// An element of `locations`.
#[derive(Default, Deserialize)]
#[serde(
    rename_all = "camelCase",
    default,
    expecting = "an entry of `locations`"
)]
pub(super) struct LocationRecord {
    #[serde(rename = "latitudeE7")]
    lat: Number,
    #[serde(rename = "longitudeE7")]
    lon: Number,
    accuracy: Number,
    timestamp: TrackTime,
    timestamp_ms: TrackTime,
}

impl Entry for LocationRecord {
    fn tell(self, sieve: &mut Sieve) -> bool {
        let instant = self.timestamp.or(self.timestamp_ms);
        sieve.take(instant, e7(self.lat, self.lon), self.accuracy.0);
        true
    }
}
