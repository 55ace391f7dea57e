//! The command line as typed, one file for each noun. Nothing else sees clap.

mod calendar;
mod clusters;
mod export;
mod files;
mod filters;
mod gazetteer;
mod global;
mod homes;
mod index;
mod places;
mod report;
mod roots;
mod run;
mod tasks;
mod trips;
mod usage;
mod values;

use std::ffi::OsString;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::builder::styling::{AnsiColor, Styles};
use clap::{Args, Parser, Subcommand};
use clap_complete::Shell;

pub use crate::output::Format;
pub use calendar::CalendarArgs;
pub use clusters::{By, ClustersCommand, Ids, ListClusters, Sort, UpdateTexts};
pub(crate) use export::OneFile;
pub use export::{
    AlbumsArgs, ExportCommand, ExportFile, ExportGpx, ExportMap, ExportTable, ExportXmp, Gpx, Link,
    Naming,
};
pub use files::{FileStateArg, FilesCommand, ListFiles, SetFiles, Without};
pub use filters::{
    ClusterFilters, CommonFilters, Filters, GroupBy, GroupFilters, Grouping, TripFilters,
};
pub use gazetteer::{GazetteerCommand, ImportGazetteer};
pub use global::{ColorWhen, Global};
pub use homes::{AddHome, EditHome, HomesCommand};
pub use index::{CoordinateSystem, IndexArgs, IndexOptions, MaybeZone, TimeFrom};
pub use places::{AddPlace, PlacesCommand};
pub use report::ReportArgs;
pub use roots::{Forget, RootsCommand};
pub use run::{RunArgs, TaskOptions};
pub use tasks::{ListTasks, TaskSort, TasksCommand};
pub use trips::{ListTrips, TripsCommand};
pub use values::Order;

const STYLES: Styles = Styles::styled()
    .header(AnsiColor::Green.on_default().bold())
    .usage(AnsiColor::Green.on_default().bold())
    .literal(AnsiColor::Cyan.on_default().bold())
    .placeholder(AnsiColor::Cyan.on_default());

/// Find the trips among your photos, offline
///
/// imm-cluster reads when and where each photo was taken, finds where you live,
/// and shows each spell away from home as a trip with its stops; places are
/// named without any network. It also groups files into clusters: one place over
/// one run of days. What it learns it keeps in one JSON file, the dataset, so
/// that the next run reads only what is new.
#[derive(Debug, Parser)]
#[command(version, long_version = crate::version::long(), styles = STYLES, max_term_width = 100, arg_required_else_help = true, after_help = "\
Examples:
  imm-cluster run ~/Pictures             index a folder and show its trips
  imm-cluster index ~/Pictures           only read what is new (for cron)
  imm-cluster trips show 3f2a91c0        look into one trip, day by day
  imm-cluster homes list                 where trips lead away from, and why
  imm-cluster clusters list              places by days, life at home included
  imm-cluster lookup 30.2489,120.1485    name a point
  imm-cluster export albums ~/Albums     a folder of links for each trip

Exit status: 0 done, 1 it could not be done, 2 wrong usage, 3 done, but with
--strict some file could not be read.")]
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
        let arguments = arguments
            .into_iter()
            .map(|argument| match argument.to_str() {
                Some(text) if is_point(text) => format!(" {text}").into(),
                _ => argument,
            });
        Self::try_parse_from(arguments).map_err(|error| {
            if for_program && error.use_stderr() {
                usage::tell_program(&error);
            } else {
                // Nobody is left to tell when the stream is closed.
                let _ = error.print();
            }
            if error.use_stderr() {
                ExitCode::from(2)
            } else {
                ExitCode::SUCCESS
            }
        })
    }
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Read what is new in folders of photos
    ///
    /// Walks the folders, reads when and where each new or changed photo was
    /// taken, and stores it. Files that are as they were are not read. The
    /// folders are remembered: without a path, all of them are looked at again.
    #[command(after_help = "\
Examples:
  imm-cluster index ~/Pictures /mnt/nas/photos
  imm-cluster index                             all remembered folders again
  imm-cluster index ~/Pictures --exclude 'Trash' --exclude '*.png'
  imm-cluster index --from-json records.jsonl   records made by another program")]
    Index(IndexArgs),
    /// Find trips and clusters, and show the trips
    ///
    /// Indexes the paths first, if any are given. A trip is one spell away from every
    /// home, however long; life at home is folded into a line for each home. Where no
    /// home is found, clusters are shown instead.
    ///
    /// Clusters are made beside trips: at each level, the days on which a region has
    /// photos are joined while no more than `--gap-days` days lie between them. Their
    /// options are remembered for the next run, and change no trip.
    #[command(after_help = "\
Examples:
  imm-cluster run ~/Pictures
  imm-cluster run --clusters --gap-days 2
  imm-cluster run --levels city --min-days 2 --dry-run        what would change?
  imm-cluster run --tag by=cron --notify-file messages.jsonl")]
    Run(RunArgs),
    /// List trips, or look into one
    #[command(subcommand)]
    Trips(TripsCommand),
    /// List the homes that trips lead away from, or state them
    #[command(subcommand)]
    Homes(HomesCommand),
    /// List clusters, or look into one
    #[command(subcommand)]
    Clusters(ClustersCommand),
    /// Show the days with photos, month by month
    ///
    /// Behind each day with photos is a mark: ▁ for 1 file or more, ▇ for a hundred or
    /// more. Days are local ones; months without photos are left out. A filter, such as
    /// `--address country=Japan`, lets only files of the clusters count that pass it. As
    /// many months as fit stand side by side; in a pipe three. JSON has each day with its
    /// files by place. With `--language zh` its words are Chinese.
    #[command(after_help = "\
Examples:
  imm-cluster calendar --year 2024
  imm-cluster calendar --address country=Japan
  imm-cluster calendar --day 2024-03-01.. --format ndjson | jq -r '[.date, .files] | @tsv'")]
    Calendar(Box<CalendarArgs>),
    /// List files, or explain one
    #[command(subcommand)]
    Files(FilesCommand),
    /// Forget what is known of files; the files themselves stay
    ///
    /// Where and when they were taken is still remembered, without their names, so
    /// that clusters do not change.
    #[command(after_help = "\
Examples:
  imm-cluster forget ~/Pictures/private
  imm-cluster forget ~/Pictures/private --drop-evidence")]
    Forget(Forget),
    /// Show, remove or move the remembered folders
    #[command(subcommand)]
    Roots(RootsCommand),
    /// Names of your own for spots on the ground, such as your home
    ///
    /// A place is a circle with a name, which stands for the name that the geodata
    /// has at one level. Photos that are known already are named anew at once.
    #[command(subcommand)]
    Places(PlacesCommand),
    /// List the runs of the last 7 days, or look into one
    #[command(subcommand)]
    Tasks(TasksCommand),
    /// Name points on the globe
    #[command(after_help = "\
Examples:
  imm-cluster lookup 30.2489,120.1485
  imm-cluster lookup --format json -33.8568,151.2153 52.0907,5.1214
  cut -f2 points.tsv | imm-cluster lookup - --format ndjson")]
    Lookup(LookupArgs),
    /// Import boundaries and places of your own, for better names
    #[command(subcommand)]
    Gazetteer(GazetteerCommand),
    /// Make a page to look at: map, timeline, trips and pictures in one HTML file
    ///
    /// The page needs no network and no other file. Its pictures are those that photos
    /// carry for their display; where there is none, a small one is made of JPEG, PNG
    /// and WebP. Photos are only read. With `--language zh` its own words are Chinese.
    /// Trips are listed with their stops; life at home is one entry for each home, which
    /// opens to the clusters there.
    #[command(after_help = "\
Examples:
  imm-cluster report
  imm-cluster report --output ~/trips-2024.html --start-time 2024-01-01..2024-12-31
  imm-cluster report --address country=Japan --pictures 3 --title Japan
  imm-cluster report --by cluster --level city
  imm-cluster report --language zh --pictures none")]
    Report(ReportArgs),
    /// Show what the dataset holds, at a glance
    Status,
    /// Print what a shell needs to complete commands and options
    #[command(after_help = "\
Examples:
  imm-cluster completions bash > ~/.local/share/bash-completion/completions/imm-cluster
  imm-cluster completions zsh > \"${fpath[1]}/_imm-cluster\"
  imm-cluster completions fish > ~/.config/fish/completions/imm-cluster.fish")]
    Completions {
        /// The shell
        #[arg(value_enum)]
        shell: Shell,
    },
    /// Print the man page, or write one for each command into a folder
    #[command(after_help = "\
Examples:
  imm-cluster man | man -l -
  imm-cluster man --output ~/.local/share/man/man1")]
    Man {
        /// Folder for a page of the program and one of each command
        #[arg(long, value_name = "DIR")]
        output: Option<PathBuf>,
    },
    /// Save what is whole in a damaged dataset
    ///
    /// Goes through a dataset that was cut off or has a broken line, keeps every record
    /// that is whole, and says which lines are lost. The damaged file stays beside it,
    /// with `.damaged` behind its name. A dataset that is whole is left as it is.
    #[command(after_help = "\
Examples:
  imm-cluster recover
  imm-cluster recover --dataset ~/photos.json && imm-cluster index --dataset ~/photos.json")]
    Recover,
    /// Hand trips or clusters to albums, maps, calendars, tables and photo managers
    #[command(subcommand)]
    Export(ExportCommand),
}

/// Arguments of `lookup`.
#[derive(Debug, Args)]
pub struct LookupArgs {
    /// Points as degrees north and east, or `-` for standard input, one a line
    #[arg(value_name = "LAT,LON", required = true)]
    pub points: Vec<String>,
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_command_line_is_consistent() {
        Cli::command().debug_assert();
    }
}
