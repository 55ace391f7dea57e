//! Spells away from home: the days of trips.

use std::collections::BTreeSet;

use serde::Serialize;

use super::homes::Calendar;
use super::sightings::{Sighting, Sightings};
use crate::capture::cell::{Cell, near};
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
/// The next stage of a journey is no farther than this. Kilometres.
const STAGE_KM: f64 = 500.0;
/// And so many silent days on the way there are no silence: few go home in between.
const STAGE_SILENT: i32 = 2;
/// A place is a regular one from so many visits on.
const REGULAR_VISITS: usize = 4;
/// Nobody makes so large a detour by way of home between two days in a row. Kilometres.
const SHARED_KM: f64 = 300.0;
/// So many days away with photos from home at the same time make a library a shared one.
const LEAST_SHARED: usize = 2;
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
    /// The main cell of what is away; known when all that is none is taken out.
    main: Option<u32>,
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
    /// The main cell of the last day.
    place: u32,
    begins: Border,
    /// Days with something away.
    active: usize,
}

/// Finds the spells away from home, and positions that cannot be.
pub fn find(sightings: &Sightings, calendar: &Calendar, decided: &Decided) -> Found {
    let mut days: Vec<Sequence> = (sightings.days())
        .map(|(day, seen)| Sequence::of(day, seen, sightings, calendar))
        .collect();
    let mut implausible = take_out_implausible(&mut days, &sightings.cells);
    implausible.extend(sightings.nowhere.iter().copied());
    take_out_decided(&mut days, decided);
    for day in &mut days {
        day.main = main_of(&day.away);
    }
    let mut walk = Walk {
        sightings,
        calendar,
        decided,
        silence: None,
        mains: mains_of(&days),
    };
    let first = walk.go(&days);
    walk.silence = Silence::measured(&days, &first, walk.shared(&days));
    let spells = walk.go(&days).into_iter().map(|(spell, _)| spell).collect();
    Found {
        spells,
        implausible,
    }
}

impl Sequence {
    /// Whether it is seen at home and nowhere else.
    fn is_at_home_alone(&self) -> bool {
        self.at_home && self.away.is_empty()
    }

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
        Self {
            day,
            homes,
            at_home,
            away,
            main: None,
        }
    }
}

/// The main cell of each day away, with the day, by cell.
fn mains_of(days: &[Sequence]) -> Vec<(u32, i32)> {
    let mains = days.iter();
    let mains = mains.filter_map(|day| Some((day.main?, day.day)));
    let mut mains: Vec<(u32, i32)> = mains.collect();
    mains.sort_unstable();
    mains
}

/// The cell with most records; of several the last one.
fn main_of(away: &[Away]) -> Option<u32> {
    let most = away.iter().max_by_key(|away| (away.records, away.cell));
    most.map(|away| away.cell)
}

/// Takes out what is alone, and farther than one can go and come back between the days
/// at home around it.
fn take_out_implausible(days: &mut [Sequence], cells: &[Cell]) -> BTreeSet<(Day, Cell)> {
    let mut implausible = BTreeSet::new();
    let away = days.iter().filter(|day| !day.away.is_empty());
    let away: Vec<i32> = away.map(|day| day.day).collect();
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
            let at = away.partition_point(|other| *other < day.day);
            let near = |other: Option<&i32>| {
                other.is_some_and(|other| (other - day.day).abs() <= COMPANY_DAYS)
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

/// How photos are taken on trips and at home, and what a day without any from away says
/// of where one was.
#[derive(Debug, Clone, Copy)]
struct Silence {
    /// The share of the days on trips that show something away.
    away: f64,
    /// The share of the days at home that show something.
    home: f64,
    /// The share of the days on trips that show something at home as well: somebody else's
    /// photos, in a library that is shared.
    shared: f64,
}

impl Silence {
    #[expect(clippy::cast_precision_loss, reason = "there are fewer than 2^52 days")]
    fn measured(days: &[Sequence], spells: &[(Spell, usize)], shared: f64) -> Option<Self> {
        let (first, last) = (days.first()?, days.last()?);
        let length = |spell: &Spell| spell.span.days() as usize;
        let long = spells.iter().filter(|(spell, _)| length(spell) >= 3);
        let (mut on_trips, mut seen) = (0, 0);
        for (spell, active) in long {
            on_trips += length(spell);
            seen += active;
        }
        let at_home = days.iter().filter(|day| day.is_at_home_alone()).count();
        let all: usize = spells.iter().map(|(spell, _)| length(spell)).sum();
        let whole = usize::try_from(last.day - first.day + 1).unwrap_or_default();
        let rest = whole.saturating_sub(all).max(at_home);
        // One in a few more than were counted, so that little evidence says little.
        Some(Self {
            away: ((seen + 3) as f64 / (on_trips + 4) as f64).min(0.98),
            home: ((at_home + 1) as f64 / (rest + 4) as f64).min(0.98),
            shared,
        })
    }

    /// How likely it is that one was still away on some days, compared with being at home,
    /// of which so many show nothing and so many something at home: the logarithm.
    fn odds(self, silent: i32, at_home: i32) -> f64 {
        let still = 1.0 - self.away;
        let mut odds = f64::from(silent) * (still * (1.0 - self.shared) / (1.0 - self.home)).ln();
        if at_home > 0 {
            odds += f64::from(at_home) * (still * self.shared / self.home).ln();
        }
        odds
    }

    /// Whether that is likely enough.
    fn allows(self, silent: i32, at_home: i32) -> bool {
        if at_home > 0 && self.shared <= 0.0 {
            return false;
        }
        (silent == 1 && at_home == 0) || self.odds(silent, at_home) >= SILENCE_ODDS.ln()
    }
}

struct Walk<'a> {
    sightings: &'a Sightings,
    calendar: &'a Calendar,
    decided: &'a Decided,
    /// What silences say, once that is measured.
    silence: Option<Silence>,
    /// The main cell of each day away, with the day, in order.
    mains: Vec<(u32, i32)>,
}

/// The days between two days away.
#[derive(Default)]
struct Gap {
    /// The first and the last day seen only at home.
    home: Option<(i32, i32)>,
    /// How many days are seen only at home.
    at_home: i32,
}

impl Walk<'_> {
    /// The spells, each with the number of its days with something away.
    fn go(&self, days: &[Sequence]) -> Vec<(Spell, usize)> {
        let mut spells = Vec::new();
        let mut open: Option<Open> = None;
        let mut gap = Gap::default();
        for (at, day) in days.iter().enumerate() {
            let Some(place) = day.main else {
                if day.at_home {
                    let first = gap.home.map_or(day.day, |(first, _)| first);
                    gap.home = Some((first, day.day));
                    gap.at_home += 1;
                }
                continue;
            };
            let is_next_away = days
                .get(at + 1)
                .is_some_and(|next| next.day == day.day + 1 && !next.away.is_empty());
            let border = open
                .as_ref()
                .and_then(|open| self.border(open, day, place, &gap, is_next_away));
            let mut begins = border.unwrap_or(Border::NothingKnown);
            if let Some((first, last)) =
                gap.home.filter(|_| !matches!(border, Some(Border::ByHand)))
                && (border.is_some() || open.is_none())
            {
                begins = at_home(last);
                spells.extend(open.take().map(|open| open.close(at_home(first))));
            }
            if let Some(border) = border {
                spells.extend(open.take().map(|open| open.close(border)));
            }
            gap = Gap::default();
            if let Some(open) = &mut open {
                (open.last, open.place) = (day.day, place);
                open.active += 1;
                continue;
            }
            if day.at_home {
                begins = at_home_too(day.day);
            }
            open = Some(Open {
                first: day.day,
                last: day.day,
                place,
                begins,
                active: 1,
            });
        }
        let ends = gap
            .home
            .map_or(Border::NothingKnown, |(first, _)| at_home(first));
        spells.extend(open.map(|open| open.close(ends)));
        spells
    }

    /// The share of days within trips that show something at home as well, where one could
    /// not have been: by that a shared library is known.
    #[expect(clippy::cast_precision_loss, reason = "there are fewer than 2^52 days")]
    fn shared(&self, days: &[Sequence]) -> f64 {
        let (mut within, mut shared) = (0_usize, 0_usize);
        for three in days.windows(3) {
            let [before, day, after] = three else {
                continue;
            };
            if (before.day, after.day) != (day.day - 1, day.day + 1) || day.away.is_empty() {
                continue;
            }
            let (Some(from), Some(to)) = (before.main, after.main) else {
                continue;
            };
            let detour = self.detour(from, to, &day.homes);
            if detour.is_some_and(|km| km > SHARED_KM) {
                within += 1;
                shared += usize::from(day.at_home);
            }
        }
        if shared < LEAST_SHARED {
            return 0.0;
        }
        shared as f64 / (within + 2) as f64
    }

    /// Why a day away is not of the spell that is open; `None` when it is.
    fn border(
        &self,
        open: &Open,
        day: &Sequence,
        place: u32,
        gap: &Gap,
        is_next_away: bool,
    ) -> Option<Border> {
        if self.is_cut(open.last, day.day) {
            return Some(Border::ByHand);
        }
        let between = day.day - open.last - 1;
        if between <= 0 {
            return None;
        }
        let Some(detour) = self.detour(open.place, place, &day.homes) else {
            let most = 2.0 * MOST_SILENT;
            return (f64::from(between) > most).then(|| silence(between, most, 0.0));
        };
        let (from, to) = (
            self.sightings.point(open.place),
            self.sightings.point(place),
        );
        let km = from.km(to);
        let is_same = km <= SAME_PLACE_KM;
        let mut bridged = (detour / KM_PER_SILENT_DAY).min(MOST_SILENT);
        if is_same {
            bridged = bridged.max(1.0);
        }
        let is_short = f64::from(between) <= bridged;
        if gap.at_home > 0 {
            let could_not = between < HOME_DAYS && detour > HOME_DAY_KM * f64::from(between + 1);
            let goes_on = (could_not && (is_same || self.allows(between, 0)))
                || self.allows(between - gap.at_home, gap.at_home);
            return (!goes_on || !is_short).then_some(Border::NothingKnown);
        }
        // Nobody goes home and out again faster than one can travel.
        let can_be_home = detour < 2.0 * KM_PER_DAY * f64::from(between + 1);
        if day.at_home && is_next_away && can_be_home && !self.is_shared() {
            return Some(at_home_too(day.day));
        }
        if !is_same && km <= STAGE_KM && between <= STAGE_SILENT {
            return None;
        }
        let goes_on =
            is_short && (self.allows(between, 0) || (is_same && !self.is_regular(open.place)));
        (!goes_on).then(|| silence(between, bridged, detour))
    }

    /// Whether so many silent days, and so many at home, let one still be away.
    fn allows(&self, silent: i32, at_home: i32) -> bool {
        match self.silence {
            Some(silence) => silence.allows(silent, at_home),
            None => at_home == 0 && f64::from(silent) <= FIRST_SILENCE,
        }
    }

    /// Whether the library has somebody else's photos from home.
    fn is_shared(&self) -> bool {
        self.silence.is_some_and(|silence| silence.shared > 0.0)
    }

    /// Whether one comes to a place again and again: then a silence is rather between two
    /// visits than within one.
    fn is_regular(&self, cell: u32) -> bool {
        let Sightings { cells, points, .. } = self.sightings;
        let Some(centre) = cells.get(cell as usize).map(|cell| cell.centre()) else {
            return false;
        };
        let mut around = Vec::new();
        near(cells, points, centre, SAME_PLACE_KM, &mut around);
        let mut days: Vec<i32> = Vec::new();
        for cell in around {
            let first = self
                .mains
                .partition_point(|(main, _)| (*main as usize) < cell);
            let of_cell = self.mains.iter().skip(first);
            let of_cell = of_cell.take_while(|(main, _)| *main as usize == cell);
            days.extend(of_cell.map(|(_, day)| *day));
        }
        days.sort_unstable();
        let visits = days
            .chunk_by(|a, b| f64::from(b - a) <= MOST_SILENT)
            .count();
        visits >= REGULAR_VISITS
    }

    /// How much farther it is from one place to the other by way of a home.
    fn detour(&self, from: u32, to: u32, homes: &[usize]) -> Option<f64> {
        let (from, to) = (self.sightings.point(from), self.sightings.point(to));
        let by_home = homes.iter().map(|home| {
            let home = self.calendar.point(*home);
            from.km(home) + home.km(to)
        });
        Some(by_home.reduce(f64::min)? - from.km(to))
    }

    /// Whether the user parted two days.
    fn is_cut(&self, earlier: i32, later: i32) -> bool {
        let between = |day: &Day| earlier < day.number() && day.number() <= later;
        let parts = |span: &Span| earlier < span.first.number() && span.first.number() < later;
        self.decided.cuts.iter().any(between) || self.decided.taken.iter().any(parts)
    }
}

/// A day seen at home alone, as a border.
fn at_home(day: i32) -> Border {
    Border::AtHome {
        day: Day::from_number(day),
    }
}

/// A day seen at home and away, as a border.
fn at_home_too(day: i32) -> Border {
    Border::AlsoAtHome {
        day: Day::from_number(day),
    }
}

/// Days without anything, as a border.
fn silence(days: i32, bridged: f64, detour: f64) -> Border {
    Border::Silence {
        days: days.unsigned_abs(),
        bridged: whole(bridged),
        detour_km: whole(detour),
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
