//! Makes the geodata that the library embeds, of what `data/` keeps and of the tables there.

use std::error::Error;
use std::io::Read;
use std::path::Path;
use std::{env, fs};

use imm_cluster_geodata::built::{PackedFiles, build};
use imm_cluster_geodata::ids::{FNV_OFFSET, fnv1a};
use imm_cluster_geodata::tables::{self, Tables};

/// The hash of all that was read.
struct SourceHash(u64);

impl SourceHash {
    /// A file of `data/`.
    fn read(&mut self, name: &str) -> Result<Vec<u8>, Box<dyn Error>> {
        let path = format!("../../data/{name}");
        println!("cargo::rerun-if-changed={path}");
        let bytes = fs::read(path)?;
        self.0 = fnv1a(self.0, &bytes);
        Ok(bytes)
    }

    /// A compressed file of `data/`.
    fn unpack(&mut self, name: &str) -> Result<Vec<u8>, Box<dyn Error>> {
        let packed = self.read(name)?;
        let mut kept = Vec::new();
        ruzstd::decoding::StreamingDecoder::new(packed.as_slice())?.read_to_end(&mut kept)?;
        Ok(kept)
    }
}

#[expect(clippy::disallowed_methods, reason = "a build script writes no media")]
fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=build.rs");
    let mut all = SourceHash(FNV_OFFSET);
    let mut texts = tables::FILES.map(|_| String::new());
    for (text, name) in texts.iter_mut().zip(tables::FILES) {
        *text = String::from_utf8(all.read(name)?)?;
    }
    let tables = Tables::parse(texts.each_ref().map(String::as_str))?;
    let (main, zones) = (all.unpack("geodata.zst")?, all.unpack("time-zones.zst")?);
    let with_osm = env::var_os("CARGO_FEATURE_OPENSTREETMAP").is_some();
    let open_street_map = with_osm
        .then(|| all.unpack("geodata-osm.zst"))
        .transpose()?;
    let built = build(
        PackedFiles {
            main: &main,
            zones: &zones,
            open_street_map: open_street_map.as_deref(),
        },
        &tables,
    )?;
    for note in &built.notes {
        println!("cargo::warning={note}");
    }
    // Half of the digits tell releases apart.
    println!("cargo::rustc-env=IMM_CLUSTER_GEODATA={:08x}", all.0 >> 32);
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
