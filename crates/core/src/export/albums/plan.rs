//! What one album comes to: its wishes beside the entries that lie in its folder.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::ffi::OsString;
use std::path::PathBuf;

use super::assign::{self, HeldEntry, OtherNames, Wish};
use crate::disk::names;
use crate::export::manifest::AlbumEntry;

/// How one album comes to what it should hold.
#[derive(Default)]
pub(super) struct Plan {
    pub(super) keep: Vec<AlbumEntry>,
    pub(super) add: Vec<New>,
    pub(super) remove: Vec<AlbumEntry>,
    pub(super) left_alone: Vec<String>,
    pub(super) not_there: usize,
    /// Whether the list says something else than what is there.
    pub(super) differs: bool,
}

/// An entry that is to be made.
pub(super) struct New {
    pub(super) entry: AlbumEntry,
    /// What it is made of.
    pub(super) file: PathBuf,
    /// What of ours it replaces.
    pub(super) replaced: Option<AlbumEntry>,
    /// How it is called where something else has its name.
    pub(super) other_names: OtherNames,
}

/// The wishes of an album and the entries of ours in its folder, by their numbers.
pub(super) struct Comparison<'a, 's, 'p> {
    pub(super) wishes: &'a [Wish<'s, 'p>],
    pub(super) ours: &'a [AlbumEntry],
    /// Of a wish the entry that holds its file.
    pub(super) held_by: &'a BTreeMap<usize, usize>,
    /// Entries that are as they should be, under the names of their files.
    pub(super) settled: &'a HashSet<usize>,
    /// Of each entry whether it may go.
    pub(super) may_go: &'a [bool],
}

impl Comparison<'_, '_, '_> {
    /// The name of each wish, where all of these lie in the folder.
    pub(super) fn assign(&self, listed: &[OsString]) -> Vec<String> {
        // Compared folded: some file systems list a name in another form (NFD, other case) than
        // it was given.
        let free: HashSet<String> = (self.ours.iter().zip(self.may_go))
            .filter(|(_, may_go)| **may_go)
            .map(|(entry, _)| names::folded(&entry.name))
            .collect();
        let taken = (listed.iter())
            .map(|name| names::folded(&name.to_string_lossy()))
            .filter(|name| !free.contains(name))
            .collect();
        let held = |wish: usize| {
            self.held_by.get(&wish).map(|at| HeldEntry {
                name: self.ours[*at].name.clone(),
                stays: !self.may_go[*at],
            })
        };
        assign::names(self.wishes, held, taken)
    }

    /// What is to be done where the wishes have these names.
    pub(super) fn plan(&self, names: Vec<String>, plan: &mut Plan) {
        let mut by_name: HashMap<&str, usize> = (self.ours.iter().enumerate())
            .map(|(at, entry)| (entry.name.as_str(), at))
            .collect();
        for (number, name) in names.into_iter().enumerate() {
            let present = by_name.remove(name.as_str());
            self.plan_wish(number, name, present, plan);
        }
        let mut rest: Vec<usize> = by_name.into_values().collect();
        rest.sort_by(|a, b| self.ours[*a].name.cmp(&self.ours[*b].name));
        for at in rest {
            let entry = self.ours[at].clone();
            if self.may_go[at] {
                plan.remove.push(entry);
            } else {
                plan.left_alone.push(entry.name.clone());
                plan.keep.push(entry);
            }
        }
    }

    /// What is to be done for one wish, under whose name an entry may be `present`.
    fn plan_wish(&self, number: usize, name: String, present: Option<usize>, plan: &mut Plan) {
        let (wish, ours) = (&self.wishes[number], self.ours);
        // Its own entry, if that has the assigned name already.
        let own = present.filter(|at| self.held_by.get(&number) == Some(at));
        if let Some(at) = own.filter(|at| wish.is_met_by(&ours[*at])) {
            let mut entry = ours[at].clone();
            // What stays only because its own file leads to it is known by that still.
            if self.settled.contains(&at) || self.may_go[at] {
                entry.source.clone_from(&wish.source);
            }
            plan.differs |= ours[at] != entry;
            plan.keep.push(entry);
            return;
        }
        match (wish.made(), own) {
            (made, Some(at)) if made.is_none() || !self.may_go[at] => {
                plan.keep.push(ours[at].clone());
            }
            (Some(made), _) => plan.add.push(New {
                entry: AlbumEntry {
                    name,
                    source: wish.source.clone(),
                    made,
                },
                file: wish.path.clone(),
                replaced: present.map(|at| ours[at].clone()),
                other_names: wish.other_names(),
            }),
            (None, _) => {
                plan.not_there += 1;
                plan.keep.extend(present.map(|at| ours[at].clone()));
            }
        }
    }
}
