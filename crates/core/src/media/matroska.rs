//! Matroska and `WebM` videos (EBML, RFC 8794; Matroska, RFC 9559).

use std::ops::Range;

use crate::capture::clock::{NoTime, RawTime, Written, unix_instant};
use crate::capture::clue::{PositionSource, TimeSource};

use super::facts::Facts;
use super::iso6709;
use super::source::Source;
use super::unreadable::Unreadable;

/// The most that is read of one video. Ordinary ones need some ten KiB.
const MAX_BYTES: u64 = 1024 * 1024;
/// The most elements that are looked at within one parent.
const MAX_ELEMENTS: u32 = 10_000;
/// How many clusters of frames are hopped over in search of tags.
const MAX_CLUSTERS: u32 = 32;
/// The most places of a `SeekHead` that are visited.
const MAX_SEEKS: usize = 16;
/// The longest text that is a time, a place or a name.
const MAX_TEXT: u64 = 1024;
/// How deep tags are nested at most.
const MAX_DEPTH: u32 = 4;

/// 2001-01-01, from which `DateUTC` counts nanoseconds, in seconds after 1970.
const YEAR_2001: i64 = 978_307_200;

const SEGMENT: u32 = 0x1853_8067;
const SEEK_HEAD: u32 = 0x114D_9B74;
const SEEK: u32 = 0x4DBB;
const SEEK_ID: u32 = 0x53AB;
const SEEK_POSITION: u32 = 0x53AC;
const INFO: u32 = 0x1549_A966;
const DATE_UTC: u32 = 0x4461;
const CLUSTER: u32 = 0x1F43_B675;
const TAGS: u32 = 0x1254_C367;
const TAG: u32 = 0x7373;
const SIMPLE_TAG: u32 = 0x67C8;
const TAG_NAME: u32 = 0x45A3;
const TAG_STRING: u32 = 0x4487;

/// Reads a Matroska or `WebM` file: `DateUTC`, and the tags into which the
/// metadata of phones is copied when their videos are converted.
///
/// # Errors
/// An element is damaged, or there are too many.
pub fn read(source: &mut Source, facts: &mut Facts) -> Result<(), Unreadable> {
    let mut walk = ElementWalk {
        limit: source.bytes_read().saturating_add(MAX_BYTES),
        source,
        facts,
        seeks: Vec::new(),
        seen: Vec::new(),
    };
    let mut top = Elements::new(0..walk.source.len());
    while let Some(element) = walk.next(&mut top)? {
        if element.id == SEGMENT {
            return walk.segment(element.payload);
        }
    }
    Err(Unreadable::Malformed("no segment"))
}

struct ElementWalk<'a> {
    source: &'a mut Source,
    facts: &'a mut Facts,
    /// `Source::bytes_read` at which the walk is given up.
    limit: u64,
    /// Where the file's `SeekHead` says that info, tags and more heads lie.
    seeks: Vec<u64>,
    /// Where those lie that were read already.
    seen: Vec<u64>,
}

impl ElementWalk<'_> {
    fn next(&mut self, elements: &mut Elements) -> Result<Option<Element>, Unreadable> {
        if self.source.bytes_read() > self.limit {
            return Err(Unreadable::Malformed("too many headers to read"));
        }
        elements.next(self.source)
    }

    fn segment(&mut self, segment: Range<u64>) -> Result<(), Unreadable> {
        let mut elements = Elements::new(segment.clone());
        let mut clusters = 0;
        while let Some(element) = self.next(&mut elements)? {
            if element.id == CLUSTER {
                // With a head there is no need to hop over gigabytes of frames.
                clusters += 1;
                if !self.seeks.is_empty() || clusters > MAX_CLUSTERS {
                    break;
                }
                if element.unknown_size {
                    // Its frames are hopped over as if they were in the segment,
                    // until something is found that really is.
                    elements.rest.start = element.payload.start;
                }
            }
            self.element(&element, segment.start)?;
        }
        let mut visited = 0;
        while let Some(at) = self.seeks.get(visited).copied() {
            visited += 1;
            if !self.seen.contains(&at) && at < segment.end {
                let mut there = Elements::new(at..segment.end);
                if let Some(element) = self.next(&mut there)? {
                    self.element(&element, segment.start)?;
                }
            }
        }
        Ok(())
    }

    fn element(&mut self, element: &Element, segment: u64) -> Result<(), Unreadable> {
        let payload = element.payload.clone();
        match element.id {
            SEEK_HEAD | INFO | TAGS if self.seen.len() < 2 * MAX_SEEKS => {
                self.seen.push(element.start);
                match element.id {
                    SEEK_HEAD => self.seek_head(payload, segment),
                    INFO => self.info(payload),
                    _ => self.tags(payload, 0),
                }
            }
            _ => Ok(()),
        }
    }

    fn seek_head(&mut self, payload: Range<u64>, segment: u64) -> Result<(), Unreadable> {
        let mut elements = Elements::new(payload);
        while let Some(seek) = self.next(&mut elements)? {
            if seek.id != SEEK {
                continue;
            }
            let mut id = None;
            let mut position = None;
            let mut fields = Elements::new(seek.payload);
            while let Some(field) = self.next(&mut fields)? {
                match field.id {
                    SEEK_ID => id = self.unsigned(&field.payload)?,
                    SEEK_POSITION => position = self.unsigned(&field.payload)?,
                    _ => {}
                }
            }
            let wanted = [SEEK_HEAD, INFO, TAGS].map(u64::from);
            if let (Some(id), Some(position)) = (id, position)
                && wanted.contains(&id)
                && self.seeks.len() < MAX_SEEKS
            {
                self.seeks.push(segment.saturating_add(position));
            }
        }
        Ok(())
    }

    fn info(&mut self, payload: Range<u64>) -> Result<(), Unreadable> {
        let mut elements = Elements::new(payload);
        while let Some(element) = self.next(&mut elements)? {
            if element.id == DATE_UTC {
                // An empty element is zero.
                let nanos = self.unsigned(&element.payload)?.unwrap_or(0).cast_signed();
                let time = date_utc(nanos);
                self.facts
                    .time(TimeSource::MatroskaDate, nanos.to_string(), time);
            }
        }
        Ok(())
    }

    /// Tags, and the simple tags in them, wherever they are nested.
    fn tags(&mut self, payload: Range<u64>, depth: u32) -> Result<(), Unreadable> {
        let mut elements = Elements::new(payload);
        let mut name = None;
        while let Some(element) = self.next(&mut elements)? {
            match element.id {
                TAG | SIMPLE_TAG if depth < MAX_DEPTH => self.tags(element.payload, depth + 1)?,
                TAG_NAME => name = Some(self.text(&element.payload)?),
                TAG_STRING => {
                    let value = self.text(&element.payload)?;
                    self.tag(name.as_deref().unwrap_or(""), &value);
                }
                _ => {}
            }
        }
        Ok(())
    }

    /// Converters keep the names of `QuickTime`'s keys, in capitals; what was
    /// ©xyz is LOCATION.
    fn tag(&mut self, name: &str, value: &str) {
        let name = name.to_ascii_lowercase();
        let position = match name.as_str() {
            "com.apple.quicktime.creationdate" => {
                let time = Written::parse(value).map(Written::raw);
                self.facts
                    .time(TimeSource::QuickTimeCreationDate, value, time);
                return;
            }
            "com.apple.quicktime.make" | "com.android.manufacturer" => {
                self.facts.make.get_or_insert_with(|| value.to_owned());
                return;
            }
            "com.apple.quicktime.model" | "com.android.model" => {
                self.facts.model.get_or_insert_with(|| value.to_owned());
                return;
            }
            "com.apple.quicktime.location.iso6709" => PositionSource::QuickTimeLocation,
            "location" => PositionSource::QuickTimeXyz,
            _ => return,
        };
        match iso6709::parse(value) {
            Some((lat, lon)) => self.facts.position(position, value, lat, lon),
            None => self.facts.no_position(position, value, "not ISO 6709"),
        }
    }

    /// A big-endian number of at most 8 bytes; `None` where there are none.
    fn unsigned(&mut self, payload: &Range<u64>) -> Result<Option<u64>, Unreadable> {
        let bytes = self.source.up_to(payload.start, 8)?;
        let len = usize::try_from(payload.end.saturating_sub(payload.start)).unwrap_or(usize::MAX);
        let bytes = bytes.get(..len).unwrap_or(bytes);
        let number = bytes.iter().fold(0, |n, byte| n << 8 | u64::from(*byte));
        Ok((!bytes.is_empty()).then_some(number))
    }

    fn text(&mut self, payload: &Range<u64>) -> Result<String, Unreadable> {
        let len = payload.end.saturating_sub(payload.start).min(MAX_TEXT);
        let bytes = self
            .source
            .up_to(payload.start, usize::try_from(len).unwrap_or(0))?;
        let text = String::from_utf8_lossy(bytes);
        Ok(text.trim_matches(['\0', ' ']).to_owned())
    }
}

/// The instant that lies so many nanoseconds after 2001-01-01 UTC.
fn date_utc(nanos: i64) -> Result<RawTime, NoTime> {
    if nanos == 0 {
        return Err(NoTime::Empty);
    }
    let seconds = YEAR_2001.saturating_add(nanos.div_euclid(1_000_000_000));
    unix_instant(
        seconds,
        u32::try_from(nanos.rem_euclid(1_000_000_000)).unwrap_or(0),
    )
}

struct Element {
    id: u32,
    start: u64,
    payload: Range<u64>,
    /// A live recording did not know it; the payload then reaches to the
    /// parent's end.
    unknown_size: bool,
}

/// Steps over the elements in a range, reading only their headers.
struct Elements {
    rest: Range<u64>,
    left: u32,
}

impl Elements {
    fn new(range: Range<u64>) -> Self {
        Self {
            rest: range,
            left: MAX_ELEMENTS,
        }
    }

    /// The next element, `None` after the last. One that claims to reach beyond
    /// its parent is cut to it.
    fn next(&mut self, source: &mut Source) -> Result<Option<Element>, Unreadable> {
        const DAMAGED: Unreadable = Unreadable::Malformed("an element has no valid header");
        let start = self.rest.start;
        let end = self.rest.end.min(source.len());
        if end.saturating_sub(start) < 2 {
            return Ok(None);
        }
        self.left = self
            .left
            .checked_sub(1)
            .ok_or(Unreadable::Malformed("too many elements"))?;
        let header = source.up_to(start, 12)?;
        // The zeros before the first one bit tell how many bytes follow. An
        // identifier keeps that bit, a size does not.
        let id_len = leading(header.first()).filter(|len| *len <= 4);
        let (id, rest) = id_len
            .and_then(|len| header.split_at_checked(len))
            .ok_or(DAMAGED)?;
        let size_len = leading(rest.first()).ok_or(DAMAGED)?;
        let size = rest.get(..size_len).ok_or(DAMAGED)?;
        let number = |bytes: &[u8]| bytes.iter().fold(0, |n, byte| n << 8 | u64::from(*byte));
        let mask = (1 << (7 * size_len)) - 1;
        let value = number(size) & mask;
        let payload = start + (id.len() + size_len) as u64;
        let unknown_size = value == mask;
        let end = if unknown_size {
            end
        } else {
            payload.saturating_add(value).min(end)
        };
        self.rest.start = end;
        Ok(Some(Element {
            // Four bytes at most.
            id: u32::try_from(number(id)).unwrap_or(0),
            start,
            payload: payload.min(end)..end,
            unknown_size,
        }))
    }
}

/// How many bytes a number has that begins so; a zero byte begins none.
fn leading(first: Option<&u8>) -> Option<usize> {
    let zeros = first?.leading_zeros() as usize;
    (zeros < 8).then_some(zeros + 1)
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    fn element(id: u32, payload: &[u8]) -> Vec<u8> {
        let mut bytes: Vec<u8> = id
            .to_be_bytes()
            .into_iter()
            .skip_while(|b| *b == 0)
            .collect();
        let size = payload.len() as u64 | 1 << 56;
        bytes.extend(size.to_be_bytes());
        bytes.extend(payload);
        bytes
    }

    fn info(nanos: i64) -> Vec<u8> {
        element(INFO, &element(DATE_UTC, &nanos.to_be_bytes()))
    }

    fn tags(name: &str, value: &str) -> Vec<u8> {
        let name = element(TAG_NAME, name.as_bytes());
        let value = element(TAG_STRING, value.as_bytes());
        let simple = element(SIMPLE_TAG, &[name, value].concat());
        element(TAGS, &element(TAG, &simple))
    }

    fn cluster() -> Vec<u8> {
        element(CLUSTER, &element(0xA3, &vec![0xff; 20_000]))
    }

    fn seek_head(id: u32, position: u64) -> Vec<u8> {
        let id = element(SEEK_ID, &id.to_be_bytes());
        let position = element(SEEK_POSITION, &position.to_be_bytes());
        element(SEEK_HEAD, &element(SEEK, &[id, position].concat()))
    }

    fn file(segment: &[Vec<u8>]) -> Vec<u8> {
        [
            element(0x1A45_DFA3, &element(0x4282, b"matroska")),
            element(SEGMENT, &segment.concat()),
        ]
        .concat()
    }

    /// A video with a date, frames, and a place in tags behind them.
    pub(in crate::media) fn video() -> Vec<u8> {
        let parts = [info(86_400_000_000_500), cluster().repeat(8)];
        let place = tags("LOCATION", "+48.8584-002.2945/");
        // The head's own size does not depend on what it says.
        let position = seek_head(TAGS, 0).len() + parts.concat().len();
        let head = seek_head(TAGS, position as u64);
        file(&[vec![head], parts.to_vec(), vec![place]].concat())
    }

    fn facts(bytes: Vec<u8>) -> (Facts, u64) {
        let mut facts = Facts::default();
        let mut source = Source::from_bytes(bytes);
        read(&mut source, &mut facts).unwrap();
        (facts, source.bytes_read())
    }

    fn time(facts: &Facts) -> String {
        match &facts.times[0].value {
            Ok(RawTime::Instant(instant)) => instant.to_rfc3339(),
            other => format!("{other:?}"),
        }
    }

    #[test]
    fn nanoseconds_count_from_2001() {
        let at = |nanos| time(&facts(file(&[info(nanos)])).0);
        assert_eq!(at(1), "2001-01-01T00:00:00.000000001+00:00");
        assert_eq!(at(-1), "2000-12-31T23:59:59.999999999+00:00");
        assert!(at(0).contains("empty"));
        assert!(at(i64::MAX).contains("2100"));
        assert!(at(i64::MIN).contains("1826"));
    }

    #[test]
    fn the_seek_head_saves_hopping_over_frames() {
        let (facts, read) = facts(video());
        assert_eq!(time(&facts), "2001-01-02T00:00:00.000000500+00:00");
        let position = facts.positions[0].value.clone().unwrap();
        assert!((position.lon() + 2.2945).abs() < 1e-9);
        assert!(read < 20_000, "{read}");
    }

    #[test]
    fn without_a_seek_head_clusters_are_hopped_over() {
        let place = tags("COM.APPLE.QUICKTIME.LOCATION.ISO6709", "+48.8584+002.2945/");
        let date = tags(
            "com.apple.quicktime.creationdate",
            "2019-05-04T10:11:12+0200",
        );
        let (facts, _) = facts(file(&[cluster(), cluster(), place, date]));
        assert_eq!(facts.positions[0].source, PositionSource::QuickTimeLocation);
        assert!(matches!(&facts.times[0].value, Ok(RawTime::Clock(c)) if c.offset.is_some()));
    }

    #[test]
    fn unknown_sizes_of_a_live_recording() {
        let unknown = |id: u32| [&id.to_be_bytes()[..], &[0xff]].concat();
        let block = element(0xA3, &vec![0xff; 20_000]);
        let bytes = [
            element(0x1A45_DFA3, &[]),
            unknown(SEGMENT),
            info(1),
            unknown(CLUSTER),
            block.clone(),
            unknown(CLUSTER),
            block,
            tags("LOCATION", "+1+002/"),
        ];
        let (facts, _) = facts(bytes.concat());
        assert_eq!((facts.times.len(), facts.positions.len()), (1, 1));
    }

    #[test]
    fn a_seek_head_that_points_at_itself_ends() {
        let (facts, _) = facts(file(&[seek_head(SEEK_HEAD, 0), info(1), cluster()]));
        assert_eq!(facts.times.len(), 1);
    }

    #[test]
    fn garbage_is_an_error() {
        for bytes in [&b"\0\0\0\0"[..], b"\x1a\x45", b"\x1a\x45\xdf\xa3\0\0"] {
            let mut source = Source::from_bytes(bytes.to_vec());
            assert!(read(&mut source, &mut Facts::default()).is_err());
        }
    }
}
