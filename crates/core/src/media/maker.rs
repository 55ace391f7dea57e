//! What cameras write into boxes and chunks of their makers' own, in movies and in AVI files:
//! mostly Exif in another wrapping. It holds the reading of the camera's clock, which many
//! put into the headers of the movie as if it were UTC.
//!
//! Layouts are those of `ExifTool`'s public tables.

use chrono::FixedOffset;

use super::exif;
use super::facts::Facts;
use super::source::Source;
use super::tiff::{self, ByteOrder, Ifd, Tiff};
use super::unreadable::Unreadable;
use crate::capture::clock::parse_offset;

/// The most of one box that is looked at. Exif and its maker's notes are shorter.
pub const MAX_BOX: usize = 32 * 1024;

/// An entry of Exif: its directory, tag, type and value.
type Entry = (Ifd, u16, u16, Vec<u8>);

const ASCII: u16 = 2;
const MAKE: u16 = 0x010F;
const MODEL: u16 = 0x0110;
const TAKEN: u16 = 0x9003;
const DIGITIZED: u16 = 0x9004;
/// The offsets from UTC of the three times.
const OFFSETS: [u16; 3] = [0x9010, 0x9011, 0x9012];

/// Reads Exif that begins somewhere near the start of a box: a JPEG, the like of one, or
/// bare. Whether there is any.
///
/// # Errors
/// None that the bytes can cause: what is wrong with them becomes a note.
pub fn embedded(bytes: &[u8], facts: &mut Facts) -> Result<bool, Unreadable> {
    let mut heads = bytes.windows(10);
    let found = heads.position(|head| head.starts_with(b"Exif\0\0") && is_header(&head[6..]));
    let found = found.or_else(|| is_header(bytes).then_some(0));
    let Some(block) = found.and_then(|at| bytes.get(at..)) else {
        return Ok(false);
    };
    exif::block(&mut Source::from_bytes(block.to_vec()), 0..u64::MAX, facts)?;
    Ok(true)
}

fn is_header(bytes: &[u8]) -> bool {
    bytes
        .first_chunk()
        .is_some_and(|head| tiff::header(*head).is_some())
}

/// Reads a directory of Exif that lies `first` bytes behind the start of a box, without a
/// header that tells the order of its bytes. Offsets in it count from the start.
///
/// # Errors
/// As [`embedded`].
pub fn directory(
    bytes: &[u8],
    order: ByteOrder,
    first: u32,
    facts: &mut Facts,
) -> Result<(), Unreadable> {
    let mut source = Source::from_bytes(bytes.to_vec());
    let tiff = tiff::walk_bare(&mut source, 0..u64::MAX, order, first)?;
    exif::take(&mut source, &tiff, facts)
}

/// Reads entries that are Exif's but for their wrapping.
///
/// # Errors
/// As [`embedded`].
pub fn take(order: ByteOrder, entries: Vec<Entry>, facts: &mut Facts) -> Result<(), Unreadable> {
    if entries.is_empty() {
        return Ok(());
    }
    let mut nothing = Source::from_bytes(Vec::new());
    exif::take(&mut nothing, &Tiff::of(order, entries), facts)
}

/// Nikon's NCTG: number, type and count of each record, then its value. From 0x1200000 on the
/// numbers are those of Exif's GPS directory.
pub fn nikon(mut bytes: &[u8]) -> Vec<Entry> {
    let mut entries = Vec::new();
    let (mut zone, mut world) = (None, None);
    while let Some(([i0, i1, i2, i3, k0, k1, c0, c1], rest)) = bytes.split_first_chunk() {
        let kind = u16::from_be_bytes([*k0, *k1]);
        let unit = match kind {
            1 | 2 | 6 | 7 => 1,
            3 | 8 => 2,
            4 | 9 | 11 => 4,
            5 | 10 | 12 => 8,
            _ => break,
        };
        let len = unit * usize::from(u16::from_be_bytes([*c0, *c1]));
        let Some((value, tail)) = rest.split_at_checked(len) else {
            break;
        };
        bytes = tail;
        let tag = match u32::from_be_bytes([*i0, *i1, *i2, *i3]) {
            0x01 => (Ifd::Image, MAKE),
            0x02 => (Ifd::Image, MODEL),
            0x11 => (Ifd::Exif, DIGITIZED),
            0x12 => (Ifd::Exif, TAKEN),
            0x19 => {
                zone = parse_offset(&String::from_utf8_lossy(value));
                continue;
            }
            0x0200_0024 => {
                world = value.first_chunk().copied();
                continue;
            }
            id @ 0x0120_0000..0x0120_0020 => (Ifd::Gps, id.to_be_bytes()[3].into()),
            _ => continue,
        };
        entries.push((tag.0, tag.1, kind, value.to_vec()));
    }
    let zone = zone.map(|zone| zone.local_minus_utc() / 60);
    let offset = nikon_offset(zone, world);
    if let Some(offset) = offset.and_then(|minutes| FixedOffset::east_opt(60 * minutes)) {
        let text = offset.to_string();
        entries.extend(OFFSETS.map(|tag| (Ifd::Exif, tag, ASCII, text.clone().into_bytes())));
    }
    entries
}

/// The offset in minutes of the zone that is stated, and of the world time: minutes, then
/// whether summer time is on, which Nikon does not count in.
fn nikon_offset(zone: Option<i32>, world: Option<[u8; 3]>) -> Option<i32> {
    let Some([m0, m1, summer]) = world else {
        return zone;
    };
    let minutes = i32::from(i16::from_be_bytes([m0, m1]));
    if zone.is_some_and(|zone| zone != minutes) || minutes % 15 != 0 || minutes.abs() > 14 * 60 {
        return zone;
    }
    Some(minutes + if summer == 1 { 60 } else { 0 })
}

/// Nikon's nctg in AVI files: number and length of each record, then its value.
pub fn nikon_avi(mut bytes: &[u8]) -> Vec<Entry> {
    let mut entries = Vec::new();
    while let Some(([i0, i1, l0, l1], rest)) = bytes.split_first_chunk() {
        let len = usize::from(u16::from_le_bytes([*l0, *l1]));
        let Some((value, tail)) = rest.split_at_checked(len) else {
            break;
        };
        bytes = tail;
        let tag = match u16::from_le_bytes([*i0, *i1]) {
            0x03 => (Ifd::Image, MAKE),
            0x04 => (Ifd::Image, MODEL),
            0x13 => (Ifd::Exif, TAKEN),
            0x14 => (Ifd::Exif, DIGITIZED),
            _ => continue,
        };
        entries.push((tag.0, tag.1, ASCII, value.to_vec()));
    }
    entries
}

/// Where maker and model stand in a block of [`dated`].
#[derive(Debug, Clone, Copy)]
pub struct Names {
    make: usize,
    model: usize,
}

impl Names {
    /// OLYM in the profile of Olympus's MP4 files.
    pub const OLYM: Self = Self::at(0x0E, 0x28);
    /// prms in Olympus's MOV files, and the JUNK of Olympus's and Pentax's AVI files.
    pub const PARAMETERS: Self = Self::at(0x12, 0x2C);
    /// PENT in Pentax's MOV files.
    pub const PENT: Self = Self::at(0, 0x1A);

    const fn at(make: usize, model: usize) -> Self {
        Self { make, model }
    }
}

/// A block of fixed fields in which dates are written out, at places that differ from model
/// to model: Olympus, Pentax. The first is when recording began. Behind `GPS_` stand the
/// values of Exif's GPS directory.
pub fn dated(bytes: &[u8], names: Option<Names>) -> Vec<Entry> {
    let mut dates = bytes.windows(19).filter(|text| is_date(text));
    let mut entries = Vec::new();
    for tag in [TAKEN, DIGITIZED] {
        if let Some(date) = dates.next() {
            entries.push((Ifd::Exif, tag, ASCII, date.to_vec()));
        }
    }
    if let Some(Names { make, model }) = names {
        for (tag, at) in [(MAKE, make), (MODEL, model)] {
            let text = bytes.get(at..).unwrap_or_default();
            let text = text.iter().take(24).take_while(|byte| **byte != 0);
            entries.push((Ifd::Image, tag, ASCII, text.copied().collect()));
        }
    }
    if let Some(at) = bytes.windows(4).position(|text| text == b"GPS_") {
        entries.extend(pentax_fix(bytes.get(at..).unwrap_or_default()).unwrap_or_default());
    }
    entries
}

/// `2005:08:17 11:42:43` with any of the usual marks between the numbers.
fn is_date(text: &[u8]) -> bool {
    text.iter().enumerate().all(|(at, byte)| match at {
        4 | 7 => matches!(byte, b':' | b'/' | b'-'),
        10 => matches!(byte, b' ' | b'T'),
        13 | 16 => *byte == b':',
        _ => byte.is_ascii_digit(),
    })
}

/// The fix in Pentax's PENT, from `GPS_` on; none where it says that it is void.
fn pentax_fix(bytes: &[u8]) -> Option<Vec<Entry>> {
    const RATIONAL: u16 = 5;
    let field = |tag, kind, at, len| -> Option<Entry> {
        Some((Ifd::Gps, tag, kind, bytes.get(at..at + len)?.to_vec()))
    };
    if bytes.get(0x70) == Some(&b'V') {
        return None;
    }
    Some(vec![
        field(0x01, ASCII, 0x08, 2)?,
        field(0x02, RATIONAL, 0x0A, 24)?,
        field(0x03, ASCII, 0x22, 2)?,
        field(0x04, RATIONAL, 0x24, 24)?,
        field(0x07, RATIONAL, 0x55, 24)?,
        field(0x1D, ASCII, 0x7B, 11)?,
    ])
}

/// The records of one sample of Sony's rtmd: the length of its head, then number, length and
/// value of each.
fn sony_records(sample: &[u8]) -> impl Iterator<Item = (u16, &[u8])> {
    let head = sample
        .first_chunk()
        .map_or(0, |len| u16::from_be_bytes(*len));
    let mut rest = sample.get(usize::from(head)..).unwrap_or_default();
    std::iter::from_fn(move || {
        let ([t0, t1, l0, l1], tail) = rest.split_first_chunk()?;
        let tag = u16::from_be_bytes([*t0, *t1]);
        // A universal label of 16 bytes opens a set of records, whose length follows in 4.
        let len = match tag {
            0 => return None,
            0x060E => 16,
            _ => usize::from(u16::from_be_bytes([*l0, *l1])),
        };
        let (value, behind) = tail.split_at_checked(len)?;
        rest = behind;
        Some((tag, value))
    })
}

/// The reading of the camera's clock in one sample of Sony's rtmd: two decimal digits to the
/// byte, behind one of another meaning.
pub fn sony_clock(sample: &[u8]) -> Option<String> {
    let (_, value) = sony_records(sample).find(|(tag, _)| *tag == 0xE304)?;
    let [_, century, year, month, day, time @ ..] = value.first_chunk::<8>()?;
    let [hour, minute, second] = time;
    Some(format!(
        "{century:02x}{year:02x}:{month:02x}:{day:02x} {hour:02x}:{minute:02x}:{second:02x}"
    ))
}

/// The fix in one sample of Sony's rtmd: from 0x8500 on the numbers of its records are those
/// of Exif's GPS directory.
pub fn sony(sample: &[u8]) -> Vec<Entry> {
    let mut entries = Vec::new();
    for (tag, value) in sony_records(sample) {
        let kind = match tag {
            0x8501 | 0x8503 | 0x8509 | 0x851D => ASCII,
            0x8502 | 0x8504 | 0x8507 => 5,
            _ => continue,
        };
        if (tag, value.first()) == (0x8509, Some(&b'V')) {
            return Vec::new();
        }
        entries.push((Ifd::Gps, tag - 0x8500, kind, value.to_vec()));
    }
    entries
}

/// The fix in Sony's XML, whose items are called as the tags of Exif's GPS directory.
pub fn sony_xml(xml: &str) -> Vec<Entry> {
    let group = xml
        .split_once("<Group name=\"ExifGPS\"")
        .map(|(_, rest)| rest);
    let group = group
        .and_then(|rest| rest.split("</Group>").next())
        .unwrap_or_default();
    let item = |name: &str| {
        let (_, rest) = group.split_once(&format!("name=\"{name}\" value=\""))?;
        rest.split('"').next()
    };
    if item("Status") == Some("V") {
        return Vec::new();
    }
    let names = [
        (0x01, "LatitudeRef"),
        (0x02, "Latitude"),
        (0x03, "LongitudeRef"),
        (0x04, "Longitude"),
        (0x07, "TimeStamp"),
        (0x1D, "DateStamp"),
    ];
    let entries = names.into_iter().filter_map(|(tag, name)| {
        let text = item(name)?.as_bytes();
        // Exif's texts end in NUL.
        Some((Ifd::Gps, tag, ASCII, [text, &[0]].concat()))
    });
    entries.collect()
}

/// Whether GoPro's firmware of that name counts the movie's times by the camera's clock. The
/// cameras before HERO12 (`H23`) know no time zone.
pub fn is_local_gopro(firmware: &str) -> bool {
    let number = |text: &str| text.split('.').next()?.parse::<u32>().ok();
    match firmware.strip_prefix("HD") {
        Some(model) => number(model).is_some(),
        None => firmware
            .strip_prefix('H')
            .and_then(number)
            .is_some_and(|n| n < 23),
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::super::testing::each_damaged;
    use super::*;
    use crate::capture::clue::TimeSource;

    pub(in crate::media) const TAKEN_AT: &str = "2025:03:29 20:14:32";

    /// A directory of texts without a header, `at` bytes behind what its offsets count from.
    pub(in crate::media) fn directory(
        order: ByteOrder,
        at: usize,
        texts: &[(u16, &str)],
    ) -> Vec<u8> {
        let number = |n: usize| u32::try_from(n).unwrap();
        let short = |n: u16| match order {
            ByteOrder::Little => n.to_le_bytes(),
            ByteOrder::Big => n.to_be_bytes(),
        };
        let long = |n: u32| match order {
            ByteOrder::Little => n.to_le_bytes(),
            ByteOrder::Big => n.to_be_bytes(),
        };
        let mut table = vec![0; at];
        table.extend(short(u16::try_from(texts.len()).unwrap()));
        let mut values = Vec::new();
        let values_at = at + 2 + 12 * texts.len() + 4;
        for (tag, text) in texts {
            let text = [text.as_bytes(), &[0]].concat();
            table.extend([short(*tag), short(ASCII)].concat());
            table.extend(long(number(text.len())));
            table.extend(long(number(values_at + values.len())));
            values.extend(text);
            // Values of up to four bytes would stand in the table.
            assert!(values.len() > 4);
        }
        table.extend([0; 4]);
        table.extend(values);
        table
    }

    /// A record of NCTG.
    pub(in crate::media) fn record(id: u32, kind: u16, value: &[u8]) -> Vec<u8> {
        let unit = if kind == 5 { 8 } else { 1 };
        let count = u16::try_from(value.len() / unit).unwrap();
        [
            &id.to_be_bytes()[..],
            &kind.to_be_bytes(),
            &count.to_be_bytes(),
            value,
        ]
        .concat()
    }

    fn rationals(numbers: [u32; 3]) -> Vec<u8> {
        let parts = numbers
            .iter()
            .flat_map(|n| [n.to_be_bytes(), 1_u32.to_be_bytes()]);
        parts.flatten().collect()
    }

    fn facts(order: ByteOrder, entries: Vec<Entry>) -> Facts {
        let mut facts = Facts::default();
        take(order, entries, &mut facts).unwrap();
        facts
    }

    fn taken(facts: &Facts) -> String {
        let mut times = facts.times.iter();
        let clue = times.find(|clue| clue.source == TimeSource::ExifDateTimeOriginal);
        match clue.map(|clue| &clue.value) {
            Some(Ok(time)) => time.to_string(),
            Some(Err(why)) => why.0.clone(),
            None => "absent".to_owned(),
        }
    }

    fn place(facts: &Facts) -> String {
        match facts.positions.first().map(|clue| &clue.value) {
            Some(Ok(position)) => format!("{:.4} {:.4}", position.lat(), position.lon()),
            Some(Err(why)) => why.0.clone(),
            None => "absent".to_owned(),
        }
    }

    pub(in crate::media) fn nikon_clip(zone: &str, world: Option<[u8; 4]>) -> Vec<u8> {
        let mut records = vec![
            record(0x01, 2, b"NIKON CORPORATION\0"),
            record(0x02, 2, b"NIKON Z 30\0"),
            record(0x11, 2, b"2025:03:29 20:14:33\0"),
            record(0x12, 2, b"2025:03:29 20:14:32\0"),
            record(0x13, 4, &[]),
        ];
        if !zone.is_empty() {
            records.push(record(0x19, 2, zone.as_bytes()));
        }
        records.extend([
            record(0x0120_0001, 2, b"S\0"),
            record(0x0120_0002, 5, &rationals([33, 30, 0])),
            record(0x0120_0003, 2, b"E\0"),
            record(0x0120_0004, 5, &rationals([151, 15, 0])),
        ]);
        if let Some(world) = world {
            records.push(record(0x0200_0024, 7, &world));
        }
        records.concat()
    }

    #[test]
    fn nikon_states_its_zone_and_summer_time() {
        let at = |zone, world| taken(&facts(ByteOrder::Big, nikon(&nikon_clip(zone, world))));
        assert_eq!(at("+08:00\0", None), "2025-03-29T20:14:32+08:00");
        assert_eq!(at("", None), "2025-03-29T20:14:32");
        let world = |minutes: i16, summer| {
            let [m0, m1] = minutes.to_be_bytes();
            Some([m0, m1, summer, 0])
        };
        assert_eq!(at("", world(720, 1)), "2025-03-29T20:14:32+13:00");
        assert_eq!(at("+01:00\0", world(60, 1)), "2025-03-29T20:14:32+02:00");
        assert_eq!(at("+01:00\0", world(60, 0)), "2025-03-29T20:14:32+01:00");
        assert_eq!(at("-05:00\0", world(-300, 1)), "2025-03-29T20:14:32-04:00");
        // What counts the summer in already is left as it is.
        assert_eq!(at("+02:00\0", world(60, 1)), "2025-03-29T20:14:32+02:00");
        assert_eq!(at("+08:00\0", world(7, 1)), "2025-03-29T20:14:32+08:00");
        assert_eq!(at("home\0", world(9000, 1)), "2025-03-29T20:14:32");
        let facts = facts(ByteOrder::Big, nikon(&nikon_clip("+11:00\0", None)));
        assert_eq!(place(&facts), "-33.5000 151.2500");
        assert_eq!(
            facts.camera().as_deref(),
            Some("NIKON CORPORATION NIKON Z 30")
        );
    }

    #[test]
    fn dates_are_found_wherever_a_model_has_them() {
        let block = |at: usize, text: &str| {
            let mut bytes = vec![0xA5; at];
            bytes.extend(text.as_bytes());
            bytes.resize(400, 0);
            taken(&facts(ByteOrder::Little, dated(&bytes, None)))
        };
        assert_eq!(block(0x7F, TAKEN_AT), "2025-03-29T20:14:32");
        assert_eq!(block(0x83, "2025/03/29 20:14:32"), "2025-03-29T20:14:32");
        assert_eq!(block(5, "0000:00:00 00:00:00"), "empty");
        assert_eq!(block(5, "2025:03:29"), "absent");
        assert_eq!(block(5, "1.0 2.0 20250329201432"), "absent");
    }

    #[test]
    fn pentax_keeps_its_fix_behind_a_mark() {
        let pent = |status: u8| {
            let mut bytes = b"PENTAX".to_vec();
            let mut put = |at: usize, value: &[u8]| {
                bytes.resize(at.max(bytes.len()), 0);
                bytes.splice(at.., value.iter().copied());
            };
            let little = |numbers: [u32; 3]| -> Vec<u8> {
                let parts = numbers
                    .iter()
                    .flat_map(|n| [n.to_le_bytes(), 1_u32.to_le_bytes()]);
                parts.flatten().collect()
            };
            put(0x1A, b"PENTAX Optio WG-2 GPS");
            put(0x71, TAKEN_AT.as_bytes());
            put(0x8B, TAKEN_AT.as_bytes());
            put(0xC7, b"GPS_\x02\x03\0\0");
            put(0xCF, b"N\0");
            put(0xD1, &little([48, 51, 30]));
            put(0xE9, b"W\0");
            put(0xEB, &little([2, 30, 0]));
            put(0x11C, &little([12, 14, 30]));
            put(0x137, &[status, 0]);
            put(0x142, b"2025:03:29\0");
            put(0x200, b"");
            facts(ByteOrder::Little, dated(&bytes, Some(Names::PENT)))
        };
        let fixed = pent(b'A');
        assert_eq!(place(&fixed), "48.8583 -2.5000");
        assert_eq!(taken(&fixed), "2025-03-29T20:14:32");
        assert_eq!(fixed.model.as_deref(), Some("PENTAX Optio WG-2 GPS"));
        assert!(fixed.gps_time.is_some());
        assert_eq!(place(&pent(b'V')), "absent");
    }

    pub(in crate::media) fn sony_sample(status: &[u8]) -> Vec<u8> {
        let item = |tag: u16, value: &[u8]| {
            let len = u16::try_from(value.len()).unwrap();
            [&tag.to_be_bytes()[..], &len.to_be_bytes(), value].concat()
        };
        let mut bytes = vec![0; 0x1C];
        bytes[1] = 0x1C;
        bytes.extend(b"\x06\x0e\x2b\x34\x02\x53\x01\x01\x0c\x02\x01\x01\x01\x01\0\0\x83\0\0\x90");
        bytes.extend(item(0x8000, &[0xC0, 0]));
        bytes.extend(item(0x8500, &[2, 2, 0, 0]));
        bytes.extend(item(0x8501, b"N"));
        bytes.extend(item(0x8502, &rationals([47, 30, 0])));
        bytes.extend(item(0x8503, b"W"));
        bytes.extend(item(0x8504, &rationals([122, 15, 0])));
        bytes.extend(item(0x8509, status));
        bytes.extend(item(0xE304, b"\0\x20\x25\x03\x29\x20\x14\x32"));
        bytes
    }

    #[test]
    fn sony_has_the_fix_with_the_frames_and_in_xml() {
        let place_of = |entries| place(&facts(ByteOrder::Big, entries));
        assert_eq!(place_of(sony(&sony_sample(b"A"))), "47.5000 -122.2500");
        assert_eq!(place_of(sony(&sony_sample(b"V"))), "absent");
        let clock = |sample: &[u8]| sony_clock(sample).unwrap_or_default();
        assert_eq!(clock(&sony_sample(b"A")), TAKEN_AT);
        let sample = sony_sample(b"A");
        assert_eq!(clock(&sample[..sample.len() - 1]), "");
        let xml = |status| {
            format!(
                r#"<AcquisitionRecord><Group name="ExifGPS"><Item name="LatitudeRef" value="S"/>
                <Item name="Latitude" value="33:51:24.5"/><Item name="LongitudeRef" value="E"/>
                <Item name="Longitude" value="151:12:36.000"/>
                <Item name="Status" value="{status}"/></Group><Group name="CameraUnit">"#
            )
        };
        assert_eq!(place_of(sony_xml(&xml("A"))), "-33.8568 151.2100");
        assert_eq!(place_of(sony_xml(&xml("V"))), "absent");
        assert_eq!(place_of(sony_xml("<Group name=\"ExifGPS\">")), "absent");
    }

    #[test]
    fn gopros_before_the_twelfth_know_no_zone() {
        for local in [
            "HD3.03.03.00",
            "HD9.01.01.72.00",
            "H19.03.01.30.00",
            "H22.01.02.32.00",
        ] {
            assert!(is_local_gopro(local), "{local}");
        }
        for other in [
            "H23.01.02.20.00",
            "H24.01.01.10.70",
            "",
            "H",
            "Hero",
            "1.22",
        ] {
            assert!(!is_local_gopro(other), "{other}");
        }
    }

    #[test]
    fn damage_is_no_fault() {
        let casio = directory(ByteOrder::Big, 10, &[(0x9003, TAKEN_AT)]);
        each_damaged(&casio, |bytes| {
            directory_of(bytes);
        });
        each_damaged(&nikon_clip("+01:00\0", Some([0, 60, 1, 0])), |bytes| {
            let _ = take(ByteOrder::Big, nikon(bytes), &mut Facts::default());
            let _ = take(ByteOrder::Little, nikon_avi(bytes), &mut Facts::default());
        });
        each_damaged(&sony_sample(b"A"), |bytes| {
            let _ = take(ByteOrder::Big, sony(bytes), &mut Facts::default());
            let _ = sony_clock(bytes);
            let _ = take(
                ByteOrder::Little,
                dated(bytes, Some(Names::PENT)),
                &mut Facts::default(),
            );
            let _ = embedded(bytes, &mut Facts::default());
        });
    }

    fn directory_of(bytes: &[u8]) {
        let _ = super::directory(bytes, ByteOrder::Big, 10, &mut Facts::default());
    }
}
