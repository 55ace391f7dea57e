//! From the files of a dataset to its clusters.

use std::collections::{BTreeMap, HashSet};

use chrono::{DateTime, NaiveTime, Utc};
use rayon::prelude::*;
use serde::Serialize;

use super::files::FileId;
use super::model::{Content, Dataset, Folder};
use super::moments::Moments;
use super::timeline::Timeline;
use super::trips;
use crate::capture::cell::Cell;
use crate::capture::resolve::{Capture, NoDay};
use crate::capture::span::Span;
use crate::cluster::area::{Area, Cluster};
use crate::cluster::engine::{self, Counter, Decisions};
use crate::cluster::evidence::{self, Evidence, Pair, Tally};
use crate::cluster::rules::Rules;
use crate::identity::changes::Changes;
use crate::identity::reconcile::reconcile;
use crate::identity::record::{Counts, State};
use crate::place::{Address, Level, Region};

/// What a clustering did.
#[derive(Debug)]
pub struct Clustering {
    /// How many clusters are new, changed, gone or as before.
    pub changes: Changes,
    /// The same of trips.
    pub trips: Changes,
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

impl Totals {
    fn and(self, other: &Self) -> Self {
        Self {
            files: self.files + other.files,
            missing: self.missing + other.missing,
            failed: self.failed + other.failed,
            without_time: self.without_time + other.without_time,
            without_position: self.without_position + other.without_position,
        }
    }
}

/// How many files lie on days that the user deleted, at each level.
fn deleted(
    clusters: &[Cluster],
    rules: &Rules,
    count: impl Fn(Level, &[(&Region, Span)]) -> Option<(Span, Counts)>,
) -> BTreeMap<Level, u32> {
    let mut files = BTreeMap::new();
    let deleted = clusters
        .iter()
        .filter(|c| c.state == State::Deleted && rules.levels.contains(&c.of.level));
    for cluster in deleted {
        let parts = [(&cluster.of.region, cluster.span)];
        if let Some((_, counts)) = count(cluster.of.level, &parts) {
            *files.entry(cluster.of.level).or_default() += counts.files;
        }
    }
    files
}

/// How many neighbouring files one thread looks at, at most.
const PART: usize = 8_192;

/// What some neighbouring files show.
#[derive(Default)]
struct Shown {
    pairs: Vec<Pair>,
    /// Files that share their moment, which only one of them counts for.
    shared: Vec<(u32, Pair)>,
    unclustered: Unclustered,
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
        let decisions = Decisions::of(&self.clusters);
        let runs = engine::runs(&evidence, rules, &decisions, address_of);
        for run in runs.iter().filter(|run| !run.fits) {
            *unclustered.outside_days.entry(run.of.level).or_default() += run.counts.files;
        }
        let counter = Counter::new(&evidence, address_of);
        let count = |level, parts: &[(&Region, Span)]| counter.count(level, parts);
        unclustered.deleted = deleted(&self.clusters, rules, count);
        let whole = |of: &Area, parts: &[(&Area, Span)]| counter.whole(of, parts);
        let (clusters, changes) = reconcile(&self.clusters, runs, now, Cluster::new_id, whole);
        let (homes, trips, of_trips) =
            trips::find(&self.homes, &self.trips, &evidence, address_of, now);
        let differs = clusters != self.clusters
            || self.rules.as_ref() != Some(rules)
            || (&homes, &trips) != (&self.homes, &self.trips);
        (self.clusters, self.homes, self.trips) = (clusters, homes, trips);
        self.rules = Some(rules.clone());
        Clustering {
            changes,
            trips: of_trips,
            unclustered,
            changed: differs,
        }
    }

    /// What all files show of places and days, and why some show nothing.
    pub fn evidence(&self, rules: &Rules) -> (Evidence, Unclustered) {
        let timeline = Timeline::new(self);
        let moments = Moments::find(self, &timeline);
        let traces = self.traces.iter().map(|trace| {
            let capture = Capture {
                local: trace.local,
                offset_source: None,
            };
            Pair {
                place: trace.place,
                cell: trace.cell,
                day: capture.day(rules.day_starts),
                tally: Tally::trace(trace.local),
            }
        });
        let parts = |(f, folder): (u32, &Folder)| {
            let starts = (0..folder.files.len()).step_by(PART);
            starts.map(move |start| (f, start))
        };
        let parts: Vec<_> = (0..).zip(&self.folders).flat_map(parts).collect();
        let shown: Vec<Shown> = parts
            .par_iter()
            .with_min_len(16)
            .map(|(f, start)| self.shown(&timeline, &moments, rules, *f, *start))
            .collect();
        let mut unclustered = Unclustered::default();
        let mut counted = HashSet::new();
        let mut pairs = Vec::new();
        for shown in shown {
            unclustered.no_time += shown.unclustered.no_time;
            unclustered.no_zone += shown.unclustered.no_zone;
            unclustered.no_position += shown.unclustered.no_position;
            pairs.extend(shown.pairs);
            // Of the files of one moment the first counts for all.
            pairs.extend(shown.shared.into_iter().map(|(moment, mut pair)| {
                pair.tally.moments = u32::from(counted.insert(moment));
                pair
            }));
        }
        let evidence = Evidence::gather(pairs.into_iter().chain(traces));
        (evidence, unclustered)
    }

    /// What some neighbouring files of a folder show.
    fn shown(
        &self,
        timeline: &Timeline<'_>,
        moments: &Moments,
        rules: &Rules,
        number: u32,
        start: usize,
    ) -> Shown {
        let mut shown = Shown::default();
        let folder = &self.folders[number as usize];
        for (i, file) in (0..).zip(&folder.files).skip(start).take(PART) {
            // What could not be read shows nothing, whatever was corrected of it.
            if matches!(file.content, Content::Other | Content::Failed(_)) {
                continue;
            }
            let capture = file.place().map(|_| timeline.capture(folder, file));
            let (Some(place), Some(Ok(capture))) = (file.place(), capture) else {
                let here = u32::from(!file.missing);
                match timeline.has_day(folder, file) {
                    Err(NoDay::NoTime) => shown.unclustered.no_time += here,
                    Err(NoDay::NoZone) => shown.unclustered.no_zone += here,
                    Ok(()) => shown.unclustered.no_position += here,
                }
                continue;
            };
            let tally = if file.missing {
                Tally::missing(capture.local)
            } else {
                Tally::one(capture.local, true)
            };
            let day = capture.day(rules.day_starts);
            let cell = file.position().map(|(position, _)| Cell::of(position));
            let pair = Pair {
                place,
                cell,
                day,
                tally,
            };
            let id = FileId {
                folder: number,
                file: i,
            };
            match moments.shared(id).filter(|_| !file.missing) {
                Some(moment) => shown.shared.push((moment, pair)),
                None => evidence::add(&mut shown.pairs, pair),
            }
        }
        shown
    }

    /// When days begin for the last run.
    pub fn day_starts(&self) -> NaiveTime {
        self.rules
            .as_ref()
            .map_or(NaiveTime::MIN, |rules| rules.day_starts)
    }

    /// Counts the files.
    pub fn totals(&self) -> Totals {
        let timeline = Timeline::new(self);
        let of_folder = |folder: &Folder| {
            let mut totals = Totals::default();
            for file in folder
                .files
                .iter()
                .filter(|file| file.content != Content::Other)
            {
                if file.missing {
                    totals.missing += 1;
                } else if matches!(file.content, Content::Failed(_)) {
                    totals.failed += 1;
                } else {
                    totals.files += 1;
                    totals.without_time += usize::from(timeline.has_day(folder, file).is_err());
                    totals.without_position += usize::from(file.place().is_none());
                }
            }
            totals
        };
        let folders = self.folders.par_iter().map(of_folder);
        folders.reduce(Totals::default, |a, b| a.and(&b))
    }
}
