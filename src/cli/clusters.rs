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
    /// On a terminal each cluster has a bar of its files per day, from ▁ for 1 to ▇ for
    /// 100 or more: one mark per day, or eight marks for a longer cluster. There is no bar
    /// on a narrow terminal, in a pipe, in a locale without UTF-8, or for a dataset over
    /// 32 MiB (about 180,000 files).
    #[command(after_long_help = "\
Examples:
  imm-cluster clusters list --level city --start-time 2024-01-01..2024-12-31
  imm-cluster clusters list --by year --level city
  imm-cluster clusters list --address country=Japan --sort update --order desc
  imm-cluster clusters list --format ndjson | jq -r .address.address_line")]
    List(Box<ListClusters>),
    /// Show one cluster with its files
    #[command(after_long_help = "\
Examples:
  imm-cluster clusters show 3f2a91c0
  imm-cluster clusters show 3f2a91c0 --explain")]
    Show {
        /// Id, or enough of its first characters to be unique
        id: String,
        /// Show the days of its place, the gaps, and which rule cut where
        #[arg(long)]
        explain: bool,
    },
    /// Set the title, custom id or labels of clusters
    #[command(after_long_help = "\
Examples:
  imm-cluster clusters update 3f2a91c0 --title 'Spring in Hangzhou'
  imm-cluster clusters update 3f2a91c0 --label with=Anna --label rating=5")]
    Update(UpdateTexts),
    /// Delete clusters permanently; new photos of those days do not bring them back
    ///
    /// At that level, the days of the cluster are ignored from now on. Photos of other
    /// days form a new cluster. `restore` undoes the deletion.
    #[command(after_long_help = "\
Example:
  imm-cluster clusters delete 3f2a91c0 77b0c1d2")]
    Delete(Ids),
    /// Restore deleted clusters
    #[command(after_long_help = "\
Example:
  imm-cluster clusters restore 3f2a91c0")]
    Restore(Ids),
    /// Merge clusters of one level; the first one keeps its id
    #[command(after_long_help = "\
Example:
  imm-cluster clusters merge 3f2a91c0 77b0c1d2")]
    Merge(Ids),
    /// Split a cluster in two
    #[command(after_long_help = "\
Example:
  imm-cluster clusters split 3f2a91c0 --at 2024-03-05")]
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
    /// Pin clusters, so that later runs do not change them
    #[command(after_long_help = "\
Example:
  imm-cluster clusters pin 3f2a91c0")]
    Pin(Ids),
    /// Undo merges, splits and pins
    #[command(after_long_help = "\
Example:
  imm-cluster clusters reset 3f2a91c0")]
    Reset(Ids),
}

/// Clusters or trips to do something with.
#[derive(Debug, Args)]
pub struct Ids {
    /// Ids, or enough of their first characters to be unique
    #[arg(value_name = "ID", required = true)]
    pub ids: Vec<String>,
    /// Show what would change without storing it
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
    /// Title, at most 1024 bytes
    #[arg(long, value_name = "TEXT")]
    pub title: Option<String>,
    /// Your own id, at most 1024 bytes
    #[arg(long, value_name = "TEXT")]
    pub custom_id: Option<String>,
    /// Label (repeatable; at most 100 in all)
    #[arg(long, value_name = "KEY=VALUE", value_parser = key_value)]
    pub label: Vec<(String, String)>,
    /// Remove the title
    #[arg(long, conflicts_with = "title")]
    pub clear_title: bool,
    /// Remove your own id
    #[arg(long, conflicts_with = "custom_id")]
    pub clear_custom_id: bool,
    /// Remove all labels, before setting those given
    #[arg(long)]
    pub clear_labels: bool,
}

/// Arguments of `clusters list`.
#[derive(Debug, Args)]
pub struct ListClusters {
    /// Which.
    #[command(flatten)]
    pub filters: ClusterFilters,
    /// Sort by
    #[arg(long, value_enum, default_value_t = Sort::Start)]
    pub sort: Sort,
    /// Sort order
    #[arg(long, value_enum, default_value_t = Order::Asc)]
    pub order: Order,
    /// Group by year or month, with totals (table only)
    ///
    /// A cluster counts for the year or month of its first day; days that several
    /// clusters of one level share count once. `--sort` orders within a group.
    #[arg(long, value_enum, value_name = "PERIOD")]
    pub by: Option<By>,
    /// Maximum number of results
    #[arg(long, value_name = "N", allow_negative_numbers = true, value_parser = clap::value_parser!(u32).range(1..))]
    pub max_results: Option<u32>,
    /// Continue after this `object_id`, the last on the previous page
    #[arg(long, value_name = "ID")]
    pub next_token: Option<String>,
}

/// What clusters are put together by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum By {
    /// Year of the first day
    Year,
    /// Month of the first day
    Month,
}

/// What clusters and trips are sorted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Sort {
    /// First day
    Start,
    /// Last day
    End,
    /// Creation time
    Create,
    /// Last change
    Update,
}
