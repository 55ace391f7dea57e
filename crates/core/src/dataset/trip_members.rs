//! Which files were taken on which trips: one pass over the files for all of them.

use std::collections::HashSet;

use super::members::{Membership, Runs};
use super::model::{Content, Dataset};
use super::timeline::Timeline;
use super::whereabouts::Whereabouts;
use crate::identity::record::{State, survivor};
use crate::trip::journey::Trip;

impl Membership {
    /// Finds the files of trips, and of those that the user merged into them: what was
    /// taken away from home on their days.
    pub fn of_trips(timeline: &Timeline<'_>, trips: &[&Trip]) -> Self {
        let dataset = timeline.dataset();
        let day_starts = dataset.day_starts();
        let spans = spans(dataset, trips);
        let whereabouts = Whereabouts::new(dataset);
        let pinned: Vec<Option<HashSet<&str>>> = (trips.iter())
            .map(|trip| {
                let paths = trip.pinned.as_ref()?;
                Some(paths.iter().map(String::as_str).collect())
            })
            .collect();
        let mut members = vec![Vec::new(); trips.len()];
        let mut on = Vec::new();
        for (id, folder, file) in dataset.indexed() {
            if file.content == Content::Other {
                continue;
            }
            let Ok(capture) = timeline.capture(folder, file) else {
                continue;
            };
            let day = capture.day(day_starts);
            on.clear();
            on.extend(spans.of(day));
            // Parts that were merged can have the same days.
            on.sort_unstable();
            on.dedup();
            if on.is_empty() || !whereabouts.is_away(day, file) {
                continue;
            }
            for trip in on.iter().copied() {
                let is_pinned = |paths: &HashSet<&str>| {
                    paths.contains(&*dataset.path_of(folder, file).to_string_lossy())
                };
                if pinned[trip].as_ref().is_none_or(is_pinned) {
                    members[trip].push(((capture.local.date, capture.local.time), id));
                }
            }
        }
        Self::sorted(members)
    }
}

/// The days that trips stand for, each run with the number of its trip.
fn spans(dataset: &Dataset, trips: &[&Trip]) -> Runs {
    let number = |id: &str| trips.iter().position(|trip| trip.object_id == id);
    let mut spans = Vec::new();
    for part in &dataset.trips {
        let merged = part.merged_into.is_some() && part.state == State::Live;
        let into = || number(&survivor(&dataset.trips, part).object_id);
        let trip = number(&part.object_id).or_else(|| merged.then(into).flatten());
        spans.extend(trip.map(|trip| (part.span, trip)));
    }
    Runs::new(spans)
}
