//! Folders as open handles.

use std::ffi::{OsStr, OsString};
use std::fs::File;
use std::io;
use std::path::{Component, Path, PathBuf};

use cap_fs_ext::{DirExt, FollowSymlinks, MetadataExt, OpenOptionsFollowExt};
use cap_std::ambient_authority;
use cap_std::fs::{Dir, Metadata, OpenOptions};

use super::access::Access;
use super::kind;
use super::owner::give_like;

/// An open folder. Whatever becomes of the path that led there, everything is done in this
/// folder.
///
/// All names are those of things directly within it. A link is never followed, and a name
/// is given only to what has none to lose.
#[derive(Debug)]
pub struct FolderHandle {
    dir: Dir,
    /// How people find it; nothing is done by it.
    path: PathBuf,
}

/// What has a name within a folder.
#[derive(Debug)]
pub enum Within {
    /// A folder of the same file system.
    Folder(FolderHandle),
    /// Something that is not entered: a link, a mount, a file.
    Other,
    /// Nothing.
    Missing,
}

impl FolderHandle {
    /// Opens a folder that the user named; links on the way there count.
    ///
    /// # Errors
    /// It is not there, is no folder, or cannot be opened.
    pub fn open(path: &Path) -> io::Result<Self> {
        let named = if path.as_os_str().is_empty() {
            Path::new(".")
        } else {
            path
        };
        Ok(Self {
            dir: Dir::open_ambient_dir(named, ambient_authority())?,
            path: path.to_owned(),
        })
    }

    /// As [`FolderHandle::open`]; what is not there of the way is made, and lasts. `private`
    /// folders are entered by their owner alone.
    ///
    /// # Errors
    /// It cannot be made or opened.
    pub fn open_or_make(path: &Path, private: bool) -> io::Result<Self> {
        match Self::open(path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            opened => return opened,
        }
        let (Some(above), Some(name)) = (path.parent(), path.file_name()) else {
            return Self::open(path);
        };
        // Only the last one is private: others may have folders of their own beside it.
        let above = Self::open_or_make(above, false)?;
        match above.make(name, private) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Self::open(path),
            made => made,
        }
    }

    /// The same folder once more.
    ///
    /// # Errors
    /// No more files can be open.
    pub fn again(&self) -> io::Result<Self> {
        Ok(Self {
            dir: self.dir.try_clone()?,
            path: self.path.clone(),
        })
    }

    /// How people find it.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// What has that name.
    ///
    /// # Errors
    /// The system does not tell.
    pub fn look(&self, name: impl AsRef<OsStr>) -> io::Result<Option<Metadata>> {
        match self.dir.symlink_metadata(single(name.as_ref())?) {
            Ok(found) => Ok(Some(found)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// What this folder itself is.
    ///
    /// # Errors
    /// The system does not tell.
    pub fn metadata(&self) -> io::Result<std::fs::Metadata> {
        self.dir.try_clone()?.into_std_file().metadata()
    }

    /// The names of all that is in it.
    ///
    /// # Errors
    /// They cannot be read, or not all of them.
    pub fn names(&self) -> io::Result<Vec<OsString>> {
        self.dir
            .entries()?
            .map(|entry| Ok(entry?.file_name()))
            .collect()
    }

    /// Enters the folder of that name. Links are not followed, and what is mounted there
    /// is not of this folder.
    ///
    /// # Errors
    /// It is there and cannot be entered.
    pub fn enter(&self, name: impl AsRef<OsStr>) -> io::Result<Within> {
        let name = single(name.as_ref())?;
        match self.look(name)? {
            None => return Ok(Within::Missing),
            Some(found) if !found.is_dir() => return Ok(Within::Other),
            Some(_) => {}
        }
        let folder = match self.dir.open_dir_nofollow(name) {
            Ok(dir) => Self {
                dir,
                path: self.path.join(name),
            },
            Err(error) => {
                // Tell a link or a file, which may have taken its place just now, from a folder
                // that cannot be entered.
                return match self.look(name)? {
                    None => Ok(Within::Missing),
                    Some(found) if !found.is_dir() => Ok(Within::Other),
                    Some(_) => Err(error),
                };
            }
        };
        if folder.is_mounted_in(self)? {
            return Ok(Within::Other);
        }
        Ok(Within::Folder(folder))
    }

    /// Enters a folder several names below, with slashes between them. Where something on
    /// the way is no folder, that is the answer.
    ///
    /// # Errors
    /// As [`FolderHandle::enter`].
    pub fn find(&self, below: &str) -> io::Result<Within> {
        let mut found: Option<Self> = None;
        for name in below.split('/') {
            match found.as_ref().unwrap_or(self).enter(name)? {
                Within::Folder(folder) => found = Some(folder),
                other => return Ok(other),
            }
        }
        Ok(found.map_or(Within::Missing, Within::Folder))
    }

    /// Enters a folder below this one, and makes what is not there of the way, if that is
    /// wanted; `None` where it is not there.
    ///
    /// # Errors
    /// Something on the way is no folder of this one, or cannot be entered or made.
    pub fn descend(&self, below: &Path, make: bool) -> io::Result<Option<Self>> {
        let mut found = self.again()?;
        for name in below {
            found = match found.enter(name)? {
                Within::Folder(folder) => folder,
                Within::Missing if make => found.make(name, false)?,
                Within::Missing => return Ok(None),
                Within::Other => {
                    return Err(io::Error::other("a link or something else is in the way"));
                }
            };
        }
        Ok(Some(found))
    }

    /// Makes a folder that is not there yet.
    ///
    /// # Errors
    /// Something of that name is there, or it cannot be made.
    pub fn make(&self, name: impl AsRef<OsStr>, private: bool) -> io::Result<Self> {
        let name = single(name.as_ref())?;
        let mut builder = cap_std::fs::DirBuilder::new();
        #[cfg(unix)]
        if private {
            cap_std::fs::DirBuilderExt::mode(&mut builder, 0o700);
        }
        let _ = private;
        self.dir.create_dir_with(name, builder.recursive(false))?;
        let Within::Folder(made) = self.enter(name)? else {
            return Err(io::Error::other("something else has taken its place"));
        };
        give_like(&made.handle()?, &self.metadata()?);
        self.sync()?;
        Ok(made)
    }

    /// Removes a folder in which nothing is. `false` where something is in it, or it is no
    /// folder.
    ///
    /// # Errors
    /// The system refuses.
    pub fn remove_empty(&self, name: impl AsRef<OsStr>) -> io::Result<bool> {
        match self.dir.remove_dir(single(name.as_ref())?) {
            Ok(()) => Ok(true),
            Err(error) => match error.kind() {
                io::ErrorKind::DirectoryNotEmpty
                | io::ErrorKind::NotFound
                | io::ErrorKind::NotADirectory
                // A mount point is not ours to remove; some systems also say so of a folder in
                // which something is.
                | io::ErrorKind::ResourceBusy
                | io::ErrorKind::AlreadyExists => Ok(false),
                _ => Err(error),
            },
        }
    }

    /// Opens a regular file of that name for reading.
    ///
    /// # Errors
    /// It is not there, is a link or something else, or cannot be opened.
    pub fn open_file(&self, name: impl AsRef<OsStr>) -> io::Result<File> {
        self.open_with(name, OpenOptions::new().read(true))
    }

    /// Opens or makes a file that is read and appended to, such as a list or a lock: a
    /// regular file without another name. A new one may be `private`.
    ///
    /// # Errors
    /// It is something else, or cannot be opened.
    pub fn open_own(&self, name: impl AsRef<OsStr>, new: Option<Access>) -> io::Result<File> {
        let name = name.as_ref();
        let mut options = OpenOptions::new();
        options.read(true).write(true);
        match self.open_with(name, &options) {
            Err(error) if error.kind() == io::ErrorKind::NotFound && new.is_some() => {}
            opened => {
                let file = opened?;
                let found = Metadata::from_file(&file)?;
                if found.nlink() > 1 {
                    return Err(io::Error::new(
                        io::ErrorKind::TooManyLinks,
                        "it has another name elsewhere",
                    ));
                }
                return Ok(file);
            }
        }
        options.create_new(true);
        if let Some(access) = new {
            access.apply(&mut options);
        }
        match self.open_with(name, &options) {
            // Another process has made it since.
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => self.open_own(name, None),
            made => {
                let made = made?;
                give_like(&made, &self.metadata()?);
                Ok(made)
            }
        }
    }

    /// Opens a regular file as wanted.
    fn open_with(&self, name: impl AsRef<OsStr>, options: &OpenOptions) -> io::Result<File> {
        let file = self.open_as(name, options)?;
        kind::is_regular_now(&file)?;
        Ok(file)
    }

    /// Opens what has that name, or makes it. A link is not followed, and a pipe not waited
    /// for.
    pub(super) fn open_as(
        &self,
        name: impl AsRef<OsStr>,
        options: &OpenOptions,
    ) -> io::Result<File> {
        let mut options = options.clone();
        options.follow(FollowSymlinks::No);
        #[cfg(unix)]
        cap_std::fs::OpenOptionsExt::custom_flags(&mut options, kind::waiting_for_nobody());
        let name = single(name.as_ref())?;
        let file = self.dir.open_with(name, &options).map_err(|error| {
            let is_link = |found: Metadata| found.is_symlink();
            if self.look(name).ok().flatten().is_some_and(is_link) {
                io::Error::other("it is a link, and links are not followed")
            } else {
                error
            }
        })?;
        Ok(file.into_std())
    }

    /// Where a symbolic link leads, as it is written; `None` for anything else.
    ///
    /// # Errors
    /// It cannot be read.
    pub fn link_target(&self, name: impl AsRef<OsStr>) -> io::Result<Option<PathBuf>> {
        let name = single(name.as_ref())?;
        if !self.look(name)?.is_some_and(|found| found.is_symlink()) {
            return Ok(None);
        }
        self.dir.read_link_contents(name).map(Some)
    }

    /// Makes a symbolic link.
    ///
    /// # Errors
    /// Something of that name is there, or the system refuses.
    pub fn make_link(&self, name: &str, target: &Path) -> io::Result<()> {
        let name = single(OsStr::new(name))?;
        #[cfg(not(windows))]
        return self.dir.symlink_contents(target, name);
        #[cfg(windows)]
        return DirExt::symlink_file(&self.dir, target, name);
    }

    /// Gives a file of another folder a second name here.
    ///
    /// # Errors
    /// Something of that name is there, or the system refuses.
    pub fn make_second_name(&self, name: impl AsRef<OsStr>, of: (&Self, &OsStr)) -> io::Result<()> {
        let (folder, file) = of;
        (folder.dir).hard_link(single(file)?, &self.dir, single(name.as_ref())?)
    }

    /// Gives a file or folder another name, in this folder or another one, where nothing
    /// has that name.
    ///
    /// # Errors
    /// Something has that name (`AlreadyExists`), or the system refuses.
    pub fn rename(
        &self,
        name: impl AsRef<OsStr>,
        to: &Self,
        new: impl AsRef<OsStr>,
    ) -> io::Result<()> {
        let (name, new) = (single(name.as_ref())?, single(new.as_ref())?);
        match rename_to_new(&self.dir, name, &to.dir, new) {
            Err(error) if knows_no_such_renaming(&error) => {}
            renamed => return renamed,
        }
        let is_folder = self.look(name)?.is_some_and(|found| found.is_dir());
        if is_folder {
            // A rename replaces an empty folder and fails on any other, so that nothing is lost
            // between look and rename.
            if to.look(new)?.is_some() {
                return Err(io::ErrorKind::AlreadyExists.into());
            }
            return self.dir.rename(name, &to.dir, new);
        }
        // An empty file of ours takes the name, which fails if something has it; that file is
        // then replaced.
        let mut options = OpenOptions::new();
        to.open_as(new, options.write(true).create_new(true))?;
        self.dir.rename(name, &to.dir, new).inspect_err(|_| {
            // It is of no use any more; the error that matters is the first.
            let _ = to.dir.remove_file(new);
        })
    }

    /// Replaces the file of a name by another one of this folder.
    pub(super) fn rename_over(&self, name: &str, to: &OsStr) -> io::Result<()> {
        let (name, to) = (single(OsStr::new(name))?, single(to)?);
        patiently(|| self.dir.rename(name, &self.dir, to))
    }

    /// Removes a name whose file is known to be ours to remove.
    pub(super) fn unlink(&self, name: impl AsRef<OsStr>) -> io::Result<()> {
        self.dir.remove_file_or_symlink(single(name.as_ref())?)
    }

    /// Makes changes of names in this folder last through a loss of power.
    ///
    /// # Errors
    /// The system cannot write them.
    pub fn sync(&self) -> io::Result<()> {
        match self.handle().and_then(|folder| folder.sync_all()) {
            // Some network folders cannot be synchronised, nor those that cannot be read;
            // what was done in them is done.
            Err(error)
                if matches!(
                    error.kind(),
                    io::ErrorKind::InvalidInput
                        | io::ErrorKind::Unsupported
                        | io::ErrorKind::PermissionDenied
                ) =>
            {
                Ok(())
            }
            synced => synced,
        }
    }

    /// The folder as a file, to be locked or synchronised.
    ///
    /// # Errors
    /// It cannot be read, or no more files can be open.
    #[cfg(unix)]
    pub fn handle(&self) -> io::Result<File> {
        use rustix::fs::{Mode, OFlags, openat};
        // cap-std opens folders with `O_PATH` where it can, which can be neither locked nor
        // synchronised.
        let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC;
        Ok(openat(&self.dir, ".", flags, Mode::empty())?.into())
    }

    /// The folder as a file.
    ///
    /// # Errors
    /// No more files can be open.
    #[cfg(not(unix))]
    pub fn handle(&self) -> io::Result<File> {
        Ok(self.dir.try_clone()?.into_std_file())
    }

    /// Whether something is mounted here, so that the folder that the one above has is not
    /// this one.
    fn is_mounted_in(&self, above: &Self) -> io::Result<bool> {
        let (here, there) = (self.dir.dir_metadata()?, above.dir.dir_metadata()?);
        Ok(here.dev() != there.dev() || mount_of(&self.dir)? != mount_of(&above.dir)?)
    }

    /// What tells this folder from all others, by whatever name it was found.
    ///
    /// # Errors
    /// The system does not tell.
    pub fn id(&self) -> io::Result<(u64, u64)> {
        let metadata = self.dir.dir_metadata()?;
        Ok((metadata.dev(), metadata.ino()))
    }
}

/// The number of the mount that a folder is of, where the system has such: a part of one
/// file system can be mounted within itself.
#[cfg(target_os = "linux")]
fn mount_of(dir: &Dir) -> io::Result<Option<u64>> {
    use rustix::fs::{AtFlags, StatxFlags, statx};
    use rustix::io::Errno;
    match statx(dir, "", AtFlags::EMPTY_PATH, StatxFlags::MNT_ID) {
        Ok(found) => {
            let told = StatxFlags::from_bits_retain(found.stx_mask);
            Ok((told.contains(StatxFlags::MNT_ID)).then_some(found.stx_mnt_id))
        }
        // An old kernel, or one that forbids the call (seccomp).
        Err(Errno::NOSYS | Errno::INVAL | Errno::PERM) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

#[cfg(not(target_os = "linux"))]
#[expect(
    clippy::unnecessary_wraps,
    reason = "elsewhere there is something to ask"
)]
fn mount_of(_: &Dir) -> io::Result<Option<u64>> {
    Ok(None)
}

#[cfg(any(target_os = "linux", target_os = "android", target_vendor = "apple"))]
fn rename_to_new(from: &Dir, name: &Path, to: &Dir, new: &Path) -> io::Result<()> {
    use rustix::fs::{RenameFlags, renameat_with};
    Ok(renameat_with(from, name, to, new, RenameFlags::NOREPLACE)?)
}

#[cfg(not(any(target_os = "linux", target_os = "android", target_vendor = "apple")))]
fn rename_to_new(_: &Dir, _: &Path, _: &Dir, _: &Path) -> io::Result<()> {
    Err(io::ErrorKind::Unsupported.into())
}

/// Does what another program may be in the way of for a moment: on Windows a scanner of viruses
/// or an indexer opens files just after they were written.
#[cfg(windows)]
fn patiently(mut work: impl FnMut() -> io::Result<()>) -> io::Result<()> {
    use std::time::Duration;
    /// `ERROR_ACCESS_DENIED`, `ERROR_SHARING_VIOLATION` and `ERROR_LOCK_VIOLATION`.
    const IN_THE_WAY: [i32; 3] = [5, 32, 33];
    // Doubled seven times, which is 1.3 seconds in all.
    let mut pause = Duration::from_millis(10);
    loop {
        match work() {
            Err(error)
                if pause < Duration::from_secs(1)
                    && error
                        .raw_os_error()
                        .is_some_and(|it| IN_THE_WAY.contains(&it)) =>
            {
                std::thread::sleep(pause);
                pause *= 2;
            }
            done => return done,
        }
    }
}

#[cfg(not(windows))]
fn patiently(work: impl FnOnce() -> io::Result<()>) -> io::Result<()> {
    work()
}

/// Whether the system or the file system cannot rename without replacing. The same error comes
/// for a folder that is to be moved into itself; the way without this call then fails with it
/// again.
fn knows_no_such_renaming(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::InvalidInput | io::ErrorKind::Unsupported
    )
}

/// A single name: no separators, `.` or `..`.
fn single(name: &OsStr) -> io::Result<&Path> {
    let path = Path::new(name);
    let mut components = path.components();
    match (components.next(), components.next()) {
        (Some(Component::Normal(only)), None) if only == name => Ok(path),
        _ => Err(io::Error::new(
            io::ErrorKind::InvalidInput,
            "it is not a file name",
        )),
    }
}
