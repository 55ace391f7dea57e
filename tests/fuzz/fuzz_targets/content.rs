#![no_main]
mod bounded;
use imm_cluster_core::media::believe;
use imm_cluster_core::media::{self, source::Source};

// Told apart by content, read, and decided about.
libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let mut source = Source::from_bytes(bytes.to_vec());
    if let Ok(Some(content)) = media::read_content(&mut source) {
        let time = believe::time(&content.facts, content.format.is_video());
        let _ = time.and_then(|(_, time)| believe::offset_beside(&content.facts, time));
        let _ = believe::position(&content.facts);
        bounded::clues(&content.facts);
    }
    bounded::reads(&source);
});
