//! The arguments of `clusters`.

use clap::{Args, Subcommand, ValueEnum};

use super::filters::ClusterFilters;
use super::values::{Order, key_value};
use imm_cluster_core::capture::day::Day;

/// `clusters …`.
#[derive(Debug, Subcommand)]
pub enum ClustersCommand {
    /// List clusters, with filters
    ///
    /// On a terminal each cluster has a bar: the files a day, from ▁ for one to ▇ for a
    /// hundred or more, with a mark for each day, or for each eighth of a longer cluster.
    /// A narrow terminal leaves out the bar first. In a pipe, and where the locale's
    /// encoding is not UTF-8, there is none, and nothing is cut. A dataset of more than
    /// 32 MiB (some 180,000 files) is listed at once, without bars.
    #[command(after_help = "\
Examples:
  imm-cluster clusters list --level city --start-time 2024-01-01..2024-12-31
  imm-cluster clusters list --by year --level city
  imm-cluster clusters list --address country=Japan --sort update --order desc
  imm-cluster clusters list --format ndjson | jq -r .address.address_line")]
    List(Box<ListClusters>),
    /// Show one cluster with its files
    Show {
        /// The id, or as many of its first characters as make it unique
        id: String,
        /// Show the days of its region, the gaps, and where it was cut by which rule
        #[arg(long)]
        explain: bool,
    },
    /// Give clusters a title, an id of your own, or labels
    #[command(after_help = "\
Examples:
  imm-cluster clusters update 3f2a91c0 --title 'Spring in Hangzhou'
  imm-cluster clusters update 3f2a91c0 --label with=Anna --label rating=5")]
    Update(UpdateTexts),
    /// Delete clusters for good: new photos of those days do not bring them back
    ///
    /// At that level, the days of the cluster are left out from now on. New days
    /// outside form a cluster of their own. `restore` takes it back.
    Delete(Ids),
    /// Take the deletion of clusters back
    Restore(Ids),
    /// Join clusters of one level into one; the first keeps its id
    Merge(Ids),
    /// Cut a cluster in two, so that a date opens the second part
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
    /// Freeze clusters as they are, whatever comes later
    Pin(Ids),
    /// Take back what was merged, split or pinned by hand
    Reset(Ids),
}

/// Clusters or trips to do something with.
#[derive(Debug, Args)]
pub struct Ids {
    /// The ids, or as many of their first characters as make them unique
    #[arg(value_name = "ID", required = true)]
    pub ids: Vec<String>,
    /// Show what would change and store nothing
    #[arg(long)]
    pub dry_run: bool,
}

/// Arguments of `clusters update` and `trips update`.
#[derive(Debug, Args)]
#[command(group = clap::ArgGroup::new("what").required(true).multiple(true)
    .args(["title", "custom_id", "label", "clear_title", "clear_custom_id", "clear_labels"]))]
pub struct UpdateTexts {
    /// Which ones.
    #[command(flatten)]
    pub which: Ids,
    /// A title, at most 1024 bytes
    #[arg(long, value_name = "TEXT")]
    pub title: Option<String>,
    /// An id of your own, at most 1024 bytes
    #[arg(long, value_name = "TEXT")]
    pub custom_id: Option<String>,
    /// A label (repeatable; each may have 100)
    #[arg(long, value_name = "KEY=VALUE", value_parser = key_value)]
    pub label: Vec<(String, String)>,
    /// Take the title away
    #[arg(long, conflicts_with = "title")]
    pub clear_title: bool,
    /// Take the id of your own away
    #[arg(long, conflicts_with = "custom_id")]
    pub clear_custom_id: bool,
    /// Take all labels away, before those given are set
    #[arg(long)]
    pub clear_labels: bool,
}

/// Arguments of `clusters list`.
#[derive(Debug, Args)]
pub struct ListClusters {
    /// Which.
    #[command(flatten)]
    pub filters: ClusterFilters,
    /// What to sort by
    #[arg(long, value_enum, default_value_t = Sort::Start)]
    pub sort: Sort,
    /// Which end comes first
    #[arg(long, value_enum, default_value_t = Order::Asc)]
    pub order: Order,
    /// Put the clusters of a year or month together, under a heading with its sums
    ///
    /// A cluster counts for the year or month of its first day; days that several
    /// clusters of one level share count once. `--sort` orders within a group. For the
    /// table only: JSON stays one list.
    #[arg(long, value_enum, value_name = "PERIOD")]
    pub by: Option<By>,
    /// At most so many
    #[arg(long, value_name = "N", allow_negative_numbers = true, value_parser = clap::value_parser!(u32).range(1..))]
    pub max_results: Option<u32>,
    /// Go on behind this `object_id`, the last one seen
    #[arg(long, value_name = "ID")]
    pub next_token: Option<String>,
}

/// What clusters are put together by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum By {
    /// The year of the first day
    Year,
    /// The month of the first day
    Month,
}

/// What clusters and trips are sorted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Sort {
    /// The first day
    Start,
    /// The last day
    End,
    /// When it was made
    Create,
    /// When it changed last
    Update,
}
