//! A dataset that was made by an earlier version, brought up to this one.

use crate::dataset::{Content, Dataset};
use crate::progress::Progress;

/// Brings a dataset that was made with other geodata or earlier media readers up
/// to this version. Stored coordinates are located again at once; files are read
/// again when they are scanned. Says whether anything was to do.
pub fn refresh(dataset: &mut Dataset, progress: &dyn Progress) -> bool {
    let mut changed = false;
    let geodata = dataset.geocoder.version();
    if dataset.geodata != geodata {
        dataset.geodata = geodata;
        dataset.relocate(progress);
        changed = true;
    }
    if dataset.reader != crate::media::READER {
        dataset.reader = crate::media::READER;
        let files = dataset
            .folders
            .iter_mut()
            .flat_map(|folder| &mut folder.files);
        for file in files.filter(|file| file.content != Content::Given) {
            file.reread = true;
        }
        changed = true;
    }
    changed
}
