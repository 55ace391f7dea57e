//! What nothing, or too much, goes by the name of.

use imm_cluster_messages::text;

use crate::text::{Escaped, counted};

/// What a name or an id is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Noun {
    /// A cluster, by its id.
    Cluster,
    /// A trip, by its id.
    Trip,
    /// A home, by its id or name.
    Home,
    /// A photo or video, by its path.
    File,
    /// A remembered folder, by its path.
    Folder,
    /// A run of the program, by its id.
    Task,
    /// A place of the user's own, by its name.
    Place,
}

impl Noun {
    /// The word for one of them.
    pub fn word(self) -> &'static str {
        match self {
            Self::Cluster => "cluster",
            Self::Trip => "trip",
            Self::Home => "home",
            Self::File => "file",
            Self::Folder => "folder",
            Self::Task => "task",
            Self::Place => "place",
        }
    }
}

/// Why one thing is not told from all others by what it was called.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FindError {
    /// Nothing goes by that name.
    #[error("{}", text!("error-not-found", what = .what.word(), id = Escaped::new(.id).to_string()))]
    NotFound {
        /// What was looked for.
        what: Noun,
        /// What was asked for.
        id: String,
    },
    /// Several begin with those characters.
    #[error("{}", ambiguous(.id, *.count, *.what))]
    Ambiguous {
        /// What was looked for.
        what: Noun,
        /// What was asked for.
        id: String,
        /// How many fit.
        count: usize,
    },
}

fn ambiguous(id: &str, count: usize, what: Noun) -> String {
    text!(
        "error-ambiguous",
        id = Escaped::new(id).to_string(),
        things = counted(count, what.word()),
    )
}

impl FindError {
    /// Nothing goes by that name.
    pub fn not_found(what: Noun, id: impl Into<String>) -> Self {
        Self::NotFound {
            what,
            id: id.into(),
        }
    }

    /// The code by which programs tell errors apart, as in `docs/errors.md`.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Ambiguous { .. } => "AmbiguousId",
            Self::NotFound { what, .. } => match what {
                Noun::Cluster => "ResourceNotFound.Cluster",
                Noun::Trip => "ResourceNotFound.Trip",
                Noun::Home => "ResourceNotFound.Home",
                Noun::File => "ResourceNotFound.File",
                Noun::Folder => "ResourceNotFound.Folder",
                Noun::Task => "ResourceNotFound.Task",
                Noun::Place => "ResourceNotFound.Place",
            },
        }
    }
}
