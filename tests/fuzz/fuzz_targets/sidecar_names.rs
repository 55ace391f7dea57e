#![no_main]
use imm_cluster_core::media::sidecar::Names;

// The first line is a media file, the others are the names beside it.
libfuzzer_sys::fuzz_target!(|text: &str| {
    let mut lines = text.lines();
    let media = lines.next().unwrap_or_default();
    let names = Names::new(lines);
    let _ = (names.xmp(media), names.takeout(media));
    assert!(names.of_camera(media).count() <= 4);
});
