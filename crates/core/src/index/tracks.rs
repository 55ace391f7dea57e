//! Location histories: read when they are named, and again when they have changed.

use std::io;
use std::path::{Path, PathBuf};

use super::report::{Failure, Report, TrackRead};
use super::stat::{is_gone, stat_of};
use crate::dataset::{Dataset, Stat, TrackRecord, Unknown};
use crate::disk::{self, open_regular};
use crate::track::{Track, TrackError};

/// Reads location histories, which are remembered from now on. Those that are not there,
/// or cannot be read, are in the report.
pub fn add_tracks(dataset: &mut Dataset, paths: &[PathBuf], report: &mut Report) {
    for given in paths {
        match disk::canonical(given) {
            Ok(path) => look(dataset, path, report),
            Err(error) if is_gone(&error) => report.not_there.push(given.clone()),
            Err(error) => report.refused.push(Failure {
                path: given.clone(),
                reason: error.to_string(),
            }),
        }
    }
}

/// Looks at the remembered location histories.
pub(super) fn follow(dataset: &mut Dataset, report: &mut Report) {
    let paths: Vec<PathBuf> = (dataset.tracks.iter())
        .map(|record| record.path.clone())
        .collect();
    for path in paths {
        look(dataset, path, report);
    }
}

/// Reads one, unless it is known as it is. What one said stays when it is gone, or cannot be
/// read any more.
fn look(dataset: &mut Dataset, path: PathBuf, report: &mut Report) {
    let known = find(dataset, &path).ok();
    if let Some(record) = known.and_then(|number| dataset.tracks.get_mut(number)) {
        let found = path.metadata().map(|metadata| stat_of(&metadata));
        let is_missing = found.as_ref().is_err_and(is_gone);
        report.changed |= std::mem::replace(&mut record.missing, is_missing) != is_missing;
        let is_known =
            |Stat { size, mtime, .. }: Stat| (size, mtime) == (record.size, record.mtime);
        if is_missing || found.is_ok_and(is_known) {
            return;
        }
    }
    if let Err(error) = read(dataset, &path, report) {
        report.unreadable_tracks.push(Failure {
            path,
            reason: error.to_string(),
        });
    }
}

/// The number of the history of that path, or where it belongs.
fn find(dataset: &Dataset, path: &Path) -> Result<usize, usize> {
    (dataset.tracks).binary_search_by(|record| record.path.as_path().cmp(path))
}

/// Reads one, and puts it in the place of what is known of it.
fn read(dataset: &mut Dataset, path: &Path, report: &mut Report) -> Result<(), TrackError> {
    let file = open_regular(path)?;
    // As it was before it is read: what is written to it meanwhile is a change.
    let stat = stat_of(&file.metadata()?);
    let (track, reading) = Track::read(io::BufReader::new(file))?;
    let mut record = TrackRecord {
        path: path.to_owned(),
        size: stat.size,
        mtime: stat.mtime,
        missing: false,
        fixes: track.pack(),
        unknown: Unknown::new(),
    };
    match find(dataset, path) {
        Ok(number) => {
            let known = &mut dataset.tracks[number];
            record.unknown = std::mem::take(&mut known.unknown);
            *known = record;
        }
        Err(number) => dataset.tracks.insert(number, record),
    }
    report.changed = true;
    report.tracks.push(TrackRead {
        path: path.to_owned(),
        kept: track.len(),
        reading,
    });
    Ok(())
}
