#![no_main]
use imm_cluster::media::{exif, facts::Facts, source::Source};

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let mut source = Source::from_bytes(bytes.to_vec());
    let _ = exif::read(&mut source, 0..bytes.len() as u64, &mut Facts::default());
});
