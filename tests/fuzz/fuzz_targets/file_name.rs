#![no_main]
use imm_cluster::media::{facts::Facts, file_name};

libfuzzer_sys::fuzz_target!(|name: &str| file_name::read(name, &mut Facts::default()));
