//! The part of the globe that some positions lie in.

use serde::Serialize;

use crate::capture::position::Position;

/// A box of degrees and its centre. Where `west` is over `east`, the box lies
/// across the antimeridian.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Extent {
    /// The southernmost latitude.
    pub south: f64,
    /// The westernmost longitude.
    pub west: f64,
    /// The northernmost latitude.
    pub north: f64,
    /// The easternmost longitude.
    pub east: f64,
    /// Degrees north and east of the middle of the box.
    pub centre: (f64, f64),
}

impl Extent {
    /// The smallest box around the positions, `None` when there is none. Of the
    /// gaps between neighbouring longitudes, the widest is left out.
    pub fn around(positions: impl IntoIterator<Item = Position>) -> Option<Self> {
        let positions: Vec<Position> = positions.into_iter().collect();
        let mut lons: Vec<f64> = positions.iter().map(|p| p.lon()).collect();
        lons.sort_by(f64::total_cmp);
        let (first, last) = (*lons.first()?, *lons.last()?);
        let mut widest = (first + 360.0 - last, first, last);
        for pair in lons.windows(2) {
            let gap = pair[1] - pair[0];
            if gap > widest.0 {
                widest = (gap, pair[1], pair[0]);
            }
        }
        let (gap, west, east) = widest;
        let lats = || positions.iter().map(|p| p.lat());
        let (south, north) = (
            lats().fold(f64::MAX, f64::min),
            lats().fold(f64::MIN, f64::max),
        );
        let middle = west + (360.0 - gap) / 2.0;
        let middle = if middle >= 180.0 {
            middle - 360.0
        } else {
            middle
        };
        Some(Self {
            south,
            west,
            north,
            east,
            centre: (f64::midpoint(south, north), middle),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn around(points: &[(f64, f64)]) -> Option<Extent> {
        Extent::around(
            points
                .iter()
                .map(|(lat, lon)| Position::new(*lat, *lon).unwrap()),
        )
    }

    #[test]
    fn a_box_is_the_smallest_one() {
        let extent = around(&[(30.0, 120.0), (31.0, 121.0), (30.5, 120.5)]).unwrap();
        assert_eq!(
            (extent.west, extent.east, extent.centre),
            (120.0, 121.0, (30.5, 120.5))
        );
        assert_eq!(around(&[(1.0, 2.0)]).unwrap().centre, (1.0, 2.0));
        assert_eq!(around(&[]), None);
    }

    #[test]
    fn fiji_lies_across_the_antimeridian() {
        let extent = around(&[(-17.0, 178.0), (-18.0, -178.0), (-17.5, 179.0)]).unwrap();
        assert_eq!((extent.west, extent.east), (178.0, -178.0));
        assert_eq!(extent.centre, (-17.5, -180.0));
    }
}
