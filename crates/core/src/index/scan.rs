//! One root: what is there, compared with what is known.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::ffi::{OsStr, OsString};
use std::io;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::sync::{Mutex, PoisonError};

use imm_cluster_messages::{retold, text};

use super::error::IndexError;
use super::exclusions::Exclusions;
use super::found::{FoundFile, ToRead};
use super::marks;
use super::moves::Added;
use super::read::{self, read_all};
use super::report::{Failure, IndexServices, Report};
use super::stat::{device_of, is_gone, stat_of};
use super::walk::{FolderPiece, Seen, UnreadablePath, Walker};
use crate::dataset::{Content, Dataset, FileRecord, Folder, Root, RootId, RootKind, Sidecar};
use crate::interrupt::Interrupt;
use crate::progress::Progress;

/// Which part of a root is looked at. Paths are relative to the root.
pub(super) enum Scope<'a> {
    /// A folder and all below it; the empty path is the root.
    Folder(&'a Path),
    /// Some files directly in a folder, sorted.
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
            Self::Files(_, names) => names.binary_search_by(|n| (**n).cmp(name)).is_ok(),
        }
    }
}

/// What the files of a root, or of a part of it, look like in the dataset, and which were
/// found.
struct Known<'a> {
    dataset: &'a Dataset,
    /// The index of each folder, and where its files begin in `seen`.
    folders: HashMap<&'a Path, (usize, usize)>,
    seen: Vec<AtomicBool>,
    progress: &'a dyn Progress,
    /// Whether files are read whose content is in a cloud.
    download: bool,
    compared: Mutex<Compared>,
}

/// What the comparison came to.
#[derive(Default)]
struct Compared {
    unchanged: usize,
    /// Files of which nothing is known, as their content is in a cloud.
    in_cloud: usize,
    /// Files that look as they did and count for something else than unchanged
    /// media: folder and file.
    others: Vec<(usize, usize)>,
    /// Folders that lie on another file system now, or no more.
    moved: Vec<(usize, bool)>,
    to_read: Vec<ToRead>,
}

impl<'a> Known<'a> {
    fn new(dataset: &'a Dataset, known: Range<usize>, around: &'a IndexServices<'_>) -> Self {
        let mut files = 0;
        let mut folders = HashMap::with_capacity(known.len());
        for (i, folder) in known
            .clone()
            .zip(dataset.folders.get(known).unwrap_or_default())
        {
            folders.insert(folder.dir.as_path(), (i, files));
            files += folder.files.len();
        }
        Self {
            dataset,
            folders,
            seen: std::iter::repeat_with(AtomicBool::default)
                .take(files)
                .collect(),
            progress: around.progress,
            download: around.download,
            compared: Mutex::default(),
        }
    }

    /// Compares some files of a folder with what is known of them.
    fn compare(&self, piece: FolderPiece) {
        let FolderPiece {
            dir,
            files,
            elsewhere,
        } = piece;
        self.progress.found(files.len());
        let (folder, start) = self.folders.get(&*dir).copied().unzip();
        let known = folder.and_then(|i| self.dataset.folders.get(i));
        let seen = start.and_then(|start| self.seen.get(start..));
        let (known_files, seen_files) = (
            known.map_or(&[][..], |folder| &folder.files),
            seen.unwrap_or_default(),
        );
        let (mut unchanged, mut in_cloud) = (0, 0);
        let mut others = Vec::new();
        let mut to_read = Vec::new();
        let mut at = 0;
        for seen in files {
            // Both are sorted, and mostly equal: go through them together.
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
            let stays_away = seen.in_cloud && !self.download;
            match known {
                Some(known) if stays_away || looks_the_same(known, &seen) => {
                    if matches!(known.content, Content::Media(_)) && !known.missing {
                        unchanged += 1;
                    } else if let Some(folder) = folder {
                        others.push((folder, at));
                    }
                }
                None if stays_away => in_cloud += 1,
                _ => to_read.push(FoundFile {
                    seen,
                    known: known.map(|_| at),
                }),
            }
            at += usize::from(known.is_some());
        }
        let mut all = (self.compared.lock()).unwrap_or_else(PoisonError::into_inner);
        all.unchanged += unchanged;
        all.in_cloud += in_cloud;
        all.others.append(&mut others);
        if let (Some(folder), Some(known), Some(elsewhere)) = (folder, known, elsewhere)
            && known.elsewhere != elsewhere
        {
            all.moved.push((folder, elsewhere));
        }
        if !to_read.is_empty() {
            all.to_read.push(ToRead {
                dir,
                folder,
                elsewhere: elsewhere == Some(true),
                files: to_read,
            });
        }
    }

    /// The names of all of them: what a listed root is made of.
    fn names(&self) -> Vec<OsString> {
        let folders = self.folders.values();
        folders
            .filter_map(|(folder, _)| self.dataset.folders.get(*folder))
            .flat_map(|folder| folder.files.iter().map(|file| (&file.name).into()))
            .collect()
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
        let mut folders: Vec<(usize, usize)> = self.folders.into_values().collect();
        folders.sort_unstable();
        for (folder, start) in folders {
            let Some(known) = self.dataset.folders.get(folder) else {
                continue;
            };
            let flags = self.seen.get(start..start + known.files.len());
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
    known.stat == seen.stat
        && !known.reread
        && known.sidecars == seen.sidecars
        && !seen.sidecars.iter().any(Sidecar::is_unread)
}

/// The folders of a root that are known, as far as they are in what is looked at: their
/// indices, where the first `sorted` folders are in their order.
pub(super) fn known_folders(
    dataset: &Dataset,
    sorted: usize,
    root: RootId,
    scope: &Scope<'_>,
) -> Range<usize> {
    let folders = dataset.folders.get(..sorted).unwrap_or_default();
    let (Scope::Folder(dir) | Scope::Files(dir, _)) = *scope;
    let start = folders.partition_point(|it| (it.root, it.dir.as_path()) < (root, dir));
    // What lies in a folder follows it.
    let within = |folder: &Folder| folder.root == root && scope.covers_folder(&folder.dir);
    let count = folders
        .get(start..)
        .unwrap_or_default()
        .partition_point(within);
    start..start + count
}

/// Scans one root, or a part of it; returns what was not known before.
pub(super) fn scan(
    dataset: &mut Dataset,
    sorted: usize,
    root: &Root,
    scope: &Scope<'_>,
    report: &mut Report,
    around: &mut IndexServices<'_>,
) -> Result<Vec<Added>, IndexError> {
    let exclusions = Exclusions::new(&root.options).map_err(IndexError::Pattern)?;
    let known = Known::new(
        dataset,
        known_folders(dataset, sorted, root.id, scope),
        around,
    );
    around.progress.walking(&root.path, known.seen.len());
    let before = device_of(&root.path);
    let mut unreadable = look(&known, root, scope, &exclusions, report, around.interrupt);
    let device = device_of(&root.path);
    if let Some(why) = changed_meanwhile(before, device.as_ref())
        && unreadable
            .iter()
            .all(|(path, _)| !path.as_os_str().is_empty())
    {
        unreadable.push((PathBuf::new(), why));
    }
    if let Some(signal) = around.interrupt.signal() {
        return Err(read::end(signal, dataset, report, around));
    }
    let (compared, unseen) = known.into_parts();
    report.unchanged += compared.unchanged;
    report.in_cloud += compared.in_cloud;
    for (folder, file) in compared.others {
        let Some(folder) = dataset.folders.get_mut(folder) else {
            continue;
        };
        if let Some(file) = folder.files.get_mut(file) {
            keep(file, || root.path.join(&folder.dir), report);
        }
    }
    let mut healed = BTreeSet::new();
    for (index, elsewhere) in compared.moved {
        let Some(folder) = dataset.folders.get_mut(index) else {
            continue;
        };
        // Where a disk was mounted, other files may lie below it.
        if elsewhere || marks::are_there(&root.path, std::iter::once(&*folder)) {
            folder.elsewhere = elsewhere;
            report.changed = true;
            if !elsewhere {
                healed.insert(folder.dir.clone());
            }
        }
    }
    let gone = Gone {
        root,
        scope,
        exclusions: &exclusions,
        unreadable: unreadable.iter().map(|(path, _)| path.as_path()).collect(),
        device,
        healed,
    };
    gone.mark(dataset, &unseen, report);
    let added = read_all(dataset, root, &compared.to_read, report, around)?;
    for (path, reason) in unreadable {
        report.unreadable_folders.push(Failure {
            path: join(&root.path, &path),
            reason,
        });
    }
    Ok(added)
}

/// Why nothing that was not found may be taken for gone: the disk may have been
/// unplugged while it was looked through.
fn changed_meanwhile(before: io::Result<u64>, after: Result<&u64, &io::Error>) -> Option<String> {
    match (before, after) {
        (Ok(before), Ok(after)) if before == *after => None,
        (Ok(_), Ok(_)) => Some(text!("folder-other-mount")),
        (Err(error), _) => Some(error.to_string()),
        (_, Err(error)) => Some(error.to_string()),
    }
}

/// Walks, or looks at the files that were named.
fn look(
    known: &Known<'_>,
    root: &Root,
    scope: &Scope<'_>,
    exclusions: &Exclusions,
    report: &mut Report,
    interrupt: &Interrupt,
) -> Vec<UnreadablePath> {
    let take = |piece| known.compare(piece);
    let follow_links = root.options.follow_links;
    let walker = Walker::new(&root.path, exclusions, follow_links, &take).until(interrupt);
    if root.kind != RootKind::Folder {
        return match scope {
            Scope::Folder(_) => walker.look_at(Path::new(""), &known.names()),
            Scope::Files(dir, names) => walker.look_at(dir, names),
        };
    }
    let (Scope::Folder(dir) | Scope::Files(dir, _)) = *scope;
    match exclusions.of_folder(&root.path, dir) {
        Ok(None) => {}
        Ok(Some((folder, reason))) => {
            (report.passed_over).push((join(&root.path, &folder), reason));
            return Vec::new();
        }
        Err(error) => return vec![(dir.to_owned(), error.to_string())],
    }
    match scope {
        Scope::Folder(_) => walker.walk(dir),
        Scope::Files(_, names) => {
            let mut wanted = Vec::new();
            for name in *names {
                match exclusions.of_file(&root.path, dir, name) {
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

/// Lets a root follow its folder to another place. Files that are there with the
/// size and modification time that are known are as they were; only their change
/// time is another. Returns how many they are.
pub fn move_root(dataset: &mut Dataset, id: RootId, new: &Path) -> usize {
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
            reason: retold(reason).into_owned(),
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
    device: io::Result<u64>,
    /// Folders that were taken for parts of another file system and are none.
    healed: BTreeSet<PathBuf>,
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
            let left_out = if walked {
                match self.exclusions.of_folder(&self.root.path, &folder.dir) {
                    Ok(left_out) => left_out.is_some(),
                    Err(error) => {
                        report.unreadable_folders.push(Failure {
                            path: join(&self.root.path, &folder.dir),
                            reason: error.to_string(),
                        });
                        continue;
                    }
                }
            } else {
                false
            };
            if !left_out && folder.elsewhere {
                match self.where_it_lay(&folder.dir) {
                    Lay::Mounted => {}
                    Lay::Here => {
                        folder.elsewhere = false;
                        report.changed = true;
                    }
                    Lay::Offline(at, why) => {
                        offline.insert(at, why);
                        continue;
                    }
                }
            }
            let mut dropped = Vec::new();
            let mut hides_folder = None;
            for index in files {
                let Some(file) = folder.files.get_mut(*index) else {
                    continue;
                };
                let refused =
                    || !self.unreadable.is_empty() && unreadable(&folder.dir.join(&file.name));
                if !self.scope.covers(&file.name) || refused() {
                    continue;
                }
                let of_file = || {
                    let root = &self.root.path;
                    (self.exclusions).of_file(root, &folder.dir, &file.name)
                };
                let mut hides = || {
                    let root = &self.root.path;
                    let exclusions = self.exclusions;
                    *hides_folder.get_or_insert_with(|| exclusions.hides_folder(root, &folder.dir))
                        || exclusions.hides_path(&root.join(&folder.dir).join(&file.name))
                };
                if left_out || walked && (of_file().is_some() || hides()) {
                    dropped.extend(leave_out(file, report).then_some(*index));
                } else if !std::mem::replace(&mut file.missing, true) {
                    report.changed = true;
                    report.lost += 1;
                }
            }
            // The folder stays in its place, so that the others are found.
            folder.remove(dropped);
        }
        for (dir, why) in offline {
            report.offline.push((join(&self.root.path, &dir), why));
        }
    }

    /// What became of the other file system that a folder lay on. Where it is not
    /// mounted, it is named by the last folder on the way there that is there still, or
    /// the first that is not.
    fn where_it_lay(&self, dir: &Path) -> Lay {
        if dir.as_os_str().is_empty() {
            return Lay::Here;
        }
        let unknown = |folder: &Path, error: &io::Error| {
            let why = error.to_string();
            let why = text!("offline-no-access", why = retold(&why));
            Lay::Offline(folder.to_owned(), why)
        };
        let root = match &self.device {
            Ok(root) => *root,
            Err(error) => return unknown(dir, error),
        };
        for folder in dir.ancestors() {
            let empty = folder.as_os_str().is_empty();
            match device_of(&self.root.path.join(folder)) {
                Ok(device) if device != root => return Lay::Mounted,
                Ok(_) if self.healed.contains(folder) => return Lay::Here,
                Ok(_) if !empty => return not_mounted(folder.to_owned()),
                Ok(_) => break,
                // A file that lies on the way is none of it.
                Err(error) if is_gone(&error) || error.kind() == io::ErrorKind::NotADirectory => {}
                Err(error) => return unknown(folder, &error),
            }
        }
        not_mounted(dir.iter().take(1).collect())
    }
}

/// What became of the other file system that a folder lay on.
enum Lay {
    /// It is there.
    Mounted,
    /// There never was one, or the files were moved from it.
    Here,
    /// Nothing can be said of what lay there, for this reason.
    Offline(PathBuf, String),
}

fn not_mounted(at: PathBuf) -> Lay {
    Lay::Offline(at, text!("offline-not-mounted"))
}

/// Takes a file back that is left out on purpose now, but for what the user said of it.
/// Says whether that is nothing, so that its record can go.
fn leave_out(file: &mut FileRecord, report: &mut Report) -> bool {
    let goes = file.correction.is_none();
    if goes || file.content != Content::Other {
        if !goes {
            file.set_aside();
        }
        report.left_out += 1;
        report.changed = true;
    }
    goes
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dataset::Stat;
    use crate::progress::Silent;

    /// Compares `a.jpg`, whose content is in a cloud, with a dataset that knows it or not.
    fn compared(dataset: &Dataset, download: bool) -> (Compared, usize) {
        let around = IndexServices {
            progress: &Silent,
            jobs: None,
            download,
            interrupt: &Interrupt::default(),
            checkpoint: &mut |_| Ok(()),
            clock: &std::time::SystemTime::now,
            checkpoint_every: std::time::Duration::MAX,
        };
        let known = Known::new(dataset, 0..dataset.folders.len(), &around);
        known.compare(FolderPiece {
            dir: Path::new("").into(),
            files: vec![Seen {
                name: "a.jpg".into(),
                stat: Stat {
                    size: 2,
                    ..Stat::default()
                },
                sidecars: Box::default(),
                in_cloud: true,
            }],
            elsewhere: Some(false),
        });
        let (compared, unseen) = known.into_parts();
        (compared, unseen.len())
    }

    #[test]
    fn what_is_in_a_cloud_is_read_only_on_request() {
        let mut dataset = Dataset::empty();
        let (new, _) = compared(&dataset, false);
        assert_eq!((new.in_cloud, new.to_read.len()), (1, 0));
        let (new, _) = compared(&dataset, true);
        assert_eq!((new.in_cloud, new.to_read.len()), (0, 1));
        // A system that frees space may change what it tells of a file: it is as it was.
        let file = FileRecord {
            name: "a.jpg".into(),
            stat: Stat {
                size: 1,
                ..Stat::default()
            },
            reread: false,
            missing: false,
            content: Content::Other,
            sidecars: Box::default(),
            taken: crate::dataset::Taken::default(),
            correction: None,
            digest: None,
            unknown: None,
        };
        let root = dataset.add_root(Path::new("/photos"), RootKind::Folder);
        dataset.folders.push(Folder {
            root,
            dir: PathBuf::new(),
            elsewhere: false,
            files: vec![file],
            unknown: crate::dataset::Unknown::default(),
        });
        let (known, unseen) = compared(&dataset, false);
        assert_eq!((known.in_cloud, known.to_read.len(), unseen), (0, 0, 0));
        let (known, _) = compared(&dataset, true);
        assert_eq!((known.in_cloud, known.to_read.len()), (0, 1));
    }
}
