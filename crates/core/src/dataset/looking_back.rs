//! What a dataset looks back on: its days and places, for the numbers of its years.

use std::collections::HashMap;

use super::files::FileId;
use super::lending::takes_part;
use super::model::Trace;
use super::timeline::Timeline;
use super::whereabouts::Whereabouts;
use crate::capture::day::Day;
use crate::capture::resolve::Capture;
use crate::place::{Address, PlaceId};
use crate::stats::{DayAtPlace, Stats, look_back};
use crate::trip::journey::Trip;

impl<'a> Timeline<'a> {
    /// Looks back on some files and trips, and on the day of today in other years.
    pub fn look_back<'t>(
        &'t self,
        files: impl Iterator<Item = FileId>,
        trips: &[&'a Trip],
        today: Option<Day>,
    ) -> Stats<'t> {
        let mut trips: Vec<&Trip> = trips.to_vec();
        trips.sort_by_key(|trip| trip.days());
        let seen = self.days_at_places(files, &[]);
        look_back(seen, &trips, &self.dataset().homes, today)
    }

    /// Looks back on all files and on the trips that are listed.
    pub fn look_back_on_all(&self, today: Day) -> Stats<'_> {
        let dataset = self.dataset();
        let trips = dataset.trips.iter().filter(|trip| trip.is_live());
        let files = dataset.indexed().map(|(id, ..)| id);
        let mut trips: Vec<&Trip> = trips.collect();
        trips.sort_by_key(|trip| trip.days());
        // What was forgotten is seen no more, but was there before what came later.
        let seen = self.days_at_places(files, &dataset.traces);
        look_back(seen, &trips, &dataset.homes, Some(today))
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
            let capture = Capture {
                local: trace.local,
                offset_source: None,
            };
            let day = capture.day(day_starts);
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
        let mut seen: Vec<DayAtPlace<'_>> = seen.into_iter().map(at).collect();
        // By names, which are the same in every dataset; places are numbered as they were found.
        seen.sort_by_key(|at| (at.day, at.place.map(Address::path)));
        seen
    }
}
