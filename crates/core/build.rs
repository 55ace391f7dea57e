//! Expands the geodata, so that the library can embed it as it is read.

use std::error::Error;
use std::io::Read;
use std::path::Path;
use std::{env, fs};

use imm_cluster_geodata::{divide, expand};

#[expect(clippy::disallowed_methods, reason = "a build script writes no media")]
fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=build.rs");
    let out = env::var("OUT_DIR")?;
    let path = |name: String| Path::new(&out).join(name);
    let mut layers = Vec::new();
    // In the order of `lookup::Boundaries`.
    for name in ["geodata", "time-zones", "geodata-osm"] {
        let packed = format!("../../data/{name}.zst");
        println!("cargo::rerun-if-changed={packed}");
        if name == "geodata-osm" && env::var_os("CARGO_FEATURE_OPENSTREETMAP").is_none() {
            continue;
        }
        let mut kept = Vec::new();
        let file = fs::File::open(&packed)?;
        ruzstd::decoding::StreamingDecoder::new(file)?.read_to_end(&mut kept)?;
        let file = expand::expand(expand::sections(&kept));
        fs::write(path(format!("{name}.bin")), file.regions)?;
        fs::write(path(format!("{name}.names")), file.names)?;
        // Outlines of countries are in the first file alone.
        let of_countries = usize::from(name != "geodata");
        layers.extend(file.layers.into_iter().skip(of_countries));
    }
    let layers: Vec<&divide::Drawn> = layers.iter().collect();
    fs::write(path("grid.bin".to_owned()), divide::grid(&layers))?;
    Ok(())
}
