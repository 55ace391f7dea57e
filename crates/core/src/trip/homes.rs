//! Where somebody lived, and when.

use std::cmp::Reverse;

use super::known::{HomeOrigin, NoHome, StatedHome};
use super::segments::segments;
use super::sightings::Sightings;
use crate::capture::cell::{Cell, Point, near};
use crate::capture::day::Day;
use crate::capture::position::Position;

/// How far a found home reaches from its centre. Kilometres.
const RADIUS_KM: f64 = 25.0;
/// What lies no farther than this beyond the reach of a home is not away. Kilometres.
const MARGIN_KM: f64 = 25.0;
/// The days before and after its time in which a home still counts when there is no other.
const NEAREST_DAYS: i32 = 366;
/// What lies within this of a home at the same time is that home: twice the radius.
const APART_KM: f64 = 2.0 * RADIUS_KM;
/// Half of the window in which a home is looked for. Weeks.
const HALF_WINDOW: i32 = 26;
/// A home is seen in so many weeks at least.
const LEAST_WEEKS: usize = 9;
/// What is lived in is seen in this share of the weeks of a window that show anything.
const LIVED_SHARE: f64 = 0.20;
/// And its first and last week of the window are so many weeks apart.
const LIVED_SPAN: i32 = 13;
/// What is used now and then is seen in this share of all weeks from its first to its last.
const RARE_SHARE: f64 = 0.08;
/// And this share of its stays shows a single day.
const RARE_SINGLE: f64 = 0.7;
/// Days seen that are no more than this apart are one stay.
const STAY_DAYS: i32 = 3;
/// The dates of a home reach as far as it is seen at its own rate divided by this.
const RATE_DIVISOR: f64 = 4.0;
/// The first and last day at a home are rarely photographed: its dates are widened by so
/// many times the mean time between two days seen, half a window at most.
const WIDENED: i32 = 2;

/// A home.
#[derive(Debug, Clone, PartialEq)]
pub struct Home {
    /// Its centre.
    pub centre: Position,
    /// How far it reaches, in kilometres.
    pub radius_km: f64,
    /// The first day that it may have been lived in.
    pub from: Day,
    /// The last one.
    pub to: Day,
    /// The first and last day on which it is seen.
    pub seen: Option<(Day, Day)>,
    /// On how many days it is seen.
    pub days_seen: u32,
    /// Of how many days with anything, from the first to the last on which it is seen.
    pub days_active: u32,
    /// How it is known.
    pub origin: HomeOrigin,
    /// Which of the stated ones it is.
    pub stated: Option<usize>,
}

impl Home {
    /// Whether it may have been lived in on that day.
    pub fn is_of(&self, day: Day) -> bool {
        self.from <= day && day <= self.to
    }
}

/// The number of the week, which begins on a Monday.
fn week(day: i32) -> i32 {
    (day - 1).div_euclid(7)
}

/// How many of some sorted numbers lie between two, both included.
fn within(sorted: &[i32], first: i32, last: i32) -> usize {
    sorted.partition_point(|number| *number <= last)
        - sorted.partition_point(|number| *number < first)
}

/// Sorted numbers, each once.
fn distinct(numbers: impl IntoIterator<Item = i32>) -> Vec<i32> {
    let mut numbers: Vec<i32> = numbers.into_iter().collect();
    numbers.sort_unstable();
    numbers.dedup();
    numbers
}

/// Finds homes, several at a time where there are several. What is stated comes first: a
/// found home close to it in its time is that one. They come by their first day.
pub fn find(sightings: &Sightings, stated: &[StatedHome], removed: &[NoHome]) -> Vec<Home> {
    let active_days = distinct(sightings.list.iter().map(|sighting| sighting.day));
    let (Some(first), Some(last)) = (active_days.first(), active_days.last()) else {
        return Vec::new();
    };
    let search = Search {
        sightings,
        days_of: sightings.by_cell(),
        active_weeks: distinct(active_days.iter().map(|day| week(*day))),
        first: *first,
        last: *last,
        active_days: &active_days,
    };
    let mut homes: Vec<Home> = (stated.iter().enumerate())
        .map(|(number, stated)| search.stated(number, stated))
        .collect();
    let no_home = |home: &Home| {
        removed.iter().any(|removed| {
            let overlaps = removed.from.is_none_or(|from| from <= home.to)
                && removed.to.is_none_or(|to| home.from <= to);
            overlaps && removed.centre.0.distance(home.centre).0 <= RADIUS_KM * 1_000.0
        })
    };
    search.find(&mut homes);
    homes.retain(|home| home.stated.is_some() || !no_home(home));
    homes.sort_by_key(|home| (home.from, home.to, Cell::of(home.centre)));
    homes
}

struct Search<'a> {
    sightings: &'a Sightings,
    /// The days of each cell.
    days_of: Vec<Vec<i32>>,
    active_weeks: Vec<i32>,
    active_days: &'a [i32],
    first: i32,
    last: i32,
}

/// An area that may be a home, with the weeks in which it is seen.
struct Candidate {
    /// The days on which it is seen.
    days: Vec<i32>,
    /// Its weeks: a stay of up to a week is one, whichever Sunday it crosses.
    weeks: Vec<i32>,
}

/// Why a candidate is a home: the weeks that make it one, and the share of weeks in which
/// it is seen at its best.
struct Claim {
    weeks: Vec<i32>,
    rate: f64,
    origin: HomeOrigin,
}

impl Search<'_> {
    /// Adds what is found to the homes that are known.
    fn find(&self, homes: &mut Vec<Home>) {
        let cells = &self.sightings.cells;
        let weeks: Vec<usize> = (self.days_of.iter())
            .map(|days| days.chunk_by(|a, b| week(*a) == week(*b)).count())
            .collect();
        // One week is no home, nor are the cells around it that are seen no more often: the
        // most seen of an area comes first.
        let mut order: Vec<usize> = (0..cells.len()).filter(|cell| weeks[*cell] >= 2).collect();
        order.sort_by_key(|cell| {
            (
                Reverse(weeks[*cell]),
                Reverse(self.days_of[*cell].len()),
                *cell,
            )
        });
        let mut free = vec![true; cells.len()];
        let mut area = Vec::new();
        for cell in order {
            if !free[cell] {
                continue;
            }
            let centre = cells[cell].centre();
            near(cells, &self.sightings.points, centre, RADIUS_KM, &mut area);
            area.retain(|cell| free[*cell]);
            let at_most: usize = area.iter().map(|cell| weeks[*cell]).sum();
            if at_most < LEAST_WEEKS {
                continue;
            }
            let candidate = Candidate::new(area.iter().map(|cell| self.days_of[*cell].as_slice()));
            let Some(claim) = self.claim(&candidate) else {
                continue;
            };
            let mut stretches = segments(
                &candidate.weeks,
                &self.active_weeks,
                claim.rate / RATE_DIVISOR,
            );
            stretches.retain(|(first, last)| {
                let qualifies = within(&claim.weeks, *first, *last) > 0;
                qualifies && !homes.iter().any(|home| is_of(home, centre, *first, *last))
            });
            if !stretches.is_empty() {
                for cell in &area {
                    free[*cell] = false;
                }
            }
            let found = stretches.into_iter();
            homes
                .extend(found.filter_map(|span| self.home(centre, &candidate, span, claim.origin)));
        }
    }

    /// What makes an area a home, if it is one.
    fn claim(&self, candidate: &Candidate) -> Option<Claim> {
        let seen = &candidate.weeks;
        let (first, last) = (*seen.first()?, *seen.last()?);
        if seen.len() < LEAST_WEEKS {
            return None;
        }
        let mut lived = Claim {
            weeks: Vec::new(),
            rate: 0.0,
            origin: HomeOrigin::LivedIn,
        };
        for week in seen {
            let (from, to) = (week - HALF_WINDOW, week + HALF_WINDOW);
            let begin = seen.partition_point(|week| *week < from);
            let end = seen.partition_point(|week| *week <= to);
            let active = within(&self.active_weeks, from, to);
            let share = ratio(end - begin, active);
            if end - begin >= LEAST_WEEKS
                && share >= LIVED_SHARE
                && seen[end - 1] - seen[begin] >= LIVED_SPAN
            {
                lived.weeks.push(*week);
                lived.rate = lived.rate.max(share);
            }
        }
        let share = ratio(seen.len(), within(&self.active_weeks, first, last));
        let is_rare = share >= RARE_SHARE
            && last - first >= 2 * HALF_WINDOW
            && candidate.single_stays() >= RARE_SINGLE;
        if !is_rare {
            return (!lived.weeks.is_empty()).then_some(lived);
        }
        let (rate, origin) = if lived.weeks.is_empty() {
            (share.min(1.0), HomeOrigin::NowAndThen)
        } else {
            (lived.rate.min(share), lived.origin)
        };
        Some(Claim {
            weeks: seen.clone(),
            rate,
            origin,
        })
    }

    /// The home that an area was during some weeks.
    fn home(
        &self,
        centre: Position,
        candidate: &Candidate,
        (first_week, last_week): (i32, i32),
        origin: HomeOrigin,
    ) -> Option<Home> {
        let days = &candidate.days;
        let begin = days.partition_point(|day| week(*day) < first_week);
        let end = days.partition_point(|day| week(*day) <= last_week);
        let days = days.get(begin..end)?;
        let (first, last) = (*days.first()?, *days.last()?);
        let seen = i32::try_from(days.len()).unwrap_or(i32::MAX);
        let widened = (WIDENED * (last - first) / seen).min(7 * HALF_WINDOW);
        Some(Home {
            centre,
            radius_km: RADIUS_KM,
            from: Day::from_number((first - widened).max(self.first)),
            to: Day::from_number((last + widened).min(self.last)),
            seen: Some((Day::from_number(first), Day::from_number(last))),
            days_seen: u32::try_from(days.len()).unwrap_or(u32::MAX),
            days_active: u32::try_from(within(self.active_days, first, last)).unwrap_or(u32::MAX),
            origin,
            stated: None,
        })
    }

    /// A stated home, with what is seen of it.
    fn stated(&self, number: usize, stated: &StatedHome) -> Home {
        let mut home = Home {
            centre: stated.centre.0,
            radius_km: stated.radius_km,
            from: stated.from.unwrap_or(Day::from_number(self.first)),
            to: stated.to.unwrap_or(Day::from_number(self.last)),
            seen: None,
            days_seen: 0,
            days_active: 0,
            origin: HomeOrigin::Stated,
            stated: Some(number),
        };
        let mut area = Vec::new();
        let Sightings { cells, points, .. } = self.sightings;
        near(cells, points, home.centre, home.radius_km, &mut area);
        let days = area
            .iter()
            .flat_map(|cell| self.days_of[*cell].iter().copied());
        let days = distinct(days.filter(|day| home.is_of(Day::from_number(*day))));
        if let (Some(first), Some(last)) = (days.first(), days.last()) {
            home.seen = Some((Day::from_number(*first), Day::from_number(*last)));
            home.days_seen = u32::try_from(days.len()).unwrap_or(u32::MAX);
            let active = within(self.active_days, *first, *last);
            home.days_active = u32::try_from(active).unwrap_or(u32::MAX);
        }
        home
    }
}

/// Whether an area was that home during some weeks: close by, and within its time.
fn is_of(home: &Home, centre: Position, first: i32, last: i32) -> bool {
    let apart = APART_KM.max(home.radius_km + RADIUS_KM) * 1_000.0;
    home.centre.distance(centre).0 <= apart
        && week(home.from.number()) - HALF_WINDOW <= first
        && last <= week(home.to.number()) + HALF_WINDOW
}

impl Candidate {
    fn new<'a>(days: impl Iterator<Item = &'a [i32]>) -> Self {
        let days = distinct(days.flatten().copied());
        let mut weeks: Vec<i32> = Vec::new();
        let mut counted: Option<i32> = None;
        for day in &days {
            if counted.is_none_or(|last| day - last >= 7) {
                counted = Some(*day);
                weeks.push(week(*day));
            }
        }
        Self { days, weeks }
    }

    /// The share of its stays that show a single day.
    fn single_stays(&self) -> f64 {
        let stays = self.days.chunk_by(|a, b| b - a <= STAY_DAYS);
        let (mut all, mut single) = (0, 0);
        for stay in stays {
            all += 1;
            single += usize::from(stay.len() == 1);
        }
        ratio(single, all)
    }
}

/// A share; 0 of nothing.
#[expect(clippy::cast_precision_loss, reason = "there are fewer than 2^52 days")]
fn ratio(part: usize, all: usize) -> f64 {
    if all == 0 {
        0.0
    } else {
        part as f64 / all as f64
    }
}

/// The homes of each day: those whose time holds it, else the nearest in time within a
/// year.
#[derive(Debug, Default)]
pub struct Calendar(Vec<Lived>);

/// Where and when one lived.
#[derive(Debug)]
struct Lived {
    from: i32,
    to: i32,
    point: Point,
    /// How far one may be from there and not be away. Kilometres.
    km: f64,
}

impl Calendar {
    /// Adds a home that reaches so many kilometres from its centre.
    #[must_use]
    pub fn with(mut self, centre: Position, radius_km: f64, from: Day, to: Day) -> Self {
        self.0.push(Lived {
            from: from.number(),
            to: to.number(),
            point: Point::of(centre),
            km: radius_km + MARGIN_KM,
        });
        self
    }

    /// Of these homes.
    pub fn new(homes: &[Home]) -> Self {
        let empty = Self::default();
        homes.iter().fold(empty, |calendar, home| {
            calendar.with(home.centre, home.radius_km, home.from, home.to)
        })
    }

    /// The homes of a day, by their numbers.
    pub fn of(&self, day: Day) -> impl Iterator<Item = usize> {
        let day = day.number();
        let distance = move |home: &Lived| (home.from - day).max(day - home.to).max(0);
        let nearest = self.0.iter().map(distance).min();
        let nearest = nearest.filter(|days| *days <= NEAREST_DAYS);
        let homes = self.0.iter().enumerate();
        let of_day = homes.filter(move |(_, home)| Some(distance(home)) == nearest);
        of_day.map(|(number, _)| number)
    }

    /// The middle of a home.
    pub(super) fn point(&self, home: usize) -> Point {
        self.0[home].point
    }

    /// Whether so many kilometres from a home are still there.
    pub(super) fn is_at(&self, home: usize, km: f64) -> bool {
        km <= self.0[home].km
    }

    /// Whether a place is away from every home of a day.
    pub fn are_away(&self, day: Day, cell: Cell) -> bool {
        let point = Point::of(cell.centre());
        self.of(day)
            .all(|home| !self.is_at(home, point.km(self.point(home))))
    }
}
