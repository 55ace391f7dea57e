//! The arguments of `report`.

use std::path::PathBuf;

use clap::Args;

use super::filters::{Filters, Grouping};
use imm_cluster_messages::text;

/// The smallest page that can be asked for, and the largest, in bytes.
const SIZES: std::ops::RangeInclusive<usize> = 500_000..=500_000_000;
/// How coarsely positions can be rounded, in metres.
const ROUNDED: std::ops::RangeInclusive<u32> = 10..=100_000;
/// The most pictures that one trip or cluster may be given.
const MOST_PICTURES: usize = 100;

/// Arguments of `report`.
#[derive(Debug, Args)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "switches of a command line are so"
)]
pub struct ReportArgs {
    /// File to write or replace; `-` for standard output
    #[arg(long, short, value_name = "FILE|-", default_value = "trips.html")]
    pub output: PathBuf,
    /// Replace the file even if it is not a report
    #[arg(long)]
    pub force: bool,
    /// Open the page in your browser (`BROWSER` chooses another one)
    #[arg(long)]
    pub open: bool,
    /// Title of the page [default: Trips]
    #[arg(long, value_name = "TEXT")]
    pub title: Option<String>,
    /// Maximum number of pictures per trip or cluster, 1 to 100, or `none`
    ///
    /// The more pictures there are, the smaller each one is, and where they do not all fit
    /// into the size of the page, each trip has fewer.
    #[arg(long, value_name = "N|none", default_value = "24", value_parser = pictures)]
    pub pictures: usize,
    /// Maximum size of the page, 500KB to 500MB
    ///
    /// Trips share it among their pictures; life at home has small ones.
    #[arg(long, value_name = "SIZE", default_value = "15MB", value_parser = size)]
    pub size: usize,
    /// Make the page of this trip alone
    #[arg(long, value_name = "ID", conflicts_with_all = ["id", "by"])]
    pub trip: Option<String>,
    /// Leave out homes, and every position within the radius of one
    #[arg(long)]
    pub hide_home: bool,
    /// Round positions to this distance, such as `1km` or `200m`
    #[arg(long, value_name = "DISTANCE", value_parser = distance)]
    pub round: Option<u32>,
    /// Run no other program (`ffmpeg` makes the pictures of videos)
    #[arg(long)]
    pub no_helpers: bool,
    /// Trips or clusters.
    #[command(flatten)]
    pub grouping: Grouping,
    /// Which of them.
    #[command(flatten)]
    pub filters: Filters,
}

fn pictures(text: &str) -> Result<usize, String> {
    if text == "none" {
        return Ok(0);
    }
    let number = text.parse().ok();
    number
        .filter(|number| (1..=MOST_PICTURES).contains(number))
        .ok_or_else(|| text!("value-pictures", most = MOST_PICTURES))
}

/// A number and one of these units, each with what it counts, as a number of the smallest.
fn measure(text: &str, units: [(&str, f64); 2]) -> Option<f64> {
    let text = text.trim().to_ascii_lowercase();
    let (number, unit) = units.iter().find_map(|(name, unit)| {
        let number = text.strip_suffix(name)?;
        Some((number.trim_end(), unit))
    })?;
    let number: f64 = number.parse().ok()?;
    Some((number * unit).round()).filter(|value| value.is_finite())
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "beyond the range it is refused all the same"
)]
fn size(text: &str) -> Result<usize, String> {
    let bytes = measure(text, [("kb", 1e3), ("mb", 1e6)]).map(|bytes| bytes as usize);
    (bytes.filter(|bytes| SIZES.contains(bytes))).ok_or_else(|| text!("value-size"))
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "beyond the range it is refused all the same"
)]
fn distance(text: &str) -> Result<u32, String> {
    let metres = measure(text, [("km", 1e3), ("m", 1.0)]).map(|metres| metres as u32);
    (metres.filter(|metres| ROUNDED.contains(metres))).ok_or_else(|| text!("value-distance"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_and_distances_have_units() {
        assert_eq!(size("15MB"), Ok(15_000_000));
        assert_eq!(size("1.5 mb"), Ok(1_500_000));
        assert_eq!(size("500KB"), Ok(500_000));
        for bad in ["15", "499KB", "501MB", "-1MB", "MB", "1e99MB", "nanMB", ""] {
            assert!(size(bad).is_err(), "{bad}");
        }
        assert_eq!(distance("1km"), Ok(1_000));
        assert_eq!(distance("0.2 km"), Ok(200));
        assert_eq!(distance("250m"), Ok(250));
        for bad in ["1", "9m", "101km", "-1km", "km", "infkm", ""] {
            assert!(distance(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn pictures_are_counted_or_none() {
        assert_eq!(pictures("none"), Ok(0));
        assert_eq!(pictures("1"), Ok(1));
        assert_eq!(pictures("100"), Ok(100));
        for bad in ["0", "101", "-1", "all", ""] {
            assert!(pictures(bad).is_err(), "{bad}");
        }
    }
}
