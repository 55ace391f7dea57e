//! The country of a point beside a border, by a second witness.
//!
//! Outlines of countries have corners some hundred metres to some kilometres apart:
//! by them the centre of El Paso lies in Mexico. The boundaries of time zones are drawn
//! from other surveys and finer, and each zone lies in one country, so where they say
//! otherwise than the outline close to a border, they are believed.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::geodata::{Geodata, group_of};
use super::grid::Spot;
use super::zone;
use crate::capture::position::Position;

/// How far outside an outline a point may lie that belongs to it, in metres: as far as
/// outlines are known to be wrong.
const ERROR: f64 = 6_000.0;

/// The country that each zone lies in.
const ZONES: &str = include_str!("../../data/zones.tsv");

/// Countries and territories that do not agree on their border, or share a zone: there
/// `data/disputed.tsv` and the outlines have the word.
const CONTESTED: &str =
    "AE AM AZ BT CY EG EH ET GE IL IN JP KP KR MA NP OM PK PS RS RU SD SS SY TJ UA XK";

static COUNTRIES: LazyLock<HashMap<&str, u16>> = LazyLock::new(|| {
    let rows = ZONES.lines().filter_map(|row| row.split_once('\t'));
    rows.filter_map(|(zone, country)| Some((zone, group_of(country)?)))
        .collect()
});

static CONTESTED_GROUPS: LazyLock<Vec<u16>> =
    LazyLock::new(|| CONTESTED.split(' ').filter_map(group_of).collect());

/// The country of a point that lies in the outline of `country`.
pub(super) fn country(file: &Geodata, position: Position, spot: Spot, country: u16) -> u16 {
    let is_contested = |group| CONTESTED_GROUPS.contains(&group);
    if !file.countries.may_be_near(spot, ERROR) || is_contested(country) {
        return country;
    }
    let witness = || {
        let zone = zone::zone_of(position)?;
        let other = COUNTRIES.get(zone.name()).copied()?;
        (other != country && !is_contested(other)).then_some(other)
    };
    witness()
        .filter(|other| {
            let same = |unit| unit == *other;
            file.countries.nearest(spot, ERROR, same).is_some()
        })
        .unwrap_or(country)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_zone_has_a_country_and_a_name() {
        assert!(COUNTRIES.len() > 400);
        let rows = ZONES.lines().skip(1);
        for zone in rows.filter_map(|row| Some(row.split_once('\t')?.0)) {
            assert!(zone.parse::<chrono_tz::Tz>().is_ok(), "{zone}");
        }
    }

    #[test]
    fn contested_borders_are_left_to_the_outlines() {
        let kosovo = group_of("XK").unwrap();
        assert!(CONTESTED_GROUPS.contains(&kosovo));
        assert!(!CONTESTED_GROUPS.contains(&group_of("US").unwrap()));
    }
}
