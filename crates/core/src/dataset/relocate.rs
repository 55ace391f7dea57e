//! Places of files, located again.

use imm_cluster_messages::text;

use super::model::{Dataset, FileRecord, Places};
use super::timeline::Timeline;
use crate::cluster::relocate::{self, Moves};
use crate::place::{Geocoder, PlaceId};
use crate::progress::Progress;

impl Dataset {
    /// Locates stored coordinates again, since the geodata or the user's own places
    /// are others now. Says of how many files the place changed. Identities follow most
    /// of their files to what their region is now.
    pub fn relocate(&mut self, progress: &dyn Progress) -> usize {
        let before: Vec<Vec<Option<PlaceId>>> = (self.folders.iter())
            .map(|folder| folder.files.iter().map(FileRecord::place).collect())
            .collect();
        let files = before.iter().map(Vec::len).sum();
        progress.files(&text!("progress-naming"), files);
        let files = self.folders.iter_mut().flat_map(|folder| &mut folder.files);
        for file in files {
            progress.forward(1);
            file.locate(&mut self.places, &self.geocoder);
        }
        progress.done();
        let after = (self.folders.iter())
            .flat_map(|folder| &folder.files)
            .map(FileRecord::place);
        let before_and_after = before.iter().flatten().zip(after);
        let differ = before_and_after.filter(|(before, after)| *before != after);
        let moved = differ.count();
        let votes = self.moves(&before);
        let places = &self.places;
        relocate::follow(&mut self.clusters, &votes, |place| {
            Some(&places.get(place)?.address)
        });
        moved
    }

    /// The files by the place of before, the place of now, and the day.
    fn moves(&self, before: &[Vec<Option<PlaceId>>]) -> Moves {
        let mut moves = Moves::new();
        let timeline = Timeline::new(self);
        for (folder, before) in self.folders.iter().zip(before) {
            for (file, before) in folder.files.iter().zip(before) {
                if let (Some(before), Some(after), Ok(capture)) =
                    (*before, file.place(), timeline.capture(folder, file))
                {
                    let key = (before, after, capture.local.date.into());
                    *moves.entry(key).or_default() += 1;
                }
            }
        }
        moves
    }
}

impl FileRecord {
    /// Locates its coordinates. An address that was given with the file stays.
    fn locate(&mut self, places: &mut Places, geocoder: &Geocoder) {
        let place = self.taken.place.and_then(|place| places.get(place));
        if let Some(position) = self.taken.position
            && !place.is_some_and(|place| place.given)
        {
            self.taken.place = Some(places.locate(geocoder, position));
        }
        if let Some(correction) = &mut self.correction
            && let Some((position, place)) = &mut correction.position
        {
            *place = places.locate(geocoder, *position);
        }
    }
}
