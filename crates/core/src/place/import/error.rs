//! What keeps a gazetteer from being imported or read.

use std::io;
use std::path::PathBuf;

use crate::text::{Escaped, listed, quoted};

/// Why a gazetteer could not be imported or read. What was stored before is as it was.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ImportError {
    /// Files are not there.
    #[error("{} is not there", listed(.0))]
    Missing(Vec<PathBuf>),
    /// A file cannot be read.
    #[error("cannot read {}: {source}", quoted(.path))]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// A file is none that can be imported.
    #[error("cannot import {}: {reason}", quoted(.path))]
    Invalid {
        /// The file.
        path: PathBuf,
        /// What is wrong with it, and where.
        reason: String,
        /// The way out, where there is one.
        hint: Option<&'static str>,
    },
    /// No feature of a file has a name.
    #[error("cannot import {}: none of its features can be used; in {count} of them: {why}", quoted(.path))]
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
    #[error("`{}` is no name", Escaped::new(.0))]
    BadName(String),
    /// Boundaries and places are given at once.
    #[error("{} and {} are of different kinds", quoted(.first), quoted(.other))]
    MixedKinds {
        /// The first file.
        first: PathBuf,
        /// One of the other kind.
        other: PathBuf,
    },
    /// The preset is for data of another kind.
    #[error("the preset `{preset}` does not fit {}", quoted(.path))]
    OtherPreset {
        /// The preset.
        preset: &'static str,
        /// The file.
        path: PathBuf,
    },
    /// Nothing says which property names which level.
    #[error("nothing says which property of {} names which level; its properties are: {properties}", quoted(.path))]
    NoProperty {
        /// The file.
        path: PathBuf,
        /// The names of the properties that there are.
        properties: String,
    },
    /// A property that was named does not exist.
    #[error("{} has no property `{}`; its properties are: {properties}", quoted(.path), Escaped::new(.name))]
    UnknownProperty {
        /// The file.
        path: PathBuf,
        /// What was named.
        name: String,
        /// The names of the properties that there are.
        properties: String,
    },
    /// A property is named for data whose columns are known.
    #[error("the property {0} does not fit a dump of GeoNames, whose columns are known")]
    PropertyOfPlaces(String),
    /// An imported gazetteer cannot be read any more.
    #[error("cannot read the gazetteer {}: {reason}", quoted(.path))]
    Damaged {
        /// Its file.
        path: PathBuf,
        /// Why.
        reason: String,
    },
    /// What is imported cannot be stored.
    #[error("cannot write {}: {source}", quoted(.path))]
    Unwritable {
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
    Locked {
        /// The folder of gazetteers.
        path: PathBuf,
    },
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
