//! What programs use that take this crate as a library: files in, clusters out.

use std::io::BufRead;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use chrono::{DateTime, Utc};

use crate::capture::day::Day;
use crate::cluster::area;
use crate::cluster::rules::Rules;
use crate::dataset::{
    Amendment, Below, Correctable, Corrected, Dataset, Locked, Store, StoreError, Timeline,
};
use crate::find::FindError;
use crate::identity::decide::{DecideError, Decision};
use crate::identity::find;
use crate::identity::query::Query;
use crate::index::{self, Failure, IndexError, IndexServices, OptionChanges, Report};
use crate::interrupt::Interrupt;
use crate::place::{Address, Level};
use crate::stats::Stats;

/// What stops a [`Library`].
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The dataset file cannot be read, locked or written.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Folders or records cannot be indexed.
    #[error(transparent)]
    Index(#[from] IndexError),
    /// Something cannot be decided.
    #[error(transparent)]
    Decide(#[from] DecideError),
    /// Nothing, or too much, goes by a name.
    #[error(transparent)]
    Find(#[from] FindError),
}

impl Error {
    /// The code by which programs tell errors apart, as in `docs/errors.md`.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Store(error) => error.code(),
            Self::Index(error) => error.code(),
            Self::Decide(error) => error.code(),
            Self::Find(error) => error.code(),
        }
    }
}

/// Photos and videos, what is known of them, and the clusters that they make.
///
/// It holds what a dataset file of the program `imm-cluster` holds, and both read and
/// write the same files.
///
/// ```
/// use std::time::SystemTime;
///
/// use imm_cluster_core::cluster::rules::Rules;
/// use imm_cluster_core::library::Library;
///
/// let records = r#"
/// {"path": "a.jpg", "capture_time": "2024-03-03T09:12:44+08:00", "lat": 30.2489, "lon": 120.1485}
/// {"path": "b.jpg", "capture_time": "2024-03-05T21:40:02+08:00", "lat": 30.2936, "lon": 120.1614}
/// "#;
/// let mut library = Library::new();
/// library.add_records(records.as_bytes())?;
/// library.cluster(&Rules::default(), SystemTime::now());
/// let trips: Vec<String> = library
///     .clusters()
///     .map(|cluster| format!("{}: {} days, {} files", cluster.address.line(), cluster.days, cluster.files))
///     .collect();
/// assert_eq!(
///     trips,
///     ["Zhejiang, China: 3 days, 2 files", "Hangzhou, Zhejiang, China: 3 days, 2 files"],
/// );
/// # Ok::<(), imm_cluster_core::library::Error>(())
/// ```
#[derive(Debug)]
pub struct Library {
    dataset: Dataset,
    /// The file that it is of, which nobody else can change meanwhile.
    file: Option<Locked>,
}

/// What an indexing came to, in files.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Indexed {
    /// Those that were not known.
    pub added: usize,
    /// Those whose facts have changed, or that came back.
    pub updated: usize,
    /// Those that are as they were, and were not read.
    pub unchanged: usize,
    /// Those, and records, that could not be read, each with the reason.
    pub failures: Vec<Failure>,
    /// Folders that are not there at present, such as an unplugged disk; their files
    /// count as they were.
    pub offline: Vec<PathBuf>,
}

/// One region over one run of local days, at one level.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Cluster {
    /// Its id, which lasts while it grows, shrinks, merges and splits.
    pub id: String,
    /// The level.
    pub level: Level,
    /// What its region is called, down to the level.
    pub address: Address,
    /// The first day, in the civil time of the place.
    pub first_day: Day,
    /// The last day.
    pub last_day: Day,
    /// The number of calendar days from the first to the last, at least 1.
    pub days: u32,
    /// Days with a file.
    pub active_days: u32,
    /// Files that are there.
    pub files: u32,
    /// The title that the user gave it.
    pub title: Option<String>,
}

impl Default for Library {
    fn default() -> Self {
        Self::new()
    }
}

impl Library {
    /// An empty one, in memory alone.
    pub fn new() -> Self {
        Self {
            dataset: Dataset::empty(),
            file: None,
        }
    }

    /// That of a dataset file; an empty one where there is no file yet. Until it is
    /// dropped nobody else can change the file. Only [`Library::save`] writes it.
    ///
    /// # Errors
    /// Another process holds the dataset, or it cannot be read.
    pub fn open(path: impl AsRef<Path>) -> Result<Self, Error> {
        let locked = Store::at(path.as_ref()).lock(Duration::ZERO, "a program")?;
        Ok(Self {
            dataset: locked.read()?,
            file: Some(locked),
        })
    }

    /// Writes the dataset file, as a whole or not at all. There is nothing to do for a
    /// library that is in memory alone.
    ///
    /// # Errors
    /// The file cannot be written, or another program wrote it meanwhile.
    pub fn save(&self) -> Result<(), Error> {
        match &self.file {
            Some(file) => Ok(file.save(&self.dataset)?),
            None => Ok(()),
        }
    }

    /// Reads when and where the files in folders, or single files, were taken, on all
    /// cores. What is as it was is not read again; what is gone is marked missing. The
    /// folders are remembered, and without any all remembered ones are looked at.
    ///
    /// ```
    /// use imm_cluster_core::library::Library;
    ///
    /// let mut library = Library::new();
    /// let indexed = library.index(&["../../fixtures/synthetic"])?;
    /// assert_eq!((indexed.added, indexed.unchanged), (2, 0));
    /// let again = library.index::<&str>(&[])?;
    /// assert_eq!((again.added, again.unchanged), (0, 2));
    /// # Ok::<(), imm_cluster_core::library::Error>(())
    /// ```
    ///
    /// # Errors
    /// A path is not there, after all others were indexed; or none is given, and none is
    /// remembered. A file that cannot be read is among [`Indexed::failures`].
    pub fn index<P: AsRef<Path>>(&mut self, paths: &[P]) -> Result<Indexed, Error> {
        let paths: Vec<PathBuf> = paths.iter().map(|path| path.as_ref().to_owned()).collect();
        let mut around = IndexServices {
            progress: &crate::progress::Silent,
            jobs: None,
            download: false,
            interrupt: &Interrupt::default(),
            checkpoint: &mut |_| Ok(()),
            clock: &SystemTime::now,
            checkpoint_every: Duration::MAX,
        };
        let changes = OptionChanges::default();
        let mut report = index::index(&mut self.dataset, &paths, &[], &changes, &mut around)?;
        report.all_paths()?;
        Ok(report.into())
    }

    /// Takes records as JSON Lines, for files that are elsewhere: objects with `path`
    /// and, as far as known, `capture_time`, `local_date`, `lat`, `lon` and `address`. A
    /// later record of the same path replaces an earlier one.
    ///
    /// # Errors
    /// The input cannot be read. A line that is no record is among
    /// [`Indexed::failures`].
    pub fn add_records(&mut self, input: impl BufRead) -> Result<Indexed, Error> {
        let name = Path::new("records");
        let changes = OptionChanges::default();
        let report = index::read_records(&mut self.dataset, input, name, &changes);
        let report = report.map_err(|source| IndexError::Unreadable {
            path: name.to_owned(),
            source,
        })?;
        Ok(report.into())
    }

    /// Makes the clusters anew from all files that are known. Clusters of before keep
    /// their ids and titles; `now` is when new ones were made.
    pub fn cluster(&mut self, rules: &Rules, now: SystemTime) {
        let mut rules = rules.clone();
        rules.levels.sort_unstable();
        rules.levels.dedup();
        self.dataset.cluster(&rules, DateTime::<Utc>::from(now));
    }

    /// The clusters that [`Library::cluster`] made last, by their first day and, where
    /// that is the same, from the widest level.
    pub fn clusters(&self) -> impl Iterator<Item = Cluster> {
        let mut listed: Vec<&area::Cluster> = (self.dataset.clusters.iter())
            .filter(|cluster| cluster.is_live())
            .collect();
        listed.sort_by_key(|cluster| {
            let region = &cluster.of.region;
            (
                cluster.days().first,
                cluster.of.level,
                region,
                &cluster.object_id,
            )
        });
        listed.into_iter().map(Into::into)
    }

    /// The listed clusters that are wanted, in the order that is wanted.
    ///
    /// # Errors
    /// An id that is asked for is not among them.
    pub fn select(&self, query: &Query) -> Result<Vec<Cluster>, Error> {
        let chosen = query.select(&self.dataset.clusters)?;
        Ok(chosen.into_iter().map(Into::into).collect())
    }

    /// The cluster of that id, or of an id that begins so. The id of one that is part of
    /// another now leads to that.
    ///
    /// # Errors
    /// No id begins so, or several do.
    pub fn find(&self, id: &str) -> Result<Cluster, Error> {
        Ok(find::find(&self.dataset.clusters, id)?.into())
    }

    /// Decides about the clusters of some ids: what they are called, whether they are
    /// one or several, or none. Later clusterings respect it. `now` is when that was.
    /// Says whether anything changed.
    ///
    /// ```
    /// use std::time::SystemTime;
    ///
    /// use imm_cluster_core::identity::decide::{Decision, Edit, Texts};
    /// use imm_cluster_core::cluster::rules::Rules;
    /// use imm_cluster_core::library::Library;
    ///
    /// let records = r#"
    /// {"path": "a.jpg", "local_date": "2024-03-03", "address": {"country": "A", "city": "B"}}
    /// {"path": "b.jpg", "local_date": "2024-03-09", "address": {"country": "A", "city": "B"}}
    /// "#;
    /// let mut library = Library::new();
    /// library.add_records(records.as_bytes())?;
    /// library.cluster(&Rules::default(), SystemTime::now());
    /// let ids: Vec<String> = library.clusters().map(|cluster| cluster.id).collect();
    /// assert_eq!(ids.len(), 2, "five days lie between them");
    ///
    /// library.decide(&ids, &Decision::Merge, SystemTime::now())?;
    /// let title = Texts::new(Edit::Set("Spring".into()), Edit::Keep, false, Vec::new())?;
    /// library.decide(&ids, &Decision::Describe(title), SystemTime::now())?;
    /// let spring = library.find(&ids[1])?;
    /// assert_eq!((spring.days, spring.title.as_deref()), (7, Some("Spring")));
    /// # Ok::<(), imm_cluster_core::library::Error>(())
    /// ```
    ///
    /// # Errors
    /// It cannot be decided about one of them. Nothing is changed then.
    pub fn decide(
        &mut self,
        ids: &[String],
        decision: &Decision,
        now: SystemTime,
    ) -> Result<bool, Error> {
        let decided = self
            .dataset
            .decide(ids, decision, DateTime::<Utc>::from(now))?;
        Ok(decided.changed)
    }

    /// Corrects when or where files were taken. The next [`Library::cluster`] goes by it.
    pub fn correct(&mut self, wanted: &Correctable, amendment: &Amendment) -> Corrected {
        let files = self.dataset.correctable(wanted);
        self.dataset.correct(&files, amendment)
    }

    /// Forgets the files at and below some paths; returns how many. Where and when they
    /// were taken still counts for the clusters, unless that is to go, too.
    pub fn forget<P: AsRef<Path>>(&mut self, paths: &[P], drop_evidence: bool) -> usize {
        if paths.is_empty() {
            return 0;
        }
        let paths: Vec<PathBuf> = paths.iter().map(|path| path.as_ref().to_owned()).collect();
        let below = Below::new(&paths);
        self.dataset.forget(
            |dataset, folder, file| below.contains(dataset, folder, file),
            drop_evidence,
        )
    }

    /// Looks back, from the day of today, on each year and on all together: days away, trips,
    /// countries and provinces, kilometres, months, and this day in other years. Trips are those
    /// that [`Library::cluster`] made last.
    ///
    /// ```
    /// use imm_cluster_core::library::Library;
    ///
    /// let records = r#"
    /// {"path": "a.jpg", "local_date": "2023-03-03", "address": {"country": "Norway"}}
    /// {"path": "b.jpg", "local_date": "2024-05-01", "address": {"country": "Italy"}}
    /// {"path": "c.jpg", "local_date": "2024-05-01", "address": {"country": "Norway"}}
    /// "#;
    /// let mut library = Library::new();
    /// library.add_records(records.as_bytes())?;
    /// library.look_back("2026-03-03".parse().unwrap(), |stats| {
    ///     let new = |country: &&imm_cluster_core::stats::Visited<'_>| country.is_new;
    ///     let year = &stats.years[1];
    ///     assert_eq!((year.year, year.photos, year.countries.len()), (Some(2024), 2, 2));
    ///     assert_eq!(year.countries.iter().find(new).unwrap().name(), "Italy");
    ///     assert_eq!(stats.on_this_day[0].files, 1);
    /// });
    /// # Ok::<(), imm_cluster_core::library::Error>(())
    /// ```
    pub fn look_back<T>(&self, today: Day, told: impl FnOnce(&Stats<'_>) -> T) -> T {
        let timeline = Timeline::new(&self.dataset);
        told(&timeline.look_back_on_all(today))
    }

    /// The files of a cluster by time, missing ones too; none where no listed cluster
    /// has its id any more.
    pub fn files(&self, cluster: &Cluster) -> Vec<PathBuf> {
        let mut clusters = self.dataset.clusters.iter();
        let Some(cluster) =
            clusters.find(|other| other.is_live() && other.object_id == cluster.id.as_str())
        else {
            return Vec::new();
        };
        let timeline = Timeline::new(&self.dataset);
        let members = self.dataset.members(&timeline, cluster);
        let paths = members.into_iter();
        paths.filter_map(|file| self.dataset.path(file)).collect()
    }
}

impl From<&area::Cluster> for Cluster {
    fn from(cluster: &area::Cluster) -> Self {
        let (days, holds) = (cluster.days(), cluster.holds());
        Self {
            id: cluster.object_id.to_string(),
            level: cluster.of.level,
            address: Address::clone(&cluster.of.address),
            first_day: days.first,
            last_day: days.last,
            days: days.days(),
            active_days: holds.active_days,
            files: holds.files,
            title: cluster.title.clone(),
        }
    }
}

impl From<Report> for Indexed {
    fn from(report: Report) -> Self {
        let unreadable = (report.unreadable_folders.into_iter()).chain(report.unreadable_tracks);
        Self {
            added: report.added,
            updated: report.updated,
            unchanged: report.unchanged,
            failures: report.failures.into_iter().chain(unreadable).collect(),
            offline: (report.offline.into_iter()).map(|(root, _)| root).collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::capture::position::Position;
    use crate::capture::range::Range;
    use crate::dataset::When;
    use crate::identity::decide::{Edit, Texts};

    const RECORDS: &str = r#"{"path":"b.jpg","local_date":"1969-12-31","address":{"country":"Testland","city":"A"}}
{"path":"a.jpg","local_date":"1970-01-02","address":{"country":"Testland","city":"A"}}
no record
"#;

    fn names(library: &Library) -> Vec<String> {
        let clusters = library.clusters();
        let name = |c: Cluster| {
            format!(
                "{} {} {}..{}",
                c.level,
                c.address.line(),
                c.first_day,
                c.last_day
            )
        };
        clusters.map(name).collect()
    }

    #[test]
    fn levels_may_be_named_in_any_order_and_twice() {
        let mut library = Library::new();
        let added = library.add_records(RECORDS.as_bytes()).unwrap();
        assert_eq!((added.added, added.failures.len()), (2, 1));
        let rules = Rules {
            levels: vec![Level::City, Level::Country, Level::City],
            ..Rules::default()
        };
        library.cluster(&rules, SystemTime::UNIX_EPOCH);
        assert_eq!(
            names(&library),
            [
                "country Testland 1969-12-31..1970-01-02",
                "city A, Testland 1969-12-31..1970-01-02"
            ]
        );
        let city = library.clusters().nth(1).unwrap();
        assert_eq!((city.days, city.active_days, city.files), (3, 2, 2));
        assert_eq!(
            library.files(&city),
            [Path::new("b.jpg"), Path::new("a.jpg")]
        );
        let longer = Rules {
            min_days: 4,
            ..rules
        };
        library.cluster(&longer, SystemTime::UNIX_EPOCH);
        assert_eq!(library.clusters().count(), 0);
        assert_eq!(library.files(&city), [""; 0].map(PathBuf::from));
    }

    #[test]
    fn what_is_saved_is_there_again_and_ids_last() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("photos.json");
        let mut library = Library::open(&path).unwrap();
        library.add_records(RECORDS.as_bytes()).unwrap();
        library.cluster(&Rules::default(), SystemTime::UNIX_EPOCH);
        assert!(!path.exists(), "nothing is written unless asked");
        library.save().unwrap();
        let ids = |library: &Library| library.clusters().map(|c| c.id).collect::<Vec<_>>();
        let before = ids(&library);
        let refused = Library::open(&path).unwrap_err();
        assert_eq!(refused.code(), "DatasetLocked");
        drop(library);
        let mut again = Library::open(&path).unwrap();
        assert_eq!(ids(&again), before);
        again.cluster(&Rules::default(), SystemTime::now());
        assert_eq!(ids(&again), before);
    }

    #[test]
    fn what_cannot_be_decided_changes_nothing() {
        let mut library = Library::new();
        library.add_records(RECORDS.as_bytes()).unwrap();
        let rules = Rules {
            levels: vec![Level::Country, Level::City],
            gap_days: 0,
            ..Rules::default()
        };
        let now = SystemTime::UNIX_EPOCH;
        library.cluster(&rules, now);
        let ids: Vec<String> = library.clusters().map(|cluster| cluster.id).collect();
        let [country, city, ..] = ids.as_slice() else {
            panic!("{ids:?}")
        };
        let before = library.dataset.clone();
        let gone = String::from("nowhere");
        let day = "1970-01-02".parse().unwrap();
        let labels = (0..101).map(|i| (i.to_string(), String::new())).collect();
        let labels = Texts::new(Edit::Keep, Edit::Keep, false, labels).unwrap();
        let refused: [(&[&String], Decision, &str); 8] = [
            (&[&gone], Decision::Pin, "`nowhere` is not in the dataset"),
            (&[city], Decision::Merge, "at least 2 clusters are needed"),
            (
                &[city, city],
                Decision::Merge,
                "at least 2 clusters are needed",
            ),
            (
                &[country, city],
                Decision::Merge,
                "only clusters of one level",
            ),
            (&[city], Decision::Restore, "is not deleted"),
            (
                &[city],
                Decision::Split(day),
                "does not split the cluster; it has a single day",
            ),
            (&[country, &gone], Decision::Reset, "not in the dataset"),
            (
                &[city],
                Decision::Describe(labels),
                "101 labels; at most 100",
            ),
        ];
        for (ids, decision, why) in refused {
            let ids: Vec<String> = ids.iter().copied().cloned().collect();
            let error = library.decide(&ids, &decision, now).unwrap_err();
            assert!(error.to_string().contains(why), "{error}");
            assert_eq!(library.dataset, before, "{decision:?}");
        }
        let long = Edit::Set("x".repeat(1025));
        let error = Texts::new(Edit::Keep, long, false, Vec::new()).unwrap_err();
        assert_eq!(error.code(), "InvalidParameter");
    }

    #[test]
    fn what_is_decided_twice_changes_nothing_more() {
        let mut library = Library::new();
        library.add_records(RECORDS.as_bytes()).unwrap();
        let rules = Rules {
            levels: vec![Level::City],
            gap_days: 0,
            ..Rules::default()
        };
        let now = SystemTime::UNIX_EPOCH;
        library.cluster(&rules, now);
        let ids: Vec<String> = library.clusters().map(|cluster| cluster.id).collect();
        let text = |library: &Library| names(library).join(", ");
        for (decision, after) in [
            (Decision::Merge, "city A, Testland 1969-12-31..1970-01-02"),
            (Decision::Pin, "city A, Testland 1969-12-31..1970-01-02"),
            (Decision::Delete, ""),
        ] {
            assert!(library.decide(&ids, &decision, now).unwrap());
            assert!(
                !library.decide(&ids, &decision, now).unwrap(),
                "{decision:?}"
            );
            assert_eq!(text(&library), after);
        }
        let gone = [String::from("nowhere")];
        assert!(!library.decide(&gone, &Decision::Delete, now).unwrap());
        assert!(library.decide(&ids, &Decision::Restore, now).unwrap());
        assert!(library.decide(&ids[..1], &Decision::Reset, now).unwrap());
        let apart =
            "city A, Testland 1969-12-31..1969-12-31, city A, Testland 1970-01-02..1970-01-02";
        assert_eq!(text(&library), apart);
        let late = Query {
            start_time: Some(Range::parse("1970-01-01..").unwrap()),
            ..Query::default()
        };
        assert_eq!(library.select(&late).unwrap().len(), 1);
    }

    #[test]
    fn corrections_and_forgetting_go_by_path() {
        let mut library = Library::new();
        library.add_records(RECORDS.as_bytes()).unwrap();
        let wanted = Correctable {
            below: Below::new(&["a.jpg".into()]),
            ..Correctable::default()
        };
        let shift = |seconds| Amendment {
            when: Some(When::Shifted(seconds)),
            ..Amendment::default()
        };
        let refused = Corrected {
            changed: 0,
            not_shifted: 1,
        };
        assert_eq!(
            library.correct(&wanted, &shift(3600)),
            refused,
            "a date alone"
        );
        let sea = Amendment {
            position: Some(Position::new(30.2489, 120.1485).unwrap()),
            ..Amendment::default()
        };
        assert_eq!(library.correct(&wanted, &sea).changed, 1);
        assert_eq!(library.correct(&wanted, &sea).changed, 0);
        library.cluster(&Rules::default(), SystemTime::UNIX_EPOCH);
        assert_eq!(names(&library).len(), 3, "{:?}", names(&library));
        assert_eq!(library.forget(&["a.jpg"], true), 1);
        library.cluster(&Rules::default(), SystemTime::UNIX_EPOCH);
        assert_eq!(names(&library), ["city A, Testland 1969-12-31..1969-12-31"]);
    }

    #[test]
    fn a_path_that_is_not_there_is_an_error_and_the_others_are_indexed() {
        let folder = tempfile::tempdir().unwrap();
        let video = "../../fixtures/synthetic/apple_keys.mov";
        std::fs::copy(video, folder.path().join("1.mov")).unwrap();
        let mut library = Library::new();
        let error = library
            .index(&[folder.path(), Path::new("gone")])
            .unwrap_err();
        assert!(error.to_string().contains("gone"), "{error}");
        let again = library.index::<&Path>(&[]).unwrap();
        assert_eq!((again.added, again.unchanged + again.updated), (0, 1));
    }
}
