//! The readers against `ExifTool`: every difference in the time or the position of real files,
//! and of those that the tests of the readers make, with who is right.
#![expect(clippy::print_stderr, reason = "the differences, and what was skipped")]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use chrono::{NaiveDateTime, Timelike};
use serde_json::Value;

use super::believe;
use super::movie;
use crate::capture::clock::{RawTime, Written};
use crate::capture::clue::TimeSource;

/// Files of which the two say different things, by the end of the path, and why ours stands.
const OURS: &[(&str, &str)] = &[
    ("synthetic/dto_default_clock.jpg", "a clock that was reset"),
    (
        "jpeg/geodegrees_as_string.jpg",
        "52,00000,50,00000,34,01180 are quotients",
    ),
    (
        "jpeg/gps-datetime.jpg",
        "programs that add positions write that time too",
    ),
    (
        "synthetic/gps_no_ref.jpg",
        "without a hemisphere it is no position",
    ),
    ("synthetic/gps_out_of_range.jpg", "213 degrees"),
    (
        "synthetic/gps_signed_rational_negative.jpg",
        "the sign counts once",
    ),
    ("synthetic/gps_zero_zero.jpg", "0,0 means no fix"),
    ("synthetic/xyz_zero.mp4", "0,0 means no fix"),
    ("video/sample.mp4", "0,0 means no fix"),
    ("video/Pentax.avi", "its seconds are there: 12:14:34"),
    ("21-year-9119/2014-09-28 153216.jpg", "the year 9119"),
    ("sony-void.mp4", "the receiver says that it has no fix"),
    (
        "24-xmp-gps-rational/a.jpg",
        "three quotients are degrees, minutes and seconds",
    ),
];

/// What `ExifTool` says of one file.
struct Told {
    /// Every time of day with its date, as it is written.
    times: Vec<NaiveDateTime>,
    position: Option<(f64, f64)>,
}

/// What `ExifTool` says of the files in these folders; `None` where it is not installed.
fn exiftool(folders: &[PathBuf]) -> Option<BTreeMap<String, Told>> {
    let options = ["-j", "-G1", "-n", "-ee", "-a", "-q", "-r"];
    let tags = ["-time:all", "-gps:all", "-location:all"];
    let output = Command::new("exiftool")
        .args(options)
        .args(tags)
        .args(folders)
        .output();
    let Ok(output) = output else {
        eprintln!("not checked: there is no exiftool");
        return None;
    };
    let files: Vec<Value> = serde_json::from_slice(&output.stdout).unwrap();
    let told = files.iter().map(|file| {
        let tags = file.as_object().unwrap();
        let of_file = |group: &str| group.starts_with("System:") || group.starts_with("ICC");
        let times = tags.iter().filter(|(tag, _)| !of_file(tag));
        let times = times.filter_map(|(_, value)| {
            let written = Written::read(value.as_str()?).ok()?;
            Some(written.date.and_time(written.time?))
        });
        let position = tags.get("Composite:GPSPosition").and_then(Value::as_str);
        let degrees = position.and_then(|text| {
            let (lat, lon) = text.split_once(' ')?;
            Some((lat.parse().ok()?, lon.parse().ok()?))
        });
        let path = tags["SourceFile"].as_str().unwrap().to_owned();
        (
            path,
            Told {
                times: times.collect(),
                position: degrees,
            },
        )
    });
    Some(told.collect())
}

/// What is wrong with one file, or nothing.
fn difference(path: &Path, told: &Told) -> Option<String> {
    let (is_video, mut facts) = match super::read(path, None, &[]) {
        Ok(Some((format, facts))) => (format.is_video(), facts),
        _ => return None,
    };
    // Names are no matter of ExifTool.
    facts
        .times
        .retain(|clue| clue.source != TimeSource::FileName);
    let ours = believe::time(&facts, is_video).map(|(_, time)| match time {
        RawTime::Instant(instant) => instant.naive_utc(),
        RawTime::Clock(clock) => clock.date.and_time(clock.time.unwrap_or_default()),
    });
    let near = |theirs: &NaiveDateTime, ours: NaiveDateTime| {
        (*theirs - ours.with_nanosecond(0).unwrap())
            .num_seconds()
            .abs()
            <= 1
    };
    let place = believe::position(&facts).map(|(_, place)| (place.lat(), place.lon()));
    let is_same_time = match ours {
        Some(ours) => told.times.is_empty() || told.times.iter().any(|their| near(their, ours)),
        None => told.times.is_empty(),
    };
    let is_same_place = match (place, told.position) {
        (Some(ours), Some(theirs)) => {
            (ours.0 - theirs.0).abs() < 1e-3 && (ours.1 - theirs.1).abs() < 1e-3
        }
        (None, theirs) => theirs.is_none(),
        (Some(_), None) => true,
    };
    (!is_same_time || !is_same_place).then(|| {
        let Told { times, position } = told;
        format!(
            "{}: {ours:?} {place:?}, there {times:?} {position:?}",
            path.display()
        )
    })
}

/// The folders of real files that are at hand.
fn folders() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let folders = [
        "fixtures",
        "tests/fuzz/seeds",
        "../shared/corpus",
        "../shared/findings/media",
    ];
    let found = folders.iter().map(|folder| root.join(folder));
    found.filter(|folder| folder.is_dir()).collect()
}

/// Asserts that each difference is one of those that are known.
fn hold(told: &BTreeMap<String, Told>) {
    let (mut known, mut unknown) = (0, Vec::new());
    for (path, told) in told {
        let Some(difference) = difference(Path::new(path), told) else {
            continue;
        };
        match OURS.iter().find(|(end, _)| path.ends_with(end)) {
            Some((_, why)) => {
                known += 1;
                eprintln!("{difference}\n    ours: {why}");
            }
            None => unknown.push(difference),
        }
    }
    eprintln!("{known} known differences in {} files", told.len());
    assert!(unknown.is_empty(), "{unknown:#?}");
}

#[test]
fn every_difference_has_its_reason() {
    if let Some(told) = exiftool(&folders()) {
        hold(&told);
    }
}

#[test]
#[expect(clippy::disallowed_methods, reason = "files of the test's own")]
fn the_files_of_our_tests_say_there_what_they_say_here() {
    let folder = tempfile::tempdir().unwrap();
    let movies = [movie::tests::cameras(), movie::tests::others()].concat();
    for (name, bytes) in &movies {
        fs::write(folder.path().join(name), bytes).unwrap();
    }
    let Some(told) = exiftool(&[folder.path().to_owned()]) else {
        return;
    };
    assert_eq!(told.len(), movies.len());
    hold(&told);
}
