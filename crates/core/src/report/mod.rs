//! `report`: trips or clusters as one HTML page with a map, a timeline and pictures, which
//! needs no network and no other file.
//!
//! The page itself is in `page/`: HTML, CSS and a script that were written to be read.

mod budget;
mod choice;
mod data;
mod html;
mod picture;

use std::cmp::Reverse;
use std::collections::{HashMap, HashSet};
use std::sync::atomic::{AtomicUsize, Ordering};

use imm_cluster_messages::text;
use rayon::prelude::*;

pub use html::{MARK, PageLanguage};
#[doc(hidden)]
pub use picture::eighth_of;

use crate::cluster::area::Cluster;
use crate::dataset::{FileId, Membership, Moments, Timeline};
use crate::media::format::Format;
use crate::progress::Progress;
use crate::text::base64;
use crate::trip::journey::Trip;
use budget::Budget;
use data::{PageData, PageRow, PictureRow, since_1970};
use picture::PictureOutcome;

/// The most bytes of a page, unless the user's own texts are longer than that.
const MOST_PAGE: usize = 14_500_000;
/// How many pictures all rows together may have, but for one of each.
const MOST_PICTURES: usize = 1_800;
/// The most bytes of one picture.
const MOST_PICTURE: usize = 20_000;
/// What a picture takes in the page beside its bytes: its file's name and the time.
const CAPTION: usize = 64;
/// What a picture that shows something takes in the page. Where not all that are wanted
/// have that much room, small clusters have none.
const LEAST_ROOM: usize = 2_600;

/// The most memory that decoders take at the same time, on all threads together.
const MOST_DECODING: usize = 128 * 1024 * 1024;

/// How a page is wanted.
#[derive(Debug, Clone, Copy)]
pub struct Options<'a> {
    /// The language of its own words.
    pub words: PageLanguage,
    /// What stands above it.
    pub title: Option<&'a str>,
    /// The most pictures of one trip or cluster.
    pub pictures: usize,
}

/// What a page shows.
#[derive(Debug, Clone, Copy)]
pub struct PageGroups<'s, 'a> {
    /// The trips; `None` of a page by cluster.
    pub trips: Option<&'s [&'a Trip]>,
    /// The clusters; of a page by trip those of life at home, which are folded.
    pub clusters: &'s [&'a Cluster],
}

/// A page and what is in it.
#[derive(Debug)]
pub struct Page {
    /// The whole file.
    pub html: String,
    /// How many pictures it has.
    pub pictures: usize,
    /// How many files it shows on the map or the timeline.
    pub files: usize,
    /// How many files have pictures that would take too much memory or time.
    pub too_large: usize,
    /// How many pictures it lacks because the system did not let them be read.
    pub unreadable: usize,
}

/// A picture that is wanted: files to try in turn.
struct WantedPicture(Vec<(FileId, Format)>);

/// Makes the page of these trips or clusters. Of their files, some are opened for their
/// pictures.
///
/// # Errors
/// None that a dataset can bring about.
pub fn page<'a>(
    timeline: &Timeline<'a>,
    shown: PageGroups<'_, 'a>,
    options: Options<'_>,
    progress: &dyn Progress,
) -> serde_json::Result<Page> {
    let trips = shown.trips.unwrap_or_default();
    let of_clusters = Membership::find(timeline, shown.clusters);
    let members = match shown.trips {
        Some(trips) => Membership::of_trips(timeline, trips).and(of_clusters),
        None => of_clusters,
    };
    let rows: Vec<PageRow<'_>> = (trips.iter().map(|trip| PageRow::Trip(trip)))
        .chain((shown.clusters.iter()).map(|cluster| PageRow::Cluster(cluster)))
        .collect();
    let by_trip = shown.trips.is_some();
    let mut data = PageData::gather(timeline, &rows, by_trip, &members, options.words);
    let text = html::page(options.words, options.title, &data)?.len();
    let mut wanted = Vec::new();
    let of_row = choose(timeline, &rows, &members, options.pictures, &mut wanted);
    let room = MOST_PAGE.saturating_sub(text);
    wanted.truncate(room / LEAST_ROOM);
    let room = room / wanted.len().max(1);
    // Four characters of base64 for three bytes.
    let most = (room.saturating_sub(CAPTION) / 4 * 3).min(MOST_PICTURE);
    let (found, [too_large, unreadable]) = read(timeline, &wanted, most, progress);
    let mut numbers = HashMap::new();
    for (number, picture) in found.into_iter().enumerate() {
        if let Some(picture) = picture {
            numbers.insert(number, data.pictures.len());
            data.pictures.push(picture);
        }
    }
    for (row, pictures) in of_row.iter().enumerate() {
        let shown = pictures
            .iter()
            .filter_map(|picture| numbers.get(picture).copied());
        data.show(row, shown.collect());
    }
    let files: HashSet<&FileId> = (0..rows.len()).flat_map(|row| members.of(row)).collect();
    Ok(Page {
        pictures: data.pictures.len(),
        files: files.len(),
        too_large,
        unreadable,
        html: html::page(options.words, options.title, &data)?,
    })
}

/// The pictures of each row, as numbers of those that are wanted. Clusters of wide
/// levels show what the narrower ones within them do, as far as they can.
fn choose(
    timeline: &Timeline<'_>,
    rows: &[PageRow<'_>],
    members: &Membership,
    most: usize,
    wanted: &mut Vec<WantedPicture>,
) -> Vec<Vec<usize>> {
    let dataset = timeline.dataset();
    let moments = Moments::find(dataset, timeline);
    let of_trips = rows.iter().filter(|row| row.level().is_none()).count();
    let share = |of: usize, left: usize| most.min((left / of.max(1)).max(1));
    let each_trip = share(of_trips, MOST_PICTURES);
    let left = MOST_PICTURES.saturating_sub(of_trips * each_trip);
    let each_cluster = share(rows.len() - of_trips, left);
    let mut chosen: HashMap<FileId, usize> = HashMap::new();
    let mut of_row = vec![Vec::new(); rows.len()];
    let mut order: Vec<usize> = (0..rows.len()).collect();
    // Trips before life at home. Narrow levels first, since wider clusters show the pictures
    // of those within them; of one level, those of most files first, as the last ones may get
    // none.
    order.sort_by_key(|number| {
        let level = rows[*number].level();
        (level.is_some(), Reverse((level, members.of(*number).len())))
    });
    for number in order {
        let each = match rows[number].level() {
            None => each_trip,
            Some(_) => each_cluster,
        };
        let shown: Vec<Candidate> = candidates(timeline, members.of(number), &moments);
        let days: Vec<i32> = shown.iter().map(|candidate| candidate.day).collect();
        let rank = |file: usize| match shown.get(file) {
            Some(candidate) if chosen.contains_key(&candidate.file) => 0,
            // HEIF seldom carries a JPEG that can be shown, so other formats are tried first.
            Some(candidate) if !is_heif(candidate.format) => 1,
            _ => 2,
        };
        let tries = choice::spread(&days, each, rank);
        for tries in tries {
            let files: Vec<(FileId, Format)> = (tries.iter())
                .filter_map(|file| shown.get(*file).map(|c| (c.file, c.format)))
                .collect();
            let Some((first, _)) = files.first().copied() else {
                continue;
            };
            let picture = *chosen.entry(first).or_insert_with(|| {
                wanted.push(WantedPicture(files));
                wanted.len() - 1
            });
            of_row[number].push(picture);
        }
    }
    of_row
}

/// A file that may have a picture.
struct Candidate {
    file: FileId,
    format: Format,
    day: i32,
}

fn is_heif(format: Format) -> bool {
    matches!(format, Format::Heic | Format::Heif | Format::Avif)
}

/// The photos that are there, one for each press of the shutter: of several, the JPEG.
fn candidates(timeline: &Timeline<'_>, members: &[FileId], moments: &Moments) -> Vec<Candidate> {
    let dataset = timeline.dataset();
    let day_starts = dataset.day_starts();
    let mut of_moment: HashMap<u32, usize> = HashMap::new();
    let mut candidates: Vec<Candidate> = Vec::new();
    for index in members {
        let Some((folder, file)) = dataset.file(*index) else {
            continue;
        };
        let Some(format) = file
            .content
            .format()
            .filter(|format| picture::is_shown(*format))
        else {
            continue;
        };
        let Ok(capture) = timeline.capture(folder, file) else {
            continue;
        };
        if file.missing {
            continue;
        }
        let candidate = Candidate {
            file: *index,
            format,
            day: since_1970(capture.day(day_starts)),
        };
        let moment = moments.shared(*index);
        let before = moment.and_then(|moment| of_moment.get(&moment).copied());
        if let Some(before) = before.and_then(|before| candidates.get_mut(before)) {
            if format == Format::Jpeg && before.format != Format::Jpeg {
                before.file = candidate.file;
                before.format = format;
            }
            continue;
        }
        if let Some(moment) = moment {
            of_moment.insert(moment, candidates.len());
        }
        candidates.push(candidate);
    }
    candidates
}

/// Reads the wanted pictures in parallel. How many files were too large is told beside.
fn read(
    timeline: &Timeline<'_>,
    wanted: &[WantedPicture],
    most: usize,
    progress: &dyn Progress,
) -> (Vec<Option<PictureRow>>, [usize; 2]) {
    use chrono::Timelike;
    let dataset = timeline.dataset();
    progress.files(&text!("progress-pictures"), wanted.len());
    // Made before the parallel part, because a timeline cannot be shared between threads.
    let captions: Vec<Vec<_>> = (wanted.iter())
        .map(|WantedPicture(files)| {
            let each = files.iter().filter_map(|(index, format)| {
                let (folder, file) = dataset.file(*index)?;
                let local = timeline.capture(folder, file).ok()?.local;
                let minute = local.time.map(|time| time.hour() * 60 + time.minute());
                let day = since_1970(local.date.into());
                Some((dataset.path_of(folder, file), *format, day, minute))
            });
            each.collect()
        })
        .collect();
    let budget = Budget::new(MOST_DECODING);
    budget::free_to_the_system();
    let (too_large, unreadable) = (AtomicUsize::new(0), AtomicUsize::new(0));
    let found = captions.into_par_iter().map(|files| {
        let mut tried = files.into_iter();
        let found = tried.find_map(|(path, format, day, minute)| {
            let jpeg = match picture::of(&path, format, most, &budget) {
                PictureOutcome::Picture(jpeg) => jpeg,
                PictureOutcome::TooLarge => {
                    too_large.fetch_add(1, Ordering::Relaxed);
                    return None;
                }
                PictureOutcome::Unreadable => {
                    unreadable.fetch_add(1, Ordering::Relaxed);
                    return None;
                }
                PictureOutcome::Nothing => return None,
            };
            let name = path
                .file_name()
                .unwrap_or_default()
                .to_string_lossy()
                .into_owned();
            Some(PictureRow(base64(&jpeg), name, day, minute))
        });
        progress.forward(1);
        found
    });
    let found = found.collect();
    progress.done();
    (found, [too_large, unreadable].map(AtomicUsize::into_inner))
}
