//! Files that appear whole or not at all.

use std::ffi::OsStr;
use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use cap_fs_ext::MetadataExt;
use cap_std::fs::{Metadata, OpenOptions};
use uuid::Uuid;

use super::access::Access;
use super::folder::FolderHandle;
use super::kind::{is_regular_now, wait_again, without_waiting};
use super::owner::{give_like, keep_owner_and_mode};

/// How much is gathered before it is written, in bytes.
const BUFFER: usize = 1 << 18;

/// The most links in a chain, as of Linux: a longer one is taken for a circle.
const MOST_LINKS: usize = 40;

/// A file that is being written, under a random name. It goes when it is dropped before it
/// has got its place. It is locked as long, so that what a killed process has left is told
/// from what another one is writing.
#[derive(Debug)]
pub struct Draft<'f> {
    folder: &'f FolderHandle,
    name: String,
    file: File,
    /// Which file it is.
    id: (u64, u64),
    has_place: bool,
}

impl<'f> Draft<'f> {
    /// Begins a file in a folder.
    ///
    /// # Errors
    /// It cannot be made.
    pub fn new(folder: &'f FolderHandle, access: Access) -> io::Result<Self> {
        let name = format!(".imm-cluster-{}.tmp", Uuid::new_v4().simple());
        let mut options = OpenOptions::new();
        options.read(true).write(true).create_new(true);
        access.apply(&mut options);
        let file = folder.open_as(&name, &options)?;
        let made = Metadata::from_file(&file).inspect_err(|_| {
            // The name is random and was never told: what has it is ours.
            let _ = folder.unlink(&name);
        })?;
        // Not every file system has locks; then nobody sweeps.
        let _ = file.try_lock();
        Ok(Self {
            folder,
            name,
            file,
            id: (made.dev(), made.ino()),
            has_place: false,
        })
    }

    /// The file, to be written.
    pub fn file(&mut self) -> &mut File {
        &mut self.file
    }

    /// Takes a name that nothing has. The folder is to be synchronised once all that was to
    /// come into it is there.
    ///
    /// # Errors
    /// Something has that name (`AlreadyExists`), or the file cannot be made to last.
    pub fn create(mut self, name: impl AsRef<OsStr>) -> io::Result<()> {
        make_last(&self.file)?;
        self.folder.rename(&self.name, self.folder, name)?;
        self.has_place = true;
        Ok(())
    }

    /// Takes the place of the file of that name, which the caller knows to be its own to
    /// replace. A link would be replaced, and not what it leads to.
    ///
    /// # Errors
    /// The file is as it was, unless only the folder could not be made to last.
    pub fn replace(mut self, name: impl AsRef<OsStr>) -> io::Result<()> {
        make_last(&self.file)?;
        self.folder.rename_over(&self.name, name.as_ref())?;
        self.has_place = true;
        self.folder.sync()
    }
}

/// Makes what was written last through a loss of power. Apple's systems ask the disk to empty its
/// cache, which volumes of a network cannot: there what others call a synchronisation is done.
#[cfg(target_vendor = "apple")]
pub fn make_last(file: &File) -> io::Result<()> {
    match file.sync_all() {
        Err(error)
            if matches!(
                error.kind(),
                io::ErrorKind::Unsupported | io::ErrorKind::InvalidInput
            ) || error.raw_os_error() == Some(rustix::io::Errno::NOTTY.raw_os_error()) =>
        {
            Ok(rustix::fs::fsync(file)?)
        }
        synced => synced,
    }
}

#[cfg(not(target_vendor = "apple"))]
pub fn make_last(file: &File) -> io::Result<()> {
    file.sync_all()
}

impl Drop for Draft<'_> {
    fn drop(&mut self) {
        if self.has_place {
            return;
        }
        let found = self.folder.look(&self.name).ok().flatten();
        if found.is_some_and(|found| (found.dev(), found.ino()) == self.id) {
            // A draft that stays is swept another time; the error that matters came before.
            let _ = self.folder.unlink(&self.name);
        }
    }
}

impl FolderHandle {
    /// Takes away what killed processes have left: drafts that nobody holds any more.
    pub fn sweep(&self) {
        // What cannot be listed now is swept another time.
        for name in self.names().unwrap_or_default() {
            if !is_draft(&name) {
                continue;
            }
            let Ok(file) = self.open_file(&name) else {
                continue;
            };
            let is_alone = Metadata::from_file(&file).is_ok_and(|found| found.nlink() == 1);
            if is_alone && file.try_lock().is_ok() {
                let _ = self.unlink(&name);
            }
        }
    }
}

/// Whether a name is one that drafts have.
fn is_draft(name: &OsStr) -> bool {
    let id = name
        .to_str()
        .and_then(|name| name.strip_prefix(".imm-cluster-"))
        .and_then(|rest| rest.strip_suffix(".tmp"));
    id.is_some_and(is_random)
}

/// Whether a part of a name is a random one of ours: 32 digits of a UUID.
fn is_random(part: &str) -> bool {
    part.len() == 32 && Uuid::try_parse(part).is_ok()
}

/// Replaces a file that the user named, or makes it: it is written beside it, synchronised,
/// gets the owner and mode of the old one, and takes its place. A symbolic link stays, and
/// what it leads to is replaced. What is no file, such as a pipe with a reader or
/// `/dev/null`, is written into.
///
/// # Errors
/// The file is then as it was before.
pub fn replace(
    path: &Path,
    access: Access,
    write: impl FnOnce(&mut (dyn Write + Send)) -> io::Result<()>,
) -> io::Result<()> {
    let path = led_to(path)?;
    let old = match fs::metadata(&path) {
        Ok(old) => Some(old),
        Err(error) if error.kind() == io::ErrorKind::NotFound => None,
        Err(error) => return Err(error),
    };
    if old.as_ref().is_some_and(|old| !old.is_file()) {
        return write_into(&path, write);
    }
    let name = path.file_name().ok_or(io::ErrorKind::InvalidInput)?;
    let folder = FolderHandle::open(path.parent().unwrap_or(Path::new("")))?;
    folder.sweep();
    let mut draft = Draft::new(&folder, access)?;
    let mut out = BufWriter::with_capacity(BUFFER, draft.file());
    write(&mut out)?;
    out.flush()?;
    drop(out);
    match old {
        Some(old) => keep_owner_and_mode(draft.file(), &old)?,
        None => give_like(draft.file(), &folder.metadata()?),
    }
    draft.replace(name)
}

/// Writes into what is no regular file.
fn write_into(
    path: &Path,
    write: impl FnOnce(&mut (dyn Write + Send)) -> io::Result<()>,
) -> io::Result<()> {
    let file = without_waiting(File::options().write(true)).open(path)?;
    if is_regular_now(&file).is_ok() {
        return Err(io::Error::other("something else has taken its place"));
    }
    wait_again(&file)?;
    let mut out = BufWriter::with_capacity(BUFFER, file);
    write(&mut out)?;
    out.flush()
}

/// What a path leads to, through all links, be it there or not.
///
/// # Errors
/// The system does not tell, or the links lead in a circle.
pub fn led_to(path: &Path) -> io::Result<PathBuf> {
    let mut path = path.to_owned();
    for _ in 0..MOST_LINKS {
        match fs::symlink_metadata(&path) {
            Ok(found) if found.is_symlink() => {
                path = path.with_file_name("").join(fs::read_link(&path)?);
            }
            Ok(_) => return Ok(path),
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(path),
            Err(error) => return Err(error),
        }
    }
    Err(io::Error::other("its links lead in a circle"))
}

impl FolderHandle {
    /// As [`FolderHandle::open_own`]; a file that `is_ours` and has another name, as of a backup by
    /// hard links, gets a file of its own, and the other name keeps what there was.
    ///
    /// # Errors
    /// As [`FolderHandle::open_own`], and whatever `is_ours` says.
    pub fn open_own_apart(
        &self,
        name: impl AsRef<OsStr>,
        new: Option<Access>,
        is_ours: impl FnOnce(&File) -> io::Result<()>,
    ) -> io::Result<File> {
        let name = name.as_ref();
        match self.open_own(name, new) {
            Err(error) if error.kind() == io::ErrorKind::TooManyLinks => {}
            opened => return opened,
        }
        let mut old = self.open_file(name)?;
        is_ours(&old)?;
        io::Seek::rewind(&mut old)?;
        let mut draft = Draft::new(self, Access::Private)?;
        io::copy(&mut old, draft.file())?;
        keep_owner_and_mode(draft.file(), &old.metadata()?)?;
        draft.replace(name)?;
        self.open_own(name, None)
    }
}
