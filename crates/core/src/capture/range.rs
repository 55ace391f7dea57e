//! Ranges of times, as people ask for them.

use std::cmp::Ordering;

use chrono::{DateTime, FixedOffset, NaiveDate, NaiveDateTime};
use imm_cluster_messages::text;

use super::clock::Clock;
use super::day::Day;

/// A range of times, inclusive, open where an end is left out.
///
/// ```
/// use imm_cluster_core::capture::day::Day;
/// use imm_cluster_core::capture::range::Range;
///
/// let march = Range::parse("2024-03-01..2024-03-31")?;
/// assert!(march.contains_day("2024-03-31".parse::<Day>()?));
/// assert!(Range::days("2024-03-03T09:00:00").is_err(), "a time is no day");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Range {
    from: Option<Bound>,
    to: Option<Bound>,
}

/// Why a text is no range.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RangeError {
    /// An end is no date, and no time where one may be.
    #[error("{}", no_bound(.part, *.days))]
    NoBound {
        /// What stands there.
        part: String,
        /// Whether only days are wanted.
        days: bool,
    },
    /// Neither end is given.
    #[error("{}", text!("error-range-unbounded"))]
    Unbounded,
    /// The ends are the wrong way round.
    #[error("{}", text!("error-range-reversed"))]
    Reversed,
}

fn no_bound(part: &str, days: bool) -> String {
    if days {
        text!("error-range-no-day", part = part)
    } else {
        text!("error-range-no-time", part = part)
    }
}

/// An end of a range.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Bound {
    /// A whole local day.
    Date(NaiveDate),
    /// A moment, or a reading of a wall clock.
    Time(NaiveDateTime, Option<FixedOffset>),
}

impl Range {
    /// `FROM..TO`, `FROM..`, `..TO`, or one date or time for both.
    ///
    /// # Errors
    /// It is none of these.
    pub fn parse(text: &str) -> Result<Self, RangeError> {
        Self::read(text, false)
    }

    /// The same of local days alone.
    ///
    /// # Errors
    /// As [`Range::parse`].
    pub fn days(text: &str) -> Result<Self, RangeError> {
        Self::read(text, true)
    }

    fn read(text: &str, days: bool) -> Result<Self, RangeError> {
        let bound = |part: &str| match part {
            "" => Ok(None),
            _ => Bound::parse(part)
                .filter(|bound| !days || matches!(bound, Bound::Date(_)))
                .map(Some)
                .ok_or_else(|| RangeError::NoBound {
                    part: part.to_owned(),
                    days,
                }),
        };
        let (from, to) = text.split_once("..").unwrap_or((text, text));
        let (from, to) = (bound(from)?, bound(to)?);
        match (from, to) {
            (None, None) => Err(RangeError::Unbounded),
            (Some(from), Some(to)) if from.is_after(to) => Err(RangeError::Reversed),
            _ => Ok(Self { from, to }),
        }
    }

    /// Whether a local time lies in the range. Without an offset it is taken to
    /// have that of the bound.
    pub fn contains(self, clock: Clock) -> bool {
        self.from
            .is_none_or(|from| from.compare(clock) != Ordering::Less)
            && self
                .to
                .is_none_or(|to| to.compare(clock) != Ordering::Greater)
    }

    /// Whether a local day lies in the range.
    pub fn contains_day(self, day: Day) -> bool {
        self.contains(Clock {
            date: day.date(),
            time: None,
            offset: None,
        })
    }
}

impl Bound {
    fn parse(text: &str) -> Option<Self> {
        if let Ok(day) = text.parse::<Day>() {
            return Some(Self::Date(day.date()));
        }
        if let Ok(time) = DateTime::parse_from_rfc3339(text) {
            return Some(Self::Time(time.naive_local(), Some(*time.offset())));
        }
        NaiveDateTime::parse_from_str(text, "%Y-%m-%dT%H:%M:%S%.f")
            .ok()
            .map(|time| Self::Time(time, None))
    }

    /// Whether it surely lies after another one: of two times, only one of which has an
    /// offset, nobody knows.
    fn is_after(self, other: Self) -> bool {
        let clock = match (self, other) {
            (Self::Time(_, a), Self::Time(_, b)) if a.is_some() != b.is_some() => return false,
            (Self::Time(time, offset), _) => Clock {
                date: time.date(),
                time: Some(time.time()),
                offset,
            },
            (Self::Date(date), _) => Clock {
                date,
                time: None,
                offset: None,
            },
        };
        other.compare(clock) == Ordering::Greater
    }

    /// How the clock stands to the bound.
    fn compare(self, clock: Clock) -> Ordering {
        match self {
            Self::Date(date) => clock.date.cmp(&date),
            Self::Time(time, offset) => {
                let local = clock.date.and_time(clock.time.unwrap_or_default());
                match (offset, clock.offset) {
                    (Some(bound), Some(clock)) => (local - clock).cmp(&(time - bound)),
                    _ => local.cmp(&time),
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::capture::clock::Written;

    fn contains(range: &str, clock: &str) -> bool {
        Range::parse(range)
            .unwrap()
            .contains(Written::read(clock).unwrap().clock())
    }

    #[test]
    fn ranges_are_inclusive_and_may_be_open() {
        assert!(contains(
            "2024-03-01..2024-03-03",
            "2024-03-03T23:59:59+08:00"
        ));
        assert!(contains("2024-03-03", "2024-03-03T00:00:00+08:00"));
        assert!(contains("..2024-03-03", "1999-01-01T00:00:00"));
        assert!(!contains("2024-03-04..", "2024-03-03T23:59:59+08:00"));
        assert!(contains(
            "2024-03-03T00:00:00+08:00..",
            "2024-03-03T00:00:00+08:00"
        ));
        assert!(!contains(
            "2024-03-03T00:00:01+08:00..",
            "2024-03-03T00:00:00+08:00"
        ));
        assert!(
            contains("2024-03-02T16:00:00Z..", "2024-03-03T00:00:00+08:00"),
            "moments are compared"
        );
    }

    #[test]
    fn what_is_no_range_says_what_one_is() {
        for bad in ["..", "", "2024-13-01", "March", "2024-03-01...2024-03-02"] {
            assert!(Range::parse(bad).is_err(), "{bad}");
        }
    }
}
