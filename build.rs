//! Makes the geodata that the library embeds, of what `data/` keeps and of the tables there,
//! and names the target for `--version`.

use std::error::Error;
use std::io::Read;
use std::path::Path;
use std::{env, fs};

use imm_cluster_geodata::built::{Kept, build};
use imm_cluster_geodata::tables::{self, Tables};

/// A file of `data/`, decompressed.
fn kept(name: &str) -> Result<Vec<u8>, Box<dyn Error>> {
    let path = format!("data/{name}.zst");
    println!("cargo::rerun-if-changed={path}");
    let mut kept = Vec::new();
    let file = fs::File::open(&path)?;
    ruzstd::decoding::StreamingDecoder::new(file)?.read_to_end(&mut kept)?;
    Ok(kept)
}

fn table(name: &str) -> Result<String, Box<dyn Error>> {
    let path = format!("data/{name}");
    println!("cargo::rerun-if-changed={path}");
    Ok(fs::read_to_string(path)?)
}

#[expect(clippy::disallowed_methods, reason = "a build script writes no media")]
fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=build.rs");
    println!(
        "cargo::rustc-env=IMM_CLUSTER_TARGET={}",
        env::var("TARGET")?
    );
    let mut texts = tables::FILES.map(|_| String::new());
    for (text, name) in texts.iter_mut().zip(tables::FILES) {
        *text = table(name)?;
    }
    let tables = Tables::parse(texts.each_ref().map(String::as_str))?;
    let with_osm = env::var_os("CARGO_FEATURE_OPENSTREETMAP").is_some();
    let open_street_map = with_osm.then(|| kept("geodata-osm")).transpose()?;
    let built = build(
        Kept {
            main: &kept("geodata")?,
            zones: &kept("time-zones")?,
            open_street_map: open_street_map.as_deref(),
        },
        &tables,
    )?;
    for note in &built.notes {
        println!("cargo::warning={note}");
    }
    let out = env::var("OUT_DIR")?;
    let write = |name: &str, bytes: &[u8]| fs::write(Path::new(&out).join(name), bytes);
    write("geodata.bin", &built.main.regions)?;
    write("geodata.names", &built.main.names)?;
    if with_osm {
        write("geodata-osm.bin", &built.open_street_map.regions)?;
        write("geodata-osm.names", &built.open_street_map.names)?;
    }
    write("time-zones.names", &built.zones)?;
    write("grid.bin", &built.grid)?;
    Ok(())
}
