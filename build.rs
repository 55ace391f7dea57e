//! Expands the geodata, so that the library can embed it as it is read, and names the
//! target for `--version`.

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
    println!("cargo::rerun-if-changed=build/expand.rs");
    println!("cargo::rerun-if-changed=src/place/grid.rs");
    println!(
        "cargo::rustc-env=IMM_CLUSTER_TARGET={}",
        env::var("TARGET")?
    );
    let out = env::var("OUT_DIR")?;
    for name in ["geodata", "geodata-osm", "time-zones"] {
        let packed = format!("data/{name}.zst");
        println!("cargo::rerun-if-changed={packed}");
        let mut kept = Vec::new();
        let file = fs::File::open(&packed)?;
        ruzstd::decoding::StreamingDecoder::new(file)?.read_to_end(&mut kept)?;
        let (read, names) = expand::expand(&kept);
        fs::write(Path::new(&out).join(format!("{name}.bin")), read)?;
        fs::write(Path::new(&out).join(format!("{name}.names")), names)?;
    }
    Ok(())
}
