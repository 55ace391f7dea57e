//! Folders and records into the dataset: what is new, changed, unchanged or
//! missing, and reading only what is new or changed.

mod copies;
mod error;
mod exclusions;
mod found;
mod jobs;
mod marks;
mod moves;
mod read;
mod records;
mod refresh;
mod report;
mod roots;
mod scan;
mod stat;
mod tracks;
mod walk;
#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "files of the tests' own")]
mod walk_tests;

pub use error::IndexError;
pub use exclusions::{Reason, glob};
pub use records::read_records;
pub use refresh::refresh;
pub use report::{Failure, IndexServices, Report, TrackRead};
pub use roots::{OptionChanges, index};
pub use scan::move_root;
pub use tracks::add_tracks;
