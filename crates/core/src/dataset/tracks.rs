//! The location histories that a dataset remembers.

use std::path::PathBuf;

use super::model::{Dataset, Unknown};
use crate::track::Track;

/// A file with a location history, as it was when it was read last.
#[derive(Debug, Clone, PartialEq)]
pub struct TrackRecord {
    /// The absolute path.
    pub path: PathBuf,
    /// Its size in bytes.
    pub size: u64,
    /// Its modification time in microseconds since 1970-01-01 UTC.
    pub mtime: i64,
    /// Whether it was gone at the last look. What it said stays.
    pub missing: bool,
    /// The fixes that are kept of it, packed: few commands want them.
    pub fixes: String,
    /// Keys of the dataset that this version does not know.
    pub unknown: Unknown,
}

impl Dataset {
    /// All location histories laid over each other.
    pub(super) fn track(&self) -> Track {
        let tracks: Vec<Track> = (self.tracks.iter())
            .filter_map(|record| Track::unpack(&record.fixes))
            .collect();
        Track::merge(&tracks)
    }
}
