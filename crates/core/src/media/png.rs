//! PNG (third edition): chunks, among them those that `ImageMagick` and Adobe
//! invented for Exif, XMP and IPTC before PNG had `eXIf`.

use std::io::Read;
use std::ops::Range;

use chrono::{DateTime, Datelike, FixedOffset, NaiveDateTime};

use super::facts::Facts;
use super::source::Source;
use super::unreadable::Unreadable;
use super::{embedded, exif, xmp};
use crate::capture::clock::{
    Clock, NoTime, RawTime, Written, WrittenZone, plausible, written_zone,
};
use crate::capture::clue::TimeSource;

const SIGNATURE: &[u8] = b"\x89PNG\r\n\x1a\n";
/// The most chunks that are looked at: 8 KiB each, as libpng writes them, make 800 MB.
const MAX_CHUNKS: u32 = 100_000;
/// The most texts that are decompressed, of which a few kB can become a few MB.
const MAX_TEXTS: u32 = 32;

/// Reads a PNG file up to its `IEND` chunk; metadata may follow the image.
///
/// # Errors
/// The content is no PNG, or a read fails. A file that ends early is an error.
pub fn read(source: &mut Source, facts: &mut Facts) -> Result<(), Unreadable> {
    if source.up_to(0, SIGNATURE.len())? != SIGNATURE {
        return Err(Unreadable::Malformed("no PNG signature at the start"));
    }
    let mut at = SIGNATURE.len() as u64;
    let mut texts = 0;
    for _ in 0..MAX_CHUNKS {
        let [l0, l1, l2, l3, kind @ ..] = source.array::<8>(at)?;
        let len = u64::from(u32::from_be_bytes([l0, l1, l2, l3]));
        let payload = at + 8..(at + 8 + len).min(source.len());
        match &kind {
            b"IEND" => return Ok(()),
            b"eXIf" => exif::block(source, payload, facts)?,
            b"tIME" => time(source, payload, facts)?,
            b"tEXt" | b"zTXt" | b"iTXt" if texts < MAX_TEXTS => {
                texts += u32::from(text(source, kind, payload, facts)?);
            }
            _ => {}
        }
        // The checksum follows the payload.
        at += 8 + len + 4;
    }
    Err(Unreadable::Malformed("too many PNG chunks"))
}

/// The time of the last change, by the standard in UTC. Writers put the local
/// time there as often, so it is taken as the reading of a clock.
fn time(source: &mut Source, payload: Range<u64>, facts: &mut Facts) -> Result<(), Unreadable> {
    if payload.end - payload.start < 7 {
        return Ok(());
    }
    let [y0, y1, month, day, hour, minute, second] = source.array(payload.start)?;
    let year = u16::from_be_bytes([y0, y1]);
    let written = format!("{year:04}-{month:02}-{day:02} {hour:02}:{minute:02}:{second:02}");
    facts.clock(TimeSource::PngTime, &written);
    Ok(())
}

/// A keyword and what is written behind it, decompressed. Whether it was wanted.
fn text(
    source: &mut Source,
    kind: [u8; 4],
    payload: Range<u64>,
    facts: &mut Facts,
) -> Result<bool, Unreadable> {
    let len = usize::try_from(payload.end - payload.start).unwrap_or(usize::MAX);
    // Keywords are at most 79 bytes long. Most texts are not wanted, and the
    // wanted ones can be long.
    let head = source.up_to(payload.start, len.min(80))?;
    let Some(end) = head.iter().position(|byte| *byte == 0) else {
        return Ok(false);
    };
    let keyword = head.get(..end).unwrap_or_default().to_ascii_lowercase();
    let is_time = matches!(
        keyword.as_slice(),
        b"creation time" | b"creationtime" | b"creation_time" | b"creation-time"
    );
    let wanted =
        is_time || keyword == b"xml:com.adobe.xmp" || keyword.starts_with(b"raw profile type ");
    if !wanted {
        return Ok(false);
    }
    let chunk = source.up_to(payload.start, len.min(2 * embedded::MAX_PACKET))?;
    let Some(value) = chunk.get(end + 1..).and_then(|rest| value(kind, rest)) else {
        facts.note("PNG", "a text chunk cannot be decompressed");
        return Ok(true);
    };
    match keyword.as_slice() {
        _ if is_time => creation_time(&String::from_utf8_lossy(&value), facts),
        b"xml:com.adobe.xmp" => xmp::read(&value, facts),
        _ => profile(keyword.get(17..).unwrap_or_default(), &value, facts)?,
    }
    Ok(true)
}

/// What follows the keyword, by the kind of the chunk.
fn value(kind: [u8; 4], rest: &[u8]) -> Option<Vec<u8>> {
    match &kind {
        b"tEXt" => Some(rest.to_vec()),
        b"zTXt" => match rest.split_first()? {
            (0, deflated) => inflate(deflated),
            _ => None,
        },
        _ => {
            let (&[compressed, method], rest) = rest.split_first_chunk::<2>()?;
            // The language and the translated keyword, each closed by a NUL.
            let text = rest.splitn(3, |byte| *byte == 0).nth(2)?;
            match (compressed, method) {
                (0, _) => Some(text.to_vec()),
                (1, 0) => inflate(text),
                _ => None,
            }
        }
    }
}

/// At most as much as two packets; a text that is cut is used as far as it goes.
fn inflate(deflated: &[u8]) -> Option<Vec<u8>> {
    let limit = 2 * embedded::MAX_PACKET as u64;
    let mut inflated = Vec::new();
    let mut decoder = flate2::read::ZlibDecoder::new(deflated).take(limit);
    match decoder.read_to_end(&mut inflated) {
        Err(_) if inflated.is_empty() => None,
        _ => Some(inflated),
    }
}

/// A "raw profile": a line with its name, a line with its length in bytes, and
/// then the bytes as hexadecimal digits in lines.
fn profile(name: &[u8], value: &[u8], facts: &mut Facts) -> Result<(), Unreadable> {
    let mut lines = value.trim_ascii_start().splitn(3, |byte| *byte == b'\n');
    let digits = lines.nth(2).unwrap_or_default();
    let digit = |byte: &u8| char::from(*byte).to_digit(16);
    let mut digits = digits.iter().filter_map(digit);
    let mut bytes = Vec::new();
    while let (Some(high), Some(low)) = (digits.next(), digits.next()) {
        bytes.extend(u8::try_from(high << 4 | low));
    }
    match name {
        b"exif" | b"app1" => {
            if let Some(packet) = bytes.strip_prefix(embedded::XMP_NAMESPACE) {
                xmp::read(packet, facts);
            } else {
                let len = bytes.len() as u64;
                exif::block(&mut Source::from_bytes(bytes), 0..len, facts)?;
            }
        }
        b"xmp" => xmp::read(&bytes, facts),
        b"iptc" | b"8bim" => embedded::iptc_bytes(&bytes, facts),
        _ => {}
    }
    Ok(())
}

/// The standard recommends the format of e-mail (RFC 1123); programs write that
/// of Exif, of ISO 8601 or of C's `asctime` as well.
fn creation_time(text: &str, facts: &mut Facts) {
    let text = text.trim_matches(|c: char| c.is_whitespace() || c == '\0');
    let value = match Written::parse(text) {
        Ok(written) => Ok(written.raw()),
        Err(NoTime::NotADate) => in_words(text).ok_or(NoTime::NotADate).and_then(checked),
        Err(other) => Err(other),
    };
    facts.time(TimeSource::PngCreationTime, text, value);
}

/// A date with the name of its month, as e-mail, `asctime`, `date` and JavaScript write it.
/// `GMT` names an instant; a number is the offset of the clock that was read, and `-0000`
/// says that it is not known.
fn in_words(text: &str) -> Option<RawTime> {
    // What stands in brackets repeats the zone. The day of the week may have a comma, a point
    // or nothing behind it, or be missing.
    let text = text.split('(').next().unwrap_or_default();
    let words = text.split(|c: char| c.is_whitespace() || c == ',');
    let words = words.filter(|word| !word.is_empty() && !is_weekday(word) && *word != "at");
    let words: Vec<&str> = words.collect();
    // The library knows the zones of RFC 822 by name.
    let named = words
        .last()
        .is_some_and(|last| last.ends_with(|c: char| c.is_ascii_alphabetic()));
    if named && let Ok(time) = DateTime::<FixedOffset>::parse_from_rfc2822(&words.join(" ")) {
        return Some(RawTime::Instant(time.to_utc()));
    }
    let zones = words.iter().map(|word| written_zone(word));
    let zone = zones.into_iter().find(|zone| *zone != WrittenZone::Absent);
    let plain = |word: &&&str| !is_zone(word) && written_zone(word) == WrittenZone::Absent;
    let plain: Vec<&str> = words.iter().filter(plain).copied().collect();
    let plain = plain.join(" ");
    let formats = [
        "%B %d %H:%M:%S %Y",
        "%B %d %I:%M:%S %p %Y",
        "%d %B %Y %H:%M:%S",
        "%d-%B-%Y %H:%M:%S",
        "%d %B %Y %I:%M:%S %p",
        "%B %d %Y %H:%M:%S",
        "%B %d %Y %I:%M:%S %p",
        "%d %B %Y %H:%M",
        // The years of RFC 822.
        "%d %B %y %H:%M:%S",
    ];
    let parsed = formats.iter().find_map(|format| {
        let parsed = NaiveDateTime::parse_from_str(&plain, format).ok();
        parsed.filter(|at| at.year() > 99)
    })?;
    Some(match zone {
        Some(WrittenZone::Z) => RawTime::Instant(parsed.and_utc()),
        Some(WrittenZone::Offset(offset)) if !words.contains(&"-0000") => {
            clock(parsed, Some(offset))
        }
        _ => clock(parsed, None),
    })
}

/// Whether a word begins as the English name of a day of the week.
fn is_weekday(word: &str) -> bool {
    let start = word.get(..3).map(str::to_ascii_lowercase);
    let days = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
    start.is_some_and(|start| days.contains(&start.as_str()))
}

/// Whether a word is the name of a zone, such as `GMT` or `CEST`. All but the first say
/// different things to different people.
fn is_zone(word: &str) -> bool {
    (2..=5).contains(&word.len())
        && word.bytes().all(|b| b.is_ascii_uppercase())
        && !matches!(word, "AM" | "PM")
        && word.parse::<chrono::Month>().is_err()
}

fn clock(at: NaiveDateTime, offset: Option<FixedOffset>) -> RawTime {
    RawTime::Clock(Clock {
        date: at.date(),
        time: Some(at.time()),
        offset,
    })
}

fn checked(time: RawTime) -> Result<RawTime, NoTime> {
    match time {
        RawTime::Clock(Clock { date, time, .. }) => plausible(date, time)?,
        RawTime::Instant(at) => plausible(at.date_naive(), Some(at.time()))?,
    }
    Ok(time)
}

#[cfg(test)]
pub(super) mod tests {
    use std::io::Write;

    use super::super::tiff::build;
    use super::*;

    const TAKEN: &str = "2019:05:04 10:11:12";

    fn bytes(chunks: &[(&[u8; 4], &[u8])]) -> Vec<u8> {
        let mut bytes = SIGNATURE.to_vec();
        for (kind, payload) in chunks {
            bytes.extend(u32::try_from(payload.len()).unwrap().to_be_bytes());
            bytes.extend([&kind[..], payload, &[0; 4]].concat());
        }
        bytes
    }

    fn png(chunks: &[(&[u8; 4], &[u8])]) -> (Result<(), String>, Facts) {
        let mut facts = Facts::default();
        let outcome = read(&mut Source::from_bytes(bytes(chunks)), &mut facts);
        (outcome.map_err(|error| error.to_string()), facts)
    }

    fn texts(kind: [u8; 4], payload: &[u8]) -> Vec<String> {
        let (outcome, facts) = png(&[(&kind, payload), (b"IEND", b"")]);
        outcome.unwrap();
        facts.times.into_iter().map(|clue| clue.text).collect()
    }

    fn deflated(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::fast());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    fn raw_profile() -> Vec<u8> {
        use std::fmt::Write;
        let block = [b"Exif\0\0".to_vec(), build::dated(TAKEN)].concat();
        let mut text = format!("\nexif\n{:8}\n", block.len());
        for (n, byte) in block.iter().enumerate() {
            write!(text, "{byte:02x}").unwrap();
            if n % 36 == 35 {
                text.push('\n');
            }
        }
        text.into_bytes()
    }

    #[test]
    fn exif_in_its_chunk_and_in_raw_profiles() {
        assert_eq!(texts(*b"eXIf", &build::dated(TAKEN)), [TAKEN]);
        let profile = raw_profile();
        let plain = [b"Raw profile type exif\0", &profile[..]].concat();
        assert_eq!(texts(*b"tEXt", &plain), [TAKEN]);
        let packed = [b"Raw profile type APP1\0\0", &deflated(&profile)[..]].concat();
        assert_eq!(texts(*b"zTXt", &packed), [TAKEN]);
    }

    #[test]
    fn metadata_behind_the_image_counts() {
        let image = vec![0; 20_000];
        let (outcome, facts) = png(&[
            (b"IDAT", &image),
            (b"eXIf", &build::dated(TAKEN)),
            (b"IEND", b""),
        ]);
        assert_eq!(outcome, Ok(()));
        assert_eq!(facts.times.len(), 1);
    }

    fn creation(text: &str) -> Result<RawTime, String> {
        let mut facts = Facts::default();
        creation_time(text, &mut facts);
        facts.times.remove(0).value.map_err(|why| why.0)
    }

    #[test]
    fn creation_times_as_programs_write_them() {
        let at: NaiveDateTime = "2019-05-04T10:11:12".parse().unwrap();
        let plain = Ok(clock(at, None));
        assert_eq!(creation(TAKEN), plain);
        assert_eq!(creation("Sat May  4 10:11:12 2019\n"), plain);
        assert_eq!(creation("4 May 2019 10:11:12"), plain);
        assert_eq!(creation("Sat, 4 May 2019 10:11:12"), plain);
        for text in [
            "Sat 4 May 2019 10:11:12",
            "Sat 4 May 2019 10:11:12 -0000",
            "Sat, 04 May 2019 10:11:12 -0000",
            "04 May 2019 10:11:12 -0000",
            "Saturday, 04 May 2019 10:11:12",
            "Saturday, May 4, 2019 10:11:12 AM",
            "May 4, 2019 10:11:12",
            "4-May-2019 10:11:12",
            "Sat May 4 10:11:12 CEST 2019",
            "Sat 04 May 2019 10:11:12 AM CEST",
            "Sat May  4 10:11:12 AM CEST 2019",
            "May 4, 2019 at 10:11:12 AM",
            "2019:05:04:10:11:12",
        ] {
            assert_eq!(creation(text), plain, "{text}");
        }
        let offset = FixedOffset::east_opt(7200);
        let with_offset = Ok(clock(at, offset));
        assert_eq!(creation("Sat, 04 May 2019 10:11:12 +0200"), with_offset);
        assert_eq!(creation("2019-05-04T10:11:12+02:00"), with_offset);
        assert_eq!(creation("Sat 4 May 2019 10:11:12 +0200"), with_offset);
        assert_eq!(creation("4 May 2019 10:11:12 +0200"), with_offset);
        for text in [
            "Sat May  4 10:11:12 +0200 2019",
            "Sat May 04 2019 10:11:12 GMT+0200 (CEST)",
            "May 4, 2019 10:11:12 +0200",
            "4-May-2019 10:11:12 +02:00",
            "Sat 04 May 2019 10:11:12 AM +0200",
            "May 4, 2019 at 10:11:12 AM GMT+2",
            "2019:05:04 10:11:12 +0200",
            "2019-05-04 10:11:12 GMT+02:00",
        ] {
            assert_eq!(creation(text), with_offset, "{text}");
        }
        for (zone, seconds) in [
            ("-0330", -12_600),
            ("+0545", 20_700),
            ("+02", 7200),
            ("UTC+2", 7200),
            ("UTC+05:30", 19_800),
            ("GMT-0700 (Pacific Daylight Time)", -25_200),
            ("+0000", 0),
        ] {
            let there = Ok(clock(at, FixedOffset::east_opt(seconds)));
            for text in [
                "Sat, 04 May 2019 10:11:12",
                "4 May 19 10:11:12",
                "May 4 2019 10:11:12",
            ] {
                assert_eq!(creation(&format!("{text} {zone}")), there, "{text} {zone}");
            }
        }
        assert_eq!(creation("Sat, 4 May 19 10:11:12"), plain);
        let summer = at.with_month(8).unwrap();
        assert_eq!(creation("4 August 2019 10:11:12"), Ok(clock(summer, None)));
        let instant = Ok(RawTime::Instant(at.and_utc()));
        assert_eq!(creation("2019-05-04 10:11:12 UTC"), instant);
        assert_eq!(creation("Sat May 04 2019 10:11:12 GMT"), instant);
        assert_eq!(creation("Sat, 04 May 2019 10:11:12 GMT"), instant);
        assert_eq!(creation("Sat 4 May 2019 10:11:12 GMT"), instant);
        assert_eq!(creation("Sat May  4 10:11:12 UTC 2019"), instant);
        assert_eq!(creation("2019-05-04T10:11:12Z"), instant);
        assert_eq!(creation("in summer, week 27"), Err("not a date".to_owned()));
        assert!(creation("Thu, 01 Jan 1970 00:00:00 GMT").is_err());
    }

    #[test]
    fn the_keyword_as_programs_write_it() {
        for keyword in [
            "Creation Time",
            "CreationTime",
            "creation time",
            "Creation-Time",
        ] {
            let text = [keyword.as_bytes(), b"\0", TAKEN.as_bytes()].concat();
            assert_eq!(texts(*b"tEXt", &text), [TAKEN]);
        }
    }

    #[test]
    fn creation_time_in_each_text_chunk() {
        let plain = [b"Creation Time\0", TAKEN.as_bytes()].concat();
        assert_eq!(texts(*b"tEXt", &plain), [TAKEN]);
        let packed = [b"Creation Time\0\0", &deflated(TAKEN.as_bytes())[..]].concat();
        assert_eq!(texts(*b"zTXt", &packed), [TAKEN]);
        let international = [b"Creation Time\0\0\0en\0Zeit\0", TAKEN.as_bytes()].concat();
        assert_eq!(texts(*b"iTXt", &international), [TAKEN]);
        let both = [
            b"Creation Time\0\x01\0\0\0",
            &deflated(TAKEN.as_bytes())[..],
        ]
        .concat();
        assert_eq!(texts(*b"iTXt", &both), [TAKEN]);
    }

    #[test]
    fn time_is_the_reading_of_a_clock() {
        assert_eq!(
            texts(*b"tIME", &[0x07, 0xE3, 5, 4, 10, 11, 12]),
            ["2019-05-04 10:11:12"]
        );
        assert_eq!(texts(*b"tIME", &[0x07]), [""; 0]);
    }

    #[test]
    fn inflating_is_bounded() {
        let bomb = deflated(&vec![b'x'; 8 * 1024 * 1024]);
        assert_eq!(
            inflate(&bomb).map(|b| b.len()),
            Some(2 * embedded::MAX_PACKET)
        );
        assert_eq!(inflate(b"no zlib stream"), None);
        let (outcome, facts) = png(&[(b"zTXt", b"Creation Time\0\0nonsense"), (b"IEND", b"")]);
        assert_eq!(outcome, Ok(()));
        assert_eq!(facts.notes.len(), 1);
    }

    #[test]
    fn what_is_no_png() {
        let outcome = read(&mut Source::from_bytes(Vec::new()), &mut Facts::default());
        assert!(matches!(outcome, Err(Unreadable::Malformed(_))));
        assert_eq!(
            png(&[(b"IDAT", b"")]).0.unwrap_err(),
            "the file is cut short"
        );
    }

    /// A small file for the test of robustness.
    pub(in super::super) fn sample() -> Vec<u8> {
        let profile = [b"Raw profile type APP1\0\0", &deflated(&raw_profile())[..]].concat();
        let creation = [b"Creation Time\0", TAKEN.as_bytes()].concat();
        let chunks: [(&[u8; 4], &[u8]); 5] = [
            (b"eXIf", &build::dated(TAKEN)),
            (b"zTXt", &profile),
            (b"tEXt", &creation),
            (b"tIME", &[0x07, 0xE3, 5, 4, 10, 11, 12]),
            (b"IEND", b""),
        ];
        bytes(&chunks)
    }
}
