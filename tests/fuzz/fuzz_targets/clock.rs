#![no_main]
use imm_cluster_core::capture::clock::{Written, parse_offset};

// What was read is written so that it is read alike.
libfuzzer_sys::fuzz_target!(|text: &str| {
    let _ = parse_offset(text);
    if let Ok(written) = Written::parse(text) {
        let raw = written.raw();
        assert_eq!(Written::read(&raw.to_string()).map(Written::raw), Ok(raw));
    }
});
