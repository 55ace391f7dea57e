//! Fingerprints for files that may be copies of each other.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::io;
use std::path::Path;

use rayon::prelude::*;

use crate::dataset::Dataset;
use crate::media::source::Source;
use crate::output::Progress;

/// How much is read at the start, in the middle and at the end of a file.
const SAMPLE: usize = 64 * 1024;

/// Gives a fingerprint to every file that shares its size and its stated time
/// with another. Most libraries have few of them, and of those only three samples
/// are read: files of one size and time that agree in these are one shot.
pub(super) fn fingerprint(dataset: &mut Dataset, progress: &Progress) {
    let mut files: Vec<(u64, usize, usize)> = Vec::new();
    for (f, folder) in dataset.folders.iter().enumerate() {
        for (i, file) in folder.files.iter().enumerate() {
            if !file.missing && file.content.format().is_some() {
                // Two keys with one hash would cost a needless look, no more.
                let mut hasher = DefaultHasher::new();
                (file.stat.size, file.taken.time).hash(&mut hasher);
                files.push((hasher.finish(), f, i));
            }
        }
    }
    files.par_sort_unstable();
    let mut candidates: Vec<(usize, usize)> = Vec::new();
    for alike in files.chunk_by(|a, b| a.0 == b.0) {
        match alike {
            // Its twin is gone or changed, and a fresh index would not look.
            [(_, f, i)] => dataset.folders[*f].files[*i].digest = None,
            _ => candidates.extend(alike.iter().map(|(_, f, i)| (*f, *i))),
        }
    }
    candidates.retain(|(f, i)| dataset.folders[*f].files[*i].digest.is_none());
    progress.files("Comparing possible copies", candidates.len());
    let digests: Vec<_> = candidates
        .into_par_iter()
        .filter_map(|(f, i)| {
            let folder = &dataset.folders[f];
            // A file that cannot be read now is no known copy of any.
            let digest = digest(&dataset.path_of(folder, &folder.files[i])).ok();
            progress.forward(1);
            Some((f, i, digest?))
        })
        .collect();
    progress.done();
    for (f, i, digest) in digests {
        dataset.folders[f].files[i].digest = Some(digest);
    }
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
