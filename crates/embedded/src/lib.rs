//! The geodata that are built into the program, as the build script expands them from
//! `data/`; they are read where they lie.
//!
//! They are a crate of their own, and behind functions that are never inlined, so that
//! 44 MB are not compiled, and copied into the metadata of a library, with each change of
//! the code that reads them.

/// Names the geodata: the number goes up when they are read otherwise than before, and what
/// follows is another one for other data.
pub const VERSION: &str = concat!("immgeo-6-", env!("IMM_CLUSTER_GEODATA"));

/// A file of units and places, and the text of their regions.
pub type RegionsFile = (&'static [u8], &'static str);

/// The geodata under permissive licences, see `data/NOTICE.md`.
#[inline(never)]
pub fn regions() -> RegionsFile {
    (
        include_bytes!(concat!(env!("OUT_DIR"), "/geodata.bin")),
        include_str!(concat!(env!("OUT_DIR"), "/geodata.names")),
    )
}

/// The boundaries under the Open Database License, see `data/NOTICE-OSM.md`.
#[cfg(feature = "openstreetmap")]
#[inline(never)]
pub fn open_street_map() -> RegionsFile {
    (
        include_bytes!(concat!(env!("OUT_DIR"), "/geodata-osm.bin")),
        include_str!(concat!(env!("OUT_DIR"), "/geodata-osm.names")),
    )
}

/// The boundaries of all of them, and those of time zones, in layers: countries, units,
/// time zones, and the units of `OpenStreetMap`, where those are built in.
#[inline(never)]
pub fn grid() -> &'static [u8] {
    include_bytes!(concat!(env!("OUT_DIR"), "/grid.bin"))
}

/// The names of the zones, a line each, in the order of the units of their layer; the
/// boundaries are under the Open Database License, see `data/NOTICE.md`.
#[inline(never)]
pub fn zones() -> &'static str {
    include_str!(concat!(env!("OUT_DIR"), "/time-zones.names"))
}
