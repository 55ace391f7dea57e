//! What is remembered of mounted file systems, and when that was never so.

use std::path::Path;

use super::stat::stat_of;
use crate::dataset::{Content, Folder, Stat};

/// How many files are asked for at most. A disk may be slow, and half of them decide.
const SAMPLE: usize = 64;

/// Whether most of a sample of the files that are known, spread evenly, are there with
/// the size and modification time that are known. Then they do not wait for a disk, or
/// were copied from it to where it was mounted. Where none is known nothing waits.
pub(super) fn are_there<'a>(
    root: &Path,
    folders: impl Iterator<Item = &'a Folder> + Clone,
) -> bool {
    let known = folders.flat_map(|folder| {
        let files = folder.files.iter().filter(|file| {
            // A file that was refused has a stat that no file has.
            let refused = Stat {
                size: file.stat.size,
                ..Stat::default()
            };
            !file.missing && file.content != Content::Given && file.stat != refused
        });
        files.map(move |file| (folder, file))
    });
    let all = known.clone().count();
    let sample = all.min(SAMPLE);
    let spread = (0..)
        .zip(known)
        .filter(|(i, _)| i * sample / all != (i + 1) * sample / all);
    let there = spread.filter(|(_, (folder, file))| {
        let path = root.join(&folder.dir).join(&file.name);
        path.metadata().is_ok_and(|metadata| {
            let stat = stat_of(&metadata);
            metadata.is_file() && (stat.size, stat.mtime) == (file.stat.size, file.stat.mtime)
        })
    });
    // A file that cannot be looked at counts as not there.
    sample == 0 || 2 * there.count() > sample
}
