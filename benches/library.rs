//! How fast a whole library is indexed, the first time and when nothing is new, and
//! how that stands to `find`, which only looks:
//! `cargo bench --bench library -- FOLDER [FILES [ROUNDS]]`.
//!
//! The library is drawn into FOLDER unless it is there, and stays there. All is
//! measured in one run, in turns, with everything in memory; the figures are
//! medians. Memory is told by GNU time, where that is installed.
#![expect(clippy::print_stdout, reason = "the figures are the point")]
#![expect(clippy::unwrap_used, reason = "a bench may stop")]
#![expect(clippy::disallowed_methods, reason = "a bench writes its library")]
#![expect(clippy::cast_precision_loss, reason = "figures for people")]

use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;

use chrono::{NaiveDate, TimeDelta};
use rayon::prelude::*;

#[path = "../fixtures/library.rs"]
mod library;

use library::Shot;

/// Photos in one folder.
const IN_FOLDER: usize = 200;

/// Where somebody was: hours ahead of UTC in winter, degrees north and east.
const PLACES: [(i32, (f64, f64)); 10] = [
    (8, (30.29, 120.16)),
    (8, (30.75, 120.75)),
    (9, (35.00, 135.77)),
    (1, (52.09, 5.12)),
    (1, (48.85, 2.35)),
    (-5, (40.71, -74.00)),
    (-8, (37.77, -122.42)),
    (10, (-33.86, 151.21)),
    (-3, (-23.55, -46.63)),
    (2, (-33.92, 18.42)),
];

/// What a program took.
#[derive(Clone, Copy, Default)]
struct Cost {
    seconds: f64,
    /// On all cores.
    cpu_seconds: f64,
    /// At most at a time.
    megabytes: f64,
}

fn main() {
    let arguments: Vec<String> = std::env::args()
        .skip(1)
        .filter(|argument| !argument.starts_with("--"))
        .collect();
    let Some(folder) = arguments.first() else {
        println!("no folder given: `cargo bench --bench library -- FOLDER [FILES [ROUNDS]]`");
        return;
    };
    let number = |at: usize, usual: usize| arguments.get(at).map_or(usual, |n| n.parse().unwrap());
    let (files, rounds) = (number(1, 100_000), number(2, 5));
    let root = Path::new(folder).join(format!("library-{files}"));
    if !root.exists() {
        draw(&root, files);
    }
    let dataset = Path::new(folder).join(format!("library-{files}.json"));
    let index = || {
        let mut command = Command::new(env!("CARGO_BIN_EXE_imm-cluster"));
        command
            .arg("index")
            .arg(&root)
            .arg("--dataset")
            .arg(&dataset);
        command
    };
    let find = || {
        let mut command = Command::new("find");
        command
            .arg(&root)
            .args(["-type", "f", "-printf", "%s %T@ %p\\n"]);
        command
    };
    let forget = || {
        let _ = fs::remove_file(&dataset);
    };
    // Everything into memory.
    forget();
    run(&index());
    let (mut first, mut again, mut look) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..rounds {
        forget();
        first.push(run(&index()));
    }
    for _ in 0..rounds {
        look.push(run(&find()));
        again.push(run(&index()));
    }
    println!("{files} files, median of {rounds} rounds\n");
    println!(
        "{:<24} {:>9} {:>9} {:>9} {:>11}",
        "", "seconds", "CPU", "peak MB", "files/s"
    );
    let show = |name: &str, costs: &[Cost]| {
        let Cost {
            seconds,
            cpu_seconds,
            megabytes,
        } = median(costs);
        println!(
            "{name:<24} {seconds:>9.3} {cpu_seconds:>9.3} {megabytes:>9.0} {:>11.0}",
            files as f64 / seconds
        );
        seconds
    };
    show("first index", &first);
    let index = show("index, nothing new", &again);
    let find = show("find -printf", &look);
    println!("\nindex / find: {:.2}", index / find);
    let size = fs::metadata(&dataset).unwrap().len();
    println!("dataset: {:.0} MB", size as f64 / 1e6);
}

/// Runs a program, by way of GNU time where that is installed.
fn run(command: &Command) -> Cost {
    let notes = std::env::temp_dir().join(format!("imm-cluster-bench-{}", std::process::id()));
    let mut timed = Command::new("time");
    timed.args(["-f", "%U %S %M", "-o"]).arg(&notes);
    timed.arg(command.get_program()).args(command.get_args());
    let started = Instant::now();
    let quiet =
        |command: &mut Command| command.stdout(Stdio::null()).stderr(Stdio::null()).status();
    if quiet(&mut timed).is_err() {
        let mut plain = Command::new(command.get_program());
        assert!(quiet(plain.args(command.get_args())).unwrap().success());
    }
    let seconds = started.elapsed().as_secs_f64();
    let notes = fs::read_to_string(&notes).unwrap_or_default();
    let mut notes = notes.split_whitespace().map(|n| n.parse().unwrap_or(0.0));
    let mut next = || notes.next().unwrap_or(0.0);
    Cost {
        seconds,
        cpu_seconds: next() + next(),
        megabytes: next() / 1024.0,
    }
}

fn median(costs: &[Cost]) -> Cost {
    let middle = |value: fn(&Cost) -> f64| {
        let mut values: Vec<f64> = costs.iter().map(value).collect();
        values.sort_by(f64::total_cmp);
        values.get(values.len() / 2).copied().unwrap_or_default()
    };
    Cost {
        seconds: middle(|cost| cost.seconds),
        cpu_seconds: middle(|cost| cost.cpu_seconds),
        megabytes: middle(|cost| cost.megabytes),
    }
}

/// Draws real photos, each with a time and a position of its own, in a folder for
/// each day out: `2007/2007-03 Trip 12/IMG_0001.jpg`.
fn draw(root: &Path, files: usize) {
    (0..files.div_ceil(IN_FOLDER))
        .into_par_iter()
        .for_each(|event| {
            let day = NaiveDate::from_ymd_opt(2004, 1, 1).unwrap()
                + TimeDelta::days(i64::try_from(event * 13 % 7_300).unwrap());
            let folder = root.join(day.format("%Y").to_string());
            let folder = folder.join(format!("{} Trip {event}", day.format("%Y-%m")));
            fs::create_dir_all(&folder).unwrap();
            File::create(folder.join("notes.txt")).unwrap();
            for i in 0..IN_FOLDER.min(files - event * IN_FOLDER) {
                photo(&folder, day, event, i);
            }
        });
}

fn photo(folder: &Path, day: NaiveDate, event: usize, i: usize) {
    let (offset, (lat, lon)) = PLACES[event % PLACES.len()];
    // A day of walking about, somewhere around the place.
    let step = |by: usize| ((event * 31 + i * by) % 2_000) as f64 / 4_000.0;
    let at = (lat + step(7), lon + step(11));
    let path: PathBuf = folder.join(format!("IMG_{i:04}.jpg"));
    let clock = format!(
        "{day} {:02}:{:02}:{:02}",
        8 + i / 20,
        i * 7 % 60,
        event % 60
    );
    let shot = Shot::new(&path, &clock).at(offset, at);
    let mut file = File::create(&path).unwrap();
    file.write_all(&library::tiny_jpeg(&shot)).unwrap();
    file.set_modified(shot.modified()).unwrap();
}
