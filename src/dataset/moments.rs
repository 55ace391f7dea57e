//! Which files belong to one press of the shutter: the photo and the video of a
//! Live Photo or motion photo, RAW and JPEG, and byte-identical copies.

use std::collections::{HashMap, HashSet};
use std::ffi::OsStr;
use std::path::Path;

use super::model::{Content, Dataset, FileRecord, Folder};
use super::timeline::Timeline;
use crate::capture::clock::RawTime;

/// How far apart the times of one moment's files may lie: a video's is that of
/// its end with some phones.
const MOST_SECONDS: i64 = 10;

/// A file by the indices of its folder and of itself there.
type Index = (usize, usize);

/// The moments of more than one file.
#[derive(Debug, Default)]
pub struct Moments {
    /// For each file but the first of its moment: the first.
    follows: HashMap<Index, Index>,
    /// The firsts.
    leaders: HashSet<Index>,
}

impl Moments {
    /// Finds the moments of a dataset.
    ///
    /// In a folder, neighbours of one name and different kinds are one moment
    /// when nothing speaks against it: their times, or the identifiers of a Live
    /// Photo. Anywhere, files of one size, time and fingerprint are copies.
    pub fn find(dataset: &Dataset, timeline: &Timeline<'_>) -> Self {
        let mut moments = Self::default();
        let mut copies: HashMap<(u64, u32, Option<RawTime>), Index> = HashMap::new();
        for (f, folder) in dataset.folders.iter().enumerate() {
            let mut previous = None;
            for (i, file) in folder.files.iter().enumerate() {
                if file.missing || file.content.format().is_none() {
                    continue;
                }
                let before = previous.replace(i);
                let beside =
                    before.filter(|before| pair(timeline, folder, &folder.files[*before], file));
                let copy = file.digest.map(|digest| {
                    *copies
                        .entry((file.stat.size, digest, file.taken.time))
                        .or_insert((f, i))
                });
                for other in beside.map(|before| (f, before)).into_iter().chain(copy) {
                    moments.link((f, i), other);
                }
            }
        }
        moments
    }

    /// Makes one moment of those of two files.
    fn link(&mut self, a: Index, b: Index) {
        let (a, b) = (self.first(a), self.first(b));
        if a == b {
            return;
        }
        let (leader, follower) = (a.min(b), a.max(b));
        if self.leaders.remove(&follower) {
            for first in self
                .follows
                .values_mut()
                .filter(|first| **first == follower)
            {
                *first = leader;
            }
        }
        self.follows.insert(follower, leader);
        self.leaders.insert(leader);
    }

    /// The moment that a file shares with others, named by its first file.
    pub fn shared(&self, file: Index) -> Option<Index> {
        self.follows
            .get(&file)
            .copied()
            .or_else(|| self.leaders.contains(&file).then_some(file))
    }

    /// The other files of a file's moment, in order.
    pub fn others(&self, file: Index) -> Vec<Index> {
        let Some(first) = self.shared(file) else {
            return Vec::new();
        };
        let mut all: Vec<Index> = self
            .follows
            .iter()
            .filter(|(_, leader)| **leader == first)
            .map(|(f, _)| *f)
            .collect();
        all.push(first);
        all.retain(|other| *other != file);
        all.sort_unstable();
        all
    }

    fn first(&self, file: Index) -> Index {
        self.follows.get(&file).copied().unwrap_or(file)
    }
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
    let clock = |file| {
        let local = timeline.capture(folder, file).ok()?.local;
        Some(local.date.and_time(local.time?).and_utc().timestamp())
    };
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
