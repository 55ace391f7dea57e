//! The country of a point beside a border, by a second witness.
//!
//! Outlines of countries have corners some hundred metres to some kilometres apart:
//! by them the centre of El Paso lies in Mexico. The boundaries of time zones are drawn
//! from other surveys and finer, and each zone lies in one country, so where they say
//! otherwise than the outline close to a border, they are believed.

use std::collections::HashMap;

use crate::format::group_of;
use crate::grid::{Here, Layer};

/// How far outside an outline a point may lie that belongs to it, in metres: as far as
/// outlines are known to be wrong.
const ERROR: f64 = 6_000.0;

/// Countries and territories that do not agree on their border, or share a zone: there
/// `data/disputed.tsv` and the outlines decide.
const CONTESTED: &str =
    "AE AM AZ BT CY EG EH ET GE IL IN JP KP KR MA NP OM PK PS RS RU SD SS SY TJ UA XK";

/// What time zones tell about borders.
#[derive(Debug, Clone)]
pub struct Borders {
    /// The group of the country that each zone lies in; those at sea have none.
    countries: Vec<Option<u16>>,
    /// Groups of countries whose borders the zones do not decide.
    contested: Vec<u16>,
}

impl Borders {
    /// Of zones, by name, a line each in the order of the units of their layer, and a
    /// table of the country that each lies in: a name, a tab, an ISO 3166-1 code.
    pub fn new(zones: &str, table: &str) -> Self {
        let rows = table.lines().filter_map(|row| row.split_once('\t'));
        let known: HashMap<&str, u16> = rows
            .filter_map(|(zone, country)| Some((zone, group_of(country)?)))
            .collect();
        Self {
            countries: zones.lines().map(|zone| known.get(zone).copied()).collect(),
            contested: CONTESTED.split(' ').filter_map(group_of).collect(),
        }
    }

    /// The group of the country of a point that lies in a time zone, told by its number,
    /// and in the outline of `country`.
    pub fn country(&self, outlines: &Layer, here: &Here, zone: Option<usize>, country: u16) -> u16 {
        let is_contested = |group: u16| self.contested.contains(&group);
        let witness = || *self.countries.get(zone?)?;
        witness()
            .filter(|other| *other != country && !is_contested(*other) && !is_contested(country))
            .filter(|other| {
                let same = |unit| unit == *other;
                outlines.nearest(here.spot, ERROR, same).is_some()
            })
            .unwrap_or(country)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn zones_have_the_countries_of_the_table() {
        let borders = Borders::new("Etc/GMT\nEurope/Paris\n", "# zones\nEurope/Paris\tFR\n");
        assert_eq!(borders.countries, [None, group_of("FR")]);
    }

    #[test]
    fn contested_borders_are_left_to_the_outlines() {
        let contested = Borders::new("", "").contested;
        assert!(contested.contains(&group_of("XK").unwrap()));
        assert!(!contested.contains(&group_of("US").unwrap()));
        assert_eq!(contested.len(), CONTESTED.split(' ').count());
    }
}
