//! Which of the clues is believed.

use chrono::{Datelike, FixedOffset};

use super::facts::{Facts, GpsTime};
use crate::capture::clock::{Clock, RawTime};
use crate::capture::clue::{Clue, PositionSource, TimeSource};
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
    TimeSource::ExifCreateDate,
    TimeSource::ExifModifyDate,
    TimeSource::Mvhd,
    TimeSource::Mdhd,
    TimeSource::Tkhd,
    TimeSource::XmpDateTimeOriginal,
    TimeSource::XmpDateCreated,
    TimeSource::XmpCreateDate,
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

/// The time to believe: the first usable clue in the order for that kind of file.
pub fn time(facts: &Facts, is_video: bool) -> Option<(TimeSource, RawTime)> {
    first_usable(
        &facts.times,
        if is_video { VIDEO_TIMES } else { PHOTO_TIMES },
    )
}

/// The position to believe, to the centimetre.
pub fn position(facts: &Facts) -> Option<(PositionSource, Position)> {
    let (source, position) = first_usable(&facts.positions, POSITIONS)?;
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

fn first_usable<S: Copy + PartialEq, T: Copy>(clues: &[Clue<S, T>], order: &[S]) -> Option<(S, T)> {
    order.iter().find_map(|source| {
        let mut from_source = clues.iter().filter(|clue| clue.source == *source);
        from_source
            .find_map(|clue| clue.value.as_ref().ok())
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
