//! Naming points, offline. The source of the names is behind [`locate`]; the
//! [`Address`] and its identity are what everything else knows.

mod address;
mod extent;
mod level;
mod nearest;
pub mod zone;

pub use address::{Address, Region};
pub use extent::Extent;
pub use level::Level;

use crate::capture::position::Position;

/// Names the geodata. A dataset that was located with another version has its
/// stored coordinates located again.
pub const GEODATA: &str = "reverse_geocoder-4.1.1";

/// Opens the boundaries of time zones. It may run while folders are still being
/// walked; whoever needs them before it is done waits for it. The names of places
/// take longer and much memory, and a library without positions needs neither.
pub fn prepare() {
    zone::prepare();
}

/// The address of a point, `None` where there is no country: in mid-ocean.
pub fn locate(position: Position) -> Option<Address> {
    nearest::locate(position)
}
