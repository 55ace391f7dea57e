//! Fingerprints for files that may be copies of each other.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io;
use std::path::Path;

use imm_cluster_messages::text;
use rayon::prelude::*;

use crate::dataset::{Dataset, FileId};
use crate::disk::is_in_cloud;
use crate::interrupt::Interrupt;
use crate::media::source::Source;
use crate::progress::Progress;

/// How much is read at the start, in the middle and at the end of a file.
const SAMPLE: usize = 64 * 1024;

/// Whether a file that could not be read for its fingerprint still lacks it: it is looked
/// at again, and there is another of its size.
pub(super) fn is_owed(dataset: &Dataset) -> bool {
    let media = || {
        let files = dataset.folders.iter().flat_map(|folder| &folder.files);
        files.filter(|file| !file.missing && file.content.format().is_some())
    };
    let lacking = media().filter(|file| file.reread && file.digest.is_none());
    let mut alike: HashMap<u64, usize> = lacking.map(|file| (file.stat.size, 0)).collect();
    if alike.is_empty() {
        return false;
    }
    for file in media() {
        if let Some(count) = alike.get_mut(&file.stat.size) {
            *count += 1;
        }
    }
    alike.into_values().any(|count| count > 1)
}

/// Gives a fingerprint to every file that shares its size and its stated time
/// with another. Most libraries have few of them, and of those only three samples
/// are read: files of one size and time that agree in these are one shot. Says whether
/// that changed anything.
///
/// Once a signal came, no other file is read; the next index goes on.
pub(super) fn fingerprint(
    dataset: &mut Dataset,
    progress: &dyn Progress,
    interrupt: &Interrupt,
) -> bool {
    let mut files: Vec<(u64, FileId)> = Vec::new();
    for (id, _, file) in dataset.indexed() {
        if !file.missing && file.content.format().is_some() {
            // A collision of hashes costs a needless comparison, no more.
            let mut hasher = DefaultHasher::new();
            (file.stat.size, file.taken.time).hash(&mut hasher);
            files.push((hasher.finish(), id));
        }
    }
    files.par_sort_unstable();
    let mut changed = false;
    let mut candidates: Vec<FileId> = Vec::new();
    for alike in files.chunk_by(|a, b| a.0 == b.0) {
        match alike {
            // Its twin is gone or changed. A fresh index would make no fingerprint, so drop
            // this one (law 2).
            [(_, id)] => {
                let digest = dataset.file_mut(*id).and_then(|file| file.digest.take());
                changed |= digest.is_some();
            }
            _ => candidates.extend(alike.iter().map(|(_, id)| *id)),
        }
    }
    let lacks = |id: &FileId| {
        dataset
            .file(*id)
            .is_some_and(|(_, file)| file.digest.is_none())
    };
    candidates.retain(lacks);
    progress.files(&text!("progress-comparing"), candidates.len());
    let digests: Vec<(FileId, io::Result<u32>)> = candidates
        .into_par_iter()
        .filter(|_| interrupt.signal().is_none())
        .filter_map(|id| {
            let path = dataset.path(id)?;
            // To be downloaded is no reason to compare.
            let digest = (!is_in_cloud(&path)).then(|| digest(&path));
            progress.forward(1);
            Some((id, digest?))
        })
        .collect();
    progress.done();
    for (id, digest) in digests {
        let Some(file) = dataset.file_mut(id) else {
            continue;
        };
        match digest {
            Ok(digest) => {
                file.digest = Some(digest);
                changed = true;
            }
            // A file that cannot be read now is no known copy of any. It is looked at
            // again, and so long as it is, its fingerprint is owed.
            Err(_) => file.reread = true,
        }
    }
    changed
}

/// CRC-32 of the samples, whose meaning the size of the file completes.
fn digest(path: &Path) -> io::Result<u32> {
    let mut source = Source::open(path, None)?;
    let len = source.len();
    let mut hasher = crc32fast::Hasher::new();
    let sample = SAMPLE as u64;
    for at in [
        0,
        (len / 2).saturating_sub(sample / 2),
        len.saturating_sub(sample),
    ] {
        hasher.update(source.up_to(at, SAMPLE)?);
    }
    Ok(hasher.finalize())
}
