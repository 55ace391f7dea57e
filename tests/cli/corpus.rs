//! Real files with known answers, and the memory that reading takes. The files
//! are no part of the crate; where they are absent the tests say so and pass.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{BufReader, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use exif::{In, Tag};
use serde_json::Value;

use crate::sandbox::{Sandbox, text};

/// Times that are no times by our rules, so that another clue or none is taken.
const NO_TIME: [&str; 2] = ["jpeg/before_epoch.jpg", "synthetic/dto_default_clock.jpg"];

/// The folder of real files, where it is there.
fn corpus() -> Option<PathBuf> {
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

/// The most memory, in KiB, that indexing a folder with one thread takes; `None`
/// where the system does not tell.
///
/// The program is held at its very end: its result goes into a pipe that is full,
/// so that it cannot leave before it was looked at.
fn peak_memory(sandbox: &Sandbox, folder: &Path) -> Option<u64> {
    if !cfg!(target_os = "linux") {
        println!("the peak of memory is told by Linux only: not measured");
        return None;
    }
    let (reader, writer) = std::io::pipe().unwrap();
    let mut plug = writer.try_clone().unwrap();
    // Fills the pipe and stands there until the pipe is closed.
    let plugging = std::thread::spawn(move || while plug.write_all(&[b' '; 4096]).is_ok() {});
    let dataset = sandbox.dataset();
    let _ = fs::remove_file(&dataset);
    let mut child = sandbox
        .command()
        .args(["index", "--jobs", "1", "--quiet"])
        .arg(folder)
        .stdout(writer)
        .spawn()
        .unwrap();
    let status = format!("/proc/{}/status", child.id());
    // The dataset is renamed to its name when all is read and written.
    let mut peak = None;
    for _ in 0..3000 {
        if dataset.exists() || child.try_wait().unwrap().is_some() {
            break;
        }
        std::thread::sleep(std::time::Duration::from_millis(10));
    }
    if let Ok(status) = fs::read_to_string(&status) {
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        peak = line.and_then(|line| line.trim().trim_end_matches(" kB").parse().ok());
    }
    let was_done = dataset.exists();
    drop(reader);
    let _ = child.wait();
    let _ = plugging.join();
    assert!(was_done, "it did not come to an end");
    if peak.is_none() {
        println!("it was gone before it could be looked at: not measured");
    }
    peak
}

/// What any file may take.
const MOST: u64 = 64 * 1024;

#[test]
fn no_file_of_the_corpus_takes_much_memory() {
    let Some(folder) = corpus() else { return };
    if let Some(peak) = peak_memory(&Sandbox::new(), &folder) {
        println!("{} MiB at most for the whole corpus", peak / 1024);
        assert!(peak < MOST, "{peak} KiB");
    }
}

/// A TIFF of 300 MB whose one strip is a hole, with its directory at the very end.
fn huge_tiff(path: &Path) {
    const SIZE: u32 = 300_000_000;
    let mut file = File::create(path).unwrap();
    let entry = |entries: &mut Vec<u8>, tag: u16, kind: u16, count: u32, value: u32| {
        entries.extend(tag.to_le_bytes());
        entries.extend(kind.to_le_bytes());
        entries.extend(count.to_le_bytes());
        entries.extend(value.to_le_bytes());
    };
    let start = SIZE - 200;
    file.write_all(b"II\x2a\0").unwrap();
    file.write_all(&start.to_le_bytes()).unwrap();
    file.seek(SeekFrom::Start(u64::from(start))).unwrap();
    let mut bytes = 4u16.to_le_bytes().to_vec();
    let behind = start + 2 + 4 * 12 + 4;
    entry(&mut bytes, 0x0100, 4, 1, 10_000); // ImageWidth
    entry(&mut bytes, 0x0111, 4, 1, 8); // StripOffsets
    entry(&mut bytes, 0x0117, 4, 1, start - 8); // StripByteCounts
    entry(&mut bytes, 0x0132, 2, 20, behind); // DateTime
    bytes.extend(0u32.to_le_bytes());
    bytes.extend(b"2024:03:03 09:12:44\0");
    file.write_all(&bytes).unwrap();
    file.set_len(u64::from(SIZE)).unwrap();
}

#[test]
fn a_tiff_of_hundreds_of_megabytes_is_not_read_whole() {
    let sandbox = Sandbox::new().file("lib/note.txt", "x");
    huge_tiff(&sandbox.path("lib/huge.tif"));
    // Of the same size, with a directory that claims to be everything.
    let liar = sandbox.path("lib/liar.tif");
    let mut file = File::create(&liar).unwrap();
    file.write_all(b"MM\0\x2a\0\0\0\x08\xff\xff").unwrap();
    for _ in 0..1000 {
        // XMLPacket of 300 MB.
        file.write_all(&[0x02, 0xbc, 0, 1, 0x11, 0xe1, 0xa3, 0, 0, 0, 0, 8])
            .unwrap();
    }
    file.set_len(300_000_000).unwrap();
    let peak = peak_memory(&sandbox, &sandbox.path("lib"));
    assert_eq!(sandbox.files()["lib/huge.tif"]["local_date"], "2024-03-03");
    if let Some(peak) = peak {
        println!("{} MiB at most for two files of 300 MB", peak / 1024);
        assert!(peak < MOST, "{peak} KiB");
    }
}
