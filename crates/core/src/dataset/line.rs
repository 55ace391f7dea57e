//! A record's line by hand: its keys in our order, and its values as `serde_json` reads
//! and writes them.
//!
//! [`record!`] declares a record once and makes three things of it: the model that
//! `serde` derives, [`Value::take`] and [`Value::put`]. These two are there because a dataset
//! is read by each command: ARCHITECTURE.md has the figures. What [`Value::take`] does not
//! expect, it leaves to `serde`.

use std::borrow::Cow;
use std::io::{self, Write};

use chrono::{Datelike, FixedOffset, NaiveDate, NaiveDateTime, NaiveTime, Timelike};

use crate::capture::clock::{Clock, RawTime, Written};
use crate::capture::clue::{PositionSource, TimeSource};
use crate::capture::day::Day;
use crate::capture::partial::PartialDate;
use crate::capture::resolve::OffsetSource;
use crate::place::PlaceId;

/// Declares a record: the keys that every one has, the keys that are left out where there
/// is nothing to say, and the field for keys that this version does not know. They are
/// written in the order in which they stand here.
///
/// The lifetime in front is that of the line that is read; a record that borrows names
/// have it as its own.
macro_rules! record {
    (
        $line:lifetime:
        $(#[$meta:meta])*
        $vis:vis struct $name:ident $(<$life:lifetime>)? {
            always {
                $(#[$first_meta:meta])*
                $first_vis:vis $first:ident: $first_type:ty,
                $($(#[$must_meta:meta])* $must_vis:vis $must:ident: $must_type:ty,)*
            }
            optional {
                $($(#[$key_meta:meta])* $key_vis:vis $key:ident: $type:ty,)*
            }
            unknown {
                $(#[$unknown_meta:meta])* $unknown_vis:vis $unknown:ident: $unknown_type:ty,
            }
        }
    ) => {
        $(#[$meta])*
        #[derive(serde::Serialize, serde::Deserialize)]
        $vis struct $name $(<$life>)? {
            $(#[$first_meta])*
            $first_vis $first: $first_type,
            $($(#[$must_meta])* $must_vis $must: $must_type,)*
            $(
                $(#[$key_meta])*
                #[serde(default, skip_serializing_if = "Option::is_none")]
                $key_vis $key: Option<$type>,
            )*
            $(#[$unknown_meta])*
            #[serde(flatten)]
            $unknown_vis $unknown: $unknown_type,
        }

        impl<$line> $crate::dataset::line::Value<$line> for $name $(<$life>)? {
            fn take(line: &mut $crate::dataset::line::Line<$line>) -> Option<Self> {
                line.must(concat!("{\"", stringify!($first), "\":"))?;
                let $first = $crate::dataset::line::Value::take(line)?;
                $(
                    line.must(concat!(",\"", stringify!($must), "\":"))?;
                    let $must = $crate::dataset::line::Value::take(line)?;
                )*
                $(
                    let $key = if line.key(concat!(",\"", stringify!($key), "\":")) {
                        Some($crate::dataset::line::Value::take(line)?)
                    } else {
                        None
                    };
                )*
                line.must("}")?;
                Some(Self {
                    $first,
                    $($must,)*
                    $($key,)*
                    $unknown: Default::default(),
                })
            }

            fn put(&self, to: &mut Vec<u8>) -> std::io::Result<()> {
                to.extend_from_slice(concat!("{\"", stringify!($first), "\":").as_bytes());
                $crate::dataset::line::Value::put(&self.$first, to)?;
                $(
                    to.extend_from_slice(concat!(",\"", stringify!($must), "\":").as_bytes());
                    $crate::dataset::line::Value::put(&self.$must, to)?;
                )*
                $(
                    if let Some(value) = &self.$key {
                        to.extend_from_slice(concat!(",\"", stringify!($key), "\":").as_bytes());
                        $crate::dataset::line::Value::put(value, to)?;
                    }
                )*
                for (key, value) in self.$unknown.iter() {
                    to.push(b',');
                    $crate::dataset::line::Value::put(key, to)?;
                    to.push(b':');
                    serde_json::to_writer(&mut *to, value)?;
                }
                to.push(b'}');
                Ok(())
            }
        }
    };
}
pub(super) use record;

/// What may stand under a key.
pub(super) trait Value<'a>: Sized {
    /// Takes it from the front of the line; `None` when `serde_json` is to decide.
    fn take(line: &mut Line<'a>) -> Option<Self>;

    /// Writes what `serde_json` would.
    ///
    /// # Errors
    /// None but what the serializer may find.
    fn put(&self, to: &mut Vec<u8>) -> io::Result<()>;
}

/// What is left of a text, from somewhere in a line.
pub(super) struct Line<'a> {
    pub(super) rest: &'a [u8],
}

impl<'a> Line<'a> {
    /// Takes that text, if it is what comes next.
    #[inline]
    pub(super) fn eat(&mut self, text: &'static str) -> bool {
        match self.rest.strip_prefix(text.as_bytes()) {
            Some(rest) => {
                self.rest = rest;
                true
            }
            None => false,
        }
    }

    /// As [`Line::eat`], for a key that mostly is not there: its first letter tells.
    #[inline]
    pub(super) fn key(&mut self, text: &'static str) -> bool {
        self.rest.get(2) == text.as_bytes().get(2) && self.eat(text)
    }

    /// As [`Line::eat`], for what has to be there.
    #[inline]
    pub(super) fn must(&mut self, text: &'static str) -> Option<()> {
        self.eat(text).then_some(())
    }

    /// A string without escapes.
    pub(super) fn string(&mut self) -> Option<&'a str> {
        std::str::from_utf8(self.bytes()?).ok()
    }

    /// What stands in a string without escapes; it need not be UTF-8.
    fn bytes(&mut self) -> Option<&'a [u8]> {
        self.must("\"")?;
        let end = self
            .rest
            .iter()
            .position(|byte| matches!(byte, b'"' | b'\\' | ..b' '))?;
        let (text, rest) = self.rest.split_at(end);
        self.rest = rest;
        self.must("\"")?;
        Some(text)
    }

    /// A list with something in it.
    pub(super) fn list<T: Value<'a>>(&mut self) -> Option<Vec<T>> {
        self.must("[")?;
        let mut list = vec![T::take(self)?];
        while self.eat(",") {
            list.push(T::take(self)?);
        }
        self.must("]")?;
        Some(list)
    }

    /// Digits as JSON has them, without a zero in front; at most 19 of them fit.
    fn unsigned(&mut self) -> Option<u64> {
        let digits = self.digits();
        match digits {
            [] | [b'0', _, ..] => None,
            _ => value(digits),
        }
    }

    fn signed(&mut self) -> Option<i64> {
        let negative = self.eat("-");
        let value = i64::try_from(self.unsigned()?).ok()?;
        match (negative, value) {
            // `serde_json` takes it for a fraction.
            (true, 0) => None,
            (true, value) => Some(-value),
            (false, value) => Some(value),
        }
    }

    pub(super) fn index(&mut self) -> Option<u32> {
        self.unsigned()?.try_into().ok()
    }

    fn digits(&mut self) -> &'a [u8] {
        let end = self.rest.iter().position(|byte| !byte.is_ascii_digit());
        let (digits, rest) = self.rest.split_at(end.unwrap_or(self.rest.len()));
        self.rest = rest;
        digits
    }

    /// A number without an exponent.
    fn number(&mut self) -> Option<f64> {
        /// Powers of ten that are whole `f64`s.
        const POWERS: [f64; 16] = [
            1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
        ];
        let text = self.rest;
        let negative = self.eat("-");
        let whole = self.digits();
        if matches!(whole, [] | [b'0', _, ..]) {
            return None;
        }
        let fraction = if self.eat(".") {
            let fraction = self.digits();
            if fraction.is_empty() {
                return None;
            }
            fraction
        } else {
            b""
        };
        // Two numbers that are exact give the nearest `f64` when they are divided.
        if whole.len() + fraction.len() <= 15
            && let (Some(power), Some(whole)) = (POWERS.get(fraction.len()), value(whole))
        {
            let digits = fraction
                .iter()
                .fold(whole, |sum, digit| sum * 10 + u64::from(digit - b'0'));
            #[expect(clippy::cast_precision_loss, reason = "15 digits are exact")]
            let number = digits as f64 / power;
            return Some(if negative { -number } else { number });
        }
        let text = text.get(..text.len() - self.rest.len())?;
        std::str::from_utf8(text).ok()?.parse().ok()
    }
}

impl<'a> Value<'a> for &'a str {
    fn take(line: &mut Line<'a>) -> Option<Self> {
        line.string()
    }

    fn put(&self, to: &mut Vec<u8>) -> io::Result<()> {
        let is_escaped = |byte| matches!(byte, b'"' | b'\\' | ..b' ');
        if self.bytes().any(is_escaped) {
            return Ok(serde_json::to_writer(to, self)?);
        }
        to.push(b'"');
        to.extend_from_slice(self.as_bytes());
        to.push(b'"');
        Ok(())
    }
}

impl<'a> Value<'a> for Cow<'a, str> {
    fn take(line: &mut Line<'a>) -> Option<Self> {
        line.string().map(Cow::Borrowed)
    }

    fn put(&self, to: &mut Vec<u8>) -> io::Result<()> {
        self.as_ref().put(to)
    }
}

impl<'a> Value<'a> for String {
    fn take(line: &mut Line<'a>) -> Option<Self> {
        line.string().map(str::to_owned)
    }

    fn put(&self, to: &mut Vec<u8>) -> io::Result<()> {
        self.as_str().put(to)
    }
}

/// Values that are read by hand and written by `serde_json`.
macro_rules! values {
    ($($type:ty: |$line:ident| $take:expr,)*) => {
        $(
            impl<'a> $crate::dataset::line::Value<'a> for $type {
                fn take($line: &mut $crate::dataset::line::Line<'a>) -> Option<Self> {
                    $take
                }

                fn put(&self, to: &mut Vec<u8>) -> std::io::Result<()> {
                    Ok(serde_json::to_writer(to, self)?)
                }
            }
        )*
    };
}
pub(super) use values;

values! {
    u64: |line| line.unsigned(),
    i64: |line| line.signed(),
    u32: |line| line.index(),
    f64: |line| line.number(),
    // What is false is left out.
    bool: |line| line.eat("true").then_some(true),
    Day: |line| line.string()?.parse().ok(),
    PartialDate: |line| line.string()?.parse().ok(),
    PlaceId: |line| line.index().map(PlaceId),
    TimeSource: |line| TimeSource::from_name(line.string()?),
    PositionSource: |line| PositionSource::from_name(line.string()?),
    OffsetSource: |line| OffsetSource::from_name(line.string()?),
}

impl<'a> Value<'a> for RawTime {
    fn take(line: &mut Line<'a>) -> Option<Self> {
        let text = line.bytes()?;
        let other = || Some(Written::read(std::str::from_utf8(text).ok()?).ok()?.raw());
        usual_time(text).or_else(other)
    }

    fn put(&self, to: &mut Vec<u8>) -> io::Result<()> {
        to.push(b'"');
        write_time(to, *self)?;
        to.push(b'"');
        Ok(())
    }
}

/// The value of up to 19 digits.
fn value(digits: &[u8]) -> Option<u64> {
    let add = |sum: u64, digit: &u8| sum * 10 + u64::from(digit - b'0');
    (digits.len() <= 19).then(|| digits.iter().fold(0, add))
}

/// `2019-03-04T12:34:56` and what may follow.
fn usual_time(text: &[u8]) -> Option<RawTime> {
    let (time, zone) = text.split_first_chunk::<19>()?;
    let [
        y0,
        y1,
        y2,
        y3,
        b'-',
        m0,
        m1,
        b'-',
        d0,
        d1,
        b'T',
        h0,
        h1,
        b':',
        n0,
        n1,
        b':',
        s0,
        s1,
    ] = *time
    else {
        return None;
    };
    let two = |tens: u8, ones: u8| {
        let digits = tens.is_ascii_digit() && ones.is_ascii_digit();
        digits.then(|| u32::from(tens - b'0') * 10 + u32::from(ones - b'0'))
    };
    let year = two(y0, y1)? * 100 + two(y2, y3)?;
    let date = NaiveDate::from_ymd_opt(year.cast_signed(), two(m0, m1)?, two(d0, d1)?)?;
    let time = NaiveTime::from_hms_opt(two(h0, h1)?, two(n0, n1)?, two(s0, s1)?)?;
    let offset = match *zone {
        [] => None,
        [b'Z'] => return Some(RawTime::Instant(NaiveDateTime::new(date, time).and_utc())),
        [sign @ (b'+' | b'-'), h0, h1, b':', m0, m1] => {
            let (hours, minutes) = (two(h0, h1)?, two(m0, m1)?);
            let seconds = (hours * 60 + minutes).cast_signed() * 60;
            if minutes > 59 || seconds > 14 * 3600 {
                return None;
            }
            FixedOffset::east_opt(if sign == b'-' { -seconds } else { seconds })
        }
        _ => return None,
    };
    Some(RawTime::Clock(Clock {
        date,
        time: Some(time),
        offset,
    }))
}

/// What `RawTime` displays as, which `chrono` takes ten times as long for.
fn write_time(to: &mut Vec<u8>, time: RawTime) -> io::Result<()> {
    let (date, clock, seconds) = match time {
        RawTime::Instant(at) => (at.date_naive(), Some(at.time()), None),
        RawTime::Clock(clock) => {
            let offset = clock.offset.map(|offset| offset.local_minus_utc());
            (clock.date, clock.time, offset)
        }
    };
    let usual = (1..=9999).contains(&date.year())
        && clock.is_none_or(|clock| clock.nanosecond() == 0)
        && seconds.is_none_or(|seconds| seconds % 60 == 0);
    if !usual {
        return write!(to, "{time}");
    }
    write_date(to, date);
    let Some(clock) = clock else { return Ok(()) };
    write_clock(to, clock);
    match (time, seconds) {
        (RawTime::Instant(_), _) => to.push(b'Z'),
        (_, None) => {}
        (_, Some(seconds)) => {
            let minutes = seconds.unsigned_abs() / 60;
            to.push(if seconds < 0 { b'-' } else { b'+' });
            two(to, minutes / 60);
            to.push(b':');
            two(to, minutes % 60);
        }
    }
    Ok(())
}

fn write_date(to: &mut Vec<u8>, date: NaiveDate) {
    let year = date.year().unsigned_abs();
    two(to, year / 100);
    two(to, year % 100);
    to.push(b'-');
    two(to, date.month());
    to.push(b'-');
    two(to, date.day());
}

fn write_clock(to: &mut Vec<u8>, time: NaiveTime) {
    to.push(b'T');
    two(to, time.hour());
    to.push(b':');
    two(to, time.minute());
    to.push(b':');
    two(to, time.second());
}

/// A number below 100 in two digits.
fn two(to: &mut Vec<u8>, number: u32) {
    for digit in [number / 10 % 10, number % 10] {
        to.push(b'0' + u8::try_from(digit).unwrap_or(0));
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn written<'a>(value: &impl Value<'a>) -> String {
        let mut to = Vec::new();
        value.put(&mut to).unwrap();
        String::from_utf8(to).unwrap()
    }

    proptest! {
        #[test]
        fn numbers_and_times_are_those_of_the_general_readers(
            number in "-?[0-9]{1,4}(\\.[0-9]{1,17})?",
            time in "[0-9]{4}-[01][0-9]-[0-3][0-9]T[0-2][0-9]:[0-6][0-9]:[0-6][0-9](Z|[+-][01][0-9]:[0-6][0-9])?",
        ) {
            let mut line = Line { rest: number.as_bytes() };
            if let Some(ours) = line.number() {
                let theirs: f64 = serde_json::from_str(&number).unwrap();
                prop_assert_eq!(ours.to_bits(), theirs.to_bits());
            }
            if let Some(ours) = usual_time(time.as_bytes()) {
                prop_assert_eq!(ours, Written::read(&time).unwrap().raw());
                prop_assert_eq!(written(&ours), format!("\"{ours}\""));
            }
        }
    }
}
