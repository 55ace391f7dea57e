//! What stops a command: a code, a message, a hint, an exit status.

use crate::text::Escaped;
use std::borrow::Cow;
use std::fmt::Write as _;
use std::io;
use std::path::{Path, PathBuf};

/// Wrong usage. Where one option is to blame its name follows behind a dot:
/// `InvalidParameter.GapDays`.
pub const INVALID_PARAMETER: &str = "InvalidParameter";
/// Something that is required is not there.
pub const MISSING_PARAMETER: &str = "MissingParameter";
/// There is no such option or argument.
pub const UNKNOWN_PARAMETER: &str = "UnknownParameter";
/// There is no such command.
pub const UNKNOWN_COMMAND: &str = "UnknownCommand";
/// Options that exclude each other.
pub const CONFLICTING_PARAMETERS: &str = "ConflictingParameters";
/// The code of what a signal ended, and of a task whose process died.
pub const INTERRUPTED: &str = "Interrupted";

/// Every code, with what stands for the part that varies. The README lists the
/// same.
pub const CODES: [&str; 32] = [
    INVALID_PARAMETER,
    "InvalidParameter.OPTION",
    MISSING_PARAMETER,
    UNKNOWN_PARAMETER,
    UNKNOWN_COMMAND,
    CONFLICTING_PARAMETERS,
    "AmbiguousId",
    "ResourceNotFound.Path",
    "PathUnreadable",
    "ResourceNotFound.Cluster",
    "ResourceNotFound.File",
    "ResourceNotFound.Folder",
    "ResourceNotFound.Task",
    "ResourceNotFound.Place",
    "ResourceNotFound.Gazetteer",
    "InputUnreadable",
    "DatasetUnreadable",
    "DatasetDamaged",
    "DatasetForeign",
    "DatasetNewer",
    "DatasetLocked",
    "DatasetUnwritable",
    "DatasetChanged",
    "DatasetUnlockable",
    "GazetteerInvalid",
    "GazetteerDamaged",
    "GazetteerUnwritable",
    "GazetteerLocked",
    "OutputExists",
    "OutputUnwritable",
    "AlbumsDamaged",
    INTERRUPTED,
];

/// The code for a wrong value of an option: `--gap-days` gives
/// `InvalidParameter.GapDays`, as the service has it.
pub fn invalid_option(option: &str) -> String {
    let mut code = format!("{INVALID_PARAMETER}.");
    for word in option.trim_start_matches('-').split('-') {
        let mut letters = word.chars();
        code.extend(letters.next().map(|first| first.to_ascii_uppercase()));
        code.push_str(letters.as_str());
    }
    code
}

/// Why a command could not be done. The dataset is then as it was before, or
/// with completed checkpoints of `index` added.
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
    /// Paths given to `index` are not there. All others were done.
    #[error("{} is not there", listed(.0))]
    NoSuchPath(Vec<PathBuf>),
    /// Paths given to `index` cannot be looked at, each for its reason. All others were
    /// done.
    #[error("cannot look at {}", with_reasons(.0))]
    PathsUnreadable(Vec<(PathBuf, String)>),
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
    /// No record of the dataset is whole.
    #[error("nothing in {} can be recovered", quoted(.path))]
    NothingToRecover {
        /// The dataset file.
        path: PathBuf,
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
    /// Another program wrote the dataset while this one held it.
    #[error("the dataset {} was changed by another program meanwhile", quoted(.path))]
    DatasetChanged {
        /// The dataset file.
        path: PathBuf,
    },
    /// The folder of the lock file knows no locks.
    #[error("cannot lock {}: {source}", quoted(.path))]
    DatasetUnlockable {
        /// The lock file.
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
    /// A signal asked the process to end.
    #[error("interrupted by {}; {}", crate::interrupt::name(*.signal), what_is_saved(*.saved))]
    Interrupted {
        /// Which signal.
        signal: u8,
        /// How many new and changed files were read and saved; `None` when there was
        /// nothing to save.
        saved: Option<usize>,
    },
    /// Another process imports a gazetteer.
    #[error("another import into {} is going on", quoted(.path))]
    GazetteerLocked {
        /// The folder of gazetteers.
        path: PathBuf,
    },
    /// No record, cluster, folder or task goes by that name.
    #[error("{what} `{}` is not {}", Escaped::new(.id), place_of(.what))]
    NotFound {
        /// `cluster`, `file`, `folder`, `task` or `gazetteer`.
        what: &'static str,
        /// What was asked for.
        id: String,
    },
    /// Several clusters or tasks begin with those characters.
    #[error("`{}` fits {count} {what}s", Escaped::new(.id))]
    Ambiguous {
        /// `cluster` or `task`.
        what: &'static str,
        /// What was asked for.
        id: String,
        /// How many fit.
        count: usize,
    },
    /// The file that is to be written is something else.
    #[error("{} exists and is no report of imm-cluster", quoted(.path))]
    OutputExists {
        /// The file.
        path: PathBuf,
    },
    /// A file of an export could not be written.
    #[error("cannot write {}: {source}", quoted(.path))]
    Unwritable {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
        /// The way out.
        hint: Option<&'static str>,
    },
    /// The list of what earlier exports of albums made cannot be believed.
    #[error("the list of albums {} is damaged: {source}", quoted(.path))]
    AlbumsDamaged {
        /// The list.
        path: PathBuf,
        /// What is wrong with it.
        source: io::Error,
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
            Self::Usage { hint, .. } | Self::GazetteerInvalid { hint, .. } => return hint.clone(),
            Self::NoSuchPath(_) => "look for a typing error, or connect the disk that it is on",
            Self::PathsUnreadable(_) => "check the permissions, and the disk that it is on",
            Self::DatasetDamaged { .. } => {
                "it was left as it is; `imm-cluster recover` saves what is whole in it"
            }
            Self::NothingToRecover { .. } => {
                "it was left as it is; restore it from a backup, or choose another with `--dataset`"
            }
            Self::DatasetForeign { .. } => {
                "it was left as it is; choose another file with `--dataset`"
            }
            Self::DatasetNewer { .. } => "upgrade, or choose another file with `--dataset`",
            Self::DatasetLocked { .. } | Self::GazetteerLocked { .. } => {
                "wait for it with `--wait SECONDS`, or try again later"
            }
            Self::DatasetUnwritable { .. } => {
                "check the permissions and the free space, or choose another place with `--dataset`"
            }
            Self::DatasetChanged { .. } => "it was left as it is now; run the same command again",
            Self::DatasetUnlockable { .. } => {
                "some network folders have no locks; `--lock-dir DIR` names a folder for them on \
                 this machine"
            }
            Self::Interrupted { saved: Some(_), .. } => "the same command goes on from there",
            Self::GazetteerDamaged { .. } => {
                "import it again, or take it away with `imm-cluster gazetteer remove NAME`"
            }
            Self::GazetteerUnwritable { .. } => {
                "check the permissions and the free space, or choose another folder with \
                 `IMM_CLUSTER_GAZETTEERS`"
            }
            Self::NotFound {
                what: "gazetteer", ..
            } => "`imm-cluster gazetteer list` shows what was imported",
            Self::OutputExists { .. } => {
                "choose another name with `--output`, or replace it with `--force`"
            }
            Self::NotFound { what: "folder", .. } => {
                "`imm-cluster roots list` shows the remembered folders"
            }
            Self::NotFound {
                what: "cluster", ..
            } => "`imm-cluster clusters list` shows the ids",
            Self::NotFound { what: "task", .. } => {
                "`imm-cluster tasks list` shows the tasks of the last 7 days"
            }
            Self::NotFound { what: "place", .. } => "`imm-cluster places list` shows the names",
            Self::NotFound { .. } => "`imm-cluster files list` shows the paths",
            Self::Ambiguous { .. } => "give more of the id",
            Self::Unwritable { hint, .. } => {
                hint.unwrap_or("check the folder, the permissions and the free space")
            }
            Self::AlbumsDamaged { .. } => {
                "it was left as it is; without it, all in the folder counts as yours"
            }
            Self::Interrupted { saved: None, .. }
            | Self::Input { .. }
            | Self::DatasetUnreadable { .. }
            | Self::Output(_) => return None,
        };
        Some(text.to_owned())
    }

    /// The code, one of [`CODES`], by which programs tell errors apart.
    ///
    /// A message about wrong usage names the option that is to blame, first of all
    /// and between backticks.
    pub fn code(&self) -> Cow<'static, str> {
        let code = match self {
            Self::Usage { message, .. } => {
                let option = message.split("`--").nth(1).unwrap_or_default();
                let is_name = |c: char| c.is_ascii_lowercase() || c == '-';
                let end = option.find(|c| !is_name(c)).unwrap_or(option.len());
                return match option.get(..end) {
                    Some(name) if !name.is_empty() => invalid_option(name).into(),
                    _ => INVALID_PARAMETER.into(),
                };
            }
            Self::NoSuchPath(_) => "ResourceNotFound.Path",
            Self::PathsUnreadable(_) => "PathUnreadable",
            Self::Input { .. } => "InputUnreadable",
            Self::DatasetUnreadable { .. } => "DatasetUnreadable",
            Self::DatasetDamaged { .. } | Self::NothingToRecover { .. } => "DatasetDamaged",
            Self::DatasetForeign { .. } => "DatasetForeign",
            Self::DatasetNewer { .. } => "DatasetNewer",
            Self::DatasetLocked { .. } => "DatasetLocked",
            Self::DatasetUnwritable { .. } => "DatasetUnwritable",
            Self::DatasetChanged { .. } => "DatasetChanged",
            Self::DatasetUnlockable { .. } => "DatasetUnlockable",
            Self::Interrupted { .. } => INTERRUPTED,
            Self::NotFound { what, .. } => match *what {
                "cluster" => "ResourceNotFound.Cluster",
                "folder" => "ResourceNotFound.Folder",
                "place" => "ResourceNotFound.Place",
                "task" => "ResourceNotFound.Task",
                "gazetteer" => "ResourceNotFound.Gazetteer",
                _ => "ResourceNotFound.File",
            },
            Self::GazetteerInvalid { .. } => "GazetteerInvalid",
            Self::GazetteerDamaged { .. } => "GazetteerDamaged",
            Self::GazetteerUnwritable { .. } => "GazetteerUnwritable",
            Self::GazetteerLocked { .. } => "GazetteerLocked",
            Self::Ambiguous { .. } => "AmbiguousId",
            Self::Unwritable { .. } | Self::Output(_) => "OutputUnwritable",
            Self::AlbumsDamaged { .. } => "AlbumsDamaged",
            Self::OutputExists { .. } => "OutputExists",
        };
        code.into()
    }

    /// The exit status: 2 for wrong usage, 128 and the number of the signal that ended
    /// it, else 1.
    pub fn exit_status(&self) -> u8 {
        match self {
            Self::Usage { .. } => 2,
            Self::Interrupted { signal, .. } => 128 + signal,
            _ => 1,
        }
    }
}

fn place_of(what: &str) -> &'static str {
    if what == "gazetteer" {
        "among the imported ones"
    } else {
        "in the dataset"
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

fn with_reasons(paths: &[(PathBuf, String)]) -> String {
    let each = paths
        .iter()
        .map(|(path, why)| format!("{}: {why}", quoted(path)));
    each.collect::<Vec<_>>().join(", ")
}

fn at_line(line: usize) -> String {
    if line == 0 {
        String::new()
    } else {
        format!(" at line {line}")
    }
}

fn what_is_saved(files: Option<usize>) -> String {
    match files {
        Some(count) => format!(
            "what was read so far, {}, is saved",
            crate::text::files(count)
        ),
        None => "the dataset is as it was".to_owned(),
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_code_of_wrong_usage_names_the_option() {
        let code = |message: &str| Fatal::usage(message).code().into_owned();
        assert_eq!(
            code("`--min-days 5` is over `--max-days 3`"),
            "InvalidParameter.MinDays"
        );
        assert_eq!(code("`--tag` wants more"), "InvalidParameter.Tag");
        assert_eq!(code("`clusters merge` wants two"), INVALID_PARAMETER);
        assert_eq!(code(""), INVALID_PARAMETER);
    }

    #[test]
    fn every_code_is_listed() {
        let path = || PathBuf::from("a");
        let source = || io::Error::other("x");
        let id = String::new;
        let mut errors = vec![
            Fatal::usage("x"),
            Fatal::NoSuchPath(vec![path()]),
            Fatal::PathsUnreadable(vec![(path(), "denied".to_owned())]),
            Fatal::Input {
                path: path(),
                source: source(),
            },
            Fatal::DatasetUnreadable {
                path: path(),
                source: source(),
            },
            Fatal::DatasetDamaged {
                path: path(),
                line: 1,
                reason: id(),
            },
            Fatal::DatasetForeign { path: path() },
            Fatal::DatasetNewer {
                path: path(),
                version: 9,
            },
            Fatal::DatasetLocked {
                path: path(),
                holder: id(),
            },
            Fatal::DatasetUnwritable {
                path: path(),
                source: source(),
            },
            Fatal::DatasetChanged { path: path() },
            Fatal::DatasetUnlockable {
                path: path(),
                source: source(),
            },
            Fatal::Interrupted {
                signal: 2,
                saved: None,
            },
            Fatal::Ambiguous {
                what: "task",
                id: id(),
                count: 2,
            },
            Fatal::GazetteerInvalid {
                path: path(),
                reason: id(),
                hint: None,
            },
            Fatal::GazetteerDamaged {
                path: path(),
                reason: id(),
            },
            Fatal::GazetteerUnwritable {
                path: path(),
                source: source(),
            },
            Fatal::GazetteerLocked { path: path() },
            Fatal::AlbumsDamaged {
                path: path(),
                source: source(),
            },
            Fatal::OutputExists { path: path() },
            Fatal::Output(source()),
        ];
        for what in ["cluster", "file", "folder", "task", "place", "gazetteer"] {
            errors.push(Fatal::NotFound { what, id: id() });
        }
        let mut codes: Vec<_> = errors
            .iter()
            .map(|error| error.code().into_owned())
            .collect();
        for code in [
            "InvalidParameter.OPTION",
            MISSING_PARAMETER,
            UNKNOWN_PARAMETER,
            UNKNOWN_COMMAND,
            CONFLICTING_PARAMETERS,
        ] {
            codes.push(code.to_owned());
        }
        let mut listed = CODES.map(str::to_owned).to_vec();
        listed.sort();
        codes.sort();
        assert_eq!(codes, listed);
    }
}
