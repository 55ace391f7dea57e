//! Forgetting records, and keeping what they have shown.

use std::path::PathBuf;

use super::below::absolute;
use super::model::{Content, Dataset, FileRecord, Folder, Place, Trace, Unknown};
use super::timeline::Timeline;
use crate::capture::clock::Clock;

impl Dataset {
    /// Forgets the location histories of these paths; returns how many there were.
    pub fn forget_tracks(&mut self, paths: &[PathBuf]) -> usize {
        let before = self.tracks.len();
        let paths: Vec<PathBuf> = paths.iter().map(|path| absolute(path)).collect();
        self.tracks.retain(|track| !paths.contains(&track.path));
        before - self.tracks.len()
    }

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
                let (cell, is_lent) = (timeline.cell_of(id, file), timeline.lent(id).is_some());
                let place = timeline.place_of(id).cloned();
                shown.extend(place.map(|place| (place, cell, capture.local, is_lent)));
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
