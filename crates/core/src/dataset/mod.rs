//! What is remembered between runs: one JSON file.

mod below;
mod bytes;
mod clustering;
mod correct;
mod decide;
mod document;
mod error;
mod explain;
mod fast;
mod files;
mod forget;
mod json;
mod keys;
mod lending;
mod line;
mod looking_back;
mod members;
mod model;
mod moments;
mod name;
mod names;
mod query;
mod recovery;
mod relocate;
mod save;
mod store;
#[cfg(test)]
mod testing;
mod timeline;
mod trip_members;
mod trips;
mod version;
mod whereabouts;

pub use below::{Below, absolute};
pub use clustering::{Clustering, Shows, Totals, Unclustered};
pub use correct::{Amendment, Correctable, Corrected};
pub use decide::Decided;
pub use error::StoreError;
pub use explain::{Explanation, Judged, NotListed};
pub use files::FileId;
pub use lending::{Lending, Lent};
pub use members::Membership;
pub use model::{
    CameraId, Content, Correction, Dataset, FileRecord, Folder, Place, Places, Root, RootId,
    RootKind, RootOptions, Sidecar, Stat, Taken, Trace, TrackRecord, Unknown, When,
};
pub use moments::Moments;
pub use name::Name;
pub use query::{FileQuery, FileState, Lacking};
pub use recovery::{Salvage, salvage};
pub use store::{Locked, Store};
pub use timeline::Timeline;
pub use trips::TripStory;
pub use version::VERSION;
