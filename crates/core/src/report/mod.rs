//! `report`: trips or clusters as one HTML page with a map, a timeline and pictures, which
//! needs no network and no other file.
//!
//! The page itself is in `page/`: HTML, CSS and a script that were written to be read.

mod budget;
mod choice;
mod data;
mod frame;
mod ground;
mod html;
mod options;
mod picture;
mod privacy;
mod review;
mod row;

use std::cmp::Reverse;
use std::collections::HashMap;
use std::sync::atomic::{AtomicUsize, Ordering};

use imm_cluster_messages::text;
use rayon::prelude::*;

pub use frame::{Frame, MakeFrame};
pub use html::{MARK, PageLanguage};
pub use options::Options;
#[doc(hidden)]
pub use picture::eighth_of;
#[cfg(feature = "heic")]
#[doc(hidden)]
pub use picture::heic_of;
pub use privacy::Privacy;

use crate::capture::day::Day;
use crate::cluster::area::Cluster;
use crate::dataset::{FileId, Membership, Moments, Timeline};
use crate::media::format::Format;
use crate::progress::Progress;
use crate::text::base64;
use crate::trip::journey::Trip;
use budget::{Budget, MOST_DECODING};
use data::{PageData, PictureRow};
use picture::PictureOutcome;
use row::PageRow;

/// The most bytes of a page, unless its texts alone are longer or more are allowed.
pub const MOST_PAGE: usize = 15_000_000;
/// What is kept free of a page, one part in so many: texts around pictures differ in length.
const SPARE: usize = 30;
/// The most bytes of one picture: 1,024 pixels of most photos.
const MOST_PICTURE: usize = 180_000;
/// What a picture takes in the page beside its bytes: its file's name and the time.
const CAPTION: usize = 72;
/// What a picture that shows something takes in the page. Where not all that are wanted
/// have that much room, small clusters have none.
const LEAST_ROOM: usize = 2_600;
/// What a picture of life at home takes, which is small and of which each cluster has one.
const HOME_ROOM: usize = 5_000;
/// The part of the room, one in so many, that life at home has at most beside trips.
const HOME_SHARE: usize = 8;

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
    /// How many pictures each trip or cluster may have, where those that were asked for do
    /// not all fit.
    pub fewer: Option<usize>,
    /// How many files it shows on the map or the timeline.
    pub files: usize,
    /// How many files have pictures that would take too much memory or time.
    pub too_large: usize,
    /// How many of the pictures are frames of videos.
    pub frames: usize,
    /// How many pictures it lacks because the system did not let them be read.
    pub unreadable: usize,
}

/// A picture that is wanted: files to try in turn, and what it may take in the page.
struct WantedPicture {
    files: Vec<(FileId, Format)>,
    room: usize,
}

/// Makes the page of these trips or clusters. Of their files, some are opened for their
/// pictures. Videos have some where there is a way to make frames.
///
/// # Errors
/// None that a dataset can bring about.
pub fn page<'a>(
    timeline: &Timeline<'a>,
    shown: PageGroups<'_, 'a>,
    options: Options<'_>,
    make_frame: Option<MakeFrame<'_>>,
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
    let mut data = PageData::gather(timeline, &rows, by_trip, &members, options);
    let text = html::page(options.words, options.title, &data)?.len();
    let room = (options.size - options.size / SPARE).saturating_sub(text);
    let Chosen {
        wanted,
        of_row,
        fewer,
    } = choose(
        timeline,
        &rows,
        &members,
        options.pictures,
        room,
        make_frame.is_some(),
    );
    let (found, [too_large, unreadable, frames]) =
        read(timeline, &data, &wanted, make_frame, progress);
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
    Ok(Page {
        pictures: data.pictures.len(),
        fewer,
        files: data.files(),
        too_large,
        frames,
        unreadable,
        html: html::page(options.words, options.title, &data)?,
    })
}

/// The pictures that are wanted.
#[derive(Default)]
struct Chosen {
    wanted: Vec<WantedPicture>,
    /// Those of each row, by their numbers.
    of_row: Vec<Vec<usize>>,
    /// See [`Page::fewer`].
    fewer: Option<usize>,
}

impl Chosen {
    /// Keeps the first pictures alone, also in the rows.
    fn cut(&mut self, len: usize) {
        self.wanted.truncate(len);
        for row in &mut self.of_row {
            row.retain(|picture| *picture < len);
        }
    }
}

/// The pictures of each row. Clusters of wide levels show what the narrower ones within them
/// do, as far as they can. Beside trips, clusters of life at home have one small picture each.
fn choose(
    timeline: &Timeline<'_>,
    rows: &[PageRow<'_>],
    members: &Membership,
    most: usize,
    room: usize,
    with_videos: bool,
) -> Chosen {
    let moments = Moments::find(timeline.dataset(), timeline);
    let files: Vec<Vec<Candidate>> = (0..rows.len())
        .map(|row| candidates(timeline, members.of(row), &moments, with_videos))
        .collect();
    let has_trips = rows.iter().any(|row| row.level().is_none());
    let is_home = |row: usize| has_trips && rows[row].level().is_some();
    let at_home = (0..rows.len()).filter(|row| is_home(*row) && !files[*row].is_empty());
    let home_pictures = match most {
        0 => 0,
        _ => at_home.count().min(room / HOME_SHARE / HOME_ROOM),
    };
    let room = room - home_pictures * HOME_ROOM;
    let counts: Vec<usize> = (0..rows.len())
        .filter(|row| !is_home(*row))
        .map(|row| files[row].len())
        .collect();
    let each = choice::share(&counts, most, room / LEAST_ROOM);
    let cut = counts.iter().any(|count| *count > each);
    let mut chosen = Chosen {
        of_row: vec![Vec::new(); rows.len()],
        fewer: (each < most && cut).then_some(each),
        ..Chosen::default()
    };
    let mut known = HashMap::new();
    let order = by_worth(rows, members);
    for row in order.iter().copied().filter(|row| !is_home(*row)) {
        pick(&files[row], each, row, &mut known, &mut chosen);
    }
    chosen.cut(room / LEAST_ROOM);
    known.retain(|_, picture| *picture < chosen.wanted.len());
    let room = room / chosen.wanted.len().max(1);
    (chosen.wanted.iter_mut()).for_each(|picture| picture.room = room);
    let of_trips = chosen.wanted.len();
    for row in order.into_iter().filter(|row| is_home(*row)) {
        if chosen.wanted.len() - of_trips < home_pictures {
            pick(&files[row], 1, row, &mut known, &mut chosen);
        }
    }
    chosen
}

/// The rows in the order in which they get pictures. Narrow levels first, since wider clusters
/// show the pictures of those within them; of one level, those of most files first, as the last
/// ones may get none.
fn by_worth(rows: &[PageRow<'_>], members: &Membership) -> Vec<usize> {
    let mut order: Vec<usize> = (0..rows.len()).collect();
    order.sort_by_key(|row| {
        let level = rows[*row].level();
        (level.is_some(), Reverse((level, members.of(*row).len())))
    });
    order
}

/// Chooses at most so many pictures of a row, first among those that other rows show.
fn pick(
    files: &[Candidate],
    each: usize,
    row: usize,
    known: &mut HashMap<FileId, usize>,
    chosen: &mut Chosen,
) {
    let days: Vec<i32> = files.iter().map(|candidate| candidate.day).collect();
    let rank = |file: usize| match files.get(file) {
        Some(candidate) if known.contains_key(&candidate.file) => 0,
        Some(candidate) if picture::is_likely(candidate.format) => 1,
        Some(candidate) if !candidate.format.is_video() => 2,
        _ => 3,
    };
    for tries in choice::spread(&days, each, rank) {
        let tries: Vec<(FileId, Format)> = (tries.iter())
            .filter_map(|file| files.get(*file).map(|c| (c.file, c.format)))
            .collect();
        let Some((first, _)) = tries.first().copied() else {
            continue;
        };
        let picture = *known.entry(first).or_insert_with(|| {
            chosen.wanted.push(WantedPicture {
                files: tries,
                room: HOME_ROOM,
            });
            chosen.wanted.len() - 1
        });
        chosen.of_row[row].push(picture);
    }
}

/// A file that may have a picture.
struct Candidate {
    file: FileId,
    format: Format,
    day: i32,
}

/// Which of two files of one press of the shutter is shown: the one that costs least.
fn cost(format: Format) -> u8 {
    match format {
        Format::Jpeg => 0,
        _ if format.is_video() => 2,
        _ => 1,
    }
}

/// The photos that are there, and videos where those are wanted, one for each press of the
/// shutter: of several, the JPEG.
fn candidates(
    timeline: &Timeline<'_>,
    members: &[FileId],
    moments: &Moments,
    with_videos: bool,
) -> Vec<Candidate> {
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
            .filter(|format| picture::is_shown(*format) || with_videos && format.is_video())
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
            day: capture.day(day_starts).since_1970(),
        };
        let moment = moments.shared(*index);
        let before = moment.and_then(|moment| of_moment.get(&moment).copied());
        if let Some(before) = before.and_then(|before| candidates.get_mut(before)) {
            if cost(format) < cost(before.format) {
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

/// Reads the wanted pictures in parallel. How many files were too large and how many
/// unreadable is told beside, and how many of the pictures are frames of videos.
fn read(
    timeline: &Timeline<'_>,
    data: &PageData<'_>,
    wanted: &[WantedPicture],
    make_frame: Option<MakeFrame<'_>>,
    progress: &dyn Progress,
) -> (Vec<Option<PictureRow>>, [usize; 3]) {
    use chrono::Timelike;
    let dataset = timeline.dataset();
    progress.files(&text!("progress-pictures"), wanted.len());
    // Made before the parallel part, because a timeline cannot be shared between threads.
    let captions: Vec<(usize, Vec<_>)> = (wanted.iter())
        .map(|WantedPicture { files, room }| {
            // Four characters of base64 for three bytes.
            let most = (room.saturating_sub(CAPTION) / 4 * 3).min(MOST_PICTURE);
            let each = files.iter().filter_map(|(index, format)| {
                let (folder, file) = dataset.file(*index)?;
                let local = timeline.capture(folder, file).ok()?.local;
                let minute = local.time.map(|time| time.hour() * 60 + time.minute());
                let day = Day::from(local.date).since_1970();
                let caption = (day, minute, data.shot_of(*index));
                Some((dataset.path_of(folder, file), *format, caption))
            });
            (most, each.collect())
        })
        .collect();
    let budget = Budget::new(MOST_DECODING);
    budget::free_to_the_system();
    let [too_large, unreadable, frames] = [const { AtomicUsize::new(0) }; 3];
    let found = captions.into_par_iter().map(|(most, files)| {
        let mut tried = files.into_iter();
        let found = tried.find_map(|(path, format, (day, minute, shot))| {
            let jpeg = match picture::of(&path, format, most, &budget, make_frame) {
                PictureOutcome::Picture(jpeg) => {
                    frames.fetch_add(format.is_video().into(), Ordering::Relaxed);
                    jpeg
                }
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
            Some(PictureRow(base64(&jpeg), name, day, minute, shot))
        });
        progress.forward(1);
        found
    });
    let found = found.collect();
    progress.done();
    (
        found,
        [too_large, unreadable, frames].map(AtomicUsize::into_inner),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_cut_is_in_no_row() {
        let picture = || WantedPicture {
            files: Vec::new(),
            room: 0,
        };
        let mut chosen = Chosen {
            wanted: vec![picture(), picture(), picture()],
            of_row: vec![vec![0, 2], vec![1], vec![2]],
            fewer: None,
        };
        chosen.cut(2);
        assert_eq!(chosen.wanted.len(), 2);
        assert_eq!(chosen.of_row, [vec![0], vec![1], vec![]]);
        chosen.cut(9);
        assert_eq!(chosen.of_row, [vec![0], vec![1], vec![]]);
    }
}
