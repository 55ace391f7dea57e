//! The readers of videos against real files with known answers, and against
//! damaged ones.
#![expect(clippy::print_stderr, reason = "the score, and what was skipped")]

use std::fs;
use std::path::{Path, PathBuf};

use super::facts::Facts;
use super::source::Source;
use super::unreadable::Unreadable;
use super::{asf, avi, matroska, movie, transport};
use crate::capture::clock::RawTime;
use crate::capture::clue::{PositionSource, TimeSource};

type Reader = fn(&mut Source, &mut Facts) -> Result<(), Unreadable>;

/// No video costs more than this to read, in bytes, whatever it says.
const MOST: u64 = 3 * 1024 * 1024;

fn reader(path: &str) -> Option<Reader> {
    let extension = Path::new(path).extension()?.to_str()?.to_ascii_lowercase();
    Some(match extension.as_str() {
        "mp4" | "mov" | "m4v" | "3gp" | "3g2" => movie::read,
        "mkv" | "webm" => matroska::read,
        "avi" => avi::read,
        "mts" | "m2ts" => transport::read,
        "wmv" | "asf" => asf::read,
        _ => return None,
    })
}

fn corpus() -> Option<PathBuf> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/corpus");
    let there = path.join("truth.tsv").is_file();
    if !there {
        eprintln!("skipped: there is no corpus at {}", path.display());
    }
    there.then_some(path)
}

/// The videos of the corpus, each with its row of the truth.
fn videos(corpus: &Path) -> Vec<(String, Vec<String>)> {
    let truth = fs::read_to_string(corpus.join("truth.tsv")).unwrap();
    let rows = truth.lines().skip(1).map(|line| {
        let row: Vec<_> = line.split('\t').map(str::to_owned).collect();
        (row[0].clone(), row)
    });
    rows.filter(|(path, _)| reader(path).is_some()).collect()
}

/// The time that wins, in the form of the truth: UTC, or a clock's reading with
/// its offset.
fn time(facts: &Facts) -> String {
    const ORDER: [TimeSource; 11] = [
        TimeSource::QuickTimeCreationDate,
        TimeSource::QuickTimeDay,
        TimeSource::QuickTimeDate,
        TimeSource::Gpmf,
        TimeSource::Mdpm,
        TimeSource::RiffIdit,
        TimeSource::MatroskaDate,
        TimeSource::AsfCreation,
        TimeSource::Mvhd,
        TimeSource::Mdhd,
        TimeSource::Tkhd,
    ];
    let valid = |source| {
        let mut clues = facts.times.iter().filter(move |clue| clue.source == source);
        clues.find_map(|clue| clue.value.clone().ok())
    };
    match ORDER.into_iter().find_map(valid) {
        Some(RawTime::Instant(instant)) => instant.format("%FT%TZ").to_string(),
        Some(RawTime::Clock(clock)) => {
            let time = clock.time.map(|t| t.format("T%T").to_string());
            let offset = clock.offset.map(|o| o.to_string());
            let [time, offset] = [time, offset].map(Option::unwrap_or_default);
            format!("{}{time}{offset}", clock.date)
        }
        None => String::new(),
    }
}

fn place(facts: &Facts) -> Option<(f64, f64)> {
    const ORDER: [PositionSource; 7] = [
        PositionSource::QuickTimeLocation,
        PositionSource::QuickTimeXyz,
        PositionSource::ItunesXyz,
        PositionSource::Loci,
        PositionSource::Gpmf,
        PositionSource::Camm,
        PositionSource::Mdpm,
    ];
    let valid = |source| {
        let mut clues = facts
            .positions
            .iter()
            .filter(move |clue| clue.source == source);
        clues.find_map(|clue| clue.value.clone().ok())
    };
    let position = ORDER.into_iter().find_map(valid)?;
    Some((position.lat(), position.lon()))
}

#[test]
fn the_corpus_comes_out_right() {
    let Some(corpus) = corpus() else { return };
    let videos = videos(&corpus);
    let mut wrong = Vec::new();
    for (path, row) in &videos {
        let mut source = Source::open(&corpus.join(path), None).unwrap();
        let mut facts = Facts::default();
        let done = reader(path).unwrap()(&mut source, &mut facts);
        let got = time(&facts);
        let [local, offset, utc] = [&row[5], &row[7], &row[8]];
        // Takeout's answer is that of the sidecar, not of the video.
        let expected = match row[9].starts_with("Takeout") {
            true => "",
            false if got.ends_with('Z') => utc,
            false if local.is_empty() => "",
            false => &format!("{local}{offset}"),
        };
        let right = place(&facts).is_none() && row[10].is_empty()
            || place(&facts).is_some_and(|(lat, lon)| {
                let close = |a: f64, b: &str| b.parse::<f64>().is_ok_and(|b| (a - b).abs() < 1e-4);
                close(lat, &row[10]) && close(lon, &row[11])
            });
        eprintln!(
            "{path}: {got} {:?}, {} reads of {} bytes, {done:?}",
            place(&facts),
            source.reads(),
            source.bytes_read(),
        );
        // Its two clocks are 18 s apart; the truth has the other one.
        let known = path == "video/max-heromode.mp4" && got == "2019-11-18T23:45:14Z"
            // A camera that counts by its clock, which the truth takes for UTC.
            || path == "video/QuickTime.mov" && got == "2005-08-11T14:03:54";
        if (got != expected && !known) || !right {
            wrong.push(format!("{path}: {got} for {expected}"));
        }
        assert!(source.bytes_read() < 64 * 1024, "{path}");
        if path.ends_with("IMG_7943_HEVC.MOV") {
            assert!(facts.content_id.is_some());
        }
        if path.ends_with("sony-a7-xavc.MP4") {
            assert_eq!(facts.device_offset.map(|o| o.local_minus_utc()), Some(3600));
        }
    }
    eprintln!("{} of {} right", videos.len() - wrong.len(), videos.len());
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// xorshift64: numbers without a pattern that are the same on every run.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % end.max(1) as u64).unwrap()
    }
}

/// Reads many damaged versions of a file: cut short, single bytes changed, and
/// sizes blown up. They must end, without a panic, after few bytes.
fn damage(name: &str, bytes: &[u8], read: Reader, rounds: usize) {
    let mut numbers = Numbers(0x9E37_79B9_7F4A_7C15);
    for round in 0..rounds {
        let mut damaged = bytes.to_vec();
        let len = damaged.len();
        // Headers are at both ends of a large file.
        let near = |numbers: &mut Numbers| match numbers.below(3) {
            0 => numbers.below(len.min(512)),
            1 => len - 1 - numbers.below(len.min(4096)),
            _ => numbers.below(len),
        };
        for _ in 0..numbers.below(8) {
            let at = near(&mut numbers);
            damaged[at] = u8::try_from(numbers.below(256)).unwrap();
        }
        if round % 4 == 0 {
            let at = near(&mut numbers);
            let end = (at + 4).min(len);
            damaged[at..end].fill(if round % 8 == 0 { 0xff } else { 0 });
        }
        if round % 3 == 0 {
            let keep = near(&mut numbers);
            damaged.truncate(keep);
        }
        let mut source = Source::from_bytes(damaged);
        let mut facts = Facts::default();
        let _ = read(&mut source, &mut facts);
        assert!(source.bytes_read() < MOST, "{name}, round {round}");
        assert!(facts.notes.len() < 20, "{name}, round {round}");
    }
}

#[test]
fn damaged_files_end_soon() {
    let idit = super::riff::tests::chunk(*b"IDIT", b"Mon Mar 10 15:04:43 2008\n\0");
    let built: [(&str, Vec<u8>, Reader); 5] = [
        ("movie", movie::tests::video(), movie::read),
        ("matroska", matroska::tests::video(), matroska::read),
        ("avi", avi::tests::video(&[idit], &[]), avi::read),
        (
            "transport",
            transport::tests::video(b"\x18\x44\x20\x19\x04\x19\x24\x22\x24\x00"),
            transport::read,
        ),
        ("asf", asf::tests::video(1 << 57), asf::read),
    ];
    for (name, bytes, read) in built {
        damage(name, &bytes, read, 3000);
        for keep in 0..bytes.len().min(2000) {
            let mut source = Source::from_bytes(bytes[..keep].to_vec());
            let _ = read(&mut source, &mut Facts::default());
        }
    }
}

#[test]
fn damaged_videos_of_the_corpus_end_soon() {
    let Some(corpus) = corpus() else { return };
    for (path, _) in videos(&corpus) {
        let bytes = fs::read(corpus.join(&path)).unwrap();
        let rounds = if bytes.len() > 500_000 { 60 } else { 300 };
        damage(&path, &bytes, reader(&path).unwrap(), rounds);
    }
}

/// Files that say of themselves that there is ever more to look at.
#[test]
fn hostile_files_end_soon() {
    // A box of 8 KiB after another, so that each header needs a read.
    let mut boxes = vec![0; 100 << 20];
    for at in (0..boxes.len()).step_by(8200) {
        let header = if at == 0 {
            *b"\0\0\0\0moov"
        } else {
            *b"\0\0\x20\x08trak"
        };
        let at = if at == 0 { 0 } else { at - 8192 };
        boxes[at..at + 8].copy_from_slice(&header);
    }
    let mut chunks = vec![0; 100 << 20];
    chunks[..12].copy_from_slice(b"RIFF\xff\xff\xff\xffAVI ");
    for at in (12..chunks.len() - 8200).step_by(8200) {
        chunks[at..at + 8].copy_from_slice(b"JUNK\0\x20\0\0");
    }
    let mut elements = vec![0; 100 << 20];
    elements[..12].copy_from_slice(b"\x1a\x45\xdf\xa3\x80\x18\x53\x80\x67\xff\xff\xff");
    for at in (10..elements.len() - 8200).step_by(8200) {
        elements[at..at + 9].copy_from_slice(b"\xec\x01\0\0\0\0\0\x1f\xff");
    }
    let mut packets = vec![0xff; 100 << 20];
    for at in (0..packets.len() - 188).step_by(188) {
        packets[at..at + 13].copy_from_slice(b"\x47\x40\x01\x10\0\0\x01\xe0\0\0\0\0\0");
    }
    let mut objects = vec![0; 100 << 20];
    objects[..24].copy_from_slice(b"0&\xb2u\x8ef\xcf\x11\xa6\xd9\0\xaa\0b\xcel\0\0\0\x20\0\0\0\0");
    for at in (30..objects.len() - 8200).step_by(8200) {
        objects[at + 16..at + 24].copy_from_slice(&8200_u64.to_le_bytes());
    }
    let files: [(&str, Vec<u8>, Reader); 6] = [
        ("asf", objects, asf::read),
        ("telemetry", movie::tests::hostile_telemetry(), movie::read),
        ("movie", boxes, movie::read),
        ("avi", chunks, avi::read),
        ("matroska", elements, matroska::read),
        ("transport", packets, transport::read),
    ];
    for (name, bytes, read) in files {
        let mut source = Source::from_bytes(bytes);
        let _ = read(&mut source, &mut Facts::default());
        eprintln!("{name}: {} reads", source.reads());
        assert!(
            source.bytes_read() < MOST,
            "{name}: {}",
            source.bytes_read()
        );
    }
}
