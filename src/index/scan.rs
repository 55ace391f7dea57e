//! One root: what is there, compared with what is known.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::sync::{Arc, Mutex, PoisonError};

use super::exclusions::Exclusions;
use super::moves::Added;
use super::read::{self, read_all};
use super::stat::{device_of, stat_of};
use super::walk::{Piece, Seen, Unreadable, Walker};
use super::{Failure, Report, Surroundings};
use crate::dataset::{Content, Dataset, FileRecord, Name, Root, RootKind};
use crate::error::Fatal;
use crate::interrupt::Interrupt;
use crate::output::Progress;

/// Which part of a root is looked at. Paths are relative to the root.
pub(super) enum Scope<'a> {
    /// A folder and all below it; the empty path is the root.
    Folder(&'a Path),
    /// Some files directly in a folder.
    Files(&'a Path, &'a [OsString]),
}

impl Scope<'_> {
    fn covers_folder(&self, dir: &Path) -> bool {
        match self {
            Self::Folder(folder) => dir.starts_with(folder),
            Self::Files(folder, _) => dir == *folder,
        }
    }

    fn covers(&self, name: &OsStr) -> bool {
        match self {
            Self::Folder(_) => true,
            Self::Files(_, names) => names.iter().any(|n| n == name),
        }
    }
}

/// The files of a folder that are to be read.
#[derive(Debug)]
pub(super) struct ToRead {
    /// Relative to the root.
    pub(super) dir: Arc<Path>,
    /// The index of the folder, where the dataset has it.
    pub(super) folder: Option<usize>,
    pub(super) elsewhere: bool,
    /// Sorted by name.
    pub(super) files: Vec<Found>,
}

/// A file that is new, or does not look as it did.
#[derive(Debug)]
pub(super) struct Found {
    pub(super) seen: Seen,
    /// Its index in the folder, where the dataset has it.
    pub(super) known: Option<usize>,
}

/// What the files of a root look like in the dataset, and which were found.
struct Known<'a> {
    dataset: &'a Dataset,
    /// Indices of the folders.
    folders: HashMap<&'a Path, usize>,
    /// Where the files of each folder begin in `seen`.
    starts: Vec<usize>,
    seen: Vec<AtomicBool>,
    progress: &'a Progress,
    compared: Mutex<Compared>,
}

/// What the comparison came to.
#[derive(Default)]
struct Compared {
    unchanged: usize,
    /// Files that look as they did and count for something else than unchanged
    /// media: folder and file.
    others: Vec<(usize, usize)>,
    /// Folders that lie on another file system now, or no more.
    moved: Vec<(usize, bool)>,
    to_read: Vec<ToRead>,
}

impl<'a> Known<'a> {
    fn new(dataset: &'a Dataset, root: u32, progress: &'a Progress) -> Self {
        let mut starts = Vec::with_capacity(dataset.folders.len());
        let mut files = 0;
        for folder in &dataset.folders {
            starts.push(files);
            files += folder.files.len();
        }
        let folders = (0..)
            .zip(&dataset.folders)
            .filter(|(_, folder)| folder.root == root)
            .map(|(i, folder)| (folder.dir.as_path(), i))
            .collect();
        Self {
            dataset,
            folders,
            starts,
            seen: std::iter::repeat_with(AtomicBool::default)
                .take(files)
                .collect(),
            progress,
            compared: Mutex::default(),
        }
    }

    /// Compares some files of a folder with what is known of them.
    fn compare(&self, piece: Piece) {
        let Piece {
            dir,
            files,
            elsewhere,
        } = piece;
        self.progress.found(files.len());
        let folder = self.folders.get(&*dir).copied();
        let known = folder.and_then(|i| self.dataset.folders.get(i));
        let seen = folder.and_then(|i| self.seen.get(*self.starts.get(i)?..));
        let (known_files, seen_files) = (
            known.map_or(&[][..], |folder| &folder.files),
            seen.unwrap_or_default(),
        );
        let mut unchanged = 0;
        let mut others = Vec::new();
        let mut to_read = Vec::new();
        let mut at = 0;
        for seen in files {
            // Both are sorted, and mostly the same.
            let rest = known_files.get(at..).unwrap_or_default();
            if rest
                .first()
                .is_none_or(|known| known.name.as_os_str() != seen.name)
            {
                at += rest.partition_point(|known| known.name.as_os_str() < seen.name.as_os_str());
            }
            let known = known_files
                .get(at)
                .filter(|known| known.name.as_os_str() == seen.name);
            if known.is_some()
                && let Some(flag) = seen_files.get(at)
            {
                flag.store(true, Relaxed);
            }
            match known {
                Some(known) if looks_the_same(known, &seen) => {
                    if matches!(known.content, Content::Media(_)) && !known.missing {
                        unchanged += 1;
                    } else if let Some(folder) = folder {
                        others.push((folder, at));
                    }
                }
                _ => to_read.push(Found {
                    seen,
                    known: known.map(|_| at),
                }),
            }
            at += usize::from(known.is_some());
        }
        let mut all = (self.compared.lock()).unwrap_or_else(PoisonError::into_inner);
        all.unchanged += unchanged;
        all.others.append(&mut others);
        if let (Some(folder), Some(known)) = (folder, known)
            && known.elsewhere != elsewhere
        {
            all.moved.push((folder, elsewhere));
        }
        if !to_read.is_empty() {
            all.to_read.push(ToRead {
                dir,
                folder,
                elsewhere,
                files: to_read,
            });
        }
    }

    /// What was compared, in an order that does not depend on the threads; and for
    /// each folder with files that were not found, their indices.
    fn into_parts(self) -> (Compared, Vec<(usize, Vec<usize>)>) {
        let mut compared = (self.compared.into_inner()).unwrap_or_else(PoisonError::into_inner);
        compared.others.sort_unstable();
        compared.moved.sort_unstable();
        compared.moved.dedup();
        compared.to_read.sort_by(|a, b| a.dir.cmp(&b.dir));
        compared.to_read.dedup_by(|more, first| {
            let same = more.dir == first.dir;
            if same {
                first.files.append(&mut more.files);
                first.elsewhere |= more.elsewhere;
            }
            same
        });
        for folder in &mut compared.to_read {
            folder
                .files
                .sort_unstable_by(|a, b| a.seen.name.cmp(&b.seen.name));
        }
        let mut unseen = Vec::new();
        let mut folders: Vec<usize> = self.folders.into_values().collect();
        folders.sort_unstable();
        for folder in folders {
            let (Some(start), Some(known)) =
                (self.starts.get(folder), self.dataset.folders.get(folder))
            else {
                continue;
            };
            let flags = self.seen.get(*start..*start + known.files.len());
            let flags = flags.unwrap_or_default().iter().enumerate();
            let files: Vec<usize> = flags
                .filter(|(_, seen)| !seen.load(Relaxed))
                .map(|(i, _)| i)
                .collect();
            if !files.is_empty() {
                unseen.push((folder, files));
            }
        }
        (compared, unseen)
    }
}

fn looks_the_same(known: &FileRecord, seen: &Seen) -> bool {
    known.stat == seen.stat && !known.racy && known.sidecars == seen.sidecars
}

/// Scans one root, or a part of it; returns what was not known before.
pub(super) fn scan(
    dataset: &mut Dataset,
    root: &Root,
    scope: &Scope<'_>,
    report: &mut Report,
    around: &mut Surroundings<'_>,
) -> Result<Vec<Added>, Fatal> {
    let exclusions = Exclusions::new(&root.options).map_err(Fatal::usage)?;
    let known = Known::new(dataset, root.id, around.progress);
    around.progress.walking(&root.path, known.seen.len());
    let unreadable = look(&known, root, scope, &exclusions, report, around.interrupt);
    if let Some(signal) = around.interrupt.signal() {
        return Err(read::end(signal, dataset, report, around));
    }
    let (compared, unseen) = known.into_parts();
    report.unchanged += compared.unchanged;
    for (folder, file) in compared.others {
        let Some(folder) = dataset.folders.get_mut(folder) else {
            continue;
        };
        if let Some(file) = folder.files.get_mut(file) {
            keep(file, || root.path.join(&folder.dir), report);
        }
    }
    for (folder, elsewhere) in compared.moved {
        if let Some(folder) = dataset.folders.get_mut(folder) {
            folder.elsewhere = elsewhere;
            report.changed = true;
        }
    }
    let gone = Gone {
        root,
        scope,
        exclusions: &exclusions,
        unreadable: unreadable.iter().map(|(path, _)| path.as_path()).collect(),
        device: device_of(&root.path),
    };
    let left_out = report.left_out;
    gone.mark(dataset, &unseen, report);
    let added = read_all(dataset, root, &compared.to_read, report, around)?;
    for (path, reason) in unreadable {
        report.unreadable_folders.push(Failure {
            path: join(&root.path, &path),
            reason,
        });
    }
    if report.left_out > left_out {
        dataset.drop_nameless();
    }
    Ok(added)
}

/// Walks, or looks at the files that were named.
fn look(
    known: &Known<'_>,
    root: &Root,
    scope: &Scope<'_>,
    exclusions: &Exclusions,
    report: &mut Report,
    interrupt: &Interrupt,
) -> Vec<Unreadable> {
    let take = |piece| known.compare(piece);
    let follow_links = root.options.follow_links;
    let walker = Walker::new(&root.path, exclusions, follow_links, &take).until(interrupt);
    if root.kind != RootKind::Folder {
        return match scope {
            Scope::Folder(_) => walker.look_at(Path::new(""), &known_names(known.dataset, root.id)),
            Scope::Files(dir, names) => walker.look_at(dir, names),
        };
    }
    let (Scope::Folder(dir) | Scope::Files(dir, _)) = *scope;
    if let Some((folder, reason)) = exclusions.of_folder(&root.path, dir) {
        (report.passed_over).push((join(&root.path, &folder), reason));
        return Vec::new();
    }
    match scope {
        Scope::Folder(_) => walker.walk(dir),
        Scope::Files(_, names) => {
            let mut wanted = Vec::new();
            for name in *names {
                match exclusions.of_file(dir, name) {
                    Some(reason) => {
                        let path = root.path.join(dir).join(name);
                        report.passed_over.push((path, reason));
                    }
                    None => wanted.push(name.clone()),
                }
            }
            walker.look_at(dir, &wanted)
        }
    }
}

/// Joining an empty path would end in a separator.
fn join(root: &Path, below: &Path) -> PathBuf {
    if below.as_os_str().is_empty() {
        root.to_owned()
    } else {
        root.join(below)
    }
}

/// The files that a listed root is made of.
fn known_names(dataset: &Dataset, root: u32) -> Vec<OsString> {
    let folders = dataset.folders.iter().filter(|folder| folder.root == root);
    folders
        .flat_map(|folder| folder.files.iter().map(|file| (&file.name).into()))
        .collect()
}

/// Lets a root follow its folder to another place. Files that are there with the
/// size and modification time that are known are as they were; only their change
/// time is another. Returns how many they are.
pub fn move_root(dataset: &mut Dataset, id: u32, new: &Path) -> usize {
    if let Some(root) = dataset.roots.iter_mut().find(|root| root.id == id) {
        new.clone_into(&mut root.path);
        root.mount = false;
    }
    let mut found = 0;
    for folder in dataset
        .folders
        .iter_mut()
        .filter(|folder| folder.root == id)
    {
        for file in &mut folder.files {
            let Ok(metadata) = new.join(&folder.dir).join(&file.name).metadata() else {
                continue;
            };
            let stat = stat_of(&metadata);
            if (stat.size, stat.mtime) == (file.stat.size, file.stat.mtime) {
                file.stat = stat;
                file.missing = false;
                found += usize::from(file.content != Content::Other);
            }
        }
    }
    found
}

/// A known file that looks as it did.
fn keep(known: &mut FileRecord, folder: impl FnOnce() -> PathBuf, report: &mut Report) {
    let came_back = std::mem::take(&mut known.missing);
    report.changed |= came_back;
    match &known.content {
        Content::Failed(reason) => report.failures.push(Failure {
            path: folder().join(&known.name),
            reason: reason.to_string(),
        }),
        Content::Media(_) if came_back => report.updated += 1,
        Content::Media(_) => report.unchanged += 1,
        Content::Other | Content::Given => {}
    }
}

/// What becomes of files that are known and were not found.
struct Gone<'a> {
    root: &'a Root,
    scope: &'a Scope<'a>,
    exclusions: &'a Exclusions,
    /// Nothing is known of what is there and below.
    unreadable: BTreeSet<&'a Path>,
    /// The file system of the root.
    device: Option<u64>,
}

impl Gone<'_> {
    /// Marks as missing what is gone, and drops what is left out on purpose now.
    /// Of what lies in an unreadable folder, or on a disk that is not there,
    /// nothing is known.
    fn mark(&self, dataset: &mut Dataset, unseen: &[(usize, Vec<usize>)], report: &mut Report) {
        let mut offline = BTreeMap::new();
        for (index, files) in unseen {
            let Some(folder) = dataset.folders.get_mut(*index) else {
                continue;
            };
            let unreadable = |path: &Path| self.unreadable.contains(path);
            if !self.scope.covers_folder(&folder.dir) || folder.dir.ancestors().any(unreadable) {
                continue;
            }
            let walked = self.root.kind == RootKind::Folder;
            let left_out =
                walked && (self.exclusions.of_folder(&self.root.path, &folder.dir)).is_some();
            if !left_out
                && folder.elsewhere
                && let Some(at) = self.not_mounted(&folder.dir)
            {
                offline.insert(at, "nothing is mounted there");
                continue;
            }
            for file in files {
                let Some(file) = folder.files.get_mut(*file) else {
                    continue;
                };
                let refused =
                    || !self.unreadable.is_empty() && unreadable(&folder.dir.join(&file.name));
                if !self.scope.covers(&file.name) || refused() {
                    continue;
                }
                if left_out
                    || walked && (self.exclusions.of_file(&folder.dir, &file.name)).is_some()
                {
                    leave_out(file, report);
                } else if !std::mem::replace(&mut file.missing, true) {
                    report.changed = true;
                    report.lost += 1;
                }
            }
        }
        for (dir, why) in offline {
            report.offline.push((join(&self.root.path, &dir), why));
        }
    }

    /// Where the other file system is not mounted that a folder lay on: the last
    /// folder on the way there that is there still, or the first that is not.
    fn not_mounted(&self, dir: &Path) -> Option<PathBuf> {
        let there = dir
            .ancestors()
            .find_map(|folder| Some((folder, device_of(&self.root.path.join(folder))?)));
        match there {
            Some((_, device)) if Some(device) != self.device => None,
            Some((folder, _)) if !folder.as_os_str().is_empty() => Some(folder.to_owned()),
            _ => Some(dir.iter().take(1).collect()),
        }
    }
}

/// Drops the record of a file that is left out on purpose now, but for what the
/// user said of it.
fn leave_out(file: &mut FileRecord, report: &mut Report) {
    if file.correction.is_none() {
        // A file without a name is on its way out.
        file.name = Name::default();
    } else if file.content == Content::Other {
        return;
    } else {
        file.set_aside();
    }
    report.left_out += 1;
    report.changed = true;
}
