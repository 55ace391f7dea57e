//! What can be wrong with a dataset file.

use std::io;
use std::path::{Path, PathBuf};

use imm_cluster_messages::{retold, text};

use super::version::VERSION;
use crate::place::import::ImportError;
use crate::text::{Escaped, quoted};

/// Why a dataset cannot be read, locked or written. It is then as it was before.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    /// The dataset file exists and cannot be read.
    #[error("{}", text!("error-dataset-unreadable", path = quoted(.path), why = retold(&.source.to_string())))]
    Unreadable {
        /// The dataset file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The dataset file is not what `imm-cluster` wrote.
    #[error("{}", damaged(.path, *.line, .reason))]
    Damaged {
        /// The dataset file.
        path: PathBuf,
        /// The line, counted from 1; 0 where it says nothing.
        line: usize,
        /// What is wrong there, and where.
        reason: String,
    },
    /// No record of the dataset is whole.
    #[error("{}", text!("error-nothing-to-recover", path = quoted(.path)))]
    NothingToRecover {
        /// The dataset file.
        path: PathBuf,
    },
    /// The file is JSON of another kind.
    #[error("{}", text!("error-dataset-foreign", path = quoted(.path)))]
    Foreign {
        /// The file.
        path: PathBuf,
    },
    /// The dataset has a later format.
    #[error("{}", newer(.path, *.version))]
    Newer {
        /// The dataset file.
        path: PathBuf,
        /// Its format version.
        version: u64,
    },
    /// Another process changes the dataset.
    #[error("{}", locked(.path, .holder))]
    Locked {
        /// The dataset file.
        path: PathBuf,
        /// What the holder wrote about itself into the lock file.
        holder: String,
    },
    /// The dataset or its lock cannot be written.
    #[error("{}", text!("error-cannot-write", path = quoted(.path), why = retold(&.source.to_string())))]
    Unwritable {
        /// The file that could not be written.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// Another program wrote the dataset while this one held it.
    #[error("{}", text!("error-dataset-changed", path = quoted(.path)))]
    Changed {
        /// The dataset file.
        path: PathBuf,
    },
    /// The folder of the lock file knows no locks.
    #[error("{}", text!("error-cannot-lock", path = quoted(.path), why = retold(&.source.to_string())))]
    Unlockable {
        /// The lock file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// What was imported, and the points of the dataset are named with, cannot be read.
    #[error(transparent)]
    Gazetteer(#[from] ImportError),
}

impl StoreError {
    /// The code by which programs tell errors apart, as in `docs/errors.md`.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Unreadable { .. } => "DatasetUnreadable",
            Self::Damaged { .. } | Self::NothingToRecover { .. } => "DatasetDamaged",
            Self::Foreign { .. } => "DatasetForeign",
            Self::Newer { .. } => "DatasetNewer",
            Self::Locked { .. } => "DatasetLocked",
            Self::Unwritable { .. } => "DatasetUnwritable",
            Self::Changed { .. } => "DatasetChanged",
            Self::Unlockable { .. } => "DatasetUnlockable",
            Self::Gazetteer(error) => error.code(),
        }
    }
}

/// What is wrong at a line, or at none where that is 0.
fn damaged(path: &Path, line: usize, reason: &str) -> String {
    let (path, reason) = (quoted(path), retold(reason));
    if line == 0 {
        return text!("error-dataset-damaged", path = path, reason = reason);
    }
    text!(
        "error-dataset-damaged-at",
        path = path,
        line = line.to_string(),
        reason = reason,
    )
}

fn newer(path: &Path, version: u64) -> String {
    text!(
        "error-dataset-newer",
        path = quoted(path),
        version = version.to_string(),
        known = VERSION.to_string(),
    )
}

fn locked(path: &Path, holder: &str) -> String {
    let (path, holder) = (quoted(path), holder.trim());
    if holder.is_empty() {
        return text!("error-dataset-locked", path = path);
    }
    let holder = Escaped::new(holder).to_string();
    text!("error-dataset-locked-by", path = path, holder = holder)
}
