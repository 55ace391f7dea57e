//! The memory that reading takes.

use std::fs::{self, File};
use std::io::{Seek, SeekFrom, Write};
use std::path::Path;

use crate::corpus::corpus;
use crate::library::{self, Shot};
use crate::sandbox::{KYOTO, Sandbox};

/// The most memory, in KiB, that indexing a path with one thread takes; `None`
/// where the system does not tell.
///
/// The program is held at its very end: its result goes into a pipe that is full,
/// so that it cannot leave before it was looked at.
fn peak_memory(sandbox: &Sandbox, path: &Path) -> Option<u64> {
    let path = path.to_str().unwrap();
    let arguments = ["index", "--jobs", "1", "--quiet", path];
    peak_memory_of(sandbox, &arguments, &sandbox.dataset())
}

/// The same of any command line; `result` is the file that is there at its end.
fn peak_memory_of(sandbox: &Sandbox, arguments: &[&str], result: &Path) -> Option<u64> {
    if !cfg!(target_os = "linux") {
        println!("the peak of memory is told by Linux only: not measured");
        return None;
    }
    let (reader, writer) = std::io::pipe().unwrap();
    let mut plug = writer.try_clone().unwrap();
    // Fills the pipe and stands there until the pipe is closed.
    let plugging = std::thread::spawn(move || while plug.write_all(&[b' '; 4096]).is_ok() {});
    let _ = fs::remove_file(result);
    let mut child = sandbox
        .command()
        .args(arguments)
        .stdout(writer)
        .spawn()
        .unwrap();
    let status = format!("/proc/{}/status", child.id());
    // The result is renamed to its name when all is read and written.
    let mut peak = None;
    for _ in 0..12_000 {
        if result.exists() || child.try_wait().unwrap().is_some() {
            break;
        }
        std::thread::sleep(std::time::Duration::from_millis(10));
    }
    if let Ok(status) = fs::read_to_string(&status) {
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        peak = line.and_then(|line| line.trim().trim_end_matches(" kB").parse().ok());
    }
    let was_done = result.exists();
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

fn sparse(path: &Path, head: &[u8], len: u64, tail: &[u8]) {
    let mut file = File::options()
        .write(true)
        .create(true)
        .truncate(true)
        .open(path)
        .unwrap();
    file.write_all(head).unwrap();
    file.set_len(len).unwrap();
    file.seek(SeekFrom::Start(len - tail.len() as u64)).unwrap();
    file.write_all(tail).unwrap();
}

/// A little-endian TIFF whose one directory lies at `at` and states a date.
fn directory(at: u32) -> Vec<u8> {
    let date = b"2019:05:04 10:11:12\0";
    let mut ifd = 1u16.to_le_bytes().to_vec();
    ifd.extend(0x9003u16.to_le_bytes());
    ifd.extend(2u16.to_le_bytes());
    ifd.extend(20u32.to_le_bytes());
    ifd.extend((at + 18).to_le_bytes());
    ifd.extend(0u32.to_le_bytes());
    ifd.extend(date);
    ifd
}

/// Huge files, of which little is needed: 2 GB of film before its movie header,
/// 300 MB of picture before its directory, and 100 MB of JPEG with 200 segments
/// before its Exif block.
fn huge_files(sandbox: &Sandbox) {
    const MEGABYTE: u64 = 1024 * 1024;
    let len = 2048 * MEGABYTE;
    let seconds = 2_082_844_800u32 + 1_556_957_472;
    let mut mvhd = vec![0; 100];
    mvhd[4..8].copy_from_slice(&seconds.to_be_bytes());
    let moov = library::mp4_box(*b"moov", &library::mp4_box(*b"mvhd", &mvhd));
    let mdat = len - 16 - moov.len() as u64;
    let head = [
        &library::mp4_box(*b"ftyp", b"isom\0\0\0\0")[..],
        &1u32.to_be_bytes(),
        b"mdat",
        &mdat.to_be_bytes(),
    ]
    .concat();
    sparse(&sandbox.path("lib/film.mp4"), &head, len, &moov);

    let len = 300 * MEGABYTE;
    let start = u32::try_from(len).unwrap() - 38;
    let head = [&b"II\x2a\0"[..], &start.to_le_bytes()].concat();
    sparse(&sandbox.path("lib/scan.dng"), &head, len, &directory(start));

    let other = [&b"\xff\xe2\xff\xff"[..], &vec![b'x'; 65_533]].concat();
    let exif = [
        &b"\xff\xe1\0\x46Exif\0\0II\x2a\0\x08\0\0\0"[..],
        &directory(8),
    ]
    .concat();
    let head = [
        &b"\xff\xd8"[..],
        &other.repeat(200),
        &exif,
        b"\xff\xda\0\x02",
    ]
    .concat();
    sparse(
        &sandbox.path("lib/long.jpg"),
        &head,
        100 * MEGABYTE,
        b"\xff\xd9",
    );
    sparse(
        &sandbox.path("lib/small.jpg"),
        &[&b"\xff\xd8"[..], &exif].concat(),
        1024,
        b"\xff\xd9",
    );
}

#[test]
fn a_huge_file_takes_no_more_memory_than_a_small_one() {
    let sandbox = Sandbox::new().file("lib/note.txt", "x");
    huge_files(&sandbox);
    let Some(small) = peak_memory(&sandbox, &sandbox.path("lib/small.jpg")) else {
        return;
    };
    for name in ["film.mp4", "scan.dng", "long.jpg"] {
        let Some(peak) = peak_memory(&sandbox, &sandbox.path(format!("lib/{name}"))) else {
            return;
        };
        println!("{name}: {peak} KiB, {small} KiB for a file of 1 KiB");
        assert!(
            peak < small + 8 * 1024,
            "{name}: {peak} KiB, {small} KiB for a file of 1 KiB"
        );
        let date = sandbox.files()[&format!("lib/{name}")]["local_date"].clone();
        let utc = name == "film.mp4";
        assert_eq!(
            date,
            if utc {
                serde_json::Value::Null
            } else {
                "2019-05-04".into()
            },
            "{name}"
        );
    }
}

/// A file of that many megabytes, made of what `part` writes again and again.
fn generated(path: &Path, head: &str, part: impl Fn(u32) -> String, parts: u32, tail: &str) {
    let mut file = std::io::BufWriter::new(
        File::options()
            .write(true)
            .create_new(true)
            .open(path)
            .unwrap(),
    );
    file.write_all(head.as_bytes()).unwrap();
    for i in 0..parts {
        file.write_all(part(i).as_bytes()).unwrap();
    }
    file.write_all(tail.as_bytes()).unwrap();
    file.into_inner().unwrap().sync_all().unwrap();
}

/// What an import may take, whatever the size of the file, in KiB.
const MOST_OF_AN_IMPORT: u64 = 80 * 1024;

#[test]
fn an_import_takes_little_memory_for_a_large_file() {
    let sandbox = Sandbox::new().file("note.txt", "x");
    let feature = |i: u32| {
        let (x, y) = (f64::from(i % 1000) / 10.0, f64::from(i / 1000) / 10.0);
        let corner = |k: u32| {
            let angle = f64::from(k) / 20.0 * std::f64::consts::TAU;
            format!(
                "[{:.7},{:.7}]",
                x + angle.cos() / 9.0,
                y + angle.sin() / 9.0
            )
        };
        let ring: Vec<String> = (0..=20).map(corner).collect();
        let comma = if i == 0 { "" } else { "," };
        format!(
            r#"{comma}{{"type":"Feature","properties":{{"name":"Unit {i}"}},"geometry":{{"type":"Polygon","coordinates":[[{}]]}}}}"#,
            ring.join(",")
        )
    };
    let boundaries = sandbox.path("boundaries.geojson");
    generated(
        &boundaries,
        r#"{"type":"FeatureCollection","features":["#,
        feature,
        100_000,
        "]}",
    );
    let row = |i: u32| {
        let (lat, lon) = (f64::from(i / 1000) / 10.0, f64::from(i % 1000) / 10.0);
        format!(
            "{i}\tPlace {i}\t\t\t{lat}\t{lon}\tP\tPPL\tCN\t\t{:02}\t\t\t\t{i}\t\t\t\t\n",
            i % 31
        )
    };
    let places = sandbox.path("CN.txt");
    generated(&places, "", row, 400_000, "");
    for (path, name) in [(&boundaries, "boundaries"), (&places, "CN")] {
        let mut arguments = vec!["gazetteer", "import", "--quiet", path.to_str().unwrap()];
        if name == "boundaries" {
            arguments.extend(["--property", "district=name"]);
        }
        let stored = sandbox.path(format!("data/imm-cluster/gazetteers/{name}.geo"));
        let Some(peak) = peak_memory_of(&sandbox, &arguments, &stored) else {
            return;
        };
        let size = fs::metadata(path).unwrap().len() >> 10;
        println!("{name}: {peak} KiB for a file of {size} KiB");
        assert!(peak < MOST_OF_AN_IMPORT, "{name}: {peak} KiB");
    }
}

/// What `report` may take, however many threads it has, in KiB.
const MOST_OF_A_REPORT: u64 = 256 * 1024;

fn jpeg(side: (u16, u16), setting: fn(&mut jpeg_encoder::Encoder<&mut Vec<u8>>)) -> Vec<u8> {
    let pixels: Vec<u8> = (0..u32::from(side.0) * u32::from(side.1))
        .flat_map(|at| [at >> 16, at / 61, at & 31].map(|value| value.to_le_bytes()[0]))
        .collect();
    let mut bytes = Vec::new();
    let mut encoder = jpeg_encoder::Encoder::new(&mut bytes, 80);
    setting(&mut encoder);
    encoder
        .encode(&pixels, side.0, side.1, jpeg_encoder::ColorType::Rgb)
        .unwrap();
    bytes
}

fn progressive(encoder: &mut jpeg_encoder::Encoder<&mut Vec<u8>>) {
    encoder.set_progressive(true);
    encoder.set_sampling_factor(jpeg_encoder::SamplingFactor::F_1_1);
}

/// RGBA, all of one colour.
fn png(side: u32) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, side, side);
    encoder.set_color(png::ColorType::Rgba);
    let mut writer = encoder.write_header().unwrap();
    let mut pixels = writer.stream_writer().unwrap();
    let row = [200, 90, 40, 250].repeat(usize::try_from(side).unwrap());
    for _ in 0..side {
        pixels.write_all(&row).unwrap();
    }
    pixels.finish().unwrap();
    writer.finish().unwrap();
    bytes
}

/// The chunk of a lossless picture, all of one colour.
fn vp8l(side: u32) -> Vec<u8> {
    let mut bytes = Vec::new();
    let pixels = vec![90; usize::try_from(side * side * 3).unwrap()];
    image_webp::WebPEncoder::new(&mut bytes)
        .encode(&pixels, side, side, image_webp::ColorType::Rgb8)
        .unwrap();
    bytes[12..].to_vec()
}

/// A lossless WebP with Exif, of the picture in a chunk.
fn webp(chunk: &[u8], side: u32, exif: &[u8]) -> Vec<u8> {
    let [s0, s1, s2, _] = (side - 1).to_le_bytes();
    let header = [b"VP8X\x0A\0\0\0", &[8, 0, 0, 0, s0, s1, s2, s0, s1, s2][..]].concat();
    let len = u32::try_from(exif.len()).unwrap().to_le_bytes();
    let mut body = [b"WEBP", &header[..], chunk, b"EXIF", &len, exif].concat();
    body.resize(body.len().next_multiple_of(2), 0);
    let len = u32::try_from(body.len()).unwrap().to_le_bytes();
    [b"RIFF", &len[..], &body].concat()
}

/// Pictures of every kind, each of a minute of its own, of which decoding takes 10 to
/// 200 MB; and a last one that no memory holds.
fn large_pictures(sandbox: &Sandbox) -> usize {
    let mut made = 0;
    let mut put = |name: &str, count: usize, file: &dyn Fn(&[u8]) -> Vec<u8>| {
        for number in 0..count {
            let path = format!("lib/{name}-{number}");
            let local = format!("2024-03-03 {:02}:{:02}", made / 60, made % 60);
            let shot = Shot::new(&path, &local).at(9, KYOTO);
            // The segment of a JPEG that says when and where.
            let jpeg = library::tiny_jpeg(&shot);
            let len = usize::from(u16::from_be_bytes([jpeg[4], jpeg[5]]));
            sandbox.write(&path, file(&jpeg[2..4 + len]));
            made += 1;
        }
    };
    let png = png(5000);
    put("png", 10, &|exif| {
        let exif = &exif[10..];
        let body = [b"eXIf", exif].concat();
        let len = u32::try_from(exif.len()).unwrap().to_be_bytes();
        let sum = crc32fast::hash(&body).to_be_bytes();
        // Behind the signature and the header.
        [&png[..33], &len, &body, &sum, &png[33..]].concat()
    });
    for (name, count, jpeg) in [
        ("progressive", 5, jpeg((5000, 4000), progressive)),
        ("large", 5, jpeg((5000, 4000), |_| {})),
        ("small", 12, jpeg((1900, 1500), progressive)),
    ] {
        put(name, count, &|exif| [&jpeg[..2], exif, &jpeg[2..]].concat());
    }
    let lossless = vp8l(3000);
    put("lossless", 4, &|exif| webp(&lossless, 3000, &exif[10..]));
    let bomb = b"VP8L\x06\0\0\0\x2F\xFF\xFF\xFF\x0F\0";
    put("bomb", 1, &|exif| webp(bomb, 16_384, &exif[10..]));
    made - 1
}

#[test]
fn a_report_of_large_pictures_takes_little_memory() {
    let sandbox = Sandbox::new();
    let pictures = large_pictures(&sandbox);
    sandbox.imm("run lib --levels city --quiet").ok();
    let said = sandbox
        .imm("report --by cluster --pictures 100 --format json --output once.html")
        .ok();
    assert_eq!(said.stderr, "1 picture is too large to show\n");
    let report = said.json();
    assert_eq!(
        (&report["pictures"], &report["too_large"]),
        (&pictures.into(), &1.into())
    );
    for jobs in ["1", "64"] {
        let arguments = ["report", "--pictures", "100", "--quiet", "--jobs", jobs];
        let Some(peak) = peak_memory_of(&sandbox, &arguments, &sandbox.path("trips.html")) else {
            return;
        };
        println!("{} MiB at most with --jobs {jobs}", peak / 1024);
        assert!(peak < MOST_OF_A_REPORT, "--jobs {jobs}: {peak} KiB");
    }
}
