//! A place on the globe where a camera can have been.

use std::fmt;
use std::str::FromStr;

use imm_cluster_messages::text;

/// A WGS 84 position: finite, in range, and not the (0, 0) of a receiver
/// without a fix.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Position {
    lat: f64,
    lon: f64,
}

/// Why two numbers are no position.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NoPosition {
    /// A degree is not a number, or infinite.
    #[error("not a number")]
    NotFinite,
    /// The latitude is beyond a pole, or the longitude beyond ±180°.
    #[error("out of range")]
    OutOfRange,
    /// Exactly (0, 0), which receivers write when they have no fix.
    #[error("0,0 means no fix")]
    NoFix,
}

/// A distance on the ground, in metres.
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd)]
pub struct Metres(pub f64);

/// The mean radius of the Earth in metres (IUGG).
pub(crate) const EARTH_RADIUS: f64 = 6_371_008.8;

impl fmt::Display for Metres {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0 >= 1_000.0 {
            write!(f, "{} km", (self.0 / 10.0).round() / 100.0)
        } else {
            write!(f, "{} m", (self.0 * 10.0).round() / 10.0)
        }
    }
}

impl FromStr for Metres {
    type Err = String;

    /// A number with `m` or `km`; without either it counts metres.
    fn from_str(text: &str) -> Result<Self, String> {
        let text = text.trim();
        let (number, unit) = match (text.strip_suffix("km"), text.strip_suffix('m')) {
            (Some(number), _) => (number, 1_000.0),
            (None, Some(number)) => (number, 1.0),
            (None, None) => (text, 1.0),
        };
        let number: f64 = (number.trim().parse()).map_err(|_| text!("no-distance", text = text))?;
        Ok(Self(number * unit))
    }
}

/// Degrees north and east as people type them: `30.2489,120.1485`.
pub fn degrees(text: &str) -> Option<(f64, f64)> {
    let (lat, lon) = text.split_once(',')?;
    Some((lat.trim().parse().ok()?, lon.trim().parse().ok()?))
}

/// Degrees to the seventh decimal: 1.1 cm of a latitude.
pub(crate) fn centimetres(degrees: f64) -> f64 {
    (degrees * 1e7).round() / 1e7
}

impl Position {
    /// A position from degrees north and degrees east. Longitude 180 is −180.
    ///
    /// # Errors
    /// Says why the numbers are no position.
    pub fn new(lat: f64, lon: f64) -> Result<Self, NoPosition> {
        if !lat.is_finite() || !lon.is_finite() {
            return Err(NoPosition::NotFinite);
        }
        if lat.abs() > 90.0 || lon.abs() > 180.0 {
            return Err(NoPosition::OutOfRange);
        }
        if lat == 0.0 && lon == 0.0 {
            return Err(NoPosition::NoFix);
        }
        // Adding zero turns -0.0 into 0.0, so that equal positions print alike.
        let lon = if lon >= 180.0 { -180.0 } else { lon + 0.0 };
        Ok(Self {
            lat: lat + 0.0,
            lon,
        })
    }

    /// As [`Position::new`], where whoever says 0,0 means that place in the Gulf of Guinea, and
    /// not that there is no fix.
    ///
    /// # Errors
    /// Says why the numbers are no position.
    pub fn meant(lat: f64, lon: f64) -> Result<Self, NoPosition> {
        match (lat, lon) {
            (0.0, 0.0) => Self::new(0.0, f64::MIN_POSITIVE),
            _ => Self::new(lat, lon),
        }
    }

    /// The position at these finite degrees, moved onto the globe where they lie beyond it.
    pub(crate) fn clamped(lat: f64, lon: f64) -> Self {
        // Only what is beyond it: the way over 360 costs the last digits of a longitude.
        let lon = if (-180.0..180.0).contains(&lon) {
            lon
        } else {
            (lon + 180.0).rem_euclid(360.0) - 180.0
        };
        Self {
            lat: lat.clamp(-90.0, 90.0) + 0.0,
            lon: if lon >= 180.0 { -180.0 } else { lon + 0.0 },
        }
    }

    /// The same, to the sixth decimal, a tenth of a metre: short where it is written, and the
    /// same on all systems whatever their sines are.
    pub(crate) fn rounded(lat: f64, lon: f64) -> Self {
        let [lat, lon] = [lat, lon].map(|degrees| (degrees * 1e6).round() / 1e6);
        Self::clamped(lat, lon)
    }

    /// The great-circle distance to another position, by the haversine formula.
    pub fn distance(self, other: Self) -> Metres {
        let half_lat = (other.lat - self.lat).to_radians() / 2.0;
        let half_lon = (other.lon - self.lon).to_radians() / 2.0;
        let h = half_lat.sin().powi(2)
            + self.lat.to_radians().cos() * other.lat.to_radians().cos() * half_lon.sin().powi(2);
        Metres(2.0 * EARTH_RADIUS * h.sqrt().min(1.0).asin())
    }

    /// The position at a share of the way to another one along the great circle, 0 for here
    /// and 1 for there (spherical linear interpolation). There is no one way to the other
    /// side of the globe: of such a pair it is the nearer end.
    #[must_use]
    pub fn towards(self, other: Self, share: f64) -> Self {
        Way::new(self, other).at(share)
    }

    /// Degrees north, −90 to 90.
    pub fn lat(self) -> f64 {
        self.lat
    }

    /// Degrees east, −180 to below 180.
    pub fn lon(self) -> f64 {
        self.lon
    }
}

/// The way from one position to another along the great circle, with what all positions on
/// it have in common.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Way {
    ends: [Position; 2],
    /// Sine and cosine of the latitude and of the longitude of each end.
    turns: [[(f64, f64); 2]; 2],
    length: Metres,
    /// The angle between the ends at the centre of the globe, and its sine.
    angle: f64,
    sin_angle: f64,
}

impl Way {
    pub(crate) fn new(from: Position, to: Position) -> Self {
        let length = from.distance(to);
        let angle = length.0 / EARTH_RADIUS;
        let turns =
            |end: Position| [end.lat, end.lon].map(|degrees| degrees.to_radians().sin_cos());
        Self {
            ends: [from, to],
            turns: [turns(from), turns(to)],
            length,
            angle,
            sin_angle: angle.sin(),
        }
    }

    /// The great-circle distance of its ends.
    pub(crate) fn length(&self) -> Metres {
        self.length
    }

    /// As [`Position::towards`].
    pub(crate) fn at(&self, share: f64) -> Position {
        let [from, to] = self.ends;
        if self.sin_angle < 1e-12 {
            return if share < 0.5 { from } else { to };
        }
        let parts = [(1.0 - share) * self.angle, share * self.angle];
        let (mut x, mut y, mut z) = (0.0, 0.0, 0.0);
        for (turns, part) in self.turns.iter().zip(parts) {
            let [(sin_lat, cos_lat), (sin_lon, cos_lon)] = turns;
            let weight = part.sin() / self.sin_angle;
            x += weight * cos_lat * cos_lon;
            y += weight * cos_lat * sin_lon;
            z += weight * sin_lat;
        }
        let (lat, lon) = (z.atan2(x.hypot(y)), y.atan2(x));
        Position::clamped(lat.to_degrees(), lon.to_degrees())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_places_on_the_globe_are_positions() {
        assert!(Position::new(90.0, -180.0).is_ok());
        assert!(Position::new(0.0, 6.5).is_ok());
        assert_eq!(Position::new(0.0, -0.0), Err(NoPosition::NoFix));
        assert_eq!(Position::new(213.64, 0.0), Err(NoPosition::OutOfRange));
        assert_eq!(Position::new(1.0, -180.5), Err(NoPosition::OutOfRange));
        assert_eq!(Position::new(f64::NAN, 1.0), Err(NoPosition::NotFinite));
        assert_eq!(
            Position::new(1.0, f64::INFINITY),
            Err(NoPosition::NotFinite)
        );
    }

    #[test]
    fn distances_wrap_at_the_antimeridian() {
        let at = |lat, lon| Position::new(lat, lon).unwrap();
        let across = at(-17.0, 179.99).distance(at(-17.0, -179.99));
        assert!(
            across > Metres(2_100.0) && across < Metres(2_200.0),
            "{across}"
        );
        assert!(at(0.0, 1.0).distance(at(1.0, 1.0)) > Metres(111_190.0));
        assert!(at(90.0, 0.5).distance(at(90.0, 77.0)) < Metres(0.5));
    }

    #[test]
    fn the_way_lies_on_the_great_circle() {
        let at = |lat, lon| Position::new(lat, lon).unwrap();
        // Along a meridian, over the antimeridian, and over a pole.
        for (from, to, middle) in [
            (at(10.0, 20.0), at(12.0, 20.0), at(11.0, 20.0)),
            (at(0.0, 179.0), at(0.0, -179.0), at(0.0, 180.0)),
            (at(80.0, 0.0), at(80.0, 180.0), at(90.0, 0.0)),
        ] {
            assert!(from.towards(to, 0.5).distance(middle) < Metres(0.01));
            assert!(from.towards(to, 0.0).distance(from) < Metres(0.01));
            assert!(from.towards(to, 1.0).distance(to) < Metres(0.01));
        }
        let (from, to) = (at(48.0, 2.0), at(48.5, 3.0));
        let quarter = from.towards(to, 0.25);
        let all = from.distance(to).0;
        assert!((from.distance(quarter).0 - all / 4.0).abs() < 0.01);
        assert!((quarter.distance(to).0 - all * 0.75).abs() < 0.01);
        assert_eq!(from.towards(from, 0.3), from);
        assert_eq!(at(0.0, 10.0).towards(at(0.0, -170.0), 0.7), at(0.0, -170.0));
    }

    #[test]
    fn distances_are_written_with_their_unit() {
        assert_eq!("300m".parse(), Ok(Metres(300.0)));
        assert_eq!(" 1.5 km".parse(), Ok(Metres(1_500.0)));
        assert_eq!("80".parse(), Ok(Metres(80.0)));
        assert!("near".parse::<Metres>().is_err() && "m".parse::<Metres>().is_err());
        assert_eq!(Metres(299.96).to_string(), "300 m");
        assert_eq!(Metres(1_234.0).to_string(), "1.23 km");
    }

    #[test]
    fn the_antimeridian_has_one_name() {
        let east = Position::new(-17.0, 180.0).unwrap();
        assert_eq!(east, Position::new(-17.0, -180.0).unwrap());
    }
}
