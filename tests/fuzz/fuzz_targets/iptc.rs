#![no_main]
use imm_cluster::media::{facts::Facts, iptc};

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| iptc::read(bytes, &mut Facts::default()));
