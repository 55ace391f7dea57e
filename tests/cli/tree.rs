//! What lies on a disk, and whether anything of it was lost.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use crate::sandbox::Sandbox;

/// The list of what an export of albums made.
pub(crate) const LIST: &str = ".imm-cluster-album.json";

/// One entry of a folder.
#[derive(Clone, PartialEq, Eq)]
pub(crate) enum Node {
    Folder,
    Link(PathBuf),
    File(Vec<u8>),
    /// A pipe, a socket, a device.
    Other,
}

impl std::fmt::Debug for Node {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Folder => write!(f, "folder"),
            Self::Link(target) => write!(f, "link to {}", target.display()),
            Self::File(bytes) => write!(f, "file of {} bytes", bytes.len()),
            Self::Other => write!(f, "no file"),
        }
    }
}

pub(crate) type Tree = BTreeMap<PathBuf, Node>;

/// All that lies below a folder, by the path from it. No link is followed.
pub(crate) fn tree(folder: &Path) -> Tree {
    let mut found = Tree::new();
    let mut open = vec![folder.to_owned()];
    while let Some(next) = open.pop() {
        for entry in fs::read_dir(next).into_iter().flatten() {
            let entry = entry.unwrap();
            let (path, kind) = (entry.path(), entry.file_type().unwrap());
            let node = if kind.is_dir() {
                open.push(path.clone());
                Node::Folder
            } else if kind.is_symlink() {
                Node::Link(fs::read_link(&path).unwrap())
            } else if kind.is_file() {
                Node::File(fs::read(&path).unwrap())
            } else {
                Node::Other
            };
            found.insert(path.strip_prefix(folder).unwrap().to_owned(), node);
        }
    }
    found
}

/// The paths below a folder of what is no folder and no list of albums.
pub(crate) fn entries(folder: &Path) -> Vec<PathBuf> {
    let all = tree(folder).into_iter();
    all.filter(|(path, node)| *node != Node::Folder && !path.ends_with(LIST))
        .map(|(path, _)| path)
        .collect()
}

/// What differs between two trees.
pub(crate) fn difference(before: &Tree, after: &Tree) -> Vec<String> {
    let paths: BTreeSet<&PathBuf> = before.keys().chain(after.keys()).collect();
    let changed = paths.into_iter().filter_map(|path| {
        let (old, new) = (before.get(path), after.get(path));
        let now = |node: Option<&Node>| node.map_or("nothing".to_owned(), |it| format!("{it:?}"));
        (old != new).then(|| format!("{}: {}, was {}", path.display(), now(new), now(old)))
    });
    changed.collect()
}

/// What is the user's in a sandbox, as it is now. What the program keeps for itself, below
/// `data`, does not count.
pub(crate) struct Kept {
    root: PathBuf,
    /// Folders in which nothing changes.
    theirs: Vec<(PathBuf, Tree)>,
    /// What each path in them leads to, through whatever links.
    read: BTreeMap<PathBuf, Vec<u8>>,
    /// The bytes of all files anywhere.
    contents: BTreeSet<Vec<u8>>,
}

impl Kept {
    /// With the folders of the sandbox in which nothing may change.
    pub(crate) fn of(sandbox: &Sandbox, theirs: &[&str]) -> Self {
        let root = sandbox.path("");
        let folders = theirs.iter().map(|folder| root.join(folder));
        let theirs: Vec<(PathBuf, Tree)> = folders
            .map(|folder| (folder.clone(), tree(&folder)))
            .collect();
        let mut read = BTreeMap::new();
        for (folder, tree) in &theirs {
            for path in tree.keys().map(|path| folder.join(path)) {
                if fs::metadata(&path).is_ok_and(|it| it.is_file()) {
                    read.insert(path.clone(), fs::read(&path).unwrap());
                }
            }
        }
        Self {
            contents: contents(&root),
            root,
            theirs,
            read,
        }
    }

    /// Nothing of it is lost.
    #[track_caller]
    pub(crate) fn holds(&self, what: &str) {
        for (folder, before) in &self.theirs {
            let changed = difference(before, &tree(folder));
            assert!(
                changed.is_empty(),
                "{what}: in {}: {changed:#?}",
                folder.display()
            );
        }
        for (path, bytes) in &self.read {
            let now = fs::read(path);
            assert!(
                now.as_ref().is_ok_and(|now| now == bytes),
                "{what}: {} no longer leads to its bytes: {:?}",
                path.display(),
                now.map(|now| now.len())
            );
        }
        self.holds_bytes(what);
    }

    /// Wherever they are now, all bytes are there.
    #[track_caller]
    pub(crate) fn holds_bytes(&self, what: &str) {
        let now = contents(&self.root);
        let lost = self.contents.difference(&now).count();
        let names = tree(&self.root);
        assert_eq!(
            lost, 0,
            "{what}: so many files are nowhere any more: {names:#?}"
        );
    }
}

/// The bytes of all files, but for the program's own.
fn contents(root: &Path) -> BTreeSet<Vec<u8>> {
    let own = |path: &Path| path.starts_with("data") || path.ends_with(LIST);
    let files = tree(root).into_iter().filter(|(path, _)| !own(path));
    files
        .filter_map(|(_, node)| match node {
            Node::File(bytes) => Some(bytes),
            _ => None,
        })
        .collect()
}
