//! From the files of a dataset to its clusters.

use std::collections::{BTreeMap, HashSet};

use chrono::{DateTime, NaiveTime, Utc};
use rayon::prelude::*;
use serde::Serialize;

use super::files::FileId;
use super::lending::{self, Lending, Lent, Market};
use super::model::{Content, Dataset, FileRecord, Folder};
use super::moments::Moments;
use super::timeline::Timeline;
use super::trips::{self, FoundTravels};
use crate::capture::cell::Cell;
use crate::capture::resolve::{Capture, NoDay};
use crate::capture::span::Span;
use crate::cluster::area::{Area, Cluster};
use crate::cluster::engine::{self, Counter, Decisions};
use crate::cluster::evidence::{self, Evidence, Pair, Tally};
use crate::cluster::rules::Rules;
use crate::identity::changes::Changes;
use crate::identity::object_id::ObjectId;
use crate::identity::reconcile::reconcile;
use crate::identity::record::{Counts, State};
use crate::place::{Address, Level, PlaceId, Region};
use crate::trip::implausible::LeftOut;
use crate::trip::journey::Journey;

/// What a clustering did.
#[derive(Debug)]
pub struct Clustering {
    /// How many clusters are new, changed, gone or as before.
    pub changes: Changes<Area>,
    /// The same of trips.
    pub trips: Changes<Journey>,
    /// The files that are in no cluster.
    pub unclustered: Unclustered,
    /// How many files that are there are lent a place.
    pub lent: u32,
    /// How many files that are there are no evidence for homes and trips.
    pub left_out: LeftOut,
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
    /// The day is known, but neither position nor address, and none is lent.
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
    /// What may lend a place, and what wants one.
    market: Market,
}

/// All that files show.
#[derive(Debug)]
pub struct Shows {
    /// Of places and days.
    pub evidence: Evidence,
    /// What files without a place are lent.
    pub lending: Lending,
    /// Why some show nothing.
    pub unclustered: Unclustered,
}

impl Dataset {
    /// Makes all clusters anew from all evidence, and gives them the identities
    /// of those before. `now` becomes the create and update time of what changes.
    pub fn cluster(&mut self, rules: &Rules, now: DateTime<Utc>) -> Clustering {
        let Shows {
            evidence,
            lending,
            mut unclustered,
        } = self.evidence(rules);
        let unknown = Address::unknown();
        let address_of = |place| {
            let place = lending.place(self, place);
            place.map_or(&unknown, |place| &place.address)
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
        let (clusters, changes) = reconcile(&self.clusters, runs, now, ObjectId::random, whole);
        let FoundTravels {
            homes,
            trips,
            changes: of_trips,
            left_out,
        } = trips::find(&self.homes, &self.trips, &evidence, address_of, now);
        let lent = evidence.pairs().iter().map(|pair| pair.tally.lent).sum();
        let differs = clusters != self.clusters
            || self.rules.as_ref() != Some(rules)
            || (&homes, &trips) != (&self.homes, &self.trips);
        (self.clusters, self.homes, self.trips) = (clusters, homes, trips);
        self.rules = Some(rules.clone());
        Clustering {
            changes,
            trips: of_trips,
            unclustered,
            lent,
            left_out,
            changed: differs,
        }
    }

    /// What all files show of places and days, and why some show nothing.
    pub fn evidence(&self, rules: &Rules) -> Shows {
        let timeline = Timeline::new(self);
        let moments = Moments::find(self, &timeline);
        let pass = Pass {
            timeline: &timeline,
            moments: &moments,
            rules,
            lends: lending::is_wanted(self, Some(rules)),
        };
        let parts = |(f, folder): (u32, &Folder)| {
            let starts = (0..folder.files.len()).step_by(PART);
            starts.map(move |start| (f, start))
        };
        let parts: Vec<_> = (0..).zip(&self.folders).flat_map(parts).collect();
        let shown: Vec<Shown> = parts
            .par_iter()
            .with_min_len(16)
            .map(|(f, start)| pass.shown(*f, *start))
            .collect();
        let mut unclustered = Unclustered::default();
        let mut counted = HashSet::new();
        let mut pairs = Vec::new();
        let mut market = Market::default();
        let mut take = |pairs: &mut Vec<Pair>, shared: Vec<(u32, Pair)>| {
            // Of the files of one moment the first counts for all.
            pairs.extend(shared.into_iter().map(|(moment, mut pair)| {
                pair.tally.moments = u32::from(counted.insert(moment));
                pair
            }));
        };
        for shown in shown {
            unclustered.no_time += shown.unclustered.no_time;
            unclustered.no_zone += shown.unclustered.no_zone;
            unclustered.no_position += shown.unclustered.no_position;
            pairs.extend(shown.pairs);
            take(&mut pairs, shown.shared);
            market = market.and(shown.market);
        }
        let lending = if pass.lends {
            Lending::new(self, timeline.track(), market)
        } else {
            Lending::default()
        };
        let mut borrowed = Shown::default();
        for (id, lent) in lending.iter() {
            pass.show_lent(*id, lent, &mut borrowed);
        }
        unclustered.no_position -= borrowed.unclustered.no_position;
        pairs.extend(borrowed.pairs);
        take(&mut pairs, borrowed.shared);
        let traces = self.traces.iter().map(|trace| Pair {
            place: trace.place,
            cell: trace.cell,
            day: trace.day(rules.day_starts),
            tally: Tally::trace(trace.local),
        });
        Shows {
            evidence: Evidence::gather(pairs.into_iter().chain(traces)),
            lending,
            unclustered,
        }
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

/// One pass over the files, and what it goes by.
struct Pass<'a> {
    timeline: &'a Timeline<'a>,
    moments: &'a Moments,
    rules: &'a Rules,
    /// Whether some file is to be lent a place.
    lends: bool,
}

impl Pass<'_> {
    /// What some neighbouring files of a folder show.
    fn shown(&self, number: u32, start: usize) -> Shown {
        let mut shown = Shown::default();
        let folder = &self.timeline.dataset().folders[number as usize];
        for (i, file) in (0..).zip(&folder.files).skip(start).take(PART) {
            // What could not be read shows nothing, whatever was corrected of it.
            if !lending::takes_part(&file.content) {
                continue;
            }
            let id = FileId {
                folder: number,
                file: i,
            };
            let here = u32::from(!file.missing);
            let capture = match self.timeline.capture(folder, file) {
                Ok(capture) => capture,
                Err(NoDay::NoTime) => {
                    shown.unclustered.no_time += here;
                    continue;
                }
                Err(NoDay::NoZone) => {
                    shown.unclustered.no_zone += here;
                    continue;
                }
            };
            let (place, cell) = (file.place(), lending::cell_at(file));
            if self.lends {
                shown.market.see(id, capture.local, (place, cell));
            }
            match place {
                Some(place) => self.show(&mut shown, id, file, capture, (place, cell)),
                None => shown.unclustered.no_position += here,
            }
        }
        shown
    }

    /// Shows a file that is lent a place after all.
    fn show_lent(&self, id: FileId, lent: &Lent, shown: &mut Shown) {
        let Some((folder, file)) = self.timeline.dataset().file(id) else {
            return;
        };
        if let Ok(capture) = self.timeline.capture(folder, file) {
            shown.unclustered.no_position += u32::from(!file.missing);
            self.show(shown, id, file, capture, (lent.place, lent.cell));
        }
    }

    fn show(
        &self,
        shown: &mut Shown,
        id: FileId,
        file: &FileRecord,
        capture: Capture,
        (place, cell): (PlaceId, Option<Cell>),
    ) {
        let mut tally = if file.missing {
            Tally::missing(capture.local)
        } else {
            Tally::one(capture.local, true)
        };
        tally.lent = u32::from(!file.missing && file.place().is_none());
        let pair = Pair {
            place,
            cell,
            day: capture.day(self.rules.day_starts),
            tally,
        };
        match self.moments.shared(id).filter(|_| !file.missing) {
            Some(moment) => shown.shared.push((moment, pair)),
            None => evidence::add(&mut shown.pairs, pair),
        }
    }
}
