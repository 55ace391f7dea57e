//! The command line as typed, one file for each noun. Nothing else sees clap.

mod calendar;
mod chinese;
mod clusters;
mod export;
mod files;
mod filters;
mod gazetteer;
mod global;
mod homes;
mod ids;
mod index;
mod places;
mod report;
mod roots;
mod run;
mod sql;
mod stats;
mod tasks;
mod trips;
mod usage;
mod values;

use std::ffi::OsString;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::builder::styling::{AnsiColor, Styles};
use clap::{Args, CommandFactory, Parser, Subcommand};
use clap_complete::Shell;
use imm_cluster_messages::Tongue;

pub use crate::output::Format;
pub use calendar::CalendarArgs;
pub use clusters::{By, ClustersCommand, Ids, ListClusters, Sort, UpdateTexts};
pub(crate) use export::OneFile;
#[cfg(feature = "parquet")]
pub(crate) use export::PARQUET;
pub use export::{
    AlbumsArgs, ExportCommand, ExportFile, ExportGpx, ExportMap, ExportParquet, ExportTable,
    ExportXmp, Gpx, Link, Naming,
};
pub use files::{FileStateArg, FilesCommand, ListFiles, SetFiles, Without};
pub use filters::{
    ClusterFilters, CommonFilters, Filters, GroupBy, GroupFilters, Grouping, TripFilters,
};
pub use gazetteer::{GazetteerCommand, ImportGazetteer};
pub use global::{ColorWhen, Global, UiLanguage};
pub use homes::{AddHome, EditHome, HomesCommand};
pub use ids::IdsNext;
pub use index::{CoordinateSystem, IndexArgs, IndexOptions, MaybeZone, TimeFrom};
pub use places::{AddPlace, PlacesCommand};
pub use report::ReportArgs;
pub use roots::{Forget, RootsCommand};
pub use run::{RunArgs, TaskOptions};
pub use sql::SqlArgs;
pub use stats::StatsArgs;
pub use tasks::{ListTasks, TaskSort, TasksCommand};
pub use trips::{ListTrips, TripsCommand};
pub use values::Order;

const STYLES: Styles = Styles::styled()
    .header(AnsiColor::Green.on_default().bold())
    .usage(AnsiColor::Green.on_default().bold())
    .literal(AnsiColor::Cyan.on_default().bold())
    .placeholder(AnsiColor::Cyan.on_default());

/// Find the trips in your photos, offline
///
/// imm-cluster reads when and where each photo and video was taken, works out where
/// you live, and lists every stay away from home as a trip with its stops. Place
/// names need no network. It also groups files into clusters: one place on
/// consecutive days. Everything it learns is kept in one JSON file, the dataset, so
/// the next run reads only new and changed files.
#[derive(Debug, Parser)]
#[command(version, long_version = crate::version::long(), styles = STYLES, max_term_width = usage::WIDEST, arg_required_else_help = true,
    after_help = "Start with `imm-cluster run ~/Pictures`. `--help` shows all options, with examples.",
    after_long_help = "\
Examples:
  imm-cluster run ~/Pictures             index a folder and list your trips
  imm-cluster report --open              see them on a map, with pictures
  imm-cluster trips show 3f2a91c0        show one trip, day by day
  imm-cluster index ~/Pictures           read new files only (for cron)
  imm-cluster homes list                 your homes, and the evidence for them
  imm-cluster clusters list              places by day, at home too
  imm-cluster lookup 30.2489,120.1485    name a point
  imm-cluster export albums ~/Albums     a folder of links for each trip

Exit status: 0 success, 1 failure, 2 wrong usage, 3 some file could not be read
(only with --strict).")]
pub struct Cli {
    /// Options of every command.
    #[command(flatten)]
    pub global: Global,
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

impl Cli {
    /// Parses a command line.
    ///
    /// # Errors Wrong usage and requests for help, which are answered already: the status to
    /// exit with.
    ///
    /// A point south of the equator looks like an option. A blank in front of it
    /// tells clap that it is none, and the reader of points ignores it.
    pub fn from_command_line(
        arguments: impl IntoIterator<Item = OsString>,
    ) -> Result<Self, ExitCode> {
        let is_point = |text: &str| {
            let number = text
                .strip_prefix('-')
                .is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit() || c == '.'));
            number && text.contains(',')
        };
        let arguments: Vec<OsString> = arguments.into_iter().collect();
        let for_program = usage::asks_for_json(&arguments);
        // Programs read English.
        if !for_program {
            let typed = usage::ui_language(&arguments).map(Tongue::from);
            imm_cluster_messages::speak(crate::terminal::tongue(typed));
        }
        let arguments: Vec<OsString> = arguments
            .into_iter()
            .map(|argument| match argument.to_str() {
                Some(text) if is_point(text) => format!(" {text}").into(),
                _ => argument,
            })
            .collect();
        let parsed = Self::try_parse_from(&arguments).map(Self::of_completed_line);
        parsed.map_err(|mut error| {
            usage::suggest(&mut error, Self::command);
            if for_program && error.use_stderr() {
                usage::tell_program(&error);
            } else {
                usage::tell_person(&error, &arguments, Self::in_words);
            }
            if error.use_stderr() {
                ExitCode::from(2)
            } else {
                ExitCode::SUCCESS
            }
        })
    }

    /// The dataset of a command line that is being completed is the one that is named on it.
    fn of_completed_line(mut self) -> Self {
        if let Command::Completions { words, .. } = &self.command
            && let Some(dataset) = usage::typed(words, "--dataset").last()
        {
            self.global.dataset = Some(dataset.into());
        }
        self
    }

    /// Which ids may be the last word of a command line.
    pub fn ids_next(words: &[OsString]) -> Option<IdsNext> {
        ids::next(words, &Self::command())
    }

    /// The command line with its help in the language that is spoken.
    pub fn in_words() -> clap::Command {
        chinese::translated(Self::command())
    }

    /// What clap says in English, and the same in the language that is spoken.
    pub fn own_words() -> impl Iterator<Item = (&'static str, String)> {
        chinese::own_words()
    }
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Read new and changed files in your photo folders
    ///
    /// Reads when and where each new or changed photo and video was taken, and
    /// stores it in the dataset. Unchanged files are not read again. Folders are
    /// remembered: without a path, all remembered folders are checked.
    #[command(after_long_help = "\
Examples:
  imm-cluster index ~/Pictures /mnt/nas/photos
  imm-cluster index                             check all remembered folders
  imm-cluster index ~/Pictures --exclude 'Trash' --exclude '*.png'
  imm-cluster index --from-json records.jsonl   records from another program")]
    Index(IndexArgs),
    /// Index folders, find trips and clusters, and list the trips
    ///
    /// Indexes the given paths first, if any. A trip is one stay away from all your
    /// homes, however long and wherever it leads; everyday life is summed up in one
    /// line per home. If no home is found, clusters are listed instead.
    ///
    /// Clusters are a second view: at each level, the days on which a place has
    /// photos, joined while at most `--gap-days` days without photos lie between
    /// them. Cluster options are remembered for the next run and do not affect trips.
    #[command(after_long_help = "\
Examples:
  imm-cluster run ~/Pictures
  imm-cluster run --clusters --gap-days 2
  imm-cluster run --levels city --min-days 2 --dry-run        preview the changes
  imm-cluster run --tag by=cron --notify-file messages.jsonl")]
    Run(RunArgs),
    /// List trips, show one, or edit them
    #[command(subcommand)]
    Trips(TripsCommand),
    /// List, add or correct your homes
    #[command(subcommand)]
    Homes(HomesCommand),
    /// List clusters, show one, or edit them
    #[command(subcommand)]
    Clusters(ClustersCommand),
    /// Show a calendar of the days with photos
    ///
    /// A mark after each day shows its number of files, from ▁ for 1 or more to ▇ for
    /// 100 or more. Days are local; months without photos are skipped. A filter such as
    /// `--address country=Japan` counts only files in matching clusters. The terminal's
    /// width decides how many months fit side by side; a pipe gets three. JSON lists
    /// each day with its files by place. With `--language zh` the calendar is in Chinese.
    #[command(after_long_help = "\
Examples:
  imm-cluster calendar --year 2024
  imm-cluster calendar --address country=Japan
  imm-cluster calendar --day 2024-03-01.. --format ndjson | jq -r '[.date, .files] | @tsv'")]
    Calendar(Box<CalendarArgs>),
    /// Look back on your years: days away, countries, kilometres
    ///
    /// For each year and for all of them: days away from home, trips, kilometres, and the farthest and
    /// the longest trip. Also countries and provinces, with those that are new, files per month, the
    /// day with most files, and what you took on this day in other years. A trip over New Year counts in
    /// both years, with its days and kilometres shared between them.
    #[command(after_long_help = "\
Examples:
  imm-cluster stats
  imm-cluster stats --year 2024
  imm-cluster stats --on 2026-12-24
  imm-cluster stats --format json | jq -r '.years[] | [.year, .days_away, .distance_km] | @tsv'")]
    Stats(StatsArgs),
    /// List files, explain one, or correct them
    #[command(subcommand)]
    Files(FilesCommand),
    /// Remove files from the dataset; the files themselves are not touched
    ///
    /// When and where they were taken is still remembered, without their names, so
    /// that clusters do not change. `--drop-evidence` removes that too.
    #[command(after_long_help = "\
Examples:
  imm-cluster forget ~/Pictures/private
  imm-cluster forget ~/Pictures/private --drop-evidence")]
    Forget(Forget),
    /// List, remove or move remembered folders
    #[command(subcommand)]
    Roots(RootsCommand),
    /// Give places your own names, such as `Grandma's`
    ///
    /// A place is a circle with a name, which replaces the built-in name at one
    /// level. Photos in the dataset get the new name at once.
    #[command(subcommand)]
    Places(PlacesCommand),
    /// List the runs of the last 7 days, or show one
    #[command(subcommand)]
    Tasks(TasksCommand),
    /// Find the place names of coordinates
    #[command(after_long_help = "\
Examples:
  imm-cluster lookup 30.2489,120.1485
  imm-cluster lookup --format json -33.8568,151.2153 52.0907,5.1214
  cut -f2 points.tsv | imm-cluster lookup - --format ndjson
  imm-cluster lookup --parquet photos.parquet named.parquet")]
    Lookup(LookupArgs),
    /// Import your own boundaries and places, for better names
    #[command(subcommand)]
    Gazetteer(GazetteerCommand),
    /// Make an HTML page of your trips: map, timeline and pictures
    ///
    /// The page is one file that needs no network. Trips are listed with their stops;
    /// life at home is one entry per home, which opens to its clusters. Pictures are
    /// the previews stored in your photos; of JPEG, HEIC, PNG and WebP, small ones are
    /// made, and of videos where `ffmpeg` is installed. Photos are only read. With
    /// `--language zh` the page is in Chinese.
    #[command(after_long_help = "\
Examples:
  imm-cluster report --open
  imm-cluster report --output ~/trips-2024.html --start-time 2024-01-01..2024-12-31
  imm-cluster report --address country=Japan --pictures 3 --title Japan
  imm-cluster report --by cluster --level city
  imm-cluster report --language zh --pictures none")]
    Report(ReportArgs),
    /// Show what is in the dataset
    #[command(after_long_help = "\
Examples:
  imm-cluster status
  imm-cluster status --format json | jq .totals")]
    Status,
    /// Print a completion script for your shell
    #[command(after_long_help = "\
Examples:
  imm-cluster completions bash > ~/.local/share/bash-completion/completions/imm-cluster
  imm-cluster completions zsh > \"${fpath[1]}/_imm-cluster\"
  imm-cluster completions fish > ~/.config/fish/completions/imm-cluster.fish")]
    Completions {
        /// The shell
        #[arg(value_enum)]
        shell: Shell,
        /// The command line so far, for which to print the ids that may come next
        #[arg(last = true, hide = true, value_name = "WORD")]
        words: Vec<OsString>,
    },
    /// Print the man page, or write a page per command to a folder
    #[command(after_long_help = "\
Examples:
  imm-cluster man | man -l -
  imm-cluster man --output ~/.local/share/man/man1")]
    Man {
        /// Folder to write the man pages to
        #[arg(long, value_name = "DIR")]
        output: Option<PathBuf>,
    },
    /// Recover the intact records of a damaged dataset
    ///
    /// Keeps every intact record of a dataset that was cut off or has broken lines, and
    /// reports which lines are lost. The damaged file is kept next to it, with
    /// `.damaged` appended to its name. An intact dataset is left unchanged.
    #[command(after_long_help = "\
Examples:
  imm-cluster recover
  imm-cluster recover --dataset ~/photos.json && imm-cluster index --dataset ~/photos.json")]
    Recover,
    /// Export trips or clusters to albums, maps, calendars and tables
    #[command(subcommand)]
    Export(ExportCommand),
    /// Print the rules as SQL, to cluster many people's files in a database
    ///
    /// The query reads what `export parquet --evidence` writes and finds the same clusters
    /// as `run`. DuckDB, DataFusion, Polars, Spark, ClickHouse and SQLite take it as it is.
    #[command(after_long_help = "\
Examples:
  imm-cluster sql --levels city --gap-days 2 > clusters.sql
  imm-cluster sql runs > runs.sql && imm-cluster sql identity > identity.sql")]
    Sql(SqlArgs),
}

/// Arguments of `lookup`.
#[derive(Debug, Args)]
pub struct LookupArgs {
    /// Coordinates in degrees, or `-` to read them from standard input, one per line
    #[cfg_attr(feature = "parquet", arg(required_unless_present = "parquet"))]
    #[cfg_attr(not(feature = "parquet"), arg(required = true))]
    #[arg(value_name = "LAT,LON")]
    pub points: Vec<String>,
    /// Write the rows of a Parquet file to another, with names, keys and time zones added
    ///
    /// The coordinates are in columns of type DOUBLE or FLOAT: `lat` or `latitude`, and `lon`, `lng`,
    /// `long` or `longitude`. Where one is null or impossible, the new columns are null. The names of
    /// the new columns are those of `export parquet --evidence`, with `time_zone` added. An existing
    /// file is replaced only if it is from imm-cluster, or empty.
    #[cfg(feature = "parquet")]
    #[arg(long, num_args = 2, value_names = ["IN", "OUT"], conflicts_with = "points")]
    #[arg(action = clap::ArgAction::Set)]
    pub parquet: Option<Vec<PathBuf>>,
}

impl LookupArgs {
    /// Whether all points stand on the command line.
    pub fn is_of_few(&self) -> bool {
        !self.points.is_empty() && self.points.iter().all(|point| point != "-")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_is_consistent() {
        Cli::command().debug_assert();
    }
}
