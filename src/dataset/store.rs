//! The dataset file: found, locked, read, replaced.

use std::fs::{self, File, OpenOptions};
use std::io::{self, BufRead, BufReader, BufWriter, Read, Seek, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use super::json::{self, Head};
use super::model::Dataset;
use crate::error::Fatal;
use crate::place::Geocoder;
use crate::task::Journal;

/// Who asks whether the dataset is in use holds its lock for a moment, and that must
/// not make another process give up.
const LEAST_WAIT: Duration = Duration::from_millis(20);

/// The most that the first line of a dataset may have in bytes.
const LONGEST_START: u64 = 16 << 20;

/// What the name of the lock file ends with.
const LOCK: &str = ".lock";

/// Where a dataset lives.
#[derive(Debug, Clone)]
pub struct Store {
    path: PathBuf,
}

/// A store that no other process can change meanwhile.
#[derive(Debug)]
pub struct Locked {
    store: Store,
    /// Held until it is dropped; the file itself stays, so that everybody who
    /// waits for it waits for the same one.
    _lock: File,
}

impl Store {
    /// The dataset at `path`. A symbolic link is followed, so that saving
    /// replaces the file that it points to and not the link.
    pub fn at(path: &Path) -> Self {
        // What a link points to need not exist yet.
        let target = || Some(path.with_file_name("").join(fs::read_link(path).ok()?));
        let existing = fs::canonicalize(path).ok().or_else(target);
        Self {
            path: existing.unwrap_or_else(|| path.to_owned()),
        }
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
        self.read_existing()
            .map(|dataset| dataset.unwrap_or_else(Dataset::empty))
    }

    /// As [`Store::read`], but `None` when the dataset does not exist yet.
    ///
    /// # Errors
    /// As [`Store::read`].
    pub fn read_existing(&self) -> Result<Option<Dataset>, Fatal> {
        let bytes = match fs::read(&self.path) {
            Ok(bytes) => bytes,
            Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(source) => {
                return Err(Fatal::DatasetUnreadable {
                    path: self.path.clone(),
                    source,
                });
            }
        };
        json::read(&bytes)
            .map(Some)
            .map_err(|error| self.explain(&bytes, &error))
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
            Some(geocoder) => Ok(geocoder),
            None => Ok(self.read()?.geocoder),
        }
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
        let path = self.beside(LOCK);
        let wait = wait.max(LEAST_WAIT);
        let unwritable = |source| Fatal::DatasetUnwritable {
            path: path.clone(),
            source,
        };
        if let Some(folder) = self.folder() {
            fs::create_dir_all(folder).map_err(unwritable)?;
        }
        let mut file = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(&path)
            .map_err(unwritable)?;
        let started = Instant::now();
        loop {
            match file.try_lock() {
                Ok(()) => break,
                Err(fs::TryLockError::Error(source)) => return Err(unwritable(source)),
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
        Ok(Locked {
            store: self.clone(),
            _lock: file,
        })
    }

    /// What the process that holds the dataset at present says about itself, which
    /// may be nothing; `None` when nobody holds it.
    pub fn holder(&self) -> Option<String> {
        let file = File::open(self.beside(LOCK)).ok()?;
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
        Journal::at(self.beside(".tasks.jsonl"))
    }

    /// The folder that the dataset lies in, `None` for the current one.
    fn folder(&self) -> Option<&Path> {
        self.path
            .parent()
            .filter(|folder| !folder.as_os_str().is_empty())
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
        self.store.read()
    }

    /// Replaces the dataset durably: a temporary file beside it is written and
    /// synchronised, then renamed over it.
    ///
    /// # Errors
    /// The dataset is as it was when any step fails.
    pub fn save(&self, dataset: &Dataset) -> Result<(), Fatal> {
        // The lock makes this process the only writer, so one name is enough,
        // and what a killed process left behind is overwritten.
        let temporary = self.store.beside(".tmp");
        self.replace(&temporary, dataset).map_err(|source| {
            // It is of no use any more; the error that matters is the first.
            let _ = fs::remove_file(&temporary);
            Fatal::DatasetUnwritable {
                path: self.store.path.clone(),
                source,
            }
        })
    }

    #[expect(
        clippy::disallowed_methods,
        reason = "the one place where the dataset is written"
    )]
    fn replace(&self, temporary: &Path, dataset: &Dataset) -> io::Result<()> {
        match fs::remove_file(temporary) {
            Err(e) if e.kind() != io::ErrorKind::NotFound => return Err(e),
            _ => {}
        }
        let mut writer = BufWriter::with_capacity(1 << 20, File::create_new(temporary)?);
        json::write(dataset, &mut writer)?;
        let file = writer.into_inner()?;
        if let Ok(old) = fs::metadata(&self.store.path) {
            file.set_permissions(old.permissions())?;
        }
        file.sync_all()?;
        fs::rename(temporary, &self.store.path)?;
        sync_folder(self.store.folder().unwrap_or(Path::new(".")))
    }
}

/// Makes the rename last through a loss of power.
#[cfg(unix)]
fn sync_folder(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}

#[cfg(not(unix))]
fn sync_folder(_: &Path) -> io::Result<()> {
    Ok(())
}
