//! The arguments of `trips`.

use clap::{Args, Subcommand};

use super::clusters::{Ids, Sort, UpdateTexts};
use super::filters::TripFilters;
use super::values::Order;
use imm_cluster_core::capture::day::Day;

/// `trips …`.
#[derive(Debug, Subcommand)]
pub enum TripsCommand {
    /// List trips, with filters
    ///
    /// A trip is one stay away from all your homes, wherever it leads. Each trip is
    /// listed with its stops. `imm-cluster homes list` shows the homes.
    #[command(after_long_help = "\
Examples:
  imm-cluster trips list --start-time 2024-01-01..2024-12-31
  imm-cluster trips list --address country=Japan --sort update --order desc
  imm-cluster trips list --format ndjson | jq -r '[.start_date, .name] | @tsv'")]
    List(Box<ListTrips>),
    /// Show one trip, day by day
    #[command(after_long_help = "\
Examples:
  imm-cluster trips show 3f2a91c0
  imm-cluster trips show 3f2a91c0 --explain")]
    Show {
        /// Id, or enough of its first characters to be unique
        id: String,
        /// Show why it begins and ends when it does
        #[arg(long)]
        explain: bool,
    },
    /// Set the title, custom id or labels of trips
    #[command(after_long_help = "\
Examples:
  imm-cluster trips update 3f2a91c0 --title 'Honeymoon'
  imm-cluster trips update 3f2a91c0 --label with=Anna --label rating=5")]
    Update(UpdateTexts),
    /// Delete trips permanently; new photos of those days do not bring them back
    ///
    /// The clusters of those days stay. `restore` undoes the deletion.
    #[command(after_long_help = "\
Example:
  imm-cluster trips delete 3f2a91c0 77b0c1d2")]
    Delete(Ids),
    /// Restore deleted trips
    #[command(after_long_help = "\
Example:
  imm-cluster trips restore 3f2a91c0")]
    Restore(Ids),
    /// Merge trips; the first one keeps its id
    #[command(after_long_help = "\
Example:
  imm-cluster trips merge 3f2a91c0 77b0c1d2")]
    Merge(Ids),
    /// Split a trip in two
    #[command(after_long_help = "\
Example:
  imm-cluster trips split 3f2a91c0 --at 2024-03-05")]
    Split {
        /// Id, or enough of its first characters to be unique
        id: String,
        /// First day of the second part
        #[arg(long, value_name = "DATE")]
        at: Day,
        /// Show what would change without storing it
        #[arg(long)]
        dry_run: bool,
    },
    /// Pin trips, so that later runs do not change them
    #[command(after_long_help = "\
Example:
  imm-cluster trips pin 3f2a91c0")]
    Pin(Ids),
    /// Undo merges, splits and pins
    #[command(after_long_help = "\
Example:
  imm-cluster trips reset 3f2a91c0")]
    Reset(Ids),
}

/// Arguments of `trips list`.
#[derive(Debug, Args)]
pub struct ListTrips {
    /// Which.
    #[command(flatten)]
    pub filters: TripFilters,
    /// Sort by
    #[arg(long, value_enum, default_value_t = Sort::Start)]
    pub sort: Sort,
    /// Sort order
    #[arg(long, value_enum, default_value_t = Order::Asc)]
    pub order: Order,
    /// Maximum number of results
    #[arg(long, value_name = "N", allow_negative_numbers = true, value_parser = clap::value_parser!(u32).range(1..))]
    pub max_results: Option<u32>,
    /// Continue after this `object_id`, the last on the previous page
    #[arg(long, value_name = "ID")]
    pub next_token: Option<String>,
}
