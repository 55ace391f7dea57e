//! Real files with known answers. They are no part of the project; where they
//! are absent the test says so and passes.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use chrono::{DateTime, NaiveDate, NaiveDateTime, Timelike};
use imm_cluster_core::capture::clock::RawTime;
use imm_cluster_core::dataset::Sidecar;
use imm_cluster_core::media::believe;
use imm_cluster_core::media::{self, sidecar};

/// Rows of the truth that we answer otherwise, with the reason.
const EXCEPTIONS: [(&str, &str); 4] = [
    ("jpeg/before_epoch.jpg", "1601 is before photography"),
    (
        "synthetic/dto_default_clock.jpg",
        "1980-01-01 00:00:00 is a clock that was reset",
    ),
    (
        "synthetic/truncated_app1.jpg",
        "the date stands before the cut, and partial data is fine",
    ),
    (
        "video/max-heromode.mp4",
        "the first GPS fix is 18 s from the truth given, which is the movie header",
    ),
];

struct Row {
    columns: BTreeMap<String, String>,
}

impl Row {
    fn get(&self, column: &str) -> &str {
        self.columns.get(column).map_or("", String::as_str)
    }
}

fn rows(folder: &Path) -> Option<Vec<Row>> {
    let table = std::fs::read_to_string(folder.join("truth.tsv")).ok()?;
    let mut lines = table
        .lines()
        .map(|line| line.split('\t').map(str::to_owned));
    let names: Vec<String> = lines.next()?.collect();
    Some(
        lines
            .map(|line| Row {
                columns: names.iter().cloned().zip(line).collect(),
            })
            .collect(),
    )
}

/// What the truth says of the time: a reading of the clock to the second, or an
/// instant where only that is known.
fn true_time(row: &Row) -> Option<String> {
    let (local, utc) = (row.get("t_local"), row.get("t_utc"));
    if local.is_empty() && utc.is_empty() {
        None
    } else {
        Some(if local.is_empty() { utc } else { local }.to_owned())
    }
}

/// Whether the time is the true one, to the second where the truth has no more.
fn same_time(found: Option<RawTime>, row: &Row) -> bool {
    let truth = true_time(row);
    let (Some(found), Some(truth)) = (found, &truth) else {
        return found.is_none() && truth.is_none();
    };
    let written = format!(
        "{truth}{}",
        if truth.ends_with('Z') {
            ""
        } else {
            row.get("t_frac")
        }
    );
    match found {
        RawTime::Instant(instant) => {
            let utc = DateTime::parse_from_rfc3339(row.get("t_utc")).ok();
            utc.is_some_and(|utc| utc.timestamp() == instant.timestamp())
        }
        RawTime::Clock(clock) => match clock.time {
            None => NaiveDate::parse_from_str(&written, "%F").is_ok_and(|date| date == clock.date),
            Some(time) => {
                let mut local = clock.date.and_time(time);
                if row.get("t_frac").is_empty() {
                    local = local.with_nanosecond(0).unwrap();
                }
                NaiveDateTime::parse_from_str(&written, "%FT%T%.f")
                    .is_ok_and(|truth| truth == local)
            }
        },
    }
}

fn sidecars_of(path: &Path) -> Vec<Sidecar> {
    let folder = path.parent().unwrap();
    let names: Vec<String> = folder
        .read_dir()
        .unwrap()
        .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
        .collect();
    let names = sidecar::Names::new(names.iter().map(String::as_str));
    let takeout = names.takeout(path.file_name().unwrap().to_str().unwrap());
    let look = |name: &str| {
        let size = folder.join(name).metadata().unwrap().len();
        Sidecar {
            name: name.to_owned(),
            size,
            mtime: 0,
            ctime: None,
            unknown: imm_cluster_core::dataset::Unknown::new(),
        }
    };
    takeout.map(look).into_iter().collect()
}

#[test]
fn times_and_positions_are_those_of_the_truth() {
    let corpus = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/corpus");
    let Some(rows) = rows(&corpus) else {
        println!("skipped: there is no corpus beside the project");
        return;
    };
    let mut score: BTreeMap<String, [u32; 3]> = BTreeMap::new();
    let mut wrong = Vec::new();
    for row in rows {
        let name = row.get("path");
        let path = corpus.join(name);
        let is_sidecar = path.extension().is_some_and(|e| e == "xmp" || e == "json");
        if is_sidecar || !path.exists() {
            continue;
        }
        // The truth is about each file alone, but for Takeout, which is nothing alone.
        let sidecars = if name.starts_with("takeout/") {
            sidecars_of(&path)
        } else {
            Vec::new()
        };
        let beside: Vec<_> = sidecars.iter().map(Sidecar::beside).collect();
        let read = media::read(&path, None, &beside);
        let (format, mut facts) = match read {
            Ok(Some((format, facts))) => (format.name(), facts),
            Ok(None) => ("none", media::facts::Facts::default()),
            Err(_) => ("unreadable", media::facts::Facts::default()),
        };
        // The truth knows nothing of names.
        facts.times.retain(|clue| clue.source.name() != "file:name");
        let is_video =
            media::format::Format::from_name(format).is_some_and(media::format::Format::is_video);
        let time = believe::time(&facts, is_video).map(|(_, time)| time);
        let position = believe::position(&facts).map(|(_, position)| position);
        let degrees = |column: &str| row.get(column).parse::<f64>().ok();
        let right_position = match (position, degrees("lat").zip(degrees("lon"))) {
            (Some(found), Some((lat, lon))) => {
                (found.lat() - lat).abs() < 5e-6 && (found.lon() - lon).abs() < 5e-6
            }
            (found, truth) => found.is_none() && truth.is_none(),
        };
        let right_time = same_time(time, &row);
        let entry = score.entry(format.to_owned()).or_default();
        entry[0] += 1;
        entry[1] += u32::from(right_time);
        entry[2] += u32::from(right_position);
        let excepted = EXCEPTIONS.iter().any(|(exception, _)| *exception == name);
        let wanted = excepted || (right_time && right_position);
        if !wanted {
            let time = time.map(|time| time.to_string());
            wrong.push(format!(
                "{name}: {time:?} for {:?}{}, {position:?} for {},{}",
                true_time(&row),
                row.get("t_frac"),
                row.get("lat"),
                row.get("lon")
            ));
        }
    }
    println!(
        "{:<12} {:>6} {:>12} {:>16}",
        "format", "files", "right times", "right positions"
    );
    for (format, [files, times, positions]) in &score {
        println!("{format:<12} {files:>6} {times:>12} {positions:>16}");
    }
    for (name, reason) in EXCEPTIONS {
        println!("not counted as wrong: {name}: {reason}");
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The date and time of a picture as kamadak-exif and nom-exif tell it.
fn references(path: &Path) -> [Option<NaiveDateTime>; 2] {
    let parse = |text: &str| NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M:%S").ok();
    let kamadak = || {
        let file = std::fs::File::open(path).ok()?;
        let exif = exif::Reader::new()
            .read_from_container(&mut std::io::BufReader::new(file))
            .ok()?;
        let field = exif.get_field(exif::Tag::DateTimeOriginal, exif::In::PRIMARY)?;
        parse(&field.display_value().to_string())
    };
    let nom = || {
        let mut parser = nom_exif::MediaParser::new();
        let source = nom_exif::MediaSource::open(path).ok()?;
        let exif: nom_exif::Exif = parser.parse_exif(source).ok()?.into();
        let text = exif.get(nom_exif::ExifTag::DateTimeOriginal)?.to_string();
        parse(text.get(..19)?.replace('T', " ").as_str())
    };
    [kamadak(), nom()]
}

#[test]
fn what_the_reference_libraries_read_is_read_alike() {
    let corpus = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/corpus");
    let Some(rows) = rows(&corpus) else {
        println!("skipped: there is no corpus beside the project");
        return;
    };
    let mut alike = [0, 0];
    for row in rows
        .iter()
        .filter(|row| row.get("t_src").starts_with("EXIF:DTO"))
    {
        let path = corpus.join(row.get("path"));
        let truth = NaiveDateTime::parse_from_str(row.get("t_local"), "%FT%T").ok();
        let Ok(Some((format, facts))) = media::read(&path, None, &[]) else {
            continue;
        };
        let ours = match believe::time(&facts, format.is_video()) {
            Some((_, RawTime::Clock(clock))) => clock.time.map(|time| clock.date.and_time(time)),
            _ => None,
        };
        let ours = ours.and_then(|ours| ours.with_nanosecond(0));
        for (count, theirs) in alike.iter_mut().zip(references(&path)) {
            // Where a library is right, so are we.
            if theirs.is_some() && theirs == truth && row.get("path") != "jpeg/before_epoch.jpg" {
                assert_eq!(ours, theirs, "{}", path.display());
                *count += 1;
            }
        }
    }
    println!(
        "read alike: {} with kamadak-exif, {} with nom-exif",
        alike[0], alike[1]
    );
    assert!(alike[0] > 20 && alike[1] > 20, "{alike:?}");
}
