#![no_main]
use imm_cluster_core::track::Track;

// What is read or unpacked is packed so that it is unpacked alike.
libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    if let Ok((track, reading)) = Track::read(bytes) {
        assert!(track.len() as u64 <= reading.fixes);
        assert_eq!(Track::unpack(&track.pack()), Some(track));
    }
    if let Some(track) = std::str::from_utf8(bytes).ok().and_then(Track::unpack) {
        assert_eq!(Track::merge([&track, &track]), track);
        for fix in track.fixes() {
            assert_eq!(
                track.at(fix.instant).map(|tracked| tracked.seconds),
                Some(0)
            );
        }
    }
});
