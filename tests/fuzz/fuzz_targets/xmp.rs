#![no_main]
use imm_cluster::media::{facts::Facts, xmp};

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| xmp::read(bytes, &mut Facts::default()));
