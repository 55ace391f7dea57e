//! Writing the dataset file: one record a line, in our own order of keys.
//!
//! A file's line is put together by hand, on all threads. It comes out as `serde_json`
//! writes it.

use std::io::{self, Write};

use chrono::{Datelike, NaiveDate, NaiveTime, Timelike};
use rayon::prelude::*;
use serde::Serialize;

use super::fast::Formats;
use super::json::{self, CorrectionLine, FORMAT, FolderLine};
use super::model::{Content, Dataset, FileRecord, Folder, Unknown};
use crate::capture::clock::RawTime;
use crate::cluster::rules::Rules;
use crate::place::{Language, OwnPlace};
use crate::trip::known::Homes;

/// How many files one thread writes at a time, about.
const BATCH: usize = 4_096;
/// How many batches are in memory at once.
const BATCHES: usize = 16;

/// Writes the document, one record a line.
pub(super) fn write(dataset: &Dataset, to: &mut impl Write) -> io::Result<()> {
    #[derive(Serialize)]
    struct Start<'a> {
        format: &'a str,
        version: u64,
        geodata: &'a str,
        reader: u32,
        #[serde(skip_serializing_if = "Option::is_none")]
        rules: Option<&'a Rules>,
        #[serde(skip_serializing_if = "<[Language]>::is_empty")]
        languages: &'a [Language],
        #[serde(skip_serializing_if = "<[OwnPlace]>::is_empty")]
        own_places: &'a [OwnPlace],
        #[serde(skip_serializing_if = "Homes::is_empty")]
        homes: &'a Homes,
        #[serde(flatten)]
        unknown: &'a Unknown,
    }
    let start = Start {
        format: FORMAT,
        version: super::version::VERSION,
        geodata: &dataset.geodata,
        reader: dataset.reader,
        rules: dataset.rules.as_ref(),
        // English alone goes without saying.
        languages: Some(dataset.geocoder.languages())
            .filter(|languages| *languages != [Language::English])
            .unwrap_or_default(),
        own_places: &dataset.geocoder.own,
        homes: &dataset.homes,
        unknown: &dataset.unknown,
    };
    let start = serde_json::to_string(&start)?;
    to.write_all(start.strip_suffix('}').unwrap_or(&start).as_bytes())?;
    section(to, "roots", &dataset.roots)?;
    section(to, "clusters", &dataset.clusters)?;
    section(to, "trips", &dataset.trips)?;
    section(to, "places", dataset.places.list())?;
    section(to, "cameras", &dataset.cameras)?;
    section(to, "traces", &dataset.traces)?;
    to.write_all(b",\n\"folders\":[")?;
    let mut batches = Vec::with_capacity(BATCHES);
    let mut flush = |batches: &mut Vec<Vec<Part<'_>>>| {
        let texts: io::Result<Vec<Vec<u8>>> = batches.par_iter().map(|parts| text(parts)).collect();
        batches.clear();
        texts?.iter().try_for_each(|text| to.write_all(text))
    };
    let mut batch = Vec::new();
    let mut files = 0;
    for (f, folder) in dataset.folders.iter().enumerate() {
        for part in Part::all(folder, f == 0) {
            files += part.files.len();
            batch.push(part);
            if files >= BATCH {
                batches.push(std::mem::take(&mut batch));
                files = 0;
            }
            if batches.len() == BATCHES {
                flush(&mut batches)?;
            }
        }
    }
    batches.push(batch);
    flush(&mut batches)?;
    to.write_all(b"]}\n")
}

/// A folder, or a part of a large one.
struct Part<'a> {
    folder: &'a Folder,
    files: &'a [FileRecord],
    /// Whether it is the first part of its folder, and of the document.
    first: (bool, bool),
    last: bool,
}

impl<'a> Part<'a> {
    fn all(folder: &'a Folder, of_document: bool) -> impl Iterator<Item = Self> {
        let parts = folder.files.len().div_ceil(BATCH).max(1);
        (0..parts).map(move |i| Self {
            folder,
            files: folder.files.chunks(BATCH).nth(i).unwrap_or_default(),
            first: (i == 0, of_document),
            last: i + 1 == parts,
        })
    }
}

fn text(parts: &[Part<'_>]) -> io::Result<Vec<u8>> {
    let mut to = Vec::with_capacity(parts.iter().map(|part| part.files.len() * 192 + 64).sum());
    let mut formats = Formats::default();
    for part in parts {
        if part.first.0 {
            to.extend_from_slice(if part.first.1 { b"\n" } else { b",\n" });
            let line = serde_json::to_string(&FolderLine::head_of(part.folder))?;
            to.extend_from_slice(line.strip_suffix('}').unwrap_or(&line).as_bytes());
            to.extend_from_slice(b",\"files\":[");
        }
        for (i, record) in part.files.iter().enumerate() {
            let first = i == 0 && part.first.0;
            to.extend_from_slice(if first { b"\n" } else { b",\n" });
            file(&mut to, record, &mut formats)?;
        }
        if part.last {
            to.extend_from_slice(b"]}");
        }
    }
    Ok(to)
}

fn section<T: Serialize>(to: &mut impl Write, name: &str, records: &[T]) -> io::Result<()> {
    write!(to, ",\n\"{name}\":[")?;
    for (i, record) in records.iter().enumerate() {
        to.write_all(if i == 0 { b"\n" } else { b",\n" })?;
        serde_json::to_writer(&mut *to, record)?;
    }
    to.write_all(b"]")
}

/// What `json::FileLine` writes.
fn file<'a>(to: &mut Vec<u8>, file: &'a FileRecord, formats: &mut Formats<'a>) -> io::Result<()> {
    let Some(name) = file.name.to_str() else {
        return Ok(serde_json::to_writer(to, file)?);
    };
    let stat = &file.stat;
    let given = file.content == Content::Given;
    let taken = &file.taken;
    to.extend_from_slice(b"{\"name\":");
    text_value(to, name)?;
    value(to, ",\"size\":", (!given).then_some(stat.size))?;
    value(to, ",\"mtime\":", (!given).then_some(stat.mtime))?;
    let ctime = (stat.ctime != stat.mtime).then_some(stat.ctime);
    value(to, ",\"ctime\":", ctime)?;
    value(to, ",\"racy\":", file.racy.then_some(true))?;
    value(to, ",\"missing\":", file.missing.then_some(true))?;
    let (format, error) = match &file.content {
        Content::Media(format) if formats.by_extension(name) == Some(*format) => (None, None),
        Content::Media(format) => (Some(format.name()), None),
        Content::Given => (Some(json::GIVEN), None),
        Content::Other => (Some(json::NO_MEDIA), None),
        Content::Failed(reason) => (None, Some(&**reason)),
    };
    value(to, ",\"format\":", format)?;
    let sidecars = (!file.sidecars.is_empty()).then_some(&file.sidecars);
    value(to, ",\"sidecars\":", sidecars)?;
    if let Some(time) = taken.time {
        to.extend_from_slice(b",\"time\":\"");
        write_time(to, time)?;
        to.push(b'"');
    }
    let time_source = taken
        .time_source
        .filter(|source| *source != json::USUAL_TIME);
    value(
        to,
        ",\"time_source\":",
        time_source.map(|source| source.name()),
    )?;
    value(to, ",\"local_date\":", taken.local_date)?;
    value(
        to,
        ",\"lat\":",
        taken.position.map(|position| position.lat()),
    )?;
    value(
        to,
        ",\"lon\":",
        taken.position.map(|position| position.lon()),
    )?;
    let source = taken
        .position_source
        .filter(|source| *source != json::USUAL_POSITION);
    value(
        to,
        ",\"position_source\":",
        source.map(|source| source.name()),
    )?;
    value(to, ",\"place\":", taken.place)?;
    let (offset, source) = taken.offset_beside.unzip();
    value(to, ",\"offset\":", offset.map(|offset| offset.to_string()))?;
    value(
        to,
        ",\"offset_source\":",
        source.map(|source| source.name()),
    )?;
    value(to, ",\"camera\":", taken.camera)?;
    value(to, ",\"live_photo\":", taken.live_photo)?;
    value(to, ",\"digest\":", file.digest)?;
    let correction = file.correction.as_deref().map(CorrectionLine::from);
    value(to, ",\"correction\":", correction)?;
    value(to, ",\"error\":", error)?;
    for (key, unknown) in file.unknown.iter().flat_map(|unknown| unknown.iter()) {
        to.push(b',');
        text_value(to, key)?;
        value(to, ":", Some(unknown))?;
    }
    to.push(b'}');
    Ok(())
}

fn value(to: &mut Vec<u8>, key: &str, value: Option<impl Serialize>) -> io::Result<()> {
    if let Some(value) = value {
        to.extend_from_slice(key.as_bytes());
        serde_json::to_writer(to, &value)?;
    }
    Ok(())
}

fn text_value(to: &mut Vec<u8>, text: &str) -> io::Result<()> {
    if text
        .bytes()
        .any(|byte| matches!(byte, b'"' | b'\\' | ..b' '))
    {
        return Ok(serde_json::to_writer(to, text)?);
    }
    to.push(b'"');
    to.extend_from_slice(text.as_bytes());
    to.push(b'"');
    Ok(())
}

/// What `RawTime` displays as, which `chrono` takes ten times as long for.
fn write_time(to: &mut Vec<u8>, time: RawTime) -> io::Result<()> {
    let (date, clock, seconds) = match time {
        RawTime::Instant(at) => (at.date_naive(), Some(at.time()), None),
        RawTime::Clock(clock) => {
            let offset = clock.offset.map(|offset| offset.local_minus_utc());
            (clock.date, clock.time, offset)
        }
    };
    let usual = (1..=9999).contains(&date.year())
        && clock.is_none_or(|clock| clock.nanosecond() == 0)
        && seconds.is_none_or(|seconds| seconds % 60 == 0);
    if !usual {
        return write!(to, "{time}");
    }
    write_date(to, date);
    let Some(clock) = clock else { return Ok(()) };
    write_clock(to, clock);
    match (time, seconds) {
        (RawTime::Instant(_), _) => to.push(b'Z'),
        (_, None) => {}
        (_, Some(seconds)) => {
            let minutes = seconds.unsigned_abs() / 60;
            to.push(if seconds < 0 { b'-' } else { b'+' });
            two(to, minutes / 60);
            to.push(b':');
            two(to, minutes % 60);
        }
    }
    Ok(())
}

fn write_date(to: &mut Vec<u8>, date: NaiveDate) {
    let year = date.year().unsigned_abs();
    two(to, year / 100);
    two(to, year % 100);
    to.push(b'-');
    two(to, date.month());
    to.push(b'-');
    two(to, date.day());
}

fn write_clock(to: &mut Vec<u8>, time: NaiveTime) {
    to.push(b'T');
    two(to, time.hour());
    to.push(b':');
    two(to, time.minute());
    to.push(b':');
    two(to, time.second());
}

/// A number below 100 in two digits.
fn two(to: &mut Vec<u8>, number: u32) {
    for digit in [number / 10 % 10, number % 10] {
        to.push(b'0' + u8::try_from(digit).unwrap_or(0));
    }
}
