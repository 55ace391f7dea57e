//! Which folders are scanned: the given ones, or the remembered ones.

use std::collections::{BTreeMap, HashMap};
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};

use chrono_tz::Tz;

use super::copies;
use super::jobs;
use super::moves;
use super::read;
use super::scan::{self, Scope};
use super::stat::device_of;
use super::{Report, Surroundings};
use crate::capture::gcj02::Coordinates;
use crate::dataset::{Content, Dataset, Root, RootKind, RootOptions};
use crate::error::Fatal;

/// The key of a dataset that was saved before an index came to its end.
const UNFINISHED: &str = "unfinished";

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
                changes.push(format!("{name} is now {} (was {})", show(new), show(place)));
                place.clone_from(new);
            }
        }
        let mut changes = Vec::new();
        let patterns = |list: &Vec<String>| {
            if list.is_empty() {
                "nothing".to_owned()
            } else {
                list.join(", ")
            }
        };
        let switch = |on: &bool| if *on { "on" } else { "off" }.to_owned();
        let zone = |zone: &Option<Tz>| zone.map_or("none", |zone| zone.name()).to_owned();
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
/// given, and puts what is found into the dataset.
///
/// # Errors
/// No path is given and no root is remembered; a checkpoint failed. Paths that
/// are not there are in the report, after all others were done.
pub fn index(
    dataset: &mut Dataset,
    paths: &[PathBuf],
    changes: &OptionChanges,
    around: &mut Surroundings<'_>,
) -> Result<Report, Fatal> {
    // The files that an interrupted index has added are known now, and yet nobody has
    // looked whether they were elsewhere before.
    let resumed = (dataset.unknown)
        .insert(UNFINISHED.to_owned(), true.into())
        .is_some();
    let mut report = Report {
        changed: super::refresh::refresh(dataset, around.progress) || resumed,
        ..Report::default()
    };
    let systems: HashMap<u32, Coordinates> = (dataset.roots.iter())
        .map(|root| (root.id, root.options.coordinates))
        .collect();
    let wanted = if paths.is_empty() {
        remembered(dataset)?
    } else {
        given(dataset, paths, changes, &mut report)
    };
    let mut added = Vec::new();
    for (id, wanted) in wanted {
        let Some(root) = dataset.roots.iter_mut().find(|root| root.id == id) else {
            continue;
        };
        if paths.is_empty() {
            apply(root, changes, false, &mut report);
        }
        if let Some(why) = offline(dataset, id) {
            let path = dataset
                .root(id)
                .map(|root| root.path.clone())
                .unwrap_or_default();
            report.offline.push((path, why));
            continue;
        }
        let Some(root) = dataset.roots.iter_mut().find(|root| root.id == id) else {
            continue;
        };
        let system = root.options.coordinates;
        if systems.get(&id).is_some_and(|before| *before != system) {
            // The positions that were read mean other places now.
            let folders = (dataset.folders.iter_mut()).filter(|folder| folder.root == id);
            for file in folders.flat_map(|folder| &mut folder.files) {
                file.racy = true;
            }
        }
        let mount = is_mount_point(&root.path);
        report.changed |= std::mem::replace(&mut root.mount, mount) != mount;
        let root = root.clone();
        let folders = outermost(wanted.folders);
        let mut files = wanted.files;
        files.retain(|dir, _| !folders.iter().any(|folder| dir.starts_with(folder)));
        let folders = folders.iter().map(|folder| Scope::Folder(folder));
        let files = files.iter().map(|(dir, names)| Scope::Files(dir, names));
        let threads = around.jobs.unwrap_or_else(|| jobs::threads(&root.path));
        added.extend(on_threads(threads, || {
            let mut added = Vec::new();
            for scope in folders.chain(files) {
                added.extend(scan::scan(dataset, &root, &scope, &mut report, around)?);
            }
            Ok::<_, Fatal>(added)
        })?);
    }
    if let Some(signal) = around.interrupt.signal() {
        return Err(read::end(signal, dataset, &report, around));
    }
    moves::follow(dataset, &added, resumed, &mut report);
    dataset.unknown.remove(UNFINISHED);
    if report.changed {
        copies::fingerprint(dataset, around.progress);
    }
    report.failures.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(report)
}

/// Carries something out with so many threads, where they can be had.
fn on_threads<T: Send>(threads: usize, work: impl FnOnce() -> T + Send) -> T {
    match crate::threads::pool(threads) {
        Some(pool) => pool.install(work),
        None => work(),
    }
}

fn remembered(dataset: &Dataset) -> Result<BTreeMap<u32, Wanted>, Fatal> {
    let roots = dataset
        .roots
        .iter()
        .filter(|root| root.kind != RootKind::Given);
    let wanted: BTreeMap<u32, Wanted> = roots
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
    if wanted.is_empty() {
        return Err(Fatal::Usage {
            message: "no folder is given, and the dataset remembers none".into(),
            hint: Some("name one: `imm-cluster index ~/Pictures`".into()),
        });
    }
    Ok(wanted)
}

/// Turns paths into roots and parts of roots. New roots are remembered.
fn given(
    dataset: &mut Dataset,
    paths: &[PathBuf],
    changes: &OptionChanges,
    report: &mut Report,
) -> BTreeMap<u32, Wanted> {
    let mut wanted: BTreeMap<u32, Wanted> = BTreeMap::new();
    let mut applied = Vec::new();
    let known: Vec<u32> = dataset.roots.iter().map(|root| root.id).collect();
    for given in paths {
        // The same folder under another name is the same root.
        let Ok(path) = fs::canonicalize(given) else {
            report.not_there.push(given.clone());
            continue;
        };
        let id = if path.is_dir() {
            let (id, below) = folder_root(dataset, &path, report);
            wanted.entry(id).or_default().folders.push(below);
            id
        } else {
            let (id, dir) = file_root(dataset, &path, report);
            let files = wanted.entry(id).or_default().files.entry(dir).or_default();
            files.extend(path.file_name().map(OsString::from));
            id
        };
        if !applied.contains(&id)
            && let Some(root) = dataset.roots.iter_mut().find(|root| root.id == id)
        {
            apply(root, changes, !known.contains(&id), report);
            applied.push(id);
        }
    }
    wanted
}

/// Options of a new root are no change.
fn apply(root: &mut Root, changes: &OptionChanges, is_new: bool, report: &mut Report) {
    let lines = changes.apply(&mut root.options);
    report.changed |= !lines.is_empty();
    if !is_new {
        let path = crate::output::Escaped::path(&root.path).to_string();
        report
            .option_changes
            .extend(lines.into_iter().map(|line| format!("{path}: {line}")));
    }
}

/// The root that a folder is or lies in, and where in it.
fn folder_root(dataset: &mut Dataset, path: &Path, report: &mut Report) -> (u32, PathBuf) {
    if let Some((id, below)) = containing(dataset, path) {
        return (id, below);
    }
    report.changed = true;
    if let Some(root) = dataset.roots.iter_mut().find(|root| root.path == path) {
        // Until now only some of its files were looked at.
        root.kind = RootKind::Folder;
        let id = root.id;
        adopt(dataset, id, path, report);
        return (id, PathBuf::new());
    }
    let id = dataset.add_root(path, RootKind::Folder);
    adopt(dataset, id, path, report);
    (id, PathBuf::new())
}

/// The root for a file that was named by itself, and the folder that it lies in.
fn file_root(dataset: &mut Dataset, path: &Path, report: &mut Report) -> (u32, PathBuf) {
    let folder = path.parent().unwrap_or(Path::new("/"));
    containing(dataset, folder).unwrap_or_else(|| {
        let listed = dataset
            .roots
            .iter()
            .find(|root| root.path == folder)
            .map(|root| root.id);
        let id = listed.unwrap_or_else(|| {
            report.changed = true;
            dataset.add_root(folder, RootKind::Listed)
        });
        (id, PathBuf::new())
    })
}

/// The walked root that is `path` or lies above it, and the rest of the path.
fn containing(dataset: &Dataset, path: &Path) -> Option<(u32, PathBuf)> {
    let mut roots = dataset
        .roots
        .iter()
        .filter(|root| root.kind == RootKind::Folder);
    roots.find_map(|root| Some((root.id, path.strip_prefix(&root.path).ok()?.to_owned())))
}

/// A new root takes over the roots below it with their records, so that no file
/// is read again or known twice.
fn adopt(dataset: &mut Dataset, id: u32, path: &Path, report: &mut Report) {
    let is_child =
        |root: &Root| root.id != id && root.kind != RootKind::Given && root.path.starts_with(path);
    // Of a disk that is not there nothing must be taken for gone, whoever owns it.
    let away = |root: &Root| root.mount || offline(dataset, root.id).is_some();
    let children: Vec<(u32, PathBuf, bool)> = dataset
        .roots
        .iter()
        .filter(|root| is_child(root))
        .filter_map(|root| {
            let below = root.path.strip_prefix(path).ok()?;
            Some((root.id, below.to_owned(), away(root)))
        })
        .collect();
    for child in dataset
        .roots
        .iter()
        .filter(|root| is_child(root) && root.options != RootOptions::default())
    {
        let (child, path) = (
            crate::output::Escaped::path(&child.path),
            crate::output::Escaped::path(path),
        );
        report.option_changes.push(format!(
            "{child}: is part of {path} now, and its options count no more"
        ));
    }
    for folder in &mut dataset.folders {
        if let Some((_, below, away)) = children.iter().find(|(child, ..)| *child == folder.root) {
            folder.root = id;
            folder.elsewhere |= away;
            folder.dir = if folder.dir.as_os_str().is_empty() {
                below.clone()
            } else {
                below.join(&folder.dir)
            };
        }
    }
    dataset
        .roots
        .retain(|root| !children.iter().any(|(child, ..)| *child == root.id));
    dataset.tidy();
}

/// Folders without those that lie in another of them.
fn outermost(mut folders: Vec<PathBuf>) -> Vec<PathBuf> {
    folders.sort();
    folders.dedup_by(|inner, outer| inner.starts_with(&*outer));
    folders
}

/// Why nothing can be said about the files of a root at present. An unplugged
/// disk must not empty a dataset.
fn offline(dataset: &Dataset, id: u32) -> Option<&'static str> {
    let root = dataset.root(id)?;
    let Ok(mut entries) = fs::read_dir(&root.path) else {
        return (!root.path.is_dir()).then_some("it is not there");
    };
    if root.mount && !is_mount_point(&root.path) {
        return Some("nothing is mounted there");
    }
    let known = || {
        let folders = dataset.folders.iter().filter(|folder| folder.root == id);
        folders
            .flat_map(|folder| &folder.files)
            .any(|file| !file.missing && file.content != Content::Other)
    };
    (entries.next().is_none() && known()).then_some("it is empty")
}

fn is_mount_point(path: &Path) -> bool {
    path.parent()
        .is_some_and(|parent| device_of(path) != device_of(parent))
}

#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "files of the test's own")]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::interrupt::Interrupt;
    use crate::output::Progress;

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
        let progress = Progress::new(false);
        let mut around = Surroundings {
            progress: &progress,
            jobs: Some(1),
            interrupt: &Interrupt::default(),
            checkpoint: &mut checkpoint,
            checkpoint_every: Duration::ZERO,
        };
        let mut dataset = Dataset::empty();
        index(
            &mut dataset,
            &[folder.path().to_owned()],
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
