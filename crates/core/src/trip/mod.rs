//! Homes and trips: where somebody lived, and each spell away from there.
//!
//! Everything follows from how many records lie in which cell on which local day. Nothing
//! depends on the order of files, on administrative borders or on what day it is.

pub mod clusters;
pub mod homes;
pub mod implausible;
pub mod itinerary;
pub mod journey;
pub mod known;
mod outings;
#[cfg(test)]
mod plain;
#[cfg(test)]
mod scenarios;
mod segments;
pub mod sightings;
pub mod spells;
pub mod travels;
