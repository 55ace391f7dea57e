//! From what a clock said and where, to the local day and the offset.

use chrono::NaiveTime;
use chrono_tz::Tz;

use super::clock::{Clock, RawTime};
use super::day::Day;
use crate::place::zone;

/// When a file was taken, in the civil time of the place of capture.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Capture {
    /// What a clock at that place showed.
    pub local: Clock,
    /// How its offset from UTC is known, where it is.
    pub offset_source: Option<OffsetSource>,
}

/// How the offset from UTC of a capture is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OffsetSource {
    /// The clock's own statement.
    Stated,
    /// The time zone of the position.
    Position,
    /// The zone given with `--time-zone`.
    Given,
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
    /// A clock's date is never shifted; `zone`, the zone of the position, and
    /// `given`, the zone that the user named for files whose zone nothing tells,
    /// only add the offset. An instant needs one of the two for its date.
    /// `local_date`, where somebody stated it, wins over the date of either.
    ///
    /// # Errors
    /// Says what is missing for a local day.
    pub fn resolve(
        time: Option<RawTime>,
        local_date: Option<Day>,
        zone: Option<Tz>,
        given: Option<Tz>,
    ) -> Result<Self, NoDay> {
        let zone = zone
            .map(|z| (z, OffsetSource::Position))
            .or(given.map(|z| (z, OffsetSource::Given)));
        let (mut local, mut offset_source) = match time {
            Some(RawTime::Clock(clock)) => (clock, clock.offset.map(|_| OffsetSource::Stated)),
            Some(RawTime::Instant(instant)) => match zone {
                Some((zone, source)) => {
                    let offset = zone::offset_of_instant(zone, instant);
                    let local = instant.with_timezone(&offset).naive_local();
                    (
                        Clock {
                            date: local.date(),
                            time: Some(local.time()),
                            offset: Some(offset),
                        },
                        Some(source),
                    )
                }
                None if local_date.is_some() => (
                    Clock {
                        date: instant.date_naive(),
                        time: None,
                        offset: None,
                    },
                    None,
                ),
                None => return Err(NoDay::NoZone),
            },
            None => (
                Clock {
                    date: local_date.ok_or(NoDay::NoTime)?.date(),
                    time: None,
                    offset: None,
                },
                None,
            ),
        };
        if let Some(day) = local_date
            && local.date != day.date()
        {
            // A time of day on another date than the stated one would lie.
            (local, offset_source) = (
                Clock {
                    date: day.date(),
                    time: None,
                    offset: None,
                },
                None,
            );
        }
        if let (None, Some((zone, source))) = (local.offset, zone) {
            let time = local.date.and_time(local.time.unwrap_or(NOON));
            (local.offset, offset_source) = (Some(zone::offset_of_local(zone, time)), Some(source));
        }
        Ok(Self {
            local,
            offset_source,
        })
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
        Capture::resolve(time, day, zone, given).map(|c| c.local.to_string())
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
            Capture::resolve(Some(time), None, None, None)
                .unwrap()
                .day(four)
                .to_string()
        };
        assert_eq!(day("2024-03-05T03:59:59"), "2024-03-04");
        assert_eq!(day("2024-03-05T04:00:00"), "2024-03-05");
        assert_eq!(day("2024-03-05"), "2024-03-05");
    }
}
