//! Exif (CIPA DC-008 / JEITA CP-3451, version 3.0): when and where.

use std::ops::Range;

use chrono::{NaiveTime, Timelike};
use exif::{Exif, In, Tag, Value};

use super::embedded;
use super::facts::{Facts, GpsTime};
use super::source::Source;
use super::tiff::{self, Tiff};
use super::unreadable::Unreadable;
use crate::capture::clock::{Clock, RawTime, Written, fraction, parse_offset};
use crate::capture::clue::{PositionSource, TimeSource};

/// How far behind the start of a block its TIFF header may stand: behind
/// `Exif\0\0`, the offset field of HEIF, or both, or what else writers put there.
const MAX_PREFIX: usize = 64;

/// Reads the Exif block in `block`, with or without a prefix.
///
/// # Errors
/// No TIFF header near the start, or a failed read. Faults behind it become notes.
pub fn read(source: &mut Source, block: Range<u64>, facts: &mut Facts) -> Result<(), Unreadable> {
    let block = without_prefix(source, block)?;
    let tiff = tiff::walk(source, block)?;
    take(source, &tiff, facts)
}

/// The part of an Exif block that begins with the TIFF header.
///
/// # Errors
/// No TIFF header near the start, or a failed read.
pub fn without_prefix(source: &mut Source, block: Range<u64>) -> Result<Range<u64>, Unreadable> {
    let len = block.end.saturating_sub(block.start);
    let len = usize::try_from(len).map_or(MAX_PREFIX, |len| len.min(MAX_PREFIX));
    let head = source.up_to(block.start, len)?;
    let prefix = head
        .windows(4)
        .position(|bytes| matches!(bytes, b"II\x2a\0" | b"MM\0\x2a"));
    if let Some(prefix) = prefix {
        return Ok(block.start + prefix as u64..block.end);
    }
    // One whose magic is broken has to stand where it belongs.
    for prefix in [0, 6, 4, 10] {
        let tiff = block.start + prefix..block.end;
        if tiff::is_broken_header(source, &tiff)? {
            return Ok(tiff);
        }
    }
    Err(Unreadable::Malformed("no TIFF header in the Exif block"))
}

/// Reads the Exif block in `block`, with or without a prefix.
///
/// # Errors
/// Only a failed read; what is wrong inside becomes a note.
pub fn block(source: &mut Source, block: Range<u64>, facts: &mut Facts) -> Result<(), Unreadable> {
    match read(source, block, facts) {
        Err(Unreadable::Malformed(why)) => {
            facts.note("Exif", why);
            Ok(())
        }
        other => other,
    }
}

/// Reads an Exif block as HEIF and JPEG XL keep it: its first four bytes tell how
/// far behind them the TIFF header stands. Some writers leave them out or wrong,
/// so that the header is looked for near the start where they do not lead to it.
///
/// # Errors
/// As [`block()`].
pub fn item(source: &mut Source, item: Range<u64>, facts: &mut Facts) -> Result<(), Unreadable> {
    let mut block = item.clone();
    if item.end.saturating_sub(item.start) > 12 {
        let offset = u64::from(u32::from_be_bytes(source.array(item.start)?));
        let at = item.start + 4 + offset;
        let head = source.up_to(at, 4)?.first_chunk().copied();
        if at < item.end && head.is_some_and(|head| tiff::header(head).is_some()) {
            block.start = at;
        }
    }
    self::block(source, block, facts)
}

/// Turns what a walk over a TIFF structure found into clues, the embedded XMP
/// and IPTC included.
///
/// # Errors
/// A failed read.
pub fn take(source: &mut Source, tiff: &Tiff, facts: &mut Facts) -> Result<(), Unreadable> {
    if let Some(fault) = tiff.fault {
        facts.note("Exif", fault);
    }
    let decoded = exif::Reader::new()
        .continue_on_error(true)
        .read_raw(tiff.packed())
        .or_else(|error| error.distill_partial_result(|_| {}));
    match decoded {
        Ok(exif) => decode(&exif, facts),
        Err(error) => facts.note("Exif", &error.to_string()),
    }
    if let Some(packet) = tiff.xmp.clone() {
        embedded::xmp(source, packet, facts)?;
    }
    if let Some(block) = tiff.iptc.clone() {
        embedded::iptc(source, block, facts)?;
    }
    Ok(())
}

fn decode(exif: &Exif, facts: &mut Facts) {
    let name = |tag| text(exif, tag).filter(|name| !name.is_empty());
    facts.make = facts.make.take().or_else(|| name(Tag::Make));
    facts.model = facts.model.take().or_else(|| name(Tag::Model));
    let times = [
        (
            TimeSource::ExifDateTimeOriginal,
            Tag::DateTimeOriginal,
            Tag::SubSecTimeOriginal,
            Tag::OffsetTimeOriginal,
        ),
        (
            TimeSource::ExifCreateDate,
            Tag::DateTimeDigitized,
            Tag::SubSecTimeDigitized,
            Tag::OffsetTimeDigitized,
        ),
        (
            TimeSource::ExifModifyDate,
            Tag::DateTime,
            Tag::SubSecTime,
            Tag::OffsetTime,
        ),
    ];
    for (source, date_time, sub_sec, offset) in times {
        if let Some(written) = text(exif, date_time) {
            let sub_sec = text(exif, sub_sec).unwrap_or_default();
            let offset = text(exif, offset).unwrap_or_default();
            time(facts, source, written, &sub_sec, &offset);
        }
    }
    position(exif, facts);
    gps_time(exif, facts);
}

/// A date and time with the fraction and the offset that belong to it, unless
/// its own text has them already.
fn time(facts: &mut Facts, source: TimeSource, mut written: String, sub_sec: &str, offset: &str) {
    let value = Written::parse(&written).map(|parsed| {
        let Clock {
            date,
            time,
            offset: own,
        } = parsed.clock();
        let nanos = fraction(&mut sub_sec.as_bytes());
        let time = match time {
            Some(time) if time.nanosecond() == 0 => time.with_nanosecond(nanos),
            other => other,
        };
        RawTime::Clock(Clock {
            date,
            time,
            offset: own.or_else(|| parse_offset(offset)),
        })
    });
    if sub_sec.starts_with(|c: char| c.is_ascii_digit()) {
        written = format!("{written}.{sub_sec}");
    }
    if !offset.is_empty() {
        written = format!("{written} {offset}");
    }
    facts.time(source, written, value);
}

/// The text of a field, which some writers store as bytes: up to its first NUL,
/// without the blanks around it.
fn text(exif: &Exif, tag: Tag) -> Option<String> {
    let bytes = match &exif.get_field(tag, In::PRIMARY)?.value {
        Value::Ascii(texts) => texts.first()?,
        Value::Byte(bytes) | Value::Undefined(bytes, _) => bytes,
        _ => return None,
    };
    let bytes = bytes.split(|byte| *byte == 0).next()?;
    Some(String::from_utf8_lossy(bytes).trim().to_owned())
}

/// The numbers of a field; `None` in the place of a fraction without a value.
fn numbers(exif: &Exif, tag: Tag) -> Option<Vec<Option<f64>>> {
    let divide = |num: f64, denom: f64| (denom != 0.0).then(|| num / denom);
    Some(match &exif.get_field(tag, In::PRIMARY)?.value {
        Value::Rational(values) => values
            .iter()
            .map(|r| divide(f64::from(r.num), f64::from(r.denom)))
            .collect(),
        Value::SRational(values) => values
            .iter()
            .map(|r| divide(f64::from(r.num), f64::from(r.denom)))
            .collect(),
        Value::Float(values) => values.iter().map(|v| Some(f64::from(*v))).collect(),
        Value::Double(values) => values.iter().map(|v| Some(*v)).collect(),
        Value::Long(values) => values.iter().map(|v| Some(f64::from(*v))).collect(),
        Value::SLong(values) => values.iter().map(|v| Some(f64::from(*v))).collect(),
        Value::Short(values) => values.iter().map(|v| Some(f64::from(*v))).collect(),
        Value::Ascii(_) | Value::Byte(_) | Value::Undefined(..) => {
            written_numbers(&text(exif, tag)?)
        }
        _ => return None,
    })
}

/// Numbers written as text, with points or commas for the decimals. The ambiguous
/// ones are lists whose only punctuation is the comma, such as
/// `52,00000,50,00000,34,01180`: an even number of parts pairs up.
fn written_numbers(text: &str) -> Vec<Option<f64>> {
    let number = |text: &str| text.parse().ok().filter(|v: &f64| v.is_finite());
    let is_part = |c: char| c.is_ascii_digit() || matches!(c, '+' | '-');
    if text.contains('.') {
        let parts = text.split(|c| !is_part(c) && c != '.');
        return parts.filter(|p| !p.is_empty()).map(number).collect();
    }
    let tokens: Vec<&str> = text
        .split(|c| !is_part(c) && c != ',')
        .filter(|token| token.contains(|c: char| c.is_ascii_digit()))
        .collect();
    if let [list] = tokens.as_slice() {
        let parts: Vec<&str> = list.split(',').filter(|p| !p.is_empty()).collect();
        return if parts.len().is_multiple_of(2) {
            parts
                .chunks(2)
                .map(|pair| number(&pair.join(".")))
                .collect()
        } else {
            parts.into_iter().map(number).collect()
        };
    }
    // A comma within a word is a decimal point, one at its end separates the list.
    let decimal = |token: &&str| number(&token.trim_matches(',').replace(',', "."));
    tokens.iter().map(decimal).collect()
}

/// Degrees, minutes and seconds as degrees, the sign aside. Minutes and seconds
/// may be absent, and seconds of 0/0 say the same.
fn degrees(parts: &[Option<f64>]) -> Result<f64, &'static str> {
    let degrees = parts.first().ok_or("the degrees are missing")?;
    let degrees = degrees.ok_or("the degrees are 0/0")?;
    let minutes = match parts.get(1) {
        Some(None) if degrees.fract() == 0.0 => return Err("the minutes are 0/0"),
        minutes => minutes.copied().flatten().unwrap_or(0.0),
    };
    let seconds = parts.get(2).copied().flatten().unwrap_or(0.0);
    Ok(degrees.abs() + minutes.abs() / 60.0 + seconds.abs() / 3600.0)
}

/// One axis: degrees north or east, negative where either the number or the
/// hemisphere says so.
fn axis(parts: &[Option<f64>], hemisphere: &str, signs: (char, char)) -> Result<f64, &'static str> {
    let magnitude = degrees(parts)?;
    // Words (`South`) occur as well as letters of either case.
    let letter = hemisphere.chars().next().map(|c| c.to_ascii_uppercase());
    let negative = match letter {
        Some(c) if c == signs.0 => false,
        Some(c) if c == signs.1 => true,
        _ => return Err("the hemisphere is missing"),
    };
    let signed = parts.first().copied().flatten().is_some_and(|d| d < 0.0);
    Ok(if negative || signed {
        -magnitude
    } else {
        magnitude
    })
}

fn position(exif: &Exif, facts: &mut Facts) {
    const SOURCE: PositionSource = PositionSource::Exif;
    let (lat, lon) = match (
        numbers(exif, Tag::GPSLatitude),
        numbers(exif, Tag::GPSLongitude),
    ) {
        (None, None) => return,
        (Some(_), None) => return facts.no_position(SOURCE, "", "the longitude is missing"),
        (None, Some(_)) => return facts.no_position(SOURCE, "", "the latitude is missing"),
        (Some(lat), Some(lon)) => (lat, lon),
    };
    let lat_ref = text(exif, Tag::GPSLatitudeRef).unwrap_or_default();
    let lon_ref = text(exif, Tag::GPSLongitudeRef).unwrap_or_default();
    let shown = format!("{} {lat_ref}, {} {lon_ref}", shown(&lat), shown(&lon));
    let degrees = axis(&lat, &lat_ref, ('N', 'S'))
        .and_then(|lat| Ok((lat, axis(&lon, &lon_ref, ('E', 'W'))?)));
    match degrees {
        Ok((lat, lon)) => facts.position(SOURCE, shown, lat, lon),
        Err(why) => facts.no_position(SOURCE, shown.trim(), why),
    }
}

fn shown(parts: &[Option<f64>]) -> String {
    let parts: Vec<String> = parts
        .iter()
        .take(3)
        .map(|part| part.map_or_else(|| "0/0".to_owned(), |part| part.to_string()))
        .collect();
    parts.join(" ")
}

/// `GPSDateStamp` and `GPSTimeStamp`, which are in UTC.
fn gps_time(exif: &Exif, facts: &mut Facts) {
    let time = numbers(exif, Tag::GPSTimeStamp).and_then(|parts| time_of_day(&parts));
    let date = text(exif, Tag::GPSDateStamp).filter(|date| !date.is_empty());
    let Some(time) = time else { return };
    let Some(date) = date else {
        facts.gps_time = facts.gps_time.or(Some(GpsTime::TimeOfDay(time)));
        return;
    };
    let shown = format!("{date} {time} UTC");
    let utc = Written::parse(&date).map(|written| written.date.and_time(time));
    facts.fix_time(TimeSource::ExifGps, shown, utc);
}

fn time_of_day(parts: &[Option<f64>]) -> Option<NaiveTime> {
    let &[Some(hours), Some(minutes), seconds, ..] = parts else {
        return None;
    };
    let seconds = seconds.unwrap_or(0.0);
    let valid = (0.0..24.0).contains(&hours)
        && (0.0..60.0).contains(&minutes)
        && (0.0..=60.0).contains(&seconds);
    if !valid {
        return None;
    }
    // Milliseconds: finer ones are below what a receiver tells. A sum beyond the
    // day, from hour 23.9 or second 60, stays within it.
    let millis = ((hours * 60.0 + minutes) * 60.0 + seconds) * 1000.0;
    let millis = millis.round().min(86_399_999.0);
    // In range and whole, so the cast is exact.
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
    let millis = millis as u32;
    NaiveTime::from_num_seconds_from_midnight_opt(millis / 1000, millis % 1000 * 1_000_000)
}

#[cfg(test)]
mod tests {
    use super::super::tiff::ByteOrder::{self, Big, Little};
    use super::super::tiff::build::{Field, ascii, block, rationals};
    use super::*;
    use crate::capture::clue::TimeClue;

    fn facts(order: ByteOrder, ifds: [&[Field]; 3]) -> Facts {
        let bytes = [b"Exif\0\0".to_vec(), block(order, 4, ifds)].concat();
        let mut source = Source::from_bytes(bytes);
        let mut facts = Facts::default();
        read(&mut source, 0..u64::MAX, &mut facts).unwrap();
        facts
    }

    fn reading(clue: &TimeClue) -> String {
        match &clue.value {
            Ok(RawTime::Clock(Clock { date, time, offset })) => {
                let time = time.map(|t| t.to_string()).unwrap_or_default();
                format!(
                    "{date} {time}{}",
                    offset.map(|o| o.to_string()).unwrap_or_default()
                )
            }
            Ok(RawTime::Instant(at)) => at.to_string(),
            Err(why) => why.0.clone(),
        }
    }

    #[test]
    fn a_header_whose_magic_is_broken() {
        let taken = "2019:05:04 10:11:12";
        let image = [ascii(0x010F, "Maker"), ascii(0x0132, taken)];
        let whole = block(Little, 4, [&image, &[ascii(0x9003, taken)], &[]]);
        for prefix in [&b""[..], b"Exif\0\0", b"\0\0\0\x06Exif\0\0"] {
            let mut bytes = [prefix, &whole].concat();
            bytes[prefix.len() + 2] = 0;
            let mut facts = Facts::default();
            let len = bytes.len() as u64;
            read(&mut Source::from_bytes(bytes), 0..len, &mut facts).unwrap();
            assert_eq!(facts.times.len(), 2);
        }
        let text = b"Exif\0\0II is a numeral, and no directory follows it".to_vec();
        let len = text.len() as u64;
        let outcome = read(&mut Source::from_bytes(text), 0..len, &mut Facts::default());
        assert!(matches!(outcome, Err(Unreadable::Malformed(_))));
    }

    #[test]
    fn each_time_has_its_own_fraction_and_offset() {
        let facts = facts(
            Big,
            [
                &[
                    ascii(0x0132, "2020:01:02 03:04:05"),
                    ascii(0x010F, " Maker "),
                ],
                &[
                    ascii(0x9003, "2019:05:04 10:11:12"),
                    ascii(0x9004, "2019:05:04 10:11:13"),
                    ascii(0x9010, "-03:00"),
                    ascii(0x9011, "+10:00"),
                    ascii(0x9291, "25  "),
                    ascii(0x9292, "5"),
                ],
                &[],
            ],
        );
        let readings: Vec<_> = facts.times.iter().map(reading).collect();
        assert_eq!(
            readings,
            [
                "2019-05-04 10:11:12.250+10:00",
                "2019-05-04 10:11:13.500",
                "2020-01-02 03:04:05-03:00"
            ]
        );
        assert_eq!(facts.times[0].text, "2019:05:04 10:11:12.25 +10:00");
        assert_eq!(facts.make.as_deref(), Some("Maker"));
    }

    #[test]
    fn what_the_text_says_itself_wins() {
        let taken = |text, offset| {
            let exif = [
                ascii(0x9003, text),
                ascii(0x9011, offset),
                ascii(0x9291, "9"),
            ];
            reading(&facts(Little, [&[], &exif, &[]]).times[0])
        };
        assert_eq!(
            taken("2019-05-04T10:11:12.5+02:00", "+05:00"),
            "2019-05-04 10:11:12.500+02:00"
        );
        assert_eq!(
            taken("2019:05:04 10:11:12", "   :  "),
            "2019-05-04 10:11:12.900"
        );
        assert_eq!(taken("    :  :     :  :  ", "+02:00"), "empty");
        assert_eq!(taken("2019:05:04", "+02:00"), "2019-05-04 +02:00");
    }

    fn gps(lat: Field, lat_ref: &str, lon: Field, lon_ref: &str) -> String {
        let mut fields = vec![lat, lon];
        for (tag, name) in [(1, lat_ref), (3, lon_ref)] {
            if !name.is_empty() {
                fields.push(ascii(tag, name));
            }
        }
        let facts = facts(Little, [&[], &[], &fields]);
        match &facts.positions[0].value {
            Ok(position) => format!("{:.5} {:.5}", position.lat(), position.lon()),
            Err(why) => why.0.clone(),
        }
    }

    fn lat(parts: &[[i32; 2]]) -> Field {
        rationals(Little, 2, 5, parts)
    }

    fn lon(parts: &[[i32; 2]]) -> Field {
        rationals(Little, 4, 5, parts)
    }

    #[test]
    fn degrees_in_every_shape() {
        let dms = lat(&[[48, 1], [51, 1], [3024, 100]]);
        assert_eq!(
            gps(dms.clone(), "N", lon(&[[2, 1], [177, 10]]), "W"),
            "48.85840 -2.29500"
        );
        assert_eq!(
            gps(dms.clone(), "s", lon(&[[22945, 10000]]), "East"),
            "-48.85840 2.29450"
        );
        let negative = rationals(Little, 2, 10, &[[-48, 1], [51, 1], [3024, 100]]);
        assert_eq!(
            gps(negative.clone(), "S", lon(&[[2, 1]]), "E"),
            "-48.85840 2.00000"
        );
        assert_eq!(gps(negative, "N", lon(&[[2, 1]]), "E"), "-48.85840 2.00000");
        let comma = ascii(2, "52,00000,50,00000,34,01180");
        assert_eq!(
            gps(comma, "N", ascii(4, "11.182857"), "E"),
            "52.84278 11.18286"
        );
        let no_seconds = lat(&[[48, 1], [515, 10], [0, 0]]);
        assert_eq!(
            gps(no_seconds, "N", lon(&[[2, 1]]), "E"),
            "48.85833 2.00000"
        );
    }

    #[test]
    fn what_is_no_position() {
        let two = lon(&[[2, 1], [0, 1], [0, 1]]);
        let north = lat(&[[48, 1], [0, 1], [0, 1]]);
        assert_eq!(
            gps(north.clone(), "", two.clone(), "E"),
            "the hemisphere is missing"
        );
        assert_eq!(
            gps(north.clone(), "N", two.clone(), "?"),
            "the hemisphere is missing"
        );
        assert_eq!(
            gps(lat(&[[0, 0]]), "N", two.clone(), "E"),
            "the degrees are 0/0"
        );
        assert_eq!(
            gps(lat(&[[48, 1], [0, 0]]), "N", two.clone(), "E"),
            "the minutes are 0/0"
        );
        assert_eq!(gps(lat(&[[213, 1]]), "N", two, "E"), "out of range");
        assert_eq!(
            gps(lat(&[[0, 1]]), "N", lon(&[[0, 1]]), "E"),
            "0,0 means no fix"
        );
        let facts = facts(Little, [&[], &[], &[north]]);
        let why = facts.positions[0].value.clone().unwrap_err();
        assert_eq!(why.0, "the longitude is missing");
    }

    #[test]
    fn numbers_as_text() {
        let numbers = |text| {
            let numbers = written_numbers(text).into_iter();
            numbers.map(|n| n.unwrap_or(f64::NAN)).collect::<Vec<_>>()
        };
        assert_eq!(numbers("52.5, 30, 10.25"), [52.5, 30.0, 10.25]);
        assert_eq!(numbers("52,5,10,25"), [52.5, 10.25]);
        assert_eq!(numbers("52,30,10"), [52.0, 30.0, 10.0]);
        assert_eq!(numbers("-52,5"), [-52.5]);
        assert_eq!(numbers("52 30 10,25"), [52.0, 30.0, 10.25]);
        assert_eq!(numbers("52, 30, 10"), [52.0, 30.0, 10.0]);
        assert_eq!(numbers("10:17:21"), [10.0, 17.0, 21.0]);
        assert_eq!(numbers(""), [0.0; 0]);
    }

    #[test]
    fn the_time_of_the_fix_is_an_instant_only_with_its_date() {
        let stamp = rationals(Little, 7, 5, &[[8, 1], [11, 1], [12345, 1000]]);
        let with_date = |date| facts(Little, [&[], &[], &[stamp.clone(), ascii(0x1D, date)]]);
        let good = with_date("2019:05:04");
        assert_eq!(reading(&good.times[0]), "2019-05-04 08:11:12.345 UTC");
        let expected = "2019-05-04T08:11:12.345Z".parse().unwrap();
        assert_eq!(good.gps_time, Some(GpsTime::Instant(expected)));
        for early in ["1970:01:01", "1980:01:06", "1994:12:31"] {
            let facts = with_date(early);
            assert_eq!(facts.gps_time, None, "{early}");
            assert!(facts.times[0].value.is_err(), "{early}");
        }
        let facts = facts(Little, [&[], &[], &[stamp]]);
        assert!(matches!(facts.gps_time, Some(GpsTime::TimeOfDay(_))));
        assert_eq!(facts.times, []);
    }

    #[test]
    fn hours_and_seconds_at_their_limits() {
        let at = |h, m, s| time_of_day(&[Some(h), Some(m), s]).map(|t| t.to_string());
        assert_eq!(at(23.0, 59.0, Some(60.0)).as_deref(), Some("23:59:59.999"));
        assert_eq!(at(10.0, 30.5, None).as_deref(), Some("10:30:30"));
        assert_eq!(at(24.0, 0.0, Some(0.0)), None);
        assert_eq!(at(f64::NAN, 0.0, Some(0.0)), None);
        assert_eq!(time_of_day(&[Some(1.0), None, None]), None);
    }

    #[test]
    fn a_block_without_a_header_is_malformed() {
        let mut source = Source::from_bytes(b"Exif\0\0 and nothing more".to_vec());
        let outcome = read(&mut source, 0..u64::MAX, &mut Facts::default());
        assert!(matches!(outcome, Err(Unreadable::Malformed(_))));
    }
}
