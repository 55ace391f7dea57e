//! The work on one folder of albums: what is there, what is wanted, and the difference.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::ffi::{OsStr, OsString};
use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};

use serde::Serialize;

use super::assign::{self, Wish};
use super::place::{self, How, Is, Originals, make, verify};
use super::plan::{Comparison, New, Plan};
use crate::disk::names::ALBUM_LIST;
use crate::disk::{Bin, FolderHandle, Spare, Within};
use crate::export::manifest::{Album, AlbumEntry, MadeAs, Manifest};
use crate::export::template::Template;
use crate::export::{ExportBy, ExportedGroup, Photo, Selection};
use crate::identity::record::Subject;
use crate::trip::journey::Journey;

/// So many links and copies are remembered, and then made, at a time: each time the list
/// is synchronised once.
const BATCH: usize = 4096;

/// So many names are tried before a file is said to have no room in its album.
const MOST_NAMES: usize = 100;

/// What albums are wanted.
#[derive(Debug)]
pub struct AlbumsRequest {
    /// The folder that they are in.
    pub dir: PathBuf,
    /// How files come into them.
    pub how: How,
    /// What they are called.
    pub template: Template,
    /// Whether those of clusters and trips that are not chosen go, too.
    pub prune: bool,
    /// Whether albums by cluster give way to albums by trip, and the other way round, as
    /// when clusters were made anew: not where only some are wanted.
    pub regroup: bool,
    /// Whether nothing is done.
    pub dry_run: bool,
}

/// What was done.
#[derive(Debug, Default, Serialize)]
pub struct AlbumsReport {
    /// What became of each album that is not as before.
    pub changes: Vec<AlbumChange>,
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
    /// Albums of listed clusters and trips that are not chosen. They stay.
    pub not_chosen: usize,
    /// Albums of clusters and trips that the dataset does not know. They stay.
    pub unknown: usize,
    /// Albums by cluster that gave way to albums by trip, or the other way round.
    #[serde(skip)]
    pub regrouped: usize,
    /// What could not be read when it was to be proven that nothing is lost. It stays.
    #[serde(skip)]
    pub failed: Vec<AlbumFailure>,
}

/// What became of one album.
#[derive(Debug, Serialize)]
pub struct AlbumChange {
    /// The cluster or trip.
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
pub struct AlbumFailure {
    /// Where.
    pub path: PathBuf,
    /// Why.
    pub source: io::Error,
    /// Whether the list of what earlier exports made is to blame.
    pub of_manifest: bool,
}

/// The work on one folder of albums.
pub(super) struct Work<'a> {
    pub(super) wanted: &'a AlbumsRequest,
    /// The folder that the albums are in; `None` where it is not there yet.
    pub(super) folder: Option<&'a FolderHandle>,
    pub(super) manifest: Manifest<'a>,
    pub(super) originals: Originals<'a>,
    pub(super) report: AlbumsReport,
    /// In a dry run: the albums that would be gone, each with the number of its folder.
    pub(super) vacated: HashMap<String, (u64, u64)>,
}

impl AlbumsRequest {
    /// Brings the albums to what the selection holds.
    ///
    /// # Errors
    /// Names what could not be done; what was done until then is remembered.
    pub fn export(&self, selection: &Selection<'_>) -> Result<AlbumsReport, AlbumFailure> {
        let failed = |source| AlbumFailure {
            path: self.dir.clone(),
            source,
            of_manifest: false,
        };
        let opened = if self.dry_run || selection.groups().is_empty() {
            FolderHandle::open(&self.dir)
        } else {
            FolderHandle::open_or_make(&self.dir, false)
        };
        let folder = match opened {
            Ok(folder) => Some(folder),
            Err(error) if error.kind() == io::ErrorKind::NotFound => None,
            Err(error) => return Err(failed(error)),
        };
        let _lock = folder.as_ref().map(lock).transpose().map_err(failed)?;
        let of_manifest = |source| AlbumFailure {
            path: self.dir.join(ALBUM_LIST),
            source,
            of_manifest: true,
        };
        let id = folder.as_ref().map(FolderHandle::id).transpose();
        let id = id.map_err(failed)?;
        let mut work = Work {
            wanted: self,
            folder: folder.as_ref(),
            manifest: Manifest::read(folder.as_ref()).map_err(of_manifest)?,
            originals: Originals::new(selection.dataset(), id),
            report: AlbumsReport::default(),
            vacated: HashMap::new(),
        };
        work.recover()?;
        work.remove_old(selection)?;
        let targets = work.targets(selection)?;
        let moved = work.rename(selection, &targets)?;
        work.update_all(selection, &targets, &moved)?;
        work.manifest.finish().map_err(of_manifest)?;
        Ok(work.report)
    }
}

impl Work<'_> {
    /// Puts back what a run that was killed had taken out of albums, and takes away what it
    /// was making.
    fn recover(&mut self) -> Result<(), AlbumFailure> {
        if self.wanted.dry_run || self.manifest.cut_short().is_empty() {
            return Ok(());
        }
        self.remembering(|manifest| manifest.begin())?;
        self.root()?.sweep();
        let tokens = self.manifest.cut_short().to_vec();
        let albums: Vec<(String, String)> = (self.manifest.albums().iter())
            .map(|(id, known)| (id.clone(), known.folder.clone()))
            .collect();
        for (id, name) in albums {
            let Within::Folder(folder) = self.find(&name)? else {
                continue;
            };
            folder.sweep();
            for token in &tokens {
                let (bin, left) = Bin::left_by(&folder, token).map_err(at(&folder, ""))?;
                for name in left {
                    // What was to come into its place may be there already.
                    let is_replaced = folder.look(&name).map_err(at(&folder, &name))?.is_some();
                    let entries = self.entries(&id)?;
                    let mut of_name = entries.iter().filter(|entry| entry.name == name);
                    let is_removed = is_replaced && of_name.any(|entry| self.empty(&bin, entry));
                    if !is_removed {
                        bin.put_back(&name).map_err(at(&folder, &name))?;
                    }
                }
                bin.close().map_err(at(&folder, ""))?;
            }
        }
        Ok(())
    }

    /// Removes a file that is in a bin, if nothing is lost with it.
    fn empty(&mut self, bin: &Bin<'_>, entry: &AlbumEntry) -> bool {
        let Some(folder) = bin.folder() else {
            return false;
        };
        let is_ours = verify(folder, entry).is_ok_and(|is| is == Is::Ours);
        let spare = is_ours.then(|| self.prove(folder, entry)).flatten();
        spare.is_some_and(|spare| bin.remove(&entry.name, &spare).unwrap_or(false))
    }

    /// Removes the albums of clusters and trips that are no longer listed, with `regroup`
    /// those of the other grouping, and with `prune` all that are not chosen.
    fn remove_old(&mut self, selection: &Selection<'_>) -> Result<(), AlbumFailure> {
        let chosen: HashSet<&str> = ids(selection.groups().iter()).collect();
        let dataset = selection.dataset();
        let clusters = dataset.clusters.iter();
        let clusters = clusters.map(|one| (one.object_id.as_str(), one.is_live()));
        let trips = dataset.trips.iter();
        let trips = trips.map(|one| (one.object_id.as_str(), one.is_live()));
        let listed: HashMap<&str, bool> = clusters.chain(trips).collect();
        let known: Vec<String> = self.manifest.albums().keys().cloned().collect();
        for id in known {
            if chosen.contains(id.as_str()) {
                continue;
            }
            match listed.get(id.as_str()) {
                _ if self.wanted.prune => self.clear(&id)?,
                Some(false) => self.clear(&id)?,
                Some(true) if self.wanted.regroup && by_of(&id) != selection.by() => {
                    self.report.regrouped += 1;
                    self.clear(&id)?;
                }
                Some(true) => self.report.not_chosen += 1,
                None => self.report.unknown += 1,
            }
        }
        Ok(())
    }

    /// Empties an album of what an export put into it, and removes its folder when
    /// nothing else is in it.
    fn clear(&mut self, id: &str) -> Result<(), AlbumFailure> {
        let name = self.folder_of(id);
        let (kept, removed) = match self.find(&name)? {
            Within::Other => {
                self.report.left_alone.push(self.shown(&name));
                return Ok(());
            }
            Within::Missing => (Vec::new(), 0),
            Within::Folder(folder) => self.remove_all(id, &folder)?,
        };
        if !kept.is_empty() && removed == 0 {
            return Ok(());
        }
        self.report.removed += removed;
        self.change(id, "removed", &name, None, (0, removed));
        if self.wanted.dry_run {
            return Ok(());
        }
        if kept.is_empty() {
            let is_made = match self.find(&name)? {
                Within::Folder(folder) => removed > 0 || self.is_known(id, &folder)?,
                _ => false,
            };
            if is_made {
                // `remove_empty` keeps a folder that holds something of somebody else.
                let (parent, last) = self.parent_of(&name)?;
                parent.remove_empty(last).map_err(at(&parent, last))?;
            }
            self.remembering(|manifest| manifest.forget(id))?;
            self.drop_parents(&name)
        } else {
            let album = Album {
                id: id.to_owned(),
                folder: name,
                was: None,
                inode: self.inode_of(id),
                entries: kept,
            };
            self.remembering(|manifest| manifest.remember(album))
        }
    }

    /// Removes all entries of an album with which nothing is lost. Says which it kept, and how
    /// many it removed.
    fn remove_all(
        &mut self,
        id: &str,
        folder: &FolderHandle,
    ) -> Result<(Vec<AlbumEntry>, usize), AlbumFailure> {
        let (mut kept, mut removed) = (Vec::new(), 0);
        let (ours, others) = sort_out(folder, self.entries(id)?)?;
        for other in others {
            self.leave(folder, &other);
        }
        if !(self.wanted.dry_run || ours.is_empty()) {
            self.remembering(|manifest| manifest.begin())?;
        }
        let token = self.manifest.token().to_owned();
        let mut bin = Bin::new(folder, &token);
        let mut names: HashSet<OsString> = HashSet::new();
        if self.wanted.dry_run {
            names.extend(folder.names().map_err(at(folder, ""))?);
        }
        for entry in ours {
            if self.remove(folder, &mut bin, &entry)? {
                removed += 1;
                names.remove(OsStr::new(&entry.name));
            } else {
                self.leave(folder, &entry.name);
                kept.push(entry);
            }
        }
        bin.close().map_err(at(folder, ""))?;
        if self.wanted.dry_run && names.is_empty() {
            let number = folder.id().map_err(at(folder, ""))?;
            self.vacated.insert(id.to_owned(), number);
        }
        Ok((kept, removed))
    }

    /// Removes an entry, if nothing is lost with it. Says whether it did, or would.
    fn remove(
        &mut self,
        folder: &FolderHandle,
        bin: &mut Bin<'_>,
        entry: &AlbumEntry,
    ) -> Result<bool, AlbumFailure> {
        if self.wanted.dry_run {
            return Ok(self.may_go(folder, entry));
        }
        let Some(spare) = self.prove(folder, entry) else {
            return Ok(false);
        };
        let removed = bin.take(&entry.name).and_then(|()| {
            let removed = bin.remove(&entry.name, &spare);
            if !matches!(removed, Ok(true)) {
                bin.put_back(&entry.name)?;
            }
            Ok(removed)
        });
        let failed = at(folder, &entry.name);
        removed.map_err(&failed)?.or_else(|error| {
            self.report.failed.push(failed(error));
            Ok(false)
        })
    }

    /// Proof that nothing is lost with an entry. What cannot be read is reported, and proves
    /// nothing.
    fn prove(&mut self, folder: &FolderHandle, entry: &AlbumEntry) -> Option<Spare> {
        let spare = self.originals.spare(folder, entry);
        spare.unwrap_or_else(|error| {
            self.report.failed.push(at(folder, &entry.name)(error));
            None
        })
    }

    /// Whether nothing would be lost with an entry.
    pub(super) fn may_go(&mut self, folder: &FolderHandle, entry: &AlbumEntry) -> bool {
        self.prove(folder, entry).is_some()
    }

    /// Brings the albums to what their clusters or trips hold, a batch at a time.
    fn update_all(
        &mut self,
        selection: &Selection<'_>,
        targets: &[String],
        moved: &BTreeMap<String, String>,
    ) -> Result<(), AlbumFailure> {
        let (mut batch, mut weight) = (Vec::new(), 0);
        for (number, group) in selection.groups().iter().enumerate() {
            let Some(target) = targets.get(number) else {
                continue;
            };
            let was = moved.get(group.object_id()).map(String::as_str);
            if let Some(job) = self.prepare(selection, number, target, was)? {
                weight += 1 + job.plan.add.len();
                batch.push(job);
            }
            if weight >= BATCH {
                self.carry_out_all(std::mem::take(&mut batch))?;
                weight = 0;
            }
        }
        self.carry_out_all(batch)
    }

    /// Finds out what is to be done in one album; `None` where that is nothing.
    fn prepare(
        &mut self,
        selection: &Selection<'_>,
        number: usize,
        target: &str,
        was: Option<&str>,
    ) -> Result<Option<Job>, AlbumFailure> {
        let Some(group) = selection.groups().get(number) else {
            return Ok(None);
        };
        let id = group.object_id();
        let known = self.manifest.albums().contains_key(id);
        let photos: Vec<Photo<'_, '_>> = selection.files(number).collect();
        if photos.is_empty() {
            return if known {
                self.clear(id).map(|()| None)
            } else {
                Ok(None)
            };
        }
        // A dry run renames nothing, so the album is still at its old place.
        let at_present = was.filter(|_| self.wanted.dry_run).unwrap_or(target);
        let folder = match self.find(at_present)? {
            Within::Folder(folder) => Some(folder),
            Within::Missing => None,
            Within::Other => {
                self.report.left_alone.push(self.shown(at_present));
                return Ok(None);
            }
        };
        let plan = self.plan(id, &photos, folder.as_ref())?;
        self.report.not_there += plan.not_there;
        for name in &plan.left_alone {
            let path = Path::new(&self.shown(at_present)).join(name);
            self.report
                .left_alone
                .push(path.to_string_lossy().into_owned());
        }
        let counts = (plan.add.len(), plan.remove.len());
        if !known && plan.add.is_empty() {
            return Ok(None);
        }
        let job = Job {
            id: id.to_owned(),
            target: target.to_owned(),
            was: was.map(str::to_owned),
            known,
            // A folder that is made anew gets another number.
            inode: self.inode_of(id).filter(|_| folder.is_some()),
            plan,
        };
        if self.wanted.dry_run || (counts == (0, 0) && !job.plan.differs) {
            self.report_of(&job, counts);
            return Ok(None);
        }
        Ok(Some(job))
    }

    /// Reports what was done in an album, or would be.
    fn report_of(&mut self, job: &Job, counts: (usize, usize)) {
        let (id, target) = (&job.id, &job.target);
        match (job.known, job.was.as_deref()) {
            (false, _) => self.change(id, "new", target, None, counts),
            (true, Some(was)) => self.change(id, "renamed", target, Some(was), counts),
            (true, None) if counts != (0, 0) => self.change(id, "changed", target, None, counts),
            (true, None) => self.report.unchanged += 1,
        }
        self.report.added += counts.0;
        self.report.removed += counts.1;
    }

    /// Compares what an album should hold with what lies in its folder, if there is one.
    fn plan(
        &mut self,
        id: &str,
        photos: &[Photo<'_, '_>],
        folder: Option<&FolderHandle>,
    ) -> Result<Plan, AlbumFailure> {
        let old = self.entries(id)?;
        let count = old.len();
        let (ours, left_alone) = match folder {
            Some(folder) => sort_out(folder, old)?,
            None => (Vec::new(), Vec::new()),
        };
        let mut plan = Plan {
            differs: ours.len() != count,
            left_alone,
            ..Plan::default()
        };
        let wishes: Vec<Wish<'_, '_>> = (photos.iter())
            .map(|photo| Wish::of(photo, self.wanted.how))
            .collect();
        let held_by = assign::held(&wishes, &ours, |wish, entry| is_copy(folder, wish, entry));
        let (settled, may_go) = self.what_may_go(folder, &wishes, &ours, &held_by);
        let compared = Comparison {
            wishes: &wishes,
            ours: &ours,
            held_by: &held_by,
            settled: &settled,
            may_go: &may_go,
        };
        let listed = match folder {
            Some(folder) => folder.names().map_err(at(folder, ""))?,
            None => Vec::new(),
        };
        let names = compared.assign(&listed);
        compared.plan(names, &mut plan);
        let unread = wishes.into_iter().filter_map(Wish::into_failure);
        (self.report.failed).extend(unread.map(|(path, source)| AlbumFailure {
            path,
            source,
            of_manifest: false,
        }));
        Ok(plan)
    }

    /// Which entries are as they should be, under the names of their files, and of each other
    /// one whether it may go: the first are not asked about.
    fn what_may_go(
        &mut self,
        folder: Option<&FolderHandle>,
        wishes: &[Wish<'_, '_>],
        ours: &[AlbumEntry],
        held_by: &BTreeMap<usize, usize>,
    ) -> (HashSet<usize>, Vec<bool>) {
        let (mut met, mut settled) = (HashSet::new(), HashSet::new());
        for (wish, at) in held_by {
            if wishes[*wish].is_met_by(&ours[*at]) {
                met.insert(*at);
                if wishes[*wish].is_called(&ours[*at].name) {
                    settled.insert(*at);
                }
            }
        }
        let mut may_go = vec![false; ours.len()];
        for (at, entry) in ours.iter().enumerate() {
            let Some(folder) = folder.filter(|_| !settled.contains(&at)) else {
                continue;
            };
            may_go[at] = if met.contains(&at) {
                // Only its name may have to change. Size and time do for the plan: comparing
                // the bytes of all copies takes long, and removing one asks for proof anyway.
                self.originals.seems_spare(folder, entry).unwrap_or(false)
            } else {
                self.may_go(folder, entry)
            };
        }
        (settled, may_go)
    }

    /// Does what was planned for some albums, all of which the list knows before.
    fn carry_out_all(&mut self, jobs: Vec<Job>) -> Result<(), AlbumFailure> {
        for job in &jobs {
            let plan = &job.plan;
            let new = plan.add.iter().map(|new| &new.entry);
            let replaced = (plan.add.iter()).filter_map(|new| new.replaced.as_ref());
            // Should this process be killed, the next one finds in the list all that may
            // be in the folder.
            let all = (plan.keep.iter().chain(new))
                .chain(plan.remove.iter().chain(replaced))
                .cloned();
            self.remember_parents(&job.target)?;
            self.remember(job, all.collect())?;
        }
        if !jobs.is_empty() {
            self.remembering(|manifest| manifest.sync())?;
        }
        jobs.into_iter().try_for_each(|job| self.carry_out(job))
    }

    fn carry_out(&mut self, mut job: Job) -> Result<(), AlbumFailure> {
        let (parent, last) = self.make_parents(&job.target)?;
        let (folder, is_new) = enter_or_make(&parent, last)?;
        if is_new {
            let (_, inode) = folder.id().map_err(at(&folder, ""))?;
            job.inode = Some(inode);
        }
        let plan = std::mem::take(&mut job.plan);
        let is_old = !plan.remove.is_empty() || plan.add.iter().any(|new| new.replaced.is_some());
        let planned = (plan.add.len(), plan.remove.len());
        let mut outcome = Outcome {
            entries: plan.keep,
            stayed: Vec::new(),
            counts: planned,
        };
        let token = self.manifest.token().to_owned();
        let mut bin = Bin::new(&folder, &token);
        for entry in plan.remove {
            if !self.remove(&folder, &mut bin, &entry)? {
                outcome.counts.1 -= 1;
                outcome.stayed.push(entry);
            }
        }
        for new in plan.add {
            if self.make_or_skip(&folder, &mut bin, &new, &mut outcome)? {
                continue;
            }
            let known = outcome.entries.iter().chain(&outcome.stayed);
            let known: Vec<AlbumEntry> = known.cloned().collect();
            let beside = self.make_beside(&job, &folder, new, &known)?;
            outcome.entries.push(beside);
        }
        for entry in &outcome.stayed {
            self.leave(&folder, &entry.name);
        }
        let is_as_planned = outcome.stayed.is_empty() && outcome.counts == planned;
        let mut entries = outcome.entries;
        entries.append(&mut outcome.stayed);
        if is_old || is_new || !is_as_planned {
            entries.sort_by(|a, b| a.name.cmp(&b.name));
            self.remember(&job, entries)?;
        }
        bin.close().map_err(at(&folder, ""))?;
        folder.sync().map_err(at(&folder, ""))?;
        self.report_of(&job, outcome.counts);
        Ok(())
    }

    /// Makes an entry under its own name, or finds that it cannot be made now. `false` where
    /// something keeps that name, so that the entry has to be made beside it.
    fn make_or_skip(
        &mut self,
        folder: &FolderHandle,
        bin: &mut Bin<'_>,
        new: &New,
        outcome: &mut Outcome,
    ) -> Result<bool, AlbumFailure> {
        let (entry, source) = (&new.entry, &new.file);
        let Some(old) = &new.replaced else {
            match make(self.wanted.how, source, folder, entry) {
                Ok(()) => outcome.entries.push(entry.clone()),
                // Something was put there meanwhile; it stays, and the next name is tried.
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => return Ok(false),
                Err(error) if place::is_of_source(source, &error) => {
                    self.report.failed.push(AlbumFailure {
                        path: source.clone(),
                        source: error,
                        of_manifest: false,
                    });
                    outcome.counts.0 -= 1;
                }
                Err(error) => return Err(at(folder, &entry.name)(error)),
            }
            return Ok(true);
        };
        let failed = self.report.failed.len();
        if let Some(spare) = self.prove(folder, old)
            && self.make_instead(folder, bin, entry, source, &spare)?
        {
            outcome.entries.push(entry.clone());
            return Ok(true);
        }
        outcome.stayed.push(old.clone());
        // What is there is the last of its bytes and stays, and the new entry is made beside it;
        // unless it could not be read for proof, which another run may be able to.
        let is_unread = self.report.failed.len() > failed;
        if is_unread {
            outcome.counts.0 -= 1;
        }
        Ok(is_unread)
    }

    /// Makes an entry in the place of an old one of ours. `false` where the old one turns
    /// out not to be ours, or the last of its kind; it is where it was.
    fn make_instead(
        &self,
        folder: &FolderHandle,
        bin: &mut Bin<'_>,
        entry: &AlbumEntry,
        source: &Path,
        spare: &Spare,
    ) -> Result<bool, AlbumFailure> {
        let name = &entry.name;
        let replaced = bin.take(name).and_then(|()| {
            let made = bin.holds(name, spare).and_then(|holds| {
                if holds {
                    make(self.wanted.how, source, folder, entry)?;
                }
                Ok(holds)
            });
            if !(matches!(made, Ok(true)) && bin.remove(name, spare)?) {
                bin.put_back(name)?;
            }
            made
        });
        replaced.map_err(at(folder, name))
    }

    /// Makes an entry under the next name that nothing has.
    fn make_beside(
        &mut self,
        job: &Job,
        folder: &FolderHandle,
        new: New,
        known: &[AlbumEntry],
    ) -> Result<AlbumEntry, AlbumFailure> {
        let mut entry = new.entry;
        for name in new.other_names.each().take(MOST_NAMES) {
            entry.name = name;
            let failed = at(folder, &entry.name);
            let is_free = folder.look(&entry.name).map_err(&failed)?.is_none();
            if !is_free || known.iter().any(|other| other.name == entry.name) {
                continue;
            }
            let all = known.iter().chain([&entry]).cloned().collect();
            self.remember(job, all)?;
            self.remembering(|manifest| manifest.sync())?;
            match make(self.wanted.how, &new.file, folder, &entry) {
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
                made => {
                    made.map_err(failed)?;
                    return Ok(entry);
                }
            }
        }
        Err(at(folder, &entry.name)(io::ErrorKind::AlreadyExists.into()))
    }

    fn remember(&mut self, job: &Job, mut entries: Vec<AlbumEntry>) -> Result<(), AlbumFailure> {
        entries.sort_by(|a, b| a.name.cmp(&b.name));
        let album = Album {
            id: job.id.clone(),
            folder: job.target.clone(),
            was: None,
            inode: job.inode,
            entries,
        };
        self.remembering(|manifest| manifest.remember(album))
    }

    fn change(
        &mut self,
        id: &str,
        change: &'static str,
        folder: &str,
        was: Option<&str>,
        (added, removed): (usize, usize),
    ) {
        self.report.changes.push(AlbumChange {
            object_id: id.to_owned(),
            change,
            folder: folder.to_owned(),
            was: was.map(str::to_owned),
            added,
            removed,
        });
    }

    fn leave(&mut self, folder: &FolderHandle, name: &str) {
        let path = folder.path().join(name);
        (self.report.left_alone).push(path.to_string_lossy().into_owned());
    }

    /// How people find a folder below the folder of all.
    pub(super) fn shown(&self, folder: &str) -> String {
        self.wanted.dir.join(folder).to_string_lossy().into_owned()
    }

    /// The folder that the albums are in.
    pub(super) fn root(&self) -> Result<FolderHandle, AlbumFailure> {
        let folder = self.folder.ok_or_else(|| io::ErrorKind::NotFound.into());
        folder
            .and_then(FolderHandle::again)
            .map_err(|source| self.failure("", source))
    }

    /// What is below the folder of all.
    pub(super) fn find(&self, below: &str) -> Result<Within, AlbumFailure> {
        let Some(folder) = self.folder else {
            return Ok(Within::Missing);
        };
        folder
            .find(below)
            .map_err(|source| self.failure(below, source))
    }

    pub(super) fn failure(&self, below: &str, source: io::Error) -> AlbumFailure {
        AlbumFailure {
            path: self.wanted.dir.join(below),
            source,
            of_manifest: false,
        }
    }

    pub(super) fn folder_of(&self, id: &str) -> String {
        let known = self.manifest.albums().get(id);
        known.map(|known| known.folder.clone()).unwrap_or_default()
    }

    pub(super) fn inode_of(&self, id: &str) -> Option<u64> {
        self.manifest.albums().get(id).and_then(|known| known.inode)
    }

    pub(super) fn entries(&self, id: &str) -> Result<Vec<AlbumEntry>, AlbumFailure> {
        self.manifest
            .entries(id)
            .map_err(|source| self.of_manifest(source))
    }

    pub(super) fn remembering(
        &mut self,
        remember: impl FnOnce(&mut Manifest<'_>) -> io::Result<()>,
    ) -> Result<(), AlbumFailure> {
        remember(&mut self.manifest).map_err(|source| self.of_manifest(source))
    }

    fn of_manifest(&self, source: io::Error) -> AlbumFailure {
        AlbumFailure {
            path: self.wanted.dir.join(ALBUM_LIST),
            source,
            of_manifest: true,
        }
    }
}

/// What an album of that id is of.
fn by_of(id: &str) -> ExportBy {
    if id.starts_with(Journey::PREFIX) {
        ExportBy::Trip
    } else {
        ExportBy::Cluster
    }
}

/// What is to be done in one album.
struct Job {
    /// The cluster or trip.
    id: String,
    /// The folder of the album.
    target: String,
    /// Where it was.
    was: Option<String>,
    /// Whether an earlier export made it.
    known: bool,
    /// The number of its folder, where that is known.
    inode: Option<u64>,
    plan: Plan,
}

/// What was done of a plan.
struct Outcome {
    /// What is in the album as it should be.
    entries: Vec<AlbumEntry>,
    /// What should have gone, and could not be proven to be spare.
    stayed: Vec<AlbumEntry>,
    /// Entries made and removed.
    counts: (usize, usize),
}

/// Whether an entry holds the bytes of a file, where it is a copy at all.
fn is_copy(folder: Option<&FolderHandle>, wish: &Wish<'_, '_>, entry: &AlbumEntry) -> bool {
    let Some(folder) = folder else { return false };
    let spare = || Spare::copy(folder, &entry.name, &wish.path);
    !matches!(entry.made, MadeAs::Copy { .. }) || spare().is_ok_and(|spare| spare.is_some())
}

/// The entries that are as they were made, and the names of what is otherwise now. A
/// run that was stopped can leave two entries of one name, of which one is true.
fn sort_out(
    folder: &FolderHandle,
    entries: Vec<AlbumEntry>,
) -> Result<(Vec<AlbumEntry>, Vec<String>), AlbumFailure> {
    let mut ours: Vec<AlbumEntry> = Vec::new();
    let mut others = BTreeSet::new();
    for entry in entries {
        match verify(folder, &entry).map_err(at(folder, &entry.name))? {
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
    Ok((ours, others.into_iter().collect()))
}

/// Enters a folder, or makes it, and says whether it did.
pub(super) fn enter_or_make(
    parent: &FolderHandle,
    name: &str,
) -> Result<(FolderHandle, bool), AlbumFailure> {
    let enter = || match parent.enter(name)? {
        Within::Folder(folder) => Ok(Some((folder, false))),
        Within::Missing => Ok(None),
        Within::Other => Err(io::ErrorKind::NotADirectory.into()),
    };
    let entered = enter().and_then(|found| match found {
        Some(found) => Ok(found),
        None => match parent.make(name, false) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => enter()?.ok_or(error),
            made => made.map(|folder| (folder, true)),
        },
    });
    entered.map_err(at(parent, name))
}

pub(super) fn ids<'a>(
    groups: impl Iterator<Item = &'a ExportedGroup<'a>>,
) -> impl Iterator<Item = &'a str> {
    groups.map(ExportedGroup::object_id)
}

pub(super) fn at(folder: &FolderHandle, name: &str) -> impl Fn(io::Error) -> AlbumFailure {
    let path = if name.is_empty() {
        folder.path().to_owned()
    } else {
        folder.path().join(name)
    };
    move |source| AlbumFailure {
        path: path.clone(),
        source,
        of_manifest: false,
    }
}

/// Keeps two exports out of one folder. The folder itself is locked, so that nothing
/// is left in it.
#[cfg(unix)]
fn lock(folder: &FolderHandle) -> io::Result<File> {
    let folder = folder.handle()?;
    match folder.try_lock() {
        Err(std::fs::TryLockError::WouldBlock) => {
            Err(io::Error::other("another export is writing to it"))
        }
        // Some network file systems have no locks.
        _ => Ok(folder),
    }
}

#[cfg(not(unix))]
fn lock(folder: &FolderHandle) -> io::Result<File> {
    folder.handle()
}
