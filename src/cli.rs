//! The command line as typed. Nothing else sees clap.

mod export;
mod report;

use std::ffi::OsString;
use std::path::PathBuf;
use std::process::ExitCode;

use chrono::NaiveTime;
use chrono_tz::Tz;
use clap::builder::styling::{AnsiColor, Styles};
use clap::builder::{
    NonEmptyStringValueParser, PossibleValue, PossibleValuesParser, TypedValueParser,
};
use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{Args, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;

use crate::capture::clock::{RawTime, Written};
use crate::capture::day::Day;
use crate::capture::position::{Metres, Position, degrees};
use crate::error::{
    CONFLICTING_PARAMETERS, INVALID_PARAMETER, MISSING_PARAMETER, UNKNOWN_COMMAND,
    UNKNOWN_PARAMETER, invalid_option,
};
use crate::output;
use crate::place::import::{Crs, PRESETS, Preset, Property};
use crate::place::{Language, Level};
use crate::task::Status;

pub use export::{
    Albums, Export, ExportFile, ExportGpx, ExportMap, ExportTable, ExportXmp, Gpx, Link, Naming,
};
pub use report::Report;

/// The most user data of a task in bytes, as the service has it.
const MOST_USER_DATA: usize = 2048;

const STYLES: Styles = Styles::styled()
    .header(AnsiColor::Green.on_default().bold())
    .usage(AnsiColor::Green.on_default().bold())
    .literal(AnsiColor::Cyan.on_default().bold())
    .placeholder(AnsiColor::Cyan.on_default());

/// Group your photos into trips by place and day, offline
///
/// imm-cluster reads when and where each photo was taken, names the place
/// without any network, and groups the files into clusters: one place over one
/// run of days. What it learns it keeps in one JSON file, the dataset, so that
/// the next run reads only what is new.
#[derive(Debug, Parser)]
#[command(version, styles = STYLES, max_term_width = 100, arg_required_else_help = true, after_help = "\
Examples:
  imm-cluster run ~/Pictures             index a folder and show its trips
  imm-cluster index ~/Pictures           only read what is new (for cron)
  imm-cluster run --gap-days 2           cluster again with another gap
  imm-cluster clusters show 3f2a91c0     look into one cluster
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
    /// # Errors
    /// Wrong usage, and a wish for help, are answered; what is left is to exit.
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
        let for_program = asks_for_json(&arguments);
        let arguments = arguments
            .into_iter()
            .map(|argument| match argument.to_str() {
                Some(text) if is_point(text) => format!(" {text}").into(),
                _ => argument,
            });
        Self::try_parse_from(arguments).map_err(|error| {
            if for_program && error.use_stderr() {
                tell_program(&error);
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

/// Whether a command line that may be wrong asks for JSON.
fn asks_for_json(arguments: &[OsString]) -> bool {
    let mut arguments = arguments.iter().filter_map(|argument| argument.to_str());
    let mut json = false;
    while let Some(argument) = arguments.next().filter(|argument| *argument != "--") {
        let format = match argument.strip_prefix("--format") {
            Some("") => arguments.next(),
            Some(rest) => rest.strip_prefix('='),
            None => None,
        };
        json |= matches!(format, Some("json" | "ndjson" | "imm"));
    }
    json
}

/// Wrong usage as JSON on standard error.
fn tell_program(error: &clap::Error) {
    let option = match error.get(ContextKind::InvalidArg) {
        Some(ContextValue::String(argument)) => argument.split([' ', '=']).next(),
        _ => None,
    };
    let code = match error.kind() {
        ErrorKind::MissingRequiredArgument
        | ErrorKind::MissingSubcommand
        | ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => MISSING_PARAMETER.to_owned(),
        ErrorKind::UnknownArgument => UNKNOWN_PARAMETER.to_owned(),
        ErrorKind::InvalidSubcommand => UNKNOWN_COMMAND.to_owned(),
        ErrorKind::ArgumentConflict => CONFLICTING_PARAMETERS.to_owned(),
        _ => match option.filter(|option| option.starts_with("--")) {
            Some(option) => invalid_option(option),
            None => INVALID_PARAMETER.to_owned(),
        },
    };
    let text = error.render().to_string();
    let text = text.strip_prefix("error: ").unwrap_or(&text);
    let mut parts = text.split("\n\n").map(|part| {
        let lines: Vec<&str> = part.lines().map(str::trim).collect();
        lines.join(" ")
    });
    let message = match error.kind() {
        ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => "a command is wanted".to_owned(),
        _ => parts.next().unwrap_or_default(),
    };
    let tip = parts.find_map(|part| part.strip_prefix("tip: ").map(str::to_owned));
    let hint = tip.unwrap_or_else(|| "`--help` tells more".to_owned());
    output::error_json(&code, &message, Some(&hint));
}

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
    #[arg(long, global = true, value_enum, default_value_t = When::Auto, value_name = "WHEN")]
    pub color: When,
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

/// Form of the result.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For people
    Table,
    /// One JSON value
    Json,
    /// One JSON value a line
    Ndjson,
    /// As the IMM service answers: `run`, `clusters list`, `tasks`
    Imm,
}

/// When to use colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum When {
    /// On a terminal
    Auto,
    /// Always
    Always,
    /// Never
    Never,
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
    Index(Index),
    /// Group the files into clusters and show them
    ///
    /// Indexes the paths first, if any are given. At each level, the days on
    /// which a region has photos are joined while no more than `--gap-days` days
    /// lie between them. The options are remembered for the next run.
    #[command(after_help = "\
Examples:
  imm-cluster run ~/Pictures
  imm-cluster run --gap-days 2 --levels city,province
  imm-cluster run --min-days 2 --dry-run        what would change?
  imm-cluster run --tag by=cron --notify-file messages.jsonl")]
    Run(Run),
    /// List clusters, or look into one
    #[command(subcommand)]
    Clusters(Clusters),
    /// List files, or explain one
    #[command(subcommand)]
    Files(Files),
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
    Roots(Roots),
    /// Names of your own for spots on the ground, such as your home
    ///
    /// A place is a circle with a name, which stands for the name that the geodata
    /// has at one level. Photos that are known already are named anew at once.
    #[command(subcommand)]
    Places(Places),
    /// List the runs of the last 7 days, or look into one
    #[command(subcommand)]
    Tasks(Tasks),
    /// Name points on the globe
    #[command(after_help = "\
Examples:
  imm-cluster lookup 30.2489,120.1485
  imm-cluster lookup --format json -33.8568,151.2153 52.0907,5.1214
  cut -f2 points.tsv | imm-cluster lookup - --format ndjson")]
    Lookup(Lookup),
    /// Import boundaries and places of your own, for better names
    #[command(subcommand)]
    Gazetteer(Gazetteer),
    /// Make a page to look at: map, timeline, trips and pictures in one HTML file
    ///
    /// The page needs no network and no other file. Its pictures are those that photos
    /// carry for their display; where there is none, a small one is made of JPEG, PNG
    /// and WebP. Photos are only read. With `--language zh` its own words are Chinese.
    #[command(after_help = "\
Examples:
  imm-cluster report
  imm-cluster report --output ~/trips-2024.html --start-time 2024-01-01..2024-12-31
  imm-cluster report --level city --pictures 3 --title Japan
  imm-cluster report --language zh --pictures none")]
    Report(Report),
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
    /// Hand clusters to albums, maps, calendars, tables and photo managers
    #[command(subcommand)]
    Export(Export),
}

/// Arguments of `index`.
#[derive(Debug, Args)]
pub struct Index {
    /// Folders and files to index; default: the remembered folders
    #[arg(value_name = "PATH")]
    pub paths: Vec<PathBuf>,
    /// Take file records as JSON Lines from a file, or from standard input with `-`
    ///
    /// Each line is an object with `path` and, as far as known, `capture_time`,
    /// `local_date`, `lat`, `lon` and `address`.
    #[arg(long, value_name = "FILE|-", conflicts_with = "paths")]
    pub from_json: Option<PathBuf>,
    /// Forget the records of files that are gone; their clusters stay
    #[arg(long)]
    pub prune: bool,
    /// With `--prune`: let clusters forget those files too
    #[arg(long, requires = "prune")]
    pub drop_evidence: bool,
    /// Exit with status 3 when some file could not be read
    #[arg(long)]
    pub strict: bool,
    /// How to index; remembered for each folder.
    #[command(flatten)]
    pub options: IndexOptions,
}

/// Arguments of `forget`.
#[derive(Debug, Args)]
pub struct Forget {
    /// Files and folders, and the `path` of records that came in as JSON
    #[arg(value_name = "PATH", required = true)]
    pub paths: Vec<PathBuf>,
    /// Let clusters forget them too
    #[arg(long)]
    pub drop_evidence: bool,
}

/// `roots …`.
#[derive(Debug, Subcommand)]
pub enum Roots {
    /// List the remembered folders with their options
    List,
    /// Remove a folder and what is known of its files; the files themselves stay
    Remove {
        /// The folder
        root: PathBuf,
        /// Let clusters forget its files too
        #[arg(long)]
        drop_evidence: bool,
    },
    /// Follow a folder that went to another place, without reading it again
    #[command(after_help = "\
Example:
  imm-cluster roots move ~/Pictures /mnt/nas/photos")]
    Move {
        /// Where it was
        old: PathBuf,
        /// Where it is
        new: PathBuf,
    },
}

/// `gazetteer …`.
#[derive(Debug, Subcommand)]
pub enum Gazetteer {
    /// Import a file of boundaries or places
    ///
    /// What is imported is asked before the built-in data, the newest import first. It
    /// names the levels that its features name; where its name is that of the built-in
    /// region, in any language, it is that region. Files: GeoJSON (also one feature a
    /// line), FlatGeobuf, shapefiles, and dumps of GeoNames. They are recognised by
    /// content and read as a stream. The next `index` or `run` names the places in the
    /// dataset again, without reading a photo.
    #[command(after_help = "\
Examples:
  imm-cluster gazetteer import gadm41_CHN_3.json
  imm-cluster gazetteer import quarters.geojson --property township=NAME --property township:en=NAME_EN
  imm-cluster gazetteer import 330100_full.json --preset datav --name hangzhou
  imm-cluster gazetteer import geonames/CN.txt")]
    Import(Box<ImportGazetteer>),
    /// List what was imported, in the order in which it is asked
    List,
    /// Remove imported gazetteers
    Remove {
        /// Their names
        #[arg(value_name = "NAME", required = true)]
        names: Vec<String>,
    },
    /// Show the built-in data with its sources and licences, and what was imported
    Info,
}

/// Arguments of `gazetteer import`.
#[derive(Debug, Args)]
pub struct ImportGazetteer {
    /// Files; what stands beside them (`.dbf`, `.cpg`, admin1CodesASCII.txt …) is found
    #[arg(value_name = "FILE", required = true)]
    pub files: Vec<PathBuf>,
    /// What to call it; an import of that name is replaced [default: the first file's name]
    #[arg(long, value_name = "NAME")]
    pub name: Option<String>,
    /// Whose data it is, which says which property names which level [default: recognised]
    ///
    /// The country comes from the built-in data in all of them.
    #[arg(long, value_name = "PRESET", value_parser = preset())]
    pub preset: Option<&'static Preset>,
    /// Which property names a level: `city=NAME_2`; in a language: `city:zh=NL_NAME_2`;
    /// which one identifies a feature: `id=CODE` (repeatable)
    ///
    /// Levels: country, province, city, district, township. Languages: en, zh, local
    /// (the default). It comes before what a preset says of that level. A property that
    /// does not exist is an error that lists those that do.
    #[arg(long, value_name = "LEVEL=NAME")]
    pub property: Vec<Property>,
    /// The coordinate system [default: that of the preset, else wgs84]
    #[arg(long, value_enum)]
    pub crs: Option<Crs>,
}

fn preset() -> impl TypedValueParser<Value = &'static Preset> {
    let names = PRESETS
        .iter()
        .map(|preset| PossibleValue::new(preset.name).help(preset.about));
    // Only names that are there get so far.
    PossibleValuesParser::new(names).map(|name| Preset::named(&name).unwrap_or(&PRESETS[0]))
}

impl ValueEnum for Crs {
    fn value_variants<'a>() -> &'a [Self] {
        &[Self::Wgs84, Self::Gcj02]
    }

    fn to_possible_value(&self) -> Option<PossibleValue> {
        let help = match self {
            Self::Wgs84 => {
                "Degrees in WGS 84, or what equals it within a metre: CGCS2000, JGD2011, ETRS89"
            }
            Self::Gcj02 => "The shifted degrees of Chinese map services",
        };
        Some(PossibleValue::new(self.name()).help(help))
    }
}

/// Options that are remembered for each root.
#[derive(Debug, Args)]
#[command(next_help_heading = "Options remembered for each folder")]
pub struct IndexOptions {
    /// Leave out files and folders that fit a pattern (repeatable)
    ///
    /// The pattern is held against the name and against the path below the
    /// indexed folder. An empty one clears the list. A folder with a file named
    /// `.nomedia` is left out anyway.
    #[arg(long, value_name = "GLOB")]
    pub exclude: Vec<String>,
    /// Time zone for files whose zone nothing tells, such as `Europe/Berlin`; `none` clears it
    #[arg(long, value_name = "ZONE", value_parser = zone)]
    pub time_zone: Option<MaybeZone>,
    /// Let the modification time stand in for a missing capture time; `none` clears it
    #[arg(long, value_enum, value_name = "SOURCE")]
    pub time_from: Option<TimeFrom>,
    /// Follow symbolic links
    #[arg(long, value_name = "BOOL", num_args = 0..=1, require_equals = true, default_missing_value = "true")]
    pub follow_links: Option<bool>,
    /// Index hidden files and folders too
    #[arg(long, value_name = "BOOL", num_args = 0..=1, require_equals = true, default_missing_value = "true")]
    pub hidden: Option<bool>,
    /// The system that the positions are written in [default: wgs84, that of GPS]
    ///
    /// Some phones sold in China write positions as maps of mainland China have them,
    /// some 500 m off. With `gcj02` those within mainland China are moved back.
    #[arg(long, value_enum, value_name = "SYSTEM", hide_possible_values = false)]
    pub coordinates: Option<CoordinateSystem>,
}

/// A system of coordinates.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum CoordinateSystem {
    /// That of GPS
    Wgs84,
    /// That of maps of mainland China
    Gcj02,
}

/// A time zone, or none.
#[derive(Debug, Clone, Copy)]
pub struct MaybeZone(pub Option<Tz>);

/// What may stand in for a missing capture time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum TimeFrom {
    /// The modification time
    Mtime,
    /// Nothing
    None,
}

/// Arguments of `run`.
#[derive(Debug, Args)]
pub struct Run {
    /// Folders and files to index first
    #[arg(value_name = "PATH")]
    pub paths: Vec<PathBuf>,
    /// How many days without a photo one cluster may contain in a row, 0 to 99999
    /// [default: the last value, else 1]
    #[arg(long, value_name = "N", allow_negative_numbers = true, value_parser = clap::value_parser!(u32).range(0..=99_999))]
    pub gap_days: Option<u32>,
    /// Store no cluster of fewer days, 1 to 99999 [default: the last value, else 1]
    #[arg(long, value_name = "N", allow_negative_numbers = true, value_parser = clap::value_parser!(u32).range(1..=99_999))]
    pub min_days: Option<u32>,
    /// Store no cluster of more days, 1 to 99999 [default: the last value, else 99999]
    #[arg(long, value_name = "N", allow_negative_numbers = true, value_parser = clap::value_parser!(u32).range(1..=99_999))]
    pub max_days: Option<u32>,
    /// Levels to cluster at: country, province, city, district, township
    /// [default: the last ones, else city,province]
    #[arg(long, value_name = "LEVEL,…", value_delimiter = ',')]
    pub levels: Vec<Level>,
    /// When a day begins, 00:00 to 12:00, so that a night out stays one day
    /// [default: the last value, else 00:00]
    #[arg(long, value_name = "HH:MM", value_parser = day_starts)]
    pub day_starts: Option<NaiveTime>,
    /// Show what would change and store nothing
    #[arg(long, conflicts_with_all = ["tag", "user_data", "notify_file", "notify_command"])]
    pub dry_run: bool,
    /// For regions with this text in their address, show the days, the gaps, and
    /// where they were cut by which rule
    #[arg(long, value_name = "TEXT")]
    pub explain: Option<String>,
    /// Exit with status 3 when some file could not be read
    #[arg(long)]
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
#[command(next_help_heading = "Options of the task")]
pub struct TaskOptions {
    /// A tag by which `tasks list` finds this run (repeatable)
    #[arg(long, value_name = "KEY=VALUE", value_parser = key_value)]
    pub tag: Vec<(String, String)>,
    /// A text that `tasks` and the notification hand back, at most 2048 bytes
    #[arg(long, value_name = "TEXT", value_parser = user_data)]
    pub user_data: Option<String>,
    /// Append a message as one line of JSON to a file when the run ends, well or
    /// not; `-` for standard output
    #[arg(long, value_name = "FILE|-")]
    pub notify_file: Option<PathBuf>,
    /// Hand that message to a command of the shell, on its standard input
    #[arg(long, value_name = "CMD")]
    pub notify_command: Option<OsString>,
}

/// `places …`.
#[derive(Debug, Subcommand)]
pub enum Places {
    /// List your own places
    List,
    /// Give a spot a name, or a named one another centre, radius or level
    #[command(after_help = "\
Examples:
  imm-cluster places add Home 52.0907,5.1214
  imm-cluster places add 'Grandma’s village' 30.2489,120.1485 --radius 1.5km --level district")]
    Add(AddPlace),
    /// Remove places of your own
    Remove {
        /// Their names
        #[arg(value_name = "NAME", required = true)]
        names: Vec<String>,
    },
}

/// Arguments of `places add`.
#[derive(Debug, Args)]
pub struct AddPlace {
    /// The name
    pub name: String,
    /// The centre in degrees
    #[arg(value_name = "LAT,LON", value_parser = position)]
    pub centre: Position,
    /// How far the place reaches from its centre, such as `300m` or `1.5km`; at most 200 km
    #[arg(long, value_name = "DISTANCE", default_value = "300m")]
    pub radius: Metres,
    /// The level whose name it stands for
    #[arg(long, value_name = "LEVEL", default_value_t = Level::Township)]
    pub level: Level,
}

/// `tasks …`.
#[derive(Debug, Subcommand)]
pub enum Tasks {
    /// List the runs of the last 7 days, with filters
    #[command(after_help = "\
Examples:
  imm-cluster tasks list --status failed
  imm-cluster tasks list --tag by=cron --sort start --order desc --max-results 1")]
    List(Box<ListTasks>),
    /// Show one task
    Show {
        /// The id, or as many of its first characters as make it unique
        id: String,
        /// With `--format imm`: show what was asked for too
        #[arg(long)]
        request_definition: bool,
    },
}

/// Arguments of `tasks list`.
#[derive(Debug, Args)]
pub struct ListTasks {
    /// Only tasks of this type (repeatable); all have `LocationDateClustering`
    #[arg(long, value_name = "TYPE", value_delimiter = ',')]
    pub task_type: Vec<String>,
    /// Only those in this state
    #[arg(long, ignore_case = true)]
    pub status: Option<Status>,
    /// Only those that began in this range of dates or times, such as `2024-03-01..`
    #[arg(long, value_name = "FROM..TO")]
    pub start_time: Option<String>,
    /// Only those that ended in this range
    #[arg(long, value_name = "FROM..TO")]
    pub end_time: Option<String>,
    /// Only those with this tag (repeatable)
    #[arg(long, value_name = "KEY=VALUE", value_parser = key_value)]
    pub tag: Vec<(String, String)>,
    /// What to sort by [default: start; task-id with `--format imm`]
    #[arg(long, value_enum)]
    pub sort: Option<TaskSort>,
    /// Which end comes first
    #[arg(long, value_enum, default_value_t = Order::Asc)]
    pub order: Order,
    /// At most so many
    #[arg(long, value_name = "N", allow_negative_numbers = true, value_parser = clap::value_parser!(u32).range(1..))]
    pub max_results: Option<u32>,
    /// Go on behind this `task_id`, the last one seen
    #[arg(long, value_name = "ID")]
    pub next_token: Option<String>,
    /// With `--format imm`: show what was asked for too
    #[arg(long)]
    pub request_definition: bool,
}

impl ValueEnum for Status {
    fn value_variants<'a>() -> &'a [Self] {
        &[Self::Running, Self::Succeeded, Self::Failed]
    }

    fn to_possible_value(&self) -> Option<PossibleValue> {
        Some(PossibleValue::new(self.name()))
    }
}

/// What tasks are sorted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum TaskSort {
    /// The id
    TaskId,
    /// When it began
    Start,
    /// When it ended
    End,
}

/// `clusters …`.
#[derive(Debug, Subcommand)]
pub enum Clusters {
    /// List clusters, with filters
    #[command(after_help = "\
Examples:
  imm-cluster clusters list --level city --start-time 2024-01-01..2024-12-31
  imm-cluster clusters list --address country=Japan --sort update --order desc
  imm-cluster clusters list --format ndjson | jq -r .address.address_line")]
    List(Box<ListClusters>),
    /// Show one cluster with its files
    Show {
        /// The id, or as many of its first characters as make it unique
        id: String,
        /// Show the days of its region, the gaps, and where it was cut by which rule
        #[arg(long)]
        explain: bool,
    },
    /// Give clusters a title, an id of your own, or labels
    #[command(after_help = "\
Examples:
  imm-cluster clusters update 3f2a91c0 --title 'Spring in Hangzhou'
  imm-cluster clusters update 3f2a91c0 --label with=Anna --label rating=5")]
    Update(UpdateClusters),
    /// Delete clusters for good: new photos of those days do not bring them back
    ///
    /// At that level, the days of the cluster are left out from now on. New days
    /// outside form a cluster of their own. `restore` takes it back.
    Delete(Ids),
    /// Take the deletion of clusters back
    Restore(Ids),
    /// Join clusters of one level into one; the first keeps its id
    Merge(Ids),
    /// Cut a cluster in two, so that a date opens the second part
    Split {
        /// The id, or as many of its first characters as make it unique
        id: String,
        /// The first day of the second part
        #[arg(long, value_name = "DATE")]
        at: Day,
        /// Show what would change and store nothing
        #[arg(long)]
        dry_run: bool,
    },
    /// Freeze clusters as they are, whatever comes later
    Pin(Ids),
    /// Take back what was merged, split or pinned by hand
    Reset(Ids),
}

/// Clusters to do something with.
#[derive(Debug, Args)]
pub struct Ids {
    /// The ids, or as many of their first characters as make them unique
    #[arg(value_name = "ID", required = true)]
    pub ids: Vec<String>,
    /// Show what would change and store nothing
    #[arg(long)]
    pub dry_run: bool,
}

/// Arguments of `clusters update`.
#[derive(Debug, Args)]
#[command(group = clap::ArgGroup::new("what").required(true).multiple(true)
    .args(["title", "custom_id", "label", "clear_title", "clear_custom_id", "clear_labels"]))]
pub struct UpdateClusters {
    /// Which clusters
    #[command(flatten)]
    pub which: Ids,
    /// A title, at most 1024 bytes
    #[arg(long, value_name = "TEXT")]
    pub title: Option<String>,
    /// An id of your own, at most 1024 bytes
    #[arg(long, value_name = "TEXT")]
    pub custom_id: Option<String>,
    /// A label (repeatable; a cluster may have 100)
    #[arg(long, value_name = "KEY=VALUE", value_parser = key_value)]
    pub label: Vec<(String, String)>,
    /// Take the title away
    #[arg(long, conflicts_with = "title")]
    pub clear_title: bool,
    /// Take the id of your own away
    #[arg(long, conflicts_with = "custom_id")]
    pub clear_custom_id: bool,
    /// Take all labels away, before those given are set
    #[arg(long)]
    pub clear_labels: bool,
}

/// Which clusters are wanted.
#[derive(Debug, Default, Args)]
pub struct ClusterFilters {
    /// Only these levels (repeatable)
    #[arg(long, value_name = "LEVEL", value_delimiter = ',')]
    pub level: Vec<Level>,
    /// Only those with this text in their title
    #[arg(long, value_name = "TEXT")]
    pub title: Option<String>,
    /// Only those in this place, such as `city=Hangzhou` (repeatable)
    ///
    /// Keys: country, `country_code`, province, city, district, township, or
    /// `address_line` for a text anywhere in the address.
    #[arg(long, value_name = "KEY=TEXT", value_parser = key_value)]
    pub address: Vec<(String, String)>,
    /// Only those with this label (repeatable)
    #[arg(long, value_name = "KEY=VALUE", value_parser = key_value)]
    pub label: Vec<(String, String)>,
    /// Only those that start in this range of dates or times, such as `2024-03-01..2024-03-31` or `2024-03-01..`
    #[arg(long, value_name = "FROM..TO")]
    pub start_time: Option<String>,
    /// Only those that end in this range
    #[arg(long, value_name = "FROM..TO")]
    pub end_time: Option<String>,
    /// Only those made in this range
    #[arg(long, value_name = "FROM..TO")]
    pub create_time: Option<String>,
    /// Only those changed in this range
    #[arg(long, value_name = "FROM..TO")]
    pub update_time: Option<String>,
    /// Only these ids (repeatable)
    #[arg(long, value_name = "ID")]
    pub id: Vec<String>,
}

impl ClusterFilters {
    /// Whether anything but the level is asked for.
    pub fn are_selective(&self) -> bool {
        let texts = [
            &self.title,
            &self.start_time,
            &self.end_time,
            &self.create_time,
            &self.update_time,
        ];
        texts.into_iter().any(Option::is_some)
            || !(self.address.is_empty() && self.label.is_empty() && self.id.is_empty())
    }
}

/// Arguments of `clusters list`.
#[derive(Debug, Args)]
pub struct ListClusters {
    /// Which.
    #[command(flatten)]
    pub filters: ClusterFilters,
    /// What to sort by
    #[arg(long, value_enum, default_value_t = Sort::Start)]
    pub sort: Sort,
    /// Which end comes first
    #[arg(long, value_enum, default_value_t = Order::Asc)]
    pub order: Order,
    /// At most so many
    #[arg(long, value_name = "N", allow_negative_numbers = true, value_parser = clap::value_parser!(u32).range(1..))]
    pub max_results: Option<u32>,
    /// Go on behind this `object_id`, the last one seen
    #[arg(long, value_name = "ID")]
    pub next_token: Option<String>,
}

/// What clusters are sorted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Sort {
    /// The first day
    Start,
    /// The last day
    End,
    /// When it was made
    Create,
    /// When it changed last
    Update,
}

/// The direction of sorting.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Order {
    /// The first or earliest first
    Asc,
    /// The last or latest first
    Desc,
}

/// `files …`.
#[derive(Debug, Subcommand)]
pub enum Files {
    /// List what is known of the files, with filters
    #[command(after_help = "\
Examples:
  imm-cluster files list --without position
  imm-cluster files list --day 2024-03-01..2024-03-31 --format ndjson
  imm-cluster files list --cluster 3f2a91c0 ~/Pictures/2024")]
    List(ListFiles),
    /// Show what is known of one file, and why
    ///
    /// The file is looked into once more, and every clue is listed: where it was
    /// found, what it says, and why it was believed or not.
    Show {
        /// The path, or the `path` of a record that came in as JSON
        path: PathBuf,
    },
    /// Correct what a camera got wrong
    ///
    /// A correction is kept when the file is read again, and shown as a source
    /// of its own. The next `run` clusters by it. The media file itself is never
    /// changed.
    #[command(after_help = "\
Examples:
  imm-cluster files set IMG_1.jpg --position 30.2489,120.1485
  imm-cluster files set ~/Pictures/trip --shift +01:00
  imm-cluster files set --camera 'DMC-TZ10' --from 2024-06-01 --to 2024-06-14 --shift -06:00
  imm-cluster files set ~/Pictures/trip --reset")]
    Set(Box<SetFiles>),
}

/// Arguments of `files set`.
#[derive(Debug, Args)]
#[command(group = clap::ArgGroup::new("what").required(true).multiple(true).args(["time", "shift", "position", "reset"]))]
#[command(group = clap::ArgGroup::new("which").required(true).multiple(true).args(["paths", "camera"]))]
pub struct SetFiles {
    /// Files and folders to correct
    #[arg(value_name = "PATH")]
    pub paths: Vec<PathBuf>,
    /// Only files of cameras with this text in their name
    #[arg(long, value_name = "MODEL", value_parser = NonEmptyStringValueParser::new())]
    pub camera: Option<String>,
    /// Only files that say they were taken on this day or later
    #[arg(long, value_name = "DATE")]
    pub from: Option<Day>,
    /// Only files that say they were taken on this day or before
    #[arg(long, value_name = "DATE")]
    pub to: Option<Day>,
    /// The time: `2024-03-03T09:12:44`, with an offset or `Z` where known
    #[arg(long, value_name = "TIME", value_parser = time, conflicts_with_all = ["shift", "reset"])]
    pub time: Option<RawTime>,
    /// What to add to the time that each file states: `+01:00`, `-8760:00:00`
    #[arg(long, value_name = "±HH:MM[:SS]", value_parser = shift, allow_hyphen_values = true, conflicts_with = "reset")]
    pub shift: Option<i64>,
    /// Where they were taken, in degrees
    #[arg(long, value_name = "LAT,LON", value_parser = position, allow_hyphen_values = true, conflicts_with = "reset")]
    pub position: Option<Position>,
    /// Take all corrections back
    #[arg(long)]
    pub reset: bool,
}

/// Arguments of `files list`.
#[derive(Debug, Args)]
pub struct ListFiles {
    /// Only files that are or lie below these paths
    #[arg(value_name = "PATH")]
    pub paths: Vec<PathBuf>,
    /// Only files of which this is not known (repeatable)
    #[arg(long, value_enum)]
    pub without: Vec<Without>,
    /// Only files in this state
    #[arg(long, value_enum)]
    pub state: Option<FileState>,
    /// Only files taken on these local days, such as `2024-03-03` or `2024-03-01..`
    #[arg(long, value_name = "FROM..TO")]
    pub day: Option<String>,
    /// Only files of this cluster
    #[arg(long, value_name = "ID")]
    pub cluster: Option<String>,
    /// At most so many
    #[arg(long, value_name = "N", allow_negative_numbers = true, value_parser = clap::value_parser!(u32).range(1..))]
    pub max_results: Option<u32>,
}

/// What may be unknown of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Without {
    /// No local day is known
    Time,
    /// No position or address is known
    Position,
}

/// Whether a file is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum FileState {
    /// There, and readable
    Present,
    /// Gone since it was indexed
    Missing,
    /// Could not be read
    Failed,
}

/// Arguments of `lookup`.
#[derive(Debug, Args)]
pub struct Lookup {
    /// Points as degrees north and east, or `-` for standard input, one a line
    #[arg(value_name = "LAT,LON", required = true)]
    pub points: Vec<String>,
}

fn zone(text: &str) -> Result<MaybeZone, String> {
    if text == "none" {
        return Ok(MaybeZone(None));
    }
    let zone = text
        .parse()
        .map_err(|_| "a time zone of the IANA database is wanted, such as Asia/Shanghai")?;
    Ok(MaybeZone(Some(zone)))
}

fn day_starts(text: &str) -> Result<NaiveTime, String> {
    let noon = NaiveTime::from_hms_opt(12, 0, 0);
    let time = NaiveTime::parse_from_str(text, "%H:%M")
        .ok()
        .filter(|time| Some(*time) <= noon);
    time.ok_or_else(|| "a time from 00:00 to 12:00 is wanted".to_owned())
}

fn time(text: &str) -> Result<RawTime, String> {
    let written = Written::parse(text)
        .map_err(|e| format!("{e}; a time like 2024-03-03T09:12:44 is wanted"))?;
    Ok(written.raw())
}

fn shift(text: &str) -> Result<i64, String> {
    let parse = || {
        let (sign, rest) = match text.split_at_checked(1)? {
            ("+", rest) => (1, rest),
            ("-", rest) => (-1, rest),
            _ => return None,
        };
        let mut parts = rest
            .split(':')
            .map(|part| part.parse::<u32>().ok().map(i64::from));
        let (hours, minutes) = (parts.next()??, parts.next()??);
        let seconds = parts.next().unwrap_or(Some(0))?;
        let in_range = minutes < 60 && seconds < 60 && hours < 1_000_000 && parts.next().is_none();
        in_range.then_some(sign * (hours * 3600 + minutes * 60 + seconds))
    };
    parse().ok_or_else(|| {
        "hours and minutes with a sign are wanted, such as +01:00, at most 999999:59:59".to_owned()
    })
}

fn position(text: &str) -> Result<Position, String> {
    let wanted = "degrees north and east are wanted, such as 30.2489,120.1485";
    let (lat, lon) = degrees(text).ok_or(wanted)?;
    Position::new(lat, lon).map_err(|e| e.to_string())
}

fn user_data(text: &str) -> Result<String, String> {
    if text.len() > MOST_USER_DATA {
        return Err(format!(
            "it has {} bytes; at most {MOST_USER_DATA} are allowed",
            text.len()
        ));
    }
    Ok(text.to_owned())
}

fn key_value(text: &str) -> Result<(String, String), String> {
    let (key, value) = text.split_once('=').ok_or("KEY=TEXT is wanted")?;
    Ok((key.to_owned(), value.to_owned()))
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn shifts_are_signed_hours_and_minutes() {
        assert_eq!(shift("+01:00"), Ok(3600));
        assert_eq!(shift("-00:00:30"), Ok(-30));
        assert_eq!(shift("+8760:00"), Ok(8760 * 3600));
        for bad in [
            "01:00",
            "+1",
            "+01:60",
            "+01:00:00:00",
            "",
            "+a:00",
            "-é1:00",
        ] {
            assert!(shift(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn the_command_line_is_consistent() {
        Cli::command().debug_assert();
    }
}
