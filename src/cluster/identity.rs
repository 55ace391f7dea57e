//! Which lasting id, title and labels each run of days carries.
//!
//! Evidence decides what the clusters are, identities only follow it: each one
//! goes to the run that holds most of the days it calls its own. Where several
//! meet, one survives and the others are absorbed, keeping their own days, so
//! that they come back when the run falls apart again.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use chrono::{DateTime, NaiveTime, Utc};

use super::engine::{Counts, Run, Span};
use crate::capture::clock::Clock;
use crate::place::{Address, Level, Region};

/// A cluster as the dataset keeps it: an identity and what it stood for when the
/// last run ended.
#[derive(Debug, Clone, PartialEq)]
pub struct Cluster {
    /// `location-date-cluster-` and a UUID.
    pub object_id: String,
    /// The level.
    pub level: Level,
    /// What its region is identified by.
    pub region: Region,
    /// Whether it is listed.
    pub state: State,
    /// What its region is called.
    pub address: Address,
    /// The days it stands for, or last stood for.
    pub span: Span,
    /// The days it had before it absorbed another or was absorbed.
    pub own: Span,
    /// What was found in it.
    pub counts: Counts,
    /// The user's title.
    pub title: Option<String>,
    /// The user's own id.
    pub custom_id: Option<String>,
    /// The user's labels.
    pub custom_labels: BTreeMap<String, String>,
    /// When its id was given.
    pub create_time: DateTime<Utc>,
    /// When its dates, address, counts, state or the user's texts changed last.
    pub update_time: DateTime<Utc>,
    /// Keys of the dataset that this version does not know.
    pub unknown: serde_json::Map<String, serde_json::Value>,
}

/// What became of an identity.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum State {
    /// It is listed.
    Live,
    /// Nothing that fits the options stands behind it at present.
    Suspended,
    /// Its days belong to the cluster of that id.
    Absorbed(String),
}

impl Cluster {
    /// The id of a new cluster.
    pub fn new_id() -> String {
        format!("location-date-cluster-{}", uuid::Uuid::new_v4())
    }

    /// Whether it is listed.
    pub fn is_live(&self) -> bool {
        self.state == State::Live
    }

    /// The first moment of the first day, with the offset of its first file.
    pub fn start_time(&self) -> Clock {
        Clock {
            date: self.span.first.date(),
            time: Some(NaiveTime::MIN),
            offset: self.counts.start_offset,
        }
    }

    /// The last nanosecond of the last day, with the offset of its last file.
    pub fn end_time(&self) -> Clock {
        let last = NaiveTime::from_hms_nano_opt(23, 59, 59, 999_999_999);
        Clock {
            date: self.span.last.date(),
            time: last,
            offset: self.counts.end_offset,
        }
    }

    fn is_edited(&self) -> bool {
        self.title.is_some() || self.custom_id.is_some() || !self.custom_labels.is_empty()
    }

    /// Takes over what the run holds. Says whether anything changed.
    fn follow(&mut self, run: &Run, alone: bool) {
        self.span = run.span;
        self.address.clone_from(&run.address);
        self.counts.clone_from(&run.counts);
        self.state = if run.fits {
            State::Live
        } else {
            State::Suspended
        };
        if alone {
            self.own = run.span;
        }
    }
}

/// How many listed clusters a run made, changed, took off the list or left.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Changes {
    /// New ids.
    pub created: usize,
    /// Listed ones with other dates, address or counts, or listed again.
    pub updated: usize,
    /// Suspended or absorbed.
    pub removed: usize,
    /// Listed as before.
    pub unchanged: usize,
}

/// Matches identities with the runs of days of now. The clusters come back in
/// the order of the dataset: level, region, own days, id.
///
/// `now` becomes the create and update time of what changes; `new_id` makes ids.
pub fn reconcile(
    clusters: Vec<Cluster>,
    runs: Vec<Run>,
    now: DateTime<Utc>,
    mut new_id: impl FnMut() -> String,
) -> (Vec<Cluster>, Changes) {
    let mut groups: BTreeMap<(Level, Region), (Vec<Cluster>, Vec<Run>)> = BTreeMap::new();
    for cluster in clusters {
        groups
            .entry((cluster.level, cluster.region.clone()))
            .or_default()
            .0
            .push(cluster);
    }
    for run in runs {
        groups
            .entry((run.level, run.region.clone()))
            .or_default()
            .1
            .push(run);
    }
    let mut changes = Changes::default();
    let mut reconciled = Vec::new();
    for (clusters, runs) in groups.into_values() {
        let mut after = clusters.clone();
        let fresh = assign(&mut after, &runs);
        for (before, mut after) in clusters.into_iter().zip(after) {
            let differs = shows_differently(&before, &after);
            if differs {
                after.update_time = now;
            }
            match (before.is_live(), after.is_live()) {
                (true, false) => changes.removed += 1,
                (_, true) if differs => changes.updated += 1,
                (true, true) => changes.unchanged += 1,
                (false, _) => {}
            }
            reconciled.push(after);
        }
        changes.created += fresh.len();
        reconciled.extend(
            fresh
                .into_iter()
                .map(|run| first_identity(run, now, new_id())),
        );
    }
    reconciled.sort_by(|a, b| {
        (a.level, &a.region, a.own, &a.object_id).cmp(&(b.level, &b.region, b.own, &b.object_id))
    });
    (reconciled, changes)
}

/// Whether a person or program that looks at the cluster sees a difference.
fn shows_differently(before: &Cluster, after: &Cluster) -> bool {
    let shown = |c: &Cluster| (c.state.clone(), c.span, c.address.clone(), c.counts.clone());
    shown(before) != shown(after)
}

/// Gives the runs of one region to its identities; returns the runs that fit the
/// options and that none of them came for.
fn assign(clusters: &mut [Cluster], runs: &[Run]) -> Vec<Run> {
    let mut suitors: Vec<Vec<usize>> = vec![Vec::new(); runs.len()];
    for (index, cluster) in clusters.iter_mut().enumerate() {
        match best_run(cluster, runs) {
            Some(run) => suitors[run].push(index),
            None => cluster.state = State::Suspended,
        }
    }
    let mut unclaimed = Vec::new();
    for (run, suitors) in runs.iter().zip(suitors) {
        let precedence = |index: &usize| {
            let c = &clusters[*index];
            let by_user = (Reverse(c.is_edited()), Reverse(c.is_live()));
            (
                by_user,
                c.create_time,
                Reverse(c.own.days()),
                c.own.first,
                c.object_id.clone(),
            )
        };
        let Some(survivor) = suitors.iter().copied().min_by_key(precedence) else {
            unclaimed.extend(run.fits.then(|| run.clone()));
            continue;
        };
        clusters[survivor].follow(run, suitors.len() == 1);
        let into = clusters[survivor].object_id.clone();
        for loser in suitors.into_iter().filter(|index| *index != survivor) {
            clusters[loser].state = State::Absorbed(into.clone());
        }
    }
    unclaimed
}

/// Of the runs that fit, else of all: the one that holds most of the identity's own
/// days, then of its present ones, then the earlier; none that shares no day with it.
/// One that does not fit has no claim: it would take the identity off the list while
/// a part that is listed gets a new one.
fn best_run(cluster: &Cluster, runs: &[Run]) -> Option<usize> {
    let shared = |run: &Run| {
        (
            cluster.own.shared_days(run.span),
            cluster.span.shared_days(run.span),
        )
    };
    let candidates = runs
        .iter()
        .enumerate()
        .filter(|(_, run)| shared(run) != (0, 0));
    candidates
        .max_by_key(|(_, run)| (run.fits, shared(run), Reverse(run.span.first)))
        .map(|(index, _)| index)
}

fn first_identity(run: Run, now: DateTime<Utc>, object_id: String) -> Cluster {
    Cluster {
        object_id,
        level: run.level,
        region: run.region,
        state: State::Live,
        address: run.address,
        span: run.span,
        own: run.span,
        counts: run.counts,
        title: None,
        custom_id: None,
        custom_labels: BTreeMap::new(),
        create_time: now,
        update_time: now,
        unknown: serde_json::Map::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::super::engine::runs;
    use super::super::evidence::{Evidence, Pair, Tally};
    use super::super::rules::Rules;
    use super::*;
    use crate::capture::day::Day;

    /// A small dataset of one city, run again and again.
    struct Town {
        address: Address,
        clusters: Vec<Cluster>,
        ids: u32,
        now: i64,
    }

    impl Town {
        fn new() -> Self {
            let address = Address {
                city: Some("Hangzhou".into()),
                ..Address::default()
            };
            Self {
                address,
                clusters: Vec::new(),
                ids: 0,
                now: 0,
            }
        }

        /// Runs over these days; returns the listed clusters as `id first-last`.
        fn run(&mut self, days: &[i32], gap_days: u32, max_days: u32) -> (Vec<String>, Changes) {
            let rules = Rules {
                gap_days,
                max_days,
                levels: vec![Level::City],
                ..Rules::default()
            };
            let evidence = Evidence::gather(days.iter().map(|day| {
                let day = Day::from_number(738_000 + day);
                let stamp = Clock {
                    date: day.date(),
                    time: None,
                    offset: None,
                };
                Pair {
                    place: 0,
                    day,
                    tally: Tally::one(stamp, true),
                }
            }));
            let runs = runs(&evidence, &rules, |_| &self.address);
            self.now += 1;
            let now = DateTime::from_timestamp(self.now, 0).unwrap();
            let (clusters, changes) =
                reconcile(std::mem::take(&mut self.clusters), runs, now, || {
                    self.ids += 1;
                    format!("id{}", self.ids)
                });
            self.clusters = clusters;
            let number = |day: Day| day.number() - 738_000;
            let live = self.clusters.iter().filter(|c| c.is_live());
            let mut shown: Vec<_> = live
                .map(|c| {
                    format!(
                        "{} {}-{}",
                        c.object_id,
                        number(c.span.first),
                        number(c.span.last)
                    )
                })
                .collect();
            shown.sort();
            (shown, changes)
        }

        fn listed(&mut self, days: &[i32], gap_days: u32) -> Vec<String> {
            self.run(days, gap_days, 99_999).0
        }
    }

    #[test]
    fn a_cluster_that_grows_keeps_its_id() {
        let mut town = Town::new();
        assert_eq!(town.listed(&[3, 4], 1), ["id1 3-4"]);
        assert_eq!(town.listed(&[2, 3, 4, 6], 1), ["id1 2-6"]);
    }

    #[test]
    fn nothing_new_changes_nothing() {
        let mut town = Town::new();
        town.run(&[3, 4, 9], 1, 99_999);
        let before = town.clusters.clone();
        let (_, changes) = town.run(&[3, 4, 9], 1, 99_999);
        assert_eq!(town.clusters, before);
        assert_eq!(
            changes,
            Changes {
                unchanged: 2,
                ..Changes::default()
            }
        );
    }

    #[test]
    fn a_bridge_merges_and_its_loss_splits_again() {
        let mut town = Town::new();
        assert_eq!(town.listed(&[1, 2, 5, 6, 7], 0), ["id1 1-2", "id2 5-7"]);
        let (listed, changes) = town.run(&[1, 2, 3, 4, 5, 6, 7], 0, 99_999);
        assert_eq!(listed, ["id2 1-7"], "equally old, more days");
        assert_eq!((changes.updated, changes.removed), (1, 1));
        assert_eq!(town.clusters[0].state, State::Absorbed("id2".into()));
        assert_eq!(town.listed(&[1, 2, 5, 6, 7], 0), ["id1 1-2", "id2 5-7"]);
    }

    #[test]
    fn the_edited_one_survives_a_merge() {
        let mut town = Town::new();
        town.listed(&[1, 2, 5, 6, 7], 0);
        town.clusters[0].title = Some("Two days".into());
        assert_eq!(town.listed(&[1, 2, 5, 6, 7], 2), ["id1 1-7"]);
    }

    #[test]
    fn options_changed_and_changed_back_give_the_same_ids() {
        let mut town = Town::new();
        let days = [1, 2, 4, 5, 8, 12];
        let before = town.listed(&days, 0);
        for gap in [1, 2, 3, 9, 1] {
            town.listed(&days, gap);
        }
        assert_eq!(town.listed(&days, 0), before);
    }

    #[test]
    fn too_long_a_cluster_is_suspended_and_comes_back() {
        let mut town = Town::new();
        assert_eq!(town.run(&[1, 2], 0, 2).0, ["id1 1-2"]);
        let (listed, changes) = town.run(&[1, 2, 3], 0, 2);
        assert_eq!((listed.len(), changes.removed), (0, 1));
        let (listed, changes) = town.run(&[1, 2, 3], 0, 3);
        assert_eq!((listed, changes.updated), (vec!["id1 1-3".to_owned()], 1));
    }

    #[test]
    fn without_evidence_it_is_suspended() {
        let mut town = Town::new();
        town.listed(&[1, 2, 9], 0);
        assert_eq!(town.listed(&[9], 0), ["id2 9-9"]);
        assert_eq!(town.clusters.len(), 2);
        assert_eq!(town.listed(&[2, 9], 0), ["id1 2-2", "id2 9-9"]);
    }
}
