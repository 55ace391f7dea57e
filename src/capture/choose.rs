//! Which of the clues is believed.

use super::clock::RawTime;
use super::clue::{Clue, PositionSource, TimeSource};
use super::position::Position;
use crate::media::facts::Facts;

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
    let round = |degrees: f64| (degrees * 1e7).round() / 1e7;
    let rounded = Position::new(round(position.lat()), round(position.lon()));
    Some((source, rounded.unwrap_or(position)))
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
