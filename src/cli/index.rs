//! The arguments of `index`.

use std::path::PathBuf;

use chrono_tz::Tz;
use clap::{Args, ValueEnum};

/// Arguments of `index`.
#[derive(Debug, Args)]
pub struct IndexArgs {
    /// Folders and files to index; default: the remembered folders
    #[arg(value_name = "PATH")]
    pub paths: Vec<PathBuf>,
    /// Take file records as JSON Lines from a file, or from standard input with `-`
    ///
    /// Each line is an object with `path` and, as far as known, `capture_time`,
    /// `local_date`, `lat`, `lon` and `address`.
    #[arg(long, value_name = "FILE|-", conflicts_with = "paths")]
    pub from_json: Option<PathBuf>,
    /// Learn from a location history where files without a position were taken (repeatable)
    ///
    /// GPX, KML, and what Google exports: Records.json and the monthly files of Takeout,
    /// the Timeline of Android and of iOS. It is remembered, and read again when it has
    /// changed; `imm-cluster forget FILE` forgets it.
    #[arg(long, value_name = "FILE", num_args = 1..)]
    pub tracks: Vec<PathBuf>,
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

fn zone(text: &str) -> Result<MaybeZone, String> {
    if text == "none" {
        return Ok(MaybeZone(None));
    }
    let zone = text
        .parse()
        .map_err(|_| "a time zone of the IANA database is wanted, such as Asia/Shanghai")?;
    Ok(MaybeZone(Some(zone)))
}
