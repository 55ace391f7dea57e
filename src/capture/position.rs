//! A place on the globe where a camera can have been.

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

/// Degrees north and east as people type them: `30.2489,120.1485`.
pub fn degrees(text: &str) -> Option<(f64, f64)> {
    let (lat, lon) = text.split_once(',')?;
    Some((lat.trim().parse().ok()?, lon.trim().parse().ok()?))
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

    /// Degrees north, −90 to 90.
    pub fn lat(self) -> f64 {
        self.lat
    }

    /// Degrees east, −180 to below 180.
    pub fn lon(self) -> f64 {
        self.lon
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
    fn the_antimeridian_has_one_name() {
        let east = Position::new(-17.0, 180.0).unwrap();
        assert_eq!(east, Position::new(-17.0, -180.0).unwrap());
    }
}
