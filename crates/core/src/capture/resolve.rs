//! From what a clock said and where, to the local day and the offset.

use chrono::{DateTime, FixedOffset, NaiveDateTime, NaiveTime, Utc};
use chrono_tz::Tz;

use super::clock::{Clock, RawTime};
use super::clue::sources;
use super::day::Day;
use super::offset;

/// When a file was taken, in the civil time of the place of capture.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Capture {
    /// What a clock at that place showed.
    pub local: Clock,
    /// How its offset from UTC is known, where it is.
    pub offset_source: Option<OffsetSource>,
}

sources! {
    /// How the offset from UTC of a capture is known, the surest first.
    OffsetSource {
        /// The clock's own statement.
        Stated = "stated",
        /// The time zone of the position.
        Position = "position",
        /// The difference between the clock and the time of the GPS fix.
        Gps = "gps",
        /// The device's statement beside an instant.
        Device = "device",
        /// A second clue that states the same moment, in local time or with an offset where
        /// the first is without.
        SecondClue = "second-clue",
        /// The time zone of the place where a location history has somebody then.
        Track = "track",
        /// The nearest photo in time of the same camera or folder.
        Neighbour = "nearest-photo",
        /// The zone given with `--time-zone`.
        Option = "option",
        /// The file's name, which shows what the instant is in UTC. Programs name files by UTC
        /// too, so that this is the last to ask.
        FileName = "file-name",
    }
}

/// What tells the offset from UTC of a time that does not state its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Zone {
    /// An IANA time zone.
    Named(Tz),
    /// An offset, whatever the date.
    Fixed(FixedOffset),
}

impl Zone {
    fn offset_of_local(self, local: NaiveDateTime) -> FixedOffset {
        match self {
            Self::Named(zone) => offset::offset_of_local(zone, local),
            Self::Fixed(offset) => offset,
        }
    }

    fn offset_of_instant(self, instant: DateTime<Utc>) -> FixedOffset {
        match self {
            Self::Named(zone) => offset::offset_of_instant(zone, instant),
            Self::Fixed(offset) => offset,
        }
    }
}

/// Why a file has no local day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoDay {
    /// No time is known.
    NoTime,
    /// The time is an instant, and nothing tells the zone.
    NoZone,
}

impl Capture {
    /// Works out the civil time at the place of capture.
    ///
    /// A clock's date is never shifted; the zone only adds the offset. An instant
    /// needs a zone for its date. `local_date`, where somebody stated it, wins
    /// over the date of either. `zone` is asked only where the time itself states
    /// no offset.
    ///
    /// # Errors
    /// Says what is missing for a local day.
    pub fn resolve(
        time: Option<RawTime>,
        local_date: Option<Day>,
        zone: impl FnOnce() -> Option<(Zone, OffsetSource)>,
    ) -> Result<Self, NoDay> {
        let dated = |day: Day| Clock {
            date: day.date(),
            time: None,
            offset: None,
        };
        let mut local = match time {
            Some(RawTime::Clock(clock)) => clock,
            Some(RawTime::Instant(instant)) => {
                let Some((zone, source)) = zone() else {
                    let local = dated(local_date.ok_or(NoDay::NoZone)?);
                    return Ok(Self {
                        local,
                        offset_source: None,
                    });
                };
                let offset = zone.offset_of_instant(instant);
                let local = instant.with_timezone(&offset).naive_local();
                let local = Clock {
                    date: local.date(),
                    time: Some(local.time()),
                    offset: Some(offset),
                };
                return Ok(Self {
                    local,
                    offset_source: Some(source),
                }
                .on(local_date));
            }
            None => dated(local_date.ok_or(NoDay::NoTime)?),
        };
        let mut offset_source = local.offset.map(|_| OffsetSource::Stated);
        if local.offset.is_none()
            && let Some((zone, source)) = zone()
        {
            let time = local.date.and_time(local.time.unwrap_or(NOON));
            (local.offset, offset_source) = (Some(zone.offset_of_local(time)), Some(source));
        }
        Ok(Self {
            local,
            offset_source,
        }
        .on(local_date))
    }

    /// Moves the capture to a stated date. A time of day on another date than the
    /// stated one would lie, so it is forgotten; the offset of the place stays.
    fn on(mut self, local_date: Option<Day>) -> Self {
        if let Some(day) = local_date.filter(|day| day.date() != self.local.date) {
            self.local = Clock {
                date: day.date(),
                time: None,
                offset: self.local.offset,
            };
        }
        self
    }

    /// The day that the capture counts for when days begin at `day_starts`. What
    /// has only a date does not shift.
    pub fn day(&self, day_starts: NaiveTime) -> Day {
        let day = Day::from(self.local.date);
        match self.local.time {
            Some(time) if time < day_starts => day.previous(),
            _ => day,
        }
    }
}

/// Stands in for the time of day where an offset is wanted for a date: no zone
/// changes its clocks then.
const NOON: NaiveTime = match NaiveTime::from_hms_opt(12, 0, 0) {
    Some(noon) => noon,
    None => NaiveTime::MIN,
};

#[cfg(test)]
mod tests {
    use super::*;
    use crate::capture::clock::Written;

    const SHANGHAI: Option<Tz> = Some(chrono_tz::Asia::Shanghai);
    const AMSTERDAM: Option<Tz> = Some(chrono_tz::Europe::Amsterdam);

    fn resolve(
        text: &str,
        day: Option<&str>,
        zone: Option<Tz>,
        given: Option<Tz>,
    ) -> Result<String, NoDay> {
        let time = (!text.is_empty()).then(|| Written::parse(text).unwrap().raw());
        let day = day.map(|d| d.parse().unwrap());
        let position = zone.map(|zone| (Zone::Named(zone), OffsetSource::Position));
        let option = given.map(|zone| (Zone::Named(zone), OffsetSource::Option));
        Capture::resolve(time, day, || position.or(option)).map(|c| c.local.to_string())
    }

    #[test]
    fn a_clock_is_never_shifted() {
        assert_eq!(
            resolve("2024-03-04T23:30:00", None, None, None).unwrap(),
            "2024-03-04T23:30:00"
        );
        assert_eq!(
            resolve("2024-03-04T23:30:00", None, SHANGHAI, None).unwrap(),
            "2024-03-04T23:30:00+08:00"
        );
        assert_eq!(
            resolve("2024-03-04T23:30:00-05:00", None, SHANGHAI, None).unwrap(),
            "2024-03-04T23:30:00-05:00"
        );
        assert_eq!(
            resolve("2024-03-04", None, SHANGHAI, None).unwrap(),
            "2024-03-04"
        );
    }

    #[test]
    fn an_instant_has_the_date_of_the_place() {
        assert_eq!(
            resolve("2024-03-03T16:30:00Z", None, SHANGHAI, AMSTERDAM).unwrap(),
            "2024-03-04T00:30:00+08:00"
        );
        assert_eq!(
            resolve("2024-03-03T23:30:00Z", None, None, AMSTERDAM).unwrap(),
            "2024-03-04T00:30:00+01:00"
        );
        assert_eq!(
            resolve("2024-03-03T23:30:00Z", None, None, None),
            Err(NoDay::NoZone)
        );
        assert_eq!(resolve("", None, SHANGHAI, None), Err(NoDay::NoTime));
    }

    #[test]
    fn a_stated_date_wins() {
        assert_eq!(
            resolve("2024-03-03T23:30:00Z", Some("2024-03-05"), None, None).unwrap(),
            "2024-03-05"
        );
        assert_eq!(
            resolve("2024-03-03T09:30:00+08:00", Some("2024-03-03"), None, None).unwrap(),
            "2024-03-03T09:30:00+08:00"
        );
        assert_eq!(
            resolve("", Some("2024-03-05"), SHANGHAI, None).unwrap(),
            "2024-03-05"
        );
    }

    #[test]
    fn a_night_out_stays_one_day() {
        let four = NaiveTime::from_hms_opt(4, 0, 0).unwrap();
        let day = |text: &str| {
            let time = Written::parse(text).unwrap().raw();
            Capture::resolve(Some(time), None, || None)
                .unwrap()
                .day(four)
                .to_string()
        };
        assert_eq!(day("2024-03-05T03:59:59"), "2024-03-04");
        assert_eq!(day("2024-03-05T04:00:00"), "2024-03-05");
        assert_eq!(day("2024-03-05"), "2024-03-05");
    }
}
