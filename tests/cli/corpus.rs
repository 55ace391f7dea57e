//! Real files with known answers. The files are no part of the crate; where they
//! are absent the tests say so and pass.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::BufReader;
use std::path::{Path, PathBuf};

use exif::{In, Tag};
use serde_json::Value;

use crate::sandbox::{Sandbox, text};

/// Times that are no times by our rules, so that another clue or none is taken.
const NO_TIME: [&str; 2] = ["jpeg/before_epoch.jpg", "synthetic/dto_default_clock.jpg"];

/// The folder of real files, where it is there.
pub(crate) fn corpus() -> Option<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/corpus");
    let folder = fs::canonicalize(folder).ok();
    if folder.is_none() {
        println!("no corpus beside the crate: nothing to compare");
    }
    folder
}

/// The lines of the truth by column.
fn truth(folder: &Path) -> Vec<BTreeMap<String, String>> {
    let table = fs::read_to_string(folder.join("truth.tsv")).unwrap();
    let mut lines = table
        .lines()
        .map(|line| line.split('\t').map(str::to_owned));
    let names: Vec<String> = lines.next().unwrap().collect();
    lines
        .map(|line| names.iter().cloned().zip(line).collect())
        .collect()
}

/// Whether kamadak-exif by itself finds a time of the camera and a position.
fn reference(path: &Path) -> (bool, bool) {
    let mut file = BufReader::new(File::open(path).unwrap());
    let Ok(exif) = exif::Reader::new().read_from_container(&mut file) else {
        return (false, false);
    };
    let has = |tag| exif.get_field(tag, In::PRIMARY).is_some();
    let time = [Tag::DateTimeOriginal, Tag::DateTimeDigitized, Tag::DateTime];
    (
        time.into_iter().any(has),
        has(Tag::GPSLatitude) && has(Tag::GPSLongitude),
    )
}

#[test]
fn every_still_that_kamadak_exif_can_read_gets_the_true_values() {
    let Some(folder) = corpus() else { return };
    let sandbox = Sandbox::new();
    let corpus = folder.to_str().unwrap();
    sandbox.imm_with(["index", "--quiet", corpus]).ok();
    let list = sandbox.imm("files list --format json").ok().json();
    let found: BTreeMap<String, &Value> = crate::sandbox::each(&list)
        .map(|file| (text(&file["path"]).replace(&format!("{corpus}/"), ""), file))
        .collect();
    let (mut right, mut files, mut wrong) = (0, 0, Vec::new());
    for row in truth(&folder) {
        let get = |column: &str| row.get(column).map_or("", String::as_str);
        let path = get("path");
        let stills = ["JPG", "JPEG", "PNG", "HEIC", "AVIF", "TIF", "Extended WEBP"];
        if !stills.contains(&get("format")) {
            continue;
        }
        let (has_time, has_position) = reference(&folder.join(path));
        if !(has_time || has_position) {
            continue;
        }
        files += 1;
        let Some(file) = found.get(path) else {
            wrong.push(format!("{path}: not listed"));
            continue;
        };
        let mut faults = Vec::new();
        let stated = get("t_local");
        // A sidecar may know better than the file, and is no matter of this test.
        let beside = folder.join(path).with_extension("xmp").exists();
        let from_exif = get("t_src").starts_with("EXIF") || get("kind") == "synthetic";
        if has_time && from_exif && !beside && !stated.is_empty() && !NO_TIME.contains(&path) {
            let time = text(&file["capture_time"]);
            if !time.starts_with(&format!("{stated}{}", get("t_frac"))) {
                faults.push(format!("time {time} for {stated}{}", get("t_frac")));
            }
            let offset = get("t_off");
            if !offset.is_empty()
                && !time.ends_with(&offset.replace("+00:00", "Z"))
                && !time.ends_with(offset)
            {
                faults.push(format!("time {time} for offset {offset}"));
            }
        }
        if NO_TIME.contains(&path) && text(&file["capture_time"]).starts_with(stated) {
            faults.push(format!("time {stated}, which is none"));
        }
        if has_position {
            let degrees = |column: &str| get(column).parse::<f64>().ok();
            let same = match (
                file["lat"].as_f64(),
                file["lon"].as_f64(),
                degrees("lat"),
                degrees("lon"),
            ) {
                (Some(lat), Some(lon), Some(true_lat), Some(true_lon)) => {
                    (lat - true_lat).abs() < 2e-6 && (lon - true_lon).abs() < 2e-6
                }
                (None, None, None, None) => true,
                _ => false,
            };
            if !same {
                let position = (&file["lat"], &file["lon"]);
                faults.push(format!(
                    "position {position:?} for {},{}",
                    get("lat"),
                    get("lon")
                ));
            }
        }
        if faults.is_empty() {
            right += 1;
        } else {
            wrong.push(format!("{path}: {}", faults.join("; ")));
        }
    }
    println!("{right} of {files} stills that kamadak-exif can read are as the truth says");
    assert_eq!(wrong, [""; 0], "{right} of {files}");
    assert!(files > 60, "{files}");
}

#[test]
fn a_second_look_at_the_corpus_reads_nothing() {
    let Some(folder) = corpus() else { return };
    let sandbox = Sandbox::new();
    let corpus = folder.to_str().unwrap();
    sandbox.imm_with(["run", "--quiet", corpus]).ok();
    let before = sandbox.dataset_state();
    let again = sandbox.imm_with(["run", "--quiet", corpus]).ok();
    assert!(!again.stdout.is_empty());
    assert!(sandbox.dataset_state() == before);
}
