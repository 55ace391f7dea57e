//! The country of a point beside a border, by a second witness.
//!
//! Outlines of countries have corners some hundred metres to some kilometres apart:
//! by them the centre of El Paso lies in Mexico. The boundaries of time zones are drawn
//! from other surveys and finer, and each zone lies in one country, so where they say
//! otherwise than the outline close to a border, they are believed.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::geodata::{Geodata, group_of};
use super::grid::Here;
use super::zone;

/// The country that each zone lies in.
const ZONES: &str = include_str!("../../../../data/zones.tsv");

/// The country of each zone, in the order of [`zone::NAMES`]; those at sea have none.
static COUNTRIES: LazyLock<Vec<Option<u16>>> = LazyLock::new(|| {
    let rows = ZONES.lines().filter_map(|row| row.split_once('\t'));
    let known: HashMap<&str, u16> = rows
        .filter_map(|(zone, country)| Some((zone, group_of(country)?)))
        .collect();
    let country = |zone| known.get(zone).copied();
    zone::NAMES.lines().map(country).collect()
});

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
pub(super) fn country(outlines: &Geodata, here: &Here, country: u16) -> u16 {
    let is_contested = |group| CONTESTED_GROUPS.contains(&group);
    let witness = || *COUNTRIES.get(zone::line_at(here)?)?;
    witness()
        .filter(|other| *other != country && !is_contested(*other) && !is_contested(country))
        .filter(|other| {
            let same = |unit| unit == *other;
            (outlines.countries.nearest(here.spot, ERROR, same)).is_some()
        })
        .unwrap_or(country)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_country_of_a_zone_has_its_zone() {
        let found = COUNTRIES.iter().flatten().count();
        assert!(found > 400, "{found}");
        for (zone, country) in zone::NAMES.lines().zip(COUNTRIES.iter()) {
            assert_eq!(country.is_none(), zone.starts_with("Etc/"), "{zone}");
        }
    }

    #[test]
    fn contested_borders_are_left_to_the_outlines() {
        let kosovo = group_of("XK").unwrap();
        assert!(CONTESTED_GROUPS.contains(&kosovo));
        assert!(!CONTESTED_GROUPS.contains(&group_of("US").unwrap()));
    }
}
