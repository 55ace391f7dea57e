//! What a trip shows: its stops, and how far it went.

use std::cmp::{Ordering, Reverse};
use std::sync::Arc;

use crate::capture::position::Position;
use crate::capture::span::Span;
use crate::find::Noun;
use crate::identity::record::{self, Identity, Subject};
use crate::place::{Address, Level};

/// The time away from home, as what trips are of.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Journey {
    /// Where it stayed, by their first days.
    pub stops: Vec<Stay>,
    /// From home by way of the main place of each day and back, in kilometres.
    pub distance_km: u32,
    /// How far it went from home, in kilometres; 0 where no home is known.
    pub farthest_km: u32,
    /// The id of the home that it left.
    pub home: Option<String>,
}

/// A run of days of a trip around one place.
#[derive(Debug, Clone, PartialEq)]
pub struct Stay {
    /// What the place is called, down to the city.
    pub address: Arc<Address>,
    /// Its middle.
    pub centre: Position,
    /// The days.
    pub span: Span,
    /// Files that are there.
    pub files: u32,
}

/// A spell away from home, as the dataset keeps it.
pub type Trip = Identity<Journey>;

/// The days of a trip as they are found.
pub type Run = record::Run<Journey>;

impl Subject for Journey {
    type Joined = Self;

    const NOUN: Noun = Noun::Trip;

    const PREFIX: &'static str = "trip-";

    fn by_scope(&self, _: &Self) -> Ordering {
        // Nobody is on two trips at a time.
        Ordering::Equal
    }

    fn level(&self) -> Option<Level> {
        None
    }

    fn addresses(&self) -> impl Iterator<Item = &Address> {
        self.stops.iter().map(|stop| stop.address.as_ref())
    }

    fn order(&self, _: &Self) -> Ordering {
        Ordering::Equal
    }

    fn follow(&mut self, run: &Self) {
        self.clone_from(run);
    }

    fn shows_like(&self, other: &Self) -> bool {
        self == other
    }
}

impl Trip {
    /// What it shows, together with the trips that the user merged into it.
    pub fn shown(&self) -> &Journey {
        self.whole.as_ref().map_or(&self.of, |whole| &whole.of)
    }
}

/// The most stops that a name has.
const MOST_NAMED: usize = 3;
/// What stands in the name of a trip behind the country, between places, and for those that are
/// left out.
const MARKS: [&str; 3] = [": ", ", ", ", …"];
/// The same among Chinese names.
const CHINESE_MARKS: [&str; 3] = ["：", "、", "等"];
/// A stop that takes less than this share of the days, one in so many, is passed through
/// and not named.
const WORTH_A_NAME: u32 = 8;

impl Journey {
    /// The countries, by the first day in each.
    pub fn countries(&self) -> Vec<&str> {
        self.each_of(|address| address.country.as_deref())
    }

    /// Each name that the addresses of the stops have, once, by the first day there.
    pub fn each_of<'a>(&'a self, name: impl Fn(&'a Address) -> Option<&'a str>) -> Vec<&'a str> {
        distinct(self.stops.iter().filter_map(|stop| name(&stop.address)))
    }

    /// What it is called: its places, and the country where that is not the one of
    /// `home`. `Lisbon`, `Japan: Tokyo, Kyoto, Hiroshima`, `Iceland`, `France, Spain`;
    /// `None` where no stop has a name, as at sea.
    pub fn name(&self, home: Option<&Address>) -> Option<String> {
        let days: u32 = self.stops.iter().map(|stop| stop.span.days()).sum();
        let counts = |stop: &&Stay| stop.span.days() * WORTH_A_NAME >= days;
        let mut stops: Vec<&Stay> = self.stops.iter().filter(counts).collect();
        if stops.iter().all(|stop| stop.name().is_none()) {
            stops = self.stops.iter().collect();
        }
        let countries = distinct(
            stops
                .iter()
                .filter_map(|stop| stop.address.country.as_deref()),
        );
        let places = self.places(&stops);
        let abroad =
            |country: &&str| home.and_then(|home| home.country.as_deref()) != Some(*country);
        let is_chinese = |stop: &&Stay| stop.address.language.starts_with("zh");
        let marks = if stops.iter().all(is_chinese) {
            CHINESE_MARKS
        } else {
            MARKS
        };
        match (countries.as_slice(), places.as_slice()) {
            ([], []) => None,
            (_, [one]) => Some((*one).to_owned()),
            ([country], places) if places.len() > MOST_NAMED && abroad(country) => {
                Some((*country).to_owned())
            }
            ([country], places) if !places.is_empty() && abroad(country) => {
                let [colon, comma, _] = marks;
                Some(format!("{country}{colon}{}", places.join(comma)))
            }
            ([_], places) if !places.is_empty() => Some(marked(places, marks)),
            (countries, _) if !countries.is_empty() => Some(marked(countries, marks)),
            (_, places) => Some(marked(places, marks)),
        }
    }

    /// The names of stops, those that were stayed at longest first among as many as fit,
    /// in the order of the trip.
    fn places<'a>(&self, stops: &[&'a Stay]) -> Vec<&'a str> {
        let names = distinct(stops.iter().filter_map(|stop| stop.name()));
        let days = |name: &str| -> u32 {
            let at = self.stops.iter().filter(|stop| stop.name() == Some(name));
            at.map(|stop| stop.span.days()).sum()
        };
        let mut longest: Vec<&str> = names.clone();
        longest.sort_by_key(|name| Reverse(days(name)));
        // One more tells that there are more.
        longest.truncate(MOST_NAMED + 1);
        names
            .into_iter()
            .filter(|name| longest.contains(name))
            .collect()
    }
}

impl Stay {
    /// The name of its place: its city, or what is known instead.
    pub fn name(&self) -> Option<&str> {
        self.address.city_or_wider()
    }
}

/// Each once, in the order in which they come first.
pub(crate) fn distinct<'a>(names: impl Iterator<Item = &'a str>) -> Vec<&'a str> {
    let mut distinct = Vec::new();
    for name in names {
        if !distinct.contains(&name) {
            distinct.push(name);
        }
    }
    distinct
}

/// The first few of some names: `France, Spain, Italy, …`.
pub fn listed(names: &[&str]) -> String {
    marked(names, MARKS)
}

fn marked(names: &[&str], [_, comma, more]: [&str; 3]) -> String {
    let mut listed = names
        .iter()
        .take(MOST_NAMED)
        .copied()
        .collect::<Vec<_>>()
        .join(comma);
    if names.len() > MOST_NAMED {
        listed.push_str(more);
    }
    listed
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::capture::day::Day;

    fn stay(country: &str, city: &str, days: i32) -> Stay {
        let name = |name: &str| (!name.is_empty()).then(|| name.to_owned());
        Stay {
            address: Arc::new(Address {
                country: name(country),
                city: name(city),
                ..Address::unknown()
            }),
            centre: Position::new(0.5, 0.5).unwrap(),
            span: Span {
                first: Day::from_number(1),
                last: Day::from_number(days),
            },
            files: 1,
        }
    }

    fn name(stops: &[(&str, &str, i32)]) -> String {
        let journey = Journey {
            stops: (stops.iter())
                .map(|(country, city, days)| stay(country, city, *days))
                .collect(),
            ..Journey::default()
        };
        let home = stay("France", "Lyon", 1);
        journey.name(Some(&home.address)).unwrap_or_default()
    }

    #[test]
    fn a_name_is_made_of_the_stops() {
        assert_eq!(name(&[("Portugal", "Lisbon", 4)]), "Lisbon");
        let japan = [
            ("Japan", "Tokyo", 3),
            ("Japan", "Kyoto", 2),
            ("Japan", "Hiroshima", 2),
        ];
        assert_eq!(name(&japan), "Japan: Tokyo, Kyoto, Hiroshima");
        assert_eq!(
            name(&[("France", "Tours", 1), ("France", "Nantes", 2)]),
            "Tours, Nantes"
        );
        let iceland = ["Reykjavík", "Vík", "Höfn", "Akureyri", "Borgarnes"];
        assert_eq!(
            name(&iceland.map(|city| ("Iceland", city, 2))),
            "Iceland",
            "a round trip of many stops"
        );
        assert_eq!(
            name(&[("France", "Nice", 2), ("Italy", "Genoa", 2)]),
            "France, Italy"
        );
        assert_eq!(name(&[("", "", 3)]), "");
        assert_eq!(name(&[("Norway", "", 3)]), "Norway");
    }

    #[test]
    fn a_layover_is_not_in_the_name() {
        let stops = [
            ("United Arab Emirates", "Dubai", 1),
            ("Indonesia", "Denpasar", 9),
            ("United Arab Emirates", "Dubai", 1),
        ];
        assert_eq!(name(&stops), "Denpasar");
    }

    #[test]
    fn many_stops_at_home_are_the_longest_few() {
        let cities = ["Dijon", "Nancy", "Reims", "Lille", "Amiens", "Rouen"];
        let stops: Vec<_> = (0..)
            .zip(cities)
            .map(|(n, city)| ("France", city, 2 + n % 2))
            .collect();
        assert_eq!(name(&stops), "Dijon, Nancy, Lille, …");
    }
}
