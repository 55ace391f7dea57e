//! When each file was taken, in the civil time of its place, and where, when that is lent:
//! the conclusions that a file alone does not always allow.

use std::collections::HashMap;
use std::path::Path;
use std::sync::OnceLock;

use chrono::{DateTime, FixedOffset};
use chrono_tz::Tz;

use super::files::FileId;
use super::lending::{Lending, Lent, cell_at, takes_part};
use super::model::{CameraId, Content, Dataset, FileRecord, Folder, Place, RootId, RootOptions};
use crate::capture::cell::Cell;
use crate::capture::clock::{Clock, RawTime, plausible};
use crate::capture::clue::TimeSource;
use crate::capture::day::Day;
use crate::capture::offset;
use crate::capture::position::Position;
use crate::capture::resolve::{Capture, NoDay, OffsetSource, Zone};
use crate::place::zone::zone_of;
use crate::track::Track;

/// A photo farther away in time says nothing about a zone.
const NEIGHBOURHOOD: i64 = 24 * 3600;

/// Works out the captures of a dataset, and what its files are lent. What other files tell
/// is gathered when the first file asks for it.
pub struct Timeline<'a> {
    dataset: &'a Dataset,
    options: HashMap<RootId, &'a RootOptions>,
    neighbours: OnceLock<Neighbours<'a>>,
    track: OnceLock<Track>,
    lending: OnceLock<Lending>,
}

/// Photos whose offset from UTC is known, sorted by time in seconds.
#[derive(Default)]
struct Neighbours<'a> {
    /// By folder, on the world's time line.
    in_folder: HashMap<(RootId, &'a Path), Vec<(i64, FixedOffset)>>,
    /// By camera, by its clock.
    of_camera: HashMap<CameraId, Vec<(i64, FixedOffset)>>,
}

impl<'a> Timeline<'a> {
    /// Of the files of a dataset as it is now.
    pub fn new(dataset: &'a Dataset) -> Self {
        let options = dataset
            .roots
            .iter()
            .map(|root| (root.id, &root.options))
            .collect();
        Self {
            dataset,
            options,
            neighbours: OnceLock::new(),
            track: OnceLock::new(),
            lending: OnceLock::new(),
        }
    }

    /// The dataset.
    pub fn dataset(&self) -> &'a Dataset {
        self.dataset
    }

    /// When a file was taken, and how the offset from UTC is known.
    ///
    /// The offset is, in this order, the one that the time itself states, that of
    /// the zone of the position, the one that the GPS fix, the device or a second clue
    /// states beside, that of the place where a location history has somebody then, that of
    /// the nearest photo within 24 hours (of the same camera for a clock, in the same
    /// folder for an instant), and that of `--time-zone`.
    ///
    /// # Errors
    /// Says what is missing for a local day.
    pub fn capture(&self, folder: &Folder, file: &FileRecord) -> Result<Capture, NoDay> {
        self.capture_with(folder, file, |time| self.neighbour(folder, file, time))
    }

    /// Whether a local day is known, which a clock always tells by itself.
    ///
    /// # Errors
    /// Says what is missing.
    pub fn has_day(&self, folder: &Folder, file: &FileRecord) -> Result<(), NoDay> {
        match file.time() {
            Some((RawTime::Clock(_), _)) => Ok(()),
            _ => self.capture(folder, file).map(|_| ()),
        }
    }

    /// All location histories.
    pub(super) fn track(&self) -> &Track {
        self.track.get_or_init(|| {
            let records = self.dataset.tracks.iter();
            let tracks = records.filter_map(|record| Track::unpack(&record.fixes));
            Track::merge(&tracks.collect::<Vec<Track>>())
        })
    }

    /// The zone of the place where the location history has somebody at a time.
    fn track_zone(&self, time: RawTime) -> Option<Zone> {
        let zone_at = |instant: i64| zone_of(self.track().at(instant)?.position);
        match time {
            RawTime::Instant(instant) => Some(Zone::Named(zone_at(instant.timestamp())?)),
            RawTime::Clock(Clock { date, time, .. }) => {
                let local = date.and_time(time?);
                // A clock shows the time of the place where it is; that place is where the
                // history has it when it shows that. Begun around the globe, so that one of
                // the beginnings meets the history; near a flight two times may fit, and
                // then nothing is known.
                let fits = |begin: i64| {
                    let mut offset = begin * 3_600;
                    for _ in 0..3 {
                        let zone = zone_at(local.and_utc().timestamp() - offset)?;
                        let there = offset::offset_of_local(zone, local).local_minus_utc();
                        if i64::from(there) == offset {
                            return Some(zone);
                        }
                        offset = i64::from(there);
                    }
                    None
                };
                let mut zones = [0, -8, 8].into_iter().filter_map(fits);
                let zone = zones.next()?;
                let offset = offset::offset_of_local(zone, local);
                zones
                    .all(|other| offset::offset_of_local(other, local) == offset)
                    .then_some(Zone::Named(zone))
            }
        }
    }

    /// What files without a place are lent.
    pub fn lending(&self) -> &Lending {
        let local =
            |folder: &Folder, file: &FileRecord| Some(self.capture(folder, file).ok()?.local);
        (self.lending).get_or_init(|| Lending::find(self.dataset, self.track(), local))
    }

    /// The place of a file: its own, or the one that it is lent.
    pub fn place_of(&self, id: FileId) -> Option<&Place> {
        let (_, file) = self.dataset.file(id)?;
        let lent = || self.lending().place(self.dataset, self.lent(id)?.place);
        self.dataset.place_of(file).or_else(lent)
    }

    /// What a file without a place is lent; one that states its place is lent nothing.
    pub fn lent(&self, id: FileId) -> Option<&Lent> {
        let (_, file) = self.dataset.file(id)?;
        match file.place() {
            Some(_) => None,
            None => self.lending().of(id),
        }
    }

    /// The position of a file, its own or the one that it is lent, and who tells where it
    /// was taken: the rule of what is lent may lend a region and no position.
    pub fn position_of(&self, id: FileId) -> (Option<Position>, Option<&'static str>) {
        let stated = self.dataset.file(id).and_then(|(_, file)| file.position());
        match (stated, self.lent(id)) {
            (Some((position, source)), _) => (Some(position), Some(source.name())),
            (None, Some(lent)) => (lent.position, Some(lent.rule.name())),
            (None, None) => (None, None),
        }
    }

    /// The cell that a file counts for when homes and trips are found: that of its own
    /// position, or the one that it is lent.
    pub(super) fn cell_of(&self, id: FileId, file: &FileRecord) -> Option<Cell> {
        cell_at(file).or_else(|| self.lent(id)?.cell)
    }

    /// The same, with the day that it counts on. What could not be read counts nowhere.
    pub(super) fn day_and_cell(&self, id: FileId) -> Option<(Day, Cell)> {
        let (folder, file) = self.dataset.file(id)?;
        if !takes_part(&file.content) {
            return None;
        }
        let capture = self.capture(folder, file).ok()?;
        let day = capture.day(self.dataset.day_starts());
        Some((day, self.cell_of(id, file)?))
    }

    fn capture_with(
        &self,
        folder: &Folder,
        file: &FileRecord,
        neighbour: impl FnOnce(RawTime) -> Option<FixedOffset>,
    ) -> Result<Capture, NoDay> {
        let time = file
            .time()
            .map(|(time, _)| time)
            .or_else(|| self.modified(folder, file));
        Capture::resolve(time, file.local_date(), || {
            let position = self.dataset.place_of(file).and_then(|place| place.zone);
            let beside = file.taken.offset_beside;
            // In the hour that clocks show twice, the zone does not tell which of both it is.
            let at_fold = position.and_then(|zone| fold(zone, time?, beside?));
            let position = position.map(|zone| (Zone::Named(zone), OffsetSource::Position));
            let fixed = |(offset, source)| (Zone::Fixed(offset), source);
            let (name, beside) = match beside.map(fixed) {
                name @ Some((_, OffsetSource::FileName)) => (name, None),
                beside => (None, beside),
            };
            let near = || Some((Zone::Fixed(neighbour(time?)?), OffsetSource::Neighbour));
            let option = || {
                let options = self.options.get(&folder.root)?;
                Some((Zone::Named(options.time_zone?), OffsetSource::Option))
            };
            let track = || {
                let time = time.filter(|_| !self.dataset.tracks.is_empty())?;
                Some((self.track_zone(time)?, OffsetSource::Track))
            };
            (at_fold.map(fixed).or(position).or(beside).or_else(track))
                .or_else(near)
                .or_else(option)
                .or(name)
        })
    }

    /// Who stated the time of a file, its modification time included.
    pub fn time_source(&self, folder: &Folder, file: &FileRecord) -> Option<TimeSource> {
        let stated = file.time().map(|(_, source)| source);
        stated.or_else(|| {
            self.modified(folder, file)
                .map(|_| TimeSource::FileModified)
        })
    }

    /// The modification time, where it may stand in.
    fn modified(&self, folder: &Folder, file: &FileRecord) -> Option<RawTime> {
        let stand_in = self
            .options
            .get(&folder.root)
            .is_some_and(|options| options.time_from_mtime);
        // A month that is known is better than the day of a copy.
        let stand_in = stand_in && file.taken.partial_date.is_none();
        let modified = stand_in
            .then(|| DateTime::from_timestamp_micros(file.stat.mtime))
            .flatten();
        let modified = modified.filter(|at| plausible(at.date_naive(), None).is_ok());
        modified.map(RawTime::Instant)
    }

    fn neighbour(&self, folder: &Folder, file: &FileRecord, time: RawTime) -> Option<FixedOffset> {
        if file.content == Content::Given {
            // Records that came in as JSON are no folder.
            return None;
        }
        let neighbours = self.neighbours.get_or_init(|| self.gather());
        match time {
            RawTime::Instant(instant) => {
                let in_folder = neighbours
                    .in_folder
                    .get(&(folder.root, folder.dir.as_path()))?;
                nearest(in_folder, instant.timestamp())
            }
            RawTime::Clock(clock) => {
                let of_camera = neighbours.of_camera.get(&file.taken.camera?)?;
                nearest(of_camera, clock.seconds()?)
            }
        }
    }

    /// Every photo that knows its offset by itself.
    fn gather(&self) -> Neighbours<'a> {
        let mut neighbours = Neighbours::default();
        for (folder, file) in self.dataset.files().filter(|(_, file)| !file.is_video()) {
            let capture = self.capture_with(folder, file, |_| None);
            let Ok(Capture {
                local,
                offset_source: Some(source),
            }) = capture
            else {
                continue;
            };
            let (Some(clock), Some(instant), Some(offset)) =
                (local.seconds(), local.instant(), local.offset)
            else {
                continue;
            };
            if matches!(source, OffsetSource::Option | OffsetSource::FileName) {
                continue;
            }
            neighbours
                .in_folder
                .entry((folder.root, &folder.dir))
                .or_default()
                .push((instant, offset));
            if let Some(camera) = file.taken.camera {
                neighbours
                    .of_camera
                    .entry(camera)
                    .or_default()
                    .push((clock, offset));
            }
        }
        for list in neighbours
            .in_folder
            .values_mut()
            .chain(neighbours.of_camera.values_mut())
        {
            list.sort_unstable_by_key(|(time, offset)| (*time, offset.local_minus_utc()));
        }
        neighbours
    }
}

/// What is stated beside a clock, where it is one of the two offsets of an hour that clocks in
/// the zone show twice.
fn fold(
    zone: Tz,
    time: RawTime,
    beside: (FixedOffset, OffsetSource),
) -> Option<(FixedOffset, OffsetSource)> {
    let RawTime::Clock(Clock { date, time, .. }) = time else {
        return None;
    };
    offset::is_one_of_two(zone, date.and_time(time?), beside.0).then_some(beside)
}

/// The offset of the entry nearest to `time`; of two as near, the earlier.
fn nearest(sorted: &[(i64, FixedOffset)], time: i64) -> Option<FixedOffset> {
    let behind = sorted.partition_point(|(at, _)| *at < time);
    let around = [behind.checked_sub(1), Some(behind)]
        .into_iter()
        .flatten()
        .filter_map(|i| sorted.get(i));
    let distance = |at: i64| (at - time).abs();
    let near = around.filter(|(at, _)| distance(*at) <= NEIGHBOURHOOD);
    near.min_by_key(|(at, _)| distance(*at))
        .map(|(_, offset)| *offset)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_within_a_day_counts() {
        let offset = |hours: i32| FixedOffset::east_opt(hours * 3600).unwrap();
        let photos = [(0, offset(1)), (1_000, offset(2)), (500_000, offset(9))];
        assert_eq!(nearest(&photos, 400), Some(offset(1)));
        assert_eq!(nearest(&photos, 600), Some(offset(2)));
        assert_eq!(nearest(&photos, 1_000 + NEIGHBOURHOOD), Some(offset(2)));
        assert_eq!(nearest(&photos, 1_001 + NEIGHBOURHOOD), None);
        assert_eq!(nearest(&photos, 499_000), Some(offset(9)));
        assert_eq!(nearest(&[], 0), None);
    }
}
