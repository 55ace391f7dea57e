//! JPEG (ITU-T T.81 annex B): the marker segments before the first scan.

use std::ops::Range;

use imm_cluster_messages::retold;

use super::embedded::{self, XMP_NAMESPACE};
use super::exif;
use super::facts::Facts;
use super::source::Source;
use super::unreadable::Unreadable;

/// The most segments before the scan. Depth maps fill some hundreds.
const MAX_SEGMENTS: u32 = 10_000;
/// The most stray bytes that are skipped in search of the next marker.
const MAX_STRAY: u64 = 64 * 1024;
/// How many of them are looked at in one read.
const STEP: u64 = 2048;

/// Reads a JPEG file.
///
/// # Errors
/// The content is no JPEG, a segment is malformed, or a read fails. A file that
/// ends early is an error only when nothing was found before.
pub fn read(source: &mut Source, facts: &mut Facts) -> Result<(), Unreadable> {
    read_range(source, 0..source.len(), facts)
}

/// Reads a JPEG that lies within another file.
///
/// # Errors
/// As [`read`].
pub fn read_range(
    source: &mut Source,
    range: Range<u64>,
    facts: &mut Facts,
) -> Result<(), Unreadable> {
    let range = range.start..range.end.min(source.len());
    if source.up_to(range.start, 2)? != [0xFF, 0xD8] {
        return Err(Unreadable::Malformed("no JPEG marker where one must stand"));
    }
    let mut at = range.start + 2;
    for _ in 0..MAX_SEGMENTS {
        let Some((marker, behind)) = next_marker(source, at..range.end)? else {
            return cut_short(facts);
        };
        at = behind;
        match marker {
            // Markers without a segment: TEM, RST0 to RST7, SOI.
            0x01 | 0xD0..=0xD8 => continue,
            // EOI, and SOS, behind which the compressed image follows.
            0xD9 | 0xDA => return Ok(()),
            _ => {}
        }
        if range.end - at < 2 {
            return cut_short(facts);
        }
        let len = u64::from(u16::from_be_bytes(source.array(at)?));
        if len < 2 {
            return Err(Unreadable::Malformed(
                "a JPEG segment is shorter than its length field",
            ));
        }
        let payload = at + 2..(at + len).min(range.end);
        at += len;
        match marker {
            0xE1 => app1(source, payload, facts)?,
            0xED => embedded::iptc(source, payload, facts)?,
            _ => {}
        }
        if at > range.end {
            return cut_short(facts);
        }
    }
    Err(Unreadable::Malformed("too many JPEG segments"))
}

/// The file ends before its picture. What was found before is believed; a file
/// without any of it is damaged.
fn cut_short(facts: &mut Facts) -> Result<(), Unreadable> {
    const WHY: &str = "the file is cut short";
    if facts.times.is_empty() && facts.positions.is_empty() {
        return Err(Unreadable::Malformed(WHY));
    }
    facts.notes.push(retold(WHY).into_owned());
    Ok(())
}

/// The marker at the start of `rest` and where its segment begins. Fill bytes
/// are skipped, and so are stray bytes, which some writers leave behind a segment.
pub(super) fn next_marker(
    source: &mut Source,
    rest: Range<u64>,
) -> Result<Option<(u8, u64)>, Unreadable> {
    if rest.end.saturating_sub(rest.start) < 2 {
        return Ok(None);
    }
    let is_marker = |pair: &[u8]| matches!(pair, [0xFF, marker] if !matches!(marker, 0 | 0xFF));
    let [first, second] = source.array(rest.start)?;
    if is_marker(&[first, second]) {
        return Ok(Some((second, rest.start + 2)));
    }
    let limit = rest.end.min(rest.start + MAX_STRAY);
    let mut at = rest.start;
    while limit - at >= 2 {
        let window = source.up_to(at, usize::try_from((limit - at).min(STEP)).unwrap_or(0))?;
        if let Some(skipped) = window.windows(2).position(is_marker) {
            let marker = window.get(skipped + 1).copied().unwrap_or(0);
            return Ok(Some((marker, at + skipped as u64 + 2)));
        }
        // The last byte may be the first half of a marker.
        at += (window.len() as u64).saturating_sub(1).max(1);
    }
    if limit < rest.end {
        return Err(Unreadable::Malformed("no JPEG marker where one must stand"));
    }
    Ok(None)
}

/// Exif or XMP, told apart by their first bytes.
fn app1(source: &mut Source, payload: Range<u64>, facts: &mut Facts) -> Result<(), Unreadable> {
    let len = usize::try_from(payload.end - payload.start).unwrap_or(0);
    let head = source.up_to(payload.start, len.min(XMP_NAMESPACE.len()))?;
    if head == XMP_NAMESPACE {
        let packet = payload.start + XMP_NAMESPACE.len() as u64..payload.end;
        return embedded::xmp(source, packet, facts);
    }
    // `Exif\0\0` by the standard; some writers put bytes before it or change
    // its case, and the TIFF header behind it is looked for anyway.
    let is_exif = head
        .windows(4)
        .any(|name| name.eq_ignore_ascii_case(b"exif"))
        || head
            .first_chunk()
            .is_some_and(|head| super::tiff::header(*head).is_some());
    if is_exif {
        return exif::block(source, payload, facts);
    }
    Ok(())
}

#[cfg(test)]
pub(super) mod tests {
    use super::super::tiff::build;
    use super::*;

    const TAKEN: &str = "2019:05:04 10:11:12";

    fn segment(marker: u8, payload: &[u8]) -> Vec<u8> {
        let len = u16::try_from(payload.len() + 2).unwrap().to_be_bytes();
        [&[0xFF, marker], &len[..], payload].concat()
    }

    fn exif() -> Vec<u8> {
        segment(0xE1, &[b"Exif\0\0".to_vec(), build::dated(TAKEN)].concat())
    }

    fn jpeg(parts: &[&[u8]]) -> (Result<(), String>, Vec<String>) {
        let bytes = [b"\xFF\xD8", parts.concat().as_slice()].concat();
        let mut facts = Facts::default();
        let outcome = read(&mut Source::from_bytes(bytes), &mut facts);
        let texts = facts.times.into_iter().map(|clue| clue.text).collect();
        (outcome.map_err(|error| error.to_string()), texts)
    }

    #[test]
    fn exif_far_behind_other_segments_with_fill_and_stray_bytes() {
        let other = segment(0xE1, &vec![b'x'; 65_533]);
        let sos = b"\xFF\xDA";
        let parts = [&other[..], &other, b"\0stray\xFF\xFF", &exif(), sos];
        assert_eq!(jpeg(&parts), (Ok(()), vec![TAKEN.to_owned()]));
    }

    #[test]
    fn odd_prefixes() {
        for prefix in [&b"exif\0\0"[..], b"\0\0Exif\0", b"Exif\0\xFF\0", b""] {
            let block = segment(0xE1, &[prefix, &build::dated(TAKEN)].concat());
            assert_eq!(jpeg(&[&block, b"\xFF\xD9"]).1, [TAKEN], "{prefix:?}");
        }
    }

    #[test]
    fn nothing_behind_the_start_of_the_scan_is_read() {
        assert_eq!(jpeg(&[b"\xFF\xDA\0\x02", &exif()]), (Ok(()), vec![]));
    }

    #[test]
    fn a_file_that_is_cut_is_fine_only_behind_its_metadata() {
        assert_eq!(jpeg(&[&exif()]), (Ok(()), vec![TAKEN.to_owned()]));
        let cut = Err("the file is cut short".to_owned());
        assert_eq!(jpeg(&[]), (cut.clone(), vec![]));
        assert_eq!(jpeg(&[b"\xFF\xE0\xFF\xFFJFIF"]), (cut, vec![]));
    }

    #[test]
    fn what_is_no_jpeg() {
        let no_marker = Err("no JPEG marker where one must stand".to_owned());
        for bytes in [&b""[..], b"\xFF", b"<!DOCTYPE html>"] {
            let outcome = read(
                &mut Source::from_bytes(bytes.to_vec()),
                &mut Facts::default(),
            );
            assert_eq!(outcome.map_err(|error| error.to_string()), no_marker);
        }
        assert_eq!(jpeg(&[&vec![0; 70_000]]), (no_marker, vec![]));
        let (outcome, _) = jpeg(&[b"\xFF\xE0\0\x01"]);
        assert_eq!(
            outcome.unwrap_err(),
            "a JPEG segment is shorter than its length field"
        );
    }

    /// A small file for the test of robustness.
    pub(in super::super) fn sample() -> Vec<u8> {
        let other = segment(0xED, b"Photoshop 3.0\08BIM\x04\x04\0\0\0\0\0\x02xy");
        [b"\xFF\xD8", &other[..], &exif(), b"\xFF\xDA"].concat()
    }
}
