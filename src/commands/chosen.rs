//! Which trips or clusters a command is about, for all that take `--by`.

use super::{clusters, query, trips};
use crate::cli::{ClusterFilters, Filters, GroupBy, GroupFilters, Grouping};
use crate::error::Fatal;
use crate::options::Context;
use imm_cluster_core::cluster::area::Cluster;
use imm_cluster_core::dataset::Dataset;
use imm_cluster_core::export::Selection;
use imm_cluster_core::identity::find::find;
use imm_cluster_core::identity::query::Query;
use imm_cluster_core::place::{AddressKey, Level};
use imm_cluster_core::text::counted;
use imm_cluster_core::trip::journey::Trip;
use imm_cluster_messages::text;

/// What is asked for, before it is known what there is.
pub(super) struct WantedGroups {
    by: Option<GroupBy>,
    pub(super) query: Query,
}

/// What was chosen.
pub(super) enum ChosenGroups<'a> {
    Trips(Vec<&'a Trip>),
    Clusters(Vec<&'a Cluster>),
}

impl WantedGroups {
    /// What the filters of a command ask for.
    pub(super) fn of(filters: &GroupFilters) -> Result<Self, Fatal> {
        let ClusterFilters { but_title, title } = &filters.filters;
        let wanted = Self::but_title(filters.grouping, but_title)?;
        let query = Query {
            title: title.clone(),
            ..wanted.query
        };
        Ok(Self { query, ..wanted })
    }

    /// The same, with any title.
    pub(super) fn but_title(grouping: Grouping, filters: &Filters) -> Result<Self, Fatal> {
        if grouping.by == Some(GroupBy::Trip) && !filters.level.is_empty() {
            let error = Fatal::option("--level", text!("error-level-of-trips"));
            return Err(error.with_hint(text!("hint-level-of-trips")));
        }
        Ok(Self {
            by: grouping.by,
            query: query::of(filters)?,
        })
    }

    /// Only this trip.
    pub(super) fn only_trip(&mut self, id: &str) {
        self.by = Some(GroupBy::Trip);
        self.query.ids = vec![id.to_owned()];
    }

    /// Whether trips or clusters are meant. Says so where that is neither what was asked for
    /// nor the default.
    pub(super) fn by(&self, context: &Context, dataset: &Dataset) -> GroupBy {
        if let Some(by) = self.by {
            return by;
        }
        if self.are_clusters(dataset) {
            return GroupBy::Cluster;
        }
        if dataset.homes.list.is_empty() {
            // Where there is nothing at all, something else is said.
            if dataset.clusters.iter().any(Cluster::is_live) {
                say_no_home(context);
            }
            return GroupBy::Cluster;
        }
        GroupBy::Trip
    }

    /// Whether something is asked for that only clusters have: a level, a part of an address
    /// below the city, or their ids.
    fn are_clusters(&self, dataset: &Dataset) -> bool {
        let Query {
            levels,
            address,
            ids,
            ..
        } = &self.query;
        let is_below_city = |(key, _): &(AddressKey, String)| {
            matches!(key, AddressKey::Level(Level::District | Level::Township))
        };
        let are_of_clusters = || {
            let is_trip = |id: &String| find(&dataset.trips, id).is_ok();
            let is_cluster = |id: &String| find(&dataset.clusters, id).is_ok();
            !ids.is_empty() && !ids.iter().any(is_trip) && ids.iter().all(is_cluster)
        };
        !levels.is_empty() || address.iter().any(is_below_city) || are_of_clusters()
    }

    /// What an export is of. Of clusters without a level or an id, those of the narrowest
    /// level that has some.
    pub(super) fn choose<'a>(
        &self,
        context: &Context,
        dataset: &'a Dataset,
    ) -> Result<ChosenGroups<'a>, Fatal> {
        if self.by(context, dataset) == GroupBy::Trip {
            let chosen = self.query.select(&dataset.trips)?;
            if chosen.is_empty() {
                trips::say_none(context, dataset);
            }
            return Ok(ChosenGroups::Trips(chosen));
        }
        let mut chosen = self.query.select(&dataset.clusters)?;
        if self.query.levels.is_empty() && self.query.ids.is_empty() {
            let narrowest = narrowest(dataset);
            chosen.retain(|cluster| Some(cluster.of.level) == narrowest);
        }
        if chosen.is_empty() {
            clusters::say_none(context, dataset);
        }
        Ok(ChosenGroups::Clusters(chosen))
    }
}

/// Says why there are clusters and not trips.
pub(super) fn say_no_home(context: &Context) {
    context.notes.note(&text!("clusters-for-no-home"));
}

/// The narrowest level that has listed clusters.
pub(super) fn narrowest(dataset: &Dataset) -> Option<Level> {
    let live = dataset.clusters.iter().filter(|cluster| cluster.is_live());
    live.map(|cluster| cluster.of.level).max()
}

impl<'a> ChosenGroups<'a> {
    /// What was chosen, with its files.
    pub(super) fn selection(&self, dataset: &'a Dataset, with_rest: bool) -> Selection<'a> {
        match self {
            Self::Trips(trips) => Selection::of_trips(dataset, trips, with_rest),
            Self::Clusters(clusters) => Selection::of_clusters(dataset, clusters, with_rest),
        }
    }

    /// `3 trips`.
    pub(super) fn in_words(&self) -> String {
        match self {
            Self::Trips(trips) => counted(trips.len(), "trip"),
            Self::Clusters(clusters) => counted(clusters.len(), "cluster"),
        }
    }
}
