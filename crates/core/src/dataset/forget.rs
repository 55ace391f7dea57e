//! Forgetting records, and keeping what they have shown.

use super::model::{Content, Dataset, FileRecord, Folder, Place, Trace, Unknown};
use super::timeline::Timeline;
use crate::capture::cell::Cell;
use crate::capture::clock::Clock;

impl Dataset {
    /// Forgets the records that `wanted` names. Their places and times stay as
    /// traces, so that clusters do not change, unless `drop_evidence` asks for
    /// that. Returns how many records of media it were.
    pub fn forget(
        &mut self,
        wanted: impl Fn(&Self, &Folder, &FileRecord) -> bool,
        drop_evidence: bool,
    ) -> usize {
        let mut forgotten = 0;
        let mut removed = Vec::new();
        let mut shown = Vec::new();
        let timeline = Timeline::new(self);
        for (id, folder, file) in self.indexed() {
            if !wanted(self, folder, file) {
                continue;
            }
            removed.push(id);
            if file.content == Content::Other {
                // What is left out on purpose shows nothing, corrected or not.
                continue;
            }
            forgotten += 1;
            if let Ok(capture) = timeline.capture(folder, file) {
                let lent = timeline.lent(id).filter(|_| file.place().is_none());
                let own = file.position().map(|(at, _)| Cell::of(at));
                let place = timeline.place_of(id).cloned();
                let cell = own.or_else(|| lent?.cell);
                shown.extend(place.map(|place| (place, cell, capture.local, lent.is_some())));
            }
        }
        drop(timeline);
        self.remove(removed);
        if !drop_evidence {
            let order = |Trace {
                             place,
                             cell,
                             local: Clock { date, time, offset },
                             lent,
                             ..
                         }: &Trace| {
                (
                    *place,
                    *cell,
                    *date,
                    *time,
                    offset.map(|offset| offset.local_minus_utc()),
                    *lent,
                )
            };
            for (place, cell, local, lent) in shown {
                let Place {
                    address,
                    zone,
                    given,
                    ..
                } = place;
                self.traces.push(Trace {
                    place: self.places.intern(address, zone, given),
                    cell,
                    local,
                    lent,
                    unknown: Unknown::new(),
                });
            }
            self.traces.sort_by_key(order);
            self.traces.dedup();
        }
        forgotten
    }
}
