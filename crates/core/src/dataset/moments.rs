//! Which files belong to one press of the shutter: the photo and the video of a
//! Live Photo or motion photo, RAW and JPEG, and byte-identical copies.

use std::collections::HashMap;
use std::ffi::OsStr;
use std::path::Path;

use rayon::prelude::*;

use super::files::FileId;
use super::model::{Content, Dataset, FileRecord, Folder};
use super::timeline::Timeline;
use crate::capture::clock::RawTime;

/// How far apart the times of one moment's files may lie: a video's is that of
/// its end with some phones.
const MOST_SECONDS: i64 = 10;

/// The moments of more than one file. Files are numbered through in their order.
#[derive(Debug, Default)]
pub struct Moments {
    /// The number of the first file of each folder.
    starts: Vec<usize>,
    /// For each file: one before it of its moment, or itself.
    before: Vec<u32>,
    /// Whether a file shares its moment.
    shared: Vec<bool>,
}

impl Moments {
    /// Finds the moments of a dataset.
    ///
    /// In a folder, neighbours of one name and different kinds are one moment
    /// when nothing speaks against it: their times, or the identifiers of a Live
    /// Photo. Anywhere, files of one size, time and fingerprint are copies.
    pub fn find(dataset: &Dataset, timeline: &Timeline<'_>) -> Self {
        let mut moments = Self::default();
        let mut files = 0;
        for folder in &dataset.folders {
            moments.starts.push(files);
            files += folder.files.len();
        }
        moments.before = (0..).take(files).collect();
        moments.shared = vec![false; files];
        let folders = dataset.folders.par_iter().enumerate();
        let beside: Vec<_> = folders
            .flat_map_iter(|(number, folder)| {
                let folder_id = u32::try_from(number).unwrap_or(u32::MAX);
                in_folder(timeline, folder_id, folder)
            })
            .collect();
        let mut copies: HashMap<(u64, u32, Option<RawTime>), FileId> = HashMap::new();
        for (id, before) in beside {
            let Some((_, file)) = dataset.file(id) else {
                continue;
            };
            let copy = file.digest.map(|digest| {
                *copies
                    .entry((file.stat.size, digest, file.taken.time))
                    .or_insert(id)
            });
            for other in before.into_iter().chain(copy) {
                moments.link(id, other);
            }
        }
        for number in 0..files {
            moments.first(number);
        }
        moments
    }

    /// Makes one moment of those of two files.
    fn link(&mut self, a: FileId, b: FileId) {
        let (a, b) = (self.number(a), self.number(b));
        if a == b {
            return;
        }
        (self.shared[a], self.shared[b]) = (true, true);
        let (a, b) = (self.first(a), self.first(b));
        self.before[a.max(b)] = u32::try_from(a.min(b)).unwrap_or(u32::MAX);
    }

    /// The first file of a moment, which the others are made to know.
    fn first(&mut self, number: usize) -> usize {
        let mut first = number;
        while self.before[first] as usize != first {
            first = self.before[first] as usize;
        }
        let mut number = number;
        while number != first {
            let known = u32::try_from(first).unwrap_or(u32::MAX);
            number = std::mem::replace(&mut self.before[number], known) as usize;
        }
        first
    }

    /// The moment that a file shares with others, named by its first file.
    pub fn shared(&self, file: FileId) -> Option<u32> {
        let number = self.number(file);
        self.shared[number].then(|| self.before[number])
    }

    /// The other files of a file's moment, in order.
    pub fn others(&self, file: FileId) -> Vec<FileId> {
        let Some(first) = self.shared(file) else {
            return Vec::new();
        };
        let of_moment = self.before.iter().enumerate().filter(|(_, f)| **f == first);
        of_moment
            .map(|(number, _)| self.id(number))
            .filter(|other| *other != file)
            .collect()
    }

    /// Every moment of more than one file: its files, in order.
    pub fn groups(&self) -> Vec<Vec<FileId>> {
        let shared = (0..self.before.len()).filter(|number| self.shared[*number]);
        let mut files: Vec<(u32, usize)> = shared.map(|n| (self.before[n], n)).collect();
        files.sort_unstable();
        let of_one_moment = files.chunk_by(|a, b| a.0 == b.0);
        of_one_moment
            .map(|files| files.iter().map(|(_, number)| self.id(*number)).collect())
            .collect()
    }

    /// The file of that number.
    fn id(&self, number: usize) -> FileId {
        let folder = self.starts.partition_point(|start| *start <= number) - 1;
        let part = |number| u32::try_from(number).unwrap_or(u32::MAX);
        FileId {
            folder: part(folder),
            file: part(number - self.starts[folder]),
        }
    }

    fn number(&self, id: FileId) -> usize {
        self.starts[id.folder as usize] + id.file as usize
    }
}

/// The files of a folder that are of one moment with the one before, or that a copy
/// is known of.
fn in_folder<'a>(
    timeline: &'a Timeline<'_>,
    number: u32,
    folder: &'a Folder,
) -> impl Iterator<Item = (FileId, Option<FileId>)> + 'a {
    let mut previous: Option<(FileId, &FileRecord)> = None;
    let files = (0..).zip(&folder.files);
    files.filter_map(move |(i, file)| {
        if file.missing || file.content.format().is_none() {
            return None;
        }
        let id = FileId {
            folder: number,
            file: i,
        };
        let before = previous.replace((id, file));
        let beside = before.filter(|(_, before)| pair(timeline, folder, before, file));
        let beside = beside.map(|(id, _)| id);
        (beside.is_some() || file.digest.is_some()).then_some((id, beside))
    })
}

/// Whether two neighbours in a folder are of one moment.
fn pair(timeline: &Timeline<'_>, folder: &Folder, a: &FileRecord, b: &FileRecord) -> bool {
    let (Content::Media(of_a), Content::Media(of_b)) = (&a.content, &b.content) else {
        return false;
    };
    if of_a == of_b || !same_stem(&a.name, &b.name) {
        return false;
    }
    if let (Some(a), Some(b)) = (a.taken.live_photo, b.taken.live_photo) {
        return a == b;
    }
    let clock = |file| timeline.capture(folder, file).ok()?.local.seconds();
    match (clock(a), clock(b)) {
        (Some(a), Some(b)) => (a - b).abs() <= MOST_SECONDS,
        _ => true,
    }
}

/// `IMG_1.HEIC` and `IMG_1.MOV`, also `PXL_1.MP` and `PXL_1.MP.jpg`.
fn same_stem(a: &OsStr, b: &OsStr) -> bool {
    let stem = |name| Path::new(name).file_stem().unwrap_or(name);
    stem(a).eq_ignore_ascii_case(stem(b)) || stem(b) == a
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_one_moment() {
        let same = |a: &str, b: &str| same_stem(a.as_ref(), b.as_ref());
        assert!(same("IMG_1.HEIC", "IMG_1.MOV"));
        assert!(same("IMG_1.heic", "img_1.mov"));
        assert!(same("PXL_1.MP", "PXL_1.MP.jpg"));
        assert!(!same("IMG_1.HEIC", "IMG_10.MOV"));
        assert!(!same("IMG_1(1).HEIC", "IMG_1.MOV"));
    }
}
