//! What a clock said: readings of a camera's clock and instants, never mixed.

use std::fmt;

use super::half_day;
use super::partial::PartialDate;
use chrono::{
    DateTime, Datelike, FixedOffset, NaiveDate, NaiveDateTime, NaiveTime, SecondsFormat, TimeDelta,
    Utc,
};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// A capture time as a file states it.
///
/// A camera's clock shows the local date already and needs no zone to tell it.
/// An instant (most videos, Takeout, GPS) has a local date only in some zone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum RawTime {
    /// A reading of a wall clock.
    Clock(Clock),
    /// A moment on the world's time line.
    Instant(DateTime<Utc>),
}

/// A reading of a wall clock: a date, mostly a time of day, sometimes the
/// offset from UTC that the clock was set to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Clock {
    /// The civil date that the clock showed.
    pub date: NaiveDate,
    /// The time of day; `None` where only a date is known.
    pub time: Option<NaiveTime>,
    /// The clock's offset from UTC where the file tells it.
    pub offset: Option<FixedOffset>,
}

/// Why a text or number is no capture time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NoTime {
    /// Blanks, or zeros in every digit.
    #[error("empty")]
    Empty,
    /// Not a date, or one that the calendar does not have.
    #[error("not a date")]
    NotADate,
    /// The moment at which cameras start again after losing power.
    #[error("the default of a clock that was reset")]
    ResetClock,
    /// Before 1826, when nothing was photographed.
    #[error("before the first photograph (1826)")]
    BeforePhotography,
    /// A year, or a month of a year.
    #[error("no day: only a year or a month")]
    Partial,
    /// In 2100 or later: a misread or damaged date.
    #[error("in the year 2100 or later")]
    TooLate,
}

impl Clock {
    /// What it showed in seconds since 1970, as if that were UTC; `None` where only a date
    /// is known.
    pub fn seconds(self) -> Option<i64> {
        Some(self.date.and_time(self.time?).and_utc().timestamp())
    }

    /// The instant in seconds since 1970 in UTC, where the offset is known.
    pub fn instant(self) -> Option<i64> {
        Some(self.seconds()? - i64::from(self.offset?.local_minus_utc()))
    }

    /// The same with fractions of a second; `None` also beyond the calendar.
    pub fn utc(self) -> Option<DateTime<Utc>> {
        let wall = self.date.and_time(self.time?);
        Some(wall.checked_sub_offset(self.offset?)?.and_utc())
    }
}

impl RawTime {
    /// So many seconds later; `None` beyond the calendar, and for a date without
    /// a time of day.
    #[must_use]
    pub fn shifted(self, seconds: i64) -> Option<Self> {
        let delta = TimeDelta::try_seconds(seconds)?;
        let shifted = match self {
            Self::Instant(instant) => instant.checked_add_signed(delta).map(Self::Instant),
            Self::Clock(Clock { date, time, offset }) => {
                let local = date.and_time(time?).checked_add_signed(delta)?;
                Some(Self::Clock(Clock {
                    date: local.date(),
                    time: Some(local.time()),
                    offset,
                }))
            }
        }?;
        let date = match shifted {
            Self::Instant(instant) => instant.date_naive(),
            Self::Clock(clock) => clock.date,
        };
        plausible(date, None).ok().map(|()| shifted)
    }
}

impl fmt::Display for Clock {
    /// RFC 3339 with as much of it as is known: `2024-03-03T09:12:44+08:00`,
    /// `2024-03-03T09:12:44.5`, `2024-03-03`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.date.format("%Y-%m-%d"))?;
        if let Some(time) = self.time {
            write!(f, "T{}", time.format("%H:%M:%S%.f"))?;
            if let Some(offset) = self.offset {
                write!(f, "{offset}")?;
            }
        }
        Ok(())
    }
}

impl fmt::Display for RawTime {
    /// As [`Clock`]; an instant is in UTC and ends in `Z`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Clock(clock) => clock.fmt(f),
            Self::Instant(instant) => {
                f.write_str(&instant.to_rfc3339_opts(SecondsFormat::AutoSi, true))
            }
        }
    }
}

impl Serialize for Clock {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl Serialize for RawTime {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Clock {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Written::deserialize(deserializer).map(Written::clock)
    }
}

impl<'de> Deserialize<'de> for RawTime {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Written::deserialize(deserializer).map(Written::raw)
    }
}

/// A date and time text taken apart, before anybody decides what it means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Written {
    /// The date as written.
    pub date: NaiveDate,
    /// The time of day as written, if any.
    pub time: Option<NaiveTime>,
    /// What the text says about its zone.
    pub zone: WrittenZone,
}

/// The zone part of a date and time text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WrittenZone {
    /// None.
    Absent,
    /// A trailing `Z`.
    Z,
    /// A numeric offset from UTC.
    Offset(FixedOffset),
}

impl Written {
    /// Takes apart a date (and time) as cameras, phones and programs write it:
    /// `2019:05:04 10:11:12`, `2019-05-04T10:11:12.345+02:00`, `2019/05/04`,
    /// `20190504T101112Z`, `2019:05:04:10:11:12`, `2019/05/04/ 10:11 PM`, with NULs and blanks
    /// around it. Seconds of 60 and more are taken as 59, and hour 24 as hour 0 of the same
    /// day: so some phones write the first hour.
    ///
    /// # Errors
    /// Says why the text is no capture time; see [`plausible`].
    pub fn parse(text: &str) -> Result<Self, NoTime> {
        let written = Self::read(text)?;
        plausible(written.date, written.time)?;
        let utc = written.clock().instant();
        if matches!(utc, Some(0 | -2_082_844_800)) {
            // A counter that stands at 0, of 1970 or 1904, in whatever zone it was written.
            return Err(NoTime::ResetClock);
        }
        Ok(written)
    }

    /// As [`Written::parse`], for texts that this crate wrote itself: it reads
    /// what is there, plausible or not.
    ///
    /// # Errors
    /// The text is empty or no date.
    pub fn read(text: &str) -> Result<Self, NoTime> {
        let text = text.trim_matches(|c: char| c.is_whitespace() || c == '\0');
        if !text.contains(|c: char| c.is_ascii_digit() && c != '0') {
            return Err(NoTime::Empty);
        }
        Self::whole(text).map_err(|why| match PartialDate::parse(text) {
            Some(_) => NoTime::Partial,
            None => why,
        })
    }

    /// A date that has its day.
    fn whole(text: &str) -> Result<Self, NoTime> {
        let mut rest = text.as_bytes();
        let year = digits(&mut rest, 4).ok_or(NoTime::NotADate)?;
        let compact = rest.first().is_some_and(u8::is_ascii_digit);
        let date_separator = |rest: &mut &[u8]| compact || skip(rest, b":-/. ");
        let month = date_separator(&mut rest)
            .then(|| digits(&mut rest, 2))
            .flatten();
        let day = date_separator(&mut rest)
            .then(|| digits(&mut rest, 2))
            .flatten();
        let (Some(month), Some(day)) = (month, day) else {
            return Err(NoTime::NotADate);
        };
        // At most four digits each, so the casts to i32 cannot wrap.
        let date =
            NaiveDate::from_ymd_opt(year.cast_signed(), month, day).ok_or(NoTime::NotADate)?;

        skip_gap(&mut rest);
        let time = time_of_day(&mut rest)?;
        let zone = match time {
            Some(_) => written_zone(str::from_utf8(rest).unwrap_or("").trim()),
            None => WrittenZone::Absent,
        };
        Ok(Self { date, time, zone })
    }

    /// As the reading of a wall clock; a `Z` is an offset of zero.
    pub fn clock(self) -> Clock {
        let offset = match self.zone {
            WrittenZone::Absent => None,
            WrittenZone::Z => FixedOffset::east_opt(0),
            WrittenZone::Offset(offset) => Some(offset),
        };
        Clock {
            date: self.date,
            time: self.time,
            offset,
        }
    }

    /// As an instant when it ends in `Z`, and as a wall clock otherwise.
    pub fn raw(self) -> RawTime {
        match (self.zone, self.time) {
            (WrittenZone::Z, Some(time)) => {
                RawTime::Instant(NaiveDateTime::new(self.date, time).and_utc())
            }
            _ => RawTime::Clock(self.clock()),
        }
    }
}

/// As [`Written::read`] reads it.
impl<'de> Deserialize<'de> for Written {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::read(&text).map_err(|error| de::Error::custom(format!("time `{text}`: {error}")))
    }
}

/// Rejects dates that no camera wrote on purpose: before 1826, from 2100 on, and the exact
/// midnights at which clocks start again (1904, 1970, 1980 and 2000).
///
/// # Errors
/// Says which of these it is.
pub fn plausible(date: NaiveDate, time: Option<NaiveTime>) -> Result<(), NoTime> {
    if date.year() < 1826 {
        return Err(NoTime::BeforePhotography);
    }
    if date.year() >= 2100 {
        return Err(NoTime::TooLate);
    }
    let reset = matches!(date.year(), 1904 | 1970 | 1980 | 2000) && date.ordinal() == 1;
    if reset && time == Some(NaiveTime::MIN) {
        return Err(NoTime::ResetClock);
    }
    Ok(())
}

/// The instant that lies `seconds` and `nanos` after 1970-01-01 UTC.
///
/// # Errors
/// Says why it is no capture time: [`plausible`] decides.
pub fn unix_instant(seconds: i64, nanos: u32) -> Result<RawTime, NoTime> {
    let instant = DateTime::from_timestamp(seconds, nanos).ok_or(NoTime::NotADate)?;
    plausible(instant.date_naive(), Some(instant.time()))?;
    Ok(RawTime::Instant(instant))
}

/// An offset from UTC as tags write it: `+02:00`, `-0400`, `+5:30`, `+02`, `Z`.
/// Anything else, and more than 14 hours, is none.
pub fn parse_offset(text: &str) -> Option<FixedOffset> {
    let text = text.trim_matches(|c: char| c.is_whitespace() || c == '\0');
    if matches!(text, "Z" | "z") {
        return FixedOffset::east_opt(0);
    }
    let (sign, text) = match text.strip_prefix('+') {
        Some(rest) => (1, rest),
        None => (
            -1,
            text.strip_prefix('-')
                .or_else(|| text.strip_prefix('\u{2212}'))?,
        ),
    };
    let (hours, minutes) = match text.split_once(':') {
        Some((hours, rest)) => (hours, rest.split(':').next().unwrap_or("")),
        None if text.len() == 4 && text.is_ascii() => text.split_at(2),
        None => (text, "0"),
    };
    let number = |s: &str| {
        (matches!(s.len(), 1 | 2) && s.bytes().all(|b| b.is_ascii_digit()))
            .then(|| s.parse::<i32>().ok())
            .flatten()
    };
    let minutes = number(hours)? * 60 + number(minutes).filter(|m| *m < 60)?;
    (minutes <= 14 * 60)
        .then(|| FixedOffset::east_opt(sign * minutes * 60))
        .flatten()
}

/// Skips what writers put between a date and a time of day. A dash may open a zone, unless
/// more digits follow than a zone has.
fn skip_gap(rest: &mut &[u8]) {
    let is_part = |byte: &&u8| byte.is_ascii_digit() || b":-.".contains(byte);
    let follow = rest.iter().skip(1).take_while(is_part);
    if follow.filter(|byte| byte.is_ascii_digit()).count() >= 5 {
        skip(rest, b"-");
    }
    if rest.starts_with(b". ") {
        skip(rest, b".");
    }
    while skip(rest, b"T t_:/,;") {}
}

/// Takes a time of day; `None` where there is none.
fn time_of_day(rest: &mut &[u8]) -> Result<Option<NaiveTime>, NoTime> {
    let before = half_of_day(rest);
    skip_blanks(rest);
    let Some(hour) = digits(rest, 2) else {
        return Ok(None);
    };
    let compact = rest.first().is_some_and(u8::is_ascii_digit);
    let part = |rest: &mut &[u8]| {
        let before = *rest;
        let value = (compact || skip(rest, b":.-"))
            .then(|| digits(rest, 2))
            .flatten();
        if value.is_none() {
            *rest = before;
        }
        value
    };
    let dashes = rest.first() == Some(&b'-');
    let minute = part(rest).ok_or(NoTime::NotADate)?;
    // Without seconds, a sign that follows opens the zone.
    let second = if rest.first() == Some(&b'-') && !dashes {
        None
    } else {
        part(rest)
    };
    let nano = if second.is_some() && skip(rest, b".,") {
        fraction(rest)
    } else {
        0
    };
    let second = second.unwrap_or(0);
    if second > 99 {
        return Err(NoTime::NotADate);
    }
    let hour = match before.or_else(|| half_of_day(rest)) {
        _ if hour == 24 => 0,
        Some(from) if hour <= 12 => half_day::hour(from, hour),
        _ => hour,
    };
    let time = NaiveTime::from_hms_nano_opt(hour, minute, second.min(59), nano);
    time.map(Some).ok_or(NoTime::NotADate)
}

/// Takes what names a part of the day.
fn half_of_day(rest: &mut &[u8]) -> Option<u32> {
    let (from, behind) = half_day::take(str::from_utf8(rest).ok()?)?;
    *rest = behind.as_bytes();
    Some(from)
}

/// Skips blanks, among them those that do not break a line.
fn skip_blanks(rest: &mut &[u8]) {
    let blanks: [&[u8]; 3] = [b" ", "\u{a0}".as_bytes(), "\u{202f}".as_bytes()];
    while let Some(tail) = blanks.iter().find_map(|blank| rest.strip_prefix(*blank)) {
        *rest = tail;
    }
}

/// The zone that a word behind a time states: `Z`, `UTC`, `+02:00`, `GMT+0200`. The names of
/// other zones say different things to different people.
pub fn written_zone(text: &str) -> WrittenZone {
    let mut names = ["GMT", "UTC", "UT"].iter();
    let behind = names.find_map(|name| text.strip_prefix(name));
    if behind == Some("") || matches!(text, "Z" | "z") {
        return WrittenZone::Z;
    }
    let numeric = behind.map_or(text, str::trim_start);
    parse_offset(numeric).map_or(WrittenZone::Absent, WrittenZone::Offset)
}

/// Takes exactly `n` digits (one is enough for parts of two).
fn digits(rest: &mut &[u8], n: usize) -> Option<u32> {
    let count = rest
        .iter()
        .take(n)
        .take_while(|b| b.is_ascii_digit())
        .count();
    if count == 0 || (n == 4 && count < 4) {
        return None;
    }
    let (number, tail) = rest.split_at(count);
    *rest = tail;
    Some(
        number
            .iter()
            .fold(0, |value, digit| value * 10 + u32::from(digit - b'0')),
    )
}

fn skip(rest: &mut &[u8], any_of: &[u8]) -> bool {
    match rest.split_first() {
        Some((first, tail)) if any_of.contains(first) => {
            *rest = tail;
            true
        }
        _ => false,
    }
}

/// Decimal places as nanoseconds; places beyond the ninth are dropped.
pub fn fraction(rest: &mut &[u8]) -> u32 {
    let count = rest.iter().take_while(|b| b.is_ascii_digit()).count();
    let (places, tail) = rest.split_at(count);
    *rest = tail;
    let kept = places.iter().chain(std::iter::repeat(&b'0')).take(9);
    kept.fold(0, |value, digit| value * 10 + u32::from(digit - b'0'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn clock(text: &str) -> String {
        match Written::parse(text) {
            Ok(written) => {
                let Clock { date, time, offset } = written.clock();
                let time = time.map(|t| t.to_string()).unwrap_or_default();
                let offset = offset.map(|o| o.to_string()).unwrap_or_default();
                format!("{date} {time}{offset}")
            }
            Err(error) => error.to_string(),
        }
    }

    #[test]
    fn the_ways_in_which_cameras_write() {
        assert_eq!(clock("2019:05:04 10:11:12\0"), "2019-05-04 10:11:12");
        assert_eq!(
            clock("2019-05-04T10:11:12.345+02:00"),
            "2019-05-04 10:11:12.345+02:00"
        );
        assert_eq!(clock("2019/05/04 10:11:12"), "2019-05-04 10:11:12");
        assert_eq!(clock("2019:05:04"), "2019-05-04 ");
        assert_eq!(clock("2019:05:04 10:11:12Z"), "2019-05-04 10:11:12+00:00");
        assert_eq!(
            clock("2019-05-04T22:11:12-0400"),
            "2019-05-04 22:11:12-04:00"
        );
        assert_eq!(clock("2019-05-04T22:11-04:00"), "2019-05-04 22:11:00-04:00");
        assert_eq!(clock("20190504_101112"), "2019-05-04 10:11:12");
        assert_eq!(clock("2017:08:21 24:08:01"), "2017-08-21 00:08:01");
        assert_eq!(clock("2017:08:21 15:08:60"), "2017-08-21 15:08:59");
        assert_eq!(clock("2019-05-04-04:00"), "2019-05-04 ");
        assert_eq!(clock("2019-05-04+04:00"), "2019-05-04 ");
        assert_eq!(clock("2019-05-04Z"), "2019-05-04 ");
    }

    #[test]
    fn odd_separators_before_the_time_of_day() {
        for text in [
            "2019:05:04:10:11:12",
            "2019/05/04/10:11:12",
            "2019/05/04/ 10:11:12",
            "2019-05-04-10-11-12",
            "2019-05-04-10:11:12",
            "20190504-101112",
            "20190504101112",
            "2019.05.04. 10:11:12",
            "2019-05-04, 10:11:12",
            "2019:05:04  10:11:12",
            "2019:05:04T 10:11:12",
            "2019:05:04;10:11:12",
            "2019:05:04_10.11.12",
        ] {
            assert_eq!(clock(text), "2019-05-04 10:11:12", "{text}");
        }
        assert_eq!(clock("2005/11/28/ 09:19"), "2005-11-28 09:19:00");
        assert_eq!(clock("2005:11:28:09:19+01:00"), "2005-11-28 09:19:00+01:00");
    }

    #[test]
    fn zones_behind_a_time() {
        for zone in ["Z", "UTC", " GMT", " UT", " +00:00", " GMT+0"] {
            let text = format!("2019:05:04 10:11:12{zone}");
            assert_eq!(clock(&text), "2019-05-04 10:11:12+00:00", "{zone}");
        }
        for zone in [" +0200", " GMT+0200", " UTC +02:00", " UTC+2"] {
            let text = format!("2019:05:04 10:11:12{zone}");
            assert_eq!(clock(&text), "2019-05-04 10:11:12+02:00", "{zone}");
        }
        for zone in [" CEST", " EST", " GMTX", " UTC zone"] {
            let text = format!("2019:05:04 10:11:12{zone}");
            assert_eq!(clock(&text), "2019-05-04 10:11:12", "{zone}");
        }
        let written = Written::parse("2019-05-04 10:11:12 UTC").unwrap();
        assert!(matches!(written.raw(), RawTime::Instant(_)));
    }

    #[test]
    fn clocks_of_twelve_hours() {
        for text in [
            "2019:05:04 01:11:12 PM",
            "2019:05:04 1:11:12 pm",
            "2019:05:04 01:11:12PM",
            "2019:05:04 01:11:12 p.m.",
            "2019:05:04 01:11:12\u{202f}PM",
            "2019:05:04 01:11:12\u{a0}p.\u{6d}.",
            "2019:05:04 PM 01:11:12",
            "2019:05:04 下午01:11:12",
            "2019:05:04 下午 01:11:12",
            "2019:05:04 午後1:11:12",
            "2019:05:04 오후 1:11:12",
            "2019:05:04 13:11:12 PM",
        ] {
            assert_eq!(clock(text), "2019-05-04 13:11:12", "{text}");
        }
        assert_eq!(clock("2019:05:04 12:11:12 AM"), "2019-05-04 00:11:12");
        assert_eq!(clock("2019:05:04 12:11 PM"), "2019-05-04 12:11:00");
        assert_eq!(clock("2019:05:04 24:11:12 AM"), "2019-05-04 00:11:12");
        assert_eq!(
            clock("2019:05:04 01:11:12.5 PM +02:00"),
            "2019-05-04 13:11:12.500+02:00"
        );
        assert_eq!(clock("2019:05:04 01:11:12 AMT"), "2019-05-04 01:11:12");
    }

    #[test]
    fn what_is_no_time() {
        assert_eq!(Written::parse("    :  :     :  :  "), Err(NoTime::Empty));
        assert_eq!(Written::parse("0000:00:00 00:00:00"), Err(NoTime::Empty));
        assert_eq!(Written::parse("2019:13:04 10:11:12"), Err(NoTime::NotADate));
        assert_eq!(Written::parse("2019:02:29 10:11:12"), Err(NoTime::NotADate));
        assert_eq!(Written::parse("2019"), Err(NoTime::Partial));
        assert_eq!(Written::parse("1993:08:00 00:00:00"), Err(NoTime::Partial));
        assert_eq!(Written::parse("yesterday at 5"), Err(NoTime::NotADate));
        assert_eq!(Written::parse("2019:05:04 25:00:00"), Err(NoTime::NotADate));
        assert_eq!(
            Written::parse("1601:06:06 16:39:33"),
            Err(NoTime::BeforePhotography)
        );
        assert_eq!(
            Written::parse("1980:01:01 00:00:00"),
            Err(NoTime::ResetClock)
        );
        for text in ["1970-01-01T08:00:00+08:00", "1903-12-31T19:00:00-05:00"] {
            assert_eq!(Written::parse(text), Err(NoTime::ResetClock));
        }
        assert!(Written::parse("1980:01:01 00:00:01").is_ok());
        assert!(
            Written::parse("2000:01:01").is_ok(),
            "a date alone is somebody's choice"
        );
    }

    #[test]
    fn offsets() {
        let seconds = |text| parse_offset(text).map(|o| o.local_minus_utc());
        assert_eq!(seconds("+02:00"), Some(7200));
        assert_eq!(seconds("+5:30"), Some(19800));
        assert_eq!(seconds("-0330"), Some(-12600));
        assert_eq!(seconds("+14:00\0"), Some(50400));
        assert_eq!(seconds("Z"), Some(0));
        assert_eq!(seconds("+14:30"), None);
        assert_eq!(seconds("   :  "), None);
        assert_eq!(seconds("+aa:00"), None);
        assert_eq!(seconds("02:00"), None);
    }

    #[test]
    fn z_is_an_instant_only_where_the_writer_means_one() {
        let written = Written::parse("2024-03-03T01:12:44Z").unwrap();
        assert!(matches!(written.raw(), RawTime::Instant(_)));
        assert_eq!(written.clock().offset, FixedOffset::east_opt(0));
    }

    #[test]
    fn the_epoch_of_a_zero_counter_is_no_time() {
        assert_eq!(unix_instant(0, 0), Err(NoTime::ResetClock));
        assert_eq!(unix_instant(i64::MAX, 0), Err(NoTime::NotADate));
        assert!(unix_instant(1_556_957_472, 0).is_ok());
        assert_eq!(
            unix_instant(253_400_000_000, 0),
            Err(NoTime::TooLate),
            "the year 9999"
        );
        assert_eq!(Written::parse("9119-06-23T19:45:17"), Err(NoTime::TooLate));
        let late = Written::parse("2099-12-31T12:00:00").unwrap().raw();
        assert_eq!(late.shifted(24 * 3600), None);
    }
}
