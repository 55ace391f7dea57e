//! Whether a place that is seen now and then, mostly for a day, is a second home or where
//! somebody likes to go for a day out.
//!
//! Both look alike on the calendar. What tells them apart is how photos are taken: in a
//! house as at home, few and around about; on a day out as on a trip, many, and at the one
//! sight that one came for. Both are measured in the same life, so that nothing depends on
//! how many photos a person takes.

/// A day on which something is farther than this from the middle of an area shows life
/// around it: a cell and a half, so that what lies beside the middle does not count. Km.
pub(super) const AROUND_KM: f64 = 8.0;
/// The share of days out that show something so far from the one sight.
const AROUND_ON_OUTINGS: f64 = 0.1;
/// The share of days out that show something at home as well: before one left, or in the
/// evening.
const HOME_ON_OUTINGS: f64 = 0.15;
/// And of days at a second home, where one sleeps.
const HOME_AT_SECOND: f64 = 0.05;
/// A night there is so many times as likely in a house as on days out.
const NIGHT_ODDS: f64 = 6.0;
/// One day says no more than this, as log-odds: a feast in the house is a feast.
const MOST_OF_A_DAY: f64 = 1.5;
/// The least days at home and away that tell how photos are taken there.
const LEAST_DAYS: f64 = 10.0;
/// The least variance of the logarithm of a day's records.
const LEAST_VARIANCE: f64 = 0.25;

/// How many records the days of one kind show: the moments of their logarithms.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Habit {
    days: f64,
    sum: f64,
    squares: f64,
}

impl Habit {
    /// Counts a day of so many records; none is no day.
    pub(super) fn add(&mut self, records: u32) {
        self.count(records, 1.0);
    }

    /// Takes one back.
    pub(super) fn take(&mut self, records: u32) {
        self.count(records, -1.0);
    }

    fn count(&mut self, records: u32, times: f64) {
        if records > 0 {
            let log = f64::from(records).ln();
            self.days += times;
            self.sum += times * log;
            self.squares += times * log * log;
        }
    }

    fn mean(self) -> f64 {
        self.sum / self.days
    }

    /// The sum of squares around the mean.
    fn deviation(self) -> f64 {
        self.squares - self.sum * self.sum / self.days
    }
}

/// How photos are taken in one life, as far as it is known.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Habits {
    /// On the days at the homes that are known.
    pub(super) home: Habit,
    /// Of these, the days with something around.
    pub(super) around: f64,
    /// On the days away from them.
    pub(super) away: Habit,
}

/// A day at an area.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Visit {
    pub(super) day: i32,
    /// The records in the area.
    pub(super) records: u32,
    /// Whether some lie farther from its middle than [`AROUND_KM`].
    pub(super) is_around: bool,
    /// Whether something was taken at another home on that day.
    pub(super) is_home_too: bool,
}

impl Habits {
    /// How much more likely these visits, which come by day, are days out than life in a
    /// second home, as log-odds.
    pub(super) fn outing_odds(mut self, visits: &[Visit]) -> f64 {
        for visit in visits {
            self.away.take(visit.records);
        }
        if self.home.days < LEAST_DAYS || self.away.days < LEAST_DAYS {
            return 0.0;
        }
        let spread = self.home.deviation() + self.away.deviation();
        let variance = (spread / (self.home.days + self.away.days)).max(LEAST_VARIANCE);
        let around = (self.around + 1.0) / (self.home.days + 2.0);
        let of_day = |visit: &Visit| {
            let log = f64::from(visit.records).ln();
            let (home, away) = (log - self.home.mean(), log - self.away.mean());
            let records = (home * home - away * away) / (2.0 * variance);
            let place = if visit.is_around {
                (AROUND_ON_OUTINGS / around).ln()
            } else {
                ((1.0 - AROUND_ON_OUTINGS) / (1.0 - around)).ln()
            };
            let home = if visit.is_home_too {
                (HOME_ON_OUTINGS / HOME_AT_SECOND).ln()
            } else {
                ((1.0 - HOME_ON_OUTINGS) / (1.0 - HOME_AT_SECOND)).ln()
            };
            home + records.clamp(-MOST_OF_A_DAY, MOST_OF_A_DAY) + place
        };
        // Two days in a row.
        let nights = (visits.windows(2)).filter(|days| days[1].day - days[0].day == 1);
        let nights: f64 = nights.map(|_| 1.0).sum();
        visits.iter().map(of_day).sum::<f64>() - nights * NIGHT_ODDS.ln()
    }
}
