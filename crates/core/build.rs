//! Expands the geodata, so that the library can embed it as it is read.

#[path = "build/divide.rs"]
mod divide;
#[path = "build/expand.rs"]
mod expand;
#[allow(dead_code, reason = "the readers' part")]
#[path = "src/place/grid.rs"]
mod grid;

use std::error::Error;
use std::io::Read;
use std::path::Path;
use std::{env, fs};

#[expect(clippy::disallowed_methods, reason = "a build script writes no media")]
fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=build/divide.rs");
    println!("cargo::rerun-if-changed=build/expand.rs");
    println!("cargo::rerun-if-changed=src/place/grid.rs");
    let out = env::var("OUT_DIR")?;
    let path = |name: String| Path::new(&out).join(name);
    let mut layers = Vec::new();
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
