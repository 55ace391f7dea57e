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
