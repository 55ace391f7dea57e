//! Location histories in JSON: one value that is read as a stream. serde hands over entry
//! after entry, and none is kept.

use std::fmt;
use std::io::{self, BufReader, Read};
use std::marker::PhantomData;

use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};

use super::error::{TrackError, TrackFile, TrackPlace};
use super::format::TrackFormat;
use super::guard::JsonGuard;
use super::records::LocationRecord;
use super::semantic::TimelineObject;
use super::sieve::{Entry, Sieve};
use super::timeline::{Segment, Signal};
use crate::text::reason;

/// Reads one JSON value.
pub(super) fn read(input: impl Read, sieve: &mut Sieve) -> Result<TrackFormat, TrackError> {
    let input = BufReader::with_capacity(1 << 16, JsonGuard::new(input));
    let mut json = serde_json::Deserializer::from_reader(input);
    let mut format = None;
    let root = JsonRoot {
        sieve,
        format: &mut format,
    };
    let outcome = root.deserialize(&mut json).and_then(|()| json.end());
    match (outcome, format) {
        (Ok(()), Some(format)) => Ok(format),
        (Ok(()), None) => Err(TrackError::Unknown(
            "it is JSON, but not a known location history",
        )),
        (Err(error), format) => Err(explain(error, format)),
    }
}

fn explain(error: serde_json::Error, format: Option<TrackFormat>) -> TrackError {
    let place = TrackPlace::Line {
        line: error.line(),
        column: error.column(),
    };
    match error.io_error_kind() {
        None | Some(io::ErrorKind::InvalidData) => {}
        Some(_) => return TrackError::Read(error.into()),
    }
    let reason = if error.is_eof() {
        "it is cut short".to_owned()
    } else {
        reason(&error)
    };
    TrackError::Broken {
        what: format.map_or(TrackFile::Json, TrackFile::History),
        place,
        reason,
    }
}

/// The whole value. Which format it is follows from its keys.
struct JsonRoot<'a, 'b> {
    sieve: &'a mut Sieve<'b>,
    format: &'a mut Option<TrackFormat>,
}

impl<'de> DeserializeSeed<'de> for JsonRoot<'_, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for JsonRoot<'_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("a location history")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(key) = map.next_key::<String>()? {
            let format = match key.as_str() {
                "locations" => TrackFormat::Records,
                "timelineObjects" => TrackFormat::Semantic,
                "semanticSegments" | "rawSignals" => TrackFormat::TimelineAndroid,
                _ => {
                    map.next_value::<IgnoredAny>()?;
                    continue;
                }
            };
            if self.format.get_or_insert(format) != &format {
                return Err(A::Error::custom("it is two kinds of history at once"));
            }
            let sieve = &mut *self.sieve;
            match key.as_str() {
                "locations" => map.next_value_seed(EntryList::<LocationRecord>::new(sieve))?,
                "timelineObjects" => {
                    map.next_value_seed(EntryList::<TimelineObject>::new(sieve))?
                }
                "semanticSegments" => map.next_value_seed(EntryList::<Segment>::new(sieve))?,
                _ => map.next_value_seed(EntryList::<Signal>::new(sieve))?,
            };
        }
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, seq: A) -> Result<(), A::Error> {
        let segments = EntryList::<Segment>::new(self.sieve);
        if segments.visit_seq(seq)? {
            *self.format = Some(TrackFormat::TimelineIos);
        }
        Ok(())
    }
}

/// A list of entries; whether any of them is of the history is what it comes to.
struct EntryList<'a, 'b, T> {
    sieve: &'a mut Sieve<'b>,
    entries: PhantomData<T>,
}

impl<'a, 'b, T> EntryList<'a, 'b, T> {
    fn new(sieve: &'a mut Sieve<'b>) -> Self {
        Self {
            sieve,
            entries: PhantomData,
        }
    }
}

impl<'de, T: Entry> DeserializeSeed<'de> for EntryList<'_, '_, T> {
    type Value = bool;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<bool, D::Error> {
        deserializer.deserialize_seq(self)
    }
}

impl<'de, T: Entry> Visitor<'de> for EntryList<'_, '_, T> {
    type Value = bool;

    fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("a list")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<bool, A::Error> {
        let mut any = false;
        while let Some(entry) = seq.next_element::<T>()? {
            any |= entry.tell(self.sieve);
        }
        Ok(any)
    }
}
