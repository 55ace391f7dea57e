//! A plain model of spells and stops, which the engine must equal on any small life.
//!
//! It restates, in the slowest way that can be read beside the definitions, everything of
//! [`super::spells`] and [`super::itinerary`] but the names of places: the homes of a day,
//! what is away, positions that cannot be, which days away are joined (both passes, with
//! the likelihoods of silences), why spells begin and end, what the user cut and took, the
//! stops and the distances. Every figure is written out anew, distances are great-circle
//! distances of positions instead of chords, and likelihoods are products instead of sums
//! of logarithms. How homes are found is not part of it: they are given.

use std::collections::BTreeMap;

use chrono::NaiveTime;
use proptest::prelude::*;

use super::homes::Calendar;
use super::itinerary;
use super::sightings::Sightings;
use super::spells::{self, Border, Decided, Found, Spell};
use crate::capture::cell::Cell;
use crate::capture::clock::Clock;
use crate::capture::day::Day;
use crate::capture::position::Position;
use crate::capture::span::Span;
use crate::cluster::evidence::{Pair, Tally};
use crate::place::{Address, PlaceId};

/// Something seen: the day by its number, the cell and how many records.
type Seen = (i32, Cell, u32);

/// A home that is given.
#[derive(Debug, Clone, Copy)]
struct PlainHome {
    centre: Position,
    radius_km: f64,
    from: i32,
    to: i32,
}

/// What the model knows of one day of the calendar, with or without anything seen.
#[derive(Debug, Clone, Default)]
struct PlainDay {
    homes: Vec<PlainHome>,
    at_home: bool,
    /// The records of each cell that is away.
    away: BTreeMap<Cell, u32>,
}

/// The shares of days that tell what a silence means.
#[derive(Debug, Clone, Copy)]
struct Shares {
    /// Of days on trips, those with something away.
    away: f64,
    /// Of days at home, those with something.
    home: f64,
    /// Of days on trips, those with something at home too.
    shared: f64,
}

/// All days from the first to the last with something, without a hole.
struct Plain {
    first: i32,
    days: Vec<PlainDay>,
    cuts: Vec<i32>,
    taken: Vec<(i32, i32)>,
}

fn km(a: Position, b: Position) -> f64 {
    a.distance(b).0 / 1_000.0
}

fn nearest(homes: &[PlainHome], place: Position) -> f64 {
    let all = homes.iter().map(|home| km(home.centre, place));
    all.fold(f64::INFINITY, f64::min)
}

/// The homes whose dates are nearest to a day, a year and a day away at most.
fn homes_of(homes: &[PlainHome], day: i32) -> Vec<PlainHome> {
    let days_off = |home: &PlainHome| {
        if day < home.from {
            home.from - day
        } else if day > home.to {
            day - home.to
        } else {
            0
        }
    };
    let is_nearest =
        |home: &&PlainHome| homes.iter().all(|other| days_off(home) <= days_off(other));
    let near = homes.iter().filter(is_nearest);
    near.filter(|home| days_off(home) <= 366).copied().collect()
}

/// Zero island, which stands for the places that are none.
fn is_nowhere(cell: Cell) -> bool {
    let centre = cell.centre();
    centre.lat().abs() < 0.05 && centre.lon().abs() < 0.05
}

impl PlainDay {
    fn of(day: i32, seen: &[Seen], homes: &[PlainHome]) -> Self {
        let mut this = Self {
            homes: homes_of(homes, day),
            ..Self::default()
        };
        for (other, cell, records) in seen {
            if *other != day || is_nowhere(*cell) {
                continue;
            }
            let is_at = |home: &PlainHome| km(home.centre, cell.centre()) <= home.radius_km + 25.0;
            if this.homes.iter().any(is_at) {
                this.at_home = true;
            } else {
                *this.away.entry(*cell).or_default() += records;
            }
        }
        this
    }

    /// The cell with most records away; of several the last.
    fn main(&self) -> Option<Position> {
        let most = self.away.values().max()?;
        let cells = self.away.iter().filter(|(_, records)| *records == most);
        cells.map(|(cell, _)| cell.centre()).next_back()
    }

    fn is_at_home_alone(&self) -> bool {
        self.at_home && self.away.is_empty()
    }
}

impl Plain {
    fn new(seen: &[Seen], homes: &[PlainHome], decided: &Decided) -> (Self, Vec<(Day, Cell)>) {
        let somewhere = seen.iter().filter(|(_, cell, _)| !is_nowhere(*cell));
        let days: Vec<i32> = somewhere.map(|(day, _, _)| *day).collect();
        let first = days.iter().copied().min().unwrap_or(0);
        let last = days.iter().copied().max().unwrap_or(-1);
        let raw: Vec<PlainDay> = (first..=last)
            .map(|day| PlainDay::of(day, seen, homes))
            .collect();
        let mut this = Self {
            first,
            days: raw.clone(),
            cuts: decided.cuts.iter().map(|day| day.number()).collect(),
            taken: (decided.taken.iter())
                .map(|span| (span.first.number(), span.last.number()))
                .collect(),
        };
        let mut implausible: Vec<(Day, Cell)> = (seen.iter())
            .filter(|(_, cell, _)| is_nowhere(*cell))
            .map(|(day, cell, _)| (Day::from_number(*day), *cell))
            .collect();
        for (at, day) in raw.iter().enumerate() {
            for cell in day.away.keys() {
                if !can_be(&raw, at, *cell) {
                    this.days[at].away.remove(cell);
                    implausible.push((this.day(at), *cell));
                }
            }
        }
        for (day, plain) in (first..).zip(&mut this.days) {
            if (this.taken.iter()).any(|(from, to)| *from <= day && day <= *to) {
                plain.away.clear();
            }
        }
        implausible.sort_unstable();
        implausible.dedup();
        (this, implausible)
    }

    fn day(&self, at: usize) -> Day {
        Day::from_number(self.first + i32::try_from(at).unwrap())
    }

    fn main(&self, at: usize) -> Position {
        self.days[at].main().unwrap()
    }

    /// The days with something away.
    fn days_away(&self) -> Vec<usize> {
        let all = 0..self.days.len();
        all.filter(|at| !self.days[*at].away.is_empty()).collect()
    }

    /// How much farther it is by way of the home that is best for it.
    fn detour(from: Position, to: Position, homes: &[PlainHome]) -> Option<f64> {
        let by_way = |home: &PlainHome| km(from, home.centre) + km(home.centre, to) - km(from, to);
        homes.iter().map(by_way).min_by(f64::total_cmp)
    }

    /// How often somebody came to a place: two weeks without it are a new visit.
    fn visits(&self, place: Position) -> usize {
        let mut days = self.days_away();
        days.retain(|at| km(self.main(*at), place) <= 50.0);
        let is_new = |at: &&usize| {
            let recent = days.iter().filter(|before| before < at);
            recent.clone().all(|before| *at - before > 14)
        };
        days.iter().filter(is_new).count()
    }

    /// Whether a silence leaves it likely enough that one was still away.
    fn allows(shares: Option<Shares>, silent: usize, at_home: usize) -> bool {
        let Some(Shares { away, home, shared }) = shares else {
            return at_home == 0 && silent <= 2;
        };
        let times = |number: usize| i32::try_from(number).unwrap();
        let none = (1.0 - away) * (1.0 - shared) / (1.0 - home);
        let somebody_else = (1.0 - away) * shared / home;
        let odds = none.powi(times(silent)) * somebody_else.powi(times(at_home));
        (silent == 1 && at_home == 0) || odds >= 0.005
    }

    /// Why two days away, with none away between them, are of different spells.
    fn border(&self, a: usize, b: usize, shares: Option<Shares>) -> Option<Border> {
        let (earlier, later) = (self.day(a).number(), self.day(b).number());
        let is_cut = self.cuts.iter().any(|cut| earlier < *cut && *cut <= later);
        let is_parted = (self.taken.iter()).any(|(from, _)| earlier < *from && *from < later);
        if is_cut || is_parted {
            return Some(Border::ByHand);
        }
        let between = b - a - 1;
        if between == 0 {
            return None;
        }
        let silence = |bridged: f64, detour: f64| {
            let whole = |number: f64| format!("{:.0}", number.floor()).parse().unwrap();
            Some(Border::Silence {
                days: u32::try_from(between).unwrap(),
                bridged: whole(bridged),
                detour_km: whole(detour.max(0.0)),
            })
        };
        let day = &self.days[b];
        let Some(detour) = Self::detour(self.main(a), self.main(b), &day.homes) else {
            return if between > 28 {
                silence(28.0, 0.0)
            } else {
                None
            };
        };
        let apart = km(self.main(a), self.main(b));
        let days = |number: usize| f64::from(u32::try_from(number).unwrap());
        let bridged = if apart <= 50.0 {
            (detour / 150.0).clamp(1.0, 14.0)
        } else {
            (detour / 150.0).min(14.0)
        };
        let is_short = days(between) <= bridged;
        let at_home = (a + 1..b)
            .filter(|at| self.days[*at].is_at_home_alone())
            .collect::<Vec<_>>();
        if !at_home.is_empty() {
            let silence_goes_on = apart <= 50.0 || Self::allows(shares, between, 0);
            let no_time = between <= 3 && detour > 500.0 * days(between + 1) && silence_goes_on;
            let is_shared = Self::allows(shares, between - at_home.len(), at_home.len());
            let ends = !is_short || !(no_time || is_shared);
            // The days at home are the reason, whichever rule it was.
            return ends.then_some(Border::NothingKnown);
        }
        let goes_on_next = self
            .days
            .get(b + 1)
            .is_some_and(|next| !next.away.is_empty());
        let has_time = detour < 5_000.0 * days(between + 1);
        let nobody_else = shares.is_none_or(|shares| shares.shared <= 0.0);
        if day.at_home && goes_on_next && has_time && nobody_else {
            return Some(Border::AlsoAtHome { day: self.day(b) });
        }
        if apart > 50.0 && apart <= 500.0 && between <= 2 {
            return None;
        }
        let is_rare = apart <= 50.0 && self.visits(self.main(a)) < 4;
        let is_likely = is_rare || Self::allows(shares, between, 0);
        if is_short && is_likely {
            None
        } else {
            silence(bridged, detour)
        }
    }

    /// The spells, each with the number of its days with something away.
    fn pass(&self, shares: Option<Shares>) -> Vec<(Spell, usize)> {
        let away = self.days_away();
        let borders: Vec<Option<Border>> = (away.windows(2))
            .map(|pair| self.border(pair[0], pair[1], shares))
            .collect();
        let mut spells = Vec::new();
        for (at, first) in away.iter().enumerate() {
            let opens = at == 0 || borders[at - 1].is_some();
            if !opens {
                continue;
            }
            let more = borders[at..].iter().take_while(|border| border.is_none());
            let until = at + more.count();
            let last = away[until];
            let before = (at > 0).then(|| (away[at - 1], borders[at - 1].unwrap()));
            let after = away.get(until + 1).map(|next| (*next, borders[until]));
            let begins = if self.days[*first].at_home {
                Border::AlsoAtHome {
                    day: self.day(*first),
                }
            } else {
                let from = before.map_or(0, |(at, _)| at + 1);
                let border = before.map_or(Border::NothingKnown, |(_, border)| border);
                let homes = (from..*first).filter(|at| self.days[*at].is_at_home_alone());
                self.or_at_home(border, homes.max())
            };
            let to = after.map_or(self.days.len(), |(at, _)| at);
            let border = after.and_then(|(_, border)| border);
            let homes = (last + 1..to).filter(|at| self.days[*at].is_at_home_alone());
            let ends = self.or_at_home(border.unwrap_or(Border::NothingKnown), homes.min());
            let span = Span {
                first: self.day(*first),
                last: self.day(last),
            };
            spells.push((Spell { span, begins, ends }, until - at + 1));
        }
        spells
    }

    fn or_at_home(&self, border: Border, home: Option<usize>) -> Border {
        match (border, home) {
            (Border::ByHand, _) | (_, None) => border,
            (_, Some(at)) => Border::AtHome { day: self.day(at) },
        }
    }

    fn shares(&self, first_pass: &[(Spell, usize)]) -> Option<Shares> {
        let count = |number: usize| f64::from(u32::try_from(number).unwrap());
        let days = |spell: &Spell| usize::try_from(spell.span.days()).unwrap();
        if self.days.is_empty() {
            return None;
        }
        let long = || first_pass.iter().filter(|(spell, _)| days(spell) >= 3);
        let on_trips: usize = long().map(|(spell, _)| days(spell)).sum();
        let seen: usize = long().map(|(_, active)| active).sum();
        let at_home = self.days.iter().filter(|day| day.is_at_home_alone());
        let at_home = at_home.count();
        let all: usize = first_pass.iter().map(|(spell, _)| days(spell)).sum();
        let rest = (self.days.len() - all).max(at_home);
        let (mut within, mut shared) = (0, 0);
        for at in self.days_away() {
            let is_away = |at: usize| self.days.get(at).is_some_and(|day| !day.away.is_empty());
            if at == 0 || !is_away(at - 1) || !is_away(at + 1) {
                continue;
            }
            let homes = &self.days[at].homes;
            let detour = Self::detour(self.main(at - 1), self.main(at + 1), homes);
            if detour.is_some_and(|detour| detour > 300.0) {
                within += 1;
                shared += usize::from(self.days[at].at_home);
            }
        }
        Some(Shares {
            away: (count(seen + 3) / count(on_trips + 4)).min(0.98),
            home: (count(at_home + 1) / count(rest + 4)).min(0.98),
            shared: if shared < 2 {
                0.0
            } else {
                count(shared) / count(within + 2)
            },
        })
    }

    fn spells(&self) -> Vec<Spell> {
        let shares = self.shares(&self.pass(None));
        let second = self.pass(shares).into_iter();
        second.map(|(spell, _)| spell).collect()
    }
}

/// Whether somebody can have been in a cell on a day away.
fn can_be(days: &[PlainDay], at: usize, cell: Cell) -> bool {
    let is_near = |other: usize| other != at && other.abs_diff(at) <= 3;
    let has_company = (0..days.len()).any(|other| is_near(other) && !days[other].away.is_empty());
    if has_company || days[at].homes.is_empty() {
        return true;
    }
    let between = if days[at].at_home {
        1
    } else {
        let before = (0..at).rev().find(|other| days[*other].at_home);
        let after = (at + 1..days.len()).find(|other| days[*other].at_home);
        match (before, after) {
            (Some(before), Some(after)) => after - before,
            _ => return true,
        }
    };
    let reach = 2_500.0 * f64::from(u32::try_from(between).unwrap());
    between >= 4 || nearest(&days[at].homes, cell.centre()) <= reach
}

/// Where lives are lived: two homes 112 km apart, places near by, along a coast within one
/// stop, one place and one stage of each other, across the world, and nowhere.
const PLACES: [(f64, f64); 16] = [
    (45.764, 4.836),
    (46.204, 6.143),
    (45.764, 5.40),
    (45.764, 5.55),
    (45.188, 5.724),
    (47.05, 4.836),
    (48.857, 2.352),
    (38.722, -9.139),
    (38.80, -9.38),
    (39.08, -9.139),
    (40.417, -3.704),
    (41.158, -8.629),
    (28.10, -15.41),
    (35.68, 139.69),
    (-33.87, 151.21),
    (0.01, 0.01),
];
/// The first day of every life.
const START: i32 = 736_000;

fn place(number: usize) -> Position {
    let (lat, lon) = PLACES[number];
    Position::new(lat, lon).unwrap()
}

/// A stretch of a life: a silence, then days at a place, some of them with another one.
#[derive(Debug, Clone)]
struct Stretch {
    silence: i32,
    place: usize,
    days: i32,
    every: usize,
    records: u32,
    also: Option<(usize, u32)>,
}

fn stretches() -> impl Strategy<Value = Stretch> {
    let silence = prop_oneof![5 => Just(0), 5 => 1..4_i32, 2 => 4..40_i32];
    let days = prop_oneof![1..3_i32, 3..12_i32];
    let also = prop::option::weighted(0.25, (any_place(), 1..4_u32));
    let away = (silence, any_place(), days, 1..4_usize, 1..4_u32, also);
    let away = away.prop_map(|(silence, place, days, every, records, also)| Stretch {
        silence,
        place,
        days,
        every,
        records,
        also,
    });
    let home = (1..40_i32, 1..6_usize).prop_map(|(days, every)| Stretch {
        silence: 0,
        place: 0,
        days,
        every,
        records: 2,
        also: None,
    });
    prop_oneof![3 => away, 1 => home]
}

fn any_place() -> impl Strategy<Value = usize> {
    prop_oneof![2 => Just(0), 8 => 0..PLACES.len()]
}

fn lives() -> impl Strategy<Value = Vec<Seen>> {
    let few = prop::collection::vec(any_place(), 1..4);
    let palette = prop_oneof![Just((0..PLACES.len()).collect()), few];
    (palette, prop::collection::vec(stretches(), 1..30)).prop_map(|(palette, stretches)| {
        let mut seen = Vec::new();
        let mut day = START;
        // Home stays home; who goes to few places comes back to them.
        let place = |number: usize| match number {
            0 => place(0),
            _ => place(palette[number % palette.len()]),
        };
        for stretch in stretches {
            day += stretch.silence;
            for day in (day..day + stretch.days).step_by(stretch.every) {
                seen.push((day, Cell::of(place(stretch.place)), stretch.records));
                seen.extend((stretch.also).map(|(also, records)| {
                    let cell = Cell::of(place(also));
                    (day, cell, records)
                }));
            }
            day += stretch.days;
        }
        seen
    })
}

/// None, one all the time, or several with dates of their own.
fn homes() -> impl Strategy<Value = Vec<PlainHome>> {
    let dated = (0..7_usize, 0..400_i32, 0..600_i32, 5..40_u8);
    let dated = dated.prop_map(|(at, from, days, radius)| PlainHome {
        centre: Cell::of(place(at)).centre(),
        radius_km: f64::from(radius),
        from: START + from,
        to: START + from + days,
    });
    let always = PlainHome {
        centre: Cell::of(place(0)).centre(),
        radius_km: 25.0,
        from: START,
        to: START + 2_000,
    };
    prop_oneof![
        4 => Just(vec![always]),
        3 => prop::collection::vec(dated.clone(), 0..4),
        3 => dated.prop_map(move |other| vec![always, other]),
    ]
}

fn decisions() -> impl Strategy<Value = Decided> {
    let span = (0..200_i32, 0..10_i32).prop_map(|(first, days)| Span {
        first: Day::from_number(START + first),
        last: Day::from_number(START + first + days),
    });
    let cuts = prop::collection::vec(0..200_i32, 0..3);
    let decided = (cuts, prop::collection::vec(span, 0..2));
    let decided = decided.prop_map(|(cuts, taken)| Decided {
        cuts: (cuts.into_iter())
            .map(|day| Day::from_number(START + day))
            .collect(),
        taken,
    });
    prop_oneof![2 => Just(Decided::default()), 1 => decided]
}

fn found(seen: &[Seen], homes: &[PlainHome], decided: &Decided) -> (Calendar, Found) {
    let days = seen.iter();
    let days = days.map(|(day, cell, records)| (Day::from_number(*day), *cell, *records));
    let calendar = homes.iter().fold(Calendar::default(), |calendar, home| {
        let (from, to) = (Day::from_number(home.from), Day::from_number(home.to));
        calendar.with(home.centre, home.radius_km, from, to)
    });
    let found = spells::find(&Sightings::new(days), &calendar, decided);
    (calendar, found)
}

/// What one day away shows, as evidence; hours do not matter.
fn pair((day, cell, records): Seen) -> Pair {
    let local = Clock {
        date: Day::from_number(day).date(),
        time: NaiveTime::from_hms_opt(12, 0, 0),
        offset: None,
    };
    Pair {
        place: PlaceId(0),
        cell: Some(cell),
        day: Day::from_number(day),
        tally: Tally {
            records,
            ..Tally::one(local, true)
        },
    }
}

/// A stop of the model: its days, its middle and its files.
type PlainStop = (Span, Position, u32);

/// A day belongs to the stop of the day before while it is within 25 km of where that began.
fn stops(days: &[(i32, Vec<Seen>)]) -> Vec<PlainStop> {
    let main = |seen: &[Seen]| {
        let records = |cell: Cell| -> u32 {
            let there = seen.iter().filter(|(_, other, _)| *other == cell);
            there.map(|(_, _, records)| records).sum()
        };
        let cells = seen.iter().map(|(_, cell, _)| *cell);
        cells.max_by_key(|cell| (records(*cell), *cell)).unwrap()
    };
    let mut starts: Vec<usize> = Vec::new();
    for (at, (_, seen)) in days.iter().enumerate() {
        let goes_on = starts.last().is_some_and(|start| {
            let began = main(&days[*start].1).centre();
            km(began, main(seen).centre()) <= 25.0
        });
        if !goes_on {
            starts.push(at);
        }
    }
    let ends = starts.iter().skip(1).copied().chain([days.len()]);
    let stops = starts.iter().zip(ends).map(|(start, end)| {
        let of_stop = &days[*start..end];
        let all: Vec<Seen> = of_stop.iter().flat_map(|(_, seen)| seen.clone()).collect();
        let span = Span {
            first: Day::from_number(of_stop[0].0),
            last: Day::from_number(of_stop[of_stop.len() - 1].0),
        };
        (span, main(&all).centre(), u32::try_from(all.len()).unwrap())
    });
    stops.collect()
}

proptest! {
    /// The spells, why they begin and end, and the positions that cannot be.
    #[test]
    fn spells_equal_the_plain_model(
        seen in lives(), homes in homes(), decided in decisions(),
    ) {
        let (_, found) = found(&seen, &homes, &decided);
        let (plain, implausible) = Plain::new(&seen, &homes, &decided);
        prop_assert_eq!(found.spells, plain.spells());
        prop_assert_eq!(Vec::from_iter(found.implausible), implausible);
    }

    /// Which cell is away on which day, on days with and without anything.
    #[test]
    fn what_is_away_equals_the_plain_model(
        homes in homes(), days in prop::collection::vec((-500..2_500_i32, 0..15_usize), 0..40),
    ) {
        let (calendar, _) = found(&[], &homes, &Decided::default());
        for (day, at) in days {
            let (day, cell) = (START + day, Cell::of(place(at)));
            let plain = PlainDay::of(day, &[(day, cell, 1)], &homes);
            prop_assert_eq!(calendar.are_away(Day::from_number(day), cell), !plain.at_home);
        }
    }

    /// The stops of all that was away, taken as one journey, and how far it went.
    #[test]
    fn stops_equal_the_plain_model(mut seen in lives(), from_home in any::<bool>()) {
        seen.sort_unstable();
        let pairs: Vec<Pair> = seen.iter().copied().map(pair).collect();
        let home = from_home.then(|| ("home", place(0)));
        let unknown = Address::unknown();
        let journey = itinerary::describe(&pairs.iter().collect::<Vec<_>>(), home, |_| &unknown);
        let mut days: BTreeMap<i32, Vec<Seen>> = BTreeMap::new();
        for seen in &seen {
            days.entry(seen.0).or_default().push(*seen);
        }
        let days: Vec<(i32, Vec<Seen>)> = days.into_iter().collect();
        let found = journey.stops.iter().map(|stop| (stop.span, stop.centre, stop.files));
        prop_assert_eq!(found.collect::<Vec<_>>(), stops(&days));

        // Each day is a stop of its own when every other one is left out: its main place.
        let mains = days.iter().map(|day| stops(std::slice::from_ref(day))[0].1);
        let home_at = home.map(|(_, at)| at);
        let way: Vec<Position> = home_at.into_iter().chain(mains).chain(home_at).collect();
        let length: f64 = way.windows(2).map(|leg| km(leg[0], leg[1])).sum();
        prop_assert!((f64::from(journey.distance_km) - length).abs() <= 0.5);
        let farthest = home_at.map_or(0.0, |home| {
            let all = seen.iter().map(|(_, cell, _)| km(home, cell.centre()));
            all.fold(0.0, f64::max)
        });
        prop_assert!((f64::from(journey.farthest_km) - farthest).abs() <= 0.5);
    }
}
