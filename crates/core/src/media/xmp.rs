//! XMP packets (ISO 16684-1), embedded in a media file or beside it.
//!
//! Only the top-level properties of an `rdf:Description` speak about the
//! picture. The same names occur deeper, where they mean something else: the
//! position in `Iptc4xmpExt:LocationShown` is that of the thing in view, the
//! dates in `xmpMM:History` are those of edits.

use std::borrow::Cow;

use chrono::{FixedOffset, NaiveDateTime};
use quick_xml::XmlVersion;
use quick_xml::escape::resolve_xml_entity;
use quick_xml::events::{BytesRef, BytesStart, Event};
use quick_xml::name::{Namespace, NamespaceResolver, QName, ResolveResult};
use quick_xml::reader::NsReader;

use super::facts::Facts;
use crate::capture::clock::{Clock, NoTime, RawTime, Written, parse_offset};
use crate::capture::clue::{PositionSource, TimeSource};

/// The largest packet that is read, in bytes. Packets of 100 KiB are common,
/// and a few editors write megabytes of masks into their sidecars.
pub const MAX_PACKET: usize = 4 * 1024 * 1024;

/// The deepest nesting of elements; real packets stay below twenty.
const MAX_DEPTH: usize = 64;

/// The most attributes of one element; Lightroom writes some hundreds.
const MAX_ATTRIBUTES: usize = 4096;

/// The longest value that is kept, in bytes.
const MAX_VALUE: usize = 256;

// The namespaces by which properties are known; prefixes are the writer's choice.
const RDF: &str = "http://www.w3.org/1999/02/22-rdf-syntax-ns#";
const EXIF: &str = "http://ns.adobe.com/exif/1.0/";
const GPANO: &str = "http://ns.google.com/photos/1.0/panorama/";
const EXIF_EX: &str = "http://cipa.jp/exif/1.0/";
const PHOTOSHOP: &str = "http://ns.adobe.com/photoshop/1.0/";
const TIFF: &str = "http://ns.adobe.com/tiff/1.0/";
const XMP: &str = "http://ns.adobe.com/xap/1.0/";

/// Reads a packet that is embedded in a media file.
pub fn read(packet: &[u8], facts: &mut Facts) {
    let times = [
        TimeSource::XmpDateTimeOriginal,
        TimeSource::XmpDateCreated,
        TimeSource::XmpCreateDate,
        TimeSource::XmpPanorama,
    ];
    read_as(packet, facts, times, PositionSource::Xmp);
}

/// Reads a sidecar file. An empty one says nothing and is no fault.
pub fn read_sidecar(packet: &[u8], facts: &mut Facts) {
    let times = [TimeSource::SidecarXmp; 4];
    read_as(packet, facts, times, PositionSource::SidecarXmp);
}

fn read_as(packet: &[u8], facts: &mut Facts, times: [TimeSource; 4], place: PositionSource) {
    if packet.len() > MAX_PACKET {
        facts.note("XMP", "larger than 4 MiB");
        return;
    }
    let mut properties = XmpProperties::default();
    if let Err(fault) = properties.collect(&decode(packet)) {
        facts.note("XMP", fault);
    }
    properties.tell(facts, times, place);
}

/// The wanted properties, as written.
#[derive(Debug, Default)]
struct XmpProperties {
    date_time_original: Option<String>,
    offset_time_original: Option<String>,
    date_created: Option<String>,
    create_date: Option<String>,
    gps_time: Option<String>,
    source_image_create_time: Option<String>,
    first_photo_date: Option<String>,
    latitude: Option<String>,
    latitude_ref: Option<String>,
    longitude: Option<String>,
    longitude_ref: Option<String>,
    make: Option<String>,
    model: Option<String>,
}

impl XmpProperties {
    /// Walks the packet until `rdf:RDF` ends. An error means that it could not
    /// be walked to there; what was found until then stays.
    fn collect(&mut self, text: &str) -> Result<(), &'static str> {
        let mut reader = NsReader::from_str(text);
        let mut depth = 0;
        let mut rdf = None;
        let mut in_description = false;
        let mut property: Option<(BytesStart, String)> = None;
        loop {
            let event = reader.read_event().map_err(|_| "not well-formed")?;
            match event {
                Event::Start(start) => {
                    let level = level(depth, rdf);
                    match level {
                        None if is_rdf(reader.resolver(), start.name(), "RDF") => rdf = Some(depth),
                        Some(1) => {
                            in_description = is_rdf(reader.resolver(), start.name(), "Description");
                            if in_description {
                                self.take_attributes(reader.resolver(), &start)?;
                            }
                        }
                        Some(2) if in_description => property = Some((start, String::new())),
                        // Something with parts is not a simple value.
                        _ => property = None,
                    }
                    depth += 1;
                    if depth > MAX_DEPTH {
                        return Err("nested too deeply");
                    }
                }
                Event::Empty(start) => {
                    property = None;
                    match level(depth, rdf) {
                        None if is_rdf(reader.resolver(), start.name(), "RDF") => return Ok(()),
                        Some(1) if is_rdf(reader.resolver(), start.name(), "Description") => {
                            self.take_attributes(reader.resolver(), &start)?;
                        }
                        _ => {}
                    }
                }
                Event::End(_) => {
                    if let Some((start, value)) = property.take() {
                        self.take(reader.resolver(), start.name(), true, &value);
                    }
                    depth = depth.saturating_sub(1);
                    if rdf == Some(depth) {
                        return Ok(());
                    }
                }
                Event::Text(text) => append(&mut property, &text),
                Event::CData(text) => append(&mut property, &text),
                Event::GeneralRef(reference) => match resolved(&reference) {
                    Some(text) => append(&mut property, &text),
                    // Entities that a document declares itself are not expanded.
                    None => property = None,
                },
                Event::Eof if rdf.is_some() => return Err("cut short"),
                Event::Eof if text.trim().is_empty() => return Ok(()),
                Event::Eof => return Err("no rdf:RDF in it"),
                Event::Comment(_) | Event::Decl(_) | Event::PI(_) | Event::DocType(_) => {}
            }
        }
    }

    fn take_attributes(
        &mut self,
        resolver: &NamespaceResolver,
        start: &BytesStart,
    ) -> Result<(), &'static str> {
        // The check for duplicates takes quadratic time.
        for (index, attribute) in start.attributes().with_checks(false).enumerate() {
            if index >= MAX_ATTRIBUTES {
                return Err("too many attributes");
            }
            let attribute = attribute.map_err(|_| "not well-formed")?;
            if let Ok(value) = attribute.normalized_value(XmlVersion::Implicit1_0) {
                self.take(resolver, attribute.key, false, &value);
            }
        }
        Ok(())
    }

    fn take(&mut self, resolver: &NamespaceResolver, name: QName, element: bool, value: &str) {
        let (namespace, local) = if element {
            resolver.resolve_element(name)
        } else {
            resolver.resolve_attribute(name)
        };
        let ResolveResult::Bound(Namespace(namespace)) = namespace else {
            return;
        };
        let slot = match (namespace, local.into_inner()) {
            (EXIF, "DateTimeOriginal") => &mut self.date_time_original,
            (EXIF | EXIF_EX, "OffsetTimeOriginal") => &mut self.offset_time_original,
            (PHOTOSHOP, "DateCreated") => &mut self.date_created,
            (XMP, "CreateDate") => &mut self.create_date,
            (GPANO, "SourceImageCreateTime") => &mut self.source_image_create_time,
            (GPANO, "FirstPhotoDate") => &mut self.first_photo_date,
            (EXIF, "GPSLatitude") => &mut self.latitude,
            (EXIF, "GPSLatitudeRef") => &mut self.latitude_ref,
            (EXIF, "GPSLongitude") => &mut self.longitude,
            (EXIF, "GPSLongitudeRef") => &mut self.longitude_ref,
            (EXIF, "GPSTimeStamp") => &mut self.gps_time,
            (TIFF, "Make") => &mut self.make,
            (TIFF, "Model") => &mut self.model,
            _ => return,
        };
        // A property may stand only once. The first that says something counts.
        if slot.as_deref().is_none_or(str::is_empty) {
            let value = value.trim_matches(|c: char| c.is_whitespace() || c == '\0');
            *slot = Some(shorten(value).to_owned());
        }
    }

    fn tell(self, facts: &mut Facts, times: [TimeSource; 4], place: PositionSource) {
        let [original, created, digitized, panorama] = times;
        if let Some(text) = self.date_time_original {
            let offset = self.offset_time_original.as_deref().and_then(parse_offset);
            let value = Written::parse(&text).map(|written| {
                let mut clock = written.clock();
                if clock.time.is_some() {
                    clock.offset = clock.offset.or(offset);
                }
                RawTime::Clock(clock)
            });
            facts.time(original, text, value);
        }
        if let Some(text) = self.date_created {
            facts.clock(created, &text);
        }
        if let Some(text) = self.create_date {
            facts.clock(digitized, &text);
        }
        let panoramas = [self.source_image_create_time, self.first_photo_date];
        for text in panoramas.into_iter().flatten() {
            let value = Written::parse(&text).map(Written::raw);
            facts.time(panorama, text, value);
        }
        if let Some(text) = self.gps_time {
            let utc = Written::parse(&text).and_then(in_utc);
            facts.fix_time(TimeSource::XmpGps, text, utc);
        }
        match (&self.latitude, &self.longitude) {
            (Some(lat), Some(lon)) => {
                let text = format!("{lat} {lon}");
                let lat = degrees(lat, self.latitude_ref.as_deref(), ['N', 'S']);
                let lon = degrees(lon, self.longitude_ref.as_deref(), ['E', 'W']);
                match (lat, lon) {
                    (Ok(lat), Ok(lon)) => facts.position(place, text, lat, lon),
                    (Err(why), _) | (_, Err(why)) => facts.no_position(place, text, why),
                }
            }
            (Some(lat), None) => facts.no_position(place, lat, "a latitude without a longitude"),
            (None, Some(lon)) => facts.no_position(place, lon, "a longitude without a latitude"),
            (None, None) => {}
        }
        let said = |text: Option<String>| text.filter(|text| !text.is_empty());
        facts.make = facts.make.take().or(said(self.make));
        facts.model = facts.model.take().or(said(self.model));
    }
}

/// What a reference to a character, or to an entity of XML itself, stands for.
fn resolved(reference: &BytesRef) -> Option<String> {
    let char = reference.resolve_char_ref().ok().flatten();
    char.map(String::from)
        .or_else(|| resolve_xml_entity(reference).map(str::to_owned))
}

/// The time of a fix, which is in UTC where it does not say otherwise.
fn in_utc(written: Written) -> Result<NaiveDateTime, NoTime> {
    let clock = written.clock();
    let offset = clock.offset.or(FixedOffset::east_opt(0));
    let utc = Clock { offset, ..clock }.utc();
    utc.map(|utc| utc.naive_utc()).ok_or(NoTime::NotADate)
}

/// How deep below `rdf:RDF` an element lies that opens at this depth: 1 for a
/// description, 2 for a property. `None` outside of it.
fn level(depth: usize, rdf: Option<usize>) -> Option<usize> {
    rdf.map(|rdf| depth.saturating_sub(rdf))
}

fn is_rdf(resolver: &NamespaceResolver, name: QName, local: &str) -> bool {
    let (namespace, found) = resolver.resolve_element(name);
    found.into_inner() == local && namespace == ResolveResult::Bound(Namespace(RDF))
}

fn append(property: &mut Option<(BytesStart, String)>, text: &str) {
    if let Some((_, value)) = property
        && value.len() < MAX_VALUE
    {
        // Packets are indented: blanks before the value would use up the room.
        let text = if value.is_empty() {
            text.trim_start()
        } else {
            text
        };
        value.push_str(shorten(text));
    }
}

/// At most [`MAX_VALUE`] bytes of a text.
fn shorten(text: &str) -> &str {
    text.get(..text.floor_char_boundary(MAX_VALUE))
        .unwrap_or(text)
}

/// Degrees from the value type `GPSCoordinate` of XMP's part 2, `48,51.504N` or
/// `48,51,30.24N`, from plain decimal degrees, where a minus means south or west, or from
/// the rationals of Exif (`48/1 51/1 3024/100`), which need a direction. `directions` holds
/// the letters of the positive and the negative half.
fn degrees(
    text: &str,
    reference: Option<&str>,
    directions: [char; 2],
) -> Result<f64, &'static str> {
    let end = text
        .rfind(|c: char| c.is_ascii_digit() || c == '.')
        .ok_or("not a number")?;
    let (numbers, letters) = text.split_at_checked(end + 1).ok_or("not a number")?;
    let negative = numbers.starts_with('-');
    let rational = numbers.contains('/');
    let mut value = 0.0;
    let mut parts = 0;
    let marks: &[char] = if numbers.contains(',') {
        &[',']
    } else if rational {
        &[' ', ';']
    } else {
        &[' ']
    };
    let written = numbers.split(marks);
    let written = written.filter(|part| marks == [','] || !part.is_empty());
    for (part, unit) in written.zip([1.0, 60.0, 3600.0, 0.0]) {
        let part = part.trim();
        let part = match part.strip_prefix(['-', '+']) {
            Some(digits) if parts == 0 => digits,
            _ => part,
        };
        let number = match part.split_once('/') {
            // As in Exif, seconds of 0/0 are none.
            Some(("0", "0")) if parts == 2 => 0.0,
            Some((numerator, denominator)) => number(numerator)? / number(denominator)?,
            None => number(part)?,
        };
        if !number.is_finite() {
            return Err("not a number");
        }
        if parts > 0 && number > 60.0 {
            return Err("minutes or seconds beyond 60");
        }
        if unit == 0.0 {
            return Err("more than degrees, minutes and seconds");
        }
        value += number / unit;
        parts += 1;
    }
    let letters = Some(letters.trim()).filter(|letters| !letters.is_empty());
    let direction = letters.or(reference).and_then(|text| text.chars().next());
    match direction.map(|direction| direction.to_ascii_uppercase()) {
        Some(direction) if direction == directions[0] => Ok(value),
        Some(direction) if direction == directions[1] => Ok(-value),
        Some(_) => Err("a direction of the other axis, or none at all"),
        None if parts > 1 || rational => Err("no direction"),
        None if negative => Ok(-value),
        None => Ok(value),
    }
}

/// Keeps out `inf`, `nan` and exponents, which `f64` would read.
fn number(text: &str) -> Result<f64, &'static str> {
    if !text.bytes().all(|b| b.is_ascii_digit() || b == b'.') {
        return Err("not a number");
    }
    text.parse().map_err(|_| "not a number")
}

/// The text of a packet in UTF-8, UTF-16 or UTF-32. Without a byte order mark
/// the first `<` tells them apart. What is wrong becomes U+FFFD.
fn decode(packet: &[u8]) -> Cow<'_, str> {
    match packet {
        [0xef, 0xbb, 0xbf, rest @ ..] => utf8(rest),
        [0xff, 0xfe, 0, 0, rest @ ..] => utf32(rest, u32::from_le_bytes),
        [0, 0, 0xfe, 0xff, rest @ ..] => utf32(rest, u32::from_be_bytes),
        [b'<', 0, 0, 0, ..] => utf32(packet, u32::from_le_bytes),
        [0, 0, 0, b'<', ..] => utf32(packet, u32::from_be_bytes),
        [0xff, 0xfe, rest @ ..] => utf16(rest, u16::from_le_bytes),
        [0xfe, 0xff, rest @ ..] => utf16(rest, u16::from_be_bytes),
        [b'<', 0, ..] => utf16(packet, u16::from_le_bytes),
        [0, b'<', ..] => utf16(packet, u16::from_be_bytes),
        _ => utf8(packet),
    }
}

/// Nearly every packet is valid, which is checked much faster than it is mended.
fn utf8(bytes: &[u8]) -> Cow<'_, str> {
    str::from_utf8(bytes).map_or_else(|_| String::from_utf8_lossy(bytes), Cow::Borrowed)
}

fn utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> Cow<'_, str> {
    let (units, _) = bytes.as_chunks();
    char::decode_utf16(units.iter().copied().map(unit))
        .map(|char| char.unwrap_or(char::REPLACEMENT_CHARACTER))
        .collect()
}

fn utf32(bytes: &[u8], unit: fn([u8; 4]) -> u32) -> Cow<'_, str> {
    let (units, _) = bytes.as_chunks();
    let chars = units.iter().copied().map(unit).map(char::from_u32);
    chars
        .map(|char| char.unwrap_or(char::REPLACEMENT_CHARACTER))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::capture::clue::{PositionClue, TimeClue};
    use crate::media::testing;

    /// A packet around the content of `rdf:RDF`.
    fn packet(content: &str) -> String {
        format!(
            r#"<?xpacket begin="" id="W5M0MpCehiHzreSzNTczkc9d"?>
            <x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="{RDF}" xmlns:exif="{EXIF}"
            xmlns:exifEX="{EXIF_EX}" xmlns:xmp="{XMP}" xmlns:photoshop="{PHOTOSHOP}"
            xmlns:tiff="{TIFF}" xmlns:other="urn:other">{content}</rdf:RDF></x:xmpmeta>
            <?xpacket end="w"?>"#
        )
    }

    fn attributes(attributes: &str) -> Facts {
        told(&packet(&format!(
            "<rdf:Description rdf:about='' {attributes}/>"
        )))
    }

    fn elements(elements: &str) -> Facts {
        told(&packet(&format!(
            "<rdf:Description rdf:about=''>{elements}</rdf:Description>"
        )))
    }

    fn told(packet: &str) -> Facts {
        let mut facts = Facts::default();
        read(packet.as_bytes(), &mut facts);
        facts
    }

    fn time(clue: &TimeClue) -> String {
        match &clue.value {
            Ok(RawTime::Clock(clock)) => {
                let time = clock.time.map(|time| format!("T{time}"));
                let offset = clock.offset.map(|offset| offset.to_string());
                let [time, offset] = [time, offset].map(Option::unwrap_or_default);
                format!("{}{time}{offset}", clock.date)
            }
            Ok(RawTime::Instant(_)) => "an instant".to_owned(),
            Err(why) => why.0.clone(),
        }
    }

    fn times(facts: &Facts) -> Vec<String> {
        let tell = |clue: &TimeClue| format!("{} {}", clue.source.name(), time(clue));
        facts.times.iter().map(tell).collect()
    }

    fn position(clue: &PositionClue) -> String {
        match &clue.value {
            Ok(position) => format!("{:.5} {:.5}", position.lat(), position.lon()),
            Err(why) => why.0.clone(),
        }
    }

    fn place(lat: &str, lon: &str) -> String {
        let facts = attributes(&format!(
            "exif:GPSLatitude='{lat}' exif:GPSLongitude='{lon}'"
        ));
        position(&facts.positions[0])
    }

    #[test]
    fn attributes_and_elements_say_the_same() {
        let expected = [
            "xmp:DateTimeOriginal 2019-05-04T10:11:12",
            "xmp:DateCreated 2019-05-04T10:11:13",
            "xmp:CreateDate 2019-05-04T10:11:14",
        ];
        let facts = attributes(
            "xmp:CreateDate='2019-05-04T10:11:14' photoshop:DateCreated='2019-05-04T10:11:13'
             exif:DateTimeOriginal='2019-05-04T10:11:12' tiff:Make='A&amp;B' tiff:Model='C'",
        );
        assert_eq!(times(&facts), expected);
        assert_eq!(facts.make.as_deref(), Some("A&B"));
        let same = elements(
            "<xmp:CreateDate>2019-05-04T10:11:14</xmp:CreateDate>
             <photoshop:DateCreated><!-- x -->2019-05-04<![CDATA[T10:11:13]]></photoshop:DateCreated>
             <exif:DateTimeOriginal> 2019-05-04T&#49;0:11:12 </exif:DateTimeOriginal>
             <tiff:Make>A&amp;B</tiff:Make><tiff:Model>C</tiff:Model>",
        );
        assert_eq!(same, facts);
    }

    #[test]
    fn several_descriptions_and_other_prefixes() {
        let facts = told(&format!(
            "<RDF xmlns='{RDF}'><Description/><Description xmlns:e='{EXIF}' e:DateTimeOriginal='2019-05-04T10:11:12'/>
             <Description><CreateDate xmlns='{XMP}'>2020-05-04T10:11:12</CreateDate></Description></RDF>"
        ));
        let expected = [
            "xmp:DateTimeOriginal 2019-05-04T10:11:12",
            "xmp:CreateDate 2020-05-04T10:11:12",
        ];
        assert_eq!(times(&facts), expected);
    }

    #[test]
    fn a_namespace_is_its_uri() {
        let facts = attributes("other:DateTimeOriginal='2019-05-04T10:11:12'");
        assert_eq!(facts, Facts::default());
        let facts = attributes("xmlns:exif='urn:x' exif:DateTimeOriginal='2019-05-04T10:11:12'");
        assert_eq!(facts, Facts::default());
        let facts = attributes("DateTimeOriginal='2019-05-04T10:11:12'");
        assert_eq!(facts, Facts::default());
    }

    #[test]
    fn the_time_of_a_fix_is_in_utc() {
        let fix = |text: &str| {
            let facts = attributes(&format!("exif:GPSTimeStamp='{text}'"));
            let clue = facts.times.first().unwrap();
            assert_eq!(clue.source, TimeSource::XmpGps);
            let instant = clue.value.as_ref().ok().map(ToString::to_string);
            assert_eq!(instant.is_some(), facts.gps_time.is_some());
            instant.unwrap_or_else(|| time(clue))
        };
        assert_eq!(fix("2023-11-15T12:30:00Z"), "2023-11-15T12:30:00Z");
        assert_eq!(fix("2023-11-15T12:30:00"), "2023-11-15T12:30:00Z");
        assert_eq!(fix("2023-11-15T12:30:00+02:00"), "2023-11-15T10:30:00Z");
        assert_eq!(fix("2023-11-15"), "not a date");
        assert_eq!(
            fix("1980-01-06T00:00:00Z"),
            "the default of a clock that was reset"
        );
    }

    #[test]
    fn panoramas_have_the_time_of_their_first_picture() {
        let panorama = |attribute: &str| {
            let facts = attributes(&format!("xmlns:GPano='{GPANO}' {attribute}"));
            let clue = &facts.times[0];
            format!("{} {}", clue.source.name(), clue.value.as_ref().unwrap())
        };
        assert_eq!(
            panorama("GPano:SourceImageCreateTime='2025-04-10T14:05:06+02:00'"),
            "xmp:GPano 2025-04-10T14:05:06+02:00"
        );
        assert_eq!(
            panorama("GPano:FirstPhotoDate='2012-11-07T21:03:13.465Z'"),
            "xmp:GPano 2012-11-07T21:03:13.465Z"
        );
    }

    #[test]
    fn positions_as_the_rationals_of_exif() {
        let place = |lat: &str, lon: &str| {
            let facts = attributes(&format!(
                "exif:GPSLatitude='{lat}' exif:GPSLatitudeRef='S'
                 exif:GPSLongitude='{lon}' exif:GPSLongitudeRef='E'"
            ));
            position(&facts.positions[0])
        };
        for lat in [
            "55/1 54/1 4074/100",
            "55/1,54/1,4074/100",
            "55/1, 54/1, 4074/100",
            "55/1; 54/1; 4074/100",
            "55 54 40.74",
            "55/1 3280740/60000 0/0",
            "55911317/1000000",
        ] {
            assert_eq!(
                place(lat, "36/1 57/1 4852/100"),
                "-55.91132 36.96348",
                "{lat}"
            );
        }
        for lat in [
            "0/0 0/0 0/0",
            "55/0 1/1 1/1",
            "55/1 54/0 1/1",
            "1/1 1/1 1/1 1/1",
            "55/",
        ] {
            assert!(place(lat, "36/1").parse::<f64>().is_err(), "{lat}");
        }
        let facts = attributes("exif:GPSLatitude='55/1' exif:GPSLongitude='36/1'");
        assert_eq!(position(&facts.positions[0]), "no direction");
    }

    #[test]
    fn what_is_nested_is_not_about_the_picture() {
        let inner = "<exif:GPSLatitude>48,16.5N</exif:GPSLatitude>
                     <exif:GPSLongitude>16,20.28E</exif:GPSLongitude>";
        for structure in [
            format!("<other:Shown rdf:parseType='Resource'>{inner}</other:Shown>"),
            format!("<other:Shown><rdf:Bag><rdf:li><rdf:Description>{inner}</rdf:Description></rdf:li></rdf:Bag></other:Shown>"),
            "<other:Shown><rdf:Description exif:GPSLatitude='48,16.5N' exif:GPSLongitude='16,20E'/></other:Shown>".to_owned(),
            "<other:Shown exif:GPSLatitude='48,16.5N' exif:GPSLongitude='16,20E'/>".to_owned(),
            format!("<exif:DateTimeOriginal><rdf:Seq>{inner}</rdf:Seq>2019-05-04</exif:DateTimeOriginal>"),
        ] {
            assert_eq!(elements(&structure), Facts::default(), "{structure}");
        }
        for typed in [
            "<other:Thing xmp:CreateDate='2019-05-04'/>",
            "<other:Thing><xmp:CreateDate>2019-05-04</xmp:CreateDate></other:Thing>",
        ] {
            assert_eq!(told(&packet(typed)), Facts::default());
        }
        // What follows a structure counts again.
        let facts =
            elements("<other:A><rdf:Bag/></other:A><xmp:CreateDate>2019-05-04</xmp:CreateDate>");
        assert_eq!(times(&facts), ["xmp:CreateDate 2019-05-04"]);
    }

    #[test]
    fn dates_with_an_offset_are_readings_of_that_clock() {
        let original = |value: &str| times(&attributes(value))[0].clone();
        assert_eq!(
            original("exif:DateTimeOriginal='2019-05-04T10:11:12.5+02:00'"),
            "xmp:DateTimeOriginal 2019-05-04T10:11:12.500+02:00"
        );
        assert_eq!(
            original("exif:DateTimeOriginal='2019-05-04T10:11Z'"),
            "xmp:DateTimeOriginal 2019-05-04T10:11:00+00:00"
        );
        for namespace in ["exif", "exifEX"] {
            assert_eq!(
                original(&format!(
                    "exif:DateTimeOriginal='2019-05-04T10:11:12' {namespace}:OffsetTimeOriginal='-03:30'"
                )),
                "xmp:DateTimeOriginal 2019-05-04T10:11:12-03:30"
            );
        }
        assert_eq!(
            original(
                "exif:DateTimeOriginal='2019-05-04T10:11:12+01:00' exif:OffsetTimeOriginal='-03:30'"
            ),
            "xmp:DateTimeOriginal 2019-05-04T10:11:12+01:00"
        );
    }

    #[test]
    fn unusable_dates_keep_their_reason() {
        let facts = attributes(
            "exif:DateTimeOriginal='' photoshop:DateCreated='2019' xmp:CreateDate='1970-01-01T00:00:00'",
        );
        assert_eq!(
            times(&facts),
            [
                "xmp:DateTimeOriginal empty",
                "xmp:DateCreated no day: only a year or a month",
                "xmp:CreateDate the default of a clock that was reset"
            ]
        );
    }

    #[test]
    fn the_ways_to_write_degrees() {
        assert_eq!(place("48,51.504N", "2,17.67E"), "48.85840 2.29450");
        assert_eq!(place("48,51,30.24N", "2,17,40.2w"), "48.85840 -2.29450");
        assert_eq!(place("33, 51.5 South", "151,12.5 E"), "-33.85833 151.20833");
        assert_eq!(place("-33.25", "151.5"), "-33.25000 151.50000");
        assert_eq!(place("-33.25S", "+151.5E"), "-33.25000 151.50000");
        assert_eq!(place("33.25S", "180E"), "-33.25000 -180.00000");
    }

    #[test]
    fn what_are_no_degrees() {
        assert_eq!(place("48,51.5", "2,17.6E"), "no direction");
        assert_eq!(
            place("48,51.5E", "2,17.6E"),
            "a direction of the other axis, or none at all"
        );
        assert_eq!(place("0,0N", "0,0E"), "0,0 means no fix");
        assert_eq!(place("213,38.4N", "2,17.6E"), "out of range");
        assert_eq!(place("48,61N", "2,17.6E"), "minutes or seconds beyond 60");
        for wrong in [
            "", "N", ",N", "inf", "1e5N", "48,-5N", "48;5N", "--4", "4.5.6N",
        ] {
            assert_eq!(place(wrong, "2,17.6E"), "not a number", "{wrong}");
        }
        assert_eq!(
            place("1,2,3,4N", "2,17.6E"),
            "more than degrees, minutes and seconds"
        );
        let facts = attributes("exif:GPSLatitude='48,51.5N'");
        assert_eq!(
            position(&facts.positions[0]),
            "a latitude without a longitude"
        );
    }

    #[test]
    fn a_direction_of_its_own() {
        let facts = attributes(
            "exif:GPSLatitude='33,30' exif:GPSLatitudeRef='S' exif:GPSLongitude='151.5' exif:GPSLongitudeRef='East'",
        );
        assert_eq!(position(&facts.positions[0]), "-33.50000 151.50000");
    }

    #[test]
    fn a_sidecar_names_itself() {
        let packet = packet(
            "<rdf:Description xmp:CreateDate='2019-05-04' exif:DateTimeOriginal='2018-05-04'
             exif:GPSLatitude='1,0N' exif:GPSLongitude='2,0E'/>",
        );
        let mut facts = Facts::default();
        read_sidecar(packet.as_bytes(), &mut facts);
        assert_eq!(
            times(&facts),
            ["sidecar:xmp 2018-05-04", "sidecar:xmp 2019-05-04"]
        );
        assert_eq!(facts.positions[0].source, PositionSource::SidecarXmp);
    }

    #[test]
    fn packets_without_content() {
        for empty in ["", " \n", &format!("<r:RDF xmlns:r='{RDF}'/>"), &packet("")] {
            assert_eq!(told(empty), Facts::default(), "{empty}");
        }
        assert_eq!(told("<plist/>").notes, ["XMP: no rdf:RDF in it"]);
    }

    #[test]
    fn utf_16_and_utf_32() {
        let text = packet("<rdf:Description tiff:Model='Ж😀' xmp:CreateDate='2019-05-04'/>");
        let expected = told(&text);
        assert_eq!(expected.model.as_deref(), Some("Ж😀"));
        for mark in ["", "\u{feff}"] {
            let text = format!("{mark}{text}");
            let utf16 = text.encode_utf16();
            let utf32 = text.chars().map(u32::from);
            for encoded in [
                text.clone().into_bytes(),
                utf16.clone().flat_map(u16::to_le_bytes).collect(),
                utf16.flat_map(u16::to_be_bytes).collect(),
                utf32.clone().flat_map(u32::to_le_bytes).collect(),
                utf32.flat_map(u32::to_be_bytes).collect(),
            ] {
                let mut facts = Facts::default();
                read(&encoded, &mut facts);
                assert_eq!(facts, expected);
            }
        }
    }

    #[test]
    fn hostile_packets() {
        let bomb = format!(
            "<!DOCTYPE x [<!ENTITY a '2019-05-04'><!ENTITY b '&a;&a;&a;'>]>{}",
            packet(
                "<rdf:Description exif:DateTimeOriginal='&a;'><xmp:CreateDate>&b;</xmp:CreateDate></rdf:Description>"
            )
        );
        assert_eq!(told(&bomb), Facts::default());
        let notes = |content: &str| told(&packet(content)).notes;
        assert_eq!(notes(&"<a>".repeat(100_000)), ["XMP: nested too deeply"]);
        let many = "a='' ".repeat(100_000);
        let many = format!("<rdf:Description {many}/>");
        assert_eq!(notes(&many), ["XMP: too many attributes"]);
        assert_eq!(notes("<a></b>"), ["XMP: not well-formed"]);
        let long = format!("xmp:CreateDate='{}'", "9".repeat(100_000));
        assert!(attributes(&long).times[0].text.len() <= MAX_VALUE);
        let long = format!("<tiff:Make>{}</tiff:Make>", "é<!---->".repeat(100_000));
        assert!(elements(&long).make.unwrap().len() <= MAX_VALUE);
        let mut facts = Facts::default();
        read(&vec![b' '; MAX_PACKET + 1], &mut facts);
        assert_eq!(facts.notes, ["XMP: larger than 4 MiB"]);
    }

    #[test]
    fn what_was_read_before_the_damage_stays() {
        let packet = packet("<rdf:Description xmp:CreateDate='2019-05-04'/>");
        let facts = told(packet.split("</rdf:RDF").next().unwrap());
        assert_eq!(times(&facts), ["xmp:CreateDate 2019-05-04"]);
        assert_eq!(facts.notes, ["XMP: cut short"]);
    }

    #[test]
    fn damaged_packets_do_not_panic() {
        let packet = packet(
            "<rdf:Description exif:GPSLatitude='48,51.5N' exif:GPSLongitude='2,17.6E'>
             <xmp:CreateDate>2019-05-04T10:11:12&#x2b;02:00</xmp:CreateDate>
             <other:A><rdf:Bag><rdf:li/></rdf:Bag></other:A></rdf:Description>",
        );
        testing::each_damaged(packet.as_bytes(), |damaged| {
            read(damaged, &mut Facts::default());
        });
    }

    /// Compares with what is known about the files of the corpus. The packet
    /// is found by its text, as containers are not the matter here.
    #[test]
    fn real_packets() {
        let Some(corpus) = testing::corpus("") else {
            return;
        };
        let truth = std::fs::read_to_string(corpus.join("truth.tsv")).unwrap();
        let (mut right_times, mut right_positions) = (0, 0);
        for row in truth.lines().skip(1) {
            let columns: Vec<_> = row.split('\t').collect();
            let [path, local, offset, time_source] = [0, 5, 7, 9].map(|column| columns[column]);
            let [lat, lon, original] = [10, 11, 29].map(|column| columns[column]);
            let bytes = std::fs::read(corpus.join(path)).unwrap();
            let start = bytes.windows(10).position(|text| text == b"<x:xmpmeta");
            let mut facts = Facts::default();
            read(&bytes[start.unwrap_or(bytes.len())..], &mut facts);

            if time_source.starts_with("XMP") {
                let written = time(&facts.times[0]);
                let right = written.starts_with(local) && written.ends_with(offset);
                assert!(right, "{path}: {written}");
                right_times += 1;
            } else if let (Some(_), Some(original)) = (start, original.get(..19)) {
                // `xmp_dto` may come from any of the three tags, and be unusable.
                let original = original.replacen(':', "-", 2).replace(' ', "T");
                let found = facts.times.iter();
                assert!(
                    found
                        .map(|clue| &clue.text)
                        .any(|text| text.starts_with(&original)),
                    "{path}: {original}"
                );
                right_times += 1;
            }
            if let [clue] = &facts.positions[..] {
                let [lat, lon] = [lat, lon].map(|degrees| degrees.parse::<f64>().unwrap());
                assert_eq!(position(clue), format!("{lat:.5} {lon:.5}"), "{path}");
                right_positions += 1;
            }
        }
        assert!(right_times > 20 && right_positions > 10);
    }
}
