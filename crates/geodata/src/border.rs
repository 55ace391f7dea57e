//! The country of a point beside a border, by a second witness.
//!
//! Outlines of countries have corners some hundred metres to some kilometres apart:
//! by them the centre of El Paso lies in Mexico. The boundaries of time zones are drawn
//! from other surveys and finer, and each zone lies in one country, so where they say
//! otherwise than the outline close to a border, they are believed.

use std::collections::HashMap;

use crate::format::group_of;
use crate::grid::{Here, Layer, Spot};

/// How far outside an outline a point may lie that belongs to it, in metres: as far as
/// outlines are known to be wrong.
const ERROR: f64 = 6_000.0;

/// Countries and territories that do not agree on their border, or share a zone: there
/// `data/disputed.tsv` and the outlines decide.
const CONTESTED: &str =
    "AE AM AZ BT CY EG EH ET GE IL IN JP KP KR MA NP OM PK PS RS RU SD SS SY TJ UA XK";

/// Borders that treaties settle, mostly along rivers, whatever else the two do not agree on with
/// others: China's with Russia (2004), North Korea (1962) and Vietnam (1999).
const SETTLED: [[&str; 2]; 3] = [["CN", "KP"], ["CN", "RU"], ["CN", "VN"]];

/// Up to here from the line of such a border a point is on the side with the nearer place, in
/// metres: a bridge or a waterfall is of the bank that people stand on.
const BANK: f64 = 300.0;

/// What time zones tell about borders.
#[derive(Debug, Clone)]
pub struct Borders {
    /// The group of the country that each zone lies in; those at sea have none.
    countries: Vec<Option<u16>>,
    /// Groups of countries whose borders the zones do not decide.
    contested: Vec<u16>,
    /// The groups on both sides of settled borders.
    settled: Vec<[Option<u16>; 2]>,
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
            settled: SETTLED.map(|sides| sides.map(group_of)).into(),
        }
    }

    /// The group of the country of a point that lies in a time zone, told by its number,
    /// and in the outline of `country`.
    pub fn country(&self, outlines: &Layer, here: &Here, zone: Option<usize>, country: u16) -> u16 {
        let is_contested = |other: u16| {
            let contested = [other, country].map(|group| self.contested.contains(&group));
            contested != [false; 2] && !self.is_settled(other, country)
        };
        let witness = || *self.countries.get(zone?)?;
        witness()
            .filter(|other| *other != country && !is_contested(*other))
            .filter(|other| {
                let same = |unit| unit == *other;
                outlines.nearest(here.spot, ERROR, same).is_some()
            })
            .unwrap_or(country)
    }

    /// Whether a treaty settles the border of two groups.
    fn is_settled(&self, one: u16, other: u16) -> bool {
        let sides = [Some(one), Some(other)];
        (self.settled.iter()).any(|pair| sides == *pair || sides == [pair[1], pair[0]])
    }

    /// The group across a settled border that a point of a country is close to.
    pub fn across(&self, zones: &Layer, spot: Spot, country: u16) -> Option<u16> {
        if !self.settled.as_flattened().contains(&Some(country)) {
            return None;
        }
        let of = |zone: u16| *self.countries.get(usize::from(zone))?;
        let wanted = |zone| of(zone).is_some_and(|other| self.is_settled(other, country));
        of(zones.nearest(spot, BANK, wanted)?.0)
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
    fn settled_borders_are_so_from_both_sides() {
        let borders = Borders::new("", "");
        let is_settled = |[one, other]: [&str; 2]| {
            let [one, other] = [one, other].map(|code| group_of(code).unwrap());
            borders.is_settled(one, other)
        };
        assert!(is_settled(["CN", "RU"]) && is_settled(["RU", "CN"]));
        assert!(!is_settled(["RU", "UA"]) && !is_settled(["KP", "RU"]));
    }

    #[test]
    fn contested_borders_are_left_to_the_outlines() {
        let contested = Borders::new("", "").contested;
        assert!(contested.contains(&group_of("XK").unwrap()));
        assert!(!contested.contains(&group_of("US").unwrap()));
        assert_eq!(contested.len(), CONTESTED.split(' ').count());
    }
}
