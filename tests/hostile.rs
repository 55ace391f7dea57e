//! Files that are damaged cost little reading, and nothing else.
#![expect(clippy::print_stdout, reason = "says what is skipped")]
#![expect(clippy::unwrap_used, reason = "a test")]

use std::fs;
use std::path::{Path, PathBuf};

use imm_cluster_core::media::{self, source::Source};

/// A small pseudo-random generator (xorshift64*), so that every run is the same.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, n: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        let value = self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 33;
        usize::try_from(value).unwrap() % n
    }
}

#[test]
fn damaged_real_files_are_read_within_bounds() {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/corpus");
    let files: Vec<PathBuf> = (walkdir::WalkDir::new(corpus)
        .sort_by_file_name()
        .into_iter())
    .filter_map(Result::ok)
    .filter(|entry| entry.file_type().is_file() && entry.metadata().unwrap().len() < 100_000)
    .map(walkdir::DirEntry::into_path)
    .collect();
    if files.is_empty() {
        println!("skipped: there is no corpus beside the project");
    }
    let mut numbers = Numbers(0x0DDB_1A5E_5BAD_5EED);
    for path in files {
        let whole = fs::read(&path).unwrap();
        for round in 0..40 {
            let mut bytes = whole.clone();
            if !bytes.is_empty() && round % 4 == 0 {
                bytes.truncate(numbers.below(bytes.len()));
            }
            for _ in 0..numbers.below(8) {
                if !bytes.is_empty() {
                    // The headers are where the harm is done.
                    let reach = if numbers.below(2) == 0 {
                        bytes.len().min(512)
                    } else {
                        bytes.len()
                    };
                    let at = numbers.below(reach);
                    bytes[at] = [0x00, 0xff, 0x7f, 0x80, 0x01][numbers.below(5)];
                }
            }
            let len = bytes.len() as u64;
            let mut source = Source::from_bytes(bytes);
            let content = media::read_content(&mut source);
            assert!(
                source.bytes_read() <= 8 * len + 1_000_000,
                "{}: {} bytes",
                path.display(),
                source.bytes_read()
            );
            if let Ok(Some(content)) = content {
                assert!(
                    content.facts.times.len() + content.facts.positions.len() < 500,
                    "{}",
                    path.display()
                );
            }
        }
    }
}
