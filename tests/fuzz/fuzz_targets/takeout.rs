#![no_main]
use imm_cluster::media::{facts::Facts, takeout};

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let _ = takeout::read(bytes, &mut Facts::default());
});
