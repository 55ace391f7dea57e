//! What is remembered between runs: one JSON file.

mod clustering;
mod error;
mod fast;
mod find;
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
mod version;

pub use clustering::{Clustering, Totals, Unclustered};
pub use error::StoreError;
pub use find::{FindError, Noun};
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
pub use version::VERSION;
