#![no_main]
use imm_cluster_core::report::heic_of;

// The thumbnail of a HEIC photo and the photo itself, as far as they are small.
libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    for [width, height, bytes] in heic_of(bytes) {
        assert_eq!(bytes, width * height * 3);
    }
});
