//! Writing the dataset file: one record a line, in our own order of keys.
//!
//! The lines of files are put together by hand, on all threads. They come out as
//! `serde_json` writes them.

use std::io::{self, Write};

use rayon::prelude::*;
use serde::Serialize;

use super::document::{Section, Start};
use super::json::FolderLine;
use super::keys::{FileLine, Formats};
use super::line::Value;
use super::model::{Dataset, FileRecord, Folder};

/// How many files one thread writes at a time, about.
const BATCH: usize = 4_096;
/// How many batches are in memory at once.
const BATCHES: usize = 16;

/// Writes the document, one record a line.
pub(super) fn write(dataset: &Dataset, to: &mut impl Write) -> io::Result<()> {
    let start = serde_json::to_string(&Start::of(dataset))?;
    to.write_all(start.strip_suffix('}').unwrap_or(&start).as_bytes())?;
    section(to, Section::Roots, &dataset.roots)?;
    section(to, Section::Clusters, &dataset.clusters)?;
    section(to, Section::Trips, &dataset.trips)?;
    section(to, Section::Places, dataset.places.list())?;
    section(to, Section::Cameras, &dataset.cameras)?;
    section(to, Section::Traces, &dataset.traces)?;
    section(to, Section::Tracks, &dataset.tracks)?;
    write!(to, ",\n\"{}\":[", Section::Folders.key())?;
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

fn section<T: Serialize>(to: &mut impl Write, section: Section, records: &[T]) -> io::Result<()> {
    write!(to, ",\n\"{}\":[", section.key())?;
    for (i, record) in records.iter().enumerate() {
        to.write_all(if i == 0 { b"\n" } else { b",\n" })?;
        serde_json::to_writer(&mut *to, record)?;
    }
    to.write_all(b"]")
}
