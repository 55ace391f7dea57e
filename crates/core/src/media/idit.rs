//! IDIT, the reading of the camera's clock when recording began: in AVI files, and beside the
//! movie in some of `QuickTime`.

use chrono::Timelike;

use super::facts::Facts;
use crate::capture::clock::{NoTime, RawTime, Written};
use crate::capture::clue::TimeSource;

/// The reading of the camera's clock when recording began, as IDIT has it.
pub fn written(facts: &mut Facts, text: &str) {
    facts.time(TimeSource::RiffIdit, text, parse(text));
}

/// A date as cameras write it into IDIT: that of C's `ctime` in letters of
/// either case (`Mon Mar 10 15:04:43 2008`), digits with any separator
/// (`2005:08:17 11:42:43`), and Casio's `2001/ 1/27  1:42PM` and `2005/11/28/ 09:19`.
fn parse(text: &str) -> Result<RawTime, NoTime> {
    let digits = ctime(text).unwrap_or_else(|| {
        // A third slash closes the date.
        let text = match text.splitn(4, '/').collect::<Vec<_>>()[..] {
            [year, month, day, time] => format!("{year}/{month}/{day} {time}"),
            _ => text.to_owned(),
        };
        text.replace("/ ", "/").replace(": ", ":")
    });
    let written = Written::parse(&digits)?;
    let mut clock = written.clock();
    // Only the 12 hours of a clock with AM and PM need a correction.
    let upper = text.to_ascii_uppercase();
    if let Some(time) = clock.time {
        let hour = match time.hour() {
            12 if upper.ends_with("AM") => 0,
            hour @ 1..12 if upper.ends_with("PM") => hour + 12,
            hour => hour,
        };
        clock.time = time.with_hour(hour);
    }
    Ok(RawTime::Clock(clock))
}

/// `Mon Mar 10 15:04:43 2008` in digits; the day of the week may be missing.
fn ctime(text: &str) -> Option<String> {
    const MONTHS: [&str; 12] = [
        "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
    ];
    let mut words = text.split_ascii_whitespace().peekable();
    let month = words.by_ref().take(2).find_map(|word| {
        let word = word.get(..3)?.to_ascii_lowercase();
        MONTHS.iter().position(|month| *month == word)
    })? + 1;
    let day: u32 = words.next()?.parse().ok()?;
    let time = words.next()?;
    let year: u32 = words.next()?.parse().ok()?;
    Some(format!("{year:04}:{month:02}:{day:02} {time}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> String {
        match parse(text) {
            Ok(RawTime::Clock(clock)) => {
                assert_eq!(clock.offset, None);
                let time = clock.time.map(|t| t.to_string()).unwrap_or_default();
                format!("{} {time}", clock.date)
            }
            other => format!("{other:?}"),
        }
    }

    #[test]
    fn the_spellings_of_idit() {
        assert_eq!(shown("Mon Mar 10 15:04:43 2008"), "2008-03-10 15:04:43");
        assert_eq!(shown("WED JUL  9 05:04:43 2014"), "2014-07-09 05:04:43");
        assert_eq!(shown("Mar 10 15:04:43 2008"), "2008-03-10 15:04:43");
        assert_eq!(shown("2005:08:17 11:42:43"), "2005-08-17 11:42:43");
        assert_eq!(shown("2009/10/27 12:14:34"), "2009-10-27 12:14:34");
        assert_eq!(shown("2001/ 1/27  1:42PM"), "2001-01-27 13:42:00");
        assert_eq!(shown("2005/11/28/ 09:19"), "2005-11-28 09:19:00");
        assert_eq!(shown("2001/ 1/27  1: 2PM"), "2001-01-27 13:02:00");
        assert_eq!(shown("2002-12-16  15:35:01\0\0"), "2002-12-16 15:35:01");
        assert_eq!(shown("2001/ 1/27 12:42AM"), "2001-01-27 00:42:00");
        assert_eq!(shown("2001/ 1/27 12:42PM"), "2001-01-27 12:42:00");
    }

    #[test]
    fn what_is_no_date() {
        assert_eq!(shown(""), "Err(Empty)");
        assert_eq!(shown("Mon Mar"), "Err(Empty)");
        assert_eq!(shown("Mon Mar 10"), "Err(NotADate)");
        assert_eq!(shown("Mon Feb 30 15:04:43 2008"), "Err(NotADate)");
        assert_eq!(shown("Tue Jan  1 00:00:00 1980"), "Err(ResetClock)");
        assert_eq!(shown("Donnerstag é"), "Err(Empty)");
    }
}
