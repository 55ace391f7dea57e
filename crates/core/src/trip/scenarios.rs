//! Small lives written by hand, each with what anybody would say of it.

use super::homes::{self, Calendar, Home};
use super::known::HomeOrigin;
use super::sightings::Sightings;
use super::spells::{self, Decided};
use crate::capture::cell::Cell;
use crate::capture::day::Day;
use crate::capture::position::Position;

type Place = (f64, f64);

const LYON: Place = (45.764, 4.836);
const GENEVA: Place = (46.204, 6.143);
const LISBON: Place = (38.722, -9.139);
const PARIS: Place = (48.857, 2.352);
const BERLIN: Place = (52.52, 13.405);
const TOKYO: Place = (35.68, 139.69);
const DUBAI: Place = (25.253, 55.365);
const SYDNEY: Place = (-33.87, 151.21);

/// What was seen: days by number from 1 January 2015, places and records.
#[derive(Default)]
struct Life(Vec<(i32, Place, u32)>);

impl Life {
    /// At a place on every so many days from one day up to another one.
    fn at(mut self, place: Place, first: i32, last: i32, every: usize) -> Self {
        let days = (first..=last).step_by(every);
        self.0.extend(days.map(|day| (day, place, 2)));
        self
    }

    /// At home, a different corner of it each time, wherever nothing else is said.
    fn home(mut self, place: Place, first: i32, last: i32, every: usize) -> Self {
        for day in (first..=last).step_by(every) {
            if self.0.iter().all(|(other, _, _)| *other != day) {
                let north = [0.0, 0.0, 0.1][day.unsigned_abs() as usize % 3];
                self.0.push((day, (place.0 + north, place.1), 2));
            }
        }
        self
    }

    /// A day away, with many photos.
    fn out(mut self, place: Place, days: impl IntoIterator<Item = i32>) -> Self {
        self.0.extend(days.into_iter().map(|day| (day, place, 20)));
        self
    }

    fn homes(&self) -> (Sightings, Vec<Home>) {
        let seen = self.0.iter().map(|(day, (lat, lon), records)| {
            let cell = Cell::of(Position::new(*lat, *lon).unwrap());
            (Day::from_number(START + day), cell, *records)
        });
        let sightings = Sightings::new(seen);
        let homes = homes::find(&sightings, &[], &[]);
        (sightings, homes)
    }

    /// The trips, by their first and last days.
    fn trips(&self) -> Vec<(i32, i32)> {
        let (sightings, homes) = self.homes();
        let found = spells::find(&sightings, &Calendar::new(&homes), &Decided::default());
        let spans = found.spells.iter().map(|spell| spell.span);
        spans
            .map(|span| (span.first.number() - START, span.last.number() - START))
            .collect()
    }
}

/// 31 December 2014, the day before the first of a life.
const START: i32 = 735_598;

/// Some kilometres north of a place.
fn north(place: Place, km: f64) -> Place {
    (place.0 + km / 111.2, place.1)
}

#[test]
fn a_trip_over_new_year_is_one() {
    let life = Life::default().out(PARIS, 361..=368).home(LYON, 1, 730, 3);
    assert_eq!(life.trips(), [(361, 368)]);
}

#[test]
fn a_road_trip_of_24_cities_is_one_trip() {
    let cities = (0..24).map(|n| (300 + n, north(LYON, 150.0 + 60.0 * f64::from(n % 12))));
    let life = cities.fold(Life::default(), |life, (day, place)| life.out(place, [day]));
    assert_eq!(life.home(LYON, 1, 730, 3).trips(), [(300, 323)]);
}

#[test]
fn a_layover_is_of_the_trip() {
    let life = Life::default()
        .out(DUBAI, [300, 312])
        .out(TOKYO, 301..=311)
        .home(LYON, 1, 730, 3);
    assert_eq!(life.trips(), [(300, 312)]);
}

#[test]
fn a_day_without_a_position_does_not_split() {
    let life = Life::default()
        .out(BERLIN, [300, 301, 303, 304, 306])
        .home(LYON, 1, 299, 3)
        .home(LYON, 307, 730, 3);
    assert_eq!(life.trips(), [(300, 306)]);
}

#[test]
fn a_day_out_is_a_trip_of_one_day() {
    let life = Life::default()
        .out(north(LYON, 120.0), [300])
        .home(LYON, 1, 730, 3);
    assert_eq!(life.trips(), [(300, 300)]);
}

#[test]
fn a_trip_without_a_photo_on_the_way_home_ends_on_its_last_day() {
    let life = Life::default()
        .out(LISBON, 300..=306)
        .home(LYON, 1, 298, 3)
        .home(LYON, 315, 730, 3);
    assert_eq!(life.trips(), [(300, 306)]);
}

#[test]
fn two_homes_100_km_apart_are_no_trips_between() {
    let second = north(LYON, 100.0);
    let life = (0..52).fold(Life::default(), |life, fortnight| {
        let first = 14 * fortnight + 1;
        life.home(LYON, first, first + 6, 2)
            .home(second, first + 7, first + 13, 2)
    });
    assert_eq!(life.homes().1.len(), 2);
    assert_eq!(life.trips(), []);
}

#[test]
fn moving_is_no_trip() {
    let life = Life::default()
        .home(LYON, 1, 500, 3)
        .home(BERLIN, 503, 1_000, 3);
    assert_eq!(life.trips(), []);
    let (_, homes) = life.homes();
    let [old, new] = homes.as_slice() else {
        panic!("{homes:?}")
    };
    assert!((old.to.number() - START - 500).abs() <= 60, "{old:?}");
    assert!((new.from.number() - START - 503).abs() <= 60, "{new:?}");
}

#[test]
fn visits_to_an_old_home_are_trips() {
    let visits = [600, 680, 760, 840, 920, 1_000];
    let days = visits.iter().flat_map(|first| *first..first + 3);
    let life = Life::default()
        .out(LYON, days)
        .home(LYON, 1, 500, 3)
        .home(BERLIN, 503, 1_100, 3);
    let (_, homes) = life.homes();
    let [old, _] = homes.as_slice() else {
        panic!("{homes:?}")
    };
    assert!((old.to.number() - START - 500).abs() <= 60, "{old:?}");
    assert_eq!(life.trips(), visits.map(|first| (first, first + 2)));
}

#[test]
fn a_fortnight_at_an_old_home_is_a_trip() {
    let life = Life::default()
        .out(LYON, 620..634)
        .home(LYON, 1, 500, 3)
        .home(BERLIN, 503, 1_200, 10);
    let (_, homes) = life.homes();
    assert_eq!(homes.len(), 2, "{homes:?}");
    assert_eq!(life.trips(), [(620, 633)]);
}

#[test]
fn a_home_ends_where_the_next_one_is_seen() {
    let visits = [600, 680, 760, 840, 920, 1_000];
    let days = visits.iter().flat_map(|first| *first..first + 3);
    let life = Life::default()
        .out(LYON, days)
        .home(LYON, 1, 500, 12)
        .home(BERLIN, 503, 1_100, 3);
    let (_, homes) = life.homes();
    let [old, _] = homes.as_slice() else {
        panic!("{homes:?}")
    };
    assert!((485..=503).contains(&(old.to.number() - START)), "{old:?}");
}

#[test]
fn a_student_year_abroad_is_a_home_and_not_a_trip() {
    let life = Life::default()
        .home(LYON, 1, 500, 3)
        .home(BERLIN, 502, 780, 3)
        .home(LYON, 783, 1_200, 3);
    assert!(life.homes().1.len() >= 2);
    assert_eq!(life.trips(), []);
}

#[test]
fn a_nomad_has_no_home_and_one_journey() {
    let stages = [LISBON, PARIS, BERLIN, TOKYO, SYDNEY, DUBAI, GENEVA, LYON];
    // Twice around, some weeks at each place.
    let life = (0..16).fold(Life::default(), |life, stage| {
        let first = 40 * stage + 1;
        let place = stages[usize::try_from(stage).unwrap() % stages.len()];
        life.at(place, first, first + 38, 2)
    });
    assert_eq!(life.homes().1, []);
    assert_eq!(life.trips(), [(1, 639)]);
}

#[test]
fn a_commuter_over_a_border_is_not_on_a_trip_each_day() {
    let life = (0..104).fold(Life::default(), |life, week| {
        let monday = 7 * week + 5;
        life.at(GENEVA, monday, monday + 4, 2)
            .home(LYON, monday + 5, monday + 6, 1)
    });
    assert_eq!(life.trips(), []);
}

#[test]
fn a_cruise_is_one_trip() {
    let ports = (0..9).map(|n| {
        (
            300 + n,
            (36.0 + 0.2 * f64::from(n % 3), 6.0 + 2.0 * f64::from(n)),
        )
    });
    let life = ports.fold(Life::default(), |life, (day, place)| life.out(place, [day]));
    assert_eq!(life.home(LYON, 1, 730, 3).trips(), [(300, 308)]);
}

#[test]
fn a_summer_house_is_a_home_each_summer() {
    let life = (0..4).fold(Life::default(), |life, year| {
        let first = 365 * year + 120;
        life.home(LISBON, first, first + 120, 3)
            .home(LYON, first + 122, first + 362, 3)
    });
    assert_eq!(life.homes().1.len(), 2);
    assert_eq!(life.trips(), []);
}

#[test]
fn a_favourite_place_for_days_out_is_no_home() {
    let sight = north(LYON, 89.0);
    let outings: Vec<i32> = (0..24).map(|n| 61 * n + 20).collect();
    let life = Life::default()
        .out(sight, outings.iter().copied())
        .out(
            BERLIN,
            (0..7).flat_map(|n| (0..4).map(move |day| 183 * n + 50 + day)),
        )
        .home(LYON, 1, 1_460, 3);
    assert_eq!(life.homes().1.len(), 1);
    let days: Vec<(i32, i32)> = life.trips().into_iter().filter(|(a, b)| a == b).collect();
    assert_eq!(days.len(), outings.len());
}

#[test]
fn a_house_for_some_weekends_is_a_home_although_it_is_seen_as_rarely() {
    let house = north(LYON, 89.0);
    let weekends = (0..24).map(|n| 61 * n + 20);
    let life = weekends.fold(Life::default(), |life, day| life.home(house, day, day, 1));
    let life = life
        .out(
            BERLIN,
            (0..7).flat_map(|n| (0..4).map(move |day| 183 * n + 50 + day)),
        )
        .home(LYON, 1, 1_460, 7);
    let (_, homes) = life.homes();
    let origins: Vec<HomeOrigin> = homes.iter().map(|home| home.origin).collect();
    assert_eq!(homes.len(), 2, "{homes:?}");
    assert!(origins.contains(&HomeOrigin::NowAndThen));
    assert_eq!(life.trips().len(), 7);
}

#[test]
fn a_partner_at_home_does_not_break_a_trip() {
    // Photos from home on some days of each journey: the library is a shared one.
    let trips = (0..6).map(|n| 100 * n + 50);
    let life = trips.fold(Life::default(), |life, first| {
        life.out(BERLIN, first..first + 8)
            .out(LYON, [first + 2, first + 5])
    });
    // And one on which a day shows nothing else.
    let life = life
        .out(BERLIN, [700, 701, 702, 704, 705])
        .out(LYON, [703])
        .home(LYON, 1, 699, 4)
        .home(LYON, 706, 800, 4);
    let spans = life.trips();
    assert_eq!(spans.len(), 7, "{spans:?}");
    assert_eq!(spans.last(), Some(&(700, 705)));
}

/// A life does not change when it is lived some weeks later.
#[test]
fn whole_weeks_later_all_is_the_same() {
    let life = |later: i32| {
        let trips = [20, 95, 180, 260, 333].map(|day| day + later);
        let life = trips.into_iter().fold(Life::default(), |life, first| {
            life.out(PARIS, first..first + 3)
        });
        life.home(LYON, 1 + later, 400 + later, 4)
    };
    let first = life(0).trips();
    assert_eq!(first.len(), 5);
    let shifted = life(7 * 211).trips();
    let back = |(a, b): &(i32, i32)| (a - 7 * 211, b - 7 * 211);
    assert_eq!(shifted.iter().map(back).collect::<Vec<_>>(), first);
}

/// Neither the order of what was seen, nor that it comes in parts, nor by how many whole
/// weeks it all lies later, changes what is found.
#[test]
fn order_parts_and_whole_weeks_change_nothing() {
    let places = [LYON, north(LYON, 90.0), BERLIN, TOKYO];
    for seed in 0..60_u32 {
        // A sequence that looks random and is the same each time.
        let mut state = seed.wrapping_mul(2_654_435_761).wrapping_add(12_345);
        let mut next = |below: u32| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 16) % below
        };
        let mut seen: Vec<(i32, Place, u32)> = Vec::new();
        let mut day = 1;
        while day < 700 {
            let place = places[next(8).saturating_sub(4) as usize];
            for _ in 0..=next(6) {
                seen.push((day, place, 1 + next(9)));
                day += i32::from(next(3) > 0) + i32::from(next(2) > 0);
            }
        }
        let found = Life(seen.clone()).trips();
        let backward = Life(seen.iter().rev().copied().collect());
        assert_eq!(backward.trips(), found, "order, seed {seed}");
        // Each record for itself.
        let parts = seen.iter();
        let parts = parts.flat_map(|(day, place, records)| {
            std::iter::repeat_n((*day, *place, 1), *records as usize)
        });
        assert_eq!(Life(parts.collect()).trips(), found, "parts, seed {seed}");
        let later = seen
            .iter()
            .map(|(day, place, records)| (day + 7 * 100, *place, *records));
        let later: Vec<(i32, i32)> = Life(later.collect()).trips();
        let back: Vec<(i32, i32)> = later.iter().map(|(a, b)| (a - 700, b - 700)).collect();
        assert_eq!(back, found, "later, seed {seed}");
    }
}
