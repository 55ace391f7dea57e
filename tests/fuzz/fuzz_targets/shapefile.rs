#![no_main]
use imm_cluster_core::place::import::{Format, count};

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let _ = count(Format::Shapefile, bytes);
});
