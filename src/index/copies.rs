//! Fingerprints for files that may be copies of each other.

use std::collections::HashMap;
use std::io;
use std::path::Path;

use rayon::prelude::*;

use crate::dataset::Dataset;
use crate::media::source::Source;

/// How much is read at the start, in the middle and at the end of a file.
const SAMPLE: usize = 64 * 1024;

/// Gives a fingerprint to every file that shares its size and its stated time
/// with another. Most libraries have few of them, and of those only three samples
/// are read: files of one size and time that agree in these are one shot.
pub(super) fn fingerprint(dataset: &mut Dataset) {
    let mut alike: HashMap<_, Vec<_>> = HashMap::new();
    for (f, folder) in dataset.folders.iter().enumerate() {
        for (i, file) in folder.files.iter().enumerate() {
            if !file.missing && file.content.format().is_some() {
                alike
                    .entry((file.stat.size, file.taken.time))
                    .or_default()
                    .push((f, i));
            }
        }
    }
    let (alone, candidates): (Vec<_>, Vec<_>) =
        alike.into_values().partition(|files| files.len() == 1);
    for (f, i) in alone.into_iter().flatten() {
        // Its twin is gone or changed, and a fresh index would not look.
        dataset.folders[f].files[i].digest = None;
    }
    let without = |(f, i): &(usize, usize)| dataset.folders[*f].files[*i].digest.is_none();
    let digests: Vec<_> = candidates
        .into_par_iter()
        .flatten()
        .filter(without)
        .filter_map(|(f, i)| {
            let folder = &dataset.folders[f];
            // A file that cannot be read now is no known copy of any.
            let digest = digest(&dataset.path_of(folder, &folder.files[i])).ok()?;
            Some((f, i, digest))
        })
        .collect();
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
