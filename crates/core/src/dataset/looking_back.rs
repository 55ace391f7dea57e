//! What a dataset looks back on: its days and places, for the numbers of its years.

use std::collections::HashMap;

use super::files::FileId;
use super::lending::takes_part;
use super::model::Trace;
use super::timeline::Timeline;
use super::whereabouts::Whereabouts;
use crate::capture::day::Day;
use crate::place::PlaceId;
use crate::stats::{DayAtPlace, Stats, look_back};
use crate::trip::journey::Trip;

impl Timeline<'_> {
    /// Looks back on some files and trips.
    pub fn look_back<'t>(
        &'t self,
        files: impl Iterator<Item = FileId>,
        trips: Vec<&'t Trip>,
    ) -> Stats<'t> {
        self.looked_back(files, &[], trips, None)
    }

    /// Looks back on all files and on the trips that are listed, and on the day of today in other
    /// years.
    pub fn look_back_on_all(&self, today: Day) -> Stats<'_> {
        let dataset = self.dataset();
        let trips = dataset.trips.iter().filter(|trip| trip.is_live());
        let files = dataset.indexed().map(|(id, ..)| id);
        // What was forgotten is seen no more, but was there before what came later.
        self.looked_back(files, &dataset.traces, trips.collect(), Some(today))
    }

    fn looked_back<'t>(
        &'t self,
        files: impl Iterator<Item = FileId>,
        traces: &[Trace],
        mut trips: Vec<&'t Trip>,
        today: Option<Day>,
    ) -> Stats<'t> {
        trips.sort_by_key(|trip| trip.days());
        let seen = self.days_at_places(files, traces);
        look_back(seen, &trips, &self.dataset().homes, today)
    }

    /// What files show of their days and places.
    fn days_at_places(
        &self,
        files: impl Iterator<Item = FileId>,
        traces: &[Trace],
    ) -> Vec<DayAtPlace<'_>> {
        let dataset = self.dataset();
        let day_starts = dataset.day_starts();
        let whereabouts = Whereabouts::new(dataset);
        let mut seen: HashMap<(Day, Option<PlaceId>), [u32; 2]> = HashMap::new();
        for id in files {
            let Some((folder, file)) = dataset
                .file(id)
                .filter(|(_, file)| takes_part(&file.content))
            else {
                continue;
            };
            let Ok(capture) = self.capture(folder, file) else {
                continue;
            };
            let day = capture.day(day_starts);
            let cell = self.cell_of(id, file);
            let can_be = !cell.is_some_and(|cell| whereabouts.are_implausible(day, cell));
            let lent = || Some(self.lent(id)?.place);
            let place = file.place().or_else(lent).filter(|_| can_be);
            let [photos, videos] = seen.entry((day, place)).or_default();
            if file.missing {
                continue;
            }
            if file.is_video() {
                *videos += 1;
            } else {
                *photos += 1;
            }
        }
        for trace in traces {
            let day = trace.day(day_starts);
            let is_implausible = |cell| whereabouts.are_implausible(day, cell);
            if !trace.cell.is_some_and(is_implausible) {
                seen.entry((day, Some(trace.place))).or_default();
            }
        }
        let at = |((day, place), [photos, videos]): ((Day, Option<PlaceId>), [u32; 2])| {
            let place = place.and_then(|place| self.lending().place(dataset, place));
            DayAtPlace {
                day,
                place: place.map(|place| &place.address),
                photos,
                videos,
            }
        };
        seen.into_iter().map(at).collect()
    }
}
