//! The coordinate system that maps of mainland China are drawn in (GCJ-02), and
//! that some phones sold there write into photos. It moves points by 100 to 700 m.
//!
//! The formula was published by its users (eviltransform and others agree on it);
//! the authority has published none. The way back has no formula of its own: it is
//! found by repeating the way there.

use std::f64::consts::PI;

use super::position::Position;

/// The system that the positions of a folder are written in.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Coordinates {
    /// That of GPS, which everything but some phones writes.
    #[default]
    Wgs84,
    /// That of maps of mainland China.
    Gcj02,
}

impl Coordinates {
    /// The name on the command line and in the dataset.
    pub fn name(self) -> &'static str {
        match self {
            Self::Wgs84 => "wgs84",
            Self::Gcj02 => "gcj02",
        }
    }

    /// The position in WGS 84 of one that was read. Phones that write GCJ-02 do so
    /// in mainland China only, which `in_china` tells.
    pub fn to_wgs84(self, read: Position, in_china: impl Fn(Position) -> bool) -> Position {
        if self == Self::Wgs84 {
            return read;
        }
        let moved = to_wgs84(read);
        if moved != read && in_china(moved) {
            moved
        } else {
            read
        }
    }
}

/// The semi-major axis of the Krasovsky 1940 ellipsoid, in metres.
const SEMI_MAJOR_AXIS: f64 = 6_378_245.0;
/// The square of that ellipsoid's eccentricity.
const ECCENTRICITY_SQUARED: f64 = 0.006_693_421_622_965_943;

/// The position in WGS 84 of one in GCJ-02, to within 1e-9 degrees. Outside the box
/// in which the system moves points it is the same.
pub fn to_wgs84(gcj02: Position) -> Position {
    let (lat, lon) = degrees_to_wgs84(gcj02.lat(), gcj02.lon());
    Position::new(lat, lon).unwrap_or(gcj02)
}

/// As [`to_wgs84`], for degrees that need not be a position.
pub fn degrees_to_wgs84(gcj02_lat: f64, gcj02_lon: f64) -> (f64, f64) {
    let (mut lat, mut lon) = (gcj02_lat, gcj02_lon);
    // Each round makes the error some thousand times smaller.
    for _ in 0..5 {
        let (moved_lat, moved_lon) = from_wgs84(lat, lon);
        lat -= moved_lat - gcj02_lat;
        lon -= moved_lon - gcj02_lon;
    }
    (lat, lon)
}

/// Degrees north and east in GCJ-02 of degrees in WGS 84.
pub fn from_wgs84(lat: f64, lon: f64) -> (f64, f64) {
    // The box that the published code has.
    if !(0.8293..=55.8271).contains(&lat) || !(72.004..=137.8347).contains(&lon) {
        return (lat, lon);
    }
    let (x, y) = (lon - 105.0, lat - 35.0);
    let waves = |terms: [(f64, f64); 2], at: f64| {
        terms
            .map(|(height, length)| height * (at / length * PI).sin())
            .iter()
            .sum::<f64>()
            * 2.0
            / 3.0
    };
    let common = waves([(20.0, 1.0 / 6.0), (20.0, 0.5)], x);
    let north = -100.0
        + 2.0 * x
        + 3.0 * y
        + 0.2 * y * y
        + 0.1 * x * y
        + 0.2 * x.abs().sqrt()
        + common
        + waves([(20.0, 1.0), (40.0, 3.0)], y)
        + waves([(160.0, 12.0), (320.0, 30.0)], y);
    let east = 300.0
        + x
        + 2.0 * y
        + 0.1 * x * x
        + 0.1 * x * y
        + 0.1 * x.abs().sqrt()
        + common
        + waves([(20.0, 1.0), (40.0, 3.0)], x)
        + waves([(150.0, 12.0), (300.0, 30.0)], x);
    let sine = lat.to_radians().sin();
    let flattened = 1.0 - ECCENTRICITY_SQUARED * sine * sine;
    let meridian = SEMI_MAJOR_AXIS * (1.0 - ECCENTRICITY_SQUARED) / (flattened * flattened.sqrt());
    let parallel = SEMI_MAJOR_AXIS / flattened.sqrt() * lat.to_radians().cos();
    (
        lat + (north / meridian).to_degrees(),
        lon + (east / parallel).to_degrees(),
    )
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn known_points_move_as_maps_show_them() {
        // Shanghai, Shenzhen and Beijing, as others that use the formula have them.
        for (wgs, gcj) in [
            (
                (31.177_427_6, 121.527_210_6),
                (31.175_303_984, 121.531_541_859),
            ),
            ((22.543_847, 113.912_316), (22.540_796_132, 113.917_176_481)),
            ((39.911_954, 116.377_817), (39.913_345_455, 116.384_047_225)),
        ] {
            let (lat, lon) = from_wgs84(wgs.0, wgs.1);
            assert!(
                (lat - gcj.0).abs() < 1e-8 && (lon - gcj.1).abs() < 1e-8,
                "{lat},{lon}"
            );
        }
    }

    #[test]
    fn the_rest_of_the_world_stays() {
        let paris = Position::new(48.85, 2.35).unwrap();
        assert_eq!(to_wgs84(paris), paris);
    }

    proptest! {
        #[test]
        fn there_and_back_is_the_same(lat in 3.0..54.0f64, lon in 73.0..136.0f64) {
            let (moved_lat, moved_lon) = from_wgs84(lat, lon);
            let back = to_wgs84(Position::new(moved_lat, moved_lon).unwrap());
            prop_assert!((back.lat() - lat).abs() < 1e-9 && (back.lon() - lon).abs() < 1e-9);
        }
    }
}
