//! The arguments of `calendar`.

use clap::Args;

use super::filters::ClusterFilters;

/// Arguments of `calendar`.
#[derive(Debug, Args)]
pub struct CalendarArgs {
    /// Only these years (repeatable)
    #[arg(long, value_name = "YYYY", value_delimiter = ',', allow_negative_numbers = true, value_parser = clap::value_parser!(u16).range(1..=9999))]
    pub year: Vec<u16>,
    /// Only these local days: `2024-03-03`, `2024-03-01..`
    #[arg(long, value_name = "FROM..TO")]
    pub day: Option<String>,
    /// Only files of these clusters.
    #[command(flatten, next_help_heading = "Count only files in these clusters")]
    pub filters: ClusterFilters,
}
