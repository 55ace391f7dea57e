//! From the files of a dataset to its clusters.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::Serialize;

use super::model::{Content, Dataset, FileRecord, Folder};
use crate::capture::day::Day;
use crate::capture::resolve::NoDay;
use crate::cluster::engine;
use crate::cluster::evidence::{Evidence, Pair, Tally};
use crate::cluster::identity::{self, Changes, Cluster};
use crate::cluster::rules::Rules;
use crate::place::{Address, Level};

/// What a clustering did.
#[derive(Debug)]
pub struct Clustering {
    /// How many clusters are new, changed, gone or as before.
    pub changes: Changes,
    /// The files that are in no cluster.
    pub unclustered: Unclustered,
    /// Whether the dataset differs from before.
    pub changed: bool,
}

/// How many files that are there take no part, by the first reason that keeps
/// them out, and at each level of the rules.
#[derive(Debug, Default, PartialEq, Eq, Serialize)]
pub struct Unclustered {
    /// No time is known.
    pub no_time: u32,
    /// The time is an instant, and nothing tells the zone.
    pub no_zone: u32,
    /// The day is known, but neither position nor address.
    pub no_position: u32,
    /// The address does not name the level.
    pub no_region: BTreeMap<Level, u32>,
    /// The run of days is shorter or longer than the rules want.
    pub outside_days: BTreeMap<Level, u32>,
    /// The user deleted the cluster of that region and day.
    pub deleted: BTreeMap<Level, u32>,
}

/// What the dataset holds, in numbers of files.
#[derive(Debug, Default, PartialEq, Eq, Serialize)]
pub struct Totals {
    /// Photos and videos that are there, and records that came in as JSON.
    pub files: usize,
    /// Files that are gone since they were indexed.
    pub missing: usize,
    /// Files that could not be read.
    pub failed: usize,
    /// Files of which no local day is known.
    pub without_time: usize,
    /// Files of which neither position nor address is known.
    pub without_position: usize,
}

impl Dataset {
    /// Makes all clusters anew from all evidence, and gives them the identities
    /// of those before. `now` becomes the create and update time of what changes.
    pub fn cluster(&mut self, rules: &Rules, now: DateTime<Utc>) -> Clustering {
        let (evidence, mut unclustered) = self.evidence(rules);
        let unknown = Address::unknown();
        let address_of = |place| {
            self.places
                .get(place)
                .map_or(&unknown, |place| &place.address)
        };
        for pair in evidence.pairs() {
            for level in rules
                .levels
                .iter()
                .filter(|level| address_of(pair.place).name(**level).is_none())
            {
                *unclustered.no_region.entry(*level).or_default() += pair.tally.files;
            }
        }
        let runs = engine::runs(&evidence, rules, address_of);
        for run in runs.iter().filter(|run| !run.fits) {
            *unclustered.outside_days.entry(run.level).or_default() += run.counts.files;
        }
        let (clusters, changes) =
            identity::reconcile(self.clusters.clone(), runs, now, Cluster::new_id);
        let differs = clusters != self.clusters || self.rules.as_ref() != Some(rules);
        self.clusters = clusters;
        self.rules = Some(rules.clone());
        Clustering {
            changes,
            unclustered,
            changed: differs,
        }
    }

    /// What all files show of places and days, and why some show nothing.
    pub fn evidence(&self, rules: &Rules) -> (Evidence, Unclustered) {
        let mut unclustered = Unclustered::default();
        let evidence = Evidence::gather(self.files().filter_map(|(folder, file)| {
            let here = u32::from(!file.missing && file.content.error().is_none());
            match self.capture_of(folder, file) {
                Err(NoDay::NoTime) => unclustered.no_time += here,
                Err(NoDay::NoZone) => unclustered.no_zone += here,
                Ok(capture) => match file.taken.place {
                    None => unclustered.no_position += here,
                    Some(place) => {
                        let tally = Tally::one(capture.local, file.missing);
                        return Some(Pair {
                            place,
                            day: capture.day(rules.day_starts),
                            tally,
                        });
                    }
                },
            }
            None
        }));
        (evidence, unclustered)
    }

    /// The files of a cluster, by time and path.
    pub fn members(&self, cluster: &Cluster) -> Vec<(&Folder, &FileRecord)> {
        let day_starts = self.rules.clone().unwrap_or_default().day_starts;
        let in_region: Vec<bool> = (self.places.list().iter())
            .map(|place| place.address.region(cluster.level).as_ref() == Some(&cluster.region))
            .collect();
        let mut members: Vec<_> = (self.files())
            .filter(|(_, file)| {
                file.taken
                    .place
                    .is_some_and(|place| in_region[place as usize])
            })
            .filter_map(|(folder, file)| Some((self.capture_of(folder, file).ok()?, folder, file)))
            .filter(|(capture, ..)| cluster.span.contains(capture.day(day_starts)))
            .collect();
        // Equal times stay in the order of the dataset, which is that of paths.
        members.sort_by_key(|(capture, ..)| (capture.local.date, capture.local.time));
        members
            .into_iter()
            .map(|(_, folder, file)| (folder, file))
            .collect()
    }

    /// The listed clusters that a file is in.
    pub fn clusters_of(&self, folder: &Folder, file: &FileRecord) -> Vec<&Cluster> {
        let day_starts = self.rules.clone().unwrap_or_default().day_starts;
        let (Ok(capture), Some(place)) = (self.capture_of(folder, file), self.place_of(file))
        else {
            return Vec::new();
        };
        let day: Day = capture.day(day_starts);
        let holds = |c: &&Cluster| {
            c.is_live()
                && c.span.contains(day)
                && place.address.region(c.level).as_ref() == Some(&c.region)
        };
        self.clusters.iter().filter(holds).collect()
    }

    /// Counts the files.
    pub fn totals(&self) -> Totals {
        let mut totals = Totals::default();
        for (folder, file) in self.files() {
            if file.missing {
                totals.missing += 1;
            } else if matches!(file.content, Content::Failed(_)) {
                totals.failed += 1;
            } else {
                totals.files += 1;
                totals.without_time += usize::from(self.capture_of(folder, file).is_err());
                totals.without_position += usize::from(file.taken.place.is_none());
            }
        }
        totals
    }
}
