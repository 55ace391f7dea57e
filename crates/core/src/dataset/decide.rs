//! Decisions about clusters and trips, and the clustering that follows them.

use chrono::{DateTime, Utc};

use super::members::Membership;
use super::model::Dataset;
use super::timeline::Timeline;
use crate::identity::decide::{self, Chosen, DecideError, Decision};
use crate::identity::record::{Identity, Subject};

/// What a decision came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decided {
    /// The ids of those that it is about.
    pub ids: Vec<String>,
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
    ) -> Result<Decided, DecideError> {
        let chosen = decide::choose(&self.clusters, ids, decision)?;
        let clusters = named(&self.clusters, &chosen);
        let ids = ids_of(&clusters);
        let paths = if matches!(decision, Decision::Pin) {
            let timeline = Timeline::new(self);
            self.paths(&Membership::find(&timeline, &clusters), clusters.len())
        } else {
            Vec::new()
        };
        let changed = decide::apply(&mut self.clusters, &chosen, decision, paths, now);
        Ok(Decided {
            ids,
            unknown: chosen.unknown,
            changed: changed | self.follow(decision, now),
        })
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
    ) -> Result<Decided, DecideError> {
        let chosen = decide::choose(&self.trips, ids, decision)?;
        let trips = named(&self.trips, &chosen);
        let ids = ids_of(&trips);
        let paths = if matches!(decision, Decision::Pin) {
            let timeline = Timeline::new(self);
            self.paths(&Membership::of_trips(&timeline, &trips), trips.len())
        } else {
            Vec::new()
        };
        let changed = decide::apply(&mut self.trips, &chosen, decision, paths, now);
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

fn named<'a, S: Subject>(all: &'a [Identity<S>], chosen: &Chosen) -> Vec<&'a Identity<S>> {
    chosen.at.iter().map(|at| &all[*at]).collect()
}

fn ids_of<S: Subject>(all: &[&Identity<S>]) -> Vec<String> {
    all.iter().map(|one| one.object_id.clone()).collect()
}
