//! What stops a command: a code, a message, a hint, an exit status.

use std::borrow::Cow;
use std::io;
use std::path::PathBuf;

use imm_cluster_core::dataset::StoreError;
use imm_cluster_core::find::{FindError, Noun};
use imm_cluster_core::identity::decide::{DecideError, LONGEST_TEXT, Worded};
use imm_cluster_core::index::IndexError;
use imm_cluster_core::place::import::{ImportError, LONGEST_NAME};
use imm_cluster_core::text::{Escaped, counted, quoted};
use imm_cluster_core::trip::known::HomeError;
use imm_cluster_messages::{retold, text};

/// Wrong usage. Where one option is to blame its name follows behind a dot:
/// `InvalidParameter.GapDays`.
pub(crate) const INVALID_PARAMETER: &str = "InvalidParameter";
/// Something that is required is not there.
pub(crate) const MISSING_PARAMETER: &str = "MissingParameter";
/// There is no such option or argument.
pub(crate) const UNKNOWN_PARAMETER: &str = "UnknownParameter";
/// There is no such command.
pub(crate) const UNKNOWN_COMMAND: &str = "UnknownCommand";
/// Options that exclude each other.
pub(crate) const CONFLICTING_PARAMETERS: &str = "ConflictingParameters";
/// The code for a wrong value of an option: `--gap-days` gives
/// `InvalidParameter.GapDays`, as the service has it.
pub(crate) fn invalid_option(option: &str) -> String {
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
pub enum Fatal {
    /// The command line asks for something that cannot be.
    #[error("{message}")]
    Usage {
        /// The option that is to blame, such as `--gap-days`; empty where it is none alone.
        option: &'static str,
        /// What is wrong, and what is allowed.
        message: String,
        /// The way out.
        hint: Option<String>,
    },
    /// The dataset cannot be read, locked or written.
    #[error(transparent)]
    Store(StoreError),
    /// Folders or records cannot be indexed.
    #[error(transparent)]
    Index(IndexError),
    /// A gazetteer cannot be imported or read.
    #[error("{}", about_import(.0))]
    Gazetteer(#[from] ImportError),
    /// Nothing, or too much, goes by that name.
    #[error(transparent)]
    Find(#[from] FindError),
    /// A list of points or of tasks could not be read.
    #[error("{}", text!("error-cannot-read", path = quoted(.path), why = retold(&.source.to_string())))]
    Input {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The file that is to be written is something else.
    #[error("{}", text!("error-output-exists", path = quoted(.path)))]
    OutputExists {
        /// The file.
        path: PathBuf,
    },
    /// A file of an export could not be written.
    #[error("{}", text!("error-cannot-write", path = quoted(.path), why = retold(&.source.to_string())))]
    Unwritable {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
        /// The way out.
        hint: Option<String>,
    },
    /// The list of what earlier exports of albums made cannot be believed.
    #[error("{}", text!("error-albums-damaged", path = quoted(.path), why = retold(&.source.to_string())))]
    AlbumsDamaged {
        /// The list.
        path: PathBuf,
        /// What is wrong with it.
        source: io::Error,
    },
    /// The result could not be written out.
    #[error("{}", text!("error-output", why = retold(&.0.to_string())))]
    Output(#[from] io::Error),
}

impl Fatal {
    /// Wrong usage for which no option is to blame alone, without a hint.
    pub(crate) fn usage(message: impl Into<String>) -> Self {
        Self::option("", message)
    }

    /// Wrong use of an option, without a hint.
    pub(crate) fn option(option: &'static str, message: impl Into<String>) -> Self {
        Self::Usage {
            option,
            message: message.into(),
            hint: None,
        }
    }

    /// What core says of the value of an option.
    fn of_option(option: &'static str, error: &dyn std::error::Error) -> Self {
        let why = error.to_string();
        Self::option(option, text!("error-of-option", option = option, why = why))
    }

    /// The same error with a way out, where it is one of usage.
    pub(crate) fn with_hint(self, text: impl Into<String>) -> Self {
        match self {
            Self::Usage {
                option, message, ..
            } => Self::Usage {
                option,
                message,
                hint: Some(text.into()),
            },
            other => other,
        }
    }

    /// What the user can do about it.
    pub(crate) fn hint(&self) -> Option<String> {
        match self {
            Self::Usage { hint, .. } => hint.clone(),
            Self::Store(error) => of_store(error),
            Self::Index(error) => of_index(error),
            Self::Gazetteer(error) => of_import(error),
            Self::Find(error) => Some(of_find(error)),
            Self::OutputExists { .. } => Some(text!("hint-output-exists")),
            Self::Unwritable { hint, .. } => {
                Some((hint.clone()).unwrap_or_else(|| text!("hint-output-unwritable")))
            }
            Self::AlbumsDamaged { .. } => Some(text!("hint-albums-damaged")),
            Self::Input { .. } | Self::Output(_) => None,
        }
    }

    /// The code by which programs tell errors apart, as in `docs/errors.md`.
    pub(crate) fn code(&self) -> Cow<'static, str> {
        let code = match self {
            Self::Usage { option: "", .. } => INVALID_PARAMETER,
            Self::Usage { option, .. } => return invalid_option(option).into(),
            Self::Store(error) => error.code(),
            Self::Index(error) => error.code(),
            Self::Gazetteer(error) => error.code(),
            Self::Find(error) => error.code(),
            Self::Input { .. } => "InputUnreadable",
            Self::Unwritable { .. } | Self::Output(_) => "OutputUnwritable",
            Self::AlbumsDamaged { .. } => "AlbumsDamaged",
            Self::OutputExists { .. } => "OutputExists",
        };
        code.into()
    }

    /// Whether the command line is wrong, whatever the files hold or the disk does.
    pub(crate) fn is_usage(&self) -> bool {
        match self {
            Self::Usage { .. } | Self::Index(IndexError::NoPath | IndexError::Pattern(_)) => true,
            Self::Gazetteer(error) => error.is_of_request(),
            _ => false,
        }
    }

    /// The exit status: 2 for wrong usage, 128 and the number of the signal that ended
    /// it, else 1.
    pub(crate) fn exit_status(&self) -> u8 {
        match self {
            _ if self.is_usage() => 2,
            Self::Index(IndexError::Interrupted { signal, .. }) => 128 + signal,
            _ => 1,
        }
    }
}

/// What a part passes on of another one is an error of that one.
impl From<StoreError> for Fatal {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Gazetteer(error) => error.into(),
            other => Self::Store(other),
        }
    }
}

impl From<IndexError> for Fatal {
    fn from(error: IndexError) -> Self {
        match error {
            IndexError::Store(error) => error.into(),
            other => Self::Index(other),
        }
    }
}

/// What core says of homes, in the words of the command line.
impl From<HomeError> for Fatal {
    fn from(error: HomeError) -> Self {
        match error {
            HomeError::Find(error) => error.into(),
            HomeError::Exists(_) => {
                Self::usage(error.to_string()).with_hint(text!("hint-home-exists"))
            }
            HomeError::Radius(_) => Self::of_option("--radius", &error),
            HomeError::Reversed { .. } => Self::of_option("--to", &error),
            _ => Self::usage(error.to_string()),
        }
    }
}

/// What core says of decisions, in the words of the command line.
impl From<DecideError> for Fatal {
    fn from(error: DecideError) -> Self {
        match error {
            DecideError::Find(error) => error.into(),
            DecideError::OneIsNotEnough { what } => {
                let two = counted(2, what.word());
                Self::usage(match what {
                    Noun::Trip => text!("error-merge-one-trip", two = two),
                    _ => text!("error-merge-one-cluster", two = two),
                })
            }
            DecideError::DoesNotCut { .. } => Self::of_option("--at", &error),
            DecideError::TooManyLabels { .. } => Self::of_option("--label", &error),
            DecideError::TooLong { what, len } => {
                let option = match what {
                    Worded::Title => "--title",
                    Worded::CustomId => "--custom-id",
                };
                let message = text!(
                    "error-option-too-long",
                    option = option,
                    len = len.to_string(),
                    most = LONGEST_TEXT.to_string(),
                );
                Self::option(option, message)
            }
            _ => Self::usage(error.to_string()),
        }
    }
}

fn of_store(error: &StoreError) -> Option<String> {
    Some(match error {
        StoreError::Damaged { .. } => text!("hint-dataset-damaged"),
        StoreError::NothingToRecover { .. } => text!("hint-nothing-to-recover"),
        StoreError::Foreign { .. } => text!("hint-dataset-foreign"),
        StoreError::Newer { .. } => text!("hint-dataset-newer"),
        StoreError::Locked { .. } => text!("hint-locked"),
        StoreError::Unwritable { .. } => text!("hint-dataset-unwritable"),
        StoreError::Changed { .. } => text!("hint-dataset-changed"),
        StoreError::Unlockable { .. } => text!("hint-cannot-lock"),
        _ => return None,
    })
}

fn of_index(error: &IndexError) -> Option<String> {
    Some(match error {
        IndexError::NoSuchPath(_) => text!("hint-no-such-path"),
        IndexError::PathsUnreadable(_) => text!("hint-paths-unreadable"),
        IndexError::NoPath => text!("hint-no-path"),
        IndexError::Interrupted { saved: Some(_), .. } => text!("hint-interrupted"),
        _ => return None,
    })
}

fn of_import(error: &ImportError) -> Option<String> {
    Some(match error {
        ImportError::Invalid { hint, .. } => return hint.clone(),
        ImportError::Nameless { properties, .. } => {
            text!("hint-import-nameless", properties = *properties)
        }
        ImportError::NoProperty { .. } => text!("hint-import-no-property"),
        ImportError::Missing(_) => text!("hint-no-such-path"),
        ImportError::Damaged { .. } => text!("hint-gazetteer-damaged"),
        ImportError::Unwritable { .. } => text!("hint-gazetteer-unwritable"),
        ImportError::NoSuchGazetteer(_) => text!("hint-no-such-gazetteer"),
        ImportError::Locked { .. } => text!("hint-locked"),
        _ => return None,
    })
}

/// What is wrong with an import, with the options by which it was asked for.
fn about_import(error: &ImportError) -> String {
    match error {
        ImportError::BadName(name) => text!(
            "error-option-name",
            name = Escaped::new(name).to_string(),
            most = LONGEST_NAME.to_string(),
        ),
        ImportError::MixedKinds { first, other } => text!(
            "error-option-mixed",
            first = quoted(first),
            other = quoted(other)
        ),
        ImportError::OtherPreset { preset, path } => {
            text!("error-option-preset", preset = *preset, path = quoted(path))
        }
        ImportError::NoProperty { path, properties } => text!(
            "error-option-no-property",
            path = quoted(path),
            properties = *properties,
        ),
        ImportError::UnknownProperty {
            path,
            name,
            properties,
        } => text!(
            "error-option-unknown-property",
            path = quoted(path),
            name = Escaped::new(name).to_string(),
            properties = *properties,
        ),
        ImportError::PropertyOfPlaces(property) => {
            text!("error-option-property-of-places", property = *property)
        }
        other => other.to_string(),
    }
}

fn of_find(error: &FindError) -> String {
    match error {
        FindError::Ambiguous {
            what: Noun::Home, ..
        } => text!("hint-ambiguous-home"),
        FindError::Ambiguous { .. } => text!("hint-ambiguous"),
        FindError::NotFound { what, .. } => match what {
            Noun::Folder => text!("hint-not-found-folder"),
            Noun::Cluster => text!("hint-not-found-cluster"),
            Noun::Trip => text!("hint-not-found-trip"),
            Noun::Home => text!("hint-not-found-home"),
            Noun::Task => text!("hint-not-found-task"),
            Noun::Place => text!("hint-not-found-place"),
            Noun::File => text!("hint-not-found-file"),
        },
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use imm_cluster_messages::{Tongue, in_tongue};

    use super::*;

    #[test]
    fn the_code_of_wrong_usage_names_the_option() {
        let code = |option| Fatal::option(option, "").code().into_owned();
        assert_eq!(code("--min-days"), "InvalidParameter.MinDays");
        assert_eq!(code("--tag"), "InvalidParameter.Tag");
        assert_eq!(code(""), INVALID_PARAMETER);
        let long = Fatal::from(DecideError::TooLong {
            what: Worded::CustomId,
            len: 2000,
        });
        assert_eq!(long.code(), "InvalidParameter.CustomId");
    }

    #[test]
    fn what_a_part_passes_on_has_its_hint_and_code() {
        let damaged = ImportError::Damaged {
            path: PathBuf::new(),
            reason: String::new(),
        };
        let error = Fatal::from(StoreError::Gazetteer(damaged));
        assert!(
            error.hint().unwrap().contains("gazetteer remove"),
            "{error}"
        );
        let locked = StoreError::Locked {
            path: PathBuf::new(),
            holder: String::new(),
        };
        let error = Fatal::from(IndexError::Store(locked));
        assert_eq!(error.code(), "DatasetLocked");
        assert!(error.hint().unwrap().contains("--wait"), "{error}");
    }

    fn each_of_store() -> Vec<Fatal> {
        let (path, id) = (PathBuf::new, String::new);
        let source = || io::Error::other("x");
        let errors = [
            StoreError::Unreadable {
                path: path(),
                source: source(),
            },
            StoreError::Damaged {
                path: path(),
                line: 1,
                reason: id(),
            },
            StoreError::NothingToRecover { path: path() },
            StoreError::Foreign { path: path() },
            StoreError::Newer {
                path: path(),
                version: 9,
            },
            StoreError::Locked {
                path: path(),
                holder: id(),
            },
            StoreError::Unwritable {
                path: path(),
                source: source(),
            },
            StoreError::Changed { path: path() },
            StoreError::Unlockable {
                path: path(),
                source: source(),
            },
        ];
        errors.into_iter().map(Fatal::from).collect()
    }

    fn each_of_index() -> Vec<Fatal> {
        let (path, id) = (PathBuf::new, String::new);
        let source = || io::Error::other("x");
        let errors = [
            IndexError::NoSuchPath(Vec::new()),
            IndexError::PathsUnreadable(Vec::new()),
            IndexError::NoPath,
            IndexError::Pattern(id()),
            IndexError::Unreadable {
                path: path(),
                source: source(),
            },
            IndexError::Interrupted {
                signal: 2,
                saved: None,
            },
        ];
        errors.into_iter().map(Fatal::from).collect()
    }

    fn each_of_import() -> Vec<Fatal> {
        let (path, id) = (PathBuf::new, String::new);
        let source = || io::Error::other("x");
        let errors = [
            ImportError::Missing(Vec::new()),
            ImportError::Unreadable {
                path: path(),
                source: source(),
            },
            ImportError::Invalid {
                path: path(),
                reason: id(),
                hint: None,
            },
            ImportError::Damaged {
                path: path(),
                reason: id(),
            },
            ImportError::Unwritable {
                path: path(),
                source: source(),
            },
            ImportError::NoSuchGazetteer(id()),
            ImportError::Locked { path: path() },
        ];
        errors.into_iter().map(Fatal::from).collect()
    }

    fn each() -> Vec<Fatal> {
        let (path, id) = (PathBuf::new, String::new);
        let source = || io::Error::other("x");
        let nouns = [
            Noun::Cluster,
            Noun::Trip,
            Noun::Home,
            Noun::File,
            Noun::Folder,
            Noun::Task,
            Noun::Place,
        ];
        let missing = nouns.map(|what| FindError::NotFound { what, id: id() });
        let mut errors = vec![
            Fatal::usage(""),
            FindError::Ambiguous {
                what: Noun::Task,
                id: id(),
                count: 2,
            }
            .into(),
            Fatal::Input {
                path: path(),
                source: source(),
            },
            Fatal::OutputExists { path: path() },
            Fatal::Unwritable {
                path: path(),
                source: source(),
                hint: None,
            },
            Fatal::AlbumsDamaged {
                path: path(),
                source: source(),
            },
            Fatal::Output(source()),
        ];
        errors.extend(
            [each_of_store(), each_of_index(), each_of_import()]
                .into_iter()
                .flatten(),
        );
        errors.extend(missing.into_iter().map(Fatal::from));
        errors
    }

    #[test]
    fn every_code_is_explained_and_no_other() {
        let page = include_str!("../docs/errors.md");
        let explained = page
            .lines()
            .filter_map(|line| line.strip_prefix("| `")?.split('`').next());
        let explained: BTreeSet<&str> = explained.collect();
        let errors = each();
        let codes: Vec<_> = errors.iter().map(Fatal::code).collect();
        let mut told: BTreeSet<&str> = codes.iter().map(AsRef::as_ref).collect();
        // These are of the command line alone.
        told.extend([
            "InvalidParameter.OPTION",
            MISSING_PARAMETER,
            UNKNOWN_PARAMETER,
            UNKNOWN_COMMAND,
            CONFLICTING_PARAMETERS,
        ]);
        assert_eq!(told, explained);
    }

    #[test]
    fn every_error_and_hint_is_told_in_chinese() {
        let is_chinese = |text: &str| text.contains(|c| ('\u{4e00}'..='\u{9fff}').contains(&c));
        let told = in_tongue(Tongue::Chinese, || {
            let errors = each().into_iter();
            let told = errors.flat_map(|error| [Some(error.to_string()), error.hint()]);
            told.flatten()
                .filter(|text| !text.is_empty())
                .collect::<Vec<_>>()
        });
        for text in told {
            assert!(is_chinese(&text), "{text}");
        }
    }

    #[test]
    fn what_is_wrong_and_the_way_out_in_chinese() {
        let locked = || StoreError::Locked {
            path: "/photos.json".into(),
            holder: "run (process 12)\n".to_owned(),
        };
        let not_found = || FindError::not_found(Noun::Trip, "abc");
        let vanished = || StoreError::Unreadable {
            path: "/photos.json".into(),
            source: io::Error::other("it is a link, and links are not followed"),
        };
        let told = in_tongue(Tongue::Chinese, || {
            let errors = [locked().into(), not_found().into(), vanished().into()];
            errors.map(|error: Fatal| match error.hint() {
                Some(hint) => format!("{error}\n{hint}"),
                None => error.to_string(),
            })
        });
        insta::assert_snapshot!(told.join("\n"), @r"
        数据集 `/photos.json` 正被 run (process 12) 使用
        用 `--wait SECONDS` 等它结束，或稍后再试
        数据集中没有旅行 `abc`
        `imm-cluster trips list` 会列出 id
        无法读取数据集 `/photos.json`：它是链接，而这里不跟随链接
        ");
    }
}
