//! The clusters that have to do with another one.

use super::area::{Cluster, by_place};
use crate::identity::record::survivor;

/// The clusters that have to do with another one.
#[derive(Debug)]
pub struct Relatives<'a> {
    /// Those with texts of the user that are part of it now.
    pub also: Vec<&'a Cluster>,
    /// Listed ones of wider levels that it lies in, place and days.
    pub parents: Vec<&'a Cluster>,
    /// Listed ones of narrower levels that lie in it.
    pub children: Vec<&'a Cluster>,
}

impl<'a> Relatives<'a> {
    /// Those of one cluster among all.
    pub fn of(cluster: &Cluster, clusters: &'a [Cluster]) -> Self {
        let listed = |wanted: &dyn Fn(&Cluster) -> bool| {
            let listed = clusters.iter().filter(|other| other.is_live());
            let mut listed: Vec<&Cluster> = listed.filter(|other| wanted(other)).collect();
            listed.sort_by(|a, b| by_place(&a.of, &b.of).then(a.days().first.cmp(&b.days().first)));
            listed
        };
        let within = |inner: &Cluster, outer: &Cluster| {
            outer.of.region.contains(&inner.of.region)
                && outer.days().shared_days(inner.days()) == inner.days().days()
        };
        let is_part = |other: &&Cluster| {
            other.object_id != cluster.object_id
                && other.is_edited()
                && survivor(clusters, other).object_id == cluster.object_id
        };
        Self {
            also: clusters.iter().filter(is_part).collect(),
            parents: listed(&|other| other.of.level < cluster.of.level && within(cluster, other)),
            children: listed(&|other| other.of.level > cluster.of.level && within(other, cluster)),
        }
    }
}
