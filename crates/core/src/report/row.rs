//! The rows of the page.

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

impl<'a> PageRow<'a> {
    /// The trip, if it is one.
    pub(super) fn trip(self) -> Option<&'a Trip> {
        match self {
            Self::Trip(trip) => Some(trip),
            Self::Cluster(_) => None,
        }
    }

    /// The level of a cluster.
    pub(super) fn level(self) -> Option<Level> {
        match self {
            Self::Trip(_) => None,
            Self::Cluster(cluster) => Some(cluster.of.level),
        }
    }
}
