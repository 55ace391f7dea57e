//! The formats of location histories.

use std::fmt;

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
        f.write_str(match self {
            Self::Gpx => "GPX",
            Self::Kml => "KML",
            Self::Records => "Google location records",
            Self::Semantic => "Google Semantic Location History",
            Self::TimelineAndroid => "Google Timeline of Android",
            Self::TimelineIos => "Google Timeline of iOS",
        })
    }
}
