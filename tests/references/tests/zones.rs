//! Time zones against the library that has the same boundaries, a little less simplified.

use imm_cluster_core::capture::position::Position;
use imm_cluster_core::place::{ZONE_BOUNDARIES, zone};

#[test]
fn the_boundaries_are_of_the_release_that_is_named() {
    let library = tzf_rs::EmbeddedFinder::new();
    assert_eq!(library.data_version(), ZONE_BOUNDARIES);
}

#[test]
fn zones_are_those_of_the_library() {
    let library = tzf_rs::EmbeddedFinder::new();
    let (mut same, all) = (0, 20_000);
    for i in 0..all {
        // Spread evenly, and nowhere on a lattice.
        let (lat, lon) = (
            (f64::from(i) * 0.618_034).fract() * 180.0 - 90.0,
            (f64::from(i) * 0.414_214).fract() * 360.0 - 180.0,
        );
        let ours = zone::zone_of(Position::new(lat, lon).unwrap()).map(|zone| zone.name());
        same += i32::from(ours == Some(library.get_tz_name(lon, lat)));
    }
    assert!(same >= all - 10, "{same} of {all}");
}
