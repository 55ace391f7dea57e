//! The blocks of text that many containers embed in the same way: XMP packets and
//! Photoshop resources. A bad block costs a note, not the rest of the file.

use std::ops::Range;

use super::facts::Facts;
use super::source::Source;
use super::unreadable::Unreadable;
use super::{iptc, xmp};

/// The most bytes of one packet that are read. Longer ones hold editing
/// histories or thumbnails, and those stand behind the dates.
pub const MAX_PACKET: usize = 1024 * 1024;

/// What stands before an XMP packet in the APP1 segment of a JPEG (XMP
/// specification, part 3, section 1.1.3).
pub const XMP_NAMESPACE: &[u8] = b"http://ns.adobe.com/xap/1.0/\0";

/// Reads the XMP packet that fills `packet`.
///
/// # Errors
/// A failed read.
pub fn xmp(source: &mut Source, packet: Range<u64>, facts: &mut Facts) -> Result<(), Unreadable> {
    xmp::read(bounded(source, &packet)?, facts);
    Ok(())
}

/// Reads IPTC, bare or wrapped in Photoshop image resources.
///
/// # Errors
/// A failed read.
pub fn iptc(source: &mut Source, block: Range<u64>, facts: &mut Facts) -> Result<(), Unreadable> {
    iptc_bytes(bounded(source, &block)?, facts);
    Ok(())
}

/// As [`iptc()`], for bytes that are already in memory.
pub fn iptc_bytes(block: &[u8], facts: &mut Facts) {
    let block = block.strip_prefix(b"Photoshop 3.0\0").unwrap_or(block);
    if !block.starts_with(b"8BIM") {
        iptc::read(block, facts);
        return;
    }
    // Image resources: signature, number, name of even length (with its length
    // byte), size, data of even length. Each step takes at least twelve bytes.
    let mut rest = block;
    while let Some((number, data, tail)) = resource(rest) {
        if number == 0x0404 {
            iptc::read(data, facts);
        }
        rest = tail;
    }
}

fn resource(block: &[u8]) -> Option<(u16, &[u8], &[u8])> {
    let block = block.strip_prefix(b"8BIM")?;
    let (number, block) = block.split_first_chunk::<2>()?;
    let name = usize::from(*block.first()?) + 1;
    let block = block.get(name.next_multiple_of(2)..)?;
    let (size, block) = block.split_first_chunk::<4>()?;
    let size = usize::try_from(u32::from_be_bytes(*size)).ok()?;
    let data = block.get(..size.min(block.len()))?;
    let tail = block.get(size.checked_next_multiple_of(2)?..);
    Some((u16::from_be_bytes(*number), data, tail.unwrap_or_default()))
}

fn bounded<'a>(source: &'a mut Source, range: &Range<u64>) -> Result<&'a [u8], Unreadable> {
    let len = range.end.saturating_sub(range.start);
    let len = usize::try_from(len).map_or(MAX_PACKET, |len| len.min(MAX_PACKET));
    Ok(source.up_to(range.start, len)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn image_resources_with_names_and_padding() {
        let block = b"8BIM\x04\x04\x02ab\0\0\0\0\x03xyz\08BIM\x04\x05\0\0\0\0\0\x01w";
        let (number, data, rest) = resource(block).unwrap();
        assert_eq!((number, data), (0x0404, &b"xyz"[..]));
        assert_eq!(resource(rest), Some((0x0405, &b"w"[..], &b""[..])));
        assert_eq!(resource(b"8BIM\x04\x04\0\0\0\0"), None);
        let cut = b"8BIM\x04\x04\0\0\xFF\xFF\xFF\xFFxy";
        assert_eq!(resource(cut), Some((0x0404, &b"xy"[..], &b""[..])));
    }
}
