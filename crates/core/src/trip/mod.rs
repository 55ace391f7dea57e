//! Homes and trips: where somebody lived, and each spell away from there.

pub mod journey;
pub mod known;
