//! The demo library is what its list says: read back by decoders that are not ours.
#![allow(
    clippy::unnecessary_debug_formatting,
    clippy::unwrap_used,
    reason = "a test that fails says so, with quoted paths"
)]

#[path = "../fixtures/library.rs"]
mod library;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use chrono::{NaiveDate, Timelike};
use exif::{Exif, In, Tag, Value};
use library::{Content, Scene, Shot};
use zune_jpeg::JpegDecoder;
use zune_jpeg::zune_core::bytestream::ZCursor;

/// Width, height and RGB bytes.
fn decode(jpeg: &[u8]) -> (usize, usize, Vec<u8>) {
    let mut decoder = JpegDecoder::new(ZCursor::new(jpeg));
    let pixels = decoder.decode().unwrap();
    let (width, height) = decoder.dimensions().unwrap();
    (width, height, pixels)
}

fn read_exif(jpeg: &[u8]) -> Result<Exif, exif::Error> {
    exif::Reader::new().read_from_container(&mut std::io::Cursor::new(jpeg))
}

fn ascii(exif: &Exif, tag: Tag) -> Option<String> {
    match &exif.get_field(tag, In::PRIMARY)?.value {
        Value::Ascii(lines) => Some(String::from_utf8(lines.concat()).unwrap()),
        other => panic!("{tag} is {other:?}"),
    }
}

fn number(exif: &Exif, tag: Tag, ifd: In) -> Option<u32> {
    exif.get_field(tag, ifd)?.value.get_uint(0)
}

fn rationals(exif: &Exif, tag: Tag) -> Option<Vec<f64>> {
    match &exif.get_field(tag, In::PRIMARY)?.value {
        Value::Rational(values) => Some(values.iter().map(exif::Rational::to_f64).collect()),
        other => panic!("{tag} is {other:?}"),
    }
}

fn degrees(exif: &Exif, tag: Tag, sign: Tag) -> Option<f64> {
    let parts = rationals(exif, tag)?;
    let [whole, minutes, seconds] = parts[..] else {
        panic!("{tag} has {} parts", parts.len());
    };
    assert!(minutes < 60.0 && seconds < 60.0);
    let size = whole + minutes / 60.0 + seconds / 3600.0;
    match ascii(exif, sign)?.as_str() {
        "N" | "E" => Some(size),
        "S" | "W" => Some(-size),
        other => panic!("{sign} is {other}"),
    }
}

/// Holds every field of `exif` that tells a time, a place or a size against the shot.
fn assert_tells(exif: &Exif, shot: &Shot, (width, height): (u32, u32)) {
    let path = &shot.path;
    let timed = shot.content != Content::WithoutTime;
    let second = timed.then(|| shot.local.format("%Y:%m:%d %H:%M:%S").to_string());
    for tag in [Tag::DateTime, Tag::DateTimeOriginal, Tag::DateTimeDigitized] {
        assert_eq!(ascii(exif, tag), second, "{tag} of {path:?}");
    }
    let milliseconds = shot.local.nanosecond() / 1_000_000;
    let part =
        (timed && shot.camera != library::Camera::Compact).then(|| format!("{milliseconds:03}"));
    assert_eq!(ascii(exif, Tag::SubSecTimeOriginal), part, "{path:?}");
    let offset = shot.offset.filter(|_| timed && shot.show_offset);
    for tag in [
        Tag::OffsetTime,
        Tag::OffsetTimeOriginal,
        Tag::OffsetTimeDigitized,
    ] {
        let offset = offset.map(|offset| offset.to_string());
        assert_eq!(ascii(exif, tag), offset, "{tag} of {path:?}");
    }

    let latitude = degrees(exif, Tag::GPSLatitude, Tag::GPSLatitudeRef);
    let longitude = degrees(exif, Tag::GPSLongitude, Tag::GPSLongitudeRef);
    assert_eq!(latitude.is_some(), shot.position.is_some(), "{path:?}");
    if let Some((north, east)) = shot.position {
        // Half a thousandth of a second is 1.4e-7 degrees.
        assert!((latitude.unwrap() - north).abs() < 1.5e-7, "{path:?}");
        assert!((longitude.unwrap() - east).abs() < 1.5e-7, "{path:?}");
    }
    let satellite = (timed && shot.position.is_some() && shot.offset.is_some()).then(|| {
        let utc = shot.utc();
        let parts = [utc.hour(), utc.minute(), utc.second()].map(f64::from);
        (utc.format("%Y:%m:%d").to_string(), parts.to_vec())
    });
    let read = ascii(exif, Tag::GPSDateStamp).zip(rationals(exif, Tag::GPSTimeStamp));
    assert_eq!(read, satellite, "{path:?}");

    assert_eq!(ascii(exif, Tag::Make).as_deref(), Some(shot.camera.make()));
    assert_eq!(
        ascii(exif, Tag::Model).as_deref(),
        Some(shot.camera.model())
    );
    assert_eq!(number(exif, Tag::Orientation, In::PRIMARY), Some(1));
    assert_eq!(number(exif, Tag::PixelXDimension, In::PRIMARY), Some(width));
    assert_eq!(
        number(exif, Tag::PixelYDimension, In::PRIMARY),
        Some(height)
    );
}

/// A folder for one test, empty at first.
fn empty_folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR"))
        .join("fixtures")
        .join(name);
    if folder.exists() {
        fs::remove_dir_all(&folder).unwrap();
    }
    fs::create_dir_all(&folder).unwrap();
    folder
}

/// Content and modification time of every file below `root`.
fn files(root: &Path) -> BTreeMap<PathBuf, (Vec<u8>, SystemTime)> {
    walkdir::WalkDir::new(root)
        .into_iter()
        .map(Result::unwrap)
        .filter(|entry| entry.file_type().is_file())
        .map(|entry| {
            let content = fs::read(entry.path()).unwrap();
            let modified = entry.metadata().unwrap().modified().unwrap();
            let path = entry.path().strip_prefix(root).unwrap().to_owned();
            (path, (content, modified))
        })
        .collect()
}

fn date(month: u32, day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(2024, month, day).unwrap()
}

#[test]
fn every_photo_decodes_and_tells_what_the_shot_knows() {
    let mut seen = BTreeSet::new();
    for shot in library::demo_library() {
        let path = &shot.path;
        let jpeg = match shot.content {
            Content::Photo | Content::WithoutTime => library::jpeg(&shot),
            _ => continue,
        };
        let (width, height, pixels) = decode(&jpeg);
        assert_eq!((width, height), (320, 240), "{path:?}");
        assert!(seen.insert(pixels), "{path:?} looks like another photo");

        let exif = read_exif(&jpeg).unwrap();
        assert_tells(&exif, &shot, (320, 240));
        assert_eq!(number(&exif, Tag::Compression, In::THUMBNAIL), Some(6));
        let start = number(&exif, Tag::JPEGInterchangeFormat, In::THUMBNAIL).unwrap() as usize;
        let length = number(&exif, Tag::JPEGInterchangeFormatLength, In::THUMBNAIL).unwrap();
        let thumbnail = &exif.buf()[start..start + length as usize];
        let (width, height, _) = decode(thumbnail);
        assert_eq!((width, height), (160, 120), "{path:?}");
    }
    assert!(seen.len() >= 80, "{} photos", seen.len());
}

#[expect(clippy::disallowed_methods, reason = "a file of the test's own")]
#[test]
fn two_writes_give_the_same_files_with_the_time_of_the_shutter() {
    let shots = library::demo_library();
    let (one, two) = (empty_folder("one"), empty_folder("two"));
    library::write_library(&one, &shots).unwrap();
    // What is there already is replaced, also when it is longer.
    fs::create_dir_all(two.join("2024/Unsorted")).unwrap();
    fs::write(two.join("2024/Unsorted/empty.jpg"), "left over").unwrap();
    library::write_library(&two, &shots).unwrap();
    let written = files(&one);
    assert!(written == files(&two));

    assert_eq!(written.len(), shots.len(), "two shots share a path");
    for shot in &shots {
        let (content, modified) = &written[&shot.path];
        let empty = matches!(shot.content, Content::Text(""));
        assert_eq!(content.is_empty(), empty, "{:?}", shot.path);
        assert_eq!(*modified, shot.modified(), "{:?}", shot.path);
    }
    let size: usize = written.values().map(|(content, _)| content.len()).sum();
    assert!(size < 1_500_000, "{size} bytes");
}

#[test]
fn modification_times_are_utc() {
    let seconds = |shot: Shot| {
        let since = shot.modified().duration_since(SystemTime::UNIX_EPOCH);
        since.map_or_else(
            |error| -error.duration().as_secs_f64(),
            |since| since.as_secs_f64(),
        )
    };
    let close = |is: f64, should: f64| assert!((is - should).abs() < 1e-6, "{is} {should}");
    close(seconds(Shot::new("a", "1970-01-02 00:00")), 86_400.0);
    close(
        seconds(Shot::new("a", "1970-01-01 09:00").at(9, (35.0, 135.7))),
        0.0,
    );
    close(
        seconds(Shot::new("a", "1970-01-01 00:00:00.250").at(1, (52.0, 5.0))),
        -3599.75,
    );
}

#[test]
fn the_trips_are_in_it() {
    let shots = library::demo_library();
    let on = |day: NaiveDate, scene: Scene| {
        let photos = shots.iter().filter(|shot| shot.content == Content::Photo);
        photos
            .filter(|shot| shot.scene == scene && shot.local.date() == day)
            .filter(|shot| shot.position.is_some())
            .count()
    };
    let counts = |month, days: std::ops::RangeInclusive<u32>, scene| -> Vec<usize> {
        days.map(|day| on(date(month, day), scene)).collect()
    };
    assert_eq!(counts(3, 2..=6, Scene::Lake), [0, 6, 8, 6, 0]);
    assert_eq!(counts(3, 5..=9, Scene::Canal), [0, 5, 6, 4, 0]);
    assert_eq!(counts(10, 9..=12, Scene::Temple), [0, 5, 5, 0]);
    assert_eq!(counts(10, 11..=14, Scene::Towers), [0, 5, 4, 0]);

    // On either side of midnight, and of the same day in UTC.
    let at = |minute: &str| {
        let text = |shot: &&Shot| shot.local.format("%m-%d %H:%M").to_string() == minute;
        shots.iter().find(text).unwrap()
    };
    let (late, early) = (at("03-04 23:30"), at("03-05 00:10"));
    assert_eq!(late.utc().date(), date(3, 4));
    assert_eq!(early.utc().date(), date(3, 4));

    // Nobody is in two countries on one day.
    let mut countries = BTreeMap::<NaiveDate, BTreeSet<&str>>::new();
    for shot in shots.iter().filter(|shot| shot.content == Content::Photo) {
        let country = match shot.scene {
            Scene::Lake | Scene::Canal => "China",
            Scene::Temple | Scene::Towers => "Japan",
            Scene::Street | Scene::Park => "Netherlands",
        };
        countries
            .entry(shot.local.date())
            .or_default()
            .insert(country);
    }
    assert!(countries.values().all(|names| names.len() == 1));
}

#[test]
fn dutch_time_changes_on_31_march_and_27_october() {
    let ahead = |month, day| {
        let shots = library::demo_library();
        let home = |shot: &&Shot| {
            shot.local.date() == date(month, day) && shot.scene.place() == Scene::Park.place()
        };
        let offset = shots.iter().find(home).unwrap().offset;
        offset.map(|offset| offset.local_minus_utc())
    };
    assert_eq!(ahead(3, 30), Some(3600));
    assert_eq!(ahead(3, 31), Some(7200));
    assert_eq!(ahead(10, 26), Some(7200));
    assert_eq!(ahead(10, 27), Some(3600));
    assert_eq!(ahead(1, 14), None, "the compact camera does not know");
}

#[test]
fn the_oddities_are_odd() {
    let shots = library::demo_library();
    let bytes = |path: &str| {
        let found = shots.iter().find(|shot| shot.path == Path::new(path));
        library::bytes(found.unwrap())
    };
    let messenger = bytes("WhatsApp/IMG-20240304-WA0007.jpg");
    assert_eq!(decode(&messenger).0, 320);
    assert!(matches!(
        read_exif(&messenger),
        Err(exif::Error::NotFound(_))
    ));

    let cut = bytes("2024/Unsorted/cut.jpg");
    let [0xff, 0xd8, 0xff, 0xe1, high, low, ..] = cut[..] else {
        panic!("{cut:x?}");
    };
    assert!(4 + usize::from(u16::from_be_bytes([high, low])) > cut.len());
    assert!(read_exif(&cut).is_err());

    assert!(bytes("2024/Unsorted/empty.jpg").is_empty());
    assert!(bytes("2024/Unsorted/not-a-picture.jpg").is_ascii());
    assert!(bytes("Cache/.nomedia").is_empty());
    assert!(read_exif(&bytes("Cache/preview.jpg")).is_ok());
    assert!(read_exif(&bytes("2024/2024-03 Hangzhou/西湖.jpg")).is_ok());
}

#[test]
fn tiny_photos_tell_the_same() {
    let south = Shot::new("tiny.jpg", "2023-12-31 23:59:59.007").at(-3, (-34.603_7, -58.381_6));
    let mut shots = library::demo_library();
    shots.push(south);
    for shot in shots {
        let jpeg = library::tiny_jpeg(&shot);
        assert!(jpeg.len() < 1600, "{} bytes", jpeg.len());
        let (width, height, _) = decode(&jpeg);
        assert_eq!((width, height), (16, 12));
        if shot.content != Content::WithoutExif {
            let exif = read_exif(&jpeg).unwrap();
            assert_tells(&exif, &shot, (16, 12));
            assert!(exif.fields().all(|field| field.ifd_num == In::PRIMARY));
        }
    }
}

#[test]
fn a_name_that_is_not_utf_8() {
    let root = empty_folder("odd");
    let Some(path) = library::write_odd_files(&root).unwrap() else {
        // Windows and Apple: there is no such name.
        assert!(files(&root).is_empty());
        return;
    };
    assert!(path.to_str().is_none());
    assert_eq!(files(&root).len(), 1);
    assert_eq!(decode(&fs::read(path).unwrap()).0, 320);
}
