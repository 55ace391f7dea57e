//! How long imports take and how much memory, and how fast they are asked.
//!
//!     cargo bench --bench gazetteer -- polygons 1000000
//!     cargo bench --bench gazetteer -- places 5000000
//!     cargo bench --bench gazetteer -- lookups 50000
//!
//! The data are made up: polygons of 20 corners in a lattice, places at random.
#![allow(
    clippy::print_stdout,
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "a bench"
)]

use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use imm_cluster_core::capture::position::Position;
use imm_cluster_core::place::import::{ImportRequest, Imports, Property, import};
use imm_cluster_core::place::{Language, LocatedRegion};
use imm_cluster_core::progress::Silent;

/// Numbers that look like chance and are the same each time.
struct Chance(u64);

impl Chance {
    /// From 0 to below 1.
    #[expect(clippy::cast_precision_loss, reason = "53 bits fit")]
    fn next(&mut self) -> f64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) as f64 / (1_u64 << 53) as f64
    }
}

/// So many polygons over China.
fn polygons(path: &Path, count: u32) {
    let mut file = BufWriter::new(File::create(path).unwrap());
    let rows = f64::from(count).sqrt().ceil();
    let size = 40.0 / rows;
    write!(file, r#"{{"type":"FeatureCollection","features":["#).unwrap();
    for i in 0..count {
        let (column, row) = (f64::from(i) % rows, (f64::from(i) / rows).floor());
        let (x, y) = (85.0 + column * size, 20.0 + row * size * 0.6);
        let comma = if i == 0 { "" } else { ",\n" };
        write!(file, r#"{comma}{{"type":"Feature","properties":{{"code":{i},"name":"Unit {i}"}},"geometry":{{"type":"Polygon","coordinates":[["#).unwrap();
        for k in 0..=20 {
            let angle = f64::from(k % 20) / 20.0 * std::f64::consts::TAU;
            let comma = if k == 0 { "" } else { "," };
            write!(
                file,
                "{comma}[{:.7},{:.7}]",
                x + angle.cos() * size * 0.6,
                y + angle.sin() * size * 0.4
            )
            .unwrap();
        }
        write!(file, "]]}}}}").unwrap();
    }
    write!(file, "]}}").unwrap();
    file.flush().unwrap();
}

/// So many rows as GeoNames has them.
fn places(path: &Path, count: u32) {
    let mut file = BufWriter::new(File::create(path).unwrap());
    let mut chance = Chance(7);
    for i in 1..=count {
        let country = ["CN", "US", "DE", "FR", "JP", "IN", "BR", "RU"][i as usize % 8];
        let (lat, lon) = (chance.next() * 120.0 - 50.0, chance.next() * 360.0 - 180.0);
        writeln!(
            file,
            "{i}\tPlace number {i}\tPlace number {i}\tAlternate {i},Another {i}\t{lat:.5}\t{lon:.5}\tP\tPPL\t{country}\t\t{:02}\t{:03}\t\t\t{}\t\t100\tAsia/Shanghai\t2024-01-01",
            i % 40,
            i % 997,
            i % 2000
        )
        .unwrap();
    }
    file.flush().unwrap();
}

fn peak() -> String {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.unwrap_or("unknown").trim().to_owned()
}

fn run(folder: &Path, file: &Path, properties: &[&str]) {
    let properties: Vec<Property> = properties
        .iter()
        .map(|text| text.parse().unwrap())
        .collect();
    let stored = folder.join("stored");
    let files = [file.to_owned()];
    let request = ImportRequest {
        files: &files,
        name: None,
        preset: None,
        properties: &properties,
        crs: None,
        folder: &stored,
        now: chrono::DateTime::UNIX_EPOCH,
        wait: Duration::ZERO,
    };
    let started = Instant::now();
    let done = import(&request, &Silent).unwrap();
    println!(
        "{} features from {} MB in {:.1} s, stored as {} MB, peak memory {}",
        done.description.features,
        fs::metadata(file).unwrap().len() / 1_000_000,
        started.elapsed().as_secs_f64(),
        done.size / 1_000_000,
        peak()
    );
}

/// A million points over China, asked of the built-in data alone and with the import.
fn look_up(folder: &Path) {
    const POINTS: u32 = 1_000_000;
    let started = Instant::now();
    let imports = Imports::open(&folder.join("stored")).unwrap();
    println!("opened in {:.3} ms", started.elapsed().as_secs_f64() * 1e3);
    let none = Imports::default();
    let mut chance = Chance(3);
    let points: Vec<Position> = (0..POINTS)
        .map(|_| Position::new(20.0 + chance.next() * 24.0, 85.0 + chance.next() * 40.0).unwrap())
        .collect();
    for (what, imports) in [
        ("built-in data", &none),
        ("with the import", &imports),
        ("built-in data", &none),
        ("with the import", &imports),
    ] {
        let started = Instant::now();
        let named = points.iter().filter(|position| {
            let found = LocatedRegion::at(**position);
            let address = found.map(|found| found.address(Language::English));
            let address = imports.refine(**position, found.as_ref(), address, Language::English);
            address.is_some_and(|address| {
                address
                    .district
                    .is_some_and(|name| name.starts_with("Unit"))
            })
        });
        let named = named.count();
        let rate = f64::from(POINTS) / started.elapsed().as_secs_f64() / 1e3;
        println!("{what}: {rate:.0} thousand addresses/s, {named} of {POINTS} named by it");
    }
}

fn main() {
    let mut arguments = std::env::args()
        .skip(1)
        .filter(|argument| !argument.starts_with("--"));
    let what = arguments.next().unwrap_or_else(|| "lookups".to_owned());
    let count: u32 = arguments
        .next()
        .map_or(50_000, |count| count.parse().unwrap());
    let folder: PathBuf =
        std::env::temp_dir().join(format!("imm-cluster-bench-{}", std::process::id()));
    fs::create_dir_all(&folder).unwrap();
    if what == "places" {
        let file = folder.join("places.txt");
        places(&file, count);
        run(&folder, &file, &[]);
    } else {
        let file = folder.join("polygons.geojson");
        polygons(&file, count);
        run(&folder, &file, &["district=name", "id=code"]);
    }
    look_up(&folder);
    fs::remove_dir_all(&folder).unwrap();
}
