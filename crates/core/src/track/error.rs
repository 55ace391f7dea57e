//! What keeps a location history from being read.

use std::fmt;
use std::io;

use super::format::TrackFormat;

/// Why a file is no location history, or none that can be read whole. The caller knows its
/// name. Nothing of such a file should be kept: half a history would be taken for all of it.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TrackError {
    /// It is no location history, or of a kind that is not known.
    #[error("{0}")]
    Unknown(&'static str),
    /// It is one that is damaged, cut short, or not made as its kind is.
    #[error("{what}, {place}: {reason}")]
    Broken {
        /// What the file is, as far as that is known.
        what: TrackFile,
        /// Where in the file.
        place: TrackPlace,
        /// What is wrong.
        reason: String,
    },
    /// The file cannot be read.
    #[error("{0}")]
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
            Self::Line { line, column } => write!(f, "line {line}, column {column}"),
            Self::Byte(byte) => write!(f, "byte {byte}"),
        }
    }
}
