#![no_main]
mod bounded;
use imm_cluster_core::media::{clip, facts::Facts, moi, srt};

// Whatever cameras write beside their videos.
libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let mut facts = Facts::default();
    srt::read(bytes, &mut facts);
    moi::read(bytes, &mut facts);
    let _ = clip::read(&String::from_utf8_lossy(bytes), &mut facts);
    bounded::clues(&facts);
});
