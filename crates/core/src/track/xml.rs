//! Location histories in XML: what GPX and KML have in common.

use std::io::{self, BufReader, ErrorKind, Read};

use quick_xml::errors::Error;
use quick_xml::escape::resolve_xml_entity;
use quick_xml::events::{BytesStart, Event};
use quick_xml::reader::Reader;

use super::elements::XmlElements;
use super::error::{TrackError, TrackFile, TrackPlace};
use super::format::TrackFormat;
use super::gpx::GpxPoints;
use super::guard::{LONGEST_PIECE, TOO_LONG, XmlGuard};
use super::kml::Kml;
use super::sieve::Sieve;

/// The deepest nesting of elements. Folders of KML may lie in each other.
const MAX_DEPTH: usize = 64;

/// Reads a document of GPX or KML.
pub(super) fn read(input: impl Read, sieve: &mut Sieve) -> Result<TrackFormat, TrackError> {
    let mut reader = Reader::from_reader(BufReader::with_capacity(1 << 16, XmlGuard::new(input)));
    let mut walk = XmlWalk::default();
    let mut buffer = Vec::new();
    loop {
        buffer.clear();
        let event = reader.read_event_into(&mut buffer);
        let outcome = match event {
            Ok(Event::Eof) => walk.end().map(Some),
            Ok(event) => walk.take(&event, sieve).map(|()| None),
            Err(Error::Io(error)) if error.kind() != ErrorKind::InvalidData => {
                return Err(io::Error::new(error.kind(), error.to_string()).into());
            }
            Err(Error::Io(error)) => Err(error.to_string()),
            Err(error) => return Err(walk.broken(reader.error_position(), error.to_string())),
        };
        reader.get_mut().get_mut().since = 0;
        match outcome {
            Ok(None) => {}
            Ok(Some(format)) => return Ok(format),
            Err(_) if walk.is_other => return Err(NEITHER),
            Err(reason) => return Err(walk.broken(reader.buffer_position(), reason)),
        }
    }
}

const NEITHER: TrackError = TrackError::Unknown("it is XML, but neither GPX nor KML");

/// How far a document was read.
#[derive(Default)]
struct XmlWalk {
    kind: Option<(TrackFormat, Box<dyn XmlElements>)>,
    is_other: bool,
    depth: usize,
    text: String,
}

impl XmlWalk {
    /// The document ends.
    fn end(&self) -> Result<TrackFormat, String> {
        match &self.kind {
            None => Err("there is no element in it".to_owned()),
            Some(_) if self.depth > 0 => Err("it is cut short".to_owned()),
            Some((format, _)) => Ok(*format),
        }
    }

    fn broken(&self, byte: u64, reason: String) -> TrackError {
        let format = self.kind.as_ref().map(|(format, _)| *format);
        TrackError::Broken {
            what: format.map_or(TrackFile::Xml, TrackFile::History),
            place: TrackPlace::Byte(byte),
            reason,
        }
    }

    fn take(&mut self, event: &Event, sieve: &mut Sieve) -> Result<(), String> {
        match event {
            Event::Start(start) => {
                self.open(start, sieve)?;
                self.depth += 1;
                if self.depth > MAX_DEPTH {
                    return Err("it is nested too deeply".to_owned());
                }
            }
            Event::Empty(start) => {
                self.open(start, sieve)?;
                self.close(start.local_name().as_ref(), sieve);
            }
            Event::End(end) => {
                self.depth = self.depth.saturating_sub(1);
                self.close(end.local_name().as_ref(), sieve);
            }
            Event::Text(text) => self.text.push_str(text),
            Event::CData(text) => self.text.push_str(text),
            Event::GeneralRef(reference) => {
                if let Some(char) = reference.resolve_char_ref().ok().flatten() {
                    self.text.push(char);
                } else if let Some(text) = resolve_xml_entity(reference) {
                    self.text.push_str(text);
                }
            }
            _ => {}
        }
        // It may come in many pieces.
        if self.text.len() > LONGEST_PIECE {
            return Err(TOO_LONG.to_owned());
        }
        Ok(())
    }

    fn open(&mut self, start: &BytesStart, sieve: &mut Sieve) -> Result<(), String> {
        self.text.clear();
        let name = start.local_name();
        let name = name.as_ref();
        if self.depth == 0 {
            if self.kind.is_some() {
                return Err("a second document follows".to_owned());
            }
            self.kind = match name {
                "gpx" => Some((TrackFormat::Gpx, Box::new(GpxPoints::default()))),
                "kml" => Some((TrackFormat::Kml, Box::new(Kml::default()))),
                _ => {
                    self.is_other = true;
                    return Err(String::new());
                }
            };
        }
        if let Some((_, elements)) = &mut self.kind {
            elements.open(self.depth, name, start, sieve);
        }
        Ok(())
    }

    fn close(&mut self, name: &str, sieve: &mut Sieve) {
        if let Some((_, elements)) = &mut self.kind {
            elements.close(self.depth, name, self.text.trim(), sieve);
        }
        self.text.clear();
    }
}
