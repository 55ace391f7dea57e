//! Windows Media videos (Microsoft's Advanced Systems Format, revision 1.20).

use std::ops::Range;

use crate::capture::clock::{NoTime, RawTime, unix_instant};
use crate::capture::clue::TimeSource;

use super::facts::Facts;
use super::source::Source;
use super::unreadable::Unreadable;
use super::xmp;

/// The most objects that are looked at within one parent.
const MAX_OBJECTS: u32 = 100;
/// The longest XMP packet that is read, in bytes.
const MAX_PACKET: u64 = 256 * 1024;

/// 75B22630-668E-11CF-A6D9-00AA0062CE6C, as all identifiers in file order.
const HEADER: [u8; 16] = *b"\x30\x26\xb2\x75\x8e\x66\xcf\x11\xa6\xd9\x00\xaa\x00\x62\xce\x6c";
/// 8CABDCA1-A947-11CF-8EE4-00C00C205365.
const FILE_PROPERTIES: [u8; 16] =
    *b"\xa1\xdc\xab\x8c\x47\xa9\xcf\x11\x8e\xe4\x00\xc0\x0c\x20\x53\x65";
/// BE7ACFCB-97A9-42E8-9C71-999491E3AFAC (XMP part 3).
const XMP: [u8; 16] = *b"\xcb\xcf\x7a\xbe\xa9\x97\xe8\x42\x9c\x71\x99\x94\x91\xe3\xaf\xac";

/// 1601-01-01 to 1970-01-01 in seconds.
const SECONDS_1601_TO_1970: i64 = 11_644_473_600;
/// Creation times count 100 ns.
const TICKS_PER_SECOND: u64 = 10_000_000;

/// Reads a WMV or ASF file: the creation time in its properties, and XMP.
///
/// # Errors
/// An object smaller than its own header, too many of them, a failed read.
pub fn read(source: &mut Source, facts: &mut Facts) -> Result<(), Unreadable> {
    // Only the first of each kind is read, which bounds the work on a file that repeats them.
    let (mut header, mut packet) = (false, false);
    let mut top = Objects::new(source, 0..u64::MAX);
    while let Some((id, payload)) = top.next(source)? {
        match id {
            HEADER if !header => {
                header = true;
                properties(source, &payload, facts)?;
            }
            XMP if !packet => {
                packet = true;
                let len = payload.end.saturating_sub(payload.start).min(MAX_PACKET);
                let bytes = source.up_to(payload.start, usize::try_from(len).unwrap_or(0))?;
                xmp::read(bytes, facts);
            }
            _ => {}
        }
    }
    Ok(())
}

fn properties(
    source: &mut Source,
    header: &Range<u64>,
    facts: &mut Facts,
) -> Result<(), Unreadable> {
    // A count and two reserved bytes precede the objects.
    let mut objects = Objects::new(source, header.start.saturating_add(6)..header.end);
    while let Some((id, payload)) = objects.next(source)? {
        if id == FILE_PROPERTIES {
            // Behind the file's identifier and size.
            let at = payload.start.saturating_add(24);
            let ticks = u64::from_le_bytes(source.array(at)?);
            facts.time(TimeSource::AsfCreation, ticks.to_string(), filetime(ticks));
            break;
        }
    }
    Ok(())
}

/// The instant that lies so many units of 100 ns after 1601-01-01 UTC.
fn filetime(ticks: u64) -> Result<RawTime, NoTime> {
    if ticks == 0 {
        return Err(NoTime::Empty);
    }
    let seconds = i64::try_from(ticks / TICKS_PER_SECOND).map_err(|_| NoTime::NotADate)?;
    let nanos = u32::try_from(ticks % TICKS_PER_SECOND).unwrap_or(0) * 100;
    unix_instant(seconds - SECONDS_1601_TO_1970, nanos)
}

/// An object's identifier, and where its payload lies in the file.
type Object = ([u8; 16], Range<u64>);

/// Steps over the objects in a range, reading only identifiers and sizes.
struct Objects {
    rest: Range<u64>,
    left: u32,
}

impl Objects {
    fn new(source: &Source, range: Range<u64>) -> Self {
        Self {
            rest: range.start..range.end.min(source.len()),
            left: MAX_OBJECTS,
        }
    }

    fn next(&mut self, source: &mut Source) -> Result<Option<Object>, Unreadable> {
        let start = self.rest.start;
        let room = self.rest.end.saturating_sub(start);
        if room < 24 {
            return Ok(None);
        }
        self.left = self
            .left
            .checked_sub(1)
            .ok_or(Unreadable::Malformed("too many objects"))?;
        let id = source.array(start)?;
        let size = u64::from_le_bytes(source.array(start + 16)?);
        if size < 24 {
            return Err(Unreadable::Malformed(
                "an object is smaller than its header",
            ));
        }
        self.rest.start = start + size.min(room);
        Ok(Some((id, start + 24..self.rest.start)))
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    fn object(id: [u8; 16], payload: &[u8]) -> Vec<u8> {
        let size = (payload.len() as u64 + 24).to_le_bytes();
        [&id, &size[..], payload].concat()
    }

    /// A file with these ticks as its creation time.
    pub(in crate::media) fn video(ticks: u64) -> Vec<u8> {
        let properties = [&[0; 24], &ticks.to_le_bytes()[..], &[0; 48]].concat();
        let objects = [
            object([7; 16], b"xyz"),
            object(FILE_PROPERTIES, &properties),
        ]
        .concat();
        let header = object(HEADER, &[&[2, 0, 0, 0, 1, 2], &objects[..]].concat());
        [header, object([9; 16], &vec![0; 20_000])].concat()
    }

    fn time(bytes: Vec<u8>) -> String {
        let mut facts = Facts::default();
        read(&mut Source::from_bytes(bytes), &mut facts).unwrap();
        match &facts.times[0].value {
            Ok(RawTime::Instant(instant)) => instant.to_rfc3339(),
            other => format!("{other:?}"),
        }
    }

    #[test]
    fn ticks_count_from_1601() {
        assert_eq!(
            time(video(127_434_578_145_000_000)),
            "2004-10-28T17:23:34.500+00:00"
        );
        assert!(time(video(0)).contains("empty"));
        assert!(time(video(1)).contains("1826"));
    }

    #[test]
    fn a_size_below_the_headers_ends_the_walk() {
        let mut bytes = video(1);
        bytes[16] = 23;
        bytes[17] = 0;
        let error = read(&mut Source::from_bytes(bytes), &mut Facts::default());
        assert!(matches!(error, Err(Unreadable::Malformed(_))));
    }
}
