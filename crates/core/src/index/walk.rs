//! Folders to the files worth looking at, with a stat of each, on all threads.

use std::ffi::OsString;
use std::fs::{self, DirEntry, Metadata};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use rayon::Scope;

use super::exclusions::{self, Exclusions, MAY_HIDE, NO_MEDIA_MARKS};
use super::stat::{FolderId, device, device_of, folder_id, is_gone, stat_of};
use crate::dataset::{Sidecar, Stat};
use crate::disk::is_placeholder;
use crate::interrupt::Interrupt;
use crate::media::sidecar;

/// How many files of one folder a thread looks at before another may help. Folders
/// of 200,000 files are real.
const PIECE: usize = 1024;

/// Files of one folder, or a part of them.
#[derive(Debug)]
pub(super) struct FolderPiece {
    /// The folder, relative to the root.
    pub(super) dir: Arc<Path>,
    /// Sorted by name.
    pub(super) files: Vec<Seen>,
    /// Whether the folder lies on another file system than the root; `None` where the
    /// system did not say.
    pub(super) elsewhere: Option<bool>,
}

/// A file that is there and may be media.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Seen {
    pub(super) name: OsString,
    pub(super) stat: Stat,
    /// As they look now; empty where it has none. One that could not be looked at is
    /// [unread](Sidecar::is_unread).
    pub(super) sidecars: Box<[Sidecar]>,
    /// Whether the file, or a sidecar of it, has its content in a cloud, which sends it when
    /// it is read.
    pub(super) in_cloud: bool,
}

/// A file or folder, relative to the root, that could not be looked at, and why.
/// Nothing is known of it and of what is below it now.
pub(super) type UnreadablePath = (PathBuf, String);

/// Lists folders below a root and hands on what it finds.
pub(super) struct Walker<'a> {
    root: &'a Path,
    exclusions: &'a Exclusions,
    follow_links: bool,
    /// The file system of the root, where the system said it.
    device: Option<u64>,
    take: &'a (dyn Fn(FolderPiece) + Sync),
    /// Who may want the walk to end before its time.
    interrupt: Option<&'a Interrupt>,
    unreadable: Mutex<Vec<UnreadablePath>>,
}

/// What lies directly in one folder.
pub(super) struct Listing {
    dir: Arc<Path>,
    /// Possible media.
    files: Vec<(OsString, Look)>,
    /// Relative to the root.
    folders: Vec<PathBuf>,
    sidecars: sidecar::Names,
    /// The folder itself and those above it, where links are followed.
    above: Option<Arc<Above>>,
}

/// How to take the stat of a file.
enum Look {
    /// By the open folder, which spares the system the way there.
    Entry(DirEntry),
    /// A link that was followed already.
    Taken(Metadata),
}

/// The folders on the way to a folder, against links that lead back.
pub(super) struct Above {
    folder: FolderId,
    above: Option<Arc<Above>>,
}

impl<'a> Walker<'a> {
    /// A walk below `root`. `take` gets the pieces from several threads at once,
    /// in no order.
    pub(super) fn new(
        root: &'a Path,
        exclusions: &'a Exclusions,
        follow_links: bool,
        take: &'a (dyn Fn(FolderPiece) + Sync),
    ) -> Self {
        Self {
            root,
            exclusions,
            follow_links,
            device: device_of(root).ok(),
            take,
            interrupt: None,
            unreadable: Mutex::default(),
        }
    }

    /// The same walk; once a signal came it looks at nothing else.
    pub(super) fn until(self, interrupt: &'a Interrupt) -> Self {
        Self {
            interrupt: Some(interrupt),
            ..self
        }
    }

    /// Walks the folder `start` below the root; the empty path is the root.
    pub(super) fn walk(self, start: &Path) -> Vec<UnreadablePath> {
        let mut above = None;
        if self.follow_links {
            let mut folders: Vec<&Path> = start.ancestors().skip(1).collect();
            folders.reverse();
            for folder in folders {
                if let Ok(folder) = folder_id(&self.root.join(folder)) {
                    above = Some(Arc::new(Above { folder, above }));
                }
            }
        }
        // Each folder is a job of its own, so that the depth of the tree is no
        // depth of the stack.
        rayon::scope(|scope| self.folder(scope, start, above));
        self.unreadable()
    }

    /// Looks at files directly in the folder `dir` that were named one by one.
    /// Links are followed: whoever names one means what it leads to.
    pub(super) fn look_at(self, dir: &Path, names: &[OsString]) -> Vec<UnreadablePath> {
        let full = self.root.join(dir);
        let beside = fs::read_dir(&full).and_then(|entries| {
            let names = entries.map(|entry| Ok(entry?.file_name()));
            names.collect::<io::Result<Vec<OsString>>>()
        });
        let beside = match beside {
            Ok(beside) => beside,
            Err(error) if is_gone(&error) => Vec::new(),
            // Without their sidecars the files would seem to say something else.
            Err(error) => {
                self.refused(dir.to_owned(), &error);
                return self.unreadable();
            }
        };
        let sidecars = sidecar::Names::new(beside.iter().filter_map(sidecar_name));
        let mut files = Vec::new();
        for name in names {
            match full.join(name).metadata() {
                Ok(metadata) => files.push((name.clone(), Look::Taken(metadata))),
                Err(error) if is_gone(&error) => {}
                Err(error) => self.refused(dir.join(name), &error),
            }
        }
        self.look(&dir.into(), files, &sidecars);
        self.unreadable()
    }

    pub(super) fn unreadable(self) -> Vec<UnreadablePath> {
        let mut unreadable = (self.unreadable.into_inner()).unwrap_or_else(PoisonError::into_inner);
        unreadable.sort();
        // A sidecar may belong to several files.
        unreadable.dedup();
        unreadable
    }

    fn is_interrupted(&self) -> bool {
        self.interrupt.is_some_and(|it| it.signal().is_some())
    }

    fn folder<'s>(&'s self, scope: &Scope<'s>, dir: &Path, above: Option<Arc<Above>>) {
        if self.is_interrupted() {
            return;
        }
        if let Some(listing) = self.list(dir, above) {
            self.listed(scope, listing);
        }
    }

    /// Goes on below a folder, and looks at its files.
    pub(super) fn listed<'s>(&'s self, scope: &Scope<'s>, listing: Listing) {
        let Listing {
            dir,
            mut files,
            folders,
            sidecars,
            above,
        } = listing;
        for folder in folders {
            let above = above.clone();
            scope.spawn(move |scope| self.folder(scope, &folder, above));
        }
        let sidecars = Arc::new(sidecars);
        while files.len() > PIECE {
            let piece = files.split_off(files.len() - PIECE);
            let (dir, sidecars) = (Arc::clone(&dir), Arc::clone(&sidecars));
            scope.spawn(move |_| self.look(&dir, piece, &sidecars));
        }
        self.look(&dir, files, &sidecars);
    }

    /// What lies in a folder; `None` when it cannot be listed, is left out, or lies
    /// above itself.
    pub(super) fn list(&self, dir: &Path, above: Option<Arc<Above>>) -> Option<Listing> {
        let full = self.root.join(dir);
        let above = if self.follow_links {
            match folder_id(&full) {
                Ok(folder) if above.as_ref().is_some_and(|above| above.holds(&folder)) => {
                    return None;
                }
                Ok(folder) => Some(Arc::new(Above { folder, above })),
                Err(error) => {
                    self.refused(dir.to_owned(), &error);
                    return None;
                }
            }
        } else {
            None
        };
        let entries = match fs::read_dir(&full) {
            Ok(entries) => entries,
            Err(error) => {
                self.refused(dir.to_owned(), &error);
                return None;
            }
        };
        let (mut files, mut folders, mut sidecars) = (Vec::new(), Vec::new(), Vec::new());
        // Reported only once it is known that no mark leaves the folder out.
        let mut refused = Vec::new();
        for entry in entries {
            let entry = match entry {
                Ok(entry) => entry,
                Err(error) => {
                    refused.push((dir.to_owned(), error));
                    continue;
                }
            };
            let name = entry.file_name();
            if NO_MEDIA_MARKS.iter().any(|mark| name == *mark) {
                return None;
            }
            // Exclude by name first, which spares a stat.
            let sidecar = sidecar_name(&name).is_some();
            if !sidecar && self.exclusions.names(dir, &name) {
                continue;
            }
            let look = match self.kind(entry) {
                Ok(Some(EntryKind::Folder)) => {
                    let left_out = sidecar && self.exclusions.names(dir, &name);
                    if !left_out && Exclusions::of_programs(&full, &name).is_none() {
                        folders.push(dir.join(&name));
                    }
                    continue;
                }
                Ok(Some(EntryKind::File(look))) => look,
                Ok(None) => continue,
                Err(error) => {
                    refused.push((dir.join(&name), error));
                    continue;
                }
            };
            if sidecar {
                sidecars.push(name);
            } else if Exclusions::beside(&full, &name).is_none() {
                files.push((name, look));
            }
        }
        for (path, error) in refused {
            self.refused(path, &error);
        }
        Some(Listing {
            dir: dir.into(),
            files,
            folders,
            sidecars: sidecar::Names::new(sidecars.iter().filter_map(sidecar_name)),
            above,
        })
    }

    fn kind(&self, entry: DirEntry) -> io::Result<Option<EntryKind>> {
        let kind = entry.file_type()?;
        if kind.is_dir() {
            // Asking costs nothing on Windows, and nothing is asked on Linux.
            let is_hidden = MAY_HIDE && self.exclusions.hides(&entry.metadata()?);
            return Ok((!is_hidden).then_some(EntryKind::Folder));
        }
        if kind.is_file() {
            return Ok(Some(EntryKind::File(Look::Entry(entry))));
        }
        if !(kind.is_symlink() && self.follow_links) {
            return Ok(None);
        }
        let metadata = entry.path().metadata()?;
        Ok(if metadata.is_dir() {
            Some(EntryKind::Folder)
        } else {
            metadata
                .is_file()
                .then(|| EntryKind::File(Look::Taken(metadata)))
        })
    }

    /// Takes the stats. What vanished since the listing is not there.
    fn look(&self, dir: &Arc<Path>, files: Vec<(OsString, Look)>, sidecars: &sidecar::Names) {
        let mut seen = Vec::with_capacity(files.len());
        let mut folder = None;
        let mut last_device = self.device;
        for (name, look) in files {
            // The result of an interrupted walk is thrown away, so stop early.
            if self.is_interrupted() {
                return;
            }
            // A file that was named one by one is meant.
            let (metadata, may_hide) = match look {
                Look::Entry(entry) => (entry.metadata(), true),
                Look::Taken(metadata) => (Ok(metadata), false),
            };
            match metadata {
                Ok(metadata)
                    if metadata.is_file() && !(may_hide && self.exclusions.hides(&metadata)) =>
                {
                    last_device = Some(device(&metadata));
                    let mut in_cloud = is_placeholder(&metadata);
                    let sidecars = match name.to_str() {
                        Some(name) if !sidecars.is_empty() => {
                            let folder = folder.get_or_insert_with(|| self.root.join(dir));
                            self.sidecars_of(dir, folder, name, sidecars, &mut in_cloud)
                        }
                        _ => Box::default(),
                    };
                    seen.push(Seen {
                        stat: stat_of(&metadata),
                        name,
                        sidecars,
                        in_cloud,
                    });
                }
                Ok(_) => {}
                Err(error) if is_gone(&error) => {}
                Err(error) => self.refused(dir.join(name), &error),
            }
        }
        if !seen.is_empty() {
            seen.sort_unstable_by(|a, b| a.name.cmp(&b.name));
            (self.take)(FolderPiece {
                dir: Arc::clone(dir),
                files: seen,
                elsewhere: self.is_elsewhere(dir, last_device),
            });
        }
    }

    /// Whether a folder lies on another file system, where that can be told. Its files,
    /// of which one lies on `file`, do not tell: in an overlay they show the file systems
    /// below it.
    fn is_elsewhere(&self, dir: &Path, file: Option<u64>) -> Option<bool> {
        let root = self.device?;
        if dir.as_os_str().is_empty() || file == Some(root) {
            return Some(false);
        }
        Some(device_of(&self.root.join(dir)).ok()? != root)
    }

    /// The sidecars of a file, as they look now. Tells whether one is in a cloud.
    fn sidecars_of(
        &self,
        dir: &Path,
        folder: &Path,
        name: &str,
        sidecars: &sidecar::Names,
        in_cloud: &mut bool,
    ) -> Box<[Sidecar]> {
        let takeout = sidecars.takeout(name);
        let namesakes = takeout.map(|json| sidecars.namesakes(name, json));
        let names = [sidecars.xmp(name), takeout]
            .into_iter()
            .flatten()
            .chain(sidecars.of_camera(name))
            .chain(namesakes.into_iter().flatten());
        let look = |name: &str| match folder.join(name).metadata() {
            Ok(metadata) if metadata.is_file() => {
                *in_cloud |= is_placeholder(&metadata);
                Some(Sidecar::new(name, stat_of(&metadata)))
            }
            Ok(_) => None,
            Err(error) if is_gone(&error) => None,
            Err(error) => {
                self.refused(dir.join(name), &error);
                Some(Sidecar::unread(name))
            }
        };
        names.filter_map(look).collect()
    }

    fn refused(&self, path: PathBuf, error: &io::Error) {
        let mut unreadable = (self.unreadable.lock()).unwrap_or_else(PoisonError::into_inner);
        unreadable.push((path, error.to_string()));
    }
}

enum EntryKind {
    Folder,
    File(Look),
}

impl Above {
    fn holds(&self, folder: &FolderId) -> bool {
        let mut next = Some(self);
        std::iter::from_fn(|| {
            let this = next?;
            next = this.above.as_deref();
            Some(this)
        })
        .any(|above| above.folder == *folder)
    }
}

/// The name of a file that may be the sidecar of another.
fn sidecar_name(name: &OsString) -> Option<&str> {
    let extension = exclusions::extension(name)?;
    let kinds = [&b"xmp"[..], b"json", b"srt", b"moi", b"xml"];
    let is_sidecar = kinds
        .iter()
        .any(|kind| extension.eq_ignore_ascii_case(kind));
    is_sidecar.then(|| name.to_str()).flatten()
}
