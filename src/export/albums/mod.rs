//! A folder for each cluster, with links to its files or copies of them.
//!
//! What is there is compared with what is wanted, and only the difference is made.
//! Nothing is removed that is not as an earlier export made it, nor the last copy of
//! a file.

mod assign;
mod folders;
mod place;

use std::collections::{BTreeSet, HashMap, HashSet};
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use serde::Serialize;

pub(crate) use super::manifest::NAME as MANIFEST;
use super::manifest::{Album, Entry, Manifest};
use super::replace::is_temporary;
use super::template::Template;
use super::{Photo, Selection, Trip, names};
use folders::make_folder;
pub(crate) use place::How;
use place::{Is, make, may_go, verify};

/// What albums are wanted.
#[derive(Debug)]
pub(crate) struct Albums {
    /// The folder that they are in.
    pub dir: PathBuf,
    /// How files come into them.
    pub how: How,
    /// What they are called.
    pub template: Template,
    /// Whether those of clusters that are not chosen go, too.
    pub prune: bool,
    /// Whether nothing is done.
    pub dry_run: bool,
}

/// What was done.
#[derive(Debug, Default, Serialize)]
pub(crate) struct Report {
    /// What became of each album that is not as before.
    pub changes: Vec<Change>,
    /// Albums that are as before.
    pub unchanged: usize,
    /// Links and copies that were made, or made anew.
    pub added: usize,
    /// Those that were removed.
    pub removed: usize,
    /// Files that are not there at present.
    pub not_there: usize,
    /// What an export made and is otherwise now, or the last copy of a file. It stays.
    pub left_alone: Vec<String>,
    /// Albums of listed clusters that are not chosen. They stay.
    pub not_chosen: usize,
    /// Albums of clusters that the dataset does not know. They stay.
    pub unknown: usize,
}

/// What became of one album.
#[derive(Debug, Serialize)]
#[expect(clippy::struct_field_names, reason = "it is the key in JSON")]
pub(crate) struct Change {
    /// The cluster.
    pub object_id: String,
    /// `new`, `renamed`, `changed` or `removed`.
    pub change: &'static str,
    /// Its folder below the folder of all.
    pub folder: String,
    /// Where it was.
    pub was: Option<String>,
    /// Links and copies that were made.
    pub added: usize,
    /// Those that were removed.
    pub removed: usize,
}

/// What could not be done.
#[derive(Debug)]
pub(crate) struct Failure {
    /// Where.
    pub path: PathBuf,
    /// Why.
    pub source: io::Error,
    /// Whether the list of what earlier exports made is to blame.
    pub of_manifest: bool,
}

/// The work on one folder of albums.
struct Work<'a> {
    wanted: &'a Albums,
    manifest: Manifest,
    report: Report,
}

impl Albums {
    /// Brings the albums to what the selection holds.
    ///
    /// # Errors
    /// Names what could not be done; what was done until then is remembered.
    pub(crate) fn export(&self, selection: &Selection<'_>) -> Result<Report, Failure> {
        if !(self.dry_run || selection.trips().is_empty()) {
            fs::create_dir_all(&self.dir).map_err(at(&self.dir))?;
        }
        let _lock = lock(&self.dir).map_err(at(&self.dir))?;
        let of_manifest = |source| Failure {
            path: self.dir.join(MANIFEST),
            source,
            of_manifest: true,
        };
        let mut work = Work {
            wanted: self,
            manifest: Manifest::read(&self.dir).map_err(of_manifest)?,
            report: Report::default(),
        };
        work.remove_old(selection)?;
        let targets = work.targets(selection);
        let moved = work.rename(selection, &targets)?;
        for (number, trip) in selection.trips().iter().enumerate() {
            if let Some(target) = targets.get(number) {
                let was = moved.get(&trip.cluster.object_id);
                work.update(selection, number, target, was.map(String::as_str))?;
            }
        }
        work.manifest.finish().map_err(of_manifest)?;
        Ok(work.report)
    }
}

impl Work<'_> {
    /// Removes the albums of clusters that are no longer listed, and with `prune` all
    /// that are not chosen.
    fn remove_old(&mut self, selection: &Selection<'_>) -> Result<(), Failure> {
        let chosen: HashSet<&str> = ids(selection.trips().iter()).collect();
        let listed: HashMap<&str, bool> = (selection.dataset().clusters.iter())
            .map(|cluster| (cluster.object_id.as_str(), cluster.is_live()))
            .collect();
        let known: Vec<String> = self.manifest.albums().keys().cloned().collect();
        for id in known {
            if chosen.contains(id.as_str()) {
                continue;
            }
            match listed.get(id.as_str()) {
                _ if self.wanted.prune => self.clear(&id)?,
                Some(false) => self.clear(&id)?,
                Some(true) => self.report.not_chosen += 1,
                None => self.report.unknown += 1,
            }
        }
        Ok(())
    }

    /// Empties an album of what an export put into it, and removes its folder when
    /// nothing else is in it.
    fn clear(&mut self, id: &str) -> Result<(), Failure> {
        let folder = self.folder_of(id);
        let path = self.wanted.dir.join(&folder);
        let (mut kept, mut removed) = (Vec::new(), 0);
        let (ours, others) = sort_out(&path, self.entries(id)?);
        for name in others {
            self.leave(&path.join(name));
        }
        for entry in ours {
            let at_entry = path.join(&entry.name);
            if may_go(&at_entry, &entry) {
                self.remove(&at_entry)?;
                removed += 1;
            } else {
                self.leave(&at_entry);
                kept.push(entry);
            }
        }
        if !kept.is_empty() && removed == 0 {
            return Ok(());
        }
        self.report.removed += removed;
        self.change(id, "removed", &folder, None, (0, removed));
        if self.wanted.dry_run {
            return Ok(());
        }
        sweep(&path);
        if kept.is_empty() {
            // What somebody else put into it stays, and so does the folder.
            let _ = fs::remove_dir(&path);
            self.remembering(|manifest| manifest.forget(id))?;
            self.drop_parents(&folder)
        } else {
            let album = Album {
                id: id.to_owned(),
                folder,
                was: None,
                entries: kept,
            };
            self.remembering(|manifest| manifest.remember(album))
        }
    }

    /// Brings one album to what its cluster holds.
    fn update(
        &mut self,
        selection: &Selection<'_>,
        number: usize,
        target: &str,
        was: Option<&str>,
    ) -> Result<(), Failure> {
        let Some(trip) = selection.trips().get(number) else {
            return Ok(());
        };
        let id = trip.cluster.object_id.as_str();
        let known = self.manifest.albums().contains_key(id);
        let photos: Vec<Photo<'_, '_>> = selection.files(number).collect();
        if photos.is_empty() {
            return if known { self.clear(id) } else { Ok(()) };
        }
        // Nothing is renamed for show.
        let at_present = was.filter(|_| self.wanted.dry_run).unwrap_or(target);
        let plan = self.plan(id, &photos, &self.wanted.dir.join(at_present))?;
        self.report.not_there += plan.not_there;
        for name in &plan.left_alone {
            self.leave(&self.wanted.dir.join(at_present).join(name));
        }
        let counts = (plan.add.len(), plan.remove.len());
        if !known && plan.add.is_empty() {
            return Ok(());
        }
        match (known, was) {
            (false, _) => self.change(id, "new", target, None, counts),
            (true, Some(was)) => self.change(id, "renamed", target, Some(was), counts),
            (true, None) if counts != (0, 0) => self.change(id, "changed", target, None, counts),
            (true, None) => self.report.unchanged += 1,
        }
        self.report.added += counts.0;
        self.report.removed += counts.1;
        if self.wanted.dry_run || (counts == (0, 0) && !plan.differs) {
            return Ok(());
        }
        self.carry_out(id, target, plan)
    }

    /// Compares what an album should hold with what lies in its folder.
    fn plan(&self, id: &str, photos: &[Photo<'_, '_>], folder: &Path) -> Result<Plan, Failure> {
        let old = self.entries(id)?;
        let count = old.len();
        let (ours, left_alone) = sort_out(folder, old);
        let mut plan = Plan {
            differs: ours.len() != count,
            left_alone,
            ..Plan::default()
        };
        let mut ours: HashMap<String, Entry> = (ours.into_iter())
            .map(|entry| (entry.name.clone(), entry))
            .collect();
        let sources: Vec<String> = (photos.iter())
            .map(|photo| photo.path().to_string_lossy().into_owned())
            .collect();
        // What nobody wants and what may not go holds its name, too.
        let wanted: HashSet<&str> = sources.iter().map(String::as_str).collect();
        let stays = |entry: &Entry| {
            !wanted.contains(entry.source.as_str()) && !may_go(&folder.join(&entry.name), entry)
        };
        let held: HashMap<&str, &str> = (ours.values())
            .map(|entry| (entry.source.as_str(), entry.name.as_str()))
            .collect();
        // Some file systems tell a name otherwise than it was given.
        let free: HashSet<String> = (ours.values())
            .filter(|entry| !stays(entry))
            .map(|entry| names::folded(&entry.name))
            .collect();
        let taken = list(folder)
            .map(|name| names::folded(&name))
            .filter(|name| !free.contains(name))
            .collect();
        let assigned = assign::names(photos, &sources, &held, taken);
        for ((photo, source), name) in photos.iter().zip(sources).zip(assigned) {
            let present = ours.remove(&name);
            let path = photo.path();
            // Of records that came in as JSON, some name a file and some do not.
            let is_path = path.is_absolute();
            let replaceable = present.as_ref().is_none_or(|present| {
                present.source == source || may_go(&folder.join(&present.name), present)
            });
            match self
                .wanted
                .how
                .entry(&path, &name, &source, present.as_ref())
            {
                place::Wanted::Keep(entry) => {
                    plan.differs |= present.as_ref() != Some(&entry);
                    plan.keep.push(entry);
                }
                place::Wanted::Make(entry) if is_path && replaceable => {
                    plan.add.push((entry, path, present));
                }
                _ => {
                    plan.not_there += 1;
                    plan.keep.extend(present);
                }
            }
        }
        let mut rest: Vec<Entry> = ours.into_values().collect();
        rest.sort_by(|a, b| a.name.cmp(&b.name));
        for entry in rest {
            if may_go(&folder.join(&entry.name), &entry) {
                plan.remove.push(entry);
            } else {
                plan.left_alone.push(entry.name.clone());
                plan.keep.push(entry);
            }
        }
        Ok(plan)
    }

    fn carry_out(&mut self, id: &str, target: &str, plan: Plan) -> Result<(), Failure> {
        let folder = self.wanted.dir.join(target);
        self.make_parents(target)?;
        let mut entries = plan.keep;
        entries.extend(plan.add.iter().map(|(entry, ..)| entry.clone()));
        entries.sort_by(|a, b| a.name.cmp(&b.name));
        let album = |entries| Album {
            id: id.to_owned(),
            folder: target.to_owned(),
            was: None,
            entries,
        };
        // Should this process be killed, the next one finds in the list all that may
        // be in the folder.
        let replaced = plan
            .add
            .iter()
            .filter_map(|(.., replaced)| replaced.as_ref());
        let old: Vec<&Entry> = plan.remove.iter().chain(replaced).collect();
        let is_old = !old.is_empty();
        let all = entries.iter().chain(old).cloned().collect();
        self.remembering(|manifest| manifest.remember(album(all)))?;
        make_folder(&folder).map_err(at(&folder))?;
        sweep(&folder);
        for entry in &plan.remove {
            self.remove(&folder.join(&entry.name))?;
        }
        for (entry, source, replaced) in &plan.add {
            let path = folder.join(&entry.name);
            make(self.wanted.how, source, &path, replaced.is_some()).map_err(at(&path))?;
        }
        if is_old {
            self.remembering(|manifest| manifest.remember(album(entries)))?;
        }
        Ok(())
    }

    fn remove(&self, path: &Path) -> Result<(), Failure> {
        if self.wanted.dry_run {
            return Ok(());
        }
        fs::remove_file(path).map_err(at(path))
    }

    fn change(
        &mut self,
        id: &str,
        change: &'static str,
        folder: &str,
        was: Option<&str>,
        (added, removed): (usize, usize),
    ) {
        self.report.changes.push(Change {
            object_id: id.to_owned(),
            change,
            folder: folder.to_owned(),
            was: was.map(str::to_owned),
            added,
            removed,
        });
    }

    fn leave(&mut self, path: &Path) {
        self.report
            .left_alone
            .push(path.to_string_lossy().into_owned());
    }

    fn folder_of(&self, id: &str) -> String {
        let known = self.manifest.albums().get(id);
        known.map(|known| known.folder.clone()).unwrap_or_default()
    }

    fn entries(&self, id: &str) -> Result<Vec<Entry>, Failure> {
        self.manifest
            .entries(id)
            .map_err(|source| self.of_manifest(source))
    }

    fn remembering(
        &mut self,
        remember: impl FnOnce(&mut Manifest) -> io::Result<()>,
    ) -> Result<(), Failure> {
        remember(&mut self.manifest).map_err(|source| self.of_manifest(source))
    }

    fn of_manifest(&self, source: io::Error) -> Failure {
        Failure {
            path: self.wanted.dir.join(MANIFEST),
            source,
            of_manifest: true,
        }
    }
}

/// What is to be done in one album.
#[derive(Default)]
struct Plan {
    keep: Vec<Entry>,
    /// New entries, with their files, and what of ours they replace.
    add: Vec<(Entry, PathBuf, Option<Entry>)>,
    remove: Vec<Entry>,
    left_alone: Vec<String>,
    not_there: usize,
    /// Whether the list says something else than what is there.
    differs: bool,
}

/// The entries that are as they were made, and the names of what is otherwise now. A
/// run that was stopped can leave two entries of one name, of which one is true.
fn sort_out(folder: &Path, entries: Vec<Entry>) -> (Vec<Entry>, Vec<String>) {
    let mut ours: Vec<Entry> = Vec::new();
    let mut others = BTreeSet::new();
    for entry in entries {
        match verify(&folder.join(&entry.name), &entry) {
            Is::Ours => ours.push(entry),
            Is::Other => drop(others.insert(entry.name)),
            Is::Gone => {}
        }
    }
    for entry in &ours {
        others.remove(&entry.name);
    }
    let mut seen = HashSet::new();
    ours.retain(|entry| seen.insert(entry.name.clone()));
    (ours, others.into_iter().collect())
}

fn ids<'a>(trips: impl Iterator<Item = &'a Trip<'a>>) -> impl Iterator<Item = &'a str> {
    trips.map(|trip| trip.cluster.object_id.as_str())
}

/// Removes the temporary files of a run that was killed.
fn sweep(folder: &Path) {
    for name in list(folder).filter(|name| is_temporary(name)) {
        let _ = fs::remove_file(folder.join(name));
    }
}

fn list(folder: &Path) -> impl Iterator<Item = String> {
    let entries = fs::read_dir(folder).into_iter().flatten();
    entries.filter_map(|entry| Some(entry.ok()?.file_name().to_string_lossy().into_owned()))
}

fn at(path: &Path) -> impl Fn(io::Error) -> Failure {
    |source| Failure {
        path: path.to_owned(),
        source,
        of_manifest: false,
    }
}

/// Keeps two exports out of one folder. The folder itself is locked, so that nothing
/// is left in it.
#[cfg(unix)]
fn lock(dir: &Path) -> io::Result<Option<File>> {
    let Ok(folder) = File::open(dir) else {
        return Ok(None);
    };
    match folder.try_lock() {
        Err(fs::TryLockError::WouldBlock) => {
            Err(io::Error::other("another export is at work in it"))
        }
        // Some network file systems have no locks.
        _ => Ok(Some(folder)),
    }
}

#[cfg(not(unix))]
fn lock(_: &Path) -> io::Result<Option<File>> {
    Ok(None)
}
