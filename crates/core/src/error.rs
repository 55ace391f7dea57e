//! What stops a library: one of the errors of its parts.

use std::io;
use std::path::PathBuf;

use crate::text::{Escaped, quoted};

/// Why a gazetteer could not be imported or read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Fatal {
    /// The command line asks for something that cannot be.
    #[error("{message}")]
    Usage {
        /// What is wrong, and what is allowed.
        message: String,
        /// The way out.
        hint: Option<String>,
    },
    /// Files are not there.
    #[error("{} is not there", listed(.0))]
    NoSuchPath(Vec<PathBuf>),
    /// A file cannot be read.
    #[error("cannot read {}: {source}", quoted(.path))]
    Input {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// A file cannot be imported as a gazetteer.
    #[error("cannot import {}: {reason}", quoted(.path))]
    GazetteerInvalid {
        /// The file.
        path: PathBuf,
        /// What is wrong with it, and where.
        reason: String,
        /// The way out, where there is one.
        hint: Option<String>,
    },
    /// An imported gazetteer cannot be read any more.
    #[error("cannot read the gazetteer {}: {reason}", quoted(.path))]
    GazetteerDamaged {
        /// Its file.
        path: PathBuf,
        /// Why.
        reason: String,
    },
    /// What is imported cannot be stored.
    #[error("cannot write {}: {source}", quoted(.path))]
    GazetteerUnwritable {
        /// The file that could not be written.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// No gazetteer of that name was imported.
    #[error("gazetteer `{}` is not among the imported ones", Escaped::new(.0))]
    NoSuchGazetteer(String),
    /// Another process imports a gazetteer.
    #[error("another import into {} is going on", quoted(.path))]
    GazetteerLocked {
        /// The folder of gazetteers.
        path: PathBuf,
    },
}

impl Fatal {
    /// Wrong usage, without a hint.
    pub fn usage(message: impl Into<String>) -> Self {
        Self::Usage {
            message: message.into(),
            hint: None,
        }
    }

    /// The code by which programs tell errors apart, as in `docs/errors.md`.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Usage { .. } => "InvalidParameter",
            Self::NoSuchPath(_) => "ResourceNotFound.Path",
            Self::Input { .. } => "InputUnreadable",
            Self::GazetteerInvalid { .. } => "GazetteerInvalid",
            Self::GazetteerDamaged { .. } => "GazetteerDamaged",
            Self::GazetteerUnwritable { .. } => "GazetteerUnwritable",
            Self::NoSuchGazetteer(_) => "ResourceNotFound.Gazetteer",
            Self::GazetteerLocked { .. } => "GazetteerLocked",
        }
    }
}

fn listed(paths: &[PathBuf]) -> String {
    let each: Vec<String> = paths.iter().map(|path| quoted(path)).collect();
    each.join(", ")
}
