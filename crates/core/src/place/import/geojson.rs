//! GeoJSON: a collection of features, one feature, or features one after another.
//! It is read as a stream; one feature is in memory at a time.

use std::fmt;
use std::io::{self, BufReader, Read};

use serde::de::{
    DeserializeSeed, Deserializer, Error as _, IgnoredAny, MapAccess, SeqAccess, Visitor,
};

use super::feature::{Crs, Feature, Skip, Stop, Wanted};

/// The longest text in the file, in bytes.
const LONGEST_TEXT: usize = 16 << 20;

/// Hands every feature over.
pub(super) fn read(
    input: impl Read,
    wanted: &mut Wanted,
    crs: Crs,
    take: &mut dyn FnMut(&mut Feature) -> Result<(), Stop>,
) -> Result<(), Stop> {
    let guard = Guard {
        input,
        in_text: false,
        escaped: false,
        length: 0,
        at_start: true,
    };
    let mut json = serde_json::Deserializer::from_reader(BufReader::with_capacity(1 << 18, guard));
    let mut reading = Reading {
        feature: Feature::new(wanted, crs),
        wanted,
        take,
        taken: 0,
        stop: None,
    };
    let mut first = true;
    while first || json.end().is_err() {
        first = false;
        if let Err(error) = (Object {
            reading: &mut reading,
            top: true,
        })
        .deserialize(&mut json)
        {
            return Err(match reading.stop.take() {
                Some(stop) => stop,
                None => explain(error, reading.taken),
            });
        }
    }
    Ok(())
}

fn explain(error: serde_json::Error, taken: u64) -> Stop {
    let (line, column) = (error.line(), error.column());
    let text = error.to_string();
    let reason = text
        .rsplit_once(" at line ")
        .map_or(text.as_str(), |(reason, _)| reason);
    if let Some(kind) = error.io_error_kind() {
        return match kind {
            io::ErrorKind::InvalidData => Stop::Broken(reason.to_owned()),
            _ => Stop::Read(error.into()),
        };
    }
    let place = format!("in feature {}, line {line}, column {column}", taken + 1);
    Stop::Broken(format!("{place}: {reason}"))
}

/// Refuses texts that would fill the memory, and passes over what separates the
/// values of a sequence.
struct Guard<R> {
    input: R,
    in_text: bool,
    escaped: bool,
    length: usize,
    at_start: bool,
}

impl<R: Read> Read for Guard<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let len = self.input.read(buffer)?;
        let bytes = buffer.get_mut(..len).unwrap_or_default();
        if std::mem::take(&mut self.at_start) && bytes.starts_with(b"\xef\xbb\xbf") {
            for byte in bytes.iter_mut().take(3) {
                *byte = b' ';
            }
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
            return Err(io::Error::new(
                io::ErrorKind::InvalidData,
                "it has a text of more than 16 MiB",
            ));
        }
        Ok(len)
    }
}

struct Reading<'a> {
    wanted: &'a mut Wanted,
    feature: Feature,
    take: &'a mut dyn FnMut(&mut Feature) -> Result<(), Stop>,
    /// How many features were handed over.
    taken: u64,
    stop: Option<Stop>,
}

impl Reading<'_> {
    fn stop<E: serde::de::Error>(&mut self, stop: Stop) -> E {
        self.stop = Some(stop);
        E::custom("stopped")
    }

    fn hand_over<E: serde::de::Error>(&mut self) -> Result<(), E> {
        let taken = (self.take)(&mut self.feature);
        self.taken += 1;
        self.feature.clear();
        taken.map_err(|stop| self.stop(stop))
    }
}

/// A text of a few known ones.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Word {
    Type,
    Features,
    Geometry,
    Properties,
    Coordinates,
    Geometries,
    Crs,
    Feature,
    Collection,
    Polygon,
    GeometryCollection,
    OtherGeometry,
    Topology,
    Other,
}

struct AWord;

impl<'de> DeserializeSeed<'de> for AWord {
    type Value = Word;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Word, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl Visitor<'_> for AWord {
    type Value = Word;

    fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("a text")
    }

    fn visit_str<E>(self, text: &str) -> Result<Word, E> {
        Ok(match text {
            "type" => Word::Type,
            "features" => Word::Features,
            "geometry" => Word::Geometry,
            "properties" => Word::Properties,
            "coordinates" => Word::Coordinates,
            "geometries" => Word::Geometries,
            "crs" => Word::Crs,
            "Feature" => Word::Feature,
            "FeatureCollection" => Word::Collection,
            "Polygon" | "MultiPolygon" => Word::Polygon,
            "GeometryCollection" => Word::GeometryCollection,
            "Point" | "MultiPoint" | "LineString" | "MultiLineString" => Word::OtherGeometry,
            "Topology" => Word::Topology,
            _ => Word::Other,
        })
    }

    fn visit_unit<E>(self) -> Result<Word, E> {
        Ok(Word::Other)
    }
}

/// A collection at the top, or a feature.
struct Object<'a, 'b> {
    reading: &'a mut Reading<'b>,
    top: bool,
}

impl<'de> DeserializeSeed<'de> for Object<'_, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Object<'_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("GeoJSON")
    }

    fn visit_unit<E: serde::de::Error>(self) -> Result<(), E> {
        if self.top {
            return Err(E::custom("this is no GeoJSON"));
        }
        self.reading.hand_over()
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let Self { reading, top } = self;
        let mut kind = None;
        let mut collection = false;
        while let Some(key) = map.next_key_seed(AWord)? {
            match key {
                Word::Type => kind = Some(map.next_value_seed(AWord)?),
                Word::Features if top => {
                    collection = true;
                    map.next_value_seed(Features { reading })?;
                }
                Word::Geometry => map.next_value_seed(Geometry { reading })?,
                Word::Properties => map.next_value_seed(Properties { reading })?,
                Word::Crs if top => {
                    let crs = map.next_value::<NamedCrs>()?;
                    check(&crs).map_err(|stop| reading.stop(stop))?;
                }
                _ => _ = map.next_value::<IgnoredAny>()?,
            }
        }
        match kind {
            _ if collection => {
                // Properties of a collection are no feature's.
                reading.feature.clear();
                Ok(())
            }
            Some(Word::Feature) => reading.hand_over(),
            _ if !top => reading.hand_over(),
            Some(Word::Collection) => Ok(()),
            Some(Word::Topology) => Err(A::Error::custom(
                "this is TopoJSON; convert it to GeoJSON first, with `topo2geo` or ogr2ogr",
            )),
            Some(Word::Polygon | Word::GeometryCollection | Word::OtherGeometry) => Err(
                A::Error::custom("a geometry alone has no name; a feature is wanted"),
            ),
            _ => Err(A::Error::custom(
                "this is no GeoJSON: its `type` is no feature and no collection",
            )),
        }
    }
}

/// What GeoJSON of 2008 may say of coordinates.
#[derive(serde::Deserialize)]
struct NamedCrs {
    #[serde(default)]
    properties: Option<CrsProperties>,
}

#[derive(serde::Deserialize)]
struct CrsProperties {
    #[serde(default)]
    name: Option<String>,
}

fn check(crs: &NamedCrs) -> Result<(), Stop> {
    let name = crs
        .properties
        .as_ref()
        .and_then(|properties| properties.name.as_deref());
    match name {
        Some(name) if name.ends_with(":3857") || name.ends_with(":900913") => Err(Stop::Broken(
            format!("its coordinates are metres on a map ({name}); degrees in WGS 84 are wanted"),
        )),
        _ => Ok(()),
    }
}

struct Features<'a, 'b> {
    reading: &'a mut Reading<'b>,
}

impl<'de> DeserializeSeed<'de> for Features<'_, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_seq(self)
    }
}

impl<'de> Visitor<'de> for Features<'_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("a list of features")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<(), A::Error> {
        self.reading.feature.clear();
        let Self { reading } = self;
        while seq
            .next_element_seed(Object {
                reading,
                top: false,
            })?
            .is_some()
        {}
        Ok(())
    }
}

struct Properties<'a, 'b> {
    reading: &'a mut Reading<'b>,
}

impl<'de> DeserializeSeed<'de> for Properties<'_, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Properties<'_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("properties")
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(index) = map.next_key_seed(Key(self.reading.wanted))? {
            match index {
                None => _ = map.next_value::<IgnoredAny>()?,
                Some(index) => {
                    let value = map.next_value_seed(AText)?;
                    if let Some(slot) = self.reading.feature.values.get_mut(index) {
                        *slot = value;
                    }
                }
            }
        }
        Ok(())
    }
}

struct Key<'a>(&'a mut Wanted);

impl<'de> DeserializeSeed<'de> for Key<'_> {
    type Value = Option<usize>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Option<usize>, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl Visitor<'_> for Key<'_> {
    type Value = Option<usize>;

    fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("the name of a property")
    }

    fn visit_str<E>(self, name: &str) -> Result<Option<usize>, E> {
        Ok(self.0.index(name))
    }
}

/// A text, or what may stand for one: a number, or the first text of a list.
struct AText;

impl<'de> DeserializeSeed<'de> for AText {
    type Value = Option<String>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for AText {
    type Value = Option<String>;

    fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
        Ok(Some(text.to_owned()))
    }

    fn visit_u64<E>(self, number: u64) -> Result<Self::Value, E> {
        Ok(Some(number.to_string()))
    }

    fn visit_i64<E>(self, number: i64) -> Result<Self::Value, E> {
        Ok(Some(number.to_string()))
    }

    fn visit_f64<E>(self, number: f64) -> Result<Self::Value, E> {
        Ok(Some(number.to_string()))
    }

    fn visit_bool<E>(self, _: bool) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Self::Value, A::Error> {
        let mut first = None;
        while let Some(text) = seq.next_element_seed(AText)? {
            first = first.or(text);
        }
        Ok(first)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(None)
    }
}

/// A geometry; only polygons are kept.
struct Geometry<'a, 'b> {
    reading: &'a mut Reading<'b>,
}

impl<'de> DeserializeSeed<'de> for Geometry<'_, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Geometry<'_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("a geometry")
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let Self { reading } = self;
        let before = reading.feature.shape.mark();
        let mut kind = Word::Other;
        while let Some(key) = map.next_key_seed(AWord)? {
            match key {
                Word::Type => kind = map.next_value_seed(AWord)?,
                Word::Coordinates => _ = map.next_value_seed(Coordinates { reading })?,
                Word::Geometries => map.next_value_seed(Geometries { reading })?,
                _ => _ = map.next_value::<IgnoredAny>()?,
            }
        }
        if !matches!(kind, Word::Polygon | Word::GeometryCollection) {
            reading.feature.shape.truncate(before);
        }
        Ok(())
    }
}

struct Geometries<'a, 'b> {
    reading: &'a mut Reading<'b>,
}

impl<'de> DeserializeSeed<'de> for Geometries<'_, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_seq(self)
    }
}

impl<'de> Visitor<'de> for Geometries<'_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("a list of geometries")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<(), A::Error> {
        let Self { reading } = self;
        while seq.next_element_seed(Geometry { reading })?.is_some() {}
        Ok(())
    }
}

/// Coordinates of any depth: numbers make a position, positions a ring.
struct Coordinates<'a, 'b> {
    reading: &'a mut Reading<'b>,
}

/// What a part of the coordinates is.
enum Part {
    Number(f64),
    Position,
    Rings,
}

impl<'de> DeserializeSeed<'de> for Coordinates<'_, '_> {
    type Value = Part;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Part, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Coordinates<'_, '_> {
    type Value = Part;

    fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("coordinates")
    }

    fn visit_f64<E>(self, number: f64) -> Result<Part, E> {
        Ok(Part::Number(number))
    }

    #[expect(clippy::cast_precision_loss, reason = "degrees")]
    fn visit_u64<E>(self, number: u64) -> Result<Part, E> {
        Ok(Part::Number(number as f64))
    }

    #[expect(clippy::cast_precision_loss, reason = "degrees")]
    fn visit_i64<E>(self, number: i64) -> Result<Part, E> {
        Ok(Part::Number(number as f64))
    }

    fn visit_str<E>(self, _: &str) -> Result<Part, E> {
        Ok(Part::Number(f64::NAN))
    }

    fn visit_unit<E>(self) -> Result<Part, E> {
        Ok(Part::Number(f64::NAN))
    }

    fn visit_bool<E>(self, _: bool) -> Result<Part, E> {
        Ok(Part::Number(f64::NAN))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Part, A::Error> {
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(Part::Number(f64::NAN))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Part, A::Error> {
        let Self { reading } = self;
        let mut numbers = (0, [f64::NAN; 2]);
        let mut positions = false;
        while let Some(part) = seq.next_element_seed(Coordinates { reading })? {
            match part {
                Part::Number(number) => {
                    if let Some(slot) = numbers.1.get_mut(numbers.0) {
                        *slot = number;
                    }
                    numbers.0 += 1;
                }
                Part::Position => positions = true,
                Part::Rings => {}
            }
        }
        let shape = &mut reading.feature.shape;
        if numbers.0 > 0 {
            if positions {
                shape.wrong(Some(Skip::NotNumbers));
            }
            shape.push(numbers.1[0], numbers.1[1]);
            return Ok(Part::Position);
        }
        if positions {
            shape.end_ring();
        }
        Ok(Part::Rings)
    }
}
