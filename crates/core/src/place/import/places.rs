//! What the places near a point name: levels as the table of countries has them.

use std::ops::Range;

use super::store::{Class, GROUP, Gazetteer, Place, Unit};
use crate::place::{Address, Level};

/// How the units of each country stand to the levels.
const LEVELS: &str = include_str!("../../../../../data/levels.tsv");
/// A place farther away is not the point's city, in metres.
const CITY_REACH: f64 = 30_000.0;
/// A place farther away does not say in which prefecture or county the point lies.
const AREA_REACH: f64 = 75_000.0;
/// A place farther away is not the point's township or neighbourhood.
const TOWNSHIP_REACH: f64 = 10_000.0;

/// Where a level takes its name from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Source {
    /// The unit of second, third or fourth order.
    Unit(usize),
    /// The nearest town; of townships the nearest place.
    Place,
    /// The nearest place, where it is a section of one.
    Section,
    /// The built-in data, where it has a name.
    BuiltIn,
}

/// The three levels that places name.
const NAMED: [Level; 3] = [Level::City, Level::District, Level::Township];
/// How many sources a level may have.
const SOURCES: usize = 6;

/// The sources of a level in a column of the table. What cannot be told from here
/// is left to the built-in data.
fn sources(column: &str) -> impl Iterator<Item = Source> {
    let words = column
        .split('|')
        .take_while(|word| !matches!(*word, "parent" | "-"));
    words.map(|word| match word {
        "a2" => Source::Unit(0),
        "a3" => Source::Unit(1),
        "a4" => Source::Unit(2),
        "place" | "nearest" => Source::Place,
        "section" => Source::Section,
        _ => Source::BuiltIn,
    })
}

/// A group of places as it is written: their range, which the writer fills in, the
/// number of the first-order unit, the country, and the sources of three levels.
pub(super) fn new_group(country: &str, code: &str, id: u32) -> [u8; GROUP] {
    let rows = || LEVELS.lines().filter(|line| !line.starts_with('#'));
    let row = |wanted: &str| rows().find(|line| line.split('\t').next() == Some(wanted));
    let row = row(&format!("{country}.{code}"))
        .or_else(|| row(country))
        .or_else(|| row("*"));
    let columns = || row.unwrap_or_default().split('\t');
    let heading = || rows().next().unwrap_or_default().split('\t');
    let mut group = [0; GROUP];
    group[8..12].copy_from_slice(&id.to_le_bytes());
    for (to, from) in group[12..14].iter_mut().zip(country.bytes()) {
        *to = from;
    }
    for (i, level) in NAMED.into_iter().enumerate() {
        let column = heading().position(|name| name == level.name());
        let column = column
            .and_then(|column| columns().nth(column))
            .unwrap_or_default();
        for (k, source) in sources(column).take(SOURCES).enumerate() {
            group[14 + i * SOURCES + k] = match source {
                Source::Unit(order) => 1 + u8::try_from(order).unwrap_or(0),
                Source::Place => 4,
                Source::Section => 5,
                Source::BuiltIn => 6,
            };
        }
    }
    group
}

fn source_of(byte: u8) -> Option<Source> {
    match byte {
        1..=3 => Some(Source::Unit(usize::from(byte - 1))),
        4 => Some(Source::Place),
        5 => Some(Source::Section),
        6 => Some(Source::BuiltIn),
        _ => None,
    }
}

/// The places of a group.
fn range(group: &[u8; GROUP]) -> Range<usize> {
    let number = |i: usize| {
        u32::from_le_bytes([group[i], group[i + 1], group[i + 2], group[i + 3]]) as usize
    };
    number(0)..number(4)
}

/// What the places near a point name, from the country downwards: places of the
/// province that the built-in data has found, or of the country where the dump does
/// not know that province.
pub(super) fn around<'a>(
    gazetteer: &'a Gazetteer,
    lon: f64,
    lat: f64,
    address: &Address,
) -> [Option<Unit<'a>>; 5] {
    let mut named = [None; 5];
    let country = address.country_code.as_deref().unwrap_or_default();
    let groups = gazetteer.groups();
    let from = groups.partition_point(|group| &group[12..14] < country.as_bytes());
    let groups = groups.get(from..).unwrap_or_default();
    let to = groups.partition_point(|group| &group[12..14] == country.as_bytes());
    let groups = groups.get(..to).unwrap_or_default();
    let province = address
        .ids
        .get(Level::Province.index())
        .and_then(|id| id.strip_prefix('g')?.parse::<u32>().ok());
    let id = |group: &[u8; GROUP]| u32::from_le_bytes([group[8], group[9], group[10], group[11]]);
    let group = groups
        .iter()
        .find(|group| province == Some(id(group)) && !range(group).is_empty());
    let (rules, among) = match (group, groups.first()) {
        (Some(group), _) => (group, range(group)),
        (None, Some(first)) => {
            let ranges = || groups.iter().map(range).filter(|range| !range.is_empty());
            let start = ranges().map(|range| range.start).min().unwrap_or(0);
            (
                first,
                start..ranges().map(|range| range.end).max().unwrap_or(0),
            )
        }
        (None, None) => return named,
    };
    let Some(place) = gazetteer.nearest(lon, lat, among.clone(), AREA_REACH, |_| true) else {
        return named;
    };
    let mut town: Option<Option<Place>> = None;
    for (i, level) in NAMED.into_iter().enumerate() {
        let sources = rules
            .get(14 + i * SOURCES..14 + (i + 1) * SOURCES)
            .unwrap_or_default();
        let itself = |place: &Place<'a>| Unit {
            level,
            id: place.id,
            names: place.names,
        };
        for source in sources.iter().map_while(|byte| source_of(*byte)) {
            let found = match source {
                Source::BuiltIn if address.name(level).is_some() => break,
                Source::BuiltIn => None,
                Source::Unit(order) => place.units.get(order).copied().flatten(),
                Source::Section => {
                    let near = place.class == Class::Section && place.distance <= TOWNSHIP_REACH;
                    near.then(|| itself(&place))
                }
                Source::Place if level == Level::Township => {
                    (place.distance <= TOWNSHIP_REACH).then(|| itself(&place))
                }
                Source::Place => {
                    let town = town.get_or_insert_with(|| {
                        let is_town = |class| class == Class::Town;
                        gazetteer.nearest(lon, lat, among.clone(), CITY_REACH, is_town)
                    });
                    town.as_ref().map(itself)
                }
            };
            if let Some(unit) = found {
                if let Some(slot) = named.get_mut(level.index()) {
                    *slot = Some(Unit { level, ..unit });
                }
                break;
            }
        }
    }
    named
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_of_the_table_is_understood() {
        for line in LEVELS.lines().filter(|line| !line.starts_with('#')).skip(1) {
            assert_eq!(line.split('\t').count(), 6, "{line}");
            for column in line.split('\t').skip(3) {
                assert!(sources(column).count() <= SOURCES, "{line}");
            }
        }
        let group = new_group("CN", "02", 1_784_764);
        assert_eq!(group[14..16], [1, 0]);
        assert_eq!(group[20..22], [6, 2]);
        assert_eq!(new_group("CN", "22", 1)[14], 0);
        assert_eq!(new_group("QQ", "", 1)[14], 4);
    }
}
