//! Files that were moved or renamed keep their record.

use std::collections::{BTreeMap, HashMap};
use std::ffi::{OsStr, OsString};
use std::path::Path;
use std::sync::Arc;

use super::report::Report;
use crate::dataset::{Content, Dataset, FileId, FileRecord, RootId};

/// A photo or video that was not known as one before this run.
#[derive(Debug)]
pub(super) struct Added {
    pub(super) root: RootId,
    pub(super) dir: Arc<Path>,
    pub(super) name: OsString,
    /// Whether the report counts it as added. A file that could not be read until now
    /// was known.
    pub(super) counted: bool,
}

/// Files of one size and modification time.
#[derive(Default)]
struct Alike {
    missing: Vec<FileId>,
    /// Not known before this run.
    added: Vec<FileId>,
    /// Those of them that the report counts as added.
    counted: Vec<FileId>,
    /// Known before, and there.
    known: Vec<FileId>,
}

impl Alike {
    /// The missing file and what it has become. A new file is it rather than one
    /// that was known already, which may be a copy; but where the new place was
    /// indexed first, there is no new one. Where several could be meant, none is.
    fn pair(&self) -> Option<(FileId, FileId)> {
        match (&self.missing[..], &self.added[..], &self.known[..]) {
            ([old], [new], _) | ([old], [], [new]) => Some((*old, *new)),
            _ => None,
        }
    }
}

/// Finds, for each missing file, the one file that it has become: of the same size
/// and modification time, and with the same time of capture.
///
/// The other record takes over what only the old one knew, and the old one goes.
///
/// Where nothing is new or missing since the last time, nothing can have moved, unless
/// that index was interrupted before it looked.
pub(super) fn follow(dataset: &mut Dataset, added: &[Added], resumed: bool, report: &mut Report) {
    if added.is_empty() && report.lost == 0 && !resumed {
        return;
    }
    let mut moved: Vec<(FileId, FileId, bool)> = Vec::new();
    for alike in alike(dataset, added).into_values() {
        let Some((old, new)) = alike.pair() else {
            continue;
        };
        if let (Some((_, before)), Some((_, after))) = (dataset.file(old), dataset.file(new))
            && is_same(before, after)
        {
            moved.push((old, new, alike.counted.contains(&new)));
        }
    }
    for (old, new, is_new) in &moved {
        let Some(before) = dataset.file_mut(*old) else {
            continue;
        };
        let (correction, unknown) = (before.correction.take(), before.unknown.take());
        if let Some(after) = dataset.file_mut(*new) {
            after.correction = after.correction.take().or(correction);
            after.unknown = after.unknown.take().or(unknown);
        }
        report.changed = true;
        if *is_new {
            report.added -= 1;
            report.updated += 1;
        }
    }
    if !moved.is_empty() {
        dataset.remove(moved.into_iter().map(|(old, ..)| old).collect());
    }
}

fn is_same(before: &FileRecord, after: &FileRecord) -> bool {
    let agree = |a: Option<u32>, b: Option<u32>| a.is_none() || b.is_none() || a == b;
    // What the user said of both is not to be lost.
    let one_correction = before.correction.is_none()
        || after.correction.is_none()
        || before.correction == after.correction;
    before.taken.time == after.taken.time
        && before.content == after.content
        && agree(before.digest, after.digest)
        && one_correction
}

/// Photos and videos by size and modification time, as far as one of them is
/// missing.
fn alike(dataset: &Dataset, added: &[Added]) -> BTreeMap<(u64, i64), Alike> {
    let mut alike: BTreeMap<_, Alike> = BTreeMap::new();
    let files =
        || (dataset.indexed()).filter(|(.., file)| matches!(file.content, Content::Media(_)));
    let key = |file: &FileRecord| (file.stat.size, file.stat.mtime);
    for (index, _, file) in files().filter(|(_, _, file)| file.missing) {
        alike.entry(key(file)).or_default().missing.push(index);
    }
    if alike.is_empty() {
        return alike;
    }
    let added: HashMap<(RootId, &Path, &OsStr), bool> = added
        .iter()
        .map(|it| ((it.root, &*it.dir, it.name.as_os_str()), it.counted))
        .collect();
    for (index, folder, file) in files().filter(|(_, _, file)| !file.missing) {
        if let Some(alike) = alike.get_mut(&key(file)) {
            let name = (folder.root, folder.dir.as_path(), file.name.as_os_str());
            if let Some(counted) = added.get(&name) {
                alike.added.push(index);
                alike.counted.extend(counted.then_some(index));
            } else {
                alike.known.push(index);
            }
        }
    }
    alike
}
