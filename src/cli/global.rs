//! Options of every command.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use crate::output::Format;
use imm_cluster_core::place::Language;

/// Options of every command.
#[derive(Debug, Args)]
#[command(next_help_heading = "Global options")]
pub struct Global {
    /// Dataset to use: a name, or a path to a JSON file
    ///
    /// A name such as `family` stands for a file in the folder for application
    /// data. Anything with a path separator or ending in `.json` is a path.
    /// Default: the environment variable `IMM_CLUSTER_DATASET`, else `default`.
    #[arg(long, global = true, value_name = "NAME|PATH")]
    pub dataset: Option<PathBuf>,
    /// Form of the result
    #[arg(long, global = true, value_enum, default_value_t = Format::Table)]
    pub format: Format,
    /// Say nothing but the result and errors
    #[arg(long, short, global = true)]
    pub quiet: bool,
    /// Say more about what is done
    #[arg(long, short, global = true, conflicts_with = "quiet")]
    pub verbose: bool,
    /// When to use colour (`NO_COLOR` is honoured too)
    #[arg(long, global = true, value_enum, default_value_t = ColorWhen::Auto, value_name = "WHEN")]
    pub color: ColorWhen,
    /// Show no progress bar
    #[arg(long, global = true)]
    pub no_progress: bool,
    /// Number of threads [default: what suits the disk]
    ///
    /// The default is two for each core and at least 4, on a spinning disk 4, and on
    /// a network folder four for each core and at least 16. `--jobs 1` leaves the
    /// most to others; starting the program with `nice`, as in cron, does that too
    /// and is as fast while nobody else is at work.
    #[arg(long, global = true, value_name = "N", allow_negative_numbers = true, value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub jobs: Option<u16>,
    /// Languages of place names: en, zh, or local for what each country writes
    /// [default: the ones that `index` or `run` had last, else en]
    ///
    /// `index` and `run` remember them. With more than one, JSON has `addresses`, one
    /// in each. The language is no part of a place's identity: another one changes no
    /// cluster.
    #[arg(long, global = true, value_name = "TAG,…", value_delimiter = ',')]
    pub language: Vec<Language>,
    /// How long to wait for another run that holds the dataset
    #[arg(long, global = true, value_name = "SECONDS", allow_negative_numbers = true, value_parser = clap::value_parser!(u32).range(0..), default_value_t = 0)]
    pub wait: u32,
    /// Folder for the lock files, for a dataset on a network disk without locks
    ///
    /// All who change the dataset must name the same folder, on one machine. Default:
    /// the environment variable `IMM_CLUSTER_LOCK_DIR`, else beside the dataset.
    /// Example: `--lock-dir ~/.cache`.
    #[arg(long, global = true, value_name = "DIR")]
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
