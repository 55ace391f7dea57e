//! Which name each file has in its album.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::path::Path;

use super::super::{Photo, names};

/// The names of files in one album, in their order.
///
/// Files of one folder and stem, such as both parts of a Live Photo, stay together. Of
/// several folders that have a stem, one keeps its names: the one that has them already
/// (`held`, by source), else the first by path. The others get a suffix made of
/// their folder, so that it does not depend on which others there are. `taken` are
/// folded names that somebody else has.
pub(super) fn names(
    photos: &[Photo<'_, '_>],
    sources: &[String],
    held: &HashMap<&str, &str>,
    taken: HashSet<String>,
) -> Vec<String> {
    let files: Vec<File> = (photos.iter().zip(sources))
        .map(|(photo, source)| File {
            origin: origin(photo),
            name: photo.name(),
            held: held.get(source.as_str()).map(|name| (*name).to_owned()),
        })
        .collect();
    assign(&files, taken)
}

/// A file that wants a name.
#[derive(Debug, Clone)]
struct File {
    /// Names its folder.
    origin: String,
    name: String,
    /// The name that it has at present.
    held: Option<String>,
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

fn assign(files: &[File], mut taken: HashSet<String>) -> Vec<String> {
    let mut groups: BTreeMap<(&str, String), Vec<usize>> = BTreeMap::new();
    for (i, file) in files.iter().enumerate() {
        let key = (file.origin.as_str(), names::stem_of(&file.name));
        groups.entry(key).or_default().push(i);
    }
    let has_its_name =
        |i: &usize| files[*i].held.as_deref() == Some(&*names::portable(&files[*i].name));
    let mut order: Vec<_> = groups.into_iter().collect();
    // The sort is stable: by path where there is no difference.
    order.sort_by_key(|(_, group)| !group.iter().any(has_its_name));
    let mut stems = HashSet::new();
    let mut assigned = vec![String::new(); files.len()];
    for ((origin, stem), mut group) in order {
        group.sort_by(|a, b| files[*a].name.cmp(&files[*b].name));
        let is_free =
            |i: &usize| !taken.contains(&names::folded(&names::portable(&files[*i].name)));
        let suffix = if group.iter().all(is_free) && stems.insert(stem) {
            String::new()
        } else {
            format!("~{:08x}", crc32fast::hash(origin.as_bytes()))
        };
        for i in group {
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

    fn file(path: &str) -> File {
        let (origin, name) = path.rsplit_once('/').unwrap();
        File {
            origin: origin.to_owned(),
            name: name.to_owned(),
            held: None,
        }
    }

    fn assigned(paths: &[&str], taken: &[&str]) -> Vec<String> {
        let files: Vec<File> = paths.iter().map(|path| file(path)).collect();
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
        files[1].held = Some("x.jpg".to_owned());
        let names = assign(&files, HashSet::new());
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
            // Made once, everything stays where it is.
            let files: Vec<File> = paths
                .iter()
                .zip(&names)
                .map(|(path, name)| File { held: Some(name.clone()), ..file(path) })
                .collect();
            let foreign = taken.iter().map(|name| names::folded(name)).collect();
            prop_assert_eq!(assign(&files, foreign), names);
        }
    }
}
