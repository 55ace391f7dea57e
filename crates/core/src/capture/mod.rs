//! Facts to capture time, offset, local day and position, each with its source.

pub mod choose;
pub mod clock;
pub mod clue;
pub mod day;
pub mod gcj02;
pub mod position;
pub mod resolve;
