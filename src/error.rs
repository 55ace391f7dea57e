//! What stops a command: a message, a hint, an exit status.

use std::fmt::Write as _;
use std::io;
use std::path::{Path, PathBuf};

use crate::output::Escaped;

/// Why a command could not be done. The dataset is then as it was before, or
/// with completed checkpoints of `index` added.
#[derive(Debug, thiserror::Error)]
pub enum Fatal {
    /// The command line asks for something that cannot be.
    #[error("{message}")]
    Usage {
        /// What is wrong, and what is allowed.
        message: String,
        /// The way out.
        hint: Option<String>,
    },
    /// Paths given to `index` are not there. All others were done.
    #[error("{} is not there", listed(.0))]
    NoSuchPath(Vec<PathBuf>),
    /// A file of records or a list of points could not be read.
    #[error("cannot read {}: {source}", quoted(.path))]
    Input {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The dataset file exists and cannot be read.
    #[error("cannot read the dataset {}: {source}", quoted(.path))]
    DatasetUnreadable {
        /// The dataset file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The dataset file is not what `imm-cluster` wrote.
    #[error("the dataset {} is damaged{}: {reason}", quoted(.path), at_line(*.line))]
    DatasetDamaged {
        /// The dataset file.
        path: PathBuf,
        /// The line, counted from 1; 0 where it says nothing.
        line: usize,
        /// What is wrong there.
        reason: String,
    },
    /// The file is JSON of another kind.
    #[error("{} is no imm-cluster dataset", quoted(.path))]
    DatasetForeign {
        /// The file.
        path: PathBuf,
    },
    /// The dataset has a later format.
    #[error("{} was written by a newer imm-cluster (format {version}, this one reads {})", quoted(.path), crate::dataset::VERSION)]
    DatasetNewer {
        /// The dataset file.
        path: PathBuf,
        /// Its format version.
        version: u64,
    },
    /// Another process changes the dataset.
    #[error("the dataset {} is in use{}", quoted(.path), by_whom(.holder))]
    DatasetLocked {
        /// The dataset file.
        path: PathBuf,
        /// What the holder wrote about itself into the lock file.
        holder: String,
    },
    /// The dataset or its lock cannot be written.
    #[error("cannot write {}: {source}", quoted(.path))]
    DatasetUnwritable {
        /// The file that could not be written.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// No record or cluster goes by that name.
    #[error("{what} `{}` is not in the dataset", Escaped::new(.id))]
    NotFound {
        /// `cluster` or `file`.
        what: &'static str,
        /// What was asked for.
        id: String,
    },
    /// Several clusters begin with those characters.
    #[error("`{}` fits {count} clusters", Escaped::new(.id))]
    Ambiguous {
        /// What was asked for.
        id: String,
        /// How many fit.
        count: usize,
    },
    /// The result could not be written out.
    #[error("cannot write the result: {0}")]
    Output(#[from] io::Error),
}

impl Fatal {
    /// Wrong usage, without a hint.
    pub fn usage(message: impl Into<String>) -> Self {
        Self::Usage {
            message: message.into(),
            hint: None,
        }
    }

    /// What the user can do about it.
    pub fn hint(&self) -> Option<String> {
        let text = match self {
            Self::Usage { hint, .. } => return hint.clone(),
            Self::NoSuchPath(_) => "look for a typing error, or connect the disk that it is on",
            Self::DatasetDamaged { .. } => {
                "it was left as it is; restore it from a backup, or choose another with `--dataset`"
            }
            Self::DatasetForeign { .. } => {
                "it was left as it is; choose another file with `--dataset`"
            }
            Self::DatasetNewer { .. } => "upgrade, or choose another file with `--dataset`",
            Self::DatasetLocked { .. } => "wait for it with `--wait SECONDS`, or try again later",
            Self::DatasetUnwritable { .. } => {
                "check the permissions and the free space, or choose another place with `--dataset`"
            }
            Self::NotFound { what: "folder", .. } => {
                "`imm-cluster roots list` shows the remembered folders"
            }
            Self::NotFound {
                what: "cluster", ..
            } => "`imm-cluster clusters list` shows the ids",
            Self::NotFound { .. } => "`imm-cluster files list` shows the paths",
            Self::Ambiguous { .. } => "give more of the id",
            Self::Input { .. } | Self::DatasetUnreadable { .. } | Self::Output(_) => return None,
        };
        Some(text.to_owned())
    }

    /// The exit status: 2 for wrong usage, else 1.
    pub fn exit_status(&self) -> u8 {
        if matches!(self, Self::Usage { .. }) {
            2
        } else {
            1
        }
    }
}

fn quoted(path: &Path) -> String {
    format!("`{}`", Escaped::path(path))
}

fn listed(paths: &[PathBuf]) -> String {
    let mut text = String::new();
    for (i, path) in paths.iter().enumerate() {
        let separator = if i == 0 { "" } else { ", " };
        // Writing to a string cannot fail.
        let _ = write!(text, "{separator}{}", quoted(path));
    }
    text
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
