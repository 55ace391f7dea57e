//! The arguments of `files`.

use std::path::PathBuf;

use clap::builder::NonEmptyStringValueParser;
use clap::{Args, Subcommand, ValueEnum};

use super::values::position;
use imm_cluster_core::capture::clock::{RawTime, Written};
use imm_cluster_core::capture::day::Day;
use imm_cluster_core::capture::position::Position;
use imm_cluster_messages::{retold, text};

/// `files …`.
#[derive(Debug, Subcommand)]
pub enum FilesCommand {
    /// List files, with filters
    #[command(after_long_help = "\
Examples:
  imm-cluster files list --without position
  imm-cluster files list --day 2024-03-01..2024-03-31 --format ndjson
  imm-cluster files list --cluster 3f2a91c0 ~/Pictures/2024
  imm-cluster files list --implausible")]
    List(ListFiles),
    /// Show what is known about one file, and why
    ///
    /// The file is read again, and every clue is listed: its source, its value, and
    /// why it was used or not.
    #[command(after_long_help = "\
Example:
  imm-cluster files show ~/Pictures/IMG_0013.jpg")]
    Show {
        /// Path of the file, or `path` of an imported record
        path: PathBuf,
    },
    /// Correct wrong times and positions
    ///
    /// A correction is kept when the file is read again, and shown as its own source.
    /// The next `run` uses it. The media file itself is never changed.
    #[command(after_long_help = "\
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
    /// Only files from cameras with this text in their name
    #[arg(long, value_name = "MODEL", value_parser = NonEmptyStringValueParser::new())]
    pub camera: Option<String>,
    /// Only files dated this day or later
    #[arg(long, value_name = "DATE")]
    pub from: Option<Day>,
    /// Only files dated this day or earlier
    #[arg(long, value_name = "DATE")]
    pub to: Option<Day>,
    /// Capture time: `2024-03-03T09:12:44`, with an offset or `Z` if known
    #[arg(long, value_name = "TIME", value_parser = time, conflicts_with_all = ["shift", "reset"])]
    pub time: Option<RawTime>,
    /// Shift the recorded time: `+01:00`, `-8760:00:00`
    #[arg(long, value_name = "±HH:MM[:SS]", value_parser = shift, allow_hyphen_values = true, conflicts_with = "reset")]
    pub shift: Option<i64>,
    /// Position in degrees
    #[arg(long, value_name = "LAT,LON", value_parser = position, allow_hyphen_values = true, conflicts_with = "reset")]
    pub position: Option<Position>,
    /// Remove all corrections
    #[arg(long)]
    pub reset: bool,
}

/// Arguments of `files list`.
#[derive(Debug, Args)]
pub struct ListFiles {
    /// Only these files, and files in these folders
    #[arg(value_name = "PATH")]
    pub paths: Vec<PathBuf>,
    /// Only files whose time or position is unknown (repeatable)
    #[arg(long, value_enum)]
    pub without: Vec<Without>,
    /// Only files in this state
    #[arg(long, value_enum)]
    pub state: Option<FileStateArg>,
    /// Only files taken on these local days: `2024-03-03`, `2024-03-01..`
    #[arg(long, value_name = "FROM..TO")]
    pub day: Option<String>,
    /// Only files in this cluster
    #[arg(long, value_name = "ID")]
    pub cluster: Option<String>,
    /// Only files that trips ignore because their position cannot be true
    #[arg(long)]
    pub implausible: bool,
    /// Maximum number of results
    #[arg(long, value_name = "N", allow_negative_numbers = true, value_parser = clap::value_parser!(u32).range(1..))]
    pub max_results: Option<u32>,
}

/// What may be unknown of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Without {
    /// No known local day
    Time,
    /// No known position or address
    Position,
}

/// Whether a file is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum FileStateArg {
    /// Exists and is readable
    Present,
    /// Gone since it was indexed
    Missing,
    /// Could not be read
    Failed,
}

fn time(text: &str) -> Result<RawTime, String> {
    let written = Written::parse(text)
        .map_err(|error| text!("value-time", why = retold(&error.to_string())))?;
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
    parse().ok_or_else(|| text!("value-shift"))
}

#[cfg(test)]
mod tests {
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
}
