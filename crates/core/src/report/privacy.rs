//! What a page keeps to itself: where home is, and how exactly places are told.

use crate::capture::position::Position;
use crate::trip::known::{Homes, KnownHome};

/// Metres in a degree of latitude.
const DEGREE: f64 = 111_195.0;

/// What a page keeps to itself.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Privacy {
    /// Whether it tells nothing of homes, and no position that counts as one.
    pub hide_home: bool,
    /// To how many metres it rounds positions, 0 for not at all.
    pub round_metres: u32,
}

/// Positions as a page tells them.
pub(super) struct Blur {
    /// The circles that stay untold, with their radii in metres.
    hidden: Vec<(Position, f64)>,
    round_metres: u32,
}

impl Blur {
    pub(super) fn new(privacy: Privacy, homes: &Homes) -> Self {
        let circle = |home: &KnownHome| (home.centre.0, home.radius_km * 1_000.0);
        let hidden = homes.list.iter().map(circle);
        Self {
            hidden: if privacy.hide_home {
                hidden.collect()
            } else {
                Vec::new()
            },
            round_metres: privacy.round_metres,
        }
    }

    /// What the page tells of a position: nothing within the radius of a home that is hidden.
    pub(super) fn of(&self, position: Position) -> Option<Position> {
        let hides = |(centre, radius): &(Position, f64)| centre.distance(position).0 <= *radius;
        if self.hidden.iter().any(hides) {
            return None;
        }
        if self.round_metres == 0 {
            return Some(position);
        }
        // A round number of steps from the equator, and on that parallel from Greenwich.
        let step = f64::from(self.round_metres) / DEGREE;
        let to = |degrees: f64, step: f64| (degrees / step).round() * step;
        let lat = to(position.lat(), step).clamp(-90.0, 90.0);
        let narrow = lat.to_radians().cos().max(0.01);
        let lon = to(position.lon(), step / narrow).clamp(-180.0, 180.0);
        Position::new(lat, lon).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(lat: f64, lon: f64) -> Position {
        Position::new(lat, lon).unwrap()
    }

    fn blur(hidden: &[(Position, f64)], round_metres: u32) -> Blur {
        Blur {
            hidden: hidden.to_vec(),
            round_metres,
        }
    }

    #[test]
    fn nothing_is_told_within_the_radius_of_a_hidden_home() {
        let home = at(52.09, 5.12);
        let blur = blur(&[(home, 25_000.0)], 0);
        assert_eq!(blur.of(home), None);
        assert_eq!(blur.of(at(52.3, 5.12)), None, "23 km north");
        assert_eq!(blur.of(at(52.33, 5.12)), Some(at(52.33, 5.12)));
    }

    #[test]
    fn positions_are_rounded_in_both_directions() {
        let blur = blur(&[], 1_000);
        for (lat, lon) in [
            (52.0907, 5.1214),
            (-33.86, 151.21),
            (89.999, 12.0),
            (0.0, 179.9999),
        ] {
            let exact = at(lat, lon);
            let told = blur.of(exact).unwrap();
            assert!(exact.distance(told).0 <= 710.0, "{exact:?} {told:?}");
            assert_eq!(
                blur.of(at(lat, lon - 1e-7)),
                Some(told),
                "neighbours are one"
            );
        }
    }
}
