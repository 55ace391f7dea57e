//! The arguments of `stats`.

use clap::Args;

use imm_cluster_core::capture::day::Day;

/// Arguments of `stats`.
#[derive(Debug, Args)]
pub struct StatsArgs {
    /// Only these years, in detail (repeatable)
    #[arg(long, value_name = "YYYY", value_delimiter = ',', allow_negative_numbers = true, value_parser = clap::value_parser!(u16).range(1..=9999))]
    pub year: Vec<u16>,
    /// Look back from this day instead of today
    #[arg(long, value_name = "DATE")]
    pub on: Option<Day>,
}
