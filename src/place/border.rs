//! The country of a point beside a border, by a second witness.
//!
//! Outlines of countries have corners some hundred metres to some kilometres apart:
//! by them the centre of El Paso lies in Mexico. The boundaries of time zones are drawn
//! from other surveys and finer, and each zone lies in one country, so where they say
//! otherwise than the outline close to a border, they are believed. They are a layer of
//! the geodata, since opening the zones themselves and asking them takes ten times as
//! long.

use std::sync::LazyLock;

use super::geodata::{Geodata, group_of};
use super::grid::Spot;

/// How far outside an outline a point may lie that belongs to it, in metres: as far as
/// outlines are known to be wrong.
const ERROR: f64 = 6_000.0;

/// Countries and territories that do not agree on their border, or share a zone: there
/// `data/disputed.tsv` and the outlines have the word.
const CONTESTED: &str =
    "AE AM AZ BT CY EG EH ET GE IL IN JP KP KR MA NP OM PK PS RS RU SD SS SY TJ UA XK";

static CONTESTED_GROUPS: LazyLock<Vec<u16>> =
    LazyLock::new(|| CONTESTED.split(' ').filter_map(group_of).collect());

/// The country of a point that lies in the outline of `country`.
pub(super) fn country(outlines: &Geodata, witness: &Geodata, spot: Spot, country: u16) -> u16 {
    let is_contested = |group| CONTESTED_GROUPS.contains(&group);
    if !outlines.countries.may_be_near(spot, ERROR) || is_contested(country) {
        return country;
    }
    let other = witness.witness.unit_at(spot, |_| true);
    other
        .filter(|other| *other != country && !is_contested(*other))
        .filter(|other| {
            let same = |unit| unit == *other;
            (outlines.countries.nearest(spot, ERROR, same)).is_some()
        })
        .unwrap_or(country)
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use super::*;
    use crate::capture::position::Position;
    use crate::place::built_in::FILES;
    use crate::place::grid::{COLUMNS, ROWS, STEPS};
    use crate::place::zone::zone_of;

    /// The country of each zone, and the zones themselves, against the layer made of them.
    #[test]
    #[cfg(feature = "openstreetmap")]
    fn the_witness_says_what_the_zones_say() {
        let rows = include_str!("../../data/zones.tsv").lines().skip(1);
        let pairs = rows.map(|row| row.split_once('\t').unwrap());
        let countries: HashMap<&str, u16> =
            (pairs.map(|(zone, code)| (zone, group_of(code).unwrap()))).collect();
        assert!(countries.len() > 400);
        let (outlines, witness) = (FILES.last().unwrap(), &FILES[0].witness);
        let mixed = |(row, column): &(i64, i64)| outlines.countries.is_mixed(*row, *column);
        let cells = (0..ROWS).flat_map(|row| (0..COLUMNS).map(move |column| (row, column)));
        let (mut same, mut all) = (0, 0);
        for (i, (row, column)) in cells.filter(mixed).step_by(7).enumerate() {
            let step = i64::try_from(i).unwrap() * 7_919 % STEPS * 2 + 1;
            let spot = Spot {
                row,
                column,
                x: step,
                y: 2 * STEPS - step,
            };
            let (lat, lon) = spot.degrees();
            let zone = zone_of(Position::new(lat, lon).unwrap()).unwrap();
            let country = countries.get(zone.name()).copied();
            all += 1;
            same += u32::from(witness.unit_at(spot, |_| true) == country);
        }
        assert!(all > 9_000 && same * 1000 >= all * 998, "{same} of {all}");
    }

    #[test]
    fn contested_borders_are_left_to_the_outlines() {
        let kosovo = group_of("XK").unwrap();
        assert!(CONTESTED_GROUPS.contains(&kosovo));
        assert!(!CONTESTED_GROUPS.contains(&group_of("US").unwrap()));
    }
}
