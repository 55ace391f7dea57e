//! Files by the paths that people name.

use std::path::{Path, PathBuf};

use super::model::{Dataset, FileRecord, Folder};
use crate::disk;
use crate::find::{FindError, Noun};

/// Files that are, or lie below, some paths; all files when there is no path.
#[derive(Debug, Default)]
pub struct Below(Vec<PathBuf>);

impl Below {
    /// The paths are taken as they are given, and as the dataset has them.
    pub fn new(paths: &[PathBuf]) -> Self {
        let whole = paths.iter().map(|path| absolute(path));
        Self(whole.chain(paths.iter().cloned()).collect())
    }

    /// Whether a file is one of them.
    pub fn contains(&self, dataset: &Dataset, folder: &Folder, file: &FileRecord) -> bool {
        self.0.is_empty() || {
            let path = dataset.path_of(folder, file);
            self.0.iter().any(|above| path.starts_with(above))
        }
    }
}

impl Dataset {
    /// Names those of the paths at and below which no file is known, to be told when the
    /// others were done.
    pub fn unknown_paths(&self, paths: &[PathBuf]) -> Option<FindError> {
        let unknown = paths.iter().filter(|path| {
            let below = Below::new(std::slice::from_ref(path));
            let mut files = self.files();
            let is_track = self.tracks.iter().any(|track| track.path == absolute(path));
            !is_track && !files.any(|(folder, file)| below.contains(self, folder, file))
        });
        let unknown: Vec<_> = unknown.map(|path| path.to_string_lossy()).collect();
        (!unknown.is_empty()).then(|| FindError::not_found(Noun::File, unknown.join("`, `")))
    }
}

/// The path as the dataset has it, where the file or its folder is there.
pub fn absolute(path: &Path) -> PathBuf {
    let by_folder = || {
        let folder = disk::canonical(path.parent()?).ok()?;
        Some(folder.join(path.file_name()?))
    };
    let whole = disk::canonical(path).ok().or_else(by_folder);
    whole
        .or_else(|| std::path::absolute(path).ok())
        .unwrap_or_else(|| path.to_owned())
}
