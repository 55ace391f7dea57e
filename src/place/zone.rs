//! Time zones: which one a point lies in, and what offset it has when.

use std::sync::LazyLock;

use chrono::offset::{LocalResult, Offset};
use chrono::{DateTime, FixedOffset, NaiveDateTime, TimeZone, Utc};
use chrono_tz::Tz;

use super::built_in;
use crate::capture::position::Position;

static ZONES: LazyLock<Vec<Option<Tz>>> = LazyLock::new(|| {
    let names = built_in::ZONES.lines();
    names.map(|name| name.parse().ok()).collect()
});

/// The IANA zone of a point. At sea it is one of the nautical `Etc/GMT` zones.
pub fn zone_of(position: Position) -> Option<Tz> {
    ZONES.get(built_in::zone_at(position)?).copied().flatten()
}

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

    #[test]
    fn the_boundaries_are_of_the_release_that_is_named() {
        let library = tzf_rs::EmbeddedFinder::new();
        assert_eq!(library.data_version(), crate::place::ZONE_BOUNDARIES);
    }

    fn at(text: &str) -> NaiveDateTime {
        text.parse().unwrap()
    }

    #[test]
    fn points_have_zones() {
        let zone = |lat, lon| zone_of(Position::new(lat, lon).unwrap()).map(|z| z.name());
        assert_eq!(zone(30.2489, 120.1485), Some("Asia/Shanghai"));
        assert_eq!(zone(52.0907, 5.1214), Some("Europe/Amsterdam"));
        assert_eq!(zone(-30.0, -25.0), Some("Etc/GMT+2"));
    }

    #[test]
    fn every_zone_is_known_to_the_rules() {
        assert!(ZONES.len() > 440 && ZONES.iter().all(Option::is_some));
    }

    /// The library that has the same boundaries, a little less simplified.
    #[test]
    fn zones_are_those_of_the_library() {
        let library = tzf_rs::EmbeddedFinder::new();
        let (mut same, all) = (0, 20_000);
        for i in 0..all {
            // Spread evenly, and nowhere on a lattice.
            let (lat, lon) = (
                (f64::from(i) * 0.618_034).fract() * 180.0 - 90.0,
                (f64::from(i) * 0.414_214).fract() * 360.0 - 180.0,
            );
            let ours = zone_of(Position::new(lat, lon).unwrap()).map(|zone| zone.name());
            same += i32::from(ours == Some(library.get_tz_name(lon, lat)));
        }
        assert!(same >= all - 10, "{same} of {all}");
    }

    #[test]
    fn the_ends_of_the_world_have_zones() {
        for (lat, lon) in [(90.0, 0.0), (-90.0, 0.0), (0.0, 180.0), (0.0, -180.0)] {
            assert!(
                zone_of(Position::new(lat, lon).unwrap()).is_some(),
                "{lat},{lon}"
            );
        }
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
