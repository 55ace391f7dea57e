//! Which folder each album has, and getting it there.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::io;

use super::place::{Is, verify};
use super::work::{AlbumFailure, Work, at, enter_or_make, ids};
use crate::disk::{FolderHandle, Within, names};
use crate::export::manifest::{Album, AlbumEntry};
use crate::export::{ExportedGroup, Selection};
use crate::identity::object_id::short_id;

/// How the folder of a known album is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Standing {
    /// As an export left it; it may get another name.
    Ours,
    /// A link of the library leads into it, or it may be another folder with all that there is
    /// of some photo. It keeps its place.
    Alone,
    /// A link, a mount, or no folder; nothing is done in it.
    Foreign,
    /// It is gone, or somebody else's folder has its name.
    Lost,
}

impl Work<'_> {
    /// The folder of each chosen album: no two the same anywhere, and none that
    /// somebody else has made. Who has a name keeps it.
    pub(super) fn targets(
        &mut self,
        selection: &Selection<'_>,
    ) -> Result<Vec<String>, AlbumFailure> {
        let groups = selection.groups();
        let plain: Vec<Vec<String>> = (groups.iter())
            .map(|group| self.wanted.template.folder(group))
            .collect();
        let standing = self.standing(groups, &plain)?;
        let chosen: HashSet<&str> = ids(groups.iter()).collect();
        let known = |group: &ExportedGroup<'_>| self.manifest.albums().get(group.object_id());
        let mut ours: HashSet<(u64, u64)> = HashSet::new();
        for (group, standing) in groups.iter().zip(&standing) {
            if let Some(known) = known(group).filter(|_| *standing == Standing::Ours)
                && let Within::Folder(folder) = self.find(&known.folder)?
            {
                ours.insert(folder.id().map_err(at(&folder, ""))?);
            }
        }
        // What a dry run would remove leaves its name to others.
        ours.extend(self.vacated.values());
        let mut used: HashSet<String> = (self.manifest.albums().iter())
            .filter(|(id, _)| !chosen.contains(id.as_str()) && !self.vacated.contains_key(*id))
            .map(|(_, known)| names::folded(&known.folder))
            .collect();
        let mut targets = vec![String::new(); groups.len()];
        let mut order: Vec<usize> = Vec::new();
        for (number, group) in groups.iter().enumerate() {
            let stays = matches!(standing[number], Standing::Alone | Standing::Foreign);
            match known(group).filter(|_| stays) {
                Some(known) => {
                    used.insert(names::folded(&known.folder));
                    targets[number].clone_from(&known.folder);
                }
                None => order.push(number),
            }
        }
        let has_it = |number: usize| {
            known(&groups[number]).is_some_and(|it| it.folder == plain[number].join("/"))
        };
        order.sort_by_key(|number| !has_it(*number));
        let leaving: HashSet<&str> = (order.iter())
            .filter(|number| standing[**number] == Standing::Ours && !has_it(**number))
            .filter_map(|number| known(&groups[*number]).map(|known| known.folder.as_str()))
            .collect();
        for number in order {
            let id = groups[number].short_id();
            let Some((last, above)) = plain[number].split_last() else {
                continue;
            };
            let above = self.way(above)?;
            let suffixes = std::iter::once(String::new())
                .chain(std::iter::once(format!(" ~{id}")))
                .chain((2..).map(|n| format!(" ~{id}~{n}")));
            for suffix in suffixes {
                let target = join(&above, &names::with_suffix(last, &suffix));
                let folded = names::folded(&target);
                let others = match self.find(&target)? {
                    Within::Missing => false,
                    Within::Other => true,
                    Within::Folder(there) => {
                        let id = there.id().map_err(at(&there, ""))?;
                        !ours.contains(&id) && !self.is_left_by(&target, &leaving)?
                    }
                };
                if !others && used.insert(folded) {
                    targets[number] = target;
                    break;
                }
            }
        }
        Ok(targets)
    }

    /// How the folders of the chosen albums are.
    fn standing(
        &mut self,
        groups: &[ExportedGroup<'_>],
        plain: &[Vec<String>],
    ) -> Result<Vec<Standing>, AlbumFailure> {
        let mut standing = Vec::with_capacity(groups.len());
        for (group, plain) in groups.iter().zip(plain) {
            let id = group.object_id();
            let Some(known) = self.manifest.albums().get(id) else {
                standing.push(Standing::Lost);
                continue;
            };
            let (name, stays) = (known.folder.clone(), known.folder == plain.join("/"));
            standing.push(match self.find(&name)? {
                Within::Missing => Standing::Lost,
                Within::Other => Standing::Foreign,
                // Its name does not change, so what is in it does not matter.
                Within::Folder(_) if stays => Standing::Ours,
                Within::Folder(folder) => self.standing_of(id, &folder)?,
            });
        }
        Ok(standing)
    }

    /// A folder is ours when it is the one that was made: another one may have got its name.
    /// Where that is not known, or all was copied to another disk, what is in it tells.
    fn standing_of(&mut self, id: &str, folder: &FolderHandle) -> Result<Standing, AlbumFailure> {
        let is_known = self.is_known(id, folder)?;
        // The number alone is no proof: file systems give the number of a removed folder to a
        // new one.
        let mut standing = Standing::Lost;
        if self.originals.lead_into(folder).map_err(at(folder, ""))? {
            return Ok(Standing::Alone);
        }
        for entry in self.entries(id)? {
            if verify(folder, &entry).map_err(at(folder, &entry.name))? != Is::Ours {
                continue;
            }
            if !(is_known || self.may_go(folder, &entry)) {
                return Ok(Standing::Alone);
            }
            standing = Standing::Ours;
        }
        Ok(standing)
    }

    /// Whether a folder has the number of the one that was made for an album.
    pub(super) fn is_known(&self, id: &str, folder: &FolderHandle) -> Result<bool, AlbumFailure> {
        let (_, inode) = folder.id().map_err(at(folder, ""))?;
        Ok(self.inode_of(id) == Some(inode))
    }

    /// The folders above an album, none of which is a link or something else that is not
    /// entered.
    fn way(&self, above: &[String]) -> Result<String, AlbumFailure> {
        let mut way = String::new();
        for name in above {
            let suffixes = (2..).map(|n| format!(" ~{n}"));
            for suffix in std::iter::once(String::new()).chain(suffixes) {
                let next = join(&way, &names::with_suffix(name, &suffix));
                if !matches!(self.find(&next)?, Within::Other) {
                    way = next;
                    break;
                }
            }
        }
        Ok(way)
    }

    /// Whether a folder above albums is empty once those have left it.
    fn is_left_by(&self, folder: &str, leaving: &HashSet<&str>) -> Result<bool, AlbumFailure> {
        if !self.manifest.made(folder) {
            return Ok(false);
        }
        let Within::Folder(there) = self.find(folder)? else {
            return Ok(false);
        };
        let names = there.names().map_err(at(&there, ""))?;
        for name in names {
            let Some(below) = name.to_str().map(|name| join(folder, name)) else {
                return Ok(false);
            };
            if !(leaving.contains(below.as_str()) || self.is_left_by(&below, leaving)?) {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Renames the folders of albums that are called otherwise now. Returns where they
    /// were.
    pub(super) fn rename(
        &mut self,
        selection: &Selection<'_>,
        targets: &[String],
    ) -> Result<BTreeMap<String, String>, AlbumFailure> {
        let mut waiting: Vec<(String, String)> = Vec::new();
        let mut moved = BTreeMap::new();
        for (group, target) in selection.groups().iter().zip(targets) {
            let id = group.object_id();
            let folder = self.folder_of(id);
            if !self.manifest.albums().contains_key(id) || folder == *target {
                continue;
            }
            let Within::Folder(there) = self.find(&folder)? else {
                continue;
            };
            if self.standing_of(id, &there)? == Standing::Ours {
                waiting.push((id.to_owned(), target.clone()));
                moved.insert(id.to_owned(), folder);
            } else {
                self.report.left_alone.push(self.shown(&folder));
            }
        }
        if self.wanted.dry_run {
            return Ok(moved);
        }
        while !waiting.is_empty() {
            let mut ready = Vec::new();
            let mut still = Vec::new();
            for (id, target) in waiting {
                if matches!(self.find(&target)?, Within::Missing)
                    && !is_within(&target, &self.folder_of(&id))
                {
                    ready.push((id, target));
                } else {
                    still.push((id, target));
                }
            }
            // The renames form a cycle, or differ in case only: one goes by way of a name of
            // its own.
            if ready.is_empty()
                && let Some((id, _)) = still.first()
            {
                let aside = format!(".imm-cluster-album-{}", short_id(id));
                if self.folder_of(id) == aside {
                    // The place was taken meanwhile. The next export chooses another one.
                    for (id, _) in &still {
                        let folder = self.folder_of(id);
                        self.report.left_alone.push(self.shown(&folder));
                    }
                    break;
                }
                ready.push((id.clone(), aside));
            }
            self.move_to(&ready)?;
            waiting = still;
        }
        Ok(moved)
    }

    fn move_to(&mut self, albums: &[(String, String)]) -> Result<(), AlbumFailure> {
        let mut old: HashMap<&str, (String, Vec<AlbumEntry>)> = HashMap::new();
        for (id, target) in albums {
            let was = self.folder_of(id);
            let entries = self.entries(id)?;
            self.remember_parents(target)?;
            let album = Album {
                id: id.clone(),
                folder: target.clone(),
                was: Some(was.clone()),
                inode: self.inode_of(id),
                entries: entries.clone(),
            };
            self.remembering(|manifest| manifest.remember(album))?;
            old.insert(id, (was, entries));
        }
        self.remembering(|manifest| manifest.sync())?;
        for (id, target) in albums {
            let Some((was, entries)) = old.remove(id.as_str()) else {
                continue;
            };
            let (from, name) = self.parent_of(&was)?;
            let (to, new) = self.make_parents(target)?;
            from.rename(name, &to, new)
                .and_then(|()| to.sync())
                .and_then(|()| from.sync())
                .map_err(at(&to, new))?;
            let album = Album {
                id: id.clone(),
                folder: target.clone(),
                was: None,
                inode: self.inode_of(id),
                entries,
            };
            self.remembering(|manifest| manifest.remember(album))?;
            self.drop_parents(&was)?;
        }
        Ok(())
    }

    /// Remembers the folders above a folder that are not there and are about to be made.
    pub(super) fn remember_parents(&mut self, folder: &str) -> Result<(), AlbumFailure> {
        for (slash, _) in folder.match_indices('/') {
            let (above, _) = folder.split_at(slash);
            if !self.manifest.made(above) && matches!(self.find(above)?, Within::Missing) {
                self.remembering(|manifest| manifest.remember_folder(above))?;
            }
        }
        Ok(())
    }

    /// Makes the folders above a folder. Returns the last of them, and the name in it.
    pub(super) fn make_parents<'n>(
        &self,
        folder: &'n str,
    ) -> Result<(FolderHandle, &'n str), AlbumFailure> {
        let mut parent = self.root()?;
        let mut names: Vec<&str> = folder.split('/').collect();
        let last = names.pop().unwrap_or(folder);
        for name in names {
            parent = enter_or_make(&parent, name)?.0;
        }
        Ok((parent, last))
    }

    /// The folder that a folder is in, and its name there.
    pub(super) fn parent_of<'n>(
        &self,
        folder: &'n str,
    ) -> Result<(FolderHandle, &'n str), AlbumFailure> {
        let Some((above, name)) = folder.rsplit_once('/') else {
            return Ok((self.root()?, folder));
        };
        match self.find(above)? {
            Within::Folder(parent) => Ok((parent, name)),
            _ => Err(self.failure(above, io::ErrorKind::NotADirectory.into())),
        }
    }

    /// Removes the folders above a folder that an export made and in which nothing is
    /// left.
    pub(super) fn drop_parents(&mut self, folder: &str) -> Result<(), AlbumFailure> {
        let mut folder = folder;
        while let Some((above, _)) = folder.rsplit_once('/') {
            if !self.manifest.made(above) || !matches!(self.find(above)?, Within::Folder(_)) {
                break;
            }
            let (parent, name) = self.parent_of(above)?;
            if !parent.remove_empty(name).map_err(at(&parent, name))? {
                break;
            }
            self.remembering(|manifest| manifest.forget(above))?;
            folder = above;
        }
        Ok(())
    }
}

fn join(above: &str, name: &str) -> String {
    if above.is_empty() {
        name.to_owned()
    } else {
        format!("{above}/{name}")
    }
}

/// Whether a folder lies below another one.
fn is_within(folder: &str, above: &str) -> bool {
    let rest = folder.strip_prefix(above);
    rest.is_some_and(|rest| rest.starts_with('/'))
}
