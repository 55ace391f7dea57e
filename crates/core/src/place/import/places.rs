//! What the places near a point name: levels as the table of countries has them.

use std::ops::Range;

use super::coordinates::word;
use super::store::{
    GROUP_SIZE, NamedLevels, PlaceClass, StoredGazetteer, StoredPlace, StoredRegion,
};
use crate::place::address::Address;
use crate::place::level::Level;

/// How the units of each country stand to the levels.
const LEVELS: &str = include_str!("../../../../../data/levels.tsv");
/// A place farther away is not the point's city, in metres.
const CITY_REACH: f64 = 30_000.0;
/// A place farther away does not say in which prefecture or county the point lies.
const AREA_REACH: f64 = 75_000.0;
/// A place farther away is not the point's township or neighbourhood.
const TOWNSHIP_REACH: f64 = 10_000.0;

// Where a level takes its name from, as it is in a group: from the unit of second, third or
// fourth order with 1 to 3, or else:
/// The nearest town; of townships the nearest place.
const PLACE: u8 = 4;
/// The nearest place, where it is a section of one.
const SECTION: u8 = 5;
/// The built-in data, where they have a name.
const BUILT_IN: u8 = 6;

/// The three levels that places name.
const NAMED: [Level; 3] = [Level::City, Level::District, Level::Township];
/// How many sources a level may have.
const MOST_SOURCES: usize = 6;

/// The sources of a level in a column of the table. What cannot be told from here
/// is left to the built-in data.
fn sources(column: &str) -> impl Iterator<Item = u8> {
    let words = column
        .split('|')
        .take_while(|word| !matches!(*word, "parent" | "-"));
    words.map(|word| match word {
        "a2" => 1,
        "a3" => 2,
        "a4" => 3,
        "place" | "nearest" => PLACE,
        "section" => SECTION,
        _ => BUILT_IN,
    })
}

/// A group of places as it is written: their range, which the writer fills in, the
/// number of the first-order unit, the country, and the sources of three levels.
pub(super) fn new_group(country: &str, code: &str, id: u32) -> [u8; GROUP_SIZE] {
    let rows = || {
        let rows = LEVELS.lines().filter(|line| !line.starts_with('#'));
        rows.map(|line| line.split('\t').collect::<Vec<&str>>())
    };
    let heading = rows().next().unwrap_or_default();
    let unit = format!("{country}.{code}");
    let row = |wanted: &str| rows().find(|row| row.first() == Some(&wanted));
    let row = row(&unit).or_else(|| row(country)).or_else(|| row("*"));
    let row = row.unwrap_or_default();
    let mut group = [0; GROUP_SIZE];
    group[8..12].copy_from_slice(&id.to_le_bytes());
    for (to, from) in group[12..14].iter_mut().zip(country.bytes()) {
        *to = from;
    }
    for (level, slots) in NAMED.iter().zip(group[14..].chunks_mut(MOST_SOURCES)) {
        let column = heading.iter().position(|name| *name == level.name());
        let column = column.and_then(|column| row.get(column));
        for (slot, source) in slots.iter_mut().zip(sources(column.unwrap_or(&""))) {
            *slot = source;
        }
    }
    group
}

/// A number in a group: where its places begin and end, and its unit.
fn number(group: &[u8; GROUP_SIZE], i: usize) -> u32 {
    word(group.as_chunks().0, i)
}

fn range(group: &[u8; GROUP_SIZE]) -> Range<usize> {
    number(group, 0) as usize..number(group, 1) as usize
}

/// The groups of a country.
fn of_country<'a>(gazetteer: &'a StoredGazetteer, country: &str) -> &'a [[u8; GROUP_SIZE]] {
    let groups = gazetteer.groups();
    let code = |group: &[u8; GROUP_SIZE]| [group[12], group[13]];
    let from = groups.partition_point(|group| code(group)[..] < *country.as_bytes());
    let groups = groups.get(from..).unwrap_or_default();
    let to = groups.partition_point(|group| code(group)[..] == *country.as_bytes());
    groups.get(..to).unwrap_or_default()
}

/// What the places near a point name, from the country downwards: places of the
/// province that the built-in data have found, or of the country where the dump does
/// not know that province.
pub(super) fn around<'a>(
    gazetteer: &'a StoredGazetteer,
    at: (f64, f64),
    address: &Address,
) -> NamedLevels<'a> {
    let mut named = [None; 5];
    let groups = of_country(
        gazetteer,
        address.country_code.as_deref().unwrap_or_default(),
    );
    let province = address.ids.get(Level::Province.index());
    let province = province.and_then(|id| id.strip_prefix('g')?.parse::<u32>().ok());
    let filled = || groups.iter().filter(|group| !range(group).is_empty());
    let mut of_province = filled().filter(|group| province == Some(number(group, 2)));
    let (group, among) = match (of_province.next(), groups.first()) {
        (Some(group), _) => (group, range(group)),
        (None, Some(first)) => {
            let start = filled().map(|group| range(group).start).min();
            let end = filled().map(|group| range(group).end).max();
            (first, start.unwrap_or(0)..end.unwrap_or(0))
        }
        (None, None) => return named,
    };
    let Some(place) = gazetteer.nearest(at, &among, AREA_REACH, |_| true) else {
        return named;
    };
    let town = std::cell::LazyCell::new(|| {
        let is_town = |class| class == PlaceClass::Town;
        gazetteer.nearest(at, &among, CITY_REACH, is_town)
    });
    let itself = |place: &StoredPlace<'a>| StoredRegion {
        level: Level::City,
        id: place.id,
        names: place.names,
    };
    let near = Some(&place).filter(|place| place.distance <= TOWNSHIP_REACH);
    for (level, sources) in NAMED.into_iter().zip(group[14..].chunks(MOST_SOURCES)) {
        for source in sources {
            let found = match *source {
                0 => break,
                unit @ 1..=3 => place.units[usize::from(unit) - 1],
                SECTION => near
                    .filter(|place| place.class == PlaceClass::Section)
                    .map(itself),
                PLACE if level == Level::Township => near.map(itself),
                PLACE => town.as_ref().map(itself),
                _ if address.name(level).is_some() => break,
                _ => None,
            };
            if let Some(region) = found {
                named[level.index()] = Some(StoredRegion { level, ..region });
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
                assert!(sources(column).count() <= MOST_SOURCES, "{line}");
            }
        }
        let group = new_group("CN", "02", 1_784_764);
        assert_eq!(group[14..16], [1, 0]);
        assert_eq!(group[20..22], [6, 2]);
        assert_eq!(new_group("CN", "22", 1)[14], 0);
        assert_eq!(new_group("QQ", "", 1)[14], 4);
    }
}
