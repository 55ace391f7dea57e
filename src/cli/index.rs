//! The arguments of `index`.

use std::path::PathBuf;

use chrono_tz::Tz;
use clap::{Args, ValueEnum};

use imm_cluster_messages::text;

/// Arguments of `index`.
#[derive(Debug, Args)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "switches of a command line are so"
)]
pub struct IndexArgs {
    /// Folders and files to index [default: the remembered folders]
    #[arg(value_name = "PATH")]
    pub paths: Vec<PathBuf>,
    /// Import file records as JSON Lines from a file, or from standard input with `-`
    ///
    /// Each line is an object with `path` and, if known, `capture_time`, `local_date`,
    /// `lat`, `lon` and `address`.
    #[arg(long, value_name = "FILE|-", conflicts_with = "paths")]
    pub from_json: Option<PathBuf>,
    /// Take positions for files without one from a location history (repeatable)
    ///
    /// Reads GPX, KML and Google's exports: Records.json and the monthly files of Takeout,
    /// and the Timeline of Android and iOS. The file is remembered, and read again when it
    /// changes; `imm-cluster forget FILE` removes it.
    #[arg(long, value_name = "FILE", num_args = 1..)]
    pub tracks: Vec<PathBuf>,
    /// Remove the records of files that are gone; their clusters stay
    #[arg(long)]
    pub prune: bool,
    /// With `--prune`: remove those files from clusters too
    #[arg(long, requires = "prune")]
    pub drop_evidence: bool,
    /// Also read files of OneDrive or iCloud that are not on this disk, which downloads them
    #[arg(long, hide_short_help = true)]
    pub download: bool,
    /// Exit with status 3 if any file could not be read
    #[arg(long)]
    pub strict: bool,
    /// How to index; remembered for each folder.
    #[command(flatten)]
    pub options: IndexOptions,
}

/// Options that are remembered for each root.
#[derive(Debug, Args)]
#[command(next_help_heading = "Folder options (remembered for each folder)")]
pub struct IndexOptions {
    /// Skip files and folders that match a pattern (repeatable)
    ///
    /// The pattern is matched against the name and against the path below the
    /// indexed folder. An empty pattern clears the list. A folder with a file
    /// named `.nomedia` is always skipped.
    #[arg(long, value_name = "GLOB")]
    pub exclude: Vec<String>,
    /// Time zone for files without any clue to it, such as `Europe/Berlin`; `none` clears it
    #[arg(long, hide_short_help = true, value_name = "ZONE", value_parser = zone)]
    pub time_zone: Option<MaybeZone>,
    /// Use the modification time if there is no capture time; `none` clears it
    #[arg(long, hide_short_help = true, value_enum, value_name = "SOURCE")]
    pub time_from: Option<TimeFrom>,
    /// Follow symbolic links
    #[arg(long, hide_short_help = true, value_name = "BOOL", num_args = 0..=1, require_equals = true, default_missing_value = "true")]
    pub follow_links: Option<bool>,
    /// Index hidden files and folders too
    #[arg(long, hide_short_help = true, value_name = "BOOL", num_args = 0..=1, require_equals = true, default_missing_value = "true")]
    pub hidden: Option<bool>,
    /// Coordinate system of the positions in the files [default: wgs84]
    ///
    /// Some phones sold in China store positions in the system of Chinese maps, about
    /// 500 m off. `gcj02` corrects those in mainland China.
    #[arg(
        long,
        hide_short_help = true,
        value_enum,
        value_name = "SYSTEM",
        hide_possible_values = false
    )]
    pub coordinates: Option<CoordinateSystem>,
}

/// A system of coordinates.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum CoordinateSystem {
    /// As used by GPS
    Wgs84,
    /// As used by maps of mainland China
    Gcj02,
}

/// A time zone, or none.
#[derive(Debug, Clone, Copy)]
pub struct MaybeZone(pub Option<Tz>);

/// What may stand in for a missing capture time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum TimeFrom {
    /// Modification time
    Mtime,
    /// Nothing
    None,
}

fn zone(text: &str) -> Result<MaybeZone, String> {
    if text == "none" {
        return Ok(MaybeZone(None));
    }
    let zone = text.parse().map_err(|_| text!("value-zone"))?;
    Ok(MaybeZone(Some(zone)))
}
