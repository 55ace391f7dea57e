//! AVI videos (RIFF with `OpenDML` extensions).

use std::ops::Range;

use chrono::Timelike;

use crate::capture::clock::{NoTime, RawTime, Written};
use crate::capture::clue::TimeSource;

use super::facts::Facts;
use super::riff::Chunks;
use super::source::Source;
use super::unreadable::Unreadable;
use super::xmp;

/// The most that is read of one video. Ordinary ones need some ten KiB.
const MAX_BYTES: u64 = 1024 * 1024;
/// The longest XMP packet that is read, in bytes.
const MAX_PACKET: u64 = 256 * 1024;
/// How deep lists are followed: those in RIFF, such as hdrl and INFO.
const MAX_DEPTH: u32 = 2;

/// Reads an AVI file: IDIT, the camera's clock when recording began, ICRD from
/// the INFO list after it, and XMP. The frames are hopped over.
///
/// # Errors
/// Too many headers, or a failed read.
pub fn read(source: &mut Source, facts: &mut Facts) -> Result<(), Unreadable> {
    let mut walk = RiffWalk {
        limit: source.bytes_read().saturating_add(MAX_BYTES),
        source,
        facts,
        created: None,
    };
    let done = walk.list(0..u64::MAX, 0);
    // ICRD is the date of a catalogue and weaker than IDIT, the camera's clock. It can stand
    // before IDIT in the file, so it is added last.
    if let Some(text) = walk.created {
        written(facts, &text);
    }
    done
}

struct RiffWalk<'a> {
    source: &'a mut Source,
    facts: &'a mut Facts,
    /// `Source::bytes_read` at which the walk is given up.
    limit: u64,
    /// ICRD.
    created: Option<String>,
}

impl RiffWalk<'_> {
    fn list(&mut self, range: Range<u64>, depth: u32) -> Result<(), Unreadable> {
        let mut chunks = Chunks::new(self.source, range);
        while let Some(chunk) = chunks.next(self.source)? {
            if self.source.bytes_read() > self.limit {
                return Err(Unreadable::Malformed("too many headers to read"));
            }
            let payload = chunk.payload;
            match &chunk.kind {
                b"RIFF" | b"LIST" if depth < MAX_DEPTH => {
                    let kind = self.source.up_to(payload.start, 4)?;
                    // movi is the frames themselves.
                    if matches!(kind, b"AVI " | b"AVIX" | b"hdrl" | b"INFO") {
                        self.list(payload.start.saturating_add(4)..payload.end, depth + 1)?;
                    }
                }
                b"IDIT" => {
                    let text = self.text(&payload)?;
                    written(self.facts, &text);
                }
                b"ICRD" => self.created = Some(self.text(&payload)?),
                b"_PMX" => {
                    let len = (payload.end - payload.start).min(MAX_PACKET);
                    let packet = self
                        .source
                        .up_to(payload.start, usize::try_from(len).unwrap_or(0))?;
                    xmp::read(packet, self.facts);
                }
                _ => {}
            }
        }
        Ok(())
    }

    fn text(&mut self, payload: &Range<u64>) -> Result<String, Unreadable> {
        let len = usize::try_from(payload.end - payload.start).unwrap_or(64);
        let text = self.source.up_to(payload.start, len.min(64))?;
        let text = String::from_utf8_lossy(text);
        Ok(text
            .trim_matches(|c: char| c.is_whitespace() || c == '\0')
            .to_owned())
    }
}

fn written(facts: &mut Facts, text: &str) {
    facts.time(TimeSource::RiffIdit, text, parse(text));
}

/// A date as cameras write it into IDIT: that of C's `ctime` in letters of
/// either case (`Mon Mar 10 15:04:43 2008`), digits with any separator
/// (`2005:08:17 11:42:43`), and Casio's `2001/ 1/27  1:42PM`.
fn parse(text: &str) -> Result<RawTime, NoTime> {
    let written = match ctime(text) {
        Some(text) => Written::parse(&text),
        None => Written::parse(&text.replace("/ ", "/")),
    }?;
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
pub(super) mod tests {
    use super::super::riff::tests::chunk;
    use super::*;

    /// A video of two frames with these chunks in hdrl and INFO.
    pub(in crate::media) fn video(hdrl: &[Vec<u8>], info: &[Vec<u8>]) -> Vec<u8> {
        let avih = chunk(*b"avih", &[0; 56]);
        let strl = chunk(
            *b"LIST",
            &[b"strl".to_vec(), chunk(*b"strh", &[0; 56])].concat(),
        );
        let hdrl = [b"hdrl".to_vec(), avih, strl, hdrl.concat()].concat();
        let info = [b"INFO".to_vec(), info.concat()].concat();
        let movi = [
            b"movi".to_vec(),
            chunk(*b"00dc", &vec![1; 20_000]).repeat(8),
        ]
        .concat();
        let lists = [&info, &hdrl, &movi].map(|list| chunk(*b"LIST", list));
        chunk(*b"RIFF", &[b"AVI ".to_vec(), lists.concat()].concat())
    }

    fn times(bytes: Vec<u8>) -> Vec<Result<RawTime, String>> {
        let mut facts = Facts::default();
        read(&mut Source::from_bytes(bytes), &mut facts).unwrap();
        let times = facts.times.into_iter();
        times.map(|clue| clue.value.map_err(|e| e.0)).collect()
    }

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

    #[test]
    fn the_cameras_clock_comes_before_the_catalogue() {
        let idit = chunk(*b"IDIT", b"Mon Mar 10 15:04:43 2008\n\0");
        let icrd = chunk(*b"ICRD", b"2010-01-02\0");
        let times = times(video(&[idit], &[icrd]));
        let dates: Vec<_> = times
            .into_iter()
            .map(|time| match time {
                Ok(RawTime::Clock(clock)) => clock.date.to_string(),
                other => format!("{other:?}"),
            })
            .collect();
        assert_eq!(dates, ["2008-03-10", "2010-01-02"]);
    }

    #[test]
    fn frames_are_hopped_over() {
        let bytes = video(&[chunk(*b"IDIT", b"2005:08:17 11:42:43")], &[]);
        let mut source = Source::from_bytes(bytes);
        read(&mut source, &mut Facts::default()).unwrap();
        assert!(source.bytes_read() < 9000, "{}", source.bytes_read());
    }
}
