//! Which clusters or trips are wanted: the same words for every command that asks.

use clap::{Args, ValueEnum};

use super::values::{key_value, level};
use imm_cluster_core::place::Level;

/// Which clusters are wanted, by all but their title.
#[derive(Debug, Default, Args)]
pub struct Filters {
    /// Only these levels (repeatable)
    #[arg(long, value_name = "LEVEL", value_delimiter = ',', value_parser = level())]
    pub level: Vec<Level>,
    /// By all else but their title.
    #[command(flatten)]
    pub common: CommonFilters,
}

/// What clusters and trips are told apart by.
#[derive(Debug, Default, Args)]
pub struct CommonFilters {
    /// Only those in this place, such as `city=Hangzhou` (repeatable)
    ///
    /// Keys: country, `country_code`, province, city, district, township, or
    /// `address_line` for text anywhere in the address.
    #[arg(long, value_name = "KEY=TEXT", value_parser = key_value)]
    pub address: Vec<(String, String)>,
    /// Only those with this label (repeatable)
    #[arg(long, value_name = "KEY=VALUE", value_parser = key_value)]
    pub label: Vec<(String, String)>,
    /// Only those that start in this range: `2024-03-01..2024-03-31`, `2024-03-01..`
    #[arg(long, value_name = "FROM..TO")]
    pub start_time: Option<String>,
    /// Only those that end in this range
    #[arg(long, value_name = "FROM..TO")]
    pub end_time: Option<String>,
    /// Only those created in this range
    #[arg(long, value_name = "FROM..TO")]
    pub create_time: Option<String>,
    /// Only those changed in this range
    #[arg(long, value_name = "FROM..TO")]
    pub update_time: Option<String>,
    /// Only these ids (repeatable)
    #[arg(long, value_name = "ID")]
    pub id: Vec<String>,
}

/// Which trips are wanted.
#[derive(Debug, Default, Args)]
pub struct TripFilters {
    /// By all but their title.
    #[command(flatten)]
    pub common: CommonFilters,
    /// Only those with this text in the title
    #[arg(long, value_name = "TEXT")]
    pub title: Option<String>,
}

impl CommonFilters {
    /// Whether anything is asked for.
    pub fn are_selective(&self) -> bool {
        let times = [
            &self.start_time,
            &self.end_time,
            &self.create_time,
            &self.update_time,
        ];
        times.into_iter().any(Option::is_some)
            || !(self.address.is_empty() && self.label.is_empty() && self.id.is_empty())
    }
}

/// Which clusters are wanted. A command whose own `--title` means something else takes
/// [`Filters`].
#[derive(Debug, Default, Args)]
pub struct ClusterFilters {
    /// By all but their title.
    #[command(flatten)]
    pub but_title: Filters,
    /// Only those with this text in the title
    #[arg(long, value_name = "TEXT")]
    pub title: Option<String>,
}

impl ClusterFilters {
    /// Whether anything but the level is asked for.
    pub fn are_selective(&self) -> bool {
        self.title.is_some() || self.but_title.common.are_selective()
    }

    /// Whether anything at all is asked for.
    pub fn are_given(&self) -> bool {
        self.are_selective() || !self.but_title.level.is_empty()
    }
}

/// Whether trips are wanted or clusters.
#[derive(Debug, Clone, Copy, Default, Args)]
pub struct Grouping {
    /// Use trips or clusters [default: trip]
    ///
    /// The default is clusters with `--level`, with a district or township in `--address`,
    /// with ids of clusters, or when no home is known.
    #[arg(long, value_enum, value_name = "WHAT")]
    pub by: Option<GroupBy>,
}

/// What files are grouped by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum GroupBy {
    /// Each stay away from home, with its stops
    Trip,
    /// Each place on consecutive days, at home and away
    Cluster,
}

/// Which trips or clusters are wanted.
#[derive(Debug, Default, Args)]
pub struct GroupFilters {
    /// Which of the two.
    #[command(flatten)]
    pub grouping: Grouping,
    /// Which of them.
    #[command(flatten)]
    pub filters: ClusterFilters,
}
