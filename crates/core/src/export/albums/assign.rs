//! Which name each file has in its album.

use std::cell::OnceCell;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::ffi::OsStr;
use std::io;
use std::path::{Path, PathBuf};

use super::place::{How, LibraryFile, is_same_time};
use crate::disk::names;
use crate::export::Photo;
use crate::export::manifest::{AlbumEntry, MadeAs};

/// A file that should be in an album.
pub(super) struct Wish<'s, 'a> {
    photo: Photo<'s, 'a>,
    how: How,
    /// Where it is.
    pub(super) path: PathBuf,
    /// That as text.
    pub(super) source: String,
    found: OnceCell<Option<LibraryFile>>,
    /// Why the system did not tell.
    failed: OnceCell<io::Error>,
}

impl<'s, 'a> Wish<'s, 'a> {
    pub(super) fn of(photo: &Photo<'s, 'a>, how: How) -> Self {
        let path = photo.path();
        Self {
            photo: *photo,
            how,
            source: path.to_string_lossy().into_owned(),
            path,
            found: OnceCell::new(),
            failed: OnceCell::new(),
        }
    }

    /// The file, where it is there and is the one that was indexed.
    fn found(&self) -> Option<LibraryFile> {
        *self.found.get_or_init(|| {
            // Of records that came in as JSON, some name a file and some do not.
            let is_path = self.path.is_absolute();
            let found = is_path.then(|| LibraryFile::of(&self.photo, &self.path));
            found.transpose().map_or_else(
                |error| {
                    let _ = self.failed.set(error);
                    None
                },
                Option::flatten,
            )
        })
    }

    /// Why the system did not tell what it is, if it did not.
    pub(super) fn into_failure(self) -> Option<(PathBuf, io::Error)> {
        Some((self.path, self.failed.into_inner()?))
    }

    /// What would be made of it now; `None` where it is not there.
    pub(super) fn made(&self) -> Option<MadeAs> {
        self.found().map(|found| self.how.made_of(found))
    }

    /// What its other names are made of.
    pub(super) fn other_names(&self) -> OtherNames {
        OtherNames {
            name: self.photo.name(),
            origin: origin(&self.photo),
        }
    }

    /// Whether it would be called so in an album where nothing else is.
    pub(super) fn is_called(&self, name: &str) -> bool {
        names::portable(&self.photo.name()) == name
    }

    /// Whether an entry is as it would be made now.
    pub(super) fn is_met_by(&self, entry: &AlbumEntry) -> bool {
        match entry.made {
            // A symbolic link is right even while its target is not there.
            MadeAs::Symbolic => self.how == How::Symbolic && entry.source == self.source,
            made => self.made() == Some(made),
        }
    }

    /// Whether an entry is known to be of this file, which may have been elsewhere then.
    fn is_of(&self, entry: &AlbumEntry) -> bool {
        match entry.made {
            MadeAs::Symbolic => entry.source == self.source,
            MadeAs::Hard { inode } => match self.found() {
                Some(found) => found.inode == inode,
                None => entry.source == self.source,
            },
            MadeAs::Copy { size, mtime } => {
                let stat = &self.photo.file.stat;
                let known = if self.photo.is_on_disk() {
                    Some((stat.size, stat.mtime))
                } else {
                    self.found().map(|found| (found.size, found.mtime))
                };
                known.is_some_and(|known| known.0 == size && is_same_time(known.1, mtime))
            }
        }
    }
}

/// The names that a file gets where another one has its own.
#[derive(Debug)]
pub(super) struct OtherNames {
    name: String,
    origin: String,
}

impl OtherNames {
    /// All of them, in order.
    pub(super) fn each(&self) -> impl Iterator<Item = String> {
        let suffix = suffix(&self.origin);
        let numbers = (2..).map({
            let suffix = suffix.clone();
            move |n| format!("{suffix}~{n}")
        });
        std::iter::once(suffix)
            .chain(numbers)
            .map(|suffix| names::with_suffix(&self.name, &suffix))
    }
}

/// Which entry each file has already, by the numbers of both. An entry is of a file by what
/// that is, and not by where it was when the entry was made. `is_copy` says whether they
/// hold the same, where size, time and name leave a choice.
pub(super) fn held(
    wishes: &[Wish<'_, '_>],
    ours: &[AlbumEntry],
    is_copy: impl Fn(&Wish<'_, '_>, &AlbumEntry) -> bool,
) -> BTreeMap<usize, usize> {
    let mut by_source: HashMap<&str, Vec<usize>> = HashMap::new();
    for (at, entry) in ours.iter().enumerate() {
        by_source.entry(&entry.source).or_default().push(at);
    }
    let mut held = BTreeMap::new();
    let mut is_held = vec![false; ours.len()];
    for (number, wish) in wishes.iter().enumerate() {
        let at = by_source.get(wish.source.as_str()).into_iter().flatten();
        let fitting: Vec<usize> = at
            .copied()
            .filter(|at| !is_held[*at] && wish.is_of(&ours[*at]))
            .collect();
        let mut by_content = fitting.iter().filter(|_| fitting.len() > 1);
        let found = by_content.find(|at| is_copy(wish, &ours[**at]));
        if let Some(at) = found.or(fitting.first()) {
            is_held[*at] = true;
            held.insert(number, *at);
        }
    }
    let loose: Vec<usize> = (0..ours.len())
        .filter(|at| !is_held[*at] && ours[*at].made != MadeAs::Symbolic)
        .collect();
    if loose.is_empty() {
        return held;
    }
    let rest: Vec<usize> = (0..wishes.len())
        .filter(|number| !held.contains_key(number))
        .collect();
    let mut wishes_of: HashMap<usize, usize> = HashMap::new();
    let mut pairs = Vec::new();
    for number in rest {
        let wish = &wishes[number];
        let fitting: Vec<usize> = (loose.iter().copied())
            .filter(|at| wish.is_of(&ours[*at]))
            .collect();
        for at in &fitting {
            *wishes_of.entry(*at).or_default() += 1;
        }
        if !fitting.is_empty() {
            pairs.push((number, fitting));
        }
    }
    for (number, mut fitting) in pairs {
        let wish = &wishes[number];
        let is_called_so = |at: &usize| {
            let name = Path::new(&ours[*at].source).file_name();
            name == Some(OsStr::new(wish.photo.name().as_str()))
        };
        fitting.sort_by_key(|at| !is_called_so(at));
        let is_clear =
            |at: &usize| fitting.len() == 1 && wishes_of.get(at) == Some(&1) && is_called_so(at);
        let found = fitting
            .iter()
            .find(|at| !is_held[**at] && (is_clear(at) || is_copy(wish, &ours[**at])));
        if let Some(at) = found {
            is_held[*at] = true;
            held.insert(number, *at);
        }
    }
    held
}

/// An entry that a file has already.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct HeldEntry {
    /// Its name.
    pub(super) name: String,
    /// Whether it keeps its name, whatever the file is called.
    pub(super) stays: bool,
}

/// The names of files in one album, in their order.
///
/// Files of one folder and stem, such as both parts of a Live Photo, stay together. Of
/// several folders that have a stem, one keeps its names: the one that has them already
/// (`held`), else the first by path. The others get a suffix made of
/// their folder, so that it does not depend on which others there are. `taken` are
/// folded names that somebody else has.
pub(super) fn names(
    wishes: &[Wish<'_, '_>],
    held: impl Fn(usize) -> Option<HeldEntry>,
    taken: HashSet<String>,
) -> Vec<String> {
    let files: Vec<NameClaim> = (wishes.iter().enumerate())
        .map(|(number, wish)| NameClaim {
            origin: origin(&wish.photo),
            name: wish.photo.name(),
            held: held(number),
        })
        .collect();
    assign(&files, taken)
}

/// A file that wants a name.
#[derive(Debug, Clone)]
struct NameClaim {
    /// Names its folder.
    origin: String,
    name: String,
    /// What it has at present.
    held: Option<HeldEntry>,
}

impl NameClaim {
    /// The name that it keeps in any case.
    fn kept(&self) -> Option<&str> {
        let held = self.held.as_ref().filter(|held| held.stays);
        held.map(|held| held.name.as_str())
    }

    /// Whether what it has is called as it is.
    fn has_its_name(&self) -> bool {
        let held = self.held.as_ref();
        held.is_some_and(|held| held.name == names::portable(&self.name))
    }
}

/// The folder of a file, in a way that does not change when its root is moved.
fn origin(photo: &Photo<'_, '_>) -> String {
    if photo.is_on_disk() {
        format!("{}/{}", photo.folder.root, photo.folder.dir.display())
    } else {
        let folder = Path::new(&photo.file.name).parent();
        folder
            .unwrap_or(Path::new(""))
            .to_string_lossy()
            .into_owned()
    }
}

/// What tells files of one folder from those of another.
fn suffix(origin: &str) -> String {
    format!("~{:08x}", crc32fast::hash(origin.as_bytes()))
}

fn assign(files: &[NameClaim], mut taken: HashSet<String>) -> Vec<String> {
    let mut groups: BTreeMap<(&str, String), Vec<usize>> = BTreeMap::new();
    for (i, file) in files.iter().enumerate() {
        let key = (file.origin.as_str(), names::stem_of(&file.name));
        groups.entry(key).or_default().push(i);
    }
    taken.extend(files.iter().filter_map(NameClaim::kept).map(names::folded));
    let mut order: Vec<_> = groups.into_iter().collect();
    // A stable sort: groups that are alike stay in the order of their paths.
    order.sort_by_key(|(_, group)| !group.iter().any(|i| files[*i].has_its_name()));
    let mut stems = HashSet::new();
    let mut assigned = vec![String::new(); files.len()];
    for ((origin, stem), mut group) in order {
        group.sort_by(|a, b| files[*a].name.cmp(&files[*b].name));
        // A name that a file of this group keeps is taken for others, and free within the
        // group.
        let kept = group.iter().filter(|i| files[**i].has_its_name());
        let kept: HashSet<String> = kept
            .filter_map(|i| files[*i].kept())
            .map(names::folded)
            .collect();
        let is_free = |i: &usize| {
            let name = names::folded(&names::portable(&files[*i].name));
            kept.contains(&name) || !taken.contains(&name)
        };
        let suffix = if group.iter().all(is_free) && stems.insert(stem) {
            String::new()
        } else {
            suffix(origin)
        };
        for i in group {
            if let Some(kept) = files[i].kept() {
                kept.clone_into(&mut assigned[i]);
                continue;
            }
            let numbers = (2..).map(|n| format!("{suffix}~{n}"));
            for suffix in std::iter::once(suffix.clone()).chain(numbers) {
                let name = names::with_suffix(&files[i].name, &suffix);
                if taken.insert(names::folded(&name)) {
                    assigned[i] = name;
                    break;
                }
            }
        }
    }
    assigned
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn file(path: &str) -> NameClaim {
        let (origin, name) = path.rsplit_once('/').unwrap();
        NameClaim {
            origin: origin.to_owned(),
            name: name.to_owned(),
            held: None,
        }
    }

    fn assigned(paths: &[&str], taken: &[&str]) -> Vec<String> {
        let files: Vec<NameClaim> = paths.iter().map(|path| file(path)).collect();
        assign(
            &files,
            taken.iter().map(|name| names::folded(name)).collect(),
        )
    }

    #[test]
    fn the_pair_of_a_live_photo_gets_one_suffix() {
        let paths = ["b/IMG_1.HEIC", "a/IMG_1.JPG", "b/IMG_1.MOV", "c/IMG_2.JPG"];
        let b = format!("{:08x}", crc32fast::hash(b"b"));
        assert_eq!(
            assigned(&paths, &[]),
            [
                format!("IMG_1~{b}.HEIC"),
                "IMG_1.JPG".to_owned(),
                format!("IMG_1~{b}.MOV"),
                "IMG_2.JPG".to_owned()
            ]
        );
    }

    #[test]
    fn a_name_of_somebody_else_is_not_taken() {
        let a = format!("{:08x}", crc32fast::hash(b"a"));
        assert_eq!(
            assigned(&["a/x.jpg", "a/x.mov"], &["X.JPG"]),
            [format!("x~{a}.jpg"), format!("x~{a}.mov")]
        );
        assert_eq!(assigned(&["a/x.JPG", "a/X.jpg"], &[]), ["x~2.JPG", "X.jpg"]);
    }

    #[test]
    fn who_has_a_name_keeps_it() {
        let mut files = [file("a/x.jpg"), file("b/x.jpg")];
        assert_eq!(assign(&files, HashSet::new())[0], "x.jpg");
        let held = |name: &str, stays| {
            Some(HeldEntry {
                name: name.to_owned(),
                stays,
            })
        };
        files[1].held = held("x.jpg", false);
        let names = assign(&files, HashSet::new());
        assert_eq!(names[1], "x.jpg");
        assert!(names[0].starts_with("x~"), "{names:?}");
        // What must stay is called so still when its file is not.
        files[1] = NameClaim {
            held: held("x.jpg", true),
            ..file("b/beach.jpg")
        };
        let names = assign(&files, HashSet::from(["x.jpg".to_owned()]));
        assert_eq!(names[1], "x.jpg");
        assert!(names[0].starts_with("x~"), "{names:?}");
    }

    proptest! {
        #[test]
        fn names_are_unique_everywhere_and_do_not_depend_on_the_order(
            paths in prop::collection::hash_set("[ab]/[xX](\\.MP)?\\.(jpg|JPG|mov|HEIC)", 1..12),
            taken in prop::collection::hash_set("[xy](\\.jpg|~2\\.jpg)", 0..4),
            seed: u64,
        ) {
            let mut paths: Vec<&str> = paths.iter().map(String::as_str).collect();
            paths.sort_unstable();
            let taken: Vec<&str> = taken.iter().map(String::as_str).collect();
            let names = assigned(&paths, &taken);
            let mut unique: HashSet<String> = taken.iter().map(|name| names::folded(name)).collect();
            for name in &names {
                prop_assert!(unique.insert(names::folded(name)), "{name} of {names:?}");
            }
            let by_path: HashMap<&str, &String> = paths.iter().copied().zip(&names).collect();
            let mut mixed = paths.clone();
            let turn = usize::try_from(seed % paths.len() as u64).unwrap();
            mixed.rotate_left(turn);
            for (path, name) in mixed.iter().zip(assigned(&mixed, &taken)) {
                prop_assert_eq!(by_path[path], &name);
            }
            // Made once, everything stays where it is: whether all, none or some of those
            // that are called as they are keep their names in any case.
            for some in [0, u64::MAX, seed] {
                let files: Vec<NameClaim> = (0..)
                    .zip(paths.iter().zip(&names))
                    .map(|(i, (path, name))| {
                        let stays = some >> i & 1 == 1 && path.ends_with(&format!("/{name}"));
                        let held = Some(HeldEntry { name: name.clone(), stays });
                        NameClaim { held, ..file(path) }
                    })
                    .collect();
                let foreign = taken.iter().map(|name| names::folded(name)).collect();
                prop_assert_eq!(&assign(&files, foreign), &names);
            }
        }
    }
}
