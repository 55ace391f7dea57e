//! Canon CRW: the Camera Image File Format (CIFF 1.0), a tree of heaps.

use std::ops::Range;

use chrono::DateTime;

use super::facts::Facts;
use super::source::Source;
use super::tiff::ByteOrder;
use super::unreadable::Unreadable;
use crate::capture::clock::{Clock, RawTime, plausible};
use crate::capture::clue::TimeSource;

/// What stands behind the byte order and the length of the header.
pub const SIGNATURE: &[u8] = b"HEAPCCDR";

/// The most directories that are visited. Cameras write six.
const MAX_HEAPS: usize = 32;
/// The most records of a directory that are looked at.
const MAX_RECORDS: u64 = 200;

/// `kTC_CapturedTime`.
const CAPTURED_TIME: u16 = 0x180E;
/// `kTC_CameraModelID`: maker and model, each closed by a NUL.
const MAKE_MODEL: u16 = 0x080A;

/// Reads a CRW file.
///
/// # Errors
/// The content is no CRW, or a read fails.
pub fn read(source: &mut Source, facts: &mut Facts) -> Result<(), Unreadable> {
    let [b0, b1, h0, h1, h2, h3, signature @ ..] = source
        .array::<14>(0)
        .map_err(|_| Unreadable::Malformed("no CRW header at the start"))?;
    let order = match (&[b0, b1], signature == SIGNATURE) {
        (b"II", true) => ByteOrder::Little,
        (b"MM", true) => ByteOrder::Big,
        _ => return Err(Unreadable::Malformed("no CRW header at the start")),
    };
    let root = u64::from(order.u32([h0, h1, h2, h3]))..source.len();
    let mut heaps = vec![root];
    let mut next = 0;
    // Heaps are told apart by where they lie, so that none is visited twice.
    while let Some(heap) = heaps.get(next).cloned() {
        next += 1;
        for (kind, record) in records(source, order, heap)? {
            match kind & 0x3FFF {
                CAPTURED_TIME => time(source, order, record, facts)?,
                MAKE_MODEL => names(source, record, facts)?,
                _ if matches!(kind & 0xF800, 0x2800 | 0x3000)
                    && heaps.len() < MAX_HEAPS
                    && !heaps.contains(&record) =>
                {
                    heaps.push(record);
                }
                _ => {}
            }
        }
    }
    Ok(())
}

/// The records of a heap: their types, and where they lie. The last four bytes
/// of a heap tell where its directory begins.
fn records(
    source: &mut Source,
    order: ByteOrder,
    heap: Range<u64>,
) -> Result<Vec<(u16, Range<u64>)>, Unreadable> {
    let mut records = Vec::new();
    if heap.end.saturating_sub(heap.start) < 6 {
        return Ok(records);
    }
    let directory = heap.start + u64::from(order.u32(source.array(heap.end - 4)?));
    let count = u64::from(order.u16(source.array(directory)?));
    for n in 0..count.min(MAX_RECORDS) {
        let at = directory + 2 + 10 * n;
        let [k0, k1, l0, l1, l2, l3, offset @ ..] = source.array::<10>(at)?;
        let kind = order.u16([k0, k1]);
        let record = if kind & 0xC000 == 0x4000 {
            // Small values stand in the directory itself.
            at + 2..at + 10
        } else {
            let start = heap.start + u64::from(order.u32(offset));
            let end = start + u64::from(order.u32([l0, l1, l2, l3]));
            start.min(heap.end)..end.min(heap.end)
        };
        records.push((kind, record));
    }
    Ok(records)
}

/// Seconds from 1970 to what the camera's clock showed. A zone may follow, but
/// cameras that wrote this format knew none.
fn time(
    source: &mut Source,
    order: ByteOrder,
    record: Range<u64>,
    facts: &mut Facts,
) -> Result<(), Unreadable> {
    if record.end - record.start >= 4 {
        let seconds = order.u32(source.array(record.start)?);
        clock_seconds(i64::from(seconds), facts);
    }
    Ok(())
}

/// Adds a clock's reading, counted in seconds from 1970, as the time at which
/// the photo was taken. Exif has a tag for it, these RAW formats have a number.
pub fn clock_seconds(seconds: i64, facts: &mut Facts) {
    let Some(at) = DateTime::from_timestamp(seconds, 0).map(|at| at.naive_utc()) else {
        return;
    };
    let (date, time) = (at.date(), Some(at.time()));
    let value = plausible(date, time).map(|()| {
        RawTime::Clock(Clock {
            date,
            time,
            offset: None,
        })
    });
    facts.time(TimeSource::ExifDateTimeOriginal, at.to_string(), value);
}

fn names(source: &mut Source, record: Range<u64>, facts: &mut Facts) -> Result<(), Unreadable> {
    let len = usize::try_from(record.end - record.start).map_or(64, |len| len.min(64));
    let mut names = source
        .up_to(record.start, len)?
        .split(|byte| *byte == 0)
        .map(|name| String::from_utf8_lossy(name).trim().to_owned())
        .filter(|name| !name.is_empty());
    facts.make = facts.make.take().or(names.next());
    facts.model = facts.model.take().or(names.next());
    Ok(())
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// A heap of values, each with its type, and the directory behind them.
    fn heap(values: &[(u16, Vec<u8>)]) -> Vec<u8> {
        let mut heap = Vec::new();
        let mut directory = u16::try_from(values.len()).unwrap().to_le_bytes().to_vec();
        for (kind, value) in values {
            directory.extend(kind.to_le_bytes());
            directory.extend(u32::try_from(value.len()).unwrap().to_le_bytes());
            directory.extend(u32::try_from(heap.len()).unwrap().to_le_bytes());
            heap.extend(value);
        }
        let at = u32::try_from(heap.len()).unwrap();
        heap.extend(directory);
        heap.extend(at.to_le_bytes());
        heap
    }

    fn crw(root: &[u8]) -> Vec<u8> {
        [b"II\x0e\0\0\0HEAPCCDR", root].concat()
    }

    fn facts(root: &[u8]) -> Facts {
        let mut facts = Facts::default();
        read(&mut Source::from_bytes(crw(root)), &mut facts).unwrap();
        facts
    }

    fn tree() -> Vec<u8> {
        let seconds = 1_556_964_672_u32.to_le_bytes().to_vec();
        let inner = heap(&[(CAPTURED_TIME, seconds)]);
        let camera = heap(&[(MAKE_MODEL, b"Canon\0Canon EOS\0\0\0".to_vec())]);
        heap(&[(0x300A, inner), (0x2807, camera)])
    }

    /// A small file for the test of robustness.
    pub(in super::super) fn sample() -> Vec<u8> {
        crw(&tree())
    }

    #[test]
    fn time_and_names_in_heaps_within_heaps() {
        let facts = facts(&tree());
        assert_eq!(facts.times[0].text, "2019-05-04 10:11:12");
        assert!(matches!(facts.times[0].value, Ok(RawTime::Clock(_))));
        assert_eq!(facts.make.as_deref(), Some("Canon"));
        assert_eq!(facts.model.as_deref(), Some("Canon EOS"));
    }

    #[test]
    fn a_heap_that_holds_itself_is_visited_once() {
        let mut root = heap(&[(0x300A, vec![0; 4])]);
        // The record's length and offset, behind the value and the count.
        let len = u32::try_from(root.len()).unwrap().to_le_bytes();
        root.splice(8..12, len);
        root.splice(12..16, [0; 4]);
        assert_eq!(facts(&root).times, []);
    }

    #[test]
    fn what_is_no_crw() {
        for bytes in [&b""[..], b"II\x2a\0\x08\0\0\0HEAPCCD?", b"II\x0e\0\0\0HEAP"] {
            let outcome = read(
                &mut Source::from_bytes(bytes.to_vec()),
                &mut Facts::default(),
            );
            assert!(matches!(outcome, Err(Unreadable::Malformed(_))));
        }
    }
}
