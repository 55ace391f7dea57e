//! A dataset that was made by an earlier version, brought up to this one.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use crate::capture::day::Day;
use crate::dataset::{Content, Dataset, FileRecord, Timeline};
use crate::place::{Level, Region};
use crate::progress::Progress;

/// Brings a dataset that was made with other geodata or earlier media readers up
/// to this version. Stored coordinates are located again at once; files are read
/// again when they are scanned. Says whether anything was to do.
pub fn refresh(dataset: &mut Dataset, progress: &dyn Progress) -> bool {
    let mut changed = false;
    let geodata = dataset.geocoder.version();
    if dataset.geodata != geodata {
        dataset.geodata = geodata;
        relocate(dataset, progress);
        changed = true;
    }
    if dataset.reader != crate::media::READER {
        dataset.reader = crate::media::READER;
        let files = dataset
            .folders
            .iter_mut()
            .flat_map(|folder| &mut folder.files);
        for file in files.filter(|file| file.content != Content::Given) {
            file.racy = true;
        }
        changed = true;
    }
    changed
}

/// Locates stored coordinates again, since the geodata or the user's own places
/// are others now. Says of how many files the place changed. Identities follow most of
/// their files to what their region is now.
pub fn relocate(dataset: &mut Dataset, progress: &dyn Progress) -> usize {
    let before: Vec<Vec<Option<u32>>> = dataset
        .folders
        .iter()
        .map(|folder| folder.files.iter().map(FileRecord::place).collect())
        .collect();
    progress.files("Naming places again", before.iter().map(Vec::len).sum());
    for file in dataset
        .folders
        .iter_mut()
        .flat_map(|folder| &mut folder.files)
    {
        progress.forward(1);
        let given = file
            .taken
            .place
            .and_then(|place| dataset.places.get(place))
            .is_some_and(|place| place.given);
        if let Some(position) = file.taken.position.filter(|_| !given) {
            file.taken.place = Some(dataset.places.locate(&dataset.geocoder, position));
        }
        if let Some((position, place)) = file
            .correction
            .as_mut()
            .and_then(|correction| correction.position.as_mut())
        {
            *place = dataset.places.locate(&dataset.geocoder, *position);
        }
    }
    progress.done();
    let after = (dataset.folders.iter())
        .flat_map(|folder| &folder.files)
        .map(FileRecord::place);
    let moved = before
        .iter()
        .flatten()
        .zip(after)
        .filter(|(before, after)| *before != after)
        .count();
    // Files by the place before, the place now, and the day.
    let mut files: BTreeMap<(u32, u32, Day), usize> = BTreeMap::new();
    let timeline = Timeline::new(dataset);
    for (folder, before) in dataset.folders.iter().zip(&before) {
        for (file, before) in folder.files.iter().zip(before) {
            if let (Some(before), Some(after), Ok(capture)) =
                (*before, file.place(), timeline.capture(folder, file))
            {
                *files
                    .entry((before, after, capture.local.date.into()))
                    .or_default() += 1;
            }
        }
    }
    drop(timeline);
    let region_of = |place: u32, level| dataset.places.get(place)?.address.region(level);
    let mut of_region: HashMap<_, Vec<_>> = HashMap::new();
    for ((before, after, day), count) in &files {
        for level in Level::ALL {
            if let Some(region) = region_of(*before, level) {
                of_region
                    .entry((level, region))
                    .or_default()
                    .push((*day, *after, *count));
            }
        }
    }
    let mut clusters = std::mem::take(&mut dataset.clusters);
    for cluster in &mut clusters {
        let mut votes: BTreeMap<Region, (usize, u32)> = BTreeMap::new();
        let days = of_region
            .get(&(cluster.level, cluster.region.clone()))
            .into_iter()
            .flatten();
        for (_, after, count) in days.filter(|(day, ..)| cluster.own.contains(*day)) {
            if let Some(region) = dataset
                .places
                .get(*after)
                .and_then(|place| place.address.region(cluster.level))
            {
                votes.entry(region).or_insert((0, *after)).0 += count;
            }
        }
        if let Some((region, (_, place))) = votes.into_iter().max_by_key(|(_, (count, _))| *count)
            && let Some(place) = dataset.places.get(place)
        {
            cluster.region = region;
            cluster.address = Arc::new(place.address.down_to(cluster.level));
        }
    }
    dataset.clusters = clusters;
    moved
}
