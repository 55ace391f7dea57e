//! Random histories of albums: whatever people, deduplicators and cameras do between two
//! exports, no byte of a photo or of the user's own files is ever lost.
//!
//! The model is what lies on the disk right before an export: each path of the library
//! leads to the same bytes after it, each file of the user's among the albums is there,
//! and what any file held, some file holds still.
#![cfg(unix)]

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

use serde_json::Value;

use crate::library::{Shot, tiny_jpeg};
use crate::sandbox::{HANGZHOU, JIAXING, KYOTO, Numbers, Sandbox, each, rounds, text};
use crate::traced::{LIMIT, within};
use crate::tree::{Kept, LIST, Node, Tree, difference, tree};

const TEMPLATES: [&str; 8] = [
    "{start} {title}",
    "{year}/{month}/{start} {title}",
    "{country}/{city} {id}",
    "{country}/{city} {id}/{start}",
    "{country}/{city} {id}/{start}/{end}",
    "{title}",
    "{country}",
    "{city}/{title}",
];

const TITLES: [&str; 6] = ["Tea", "tea", "a/b: c", "Hangzhou", ".", "lib"];

/// Where albums are, photos that the user keeps elsewhere, and where a list is planted.
const ALBUMS: &str = "albums";
const ELSEWHERE: &str = "elsewhere";

/// A user with a library, and what was done so far.
struct History {
    sandbox: Sandbox,
    numbers: Numbers,
    /// The present name of the library.
    library: String,
    template: &'static str,
    kind: &'static str,
    /// What makes photos and texts differ.
    next: u32,
    /// Files of the user's among the albums: by their content, which is of each its own,
    /// their names.
    mine: BTreeMap<Vec<u8>, PathBuf>,
    /// A list of the albums as it was once.
    list: Option<Vec<u8>>,
    steps: Vec<String>,
}

impl History {
    fn new(seed: u64) -> Self {
        let mut history = Self {
            sandbox: Sandbox::new(),
            numbers: Numbers(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1),
            library: "lib".to_owned(),
            template: TEMPLATES[0],
            kind: "copy",
            next: 0,
            mine: BTreeMap::new(),
            list: None,
            steps: vec![format!("seed {seed}")],
        };
        for _ in 0..4 {
            history.take_photo();
        }
        let copy = history.photo_bytes();
        history.put(&format!("{ELSEWHERE}/IMG_1.jpg"), copy);
        history.kind = history.one_of(&["copy", "hard", "symbolic"]);
        history.template = history.one_of(&TEMPLATES);
        history.run(&format!("run {} --levels city", history.library));
        history
    }

    fn one_of<T: Copy>(&mut self, things: &[T]) -> T {
        things[self.numbers.below(things.len())]
    }

    fn any<T: Clone>(&mut self, things: &[T]) -> Option<T> {
        (!things.is_empty()).then(|| things[self.numbers.below(things.len())].clone())
    }

    fn chance(&mut self, of: usize) -> bool {
        self.numbers.below(of) == 0
    }

    fn say(&mut self, step: impl Into<String>) {
        self.steps.push(step.into());
    }

    fn told(&self) -> String {
        self.steps.join("\n  ")
    }

    /// Writes a file, where nothing is in the way.
    fn put(&self, path: &str, content: impl AsRef<[u8]>) {
        let path = self.sandbox.path(path);
        let _ = fs::create_dir_all(path.parent().unwrap());
        let _ = fs::write(path, content);
    }

    /// A photo that is like no other.
    fn photo_bytes(&mut self) -> Vec<u8> {
        self.next += 1;
        let day = 1 + self.numbers.below(9);
        let place = self.one_of(&[HANGZHOU, HANGZHOU, JIAXING, KYOTO]);
        let (minute, second) = (self.next / 60 % 60, self.next % 60);
        let time = format!("2024-03-{day:02} 10:{minute:02}:{second:02}");
        let hours = if place == KYOTO { 9 } else { 8 };
        tiny_jpeg(&Shot::new("photo.jpg", &time).at(hours, place))
    }

    fn take_photo(&mut self) {
        let folder = self.one_of(&["", "a/", "b/", "a/c/"]);
        let name = self.one_of(&["IMG_1.jpg", "IMG_1.JPG", "img_1.jpg", "IMG_2.jpg", "x.jpg"]);
        let fresh = format!("IMG_{}.jpg", self.next + 10);
        let name = if self.chance(2) { name } else { &fresh };
        let path = format!("{}/{folder}{name}", self.library);
        if fs::symlink_metadata(self.sandbox.path(&path)).is_ok() {
            return;
        }
        let bytes = self.photo_bytes();
        self.put(&path, bytes);
        self.say(format!("photo {path}"));
    }

    /// What lies below a folder and is of that kind, by its path in the sandbox.
    fn below(&self, folder: &str, wanted: impl Fn(&Node) -> bool) -> Vec<String> {
        let tree = tree(&self.sandbox.path(folder)).into_iter();
        tree.filter(|(path, node)| wanted(node) && !path.ends_with(LIST))
            .map(|(path, _)| format!("{folder}/{}", path.display()))
            .collect()
    }

    fn photos(&self) -> Vec<String> {
        self.below(&self.library, |node| !matches!(node, Node::Folder))
    }

    fn library_folders(&self) -> Vec<String> {
        self.below(&self.library, |node| matches!(node, Node::Folder))
    }

    fn entries(&self) -> Vec<String> {
        self.below(ALBUMS, |node| !matches!(node, Node::Folder))
    }

    fn album_folders(&self) -> Vec<String> {
        self.below(ALBUMS, |node| matches!(node, Node::Folder))
    }

    /// Both a photo and a file of the albums that hold the same.
    fn pair(&mut self) -> Option<(PathBuf, PathBuf)> {
        let photo = self.any(&self.photos())?;
        let photo = self.sandbox.path(photo);
        let bytes = fs::read(&photo).ok()?;
        let same = |path: &PathBuf| {
            fs::symlink_metadata(path).is_ok_and(|it| it.is_file())
                && fs::read(path).is_ok_and(|it| it == bytes)
        };
        let entries = self
            .entries()
            .into_iter()
            .map(|path| self.sandbox.path(path));
        let album = entries.into_iter().find(same)?;
        Some((photo, album))
    }

    fn clusters(&self, state: &str) -> Vec<String> {
        let dataset = fs::read(self.sandbox.dataset()).unwrap_or_default();
        let dataset: Value = serde_json::from_slice(&dataset).unwrap_or_default();
        each(&dataset["clusters"])
            .filter(|cluster| cluster["state"] == state)
            .map(|cluster| text(&cluster["object_id"]))
            .collect()
    }

    /// Runs the program, which may say that something cannot be done.
    fn run(&mut self, arguments: &str) -> (i32, Value) {
        let arguments: Vec<String> = arguments.split_whitespace().map(str::to_owned).collect();
        self.run_with(&arguments)
    }

    fn run_with(&mut self, arguments: &[String]) -> (i32, Value) {
        self.say(arguments.join(" "));
        let mut command = self.sandbox.command();
        command.args(arguments).args(["--format", "json"]);
        let output = within(LIMIT, &mut command);
        let output = output.unwrap_or_else(|| panic!("it hangs:\n  {}", self.told()));
        let stderr = String::from_utf8_lossy(&output.stderr);
        let code = output.status.code();
        assert!(
            matches!(code, Some(0 | 1)) && !stderr.contains("panicked"),
            "{code:?} {stderr}\n  {}",
            self.told()
        );
        let answer = serde_json::from_slice(&output.stdout).unwrap_or_default();
        (code.unwrap_or_default(), answer)
    }

    /// What somebody does to the library.
    fn change_library(&mut self) {
        let Some(path) = self.any(&self.photos()) else {
            return self.take_photo();
        };
        let photo = self.sandbox.path(&path);
        let time = fs::metadata(&photo).and_then(|it| it.modified());
        match self.numbers.below(9) {
            0..=1 => self.take_photo(),
            2 => {
                let to = photo.with_file_name(format!("renamed{}.jpg", self.next));
                self.next += 1;
                self.say(format!("rename {path} to {}", to.display()));
                let _ = fs::rename(&photo, to);
            }
            3 => {
                if let Some(folder) = self.any(&self.library_folders()) {
                    let to = format!("{}/folder{}", self.library, self.next);
                    self.next += 1;
                    self.say(format!("rename {folder} to {to}"));
                    let _ = fs::rename(self.sandbox.path(&folder), self.sandbox.path(to));
                }
            }
            4 => {
                let to = format!("lib{}", self.next);
                self.next += 1;
                fs::rename(self.sandbox.path(&self.library), self.sandbox.path(&to)).unwrap();
                let from = std::mem::replace(&mut self.library, to.clone());
                self.run(&format!("roots move {from} {to}"));
            }
            5 => {
                // An editor writes into the file, or the time is as before.
                self.say(format!("edit {path}"));
                let bytes = self.photo_bytes();
                let _ = fs::write(&photo, bytes);
                if self.chance(2)
                    && let (Ok(time), Ok(file)) =
                        (time, fs::File::options().write(true).open(&photo))
                {
                    self.say("with its time as before");
                    file.set_modified(time).unwrap();
                }
            }
            6 => {
                self.say(format!("another photo as {path}"));
                let bytes = self.photo_bytes();
                let _ = fs::remove_file(&photo);
                let _ = fs::write(&photo, bytes);
                if self.chance(2)
                    && let (Ok(time), Ok(file)) =
                        (time, fs::File::options().write(true).open(&photo))
                {
                    self.say("of the same time");
                    file.set_modified(time).unwrap();
                }
            }
            7 => {
                self.say(format!("delete {path}"));
                let _ = fs::remove_file(&photo);
            }
            _ => {
                let to = photo.with_file_name(format!("copy{}.jpg", self.next));
                self.next += 1;
                self.say(format!("copy {path} to {}", to.display()));
                let _ = fs::copy(&photo, &to);
                if let (Ok(time), Ok(file)) = (time, fs::File::options().write(true).open(&to)) {
                    file.set_modified(time).unwrap();
                }
            }
        }
    }

    /// What a deduplicator does.
    fn deduplicate(&mut self) {
        let Some((photo, album)) = self.pair() else {
            return;
        };
        let how = self.numbers.below(4);
        let kind = [
            "photo -> album",
            "album -> photo",
            "photo = album",
            "album = photo",
        ][how];
        let (photo_name, album_name) = (photo.display(), album.display());
        self.steps
            .push(format!("{kind}: {photo_name}, {album_name}"));
        // What is made a link must not be what the link would lead to.
        let same = fs::canonicalize(&photo).ok() == fs::canonicalize(&album).ok();
        if same {
            return;
        }
        let (gone, kept) = if how.is_multiple_of(2) {
            (&photo, &album)
        } else {
            (&album, &photo)
        };
        fs::remove_file(gone).unwrap();
        let kept_file = fs::canonicalize(kept).unwrap();
        let is_done = how >= 2 && fs::hard_link(kept_file, gone).is_ok();
        if !is_done {
            symlink(kept, gone).unwrap();
        }
    }

    /// What the user does among the albums.
    fn change_albums(&mut self) {
        let Some(folder) = self.any(&self.album_folders()) else {
            return;
        };
        let path = self.sandbox.path(&folder);
        let own = format!("the user's own, {}", self.next).into_bytes();
        self.next += 1;
        match self.numbers.below(8) {
            0..=1 => {
                let name = format!("mine{}.txt", self.next);
                let decoy = ".imm-cluster-1.tmp".to_owned();
                let name = if self.chance(4) { decoy } else { name };
                if fs::symlink_metadata(path.join(&name)).is_err() {
                    self.add(&format!("{folder}/{name}"), own);
                }
            }
            2 => {
                let inner = format!("{folder}/own {}/deep", self.next);
                self.add(&format!("{inner}/note.txt"), own);
            }
            3 => {
                if let Some(entry) = self.any(&self.entries())
                    && !self.is_mine(&entry)
                {
                    let _ = fs::remove_file(self.sandbox.path(&entry));
                    self.add(&entry, own);
                }
            }
            4 => {
                // What is in the album goes with the user, who keeps his own.
                let to = self.sandbox.path(format!("taken{}", self.next));
                let target = match self.numbers.below(4) {
                    0 => self.sandbox.path(&self.library),
                    1 => self.sandbox.path(ELSEWHERE),
                    2 => to.clone(),
                    _ => match self.any(&self.library_folders()) {
                        Some(folder) => self.sandbox.path(folder),
                        None => self.sandbox.path(&self.library),
                    },
                };
                self.say(format!("{folder} becomes a link to {}", target.display()));
                fs::rename(&path, &to).unwrap();
                // What went with it is no longer among the albums.
                let gone = tree(&to);
                for node in gone.values() {
                    if let Node::File(bytes) = node {
                        self.mine.remove(bytes);
                    }
                }
                let _ = fs::remove_file(to.join(LIST));
                symlink(target, &path).unwrap();
            }
            5 => {
                if let Some(entry) = self.any(&self.entries())
                    && !self.is_mine(&entry)
                {
                    self.say(format!("delete {entry}"));
                    let _ = fs::remove_file(self.sandbox.path(&entry));
                }
            }
            6 => {
                // A photo of the user's own choice, by a program that copies times.
                if let Some(photo) = self.any(&self.photos()) {
                    let to = format!("{folder}/chosen{}.jpg", self.next);
                    let bytes = fs::read(self.sandbox.path(photo)).unwrap_or_default();
                    self.say(format!("a copy of a photo as {to}"));
                    self.put(&to, bytes);
                }
            }
            _ => {
                let list = self.sandbox.path(ALBUMS).join(LIST);
                if let Some(old) = self.list.take() {
                    self.say("the list of the albums comes back from a backup");
                    let _ = fs::write(list, old);
                } else {
                    self.say("the list of the albums is backed up");
                    self.list = fs::read(list).ok();
                }
            }
        }
    }

    fn is_mine(&self, entry: &str) -> bool {
        let bytes = fs::read(self.sandbox.path(entry)).unwrap_or_default();
        self.mine.contains_key(&bytes)
    }

    /// A file of the user's among the albums.
    fn add(&mut self, path: &str, content: Vec<u8>) {
        self.say(format!("the user's file {path}"));
        self.put(path, &content);
        // It may have gone elsewhere through a link.
        let here = fs::canonicalize(self.sandbox.path(path));
        if here.is_ok_and(|here| here == self.sandbox.path(path)) {
            let name = Path::new(path).file_name().unwrap();
            self.mine.insert(content, name.into());
        }
    }

    /// What the user says about clusters.
    fn decide(&mut self) {
        let live = self.clusters("live");
        let Some(id) = self.any(&live) else {
            return;
        };
        match self.numbers.below(6) {
            0..=2 => {
                let title = self.one_of(&TITLES).to_owned();
                let arguments = ["clusters", "update", &id, "--title", &title];
                self.run_with(&arguments.map(str::to_owned));
            }
            3 => drop(self.run(&format!("clusters delete {id}"))),
            4 => {
                if let Some(id) = self.any(&self.clusters("deleted")) {
                    self.run(&format!("clusters restore {id}"));
                }
            }
            _ => {
                let gap = self.numbers.below(4);
                self.run(&format!("run --gap-days {gap}"));
            }
        }
    }

    /// How the next exports are made.
    fn change_options(&mut self) {
        if self.chance(2) {
            self.template = self.one_of(&TEMPLATES);
        } else {
            self.kind = self.one_of(&["copy", "hard", "symbolic", "copy"]);
        }
    }

    /// A list of albums comes into a folder where links have their names.
    fn plant(&mut self) {
        let Ok(list) = fs::read(self.sandbox.path(ALBUMS).join(LIST)) else {
            return;
        };
        let folder = format!("planted{}", self.next);
        self.next += 1;
        let folders = self.album_folders();
        self.put(&format!("{folder}/{LIST}"), list);
        for album in &folders {
            let to = album.replacen(ALBUMS, &folder, 1);
            let path = self.sandbox.path(&to);
            let _ = fs::create_dir_all(path.parent().unwrap());
            // Some have nothing in their place.
            let target = match self.numbers.below(4) {
                0..=1 => album,
                2 => &self.library,
                _ => continue,
            };
            let _ = symlink(self.sandbox.path(target), path);
        }
        let library = self.library.clone();
        let kept = Kept::of(&self.sandbox, &[&library, ELSEWHERE, ALBUMS]);
        let prune = self.one_of(&["", "--prune --start-time 2030-01-01.."]);
        let kind = self.kind;
        self.run(&format!("export albums {folder} --link {kind} {prune}"));
        kept.holds(&self.told());
        let _ = fs::remove_dir_all(self.sandbox.path(&folder));
    }

    fn step(&mut self) {
        match self.numbers.below(16) {
            0..=5 => self.change_library(),
            6..=8 => self.deduplicate(),
            9..=11 => self.change_albums(),
            12 => self.decide(),
            13..=14 => self.change_options(),
            _ => self.plant(),
        }
    }

    fn export(&mut self) {
        if !self.chance(4) {
            let library = self.library.clone();
            let command = match self.numbers.below(8) {
                0 => "index".to_owned(),
                1 => "index --prune".to_owned(),
                _ => format!("run {library}"),
            };
            self.run(&command);
        }
        let mut arguments = [
            "export",
            "albums",
            ALBUMS,
            "--link",
            self.kind,
            "--template",
        ]
        .map(str::to_owned)
        .to_vec();
        arguments.push(self.template.to_owned());
        if self.chance(8) {
            let prune = ["--prune", "--start-time", "2030-01-01.."];
            arguments.extend(prune.map(str::to_owned));
        }
        let library = self.library.clone();
        let kept = Kept::of(&self.sandbox, &[&library, ELSEWHERE]);
        let outside = self.outside();
        let (code, _) = self.run_with(&arguments);
        kept.holds(&self.told());
        self.holds_mine();
        let changed = difference(&outside, &self.outside());
        assert!(changed.is_empty(), "{changed:#?}\n  {}", self.told());
        if code != 0 {
            return;
        }
        let before = self.albums();
        let (_, report) = self.run_with(&arguments);
        let numbers = ["added", "removed"].map(|name| report[name].as_u64());
        let changed = difference(&before, &self.albums());
        assert!(
            numbers == [Some(0); 2] && changed.is_empty(),
            "the second time there is something to do: {report} {changed:#?}\n  {}",
            self.told()
        );
    }

    fn albums(&self) -> Tree {
        tree(&self.sandbox.path(ALBUMS))
    }

    /// All but the albums and what the program keeps for itself.
    fn outside(&self) -> Tree {
        let mut tree = tree(&self.sandbox.path(""));
        tree.retain(|path, _| !(path.starts_with(ALBUMS) || path.starts_with("data")));
        tree
    }

    /// The user's files among the albums, wherever their album is now.
    fn holds_mine(&self) {
        let albums = self.albums();
        for (content, name) in &self.mine {
            let is_it = |(path, node): (&PathBuf, &Node)| {
                path.ends_with(name) && *node == Node::File(content.clone())
            };
            assert!(
                albums.iter().any(is_it),
                "{} of the user's is gone: {albums:#?}\n  {}",
                name.display(),
                self.told()
            );
        }
    }
}

/// One history from a seed.
fn live(seed: u64) {
    let mut history = History::new(seed);
    history.export();
    for _ in 0..8 {
        for _ in 0..=history.numbers.below(2) {
            history.step();
        }
        history.export();
    }
}

/// 20 of them, or as many as `SURVIVAL_ROUNDS` says, from the seed that
/// `ALBUM_HISTORY` names, if it names one.
#[test]
fn nothing_is_lost_whatever_happens() {
    let first: Option<u64> = std::env::var("ALBUM_HISTORY")
        .ok()
        .and_then(|seed| seed.parse().ok());
    let (next, end) = match first {
        Some(seed) => (seed, seed + 1),
        None => (1, 1 + rounds(20) as u64),
    };
    let next = AtomicU64::new(next);
    let threads = std::thread::available_parallelism().map_or(1, |it| it.get());
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                loop {
                    let seed = next.fetch_add(1, Ordering::Relaxed);
                    if seed >= end {
                        break;
                    }
                    live(seed);
                }
            });
        }
    });
}
