//! Which files are wanted.

use std::path::Path;

use super::below::{Below, absolute};
use super::files::FileId;
use super::model::{Content, Dataset, FileRecord, Folder};
use super::timeline::Timeline;
use crate::capture::range::Range;
use crate::cluster::find::find;
use crate::find::{FindError, Noun};

/// Which files are wanted. What is left empty is not asked for.
#[derive(Debug, Default)]
pub struct FileQuery {
    /// At and below these paths.
    pub below: Below,
    /// Of which none of these is known.
    pub without: Vec<Lacking>,
    /// In this state.
    pub state: Option<FileState>,
    /// Taken on these local days.
    pub days: Option<Range>,
    /// Of the cluster of this id.
    pub cluster: Option<String>,
}

/// What may be unknown of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lacking {
    /// The local day.
    Time,
    /// The place.
    Position,
}

/// What became of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileState {
    /// It is there.
    Present,
    /// It was gone at the last scan.
    Missing,
    /// It could not be read.
    Failed,
}

impl FileState {
    /// That of a file.
    pub fn of(file: &FileRecord) -> Self {
        match file.content {
            _ if file.missing => Self::Missing,
            Content::Failed(_) => Self::Failed,
            _ => Self::Present,
        }
    }
}

impl FileQuery {
    /// The files that are wanted: those of a cluster by time, others in the order of the
    /// dataset.
    ///
    /// # Errors
    /// There is no such cluster.
    pub fn select<'a>(
        &self,
        timeline: &Timeline<'a>,
    ) -> Result<Vec<(&'a Folder, &'a FileRecord)>, FindError> {
        let dataset = timeline.dataset();
        let mut files = match &self.cluster {
            Some(id) => dataset.members(timeline, find(&dataset.clusters, id)?),
            None => dataset.files().collect(),
        };
        files.retain(|(folder, file)| self.wants(timeline, folder, file));
        Ok(files)
    }

    fn wants(&self, timeline: &Timeline<'_>, folder: &Folder, file: &FileRecord) -> bool {
        let dataset = timeline.dataset();
        let lacks = |what: &Lacking| match what {
            Lacking::Time => timeline.has_day(folder, file).is_err(),
            Lacking::Position => file.place().is_none(),
        };
        let state = FileState::of(file);
        // What could not be read lacks everything; that is another list.
        let is_another = !self.without.is_empty() && self.state.is_none();
        let taken_on = |days: Range| {
            let capture = timeline.capture(folder, file);
            capture.is_ok_and(|capture| days.contains_day(capture.day(dataset.day_starts())))
        };
        !(is_another && state == FileState::Failed)
            && self.without.iter().all(lacks)
            && self.state.is_none_or(|wanted| wanted == state)
            && self.days.is_none_or(taken_on)
            && self.below.contains(dataset, folder, file)
    }
}

impl Dataset {
    /// The file of that path, as it is given or as the dataset has it.
    ///
    /// # Errors
    /// No file of that path is known.
    pub fn file_at(&self, path: &Path) -> Result<FileId, FindError> {
        let whole = absolute(path);
        let is_it = |folder: &Folder, file: &FileRecord| {
            let known = self.path_of(folder, file);
            file.content != Content::Other && (known == whole || known == path)
        };
        let mut files = self.indexed();
        let found = files.find(|(_, folder, file)| is_it(folder, file));
        let (id, ..) = found
            .ok_or_else(|| FindError::not_found(Noun::File, path.to_string_lossy().into_owned()))?;
        Ok(id)
    }
}
