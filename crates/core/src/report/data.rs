//! What the page is told: trips or clusters, and what their files have in common by day and
//! place, packed so that 200,000 files take little more than a megabyte.

use std::collections::{BTreeMap, HashMap};

use serde::Serialize;
use serde_json::Value;

use super::ground::{GROUND_SHARE, Ground};
use super::options::Options;
use super::privacy::Blur;
use super::review::{ReviewRow, reviews};
use super::row::PageRow;
use crate::capture::position::Position;
use crate::dataset::{Content, Dataset, FileId, Membership, Timeline};
use crate::identity::record::{Identity, Subject};
use crate::place::{Address, Level};
use crate::text::{base64, signed, unsigned};
use crate::trip::clusters::by_home;
use crate::trip::journey::{Stay, Trip};
use crate::trip::known::{Homes, KnownHome};

/// Units in a degree: 0.0001° are 11 m or less.
const UNITS: f64 = 10_000.0;

/// What a row is called that is a trip, where a cluster has its level.
const TRIP: &str = "trip";

/// What stands as JSON in the page.
#[derive(Debug, Serialize)]
pub(super) struct PageData<'a> {
    words: Value,
    /// What the rows are: `trip`, then the levels of the clusters from the widest to the
    /// narrowest.
    levels: Vec<&'static str>,
    /// The one that is shown first.
    level: Option<&'static str>,
    /// In a degree.
    units: f64,
    /// Name, what is around it, country.
    places: Vec<(String, String, String)>,
    clusters: Vec<ClusterRow<'a>>,
    /// Of a page by trip: the stops of each.
    #[serde(skip_serializing_if = "Option::is_none")]
    stops: Option<Vec<Vec<StopRow>>>,
    /// Of a page by trip: how far each went in all and from home, in kilometres.
    #[serde(skip_serializing_if = "Option::is_none")]
    ways: Option<Vec<[u32; 2]>>,
    /// Of a page by trip: life at home, folded.
    #[serde(skip_serializing_if = "Option::is_none")]
    homes: Option<Vec<HomeRow<'a>>>,
    /// All years together, and then each.
    reviews: Vec<ReviewRow>,
    ground: Ground,
    /// How many rows the columns have.
    shots: usize,
    /// Of the first row.
    first_day: i32,
    shot_columns: String,
    shot_clusters: Vec<String>,
    /// To how many metres positions are rounded, and whether home is left out.
    privacy: (u32, bool),
    pub(super) pictures: Vec<PictureRow>,
    /// The shot that each file is in.
    #[serde(skip)]
    shot_of: HashMap<FileId, usize>,
}

/// A picture: JPEG in base64, name of its file, day, minute of the day, number of its shot.
#[derive(Debug, Serialize)]
pub(super) struct PictureRow(
    pub(super) String,
    pub(super) String,
    pub(super) i32,
    pub(super) Option<u32>,
    pub(super) Option<usize>,
);

/// A stop of a trip: place, first day, days, files, latitude and longitude in [`UNITS`].
#[derive(Debug, Serialize)]
struct StopRow(usize, i32, u32, u32, Option<(i64, i64)>);

/// A home: name, first and last day, days seen there, and the rows of its clusters.
#[derive(Debug, Serialize)]
struct HomeRow<'a>(&'a str, i32, i32, u32, Vec<usize>);

impl<'a> PageRow<'a> {
    /// The word for what it is.
    fn kind(self) -> &'static str {
        self.level().map_or(TRIP, Level::name)
    }

    /// What it is called, what is around that, and the country of a cluster.
    fn place(self, homes: &Homes) -> (String, String, String) {
        match self {
            Self::Trip(trip) => {
                let name = homes.name_of(trip.shown());
                (
                    name.unwrap_or_else(|| "?".to_owned()),
                    String::new(),
                    String::new(),
                )
            }
            Self::Cluster(cluster) => place_at(&cluster.of.address, cluster.of.level),
        }
    }

    fn row(self, level: usize, place: usize, counts: [u32; 3]) -> ClusterRow<'a> {
        match self {
            Self::Trip(trip) => ClusterRow::of(trip, level, place, counts),
            Self::Cluster(cluster) => ClusterRow::of(cluster, level, place, counts),
        }
    }
}

/// The name of a region at a level, what is around it, and its country.
fn place_at(address: &Address, level: Level) -> (String, String, String) {
    let (name, around) = names(address, level);
    (name, around, address.country.clone().unwrap_or_default())
}

/// The places that rows refer to by number, each once.
#[derive(Default)]
struct PlaceRows {
    list: Vec<(String, String, String)>,
    known: HashMap<(String, String, String), usize>,
}

impl PlaceRows {
    fn number(&mut self, place: (String, String, String)) -> usize {
        *self.known.entry(place).or_insert_with_key(|place| {
            self.list.push(place.clone());
            self.list.len() - 1
        })
    }
}

/// A cluster or trip: level, place, first day, days, active days, photos, videos, missing
/// files, id, title, custom id, labels, pictures.
#[derive(Debug, Serialize)]
struct ClusterRow<'a>(
    usize,
    usize,
    i32,
    u32,
    u32,
    u32,
    u32,
    u32,
    &'a str,
    Option<&'a str>,
    Option<&'a str>,
    Vec<(&'a str, &'a str)>,
    Vec<usize>,
);

impl<'a> ClusterRow<'a> {
    /// Without pictures.
    fn of<S: Subject>(
        one: &'a Identity<S>,
        level: usize,
        place: usize,
        [photos, videos, missing]: [u32; 3],
    ) -> Self {
        let days = one.days();
        Self(
            level,
            place,
            days.first.since_1970(),
            days.days(),
            one.holds().active_days,
            photos,
            videos,
            missing,
            one.object_id.short(),
            one.title.as_deref(),
            one.custom_id.as_deref(),
            labels(&one.custom_labels),
            Vec::new(),
        )
    }
}

/// What a place is called at a level, and what is around it.
fn names(address: &Address, level: Level) -> (String, String) {
    let mut names: Vec<&str> = (Level::ALL.into_iter().rev())
        .filter(|l| *l <= level)
        .filter_map(|level| address.name(level))
        .collect();
    names.dedup();
    let (name, around) = names.split_first().unwrap_or((&"?", &[]));
    ((*name).to_owned(), around.join(", "))
}

/// What several files of one day and place, taken one after the other, have in common.
#[derive(Debug, PartialEq, Eq)]
struct Shot {
    day: i32,
    files: u32,
    /// Whether they are gone from the disk.
    missing: bool,
    /// Latitude and longitude in [`UNITS`].
    position: Option<(i64, i64)>,
    /// The cluster at each of the levels, counted from 1.
    clusters: Vec<usize>,
}

impl<'a> PageData<'a> {
    /// Of these rows with their members.
    pub(super) fn gather(
        timeline: &Timeline<'a>,
        rows: &[PageRow<'a>],
        by_trip: bool,
        members: &Membership,
        options: Options<'_>,
    ) -> Self {
        let dataset = timeline.dataset();
        let mut levels: Vec<Level> = rows.iter().filter_map(|row| row.level()).collect();
        levels.sort_unstable();
        levels.dedup();
        let levels: Vec<&'static str> = (by_trip.then_some(TRIP).into_iter())
            .chain(levels.into_iter().map(Level::name))
            .collect();
        let mut places = PlaceRows::default();
        let made = rows.iter().enumerate().map(|(number, row)| {
            let place = places.number(row.place(&dataset.homes));
            row.row(
                level_of(&levels, *row),
                place,
                counts(dataset, members.of(number)),
            )
        });
        let clusters: Vec<ClusterRow<'_>> = made.collect();
        let blur = Blur::new(options.privacy, &dataset.homes);
        let trips = || rows.iter().filter_map(|row| row.trip());
        let stops = trips().map(|trip| stops(trip, &mut places, &blur));
        let stops = by_trip.then(|| stops.collect());
        // How far it is from home tells where home may be.
        let ways = (by_trip && !options.privacy.hide_home).then(|| trips().map(way));
        let (shots, shot_of) = shots(timeline, rows, members, &levels, &blur);
        Self {
            words: options.words.value(),
            level: if by_trip {
                Some(TRIP)
            } else {
                levels.last().copied()
            },
            units: UNITS,
            places: places.list,
            clusters,
            stops,
            ways: ways.map(Iterator::collect),
            homes: by_trip.then(|| homes(&dataset.homes, rows)),
            reviews: reviews(timeline, rows, shot_of.keys().copied(), &blur, &options),
            ground: Ground::around(
                shots.iter().filter_map(|shot| position_of(shot.position?)),
                options.words.of_names(),
                options.size / GROUND_SHARE,
            ),
            shots: shots.len(),
            first_day: shots.first().map_or(0, |shot| shot.day),
            shot_columns: base64(&columns(&shots)),
            shot_clusters: (0..levels.len())
                .map(|level| base64(&runs(&shots, level)))
                .collect(),
            levels,
            privacy: (options.privacy.round_metres, options.privacy.hide_home),
            pictures: Vec::new(),
            shot_of,
        }
    }

    /// How many files it shows.
    pub(super) fn files(&self) -> usize {
        self.shot_of.len()
    }

    /// The number of the shot that a file is in.
    pub(super) fn shot_of(&self, file: FileId) -> Option<usize> {
        self.shot_of.get(&file).copied()
    }

    /// Shows these pictures, by their numbers, with the row of that number.
    pub(super) fn show(&mut self, row: usize, pictures: Vec<usize>) {
        if let Some(ClusterRow(.., shown)) = self.clusters.get_mut(row) {
            *shown = pictures;
        }
    }
}

fn level_of(levels: &[&str], row: PageRow<'_>) -> usize {
    let level = levels.iter().position(|level| *level == row.kind());
    level.unwrap_or_default()
}

/// How far a trip went, and how far away.
fn way(trip: &Trip) -> [u32; 2] {
    let journey = trip.shown();
    [journey.distance_km, journey.farthest_km]
}

/// A position as it stands in the page, in [`UNITS`].
fn units(position: Position) -> (i64, i64) {
    #[expect(clippy::cast_possible_truncation, reason = "at most 1,800,000")]
    let of = |degrees: f64| (degrees * UNITS).round() as i64;
    (of(position.lat()), of(position.lon()))
}

/// A position that stands in the page.
fn position_of((lat, lon): (i64, i64)) -> Option<Position> {
    #[expect(clippy::cast_precision_loss, reason = "at most 1,800,000")]
    let degrees = |units: i64| units as f64 / UNITS;
    Position::new(degrees(lat), degrees(lon)).ok()
}

fn stops(trip: &Trip, places: &mut PlaceRows, blur: &Blur) -> Vec<StopRow> {
    let row = |stop: &Stay| {
        let address = &stop.address;
        let level = address.named_at().unwrap_or(Level::Country);
        let place = places.number(place_at(address, level));
        StopRow(
            place,
            stop.span.first.since_1970(),
            stop.span.days(),
            stop.files,
            blur.of(stop.centre).map(units),
        )
    };
    trip.shown().stops.iter().map(row).collect()
}

/// The homes that clusters are of, each with the numbers of their rows.
fn homes<'a>(homes: &'a Homes, rows: &[PageRow<'_>]) -> Vec<HomeRow<'a>> {
    let clusters = rows
        .iter()
        .enumerate()
        .filter_map(|(number, row)| match row {
            PageRow::Cluster(cluster) => Some((number, *cluster)),
            PageRow::Trip(_) => None,
        });
    let mut of_home = by_home(clusters, homes);
    let row = |home: &'a KnownHome| {
        let clusters = of_home.remove(home.id.as_str())?;
        let (from, to) = (home.from.since_1970(), home.to.since_1970());
        Some(HomeRow(&home.name, from, to, home.days_seen, clusters))
    };
    homes.list.iter().filter_map(row).collect()
}

fn labels(labels: &BTreeMap<String, String>) -> Vec<(&str, &str)> {
    (labels.iter())
        .map(|(key, value)| (key.as_str(), value.as_str()))
        .collect()
}

/// Photos and videos that are there, and files that are gone.
fn counts(dataset: &Dataset, members: &[FileId]) -> [u32; 3] {
    let mut counts = [0; 3];
    for (_, file) in members.iter().filter_map(|file| dataset.file(*file)) {
        let [photos, videos, missing] = &mut counts;
        match file.content {
            Content::Failed(_) => {}
            _ if file.missing => *missing += 1,
            _ if file.is_video() => *videos += 1,
            _ => *photos += 1,
        }
    }
    counts
}

/// Every file of a row once, by time; neighbours that are alike are one.
fn shots(
    timeline: &Timeline<'_>,
    rows: &[PageRow<'_>],
    members: &Membership,
    levels: &[&str],
    blur: &Blur,
) -> (Vec<Shot>, HashMap<FileId, usize>) {
    let dataset = timeline.dataset();
    let mut of_file: HashMap<FileId, Vec<usize>> = HashMap::new();
    for (number, row) in rows.iter().enumerate() {
        let level = level_of(levels, *row);
        for file in members.of(number) {
            let of_file = of_file
                .entry(*file)
                .or_insert_with(|| vec![0; levels.len()]);
            if let Some(place) = of_file.get_mut(level) {
                *place = number + 1;
            }
        }
    }
    let day_starts = dataset.day_starts();
    let timed = of_file.into_iter().filter_map(|(index, clusters)| {
        let (folder, file) = dataset.file(index)?;
        let capture = timeline.capture(folder, file).ok()?;
        let position = file.position().and_then(|(at, _)| blur.of(at));
        let position = position.map(units);
        let day = capture.day(day_starts).since_1970();
        let order = (day, capture.local.date, capture.local.time, index);
        let shot = Shot {
            day,
            files: 1,
            missing: file.missing,
            position,
            clusters,
        };
        Some((order, shot))
    });
    let mut timed: Vec<_> = timed.collect();
    timed.sort_unstable_by_key(|(order, _)| *order);
    let mut shots: Vec<Shot> = Vec::with_capacity(timed.len());
    let mut shot_of = HashMap::with_capacity(timed.len());
    for ((.., file), shot) in timed {
        match shots.last_mut() {
            Some(last)
                if (last.day, last.position, last.missing)
                    == (shot.day, shot.position, shot.missing)
                    && last.clusters == shot.clusters =>
            {
                last.files += 1;
            }
            _ => shots.push(shot),
        }
        shot_of.insert(file, shots.len() - 1);
    }
    (shots, shot_of)
}

/// For each shot: days since the one before; four times the number of files, two more where
/// they are missing, and one more where a position is known; then how far north and east of the
/// last known one.
fn columns(shots: &[Shot]) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut day = shots.first().map_or(0, |shot| shot.day);
    let mut before = (0, 0);
    for shot in shots {
        // Shots stand by day.
        unsigned(&mut bytes, u64::from((shot.day - day).unsigned_abs()));
        day = shot.day;
        let placed = u64::from(shot.position.is_some());
        let missing = u64::from(shot.missing);
        unsigned(&mut bytes, u64::from(shot.files) * 4 + missing * 2 + placed);
        if let Some(position) = shot.position {
            signed(&mut bytes, position.0 - before.0);
            signed(&mut bytes, position.1 - before.1);
            before = position;
        }
    }
    bytes
}

/// The clusters of shots at one level: each with the number of shots in a row that
/// are in it.
fn runs(shots: &[Shot], level: usize) -> Vec<u8> {
    let cluster = |shot: &Shot| shot.clusters.get(level).copied().unwrap_or_default();
    let mut bytes = Vec::new();
    for run in shots.chunk_by(|a, b| cluster(a) == cluster(b)) {
        unsigned(&mut bytes, run.first().map_or(0, cluster) as u64);
        unsigned(&mut bytes, run.len() as u64);
    }
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shots_are_differences_and_clusters_runs() {
        let shot = |day, position: Option<(i64, i64)>, cluster| Shot {
            day,
            files: 2,
            missing: position.is_none(),
            position,
            clusters: vec![cluster],
        };
        let shots = [
            shot(-3, Some((5, -1)), 1),
            shot(4, None, 1),
            shot(4, Some((3, -1)), 0),
        ];
        assert_eq!(columns(&shots), [0, 9, 10, 1, 7, 10, 0, 9, 3, 0]);
        assert_eq!(runs(&shots, 0), [1, 2, 0, 1]);
        assert_eq!(columns(&[]), [0; 0]);
    }

    #[test]
    fn a_place_that_repeats_its_parent_is_named_once() {
        let address = Address {
            country: Some("China".into()),
            province: Some("Beijing".into()),
            city: Some("Beijing".into()),
            district: Some("Chaoyang".into()),
            ..Address::unknown()
        };
        let of = |level| names(&address, level);
        assert_eq!(
            of(Level::District),
            ("Chaoyang".into(), "Beijing, China".into())
        );
        assert_eq!(of(Level::City), ("Beijing".into(), "China".into()));
        assert_eq!(of(Level::Country), ("China".into(), String::new()));
        assert_eq!(names(&Address::unknown(), Level::City).0, "?");
    }
}
