//! What is remembered between runs: one JSON file.

mod clustering;
mod fast;
mod forget;
mod json;
mod members;
mod model;
mod moments;
mod name;
mod names;
mod recovery;
mod save;
mod store;
#[cfg(test)]
mod testing;
mod timeline;

pub use clustering::{Clustering, Totals, Unclustered};
pub use json::timestamp;
pub use members::{FileIndex, Membership};
pub use model::{
    Content, Correction, Dataset, FileRecord, Folder, Place, Places, Root, RootKind, RootOptions,
    Sidecar, Stat, Taken, Trace, Unknown,
};
pub use moments::Moments;
pub use name::Name;
pub use recovery::{Salvage, salvage};
pub use store::{Locked, Store};
pub use timeline::Timeline;

/// The version of the file format that this crate reads and writes.
pub const VERSION: u64 = 1;
