//! The readers held against real files with known answers. The files are not
//! part of the crate; where they are absent the tests say so and pass.
#![expect(clippy::print_stdout, reason = "the score is the point")]

use std::collections::HashMap;
use std::path::PathBuf;

use chrono::{NaiveDateTime, Timelike};

use super::facts::Facts;
use super::format::{self, Format};
use super::source::Source;
use super::unreadable::Unreadable;
use crate::capture::clock::{Clock, RawTime};
use crate::capture::clue::TimeSource;

/// One line of the truth by its column names, with the path it is about.
pub(super) struct Row {
    pub(super) path: PathBuf,
    columns: HashMap<String, String>,
}

impl Row {
    fn get(&self, column: &str) -> &str {
        self.columns.get(column).map_or("", String::as_str)
    }
}

pub(super) fn rows() -> Vec<Row> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/corpus");
    let Ok(table) = std::fs::read_to_string(folder.join("truth.tsv")) else {
        println!("no corpus beside the crate: nothing to compare");
        return Vec::new();
    };
    let mut lines = table
        .lines()
        .map(|line| line.split('\t').map(str::to_owned));
    let names: Vec<String> = lines.next().unwrap().collect();
    lines
        .map(|line| {
            let columns: HashMap<String, String> = names.iter().cloned().zip(line).collect();
            let path = folder.join(&columns["path"]);
            Row { path, columns }
        })
        .collect()
}

/// Reads a photo; `None` where it is none.
pub(super) fn read_photo(source: &mut Source, facts: &mut Facts) -> Option<Result<(), Unreadable>> {
    let format = format::sniff(source).unwrap()?;
    read_as(format, source, facts)
}

fn read_as(
    format: Format,
    source: &mut Source,
    facts: &mut Facts,
) -> Option<Result<(), Unreadable>> {
    let read = match format {
        Format::Jpeg => super::jpeg::read,
        Format::Heic | Format::Heif | Format::Avif => super::heif::read,
        Format::Png => super::png::read,
        Format::WebP => super::webp::read,
        Format::Gif => super::gif::read,
        Format::Jxl => super::jxl::read,
        Format::Jp2 => super::jp2::read,
        Format::Livp => super::livp::read,
        Format::Cr3 => super::cr3::read,
        Format::Crw => super::crw::read,
        Format::Raf => super::raf::read,
        Format::Mrw => super::mrw::read,
        Format::X3f => super::x3f::read,
        video if video.is_video() => return None,
        _ => super::raw::read,
    };
    Some(read(source, facts))
}

/// Files whose stated time is no time by our rules.
const NO_TIME: [&str; 2] = ["jpeg/before_epoch.jpg", "synthetic/dto_default_clock.jpg"];

/// The first usable time of the Exif tags, in the order of their worth.
fn exif_clock(facts: &Facts) -> Option<Clock> {
    let sources = [
        TimeSource::ExifDateTimeOriginal,
        TimeSource::ExifCreateDate,
        TimeSource::ExifModifyDate,
    ];
    sources.iter().find_map(|source| {
        let mut times = facts.times.iter().filter(|clue| clue.source == *source);
        times.find_map(|clue| match clue.value {
            Ok(RawTime::Clock(clock)) => Some(clock),
            _ => None,
        })
    })
}

#[test]
fn exif_clues_match_the_truth() {
    let (mut files, mut right, mut wrong) = (0, 0, Vec::new());
    let (mut most_reads, mut most_bytes) = (0, 0);
    for row in rows() {
        let synthetic = row.get("path").starts_with("synthetic");
        let path = row.get("path").to_owned();
        let exif_time = row.get("t_src").starts_with("EXIF")
            || row.get("t_src").starts_with("CRW")
            || (synthetic && !path.contains("xmp_only") && !row.get("t_local").is_empty());
        let exif_position = row.get("gps_src").starts_with("EXIF")
            || row.get("gps_src").starts_with("exif-gps")
            || (synthetic && !path.contains("xmp_only"));
        let Ok(mut source) = Source::open(&row.path, None) else {
            continue;
        };
        let mut facts = Facts::default();
        let Some(outcome) = read_photo(&mut source, &mut facts) else {
            continue;
        };
        most_reads = most_reads.max(source.reads());
        most_bytes = most_bytes.max(source.bytes_read());
        files += 1;
        let mut faults = Vec::new();
        if exif_time {
            let clock = exif_clock(&facts);
            let mut local = clock.map(|c| c.date.and_time(c.time.unwrap_or_default()));
            if row.get("t_frac").is_empty() {
                local = local.and_then(|local| local.with_nanosecond(0));
            }
            let text = format!("{}{}", row.get("t_local"), row.get("t_frac"));
            let truth = NaiveDateTime::parse_from_str(&text, "%FT%T%.f")
                .ok()
                .or_else(|| {
                    let date = chrono::NaiveDate::parse_from_str(&text, "%F").ok()?;
                    Some(date.and_time(chrono::NaiveTime::MIN))
                });
            if local != truth {
                faults.push(format!("time {local:?} for {text}"));
            }
            let offset = clock.and_then(|c| c.offset).map(|o| o.to_string());
            let stated = !row.get("off_orig").is_empty();
            if (stated || offset.is_some()) && offset.as_deref() != Some(row.get("t_off")) {
                faults.push(format!("offset {offset:?} for {}", row.get("t_off")));
            }
        }
        if exif_position {
            let found = facts
                .positions
                .iter()
                .find_map(|clue| clue.value.as_ref().ok());
            let degrees = |column| row.get(column).parse::<f64>().ok();
            let same = match (found, degrees("lat"), degrees("lon")) {
                (Some(found), Some(lat), Some(lon)) => {
                    (found.lat() - lat).abs() < 1e-6 && (found.lon() - lon).abs() < 1e-6
                }
                (None, None, None) => true,
                _ => false,
            };
            if !same {
                faults.push(format!(
                    "position {found:?} for {} {}",
                    row.get("lat"),
                    row.get("lon")
                ));
            }
        }
        if faults.is_empty() {
            right += 1;
        } else if !NO_TIME.contains(&path.as_str()) {
            wrong.push(format!("{path}: {} ({outcome:?})", faults.join(", ")));
        }
    }
    println!(
        "{right} of {files} files as the truth says; at most {most_reads} reads, {most_bytes} bytes"
    );
    assert_eq!(wrong, [""; 0]);
}

#[test]
fn contents_are_sniffed_as_the_truth_says() {
    let mut wrong = Vec::new();
    for row in rows() {
        let Ok(mut source) = Source::open(&row.path, None) else {
            continue;
        };
        let path = row.get("path");
        let sniffed = format::sniff(&mut source).unwrap();
        let truth = match row.get("format") {
            "Extended WEBP" => Some(Format::WebP),
            "JXL Codestream" => Some(Format::Jxl),
            "M2TS" => Some(Format::MpegTs),
            extension => format::by_extension(extension),
        };
        if sniffed != truth {
            wrong.push(format!("{path}: {sniffed:?} for {truth:?}"));
        }
        assert!(source.reads() <= 2, "{path}: {} reads", source.reads());
    }
    // Called what their extension says, which is not what they are.
    let misnamed = [
        "empty.jpg",
        "html_as_jpg.jpg",
        "png_named.jpg",
        "IMG_0008.HEIC",
        "sample_with_color_info.mp4",
    ];
    wrong.retain(|line| !misnamed.iter().any(|name| line.contains(name)));
    assert_eq!(wrong, [""; 0]);
}
