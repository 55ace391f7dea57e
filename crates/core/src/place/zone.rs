//! Time zones: which one a point lies in, and what offset it has when.

use std::sync::LazyLock;

use chrono_tz::Tz;

use super::built_in;
use crate::capture::position::Position;

static ZONES: LazyLock<Vec<Option<Tz>>> = LazyLock::new(|| {
    let names = built_in::ZONES.lines();
    names.map(|name| name.parse().ok()).collect()
});

/// The IANA zone of a point. At sea it is one of the nautical `Etc/GMT` zones.
pub fn zone_of(position: Position) -> Option<Tz> {
    ZONES.get(built_in::zone_at(position)?).copied().flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_boundaries_are_of_the_release_that_is_named() {
        let library = tzf_rs::EmbeddedFinder::new();
        assert_eq!(library.data_version(), crate::place::ZONE_BOUNDARIES);
    }

    #[test]
    fn points_have_zones() {
        let zone = |lat, lon| zone_of(Position::new(lat, lon).unwrap()).map(|z| z.name());
        assert_eq!(zone(30.2489, 120.1485), Some("Asia/Shanghai"));
        assert_eq!(zone(52.0907, 5.1214), Some("Europe/Amsterdam"));
        assert_eq!(zone(-30.0, -25.0), Some("Etc/GMT+2"));
    }

    #[test]
    fn every_zone_is_known_to_the_rules() {
        assert!(ZONES.len() > 440 && ZONES.iter().all(Option::is_some));
    }

    /// The library that has the same boundaries, a little less simplified.
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
            let ours = zone_of(Position::new(lat, lon).unwrap()).map(|zone| zone.name());
            same += i32::from(ours == Some(library.get_tz_name(lon, lat)));
        }
        assert!(same >= all - 10, "{same} of {all}");
    }

    #[test]
    fn the_ends_of_the_world_have_zones() {
        for (lat, lon) in [(90.0, 0.0), (-90.0, 0.0), (0.0, 180.0), (0.0, -180.0)] {
            assert!(
                zone_of(Position::new(lat, lon).unwrap()).is_some(),
                "{lat},{lon}"
            );
        }
    }
}
