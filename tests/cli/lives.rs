//! Six years of one person: what `run` makes of the library of a real user, held to the truth.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, PoisonError, Weak};

use chrono::{Datelike, NaiveDate};
use serde_json::Value;

use crate::library::{self, Content};
use crate::life::{self, FILES, LifeTrip};
use crate::sandbox::{Sandbox, each, text};

/// The library, indexed and run, for all tests that look at it at the same time.
fn lived() -> Arc<Sandbox> {
    static SHARED: Mutex<Weak<Sandbox>> = Mutex::new(Weak::new());
    let mut shared = SHARED.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(sandbox) = shared.upgrade() {
        return sandbox;
    }
    let sandbox = Sandbox::new();
    let pictures = sandbox.path("Pictures");
    library::write_tiny_library(&pictures, &life::life().shots).unwrap();
    sandbox.imm("run Pictures").ok();
    let sandbox = Arc::new(sandbox);
    *shared = Arc::downgrade(&sandbox);
    sandbox
}

/// The days of a trip as people read them.
fn span(trip: &LifeTrip) -> String {
    let (first, last) = (trip.first, trip.last);
    let short = |day: NaiveDate, form: &str| day.format(form).to_string();
    let begin = if first == last {
        return short(last, "%-d %b %Y");
    } else if first.year() != last.year() {
        short(first, "%-d %b %Y – ")
    } else if first.month() != last.month() {
        short(first, "%-d %b – ")
    } else {
        short(first, "%-d–")
    };
    begin + &short(last, "%-d %b %Y")
}

/// First day, last day and name.
fn told(trips: &Value) -> Vec<[String; 3]> {
    each(trips)
        .map(|trip| ["start_date", "end_date", "name"].map(|key| text(&trip[key])))
        .collect()
}

fn truth() -> Vec<[String; 3]> {
    let trips = life::life().trips.into_iter();
    trips
        .map(|trip| {
            [
                trip.first.to_string(),
                trip.last.to_string(),
                trip.name.into(),
            ]
        })
        .collect()
}

#[test]
fn the_library_is_the_same_each_time_and_as_large_as_it_says() {
    let life = life::life();
    assert_eq!(life.shots, life::life().shots);
    let paths: BTreeSet<_> = life.shots.iter().map(|shot| &shot.path).collect();
    assert_eq!(paths.len(), FILES);
    assert_eq!(life.trips.len(), 17);
    let of = |content: &Content| {
        life.shots
            .iter()
            .filter(|it| it.content == *content)
            .count()
    };
    assert!(of(&Content::Film) > 100);
    assert!(of(&Content::WithoutExif) > 200);
    for trip in &life.trips {
        assert!(!trip.camera.is_empty(), "{}", trip.name);
    }
}

#[test]
fn run_prints_the_trips_and_not_the_diary_of_a_home() {
    let sandbox = lived();
    let run = sandbox.imm("run --wait 60").ok();
    let rows: Vec<&str> = run.stdout.lines().collect();
    assert!(rows.len() <= 60, "{} rows", rows.len());
    for trip in life::life().trips {
        let days = span(&trip);
        let is_it = |row: &&&str| row.starts_with(&days) && row.contains(trip.name);
        let found = rows.iter().filter(is_it).count();
        assert_eq!(found, 1, "{days} {} in\n{}", trip.name, run.stdout);
    }
    let homes = rows.iter().filter(|row| row.contains(", home"));
    let homes: Vec<_> = homes.collect();
    assert_eq!(homes.len(), 1, "{homes:?}");
    assert!(homes[0].starts_with("Lyon, home: "), "{homes:?}");
    let status = sandbox.imm("status").ok().stdout;
    assert!(
        status.contains("\nhomes     Lyon\ntrips     17\n"),
        "{status}"
    );
    let day_trips = rows.iter().filter(|row| row.contains(" (day trip)"));
    assert_eq!(day_trips.count(), 1, "{}", run.stdout);
}

#[test]
fn options_of_clusters_change_no_trip_and_say_so() {
    let sandbox = lived();
    let run = sandbox.imm("run --wait 60 --dry-run --min-days 2").ok();
    run.says("hint: `--gap-days`, `--min-days` and `--max-days` affect clusters");
    assert!(run.stdout.contains(" (day trip)"), "{}", run.stdout);
    let listed = sandbox
        .imm("run --wait 60 --dry-run --clusters --min-days 2")
        .ok();
    assert!(!listed.both().contains("affect clusters"));
}

#[test]
fn programs_get_the_trips_as_they_were() {
    let sandbox = lived();
    let run = sandbox.imm("run --wait 60 --format json").ok().json();
    assert_eq!(told(&run["trips"]), truth());
    assert_eq!(run["homes"].as_array().unwrap().len(), 1);
    let listed = sandbox.imm("trips list --format json").ok().json();
    assert_eq!(told(&listed), truth());
}

#[test]
fn each_device_tells_what_it_knows() {
    let sandbox = lived();
    let files = sandbox.files();
    let life = life::life();
    assert_eq!(files.len(), FILES);
    for shot in &life.shots {
        let path = format!("Pictures/{}", shot.path.display());
        let file = &files[&path];
        let day = shot.local.date().to_string();
        assert_eq!(text(&file["local_date"]), day, "{path}");
    }
    let mut sources: BTreeMap<String, usize> = BTreeMap::new();
    for file in files.values() {
        *sources
            .entry(text(&file["capture_time_source"]))
            .or_default() += 1;
    }
    assert_eq!(
        sources.keys().collect::<Vec<_>>(),
        ["exif:DateTimeOriginal", "file:name", "quicktime:mvhd"],
    );
}

#[test]
fn what_the_camera_took_is_in_its_trip() {
    let sandbox = lived();
    let listed = sandbox.imm("trips list --format ndjson").ok().ndjson();
    for (trip, truth) in listed.iter().zip(life::life().trips) {
        let show = format!("trips show {} --format json", text(&trip["object_id"]));
        let shown = sandbox.imm(&show).ok().json();
        let members: BTreeSet<String> = each(&shown["members"])
            .map(|file| text(&file["path"]))
            .collect();
        for path in truth.camera {
            let path = sandbox.path("Pictures").join(path).display().to_string();
            assert!(members.contains(&path), "{path} is not in {}", truth.name);
        }
    }
}
