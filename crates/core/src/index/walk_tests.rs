//! The walk held to `walkdir`, which knows nothing of threads and pieces.

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsString;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use proptest::prelude::*;
use walkdir::WalkDir;

use super::exclusions::{Exclusions, NO_MEDIA_MARK};
use super::stat::stat_of;
use super::walk::{FolderPiece, Walker};
use crate::dataset::{RootOptions, Stat};

/// What a walk comes to: files with their stat and the names of their sidecars, and
/// what could not be read.
type Outcome = (BTreeMap<PathBuf, (Stat, Vec<String>)>, BTreeSet<PathBuf>);

fn ours(root: &Path, start: &str, options: &RootOptions) -> Outcome {
    let found = Mutex::new(BTreeMap::new());
    let take = |piece: FolderPiece| {
        assert!(piece.files.is_sorted_by(|a, b| a.name < b.name));
        assert_eq!(piece.elsewhere, Some(false));
        for seen in piece.files {
            let sidecars = seen.sidecars.iter().map(|s| s.name.clone()).collect();
            let path = piece.dir.join(seen.name);
            let again = found.lock().unwrap().insert(path, (seen.stat, sidecars));
            assert_eq!(again, None, "found twice");
        }
    };
    let exclusions = Exclusions::new(options).unwrap();
    // The folder `closed` is there for root alone; what lies below it is the walk's to tell.
    if matches!(exclusions.of_folder(root, Path::new(start)), Ok(Some(_))) {
        return Outcome::default();
    }
    let walker = Walker::new(root, &exclusions, options.follow_links, &take);
    let unreadable = walker.walk(Path::new(start));
    let unreadable = unreadable.into_iter().map(|(path, _)| path).collect();
    (found.into_inner().unwrap(), unreadable)
}

/// The same by `walkdir`, entry by entry.
fn reference(root: &Path, options: &RootOptions) -> Outcome {
    let exclusions = Exclusions::new(options).unwrap();
    let relative = |path: &Path| path.strip_prefix(root).unwrap().to_owned();
    let is_sidecar = |path: &Path| {
        path.extension()
            .is_some_and(|e| e.eq_ignore_ascii_case("xmp") || e.eq_ignore_ascii_case("json"))
            && path.to_str().is_some()
    };
    let left_out = |path: &Path| {
        let path = relative(path);
        let Some(name) = path.file_name() else {
            return false;
        };
        !is_sidecar(&path) && exclusions.names(path.parent().unwrap(), name)
    };
    let wanted = |entry: &walkdir::DirEntry| {
        let (path, name) = (entry.path(), entry.file_name());
        if entry.file_type().is_dir() {
            let below = relative(path);
            let named = below.parent().is_some_and(|above| {
                Exclusions::of_programs(&root.join(above), name).is_some()
                    || exclusions.names(above, name)
            });
            !named && !path.join(NO_MEDIA_MARK).exists()
        } else {
            !left_out(path)
        }
    };
    let (mut found, mut unreadable) = Outcome::default();
    let walk = WalkDir::new(root).follow_links(options.follow_links);
    for entry in walk.into_iter().filter_entry(wanted) {
        match entry {
            Ok(entry) => {
                let path = entry.path();
                let media = entry.file_type().is_file()
                    && !is_sidecar(path)
                    && Exclusions::beside(path.parent().unwrap(), entry.file_name()).is_none();
                if media {
                    let stat = stat_of(&entry.metadata().unwrap());
                    found.insert(relative(path), (stat, sidecar(path, options)));
                }
            }
            Err(error) if error.loop_ancestor().is_some() => {}
            Err(error) => {
                let path = error.path().unwrap();
                if !left_out(path) {
                    unreadable.insert(relative(path));
                }
            }
        }
    }
    (found, unreadable)
}

/// The one sidecar that the names of these trees allow.
fn sidecar(path: &Path, options: &RootOptions) -> Vec<String> {
    let Some(name) = path.file_name().and_then(|name| name.to_str()) else {
        return Vec::new();
    };
    let beside = path.with_file_name(format!("{name}.xmp"));
    let link = beside.is_symlink() && !options.follow_links;
    (beside.is_file() && !link)
        .then(|| format!("{name}.xmp"))
        .into_iter()
        .collect()
}

#[derive(Debug, Clone)]
enum Thing {
    File,
    Folder,
    /// To the path of another.
    Link(usize),
    /// That nobody but root may list.
    Closed,
}

fn name(index: usize) -> OsString {
    #[cfg(unix)]
    if index == 0 {
        return std::os::unix::ffi::OsStringExt::from_vec(b"\xff\xfe.jpg".to_vec());
    }
    let names = [
        "odd.jpg",
        "a",
        "b",
        "c.jpg",
        "c.jpg.xmp",
        "d.JPG",
        "new\nline.jpg",
        "\u{1b}[31mred.jpg",
        "blank .jpg ",
        "é.jpg",
        ".hidden",
        ".hidden.jpg",
        "@eaDir",
        "a.photoslibrary",
        "originals",
        "resources",
        "c.jpg_original",
        "notes.txt",
        "folder.json",
        "x.png",
        NO_MEDIA_MARK,
    ];
    names[index % names.len()].into()
}

fn tree() -> impl Strategy<Value = Vec<(Vec<usize>, Thing)>> {
    let path = prop::collection::vec(0..21usize, 1..5);
    let thing = prop_oneof![
        6 => Just(Thing::File),
        3 => Just(Thing::Folder),
        2 => (0..20usize).prop_map(Thing::Link),
        1 => Just(Thing::Closed),
    ];
    prop::collection::vec((path, thing), 0..20)
}

fn plant(root: &Path, tree: &[(Vec<usize>, Thing)]) {
    let path = |parts: &[usize]| -> PathBuf {
        let parts = parts.iter().map(|part| name(*part));
        std::iter::once(root.into()).chain(parts).collect()
    };
    for (parts, thing) in tree {
        let at = path(parts);
        // Some are in the way of others; what comes of that is a tree as well.
        let _ = fs::create_dir_all(at.parent().unwrap());
        let _ = match thing {
            Thing::File => File::create_new(&at).map(drop),
            Thing::Folder | Thing::Closed => fs::create_dir(&at),
            Thing::Link(to) if !at.ends_with(NO_MEDIA_MARK) => {
                let to = tree.get(*to).map_or(root.to_owned(), |(to, _)| path(to));
                link(&to, &at)
            }
            Thing::Link(_) => Ok(()),
        };
    }
}

#[cfg(unix)]
fn link(to: &Path, at: &Path) -> std::io::Result<()> {
    std::os::unix::fs::symlink(to, at)
}

#[cfg(not(unix))]
fn link(_: &Path, _: &Path) -> std::io::Result<()> {
    Ok(())
}

/// Closes the closed folders, or opens them again so that they can be removed.
#[cfg(unix)]
fn set_mode(root: &Path, tree: &[(Vec<usize>, Thing)], mode: u32) {
    use std::os::unix::fs::PermissionsExt;
    for (parts, _) in tree
        .iter()
        .filter(|(_, thing)| matches!(thing, Thing::Closed))
    {
        let at: PathBuf = (parts.iter().map(|part| name(*part))).collect();
        let at = root.join(at);
        if at.is_dir() && !at.is_symlink() {
            let _ = fs::set_permissions(at, fs::Permissions::from_mode(mode));
        }
    }
}

#[cfg(not(unix))]
fn set_mode(_: &Path, _: &[(Vec<usize>, Thing)], _: u32) {}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn the_walk_finds_what_walkdir_finds(
        tree in tree(),
        follow_links: bool,
        hidden: bool,
        exclude in prop::sample::subsequence(vec!["*.png", "a/b", "b/"], 0..3),
    ) {
        let options = RootOptions {
            exclude: exclude.into_iter().map(str::to_owned).collect(),
            follow_links,
            hidden,
            ..RootOptions::default()
        };
        let folder = tempfile::tempdir().unwrap();
        let root = fs::canonicalize(folder.path()).unwrap();
        plant(&root, &tree);
        set_mode(&root, &tree, 0o000);
        let (ours, reference) = (ours(&root, "", &options), reference(&root, &options));
        set_mode(&root, &tree, 0o700);
        prop_assert_eq!(ours, reference);
    }
}

fn some_files(names: impl IntoIterator<Item = impl AsRef<Path>>) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for name in names {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        File::create_new(path).unwrap();
    }
    folder
}

#[test]
fn a_large_folder_is_looked_at_in_pieces() {
    let folder = some_files((0..2_500).map(|i| format!("{i}.jpg")));
    let pieces = Mutex::new(Vec::new());
    let take = |piece: FolderPiece| pieces.lock().unwrap().push(piece.files.len());
    let exclusions = Exclusions::new(&RootOptions::default()).unwrap();
    Walker::new(folder.path(), &exclusions, false, &take).walk(Path::new(""));
    let mut pieces = pieces.into_inner().unwrap();
    pieces.sort_unstable();
    assert_eq!(pieces, [452, 1024, 1024]);
    let options = RootOptions::default();
    assert_eq!(
        ours(folder.path(), "", &options),
        reference(folder.path(), &options)
    );
}

#[test]
fn what_vanishes_after_the_listing_is_not_there() {
    let folder = some_files(["a.jpg", "b.jpg", "sub/c.jpg"]);
    let found = Mutex::new(Vec::new());
    let take = |piece: FolderPiece| {
        let names = piece.files.into_iter().map(|seen| seen.name);
        found.lock().unwrap().extend(names);
    };
    let exclusions = Exclusions::new(&RootOptions::default()).unwrap();
    let walker = Walker::new(folder.path(), &exclusions, false, &take);
    let listing = walker.list(Path::new(""), None).unwrap();
    fs::remove_file(folder.path().join("a.jpg")).unwrap();
    fs::remove_dir_all(folder.path().join("sub")).unwrap();
    rayon::scope(|scope| walker.listed(scope, listing));
    // Whether the folder is gone for good, or was renamed, only the next run can
    // tell, so that its files are left alone.
    let unreadable = walker.unreadable();
    assert_eq!(found.into_inner().unwrap(), ["b.jpg"]);
    assert_eq!(unreadable.len(), 1);
    assert_eq!(unreadable[0].0, Path::new("sub"));
    assert!(unreadable[0].1.contains("No such file"), "{unreadable:?}");
}

#[cfg(unix)]
#[test]
fn a_folder_that_is_renamed_after_the_listing_keeps_its_files() {
    let folder = some_files(["sub/a.jpg"]);
    let found = Mutex::new(Vec::new());
    let take = |piece: FolderPiece| {
        let names = piece.files.into_iter().map(|seen| seen.name);
        found.lock().unwrap().extend(names);
    };
    let exclusions = Exclusions::new(&RootOptions::default()).unwrap();
    let walker = Walker::new(folder.path(), &exclusions, false, &take);
    let listing = walker.list(Path::new("sub"), None).unwrap();
    fs::rename(folder.path().join("sub"), folder.path().join("new")).unwrap();
    rayon::scope(|scope| walker.listed(scope, listing));
    assert_eq!(found.into_inner().unwrap(), ["a.jpg"]);
}

#[cfg(unix)]
#[test]
fn a_link_to_a_folder_above_the_start_is_not_followed() {
    let folder = some_files(["a/b/c.jpg", "d.jpg"]);
    link(folder.path(), &folder.path().join("a/b/up")).unwrap();
    let options = RootOptions {
        follow_links: true,
        ..RootOptions::default()
    };
    let (found, unreadable) = ours(folder.path(), "a", &options);
    assert_eq!(
        found.into_keys().collect::<Vec<_>>(),
        [Path::new("a/b/c.jpg")]
    );
    assert_eq!(unreadable, BTreeSet::new());
}
