//! A region at a level, as what clusters are of.

use std::cmp::Ordering;
use std::sync::Arc;

use serde_json::{Map, Value};

use crate::find::Noun;
use crate::identity::record::{self, Identity, Subject};
use crate::place::{Address, Level, Region};

/// One region at one level.
#[derive(Debug, Clone, PartialEq)]
pub struct Area {
    /// The level.
    pub level: Level,
    /// What the region is identified by.
    pub region: Region,
    /// What the region is called, down to the level.
    pub address: Arc<Address>,
    /// Keys of its address in the dataset that this version does not know.
    pub unknown: Map<String, Value>,
}

/// One region over one run of local days, as the dataset keeps it.
pub type Cluster = Identity<Area>;

/// A run of days of one region.
pub type Run = record::Run<Area>;

impl Area {
    /// A region that is called so.
    pub fn new(level: Level, region: Region, address: Arc<Address>) -> Self {
        Self {
            level,
            region,
            address,
            unknown: Map::new(),
        }
    }
}

impl Subject for Area {
    /// The addresses of the others.
    type Joined = Vec<Arc<Address>>;

    const NOUN: Noun = Noun::Cluster;

    const PREFIX: &'static str = "location-date-cluster-";

    fn by_scope(&self, other: &Self) -> Ordering {
        (self.level, &self.region).cmp(&(other.level, &other.region))
    }

    fn level(&self) -> Option<Level> {
        Some(self.level)
    }

    fn addresses(&self) -> impl Iterator<Item = &Address> {
        std::iter::once(self.address.as_ref())
    }

    fn order(&self, other: &Self) -> Ordering {
        by_place(self, other)
    }

    fn follow(&mut self, run: &Self) {
        self.address.clone_from(&run.address);
    }

    fn shows_like(&self, other: &Self) -> bool {
        self.address == other.address
    }
}

/// By level, and within one as people look for a place: by the names from the
/// country downwards.
pub fn by_place(a: &Area, b: &Area) -> Ordering {
    (a.level.cmp(&b.level))
        .then_with(|| a.address.path().cmp(&b.address.path()))
        .then_with(|| a.region.cmp(&b.region))
}
