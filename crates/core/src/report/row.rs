//! The rows of the page, and how its days are counted.

use crate::capture::day::Day;
use crate::cluster::area::Cluster;
use crate::place::Level;
use crate::trip::journey::Trip;

/// What stands in a row.
#[derive(Debug, Clone, Copy)]
pub(super) enum PageRow<'a> {
    /// A trip.
    Trip(&'a Trip),
    /// A cluster.
    Cluster(&'a Cluster),
}

impl PageRow<'_> {
    /// The level of a cluster.
    pub(super) fn level(self) -> Option<Level> {
        match self {
            Self::Trip(_) => None,
            Self::Cluster(cluster) => Some(cluster.of.level),
        }
    }
}

/// Days since 1 January 1970, as JavaScript counts.
pub(super) fn since_1970(day: Day) -> i32 {
    // The number of that day.
    day.number() - 719_163
}
