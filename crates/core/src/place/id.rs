//! Places by their numbers.

use serde::{Deserialize, Serialize};

/// A place of a dataset, by its number in the list of places. It lasts as long as the
/// dataset: places are added and never renumbered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct PlaceId(pub u32);

impl PlaceId {
    /// The number as an index.
    pub fn index(self) -> usize {
        self.0 as usize
    }
}
