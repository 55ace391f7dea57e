//! Files that were moved or renamed keep their record.

use std::collections::{BTreeMap, HashMap};
use std::ffi::OsString;
use std::path::PathBuf;

use super::Report;
use crate::dataset::{Content, Dataset, FileRecord};

/// The root, folder and name of a file that was not known before this run.
pub(super) type Added = (u32, PathBuf, OsString);

/// Where a record is: its folder and itself there.
type Index = (usize, usize);

/// Finds, for each missing file, the one new file that it has become: of the same
/// size and modification time, and with the same time of capture. Where several
/// could be meant, none is.
///
/// The new record takes over what only the old one knew, and the old one goes.
pub(super) fn follow(dataset: &mut Dataset, added: &[Added], report: &mut Report) {
    let missing = missing(dataset);
    if added.is_empty() || missing.is_empty() {
        return;
    }
    let mut places: HashMap<(u32, &PathBuf), usize> = HashMap::new();
    for (f, folder) in dataset.folders.iter().enumerate() {
        places.insert((folder.root, &folder.dir), f);
    }
    let mut new: HashMap<(u64, i64), Vec<Index>> = HashMap::new();
    for (root, dir, name) in added {
        let Some(f) = places.get(&(*root, dir)).copied() else {
            continue;
        };
        let files = &dataset.folders[f].files;
        if let Ok(i) = files.binary_search_by(|file| file.name.cmp(name)) {
            new.entry(key(&files[i])).or_default().push((f, i));
        }
    }
    let mut moved = Vec::new();
    for (key, old) in missing {
        if let ([old], Some([new])) = (old.as_slice(), new.get(&key).map(Vec::as_slice)) {
            let file = |(f, i): Index| &dataset.folders[f].files[i];
            let (before, after) = (file(*old), file(*new));
            if before.taken.time == after.taken.time && before.content == after.content {
                moved.push((*old, *new));
            }
        }
    }
    for ((old_folder, old), (new_folder, new)) in moved {
        let before = &mut dataset.folders[old_folder].files[old];
        let (correction, unknown) = (before.correction.take(), before.unknown.take());
        // A file without a name is on its way out; see `Dataset::drop_nameless`.
        before.name = OsString::new();
        let after = &mut dataset.folders[new_folder].files[new];
        (after.correction, after.unknown) = (correction, unknown);
        report.added -= 1;
        report.updated += 1;
    }
    dataset.drop_nameless();
}

fn key(file: &FileRecord) -> (u64, i64) {
    (file.stat.size, file.stat.mtime)
}

fn missing(dataset: &Dataset) -> BTreeMap<(u64, i64), Vec<Index>> {
    let mut found: BTreeMap<_, Vec<Index>> = BTreeMap::new();
    for (f, folder) in dataset.folders.iter().enumerate() {
        for (i, file) in folder.files.iter().enumerate() {
            if matches!(file.content, Content::Media(_)) && file.missing {
                found.entry(key(file)).or_default().push((f, i));
            }
        }
    }
    found
}
