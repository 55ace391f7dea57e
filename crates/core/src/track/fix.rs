//! One entry of a location history.

use crate::capture::position::{Metres, Position};

/// Somebody was at a position at an instant.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Fix {
    /// Seconds since 1970-01-01 in UTC; parts of a second are cut off.
    pub instant: i64,
    /// Where.
    pub position: Position,
    /// The radius within which the source believes the position to be, where it tells.
    pub accuracy: Option<Metres>,
}
