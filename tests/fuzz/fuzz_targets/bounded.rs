//! What the reading of one small file may cost, held for every container.
#![allow(
    dead_code,
    reason = "several targets include this file, each uses a part"
)]

use imm_cluster_core::media::{Unreadable, facts::Facts, source::Source};

/// The most clues and notes that a file of at most 16 KiB may leave.
const MOST_CLUES: usize = 2000;

/// Reads bytes as one container. They are in memory, so that nothing but their
/// content can be at fault; reads and clues stay within bounds.
pub fn read(bytes: &[u8], read: impl Fn(&mut Source, &mut Facts) -> Result<(), Unreadable>) {
    let mut source = Source::from_bytes(bytes.to_vec());
    let mut facts = Facts::default();
    let outcome = read(&mut source, &mut facts);
    assert!(!matches!(outcome, Err(Unreadable::Io(_))), "{outcome:?}");
    reads(&source);
    clues(&facts);
}

/// A file is read a few times over at most, and in some windows besides.
pub fn reads(source: &Source) {
    let (read, len) = (source.bytes_read(), source.len());
    assert!(read <= 8 * len + 1_000_000, "{read} bytes read of {len}");
}

/// The clues of a file are few, and their texts short.
pub fn clues(facts: &Facts) {
    let clues = facts.times.len() + facts.positions.len() + facts.notes.len();
    assert!(clues <= MOST_CLUES, "{clues} clues and notes");
}
