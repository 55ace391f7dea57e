#![no_main]
mod bounded;
use imm_cluster_core::media::{facts::Facts, srt};

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let mut facts = Facts::default();
    srt::read(bytes, &mut facts);
    bounded::clues(&facts);
});
