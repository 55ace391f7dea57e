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

/// Gets ready to name points. It may run while folders are still being walked;
/// whoever needs a name before it is done waits for it.
pub fn prepare() {
    zone::prepare();
    nearest::prepare();
}

/// The address of a point, `None` where there is no country: in mid-ocean.
pub fn locate(position: Position) -> Option<Address> {
    nearest::locate(position)
}
