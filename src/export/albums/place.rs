//! One file in an album: made, known again, and whether it may go.

use std::fs::{self, File, Metadata};
use std::io;
use std::path::Path;
use std::time::UNIX_EPOCH;

use super::super::manifest::{Entry, Made};
use super::super::replace::temporary;

/// How far the modification time of a copy may be off, in microseconds: FAT counts in
/// steps of two seconds.
const COARSE: i64 = 2_000_000;

/// How files come into albums.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum How {
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

/// What becomes of a file in an album.
pub(super) enum Wanted {
    /// It is there already.
    Keep(Entry),
    /// It is to be made, or made anew.
    Make(Entry),
    /// The file is not there.
    Nothing,
}

impl How {
    /// What is wanted for a file, given what of ours has its name in the album.
    pub(super) fn entry(
        self,
        path: &Path,
        name: &str,
        source: &str,
        present: Option<&Entry>,
    ) -> Wanted {
        let of = |made| Entry {
            name: name.to_owned(),
            source: source.to_owned(),
            made,
        };
        let same_source = present.filter(|present| present.source == source);
        let same_kind = same_source.filter(|present| self.makes(present.made));
        if self == Self::Symbolic && same_kind.is_some() {
            return Wanted::Keep(of(Made::Symbolic));
        }
        // Symbolic links in the library count as what they lead to.
        let Some(file) = fs::metadata(path).ok().filter(Metadata::is_file) else {
            return same_kind.map_or(Wanted::Nothing, |present| Wanted::Keep(present.clone()));
        };
        let made = match self {
            Self::Symbolic => Made::Symbolic,
            Self::Hard => Made::Hard {
                inode: inode(&file),
            },
            Self::Reflink | Self::Copy => Made::Copy {
                size: file.len(),
                mtime: modified(&file),
            },
        };
        // A file that went elsewhere in the library is the same still.
        let is_it = present.is_some_and(|present| present.made == made && made != Made::Symbolic);
        if is_it {
            Wanted::Keep(of(made))
        } else {
            Wanted::Make(of(made))
        }
    }

    fn makes(self, made: Made) -> bool {
        match self {
            Self::Symbolic => made == Made::Symbolic,
            Self::Hard => matches!(made, Made::Hard { .. }),
            Self::Reflink | Self::Copy => matches!(made, Made::Copy { .. }),
        }
    }
}

/// Whether an entry of the list is as it was made.
pub(super) fn verify(path: &Path, entry: &Entry) -> Is {
    let found = match fs::symlink_metadata(path) {
        Ok(found) => found,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Is::Gone,
        Err(_) => return Is::Other,
    };
    let ours = match entry.made {
        Made::Symbolic => {
            fs::read_link(path).is_ok_and(|target| target.to_string_lossy() == *entry.source)
        }
        Made::Hard { inode: known } => found.is_file() && inode(&found) == known,
        Made::Copy { size, mtime } => {
            found.is_file() && found.len() == size && (modified(&found) - mtime).abs() <= COARSE
        }
    };
    if ours { Is::Ours } else { Is::Other }
}

/// Whether something else has the content of an entry, so that nothing is lost with
/// it.
pub(super) fn may_go(path: &Path, entry: &Entry) -> bool {
    match entry.made {
        Made::Symbolic => true,
        Made::Hard { .. } => names(path, &entry.source) > 1,
        Made::Copy { .. } => fs::metadata(&entry.source).is_ok_and(|file| file.is_file()),
    }
}

/// Makes a link or copy. What it replaces stays until it is whole.
///
/// # Errors
/// Nothing was made.
pub(super) fn make(how: How, source: &Path, target: &Path, replaces: bool) -> io::Result<()> {
    let is_link = matches!(how, How::Symbolic | How::Hard);
    if is_link && !replaces {
        return link(how, source, target);
    }
    let temporary = temporary(target);
    let _ = fs::remove_file(&temporary);
    let made = match how {
        How::Symbolic | How::Hard => link(how, source, &temporary),
        How::Reflink => {
            reflink_copy::reflink(source, &temporary).and_then(|()| finish(source, &temporary))
        }
        How::Copy => fs::copy(source, &temporary).and_then(|_| finish(source, &temporary)),
    };
    let made = made.and_then(|()| fs::rename(&temporary, target));
    if made.is_err() {
        // It is of no use any more; the error that matters is the first.
        let _ = fs::remove_file(&temporary);
    }
    made
}

fn link(how: How, source: &Path, target: &Path) -> io::Result<()> {
    if how == How::Hard {
        // A second name of what a symbolic link leads to, and not of the link.
        return fs::hard_link(fs::canonicalize(source)?, target);
    }
    #[cfg(unix)]
    return std::os::unix::fs::symlink(source, target);
    #[cfg(windows)]
    return std::os::windows::fs::symlink_file(source, target);
}

/// Gives a copy the time of its original, by which it is known again.
fn finish(source: &Path, copy: &Path) -> io::Result<()> {
    let modified = fs::metadata(source)?.modified()?;
    // A copy of what must not be written is made writable for a moment.
    let permissions = fs::metadata(copy)?.permissions();
    if permissions.readonly() {
        writable(copy)?;
    }
    let file = File::options().write(true).open(copy)?;
    file.set_modified(modified)?;
    file.set_permissions(permissions)?;
    file.sync_all()
}

#[cfg(unix)]
fn writable(path: &Path) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    fs::set_permissions(path, fs::Permissions::from_mode(0o600))
}

#[cfg(not(unix))]
fn writable(path: &Path) -> io::Result<()> {
    let mut permissions = fs::metadata(path)?.permissions();
    permissions.set_readonly(false);
    fs::set_permissions(path, permissions)
}

/// Microseconds since 1970-01-01 UTC.
fn modified(metadata: &Metadata) -> i64 {
    let Ok(time) = metadata.modified() else {
        return 0;
    };
    let micros =
        |duration: std::time::Duration| i64::try_from(duration.as_micros()).unwrap_or(i64::MAX);
    match time.duration_since(UNIX_EPOCH) {
        Ok(since) => micros(since),
        Err(before) => -micros(before.duration()),
    }
}

#[cfg(unix)]
fn inode(metadata: &Metadata) -> u64 {
    std::os::unix::fs::MetadataExt::ino(metadata)
}

/// Where there are no inodes, size and time must do.
#[cfg(not(unix))]
fn inode(metadata: &Metadata) -> u64 {
    metadata.len() ^ modified(metadata).unsigned_abs()
}

/// How many names a file has.
#[cfg(unix)]
fn names(path: &Path, _: &str) -> u64 {
    fs::symlink_metadata(path).map_or(0, |metadata| {
        std::os::unix::fs::MetadataExt::nlink(&metadata)
    })
}

#[cfg(not(unix))]
fn names(path: &Path, source: &str) -> u64 {
    let inode_of = |path: &Path| fs::metadata(path).ok().map(|metadata| inode(&metadata));
    1 + u64::from(inode_of(path) == inode_of(Path::new(source)))
}
