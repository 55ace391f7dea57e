//! Which of the clues is believed.

use chrono::{
    DateTime, Datelike, FixedOffset, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, Utc,
};
use imm_cluster_messages::{retold, text};

use super::facts::{Facts, GpsTime};
use crate::capture::clock::{Clock, RawTime};
use crate::capture::clue::{Clue, PositionSource, TimeClue, TimeSource};
use crate::capture::day::Day;
use crate::capture::offset;
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
/// header, so it comes after what the device wrote beside it; that of drones counts by their
/// clock or by UTC, which their subtitles tell apart. The XML of a clip may be that of another
/// one of its name, so that it tells the time only where the header has none.
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
    TimeSource::SidecarSrt,
    TimeSource::Mvhd,
    TimeSource::Mdhd,
    TimeSource::Tkhd,
    TimeSource::Clip,
    TimeSource::Rtmd,
    TimeSource::XmpDateTimeOriginal,
    TimeSource::XmpDateCreated,
    TimeSource::XmpCreateDate,
    TimeSource::XmpPanorama,
    TimeSource::SidecarXmp,
    TimeSource::SidecarMoi,
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
    PositionSource::Dji,
    PositionSource::SidecarSrt,
    PositionSource::Insta360,
    PositionSource::Dashcam,
    PositionSource::Mdpm,
    PositionSource::TakeoutExif,
    PositionSource::Takeout,
];

/// The time to believe: the first usable clue in the order for that kind of file. One that
/// has only a day gives way to the first that has a time of the same day, or else to an
/// instant that is on that day in some zone. Where the first that says anything of a photo
/// has only a year or a month, only a clue within that is believed, an instant where it is so
/// in some zone.
pub fn time(facts: &Facts, is_video: bool) -> Option<(TimeSource, RawTime)> {
    let order = times(is_video);
    // The year of a film is that in which it was published.
    let month = first_partial(facts, order).filter(|_| !is_video);
    let in_month = |time: &RawTime| {
        month.is_none_or(|month| match time {
            RawTime::Clock(clock) => month.holds(clock.date),
            // Clocks stand at most 12 hours behind UTC and 14 before it.
            RawTime::Instant(instant) => [-12, 14].into_iter().any(|hours| {
                let local = instant.checked_add_signed(TimeDelta::hours(hours));
                local.is_some_and(|local| month.holds(local.date_naive()))
            }),
        })
    };
    let first = first_usable(&facts.times, order, in_month)?;
    let Some(date) = day_alone(first.1) else {
        return Some(first);
    };
    let of_that_day = |time: &RawTime| matches!(time, RawTime::Clock(clock) if clock.date == date && clock.time.is_some());
    let in_some_zone = |time: &RawTime| match time {
        RawTime::Clock(_) => false,
        RawTime::Instant(instant) => {
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

/// How a date begins that was never set, in movies and on disks of FAT.
const NEVER_SET: [&str; 2] = ["1904:00:00", "1980:00:00"];

/// The year or the month that the first clue states that is not unusable.
fn first_partial(facts: &Facts, order: &[TimeSource]) -> Option<PartialDate> {
    let in_order = order.iter().flat_map(|source| {
        let clues = facts.times.iter();
        clues.filter(move |clue| clue.source == *source)
    });
    let said = in_order.filter_map(|clue| match clue.value {
        Ok(_) => Some(None),
        Err(_) if NEVER_SET.iter().any(|zero| clue.text.starts_with(zero)) => None,
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
/// instant, by the GPS fix for a clock, and by a second clue of the same moment for both.
pub fn offset_beside(facts: &Facts, time: RawTime) -> Option<(FixedOffset, OffsetSource)> {
    let device = || Some((facts.device_offset?, OffsetSource::Device));
    let second = |offset| (offset, OffsetSource::SecondClue);
    match time {
        RawTime::Instant(instant) => device()
            .or_else(|| local_beside(facts, instant).map(second))
            .or_else(|| Some((named_in_utc(facts, instant)?, OffsetSource::FileName))),
        RawTime::Clock(Clock {
            date,
            time: Some(time),
            offset: None,
        }) => {
            let local = date.and_time(time);
            let gps = || Some((offset_of_fix(local, facts.gps_time?)?, OffsetSource::Gps));
            (stated_again(facts, local).map(second))
                .or_else(gps)
                .or_else(device)
                .or_else(|| instant_beside(facts, local).map(second))
        }
        RawTime::Clock(_) => None,
    }
}

/// How far apart two writings of one reading may be: one of them may lack the fraction.
const SAME_READING: i64 = 2;

/// The offset of another clue that states the same reading with one.
fn stated_again(facts: &Facts, local: NaiveDateTime) -> Option<FixedOffset> {
    facts.times.iter().find_map(|clue| {
        let (other, offset) = with_offset(clue)?;
        ((other - local).num_seconds().abs() <= SAME_READING).then_some(offset)
    })
}

/// A reading with its offset. A `Z` states none, nor do the zeros of IPTC, which has no way to
/// leave the offset out: many programs put them behind whatever they read.
fn with_offset(clue: &TimeClue) -> Option<(NaiveDateTime, FixedOffset)> {
    let Ok(RawTime::Clock(Clock {
        date,
        time: Some(time),
        offset: Some(offset),
    })) = clue.value
    else {
        return None;
    };
    let is_empty = clue.text.ends_with(['Z', 'z'])
        || clue.source == TimeSource::IptcDateCreated && offset.local_minus_utc() == 0;
    (!is_empty).then(|| (date.and_time(time), offset))
}

/// Whether a clue is about the moment of capture, and not about that of an edit.
fn is_of_capture(clue: &TimeClue) -> bool {
    !matches!(
        clue.source,
        TimeSource::ExifModifyDate | TimeSource::PngTime
    )
}

/// The offset of a clock that showed `local` at the instant that another clue states. One of
/// zero tells nothing: a clock's reading that was taken for UTC has it too.
fn instant_beside(facts: &Facts, local: NaiveDateTime) -> Option<FixedOffset> {
    let clues = facts.times.iter().filter(|clue| is_of_capture(clue));
    let mut offsets = clues.filter_map(|clue| match clue.value.as_ref().ok()? {
        RawTime::Instant(instant) => offset::between(local, *instant, facts.length),
        RawTime::Clock(clock) => {
            let instant = DateTime::from_timestamp(clock.instant()?, 0)?;
            offset::between(local, instant, facts.length)
        }
    });
    offsets.find(|offset| offset.local_minus_utc() != 0)
}

/// The offset of another clue that states an instant with one, or the reading of a clock at
/// it. A reading of UTC tells nothing: programs write so what they read.
fn local_beside(facts: &Facts, instant: DateTime<Utc>) -> Option<FixedOffset> {
    let clues = || facts.times.iter().filter(|clue| is_of_capture(clue));
    let stated = clues().find_map(|clue| {
        let (local, offset) = with_offset(clue)?;
        (offset::between(local, instant, facts.length) == Some(offset)).then_some(offset)
    });
    let mut read = clues().filter_map(|clue| reading_beside(clue, instant, facts.length));
    stated.or_else(|| read.find(|offset| offset.local_minus_utc() != 0))
}

/// The offset of a clue that is a clock's reading without one. Messengers name files by when
/// they were sent or saved, which may be some hours later.
fn reading_beside(clue: &TimeClue, instant: DateTime<Utc>, length: i64) -> Option<FixedOffset> {
    let is_of_messenger = |name: &str| {
        let name = name.to_ascii_lowercase();
        ["signal-", "video_", "photo_"]
            .iter()
            .any(|word| name.starts_with(word))
    };
    if clue.source == TimeSource::FileName && is_of_messenger(&clue.text) {
        return None;
    }
    match clue.value {
        Ok(RawTime::Clock(Clock {
            date,
            time: Some(time),
            offset: None,
        })) => offset::between(date.and_time(time), instant, length),
        _ => None,
    }
}

/// An offset of zero, where the file is named by what the instant is in UTC. Of a recording of
/// an hour nobody knows whether its name is UTC at the end or an hour off at the beginning.
fn named_in_utc(facts: &Facts, instant: DateTime<Utc>) -> Option<FixedOffset> {
    if facts.length >= 59 * 60 {
        return None;
    }
    let mut names = (facts.times.iter()).filter(|clue| clue.source == TimeSource::FileName);
    names.find_map(|name| reading_beside(name, instant, facts.length))
}

/// The offset of a clock that showed `local` at the time of a GPS fix.
///
/// A clock stands a whole number of quarters of an hour from UTC; a remainder of
/// more than 5 minutes, or more than 14 hours, means that the two times belong to
/// different moments. A receiver that counts from before 1995 has no date yet.
fn offset_of_fix(local: NaiveDateTime, fix: GpsTime) -> Option<FixedOffset> {
    let seconds = match fix {
        GpsTime::Instant(fix) if fix.year() >= 1995 => (local - fix.naive_utc()).num_seconds(),
        GpsTime::Instant(_) => return None,
        GpsTime::TimeOfDay(fix) => {
            let half_a_day = 12 * 3600;
            (local.time() - fix)
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
    FixedOffset::east_opt(i32::try_from(quarters * 900).ok()?)
}

/// What becomes of one clue: `chosen`, `not needed`, or why it is unusable.
pub fn verdict<S: PartialEq, T>(clue: &Clue<S, T>, chosen: Option<S>) -> String {
    match &clue.value {
        Err(why) => retold(&why.0).into_owned(),
        Ok(_) if chosen.is_some_and(|source| clue.source == source) => text!("verdict-chosen"),
        Ok(_) => text!("verdict-not-needed"),
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
        for blank in ["0000:00:00 00:00:00", "1904:00:00", "1980:00:00 00:00:00"] {
            let blank = (TimeSource::ExifDateTimeOriginal, blank);
            assert_eq!(chosen(&[blank, scanned]), "2015-01-02T03:04:05");
            assert_eq!(chosen(&[blank, weak]), "1993");
        }
    }

    #[test]
    fn an_instant_may_lie_in_a_month_in_some_zone() {
        for (instant, is_within) in [
            ("2019-07-31T09:59:59Z", false),
            ("2019-07-31T10:00:00Z", true),
            ("2019-07-31T22:00:00Z", true),
            ("2019-09-01T11:59:59Z", true),
            ("2019-09-01T12:00:00Z", false),
        ] {
            let mut facts = Facts::default();
            facts.clock(TimeSource::ExifDateTimeOriginal, "2019:08:00 00:00:00");
            let value = Written::parse(instant).unwrap().raw();
            facts.time(
                TimeSource::Takeout,
                instant,
                Ok::<_, std::fmt::Error>(value),
            );
            assert_eq!(super::time(&facts, false).is_some(), is_within, "{instant}");
        }
    }

    #[test]
    fn every_source_has_its_place_in_an_order() {
        let outside = [
            TimeSource::FileModified,
            TimeSource::Json,
            TimeSource::User,
            // Programs that add positions write it too: it tells the offset of a clock, no more.
            TimeSource::XmpGps,
        ];
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

    /// The offset that these clues tell beside the one that is believed.
    fn second(clues: &[(TimeSource, &str)], is_video: bool, length: i64) -> Option<String> {
        let mut facts = Facts {
            length,
            ..Facts::default()
        };
        for (source, text) in clues {
            let written = Written::parse(text).unwrap();
            let value = match source {
                TimeSource::SidecarXmp | TimeSource::XmpDateTimeOriginal => {
                    RawTime::Clock(written.clock())
                }
                _ => written.raw(),
            };
            facts.time(*source, *text, Ok::<_, std::fmt::Error>(value));
        }
        let (_, time) = super::time(&facts, is_video)?;
        let (offset, source) = offset_beside(&facts, time)?;
        match source {
            OffsetSource::SecondClue => Some(offset.to_string()),
            source => Some(format!("{offset} by {source:?}")),
        }
    }

    #[test]
    fn a_second_clue_tells_the_offset_of_a_clock() {
        use TimeSource::*;
        let exif = (ExifDateTimeOriginal, "2004-06-18T13:53:36");
        let with = |source, text| second(&[exif, (source, text)], false, 0);
        let some = |text: &str| Some(text.to_owned());
        assert_eq!(
            with(XmpDateTimeOriginal, "2004-06-18T13:53:36+02:00"),
            some("+02:00")
        );
        assert_eq!(
            with(XmpDateTimeOriginal, "2004-06-18T13:53:36+00:00"),
            some("+00:00")
        );
        assert_eq!(with(XmpDateTimeOriginal, "2004-06-18T13:53:36Z"), None);
        assert_eq!(with(SidecarXmp, "2004-06-18T11:53:36Z"), some("+02:00"));
        assert_eq!(
            with(ExifCreateDate, "2004-06-18T13:53:36.5-03:30"),
            some("-03:30")
        );
        assert_eq!(with(Takeout, "2004-06-18T08:08:36Z"), some("+05:45"));
        // Services take a reading for UTC where nothing tells its zone.
        assert_eq!(with(Takeout, "2004-06-18T13:53:36Z"), None);
        assert_eq!(with(Takeout, "2004-06-18T13:10:36Z"), None);
        assert_eq!(with(FileName, "2004-06-18T11:53:36Z"), some("+02:00"));
        assert_eq!(with(IptcDateCreated, "2004-06-18T13:53:36+00:00"), None);
        assert_eq!(
            with(IptcDateCreated, "2004-06-18T13:53:36-05:00"),
            some("-05:00")
        );
        // An edit may happen at any time, and says something only where it is of the same.
        assert_eq!(with(ExifModifyDate, "2004-06-18T16:53:36+02:00"), None);
        assert_eq!(
            with(ExifModifyDate, "2004-06-18T13:53:36+02:00"),
            some("+02:00")
        );
    }

    #[test]
    fn a_second_clue_tells_the_offset_of_an_instant() {
        use TimeSource::*;
        let with = |instant, source, text, length| {
            second(&[(Mvhd, instant), (source, text)], true, length)
        };
        let some = |text: &str| Some(text.to_owned());
        let at = "2018-06-10T19:36:49Z";
        assert_eq!(with(at, FileName, "2018-06-10T15:36:38", 0), some("-04:00"));
        assert_eq!(
            with(at, FileName, "2018-06-10T15:36:38", 11),
            some("-04:00")
        );
        assert_eq!(
            with(at, FileName, "2018-06-10T15:16:38", 1211),
            some("-04:00")
        );
        assert_eq!(with(at, FileName, "2018-06-10T15:21:38", 0), None);
        assert_eq!(with(at, FileName, "2018-06-10", 0), None);
        assert_eq!(
            with(at, SidecarXmp, "2018-06-11T05:06:49+09:30", 0),
            some("+09:30")
        );
        assert_eq!(
            with(at, SidecarXmp, "2018-06-11T05:06:49", 0),
            some("+09:30")
        );
        assert_eq!(
            with(at, SidecarXmp, "2018-06-10T19:36:49+00:00", 0),
            some("+00:00")
        );
        assert_eq!(with(at, SidecarXmp, "2018-06-10T19:36:49Z", 0), None);
        assert_eq!(with(at, SidecarXmp, "2018-06-10T19:36:49", 0), None);
        assert_eq!(with(at, SidecarXmp, "2018-06-10T21:36:49+01:00", 0), None);
        assert_eq!(
            with(at, FileName, "2018-06-10T19:36:38", 0),
            some("+00:00 by FileName")
        );
        assert_eq!(with(at, FileName, "2018-06-10T18:06:38", 5400), None);
    }

    #[test]
    fn the_subtitles_of_a_drone_tell_by_what_its_header_counts() {
        let told = |header: &str| {
            let mut facts = Facts::default();
            facts.clock(TimeSource::SidecarSrt, "2019-05-04 18:11:12.123");
            let header = Written::parse(header).map(Written::raw);
            facts.time(TimeSource::Mvhd, "", header);
            let (source, time) = super::time(&facts, true).unwrap();
            let offset = offset_beside(&facts, time).map(|(offset, _)| offset.to_string());
            (source.name(), time.to_string(), offset)
        };
        let reading = "2019-05-04T18:11:12.123".to_owned();
        let east = Some("+08:00".to_owned());
        assert_eq!(
            told("2019-05-04T10:11:12Z"),
            ("sidecar:srt", reading.clone(), east)
        );
        assert_eq!(told("2019-05-04T18:11:13Z"), ("sidecar:srt", reading, None));
    }

    #[test]
    fn names_of_messengers_tell_no_offset() {
        let told = |name: &str| {
            let mut facts = Facts::default();
            let instant = "2024-03-01T12:34:30Z".parse().unwrap();
            super::super::file_name::read(name, &mut facts);
            local_beside(&facts, instant).map(|offset| offset.to_string())
        };
        assert_eq!(told("20240301_183456.mp4").as_deref(), Some("+06:00"));
        assert_eq!(told("signal-2024-03-01-183456.mp4"), None);
        assert_eq!(told("video_2024-03-01_18-34-56.mp4"), None);
    }

    #[test]
    fn the_reading_of_a_camera_beside_its_header() {
        use TimeSource::*;
        let with = |header, length| {
            let exif = (ExifDateTimeOriginal, "2025-03-29T20:14:32");
            second(&[exif, (Mvhd, header)], true, length)
        };
        assert_eq!(with("2025-03-29T12:14:32Z", 0).as_deref(), Some("+08:00"));
        assert_eq!(with("2025-03-29T20:14:32Z", 0), None);
        // An hour that the camera counted in local time, stamped when it was closed.
        assert_eq!(with("2025-03-29T21:14:32Z", 3600), None);
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
