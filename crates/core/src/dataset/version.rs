//! The version of the dataset file.

/// The version of the file format that this crate reads and writes.
pub const VERSION: u64 = 1;
