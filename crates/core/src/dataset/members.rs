//! Which files are in which clusters: one pass over the files for all of them.

use std::collections::{HashMap, HashSet};
use std::path::PathBuf;

use chrono::{NaiveDate, NaiveTime};

use super::files::FileId;
use super::model::{Content, Dataset};
use super::timeline::Timeline;
use crate::capture::day::Day;
use crate::capture::span::Span;
use crate::cluster::area::Cluster;
use crate::identity::record::{Identity, State, Subject, survivor};
use crate::place::{Level, Region};

/// What files are sorted by: a file of which only the date is known comes first.
pub(super) type Local = (NaiveDate, Option<NaiveTime>);

/// The days of one region at one level, or of trips, each run with the cluster or trip
/// that they are of.
#[derive(Debug, Default)]
pub(super) struct Runs {
    /// By first day.
    runs: Vec<(Span, usize)>,
    /// The latest day of each run and of all before it.
    reach: Vec<Day>,
}

impl Runs {
    pub(super) fn new(runs: Vec<(Span, usize)>) -> Self {
        let mut runs = Self {
            runs,
            reach: Vec::new(),
        };
        runs.sort();
        runs
    }

    fn sort(&mut self) {
        self.runs.sort_unstable();
        self.reach.clear();
        for (span, _) in &self.runs {
            let before = self.reach.last().copied().unwrap_or(span.last);
            self.reach.push(before.max(span.last));
        }
    }

    /// The clusters of that day: mostly one, several where a pinned one lies in
    /// another.
    pub(super) fn of(&self, day: Day) -> impl Iterator<Item = usize> {
        let behind = self.runs.partition_point(|(span, _)| span.first <= day);
        let before = self.runs.iter().zip(&self.reach).take(behind).rev();
        before
            .take_while(move |(_, reach)| day <= **reach)
            .filter(move |((span, _), _)| span.contains(day))
            .map(|((_, cluster), _)| *cluster)
    }
}

/// The files of some clusters, for each by time and path.
#[derive(Debug, Default)]
pub struct Membership(Vec<Vec<FileId>>);

impl Membership {
    /// Finds the files of clusters, and of those that the user merged into them.
    pub fn find(timeline: &Timeline<'_>, clusters: &[&Cluster]) -> Self {
        let dataset = timeline.dataset();
        let day_starts = dataset.day_starts();
        let runs = runs(dataset, clusters);
        // The runs of each place: looked up once, and not for every file.
        let lending = timeline.lending();
        let of_place: Vec<Vec<&Runs>> = (lending.all_places(dataset))
            .map(|place| {
                let region = |level| place.address.region(level);
                let levels = Level::ALL.into_iter();
                levels
                    .filter_map(|level| runs.get(&(level, region(level)?)))
                    .collect()
            })
            .collect();
        let pinned = Pinned::of(clusters);
        let mut members: Vec<Vec<(Local, FileId)>> = vec![Vec::new(); clusters.len()];
        let mut found = Vec::new();
        for (id, folder, file) in dataset.indexed() {
            let lent = || Some(lending.of(id)?.place);
            let place = file.place().or_else(lent);
            let runs = place.and_then(|place| of_place.get(place.index()));
            let Some(runs) = runs.filter(|runs| !runs.is_empty()) else {
                continue;
            };
            if file.content == Content::Other {
                continue;
            }
            let Ok(capture) = timeline.capture(folder, file) else {
                continue;
            };
            let day = capture.day(day_starts);
            found.clear();
            found.extend(runs.iter().flat_map(|runs| runs.of(day)));
            // Parts that were merged can have the same days.
            found.sort_unstable();
            found.dedup();
            for cluster in found.iter().copied() {
                if pinned.allows(cluster, || dataset.path_of(folder, file)) {
                    let local = (capture.local.date, capture.local.time);
                    members[cluster].push((local, id));
                }
            }
        }
        Self::sorted(members)
    }

    /// The files of each by time. Equal times come in the order of the dataset, which is
    /// that of paths.
    pub(super) fn sorted(members: Vec<Vec<(Local, FileId)>>) -> Self {
        let sorted = members.into_iter().map(|mut files| {
            files.sort_unstable();
            files.into_iter().map(|(_, file)| file).collect()
        });
        Self(sorted.collect())
    }

    /// These, and behind them others.
    #[must_use]
    pub fn and(mut self, others: Self) -> Self {
        self.0.extend(others.0);
        self
    }

    /// The files of the cluster of that number among those that were asked for.
    pub fn of(&self, cluster: usize) -> &[FileId] {
        self.0.get(cluster).map(Vec::as_slice).unwrap_or_default()
    }

    /// As [`Membership::of`], to add to them.
    pub fn of_mut(&mut self, cluster: usize) -> Option<&mut Vec<FileId>> {
        self.0.get_mut(cluster)
    }
}

/// The files that those have which the user pinned; all others have any.
pub(super) struct Pinned<'a>(Vec<Option<HashSet<&'a str>>>);

impl<'a> Pinned<'a> {
    pub(super) fn of<S: Subject>(wanted: &[&'a Identity<S>]) -> Self {
        let paths = wanted.iter().map(|one| {
            let paths = one.pinned.as_ref()?;
            Some(paths.iter().map(String::as_str).collect())
        });
        Self(paths.collect())
    }

    /// Whether the one of that number may have the file at a path.
    pub(super) fn allows(&self, number: usize, path: impl FnOnce() -> PathBuf) -> bool {
        let paths = self.0.get(number).and_then(Option::as_ref);
        paths.is_none_or(|paths| paths.contains(&*path().to_string_lossy()))
    }
}

/// What the wanted ones stand for: they themselves, and what the user merged into them,
/// each with the number of the wanted one.
pub(super) fn parts<'a, S: Subject>(
    all: &'a [Identity<S>],
    wanted: &[&Identity<S>],
) -> Vec<(&'a Identity<S>, usize)> {
    let number: HashMap<&str, usize> = (wanted.iter().enumerate())
        .map(|(number, one)| (one.object_id.as_str(), number))
        .collect();
    let of = |part: &'a Identity<S>| {
        let stands_for = || {
            let merged = part.merged_into.is_some() && part.state == State::Live;
            merged.then(|| survivor(all, part))
        };
        let own = number.get(part.object_id.as_str());
        let of = own.or_else(|| number.get(stands_for()?.object_id.as_str()));
        Some((part, *of?))
    };
    all.iter().filter_map(of).collect()
}

/// The runs of days that clusters stand for, by level and region.
fn runs(dataset: &Dataset, clusters: &[&Cluster]) -> HashMap<(Level, Region), Runs> {
    let mut runs: HashMap<(Level, Region), Runs> = HashMap::new();
    for (part, of) in parts(&dataset.clusters, clusters) {
        let key = (part.of.level, part.of.region.clone());
        runs.entry(key).or_default().runs.push((part.span, of));
    }
    runs.values_mut().for_each(Runs::sort);
    runs
}

impl Dataset {
    /// The files of a cluster and of those that the user merged into it, by time
    /// and path.
    pub fn members(&self, timeline: &Timeline<'_>, cluster: &Cluster) -> Vec<FileId> {
        Membership::find(timeline, &[cluster]).of(0).to_vec()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_day_finds_every_run_that_holds_it(
            spans in prop::collection::vec((0..40_i32, 0..12_i32), 0..12),
            day in 0..60_i32,
        ) {
            let day = Day::from_number(day);
            let span = |&(first, more): &(i32, i32)| Span {
                first: Day::from_number(first),
                last: Day::from_number(first + more),
            };
            let numbered = spans.iter().map(span).zip(0..);
            let mut runs = Runs { runs: numbered.clone().collect(), reach: Vec::new() };
            runs.sort();
            let mut found: Vec<usize> = runs.of(day).collect();
            found.sort_unstable();
            let held = numbered.filter(|(span, _)| span.contains(day));
            prop_assert_eq!(found, held.map(|(_, number)| number).collect::<Vec<_>>());
        }
    }
}
