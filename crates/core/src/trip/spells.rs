//! Spells away from home: the days of trips.

use std::collections::BTreeSet;

use serde::Serialize;

use super::homes::Calendar;
use super::sightings::{Sighting, Sightings};
use crate::capture::cell::{Cell, Point};
use crate::capture::day::Day;
use crate::capture::span::Span;

/// A detour by way of home of so many kilometres makes one more silent day of a trip likely.
const KM_PER_SILENT_DAY: f64 = 150.0;
/// Silent days within a trip at most; twice as many where no home is known.
const MOST_SILENT: f64 = 14.0;
/// Main places that are no farther apart are one place, and a single silent day there is
/// always bridged. Kilometres.
const SAME_PLACE_KM: f64 = 50.0;
/// A day seen only at home ends no trip when going home and on would have been more than
/// this for each day. Kilometres.
const HOME_DAY_KM: f64 = 500.0;
/// And the next day away comes no more than so many days after the last one.
const HOME_DAYS: i32 = 4;
/// A silence before another place is bridged while it is at least this likely, compared with
/// being at home, that one was still away.
const SILENCE_ODDS: f64 = 0.005;
/// How far one can go and come back in a day. Kilometres.
const KM_PER_DAY: f64 = 2_500.0;
/// Other evidence away within so many days makes a position plausible.
const COMPANY_DAYS: i32 = 3;
/// With so many days between two at home, no distance is implausible.
const SPEED_DAYS: i32 = 4;
/// What silences are measured with before it is known how often photos are taken: days.
const FIRST_SILENCE: f64 = 2.0;

/// What the user decided about days of trips.
#[derive(Debug, Clone, Default)]
pub struct Decided {
    /// Days that open a trip.
    pub cuts: Vec<Day>,
    /// Days that are of no trip: of deleted and of pinned ones.
    pub taken: Vec<Span>,
}

/// What was found.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Found {
    /// The spells away from home, by day.
    pub spells: Vec<Spell>,
    /// Days and cells at which nobody can have been.
    pub implausible: BTreeSet<(Day, Cell)>,
}

/// One spell away from every home.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Spell {
    /// From the first to the last day away.
    #[serde(skip)]
    pub span: Span,
    /// Why it begins then.
    pub begins: Border,
    /// Why it ends then.
    pub ends: Border,
}

/// Why a spell begins or ends.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[serde(tag = "reason", rename_all = "kebab-case")]
pub enum Border {
    /// Nothing is known before or after.
    NothingKnown,
    /// That day is seen at home alone.
    AtHome {
        /// The day.
        day: Day,
    },
    /// That day is seen at home, and away as well: the trip leaves or comes back.
    AlsoAtHome {
        /// The day.
        day: Day,
    },
    /// Days without anything, more than are bridged.
    Silence {
        /// How many days.
        days: u32,
        /// How many are bridged at most.
        bridged: u32,
        /// How much farther it would have been by way of home, in kilometres; 0 where no
        /// home is known.
        detour_km: u32,
    },
    /// The user cut there, or deleted or pinned what lies beside.
    ByHand,
}

/// One day with something.
struct Sequence {
    day: i32,
    /// The numbers of its homes.
    homes: Vec<usize>,
    at_home: bool,
    away: Vec<Away>,
    /// The main place of what is away, implausible or not.
    main: Option<Point>,
}

/// What was seen in one cell away from home.
#[derive(Clone, Copy)]
struct Away {
    cell: u32,
    records: u32,
    /// To the nearest home; infinite without one.
    km: f64,
}

/// A spell that may go on.
struct Open {
    first: i32,
    last: i32,
    /// The main place of the last day.
    place: Point,
    begins: Border,
    /// Days with something away.
    active: usize,
}

/// Finds the spells away from home, and positions that cannot be.
pub fn find(sightings: &Sightings, calendar: &Calendar, decided: &Decided) -> Found {
    let mut days: Vec<Sequence> = (sightings.days())
        .map(|(day, seen)| Sequence::of(day, seen, sightings, calendar))
        .collect();
    let away: Vec<(i32, Point)> = (days.iter())
        .filter_map(|day| Some((day.day, day.main?)))
        .collect();
    let mut implausible = take_out_implausible(&mut days, &away, &sightings.cells);
    implausible.extend(sightings.nowhere.iter().copied());
    take_out_decided(&mut days, decided);
    let mut walk = Walk {
        sightings,
        calendar,
        decided,
        away: &away,
        silence: FIRST_SILENCE,
    };
    let first = walk.go(&days);
    walk.silence = likely_silence(&days, &first);
    let spells = walk.go(&days).into_iter().map(|(spell, _)| spell).collect();
    Found {
        spells,
        implausible,
    }
}

impl Sequence {
    fn of(day: i32, seen: &[Sighting], sightings: &Sightings, calendar: &Calendar) -> Self {
        let homes: Vec<usize> = calendar.of(Day::from_number(day)).collect();
        let mut away: Vec<Away> = Vec::new();
        let mut at_home = false;
        for sighting in seen {
            let point = sightings.point(sighting.cell);
            let mut nearest = f64::INFINITY;
            let mut is_home = false;
            for home in &homes {
                let km = point.km(calendar.point(*home));
                nearest = nearest.min(km);
                is_home |= calendar.is_at(*home, km);
            }
            if is_home {
                at_home = true;
            } else {
                away.push(Away {
                    cell: sighting.cell,
                    records: sighting.records,
                    km: nearest,
                });
            }
        }
        let main = main_of(&away).map(|cell| sightings.point(cell));
        Self {
            day,
            homes,
            at_home,
            away,
            main,
        }
    }
}

/// The cell with most records; of several the last one.
fn main_of(away: &[Away]) -> Option<u32> {
    let most = away.iter().max_by_key(|away| (away.records, away.cell));
    most.map(|away| away.cell)
}

/// Takes out what is alone, and farther than one can go and come back between the days
/// at home around it.
fn take_out_implausible(
    days: &mut [Sequence],
    away: &[(i32, Point)],
    cells: &[Cell],
) -> BTreeSet<(Day, Cell)> {
    let mut implausible = BTreeSet::new();
    let mut next_home = vec![None; days.len()];
    let mut next = None;
    for (at, day) in days.iter().enumerate().rev() {
        next_home[at] = next;
        if day.at_home {
            next = Some(day.day);
        }
    }
    let mut last_home = None;
    for (day, next_home) in days.iter_mut().zip(next_home) {
        if !day.away.is_empty() && !day.homes.is_empty() {
            let at = away.partition_point(|(other, _)| *other < day.day);
            let near = |other: Option<&(i32, Point)>| {
                other.is_some_and(|(other, _)| (other - day.day).abs() <= COMPANY_DAYS)
            };
            let before = at.checked_sub(1).and_then(|before| away.get(before));
            let is_alone = !near(before) && !near(away.get(at + 1));
            let span = match (last_home, next_home) {
                _ if day.at_home => 1,
                (Some(last), Some(next)) => next - last,
                _ => i32::MAX,
            };
            if is_alone && span < SPEED_DAYS {
                let limit = KM_PER_DAY * f64::from(span);
                day.away.retain(|away| {
                    let can_be = away.km <= limit;
                    if !can_be && let Some(cell) = cells.get(away.cell as usize) {
                        implausible.insert((Day::from_number(day.day), *cell));
                    }
                    can_be
                });
            }
        }
        if day.at_home {
            last_home = Some(day.day);
        }
    }
    implausible
}

/// Takes out the days that the user deleted or pinned.
fn take_out_decided(days: &mut [Sequence], decided: &Decided) {
    for day in days {
        let is_taken = |span: &Span| span.contains(Day::from_number(day.day));
        if decided.taken.iter().any(is_taken) {
            day.away.clear();
        }
    }
}

/// How many silent days before another place are bridged: while it is not too unlikely, by
/// how often photos are taken on trips and at home, that one was still away.
#[expect(clippy::cast_precision_loss, reason = "there are fewer than 2^52 days")]
fn likely_silence(days: &[Sequence], spells: &[(Spell, usize)]) -> f64 {
    let (Some(first), Some(last)) = (days.first(), days.last()) else {
        return FIRST_SILENCE;
    };
    let length = |spell: &Spell| spell.span.days() as usize;
    let long = spells.iter().filter(|(spell, _)| length(spell) >= 3);
    let (mut on_trips, mut seen) = (0, 0);
    for (spell, active) in long {
        on_trips += length(spell);
        seen += active;
    }
    let at_home = days
        .iter()
        .filter(|day| day.at_home && day.away.is_empty())
        .count();
    let all: usize = spells.iter().map(|(spell, _)| length(spell)).sum();
    let whole = usize::try_from(last.day - first.day + 1).unwrap_or_default();
    let rest = whole.saturating_sub(all).max(at_home);
    // One in a few more than were counted, so that little evidence says little.
    let away = ((seen + 3) as f64 / (on_trips + 4) as f64).min(0.98);
    let home = ((at_home + 1) as f64 / (rest + 4) as f64).min(0.98);
    if home >= away {
        return MOST_SILENT;
    }
    (SILENCE_ODDS.ln() / ((1.0 - away) / (1.0 - home)).ln()).max(1.0)
}

struct Walk<'a> {
    sightings: &'a Sightings,
    calendar: &'a Calendar,
    decided: &'a Decided,
    /// Each day with something away, and its main place.
    away: &'a [(i32, Point)],
    /// Silent days before another place that are bridged at most.
    silence: f64,
}

impl Walk<'_> {
    /// The spells, each with the number of its days with something away.
    fn go(&self, days: &[Sequence]) -> Vec<(Spell, usize)> {
        let mut spells = Vec::new();
        let mut open: Option<Open> = None;
        let mut begins = Border::NothingKnown;
        for day in days {
            let main = main_of(&day.away).map(|cell| self.sightings.point(cell));
            let Some(place) = main else {
                let ends = open.take_if(|open| day.at_home && self.ends_at_home(open, day));
                if let Some(ended) = ends {
                    let border = Border::AtHome {
                        day: Day::from_number(day.day),
                    };
                    spells.push(ended.close(border));
                }
                if day.at_home && open.is_none() {
                    begins = Border::AtHome {
                        day: Day::from_number(day.day),
                    };
                }
                continue;
            };
            let border = open.as_ref().and_then(|open| self.border(open, day, place));
            if let Some(border) = border {
                spells.extend(open.take().map(|open| open.close(border)));
                begins = border;
            }
            if let Some(open) = &mut open {
                (open.last, open.place) = (day.day, place);
                open.active += 1;
                continue;
            }
            if day.at_home {
                begins = Border::AlsoAtHome {
                    day: Day::from_number(day.day),
                };
            }
            open = Some(Open {
                first: day.day,
                last: day.day,
                place,
                begins,
                active: 1,
            });
        }
        spells.extend(open.map(|open| open.close(Border::NothingKnown)));
        spells
    }

    /// Whether a day that is seen only at home ends a spell: not if one could not have gone
    /// home and on, as when somebody else takes photos there.
    fn ends_at_home(&self, open: &Open, day: &Sequence) -> bool {
        let next = self.away.partition_point(|(other, _)| *other <= day.day);
        let Some((next, place)) = self.away.get(next) else {
            return true;
        };
        let between = next - open.last;
        let detour = self.detour(open.place, *place, &day.homes);
        let is_cut = self.is_cut(open.last, *next);
        is_cut
            || between > HOME_DAYS
            || detour.is_none_or(|km| km <= HOME_DAY_KM * f64::from(between))
    }

    /// Why a day away is not of the spell that is open; `None` when it is.
    fn border(&self, open: &Open, day: &Sequence, place: Point) -> Option<Border> {
        if self.is_cut(open.last, day.day) {
            return Some(Border::ByHand);
        }
        let silent = day.day - open.last - 1;
        if silent <= 0 {
            return None;
        }
        let detour = self.detour(open.place, place, &day.homes);
        let bridged = match detour {
            None => 2.0 * MOST_SILENT,
            Some(detour) if open.place.km(place) > SAME_PLACE_KM => (detour / KM_PER_SILENT_DAY)
                .min(self.silence.max(1.0))
                .min(MOST_SILENT),
            Some(detour) => (detour / KM_PER_SILENT_DAY).clamp(1.0, MOST_SILENT),
        };
        let leaves = detour.is_some() && day.at_home && self.is_away_on(day.day + 1);
        if leaves {
            return Some(Border::AlsoAtHome {
                day: Day::from_number(day.day),
            });
        }
        (f64::from(silent) > bridged).then(|| Border::Silence {
            days: silent.unsigned_abs(),
            bridged: whole(bridged),
            detour_km: whole(detour.unwrap_or(0.0)),
        })
    }

    /// How much farther it is from one place to the other by way of a home.
    fn detour(&self, from: Point, to: Point, homes: &[usize]) -> Option<f64> {
        let by_home = homes.iter().map(|home| {
            let home = self.calendar.point(*home);
            from.km(home) + home.km(to)
        });
        Some(by_home.reduce(f64::min)? - from.km(to))
    }

    fn is_away_on(&self, day: i32) -> bool {
        self.away
            .binary_search_by_key(&day, |(day, _)| *day)
            .is_ok()
    }

    /// Whether the user parted two days.
    fn is_cut(&self, earlier: i32, later: i32) -> bool {
        let between = |day: &Day| earlier < day.number() && day.number() <= later;
        let parts = |span: &Span| earlier < span.first.number() && span.first.number() < later;
        self.decided.cuts.iter().any(between) || self.decided.taken.iter().any(parts)
    }
}

impl Open {
    fn close(self, ends: Border) -> (Spell, usize) {
        let spell = Spell {
            span: Span {
                first: Day::from_number(self.first),
                last: Day::from_number(self.last),
            },
            begins: self.begins,
            ends,
        };
        (spell, self.active)
    }
}

/// Rounded down.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "distances and limits are not negative"
)]
fn whole(number: f64) -> u32 {
    number.max(0.0) as u32
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::capture::position::Position;
    use crate::trip::homes;

    const HOME: (f64, f64) = (45.764, 4.8357);
    const NEAR: (f64, f64) = (45.188, 5.724);
    const FAR: (f64, f64) = (38.7223, -9.1393);
    const FARTHEST: (f64, f64) = (-33.87, 151.21);

    fn sighting((number, (lat, lon)): (i32, (f64, f64))) -> (Day, Cell, u32) {
        let cell = Cell::of(Position::new(lat, lon).unwrap());
        (Day::from_number(738_000 + number), cell, 1)
    }

    /// What is found of a life at home on every second day but for some days away, with
    /// its first and last days by number.
    fn found(away: &[(i32, (f64, f64))], decided: &Decided) -> (Vec<(i32, i32)>, Found) {
        let home = (0..400).step_by(2).filter(|day| {
            let mut away = away.iter();
            !away.any(|(other, _)| other == day)
        });
        let seen = home.map(|day| (day, HOME)).chain(away.iter().copied());
        let sightings = Sightings::new(seen.map(sighting));
        let homes = homes::find(&sightings, &[], &[]);
        assert_eq!(homes.len(), 1);
        let found = find(&sightings, &Calendar::new(&homes), decided);
        let number = |day: Day| day.number() - 738_000;
        let spans = found.spells.iter();
        let spans = spans.map(|spell| (number(spell.span.first), number(spell.span.last)));
        (spans.collect(), found)
    }

    fn days(days: impl IntoIterator<Item = i32>, place: (f64, f64)) -> Vec<(i32, (f64, f64))> {
        days.into_iter().map(|day| (day, place)).collect()
    }

    #[test]
    fn a_spell_ends_when_one_is_at_home_again() {
        let away = days([100, 101, 102, 111, 112], NEAR);
        let (spans, found) = found(&away, &Decided::default());
        assert_eq!(spans, [(100, 102), (111, 112)]);
        let day = |number: i32| Day::from_number(738_000 + number);
        assert_eq!(found.spells[0].begins, Border::AtHome { day: day(98) });
        assert_eq!(found.spells[0].ends, Border::AtHome { day: day(104) });
    }

    #[test]
    fn a_day_without_anything_does_not_split_a_far_trip() {
        let mut away = days((100..=120).step_by(4), FAR);
        // Nobody is at home meanwhile.
        away.extend(days((102..=118).step_by(4), FAR));
        assert_eq!(found(&away, &Decided::default()).0, [(100, 120)]);
    }

    #[test]
    fn a_day_at_home_within_a_far_trip_is_somebody_else() {
        let mut away = days([100, 101, 102, 103, 105, 106, 107], FARTHEST);
        away.retain(|(day, _)| *day != 104);
        assert_eq!(found(&away, &Decided::default()).0, [(100, 107)]);
        let near = days([100, 101, 102, 103, 105, 106, 107], NEAR);
        assert_eq!(
            found(&near, &Decided::default()).0,
            [(100, 103), (105, 107)]
        );
    }

    #[test]
    fn the_user_cuts_and_takes_days() {
        let away = days(100..=106, FAR);
        let day = |number: i32| Day::from_number(738_000 + number);
        let cut = Decided {
            cuts: vec![day(103)],
            taken: Vec::new(),
        };
        let (spans, cut) = found(&away, &cut);
        assert_eq!(spans, [(100, 102), (103, 106)]);
        assert_eq!(cut.spells[0].ends, Border::ByHand);
        let span = Span {
            first: day(102),
            last: day(103),
        };
        let taken = Decided {
            cuts: Vec::new(),
            taken: vec![span],
        };
        assert_eq!(found(&away, &taken).0, [(100, 101), (104, 106)]);
    }

    #[test]
    fn positions_that_cannot_be_are_no_trip() {
        // Lyon on the days before and after, and Sydney alone between them.
        let (spans, found) = found(&[(101, FARTHEST)], &Decided::default());
        assert_eq!(spans, []);
        assert_eq!(found.implausible.len(), 1);
        for place in [(0.01, 0.01), (-11.64, 166.96)] {
            let (spans, found) = self::found(&days(100..=110, place), &Decided::default());
            assert_eq!(spans, [], "{place:?}");
            assert_eq!(found.implausible.len(), 11);
        }
    }

    #[test]
    fn without_a_home_all_is_one_spell_until_a_long_silence() {
        let seen = days((0..30).chain(70..90), NEAR);
        let sightings = Sightings::new(seen.into_iter().map(sighting));
        let found = find(&sightings, &Calendar::default(), &Decided::default());
        let [first, second] = found.spells.as_slice() else {
            panic!("{found:?}")
        };
        assert_eq!((first.span.days(), second.span.days()), (30, 20));
        let silence = Border::Silence {
            days: 40,
            bridged: 28,
            detour_km: 0,
        };
        assert_eq!((first.ends, second.begins), (silence, silence));
    }

    fn places() -> impl Strategy<Value = (f64, f64)> {
        prop_oneof![Just(HOME), Just(NEAR), Just(FAR), Just(FARTHEST)]
    }

    proptest! {
        /// Each day is of one spell at most, spells hold days away alone at both ends, and
        /// the order of what was seen shows nowhere.
        #[test]
        fn spells_are_apart_and_begin_and_end_away(
            seen in prop::collection::vec((0..300_i32, places()), 0..300),
        ) {
            let sightings = Sightings::new(seen.iter().copied().map(sighting));
            let homes = homes::find(&sightings, &[], &[]);
            let calendar = Calendar::new(&homes);
            let found = find(&sightings, &calendar, &Decided::default());
            for pair in found.spells.windows(2) {
                prop_assert!(pair[0].span.last < pair[1].span.first);
            }
            let is_away = |day: Day| {
                seen.iter().copied().map(sighting).any(|(other, cell, _)| {
                    let can_be = !found.implausible.contains(&(day, cell));
                    other == day && can_be && calendar.are_away(day, cell)
                })
            };
            for spell in &found.spells {
                prop_assert!(is_away(spell.span.first) && is_away(spell.span.last));
            }
            let backward = Sightings::new(seen.iter().rev().copied().map(sighting));
            prop_assert_eq!(homes::find(&backward, &[], &[]), homes);
            prop_assert_eq!(find(&backward, &calendar, &Decided::default()), found);
        }
    }
}
