//! The subtitles that DJI's drones write beside their videos: for each second, or frame, the
//! time by the drone's clock and where it is. Subtitles of other videos say nothing here.

use super::facts::Facts;
use crate::capture::clock::{RawTime, Written};
use crate::capture::clue::{PositionSource, TimeSource};
use crate::capture::position::Position;

/// The most bytes of subtitles that are read. The first of them tell.
pub const MAX_SIZE: usize = 16 * 1024;

/// Reads the start of a file of subtitles.
pub fn read(bytes: &[u8], facts: &mut Facts) {
    let text = String::from_utf8_lossy(bytes);
    let fixes = || text.lines().filter_map(fix);
    let good = fixes().find(|(lat, lon)| Position::new(*lat, *lon).is_ok());
    let Some(fix) = good.or_else(|| fixes().next()) else {
        return;
    };
    facts.degrees(PositionSource::SidecarSrt, fix);
    if let Some(date) = text.lines().find_map(date) {
        let value = Written::parse(date).map(|written| RawTime::Clock(written.clock()));
        facts.time(TimeSource::SidecarSrt, date, value);
    }
}

/// Degrees north and east in one line: `[latitude: 52.5] [longitude: 13.4]`, in older files
/// with `longtitude`, and in the oldest `GPS(13.4,52.5,19)`, with the longitude first; the
/// Matrice 300 has `GPS(52.5,13.4,19.0M)`, with the latitude first.
fn fix(line: &str) -> Option<(f64, f64)> {
    let labelled = |label| number(line.split_once(label)?.1);
    let lon = || labelled("longitude").or_else(|| labelled("longtitude"));
    if let Some(fix) = labelled("latitude").zip(lon()) {
        return Some(fix);
    }
    let (_, rest) = line.split_once("GPS")?;
    let (numbers, _) = rest.trim_start().strip_prefix('(')?.split_once(')')?;
    let is_latitude_first = numbers.trim_end().ends_with('M');
    let mut numbers = numbers.split(',').map(number);
    let (first, second) = (numbers.next()??, numbers.next()??);
    Some(if is_latitude_first {
        (first, second)
    } else {
        (second, first)
    })
}

/// The number behind blanks and a colon.
fn number(text: &str) -> Option<f64> {
    let text = text.trim_start_matches([' ', ':', '\t']);
    let end = text.find(|c: char| !c.is_ascii_digit() && !matches!(c, '.' | '-' | '+'));
    text.get(..end.unwrap_or(text.len()))?.parse().ok()
}

/// `2023-05-01 10:11:12` or `2017.06.30 10:11:12` at any place of a line.
fn date(line: &str) -> Option<&str> {
    line.char_indices().find_map(|(at, _)| {
        let text = line.get(at..at + 19)?;
        let fits = text.bytes().enumerate().all(|(at, byte)| match at {
            4 | 7 => matches!(byte, b'-' | b'.' | b'/'),
            10 => byte == b' ',
            13 | 16 => byte == b':',
            _ => byte.is_ascii_digit(),
        });
        fits.then_some(text)
    })
}

#[cfg(test)]
mod tests {
    use super::super::testing::each_damaged;
    use super::*;

    fn shown(text: &str) -> String {
        let mut facts = Facts::default();
        read(text.as_bytes(), &mut facts);
        let place = facts.positions.first().map(|clue| match &clue.value {
            Ok(position) => format!("{:.4} {:.4}", position.lat(), position.lon()),
            Err(why) => why.0.clone(),
        });
        let time = facts.times.first().map(|clue| match &clue.value {
            Ok(time) => time.to_string(),
            Err(why) => why.0.clone(),
        });
        format!("{} {}", place.unwrap_or_default(), time.unwrap_or_default())
    }

    const NEW: &str = "1\n00:00:00,000 --> 00:00:00,033\n<font size=\"28\">FrameCnt: 1\n\
        2023-05-01 10:11:12.123\n[iso: 100] [latitude: 0.000000] [longitude: 0.000000]</font>\n\
        \n2\n00:00:00,033 --> 00:00:00,066\n2023-05-01 10:11:12.156\n\
        [latitude: 52.520008] [longitude: -13.404954] [rel_alt: 1.3 abs_alt: 50.1]</font>\n";

    #[test]
    fn the_subtitles_of_drones() {
        assert_eq!(shown(NEW), "52.5200 -13.4050 2023-05-01T10:11:12");
        let older = "2019-08-13 11:43:21,123,456\n[latitude : 34.1] [longtitude : 108.9]";
        assert_eq!(shown(older), "34.1000 108.9000 2019-08-13T11:43:21");
        let oldest = "1\n00:00:01,000 --> 00:00:02,000\nHOME(1.5,2.5) 2017.06.30 12:13:14\n\
            GPS(116.3912,39.9061,19) BAROMETER:1.9";
        assert_eq!(shown(oldest), "39.9061 116.3912 2017-06-30T12:13:14");
        assert_eq!(
            shown("F/2.8, GPS (-0.1275, 51.5072, 20), D 5m"),
            "51.5072 -0.1275 "
        );
        assert_eq!(shown("GPS(36.6146,-6.1120,0.0M)"), "36.6146 -6.1120 ");
    }

    #[test]
    fn other_subtitles_say_nothing() {
        assert_eq!(
            shown("1\n00:00:01,000 --> 00:00:02,000\nHello, 2017.06.30 12:13:14"),
            " "
        );
        assert_eq!(shown("My GPS (it is new) has no latitude: yet"), " ");
        assert_eq!(shown("GPS(n/a,n/a)"), " ");
        assert_eq!(
            shown("[latitude: 0.0] [longitude: 0.0]"),
            "0,0 means no fix "
        );
        each_damaged(NEW.as_bytes(), |bytes| read(bytes, &mut Facts::default()));
    }
}
