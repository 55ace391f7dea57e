//! How fast files are read, against what a user would pick instead, in one run:
//! `cargo bench -p imm-cluster-references --bench reading -- FOLDER [ROUNDS]`. Programs that
//! are not installed are left out, and ours where `cargo build --release` did not build it.
//! The files should be in memory: the first round warms up.
#![expect(clippy::print_stdout, reason = "the figures are the point")]
#![expect(clippy::unwrap_used, reason = "a bench may stop")]
#![expect(clippy::cast_precision_loss, reason = "figures for people")]

use std::fs::File;
use std::io::BufReader;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::{Duration, Instant};

use imm_cluster_core::media::believe;
use imm_cluster_core::media::{self, source::Source};
use rayon::prelude::*;
use walkdir::WalkDir;

fn main() {
    let arguments: Vec<String> = std::env::args()
        .skip(1)
        .filter(|a| !a.starts_with("--"))
        .collect();
    let Some(folder) = arguments.first() else {
        println!(
            "no folder given: `cargo bench -p imm-cluster-references --bench reading -- FOLDER`"
        );
        return;
    };
    let rounds = arguments.get(1).map_or(5, |n| n.parse().unwrap());
    let files: Vec<PathBuf> = (WalkDir::new(folder).sort_by_file_name().into_iter())
        .filter_map(Result::ok)
        .filter(|entry| entry.file_type().is_file())
        .map(walkdir::DirEntry::into_path)
        .collect();
    println!("{} files, best of {rounds} rounds\n", files.len());
    println!(
        "{:<34} {:>9} {:>10} {:>8} {:>8}",
        "", "seconds", "files/s", "times", "places"
    );

    let report = |name: &str, run: &dyn Fn() -> (u64, u64)| {
        let mut best = Duration::MAX;
        let mut found = (0, 0);
        for _ in 0..rounds {
            let started = Instant::now();
            found = run();
            best = best.min(started.elapsed());
        }
        let per_second = files.len() as f64 / best.as_secs_f64();
        println!(
            "{name:<34} {:>9.4} {per_second:>10.0} {:>8} {:>8}",
            best.as_secs_f64(),
            found.0,
            found.1
        );
    };
    let each = |read: &(dyn Fn(&Path) -> (bool, bool) + Sync)| {
        let (times, places) = (AtomicU64::new(0), AtomicU64::new(0));
        files.par_iter().for_each(|path| {
            let (time, place) = read(path);
            times.fetch_add(u64::from(time), Relaxed);
            places.fetch_add(u64::from(place), Relaxed);
        });
        (times.into_inner(), places.into_inner())
    };
    report("floor: open and one read of 4 KiB", &|| each(&floor));
    report("imm-cluster's readers", &|| each(&ours));
    report("kamadak-exif", &|| each(&kamadak));
    report("nom-exif", &|| each(&nom));
    let (mut reads, mut bytes) = (0, 0);
    for path in &files {
        let mut source = Source::open(path, None).unwrap();
        let _ = media::read_content(&mut source);
        reads += u64::from(source.reads());
        bytes += source.bytes_read();
    }
    let per_file = |n: u64| n as f64 / files.len() as f64;
    println!(
        "\nimm-cluster's readers: {:.2} reads and {:.0} bytes a file\n",
        per_file(reads),
        per_file(bytes)
    );

    whole_programs(folder, rounds, &files);
}

/// Walking, reading, and writing what they write.
fn whole_programs(folder: &str, rounds: u32, files: &[PathBuf]) {
    let dataset =
        std::env::temp_dir().join(format!("imm-cluster-bench-{}.json", std::process::id()));
    // Beside the folder that this program lies in.
    let this = std::env::current_exe().unwrap();
    let ours = this.ancestors().nth(2).unwrap().join("imm-cluster");
    program("imm-cluster index, fresh dataset", rounds, files, || {
        let _ = std::fs::remove_file(&dataset);
        let mut command = Command::new(&ours);
        command
            .arg("--dataset")
            .arg(&dataset)
            .args(["index", "--quiet", folder]);
        command
    });
    let _ = std::fs::remove_file(&dataset);
    program("photorg --dry-run", rounds, files, || {
        let mut command = Command::new("photorg");
        let to = std::env::temp_dir().join("imm-cluster-bench-nowhere");
        command.arg(folder).arg(to).args([
            "--dry-run",
            "--json",
            "--dedup",
            "off",
            "--include-video",
        ]);
        command
    });
    // exiv2 ends at the first file that it cannot digest, so it gets only JPEG.
    let is_jpeg = |path: &&PathBuf| {
        path.extension()
            .is_some_and(|e| e.eq_ignore_ascii_case("jpg"))
    };
    let jpegs: Vec<PathBuf> = files.iter().filter(is_jpeg).cloned().collect();
    program("exiv2, JPEG only", 1, &jpegs, || {
        let mut command = Command::new("exiv2");
        command
            .args([
                "-q",
                "-K",
                "Exif.Photo.DateTimeOriginal",
                "-K",
                "Exif.GPSInfo.GPSLatitude",
                "pr",
            ])
            .args(&jpegs);
        command
    });
    program("exiftool -fast2", 1, files, || {
        let mut command = Command::new("exiftool");
        command.args([
            "-fast2",
            "-q",
            "-r",
            "-n",
            "-DateTimeOriginal",
            "-GPSPosition",
            folder,
        ]);
        command
    });
}

fn program(name: &str, rounds: u32, files: &[PathBuf], command: impl Fn() -> Command) {
    let mut best = Duration::MAX;
    for _ in 0..rounds {
        let mut command = command();
        let started = Instant::now();
        if command
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status()
            .is_err()
        {
            println!("{name:<34} not installed");
            return;
        }
        best = best.min(started.elapsed());
    }
    println!(
        "{name:<34} {:>9.4} {:>10.0}",
        best.as_secs_f64(),
        files.len() as f64 / best.as_secs_f64()
    );
}

fn floor(path: &Path) -> (bool, bool) {
    let mut buffer = [0; 4096];
    let _ = File::open(path).unwrap().read_at(&mut buffer, 0);
    (false, false)
}

fn ours(path: &Path) -> (bool, bool) {
    match media::read(path, None, &[]) {
        Ok(Some((format, facts))) => (
            believe::time(&facts, format.is_video()).is_some(),
            believe::position(&facts).is_some(),
        ),
        _ => (false, false),
    }
}

fn kamadak(path: &Path) -> (bool, bool) {
    let Ok(file) = File::open(path) else {
        return (false, false);
    };
    let read = exif::Reader::new().read_from_container(&mut BufReader::with_capacity(8192, file));
    let has = |tag| {
        read.as_ref()
            .is_ok_and(|exif| exif.get_field(tag, exif::In::PRIMARY).is_some())
    };
    (
        has(exif::Tag::DateTimeOriginal),
        has(exif::Tag::GPSLatitude),
    )
}

fn nom(path: &Path) -> (bool, bool) {
    use nom_exif::{ExifTag, MediaKind, MediaParser, MediaSource, TrackInfoTag};
    let mut parser = MediaParser::new();
    let Ok(source) = MediaSource::open(path) else {
        return (false, false);
    };
    match source.kind() {
        MediaKind::Image => {
            let Ok(found) = parser.parse_exif(source) else {
                return (false, false);
            };
            let exif: nom_exif::Exif = found.into();
            (
                exif.get(ExifTag::DateTimeOriginal).is_some(),
                exif.gps_info().is_some(),
            )
        }
        MediaKind::Track => {
            let Ok(track) = parser.parse_track(source) else {
                return (false, false);
            };
            (
                track.get(TrackInfoTag::CreateDate).is_some(),
                track.gps_info().is_some(),
            )
        }
    }
}
