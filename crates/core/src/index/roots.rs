//! Which folders are scanned: the given ones, or the remembered ones.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::ffi::OsString;
use std::fs;
use std::io;
use std::ops::Bound::{Excluded, Unbounded};
use std::ops::Range;
use std::path::{Path, PathBuf};

use chrono_tz::Tz;
use imm_cluster_messages::{retold, text};

use super::copies;
use super::error::IndexError;
use super::jobs::Threads;
use super::marks;
use super::moves::{self, Added};
use super::read;
use super::report::{Failure, IndexServices, Report};
use super::scan::{self, Scope};
use super::stat::{is_gone, is_mount_point};
use super::tracks;
use crate::capture::gcj02::Coordinates;
use crate::dataset::{Content, Dataset, Folder, Root, RootId, RootKind, RootOptions};
use crate::disk;
use crate::text::Escaped;

/// Index options as typed: what is given replaces what a root remembers.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct OptionChanges {
    /// `--exclude`.
    pub exclude: Option<Vec<String>>,
    /// `--time-zone`; inner `None` for none.
    pub time_zone: Option<Option<Tz>>,
    /// `--time-from mtime`.
    pub time_from_mtime: Option<bool>,
    /// `--follow-links`.
    pub follow_links: Option<bool>,
    /// `--hidden`.
    pub hidden: Option<bool>,
    /// `--coordinates`.
    pub coordinates: Option<Coordinates>,
}

impl OptionChanges {
    /// Sets what is given; returns a line for each that had another value.
    pub(super) fn apply(&self, options: &mut RootOptions) -> Vec<String> {
        fn set<T: PartialEq + Clone>(
            name: &str,
            place: &mut T,
            new: Option<&T>,
            show: impl Fn(&T) -> String,
            changes: &mut Vec<String>,
        ) {
            if let Some(new) = new.filter(|new| **new != *place) {
                let (now, before) = (show(new), show(place));
                changes.push(text!(
                    "option-changed",
                    name = name,
                    now = now,
                    before = before
                ));
                place.clone_from(new);
            }
        }
        let mut changes = Vec::new();
        let patterns = |list: &Vec<String>| {
            if list.is_empty() {
                text!("option-nothing")
            } else {
                list.join(&text!("list-comma"))
            }
        };
        let switch = |on: &bool| match on {
            true => text!("option-on"),
            false => text!("option-off"),
        };
        let zone = |zone: &Option<Tz>| {
            zone.map_or_else(|| text!("option-none"), |zone| zone.name().to_owned())
        };
        set(
            "--exclude",
            &mut options.exclude,
            self.exclude.as_ref(),
            patterns,
            &mut changes,
        );
        set(
            "--time-zone",
            &mut options.time_zone,
            self.time_zone.as_ref(),
            zone,
            &mut changes,
        );
        set(
            "--time-from mtime",
            &mut options.time_from_mtime,
            self.time_from_mtime.as_ref(),
            switch,
            &mut changes,
        );
        set(
            "--follow-links",
            &mut options.follow_links,
            self.follow_links.as_ref(),
            switch,
            &mut changes,
        );
        set(
            "--hidden",
            &mut options.hidden,
            self.hidden.as_ref(),
            switch,
            &mut changes,
        );
        set(
            "--coordinates",
            &mut options.coordinates,
            self.coordinates.as_ref(),
            |system| system.name().to_owned(),
            &mut changes,
        );
        changes
    }
}

/// What is to be scanned of one root.
#[derive(Debug, Default)]
struct Wanted {
    /// Folders below the root, relative to it.
    folders: Vec<PathBuf>,
    /// Files by the folder that they lie in, relative to the root.
    files: BTreeMap<PathBuf, Vec<OsString>>,
}

/// Scans the given folders and files, or every remembered root when none is
/// given, and puts what is found into the dataset. Location histories are read that
/// are given, and those that are remembered and have changed.
///
/// # Errors
/// No path is given, and neither a root nor a history is; a checkpoint failed. Paths that
/// are not there are in the report, after all others were done.
pub fn index(
    dataset: &mut Dataset,
    paths: &[PathBuf],
    histories: &[PathBuf],
    changes: &OptionChanges,
    around: &mut IndexServices<'_>,
) -> Result<Report, IndexError> {
    // What is saved before the end says that it was.
    let resumed = std::mem::replace(&mut dataset.unfinished, true);
    let mut report = Report {
        changed: super::refresh::refresh(dataset, around.progress) || resumed,
        ..Report::default()
    };
    tracks::add_tracks(dataset, histories, &mut report);
    tracks::follow(dataset, &mut report);
    let systems: HashMap<RootId, Coordinates> = (dataset.roots.iter())
        .map(|root| (root.id, root.options.coordinates))
        .collect();
    let owed = copies::is_owed(dataset);
    let wanted = if paths.is_empty() {
        remembered(dataset, histories.is_empty())?
    } else {
        given(dataset, paths, changes, &mut report)
    };
    let at: HashMap<RootId, usize> = (dataset.roots.iter().map(|root| root.id))
        .zip(0..)
        .collect();
    // New folders are appended behind these, so that each root finds its own by binary search.
    let sorted = dataset.folders.len();
    let mut threads = Threads::default();
    let mut added = Vec::new();
    for (id, wanted) in wanted {
        let Some(at) = at.get(&id).copied() else {
            continue;
        };
        if paths.is_empty()
            && let Some(root) = dataset.roots.get_mut(at)
        {
            apply(root, changes, false, &mut report);
        }
        let Some(root) = ready(dataset, at, sorted, systems.get(&id), &mut report) else {
            continue;
        };
        added.extend(threads.work(&root.path, around.jobs, || {
            scan_wanted(dataset, sorted, &root, wanted, &mut report, around)
        })?);
    }
    if let Some(signal) = around.interrupt.signal() {
        return Err(read::end(signal, dataset, &report, around));
    }
    if report.changed {
        dataset.tidy();
    }
    moves::follow(dataset, &added, resumed, &mut report);
    if report.changed || owed {
        report.changed |= copies::fingerprint(dataset, around.progress, around.interrupt);
        if let Some(signal) = around.interrupt.signal() {
            return Err(read::end(signal, dataset, &report, around));
        }
    }
    dataset.unfinished = false;
    report.failures.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(report)
}

/// The root at that index, ready to be scanned; `None` when nothing can be said about its
/// files. `before` is the system of its positions at the last index.
fn ready(
    dataset: &mut Dataset,
    at: usize,
    sorted: usize,
    before: Option<&Coordinates>,
    report: &mut Report,
) -> Option<Root> {
    let id = dataset.roots.get(at)?.id;
    let known = scan::known_folders(dataset, sorted, id, &Scope::Folder(Path::new("")));
    let (root, folders) = (dataset.roots.get_mut(at)).zip(dataset.folders.get_mut(known))?;
    match offline(root, folders) {
        State::There => {}
        State::NoMount => {
            root.mount = false;
            report.changed = true;
        }
        State::Offline(why) => {
            report.offline.push((root.path.clone(), why));
            return None;
        }
    }
    if before.is_some_and(|before| *before != root.options.coordinates) {
        // The positions that were read mean other places now.
        for file in folders.iter_mut().flat_map(|folder| &mut folder.files) {
            file.reread = true;
        }
    }
    // Where the system does not say, what is remembered stays.
    if let Ok(mount) = is_mount_point(&root.path) {
        report.changed |= std::mem::replace(&mut root.mount, mount) != mount;
    }
    Some(root.clone())
}

/// Scans what is wanted of a root, nothing twice; returns what was not known before.
fn scan_wanted(
    dataset: &mut Dataset,
    sorted: usize,
    root: &Root,
    wanted: Wanted,
    report: &mut Report,
    around: &mut IndexServices<'_>,
) -> Result<Vec<Added>, IndexError> {
    let folders = outermost(wanted.folders);
    let mut files = wanted.files;
    let walked: HashSet<&Path> = folders.iter().map(PathBuf::as_path).collect();
    files.retain(|dir, _| !dir.ancestors().any(|folder| walked.contains(folder)));
    for names in files.values_mut() {
        names.sort_unstable();
        names.dedup();
    }
    let folders = folders.iter().map(|folder| Scope::Folder(folder));
    let files = files.iter().map(|(dir, names)| Scope::Files(dir, names));
    let mut added = Vec::new();
    for scope in folders.chain(files) {
        let found = scan::scan(dataset, sorted, root, &scope, report, around)?;
        added.extend(found);
    }
    Ok(added)
}

/// All that is remembered. Where that is nothing, something has to be given.
fn remembered(
    dataset: &Dataset,
    is_nothing_given: bool,
) -> Result<BTreeMap<RootId, Wanted>, IndexError> {
    let wanted: BTreeMap<RootId, Wanted> = (dataset.scanned_roots())
        .map(|root| {
            (
                root.id,
                Wanted {
                    folders: vec![PathBuf::new()],
                    files: BTreeMap::new(),
                },
            )
        })
        .collect();
    if wanted.is_empty() && dataset.tracks.is_empty() && is_nothing_given {
        return Err(IndexError::NoPath);
    }
    Ok(wanted)
}

/// Turns paths into roots and parts of roots. New roots are remembered.
fn given(
    dataset: &mut Dataset,
    paths: &[PathBuf],
    changes: &OptionChanges,
    report: &mut Report,
) -> BTreeMap<RootId, Wanted> {
    let mut wanted: BTreeMap<RootId, Wanted> = BTreeMap::new();
    let mut applied = HashSet::new();
    let known: HashSet<RootId> = dataset.roots.iter().map(|root| root.id).collect();
    let mut roots = Roots::new(dataset, report);
    for given in paths {
        // The same folder under another name is the same root.
        let found = disk::canonical(given).and_then(|path| {
            let is_folder = path.metadata()?.is_dir();
            Ok((path, is_folder))
        });
        let (path, is_folder) = match found {
            Ok(found) => found,
            Err(error) if is_gone(&error) => {
                roots.report.not_there.push(given.clone());
                continue;
            }
            Err(error) => {
                roots.report.refused.push(Failure {
                    path: given.clone(),
                    reason: error.to_string(),
                });
                continue;
            }
        };
        let id = if is_folder {
            let (id, below) = roots.of_folder(&path);
            wanted.entry(id).or_default().folders.push(below);
            id
        } else {
            let (id, dir) = roots.of_file(&path);
            let files = wanted.entry(id).or_default().files.entry(dir).or_default();
            files.extend(path.file_name().map(OsString::from));
            id
        };
        if applied.insert(id)
            && let Some(root) = roots.by_id.get(&id)
            && let Some(root) = roots.dataset.roots.get_mut(*root)
        {
            apply(root, changes, !known.contains(&id), roots.report);
        }
    }
    roots.settle();
    wanted
}

/// Options of a new root are no change.
fn apply(root: &mut Root, changes: &OptionChanges, is_new: bool, report: &mut Report) {
    let lines = changes.apply(&mut root.options);
    report.changed |= !lines.is_empty();
    if !is_new {
        let path = crate::text::Escaped::path(&root.path).to_string();
        report
            .option_changes
            .extend(lines.into_iter().map(|line| format!("{path}: {line}")));
    }
}

/// The roots while paths are put into them, so that each path costs a look and no more.
struct Roots<'a> {
    dataset: &'a mut Dataset,
    report: &'a mut Report,
    /// Indices by path: what lies in a folder follows it. Records that came in as JSON
    /// are in none.
    by_path: BTreeMap<PathBuf, usize>,
    by_id: HashMap<RootId, usize>,
    next_id: RootId,
    /// The first folder of each root.
    folders: HashMap<RootId, Range<usize>>,
    /// Roots that are part of another now.
    adopted: HashMap<RootId, Adopted>,
}

/// What became of a root that is part of another now.
struct Adopted {
    by: RootId,
    /// Where in it.
    below: PathBuf,
    /// Whether its files may lie on another file system.
    away: bool,
}

impl<'a> Roots<'a> {
    fn new(dataset: &'a mut Dataset, report: &'a mut Report) -> Self {
        let mut by_path = BTreeMap::new();
        for (i, root) in (0..).zip(&dataset.roots) {
            if root.kind != RootKind::Given {
                by_path.entry(root.path.clone()).or_insert(i);
            }
        }
        let by_id = (dataset.roots.iter().map(|root| root.id))
            .zip(0..)
            .collect();
        let last = dataset.roots.iter().map(|root| root.id).max();
        let mut folders = HashMap::new();
        let mut start = 0;
        for of_root in dataset.folders.chunk_by(|a, b| a.root == b.root) {
            if let Some(first) = of_root.first() {
                folders.insert(first.root, start..start + of_root.len());
            }
            start += of_root.len();
        }
        Self {
            next_id: RootId::after(last),
            dataset,
            report,
            by_path,
            by_id,
            folders,
            adopted: HashMap::new(),
        }
    }

    fn get(&mut self, id: RootId) -> Option<&mut Root> {
        self.dataset.roots.get_mut(*self.by_id.get(&id)?)
    }

    fn at(&self, path: &Path) -> Option<&Root> {
        self.dataset.roots.get(*self.by_path.get(path)?)
    }

    fn add(&mut self, path: &Path, kind: RootKind) -> RootId {
        let id = self.next_id;
        self.next_id = RootId::after(Some(id));
        self.by_id.insert(id, self.dataset.roots.len());
        self.by_path
            .insert(path.to_owned(), self.dataset.roots.len());
        self.dataset.roots.push(Root::new(id, path, kind));
        self.report.changed = true;
        id
    }

    /// The root that a folder is or lies in, and where in it. A new one is remembered.
    fn of_folder(&mut self, path: &Path) -> (RootId, PathBuf) {
        if let Some(found) = self.containing(path) {
            return found;
        }
        let listed = self.at(path).map(|root| root.id);
        let id = listed.unwrap_or_else(|| self.add(path, RootKind::Folder));
        if let Some(root) = self.get(id).filter(|root| root.kind != RootKind::Folder) {
            // Until now only some of its files were looked at.
            root.kind = RootKind::Folder;
            self.report.changed = true;
        }
        self.adopt(id, path);
        (id, PathBuf::new())
    }

    /// The root for a file that was named by itself, and the folder that it lies in.
    fn of_file(&mut self, path: &Path) -> (RootId, PathBuf) {
        let folder = path.parent().unwrap_or(Path::new("/"));
        self.containing(folder).unwrap_or_else(|| {
            let listed = self.at(folder).map(|root| root.id);
            let id = listed.unwrap_or_else(|| self.add(folder, RootKind::Listed));
            (id, PathBuf::new())
        })
    }

    /// The walked root that is `path` or lies above it, and the rest of the path.
    fn containing(&self, path: &Path) -> Option<(RootId, PathBuf)> {
        let roots = path.ancestors().filter_map(|folder| self.at(folder));
        let walked = roots.filter(|root| root.kind == RootKind::Folder).last()?;
        let below = path.strip_prefix(&walked.path).ok()?;
        Some((walked.id, below.to_owned()))
    }

    /// A new root takes over the roots below it with their records, so that no file
    /// is read again or known twice.
    fn adopt(&mut self, id: RootId, path: &Path) {
        let mut children = Vec::new();
        for (below, i) in self.by_path.range::<Path, _>((Excluded(path), Unbounded)) {
            let Ok(below) = below.strip_prefix(path) else {
                break;
            };
            children.push((below.to_owned(), *i));
        }
        // Listed in their order, as they always were.
        children.sort_unstable_by_key(|(_, i)| *i);
        for (below, i) in children {
            let Some(root) = self.dataset.roots.get(i) else {
                continue;
            };
            if root.options != RootOptions::default() {
                self.report.option_changes.push(text!(
                    "folder-is-part-of",
                    child = Escaped::path(&root.path).to_string(),
                    path = Escaped::path(path).to_string(),
                ));
            }
            let known = self.folders.get(&root.id).cloned().unwrap_or_default();
            let folders = self.dataset.folders.get(known).unwrap_or_default();
            // Of a disk that is not there nothing must be taken for gone, whoever owns
            // it.
            let away = match offline(root, folders) {
                State::There => root.mount,
                State::NoMount => false,
                State::Offline(_) => true,
            };
            let adopted = Adopted {
                by: id,
                below,
                away,
            };
            self.adopted.insert(root.id, adopted);
            self.by_path.remove(&root.path);
        }
    }

    /// Gives the records of adopted roots to those that they are part of now.
    fn settle(self) {
        let Self {
            dataset, adopted, ..
        } = self;
        if adopted.is_empty() {
            return;
        }
        for folder in &mut dataset.folders {
            while let Some(Adopted { by, below, away }) = adopted.get(&folder.root) {
                folder.root = *by;
                folder.elsewhere |= away;
                folder.dir = if folder.dir.as_os_str().is_empty() {
                    below.clone()
                } else {
                    below.join(&folder.dir)
                };
            }
        }
        dataset.roots.retain(|root| !adopted.contains_key(&root.id));
        dataset.tidy();
    }
}

/// Folders without those that lie in another of them.
fn outermost(mut folders: Vec<PathBuf>) -> Vec<PathBuf> {
    folders.sort();
    folders.dedup_by(|inner, outer| inner.starts_with(&*outer));
    folders
}

/// How a root is at present.
enum State {
    /// It can be looked at.
    There,
    /// It can be looked at, and is not the mount point that it was taken for: an error
    /// was misread once, or the library was moved from its disk to the same place.
    NoMount,
    /// Nothing can be said about its files, for this reason. An unplugged disk must not
    /// empty a dataset.
    Offline(String),
}

/// How a root is of which these folders are known.
fn offline(root: &Root, folders: &[Folder]) -> State {
    let unknown = |error: &io::Error| {
        let why = error.to_string();
        State::Offline(text!("offline-no-access", why = retold(&why)))
    };
    let not_there = || State::Offline(text!("path-not-found"));
    let mut entries = match fs::read_dir(&root.path) {
        Ok(entries) => Some(entries),
        Err(error) if is_gone(&error) => return not_there(),
        Err(error) => match root.path.metadata() {
            // Why it cannot be listed, the walk will say.
            Ok(metadata) if metadata.is_dir() => None,
            Ok(_) => return unknown(&error),
            Err(error) if is_gone(&error) => return not_there(),
            Err(error) => return unknown(&error),
        },
    };
    if root.mount {
        match is_mount_point(&root.path) {
            Ok(true) => {}
            Ok(false) if marks::are_there(&root.path, folders.iter()) => return State::NoMount,
            Ok(false) => return State::Offline(text!("offline-not-mounted")),
            Err(error) => return unknown(&error),
        }
    }
    let is_empty = entries.as_mut().is_some_and(|it| it.next().is_none());
    let known = || {
        (folders.iter().flat_map(|folder| &folder.files))
            .any(|file| !file.missing && file.content != Content::Other)
    };
    if is_empty && known() {
        State::Offline(text!("offline-empty"))
    } else {
        State::There
    }
}

#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "files of the test's own")]
mod tests {
    use std::time::{Duration, SystemTime};

    use super::*;
    use crate::interrupt::Interrupt;

    #[test]
    fn a_long_reading_offers_checkpoints_that_could_be_saved() {
        let folder = tempfile::tempdir().unwrap();
        for name in ["a.jpg", "b.jpg"] {
            std::io::Write::write_all(
                &mut fs::File::create_new(folder.path().join(name)).unwrap(),
                b"no media",
            )
            .unwrap();
        }
        let mut offered = Vec::new();
        let mut checkpoint = |dataset: &Dataset| {
            offered.push(dataset.files().count());
            Ok(())
        };
        let progress = crate::progress::Silent;
        let mut around = IndexServices {
            progress: &progress,
            jobs: Some(1),
            download: false,
            interrupt: &Interrupt::default(),
            checkpoint: &mut checkpoint,
            clock: &SystemTime::now,
            checkpoint_every: Duration::ZERO,
        };
        let mut dataset = Dataset::empty();
        index(
            &mut dataset,
            &[folder.path().to_owned()],
            &[],
            &OptionChanges::default(),
            &mut around,
        )
        .unwrap();
        assert_eq!(offered, [2]);
    }

    #[test]
    fn a_folder_within_another_is_scanned_once() {
        let paths = ["b/c", "a", "b", "a", "bc"].map(PathBuf::from).to_vec();
        assert_eq!(outermost(paths), ["a", "b", "bc"].map(PathBuf::from));
        assert_eq!(
            outermost(vec!["x".into(), PathBuf::new()]),
            [PathBuf::new()]
        );
    }

    #[test]
    fn what_is_given_replaces_what_was_remembered_and_says_so() {
        let mut options = RootOptions {
            exclude: vec!["*.png".into()],
            ..RootOptions::default()
        };
        let changes = OptionChanges {
            exclude: Some(vec!["a".into(), "b".into()]),
            hidden: Some(false),
            ..OptionChanges::default()
        };
        assert_eq!(
            changes.apply(&mut options),
            ["--exclude is now a, b (was *.png)"]
        );
        assert_eq!(options.exclude, ["a", "b"]);
    }
}
