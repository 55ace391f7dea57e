//! Facts to capture time, offset, local day and position, each with its source.

pub mod cell;
pub mod clock;
pub mod clue;
pub mod day;
pub mod gcj02;
pub mod half_day;
pub mod offset;
pub mod partial;
pub mod position;
pub mod range;
pub mod resolve;
pub mod span;
