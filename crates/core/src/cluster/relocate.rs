//! Clusters follow most of their files to what their region is called now.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use super::area::Cluster;
use crate::capture::day::Day;
use crate::place::{Address, Level, PlaceId, Region};

/// How many files had one place and have another, or the same, by day.
pub type Moves = BTreeMap<(PlaceId, PlaceId, Day), usize>;

/// Gives each cluster the region that most files of its own days are in now.
pub fn follow<'a>(
    clusters: &mut [Cluster],
    moves: &Moves,
    address_of: impl Fn(PlaceId) -> Option<&'a Address>,
) {
    let mut of_region: HashMap<_, Vec<_>> = HashMap::new();
    for ((before, after, day), count) in moves {
        for level in Level::ALL {
            if let Some(region) = address_of(*before).and_then(|it| it.region(level)) {
                let files = of_region.entry((level, region)).or_default();
                files.push((*day, *after, *count));
            }
        }
    }
    for cluster in clusters {
        let mut votes: BTreeMap<Region, (usize, PlaceId)> = BTreeMap::new();
        let files = of_region.get(&(cluster.of.level, cluster.of.region.clone()));
        for (day, after, count) in files.into_iter().flatten() {
            if cluster.own.contains(*day)
                && let Some(region) = address_of(*after).and_then(|it| it.region(cluster.of.level))
            {
                votes.entry(region).or_insert((0, *after)).0 += count;
            }
        }
        if let Some((region, (_, place))) = votes.into_iter().max_by_key(|(_, (count, _))| *count)
            && let Some(address) = address_of(place)
        {
            cluster.of.region = region;
            cluster.of.address = Arc::new(address.down_to(cluster.of.level));
        }
    }
}
