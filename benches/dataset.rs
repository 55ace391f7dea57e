//! How fast a dataset is read and saved: `cargo bench --bench dataset -- [FILES]`.
//! `cargo bench --bench dataset -- FILES --to FILE` only writes a dataset to measure
//! commands with.
#![expect(clippy::print_stdout, reason = "the figures are the point")]
#![expect(clippy::unwrap_used, reason = "a bench may stop")]
#![expect(clippy::disallowed_methods, reason = "in a temporary folder")]

mod timing;

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use chrono::{DateTime, TimeDelta, Utc};
use imm_cluster_core::capture::clock::Written;
use imm_cluster_core::capture::clue::{PositionSource, TimeSource};
use imm_cluster_core::capture::position::Position;
use imm_cluster_core::cluster::rules::Rules;
use imm_cluster_core::dataset::{
    CameraId, Content, Dataset, FileRecord, Folder, RootKind, Stat, Store, Taken, Unknown,
};
use imm_cluster_core::media::format::Format;
use imm_cluster_core::place::{Address, PlaceId};
use timing::{best, millis};

/// Files that are taken in one place on one day.
const A_DAY: u32 = 40;
/// Days of one trip, in one place.
const A_TRIP: u32 = 4;
/// Places that there are.
const PLACES: u32 = 5_000;

/// How often each figure is taken; the least counts.
const ROUNDS: u32 = 5;

fn main() {
    let arguments: Vec<String> = std::env::args()
        .skip(1)
        .filter(|argument| argument != "--bench")
        .collect();
    let files: u32 = arguments
        .first()
        .map_or(1_000_000, |files| files.parse().unwrap());
    let mut dataset = library(files);
    dataset.cluster(&Rules::default(), DateTime::UNIX_EPOCH);
    if let [_, to, path] = arguments.as_slice()
        && to == "--to"
    {
        save(Path::new(path), &dataset);
        return;
    }
    let folder = std::env::temp_dir().join(format!("imm-cluster-bench-{}", std::process::id()));
    let path = folder.join("bench.json");
    save(&path, &dataset);
    let text = std::fs::read_to_string(&path).unwrap();
    println!("{files} files, {} MB", text.len() / 1_000_000);

    let reading = best(ROUNDS, || drop(Store::at(&path).read().unwrap()));
    // A blank is enough to make it another layout, which `serde_json` reads.
    std::fs::write(&path, text.replacen("\n\"roots\"", "\n \"roots\"", 1)).unwrap();
    let generally = best(ROUNDS, || drop(Store::at(&path).read().unwrap()));
    std::fs::write(&path, &text).unwrap();
    let head = best(ROUNDS, || drop(Store::at(&path).read_head().unwrap()));
    println!(
        "read {}, by serde_json {} ({:.1} times), the clusters alone {}",
        millis(reading),
        millis(generally),
        generally.as_secs_f64() / reading.as_secs_f64(),
        millis(head),
    );
    let (mut updating, mut saving) = (Duration::MAX, Duration::MAX);
    for _ in 0..ROUNDS {
        let started = Instant::now();
        let locked = Store::at(&path).lock(Duration::ZERO, "bench").unwrap();
        let mut dataset = locked.read().unwrap();
        let folders = dataset.folders.iter_mut();
        for file in folders.flat_map(|folder| &mut folder.files).step_by(100) {
            file.stat.size += 1;
        }
        let changed = Instant::now();
        locked.save(&dataset).unwrap();
        (updating, saving) = (
            updating.min(started.elapsed()),
            saving.min(changed.elapsed()),
        );
    }
    println!(
        "read, 1 % changed, durably saved {}; saving alone {}",
        millis(updating),
        millis(saving),
    );
    std::fs::remove_dir_all(folder).unwrap();
}

fn save(path: &Path, dataset: &Dataset) {
    let store = Store::at(path);
    let locked = store.lock(Duration::ZERO, "bench").unwrap();
    locked.save(dataset).unwrap();
}

/// A library of so many files, as a dataset remembers it: a folder for each trip,
/// one in ten files a video, one in fifty without a position.
fn library(files: u32) -> Dataset {
    let mut dataset = Dataset::empty();
    let root = dataset.add_root(Path::new("/home/someone/Pictures"), RootKind::Folder);
    for place in 0..PLACES {
        dataset
            .places
            .intern(address(place), Some(chrono_tz::Asia::Shanghai), false);
    }
    for camera in ["Apple iPhone 12", "Canon EOS R6", "Google Pixel 7"] {
        dataset.camera(camera);
    }
    let mut folder = Folder {
        root,
        dir: PathBuf::new(),
        elsewhere: false,
        files: Vec::new(),
        unknown: Unknown::new(),
    };
    for i in 0..files {
        let trip = i / (A_DAY * A_TRIP);
        let dir = PathBuf::from(format!("{:04}/trip {trip:06}", 1990 + trip / 200));
        if dir != folder.dir {
            let next = Folder {
                dir,
                files: Vec::new(),
                ..folder.clone()
            };
            dataset.folders.push(std::mem::replace(&mut folder, next));
        }
        folder.files.push(file(i, trip));
    }
    dataset.folders.push(folder);
    dataset.tidy();
    dataset
}

fn address(place: u32) -> Address {
    let name = |kind: &str, of: u32| Some(format!("{kind} {of}"));
    Address {
        country: name("Country", place % 20),
        country_code: Some("CN".to_owned()),
        province: name("Province", place % 200),
        city: name("City", place / 5),
        district: name("District", place),
        ..Address::unknown()
    }
}

fn file(i: u32, trip: u32) -> FileRecord {
    // A stride that is prime to everything spreads values over their range.
    let random = |range: u32, salt: u32| (i ^ salt).wrapping_mul(2_654_435_761) >> 8 & (range - 1);
    let video = i % 10 == 9;
    let day = i64::from(trip) * 7 + i64::from(i / A_DAY % A_TRIP);
    let seconds = day % 12_000 * 86_400 + i64::from(i % A_DAY) * 900 + 30_000;
    let at = DateTime::UNIX_EPOCH + TimeDelta::seconds(631_152_000 + seconds);
    // A video states an instant, a photo the clock of the place.
    let stated = |at: DateTime<Utc>| at.format("%Y-%m-%dT%H:%M:%S").to_string();
    let text = if video {
        format!("{}Z", stated(at - TimeDelta::hours(8)))
    } else {
        format!("{}+08:00", stated(at))
    };
    let written = Written::read(&text).unwrap();
    let position = (i % 50 != 7).then(|| {
        let degrees = |base: f64, salt| base + f64::from(random(1 << 20, salt)) / 1e7;
        Position::new(degrees(30.0, 1), degrees(120.0, 2)).unwrap()
    });
    let micros = at.timestamp_micros() + i64::from(random(1 << 19, 3));
    let (extension, format) = if video {
        ("MOV", Format::Mov)
    } else {
        ("JPG", Format::Jpeg)
    };
    FileRecord {
        name: format!("IMG_{i:07}.{extension}").into(),
        stat: Stat {
            size: u64::from(1_000_000 + random(1 << 22, 4)),
            mtime: micros,
            ctime: if i.is_multiple_of(3) {
                micros + 86_400_000_017
            } else {
                micros
            },
        },
        reread: false,
        missing: false,
        content: Content::Media(format),
        sidecars: Box::default(),
        taken: Taken {
            time: Some(written.raw()),
            time_source: Some(if video {
                TimeSource::Mvhd
            } else {
                TimeSource::ExifDateTimeOriginal
            }),
            position,
            position_source: position.map(|_| PositionSource::Exif),
            place: position.map(|_| PlaceId(trip.wrapping_mul(2_654_435_761) % PLACES)),
            camera: Some(CameraId(trip % 3)),
            ..Taken::default()
        },
        correction: None,
        digest: None,
        unknown: None,
    }
}
