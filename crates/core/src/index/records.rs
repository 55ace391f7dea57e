//! File records that come in as JSON Lines, for media that are elsewhere.

use std::collections::HashMap;
use std::io::{self, BufRead, Read};
use std::path::{Path, PathBuf};

use imm_cluster_messages::text;
use serde::Deserialize;

use super::report::{Failure, Report};
use super::roots::OptionChanges;
use crate::capture::clock::{NoTime, RawTime, Written, plausible};
use crate::capture::clue::{PositionSource, TimeSource};
use crate::capture::day::Day;
use crate::capture::gcj02::Coordinates;
use crate::capture::position::Position;
use crate::dataset::{
    Content, Dataset, FileRecord, Folder, Name, RootId, RootKind, Stat, Taken, Unknown,
};
use crate::place::{self, Address};

/// The longest line that is a record.
const MAX_LINE: u64 = 1024 * 1024;

/// A record as it is written. Other keys, such as those that `files list` adds,
/// are passed over.
#[derive(Deserialize)]
struct RecordLine {
    path: String,
    #[serde(default)]
    capture_time: Option<String>,
    #[serde(default)]
    local_date: Option<String>,
    #[serde(default)]
    lat: Option<f64>,
    #[serde(default)]
    lon: Option<f64>,
    #[serde(default)]
    address: Option<Address>,
}

/// Puts records into the dataset, one JSON object a line. A later record of the
/// same path replaces an earlier one. `name` is what the input goes by in the
/// report.
///
/// # Errors
/// Only a failed read. A line that is no record is in the report.
pub fn read_records(
    dataset: &mut Dataset,
    mut input: impl BufRead,
    name: &Path,
    changes: &OptionChanges,
) -> io::Result<Report> {
    let mut report = Report {
        changed: super::refresh::refresh(dataset, &crate::progress::Silent),
        ..Report::default()
    };
    let root = given_root(dataset, changes, &mut report);
    let coordinates = (dataset.root(root))
        .map(|root| root.options.coordinates)
        .unwrap_or_default();
    let folder = given_folder(dataset, root);
    let mut known: HashMap<Name, usize> = (0..)
        .zip(&dataset.folders[folder].files)
        .map(|(i, file)| (file.name.clone(), i))
        .collect();
    let mut line = Vec::new();
    for number in 1.. {
        line.clear();
        if (&mut input).take(MAX_LINE).read_until(b'\n', &mut line)? == 0 {
            break;
        }
        let whole = line.ends_with(b"\n") || (line.len() as u64) < MAX_LINE;
        if !whole {
            skip_line(&mut input)?;
        }
        // Some editors put a byte order mark in front of the first line.
        let text = line.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(&line);
        if text.trim_ascii().is_empty() {
            continue;
        }
        let record = if whole {
            parse(text, dataset, coordinates)
        } else {
            Err(text!("record-long-line"))
        };
        match record {
            Ok(record) => {
                let files = &mut dataset.folders[folder].files;
                put(record, files, &mut known, &mut report);
            }
            Err(reason) => {
                let mut path = name.as_os_str().to_owned();
                path.push(format!(":{number}"));
                report.failures.push(Failure {
                    path: PathBuf::from(path),
                    reason,
                });
            }
        }
    }
    report.changed |= report.added + report.updated > 0;
    dataset.tidy();
    Ok(report)
}

/// Puts a record among the files, in the place of the one of its name, whose index is `known`.
fn put(
    record: FileRecord,
    files: &mut Vec<FileRecord>,
    known: &mut HashMap<Name, usize>,
    report: &mut Report,
) {
    match known.get(&record.name).and_then(|i| files.get_mut(*i)) {
        Some(old) if old.taken == record.taken => report.unchanged += 1,
        Some(old) => {
            old.taken = record.taken;
            report.updated += 1;
        }
        None => {
            known.insert(record.name.clone(), files.len());
            files.push(record);
            report.added += 1;
        }
    }
}

fn skip_line(input: &mut impl BufRead) -> io::Result<()> {
    loop {
        let buffer = input.fill_buf()?;
        let (used, done) = match buffer.iter().position(|byte| *byte == b'\n') {
            Some(end) => (end + 1, true),
            None => (buffer.len(), buffer.is_empty()),
        };
        input.consume(used);
        if done {
            return Ok(());
        }
    }
}

/// The root that stands for everything that came in as JSON.
fn given_root(dataset: &mut Dataset, changes: &OptionChanges, report: &mut Report) -> RootId {
    let known = dataset
        .roots
        .iter()
        .find(|root| root.kind == RootKind::Given)
        .map(|root| root.id);
    let id = known.unwrap_or_else(|| dataset.add_root(&PathBuf::new(), RootKind::Given));
    let root = dataset.roots.iter_mut().find(|root| root.id == id);
    let lines = root
        .map(|root| changes.apply(&mut root.options))
        .unwrap_or_default();
    report.changed |= !lines.is_empty();
    report.option_changes.extend(
        lines
            .into_iter()
            .map(|line| text!("record-option-changed", change = line)),
    );
    id
}

fn given_folder(dataset: &mut Dataset, root: RootId) -> usize {
    dataset
        .folders
        .iter()
        .position(|folder| folder.root == root)
        .unwrap_or_else(|| {
            dataset.folders.push(Folder {
                root,
                dir: PathBuf::new(),
                elsewhere: false,
                files: Vec::new(),
                unknown: Unknown::new(),
            });
            dataset.folders.len() - 1
        })
}

/// A time as it is written. Words are no blank time, as they are in a camera's
/// field, but a mistake of whoever made the record.
fn written(text: &str) -> Result<Written, NoTime> {
    match Written::parse(text) {
        Err(NoTime::Empty) if text.contains(char::is_alphabetic) => Err(NoTime::NotADate),
        parsed => parsed,
    }
}

/// Why a line is no record. What is JSON is looked at as a value, whose errors name no line:
/// the one that the parser counts is not the input's.
fn why(line: &[u8], error: &serde_json::Error) -> String {
    match serde_json::from_slice::<serde_json::Value>(line) {
        Ok(value) => {
            // A key that is there twice is an error of the text alone: a value keeps one.
            let of_value = serde_json::from_value::<RecordLine>(value).err();
            of_value.as_ref().unwrap_or(error).to_string()
        }
        Err(_) if error.is_eof() => text!("record-cut-short"),
        Err(_) => text!("record-invalid-json", column = error.column().to_string()),
    }
}

impl RecordLine {
    /// When it was taken; `None` for what a camera writes whose clock was never set.
    fn time(&self) -> Result<Option<RawTime>, String> {
        let Some(text) = self.capture_time.as_deref() else {
            return Ok(None);
        };
        match written(text) {
            Ok(written) => Ok(Some(written.raw())),
            Err(
                NoTime::Empty | NoTime::ResetClock | NoTime::BeforePhotography | NoTime::TooLate,
            ) => Ok(None),
            Err(NoTime::NotADate | NoTime::Partial) => {
                Err(text!("record-invalid-time", text = text))
            }
        }
    }

    fn local_date(&self) -> Result<Option<Day>, String> {
        let text = self.local_date.as_deref().unwrap_or_default();
        if text.trim().is_empty() {
            return Ok(None);
        }
        let day: Day =
            (text.parse()).map_err(|why: String| text!("record-invalid-date", why = why))?;
        Ok(plausible(day.date(), None).ok().map(|()| day))
    }
}

fn parse(
    line: &[u8],
    dataset: &mut Dataset,
    coordinates: Coordinates,
) -> Result<FileRecord, String> {
    // The parser would take the elements of an array for the fields in their order.
    if line.trim_ascii_start().first() == Some(&b'[') {
        return Err(text!("record-no-object"));
    }
    let line: RecordLine = serde_json::from_slice(line).map_err(|error| why(line, &error))?;
    if line.path.is_empty() {
        return Err(text!("record-no-path"));
    }
    let (time, local_date) = (line.time()?, line.local_date()?);
    let position = line
        .lat
        .zip(line.lon)
        .and_then(|(lat, lon)| Position::new(lat, lon).ok())
        .map(|read| coordinates.to_wgs84(read, place::in_mainland_china));
    let given = line.address.filter(|address| !address.is_empty());
    let place = match (given, position) {
        (Some(address), position) => {
            let zone = position.and_then(place::zone::zone_of);
            Some(dataset.places.intern_given(address, zone))
        }
        (None, Some(position)) => Some(dataset.places.locate(&dataset.geocoder, position)),
        (None, None) => None,
    };
    Ok(FileRecord {
        name: line.path.into(),
        stat: Stat::default(),
        reread: false,
        missing: false,
        content: Content::Given,
        sidecars: Box::default(),
        taken: Taken {
            time,
            time_source: time.map(|_| TimeSource::Json),
            local_date,
            position,
            position_source: position.map(|_| PositionSource::Json),
            place,
            ..Taken::default()
        },
        correction: None,
        digest: None,
        unknown: None,
    })
}
