//! Reading what is new or changed, and putting it into the dataset.

use std::io;
use std::path::{Path, PathBuf};
use std::time::{Instant, SystemTime};

use chrono_tz::Tz;
use imm_cluster_messages::retold;
use rayon::prelude::*;

use super::error::IndexError;
use super::found::{FoundFile, ToRead};
use super::moves::Added;
use super::report::{Failure, IndexServices, Report};
use super::stat::{is_gone, micros};
use super::walk::Seen;
use crate::capture::gcj02::Coordinates;
use crate::dataset::{Content, Dataset, FileRecord, Folder, Root, Sidecar, Stat, Taken, Unknown};
use crate::disk::is_no_file;
use crate::media::facts::Facts;
use crate::media::format::Format;
use crate::media::{self, SidecarEntry, Unreadable, believe};
use crate::place::{self, Address, Geocoder};

/// A file that was modified so shortly before it was read may be modified again
/// without looking different.
const RACY: i64 = 2_000_000;

/// How many files are read between two looks at the clock.
const BATCH: usize = 8_192;
/// Why nothing is known of a file that was there when its folder was listed.
const VANISHED: &str = "it vanished before it could be read";

/// What reading a file gave.
struct Reading {
    record: FileRecord,
    located: Option<(Address, Option<Tz>)>,
    /// Maker and model.
    camera: Option<String>,
    /// Why the system did not let it be read. Another run may.
    refused: Option<io::Error>,
    /// Its sidecars that the system did not let be read, and why.
    unread: Vec<(String, String)>,
}

/// Reads the files and puts what they say into the dataset; returns what was not
/// known before.
pub(super) fn read_all(
    dataset: &mut Dataset,
    root: &Root,
    to_read: &[ToRead],
    report: &mut Report,
    around: &mut IndexServices<'_>,
) -> Result<Vec<Added>, IndexError> {
    let files: Vec<(usize, &FoundFile)> = (0..)
        .zip(to_read)
        .flat_map(|(i, folder)| folder.files.iter().map(move |found| (i, found)))
        .collect();
    if files.is_empty() {
        return Ok(Vec::new());
    }
    let geocoder = dataset.geocoder.clone();
    let coordinates = root.options.coordinates;
    let mut intake = Intake::new(dataset, root, to_read, report);
    let mut last_checkpoint = Instant::now();
    let clock = around.clock;
    around.progress.reading(files.len());
    for batch in files.chunks(BATCH) {
        let read_one = |(folder, found): &(usize, &FoundFile)| {
            let go_on = around.interrupt.signal().is_none();
            let path = intake.paths.get(*folder).filter(|_| go_on);
            let reading = path.map(|path| read(path, found, &geocoder, coordinates, clock()));
            around.progress.one_more();
            reading
        };
        let readings: Vec<Option<Reading>> = batch.par_iter().map(read_one).collect();
        for ((folder, found), reading) in batch.iter().zip(readings) {
            if let Some(reading) = reading {
                intake.take(*folder, found, reading);
            }
        }
        if let Some(signal) = around.interrupt.signal() {
            around.progress.done();
            return Err(end(signal, intake.dataset, intake.report, around));
        }
        if intake.report.changed && last_checkpoint.elapsed() >= around.checkpoint_every {
            (around.checkpoint)(intake.dataset)?;
            last_checkpoint = Instant::now();
        }
    }
    around.progress.done();
    Ok(intake.finish())
}

/// Puts readings into a dataset, one after another.
struct Intake<'a> {
    dataset: &'a mut Dataset,
    root: &'a Root,
    to_read: &'a [ToRead],
    report: &'a mut Report,
    /// The path of each folder of `to_read`.
    paths: Vec<PathBuf>,
    /// The index in the dataset of each folder of `to_read`, as soon as it has one.
    folders: Vec<Option<usize>>,
    /// Into a new dataset nothing can have moved.
    may_have_moved: bool,
    /// What was not known before.
    added: Vec<Added>,
}

impl<'a> Intake<'a> {
    fn new(
        dataset: &'a mut Dataset,
        root: &'a Root,
        to_read: &'a [ToRead],
        report: &'a mut Report,
    ) -> Self {
        let paths = to_read.iter().map(|folder| root.path.join(&folder.dir));
        Self {
            may_have_moved: !dataset.folders.is_empty(),
            dataset,
            root,
            to_read,
            report,
            paths: paths.collect(),
            folders: to_read.iter().map(|folder| folder.folder).collect(),
            added: Vec::new(),
        }
    }

    /// Puts what reading a file of that folder of `to_read` gave into the dataset.
    fn take(&mut self, folder: usize, found: &FoundFile, mut reading: Reading) {
        if let Some((address, zone)) = reading.located.take() {
            let place = self.dataset.places.intern(address, zone, false);
            reading.record.taken.place = Some(place);
        }
        let camera = reading.camera.take();
        reading.record.taken.camera = camera.map(|camera| self.dataset.camera(&camera));
        for (sidecar, reason) in &reading.unread {
            self.report.unreadable_folders.push(Failure {
                path: self.paths[folder].join(sidecar),
                reason: retold(reason).into_owned(),
            });
        }
        match (self.to_read[folder].folder, found.known) {
            (Some(at), Some(index)) => {
                let path = || self.paths[folder].join(&found.seen.name);
                let known = &mut self.dataset.folders[at].files[index];
                if replace(known, reading.record, reading.refused, path, self.report) {
                    self.remember(folder, found, false);
                }
            }
            _ => self.add(folder, found, reading),
        }
    }

    /// Adds the record of a file that was not known.
    fn add(
        &mut self,
        folder: usize,
        found: &FoundFile,
        Reading {
            record, refused, ..
        }: Reading,
    ) {
        if let Content::Failed(reason) = &record.content {
            self.report.failures.push(Failure {
                path: self.paths[folder].join(&found.seen.name),
                reason: retold(reason).into_owned(),
            });
        }
        if refused.as_ref().is_some_and(is_no_file_there) {
            // It is gone since the walk, so there is nothing to make a record of.
            return;
        }
        if matches!(record.content, Content::Media(_)) {
            self.report.added += 1;
            if self.may_have_moved {
                self.remember(folder, found, true);
            }
        }
        self.report.changed = true;
        let ToRead {
            dir,
            elsewhere,
            files,
            ..
        } = &self.to_read[folder];
        let folders = &mut self.dataset.folders;
        let at = *self.folders[folder].get_or_insert_with(|| {
            folders.push(Folder {
                root: self.root.id,
                dir: dir.to_path_buf(),
                elsewhere: *elsewhere,
                files: Vec::with_capacity(files.len()),
                unknown: Unknown::new(),
            });
            folders.len() - 1
        });
        folders[at].files.push(record);
    }

    fn remember(&mut self, folder: usize, found: &FoundFile, counted: bool) {
        self.added.push(Added {
            root: self.root.id,
            dir: self.to_read[folder].dir.clone(),
            name: found.seen.name.clone(),
            counted,
        });
    }

    /// Brings the files of each folder into their order; returns what was not known before.
    fn finish(self) -> Vec<Added> {
        for folder in self.folders.into_iter().flatten() {
            if let Some(folder) = self.dataset.folders.get_mut(folder) {
                folder.files.sort_by(|a, b| a.name.cmp(&b.name));
            }
        }
        self.added
    }
}

/// Saves what was read until a signal came, and says so.
pub(super) fn end(
    signal: u8,
    dataset: &Dataset,
    report: &Report,
    around: &mut IndexServices<'_>,
) -> IndexError {
    let saved = report.changed.then_some(report.added + report.updated);
    let checkpoint = saved.map_or(Ok(()), |_| (around.checkpoint)(dataset));
    checkpoint.map_or_else(IndexError::Store, |()| IndexError::Interrupted {
        signal,
        saved,
    })
}

/// Puts what was read in the place of what was known. Says whether that is a photo or
/// video only now.
fn replace(
    known: &mut FileRecord,
    mut new: FileRecord,
    refused: Option<io::Error>,
    path: impl Fn() -> PathBuf,
    report: &mut Report,
) -> bool {
    let vanished = refused.as_ref().is_some_and(is_no_file_there);
    let came_back = !vanished && std::mem::take(&mut known.missing);
    report.changed |= came_back;
    if let (Some(_), Content::Failed(reason)) = (refused, &new.content) {
        report.failures.push(Failure {
            path: path(),
            reason: retold(reason).into_owned(),
        });
        // The facts of before are better than none, and the stat of before makes the next run
        // try again. Only a file that was never read has none.
        if vanished || !was_refused(known) {
            return false;
        }
    } else if keeps_sidecars(known, &new) {
        report.unchanged += 1;
        return false;
    }
    new.inherit(known);
    if known.stat == new.stat {
        new.digest = known.digest;
    }
    let is_media = matches!(new.content, Content::Media(_));
    let is_found = is_media && !matches!(known.content, Content::Media(_));
    let same_facts = known.content == new.content && known.taken == new.taken;
    match &new.content {
        Content::Failed(_) if was_refused(&new) => {}
        Content::Failed(reason) => {
            report.failures.push(Failure {
                path: path(),
                reason: retold(reason).into_owned(),
            });
        }
        Content::Media(_) if same_facts && !came_back => report.unchanged += 1,
        Content::Media(_) => report.updated += 1,
        Content::Other | Content::Given => {}
    }
    // `reread` is not compared: that a file is settled now is no reason to save.
    report.changed |= !same_facts || known.stat != new.stat || known.sidecars != new.sidecars;
    *known = new;
    is_found
}

/// Whether what was a file when its folder was listed is none any more.
fn is_no_file_there(error: &io::Error) -> bool {
    is_gone(error) || is_no_file(error)
}

/// A stat that no file has, so that the next run tries again. Only the size is true.
fn no_stat(size: u64) -> Stat {
    Stat {
        size,
        ..Stat::default()
    }
}

/// Whether nothing was read of a file yet: the system never let it, or it was left out.
fn was_refused(file: &FileRecord) -> bool {
    !matches!(file.content, Content::Media(_)) && file.stat == no_stat(file.stat.size)
}

/// Whether what is known comes from a sidecar that cannot be read now. Then it is better
/// than what the file says without, and the sidecar will be tried again, since it does
/// not look as it did or could not be looked at.
fn keeps_sidecars(known: &FileRecord, new: &FileRecord) -> bool {
    let unread = |sidecar: &&Sidecar| sidecar.is_unread();
    let was_read = |name: &str| {
        let mut known = known.sidecars.iter();
        known.any(|sidecar| sidecar.name == name && !sidecar.is_unread())
    };
    matches!(known.content, Content::Media(_))
        && (new.sidecars.iter())
            .filter(unread)
            .any(|sidecar| was_read(&sidecar.name))
}

/// Reads one file. A panic in a reader costs that file alone.
fn read(
    folder: &Path,
    found: &FoundFile,
    geocoder: &Geocoder,
    coordinates: Coordinates,
    now: SystemTime,
) -> Reading {
    let seen = &found.seen;
    // Sidecars that could not be looked at are in the report of the walk already.
    let known = seen.sidecars.iter().filter(|sidecar| !sidecar.is_unread());
    let sidecars: Vec<SidecarEntry<'_>> = known.map(Sidecar::beside).collect();
    let read = media::read(&folder.join(&seen.name), Some(seen.stat.size), &sidecars);
    let mut reading = Reading::new(seen, micros(now));
    match read {
        Ok(None) => {}
        Ok(Some((format, facts))) => reading.believe(format, facts, geocoder, coordinates),
        Err(Unreadable::Io(error)) => reading.refuse(error),
        Err(Unreadable::Malformed(reason)) => {
            reading.record.content = Content::Failed(reason.into());
        }
    }
    reading
}

impl Reading {
    /// The reading of a file that nothing is known of but how it looks; `now` is in
    /// microseconds since 1970-01-01 UTC.
    fn new(seen: &Seen, now: i64) -> Self {
        let racy = |mtime: i64| (now - mtime).abs() < RACY;
        Self {
            record: FileRecord {
                name: seen.name.as_os_str().into(),
                stat: seen.stat,
                reread: racy(seen.stat.mtime)
                    || seen.sidecars.iter().any(|sidecar| racy(sidecar.mtime)),
                missing: false,
                content: Content::Other,
                sidecars: seen.sidecars.clone(),
                taken: Taken::default(),
                correction: None,
                digest: None,
                unknown: None,
            },
            located: None,
            camera: None,
            refused: None,
            unread: Vec::new(),
        }
    }

    /// Takes over what is believed of the facts that the file states.
    fn believe(
        &mut self,
        format: Format,
        facts: Facts,
        geocoder: &Geocoder,
        coordinates: Coordinates,
    ) {
        let (time_source, time) = believe::time(&facts, format.is_video()).unzip();
        let (position_source, position) = believe::position(&facts).unzip();
        let position = position.map(|read| coordinates.to_wgs84(read, place::in_mainland_china));
        let live_photo = facts.content_id.as_deref().map(str::as_bytes);
        self.record.content = Content::Media(format);
        self.record.taken = Taken {
            time,
            time_source,
            partial_date: believe::partial_date(&facts, format.is_video()),
            local_date: believe::local_date(&facts, format.is_video()),
            position,
            position_source,
            offset_beside: time.and_then(|time| believe::offset_beside(&facts, time)),
            live_photo: live_photo.map(crc32fast::hash),
            ..Taken::default()
        };
        self.camera = facts.camera();
        self.unread = facts.refused;
        for (name, _) in &self.unread {
            let mut sidecars = self.record.sidecars.iter_mut();
            if let Some(sidecar) = sidecars.find(|sidecar| sidecar.name == *name) {
                *sidecar = Sidecar::unread(name);
            }
        }
        self.located = position.map(|position| {
            let (address, zone) = geocoder.locate(position);
            (address.unwrap_or_else(Address::unknown), zone)
        });
    }

    /// Remembers that the system did not let the file be read.
    fn refuse(&mut self, error: io::Error) {
        self.record.content = Content::Failed(if is_gone(&error) {
            VANISHED.into()
        } else {
            error.to_string().into()
        });
        self.record.stat = no_stat(self.record.stat.size);
        self.refused = Some(error);
    }
}

#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "files of the tests' own")]
mod tests {
    use std::fs::{self, File};

    use tempfile::TempDir;

    use super::*;
    use crate::dataset::RootKind;
    use crate::index::scan::{Scope, scan};
    use crate::index::stat::stat_of;
    use crate::interrupt::Interrupt;

    const MOVIE: &[u8] = include_bytes!("../../../../fixtures/synthetic/apple_keys.mov");

    /// A folder that is a root, and what is known of it.
    struct Library {
        folder: TempDir,
        dataset: Dataset,
    }

    impl Library {
        fn new() -> Self {
            let folder = tempfile::tempdir().unwrap();
            let mut dataset = Dataset::empty();
            dataset.add_root(folder.path(), RootKind::Folder);
            Self { folder, dataset }
        }

        /// A file that is not of today, so that only its size and its change time
        /// tell of an edit.
        fn write(&self, content: &[u8]) {
            let path = self.folder.path().join("a.mov");
            fs::write(&path, content).unwrap();
            let file = File::options().write(true).open(path).unwrap();
            file.set_modified(SystemTime::UNIX_EPOCH).unwrap();
        }

        fn remove(&self) {
            fs::remove_file(self.folder.path().join("a.mov")).unwrap();
        }

        fn look(&self) -> Seen {
            let metadata = self.folder.path().join("a.mov").metadata().unwrap();
            Seen {
                name: "a.mov".into(),
                stat: stat_of(&metadata),
                sidecars: Box::default(),
                in_cloud: false,
            }
        }

        /// Reads a file that looked like this some time ago.
        fn read(&mut self, seen: Seen) -> Report {
            let known = (!self.dataset.folders.is_empty()).then_some(0);
            let to_read = ToRead {
                dir: Path::new("").into(),
                folder: known,
                elsewhere: false,
                files: vec![FoundFile { seen, known }],
            };
            self.with(|dataset, root, report, around| {
                read_all(dataset, root, &[to_read], report, around).unwrap();
            })
        }

        fn scan(&mut self) -> Report {
            self.with(|dataset, root, report, around| {
                let all = Scope::Folder(Path::new(""));
                let sorted = dataset.folders.len();
                scan(dataset, sorted, root, &all, report, around).unwrap();
            })
        }

        fn with(
            &mut self,
            work: impl FnOnce(&mut Dataset, &Root, &mut Report, &mut IndexServices<'_>),
        ) -> Report {
            let mut report = Report::default();
            let mut around = IndexServices {
                progress: &crate::progress::Silent,
                jobs: Some(1),
                download: false,
                interrupt: &Interrupt::default(),
                checkpoint: &mut |_| Ok(()),
                clock: &SystemTime::now,
                checkpoint_every: std::time::Duration::MAX,
            };
            let root = self.dataset.roots[0].clone();
            work(&mut self.dataset, &root, &mut report, &mut around);
            report
        }
    }

    fn failures(report: &Report) -> Vec<&str> {
        report.failures.iter().map(|f| f.reason.as_str()).collect()
    }

    #[test]
    fn a_file_that_grows_while_it_is_read_is_read_again() {
        for cut in [0, 40, MOVIE.len() / 2, MOVIE.len() - 1] {
            let mut library = Library::new();
            library.write(&MOVIE[..cut]);
            let seen = library.look();
            library.write(MOVIE);
            library.read(seen);
            assert_eq!(library.scan().failures.len(), 0, "{cut}");
            let whole = library.dataset.clone();
            let file = &whole.folders[0].files[0];
            assert_eq!(file.stat, library.look().stat);
            assert!(file.taken.time.is_some());
            let third = library.scan();
            assert_eq!((third.unchanged, third.changed), (1, false));
            assert!(library.dataset == whole);
        }
    }

    #[test]
    fn a_file_that_shrinks_while_it_is_read_is_read_again() {
        let mut library = Library::new();
        library.write(MOVIE);
        let seen = library.look();
        library.write(&MOVIE[..40]);
        assert_eq!(library.read(seen).failures.len(), 1);
        library.write(MOVIE);
        assert_eq!(library.scan().updated, 1);
    }

    #[test]
    fn of_a_new_file_that_vanishes_nothing_stays() {
        let mut library = Library::new();
        library.write(MOVIE);
        let seen = library.look();
        library.remove();
        let report = library.read(seen);
        assert_eq!(failures(&report), ["it vanished before it could be read"]);
        assert_eq!(report.scanned(), 1);
        assert!(!report.changed && library.dataset.folders.is_empty());
    }

    #[test]
    fn what_is_known_of_a_file_outlives_that_it_vanishes_while_it_is_read() {
        let mut library = Library::new();
        library.write(MOVIE);
        library.scan();
        let before = library.dataset.clone();
        library.write(&MOVIE[..40]);
        let seen = library.look();
        library.remove();
        let report = library.read(seen);
        assert_eq!(failures(&report), ["it vanished before it could be read"]);
        assert!(!report.changed && library.dataset == before);
        assert_eq!(library.scan().lost, 1);
        assert!(library.dataset.folders[0].files[0].missing);
    }

    #[cfg(unix)]
    #[test]
    fn a_file_that_became_a_pipe_is_not_waited_for() {
        let become_a_pipe = |library: &Library| {
            library.remove();
            let path = library.folder.path().join("a.mov");
            let mut mkfifo = std::process::Command::new("mkfifo");
            assert!(mkfifo.arg(path).status().unwrap().success());
        };
        let mut library = Library::new();
        library.write(MOVIE);
        let seen = library.look();
        become_a_pipe(&library);
        let report = library.read(seen);
        assert_eq!(failures(&report), ["it is no longer a regular file"]);
        assert!(!report.changed && library.dataset.folders.is_empty());

        library.remove();
        library.write(MOVIE);
        library.scan();
        let before = library.dataset.clone();
        library.write(&MOVIE[..40]);
        let seen = library.look();
        become_a_pipe(&library);
        let report = library.read(seen);
        assert_eq!(failures(&report), ["it is no longer a regular file"]);
        assert!(!report.changed && library.dataset == before);
        assert_eq!(library.scan().lost, 1);
    }

    #[cfg(unix)]
    #[test]
    fn a_sidecar_that_became_a_pipe_is_not_waited_for() {
        let mut library = Library::new();
        library.write(MOVIE);
        let pipe = library.folder.path().join("a.xmp");
        let mut mkfifo = std::process::Command::new("mkfifo");
        assert!(mkfifo.arg(&pipe).status().unwrap().success());
        let mut seen = library.look();
        let stat = stat_of(&pipe.metadata().unwrap());
        seen.sidecars = Box::new([Sidecar::new("a.xmp", Stat { size: 9, ..stat })]);
        let report = library.read(seen);
        assert_eq!((report.added, report.unreadable_folders.len()), (1, 1));
        assert!(library.dataset.folders[0].files[0].sidecars[0].is_unread());
    }
}
