//! Links in the library that lead into albums: who replaces files by links to others of the
//! same content makes what is in an album the original.

use std::collections::HashSet;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use cap_fs_ext::MetadataExt as _;

use crate::dataset::Dataset;
use crate::disk::FolderHandle;

/// What tells a file or folder from all others.
type Id = (u64, u64);

/// Where the symbolic links in the library lead.
#[derive(Debug)]
pub(super) struct Links {
    /// The files and folders that they name.
    named: HashSet<Id>,
    /// The folders that those lie in, at any depth.
    above: HashSet<Id>,
}

impl Links {
    /// Looks for links below all roots, but not in the folder of the albums.
    ///
    /// # Errors
    /// A folder cannot be listed, for another reason than that nobody but its owner may.
    pub(super) fn find(dataset: &Dataset, albums: Option<Id>) -> io::Result<Self> {
        let mut links = Self {
            named: HashSet::new(),
            above: HashSet::new(),
        };
        let mut known = HashSet::new();
        let mut open: Vec<PathBuf> = (dataset.scanned_roots())
            .map(|root| root.path.clone())
            .collect();
        while let Some(folder) = open.pop() {
            let entries = match fs::read_dir(&folder) {
                Ok(entries) => entries,
                Err(error) if is_closed(&error) => continue,
                Err(error) => return Err(error),
            };
            if albums.is_some() && id_of(&folder)? == albums {
                continue;
            }
            for entry in entries {
                let entry = entry?;
                let kind = entry.file_type()?;
                if kind.is_dir() {
                    open.push(entry.path());
                } else if kind.is_symlink()
                    && let Ok(target) = fs::canonicalize(entry.path())
                {
                    links.named.extend(id_of(&target)?);
                    for above in target.ancestors().skip(1) {
                        if !known.insert(above.to_owned()) {
                            break;
                        }
                        links.above.extend(id_of(above)?);
                    }
                }
            }
        }
        Ok(links)
    }

    /// Whether a link leads to a file of a folder, or to a folder that it is in.
    ///
    /// # Errors
    /// The system does not tell.
    pub(super) fn lead_to(&self, folder: &FolderHandle, name: &str) -> io::Result<bool> {
        if self.named.is_empty() {
            return Ok(false);
        }
        let file = folder.look(name)?;
        if file.is_some_and(|file| self.named.contains(&(file.dev(), file.ino()))) {
            return Ok(true);
        }
        let real = fs::canonicalize(folder.path())?;
        for above in real.ancestors() {
            if id_of(above)?.is_some_and(|id| self.named.contains(&id)) {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Whether a link leads to a folder or to something within it.
    ///
    /// # Errors
    /// The system does not tell.
    pub(super) fn lead_into(&self, folder: &FolderHandle) -> io::Result<bool> {
        let id = folder.id()?;
        Ok(self.named.contains(&id) || self.above.contains(&id))
    }
}

fn id_of(path: &Path) -> io::Result<Option<Id>> {
    match look(path) {
        Ok(found) => Ok(Some((found.dev(), found.ino()))),
        Err(error) if is_closed(&error) => Ok(None),
        Err(error) => Err(error),
    }
}

#[cfg(unix)]
fn look(path: &Path) -> io::Result<cap_std::fs::Metadata> {
    fs::metadata(path).map(cap_std::fs::Metadata::from_just_metadata)
}

/// On this system only an open file tells its number.
#[cfg(not(unix))]
fn look(path: &Path) -> io::Result<cap_std::fs::Metadata> {
    cap_std::fs::Metadata::from_file(&fs::File::open(path)?)
}

/// Whether an error says that there is nothing, or nothing that this user may see.
fn is_closed(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::NotFound | io::ErrorKind::NotADirectory | io::ErrorKind::PermissionDenied
    )
}
