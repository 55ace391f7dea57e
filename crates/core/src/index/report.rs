//! What an indexing is given, and what it found.

use std::path::PathBuf;
use std::time::{Duration, SystemTime};

use super::error::IndexError;
use super::exclusions::Reason;
use crate::dataset::{Dataset, StoreError};
use crate::interrupt::Interrupt;
use crate::progress::Progress;
use crate::track::TrackReading;

/// What an indexing found, in numbers and reasons.
#[derive(Debug, Default)]
pub struct Report {
    /// Media that were not known.
    pub added: usize,
    /// Media whose facts have changed, or that came back.
    pub updated: usize,
    /// Media that are as they were.
    pub unchanged: usize,
    /// Files that are named like media, and records, that could not be read.
    pub failures: Vec<Failure>,
    /// Folders that could not be read.
    pub unreadable_folders: Vec<Failure>,
    /// Location histories that were read.
    pub tracks: Vec<TrackRead>,
    /// Location histories that could not be read.
    pub unreadable_tracks: Vec<Failure>,
    /// Roots that are not there at present; their files count as there.
    pub offline: Vec<(PathBuf, String)>,
    /// Paths that were given and are not there.
    pub not_there: Vec<PathBuf>,
    /// Paths that were given and cannot be looked at.
    pub refused: Vec<Failure>,
    /// Files and folders that were to be looked at and are left out on purpose.
    pub passed_over: Vec<(PathBuf, Reason)>,
    /// Files that were there at the scan before and are not any more.
    pub lost: usize,
    /// Files that were not read, as their content is in a cloud (`OneDrive`, iCloud) and only a
    /// placeholder is here.
    pub in_cloud: usize,
    /// Records that were dropped because they are left out on purpose now.
    pub left_out: usize,
    /// What a root's remembered options changed from and to.
    pub option_changes: Vec<String>,
    /// Whether the dataset differs from the saved one.
    pub changed: bool,
}

/// A location history that was read.
#[derive(Debug)]
pub struct TrackRead {
    /// The file.
    pub path: PathBuf,
    /// What came of it.
    pub reading: TrackReading,
    /// How many of its fixes are kept.
    pub kept: usize,
}

/// A file that could not be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// The file, or the input with the number of the line.
    pub path: PathBuf,
    /// Why.
    pub reason: String,
}

impl Report {
    /// All media that were looked at.
    pub fn scanned(&self) -> usize {
        self.added + self.updated + self.unchanged + self.failures.len()
    }

    /// Whether all paths that were given could be looked at.
    pub fn has_all_paths(&self) -> bool {
        self.not_there.is_empty() && self.refused.is_empty()
    }

    /// Takes out the paths that could not be looked at.
    ///
    /// # Errors
    /// Names those, if there are any.
    pub fn all_paths(&mut self) -> Result<(), IndexError> {
        let not_there = std::mem::take(&mut self.not_there);
        let refused = std::mem::take(&mut self.refused);
        if refused.is_empty() {
            return match not_there {
                paths if !paths.is_empty() => Err(IndexError::NoSuchPath(paths)),
                _ => Ok(()),
            };
        }
        let not_there = (not_there.into_iter()).map(|path| (path, "not found".to_owned()));
        let refused = refused.into_iter().map(|it| (it.path, it.reason));
        Err(IndexError::PathsUnreadable(
            not_there.chain(refused).collect(),
        ))
    }
}

/// What an indexing needs from its surroundings.
pub struct IndexServices<'a> {
    /// Where to show how far it is.
    pub progress: &'a dyn Progress,
    /// How many threads to use; where nothing is wanted, what suits each disk.
    pub jobs: Option<usize>,
    /// Whether files are read whose content is in a cloud, which downloads it. Known ones stay as
    /// they are otherwise, and new ones are [counted](Report::in_cloud).
    pub download: bool,
    /// Who may want the reading to end before its time.
    pub interrupt: &'a Interrupt,
    /// Called from time to time during a long reading, with a dataset that could
    /// be saved.
    pub checkpoint: &'a mut (dyn FnMut(&Dataset) -> Result<(), StoreError> + Send),
    /// The time at present: a file that was modified just before it is read may be modified
    /// again and look the same.
    pub clock: &'a (dyn Fn() -> SystemTime + Sync),
    /// How long to read between two checkpoints, at least.
    pub checkpoint_every: Duration,
}
