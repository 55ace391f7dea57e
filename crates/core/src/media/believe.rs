//! Which of the clues is believed.

use chrono::{Datelike, FixedOffset, NaiveDate, NaiveTime};

use super::facts::{Facts, GpsTime};
use crate::capture::clock::{Clock, RawTime};
use crate::capture::clue::{Clue, PositionSource, TimeSource};
use crate::capture::day::Day;
use crate::capture::partial::PartialDate;
use crate::capture::position::{Position, centimetres};
use crate::capture::resolve::OffsetSource;

/// Times of photos, the most believable first. Embedded statements of the moment
/// of capture come before what others wrote beside the file, edit times last.
const PHOTO_TIMES: &[TimeSource] = &[
    TimeSource::ExifDateTimeOriginal,
    TimeSource::ExifCreateDate,
    TimeSource::XmpDateTimeOriginal,
    TimeSource::XmpDateCreated,
    TimeSource::XmpCreateDate,
    TimeSource::XmpPanorama,
    TimeSource::IptcDateCreated,
    TimeSource::SidecarXmp,
    TimeSource::PngCreationTime,
    TimeSource::Takeout,
    TimeSource::FileName,
    TimeSource::ExifModifyDate,
    TimeSource::PngTime,
    TimeSource::ExifGps,
];

/// Times of videos, the most believable first. Exporting rewrites the movie
/// header, so it comes after what the device wrote beside it.
const VIDEO_TIMES: &[TimeSource] = &[
    TimeSource::QuickTimeCreationDate,
    TimeSource::QuickTimeDay,
    TimeSource::QuickTimeDate,
    TimeSource::Gpmf,
    TimeSource::Mdpm,
    TimeSource::RiffIdit,
    TimeSource::MatroskaDate,
    TimeSource::AsfCreation,
    TimeSource::ExifDateTimeOriginal,
    TimeSource::Mvhd,
    TimeSource::Mdhd,
    TimeSource::Tkhd,
    TimeSource::XmpDateTimeOriginal,
    TimeSource::XmpDateCreated,
    TimeSource::XmpCreateDate,
    TimeSource::XmpPanorama,
    TimeSource::SidecarXmp,
    TimeSource::Takeout,
    TimeSource::FileName,
];

/// Positions, the most believable first. A sidecar holds what the user placed.
const POSITIONS: &[PositionSource] = &[
    PositionSource::SidecarXmp,
    PositionSource::Exif,
    PositionSource::Xmp,
    PositionSource::QuickTimeLocation,
    PositionSource::QuickTimeXyz,
    PositionSource::ItunesXyz,
    PositionSource::Loci,
    PositionSource::Gpmf,
    PositionSource::Camm,
    PositionSource::Mdpm,
    PositionSource::TakeoutExif,
    PositionSource::Takeout,
];

/// The time to believe: the first usable clue in the order for that kind of file. One that
/// has only a day gives way to the first that has a time of the same day, or else to an
/// instant that is on that day in some zone. Where the first that says anything of a photo
/// has only a year or a month, only a clue within that is believed.
pub fn time(facts: &Facts, is_video: bool) -> Option<(TimeSource, RawTime)> {
    let order = times(is_video);
    // The year of a film is that in which it was published.
    let month = first_partial(facts, order).filter(|_| !is_video);
    let in_month = |time: &RawTime| {
        let date = match time {
            RawTime::Clock(clock) => clock.date,
            RawTime::Instant(instant) => instant.date_naive(),
        };
        month.is_none_or(|month| month.holds(date))
    };
    let first = first_usable(&facts.times, order, in_month)?;
    let Some(date) = day_alone(first.1) else {
        return Some(first);
    };
    let of_that_day = |time: &RawTime| matches!(time, RawTime::Clock(clock) if clock.date == date && clock.time.is_some());
    let in_some_zone = |time: &RawTime| match time {
        RawTime::Clock(_) => false,
        RawTime::Instant(instant) => {
            // Clocks stand at most 12 hours behind UTC and 14 before it.
            let since = instant.naive_utc() - date.and_time(NaiveTime::MIN);
            (-14..24 + 12).contains(&since.num_seconds().div_euclid(3600))
        }
    };
    first_usable(&facts.times, order, of_that_day)
        .or_else(|| first_usable(&facts.times, order, in_some_zone))
        .or(Some(first))
}

/// The day of a clue that gave way to an instant: in which zone that was is not known, but
/// the day is.
pub fn local_date(facts: &Facts, is_video: bool) -> Option<Day> {
    let (_, RawTime::Instant(_)) = time(facts, is_video)? else {
        return None;
    };
    let (_, first) = first_usable(&facts.times, times(is_video), |_| true)?;
    day_alone(first).map(Day::from)
}

fn day_alone(time: RawTime) -> Option<NaiveDate> {
    match time {
        RawTime::Clock(Clock {
            date, time: None, ..
        }) => Some(date),
        _ => None,
    }
}

/// The year or the month that is all that is known of the time.
pub fn partial_date(facts: &Facts, is_video: bool) -> Option<PartialDate> {
    let partial = first_partial(facts, times(is_video));
    partial.filter(|_| time(facts, is_video).is_none())
}

/// The year or the month that the first clue states that is not unusable.
fn first_partial(facts: &Facts, order: &[TimeSource]) -> Option<PartialDate> {
    let in_order = order.iter().flat_map(|source| {
        let clues = facts.times.iter();
        clues.filter(move |clue| clue.source == *source)
    });
    let said = in_order.filter_map(|clue| match clue.value {
        Ok(_) => Some(None),
        Err(_) => PartialDate::parse(&clue.text).map(Some),
    });
    said.into_iter().next().flatten()
}

fn times(is_video: bool) -> &'static [TimeSource] {
    if is_video { VIDEO_TIMES } else { PHOTO_TIMES }
}

/// The position to believe, to the centimetre.
pub fn position(facts: &Facts) -> Option<(PositionSource, Position)> {
    let (source, position) = first_usable(&facts.positions, POSITIONS, |_| true)?;
    // Quotients of EXIF rationals have sixteen digits, of which none beyond the
    // seventh decimal means anything.
    let rounded = Position::new(centimetres(position.lat()), centimetres(position.lon()));
    Some((source, rounded.unwrap_or(position)))
}

/// The offset from UTC that is stated beside a time: by the device for an
/// instant, by the GPS fix for a clock.
///
/// A clock stands a whole number of quarters of an hour from UTC; a remainder of
/// more than 5 minutes, or more than 14 hours, means that the two times belong to
/// different moments. A receiver that counts from before 1995 has no date yet.
pub fn offset_beside(facts: &Facts, time: RawTime) -> Option<(FixedOffset, OffsetSource)> {
    let device = facts
        .device_offset
        .map(|offset| (offset, OffsetSource::Device));
    let RawTime::Clock(Clock {
        date,
        time: Some(time),
        offset: None,
    }) = time
    else {
        return device.filter(|_| matches!(time, RawTime::Instant(_)));
    };
    let seconds = match facts.gps_time? {
        GpsTime::Instant(fix) if fix.year() >= 1995 => {
            (date.and_time(time) - fix.naive_utc()).num_seconds()
        }
        GpsTime::Instant(_) => return None,
        GpsTime::TimeOfDay(fix) => {
            let half_a_day = 12 * 3600;
            (time - fix)
                .num_seconds()
                .wrapping_add(half_a_day)
                .rem_euclid(2 * half_a_day)
                - half_a_day
        }
    };
    let quarters = (seconds + 450).div_euclid(900);
    let remainder = (seconds - quarters * 900).abs();
    if quarters.abs() > 14 * 4 || remainder > 300 {
        return None;
    }
    let offset = FixedOffset::east_opt(i32::try_from(quarters * 900).ok()?)?;
    Some((offset, OffsetSource::Gps))
}

/// What becomes of one clue: `chosen`, `not needed`, or why it is unusable.
pub fn verdict<S: PartialEq, T>(clue: &Clue<S, T>, chosen: Option<S>) -> String {
    match &clue.value {
        Err(why) => why.0.clone(),
        Ok(_) if chosen.is_some_and(|source| clue.source == source) => "chosen".to_owned(),
        Ok(_) => "not needed: another one counts for more".to_owned(),
    }
}

fn first_usable<S: Copy + PartialEq, T: Copy>(
    clues: &[Clue<S, T>],
    order: &[S],
    wanted: impl Fn(&T) -> bool,
) -> Option<(S, T)> {
    order.iter().find_map(|source| {
        let from_source = clues.iter().filter(|clue| clue.source == *source);
        let mut usable = from_source.filter_map(|clue| clue.value.as_ref().ok());
        usable
            .find(|value| wanted(value))
            .map(|value| (*source, *value))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::capture::clock::Written;

    #[test]
    fn the_first_usable_clue_wins_whatever_was_found_first() {
        let mut facts = Facts::default();
        facts.clock(TimeSource::ExifModifyDate, "2020:01:02 03:04:05");
        facts.clock(TimeSource::ExifDateTimeOriginal, "0000:00:00 00:00:00");
        facts.clock(TimeSource::ExifCreateDate, "2019:05:04 10:11:12");
        let (source, time) = super::time(&facts, false).unwrap();
        assert_eq!(
            (source, time.to_string().as_str()),
            (TimeSource::ExifCreateDate, "2019-05-04T10:11:12")
        );
    }

    #[test]
    fn a_day_does_not_hide_a_time_of_the_same_day() {
        let chosen = |clues: &[(TimeSource, &str)]| {
            let mut facts = Facts::default();
            for (source, text) in clues {
                facts.clock(*source, text);
            }
            let (source, time) = super::time(&facts, false).unwrap();
            format!("{} {time}", source.name())
        };
        let day = (TimeSource::XmpDateCreated, "2006-10-29");
        let iptc = (TimeSource::IptcDateCreated, "20061029 062751-0500");
        let modified = (TimeSource::ExifModifyDate, "2006:10:29 07:00:00");
        let later = (TimeSource::ExifModifyDate, "2006:11:01 07:00:00");
        let told = "iptc:DateCreated 2006-10-29T06:27:51-05:00";
        assert_eq!(chosen(&[day, modified, iptc]), told);
        assert_eq!(chosen(&[day, later]), "xmp:DateCreated 2006-10-29");
        assert_eq!(
            chosen(&[(TimeSource::FileName, "2006-10-29"), modified]),
            "exif:ModifyDate 2006-10-29T07:00:00"
        );
        // Within one source, as where a sidecar has both.
        assert_eq!(
            chosen(&[
                (TimeSource::SidecarXmp, "2006-10-29"),
                (TimeSource::SidecarXmp, "2006-10-29T08:00:00"),
            ]),
            "sidecar:xmp 2006-10-29T08:00:00"
        );
    }

    #[test]
    fn a_day_gives_way_to_an_instant_that_may_be_on_it() {
        let told = |day: &str, instant: &str| {
            let mut facts = Facts::default();
            facts.clock(TimeSource::QuickTimeDay, day);
            let instant = Written::parse(instant).map(Written::raw);
            facts.time(TimeSource::Mvhd, "", instant);
            let (_, time) = super::time(&facts, true).unwrap();
            (
                time.to_string(),
                local_date(&facts, true).map(|day| day.to_string()),
            )
        };
        let day = "2019-05-04";
        for instant in [
            "2019-05-04T08:11:12Z",
            "2019-05-03T10:00:00Z",
            "2019-05-05T11:59:59Z",
        ] {
            assert_eq!(told(day, instant), (instant.into(), Some(day.into())));
        }
        for instant in [
            "2019-05-03T09:59:59Z",
            "2019-05-05T12:00:00Z",
            "2020-05-04T08:11:12Z",
        ] {
            assert_eq!(told(day, instant), (day.into(), None));
        }
        let full = "2019-05-04T10:11:12";
        assert_eq!(told(full, "2019-05-04T08:11:12Z"), (full.into(), None));
    }

    #[test]
    fn a_month_hides_what_is_not_in_it() {
        let chosen = |clues: &[(TimeSource, &str)]| {
            let mut facts = Facts::default();
            for (source, text) in clues {
                facts.clock(*source, text);
            }
            let time = super::time(&facts, false).map(|(_, time)| time.to_string());
            let partial = partial_date(&facts, false).map(|date| date.to_string());
            assert!(time.is_none() || partial.is_none());
            time.or(partial).unwrap_or_default()
        };
        let month = (TimeSource::ExifDateTimeOriginal, "1993:08:00 00:00:00");
        let scanned = (TimeSource::ExifCreateDate, "2015:01:02 03:04:05");
        let within = (TimeSource::FileName, "1993-08-07");
        assert_eq!(chosen(&[month]), "1993-08");
        assert_eq!(chosen(&[scanned, month]), "1993-08");
        assert_eq!(chosen(&[month, scanned, within]), "1993-08-07");
        let better = (TimeSource::ExifDateTimeOriginal, "1993:09:07 00:00:00");
        let weak = (TimeSource::XmpCreateDate, "1993");
        assert_eq!(chosen(&[better, weak]), "1993-09-07T00:00:00");
        let mut film = Facts::default();
        film.clock(TimeSource::QuickTimeDay, "2010");
        assert_eq!(partial_date(&film, true), PartialDate::parse("2010"));
        film.clock(TimeSource::Mvhd, "2015-01-02T03:04:05");
        assert!(super::time(&film, true).is_some() && partial_date(&film, true).is_none());
        let blank = (TimeSource::ExifDateTimeOriginal, "0000:00:00 00:00:00");
        assert_eq!(chosen(&[blank, scanned]), "2015-01-02T03:04:05");
    }

    #[test]
    fn every_source_has_its_place_in_an_order() {
        let outside = [TimeSource::FileModified, TimeSource::Json, TimeSource::User];
        for source in TimeSource::ALL {
            let placed = PHOTO_TIMES.contains(source) || VIDEO_TIMES.contains(source);
            assert_ne!(placed, outside.contains(source), "{source:?}");
        }
        let outside = [PositionSource::Json, PositionSource::User];
        for source in PositionSource::ALL {
            assert_ne!(
                POSITIONS.contains(source),
                outside.contains(source),
                "{source:?}"
            );
        }
    }

    #[test]
    fn the_gps_fix_tells_the_offset_of_the_clock() {
        let offset = |clock: &str, fix: GpsTime| {
            let time = RawTime::Clock(Written::parse(clock).unwrap().clock());
            let facts = Facts {
                gps_time: Some(fix),
                ..Facts::default()
            };
            offset_beside(&facts, time).map(|(offset, _)| offset.to_string())
        };
        let fix = |text: &str| GpsTime::Instant(text.parse().unwrap());
        let east = |text: &str| Some(text.to_owned());
        assert_eq!(
            offset("2019:05:04 10:11:12", fix("2019-05-04T08:11:10Z")),
            east("+02:00")
        );
        assert_eq!(
            offset("2019:05:04 10:15:12", fix("2019-05-04T04:30:00Z")),
            east("+05:45")
        );
        assert_eq!(
            offset("2019:01:01 00:15:00", fix("2018-12-31T13:15:00Z")),
            east("+11:00")
        );
        assert_eq!(
            offset("2019:05:04 10:11:12", fix("2019-05-04T08:19:12Z")),
            None,
            "7 minutes off"
        );
        assert_eq!(
            offset("2019:05:04 10:11:12", fix("2019-05-02T08:11:12Z")),
            None,
            "days off"
        );
        assert_eq!(
            offset("1980:01:06 10:11:12", fix("1980-01-06T08:11:12Z")),
            None,
            "no date yet"
        );
        let time_of_day = |text: &str| GpsTime::TimeOfDay(text.parse().unwrap());
        assert_eq!(
            offset("2019:05:04 01:11:12", time_of_day("23:11:10")),
            east("+02:00")
        );
        assert_eq!(
            offset("2019:05:04 22:11:12", time_of_day("02:11:12")),
            east("-04:00")
        );
    }

    #[test]
    fn positions_are_kept_to_the_centimetre() {
        let mut facts = Facts::default();
        facts.position(
            PositionSource::Exif,
            "",
            50.299_602_777_777_8,
            14.820_294_444_444_4,
        );
        assert_eq!(
            position(&facts).unwrap().1,
            Position::new(50.299_602_8, 14.820_294_4).unwrap()
        );
    }
}
