//! Years of a made-up person, held to what can be counted by hand.

use chrono::{DateTime, NaiveDate};

use super::*;
use crate::identity::object_id::ObjectId;
use crate::identity::record::Counts;
use crate::place::Address;
use crate::trip::journey::{Journey, Run};

fn day(text: &str) -> Day {
    text.parse().unwrap()
}

fn place(country: &str, province: &str) -> Address {
    Address {
        country: Some(country.to_owned()),
        province: Some(province.to_owned()),
        city: Some(format!("{province} City")),
        ..Address::unknown()
    }
}

fn at<'a>(date: &str, place: Option<&'a Address>, photos: u32) -> DayAtPlace<'a> {
    DayAtPlace {
        day: day(date),
        place,
        photos,
        videos: 0,
    }
}

fn trip(first: &str, last: &str, distance_km: u32, farthest_km: u32) -> Trip {
    let run = Run {
        of: Journey {
            distance_km,
            farthest_km,
            ..Journey::default()
        },
        span: Span {
            first: day(first),
            last: day(last),
        },
        counts: Counts {
            active_days: 1,
            files: 1,
            moments: 1,
            missing: 0,
            lent: 0,
            first_capture: None,
            last_capture: None,
            start_offset: None,
            end_offset: None,
        },
        fits: true,
    };
    Trip::new(run, ObjectId::random(), DateTime::UNIX_EPOCH)
}

fn of<'s, 'a>(stats: &'s Stats<'a>, year: i32) -> &'s Review<'a> {
    stats.years.iter().find(|it| it.year == Some(year)).unwrap()
}

const TODAY: &str = "2026-03-01";

#[test]
fn a_trip_over_new_year_is_shared_by_its_days() {
    // Four days in 2023 and six in 2024.
    let over = trip("2023-12-28", "2024-01-06", 1_003, 500);
    let short = trip("2024-05-01", "2024-05-05", 10, 500);
    let stats = look_back(
        Vec::new(),
        &[&over, &short],
        &Homes::default(),
        Some(day(TODAY)),
    );
    let years: Vec<Option<i32>> = stats.years.iter().map(|it| it.year).collect();
    assert_eq!(
        years,
        [Some(2023), Some(2024)],
        "a year of trips alone is one"
    );
    let [before, behind] = [of(&stats, 2023), of(&stats, 2024)];
    assert_eq!((before.days_away, before.trips.len()), (4, 1));
    assert_eq!((behind.days_away, behind.trips.len()), (11, 2));
    assert_eq!((stats.all.days_away, stats.all.trips.len()), (15, 2));
    assert_eq!((before.distance_km, behind.distance_km), (401, 602 + 10));
    assert_eq!(stats.all.distance_km, 1_013, "no kilometre is lost");
    // Six days of the long one are more than five; of two as far away, the first counts.
    let days = |trip: Option<&Trip>| trip.map(|trip| trip.days().first);
    assert_eq!(days(behind.longest), Some(day("2023-12-28")));
    assert_eq!(days(behind.farthest), Some(day("2023-12-28")));
}

#[test]
fn a_trip_of_several_years_is_in_each_and_days_that_trips_share_count_once() {
    let around_the_world = trip("2022-07-01", "2024-02-29", 40_000, 0);
    let pinned = trip("2024-02-20", "2024-03-02", 0, 0);
    let trips = [&around_the_world, &pinned];
    let stats = look_back(Vec::new(), &trips, &Homes::default(), Some(day(TODAY)));
    let away: Vec<u32> = stats.years.iter().map(|it| it.days_away).collect();
    assert_eq!(away, [184, 365, 60 + 2]);
    let kilometres: Vec<u32> = stats.years.iter().map(|it| it.distance_km).collect();
    assert_eq!(kilometres.iter().sum::<u32>(), 40_000, "{kilometres:?}");
    assert!(stats.all.farthest.is_none(), "no home, no distance from it");
}

#[test]
fn what_is_seen_for_the_first_time_is_new_in_that_year_alone() {
    let (rome, turin, oslo) = (
        place("Italy", "Lazio"),
        place("Italy", "Piedmont"),
        place("Norway", "Oslo"),
    );
    let seen = vec![
        at("2023-12-31", Some(&rome), 1),
        at("2024-01-01", Some(&rome), 1),
        at("2024-01-02", Some(&turin), 2),
        at("2024-01-02", Some(&oslo), 9),
        at("2024-01-03", None, 4),
        at("2025-06-01", Some(&turin), 0),
    ];
    let stats = look_back(seen, &[], &Homes::default(), Some(day(TODAY)));
    let told = |visited: &[Visited<'_>]| -> Vec<String> {
        let one = |it: &Visited<'_>| {
            let new = if it.is_new { " new" } else { "" };
            format!("{} {} {}{new}", it.name(), it.days, it.files)
        };
        visited.iter().map(one).collect()
    };
    assert_eq!(told(&of(&stats, 2023).countries), ["Italy 1 1 new"]);
    let year = of(&stats, 2024);
    assert_eq!(told(&year.countries), ["Italy 2 3", "Norway 1 9 new"]);
    assert_eq!(
        told(&year.provinces),
        ["Oslo 1 9 new", "Piedmont 1 2 new", "Lazio 1 1"]
    );
    assert_eq!(
        told(&of(&stats, 2025).provinces),
        ["Piedmont 1 0"],
        "a missing file tells where one was"
    );
    assert_eq!(told(&stats.all.countries), ["Italy 4 4", "Norway 1 9"]);
    assert_eq!((year.files(), year.active_days), (16, 3));
    assert_eq!(of(&stats, 2025).active_days, 0);
}

#[test]
fn where_a_home_is_from_the_start_is_not_new() {
    let (lyon, rome) = (place("France", "Rhône"), place("Italy", "Lazio"));
    let home = |address: &Address, since: &str| crate::trip::known::KnownHome {
        id: "home-1".into(),
        name: "Home".into(),
        address: address.clone().into(),
        centre: crate::trip::known::Centre(
            crate::capture::position::Position::new(1.0, 2.0).unwrap(),
        ),
        radius_km: 25.0,
        from: day("2020-01-01"),
        to: day("2025-01-01"),
        origin: crate::trip::known::HomeOrigin::LivedIn,
        seen_first: Some(day(since)),
        seen_last: None,
        days_seen: 9,
        days_active: 9,
        unknown: serde_json::Map::new(),
    };
    let homes = Homes {
        list: vec![home(&lyon, "2024-01-01"), home(&rome, "2024-09-01")],
        ..Homes::default()
    };
    let seen = vec![
        at("2024-01-01", Some(&lyon), 1),
        at("2024-05-01", Some(&rome), 1),
    ];
    let stats = look_back(seen, &[], &homes, Some(day(TODAY)));
    let new: Vec<(&str, bool)> = (of(&stats, 2024).countries.iter())
        .map(|it| (it.name(), it.is_new))
        .collect();
    // Rome was seen on a visit before somebody moved there.
    assert_eq!(new, [("France", false), ("Italy", true)]);
}

#[test]
fn months_and_the_busiest_day() {
    let (rome, oslo) = (place("Italy", "Lazio"), place("Norway", "Oslo"));
    let spring = trip("2024-02-28", "2024-03-01", 1, 1);
    let seen = vec![
        at("2024-12-31", None, 5),
        at("2024-02-29", Some(&rome), 2),
        at("2024-02-29", Some(&oslo), 3),
        at("2024-01-01", None, 1),
        DayAtPlace {
            videos: 4,
            ..at("2024-06-01", None, 0)
        },
    ];
    let stats = look_back(seen, &[&spring], &Homes::default(), Some(day(TODAY)));
    let year = of(&stats, 2024);
    assert_eq!(year.months, [1, 5, 0, 0, 0, 4, 0, 0, 0, 0, 0, 5]);
    assert_eq!((year.photos, year.videos), (11, 4));
    let busiest = year.busiest.unwrap();
    assert_eq!((busiest.day, busiest.files), (day("2024-02-29"), 5));
    assert_eq!(busiest.place.unwrap().city.as_deref(), Some("Oslo City"));
    assert_eq!(busiest.trip.map(|trip| trip.days()), Some(spring.days()));
}

#[test]
fn a_leap_day_is_remembered_on_the_28th_of_other_years() {
    let seen = || {
        [
            "2020-02-29",
            "2021-02-28",
            "2024-02-29",
            "2024-02-28",
            "2024-03-01",
            "2026-02-28",
        ]
        .map(|date| at(date, None, 1))
        .to_vec()
    };
    let on = |today: &str| -> Vec<NaiveDate> {
        let stats = look_back(seen(), &[], &Homes::default(), Some(day(today)));
        stats.on_this_day.iter().map(|it| it.day.date()).collect()
    };
    let dates =
        |dates: &[&str]| -> Vec<NaiveDate> { dates.iter().map(|date| day(date).date()).collect() };
    let both = ["2024-02-29", "2024-02-28", "2021-02-28", "2020-02-29"];
    assert_eq!(on("2025-02-28"), dates(&both), "and not of the year itself");
    assert_eq!(
        on("2028-02-28"),
        dates(&["2026-02-28", "2024-02-28", "2021-02-28"])
    );
    assert_eq!(on("2028-02-29"), dates(&["2024-02-29", "2020-02-29"]));
    assert_eq!(on("2025-03-01"), dates(&["2024-03-01"]));
    assert_eq!(on("2020-02-29"), [], "nothing was before");
}

#[test]
fn nothing_looks_back_on_nothing() {
    let stats = look_back(Vec::new(), &[], &Homes::default(), Some(day(TODAY)));
    assert!(stats.years.is_empty() && stats.on_this_day.is_empty());
    assert_eq!((stats.all.files(), stats.all.days_away), (0, 0));
    assert!(stats.all.busiest.is_none());
}
