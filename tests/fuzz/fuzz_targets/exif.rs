#![no_main]
mod bounded;
use imm_cluster_core::media::exif;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let whole = 0..bytes.len() as u64;
    bounded::read(bytes, |source, facts| {
        exif::read(source, whole.clone(), facts)
    });
});
