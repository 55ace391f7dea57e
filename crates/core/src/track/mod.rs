//! Location histories: where somebody was, and when, as a phone or a receiver recorded it.
//!
//! A file is read as a stream of [`Fix`]es, told apart by its content. What a dataset keeps
//! of it is a [`Track`]: thinned, packed in a few bytes a fix, and asked for the position at
//! an instant. `docs/tracks.md` says which formats there are and what is left out.

mod elements;
mod error;
mod fix;
mod format;
mod gather;
mod gpx;
mod guard;
mod json;
mod kept;
mod kml;
mod pack;
mod reading;
mod records;
mod semantic;
mod sieve;
mod step;
#[cfg(test)]
mod tests;
mod thin;
mod timeline;
mod values;
mod xml;

pub use error::{TrackError, TrackFile, TrackPlace};
pub use fix::Fix;
pub use format::TrackFormat;
pub use kept::{Track, Tracked, TrackedBy};
pub use reading::{TrackReading, read};
pub use sieve::{MOST_INACCURATE, TrackSkip};
pub use step::{MOST_APART, MOST_SECONDS};
pub use thin::THINNED_WITHIN;
