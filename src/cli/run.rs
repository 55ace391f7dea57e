//! The arguments of `run`.

use std::ffi::OsString;
use std::path::PathBuf;

use chrono::NaiveTime;
use clap::Args;

use super::index::IndexOptions;
use super::values::{key_value, level};
use imm_cluster_core::place::Level;
use imm_cluster_messages::text;

/// The most user data of a task in bytes, as the service has it.
const MOST_USER_DATA: usize = 2048;

/// The heading of options that change no trip.
const OF_CLUSTERS: &str = "Cluster options (they do not affect trips)";

/// Arguments of `run`.
#[derive(Debug, Args)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "switches of a command line are so"
)]
pub struct RunArgs {
    /// Folders and files to index first
    #[arg(value_name = "PATH")]
    pub paths: Vec<PathBuf>,
    /// Days in a row without photos allowed within a cluster, 0 to 99999
    /// [default: last value, else 1]
    #[arg(long, help_heading = OF_CLUSTERS, value_name = "N", allow_negative_numbers = true, value_parser = clap::value_parser!(u32).range(0..=99_999))]
    pub gap_days: Option<u32>,
    /// Ignore clusters shorter than N days, 1 to 99999 [default: last value, else 1]
    #[arg(long, hide_short_help = true, help_heading = OF_CLUSTERS, value_name = "N", allow_negative_numbers = true, value_parser = clap::value_parser!(u32).range(1..=99_999))]
    pub min_days: Option<u32>,
    /// Ignore clusters longer than N days, 1 to 99999 [default: last value, else 99999]
    #[arg(long, hide_short_help = true, help_heading = OF_CLUSTERS, value_name = "N", allow_negative_numbers = true, value_parser = clap::value_parser!(u32).range(1..=99_999))]
    pub max_days: Option<u32>,
    /// Levels to cluster at: country, province, city, district, township
    /// [default: last value, else city,province]
    #[arg(long, help_heading = OF_CLUSTERS, value_name = "LEVEL,…", value_delimiter = ',', value_parser = level(), hide_possible_values = true)]
    pub levels: Vec<Level>,
    /// List clusters instead of trips; implied by `--levels` and `--explain`
    #[arg(long, help_heading = OF_CLUSTERS)]
    pub clusters: bool,
    /// Time at which a day begins, 00:00 to 12:00, to keep a night out in one day
    /// [default: last value, else 00:00]
    #[arg(long, hide_short_help = true, value_name = "HH:MM", value_parser = day_starts)]
    pub day_starts: Option<NaiveTime>,
    /// Leave files without a position as they are; remembered until `--lend`
    #[arg(long, hide_short_help = true, overrides_with = "lend")]
    pub no_lend: bool,
    /// Give files without a position that of files taken around the same time
    /// [default: last choice, else on]
    #[arg(long, hide_short_help = true, overrides_with = "no_lend")]
    pub lend: bool,
    /// Show what would change without storing it
    #[arg(long, conflicts_with_all = ["tag", "user_data", "notify_file", "notify_command"])]
    pub dry_run: bool,
    /// For places with this text in their address, show the days, the gaps, and which
    /// rule cut where
    #[arg(long, hide_short_help = true, help_heading = OF_CLUSTERS, value_name = "TEXT")]
    pub explain: Option<String>,
    /// Also read files of OneDrive or iCloud that are not on this disk, which downloads them
    #[arg(long, hide_short_help = true)]
    pub download: bool,
    /// Exit with status 3 if any file could not be read
    #[arg(long, hide_short_help = true)]
    pub strict: bool,
    /// How the task is known, and who is told of its end.
    #[command(flatten)]
    pub task: TaskOptions,
    /// How to index; remembered for each folder.
    #[command(flatten)]
    pub options: IndexOptions,
}

/// How a run is known afterwards, and who is told of its end.
#[derive(Debug, Args)]
#[command(next_help_heading = "Task options")]
pub struct TaskOptions {
    /// Tag to find this run by in `tasks list` (repeatable)
    #[arg(long, hide_short_help = true, value_name = "KEY=VALUE", value_parser = key_value)]
    pub tag: Vec<(String, String)>,
    /// Text that `tasks` and notifications return, at most 2048 bytes
    #[arg(long, hide_short_help = true, value_name = "TEXT", value_parser = user_data)]
    pub user_data: Option<String>,
    /// Append a message to a file, as one line of JSON, when the run succeeds or fails;
    /// `-` for standard output
    #[arg(long, hide_short_help = true, value_name = "FILE|-")]
    pub notify_file: Option<PathBuf>,
    /// Run a shell command with that message on its standard input
    #[arg(long, hide_short_help = true, value_name = "CMD")]
    pub notify_command: Option<OsString>,
}

fn day_starts(text: &str) -> Result<NaiveTime, String> {
    let noon = NaiveTime::from_hms_opt(12, 0, 0);
    let time = NaiveTime::parse_from_str(text, "%H:%M")
        .ok()
        .filter(|time| Some(*time) <= noon);
    time.ok_or_else(|| text!("value-day-starts"))
}

fn user_data(text: &str) -> Result<String, String> {
    if text.len() > MOST_USER_DATA {
        return Err(text!(
            "value-user-data",
            len = text.len().to_string(),
            most = MOST_USER_DATA.to_string(),
        ));
    }
    Ok(text.to_owned())
}
