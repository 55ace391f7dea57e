//! Expands the geodata, so that the library can embed it as it is read.

use std::error::Error;
use std::io::Read;
use std::path::Path;
use std::{env, fs};

use imm_cluster_geodata::{divide, expand};

// The hash of Fowler, Noll and Vo, in 64 bits.
const FNV: u64 = 0xcbf2_9ce4_8422_2325;
const FNV_PRIME: u64 = 0x0100_0000_01b3;

#[expect(clippy::disallowed_methods, reason = "a build script writes no media")]
fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=build.rs");
    let out = env::var("OUT_DIR")?;
    let path = |name: String| Path::new(&out).join(name);
    let mut layers = Vec::new();
    let mut fingerprint = FNV;
    // In the order of `lookup::Boundaries`.
    for name in ["geodata", "time-zones", "geodata-osm"] {
        let packed = format!("../../data/{name}.zst");
        println!("cargo::rerun-if-changed={packed}");
        if name == "geodata-osm" && env::var_os("CARGO_FEATURE_OPENSTREETMAP").is_none() {
            continue;
        }
        let file = fs::read(&packed)?;
        for byte in &file {
            fingerprint = (fingerprint ^ u64::from(*byte)).wrapping_mul(FNV_PRIME);
        }
        let mut kept = Vec::new();
        ruzstd::decoding::StreamingDecoder::new(file.as_slice())?.read_to_end(&mut kept)?;
        let file = expand::expand(expand::sections(&kept));
        fs::write(path(format!("{name}.bin")), file.regions)?;
        fs::write(path(format!("{name}.names")), file.names)?;
        // Outlines of countries are in the first file alone.
        let of_countries = usize::from(name != "geodata");
        layers.extend(file.layers.into_iter().skip(of_countries));
    }
    // Half of the digits tell releases apart.
    let fingerprint = fingerprint >> 32;
    println!("cargo::rustc-env=IMM_CLUSTER_GEODATA={fingerprint:08x}");
    let layers: Vec<&divide::Drawn> = layers.iter().collect();
    fs::write(path("grid.bin".to_owned()), divide::grid(&layers))?;
    Ok(())
}
