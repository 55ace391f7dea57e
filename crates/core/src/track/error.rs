//! What keeps a location history from being read.

use std::fmt;
use std::io;

use imm_cluster_messages::{retold, text};

use super::format::TrackFormat;

/// Why a file is no location history, or none that can be read whole. The caller knows its
/// name. Nothing of such a file should be kept: half a history would be taken for all of it.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TrackError {
    /// It is no location history, or of a kind that is not known.
    #[error("{}", retold(.0))]
    Unknown(&'static str),
    /// It is one that is damaged, cut short, or not made as its kind is.
    #[error("{}", text!("track-broken", what = .what.to_string(), place = .place.to_string(), reason = retold(.reason)))]
    Broken {
        /// What the file is, as far as that is known.
        what: TrackFile,
        /// Where in the file.
        place: TrackPlace,
        /// What is wrong.
        reason: String,
    },
    /// The file cannot be read.
    #[error("{}", retold(&.0.to_string()))]
    Read(#[from] io::Error),
}

/// What a damaged file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TrackFile {
    /// A location history.
    History(TrackFormat),
    /// JSON that broke before it said of what kind it is.
    Json,
    /// XML that broke before it said of what kind it is.
    Xml,
}

/// Where in a file something is wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TrackPlace {
    /// Counted from one.
    Line {
        /// The line.
        line: usize,
        /// The byte of that line.
        column: usize,
    },
    /// Counted from zero.
    Byte(u64),
}

impl fmt::Display for TrackFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::History(format) => format.fmt(f),
            Self::Json => f.write_str("JSON"),
            Self::Xml => f.write_str("XML"),
        }
    }
}

impl fmt::Display for TrackPlace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Line { line, column } => f.write_str(&text!(
                "track-line",
                line = line.to_string(),
                column = column.to_string(),
            )),
            Self::Byte(byte) => f.write_str(&text!("track-byte", byte = byte.to_string())),
        }
    }
}
