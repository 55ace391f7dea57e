//! Decisions about clusters, and the clustering that follows them.

use chrono::{DateTime, Utc};

use super::members::Membership;
use super::model::Dataset;
use super::timeline::Timeline;
use crate::cluster::area::Cluster;
use crate::identity::decide::{self, Chosen, DecideError, Decision};

/// What a decision came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decided {
    /// The ids of the clusters that it is about.
    pub ids: Vec<String>,
    /// What was to be deleted and is not there.
    pub unknown: Vec<String>,
    /// Whether the dataset differs from before.
    pub changed: bool,
}

impl Dataset {
    /// Decides about the clusters of these ids, or of ids that begin so, and, where that
    /// may change days, clusters again as the last run did. `now` becomes the update time of what changes.
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
        let ids = self.chosen(&chosen).into_iter();
        let ids = ids.map(|cluster| cluster.object_id.clone()).collect();
        let paths = match decision {
            Decision::Pin => self.paths(&chosen),
            _ => Vec::new(),
        };
        let mut changed = decide::apply(&mut self.clusters, &chosen, decision, paths, now);
        // Texts change no days: the clusters stay as the last run left them.
        let is_described = matches!(decision, Decision::Describe(_));
        if let Some(rules) = self.rules.clone().filter(|_| !is_described) {
            changed |= self.cluster(&rules, now).changed;
        }
        Ok(Decided {
            ids,
            unknown: chosen.unknown,
            changed,
        })
    }

    fn chosen(&self, chosen: &Chosen) -> Vec<&Cluster> {
        chosen.at.iter().map(|at| &self.clusters[*at]).collect()
    }

    /// The paths of the files of each.
    fn paths(&self, chosen: &Chosen) -> Vec<Vec<String>> {
        let timeline = Timeline::new(self);
        let members = Membership::find(&timeline, &self.chosen(chosen));
        let path = |(folder, file)| self.path_of(folder, file).to_string_lossy().into_owned();
        (0..chosen.at.len())
            .map(|cluster| {
                let files = members.of(cluster).iter();
                files.filter_map(|id| self.file(*id)).map(path).collect()
            })
            .collect()
    }
}
