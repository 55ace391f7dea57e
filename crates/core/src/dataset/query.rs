//! Which files are wanted.

use std::path::Path;

use super::below::{Below, absolute};
use super::files::FileId;
use super::model::{Content, Dataset, FileRecord, Folder};
use super::timeline::Timeline;
use super::whereabouts::Whereabouts;
use crate::capture::range::Range;
use crate::find::{FindError, Noun};
use crate::identity::find::find;

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
    /// Only those that the last run found to be where nobody can have been.
    pub implausible: bool,
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
    pub fn select(&self, timeline: &Timeline<'_>) -> Result<Vec<FileId>, FindError> {
        let dataset = timeline.dataset();
        let mut files = match &self.cluster {
            Some(id) => dataset.members(timeline, find(&dataset.clusters, id)?),
            None => (dataset.indexed())
                .filter(|(.., file)| file.content != Content::Other)
                .map(|(id, ..)| id)
                .collect(),
        };
        let whereabouts = self.implausible.then(|| Whereabouts::new(dataset));
        files.retain(|id| {
            let file = dataset.file(*id);
            file.is_some_and(|(folder, file)| self.wants(timeline, folder, file))
                && whereabouts.as_ref().is_none_or(|whereabouts| {
                    let seen = timeline.day_and_cell(*id);
                    seen.is_some_and(|(day, cell)| whereabouts.are_implausible(day, cell))
                })
        });
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::index::{OptionChanges, read_records};

    #[test]
    fn files_are_found_by_what_they_lack_and_when_they_were_taken() {
        let records = r#"
{"path": "x/a.jpg", "local_date": "2024-03-03", "lat": 30.25, "lon": 120.15}
{"path": "x/b.jpg", "local_date": "2024-03-09"}
{"path": "y/c.jpg", "lat": 30.25, "lon": 120.15}
"#;
        let mut dataset = Dataset::empty();
        let changes = OptionChanges::default();
        let report = read_records(&mut dataset, records.as_bytes(), Path::new("r"), &changes);
        assert_eq!(report.unwrap().added, 3);
        let timeline = Timeline::new(&dataset);
        let names = |query: FileQuery| -> Vec<String> {
            let files = query.select(&timeline).unwrap().into_iter();
            let files = files.filter_map(|id| dataset.file(id));
            files
                .map(|(folder, file)| dataset.path_of(folder, file))
                .map(|path| path.to_string_lossy().into_owned())
                .collect()
        };
        let all = names(FileQuery::default());
        assert_eq!(all, ["x/a.jpg", "x/b.jpg", "y/c.jpg"]);
        let without = |what| FileQuery {
            without: vec![what],
            ..FileQuery::default()
        };
        assert_eq!(names(without(Lacking::Time)), ["y/c.jpg"]);
        assert_eq!(names(without(Lacking::Position)), ["x/b.jpg"]);
        let march = FileQuery {
            days: Some(Range::days("2024-03-01..2024-03-05").unwrap()),
            ..FileQuery::default()
        };
        assert_eq!(names(march), ["x/a.jpg"]);
        let below = FileQuery {
            below: Below::new(&["x".into()]),
            state: Some(FileState::Present),
            ..FileQuery::default()
        };
        assert_eq!(names(below), ["x/a.jpg", "x/b.jpg"]);
        let missing = FileQuery {
            state: Some(FileState::Missing),
            ..FileQuery::default()
        };
        assert_eq!(names(missing), [""; 0]);
        let of_cluster = FileQuery {
            cluster: Some("nowhere".to_owned()),
            ..FileQuery::default()
        };
        assert!(of_cluster.select(&timeline).is_err());
        assert!(dataset.file_at(Path::new("x/a.jpg")).is_ok());
        let unknown = dataset.file_at(Path::new("x/z.jpg")).unwrap_err();
        assert_eq!(unknown, FindError::not_found(Noun::File, "x/z.jpg"));
    }
}
