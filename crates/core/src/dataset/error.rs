//! What can be wrong with a dataset file.

use std::io;
use std::path::PathBuf;

use super::version::VERSION;
use crate::place::import::ImportError;
use crate::text::{Escaped, quoted};

/// Why a dataset cannot be read, locked or written. It is then as it was before.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    /// The dataset file exists and cannot be read.
    #[error("cannot read the dataset {}: {source}", quoted(.path))]
    Unreadable {
        /// The dataset file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The dataset file is not what `imm-cluster` wrote.
    #[error("the dataset {} is damaged{}: {reason}", quoted(.path), at_line(*.line))]
    Damaged {
        /// The dataset file.
        path: PathBuf,
        /// The line, counted from 1; 0 where it says nothing.
        line: usize,
        /// What is wrong there, and where.
        reason: String,
    },
    /// No record of the dataset is whole.
    #[error("nothing in {} can be recovered", quoted(.path))]
    NothingToRecover {
        /// The dataset file.
        path: PathBuf,
    },
    /// The file is JSON of another kind.
    #[error("{} is not an imm-cluster dataset", quoted(.path))]
    Foreign {
        /// The file.
        path: PathBuf,
    },
    /// The dataset has a later format.
    #[error("{} was written by a newer imm-cluster (format {version}, this one reads {VERSION})", quoted(.path))]
    Newer {
        /// The dataset file.
        path: PathBuf,
        /// Its format version.
        version: u64,
    },
    /// Another process changes the dataset.
    #[error("the dataset {} is in use{}", quoted(.path), by_whom(.holder))]
    Locked {
        /// The dataset file.
        path: PathBuf,
        /// What the holder wrote about itself into the lock file.
        holder: String,
    },
    /// The dataset or its lock cannot be written.
    #[error("cannot write {}: {source}", quoted(.path))]
    Unwritable {
        /// The file that could not be written.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// Another program wrote the dataset while this one held it.
    #[error("the dataset {} was changed by another program in the meantime", quoted(.path))]
    Changed {
        /// The dataset file.
        path: PathBuf,
    },
    /// The folder of the lock file knows no locks.
    #[error("cannot lock {}: {source}", quoted(.path))]
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

fn at_line(line: usize) -> String {
    if line == 0 {
        String::new()
    } else {
        format!(" at line {line}")
    }
}

fn by_whom(holder: &str) -> String {
    let holder = holder.trim();
    if holder.is_empty() {
        String::new()
    } else {
        format!(" by {}", Escaped::new(holder))
    }
}
