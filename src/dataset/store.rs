//! The dataset file: found, locked, read, replaced.

use std::fs::{self, File, OpenOptions};
use std::io::{self, BufRead, BufReader, BufWriter, Read, Seek, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant, SystemTime};

use super::json::{self, Head};
use super::model::Dataset;
use super::{fast, save};
use crate::error::Fatal;
use crate::place::Geocoder;
use crate::place::import::Imports;
use crate::task::Journal;

/// Who asks whether the dataset is in use holds its lock for a moment, and that must
/// not make another process give up.
const LEAST_WAIT: Duration = Duration::from_millis(20);

/// The most that the first line of a dataset may have in bytes.
const LONGEST_START: u64 = 16 << 20;

/// What the name of the lock file ends with.
const LOCK: &str = ".lock";

/// What the name of the dataset ends with while it is being written.
const TEMPORARY: &str = ".tmp";

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
    _lock: File,
}

/// By what a file is told from one that another program put in its place: its size,
/// and its modification time where that is settled. Numbers of inodes are not the same
/// twice on every network disk.
type Stamp = (u64, Option<SystemTime>);

impl Store {
    /// The dataset at `path`. A symbolic link is followed, so that saving
    /// replaces the file that it points to and not the link.
    pub fn at(path: &Path) -> Self {
        // What a link points to need not exist yet.
        let target = || Some(path.with_file_name("").join(fs::read_link(path).ok()?));
        let existing = fs::canonicalize(path).ok().or_else(target);
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
    fn consult(&self, geocoder: &mut Geocoder) -> Result<(), Fatal> {
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
    pub fn read(&self) -> Result<Dataset, Fatal> {
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
    pub fn read_existing(&self) -> Result<Option<Dataset>, Fatal> {
        let unreadable = |source| Fatal::DatasetUnreadable {
            path: self.path.clone(),
            source,
        };
        let mut file = match File::open(&self.path) {
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
    pub fn read_geocoder(&self) -> Result<Geocoder, Fatal> {
        let mut start = Vec::new();
        let file = File::open(&self.path).map(|file| BufReader::new(file.take(LONGEST_START)));
        let read = file.and_then(|mut file| file.read_until(b'\n', &mut start));
        match read.ok().and_then(|_| json::read_geocoder(&start)) {
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
    pub fn read_head(&self) -> Result<Option<Dataset>, Fatal> {
        let head = File::open(&self.path).and_then(|mut file| {
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
    pub fn bytes(&self) -> Result<Vec<u8>, Fatal> {
        fs::read(&self.path).map_err(|source| Fatal::DatasetUnreadable {
            path: self.path.clone(),
            source,
        })
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
    fn explain(&self, bytes: &[u8], error: &serde_json::Error) -> Fatal {
        let path = self.path.clone();
        let Ok(head) = serde_json::from_slice::<Head>(bytes) else {
            let (line, reason) = if bytes.is_empty() {
                (0, "the file is empty".to_owned())
            } else {
                // The position that the message ends with is told apart.
                let text = error.to_string();
                let reason = text
                    .rsplit_once(" at line ")
                    .map_or(text.as_str(), |(reason, _)| reason);
                (error.line(), reason.to_owned())
            };
            // A cut dataset is one still; any other broken file may be anything.
            let ours = bytes.is_empty() || bytes.starts_with(br#"{"format":"imm-cluster-dataset""#);
            return if ours || serde_json::from_slice::<serde_json::Value>(bytes).is_err() {
                Fatal::DatasetDamaged { path, line, reason }
            } else {
                Fatal::DatasetForeign { path }
            };
        };
        match (head.format.as_deref(), head.version) {
            (Some(json::FORMAT), Some(version)) if version > super::VERSION => {
                Fatal::DatasetNewer { path, version }
            }
            (Some(json::FORMAT), _) => {
                let text = error.to_string();
                let reason = text
                    .rsplit_once(" at line ")
                    .map_or(text.as_str(), |(reason, _)| reason)
                    .to_owned();
                Fatal::DatasetDamaged {
                    path,
                    line: error.line(),
                    reason,
                }
            }
            _ => Fatal::DatasetForeign { path },
        }
    }

    /// Takes the lock, waiting up to `wait` for another process. `purpose` is
    /// what that process would be told about this one.
    ///
    /// # Errors
    /// The dataset is in use, or the lock file cannot be made.
    pub fn lock(&self, wait: Duration, purpose: &str) -> Result<Locked, Fatal> {
        let wait = wait.max(LEAST_WAIT);
        if let Some(folder) = self.folder() {
            create_folder(folder).map_err(|source| Fatal::DatasetUnwritable {
                path: self.path.clone(),
                source,
            })?;
        }
        let path = self.lock_file(LOCK);
        if let Some(folder) = &self.lock_folder {
            create_folder(folder).map_err(|source| Fatal::DatasetUnwritable {
                path: path.clone(),
                source,
            })?;
        }
        let mut file = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(&path)
            .map_err(|source| Fatal::DatasetUnwritable {
                path: path.clone(),
                source,
            })?;
        let started = Instant::now();
        loop {
            match file.try_lock() {
                Ok(()) => break,
                Err(fs::TryLockError::Error(source)) => {
                    return Err(Fatal::DatasetUnlockable { path, source });
                }
                Err(fs::TryLockError::WouldBlock) if started.elapsed() >= wait => {
                    let mut holder = String::new();
                    // Who it is only makes the message better.
                    let _ = (&file).take(200).read_to_string(&mut holder);
                    return Err(Fatal::DatasetLocked {
                        path: self.path.clone(),
                        holder,
                    });
                }
                Err(fs::TryLockError::WouldBlock) => std::thread::sleep(Duration::from_millis(50)),
            }
        }
        let note = format!("{purpose} (process {})\n", std::process::id());
        // The lock holds without the note, on a full disk for example.
        let _ = file
            .set_len(0)
            .and_then(|()| file.rewind())
            .and_then(|()| file.write_all(note.as_bytes()));
        // Who was killed while writing left this behind; nobody else writes now.
        for orphan in [TEMPORARY.to_owned(), format!("{TASKS}{TEMPORARY}")] {
            let _ = fs::remove_file(self.beside(&orphan));
        }
        Ok(Locked {
            store: self.clone(),
            known: Mutex::new(None),
            _lock: file,
        })
    }

    /// What the process that holds the dataset at present says about itself, which
    /// may be nothing; `None` when nobody holds it.
    pub fn holder(&self) -> Option<String> {
        let file = File::open(self.lock_file(LOCK)).ok()?;
        match file.try_lock_shared() {
            Err(fs::TryLockError::WouldBlock) => {
                let mut holder = String::new();
                // Some systems let nobody else read a locked file.
                let _ = (&file).take(200).read_to_string(&mut holder);
                Some(holder)
            }
            _ => None,
        }
    }

    /// The file beside the dataset that remembers the tasks.
    pub fn journal(&self) -> Journal {
        let lock = self
            .lock_folder
            .is_some()
            .then(|| self.lock_file(&format!("{TASKS}{LOCK}")));
        Journal::at(self.beside(TASKS), lock)
    }

    /// The folder that the dataset lies in, `None` for the current one.
    fn folder(&self) -> Option<&Path> {
        self.path
            .parent()
            .filter(|folder| !folder.as_os_str().is_empty())
    }

    /// A lock file. Away from the dataset, its name tells datasets of one name in
    /// different folders apart.
    fn lock_file(&self, suffix: &str) -> PathBuf {
        let Some(lock_folder) = &self.lock_folder else {
            return self.beside(suffix);
        };
        let folder = self.folder().unwrap_or(Path::new("."));
        let folder = fs::canonicalize(folder).unwrap_or_else(|_| folder.to_owned());
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
    pub fn read(&self) -> Result<Dataset, Fatal> {
        self.read_existing()
            .map(|dataset| dataset.unwrap_or_else(Dataset::empty))
    }

    /// As [`Locked::read`], but `None` when the dataset does not exist yet.
    ///
    /// # Errors
    /// As [`Store::read`].
    pub fn read_existing(&self) -> Result<Option<Dataset>, Fatal> {
        // What is put there after this is seen before it is replaced.
        *self.known() = stamp(&self.store.path);
        self.store.read_existing()
    }

    /// Keeps the dataset file as it is under a name of its own: with `.damaged` behind
    /// its name, and a number where that is taken. Returns its path.
    ///
    /// # Errors
    /// It cannot be kept.
    pub fn set_aside(&self) -> Result<PathBuf, Fatal> {
        let path = &self.store.path;
        let mut number = 1u32;
        loop {
            let suffix = match number {
                1 => ".damaged".to_owned(),
                _ => format!(".damaged-{number}"),
            };
            let kept = self.store.beside(&suffix);
            // Another name of the same file is made at once or not at all, and never
            // takes the place of another file. Not every file system has that.
            let named = fs::hard_link(path, &kept).or_else(|why| match why.kind() {
                io::ErrorKind::AlreadyExists => Err(why),
                _ => copy_to_new(path, &kept),
            });
            match named {
                Ok(()) => return Ok(kept),
                Err(why) if why.kind() == io::ErrorKind::AlreadyExists => number += 1,
                Err(source) => return Err(Fatal::DatasetUnwritable { path: kept, source }),
            }
        }
    }

    /// Replaces the dataset durably: a temporary file beside it is written and
    /// synchronised, then renamed over it.
    ///
    /// # Errors
    /// The dataset is as it was when any step fails, also when another program, which
    /// knows nothing of locks, has put another file in its place.
    pub fn save(&self, dataset: &Dataset) -> Result<(), Fatal> {
        let path = || self.store.path.clone();
        // One that was removed is made again: it holds all that this one knew.
        if let Some((size, modified)) = stamp(&self.store.path) {
            let is_known = self.known().is_some_and(|(known_size, known)| {
                known_size == size && (known.is_none() || known == modified)
            });
            if !is_known {
                return Err(Fatal::DatasetChanged { path: path() });
            }
        }
        // The lock makes this process the only writer, so one name is enough.
        let temporary = self.store.beside(TEMPORARY);
        self.replace(&temporary, dataset).map_err(|source| {
            // It is of no use any more; the error that matters is the first.
            let _ = fs::remove_file(&temporary);
            Fatal::DatasetUnwritable {
                path: path(),
                source,
            }
        })?;
        // A server may still give what was just written another time.
        *self.known() = stamp(&self.store.path).map(|(size, _)| (size, None));
        Ok(())
    }

    fn known(&self) -> MutexGuard<'_, Option<Stamp>> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    #[expect(
        clippy::disallowed_methods,
        reason = "the one place where the dataset is written"
    )]
    fn replace(&self, temporary: &Path, dataset: &Dataset) -> io::Result<()> {
        let mut writer = BufWriter::with_capacity(1 << 20, File::create_new(temporary)?);
        save::write(dataset, &mut writer)?;
        let file = writer.into_inner()?;
        if let Ok(old) = fs::metadata(&self.store.path) {
            keep_owner_and_mode(&file, &old)?;
        }
        file.sync_all()?;
        fs::rename(temporary, &self.store.path)?;
        sync_folder(self.store.folder().unwrap_or(Path::new(".")))
    }
}

/// Leaves a file that is replaced to its owner, when root does it, and to its group,
/// with its mode.
pub(crate) fn keep_owner_and_mode(file: &File, old: &fs::Metadata) -> io::Result<()> {
    keep_owner(file, old);
    // Where all files have one mode, setting it may be forbidden.
    if file.metadata()?.permissions() != old.permissions() {
        file.set_permissions(old.permissions())?;
    }
    Ok(())
}

#[cfg(unix)]
fn keep_owner(file: &File, old: &fs::Metadata) {
    use std::os::unix::fs::{MetadataExt, fchown};
    let (user, group) = (Some(old.uid()), Some(old.gid()));
    // Who may not give files away keeps them.
    let _ = fchown(file, user, group).or_else(|_| fchown(file, None, group));
}

#[cfg(not(unix))]
fn keep_owner(_: &File, _: &fs::Metadata) {}

fn stamp(path: &Path) -> Option<Stamp> {
    let metadata = fs::metadata(path).ok()?;
    Some((metadata.len(), metadata.modified().ok()))
}

/// Makes a folder, and those above it, so that they last.
fn create_folder(folder: &Path) -> io::Result<()> {
    let new: Vec<&Path> = folder
        .ancestors()
        .take_while(|folder| !folder.as_os_str().is_empty() && !folder.exists())
        .collect();
    fs::create_dir_all(folder)?;
    for folder in new {
        sync_folder(
            folder
                .parent()
                .filter(|p| !p.as_os_str().is_empty())
                .unwrap_or(Path::new(".")),
        )?;
    }
    Ok(())
}

/// Copies a file to one that must not exist yet.
#[expect(
    clippy::disallowed_methods,
    reason = "beside the dataset, and never over another file"
)]
fn copy_to_new(from: &Path, to: &Path) -> io::Result<()> {
    let mut copy = File::create_new(to)?;
    io::copy(&mut File::open(from)?, &mut copy)?;
    copy.sync_all()
}

/// Makes the rename last through a loss of power.
#[cfg(unix)]
fn sync_folder(folder: &Path) -> io::Result<()> {
    match File::open(folder)?.sync_all() {
        // Some network folders cannot be synchronised, and the rename is done.
        Err(e)
            if matches!(
                e.kind(),
                io::ErrorKind::InvalidInput | io::ErrorKind::Unsupported
            ) =>
        {
            Ok(())
        }
        synced => synced,
    }
}

#[cfg(not(unix))]
fn sync_folder(_: &Path) -> io::Result<()> {
    Ok(())
}
