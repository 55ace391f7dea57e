#![no_main]
use imm_cluster_core::dataset::Dataset;

// What loads is written so that it loads alike.
libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    if let Ok(dataset) = Dataset::from_json(bytes) {
        let written = dataset.to_json().unwrap();
        assert_eq!(
            Dataset::from_json(&written).unwrap().to_json().unwrap(),
            written
        );
    }
});
