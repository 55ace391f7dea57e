//! The arguments of `sql`.

use clap::{Args, ValueEnum};

use super::values::level;
use imm_cluster_core::cluster::sql::Statement;
use imm_cluster_core::place::Level;

/// Arguments of `sql`.
#[derive(Debug, Args)]
pub struct SqlArgs {
    /// What the query finds
    #[arg(value_enum, value_name = "QUERY", default_value_t = Query::Clusters)]
    pub query: Query,
    /// Days in a row without photos allowed within a cluster, 0 to 99999
    #[arg(long, value_name = "N", default_value_t = 1, allow_negative_numbers = true, value_parser = clap::value_parser!(u32).range(0..=99_999))]
    pub gap_days: u32,
    /// Ignore clusters shorter than N days, 1 to 99999
    #[arg(long, value_name = "N", default_value_t = 1, allow_negative_numbers = true, value_parser = clap::value_parser!(u32).range(1..=99_999))]
    pub min_days: u32,
    /// Ignore clusters longer than N days, 1 to 99999
    #[arg(long, value_name = "N", default_value_t = 99_999, allow_negative_numbers = true, value_parser = clap::value_parser!(u32).range(1..=99_999))]
    pub max_days: u32,
    /// Levels to cluster at: country, province, city, district, township
    #[arg(long, value_name = "LEVEL,…", value_delimiter = ',', default_value = "city,province", value_parser = level(), hide_possible_values = true)]
    pub levels: Vec<Level>,
}

/// What a query finds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Query {
    /// Clusters, from a table `evidence`
    Clusters,
    /// The same, with those of too few or too many days, for `identity`
    Runs,
    /// Which lasting id each cluster has, from tables `runs` and `ids`
    Identity,
}

impl From<Query> for Statement {
    fn from(query: Query) -> Self {
        match query {
            Query::Clusters => Self::Clusters,
            Query::Runs => Self::Runs,
            Query::Identity => Self::Identity,
        }
    }
}
