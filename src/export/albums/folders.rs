//! Which folder each album has, and getting it there.

use std::collections::{BTreeMap, HashSet};
use std::fs;
use std::io;
use std::path::Path;

use super::super::manifest::{Album, is_folder};
use super::super::{Selection, Trip, names};
use super::{Failure, Work, at, ids};
use crate::cluster::identity;

impl Work<'_> {
    /// The folder of each chosen album: no two the same anywhere, and none that
    /// somebody else has made. Who has a name keeps it.
    pub(super) fn targets(&self, selection: &Selection<'_>) -> Vec<String> {
        let trips = selection.trips();
        let chosen: HashSet<&str> = ids(trips.iter()).collect();
        let albums = self.manifest.albums();
        let ours: HashSet<String> = (albums.values())
            .filter(|known| is_folder(&self.wanted.dir.join(&known.folder)))
            .map(|known| names::folded(&known.folder))
            .collect();
        let mut used: HashSet<String> = (albums.iter())
            .filter(|(id, _)| !chosen.contains(id.as_str()))
            .map(|(_, known)| names::folded(&known.folder))
            .collect();
        let plain: Vec<Vec<String>> = (trips.iter())
            .map(|trip| self.wanted.template.folder(trip))
            .collect();
        let has_it = |trip: &Trip<'_>, folder: &[String]| {
            let known = albums.get(&trip.cluster.object_id);
            known.is_some_and(|known| known.folder == folder.join("/"))
        };
        let mut order: Vec<usize> = (0..trips.len()).collect();
        order.sort_by_key(|number| !has_it(&trips[*number], &plain[*number]));
        let mut targets = vec![String::new(); trips.len()];
        for number in order {
            let id = identity::short_id(&trips[number].cluster.object_id);
            let Some((last, above)) = plain[number].split_last() else {
                continue;
            };
            let suffixes = std::iter::once(String::new())
                .chain(std::iter::once(format!(" ~{id}")))
                .chain((2..).map(|n| format!(" ~{id}~{n}")));
            for suffix in suffixes {
                let name = names::with_suffix(last, &suffix);
                let target = above
                    .iter()
                    .chain([&name])
                    .cloned()
                    .collect::<Vec<_>>()
                    .join("/");
                let folded = names::folded(&target);
                let others = !ours.contains(&folded)
                    && fs::symlink_metadata(self.wanted.dir.join(&target)).is_ok();
                if !others && used.insert(folded) {
                    targets[number] = target;
                    break;
                }
            }
        }
        targets
    }

    /// Renames the folders of albums that are called otherwise now. Returns where they
    /// were.
    pub(super) fn rename(
        &mut self,
        selection: &Selection<'_>,
        targets: &[String],
    ) -> Result<BTreeMap<String, String>, Failure> {
        let mut waiting: Vec<(&str, &str)> = Vec::new();
        let mut moved = BTreeMap::new();
        for (trip, target) in selection.trips().iter().zip(targets) {
            let id = trip.cluster.object_id.as_str();
            let folder = self.folder_of(id);
            let is_there = is_folder(&self.wanted.dir.join(&folder));
            if self.manifest.albums().contains_key(id) && is_there && folder != *target {
                waiting.push((id, target));
                moved.insert(id.to_owned(), folder);
            }
        }
        if self.wanted.dry_run {
            return Ok(moved);
        }
        while !waiting.is_empty() {
            let before = waiting.len();
            let mut still = Vec::new();
            for (id, target) in waiting {
                let same = names::folded(&self.folder_of(id)) == names::folded(target);
                let free = fs::symlink_metadata(self.wanted.dir.join(target)).is_err();
                if free || same {
                    self.move_to(id, target)?;
                } else {
                    still.push((id, target));
                }
            }
            // They wait for each other: one steps aside.
            if still.len() == before
                && let Some((id, _)) = still.first()
            {
                let aside = format!(".imm-cluster-album-{}", identity::short_id(id));
                self.move_to(id, &aside)?;
            }
            waiting = still;
        }
        Ok(moved)
    }

    fn move_to(&mut self, id: &str, target: &str) -> Result<(), Failure> {
        let was = self.folder_of(id);
        let entries = self.entries(id)?;
        self.make_parents(target)?;
        let album = |was| Album {
            id: id.to_owned(),
            folder: target.to_owned(),
            was,
            entries: entries.clone(),
        };
        self.remembering(|manifest| manifest.remember(album(Some(was.clone()))))?;
        let path = self.wanted.dir.join(target);
        fs::rename(self.wanted.dir.join(&was), &path).map_err(at(&path))?;
        self.remembering(|manifest| manifest.remember(album(None)))?;
        self.drop_parents(&was)
    }

    /// Makes the folders above a folder, and remembers them.
    pub(super) fn make_parents(&mut self, folder: &str) -> Result<(), Failure> {
        for (slash, _) in folder.match_indices('/') {
            let (above, _) = folder.split_at(slash);
            let path = self.wanted.dir.join(above);
            if fs::symlink_metadata(&path).is_err() {
                self.remembering(|manifest| manifest.remember_folder(above))?;
                make_folder(&path).map_err(at(&path))?;
            }
        }
        Ok(())
    }

    /// Removes the folders above a folder that an export made and in which nothing is
    /// left.
    pub(super) fn drop_parents(&mut self, folder: &str) -> Result<(), Failure> {
        let mut folder = folder;
        while let Some((above, _)) = folder.rsplit_once('/') {
            let path = self.wanted.dir.join(above);
            if !self.manifest.made(above) || fs::remove_dir(&path).is_err() {
                break;
            }
            self.remembering(|manifest| manifest.forget(above))?;
            folder = above;
        }
        Ok(())
    }
}

/// Makes a folder, unless it is there.
pub(super) fn make_folder(path: &Path) -> io::Result<()> {
    match fs::create_dir(path) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists && path.is_dir() => Ok(()),
        made => made,
    }
}
