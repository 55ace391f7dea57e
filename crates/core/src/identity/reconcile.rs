//! Which lasting id, title and labels each run of days carries.
//!
//! Evidence decides what the runs are, identities only follow it: each one goes to the run
//! that holds most of the days it calls its own. Where several meet, one survives and the
//! others are absorbed, keeping their own days, so that they come back when the run falls
//! apart again.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use chrono::{DateTime, Utc};

use super::changes::{Changes, changes, shows_differently};
use super::object_id::ObjectId;
use super::record::{Counts, Identity, Run, State, Subject, Whole, by_id, stands_for};
use crate::capture::span::Span;

/// Shows those that the user merged as one. `count` counts what is found in all parts of
/// one, given the one that they are shown as.
fn join<S: Subject>(
    all: &mut [Identity<S>],
    count: impl Fn(&S, &[(&S, Span)]) -> Option<(Span, Counts, S::Joined)>,
) {
    let mut parts: BTreeMap<ObjectId<S>, Vec<usize>> = BTreeMap::new();
    let ids = by_id(all);
    for (index, one) in all.iter().enumerate() {
        if one.merged_into.is_some() && one.state == State::Live {
            let whole = stands_for(one, all.len(), |id| ids.get(id).copied());
            let of_whole = parts.entry(whole.object_id.clone()).or_default();
            of_whole.push(index);
        }
    }
    let whole = |one: &Identity<S>| {
        let merged = parts.get(&one.object_id)?;
        let own = (one.state == State::Live).then_some((&one.of, one.span));
        let merged = merged.iter().map(|i| (&all[*i].of, all[*i].span));
        let spans: Vec<_> = own.into_iter().chain(merged).collect();
        let (span, counts, of) = count(&one.of, &spans)?;
        let before = one.whole.as_ref();
        Some(Box::new(Whole {
            span,
            counts,
            of,
            unknown: before
                .map(|whole| whole.unknown.clone())
                .unwrap_or_default(),
        }))
    };
    let wholes: Vec<_> = all.iter().map(whole).collect();
    for (one, whole) in all.iter_mut().zip(wholes) {
        one.whole = whole;
    }
}

/// Matches identities with the runs of days of now. They come back in the order of the
/// dataset: scope, own days, id.
///
/// `now` becomes the create and update time of what changes; `new_id` makes ids; `count`
/// counts what several that the user merged hold together, given the one that they are
/// shown as.
pub fn reconcile<S: Subject>(
    before: &[Identity<S>],
    runs: Vec<Run<S>>,
    now: DateTime<Utc>,
    mut new_id: impl FnMut() -> ObjectId<S>,
    count: impl Fn(&S, &[(&S, Span)]) -> Option<(Span, Counts, S::Joined)>,
) -> (Vec<Identity<S>>, Changes<S>) {
    let (mut after, mut in_play): (Vec<_>, Vec<_>) =
        before.iter().cloned().partition(Identity::is_out_of_play);
    // Both come sorted by scope, mostly, and are gone through side by side: looking
    // regions up would compare their names many times over.
    let mut runs = runs;
    in_play.sort_by(|a, b| a.of.by_scope(&b.of));
    runs.sort_by(|a, b| a.of.by_scope(&b.of));
    let mut in_play = in_play.into_iter().peekable();
    let mut runs = runs.into_iter().peekable();
    while let Some(next) = {
        let known = in_play.peek().map(|one| &one.of);
        let found = runs.peek().map(|run| &run.of);
        let next = known.into_iter().chain(found);
        next.min_by(|a, b| a.by_scope(b)).cloned()
    } {
        let is_next = |of: &S| of.by_scope(&next).is_eq();
        let mut known: Vec<Identity<S>> =
            std::iter::from_fn(|| in_play.next_if(|one| is_next(&one.of))).collect();
        let found: Vec<Run<S>> =
            std::iter::from_fn(|| runs.next_if(|run| is_next(&run.of))).collect();
        let fresh = assign(&mut known, &found);
        after.append(&mut known);
        let fresh = fresh.into_iter();
        after.extend(fresh.map(|run| Identity::new(run, new_id(), now)));
    }
    after.sort_by(|a, b| {
        let scope = a.of.by_scope(&b.of);
        scope.then_with(|| (a.own, &a.object_id).cmp(&(b.own, &b.object_id)))
    });
    join(&mut after, count);

    let known = by_id(before);
    for one in &mut after {
        let before = known.get(&one.object_id);
        if before.is_some_and(|before| shows_differently(before, one)) {
            one.update_time = now;
        }
    }
    let changes = changes(&known, &after);
    (after, changes)
}

/// Gives the runs of one scope to its identities; returns the runs that fit the options
/// and that none of them came for.
fn assign<S: Subject>(known: &mut [Identity<S>], runs: &[Run<S>]) -> Vec<Run<S>> {
    let mut suitors: Vec<Vec<usize>> = vec![Vec::new(); runs.len()];
    for (index, one) in known.iter_mut().enumerate() {
        match best_run(one, runs) {
            Some(run) => suitors[run].push(index),
            // What was part of another one still is when nothing is left of both, as of
            // a level that is dropped: when they come back, the same one survives.
            None if matches!(one.state, State::Absorbed(_)) => {}
            None => one.state = State::Suspended,
        }
    }
    let mut unclaimed = Vec::new();
    for (run, suitors) in runs.iter().zip(suitors) {
        fn precedence<S: Subject>(c: &Identity<S>) -> impl Ord {
            // One that was absorbed comes last, else the next run would turn the
            // tables on a survivor that is not listed.
            let standing = (
                Reverse(c.is_edited()),
                Reverse(c.is_live()),
                matches!(c.state, State::Absorbed(_)),
            );
            (
                standing,
                c.create_time,
                Reverse(c.own.days()),
                c.own.first,
                &c.object_id,
            )
        }
        let order = |a: &usize, b: &usize| precedence(&known[*a]).cmp(&precedence(&known[*b]));
        let Some(survivor) = suitors.iter().copied().min_by(order) else {
            unclaimed.extend(run.fits.then(|| run.clone()));
            continue;
        };
        known[survivor].follow(run, suitors.len() == 1);
        for loser in suitors.into_iter().filter(|index| *index != survivor) {
            known[loser].state = State::Absorbed(known[survivor].object_id.clone());
        }
    }
    unclaimed
}

/// Of the runs that fit, else of all: the one that holds most of the identity's own
/// days, then of its present ones, then the earlier; none that shares no day with it.
/// One that does not fit has no claim: it would take the identity off the list while
/// a part that is listed gets a new one.
///
/// The runs of a scope are sorted and share no days, so those that share some with
/// the identity stand together.
fn best_run<S: Subject>(one: &Identity<S>, runs: &[Run<S>]) -> Option<usize> {
    let touching = |span: Span| {
        let from = runs.partition_point(|run| run.span.last < span.first);
        from..runs.partition_point(|run| run.span.first <= span.last)
    };
    let rank = |run: &Run<S>| {
        let own = one.own.shared_days(run.span);
        let present = one.span.shared_days(run.span);
        (run.fits, own, present, Reverse(run.span.first))
    };
    touching(one.own)
        .chain(touching(one.span))
        .max_by_key(|index| rank(&runs[*index]))
}

#[cfg(test)]
mod tests {
    use super::super::changes::Change;
    use super::*;
    use crate::capture::clock::Clock;
    use crate::capture::day::Day;
    use crate::cluster::area::{Area, Cluster};
    use crate::cluster::engine::{Counter, Decisions, runs};
    use crate::cluster::evidence::{Evidence, Pair, Tally};
    use crate::cluster::rules::Rules;
    use crate::place::{Address, Level, PlaceId};

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
        fn run(
            &mut self,
            days: &[i32],
            gap_days: u32,
            max_days: u32,
        ) -> (Vec<String>, Changes<Area>) {
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
                    place: PlaceId(0),
                    cell: None,
                    day,
                    tally: Tally::one(stamp, true),
                }
            }));
            let runs = runs(&evidence, &rules, &Decisions::of(&self.clusters), |_| {
                &self.address
            });
            let counter = Counter::new(&evidence, |_| &self.address);
            let count = |of: &Area, parts: &[(&Area, Span)]| counter.whole(of, parts);
            self.now += 1;
            let now = DateTime::from_timestamp(self.now, 0).unwrap();
            let mut ids = self.ids;
            let new_id = || {
                ids += 1;
                format!("id{ids}").into()
            };
            let (clusters, changes) = reconcile(&self.clusters, runs, now, new_id, count);
            self.ids = ids;
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
        let events: Vec<_> = changes
            .events
            .iter()
            .map(|e| {
                (
                    e.object_id.as_str(),
                    e.change,
                    e.other.as_ref().map(ObjectId::as_str),
                )
            })
            .collect();
        let expected = [
            ("id1", Change::Absorbed, Some("id2")),
            ("id2", Change::Merged, Some("id1")),
        ];
        assert_eq!(events, expected);
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
    fn a_level_that_is_dropped_and_taken_back_keeps_its_ids() {
        let mut town = Town::new();
        assert_eq!(town.run(&[1, 2, 3], 1, 9).0, ["id1 1-3"]);
        assert!(town.run(&[1, 2, 3], 1, 2).0.is_empty());
        assert_eq!(town.run(&[1, 2, 3, 5], 0, 2).0, ["id2 5-5"]);
        let before = town.run(&[1, 2, 3, 5], 1, 9).0;
        assert_eq!(before, ["id2 1-5"], "it was listed");
        // Without the level there are no runs at it.
        assert!(town.run(&[], 1, 9).0.is_empty());
        assert_eq!(town.run(&[1, 2, 3, 5], 1, 9).0, before);
    }

    #[test]
    fn a_new_cluster_on_days_of_a_listed_one_is_split_off_from_it() {
        let mut town = Town::new();
        town.run(&[1, 2, 3, 5, 6, 20, 22], 1, 99_999);
        let (listed, changes) = town.run(&[1, 2, 3, 5, 6, 20, 22, 30], 0, 99_999);
        let expected = ["id1 1-3", "id2 20-20", "id3 5-6", "id4 22-22", "id5 30-30"];
        assert_eq!(listed, expected);
        let split: Vec<_> = (changes.events.iter())
            .map(|event| {
                (
                    event.object_id.as_str(),
                    event.change,
                    event.other.as_ref().map(ObjectId::as_str),
                )
            })
            .filter(|event| event.1 != Change::Shrank)
            .collect();
        let expected = [
            ("id3", Change::SplitOff, Some("id1")),
            ("id4", Change::SplitOff, Some("id2")),
            ("id5", Change::Created, None),
        ];
        assert_eq!(split, expected);
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
