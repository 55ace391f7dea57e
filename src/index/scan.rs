//! One root: what is there, compared with what is known, and the rest read.

use std::collections::HashMap;
use std::ffi::{OsStr, OsString};
use std::fs::Metadata;
use std::io;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use chrono_tz::Tz;
use rayon::prelude::*;

use super::moves::Added;
use super::walk::{self, Exclusions, Listing, Walk};
use super::{Failure, Report, Surroundings};
use crate::capture::choose;
use crate::capture::gcj02::Coordinates;
use crate::dataset::{
    Content, Dataset, FileRecord, Folder, Root, RootKind, Sidecar, Stat, Taken, Unknown,
};
use crate::error::Fatal;
use crate::media::{self, Unreadable, sidecar};
use crate::place::{self, Address, Geocoder};

/// A file that was modified so shortly before it was read may be modified again
/// without looking different.
const RACY: i64 = 2_000_000;

/// How many files are read between two looks at the clock.
const BATCH: usize = 8_192;

/// Which part of a root is looked at. Paths are relative to the root.
pub(super) enum Scope<'a> {
    /// A folder and all below it; the empty path is the root.
    Folder(&'a Path),
    /// Some files directly in the root.
    Files(&'a [OsString]),
}

impl Scope<'_> {
    fn covers(&self, dir: &Path, name: &OsStr) -> bool {
        match self {
            Self::Folder(folder) => dir.starts_with(folder),
            Self::Files(names) => dir.as_os_str().is_empty() && names.iter().any(|n| n == name),
        }
    }
}

/// A file that is there.
struct Found<'a> {
    dir: &'a Path,
    name: &'a OsStr,
    path: PathBuf,
    stat: Stat,
    sidecars: Box<[Sidecar]>,
    /// Where the dataset has it: folder and file.
    known: Option<(usize, usize)>,
}

/// What reading a file gave.
struct Reading {
    record: FileRecord,
    located: Option<(Address, Option<Tz>)>,
    /// Maker and model.
    camera: Option<String>,
    /// Why the system did not let it be read. Another run may.
    refused: Option<String>,
}

/// Scans one root, or a part of it; returns what was not known before.
pub(super) fn scan(
    dataset: &mut Dataset,
    root: &Root,
    scope: &Scope<'_>,
    report: &mut Report,
    around: &mut Surroundings<'_>,
) -> Result<Vec<Added>, Fatal> {
    let exclusions = Exclusions::new(&root.options).map_err(Fatal::usage)?;
    around.progress.walking(&root.path);
    if root.kind == RootKind::Folder && dataset.folders.iter().all(|folder| folder.root != root.id)
    {
        // Of a new root much will be read, so the wait for the geodata is hidden
        // behind the walk.
        rayon::spawn(place::prepare);
    }
    let walk = match scope {
        Scope::Folder(folder) if root.kind == RootKind::Folder => {
            walk::walk(&root.path, folder, &exclusions, root.options.follow_links)
        }
        Scope::Folder(_) => listed(&root.path, known_names(dataset, root.id)),
        Scope::Files(names) => listed(&root.path, names.to_vec()),
    };
    let folders: HashMap<&Path, usize> = (0..)
        .zip(&dataset.folders)
        .filter(|(_, folder)| folder.root == root.id)
        .map(|(i, folder)| (folder.dir.as_path(), i))
        .collect();
    let mut found = look_at(root, &walk, report);
    let mut seen: Vec<Vec<bool>> = vec![Vec::new(); dataset.folders.len()];
    for file in &mut found {
        let Some(folder) = folders.get(file.dir).copied() else {
            continue;
        };
        let files = &dataset.folders[folder].files;
        let Ok(index) = files.binary_search_by(|known| known.name.as_os_str().cmp(file.name))
        else {
            continue;
        };
        file.known = Some((folder, index));
        seen[folder].resize(files.len(), false);
        seen[folder][index] = true;
    }
    drop(folders);

    mark_missing(dataset, root, scope, &walk, &exclusions, &seen, report);
    let mut to_read = Vec::new();
    for file in found {
        match file
            .known
            .map(|(folder, index)| &mut dataset.folders[folder].files[index])
        {
            Some(known)
                if known.stat == file.stat && !known.racy && known.sidecars == file.sidecars =>
            {
                keep(known, file.path, report);
            }
            _ => to_read.push(file),
        }
    }
    let added = read_all(dataset, root, &to_read, report, around)?;
    for (path, reason) in walk.unreadable {
        report.unreadable_folders.push(Failure {
            path: root.path.join(path),
            reason,
        });
    }
    dataset.drop_nameless();
    Ok(added)
}

/// The files that a listed root is made of.
fn known_names(dataset: &Dataset, root: u32) -> Vec<OsString> {
    let folders = dataset.folders.iter().filter(|folder| folder.root == root);
    folders
        .flat_map(|folder| folder.files.iter().map(|file| file.name.clone()))
        .collect()
}

/// Files that were named one by one, with the sidecars in their folder.
fn listed(root: &Path, mut media: Vec<OsString>) -> Walk {
    media.sort_unstable();
    media.dedup();
    let names = std::fs::read_dir(root)
        .into_iter()
        .flatten()
        .flatten()
        .map(|entry| entry.file_name());
    let sidecars = names
        .filter_map(|name| walk::sidecar_name(&name).map(str::to_owned))
        .collect();
    Walk {
        folders: [(PathBuf::new(), Listing { media, sidecars })].into(),
        unreadable: Vec::new(),
    }
}

/// Takes the stat of every file and of its sidecars. What vanished since the walk
/// is not found.
fn look_at<'a>(root: &Root, walk: &'a Walk, report: &mut Report) -> Vec<Found<'a>> {
    let follow = root.options.follow_links || root.kind == RootKind::Listed;
    let folders: Vec<_> = (walk.folders.iter())
        .map(|(dir, listing)| {
            let sidecars = sidecar::Names::new(listing.sidecars.iter().map(String::as_str));
            (dir.as_path(), root.path.join(dir), listing, sidecars)
        })
        .collect();
    let names: Vec<_> = folders
        .iter()
        .flat_map(|folder| {
            folder
                .2
                .media
                .iter()
                .map(move |name| (folder, name.as_os_str()))
        })
        .collect();
    let look = |((dir, folder, _, sidecars), name): &(
        &(&'a Path, PathBuf, &Listing, sidecar::Names),
        &'a OsStr,
    )| {
        let path = folder.join(name);
        let metadata = if follow {
            path.metadata()
        } else {
            path.symlink_metadata()
        };
        match metadata {
            Ok(metadata) if metadata.is_file() => {
                let sidecars = name
                    .to_str()
                    .map(|name| sidecars_of(folder, name, sidecars))
                    .unwrap_or_default();
                let stat = stat_of(&metadata);
                Some(Ok(Found {
                    dir,
                    name,
                    path,
                    stat,
                    sidecars,
                    known: None,
                }))
            }
            Ok(_) => None,
            Err(e) if e.kind() == io::ErrorKind::NotFound => None,
            Err(e) => Some(Err(Failure {
                path,
                reason: e.to_string(),
            })),
        }
    };
    let looked: Vec<_> = names.par_iter().with_min_len(64).filter_map(look).collect();
    let mut found = Vec::with_capacity(looked.len());
    for file in looked {
        match file {
            Ok(file) => found.push(file),
            Err(failure) => report.unreadable_folders.push(failure),
        }
    }
    found
}

fn sidecars_of(folder: &Path, name: &str, sidecars: &sidecar::Names) -> Box<[Sidecar]> {
    if sidecars.is_empty() {
        return Box::default();
    }
    let names = [sidecars.xmp(name), sidecars.takeout(name)];
    let look = |name: &str| {
        let metadata = folder
            .join(name)
            .metadata()
            .ok()
            .filter(Metadata::is_file)?;
        let stat = stat_of(&metadata);
        Some(Sidecar {
            name: name.to_owned(),
            size: stat.size,
            mtime: stat.mtime,
        })
    };
    names.into_iter().flatten().filter_map(look).collect()
}

/// Lets a root follow its folder to another place. Files that are there with the
/// size and modification time that are known are as they were; only their change
/// time is another. Returns how many they are.
pub fn move_root(dataset: &mut Dataset, id: u32, new: &Path) -> usize {
    if let Some(root) = dataset.roots.iter_mut().find(|root| root.id == id) {
        new.clone_into(&mut root.path);
        root.mount = false;
    }
    let mut found = 0;
    for folder in dataset
        .folders
        .iter_mut()
        .filter(|folder| folder.root == id)
    {
        for file in &mut folder.files {
            let Ok(metadata) = new.join(&folder.dir).join(&file.name).metadata() else {
                continue;
            };
            let stat = stat_of(&metadata);
            if (stat.size, stat.mtime) == (file.stat.size, file.stat.mtime) {
                file.stat = stat;
                file.missing = false;
                found += usize::from(file.content != Content::Other);
            }
        }
    }
    found
}

#[cfg(unix)]
fn stat_of(metadata: &Metadata) -> Stat {
    use std::os::unix::fs::MetadataExt;
    let micros = |seconds: i64, nanos: i64| {
        seconds
            .saturating_mul(1_000_000)
            .saturating_add(nanos / 1000)
    };
    Stat {
        size: metadata.size(),
        mtime: micros(metadata.mtime(), metadata.mtime_nsec()),
        ctime: micros(metadata.ctime(), metadata.ctime_nsec()),
    }
}

#[cfg(not(unix))]
fn stat_of(metadata: &Metadata) -> Stat {
    let mtime = metadata.modified().map_or(0, micros);
    Stat {
        size: metadata.len(),
        mtime,
        ctime: mtime,
    }
}

/// Microseconds since 1970-01-01 UTC.
fn micros(time: SystemTime) -> i64 {
    let signed = |d: Duration| i64::try_from(d.as_micros()).unwrap_or(i64::MAX);
    time.duration_since(UNIX_EPOCH)
        .map_or_else(|e| -signed(e.duration()), signed)
}

/// A known file that looks as it did.
fn keep(known: &mut FileRecord, path: PathBuf, report: &mut Report) {
    let came_back = std::mem::take(&mut known.missing);
    report.changed |= came_back;
    match &known.content {
        Content::Failed(reason) => report.failures.push(Failure {
            path,
            reason: reason.to_string(),
        }),
        Content::Media(_) if came_back => report.updated += 1,
        Content::Media(_) => report.unchanged += 1,
        Content::Other | Content::Given => {}
    }
}

/// Marks what is known below the scope and was not found. What is left out on
/// purpose now is dropped, and what lies in an unreadable folder is left alone.
fn mark_missing(
    dataset: &mut Dataset,
    root: &Root,
    scope: &Scope<'_>,
    walk: &Walk,
    exclusions: &Exclusions,
    seen: &[Vec<bool>],
    report: &mut Report,
) {
    for (folder, seen) in dataset
        .folders
        .iter_mut()
        .zip(seen)
        .filter(|(folder, _)| folder.root == root.id)
    {
        let hidden_from_us = walk
            .unreadable
            .iter()
            .any(|(path, _)| folder.dir.starts_with(path));
        for (index, file) in folder.files.iter_mut().enumerate() {
            let was_seen = seen.get(index).copied().unwrap_or(false);
            let path = || root.path.join(&folder.dir).join(&file.name);
            let refused = || {
                report
                    .unreadable_folders
                    .iter()
                    .any(|failure| failure.path == path())
            };
            if was_seen || hidden_from_us || !scope.covers(&folder.dir, &file.name) || refused() {
                continue;
            }
            let walked = root.kind == RootKind::Folder;
            if walked && exclusions.leave_out(&root.path, &folder.dir, &file.name) {
                // A file without a name is on its way out.
                file.name = OsString::new();
                report.left_out += 1;
                report.changed = true;
            } else if !std::mem::replace(&mut file.missing, true) {
                report.changed = true;
            }
        }
    }
}

fn read_all(
    dataset: &mut Dataset,
    root: &Root,
    to_read: &[Found<'_>],
    report: &mut Report,
    around: &mut Surroundings<'_>,
) -> Result<Vec<Added>, Fatal> {
    let mut folders: HashMap<PathBuf, usize> = (0..)
        .zip(&dataset.folders)
        .filter(|(_, folder)| folder.root == root.id)
        .map(|(i, folder)| (folder.dir.clone(), i))
        .collect();
    let geocoder = dataset.geocoder.clone();
    let mut added = Vec::new();
    let mut last_checkpoint = Instant::now();
    around.progress.reading(to_read.len());
    for batch in to_read.chunks(BATCH) {
        let readings: Vec<Reading> = batch
            .par_iter()
            .map(|found| {
                let reading = read(found, &geocoder, root.options.coordinates);
                around.progress.one_more();
                reading
            })
            .collect();
        for (found, mut reading) in batch.iter().zip(readings) {
            if let Some((address, zone)) = reading.located {
                reading.record.taken.place = Some(dataset.places.intern(address, zone, false));
            }
            reading.record.taken.camera = reading.camera.map(|camera| dataset.camera(&camera));
            if let Some((folder, index)) = found.known {
                let known = &mut dataset.folders[folder].files[index];
                replace(known, reading.record, reading.refused, found, report);
                continue;
            }
            match &reading.record.content {
                Content::Failed(reason) => {
                    let reason = reason.to_string();
                    report.failures.push(Failure {
                        path: found.path.clone(),
                        reason,
                    });
                }
                Content::Media(_) => {
                    report.added += 1;
                    added.push((root.id, found.dir.to_owned(), found.name.to_owned()));
                }
                Content::Other | Content::Given => {}
            }
            report.changed = true;
            let folder = *folders.entry(found.dir.to_owned()).or_insert_with(|| {
                let (root, dir) = (root.id, found.dir.to_owned());
                dataset.folders.push(Folder {
                    root,
                    dir,
                    files: Vec::new(),
                    unknown: Unknown::new(),
                });
                dataset.folders.len() - 1
            });
            dataset.folders[folder].files.push(reading.record);
        }
        if report.changed && last_checkpoint.elapsed() >= around.checkpoint_every {
            (around.checkpoint)(dataset)?;
            last_checkpoint = Instant::now();
        }
    }
    around.progress.done();
    Ok(added)
}

/// Puts what was read in the place of what was known.
fn replace(
    known: &mut FileRecord,
    mut new: FileRecord,
    refused: Option<String>,
    found: &Found<'_>,
    report: &mut Report,
) {
    let came_back = std::mem::take(&mut known.missing);
    report.changed |= came_back;
    if let Some(reason) = refused {
        // The facts of before are better than none, and the stat of before makes
        // the next run try again.
        report.failures.push(Failure {
            path: found.path.clone(),
            reason,
        });
        return;
    }
    new.unknown = known.unknown.take();
    new.correction = known.correction.take();
    if known.stat == new.stat {
        new.digest = known.digest;
    }
    let same_facts = known.content == new.content && known.taken == new.taken;
    match &new.content {
        Content::Failed(reason) => {
            report.failures.push(Failure {
                path: found.path.clone(),
                reason: reason.to_string(),
            });
        }
        Content::Media(_) if same_facts && !came_back => report.unchanged += 1,
        Content::Media(_) => report.updated += 1,
        Content::Other | Content::Given => {}
    }
    // To be no longer racy is no reason to save.
    report.changed |= !same_facts || known.stat != new.stat || known.sidecars != new.sidecars;
    *known = new;
}

/// Reads one file. A panic in a reader costs that file alone.
fn read(found: &Found<'_>, geocoder: &Geocoder, coordinates: Coordinates) -> Reading {
    let read = media::read(&found.path, Some(found.stat.size), &found.sidecars);
    let racy = (micros(SystemTime::now()) - found.stat.mtime).abs() < RACY;
    let mut record = FileRecord {
        name: found.name.to_owned(),
        stat: found.stat,
        racy,
        missing: false,
        content: Content::Other,
        sidecars: found.sidecars.clone(),
        taken: Taken::default(),
        correction: None,
        digest: None,
        unknown: None,
    };
    let mut refused = None;
    let mut located = None;
    let mut camera = None;
    match read {
        Ok(None) => {}
        Ok(Some((format, facts))) => {
            record.content = Content::Media(format);
            let (time_source, time) = choose::time(&facts, format.is_video()).unzip();
            let (position_source, position) = choose::position(&facts).unzip();
            let position =
                position.map(|read| coordinates.to_wgs84(read, place::in_mainland_china));
            record.taken = Taken {
                time,
                time_source,
                position,
                position_source,
                offset_beside: time.and_then(|time| choose::offset_beside(&facts, time)),
                live_photo: facts
                    .content_id
                    .as_deref()
                    .map(|id| crc32fast::hash(id.as_bytes())),
                ..Taken::default()
            };
            camera = facts.camera();
            located = position.map(|position| {
                (
                    geocoder.locate(position).unwrap_or_else(Address::unknown),
                    place::zone::zone_of(position),
                )
            });
        }
        Err(Unreadable::Io(error)) => {
            let reason = error.to_string();
            record.content = Content::Failed(reason.as_str().into());
            // No file looks like this, so the next run tries again.
            record.stat = Stat {
                size: found.stat.size,
                ..Stat::default()
            };
            refused = Some(reason);
        }
        Err(Unreadable::Malformed(reason)) => record.content = Content::Failed(reason.into()),
    }
    Reading {
        record,
        located,
        camera,
        refused,
    }
}
