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
    /// A trip is one spell away from every home of its days, whatever regions it crosses;
    /// its stops stand below it. `imm-cluster homes list` shows the homes.
    #[command(after_help = "\
Examples:
  imm-cluster trips list --start-time 2024-01-01..2024-12-31
  imm-cluster trips list --address country=Japan --sort update --order desc
  imm-cluster trips list --format ndjson | jq -r '[.start_date, .name] | @tsv'")]
    List(Box<ListTrips>),
    /// Show one trip, day by day
    Show {
        /// The id, or as many of its first characters as make it unique
        id: String,
        /// Show why it begins and ends where it does
        #[arg(long)]
        explain: bool,
    },
    /// Give trips a title, an id of your own, or labels
    #[command(after_help = "\
Examples:
  imm-cluster trips update 3f2a91c0 --title 'Honeymoon'
  imm-cluster trips update 3f2a91c0 --label with=Anna --label rating=5")]
    Update(UpdateTexts),
    /// Delete trips for good: new photos of those days do not bring them back
    ///
    /// The clusters of those days stay. `restore` takes it back.
    Delete(Ids),
    /// Take the deletion of trips back
    Restore(Ids),
    /// Join trips into one; the first keeps its id
    Merge(Ids),
    /// Cut a trip in two, so that a date opens the second part
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
    /// Freeze trips as they are, whatever comes later
    Pin(Ids),
    /// Take back what was merged, split or pinned by hand
    Reset(Ids),
}

/// Arguments of `trips list`.
#[derive(Debug, Args)]
pub struct ListTrips {
    /// Which.
    #[command(flatten)]
    pub filters: TripFilters,
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
