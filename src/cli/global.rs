//! Options of every command.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::values::LanguageParser;
use crate::output::Format;
use imm_cluster_core::place::Language;
use imm_cluster_messages::Tongue;

/// Options of every command.
#[derive(Debug, Args)]
#[command(next_help_heading = "Global options")]
pub struct Global {
    /// Dataset to use: a name, or the path of a JSON file
    ///
    /// A name such as `family` is a file in your application data folder. Anything
    /// with a path separator or ending in `.json` is a path. Default: the environment
    /// variable `IMM_CLUSTER_DATASET`, else `default`.
    #[arg(long, global = true, value_name = "NAME|PATH")]
    pub dataset: Option<PathBuf>,
    /// Output format
    #[arg(long, global = true, value_enum, default_value_t = Format::Table)]
    pub format: Format,
    /// Print only results and errors
    #[arg(long, short, global = true)]
    pub quiet: bool,
    /// Print more details
    #[arg(long, short, global = true, conflicts_with = "quiet")]
    pub verbose: bool,
    /// When to use colour (`NO_COLOR` is respected)
    #[arg(long, global = true, hide_short_help = true, value_enum, default_value_t = ColorWhen::Auto, value_name = "WHEN")]
    pub color: ColorWhen,
    /// Show no progress bar
    #[arg(long, global = true, hide_short_help = true)]
    pub no_progress: bool,
    /// Number of threads [default: chosen for the disk]
    ///
    /// By default two per core and at least 4; on a spinning disk 4; on a network folder
    /// four per core and at least 16. `--jobs 1` leaves the most to other programs; so
    /// does a start with `nice`, which is as fast on an idle machine.
    #[arg(long, global = true, hide_short_help = true, value_name = "N", allow_negative_numbers = true, value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub jobs: Option<u16>,
    /// Languages of place names: en, zh, or local for the language of each country
    /// [default: those of the last `index` or `run`, else en]
    ///
    /// `index` and `run` remember them. With more than one, JSON has `addresses`, one
    /// per language. The language of names does not affect clusters.
    #[arg(long, global = true, value_name = "TAG,…", value_delimiter = ',', value_parser = LanguageParser, hide_possible_values = true)]
    pub language: Vec<Language>,
    /// Language of help and messages [default: that of `LC_ALL`, `LC_MESSAGES` or `LANG`]
    ///
    /// A new dataset also names places in it, unless `--language` is given. Messages for
    /// programs, as with `--format json`, are always in English.
    #[arg(
        long,
        global = true,
        hide_short_help = true,
        value_enum,
        value_name = "TAG"
    )]
    pub ui_language: Option<UiLanguage>,
    /// Seconds to wait if another run is using the dataset
    #[arg(long, global = true, hide_short_help = true, value_name = "SECONDS", allow_negative_numbers = true, value_parser = clap::value_parser!(u32).range(0..), default_value_t = 0)]
    pub wait: u32,
    /// Folder for lock files, for a dataset on a network disk without locking
    ///
    /// All runs that change the dataset must use the same folder on one machine.
    /// Default: the environment variable `IMM_CLUSTER_LOCK_DIR`, else next to the
    /// dataset. Example: `--lock-dir ~/.cache`.
    #[arg(long, global = true, hide_short_help = true, value_name = "DIR")]
    pub lock_dir: Option<PathBuf>,
}

/// When to use colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ColorWhen {
    /// On a terminal
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

impl ColorWhen {
    /// Whether colour is wanted, whatever the stream is.
    pub fn wanted(self) -> Option<bool> {
        match self {
            Self::Auto => None,
            Self::Always => Some(true),
            Self::Never => Some(false),
        }
    }
}

/// A language of help and messages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum UiLanguage {
    /// English
    En,
    /// Chinese, simplified
    Zh,
}

impl From<UiLanguage> for Tongue {
    fn from(language: UiLanguage) -> Self {
        match language {
            UiLanguage::En => Self::English,
            UiLanguage::Zh => Self::Chinese,
        }
    }
}
