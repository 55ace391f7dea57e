//! The folder of stored gazetteers: a file for each, and a lock.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::error::ImportError;
use crate::disk::{Access, FolderHandle, lock_within};

/// What the name of a stored gazetteer ends with.
const ENDING: &str = "geo";
/// The longest name of a gazetteer, in bytes.
pub const LONGEST_NAME: usize = 100;

/// The file of a gazetteer.
pub(super) fn path_of(folder: &Path, name: &str) -> PathBuf {
    folder.join(format!("{name}.{ENDING}"))
}

/// The files of stored gazetteers; none where there is no folder.
pub(super) fn stored(folder: &Path) -> Result<Vec<PathBuf>, ImportError> {
    let paths = fs::read_dir(folder)
        .and_then(|entries| entries.map(|entry| Ok(entry?.path())).collect())
        .or_else(|error| match error.kind() {
            io::ErrorKind::NotFound => Ok(Vec::new()),
            _ => Err(error),
        });
    let mut paths: Vec<PathBuf> = paths.map_err(|source| ImportError::Unreadable {
        path: folder.to_owned(),
        source,
    })?;
    paths.retain(|path| {
        let name = path.file_name().unwrap_or_default();
        !name.as_encoded_bytes().starts_with(b".")
            && path.extension().is_some_and(|ending| ending == ENDING)
    });
    Ok(paths)
}

/// What cannot be written.
pub(super) fn unwritable(path: &Path) -> impl FnOnce(io::Error) -> ImportError {
    let path = path.to_owned();
    |source| ImportError::Unwritable { path, source }
}

/// Takes gazetteers away. The names of places become those of the built-in data when
/// a dataset is read the next time.
///
/// # Errors
/// There is none of such a name; then nothing was taken away.
pub fn remove(folder: &Path, names: &[String]) -> Result<(), ImportError> {
    let known = stored(folder)?;
    let is_unknown = |name: &&String| !known.contains(&path_of(folder, name));
    if let Some(name) = names.iter().find(is_unknown) {
        return Err(ImportError::NoSuchGazetteer(name.clone()));
    }
    for path in names.iter().map(|name| path_of(folder, name)) {
        match fs::remove_file(&path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                return Err(unwritable(&path)(error));
            }
            _ => {}
        }
    }
    Ok(())
}

fn fits_in_name(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '-' | '_' | '.')
}

/// A name that was asked for.
pub(super) fn check_name(name: &str) -> Result<String, ImportError> {
    if name.is_empty()
        || name.len() > LONGEST_NAME
        || name.starts_with('.')
        || !name.chars().all(fits_in_name)
    {
        return Err(ImportError::BadName(name.to_owned()));
    }
    Ok(name.to_owned())
}

/// The name of what is made of a file.
pub(super) fn name_of(path: &Path) -> String {
    let stem = path.file_stem().unwrap_or_default().to_string_lossy();
    let mut name = stem
        .trim_start_matches('.')
        .replace(|c| !fits_in_name(c), "-");
    name.truncate(name.floor_char_boundary(LONGEST_NAME));
    if name.is_empty() {
        name.push_str("import");
    }
    name
}

/// Opens the folder to import into it, and waits until nobody else does. What imports that
/// were killed have left goes.
pub(super) fn open_and_lock(
    path: &Path,
    wait: Duration,
) -> Result<(FolderHandle, File), ImportError> {
    let folder = FolderHandle::open_or_make(path, false).map_err(unwritable(path))?;
    let path = folder.path().join(".lock");
    let file = folder.open_own(".lock", Some(Access::Private));
    let file = file.map_err(unwritable(&path))?;
    let had = lock_within(&file, wait, Duration::from_millis(50));
    if !had.map_err(unwritable(&path))? {
        return Err(ImportError::Locked {
            path: folder.path().to_owned(),
        });
    }
    folder.sweep();
    Ok((folder, file))
}
