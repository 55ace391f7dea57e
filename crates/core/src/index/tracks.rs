//! Location histories: read when they are named, and again when they have changed.

use std::io;
use std::path::{Path, PathBuf};

use super::report::{Failure, Report, TrackRead};
use super::stat::{is_gone, stat_of};
use crate::dataset::{Dataset, Stat, TrackRecord, Unknown};
use crate::disk::open_regular;
use crate::track::{Track, TrackError, TrackReading};

/// Reads location histories, which are remembered from now on. Those that are not there,
/// or cannot be read, are in the report.
pub fn add_tracks(dataset: &mut Dataset, paths: &[PathBuf], report: &mut Report) {
    for given in paths {
        match std::fs::canonicalize(given) {
            Ok(path) => {
                let known = find(dataset, &path).ok();
                if let Err(reason) = read(dataset, known, &path, report) {
                    let path = given.clone();
                    report.unreadable_tracks.push(Failure { path, reason });
                }
            }
            Err(error) if is_gone(&error) => report.not_there.push(given.clone()),
            Err(error) => report.refused.push(Failure {
                path: given.clone(),
                reason: error.to_string(),
            }),
        }
    }
}

/// Looks at the remembered location histories: one that has changed is read again. What
/// one said stays when it is gone, or cannot be read any more.
pub(super) fn follow(dataset: &mut Dataset, report: &mut Report) {
    for number in 0..dataset.tracks.len() {
        let Some(record) = dataset.tracks.get_mut(number) else {
            return;
        };
        let found = record.path.metadata().map(|metadata| stat_of(&metadata));
        let is_missing = found.as_ref().is_err_and(is_gone);
        report.changed |= std::mem::replace(&mut record.missing, is_missing) != is_missing;
        let is_known =
            |Stat { size, mtime, .. }: Stat| (size, mtime) == (record.size, record.mtime);
        if found.is_ok_and(is_known) || is_missing {
            continue;
        }
        let path = record.path.clone();
        if let Err(reason) = read(dataset, Some(number), &path, report) {
            report.unreadable_tracks.push(Failure { path, reason });
        }
    }
}

/// The number of the history of that path, or where it belongs.
fn find(dataset: &Dataset, path: &Path) -> Result<usize, usize> {
    (dataset.tracks).binary_search_by(|record| record.path.as_path().cmp(path))
}

/// Reads one, and puts it in the place of what is known of it.
fn read(
    dataset: &mut Dataset,
    known: Option<usize>,
    path: &Path,
    report: &mut Report,
) -> Result<(), String> {
    let read = || -> Result<(Track, TrackReading, Stat), TrackError> {
        let file = open_regular(path)?;
        // As it was before it is read: what is written to it meanwhile is a change.
        let stat = stat_of(&file.metadata()?);
        let (track, reading) = Track::read(io::BufReader::new(file))?;
        Ok((track, reading, stat))
    };
    let (track, reading, stat) = read().map_err(|error| error.to_string())?;
    let known = known.and_then(|number| dataset.tracks.get_mut(number));
    let unknown = known.map_or_else(Unknown::new, |record| std::mem::take(&mut record.unknown));
    let record = TrackRecord {
        path: path.to_owned(),
        size: stat.size,
        mtime: stat.mtime,
        missing: false,
        fixes: track.pack(),
        unknown,
    };
    match find(dataset, path) {
        Ok(number) => {
            if let Some(known) = dataset.tracks.get_mut(number) {
                report.changed |= *known != record;
                *known = record;
            }
        }
        Err(number) => {
            report.changed = true;
            dataset.tracks.insert(number, record);
        }
    }
    report.tracks.push(TrackRead {
        path: path.to_owned(),
        kept: track.len(),
        reading,
    });
    Ok(())
}
