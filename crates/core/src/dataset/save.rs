//! Writing the dataset file: one record a line, in our own order of keys.
//!
//! The lines of files are put together by hand, on all threads. They come out as
//! `serde_json` writes them.

use std::io::{self, Write};

use rayon::prelude::*;
use serde::Serialize;

use super::json::{FORMAT, FolderLine, is_false};
use super::keys::{FileLine, Formats};
use super::line::Value;
use super::model::{Dataset, FileRecord, Folder, Unknown};
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
        #[serde(skip_serializing_if = "is_false")]
        unfinished: bool,
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
        unfinished: dataset.unfinished,
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
    section(to, "tracks", &dataset.tracks)?;
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
            FileLine::of(record, |name| formats.by_extension(name)).put(&mut to)?;
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
