#![no_main]
use imm_cluster::media::{asf, facts::Facts, source::Source};

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let _ = asf::read(&mut Source::from_bytes(bytes.to_vec()), &mut Facts::default());
});
