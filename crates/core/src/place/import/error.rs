//! What keeps a gazetteer from being imported or read.

use std::io;
use std::path::{Path, PathBuf};

use imm_cluster_messages::{retold, text};

use crate::text::{Escaped, listed, quoted};

/// Why a gazetteer could not be imported or read. What was stored before is as it was.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ImportError {
    /// Files are not there.
    #[error("{}", text!("error-no-such-path", paths = listed(.0)))]
    Missing(Vec<PathBuf>),
    /// A file cannot be read.
    #[error("{}", text!("error-cannot-read", path = quoted(.path), why = retold(&.source.to_string())))]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// A file is none that can be imported.
    #[error("{}", text!("error-import-invalid", path = quoted(.path), reason = *.reason))]
    Invalid {
        /// The file.
        path: PathBuf,
        /// What is wrong with it, and where.
        reason: String,
        /// The way out, where there is one.
        hint: Option<String>,
    },
    /// No feature of a file has a name.
    #[error("{}", nameless(.path, *.count, .why))]
    Nameless {
        /// The file.
        path: PathBuf,
        /// How many were left out for the reason that most have.
        count: u64,
        /// That reason.
        why: String,
        /// The names of the properties that there are.
        properties: String,
    },
    /// What the gazetteer is to be called is no name.
    #[error("{}", text!("error-import-no-name", name = Escaped::new(.0).to_string()))]
    BadName(String),
    /// Boundaries and places are given at once.
    #[error("{}", text!("error-import-mixed", first = quoted(.first), other = quoted(.other)))]
    MixedKinds {
        /// The first file.
        first: PathBuf,
        /// One of the other kind.
        other: PathBuf,
    },
    /// The preset is for data of another kind.
    #[error("{}", text!("error-import-preset", preset = *.preset, path = quoted(.path)))]
    OtherPreset {
        /// The preset.
        preset: &'static str,
        /// The file.
        path: PathBuf,
    },
    /// Nothing says which property names which level.
    #[error("{}", text!("error-import-no-property", path = quoted(.path), properties = *.properties))]
    NoProperty {
        /// The file.
        path: PathBuf,
        /// The names of the properties that there are.
        properties: String,
    },
    /// A property that was named does not exist.
    #[error("{}", unknown_property(.path, .name, .properties))]
    UnknownProperty {
        /// The file.
        path: PathBuf,
        /// What was named.
        name: String,
        /// The names of the properties that there are.
        properties: String,
    },
    /// A property is named for data whose columns are known.
    #[error("{}", text!("error-import-property-of-places", property = *.0))]
    PropertyOfPlaces(String),
    /// An imported gazetteer cannot be read any more.
    #[error("{}", text!("error-gazetteer-damaged", path = quoted(.path), reason = retold(.reason)))]
    Damaged {
        /// Its file.
        path: PathBuf,
        /// Why.
        reason: String,
    },
    /// What is imported cannot be stored.
    #[error("{}", text!("error-cannot-write", path = quoted(.path), why = retold(&.source.to_string())))]
    Unwritable {
        /// The file that could not be written.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// No gazetteer of that name was imported.
    #[error("{}", text!("error-no-such-gazetteer", name = Escaped::new(.0).to_string()))]
    NoSuchGazetteer(String),
    /// Another process imports a gazetteer.
    #[error("{}", text!("error-import-locked", path = quoted(.path)))]
    Locked {
        /// The folder of gazetteers.
        path: PathBuf,
    },
}

fn nameless(path: &Path, count: u64, why: &str) -> String {
    let why = text!("import-all-skipped", count = count.to_string(), why = why);
    text!("error-import-invalid", path = quoted(path), reason = why)
}

fn unknown_property(path: &Path, name: &str, properties: &str) -> String {
    text!(
        "error-import-unknown-property",
        path = quoted(path),
        name = Escaped::new(name).to_string(),
        properties = properties,
    )
}

impl ImportError {
    /// The code by which programs tell errors apart, as in `docs/errors.md`.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Missing(_) => "ResourceNotFound.Path",
            Self::Unreadable { .. } => "InputUnreadable",
            Self::Invalid { .. } | Self::Nameless { .. } => "GazetteerInvalid",
            Self::BadName(_) => "InvalidParameter.Name",
            Self::MixedKinds { .. } => "InvalidParameter",
            Self::OtherPreset { .. } => "InvalidParameter.Preset",
            Self::NoProperty { .. } | Self::UnknownProperty { .. } | Self::PropertyOfPlaces(_) => {
                "InvalidParameter.Property"
            }
            Self::Damaged { .. } => "GazetteerDamaged",
            Self::Unwritable { .. } => "GazetteerUnwritable",
            Self::NoSuchGazetteer(_) => "ResourceNotFound.Gazetteer",
            Self::Locked { .. } => "GazetteerLocked",
        }
    }

    /// Whether the request is wrong, whatever the files hold or the disk does.
    pub fn is_of_request(&self) -> bool {
        self.code().starts_with("InvalidParameter")
    }
}
