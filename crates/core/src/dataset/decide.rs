//! Decisions about clusters and trips, and the clustering that follows them.

use chrono::{DateTime, Utc};

use super::members::Membership;
use super::model::Dataset;
use super::timeline::Timeline;
use crate::cluster::area::{Area, Cluster};
use crate::identity::decide::{self, DecideError, Decision};
use crate::identity::object_id::ObjectId;
use crate::identity::record::{Identity, Subject};
use crate::trip::journey::{Journey, Trip};

/// What a decision came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decided<S> {
    /// The ids of those that it is about.
    pub ids: Vec<ObjectId<S>>,
    /// What was to be deleted and is not there.
    pub unknown: Vec<String>,
    /// Whether the dataset differs from before.
    pub changed: bool,
}

impl Dataset {
    /// Decides about the clusters of these ids, or of ids that begin so, and, where that
    /// may change days, clusters again as the last run did. `now` becomes the update time
    /// of what changes.
    ///
    /// # Errors
    /// It cannot be decided about one of them. Nothing is changed then.
    pub fn decide(
        &mut self,
        ids: &[String],
        decision: &Decision,
        now: DateTime<Utc>,
    ) -> Result<Decided<Area>, DecideError> {
        self.decide_about::<Area>(ids, decision, now)
    }

    /// As [`Dataset::decide`], about trips.
    ///
    /// # Errors
    /// It cannot be decided about one of them. Nothing is changed then.
    pub fn decide_trips(
        &mut self,
        ids: &[String],
        decision: &Decision,
        now: DateTime<Utc>,
    ) -> Result<Decided<Journey>, DecideError> {
        self.decide_about::<Journey>(ids, decision, now)
    }

    fn decide_about<S: Kept>(
        &mut self,
        ids: &[String],
        decision: &Decision,
        now: DateTime<Utc>,
    ) -> Result<Decided<S>, DecideError> {
        let chosen = decide::choose(S::all(self), ids, decision)?;
        let named: Vec<_> = chosen.at.iter().map(|at| &S::all(self)[*at]).collect();
        let ids = named.iter().map(|one| one.object_id.clone()).collect();
        let paths = if matches!(decision, Decision::Pin) {
            let members = S::members(&Timeline::new(self), &named);
            self.paths(&members, named.len())
        } else {
            Vec::new()
        };
        let changed = decide::apply(S::all_mut(self), &chosen, decision, paths, now);
        Ok(Decided {
            ids,
            unknown: chosen.unknown,
            changed: changed | self.follow(decision, now),
        })
    }

    /// Clusters again as the last run did, if a decision may change days: texts do not.
    fn follow(&mut self, decision: &Decision, now: DateTime<Utc>) -> bool {
        let is_described = matches!(decision, Decision::Describe(_));
        let rules = self.rules.clone().filter(|_| !is_described);
        rules.is_some_and(|rules| self.cluster(&rules, now).changed)
    }

    /// The paths of the files of each of the first so many.
    fn paths(&self, members: &Membership, count: usize) -> Vec<Vec<String>> {
        let path = |(folder, file)| self.path_of(folder, file).to_string_lossy().into_owned();
        (0..count)
            .map(|number| {
                let files = members.of(number).iter();
                files.filter_map(|id| self.file(*id)).map(path).collect()
            })
            .collect()
    }
}

/// What a dataset keeps identities of.
trait Kept: Subject {
    fn all(dataset: &Dataset) -> &[Identity<Self>];
    fn all_mut(dataset: &mut Dataset) -> &mut [Identity<Self>];
    fn members(timeline: &Timeline<'_>, wanted: &[&Identity<Self>]) -> Membership;
}

impl Kept for Area {
    fn all(dataset: &Dataset) -> &[Cluster] {
        &dataset.clusters
    }

    fn all_mut(dataset: &mut Dataset) -> &mut [Cluster] {
        &mut dataset.clusters
    }

    fn members(timeline: &Timeline<'_>, wanted: &[&Cluster]) -> Membership {
        Membership::find(timeline, wanted)
    }
}

impl Kept for Journey {
    fn all(dataset: &Dataset) -> &[Trip] {
        &dataset.trips
    }

    fn all_mut(dataset: &mut Dataset) -> &mut [Trip] {
        &mut dataset.trips
    }

    fn members(timeline: &Timeline<'_>, wanted: &[&Trip]) -> Membership {
        Membership::of_trips(timeline, wanted)
    }
}
