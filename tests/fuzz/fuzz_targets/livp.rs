#![no_main]
mod bounded;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| bounded::read(
    bytes,
    imm_cluster_core::media::livp::read
));
