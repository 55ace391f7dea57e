#![no_main]
use imm_cluster::media::{tiff, facts::Facts, source::Source};

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let _ = tiff::read(&mut Source::from_bytes(bytes.to_vec()), &mut Facts::default());
});
