#![no_main]
mod bounded;
use imm_cluster_core::media::{facts::Facts, file_name};

libfuzzer_sys::fuzz_target!(|name: &str| {
    let mut facts = Facts::default();
    file_name::read(name, &mut facts);
    bounded::clues(&facts);
});
