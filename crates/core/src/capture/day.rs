//! Local days as numbers, so that gaps are differences.

use std::fmt;
use std::str::FromStr;

use chrono::{Datelike, NaiveDate};
use imm_cluster_messages::text;

use crate::text::as_text;

/// A civil date in the Gregorian calendar, as the number of days since the day
/// before 1 January of the year 1. It prints as `2024-03-03`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Day(i32);

impl Day {
    /// The day's number; the numbers of two days differ by the days from one to
    /// the other.
    pub fn number(self) -> i32 {
        self.0
    }

    /// The day of that number, clamped to the calendar of `chrono`.
    pub fn from_number(number: i32) -> Self {
        Self(number.clamp(
            NaiveDate::MIN.num_days_from_ce(),
            NaiveDate::MAX.num_days_from_ce(),
        ))
    }

    /// The calendar date.
    pub fn date(self) -> NaiveDate {
        // `from_number` and `From<NaiveDate>` let no other number in.
        NaiveDate::from_num_days_from_ce_opt(self.0).unwrap_or(NaiveDate::MIN)
    }

    /// The year that it is in.
    pub fn year(self) -> i32 {
        self.date().year()
    }

    /// How many days it is after 1 January 1970.
    pub fn since_1970(self) -> i32 {
        // The number of that day.
        self.0 - 719_163
    }

    /// The day that is so many after 1 January 1970, within the years 1 to 9999.
    pub fn after_1970(days: i32) -> Option<Self> {
        let day = Self(days.checked_add(719_163)?);
        (1..=3_652_059).contains(&day.0).then_some(day)
    }

    /// The day before.
    #[must_use]
    pub fn previous(self) -> Self {
        Self::from_number(self.0 - 1)
    }
}

impl From<NaiveDate> for Day {
    fn from(date: NaiveDate) -> Self {
        Self(date.num_days_from_ce())
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.date().format("%Y-%m-%d").to_string())
    }
}

impl FromStr for Day {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let shape = text.len() == 10
            && text.bytes().enumerate().all(|(i, b)| match i {
                4 | 7 => b == b'-',
                _ => b.is_ascii_digit(),
            });
        let date = shape
            .then(|| NaiveDate::parse_from_str(text, "%Y-%m-%d").ok())
            .flatten();
        date.map(Self::from)
            .ok_or_else(|| text!("no-day", text = text))
    }
}

as_text!(Day);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_written_as_dates_and_counted_as_numbers() {
        let day: Day = "2024-02-29".parse().unwrap();
        let next: Day = "2024-03-01".parse().unwrap();
        assert_eq!(next.number() - day.number(), 1);
        assert_eq!(next.previous(), day);
        assert_eq!(day.to_string(), "2024-02-29");
        for bad in [
            "2023-02-29",
            "2024-3-01",
            "+024-03-01",
            "2024-03-01T",
            "yesterday",
        ] {
            assert!(bad.parse::<Day>().is_err(), "{bad}");
        }
    }

    #[test]
    fn days_are_those_of_javascript() {
        let day = |text: &str| text.parse::<Day>().unwrap().since_1970();
        assert_eq!(day("1970-01-01"), 0);
        assert_eq!(day("2024-03-03"), 19_785);
        assert_eq!(day("1826-01-01"), -52_595);
    }
}
