//! Where somebody lived, and when.

use std::cmp::Reverse;

use super::known::{HomeOrigin, NoHome, StatedHome};
use super::outings::{AROUND_KM, Habits, Visit};
use super::segments::segments;
use super::sightings::{Sighting, Sightings};
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
/// Who is seen at a home in less than the share of weeks of before, divided by this, from
/// when there is another one on, has moved and comes for visits.
const VISITS_DIVISOR: f64 = 1.5;
/// One home is left so soon after the first day at the next one.
const MOVING_DAYS: i32 = 30;
/// A home is come back to, so that there are so many stays at least, or one as long as
/// [`LIVED_SPAN`]: else it is a stage of a long journey.
const LEAST_STAYS: usize = 4;
/// What is seen less often, in half of that share of weeks and in so many at least, is a
/// second home only when the photos say so,
const FEWEST_WEEKS: usize = 6;
/// with so high log-odds.
const PROOF: f64 = 2.0;
/// Nobody goes to the same place for a day out in so large a share of weeks.
const OUTING_SHARE: f64 = 0.33;
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

/// A window on sorted numbers that only moves on: its bounds cost a step each, where
/// [`within`] searches.
struct Window<'a> {
    sorted: &'a [i32],
    begin: usize,
    end: usize,
}

impl<'a> Window<'a> {
    fn on(sorted: &'a [i32]) -> Self {
        Self {
            sorted,
            begin: 0,
            end: 0,
        }
    }

    /// The numbers between two, both included, neither of which is less than before.
    fn slide(&mut self, first: i32, last: i32) -> &'a [i32] {
        let beyond = |from: usize, bound: i32| {
            let rest = self.sorted[from..].iter();
            from + rest.take_while(|number| **number < bound).count()
        };
        self.end = beyond(self.end, last + 1);
        self.begin = beyond(self.begin, first);
        &self.sorted[self.begin..self.end]
    }
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
    part(&mut homes);
    homes.retain(|home| home.stated.is_some() || !no_home(home));
    homes.sort_by_key(|home| (home.from, home.to, Cell::of(home.centre)));
    homes
}

struct Search<'a> {
    sightings: &'a Sightings,
    /// The days of each cell.
    days_of: Vec<Vec<(i32, u32)>>,
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

/// A stretch of weeks in which an area was a home.
struct Tenure {
    /// The number of the home.
    home: usize,
    /// The number of the area.
    area: usize,
    /// The first and the last week.
    span: (i32, i32),
}

/// Why a candidate is a home: the weeks that make it one, and the share of weeks in which
/// it is seen at its best.
struct Claim {
    weeks: Vec<i32>,
    rate: f64,
    origin: HomeOrigin,
    /// Whether days out would look like this on the calendar.
    may_be_outings: bool,
    /// Whether it is seen so rarely that the photos must tell that it is a home.
    wants_proof: bool,
}

/// What an area is.
enum Verdict {
    /// Nothing that lasts.
    Nothing,
    /// A place for days out.
    Outings,
    /// A home, with the days at it.
    Home(Candidate, Claim, Vec<Visit>),
}

/// What is known of a life while homes are looked for.
struct Life {
    habits: Habits,
    /// The records of each active day.
    all: Vec<u32>,
    /// The records of each active day that are away from all homes so far.
    away: Vec<u32>,
    /// The cells that are not away.
    at_home: Vec<bool>,
}

impl Life {
    fn new(search: &Search<'_>) -> Self {
        let mut habits = Habits::default();
        let days = search.sightings.days();
        let records = |(_, seen): (i32, &[Sighting])| seen.iter().map(|seen| seen.records).sum();
        let away: Vec<u32> = days.map(records).collect();
        for records in &away {
            habits.away.add(*records);
        }
        Self {
            habits,
            all: away.clone(),
            away,
            at_home: vec![false; search.days_of.len()],
        }
    }

    /// Whether something was taken at a home on a day.
    fn is_home_on(&self, search: &Search<'_>, day: i32) -> bool {
        let at = search.active_days.binary_search(&day);
        at.is_ok_and(|at| self.away[at] < self.all[at])
    }

    /// Somebody lives there.
    fn settle(&mut self, search: &Search<'_>, centre: Position, visits: &[Visit]) {
        for visit in visits {
            self.habits.home.add(visit.records);
            self.habits.around += f64::from(u8::from(visit.is_around));
        }
        let Sightings { cells, points, .. } = search.sightings;
        let mut around = Vec::new();
        near(cells, points, centre, RADIUS_KM + MARGIN_KM, &mut around);
        for cell in around {
            if std::mem::replace(&mut self.at_home[cell], true) {
                continue;
            }
            for (day, records) in &search.days_of[cell] {
                if let Ok(at) = search.active_days.binary_search(day) {
                    self.habits.away.take(self.away[at]);
                    self.away[at] -= records;
                    self.habits.away.add(self.away[at]);
                }
            }
        }
    }
}

impl Search<'_> {
    /// Adds what is found to the homes that are known.
    fn find(&self, homes: &mut Vec<Home>) {
        let Sightings { cells, points, .. } = self.sightings;
        let weeks: Vec<usize> = (self.days_of.iter())
            .map(|days| days.chunk_by(|a, b| week(a.0) == week(b.0)).count())
            .collect();
        let mut free = vec![true; cells.len()];
        let mut area = Vec::new();
        let mut life = self.life_at(homes);
        let (mut tenures, mut areas) = (Vec::new(), Vec::new());
        for cell in self.most_seen_first(&weeks) {
            if !free[cell] {
                continue;
            }
            let centre = cells[cell].centre();
            near(cells, points, centre, RADIUS_KM, &mut area);
            area.retain(|cell| free[*cell]);
            let at_most: usize = area.iter().map(|cell| weeks[*cell]).sum();
            if at_most < FEWEST_WEEKS {
                continue;
            }
            let mut take = || area.iter().for_each(|cell| free[*cell] = false);
            let (candidate, claim, visits) = match self.judge(centre, &area, &life) {
                Verdict::Nothing => continue,
                Verdict::Outings => {
                    // Not once more around a cell at its edge.
                    take();
                    continue;
                }
                Verdict::Home(candidate, claim, visits) => (candidate, claim, visits),
            };
            let stretches = self.stretches(&candidate, &claim, centre, homes);
            if !stretches.is_empty() {
                take();
                life.settle(self, centre, &visits);
            }
            for span in stretches {
                if let Some(home) = self.home(centre, &candidate, span, claim.origin) {
                    tenures.push(Tenure {
                        home: homes.len(),
                        area: areas.len(),
                        span,
                    });
                    homes.push(home);
                }
            }
            areas.push(candidate);
        }
        self.move_out(homes, &tenures, &areas);
    }

    /// The cells that may be the middle of a home, the most seen of an area first. One week
    /// is no home, nor are the cells around it that are seen no more often.
    fn most_seen_first(&self, weeks: &[usize]) -> Vec<usize> {
        let cells = 0..self.days_of.len();
        let mut order: Vec<usize> = cells.filter(|cell| weeks[*cell] >= 2).collect();
        order.sort_by_key(|cell| {
            let days = self.days_of[*cell].len();
            (Reverse(weeks[*cell]), Reverse(days), *cell)
        });
        order
    }

    /// What is known of a life by the homes that are stated.
    fn life_at(&self, homes: &[Home]) -> Life {
        let Sightings { cells, points, .. } = self.sightings;
        let (mut life, mut area) = (Life::new(self), Vec::new());
        for home in homes {
            near(cells, points, home.centre, home.radius_km, &mut area);
            let visits = self.visits(home.centre, &area);
            life.settle(self, home.centre, &visits);
        }
        life
    }

    /// Whether an area is a home.
    fn judge(&self, centre: Position, area: &[usize], life: &Life) -> Verdict {
        let mut visits = self.visits(centre, area);
        let candidate = Candidate::new(&visits);
        let Some(claim) = self.claim(&candidate) else {
            return Verdict::Nothing;
        };
        if claim.may_be_outings {
            for visit in &mut visits {
                visit.is_home_too = life.is_home_on(self, visit.day);
            }
            let most = if claim.wants_proof { -PROOF } else { 0.0 };
            if life.habits.outing_odds(&visits) > most {
                return Verdict::Outings;
            }
        }
        Verdict::Home(candidate, claim, visits)
    }

    /// The first and last weeks of each time that an area was a home of its own.
    fn stretches(
        &self,
        candidate: &Candidate,
        claim: &Claim,
        centre: Position,
        homes: &[Home],
    ) -> Vec<(i32, i32)> {
        let rate = claim.rate / RATE_DIVISOR;
        let mut stretches = segments(&candidate.weeks, &self.active_weeks, rate);
        stretches.retain(|(first, last)| {
            // A long visit to where one lived is no home again.
            let qualifies = within(&claim.weeks, *first, *last) > 0
                && (claim.origin != HomeOrigin::LivedIn || last - first >= LIVED_SPAN);
            qualifies && !homes.iter().any(|home| is_of(home, centre, *first, *last))
        });
        stretches
    }

    /// Ends homes that somebody moved out of: from when another one is the base on, what is
    /// seen there are visits, unless one comes back to live there.
    fn move_out(&self, homes: &mut Vec<Home>, tenures: &[Tenure], areas: &[Candidate]) {
        let mut left = vec![false; homes.len()];
        for old in tenures {
            let area = &areas[old.area];
            let begun = tenures.iter().filter(|other| other.area == old.area);
            let begun = begun.map(|other| other.span.0).fold(old.span.0, i32::min);
            let mut ends: Option<i32> = None;
            for new in tenures {
                let first = new.span.0;
                let comes_back = old.span.1 > new.span.1 + LIVED_SPAN;
                let is_later = first - begun >= LIVED_SPAN && first <= old.span.1;
                if new.area == old.area || !is_later || comes_back {
                    continue;
                }
                let from = first.max(old.span.0);
                let before = self.share(area, begun, first - 1);
                let after = self.most_in_half_a_year(area, from, old.span.1);
                let base = self.share(&areas[new.area], from, old.span.1);
                if after < before / VISITS_DIVISOR && after < base {
                    ends = Some(ends.map_or(first, |ends| ends.min(first)));
                }
            }
            let Some(ends) = ends else { continue };
            let home = &homes[old.home];
            let settled = self.home(home.centre, area, (old.span.0, ends), home.origin);
            match settled.filter(|_| old.span.0 < ends) {
                Some(settled) => homes[old.home] = settled,
                None => left[old.home] = true,
            }
        }
        let mut left = left.iter();
        homes.retain(|_| !left.next().is_some_and(|left| *left));
    }

    /// The highest of these shares in half a year of some weeks: who lives somewhere for a
    /// season each year has not moved out.
    fn most_in_half_a_year(&self, area: &Candidate, first: i32, last: i32) -> f64 {
        let latest = (last - HALF_WINDOW + 1).max(first);
        let seen = area.weeks.iter().copied();
        let seen = seen.filter(|week| (first..=last).contains(week));
        let from = seen.map(|week| week.min(latest));
        // One visit is a whole stretch of its own: what follows counts too.
        let until = |week: i32| (week + HALF_WINDOW - 1).min(last.max(week + LIVED_SPAN));
        let shares = from.map(|week| self.share(area, week, until(week)));
        shares.fold(0.0, f64::max)
    }

    /// The share of the weeks with anything in which an area is seen.
    fn share(&self, area: &Candidate, first: i32, last: i32) -> f64 {
        ratio(
            within(&area.weeks, first, last),
            within(&self.active_weeks, first, last),
        )
    }

    /// Whether an area is come back to, or stayed at for long.
    fn is_come_back_to(&self, candidate: &Candidate) -> bool {
        let mut stays = 1;
        let mut first = candidate.days.first().copied().unwrap_or_default();
        let mut longest = 0;
        for pair in candidate.days.windows(2) {
            let is_elsewhere = || within(self.active_days, pair[0] + 1, pair[1] - 1) > 0;
            if pair[1] - pair[0] > STAY_DAYS && is_elsewhere() {
                stays += 1;
                first = pair[1];
            }
            longest = longest.max(pair[1] - first);
        }
        stays >= LEAST_STAYS || longest >= 7 * LIVED_SPAN
    }

    /// The days at an area.
    fn visits(&self, centre: Position, area: &[usize]) -> Vec<Visit> {
        let point = Point::of(centre);
        let mut visits: Vec<Visit> = Vec::new();
        for cell in area {
            let is_around = self.sightings.points[*cell].km(point) > AROUND_KM;
            visits.extend(self.days_of[*cell].iter().map(|(day, records)| Visit {
                day: *day,
                records: *records,
                is_around,
                is_home_too: false,
            }));
        }
        // The days of each cell are sorted already: a stable sort merges them.
        visits.sort_by_key(|visit| visit.day);
        visits.dedup_by(|later, first| {
            let is_same = later.day == first.day;
            if is_same {
                first.records += later.records;
                first.is_around |= later.is_around;
            }
            is_same
        });
        visits
    }

    /// What makes an area a home, if it is one.
    fn claim(&self, candidate: &Candidate) -> Option<Claim> {
        let seen = &candidate.weeks;
        let (first, last) = (*seen.first()?, *seen.last()?);
        if seen.len() < FEWEST_WEEKS {
            return None;
        }
        let mut lived = Claim {
            weeks: Vec::new(),
            rate: 0.0,
            origin: HomeOrigin::LivedIn,
            may_be_outings: false,
            wants_proof: false,
        };
        let [mut around, mut active] = [seen, &self.active_weeks].map(|weeks| Window::on(weeks));
        for week in seen {
            let (from, to) = (week - HALF_WINDOW, week + HALF_WINDOW);
            let around = around.slide(from, to);
            let share = ratio(around.len(), active.slide(from, to).len());
            let span = (around.first().zip(around.last())).map_or(0, |(first, last)| last - first);
            if around.len() >= LEAST_WEEKS && share >= LIVED_SHARE && span >= LIVED_SPAN {
                lived.weeks.push(*week);
                lived.rate = lived.rate.max(share);
            }
        }
        if !lived.weeks.is_empty() && !self.is_come_back_to(candidate) {
            lived.weeks.clear();
        }
        let share = ratio(seen.len(), within(&self.active_weeks, first, last));
        let is_single = candidate.single_stays() >= RARE_SINGLE;
        lived.may_be_outings = is_single && share < OUTING_SHARE;
        let is_rare = share >= RARE_SHARE / 2.0 && last - first >= 2 * HALF_WINDOW && is_single;
        let wants_proof =
            lived.weeks.is_empty() && (seen.len() < LEAST_WEEKS || share < RARE_SHARE);
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
            may_be_outings: lived.may_be_outings,
            wants_proof,
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
        // A week that is counted lasts seven days from the first one seen in it.
        let counted = days.get(..end)?.iter().rfind(|day| week(**day) < last_week);
        let counted = days.partition_point(|day| counted.is_some_and(|last| day <= last));
        let counted = *days.get(counted)?;
        let end = days.partition_point(|day| *day < counted + 7).max(end);
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
            .flat_map(|cell| self.days_of[*cell].iter().map(|(day, _)| *day));
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

/// Ends homes that were left where the next one is seen: however rarely photos were taken
/// there, nobody stays on for long after the first days at another one.
fn part(homes: &mut [Home]) {
    let seen: Vec<(Day, Day)> = homes.iter().filter_map(|home| home.seen).collect();
    for home in homes.iter_mut().filter(|home| home.stated.is_none()) {
        let Some((first, last)) = home.seen else {
            continue;
        };
        let is_next = |next: &&(Day, Day)| {
            let days_together = last.number() - next.0.number();
            next.0 > first && next.1 > last && days_together < MOVING_DAYS
        };
        let next = seen.iter().filter(is_next);
        home.to = next.fold(home.to, |to, next| to.min(next.0.max(last)));
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
    fn new(visits: &[Visit]) -> Self {
        let days: Vec<i32> = visits.iter().map(|visit| visit.day).collect();
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
