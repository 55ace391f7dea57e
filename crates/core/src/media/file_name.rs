//! Dates and times that cameras, phones and programs write into file names.
//!
//! A name is a weak clue and serial numbers are frequent, so that only the known
//! shapes count: a date with a time of day wherever it stands apart, in whatever language;
//! a date alone as the whole name, behind the prefixes of cameras and in `WhatsApp`'s names;
//! a counter of milliseconds only behind the words of the programs that write it.

use std::borrow::Cow;

use chrono::{NaiveDate, NaiveDateTime, NaiveTime};
use unicode_normalization::UnicodeNormalization;

use super::facts::Facts;
use crate::capture::clock::{Clock, NoTime, RawTime, plausible, unix_instant};
use crate::capture::clue::TimeSource;
use crate::capture::half_day;

/// The years that a name is believed. Ids begin with any four digits, and the clock of
/// today is not asked.
const YEARS: std::ops::RangeInclusive<u32> = 1990..=2049;

/// The years before them, from the first photo on: so scans are named, by a day alone.
const OLD_YEARS: std::ops::Range<u32> = 1826..1990;

/// How many years the Buddhist calendar is ahead, in which macOS names screenshots in Thailand.
const BUDDHIST: u32 = 543;

/// The prefixes that run into the date, which may run into the time as well:
/// `IMG20210504101112`, `…_BURST20190504101112345_COVER`, `QQ20240301-123456`.
const JOINED: [&str; 14] = [
    "IMG", "VID", "BURST", "DJI_", "QQ", "TIM", "WeChat", "LINE_P", "NO", "EV", "PA", "MTXX_MH",
    "MTXX_PT", "GMT",
];

/// The prefixes behind which a year of this century has two digits.
const SHORT_YEARS: [&str; 2] = ["line_oa_chat_", "Picsart_"];

/// The prefixes of names in UTC.
const UTC: [&str; 4] = ["PXL_", "UTC-", "UTC_", "GMT"];

/// What stands behind the time in names in UTC. `OneDrive` names what it takes from an
/// iPhone `…_iOS`, Instaloader `…_UTC`, and the cameras of Blink `…+00_00`.
const UTC_BEHIND: [&str; 9] = [
    "Z", "_iOS", "_UTC", " UTC", "-UTC", "+00_00", "+00-00", "+00:00", "+0000",
];

/// The whole prefixes behind which a date alone is one.
const DATE_ONLY: [&str; 4] = ["IMG_", "VID_", "MVIMG_", "PANO_"];

/// What `WhatsApp` calls its files, whose names end in `-WA` and a number.
const WHATSAPP: [&str; 4] = ["IMG-", "VID-", "STK-", "GIF-"];

/// The words behind which so many digits count from 1970: in milliseconds, by Xiaohongshu with
/// four digits of an id behind them; by the screen recorder of iOS, and by `WeCom` with four
/// digits of its own, in seconds.
const COUNTED: [(&str, usize); 13] = [
    ("mmexport", 13),
    ("wx_camera_", 13),
    ("microMsg.", 13),
    ("microMsg_", 13),
    ("QQ_", 13),
    ("Camera_XHS_", 13),
    ("Camera_XHS_", 17),
    ("XHS_LIVE_PHOTO_", 13),
    ("FB_IMG_", 13),
    ("FB_VID_", 13),
    ("LINE_MOVIE_", 13),
    ("RPReplay_Final", 10),
    ("企业微信截图_", 14),
];

/// The two marks that stand between the parts of a date.
const DATE_MARKS: [(&str, &str); 6] = [
    ("-", "-"),
    (".", "."),
    ("_", "_"),
    ("年", "月"),
    ("년 ", "월 "),
    ("", ""),
];

/// The two marks that stand between the parts of a time of day.
const TIME_MARKS: [(&str, &str); 9] = [
    (".", "."),
    ("-", "-"),
    ("_", "_"),
    (":", ":"),
    (" ", " "),
    ("h", "m"),
    ("時", "分"),
    ("时", "分"),
    ("", ""),
];

/// What names the half of the day in languages whose words for it occur elsewhere, too: they
/// count only where another word stands before the time, and at the end of a name. The hours
/// are those of [`half_day`].
const HALVES_IN_WORDS: [(&str, u32); 19] = [
    // Vietnamese, Malay, Hungarian, Swedish, Finnish.
    ("sa", 0),
    ("ch", 12),
    ("pg", 0),
    ("ptg", 12),
    ("de", 0),
    ("du", 12),
    ("fm", 0),
    ("em", 12),
    ("ap", 0),
    ("ip", 12),
    // Afrikaans, Icelandic, Czech, Slovenian, Uzbek.
    ("vm", 0),
    ("nm", 12),
    ("fh", 0),
    ("eh", 12),
    ("dop", 0),
    ("odp", 12),
    ("pop", 12),
    ("to", 0),
    ("tk", 12),
];

/// The words of Photo Booth, behind which a date that begins with its day or month has a year
/// of two digits, whatever its marks.
const PHOTO_BOOTH: [&str; 2] = ["Photo on ", "Movie on "];

/// What `TeslaCam` calls its cameras, behind times that had no seconds at first.
const TESLACAM: [&str; 4] = ["-front", "-back", "-left_repeater", "-right_repeater"];

/// The time in a file name, if there is one: an instant in the names of Pixel
/// phones (`PXL_20230809_203449253`, in UTC), in those that say `UTC` or `Z` and in those
/// that count from 1970 (`mmexport1709296496000`), a wall clock's reading in all others.
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
    let name = plain(name);
    name.char_indices().find_map(|(at, first)| {
        let (before, rest) = name.split_at_checked(at)?;
        if !first.is_ascii_digit() || before.ends_with(|c: char| c.is_ascii_digit()) {
            return None;
        }
        let rest = Cursor(rest);
        dated(before, rest)
            .or_else(|| day_first(before, rest))
            .or_else(|| counted(before, rest))
    })
}

/// A name with its accents composed, its blanks and digits those of ASCII, and without the
/// marks that turn the direction of writing.
fn plain(name: &str) -> Cow<'_, str> {
    if name.is_ascii() {
        return Cow::Borrowed(name);
    }
    let is_mark = |c: &char| matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    let digit = |c: char| {
        // Arabic, Persian, Devanagari, Bengali and Thai.
        let zeros = ['\u{660}', '\u{6f0}', '\u{966}', '\u{9e6}', '\u{e50}'];
        let value = zeros.iter().find_map(|zero| {
            let value = u32::from(c).checked_sub(u32::from(*zero))?;
            char::from_digit(value, 10)
        });
        value.unwrap_or(c)
    };
    Cow::Owned(name.nfkc().filter(|c| !is_mark(c)).map(digit).collect())
}

/// A date that begins with its year right behind `before`.
fn dated(before: &str, mut rest: Cursor) -> Option<Result<RawTime, NoTime>> {
    let all = rest.0.len();
    let is_short = SHORT_YEARS.iter().any(|prefix| ends_with(before, prefix));
    let year = if is_short || is_nextcloud(before, rest) {
        2000 + rest.number(2)?
    } else {
        rest.number(4)?
    };
    let (first, second) = rest.marks(&DATE_MARKS)?;
    let year = match year {
        thai if first == "-" && YEARS.contains(&thai.wrapping_sub(BUDDHIST)) => thai - BUDDHIST,
        year => Some(year).filter(|year| YEARS.contains(year) || OLD_YEARS.contains(year))?,
    };
    let month = rest.part(!first.is_empty())?;
    // Dashcams write `2024_0301`.
    if !rest.eat(second) && first != "_" {
        return None;
    }
    let day = rest.part(!first.is_empty())?;
    let padded = all - rest.0.len() == 8 + first.len() + second.len();
    let date = NaiveDate::from_ymd_opt(i32::try_from(year).ok()?, month, day)?;

    let is_marked_whole = !first.is_empty() && padded && is_whole_name(before, rest);
    if OLD_YEARS.contains(&year) && !is_marked_whole {
        return None;
    }
    let joined = first.is_empty() && JOINED.iter().any(|prefix| ends_with(before, prefix));
    let apart = !before.ends_with(|c: char| c.is_ascii_alphanumeric());
    let run = joined || first.is_empty();
    let snap = before.is_empty() && first == "-" && is_snap(rest);
    let has_time = !snap && (apart || joined);
    let style = TimeStyle {
        run,
        minutes: before.is_empty() && padded && !first.is_empty(),
    };
    let time = has_time.then(|| time_of_day(rest, style)).flatten();
    let mut day_alone = || match first {
        _ if snap => true,
        "" => is_date_only(before, rest) || is_whole_name(before, rest),
        "年" => rest.eat("日") && is_whole_name(before, rest),
        _ => padded && is_whole_name(before, rest),
    };
    if time.is_none() && !day_alone() {
        return None;
    }
    let utc = |rest: Cursor| {
        let before = UTC.iter().any(|prefix| ends_with(before, prefix));
        let mut marks = UTC_BEHIND.iter();
        let zulu = marks.find_map(|mark| rest.0.strip_prefix(mark));
        before || zulu.is_some_and(|tail| !tail.starts_with(char::is_alphanumeric))
    };
    let is_utc = time.is_some_and(|(_, rest)| utc(rest));
    Some(told(date, time.map(|(time, _)| time), is_utc))
}

/// A date that ends with its year, and the time behind it. Where the order of day and
/// month is neither known nor told by the numbers, it is none.
fn day_first(before: &str, mut rest: Cursor) -> Option<Result<RawTime, NoTime>> {
    if before.ends_with(|c: char| c.is_ascii_alphanumeric()) {
        return None;
    }
    let a = rest.part(true)?;
    let mark = ["-", ".", "_"].into_iter().find(|mark| rest.eat(mark))?;
    let b = rest.part(true).filter(|_| rest.eat(mark))?;
    let year = match rest.number(4) {
        Some(year) => year,
        None if is_short_year(before, mark, rest) => 2000 + rest.number(2)?,
        None => return None,
    };
    if !YEARS.contains(&year) {
        return None;
    }
    // Telegram, and whoever writes points, puts the day first; iOS the month.
    let month_first = b > 12 || ends_with(before, "ScreenRecording_");
    let (day, month) = if b <= 12 && (before.ends_with('@') || mark == "." || a > 12 || a == b) {
        (a, b)
    } else if month_first {
        (b, a)
    } else {
        return None;
    };
    let date = NaiveDate::from_ymd_opt(i32::try_from(year).ok()?, month, day)?;
    let (time, _) = time_of_day(rest, TimeStyle::default())?;
    Some(told(date, Some(time), false))
}

/// Whether two digits that end a date are its year: behind points or the words of Photo Booth,
/// where a word and a time follow, as in `15.03.24 um 10.34`.
fn is_short_year(before: &str, mark: &str, mut rest: Cursor) -> bool {
    let is_known = mark == "." || PHOTO_BOOTH.iter().any(|words| ends_with(before, words));
    let is_year = is_known && rest.number(2).is_some();
    let words = is_year.then(|| rest.between()).flatten().and_then(gap);
    words.is_some_and(|(spoken, _)| spoken)
}

/// Whether a date is that of the app of Nextcloud for iOS, which ends in the four digits of
/// the name in the phone: `24-03-01 12-34-56 1234.jpg`.
fn is_nextcloud(before: &str, rest: Cursor) -> bool {
    let shape = b"00-00-00 00-00-00 0000";
    let (name, behind) = rest.0.split_at_checked(shape.len()).unwrap_or_default();
    let mut pairs = name.bytes().zip(shape);
    matches!(before, "" | "Photo " | "Video ")
        && !name.is_empty()
        && pairs.all(|(byte, mark)| byte == *mark || *mark == b'0' && byte.is_ascii_digit())
        && (behind.is_empty() || behind.starts_with(['.', ' ']))
}

/// How a time of day may be written behind a date.
#[derive(Debug, Clone, Copy, Default)]
struct TimeStyle {
    /// Whether it may run into the date.
    run: bool,
    /// Whether it may lack its seconds though no word stands before it.
    minutes: bool,
}

/// A number of seconds or milliseconds since 1970 behind a word that says so.
fn counted(before: &str, rest: Cursor) -> Option<Result<RawTime, NoTime>> {
    let digits = rest.0.bytes().take_while(u8::is_ascii_digit).count();
    let known = |(word, len): &(&str, usize)| *len == digits && ends_with(before, word);
    // WeChat for Android puts a hash between.
    let hashed = || {
        let hash = before
            .strip_prefix("mmexport")
            .and_then(|hash| hash.strip_suffix('_'));
        digits == 13 && hash.is_some_and(|hash| hash.bytes().all(|b| b.is_ascii_hexdigit()))
    };
    if !COUNTED.iter().any(known) && !hashed() {
        return None;
    }
    let (number, behind) = rest.0.split_at_checked(digits)?;
    let seconds: i64 = number.get(..10)?.parse().ok()?;
    let millis: u32 = match digits {
        13 | 17 => number.get(10..13)?.parse().ok()?,
        _ => 0,
    };
    // 1990 to 2049, as for dates.
    let is_taken = (631_152_000..2_524_608_000).contains(&seconds)
        && (digits == 17 || !behind.starts_with(|c: char| c.is_ascii_alphanumeric()));
    is_taken.then(|| unix_instant(seconds, millis * 1_000_000))
}

fn told(date: NaiveDate, time: Option<NaiveTime>, utc: bool) -> Result<RawTime, NoTime> {
    plausible(date, time)?;
    Ok(match time {
        Some(time) if utc => RawTime::Instant(NaiveDateTime::new(date, time).and_utc()),
        time => RawTime::Clock(Clock {
            date,
            time,
            offset: None,
        }),
    })
}

/// The time of day behind a date: `_203449`, `_203449253`, `-20-34-49-647`, ` 20.34.49`,
/// ` at 8.34.49 PM`, ` 下午8.34.49`, and `203449` where it may run into the date. Also what
/// follows it. Without seconds, as ` at 20.34`, it is one at the end of a name alone.
fn time_of_day(mut rest: Cursor, style: TimeStyle) -> Option<(NaiveTime, Cursor)> {
    let between = rest.between()?;
    let (spoken, before) = match between {
        "" => (false, None),
        between => gap(between)?,
    };
    let joined = between.is_empty();
    if joined && !style.run {
        return None;
    }
    let whole = rest.number(2);
    let hour = match whole {
        Some(hour) => hour,
        None => rest.number(1)?,
    };
    let (first, second) = rest.marks(&TIME_MARKS)?;
    // An hour of one digit needs a mark behind it, and a time that runs into the date has none.
    if (first.is_empty() && whole.is_none()) || (joined && !first.is_empty()) {
        return None;
    }
    let minute = rest.number(2)?;
    let mut behind = rest;
    let seconds = behind.eat(second).then(|| behind.number(2)).flatten();
    let milli = if seconds.is_some() {
        rest = behind;
        rest.milliseconds(first)
    } else {
        0
    };
    if joined && rest.at_digit() {
        // Two digits more are a counter: the Switch, and programs that retouch.
        rest.number(2)?;
    }
    let cut_by_letter = joined && rest.0.starts_with(|c: char| c.is_ascii_alphabetic());
    if rest.at_digit() || (cut_by_letter && !rest.0.starts_with('Z')) {
        return None;
    }
    // An hour over 12 is one of 24, whatever stands behind it.
    let half = before.or_else(|| rest.half_of_day(spoken));
    let is_bare = style.minutes && whole.is_some() && matches!(between, " " | "_");
    if seconds.is_none()
        && !(matches!(first, "." | "-" | ":" | "h") && (spoken || is_bare) && rest.ends_name())
    {
        return None;
    }
    let hour = match half {
        Some(from) if hour <= 12 => half_day::hour(from, hour),
        _ => hour,
    };
    let time = NaiveTime::from_hms_milli_opt(hour, minute, seconds.unwrap_or(0), milli)?;
    Some((time, rest))
}

/// What may stand between a date and a time: a mark, or a small word or two of any language
/// (` at `, ` kl. `, ` a la(s) `, ` ב-`), among them what names the half of the day. Whether
/// there are words, and from which hour on that half is.
fn gap(between: &str) -> Option<(bool, Option<u32>)> {
    let is_blank = |c: char| matches!(c, ' ' | '_' | '-' | '+' | ',');
    if matches!(between, "T" | "t" | "_T" | "日" | "日 " | "일 ") {
        return Some((false, None));
    }
    let words = between.trim_matches(is_blank);
    if words.is_empty() {
        return (between.chars().count() <= 3).then_some((false, None));
    }
    if let Some(from) = half_at_end(words) {
        return Some((true, Some(from)));
    }
    // No such word is long, and none begins with a capital letter, as names do.
    let small = words.chars().count() <= 10
        && !words.contains(char::is_uppercase)
        && between.starts_with(is_blank)
        && between.ends_with(is_blank);
    small.then_some((true, None))
}

/// From which hour on the half of the day is that the last word names.
fn half_at_end(words: &str) -> Option<u32> {
    let plain = words.to_lowercase().replace('.', "");
    let is_last = |word: &str| {
        // Chinese, Japanese and Korean need no blank before it.
        let is_apart = |head: &str| !head.ends_with(char::is_alphabetic) || word >= "\u{2e80}";
        plain.strip_suffix(word).is_some_and(is_apart)
    };
    let found = half_day::WORDS.iter().find(|(word, _)| is_last(word));
    found.map(|(_, from)| *from)
}

/// Whether a date between `before` and `rest` is meant as one, with no time.
fn is_date_only(before: &str, mut rest: Cursor) -> bool {
    if WHATSAPP.iter().any(|prefix| ends_with(before, prefix)) && rest.eat("-WA") {
        return rest.at_digit();
    }
    // `WP_20130504_001`, `IMG-20130504-00012` of Windows Phone and BlackBerry.
    for (prefix, mark, digits) in [("WP_", "_", 3), ("IMG-", "-", 5), ("VID-", "-", 5)] {
        let mut number = rest;
        if before.eq_ignore_ascii_case(prefix) && number.eat(mark) {
            return number.number(digits).is_some() && !number.at_digit();
        }
    }
    let camera = DATE_ONLY
        .iter()
        .any(|prefix| before.eq_ignore_ascii_case(prefix));
    camera && (rest.0.is_empty() || rest.0.starts_with(['.', '~', '(', ' ']))
}

/// Whether a date is all that a name says, but for a small number that tells files of one
/// day apart: `20240301.jpg`, `2024-03-01 (2).jpg`, `20240301_1.jpg`.
fn is_whole_name(before: &str, rest: Cursor) -> bool {
    before.is_empty() && is_counter(rest.tail())
}

/// Whether that is nothing, or a small number that tells files apart: ` (2)`, `_1`, ` #2`.
fn is_counter(tail: &str) -> bool {
    let number = tail.trim_start_matches(' ');
    let number = number
        .strip_prefix('(')
        .and_then(|open| open.strip_suffix(')'))
        .or_else(|| number.strip_prefix(['_', '-', '~', '#']));
    let is_number =
        |text: &str| (1..=3).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
    tail.is_empty() || number.is_some_and(is_number)
}

/// Whether a date is that of a name in Snapchat's export: behind it stands an id, whose
/// digits are no time, and which part of the picture the file is.
fn is_snap(rest: Cursor) -> bool {
    let Some((id, part)) = (rest.0.strip_prefix('_')).and_then(|id| id.split_at_checked(36)) else {
        return false;
    };
    let is_id = id.bytes().enumerate().all(|(at, byte)| match at {
        8 | 13 | 18 | 23 => byte == b'-',
        _ => byte.is_ascii_hexdigit(),
    });
    let part = part.strip_prefix("-main").or(part.strip_prefix("-overlay"));
    is_id && part.is_some_and(|tail| !tail.starts_with(char::is_alphanumeric))
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

impl<'a> Cursor<'a> {
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

    /// Takes a month or a day, of one digit where marks part them.
    fn part(&mut self, parted: bool) -> Option<u32> {
        self.number(2).or_else(|| self.number(1).filter(|_| parted))
    }

    /// Takes the first of two marks.
    fn marks(
        &mut self,
        known: &[(&'static str, &'static str)],
    ) -> Option<(&'static str, &'static str)> {
        known.iter().copied().find(|(first, _)| self.eat(first))
    }

    /// Takes what stands before the next digit.
    fn between(&mut self) -> Option<&'a str> {
        let digit = self.0.find(|c: char| c.is_ascii_digit())?;
        let (between, rest) = self.0.split_at_checked(digit)?;
        self.0 = rest;
        Some(between)
    }

    /// Takes three digits behind a point, or behind the mark that parts the time of day.
    fn milliseconds(&mut self, mark: &str) -> u32 {
        for mark in [if mark == "h" { "s" } else { mark }, "."] {
            let mut fraction = *self;
            let milli = fraction.eat(mark).then(|| fraction.number(3)).flatten();
            if let Some(milli) = milli.filter(|_| !fraction.at_digit()) {
                *self = fraction;
                return milli;
            }
        }
        0
    }

    fn at_digit(self) -> bool {
        self.0.starts_with(|c: char| c.is_ascii_digit())
    }

    /// What is left but for the extension.
    fn tail(self) -> &'a str {
        match self.0.rsplit_once('.') {
            Some((tail, extension)) if extension.contains(|c: char| c.is_ascii_alphabetic()) => {
                tail
            }
            _ => self.0,
        }
    }

    /// Whether a time without seconds ends the name here: behind it may stand the half of the
    /// day, and a small number or the name of a camera.
    fn ends_name(self) -> bool {
        let tail = self.tail();
        let behind = half_day::take(tail).map_or(tail, |(_, behind)| behind);
        let points = behind.trim_start_matches('.');
        is_counter(points) || TESLACAM.contains(&tail)
    }

    /// From which hour on the half of the day is that comes next, perhaps with points: ` PM`,
    /// ` p. m.`, ` de la tarde`.
    fn half_of_day(self, spoken: bool) -> Option<u32> {
        // German writes `am Strand` behind a time, and a hash may begin with `de`, so that
        // words like these count at the end of a name alone.
        let ends_name = |behind: &str| {
            let stem = behind.rsplit_once('.').map_or(behind, |(stem, _)| stem);
            !behind.starts_with(|c: char| c.is_ascii_digit()) && !stem.contains(char::is_alphabetic)
        };
        let is_last = |word: &str| half_day::behind(self.0, word).is_some_and(ends_name);
        let small_am = self.0.trim_start_matches([' ', '_', '-']).starts_with("am");
        let mut in_words = HALVES_IN_WORDS.iter().filter(|_| spoken);
        let half = half_day::take(self.0).map(|(from, _)| from);
        half.filter(|_| !small_am || is_last("am")).or_else(|| {
            in_words
                .find(|(word, _)| is_last(word))
                .map(|(_, from)| *from)
        })
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
        assert_eq!(
            told("20230809_203449253_iOS.heic"),
            "2023-08-09T20:34:49.253Z"
        );
        for name in [
            "2023-08-09_20-34-49_UTC.jpg",
            "2023-08-09_20-34-49_UTC_1.jpg",
            "2023-08-09_20-34-49_UTC_profile_pic.jpg",
            "2023-08-09 20.34.49 UTC.jpg",
            "2023-08-09T20:34:49.253Z.jpg",
            "2023-08-09T20-34-49.253Z.jpg",
            "2023-08-09T20-34-49-253Z.jpg",
            "20230809T203449.253Z.jpg",
            "2023-08-09T20_34_49+00_00.mp4",
            "Skype_Picture_2023_08_09T20_34_49_253Z.jpeg",
            "2023-08-09T20:34:49+00:00.mp4",
        ] {
            let told = told(name);
            let told = told.replace(".253", "");
            assert_eq!(told, "2023-08-09T20:34:49Z", "{name}");
        }
        assert_eq!(
            told("GMT20230809-203449_Recording_1920x1080.mp4"),
            "2023-08-09T20:34:49Z"
        );
        assert_eq!(told("2023-08-09_20-34-49_UTCX.jpg"), "2023-08-09 20:34:49");
        assert_eq!(
            told("VRChat_2023-08-09_20-34-49.253_1920x1080.png"),
            "2023-08-09 20:34:49.253"
        );
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
    fn words_behind_a_time_are_not_always_its_half() {
        for (name, time) in [
            ("Screenshot 2023-08-09 at 20.34.49 PM.png", "20:34:49"),
            (
                "WhatsApp Image 2023-08-09 at 20.34.49_de3f2a1c.jpg",
                "20:34:49",
            ),
            (
                "WhatsApp Image 2023-08-09 at 12.34.49_de3f2a1c.jpg",
                "12:34:49",
            ),
            (
                "WhatsApp Image 2023-08-09 at 12.34.49_de345678.jpg",
                "12:34:49",
            ),
            (
                "WhatsApp Image 2023-08-09 at 12.34.49_deadbeef.jpg",
                "12:34:49",
            ),
            ("2023-08-09 15.11.12 am Strand.jpg", "15:11:12"),
            ("2023-08-09 12.11.12 am Strand.jpg", "12:11:12"),
            ("2023-08-09 12.11.12 am (2).jpg", "00:11:12"),
            ("2023-08-09 12.11.12 AM Rome.jpg", "00:11:12"),
            ("2023-08-09 8.11.12 PM Rome.jpg", "20:11:12"),
            ("20230809_151112 AM.jpg", "15:11:12"),
            ("Screenshot_20230809_203456_AM Radio.jpg", "20:34:56"),
            (
                "Captura de Tela 2023-08-09 às 16.34.56 de Ana.png",
                "16:34:56",
            ),
            (
                "Captura 2023-08-09 a las 12.34.56 de la tarde.png",
                "12:34:56",
            ),
            (
                "Captura 2023-08-09 a las 8.34.56 de la playa.png",
                "08:34:56",
            ),
            ("Képernyőfotó 2023-08-09 ekkor 8.34.56 du..png", "20:34:56"),
            (
                "Képernyőfotó 2023-08-09 ekkor 12.34.56 de. (2).png",
                "00:34:56",
            ),
        ] {
            assert_eq!(told(name), format!("2023-08-09 {time}"), "{name}");
        }
    }

    #[test]
    fn times_without_seconds() {
        for name in [
            "Photo on 3-15-24 at 8.34 PM.jpg",
            "Photo on 3-15-24 at 8.34 PM #2.jpg",
            "Photo on 15-03-2024 at 20.34.jpg",
            "Photo on 15-03-24 at 20.34.jpg",
            "Photo on 2024-03-15 at 20.34.jpg",
            "Photo on 2024-3-15 at 20.34 #3.jpg",
            "Photo on 2024-03-15 at 8.34\u{202f}p.m..jpg",
            "Movie on 3-15-24 at 8.34 PM.mov",
            "Foto am 15.03.24 um 20.34.jpg",
            "Foto am 15.03.24 um 20.34 #2.jpg",
            "Foto 2024-03-15 kl. 20.34.jpg",
            "Photo le 2024-03-15 à 20h34.jpg",
            "2024-03-15_20-34.png",
            "2024-03-15_20-34_1.png",
            "2024-03-15 20.34.png",
            "2024-03-15_20-34-front.mp4",
            "2024-03-15_20-34-left_repeater.mp4",
        ] {
            assert_eq!(told(name), "2024-03-15 20:34:00", "{name}");
        }
        assert_eq!(
            told("2024-03-15_20-34-12-right_repeater.mp4"),
            "2024-03-15 20:34:12"
        );
        for name in [
            // Americans and others write half the days in the same way.
            "Photo on 3-4-24 at 8.34 PM.jpg",
            "Visit 15-03-24 at 20.34.jpg",
            "15.03.24 20.34.jpg",
            "Photo on 2024-03-15 at 20.34 in Rome.jpg",
            "2024-03-15-20-34.jpg",
            "2024-03-15_8-34.jpg",
            "2024-03-15_20-34-side.mp4",
            "2024-03-15_20-34-1234.mp4",
            "x 2024-03-15_20-34.png",
            "2024-03-15_20-64.png",
            "20240315_2034.jpg",
        ] {
            assert_eq!(told(name), "", "{name}");
        }
    }

    #[test]
    fn nextcloud_writes_years_of_two_digits() {
        for name in [
            "23-08-09 20-34-49 1234.jpg",
            "23-08-09 20-34-49 1234.HEIC",
            "23-08-09 20-34-49 1234 (2).jpg",
            "Photo 23-08-09 20-34-49 1234.jpg",
            "Video 23-08-09 20-34-49 1234.mov",
        ] {
            assert_eq!(told(name), "2023-08-09 20:34:49", "{name}");
        }
        for name in [
            "23-08-09 20-34-49.jpg",
            "23-08-09 20-34-49 123.jpg",
            "23-08-09 20-34-49 12345.jpg",
            "23-13-09 20-34-49 1234.jpg",
            "Foo 23-08-09 20-34-49 1234.jpg",
        ] {
            assert_eq!(told(name), "", "{name}");
        }
    }

    #[test]
    fn halves_of_the_day_in_words() {
        for half in [
            "de la tarde",
            "de la noche",
            "de la tarda",
            "del vespre",
            "da tarde",
            "da noite",
            "du soir",
            "de l’après-midi",
            "μ.μ.",
            "م",
            "ب.ظ.",
            "אחה״צ",
            "अपराह्न",
            "म.उ.",
            "অপরাহ্ণ",
            "பிற்பகல்",
            "หลังเที่ยง",
            "CH",
            "tối",
            "сл.об.",
            "пп",
            "e pasdites",
            "odp.",
            "nm.",
            "e.h.",
            "晚上",
        ] {
            let behind = format!("Foto 2023-08-09 om 8.34.49 {half}.png");
            let decomposed: String = behind.nfd().collect();
            for name in [behind, decomposed] {
                assert_eq!(told(&name), "2023-08-09 20:34:49", "{name}");
            }
        }
        for half in ["下午", "午後", "오후 ", "ÖS ", "பிற்பகல் ", "晚上"] {
            let name = format!("x 2023-08-09 {half}8.34.49.png");
            assert_eq!(told(&name), "2023-08-09 20:34:49", "{name}");
        }
        for (half, hour) in [
            ("de la mañana", "08"),
            ("de la madrugada", "08"),
            ("del matí", "08"),
            ("du matin", "08"),
            ("da manhã", "08"),
            ("π.μ.", "08"),
            ("ص", "08"),
            ("SA", "08"),
            ("पूर्वाह्न", "08"),
        ] {
            let name = format!("Foto 2023-08-09 om 8.34.49 {half}.png");
            assert_eq!(told(&name), format!("2023-08-09 {hour}:34:49"), "{name}");
        }
        for (name, time) in [
            ("截屏2023-08-09 中午11.34.49.png", "11:34:49"),
            ("截屏2023-08-09 中午12.34.49.png", "12:34:49"),
            ("截屏2023-08-09 半夜12.34.49.png", "00:34:49"),
            ("Ekran Resmi 2023-08-09 ÖÖ 12.34.49.png", "00:34:49"),
            (
                "Foto 2023-08-09 a las 12.34.49 del mediodía.png",
                "12:34:49",
            ),
            // A word that ends in one that names a half.
            ("لقطة 2023-08-09 يوم 8.34.49.png", "08:34:49"),
        ] {
            assert_eq!(told(name), format!("2023-08-09 {time}"), "{name}");
        }
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
    fn a_date_alone_is_the_whole_name_or_has_the_prefix_of_a_camera() {
        for name in [
            "IMG_20190504.jpg",
            "VID_20190504 (2).mp4",
            "20190504.jpg",
            "20190504(1).heic",
            "20190504 (12).jpg",
            "20190504_1.jpg",
            "WP_20190504_001.jpg",
            "IMG-20190504-00012.jpg",
            "20190504-001.jpg",
            "20190504~2.jpg",
            "20190504",
            "2019-05-04.jpg",
            "2019_05_04.mp4",
            "2019.05.04.jpg",
            "2019年5月4日.jpg",
        ] {
            assert_eq!(told(name), "2019-05-04", "{name}");
        }
        for name in ["1985-07-04.jpg", "1985.07.04 (2).tif", "1985_07_04_001.png"] {
            assert_eq!(told(name), "1985-07-04", "{name}");
        }
        assert_eq!(told("1826-06-01.jpg"), "1826-06-01");
        for name in [
            "1825-07-04.jpg",
            "19850704.jpg",
            "1985-7-4.jpg",
            "1985-07-04 10.11.12.jpg",
            "Scan 1985-07-04.jpg",
            "1985-07-04 Rome.jpg",
            "IMG_19850704.jpg",
            "IMG_20190504_0012.jpg",
            "20190504_0012.jpg",
            "WP_20190504_0012.jpg",
            "IMG-20190504-0012.jpg",
            "IMG-20190504-0001234.jpg",
            "20190504123.jpg",
            "20190504a.jpg",
            "DSC_20190504.jpg",
            "x 20190504.jpg",
            "20501231.jpg",
            "19891231.jpg",
            "2019-5-4.jpg",
            "20190504-1-2.jpg",
        ] {
            assert_eq!(told(name), "", "{name}");
        }
    }

    #[test]
    fn the_export_of_snapchat_has_days() {
        for name in [
            "2019-05-04_B3F2A1C0-1234-4321-ABCD-0123456789AB-main.jpg",
            "2019-05-04_b3f2a1c0-1234-4321-abcd-0123456789ab-main.mp4",
            "2019-05-04_B3F2A1C0-1234-4321-ABCD-0123456789AB-overlay.png",
            "2019-05-04_101112ab-1234-4321-abcd-0123456789ab-main.jpg",
        ] {
            assert_eq!(told(name), "2019-05-04", "{name}");
        }
        for name in [
            "2019-05-04_B3F2A1C0-1234-4321-ABCD-0123456789AB.jpg",
            "2019-05-04_B3F2A1C0-1234-4321-ABCD-0123456789AB-mainly.jpg",
            "2019-05-04_B3F2A1C0-1234-4321-ABCD-main.jpg",
        ] {
            assert_eq!(told(name), "", "{name}");
        }
    }

    #[test]
    fn screenshots_of_macos_in_its_languages() {
        for name in [
            "Bildschirmfoto 2023-08-09 um 20.34.49.png",
            "Capture d’écran 2023-08-09 à 20.34.49.png",
            "Captura de pantalla 2023-08-09 a las 20.34.49.png",
            "Captura de pantalla 2023-08-09 a la(s) 8.34.49 p. m..png",
            "Captura de pantalla 2023-08-09 a la(s) 8.34.49\u{202f}p.\u{a0}m..png",
            "Captura de Tela 2023-08-09 às 20.34.49.png",
            "Captura de ecrã 2023-08-09, às 20.34.49.png",
            "Captura de pantalla 2023-08-09 a les 20.34.49.png",
            "Schermata 2023-08-09 alle 20.34.49.png",
            "Schermata 2023-08-09 alle ore 20.34.49.png",
            "Schermafbeelding 2023-08-09 om 20.34.49.png",
            "Skärmavbild 2023-08-09 kl. 20.34.49.png",
            "Skjermbilde 2023-08-09 kl. 20.34.49.png",
            "Skærmbillede 2023-08-09 kl. 20.34.49.png",
            "Näyttökuva 2023-08-09 kello 20.34.49.png",
            "Zrzut ekranu 2023-08-9 o 20.34.49.png",
            "Snímek obrazovky 2023-08-09 v 20.34.49.png",
            "Snímka obrazovky 2023-08-09 o 20.34.49.png",
            "Képernyőfotó 2023-08-09 - 20.34.49.png",
            "Snimka zaslona 2023-08-09 u 20.34.49.png",
            "Captură de ecran din 2023-08-09 la 20.34.49.png",
            "Στιγμιότυπο οθόνης 2023-08-09, 8.34.49 μ.μ..png",
            "Στιγμιότυπο 2023-08-09 στις 8.34.49\u{202f}μ.μ..png",
            "Снимок экрана 2023-08-09 в 20.34.49.png",
            "Знімок екрана 2023-08-09 о 20.34.49.png",
            "Ekran Resmi 2023-08-09 20.34.49.png",
            "Ekran Resmi 2023-08-09 ÖS 8.34.49.png",
            "Ekran Resmi 2023-08-09 8.34.49 PM.png",
            "צילום מסך 2023-08-09 ב-20.34.49.png",
            "لقطة الشاشة 2023-08-09 في 8.34.49 م.png",
            "لقطة الشاشة ٢٠٢٣-٠٨-٠٩ في ٨.٣٤.٤٩ م.png",
            "ภาพถ่ายหน้าจอ 2566-08-09 เวลา 20.34.49.png",
            "Ảnh màn hình 2023-08-09 lúc 20.34.49.png",
            "Cuplikan Layar 2023-08-09 pukul 20.34.49.png",
            "स्क्रीनशॉट 2023-08-09 को 8.34.49 PM.png",
            "截屏2023-08-09 20.34.49.png",
            "截屏2023-08-09 下午8.34.49.png",
            "屏幕快照 2023-08-09 下午8.34.49.png",
            "截圖 2023-08-09 下午8.34.49.png",
            "螢幕快照 2023-08-09 晚上8.34.49.png",
            "スクリーンショット 2023-08-09 20.34.49.png",
            "スクリーンショット 2023-08-09 午後8.34.49.png",
            "스크린샷 2023-08-09 오후 8.34.49.png",
            "스크린샷_2023-08-09_오후_8.34.49.png",
            "Skärmavbild+2023-08-09+kl.+20.34.49.jpg",
            "Screen Recording 2023-08-09 at 8.34.49 PM.mov",
            "Bildschirmaufnahme 2023-08-09 um 20.34.49.mov",
        ] {
            let decomposed: String = name.nfd().collect();
            for name in [name, &decomposed] {
                assert_eq!(told(name), "2023-08-09 20:34:49", "{name}");
            }
        }
        assert_eq!(
            told("截屏2023-08-09 上午12.34.49.png"),
            "2023-08-09 00:34:49"
        );
        assert_eq!(
            told("スクリーンショット 2023-08-09 午後0.34.49.png"),
            "2023-08-09 12:34:49"
        );
        assert_eq!(
            told("Captura de pantalla 2023-08-09 a la(s) 8.34.49 a. m..png"),
            "2023-08-09 08:34:49"
        );
    }

    #[test]
    fn screenshots_and_recordings_of_other_systems() {
        for name in [
            "Screenshot from 2023-08-09 20-34-49.png",
            "Screencast from 2023-08-09 20-34-49.webm",
            "Screencast from 08-19-2023 08:34:49 PM.webm",
            "Screencast from 19-08-2023 20:34:49.webm",
            "Bildschirmfoto vom 2023-08-09 20-34-49.png",
            "Bildschirmaufzeichnung vom 09.08.2023 20:34:49.webm",
            "Bildschirmaufzeichnung vom 09.08.2023, 20:34:49.webm",
            "Bildschirmaufzeichnung vom 2023-08-09, 20-34-49.webm",
            "ScreenRecording_08-09-2023_20-34-49.mov",
            "Capture d’écran du 2023-08-09 20-34-49.png",
            "Kuvakaappaus 2023-08-09 20-34-49.png",
            "Снимок экрана от 2023-08-09 20-34-49.png",
            "2023-08-09 20-34-49 のスクリーンショット.png",
            "2023-08-09 20-34-49屏幕截图.png",
            "Снимок экрана 2023-08-09 203449.png",
            "Captura de pantalla 2023-08-09 203449.png",
            "屏幕截图 2023-08-09 203449.png",
            "スクリーンショット 2023-08-09 203449.png",
            "ScreenRecording_08-09-2023 20-34-49_1.mov",
            "Screen_Recording_20230809_203449_Maps.mp4",
            "screen-20230809-203449.mp4",
            "Captura de tela_20230809-203449.png",
            "vlcsnap-2023-08-09-20h34m49s123.png",
            "Foto 2023-08-09, 20 34 49.jpg",
            "2023年8月9日20时34分49秒.jpg",
            "2023年08月09日 20時34分49秒.jpg",
        ] {
            let told = told(name);
            let told = told.strip_suffix(".123").unwrap_or(&told);
            let told = told.replace("08-19", "08-09");
            assert_eq!(told, "2023-08-09 20:34:49", "{name}");
        }
        assert_eq!(told("03.15.2024 10.11.12.jpg"), "2024-03-15 10:11:12");
        assert_eq!(told("1.15.2024 10.11.12.jpg"), "2024-01-15 10:11:12");
        assert_eq!(told("15.3.2024 10.11.12.jpg"), "2024-03-15 10:11:12");
        assert_eq!(told("15.15.2024 10.11.12.jpg"), "");
        // Americans and Indians write half the days in the same way.
        assert_eq!(told("Screencast from 04-03-2025 10:54:27 PM.webm"), "");
    }

    #[test]
    fn messengers_and_cameras() {
        for name in [
            "微信图片_20230809203449.jpg",
            "微信图片_20230809203449_1.jpg",
            "微信图片_2023-08-09_203449_123.jpg",
            "微信视频20230809203449.mp4",
            "WeChat Image_20230809203449.jpg",
            "WeChat20230809203449.jpg",
            "企业微信截图_20230809203449.png",
            "QQ图片20230809203449.jpg",
            "QQ截图20230809203449.png",
            "QQ20230809-203449.png",
            "QQ20230809-203449@2x.png",
            "TIM图片20230809203449.jpg",
            "photo_5@09-08-2023_20-34-49.jpg",
            "photo_5@09-08-2023_20-34-49_thumb.jpg",
            "video_12@09-08-2023_20-34-49.mp4",
            "photo_2023-08-09_20-34-49.jpg",
            "LINE_P20230809_203449.jpg",
            "signal-2023-08-09-20-34-49-123.jpg",
            "signal-attachment-2023-08-09-203449.jpeg",
            "00000012-PHOTO-2023-08-09-20-34-49.jpg",
            "Imagem do WhatsApp de 2023-08-09 à(s) 20.34.49_1a2b3c4d.jpg",
            "WhatsApp Görsel 2023-08-09 saat 20.34.49.jpg",
            "DJI_20230809203449_0001_D.JPG",
            "DJI_20230809_203449_123_video.mp4",
            "dji_fly_20230809_203449_123_1691613289000_photo.jpg",
            "VID_20230809_203449_00_001.insv",
            "IMG_20230809_203449_00_001.insp",
            "LRV_20230809_203449_11_001.lrv",
            "2023_0809_203449_001A.MP4",
            "NO20230809-203449-000001F.MP4",
            "PA20230809-203449-000001F.MP4",
            "MTXX_MH20230809_203449123.jpg",
            "MTXX_PT20230809203449123.jpg",
            "20230809203449_000001.MP4",
            "20230809203449.jpg",
            "C360_2023-08-09-20-34-49-123.jpg",
            "line_oa_chat_230809_203449.jpg",
            "line_oa_chat_230809_203449_original.jpg",
            "Picsart_23-08-09_20-34-49-123.jpg",
            "2023080920344900-CCA9E9E9E9E9.jpg",
            "retouch_2023080920344912.jpg",
            "KakaoTalk_20230809_203449123.jpg",
            "KakaoTalk_Photo_2023-08-09-20-34-49 001.jpeg",
            "viber_image_2023-08-09_20-34-49-123.jpg",
            "viber image 2023-08-09 , 20.34.49.jpg",
            "изображение_viber_2023-08-09_20-34-49-123.jpg",
            "photo_2023-08-09 20.34.49.jpeg",
            "photo_2023-08-09_20-34-49 (2).jpg",
            "video_2023-08-09_20-34-49.mp4",
            "signal-2023-08-09-20-34-49-123_001.jpg",
            "signal-2023-08-09-20-34-49-123-1.jpg",
            "signal-2023-08-09-203449_002.jpeg",
            "LINE_P20230809_203449123.jpg",
            "KakaoTalk_20230809_203449123_01.jpg",
            "KakaoTalk_Video_2023-08-09-20-34-49.mp4",
            "KakaoTalk_Snapshot_20230809_203449.png",
            "PHOTO-2023-08-09-20-34-49.jpg",
            "00000012-VIDEO-2023-08-09-20-34-49.mp4",
            "微信截图_20230809203449.png",
            "微信视频_20230809203449.mp4",
            "Weixin Image_20230809203449_12_34.jpg",
            "WeChat Screenshot_20230809203449.png",
            "QQ视频20230809203449.mp4",
            "QQ录屏20230809203449.mp4",
            "Snipaste_2023-08-09_20-34-49.png",
            "lv_0_20230809203449.mp4",
            "SVID_20230809_203449_1.mp4",
            "beauty_20230809203449.jpg",
            "JPEG_20230809_203449_1234567890123.jpg",
            "Game 2023.08.09 - 20.34.49.78.DVR.mp4",
            "Screenshot_2023-08-09-20-34-49-78_40deb401b9ffe8e1df2f1cc5ba480b12.jpg",
            "2023-08-09_20-34-49-front.mp4",
            "Camera1_01_20230809203449.mp4",
        ] {
            let told = told(name);
            let told = told.strip_suffix(".123").unwrap_or(&told);
            assert_eq!(told, "2023-08-09 20:34:49", "{name}");
        }
    }

    #[test]
    fn counters_are_instants() {
        for name in [
            "mmexport1709296496000.jpg",
            "mmexport1709296496000(1).jpg",
            "mmexport1709296496000-编辑.jpg",
            "FB_IMG_1709296496000.jpg",
            "fb_img_1709296496000.jpg",
            "wx_camera_1709296496000.mp4",
            "microMsg.1709296496000.jpg",
            "RPReplay_Final1709296496.MP4",
            "mmexport0123456789abcdef0123456789abcdef_1709296496000.jpg",
            "microMsg_1709296496000.jpg",
            "QQ_1709296496000.png",
            "Camera_XHS_1709296496000.jpg",
            "Camera_XHS_17092964960001040g00831gqfd9qiju5g.jpg",
            "XHS_LIVE_PHOTO_1709296496000.mp4",
            "企业微信截图_17092964961234.png",
        ] {
            assert_eq!(told(name), "2024-03-01T12:34:56Z", "{name}");
        }
        assert_eq!(
            told("mmexport1709296496123.jpg"),
            "2024-03-01T12:34:56.123Z"
        );
        for name in [
            "1709296496000.jpg",
            "IMG_1709296496000.jpg",
            "mmexport170929649600.jpg",
            "mmexportzz_1709296496000.jpg",
            "Camera_XHS_170929649600010401.jpg",
            "mmexport17092964960001.jpg",
            "mmexport1709296496000ab.jpg",
            "mmexport0009296496000.jpg",
            "mmexport9709296496000.jpg",
            "received_1709296496000123.jpeg",
            "Snapchat-1709296496.jpg",
            "企业微信截图_0fcbdf31-d6cf-4984-9e7a-8038f33d6a19.png",
        ] {
            assert_eq!(told(name), "", "{name}");
        }
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
            "2019050410111.jpg",
            "201905041011123.jpg",
            "a20190504101112.jpg",
            "20190504101112f.jpg",
            "20191345101112.jpg",
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
            "+86 138 2019 0504.jpg",
            "13820190504.jpg",
            "020-2019-0504.jpg",
            "2023-08-09 v10.11.12.png",
            "2023-08-09 Rome 10.11.12.png",
            "v1.2.2024 10.11.jpg",
            "PicsArt_03-01-12.34.56.jpg",
            "LINE_ALBUM_829_231003_1.jpg",
            "d41d8cd98f00b204e9800998ecf8427e.jpg",
            "4f20190504101112aa.jpg",
            "Screenshot (20190504).png",
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
