//! The arguments of `report`.

use std::path::PathBuf;

use clap::Args;

use super::filters::{Filters, Grouping};
use imm_cluster_messages::text;

/// The most pictures that one trip or cluster may be given.
const MOST_PICTURES: usize = 100;

/// Arguments of `report`.
#[derive(Debug, Args)]
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
    /// The more trips there are, the fewer and smaller pictures each has, so that the
    /// page stays below 15 MB.
    #[arg(long, value_name = "N|none", default_value = "12", value_parser = pictures)]
    pub pictures: usize,
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

#[cfg(test)]
mod tests {
    use super::*;

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
