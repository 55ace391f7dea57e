//! The arguments of `export`, and which writer each format has.

use std::io;
use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};
use imm_cluster_core::export::{self, Selection};

use super::filters::GroupFilters;

/// Examples, and what holds for every export.
macro_rules! examples {
    ($examples:literal) => {
        concat!(
            $examples,
            "\n\nTrips are exported by default; clusters with --by cluster, or when no home is known. Without\n\
             --level and --id, only clusters of the narrowest level are exported, so that each file is in\n\
             one of them."
        )
    };
}

/// `export …`.
#[derive(Debug, Subcommand)]
pub enum ExportCommand {
    /// Make an album folder for each trip, with links to its files or copies of them
    ///
    /// The next export adds, renames and removes only what changed. It renames or removes
    /// only what an earlier export made: DIR/.imm-cluster-album.json keeps the list, and
    /// each link or copy is checked first. The last copy or hard link of a file is kept,
    /// and so is everything that you put into an album.
    #[command(after_long_help = examples!("\
Examples:
  imm-cluster export albums ~/Albums
  imm-cluster export albums ~/Albums --template '{year}/{start} {title}'
  imm-cluster export albums /mnt/stick/trips --link copy --start-time 2024-01-01..
  imm-cluster export albums ~/Albums --dry-run

Placeholders of --template:
  {title}    your title, else {place}           {start}    first day: 2024-03-03
  {place}    the trip by its stops, or the      {end}      last day
             place at the cluster's level
  {country} {country_code} {province} {city}    {year} {month} {day}   of the first day
  {district} {township}                         {days}     number of days
  {level}    trip, or the cluster's: city       {files}    number of files
  {id}       first characters of the id         {{ and }}  literal braces

A `/` makes nested folders. Characters that some file system forbids are replaced: control
characters and \\ : * ? \" < > | become _, names such as CON get a _, and long names are cut.
Albums with the same name get their ids appended. For a trip, {country}, {city} and the like
name its first three stops. Without filters, albums by trip replace albums by cluster, and
vice versa."))]
    Albums(AlbumsArgs),
    /// Write trips as GeoJSON, for maps and geographic information systems
    ///
    /// Each trip is a line through its stops, plus a point per stop; each cluster is a
    /// point at the centre of its files; `bbox` is the extent of the files. With
    /// `--files`, each file is a point too.
    #[command(after_long_help = examples!("\
Examples:
  imm-cluster export geojson --output trips.geojson
  imm-cluster export geojson --files --id 3f2a91c0 | jq '.features | length'"))]
    Geojson(ExportMap),
    /// Write trips as KML, for Google Earth and others
    ///
    /// Each trip is a folder with its days as a time span, a line through its stops, and a
    /// placemark per stop; with `--files`, also one per file.
    #[command(after_long_help = examples!("\
Example:
  imm-cluster export kml --files --output trips.kml"))]
    Kml(ExportMap),
    /// Write the files of trips as GPX: waypoints, or a track for each trip
    ///
    /// A trip with several stops is also a route through them.
    #[command(after_long_help = examples!("\
Examples:
  imm-cluster export gpx --id 3f2a91c0 --output hangzhou.gpx
  imm-cluster export gpx --as tracks --start-time 2024-01-01.. --output 2024.gpx"))]
    Gpx(ExportGpx),
    /// Write trips as all-day events for a calendar (iCalendar)
    ///
    /// The UID of an event is the id of its trip or cluster, so that a second import updates
    /// the event instead of duplicating it.
    #[command(after_long_help = examples!("\
Example:
  imm-cluster export ics --output trips.ics"))]
    Ics(ExportFile),
    /// Write trips, or with `--files` their files, as CSV
    ///
    /// RFC 4180 in UTF-8: commas, CRLF, a header line. Text that begins with = + - @ '
    /// or with a tab or line break gets a leading apostrophe, so that no spreadsheet runs
    /// it as a formula; remove one apostrophe to get the text back. Numbers and dates are
    /// not changed.
    #[command(after_long_help = examples!("\
Examples:
  imm-cluster export csv --level city,province --output trips.csv
  imm-cluster export csv --files --output files.csv"))]
    Csv(ExportTable),
    /// Write the files of trips as a playlist (M3U8)
    #[command(after_long_help = examples!("\
Example:
  imm-cluster export m3u --id 3f2a91c0 | mpv --playlist=-"))]
    M3u(ExportFile),
    /// Write trips, or with `--files` their files, as Apache Parquet
    #[command(after_long_help = examples!("\
Examples:
  imm-cluster export parquet --output trips.parquet
  imm-cluster export parquet --files --output files.parquet
  imm-cluster export parquet --evidence --owner alice --output alice.parquet"))]
    Parquet(ExportParquet),
    /// Write place and album of each file to XMP sidecars
    ///
    /// digiKam, Lightroom, darktable and others read them: country, province, city, and
    /// the album as a keyword under `Trips`. A file that already has a sidecar is skipped,
    /// and media files are never changed.
    #[command(after_long_help = examples!("\
Examples:
  imm-cluster export xmp --dry-run
  imm-cluster export xmp --level city
  imm-cluster export xmp --output ~/sidecars --naming adobe"))]
    Xmp(ExportXmp),
}

impl ExportCommand {
    /// The writer of an export into one file. `None` for those that make more than one,
    /// and for a format that this program was built without.
    pub(crate) fn one_file(&self) -> Option<OneFile<'_>> {
        Some(match self {
            Self::Geojson(map) => OneFile::new(&map.file, |selection, out| {
                export::geojson::write(selection, map.files, out)
            }),
            Self::Kml(map) => OneFile::new(&map.file, |selection, out| {
                export::kml::write(selection, map.files, out)
            }),
            Self::Gpx(gpx) => OneFile::new(&gpx.file, |selection, out| {
                let shape = match gpx.shape {
                    Gpx::Waypoints => export::gpx::GpxShape::Waypoints,
                    Gpx::Tracks => export::gpx::GpxShape::Tracks,
                };
                export::gpx::write(selection, shape, out)
            }),
            Self::Ics(file) => {
                OneFile::new(file, |selection, out| export::ics::write(selection, out))
            }
            Self::M3u(file) => {
                OneFile::new(file, |selection, out| export::m3u::write(selection, out))
            }
            Self::Csv(table) => OneFile::new(&table.file, |selection, out| {
                export::csv::write(selection, table.files, out)
            })
            .with_rest(table.files),
            #[cfg(feature = "parquet")]
            Self::Parquet(ExportParquet { table, .. }) => {
                OneFile::new(&table.file, |selection, out| {
                    export::parquet::write(selection, table.files, out)
                })
                .with_rest(table.files)
                .no_text(PARQUET)
            }
            _ => return None,
        })
    }
}

/// The format that no terminal can show.
#[cfg(feature = "parquet")]
pub(crate) const PARQUET: &str = "Parquet";

type Write<'a> = dyn Fn(&Selection<'_>, &mut (dyn io::Write + Send)) -> io::Result<()> + 'a;

/// An export into one file.
pub(crate) struct OneFile<'a> {
    /// Where to, and which trips or clusters.
    pub(crate) file: &'a ExportFile,
    /// Whether, without filters, the files that are in no cluster come too.
    pub(crate) with_rest: bool,
    /// The name of a format that no terminal can show.
    pub(crate) no_text: Option<&'static str>,
    /// Writes what is chosen.
    pub(crate) write: Box<Write<'a>>,
}

impl<'a> OneFile<'a> {
    fn new(
        file: &'a ExportFile,
        write: impl Fn(&Selection<'_>, &mut (dyn io::Write + Send)) -> io::Result<()> + 'a,
    ) -> Self {
        Self {
            file,
            with_rest: false,
            no_text: None,
            write: Box::new(write),
        }
    }

    fn with_rest(self, with_rest: bool) -> Self {
        Self { with_rest, ..self }
    }

    #[cfg(feature = "parquet")]
    fn no_text(self, name: &'static str) -> Self {
        Self {
            no_text: Some(name),
            ..self
        }
    }
}

/// Where an export goes, and of what.
#[derive(Debug, Args)]
pub struct ExportFile {
    /// File to write or replace; `-` for standard output
    #[arg(long, short, value_name = "FILE|-", default_value = "-")]
    pub output: PathBuf,
    /// Which trips or clusters.
    #[command(flatten)]
    pub filters: GroupFilters,
}

/// Arguments of an export of trips or clusters that can have their files too.
#[derive(Debug, Args)]
pub struct ExportMap {
    /// Include their files
    #[arg(long)]
    pub files: bool,
    /// Where to, and which trips or clusters.
    #[command(flatten)]
    pub file: ExportFile,
}

/// Arguments of an export of a table.
#[derive(Debug, Args)]
pub struct ExportTable {
    /// One row per file instead of one per trip or cluster
    ///
    /// Without filters, files in no trip or cluster follow.
    #[arg(long)]
    pub files: bool,
    /// Where to, and which trips or clusters.
    #[command(flatten)]
    pub file: ExportFile,
}

/// Arguments of `export parquet`.
#[derive(Debug, Args)]
pub struct ExportParquet {
    /// One row per place and local day, for clustering many people's files with SQL
    ///
    /// `imm-cluster sql` prints the query. Rows are of the last run's `--day-starts` and
    /// `--lend`, of all files and without filters.
    #[arg(long, conflicts_with_all = ["files", "level", "title", "Grouping", "CommonFilters"])]
    pub evidence: bool,
    /// What stands in the column `owner` [default: name of the dataset]
    #[arg(long, value_name = "TEXT", requires = "evidence")]
    pub owner: Option<String>,
    /// Otherwise: of what, and which.
    #[command(flatten)]
    pub table: ExportTable,
}

/// Arguments of `export gpx`.
#[derive(Debug, Args)]
pub struct ExportGpx {
    /// What to write for the files
    #[arg(long = "as", value_enum, default_value_t = Gpx::Waypoints)]
    pub shape: Gpx,
    /// Where to, and which trips or clusters.
    #[command(flatten)]
    pub file: ExportFile,
}

/// What files become in GPX.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Gpx {
    /// A waypoint per file, sorted by name
    Waypoints,
    /// A track per trip or cluster, sorted by time
    Tracks,
}

/// Arguments of `export albums`.
#[derive(Debug, Args)]
pub struct AlbumsArgs {
    /// Folder for the albums; created if missing
    #[arg(value_name = "DIR")]
    pub dir: PathBuf,
    /// How to put files into albums [default: symbolic; hard on Windows]
    #[arg(long, value_enum)]
    pub link: Option<Link>,
    /// Name of an album, with placeholders
    #[arg(long, value_name = "TEXT", default_value = "{start} {title}")]
    pub template: String,
    /// Also remove albums of earlier exports that are not selected now
    ///
    /// Without it, only albums of trips or clusters that are no longer listed are removed.
    #[arg(long)]
    pub prune: bool,
    /// Show what would be done without doing it
    #[arg(long)]
    pub dry_run: bool,
    /// Which trips or clusters.
    #[command(flatten)]
    pub filters: GroupFilters,
}

/// How a file comes into an album.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Link {
    /// A symbolic link to the file
    Symbolic,
    /// A hard link, on the same device
    Hard,
    /// A copy that shares its data with the file (Btrfs, XFS, APFS)
    Reflink,
    /// A copy
    Copy,
}

/// Arguments of `export xmp`.
#[derive(Debug, Args)]
pub struct ExportXmp {
    /// Folder to write to, with the tree of each indexed folder
    /// [default: next to each file]
    #[arg(long, short, value_name = "DIR")]
    pub output: Option<PathBuf>,
    /// How sidecars are named
    #[arg(long, value_enum, default_value_t = Naming::Full)]
    pub naming: Naming,
    /// Also write the position, if the file itself has none
    #[arg(long)]
    pub gps: bool,
    /// Count what would be written without writing it
    #[arg(long)]
    pub dry_run: bool,
    /// Which trips or clusters.
    #[command(flatten)]
    pub filters: GroupFilters,
}

/// How sidecars are named.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Naming {
    /// `IMG_1.jpg.xmp`, as digiKam and darktable do
    Full,
    /// `IMG_1.xmp`, as Adobe's programs do
    Adobe,
}
