//! Time zones: which one a point lies in, and what offset it has when.

use std::sync::LazyLock;

use chrono_tz::Tz;

use super::built_in::{self, LocatedRegion};
use crate::capture::position::Position;

static ZONES: LazyLock<Vec<Option<Tz>>> = LazyLock::new(|| {
    let names = imm_cluster_embedded::zones().lines();
    names.map(|name| name.parse().ok()).collect()
});

/// The IANA zone of a point. At sea it is one of the nautical `Etc/GMT` zones.
pub fn zone_of(position: Position) -> Option<Tz> {
    named(built_in::zone_at(position)?)
}

/// The region of a point and its zone, by one look at the map.
pub fn region_and_zone(position: Position) -> (Option<LocatedRegion>, Option<Tz>) {
    let (region, zone) = LocatedRegion::with_zone(position);
    (region, zone.and_then(named))
}

/// The zone of a line of the embedded names.
fn named(line: usize) -> Option<Tz> {
    *ZONES.get(line)?
}

#[cfg(test)]
mod tests {
    use super::*;

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
