//! The dataset file: found, locked, read, replaced.

use std::ffi::OsStr;
use std::fs::{self, File};
use std::io::{self, BufRead, BufReader, BufWriter, Read, Seek, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};

use super::document::{self, FORMAT, Head};
use super::error::StoreError;
use super::json;
use super::model::Dataset;
use super::{fast, save};
use crate::disk::{
    self, Access, Draft, FolderHandle, give_like, keep_owner_and_mode, open_to_read,
};
use crate::place::Geocoder;
use crate::place::import::Imports;
use crate::task::Journal;

/// Who asks whether the dataset is in use holds its lock for a moment, and that must
/// not make another process give up.
const LEAST_WAIT: Duration = Duration::from_millis(20);

/// The most that the first line of a dataset may have in bytes.
const LONGEST_START: u64 = 16 << 20;

/// The most bytes of what a process says about itself in the lock file.
const LONGEST_NOTE: u64 = 200;

/// What the name of the lock file ends with.
const LOCK: &str = ".lock";

/// What the name of the task file ends with.
const TASKS: &str = ".tasks.jsonl";

/// Where a dataset lives.
#[derive(Debug, Clone)]
pub struct Store {
    path: PathBuf,
    /// Where the lock files lie; `None` for beside the dataset.
    lock_folder: Option<PathBuf>,
    /// Where imported gazetteers are.
    gazetteers: Option<PathBuf>,
}

/// A store that no other process can change meanwhile.
#[derive(Debug)]
pub struct Locked {
    store: Store,
    /// The dataset file as this process knows it; `None` before it was read, and when
    /// it was not there.
    known: Mutex<Option<Stamp>>,
    /// Held until it is dropped; the file itself stays, so that everybody who
    /// waits for it waits for the same one.
    lock: File,
}

impl Drop for Locked {
    fn drop(&mut self) {
        if note_in(&self.lock).is_some() {
            // Without a note nobody need look for what a killed process has left.
            let _ = self.lock.set_len(0);
        }
    }
}

/// By what a file is told from one that another program put in its place: its size,
/// and its modification time where that is settled. Numbers of inodes are not the same
/// twice on every network disk.
type Stamp = (u64, Option<SystemTime>);

impl Store {
    /// The dataset at `path`. A symbolic link is followed, so that saving
    /// replaces the file that it points to and not the link.
    pub fn at(path: &Path) -> Self {
        // What links point to need not exist yet.
        let target = || disk::led_to(path).ok();
        let existing = disk::canonical(path).ok().or_else(target);
        Self {
            path: existing.unwrap_or_else(|| path.to_owned()),
            lock_folder: None,
            gazetteers: None,
        }
    }

    /// The same dataset, with its lock files in a folder of their own: not every
    /// network folder has locks.
    #[must_use]
    pub fn locked_in(self, lock_folder: Option<PathBuf>) -> Self {
        Self {
            lock_folder,
            ..self
        }
    }

    /// The same dataset, whose points are named with what was imported into a folder.
    #[must_use]
    pub fn consulting(self, gazetteers: Option<PathBuf>) -> Self {
        Self { gazetteers, ..self }
    }

    /// Lets a geocoder ask what was imported.
    fn consult(&self, geocoder: &mut Geocoder) -> Result<(), StoreError> {
        if let Some(folder) = &self.gazetteers {
            geocoder.consult(Imports::open(folder)?);
        }
        Ok(())
    }

    /// The dataset file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Reads the dataset. One that does not exist yet is an empty one.
    ///
    /// # Errors
    /// Says why the file cannot be read or believed.
    pub fn read(&self) -> Result<Dataset, StoreError> {
        if let Some(dataset) = self.read_existing()? {
            return Ok(dataset);
        }
        let mut dataset = Dataset::empty();
        self.consult(&mut dataset.geocoder)?;
        dataset.geodata = dataset.geocoder.version();
        Ok(dataset)
    }

    /// As [`Store::read`], but `None` when the dataset does not exist yet.
    ///
    /// # Errors
    /// As [`Store::read`].
    pub fn read_existing(&self) -> Result<Option<Dataset>, StoreError> {
        let unreadable = |source| StoreError::Unreadable {
            path: self.path.clone(),
            source,
        };
        let mut file = match open_to_read(&self.path) {
            Ok(file) => file,
            Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(source) => return Err(unreadable(source)),
        };
        if file.metadata().is_ok_and(|metadata| metadata.is_file()) {
            let ours = fast::read(BufReader::new(&file)).map_err(unreadable)?;
            if let Some(mut ours) = ours {
                self.consult(&mut ours.geocoder)?;
                return Ok(Some(ours));
            }
            file.rewind().map_err(unreadable)?;
        }
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes).map_err(unreadable)?;
        let dataset = json::read(&bytes);
        let mut dataset = dataset.map_err(|error| self.explain(&bytes, &error))?;
        self.consult(&mut dataset.geocoder)?;
        Ok(Some(dataset))
    }

    /// Reads what names points and nothing else, where the file begins as we write
    /// it; otherwise all of it is read.
    ///
    /// # Errors
    /// As [`Store::read`].
    pub fn read_geocoder(&self) -> Result<Geocoder, StoreError> {
        let mut start = Vec::new();
        let file = open_to_read(&self.path);
        let file = file.map(|file| BufReader::new(file.take(LONGEST_START)));
        let read = file.and_then(|mut file| file.read_until(b'\n', &mut start));
        match read.ok().and_then(|_| document::read_geocoder(&start)) {
            Some(mut geocoder) => {
                self.consult(&mut geocoder)?;
                Ok(geocoder)
            }
            None => Ok(self.read()?.geocoder),
        }
    }

    /// As [`Store::read_existing`], but without places and files where that is
    /// possible: what stands behind the clusters is neither read nor checked, but for
    /// the end of the file.
    ///
    /// # Errors
    /// As [`Store::read`].
    pub fn read_head(&self) -> Result<Option<Dataset>, StoreError> {
        let head = open_to_read(&self.path).and_then(|mut file| {
            let mut end = [0; 4];
            file.seek(io::SeekFrom::End(-4))?;
            file.read_exact(&mut end)?;
            if !end.ends_with(b"]}\n") {
                return Ok(None);
            }
            file.rewind()?;
            fast::read_head(BufReader::new(file))
        });
        match head {
            Ok(Some(dataset)) => Ok(Some(dataset)),
            _ => self.read_existing(),
        }
    }

    /// The bytes of the dataset file, whatever they are.
    ///
    /// # Errors
    /// It cannot be read.
    pub fn bytes(&self) -> Result<Vec<u8>, StoreError> {
        let mut bytes = Vec::new();
        let read = open_to_read(&self.path).and_then(|mut file| file.read_to_end(&mut bytes));
        read.map_err(|source| StoreError::Unreadable {
            path: self.path.clone(),
            source,
        })?;
        Ok(bytes)
    }

    /// The size of the dataset file in bytes, 0 where there is none.
    pub fn size(&self) -> u64 {
        fs::metadata(&self.path).map_or(0, |file| file.len())
    }

    /// Whether there is such a file, or something in its place.
    pub fn exists(&self) -> bool {
        self.path.try_exists().unwrap_or(true)
    }

    /// Tells a newer dataset and a foreign file from a damaged one.
    fn explain(&self, bytes: &[u8], error: &serde_json::Error) -> StoreError {
        let path = self.path.clone();
        let Ok(head) = serde_json::from_slice::<Head>(bytes) else {
            let (line, reason) = if bytes.is_empty() {
                (0, "the file is empty".to_owned())
            } else {
                (error.line(), error.to_string())
            };
            // A cut dataset is one still; any other broken file may be anything.
            let ours = bytes.is_empty() || bytes.starts_with(br#"{"format":"imm-cluster-dataset""#);
            return if ours || serde_json::from_slice::<serde_json::Value>(bytes).is_err() {
                StoreError::Damaged { path, line, reason }
            } else {
                StoreError::Foreign { path }
            };
        };
        match (head.format.as_deref(), head.version) {
            (Some(FORMAT), Some(version)) if version > super::version::VERSION => {
                StoreError::Newer { path, version }
            }
            (Some(FORMAT), _) => StoreError::Damaged {
                path,
                line: error.line(),
                reason: error.to_string(),
            },
            _ => StoreError::Foreign { path },
        }
    }

    /// Takes the lock, waiting up to `wait` for another process. `purpose` is
    /// what that process would be told about this one.
    ///
    /// # Errors
    /// The dataset is in use, or the lock file cannot be made.
    pub fn lock(&self, wait: Duration, purpose: &str) -> Result<Locked, StoreError> {
        let wait = wait.max(LEAST_WAIT);
        let unwritable = |path: &Path| {
            let path = path.to_owned();
            move |source| StoreError::Unwritable { path, source }
        };
        let folder = self.folder();
        let folder = FolderHandle::open_or_make(folder, true).map_err(unwritable(&self.path))?;
        let path = self.lock_file(LOCK);
        let (elsewhere, name) = (path.parent(), path.file_name().unwrap_or_default());
        let lock_folder = match (&self.lock_folder, elsewhere) {
            (Some(_), Some(elsewhere)) => {
                Some(FolderHandle::open_or_make(elsewhere, false).map_err(unwritable(&path))?)
            }
            _ => None,
        };
        let in_folder = lock_folder.as_ref().unwrap_or(&folder);
        let file = in_folder.open_own(name, Some(Access::Private));
        // One that is not for this process to write, or has another name, can be locked, too.
        let file = file.or_else(|error| match error.kind() {
            io::ErrorKind::PermissionDenied | io::ErrorKind::TooManyLinks => {
                in_folder.open_file(name).map_err(|_| error)
            }
            _ => Err(error),
        });
        let file = file.map_err(unwritable(&path))?;
        match disk::lock_within(&file, wait, Duration::from_millis(50)) {
            Ok(true) => {}
            Err(source) => return Err(StoreError::Unlockable { path, source }),
            Ok(false) => {
                return Err(StoreError::Locked {
                    path: self.path.clone(),
                    // Who it is only makes the message better.
                    holder: note_in(&file).unwrap_or_default(),
                });
            }
        }
        if let Ok(dataset) = fs::metadata(&self.path) {
            // Who may use the dataset may lock it.
            disk::share_like(&file, &dataset);
        }
        if let Some(before) = note_in(&file) {
            if !before.is_empty() {
                // Who was killed while writing left something behind.
                folder.sweep();
            }
            let note = format!("{purpose} (process {})\n", std::process::id());
            // The lock holds without the note, on a full disk for example.
            let _ = file
                .set_len(0)
                .and_then(|()| (&file).rewind())
                .and_then(|()| (&file).write_all(note.as_bytes()));
        }
        Ok(Locked {
            store: self.clone(),
            known: Mutex::new(None),
            lock: file,
        })
    }

    /// What the process that holds the dataset at present says about itself, which
    /// may be nothing; `None` when nobody holds it.
    pub fn holder(&self) -> Option<String> {
        let file = disk::open_regular(&self.lock_file(LOCK)).ok()?;
        match file.try_lock_shared() {
            // Some systems let nobody else read a locked file.
            Err(fs::TryLockError::WouldBlock) => Some(note_in(&file).unwrap_or_default()),
            _ => None,
        }
    }

    /// The file beside the dataset that remembers the tasks.
    pub fn journal(&self) -> Journal {
        let lock = self
            .lock_folder
            .is_some()
            .then(|| self.lock_file(&format!("{TASKS}{LOCK}")));
        Journal::at(self.beside(TASKS), lock, Some(self.path.clone()))
    }

    /// The folder that the dataset lies in.
    fn folder(&self) -> &Path {
        match self.path.parent() {
            Some(folder) if !folder.as_os_str().is_empty() => folder,
            _ => Path::new("."),
        }
    }

    /// A lock file. Away from the dataset, its name tells datasets of one name in
    /// different folders apart.
    fn lock_file(&self, suffix: &str) -> PathBuf {
        let Some(lock_folder) = &self.lock_folder else {
            return self.beside(suffix);
        };
        let folder = self.folder();
        let folder = disk::canonical(folder).unwrap_or_else(|_| folder.to_owned());
        let hash = crc32fast::hash(folder.as_os_str().as_encoded_bytes());
        let mut name = self.path.file_name().unwrap_or_default().to_owned();
        name.push(format!("-{hash:08x}{suffix}"));
        lock_folder.join(name)
    }

    fn beside(&self, suffix: &str) -> PathBuf {
        let mut name = self.path.clone().into_os_string();
        name.push(suffix);
        name.into()
    }
}

impl Locked {
    /// Reads the dataset as it is now. One that does not exist yet is an empty one.
    ///
    /// # Errors
    /// As [`Store::read`].
    pub fn read(&self) -> Result<Dataset, StoreError> {
        self.read_existing()
            .map(|dataset| dataset.unwrap_or_else(Dataset::empty))
    }

    /// As [`Locked::read`], but `None` when the dataset does not exist yet.
    ///
    /// # Errors
    /// As [`Store::read`].
    pub fn read_existing(&self) -> Result<Option<Dataset>, StoreError> {
        // What is put there after this is seen before it is replaced.
        *self.known() = stamp(&self.store.path).map_err(|source| StoreError::Unreadable {
            path: self.store.path.clone(),
            source,
        })?;
        self.store.read_existing()
    }

    /// Keeps the dataset file as it is under a name of its own: with `.damaged` behind
    /// its name, and a number where that is taken. Returns its path.
    ///
    /// # Errors
    /// It cannot be kept.
    pub fn set_aside(&self) -> Result<PathBuf, StoreError> {
        let unwritable = |source| StoreError::Unwritable {
            path: self.store.path.clone(),
            source,
        };
        let folder = FolderHandle::open(self.store.folder()).map_err(unwritable)?;
        let name = self.store.path.file_name().unwrap_or_default();
        for number in 1u32.. {
            let suffix = match number {
                1 => ".damaged".to_owned(),
                _ => format!(".damaged-{number}"),
            };
            let path = self.store.beside(&suffix);
            let kept = path.file_name().unwrap_or_default();
            // Another name of the same file is made at once or not at all, and never
            // takes the place of another file. Not every file system has that.
            let named = folder.make_second_name(kept, (&folder, name));
            let named = named.or_else(|why| match why.kind() {
                io::ErrorKind::AlreadyExists => Err(why),
                _ => copy_to_new(&self.store.path, &folder, kept),
            });
            match named.and_then(|()| folder.sync()) {
                Ok(()) => return Ok(path),
                Err(why) if why.kind() == io::ErrorKind::AlreadyExists => {}
                Err(source) => return Err(StoreError::Unwritable { path, source }),
            }
        }
        Err(unwritable(io::ErrorKind::AlreadyExists.into()))
    }

    /// Replaces the dataset durably: a temporary file beside it is written and
    /// synchronised, then renamed over it.
    ///
    /// # Errors
    /// The dataset is as it was when any step fails, also when another program, which
    /// knows nothing of locks, has put another file in its place.
    pub fn save(&self, dataset: &Dataset) -> Result<(), StoreError> {
        let path = || self.store.path.clone();
        let unwritable = |source| StoreError::Unwritable {
            path: path(),
            source,
        };
        // One that was removed is made again: it holds all that this one knew.
        if let Some((size, modified)) = stamp(&self.store.path).map_err(unwritable)? {
            let is_known = self.known().is_some_and(|(known_size, known)| {
                known_size == size && (known.is_none() || known == modified)
            });
            if !is_known {
                return Err(StoreError::Changed { path: path() });
            }
        }
        let size = self.replace(dataset).map_err(unwritable)?;
        // A server may still give what was just written another time.
        *self.known() = Some((size, None));
        Ok(())
    }

    fn known(&self) -> MutexGuard<'_, Option<Stamp>> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Returns the size of what was written in bytes.
    fn replace(&self, dataset: &Dataset) -> io::Result<u64> {
        let folder = FolderHandle::open(self.store.folder())?;
        let name = self.store.path.file_name().unwrap_or_default();
        let mut draft = Draft::new(&folder, Access::Private)?;
        let mut writer = BufWriter::with_capacity(1 << 20, draft.file());
        save::write(dataset, &mut writer)?;
        writer.flush()?;
        drop(writer);
        match fs::metadata(&self.store.path) {
            Ok(old) => keep_owner_and_mode(draft.file(), &old)?,
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                give_like(draft.file(), &folder.metadata()?);
            }
            Err(error) => return Err(error),
        }
        let size = draft.file().metadata()?.len();
        draft.replace(name)?;
        Ok(size)
    }
}

/// What stands in a lock file about who holds it, which may be nothing; `None` where it is
/// no note of ours: nothing is written into such a file, but it can be locked.
fn note_in(mut file: &File) -> Option<String> {
    let mut note = Vec::new();
    file.rewind().ok()?;
    file.take(LONGEST_NOTE + 1).read_to_end(&mut note).ok()?;
    // A loss of power can leave zeros.
    if note.iter().all(|byte| *byte == 0) {
        return (note.len() as u64 <= LONGEST_NOTE).then(String::new);
    }
    let note = String::from_utf8(note).ok()?;
    let (_, process) = note.strip_suffix(")\n")?.rsplit_once(" (process ")?;
    let is_number = !process.is_empty() && process.bytes().all(|byte| byte.is_ascii_digit());
    (is_number && note.lines().count() == 1).then_some(note)
}

fn stamp(path: &Path) -> io::Result<Option<Stamp>> {
    match fs::metadata(path) {
        Ok(found) => Ok(Some((found.len(), found.modified().ok()))),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

/// Copies a file to one that does not exist yet.
fn copy_to_new(from: &Path, folder: &FolderHandle, to: &OsStr) -> io::Result<()> {
    let mut original = disk::open_regular(from)?;
    let mut draft = Draft::new(folder, Access::Private)?;
    io::copy(&mut original, draft.file())?;
    keep_owner_and_mode(draft.file(), &original.metadata()?)?;
    draft.create(to)
}
