//! Offsets of time zones from UTC.

use chrono::offset::{LocalResult, Offset};
use chrono::{DateTime, FixedOffset, NaiveDateTime, TimeZone, Utc};
use chrono_tz::Tz;

/// The offset from UTC in `zone` when its clocks showed `local`. Of the two of
/// an hour that is repeated in autumn, the first; in the hour that is left out
/// in spring, the one that held before.
pub fn offset_of_local(zone: Tz, local: NaiveDateTime) -> FixedOffset {
    match zone.offset_from_local_datetime(&local) {
        LocalResult::Single(offset) | LocalResult::Ambiguous(offset, _) => {
            whole_minutes(offset.fix())
        }
        LocalResult::None => {
            let before = local - chrono::TimeDelta::hours(3);
            zone.offset_from_local_datetime(&before)
                .earliest()
                .map_or_else(
                    || offset_of_instant(zone, local.and_utc()),
                    |o| whole_minutes(o.fix()),
                )
        }
    }
}

/// Whether `offset` is one of the two of an hour that clocks in `zone` show twice.
pub fn is_one_of_two(zone: Tz, local: NaiveDateTime, offset: FixedOffset) -> bool {
    match zone.offset_from_local_datetime(&local) {
        LocalResult::Ambiguous(first, second) => {
            [first, second].iter().any(|of_two| of_two.fix() == offset)
        }
        _ => false,
    }
}

/// The offsets of all zones since 1970 that are no whole hours, in minutes.
const BETWEEN_HOURS: [i64; 18] = [
    -570, -270, -210, -150, 210, 270, 330, 345, 390, 450, 510, 525, 570, 630, 690, 765, 795, 825,
];
/// How far two statements of one moment may lie apart, in seconds.
const SLACK: i64 = 60;

/// The offset from UTC of a clock that showed `local` at `instant`. Only offsets that some zone
/// has had count. `length` is how many seconds the recording runs: the instant may be that of
/// its end, and then a clock that stands somewhere in between is taken to be in UTC. Where
/// beginning and end would tell different offsets, nothing is known.
pub fn between(local: NaiveDateTime, instant: DateTime<Utc>, length: i64) -> Option<FixedOffset> {
    let seconds = (local - instant.naive_utc()).num_seconds();
    if (-length - SLACK..=SLACK).contains(&seconds) {
        return FixedOffset::east_opt(0);
    }
    let (begun, ended) = (real(seconds), real(seconds + length));
    match (begun, ended) {
        (Some(begun), Some(ended)) if begun != ended => None,
        _ => begun.or(ended),
    }
}

/// The offset of some zone that lies within the slack of so many seconds.
fn real(seconds: i64) -> Option<FixedOffset> {
    let minutes = (seconds + SLACK / 2).div_euclid(60);
    // A minute to each side, as the slack is one.
    let minutes = (minutes - 1..=minutes + 1).find(|minutes| {
        (seconds - minutes * 60).abs() <= SLACK
            && (-12 * 60..=14 * 60).contains(minutes)
            && (minutes % 60 == 0 || BETWEEN_HOURS.contains(minutes))
    })?;
    FixedOffset::east_opt(i32::try_from(minutes * 60).ok()?)
}

/// The offset from UTC in `zone` at an instant.
pub fn offset_of_instant(zone: Tz, instant: DateTime<Utc>) -> FixedOffset {
    whole_minutes(zone.offset_from_utc_datetime(&instant.naive_utc()).fix())
}

/// RFC 3339 has no seconds in offsets; local mean times of the 19th century do.
fn whole_minutes(offset: FixedOffset) -> FixedOffset {
    FixedOffset::east_opt(offset.local_minus_utc() / 60 * 60).unwrap_or(offset)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> NaiveDateTime {
        text.parse().unwrap()
    }

    #[test]
    fn hours_that_clocks_show_twice_or_never() {
        let zone = chrono_tz::Europe::Amsterdam;
        let hours = |text| offset_of_local(zone, at(text)).local_minus_utc() / 3600;
        assert_eq!(hours("2024-07-01T12:00:00"), 2);
        assert_eq!(hours("2024-10-27T02:30:00"), 2);
        assert_eq!(hours("2024-10-27T03:00:00"), 1);
        assert_eq!(hours("2024-03-31T02:30:00"), 1);
    }

    #[test]
    fn two_statements_of_one_moment_tell_an_offset() {
        let told = |local: &str, instant: &str, length| {
            let instant: DateTime<Utc> = instant.parse().unwrap();
            between(at(local), instant, length).map(|offset| offset.to_string())
        };
        let some = |text: &str| Some(text.to_owned());
        let ten = "2018-06-10T10:00:00";
        assert_eq!(told(ten, "2018-06-10T14:00:11Z", 0), some("-04:00"));
        assert_eq!(told(ten, "2018-06-10T04:14:00Z", 0), some("+05:45"));
        assert_eq!(told(ten, "2018-06-10T04:29:30Z", 0), some("+05:30"));
        assert_eq!(told(ten, "2018-06-09T20:00:00Z", 0), some("+14:00"));
        assert_eq!(told(ten, "2018-06-10T22:01:00Z", 0), some("-12:00"));
        assert_eq!(told(ten, "2018-06-10T09:59:01Z", 0), some("+00:00"));
        // No zone is a quarter of an hour off, none so far away, and none so late.
        assert_eq!(told(ten, "2018-06-10T14:15:00Z", 0), None);
        assert_eq!(told(ten, "2018-06-09T19:00:00Z", 0), None);
        assert_eq!(told(ten, "2018-06-10T23:00:00Z", 0), None);
        assert_eq!(told(ten, "2018-06-10T14:01:01Z", 0), None);
        // The file was stamped when it was closed.
        assert_eq!(told(ten, "2018-06-10T14:15:02Z", 900), some("-04:00"));
        assert_eq!(told(ten, "2018-06-10T10:40:00Z", 3600), some("+00:00"));
        assert_eq!(told(ten, "2018-06-10T15:00:00Z", 3600), None);
    }

    #[test]
    fn the_two_offsets_of_an_hour_that_comes_twice() {
        let zone = chrono_tz::Europe::Berlin;
        let told = |local, hours: i32| {
            is_one_of_two(
                zone,
                at(local),
                FixedOffset::east_opt(hours * 3600).unwrap(),
            )
        };
        assert!(told("2023-10-29T02:30:00", 1) && told("2023-10-29T02:30:00", 2));
        assert!(!told("2023-10-29T02:30:00", 3) && !told("2023-10-29T03:30:00", 1));
    }

    #[test]
    fn offsets_have_whole_minutes() {
        assert_eq!(
            offset_of_local(chrono_tz::Asia::Shanghai, at("1890-01-01T12:00:00")).to_string(),
            "+08:05"
        );
    }

    #[test]
    fn a_day_that_a_country_left_out_has_an_offset_too() {
        // Samoa went from 29 to 31 December 2011.
        let offset = offset_of_local(chrono_tz::Pacific::Apia, at("2011-12-30T12:00:00"));
        assert!(offset.local_minus_utc().abs() <= 14 * 3600);
    }
}
