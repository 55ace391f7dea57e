//! What stops an indexing.

use std::io;
use std::path::PathBuf;

use imm_cluster_messages::{retold, text};

use crate::dataset::StoreError;
use crate::interrupt;
use crate::text::{files, listed, quoted};

/// Why an indexing could not be done, or not to its end. The dataset is then as it was
/// before, or with completed checkpoints added.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum IndexError {
    /// Paths are not there. All others were done.
    #[error("{}", text!("error-no-such-path", paths = listed(.0)))]
    NoSuchPath(Vec<PathBuf>),
    /// Paths cannot be looked at, each for its reason. All others were done.
    #[error("{}", text!("error-paths-unreadable", paths = with_reasons(.0)))]
    PathsUnreadable(Vec<(PathBuf, String)>),
    /// No path is given, and none is remembered.
    #[error("{}", text!("error-no-path"))]
    NoPath,
    /// A pattern of what is left out is none.
    #[error("{0}")]
    Pattern(String),
    /// A file of records cannot be read.
    #[error("{}", text!("error-cannot-read", path = quoted(.path), why = retold(&.source.to_string())))]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// A signal asked the process to end.
    #[error("{}", interrupted(*.signal, *.saved))]
    Interrupted {
        /// Which signal.
        signal: u8,
        /// How many new and changed files were read and saved; `None` when there was
        /// nothing to save.
        saved: Option<usize>,
    },
    /// A checkpoint could not be saved.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl IndexError {
    /// The code by which programs tell errors apart, as in `docs/errors.md`.
    pub fn code(&self) -> &'static str {
        match self {
            Self::NoSuchPath(_) => "ResourceNotFound.Path",
            Self::PathsUnreadable(_) => "PathUnreadable",
            Self::NoPath | Self::Pattern(_) => "InvalidParameter",
            Self::Unreadable { .. } => "InputUnreadable",
            Self::Interrupted { .. } => "Interrupted",
            Self::Store(error) => error.code(),
        }
    }
}

fn with_reasons(paths: &[(PathBuf, String)]) -> String {
    let each = paths
        .iter()
        .map(|(path, why)| text!("path-with-reason", path = quoted(path), why = retold(why)));
    each.collect::<Vec<_>>().join(&text!("list-comma"))
}

fn interrupted(signal: u8, saved: Option<usize>) -> String {
    let by = interrupt::name(signal);
    match saved {
        Some(count) => text!("error-interrupted-saved", by = by, files = files(count)),
        None => text!("error-interrupted", by = by),
    }
}
