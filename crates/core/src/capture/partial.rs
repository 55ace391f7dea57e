//! Dates of which only the year, or the year and the month, are known.

use std::fmt;
use std::num::NonZeroU8;
use std::str::FromStr;

use chrono::{Datelike, NaiveDate};
use imm_cluster_messages::text;

use crate::text::as_text;

/// A year, or a month of a year, as who scans old pictures writes it: `1993:08:00`. It has
/// no day, so that nothing is clustered by it. It prints as `1993-08` or `1993`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct PartialDate {
    year: u16,
    month: Option<NonZeroU8>,
}

/// A text that is no partial date.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{}", text!("no-partial-date"))]
pub struct NoPartialDate;

impl PartialDate {
    /// Reads a date whose day, and perhaps month, is missing, blank or zero:
    /// `1993:08:00 00:00:00`, `1993-08`, `1993:  :  `, `19930000`, `1993`. A date with a day is
    /// none, and neither is one that was never photographed.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim_matches(|c: char| c.is_whitespace() || c == '\0');
        let is_mark = |c: char| ":-/. T".contains(c);
        if !text.chars().all(|c| c.is_ascii_digit() || is_mark(c)) {
            return None;
        }
        let mut parts = text.split(is_mark);
        let first = parts.next()?;
        let (year, month, day) = match first.len() {
            4 => (
                first,
                parts.next().unwrap_or_default(),
                parts.next().unwrap_or_default(),
            ),
            8 => (first.get(..4)?, first.get(4..6)?, first.get(6..)?),
            _ => return None,
        };
        let is_zero = |text: &str| text.bytes().all(|byte| byte == b'0');
        if !is_zero(day) || month.len() > 2 {
            return None;
        }
        let month = if is_zero(month) {
            None
        } else {
            let number = month.parse().ok().filter(|month| *month <= 12)?;
            NonZeroU8::new(number)
        };
        let year = year.parse().ok()?;
        (1826..2100).contains(&year).then_some(Self { year, month })
    }

    /// Whether a day lies in it.
    pub fn holds(self, date: NaiveDate) -> bool {
        let same_month = |month: NonZeroU8| date.month() == u32::from(month.get());
        date.year() == i32::from(self.year) && self.month.is_none_or(same_month)
    }
}

impl fmt::Display for PartialDate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}", self.year)?;
        match self.month {
            Some(month) => write!(f, "-{month:02}"),
            None => Ok(()),
        }
    }
}

impl FromStr for PartialDate {
    type Err = NoPartialDate;

    fn from_str(text: &str) -> Result<Self, NoPartialDate> {
        Self::parse(text).ok_or(NoPartialDate)
    }
}

as_text!(PartialDate);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn years_and_months_as_they_are_written() {
        let told = |text: &str| PartialDate::parse(text).map(|date| date.to_string());
        for text in [
            "1993:08:00 00:00:00",
            "1993:08:00\0",
            "1993:08:  ",
            "1993:08",
            "1993-08",
            "1993-08-00T00:00:00",
            "1993/8/0",
            "19930800",
            "1993:08:00 12:34:56",
        ] {
            assert_eq!(told(text).as_deref(), Some("1993-08"), "{text}");
        }
        for text in ["1993", "1993:00:00 00:00:00", "1993:  :  ", "19930000"] {
            assert_eq!(told(text).as_deref(), Some("1993"), "{text}");
        }
        for text in [
            "",
            "0000:00:00",
            "1993:08:01",
            "1993:13:00",
            "1993:00:07",
            "1993:02:30",
            "1601:06:00",
            "9119",
            "199308",
            "993-08",
            "1993 or so",
            "1993-08Z",
        ] {
            assert_eq!(told(text), None, "{text}");
        }
    }

    #[test]
    fn the_days_of_a_month_and_of_a_year() {
        let day = |text: &str| text.parse().unwrap();
        let month = PartialDate::parse("1993-08").unwrap();
        assert!(month.holds(day("1993-08-31")) && !month.holds(day("1993-09-01")));
        assert!(!month.holds(day("1994-08-31")));
        assert!(PartialDate::parse("1993").unwrap().holds(day("1993-09-01")));
    }
}
