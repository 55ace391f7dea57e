//! Dates and times that cameras, phones and programs write into file names.
//!
//! A name is a weak clue and serial numbers are frequent, so that only the known
//! shapes count: a date with a time of day wherever it stands apart, a date
//! alone only behind the prefixes of cameras and in `WhatsApp`'s names.

use chrono::{NaiveDate, NaiveDateTime, NaiveTime};

use super::facts::Facts;
use crate::capture::clock::{Clock, NoTime, RawTime, plausible};
use crate::capture::clue::TimeSource;

/// The words that macOS and `WhatsApp` put between a date and a time.
const SPOKEN: [&str; 3] = [" at ", " um ", " à "];

/// The prefixes that run into the date, which may run into the time as well:
/// `IMG20210504101112`, `…_BURST20190504101112345_COVER`, `DJI_20230504101112_0001`.
const JOINED: [&str; 4] = ["IMG", "VID", "BURST", "DJI_"];

/// The prefixes of names in UTC.
const UTC: [&str; 3] = ["PXL_", "UTC-", "UTC_"];

/// The whole prefixes behind which a date alone is one.
const DATE_ONLY: [&str; 4] = ["IMG_", "VID_", "MVIMG_", "PANO_"];

/// The time in a file name, if there is one: an instant in the names of Pixel
/// phones (`PXL_20230809_203449253`, in UTC) and in those that say `UTC` or `Z`, a
/// wall clock's reading in all others.
pub fn time(name: &str) -> Option<RawTime> {
    find(name)?.ok()
}

/// Adds the time in a file name, or why it is none. Most names have none.
pub fn read(name: &str, facts: &mut Facts) {
    if let Some(value) = find(name) {
        facts.time(TimeSource::FileName, name, value);
    }
}

/// The first date in a name. Digits right before or behind it refuse it.
fn find(name: &str) -> Option<Result<RawTime, NoTime>> {
    name.char_indices().find_map(|(at, _)| {
        let (before, rest) = name.split_at_checked(at)?;
        dated(before, Cursor(rest))
    })
}

/// A date that begins right behind `before`.
fn dated(before: &str, mut rest: Cursor) -> Option<Result<RawTime, NoTime>> {
    let year = rest.number(4).filter(|year| (1990..=2099).contains(year))?;
    let dashes = rest.eat("-");
    let month = rest.number(2)?;
    if dashes && !rest.eat("-") {
        return None;
    }
    let day = rest.number(2)?;
    let date = NaiveDate::from_ymd_opt(i32::try_from(year).ok()?, month, day)?;

    let joined = !dashes && JOINED.iter().any(|prefix| ends_with(before, prefix));
    let apart = !before.ends_with(|c: char| c.is_ascii_alphanumeric());
    let time = (apart || joined)
        .then(|| time_of_day(rest, joined))
        .flatten();
    if time.is_none() && (dashes || !is_date_only(before, rest)) {
        return None;
    }
    let utc = |rest: Cursor| {
        let before = UTC.iter().any(|prefix| ends_with(before, prefix));
        let zulu = rest.0.strip_prefix('Z');
        before || zulu.is_some_and(|tail| !tail.starts_with(char::is_alphanumeric))
    };
    let raw = match time {
        Some((time, rest)) if utc(rest) => {
            RawTime::Instant(NaiveDateTime::new(date, time).and_utc())
        }
        _ => RawTime::Clock(Clock {
            date,
            time: time.map(|(time, _)| time),
            offset: None,
        }),
    };
    Some(plausible(date, time.map(|(time, _)| time)).map(|()| raw))
}

/// The time of day behind a date: `_203449`, `_203449253`, `-20-34-49-647`,
/// ` 20.34.49`, ` at 8.34.49 PM`, and `203449` where it may be joined to the date.
/// Also what follows it.
fn time_of_day(mut rest: Cursor, joined: bool) -> Option<(NaiveTime, Cursor)> {
    let spoken = SPOKEN.iter().any(|word| rest.eat(word));
    let parted = spoken || ["_", "-", " ", "T"].iter().any(|mark| rest.eat(mark));
    if !parted && !joined {
        return None;
    }
    let mut hour = match rest.number(2) {
        None if spoken => rest.number(1)?,
        hour => hour?,
    };
    let mark = [".", "-", "_", ":"].into_iter().find(|mark| rest.eat(mark));
    let mark = mark.unwrap_or("");
    let minute = rest.number(2)?;
    if !rest.eat(mark) {
        return None;
    }
    let second = rest.number(2)?;
    let mut fraction = rest;
    let mut milli = 0;
    if fraction.eat(mark)
        && let Some(number) = fraction.number(3)
        && !fraction.at_digit()
    {
        milli = number;
        rest = fraction;
    }
    if rest.at_digit() {
        return None;
    }
    if spoken && let Some(afternoon) = rest.half_of_day() {
        if !(1..=12).contains(&hour) {
            return None;
        }
        hour = hour % 12 + if afternoon { 12 } else { 0 };
    }
    Some((
        NaiveTime::from_hms_milli_opt(hour, minute, second, milli)?,
        rest,
    ))
}

/// Whether a date between `before` and `rest` is meant as one, with no time.
fn is_date_only(before: &str, mut rest: Cursor) -> bool {
    if ["IMG-", "VID-"]
        .iter()
        .any(|prefix| ends_with(before, prefix))
    {
        return rest.eat("-WA") && rest.at_digit();
    }
    let camera = DATE_ONLY
        .iter()
        .any(|prefix| before.eq_ignore_ascii_case(prefix));
    camera && (rest.0.is_empty() || rest.0.starts_with(['.', '~', '(', ' ']))
}

fn ends_with(text: &str, suffix: &str) -> bool {
    let start = text.len().checked_sub(suffix.len());
    start
        .and_then(|start| text.get(start..))
        .is_some_and(|end| end.eq_ignore_ascii_case(suffix))
}

/// What is left of a name.
#[derive(Clone, Copy)]
struct Cursor<'a>(&'a str);

impl Cursor<'_> {
    /// Takes a text if it comes next.
    fn eat(&mut self, text: &str) -> bool {
        let rest = self.0.strip_prefix(text);
        self.0 = rest.unwrap_or(self.0);
        rest.is_some()
    }

    /// Takes a number of exactly that many digits, at most nine.
    fn number(&mut self, digits: usize) -> Option<u32> {
        let (number, rest) = self.0.split_at_checked(digits)?;
        let all_digits = number.bytes().all(|b| b.is_ascii_digit());
        let value = all_digits.then(|| number.parse().ok()).flatten()?;
        self.0 = rest;
        Some(value)
    }

    fn at_digit(self) -> bool {
        self.0.starts_with(|c: char| c.is_ascii_digit())
    }

    /// Whether ` PM` comes next (true) or ` AM` (false). macOS puts a narrow
    /// no-break space before it.
    fn half_of_day(self) -> Option<bool> {
        let half = self.0.strip_prefix([' ', '\u{a0}', '\u{202f}'])?.get(..2)?;
        if half.eq_ignore_ascii_case("pm") {
            Some(true)
        } else {
            half.eq_ignore_ascii_case("am").then_some(false)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::media::testing;

    fn told(name: &str) -> String {
        match time(name) {
            Some(RawTime::Instant(instant)) => instant.format("%Y-%m-%dT%H:%M:%S%.fZ").to_string(),
            Some(RawTime::Clock(Clock { date, time, offset })) => {
                assert_eq!(offset, None);
                let time = time.map(|time| format!(" {time}")).unwrap_or_default();
                format!("{date}{time}")
            }
            None => String::new(),
        }
    }

    #[test]
    fn names_in_utc() {
        assert_eq!(
            told("PXL_20230809_203449253.MP.jpg"),
            "2023-08-09T20:34:49.253Z"
        );
        assert_eq!(
            told("PXL_20220405_090123740.PORTRAIT-modifié.jpg"),
            "2022-04-05T09:01:23.740Z"
        );
        assert_eq!(told("pxl_20230809_203449.jpg"), "2023-08-09T20:34:49Z");
        assert_eq!(told("PXL_20230809.jpg"), "");
        assert_eq!(
            told("UTC-20230809-203449-Tokyo.jpg"),
            "2023-08-09T20:34:49Z"
        );
        assert_eq!(told("20230809T203449Z.jpg"), "2023-08-09T20:34:49Z");
    }

    #[test]
    fn names_of_phones_are_local() {
        for name in [
            "IMG_20230809_203449.jpg",
            "IMG_20230809_203449_1.jpg",
            "IMG_20230809_203449~2.jpg",
            "VID_20230809_203449.mp4",
            "MVIMG_20230809_203449.jpg",
            "PANO_20230809_203449.vr.jpg",
            "20230809_203449.jpg",
            "20230809_203449(1).jpg",
            "20230809_203449_Burst01.jpg",
            "IMG20230809203449.jpg",
            "VID20230809203449.mp4",
            "DJI_20230809203449_0001_D.MP4",
            "WP_20230809_20_34_49_Pro.jpg",
            "photo_2023-08-09_20-34-49.jpg",
            "signal-2023-08-09-203449.jpg",
            "signal-2023-08-09-20-34-49.jpg",
            "2023-08-09 20.34.49.jpg",
            "2023-08-09 20.34.49-1.jpg",
            "2023-08-09 20.34.49",
            "20230809T203449.jpg",
            "20230809_203449Zoe.jpg",
        ] {
            assert_eq!(told(name), "2023-08-09 20:34:49", "{name}");
        }
        assert_eq!(
            told("00000IMG_00000_BURST20190504101112345_COVER.jpg"),
            "2019-05-04 10:11:12.345"
        );
        assert_eq!(
            told("IMG_20190504_101112345.jpg"),
            "2019-05-04 10:11:12.345"
        );
    }

    #[test]
    fn screenshots() {
        for name in [
            "Screenshot_20230809-203449.png",
            "Screenshot_20230809_203449_Facebook.jpg",
            "Screenshot_2023-08-09-20-34-49.png",
            "Screenshot 2023-08-09 203449.png",
            "Screenshot 2023-08-09 at 20.34.49.png",
            "Screenshot 2023-08-09 at 8.34.49 PM.png",
            "Screenshot 2023-08-09 at 8.34.49\u{202f}PM (2).png",
            "Screen Shot 2023-08-09 at 08.34.49 pm.png",
            "Bildschirmfoto 2023-08-09 um 20.34.49.png",
            "Capture d’écran 2023-08-09 à 20.34.49.png",
        ] {
            assert_eq!(told(name), "2023-08-09 20:34:49", "{name}");
        }
        assert_eq!(
            told("Screenshot_2024-08-31-00-53-48-647_com.snapchat.jpg"),
            "2024-08-31 00:53:48.647"
        );
    }

    #[test]
    fn whatsapp() {
        assert_eq!(told("IMG-20190504-WA0012.jpg"), "2019-05-04");
        assert_eq!(told("VID-20190504-WA0012.mp4"), "2019-05-04");
        assert_eq!(told("IMG-20230325-WA0122~2-edited.jpg"), "2023-03-25");
        assert_eq!(told("IMG-20190504-0012.jpg"), "");
        assert_eq!(
            told("WhatsApp Image 2019-05-04 at 10.11.12 (1).jpeg"),
            "2019-05-04 10:11:12"
        );
        assert_eq!(
            told("WhatsApp Image 2019-05-04 at 12.11.12 AM.jpeg"),
            "2019-05-04 00:11:12"
        );
        assert_eq!(
            told("WhatsApp Video 2019-05-04 at 12.11.12 PM.mp4"),
            "2019-05-04 12:11:12"
        );
    }

    #[test]
    fn a_date_alone_needs_the_prefix_of_a_camera() {
        assert_eq!(told("IMG_20190504.jpg"), "2019-05-04");
        assert_eq!(told("VID_20190504 (2).mp4"), "2019-05-04");
        assert_eq!(told("20190504.jpg"), "");
        assert_eq!(told("2019-05-04.jpg"), "");
        assert_eq!(told("IMG_20190504_0012.jpg"), "");
    }

    #[test]
    fn serial_numbers_and_hashes_are_no_dates() {
        for name in [
            "",
            "IMG_1234.JPG",
            "DSC_20190.JPG",
            "12019050_410111.jpg",
            "120190504_101112.jpg",
            "20190504_1011120000.jpg",
            "20190504_10111.jpg",
            "20190504101112.jpg",
            "20191345_101112.jpg",
            "20190504_251112.jpg",
            "20190504_101160.jpg",
            "19890504_101112.jpg",
            "21000504_101112.jpg",
            "20190229_101112.jpg",
            "x20190504_101112.jpg",
            "20190504-1011-1213-1415-161718192021.jpg",
            "13039_327707840323_537645323_9470255_27214_n.jpg",
            "2234089303984509579.jpg",
            "D7157814-D2D5-4A62-AFCE-9CF465CB7D66.jpeg",
            "Screenshot 2023-08-09 at 20.34.49 PM.png",
            "FB_IMG_1556957472123.jpg",
        ] {
            assert_eq!(told(name), "", "{name}");
        }
    }

    #[test]
    fn a_reset_clock_is_a_clue_that_is_refused() {
        let mut facts = Facts::default();
        read("IMG_20000101_000000.jpg", &mut facts);
        assert!(facts.times[0].value.is_err());
        assert_eq!(facts.times[0].source, TimeSource::FileName);
        assert_eq!(told("IMG_20000101_000000.jpg"), "");
        assert_eq!(told("IMG_20000101.jpg"), "2000-01-01");
    }

    #[test]
    fn damaged_names_do_not_panic() {
        let name = "Capture 2023-08-09 à 8.34.49\u{202f}PM_PXL_20230809_203449253";
        testing::each_damaged(name.as_bytes(), |damaged| {
            read(&String::from_utf8_lossy(damaged), &mut Facts::default());
        });
    }
}
