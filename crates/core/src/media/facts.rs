//! What one media file says about itself.

use chrono::{DateTime, Datelike, FixedOffset, NaiveDateTime, NaiveTime, Utc};
use imm_cluster_messages::{retold, text};

use crate::capture::clock::{NoTime, RawTime, Written};
use crate::capture::clue::{Clue, PositionClue, PositionSource, Rejected, TimeClue, TimeSource};
use crate::capture::position::Position;

/// More times or positions than that have no file; what follows them is left out, so that
/// comparing all with all costs little.
const MOST_CLUES: usize = 64;

/// Every clue that a file holds, before any is believed.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Facts {
    /// Statements about the time, in the order in which they were found.
    pub times: Vec<TimeClue>,
    /// Statements about the place, in the order in which they were found.
    pub positions: Vec<PositionClue>,
    /// The time of the GPS fix.
    pub gps_time: Option<GpsTime>,
    /// An offset from UTC that the device states beside an instant (Samsung, Sony).
    pub device_offset: Option<FixedOffset>,
    /// How many seconds a video runs, 0 where that is not known.
    pub length: i64,
    /// The camera's maker.
    pub make: Option<String>,
    /// The camera's model.
    pub model: Option<String>,
    /// Apple's identifier that the photo and the video of a Live Photo share.
    pub content_id: Option<String>,
    /// What went wrong while reading, for `files show`.
    pub notes: Vec<String>,
    /// Sidecars that the system did not let be read, by name, and why. What they say is
    /// not among the clues.
    pub refused: Vec<(String, String)>,
}

/// What the GPS tags say about the time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GpsTime {
    /// GPSDateStamp and GPSTimeStamp.
    Instant(DateTime<Utc>),
    /// GPSTimeStamp alone: a time of day in UTC.
    TimeOfDay(NaiveTime),
}

impl Facts {
    /// The camera as people name it: maker and model, the maker once.
    pub fn camera(&self) -> Option<String> {
        match (self.make.as_deref(), self.model.as_deref()) {
            (Some(make), Some(model))
                if !model.to_lowercase().starts_with(&make.to_lowercase()) =>
            {
                Some(format!("{make} {model}"))
            }
            (_, Some(model)) => Some(model.to_owned()),
            (Some(make), None) => Some(make.to_owned()),
            (None, None) => None,
        }
    }

    /// Adds what went wrong while reading a part of the file.
    pub(super) fn note(&mut self, part: &str, why: &str) {
        (self.notes).push(text!("note-of-part", part = part, why = retold(why)));
    }

    /// Adds a time, or why it is none.
    pub fn time(
        &mut self,
        source: TimeSource,
        text: impl Into<String>,
        value: Result<RawTime, impl Into<Rejected>>,
    ) {
        if self.times.len() < MOST_CLUES {
            self.times.push(Clue {
                source,
                text: text.into(),
                value: value.map_err(Into::into),
            });
        }
    }

    /// Adds a written date and time as the reading of a wall clock.
    pub fn clock(&mut self, source: TimeSource, text: &str) {
        let value = Written::parse(text).map(|written| RawTime::Clock(written.clock()));
        self.time(source, text.trim_matches(['\0', ' ']), value);
    }

    /// Adds the time of a GPS fix in UTC, or why it is none.
    pub fn fix_time(
        &mut self,
        source: TimeSource,
        text: impl Into<String>,
        utc: Result<NaiveDateTime, NoTime>,
    ) {
        // The system was declared operational in 1995; receivers that count from 1970 or 1980
        // have no fix yet.
        let instant = utc.and_then(|utc| match utc.year() {
            ..1995 => Err(NoTime::ResetClock),
            _ => Ok(utc.and_utc()),
        });
        if let Ok(instant) = instant {
            self.gps_time = self.gps_time.or(Some(GpsTime::Instant(instant)));
        }
        self.time(source, text, instant.map(RawTime::Instant));
    }

    /// Adds a pair of degrees, or why it is no position.
    pub fn position(
        &mut self,
        source: PositionSource,
        text: impl Into<String>,
        lat: f64,
        lon: f64,
    ) {
        if self.positions.len() < MOST_CLUES {
            self.positions.push(Clue {
                source,
                text: text.into(),
                value: Position::new(lat, lon).map_err(Into::into),
            });
        }
    }

    /// Adds a position that stands in the file as numbers: degrees north and east.
    pub fn degrees(&mut self, source: PositionSource, (lat, lon): (f64, f64)) {
        self.position(source, format!("{lat:.7}, {lon:.7}"), lat, lon);
    }

    /// Adds a position that could not even be read as numbers.
    pub fn no_position(&mut self, source: PositionSource, text: impl Into<String>, why: &str) {
        self.positions.push(Clue {
            source,
            text: text.into(),
            value: Err(Rejected(why.to_owned())),
        });
    }
}
