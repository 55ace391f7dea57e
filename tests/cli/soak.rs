//! A day in the life of a library, many times over: files come, change, move and go,
//! disks are away for a while, and each run shows what a simple model expects.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use crate::sandbox::{
    HANGZHOU, JIAXING, KYOTO, Numbers, Point, Sandbox, each, rounds, summaries, text,
};

const PLACES: [Point; 3] = [HANGZHOU, JIAXING, KYOTO];
const ROOTS: [&str; 3] = ["a", "b", "c"];

/// Where and on which day of March 2024 a photo was taken.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Taken {
    place: usize,
    day: usize,
}

/// What the program should know of a file.
#[derive(Clone, Copy)]
struct Known {
    taken: Taken,
    missing: bool,
}

struct Life {
    sandbox: Sandbox,
    numbers: Numbers,
    /// What is on the disks, by its path; each with a number that is in its time.
    files: BTreeMap<String, (Taken, usize)>,
    /// The same as the program saw it at the last `index`.
    known: BTreeMap<String, (Known, usize)>,
    /// What was pruned and still counts.
    traces: BTreeSet<Taken>,
    away: BTreeSet<&'static str>,
    cities: Vec<String>,
    next: usize,
}

impl Life {
    fn new() -> Self {
        let sandbox = Sandbox::new();
        let points = PLACES.map(|(lat, lon)| format!("{lat},{lon}"));
        let answer = sandbox
            .imm(&format!("lookup --format json {}", points.join(" ")))
            .ok();
        let cities = each(&answer.json())
            .map(|point| text(&point["address"]["city"]))
            .collect();
        let mut life = Self {
            sandbox,
            numbers: Numbers(0x2545_F491_4F6C_DD1D),
            files: BTreeMap::new(),
            known: BTreeMap::new(),
            traces: BTreeSet::new(),
            away: BTreeSet::new(),
            cities,
            next: 0,
        };
        for root in ROOTS {
            // An empty folder would count as one whose disk is away.
            life.write(&format!("{root}/stays.jpg"));
        }
        life.sandbox.imm("index a b c").ok();
        life.see(false);
        life
    }

    /// A photo with a place and a day by chance, and a time of its own.
    fn write(&mut self, path: &str) {
        let taken = Taken {
            place: self.numbers.below(PLACES.len()),
            day: 1 + self.numbers.below(28),
        };
        self.next += 1;
        let n = self.next;
        let time = format!(
            "2024-03-{:02} {:02}:{:02}:{:02}",
            taken.day,
            6 + n / 3600,
            n / 60 % 60,
            n % 60
        );
        self.sandbox.take(path, &time, PLACES[taken.place]);
        self.files.insert(path.to_owned(), (taken, n));
    }

    /// A new path in a folder of a root that is there.
    fn new_path(&mut self) -> Option<String> {
        let roots: Vec<_> = ROOTS
            .into_iter()
            .filter(|root| !self.away.contains(root))
            .collect();
        if roots.is_empty() {
            return None;
        }
        let root = roots[self.numbers.below(roots.len())];
        self.next += 1;
        let folder = ["", "x/", "x/y/"][self.numbers.below(3)];
        Some(format!("{root}/{folder}{}.jpg", self.next))
    }

    /// A file that is there and may go.
    fn any_file(&mut self) -> Option<String> {
        let there = |path: &&String| !path.ends_with("stays.jpg") && self.is_there(path);
        let files: Vec<String> = self.files.keys().filter(there).cloned().collect();
        (!files.is_empty()).then(|| files[self.numbers.below(files.len())].clone())
    }

    fn is_there(&self, path: &str) -> bool {
        !self.away.iter().any(|root| path.starts_with(root))
    }

    fn step(&mut self) {
        match self.numbers.below(12) {
            0..5 => {
                if let Some(path) = self.new_path() {
                    self.write(&path);
                }
            }
            5 | 6 => {
                if let Some(path) = self.any_file() {
                    self.write(&path);
                }
            }
            7 => {
                if let Some(path) = self.any_file() {
                    fs::remove_file(self.sandbox.path(&path)).unwrap();
                    self.files.remove(&path);
                }
            }
            8 | 9 => {
                if let (Some(old), Some(new)) = (self.any_file(), self.new_path()) {
                    let to = self.sandbox.path(&new);
                    fs::create_dir_all(to.parent().unwrap()).unwrap();
                    fs::rename(self.sandbox.path(&old), to).unwrap();
                    let file = self.files.remove(&old).unwrap();
                    self.files.insert(new, file);
                }
            }
            _ => {
                let root = ROOTS[self.numbers.below(ROOTS.len())];
                let (here, away) = (
                    self.sandbox.path(root),
                    self.sandbox.path(format!("{root}-away")),
                );
                if self.away.remove(root) {
                    fs::rename(away, here).unwrap();
                } else {
                    fs::rename(here, away).unwrap();
                    self.away.insert(root);
                }
            }
        }
    }

    /// What `index` should make of the disks.
    fn see(&mut self, prune: bool) {
        for (path, (known, _)) in &mut self.known {
            let is_there = !self.away.iter().any(|root| path.starts_with(root));
            known.missing |= is_there && !self.files.contains_key(path);
        }
        let before = self.known.clone();
        for (path, (taken, n)) in &self.files {
            if self.away.iter().any(|root| path.starts_with(root)) {
                continue;
            }
            let known = Known {
                taken: *taken,
                missing: false,
            };
            if self.known.insert(path.clone(), (known, *n)).is_none() {
                // It was elsewhere before, and that record is this one now.
                self.known.retain(|old, (known, m)| {
                    !(known.missing && m == n && before.contains_key(old))
                });
            }
        }
        if prune {
            let missing = self.known.values().filter(|(known, _)| known.missing);
            self.traces.extend(missing.map(|(known, _)| known.taken));
            self.known.retain(|_, (known, _)| !known.missing);
        }
    }

    /// The clusters of cities with at most one day between two: what the rules say.
    fn expected(&self) -> Vec<String> {
        let mut days: BTreeMap<Taken, usize> = BTreeMap::new();
        for (known, _) in self.known.values() {
            *days.entry(known.taken).or_default() += usize::from(!known.missing);
        }
        for trace in &self.traces {
            days.entry(*trace).or_default();
        }
        let mut lines = Vec::new();
        let mut run: Vec<(Taken, usize)> = Vec::new();
        let mut end = |run: &mut Vec<(Taken, usize)>| {
            if let (Some((first, _)), Some((last, _))) = (run.first(), run.last()) {
                let files: usize = run.iter().map(|(_, files)| files).sum();
                lines.push(format!(
                    "city {} 2024-03-{:02}..2024-03-{:02}, {} days, {} active, {files} files",
                    self.cities[first.place],
                    first.day,
                    last.day,
                    last.day - first.day + 1,
                    run.len()
                ));
            }
            run.clear();
        };
        for (taken, files) in days {
            let joins = run
                .last()
                .is_some_and(|(last, _)| last.place == taken.place && taken.day - last.day <= 2);
            if !joins {
                end(&mut run);
            }
            run.push((taken, files));
        }
        end(&mut run);
        lines.sort();
        lines
    }
}

#[test]
fn days_of_a_library() {
    let mut life = Life::new();
    for round in 0..rounds(100) {
        for _ in 0..=life.numbers.below(4) {
            life.step();
        }
        let prune = life.numbers.below(20) == 0;
        let index = if prune { "index --prune" } else { "index" };
        life.sandbox.imm(&format!("{index} --quiet")).ok();
        life.see(prune);
        let run = life
            .sandbox
            .imm("run --levels city --gap-days 1 --format json")
            .ok();
        let mut clusters = summaries(&run.json()["clusters"]);
        clusters.sort();
        assert_eq!(clusters, life.expected(), "round {round}");
        if round % 10 == 9 {
            let before = life.sandbox.dataset_state();
            life.sandbox.imm("index --quiet").ok();
            life.sandbox.imm("run").ok();
            assert!(life.sandbox.dataset_state() == before, "round {round}");
        }
    }
}
