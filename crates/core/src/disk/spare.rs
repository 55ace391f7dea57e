//! Proof that nothing is lost with a file, and its removal.

use std::ffi::OsStr;
use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use cap_fs_ext::MetadataExt;
use cap_std::fs::Metadata;

use super::folder::{FolderHandle, Within};
use super::kind::open_regular;

/// How much of two files is compared at a time, in bytes.
const PIECE: usize = 1 << 18;

/// Which file it is, and that it is as it was.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Identity {
    dev: u64,
    ino: u64,
    size: u64,
    modified: Option<SystemTime>,
    /// Where it leads, if it is a symbolic link.
    target: Option<PathBuf>,
}

impl Identity {
    fn of(found: &Metadata, target: Option<PathBuf>) -> Self {
        Self {
            dev: found.dev(),
            ino: found.ino(),
            size: found.len(),
            modified: found
                .modified()
                .ok()
                .map(cap_std::time::SystemTime::into_std),
            target,
        }
    }

    fn in_folder(folder: &FolderHandle, name: &OsStr) -> io::Result<Option<Self>> {
        let Some(found) = folder.look(name)? else {
            return Ok(None);
        };
        Ok(Some(Self::of(&found, folder.link_target(name)?)))
    }

    /// What a path leads to; it need not be read for that.
    #[cfg(unix)]
    fn at(path: &Path) -> io::Result<Self> {
        let found = Metadata::from_just_metadata(fs::metadata(path)?);
        Ok(Self::of(&found, None))
    }

    /// What a path leads to. On this system only an open file tells its number.
    #[cfg(not(unix))]
    fn at(path: &Path) -> io::Result<Self> {
        Ok(Self::of(&Metadata::from_file(&open_regular(path)?)?, None))
    }

    fn is_same_file(&self, other: &Self) -> bool {
        (self.dev, self.ino) == (other.dev, other.ino)
    }
}

/// A file in a folder of which nothing is lost when it goes, because its bytes stand
/// elsewhere. There is no other way to remove a file than with one of these.
#[derive(Debug)]
pub struct Spare {
    what: Identity,
    /// Where the bytes stand, and what was found there.
    elsewhere: Option<(PathBuf, Identity)>,
}

impl Spare {
    /// A symbolic link that leads to where it is said to lead: it holds nothing itself.
    ///
    /// # Errors
    /// The system does not tell what it is.
    pub fn link(folder: &FolderHandle, name: &str, target: &str) -> io::Result<Option<Self>> {
        let what = Identity::in_folder(folder, OsStr::new(name))?;
        let leads_there = |what: &Identity| {
            let target_of = what.target.as_ref();
            target_of.is_some_and(|to| to.to_string_lossy() == target)
        };
        Ok(what.filter(leads_there).map(|what| Self {
            what,
            elsewhere: None,
        }))
    }

    /// A copy of what a path leads to: another file with the same bytes, which are compared.
    ///
    /// # Errors
    /// One of both cannot be read.
    pub fn copy(folder: &FolderHandle, name: &str, original: &Path) -> io::Result<Option<Self>> {
        let copy = folder.open_file(name)?;
        let what = Identity::of(&Metadata::from_file(&copy)?, None);
        let file = open_regular(original)?;
        let elsewhere = Identity::of(&Metadata::from_file(&file)?, None);
        let could_be = !what.is_same_file(&elsewhere) && what.size == elsewhere.size;
        if !could_be || !same_bytes(copy, file)? {
            return Ok(None);
        }
        Ok(Some(Self {
            what,
            elsewhere: Some((original.to_owned(), elsewhere)),
        }))
    }

    /// Whether a file looks like a copy of what a path leads to: another file of one size
    /// and one time. That is an answer for a plan, and no proof.
    ///
    /// # Errors
    /// The system does not tell.
    pub fn looks_like_copy(folder: &FolderHandle, name: &str, original: &Path) -> io::Result<bool> {
        let Some(what) = Identity::in_folder(folder, OsStr::new(name))? else {
            return Ok(false);
        };
        let other = Identity::at(original)?;
        let is_of_one_time = what.modified.is_some() && what.modified == other.modified;
        Ok(!what.is_same_file(&other) && what.size == other.size && is_of_one_time)
    }

    /// A second name of the file that a path leads to. What has to be proven is that the path
    /// does not lead to this very name by another way, through a link or in another case.
    ///
    /// # Errors
    /// The system does not tell.
    pub fn second_name(
        folder: &FolderHandle,
        name: &str,
        original: &Path,
    ) -> io::Result<Option<Self>> {
        let Some(found) = folder.look(name)? else {
            return Ok(None);
        };
        let what = Identity::of(&found, None);
        let real = fs::canonicalize(original)?;
        let (Some(parent), Some(other)) = (real.parent(), real.file_name()) else {
            return Ok(None);
        };
        let parent = FolderHandle::open(parent)?;
        let elsewhere = Identity::in_folder(&parent, other)?;
        let Some(elsewhere) = elsewhere.filter(|other| other.is_same_file(&what)) else {
            return Ok(None);
        };
        let one_name = parent.id()? == folder.id()? && folded(other) == folded(OsStr::new(name));
        if one_name || found.nlink() < 2 || !found.is_file() {
            return Ok(None);
        }
        Ok(Some(Self {
            what,
            elsewhere: Some((real, elsewhere)),
        }))
    }

    /// Whether the bytes stand elsewhere still.
    fn holds(&self) -> io::Result<bool> {
        let Some((path, known)) = &self.elsewhere else {
            return Ok(true);
        };
        match Identity::at(path) {
            Ok(found) => Ok(found == *known),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
            Err(error) => Err(error),
        }
    }
}

fn folded(name: &OsStr) -> String {
    super::names::folded(&name.to_string_lossy())
}

/// Whether two files hold the same.
fn same_bytes(mut a: File, mut b: File) -> io::Result<bool> {
    let mut pieces = [vec![0; PIECE], vec![0; PIECE]];
    loop {
        let [left, right] = &mut pieces;
        let (read_a, read_b) = (fill(&mut a, left)?, fill(&mut b, right)?);
        if left.get(..read_a) != right.get(..read_b) {
            return Ok(false);
        }
        if read_a < PIECE {
            return Ok(true);
        }
    }
}

/// Reads until the piece is full or the file ends.
fn fill(file: &mut File, piece: &mut [u8]) -> io::Result<usize> {
    let mut filled = 0;
    while let Some(rest) = piece.get_mut(filled..).filter(|rest| !rest.is_empty()) {
        match file.read(rest) {
            Ok(0) => break,
            Ok(read) => filled += read,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(filled)
}

/// Where files of a folder lie for the moment between losing their name and being removed.
/// What takes the place of a file just before it is removed comes here instead of it, is
/// seen not to be it, and goes back.
#[derive(Debug)]
pub struct Bin<'f> {
    of: &'f FolderHandle,
    name: String,
    folder: Option<FolderHandle>,
}

impl<'f> Bin<'f> {
    /// The bin of a folder; `token` names whoever removes. It is made when it is needed.
    pub fn new(of: &'f FolderHandle, token: &str) -> Self {
        Self {
            of,
            name: format!(".imm-cluster-{token}.old"),
            folder: None,
        }
    }

    /// Takes a file out of the folder. It is in the bin then, and [`Bin::remove`] or
    /// [`Bin::put_back`] says what becomes of it.
    ///
    /// # Errors
    /// It stays where it is.
    pub fn take(&mut self, name: &str) -> io::Result<()> {
        let bin = match &mut self.folder {
            Some(bin) => bin,
            none => none.insert(self.of.make(&self.name, true)?),
        };
        self.of.rename(name, bin, name)
    }

    /// Removes a file that was taken, if it is the one of the proof and its bytes stand
    /// elsewhere still. `false` where it is not; it is in the bin still.
    ///
    /// # Errors
    /// The system refuses.
    pub fn remove(&self, name: &str, spare: &Spare) -> io::Result<bool> {
        let holds = self.holds(name, spare)?;
        if let Some(bin) = self.folder.as_ref().filter(|_| holds) {
            bin.unlink(name)?;
        }
        Ok(holds)
    }

    /// Whether a file that was taken is the one of the proof, and its bytes stand elsewhere
    /// still.
    ///
    /// # Errors
    /// The system does not tell.
    pub fn holds(&self, name: &str, spare: &Spare) -> io::Result<bool> {
        let Some(bin) = &self.folder else {
            return Ok(false);
        };
        let is_it = Identity::in_folder(bin, OsStr::new(name))?.as_ref() == Some(&spare.what);
        Ok(is_it && spare.holds()?)
    }

    /// The folder that it is, if there is one.
    pub fn folder(&self) -> Option<&FolderHandle> {
        self.folder.as_ref()
    }

    /// Puts a file that was taken back under its name, or under the next that nothing has.
    ///
    /// # Errors
    /// It stays in the bin.
    pub fn put_back(&self, name: &str) -> io::Result<()> {
        let Some(bin) = &self.folder else {
            return Ok(());
        };
        let others = (2..).map(|n| super::names::with_suffix(name, &format!("~{n}")));
        for free in std::iter::once(name.to_owned()).chain(others) {
            match bin.rename(name, self.of, &free) {
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
                done => return done,
            }
        }
        Ok(())
    }

    /// Finds the bin that a killed process has left, and what is in it.
    ///
    /// # Errors
    /// It is there and cannot be listed.
    pub fn left_by(of: &'f FolderHandle, token: &str) -> io::Result<(Self, Vec<String>)> {
        let mut bin = Self::new(of, token);
        let mut names = Vec::new();
        if let Within::Folder(folder) = of.enter(&bin.name)? {
            for name in folder.names()? {
                names.extend(name.into_string());
            }
            bin.folder = Some(folder);
        }
        Ok((bin, names))
    }

    /// Removes the bin. What could not be put back keeps it.
    ///
    /// # Errors
    /// The system refuses.
    pub fn close(mut self) -> io::Result<()> {
        self.remove_folder()
    }

    fn remove_folder(&mut self) -> io::Result<()> {
        if self.folder.take().is_some() {
            self.of.remove_empty(&self.name)?;
        }
        Ok(())
    }
}

impl Drop for Bin<'_> {
    fn drop(&mut self) {
        // The error that matters came before.
        let _ = self.remove_folder();
    }
}
