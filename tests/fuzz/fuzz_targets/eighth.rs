#![no_main]
use imm_cluster_core::report::eighth_of;

// The first coefficients of a JPEG of any size, and nothing else of it.
libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    if let Some([width, height, bytes]) = eighth_of(bytes) {
        assert_eq!(bytes, width * height * 3);
    }
});
