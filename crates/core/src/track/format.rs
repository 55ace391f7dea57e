//! The formats of location histories.

use std::fmt;

use imm_cluster_messages::text;

/// The format of a location history.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TrackFormat {
    /// GPS Exchange Format: tracks, routes and waypoints with a time.
    Gpx,
    /// KML: `gx:Track`, and placemarks with a time.
    Kml,
    /// `Records.json` of Google Takeout, formerly `Location History.json`.
    Records,
    /// The monthly files of Google Takeout's Semantic Location History.
    Semantic,
    /// `Timeline.json`, which Android exports since 2024.
    TimelineAndroid,
    /// `location-history.json`, which Google Maps on iOS exports since 2024.
    TimelineIos,
}

impl fmt::Display for TrackFormat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&match self {
            Self::Gpx => "GPX".to_owned(),
            Self::Kml => "KML".to_owned(),
            Self::Records => text!("track-format-records"),
            Self::Semantic => text!("track-format-semantic"),
            Self::TimelineAndroid => text!("track-format-android"),
            Self::TimelineIos => text!("track-format-ios"),
        })
    }
}
