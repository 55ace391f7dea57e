//! What is remembered between runs: one JSON file.

mod clustering;
mod json;
mod model;
mod names;
mod store;

pub use clustering::{Clustering, Totals, Unclustered};
pub use json::timestamp;
pub use model::{
    Content, Dataset, FileRecord, Folder, Place, Places, Root, RootKind, RootOptions, Sidecar,
    Stat, Taken, Unknown,
};
pub use store::{Locked, Store};

/// The version of the file format that this crate reads and writes.
pub const VERSION: u64 = 1;
