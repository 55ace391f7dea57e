//! Naming points, offline. The source of the names is behind [`locate`]; the
//! [`Address`] and its identity are what everything else knows.

mod address;
mod built_in;
mod chart;
#[cfg(test)]
mod edges;
mod extent;
mod geocoder;
mod id;
pub mod import;
mod key;
mod language;
mod level;
mod own;
mod release;
pub mod zone;

pub use address::{Address, Region};
pub use built_in::{LocatedRegion, identify, rename};
pub use chart::{MapCell, MapLine};
pub use extent::Extent;
pub use geocoder::Geocoder;
pub use id::PlaceId;
pub use key::AddressKey;
pub use language::Language;
pub use level::Level;
pub use own::OwnPlace;
pub use release::{GEODATA, ZONE_BOUNDARIES};

use crate::capture::position::Position;

/// The address of a point in English, `None` where there is no country: in
/// mid-ocean.
pub fn locate(position: Position) -> Option<Address> {
    locate_in(position, Language::English)
}

/// The address of a point in a language. The language changes names only, never
/// the identity of a region.
pub fn locate_in(position: Position, language: Language) -> Option<Address> {
    Some(LocatedRegion::at(position)?.address(language))
}

/// Whether a point lies in mainland China.
pub fn in_mainland_china(position: Position) -> bool {
    LocatedRegion::at(position).is_some_and(|found| found.country_code() == Some("CN"))
}
