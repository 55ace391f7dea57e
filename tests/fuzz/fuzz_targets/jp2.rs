#![no_main]
use imm_cluster::media::{jp2, facts::Facts, source::Source};

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let _ = jp2::read(&mut Source::from_bytes(bytes.to_vec()), &mut Facts::default());
});
