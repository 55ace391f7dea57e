#![no_main]
use imm_cluster_core::place::import::{SourceFormat, count};

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let _ = count(SourceFormat::Shapefile, bytes);
});
