//! One file in an album: made, known again, and whether it may go.

use std::cell::OnceCell;
use std::collections::HashMap;
use std::fs::{self, Metadata};
use std::io;
use std::path::Path;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use cap_fs_ext::MetadataExt as _;

use super::links::Links;
use crate::dataset::{Dataset, FileId};
use crate::disk::{self, Access, Draft, FolderHandle, Spare, give_like, is_no_file, open_regular};
use crate::export::Photo;
use crate::export::manifest::{AlbumEntry, MadeAs};

/// How far the modification time of a copy may be off: FAT counts in steps of two seconds.
const COARSE: Duration = Duration::from_secs(2);

/// How files come into albums.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum How {
    /// A symbolic link.
    Symbolic,
    /// A second name of the file.
    Hard,
    /// A copy that shares its data with the file, or none at all.
    Reflink,
    /// A copy, which shares its data where the system does so by itself.
    Copy,
}

/// What an entry of the list is at present.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Is {
    /// As it was made.
    Ours,
    /// Something else.
    Other,
    /// Not there.
    Gone,
}

impl How {
    /// What is made of a file.
    pub(super) fn made_of(self, file: LibraryFile) -> MadeAs {
        let LibraryFile { size, mtime, inode } = file;
        match self {
            Self::Symbolic => MadeAs::Symbolic,
            Self::Hard => MadeAs::Hard { inode },
            Self::Reflink | Self::Copy => MadeAs::Copy { size, mtime },
        }
    }
}

/// A file of the library, as it is now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct LibraryFile {
    pub(super) size: u64,
    /// Modification time, in microseconds since 1970-01-01 UTC.
    pub(super) mtime: i64,
    pub(super) inode: u64,
}

impl LibraryFile {
    /// Looks at the file of a record; `None` where it is not there, or is not the one that
    /// was indexed: only the next index tells what it is.
    ///
    /// # Errors
    /// The system does not tell.
    pub(super) fn of(photo: &Photo<'_, '_>, path: &Path) -> io::Result<Option<Self>> {
        // Symbolic links in the library count as what they lead to.
        let file = match fs::metadata(path) {
            Ok(file) if file.is_file() => file,
            Ok(_) => return Ok(None),
            Err(error) if is_gone(&error) => return Ok(None),
            Err(error) => return Err(error),
        };
        let found = Self {
            size: file.len(),
            mtime: modified(&file),
            inode: inode(path, file)?,
        };
        let known = &photo.file.stat;
        let is_it = found.size == known.size && is_same_time(found.mtime, known.mtime);
        Ok((is_it || !photo.is_on_disk()).then_some(found))
    }
}

/// Whether an entry of the list is as it was made.
///
/// # Errors
/// The system does not tell.
pub(super) fn verify(folder: &FolderHandle, entry: &AlbumEntry) -> io::Result<Is> {
    let Some(found) = folder.look(&entry.name)? else {
        return Ok(Is::Gone);
    };
    let ours = match entry.made {
        MadeAs::Symbolic => Spare::link(folder, &entry.name, &entry.source)?.is_some(),
        MadeAs::Hard { inode } => found.is_file() && found.ino() == inode,
        MadeAs::Copy { size, mtime } => {
            let modified = found.modified().map_or(0, |time| micros(time.into_std()));
            found.is_file() && found.len() == size && is_near(modified, mtime)
        }
    };
    Ok(if ours { Is::Ours } else { Is::Other })
}

/// Where what is in the albums stands in the library.
#[derive(Debug)]
pub(super) struct Originals<'a> {
    dataset: &'a Dataset,
    /// All files by their size, once somebody asked.
    by_size: OnceCell<HashMap<u64, Vec<FileId>>>,
    /// Which folder has the albums.
    albums: Option<(u64, u64)>,
    /// What leads from the library into albums, once somebody asked.
    links: OnceCell<Links>,
}

impl<'a> Originals<'a> {
    pub(super) fn new(dataset: &'a Dataset, albums: Option<(u64, u64)>) -> Self {
        Self {
            dataset,
            by_size: OnceCell::new(),
            albums,
            links: OnceCell::new(),
        }
    }

    /// Whether something else seems to have the content of an entry that is as it should be:
    /// its file, by size and time. This is for plans; what removes it wants proof.
    ///
    /// # Errors
    /// As [`Originals::spare`].
    pub(super) fn seems_spare(
        &self,
        folder: &FolderHandle,
        entry: &AlbumEntry,
    ) -> io::Result<bool> {
        let MadeAs::Copy { size, mtime } = entry.made else {
            return self.spare(folder, entry).map(|spare| spare.is_some());
        };
        let looks_alike = |path: &Path| Spare::looks_like_copy(folder, &entry.name, path);
        Ok(!self.is_led_to(folder, entry)? && self.any(entry, size, mtime, looks_alike)?)
    }

    /// Proof that nothing is lost with an entry; `None` where there is none.
    ///
    /// # Errors
    /// What might be proof cannot be read.
    pub(super) fn spare(
        &self,
        folder: &FolderHandle,
        entry: &AlbumEntry,
    ) -> io::Result<Option<Spare>> {
        let mut found = None;
        let name = &entry.name;
        match entry.made {
            _ if self.is_led_to(folder, entry)? => {}
            MadeAs::Symbolic => found = Spare::link(folder, name, &entry.source)?,
            MadeAs::Hard { .. } => {
                let Some(file) = folder.look(name)? else {
                    return Ok(None);
                };
                let modified = file.modified().map_or(0, |time| micros(time.into_std()));
                self.any(entry, file.len(), modified, |path| {
                    found = Spare::second_name(folder, name, path)?;
                    Ok(found.is_some())
                })?;
            }
            MadeAs::Copy { size, mtime } => {
                self.any(entry, size, mtime, |path| {
                    found = Spare::copy(folder, name, path)?;
                    Ok(found.is_some())
                })?;
            }
        }
        Ok(found)
    }

    /// Whether a link of the library leads to an entry, which then is the original.
    fn is_led_to(&self, folder: &FolderHandle, entry: &AlbumEntry) -> io::Result<bool> {
        Ok(entry.made != MadeAs::Symbolic && self.links()?.lead_to(folder, &entry.name)?)
    }

    /// Whether a link of the library leads into a folder, which then is not ours to rename.
    ///
    /// # Errors
    /// The system does not tell.
    pub(super) fn lead_into(&self, folder: &FolderHandle) -> io::Result<bool> {
        self.links()?.lead_into(folder)
    }

    fn links(&self) -> io::Result<&Links> {
        if let Some(links) = self.links.get() {
            return Ok(links);
        }
        let links = Links::find(self.dataset, self.albums)?;
        Ok(self.links.get_or_init(|| links))
    }

    /// Looks for a file that an entry may be of: the one that it was made of, then all that
    /// look like it, wherever they are now.
    fn any(
        &self,
        entry: &AlbumEntry,
        size: u64,
        mtime: i64,
        mut is_it: impl FnMut(&Path) -> io::Result<bool>,
    ) -> io::Result<bool> {
        let mut failed = None;
        let mut ask = |path: &Path| match is_it(path) {
            Ok(found) => found,
            Err(error) => {
                if !(is_gone(&error) || is_no_file(&error)) {
                    failed = failed.take().or(Some(error));
                }
                false
            }
        };
        if ask(Path::new(&entry.source)) {
            return Ok(true);
        }
        let by_size = self.by_size.get_or_init(|| by_size(self.dataset));
        let alike = by_size.get(&size).into_iter().flatten();
        let mut paths = alike.filter_map(|index| {
            let (folder, file) = self.dataset.file(*index)?;
            is_near(file.stat.mtime, mtime).then(|| self.dataset.path_of(folder, file))
        });
        let found = paths.any(|path| path != Path::new(&entry.source) && ask(&path));
        match failed {
            Some(error) if !found => Err(error),
            _ => Ok(found),
        }
    }
}

/// Makes a link or copy under a name that nothing has.
///
/// # Errors
/// Nothing was made. Something has that name (`AlreadyExists`), the file is not what it
/// was, or the system refuses.
pub(super) fn make(
    how: How,
    source: &Path,
    folder: &FolderHandle,
    entry: &AlbumEntry,
) -> io::Result<()> {
    match how {
        How::Symbolic => folder.make_link(&entry.name, source),
        How::Hard => {
            // A second name of what a symbolic link leads to, and not of the link.
            let real = disk::canonical(source)?;
            let (Some(parent), Some(name)) = (real.parent(), real.file_name()) else {
                return Err(changed());
            };
            let parent = FolderHandle::open(parent)?;
            let found = parent.look(name)?.ok_or(io::ErrorKind::NotFound)?;
            if !found.is_file() || (MadeAs::Hard { inode: found.ino() }) != entry.made {
                return Err(changed());
            }
            folder.make_second_name(&entry.name, (&parent, name))
        }
        How::Reflink | How::Copy => {
            let mut original = open_regular(source)?;
            let before = original.metadata()?;
            let is_it = |found: &Metadata| {
                entry.made
                    == MadeAs::Copy {
                        size: found.len(),
                        mtime: modified(found),
                    }
            };
            if !is_it(&before) {
                return Err(changed());
            }
            let mut draft = Draft::new(folder, Access::Usual)?;
            if how == How::Reflink {
                share(&original, draft.file())?;
            } else {
                io::copy(&mut original, draft.file())?;
            }
            // A file that changed while it was copied may be half old and half new.
            if !is_it(&original.metadata()?) || draft.file().metadata()?.len() != before.len() {
                return Err(changed());
            }
            give_like(draft.file(), &folder.metadata()?);
            // The time is how `verify` knows the copy again.
            draft.file().set_modified(before.modified()?)?;
            // Where all files have one mode, setting it may be forbidden.
            let _ = draft.file().set_permissions(before.permissions());
            draft.create(&entry.name)
        }
    }
}

/// The photos and videos of a dataset by their size in bytes. Those that are missing may be
/// there as links.
fn by_size(dataset: &Dataset) -> HashMap<u64, Vec<FileId>> {
    let mut by_size: HashMap<u64, Vec<FileId>> = HashMap::new();
    for (id, _, file) in dataset.indexed() {
        by_size.entry(file.stat.size).or_default().push(id);
    }
    by_size
}

/// Whether an error says that there is no such file.
fn is_gone(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::NotFound | io::ErrorKind::NotADirectory
    )
}

/// Whether two times in microseconds are one. Those before 1970 may be rounded otherwise.
pub(super) fn is_same_time(a: i64, b: i64) -> bool {
    a.abs_diff(b) <= 1
}

/// Whether two times in microseconds are one, as far as any file system tells.
fn is_near(a: i64, b: i64) -> bool {
    u128::from(a.abs_diff(b)) <= COARSE.as_micros()
}

/// Microseconds since 1970-01-01 UTC.
fn modified(metadata: &Metadata) -> i64 {
    metadata.modified().map_or(0, micros)
}

fn micros(time: SystemTime) -> i64 {
    let micros = |duration: Duration| i64::try_from(duration.as_micros()).unwrap_or(i64::MAX);
    match time.duration_since(UNIX_EPOCH) {
        Ok(since) => micros(since),
        Err(before) => -micros(before.duration()),
    }
}

/// What tells a file from all others of its file system.
#[cfg(unix)]
#[expect(
    clippy::unnecessary_wraps,
    reason = "elsewhere a file is opened for it"
)]
fn inode(_: &Path, metadata: Metadata) -> io::Result<u64> {
    Ok(cap_std::fs::Metadata::from_just_metadata(metadata).ino())
}

/// On this system only an open file tells its number.
#[cfg(not(unix))]
fn inode(path: &Path, _: Metadata) -> io::Result<u64> {
    let file = open_regular(path)?;
    Ok(cap_std::fs::Metadata::from_file(&file)?.ino())
}

/// Whether a link or copy could not be made because of what it was to be made of, so that
/// others can be.
pub(super) fn is_of_source(source: &Path, error: &io::Error) -> bool {
    error.kind() == io::ErrorKind::Other || open_regular(source).is_err()
}

fn changed() -> io::Error {
    io::Error::other("the file was changed meanwhile")
}

/// Lets a new file share the data of another one.
#[cfg(target_os = "linux")]
fn share(original: &fs::File, copy: &fs::File) -> io::Result<()> {
    Ok(rustix::fs::ioctl_ficlone(copy, original)?)
}

#[cfg(not(target_os = "linux"))]
fn share(_: &fs::File, _: &fs::File) -> io::Result<()> {
    Err(io::ErrorKind::Unsupported.into())
}
