//! Forgetting records, and keeping what they have shown.

use super::model::{Content, Dataset, FileRecord, Folder, Trace, Unknown};
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
        let mut traces = Vec::new();
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
            if let (Ok(capture), Some(place)) = (timeline.capture(folder, file), file.place()) {
                traces.push(Trace {
                    place,
                    cell: file.position().map(|(at, _)| Cell::of(at)),
                    local: capture.local,
                    unknown: Unknown::new(),
                });
            }
        }
        drop(timeline);
        self.remove(removed);
        if !drop_evidence {
            let order = |Trace {
                             place,
                             cell,
                             local: Clock { date, time, offset },
                             ..
                         }: &Trace| {
                (
                    *place,
                    *cell,
                    *date,
                    *time,
                    offset.map(|offset| offset.local_minus_utc()),
                )
            };
            self.traces.append(&mut traces);
            self.traces.sort_by_key(order);
            self.traces.dedup();
        }
        forgotten
    }
}
