//! Reading what is new or changed, and putting it into the dataset.

use std::io;
use std::path::{Path, PathBuf};
use std::time::{Instant, SystemTime};

use chrono_tz::Tz;
use rayon::prelude::*;

use super::moves::Added;
use super::scan::{Found, ToRead};
use super::stat::micros;
use super::{Failure, Report, Surroundings};
use crate::capture::choose;
use crate::dataset::{Content, Dataset, FileRecord, Folder, Root, Stat, Taken, Unknown};
use crate::error::Fatal;
use crate::media::{self, Unreadable};
use crate::place::{self, Address};

/// A file that was modified so shortly before it was read may be modified again
/// without looking different.
const RACY: i64 = 2_000_000;

/// How many files are read between two looks at the clock.
const BATCH: usize = 8_192;

/// What reading a file gave.
struct Reading {
    record: FileRecord,
    located: Option<(Address, Option<Tz>)>,
    /// Maker and model.
    camera: Option<String>,
    /// Why the system did not let it be read. Another run may.
    refused: Option<io::Error>,
}

/// Reads the files and puts what they say into the dataset; returns what was not
/// known before.
pub(super) fn read_all(
    dataset: &mut Dataset,
    root: &Root,
    to_read: &[ToRead],
    report: &mut Report,
    around: &mut Surroundings<'_>,
) -> Result<Vec<Added>, Fatal> {
    let files: Vec<(usize, &Found)> = (0..)
        .zip(to_read)
        .flat_map(|(i, folder)| folder.files.iter().map(move |found| (i, found)))
        .collect();
    if files.is_empty() {
        return Ok(Vec::new());
    }
    let paths: Vec<PathBuf> = (to_read.iter())
        .map(|folder| root.path.join(&folder.dir))
        .collect();
    let mut folders: Vec<Option<usize>> = to_read.iter().map(|folder| folder.folder).collect();
    let mut added = Vec::new();
    // Into a new dataset nothing can have moved.
    let may_have_moved = !dataset.folders.is_empty();
    let mut last_checkpoint = Instant::now();
    around.progress.reading(files.len());
    for batch in files.chunks(BATCH) {
        let readings: Vec<Reading> = batch
            .par_iter()
            .map(|(folder, found)| {
                let reading = read(&paths[*folder], found);
                around.progress.one_more();
                reading
            })
            .collect();
        for ((i, found), mut reading) in batch.iter().zip(readings) {
            if let Some((address, zone)) = reading.located {
                reading.record.taken.place = Some(dataset.places.intern(address, zone, false));
            }
            reading.record.taken.camera = reading.camera.map(|camera| dataset.camera(&camera));
            let path = || paths[*i].join(&found.seen.name);
            if let (Some(folder), Some(index)) = (to_read[*i].folder, found.known) {
                let known = &mut dataset.folders[folder].files[index];
                replace(known, reading.record, reading.refused, path, report);
                continue;
            }
            if let Content::Failed(reason) = &reading.record.content {
                report.failures.push(Failure {
                    path: path(),
                    reason: reason.to_string(),
                });
            }
            if reading.refused.as_ref().is_some_and(is_gone) {
                // There is nothing that a record could stand for.
                continue;
            }
            if matches!(reading.record.content, Content::Media(_)) {
                report.added += 1;
                if may_have_moved {
                    added.push((root.id, to_read[*i].dir.clone(), found.seen.name.clone()));
                }
            }
            report.changed = true;
            let folder = *folders[*i].get_or_insert_with(|| {
                dataset.folders.push(Folder {
                    root: root.id,
                    dir: to_read[*i].dir.to_path_buf(),
                    elsewhere: to_read[*i].elsewhere,
                    files: Vec::with_capacity(to_read[*i].files.len()),
                    unknown: Unknown::new(),
                });
                dataset.folders.len() - 1
            });
            dataset.folders[folder].files.push(reading.record);
        }
        if report.changed && last_checkpoint.elapsed() >= around.checkpoint_every {
            (around.checkpoint)(dataset)?;
            last_checkpoint = Instant::now();
        }
    }
    around.progress.done();
    for folder in folders.into_iter().flatten() {
        if let Some(folder) = dataset.folders.get_mut(folder) {
            folder.files.sort_by(|a, b| a.name.cmp(&b.name));
        }
    }
    dataset.sort_folders();
    Ok(added)
}

/// Puts what was read in the place of what was known.
fn replace(
    known: &mut FileRecord,
    mut new: FileRecord,
    refused: Option<io::Error>,
    path: impl FnOnce() -> PathBuf,
    report: &mut Report,
) {
    let vanished = refused.as_ref().is_some_and(is_gone);
    let came_back = !vanished && std::mem::take(&mut known.missing);
    report.changed |= came_back;
    if let (Some(_), Content::Failed(reason)) = (refused, &new.content) {
        // The facts of before are better than none, and the stat of before makes
        // the next run try again.
        report.failures.push(Failure {
            path: path(),
            reason: reason.to_string(),
        });
        return;
    }
    new.unknown = known.unknown.take();
    new.correction = known.correction.take();
    if known.stat == new.stat {
        new.digest = known.digest;
    }
    let same_facts = known.content == new.content && known.taken == new.taken;
    match &new.content {
        Content::Failed(reason) => {
            report.failures.push(Failure {
                path: path(),
                reason: reason.to_string(),
            });
        }
        Content::Media(_) if same_facts && !came_back => report.unchanged += 1,
        Content::Media(_) => report.updated += 1,
        Content::Other | Content::Given => {}
    }
    // To be no longer racy is no reason to save.
    report.changed |= !same_facts || known.stat != new.stat || known.sidecars != new.sidecars;
    *known = new;
}

/// Whether a file was there when its folder was listed and is not any more.
fn is_gone(error: &io::Error) -> bool {
    error.kind() == io::ErrorKind::NotFound
}

/// Reads one file. A panic in a reader costs that file alone.
fn read(folder: &Path, found: &Found) -> Reading {
    let seen = &found.seen;
    let path = folder.join(&seen.name);
    let read = media::read(&path, Some(seen.stat.size), &seen.sidecars);
    let now = micros(SystemTime::now());
    let racy = |mtime: i64| (now - mtime).abs() < RACY;
    let mut record = FileRecord {
        name: seen.name.clone(),
        stat: seen.stat,
        racy: racy(seen.stat.mtime) || seen.sidecars.iter().any(|sidecar| racy(sidecar.mtime)),
        missing: false,
        content: Content::Other,
        sidecars: seen.sidecars.clone(),
        taken: Taken::default(),
        correction: None,
        digest: None,
        unknown: None,
    };
    let mut refused = None;
    let mut located = None;
    let mut camera = None;
    match read {
        Ok(None) => {}
        Ok(Some((format, facts))) => {
            record.content = Content::Media(format);
            let (time_source, time) = choose::time(&facts, format.is_video()).unzip();
            let (position_source, position) = choose::position(&facts).unzip();
            record.taken = Taken {
                time,
                time_source,
                position,
                position_source,
                offset_beside: time.and_then(|time| choose::offset_beside(&facts, time)),
                live_photo: facts
                    .content_id
                    .as_deref()
                    .map(|id| crc32fast::hash(id.as_bytes())),
                ..Taken::default()
            };
            camera = facts.camera();
            located = position.map(|position| {
                (
                    place::locate(position).unwrap_or_else(Address::unknown),
                    place::zone::zone_of(position),
                )
            });
        }
        Err(Unreadable::Io(error)) => {
            record.content = Content::Failed(if is_gone(&error) {
                "it vanished before it could be read".into()
            } else {
                error.to_string().into()
            });
            // No file looks like this, so the next run tries again.
            record.stat = Stat {
                size: seen.stat.size,
                ..Stat::default()
            };
            refused = Some(error);
        }
        Err(Unreadable::Malformed(reason)) => record.content = Content::Failed(reason.into()),
    }
    Reading {
        record,
        located,
        camera,
        refused,
    }
}
