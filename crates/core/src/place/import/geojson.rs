//! GeoJSON: a collection of features, one feature, or features one after another.
//! It is read as a stream: serde hands over each part of the document as it comes, and only
//! the corners and the wanted properties of one feature are kept.

use std::fmt;
use std::io::{self, BufReader, Read};

use imm_cluster_messages::{retold, text};
use serde::de::{
    DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Unexpected, Visitor,
};

use super::feature::{FeatureSink, ImportStop, SkipReason};
use crate::text::reason;

/// The longest text in the file, in bytes.
const LONGEST_TEXT: usize = 16 << 20;

/// Hands every feature over.
pub(super) fn read(input: impl Read, sink: &mut FeatureSink) -> Result<(), ImportStop> {
    let guard = TextGuard {
        input,
        in_text: false,
        escaped: false,
        length: 0,
        at_start: true,
    };
    let mut json = serde_json::Deserializer::from_reader(BufReader::with_capacity(1 << 18, guard));
    let mut document = GeoJsonDocument { sink, stop: None };
    loop {
        if let Err(error) = document.part(JsonPart::Top).deserialize(&mut json) {
            let explained = || explain(error, document.sink.taken);
            return Err(document.stop.unwrap_or_else(explained));
        }
        if json.end().is_ok() {
            return Ok(());
        }
    }
}

fn explain(error: serde_json::Error, taken: u64) -> ImportStop {
    let (line, column) = (error.line(), error.column());
    let reason = reason(&error);
    match error.io_error_kind() {
        Some(io::ErrorKind::InvalidData) => ImportStop::broken(retold(&reason)),
        Some(_) => ImportStop::Read(error.into()),
        None => ImportStop::Broken(text!(
            "import-in-feature",
            number = (taken + 1).to_string(),
            line = line.to_string(),
            column = column.to_string(),
            reason = reason,
        )),
    }
}

/// Refuses texts that would fill the memory, and passes over a byte order mark and what
/// separates the values of a sequence (RFC 8142).
struct TextGuard<R> {
    input: R,
    in_text: bool,
    escaped: bool,
    length: usize,
    at_start: bool,
}

impl<R: Read> Read for TextGuard<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let len = self.input.read(buffer)?;
        let bytes = buffer.get_mut(..len).unwrap_or_default();
        if std::mem::take(&mut self.at_start) && bytes.starts_with(b"\xef\xbb\xbf") {
            bytes[..3].fill(b' ');
        }
        for byte in bytes {
            if self.in_text {
                self.length += 1;
                if self.escaped {
                    self.escaped = false;
                } else if *byte == b'\\' {
                    self.escaped = true;
                } else if *byte == b'"' {
                    self.in_text = false;
                }
            } else if *byte == b'"' {
                self.in_text = true;
                self.length = 0;
            } else if *byte == 0x1e {
                *byte = b' ';
            }
        }
        if self.in_text && self.length > LONGEST_TEXT {
            let reason = "it has a text of more than 16 MiB";
            return Err(io::Error::new(io::ErrorKind::InvalidData, reason));
        }
        Ok(len)
    }
}

/// What part of a document is being read.
#[derive(Clone, Copy, PartialEq, Eq)]
enum JsonPart {
    /// A collection, or a feature.
    Top,
    Features,
    Feature,
    Geometry,
    Geometries,
    /// Of any depth: numbers make a position, positions a ring.
    Coordinates,
    Properties,
    /// A text, or what may stand for one: a number, or the first text of a list.
    Text,
}

/// What a part comes to.
enum JsonValue {
    Nothing,
    Text(String),
    Number(f64),
    Position,
}

struct GeoJsonDocument<'a, 'b> {
    sink: &'a mut FeatureSink<'b>,
    /// Why reading stops, where it is no fault of the document.
    stop: Option<ImportStop>,
}

impl<'a, 'b> GeoJsonDocument<'a, 'b> {
    fn part(&mut self, part: JsonPart) -> JsonPartReader<'_, 'a, 'b> {
        JsonPartReader {
            document: self,
            part,
        }
    }

    fn stop<E: Error>(&mut self, stop: ImportStop) -> E {
        self.stop = Some(stop);
        E::custom("stopped")
    }

    fn hand_over<E: Error>(&mut self) -> Result<(), E> {
        self.sink.hand_over().map_err(|stop| self.stop(stop))
    }

    fn text<'de, A: MapAccess<'de>>(&mut self, map: &mut A) -> Result<Option<String>, A::Error> {
        Ok(match map.next_value_seed(self.part(JsonPart::Text))? {
            JsonValue::Text(text) => Some(text),
            _ => None,
        })
    }

    /// A collection at the top, or a feature. What it is may stand at its end.
    fn object<'de, A: MapAccess<'de>>(&mut self, top: bool, mut map: A) -> Result<(), A::Error> {
        let mut kind = None;
        let mut collection = false;
        while let Some(key) = map.next_key::<String>()? {
            match key.as_str() {
                "type" => kind = self.text(&mut map)?,
                "features" if top => {
                    collection = true;
                    map.next_value_seed(self.part(JsonPart::Features))?;
                }
                "geometry" => _ = map.next_value_seed(self.part(JsonPart::Geometry))?,
                "properties" => _ = map.next_value_seed(self.part(JsonPart::Properties))?,
                _ => _ = map.next_value::<IgnoredAny>()?,
            }
        }
        let reason = match kind.as_deref().unwrap_or_default() {
            _ if collection => {
                // Drop what a collection has beside its features: it belongs to none of them.
                self.sink.feature.clear();
                return Ok(());
            }
            "Feature" => return self.hand_over(),
            _ if !top => return self.hand_over(),
            "FeatureCollection" => return Ok(()),
            "Topology" => {
                text!("import-topojson")
            }
            "Point" | "MultiPoint" | "LineString" | "MultiLineString" | "Polygon"
            | "MultiPolygon" | "GeometryCollection" => {
                text!("import-only-geometry")
            }
            _ => text!("import-no-geojson-type"),
        };
        Err(A::Error::custom(reason))
    }

    /// A geometry; only polygons are kept.
    fn geometry<'de, A: MapAccess<'de>>(&mut self, mut map: A) -> Result<(), A::Error> {
        let before = self.sink.feature.mark();
        let mut kind = None;
        while let Some(key) = map.next_key::<String>()? {
            match key.as_str() {
                "type" => kind = self.text(&mut map)?,
                "coordinates" => _ = map.next_value_seed(self.part(JsonPart::Coordinates))?,
                "geometries" => _ = map.next_value_seed(self.part(JsonPart::Geometries))?,
                _ => _ = map.next_value::<IgnoredAny>()?,
            }
        }
        let kind = kind.as_deref().unwrap_or_default();
        if !matches!(kind, "Polygon" | "MultiPolygon" | "GeometryCollection") {
            self.sink.feature.truncate(before);
        }
        Ok(())
    }

    fn properties<'de, A: MapAccess<'de>>(&mut self, mut map: A) -> Result<(), A::Error> {
        while let Some(name) = map.next_key::<String>()? {
            match self.sink.index(&name) {
                None => _ = map.next_value::<IgnoredAny>()?,
                index => {
                    let value = self.text(&mut map)?;
                    self.sink.feature.set(index, value);
                }
            }
        }
        Ok(())
    }

    fn coordinates<'de, A: SeqAccess<'de>>(&mut self, mut seq: A) -> Result<JsonValue, A::Error> {
        let mut position = [f64::NAN; 2];
        let (mut numbers, mut positions) = (0, false);
        while let Some(part) = seq.next_element_seed(self.part(JsonPart::Coordinates))? {
            match part {
                JsonValue::Number(number) => {
                    if let Some(slot) = position.get_mut(numbers) {
                        *slot = number;
                    }
                    numbers += 1;
                }
                JsonValue::Position => positions = true,
                _ => {}
            }
        }
        let feature = &mut self.sink.feature;
        if numbers > 0 {
            if positions {
                feature.wrong(SkipReason::NotNumbers);
            }
            feature.push(position[0], position[1]);
            return Ok(JsonValue::Position);
        }
        if positions {
            feature.end_ring();
        }
        Ok(JsonValue::Nothing)
    }

    fn list<'de, A: SeqAccess<'de>>(
        &mut self,
        of: JsonPart,
        mut seq: A,
    ) -> Result<JsonValue, A::Error> {
        let mut first = JsonValue::Nothing;
        while let Some(value) = seq.next_element_seed(self.part(of))? {
            if let (JsonValue::Nothing, JsonValue::Text(_)) = (&first, &value) {
                first = value;
            }
        }
        Ok(first)
    }
}

/// Reads one part of a document.
struct JsonPartReader<'a, 'b, 'c> {
    document: &'a mut GeoJsonDocument<'b, 'c>,
    part: JsonPart,
}

impl JsonPartReader<'_, '_, '_> {
    /// What is no number where coordinates are wanted is a bad number; elsewhere it is nothing.
    fn nothing(&self) -> JsonValue {
        match self.part {
            JsonPart::Coordinates => JsonValue::Number(f64::NAN),
            _ => JsonValue::Nothing,
        }
    }

    fn number(&self, number: f64, text: impl FnOnce() -> String) -> JsonValue {
        match self.part {
            JsonPart::Text => JsonValue::Text(text()),
            _ => JsonValue::Number(number),
        }
    }
}

impl<'de> DeserializeSeed<'de> for JsonPartReader<'_, '_, '_> {
    type Value = JsonValue;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<JsonValue, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for JsonPartReader<'_, '_, '_> {
    type Value = JsonValue;

    fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str(match self.part {
            JsonPart::Top | JsonPart::Feature => "GeoJSON",
            JsonPart::Features => "a list of features",
            JsonPart::Geometry => "a geometry",
            JsonPart::Geometries => "a list of geometries",
            JsonPart::Coordinates => "coordinates",
            JsonPart::Properties => "properties",
            JsonPart::Text => "a text",
        })
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<JsonValue, A::Error> {
        match self.part {
            JsonPart::Top => self.document.object(true, map)?,
            JsonPart::Feature => self.document.object(false, map)?,
            JsonPart::Geometry => self.document.geometry(map)?,
            JsonPart::Properties => self.document.properties(map)?,
            JsonPart::Text | JsonPart::Coordinates => {
                while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
            }
            JsonPart::Features | JsonPart::Geometries => {
                return Err(A::Error::invalid_type(Unexpected::Map, &self));
            }
        }
        Ok(self.nothing())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, seq: A) -> Result<JsonValue, A::Error> {
        match self.part {
            JsonPart::Features => {
                self.document.sink.feature.clear();
                self.document.list(JsonPart::Feature, seq)
            }
            JsonPart::Geometries => self.document.list(JsonPart::Geometry, seq),
            JsonPart::Coordinates => self.document.coordinates(seq),
            JsonPart::Text => self.document.list(self.part, seq),
            _ => Err(A::Error::invalid_type(Unexpected::Seq, &self)),
        }
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<JsonValue, E> {
        match self.part {
            JsonPart::Text => Ok(JsonValue::Text(text.to_owned())),
            JsonPart::Coordinates => Ok(self.nothing()),
            _ => Err(E::invalid_type(Unexpected::Str(text), &self)),
        }
    }

    fn visit_f64<E: Error>(self, number: f64) -> Result<JsonValue, E> {
        Ok(self.number(number, || number.to_string()))
    }

    #[expect(clippy::cast_precision_loss, reason = "degrees")]
    fn visit_u64<E: Error>(self, number: u64) -> Result<JsonValue, E> {
        Ok(self.number(number as f64, || number.to_string()))
    }

    #[expect(clippy::cast_precision_loss, reason = "degrees")]
    fn visit_i64<E: Error>(self, number: i64) -> Result<JsonValue, E> {
        Ok(self.number(number as f64, || number.to_string()))
    }

    fn visit_bool<E: Error>(self, _: bool) -> Result<JsonValue, E> {
        Ok(self.nothing())
    }

    fn visit_unit<E: Error>(self) -> Result<JsonValue, E> {
        match self.part {
            JsonPart::Top => return Err(E::custom(text!("import-no-geojson"))),
            JsonPart::Feature => self.document.hand_over()?,
            _ => {}
        }
        Ok(self.nothing())
    }
}
