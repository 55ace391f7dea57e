//! Which files were taken on which trips: one pass over the files for all of them.

use super::members::{Membership, Pinned, Runs, parts};
use super::model::Content;
use super::timeline::Timeline;
use super::whereabouts::Whereabouts;
use crate::trip::journey::Trip;

impl Membership {
    /// Finds the files of trips, and of those that the user merged into them: what was
    /// taken away from home on their days.
    pub fn of_trips(timeline: &Timeline<'_>, trips: &[&Trip]) -> Self {
        let dataset = timeline.dataset();
        let day_starts = dataset.day_starts();
        let parts = parts(&dataset.trips, trips).into_iter();
        let spans = Runs::new(parts.map(|(part, trip)| (part.span, trip)).collect());
        let whereabouts = Whereabouts::new(dataset);
        let pinned = Pinned::of(trips);
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
            if on.is_empty() {
                continue;
            }
            let cell = timeline.cell_of(id, file);
            if !cell.is_some_and(|cell| whereabouts.are_away(day, cell)) {
                continue;
            }
            for trip in on.iter().copied() {
                if pinned.allows(trip, || dataset.path_of(folder, file)) {
                    members[trip].push(((capture.local.date, capture.local.time), id));
                }
            }
        }
        Self::sorted(members)
    }
}
