//! JPEG XL (ISO/IEC 18181-2): the container's boxes. A bare codestream holds no
//! metadata.

use std::io::Read;
use std::ops::Range;

use imm_cluster_messages::text;

use super::bmff::Atoms;
use super::facts::Facts;
use super::source::Source;
use super::unreadable::Unreadable;
use super::{embedded, exif};

/// What a bare codestream begins with.
pub const CODESTREAM: &[u8] = b"\xFF\x0A";
/// What the container begins with.
pub const CONTAINER: &[u8] = b"\0\0\0\x0cJXL \r\n\x87\n";

/// The most compressed boxes that are read.
const MAX_COMPRESSED: u32 = 8;

/// Reads a JPEG XL file.
///
/// # Errors
/// The content is no JPEG XL, its boxes are malformed, or a read fails.
pub fn read(source: &mut Source, facts: &mut Facts) -> Result<(), Unreadable> {
    let head = source.up_to(0, CONTAINER.len())?;
    if head.starts_with(CODESTREAM) {
        return Ok(());
    }
    if head != CONTAINER {
        return Err(Unreadable::Malformed("no JPEG XL signature at the start"));
    }
    let mut boxes = Atoms::new(source, 0..source.len());
    let mut count = 0;
    while let Some(atom) = boxes.next(source)? {
        match &atom.kind {
            b"Exif" => exif::item(source, atom.payload, facts)?,
            b"xml " => embedded::xmp(source, atom.payload, facts)?,
            b"brob" if count < MAX_COMPRESSED => {
                count += 1;
                compressed(source, atom.payload, facts)?;
            }
            _ => {}
        }
    }
    Ok(())
}

/// A box whose payload is compressed with Brotli, behind the type that it had:
/// the reference encoder's default.
fn compressed(
    source: &mut Source,
    payload: Range<u64>,
    facts: &mut Facts,
) -> Result<(), Unreadable> {
    let len = usize::try_from(payload.end - payload.start).unwrap_or(usize::MAX);
    let payload = source.up_to(payload.start, len.min(embedded::MAX_PACKET))?;
    let Some((kind, stream)) = payload.split_first_chunk::<4>() else {
        return Ok(());
    };
    if !matches!(kind, b"Exif" | b"xml ") {
        return Ok(());
    }
    let exif = kind == b"Exif";
    let Some(bytes) = decompress(stream) else {
        facts.notes.push(text!("note-compressed-box"));
        return Ok(());
    };
    let len = bytes.len() as u64;
    let mut bytes = Source::from_bytes(bytes);
    if exif {
        exif::item(&mut bytes, 0..len, facts)
    } else {
        embedded::xmp(&mut bytes, 0..len, facts)
    }
}

/// At most as much as one packet; a stream that is cut is used as far as it goes.
fn decompress(stream: &[u8]) -> Option<Vec<u8>> {
    // The mark of windows above 16 MB (RFC 7932 section 9.1), which only a
    // hostile file needs here, and which would be allocated at once.
    if stream.first()? & 0x7F == 0x11 {
        return None;
    }
    let mut bytes = Vec::new();
    let decoder = brotli_decompressor::Decompressor::new(stream, 4096);
    match decoder
        .take(embedded::MAX_PACKET as u64)
        .read_to_end(&mut bytes)
    {
        Err(_) if bytes.is_empty() => None,
        _ => Some(bytes),
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::super::tiff::build;
    use super::*;

    const TAKEN: &str = "2019:05:04 10:11:12";

    fn jxl(kind: &[u8], payload: &[u8]) -> Vec<u8> {
        let size = u32::try_from(payload.len() + 8).unwrap().to_be_bytes();
        [CONTAINER, &size, kind, payload].concat()
    }

    fn facts(kind: &[u8], payload: &[u8]) -> Facts {
        let mut facts = Facts::default();
        read(&mut Source::from_bytes(jxl(kind, payload)), &mut facts).unwrap();
        facts
    }

    /// One stored meta-block of at most 65,536 bytes and the empty last one:
    /// WBITS 16, not last, four nibbles of length minus one, stored.
    fn stored(bytes: &[u8]) -> Vec<u8> {
        let header = ((bytes.len() - 1) << 4) | 1 << 20;
        let header = u32::try_from(header).unwrap().to_le_bytes();
        [&header[..3], bytes, &[3]].concat()
    }

    #[test]
    fn exif_plain_and_compressed() {
        let exif = [b"\0\0\0\0".to_vec(), build::dated(TAKEN)].concat();
        assert_eq!(facts(b"Exif", &exif).times[0].text, TAKEN);
        let compressed = [b"Exif".to_vec(), stored(&exif)].concat();
        assert_eq!(facts(b"brob", &compressed).times[0].text, TAKEN);
    }

    #[test]
    fn what_cannot_be_decompressed_is_noted() {
        assert_eq!(decompress(b""), None);
        assert_eq!(decompress(b"\x11\xFF\xFF"), None);
        assert_eq!(facts(b"brob", b"Exif\xFF\xFF\xFF").notes.len(), 1);
        assert_eq!(facts(b"brob", b"jbrd\xFF\xFF\xFF").notes.len(), 0);
    }

    #[test]
    fn a_bare_codestream_has_nothing_to_say() {
        let mut facts = Facts::default();
        read(&mut Source::from_bytes(b"\xFF\x0A\0".to_vec()), &mut facts).unwrap();
        assert_eq!(facts, Facts::default());
        assert!(read(&mut Source::from_bytes(b"\xFF\xD8".to_vec()), &mut facts).is_err());
    }

    /// A small file for the test of robustness.
    pub(in super::super) fn sample() -> Vec<u8> {
        let exif = [b"\0\0\0\0".to_vec(), build::dated(TAKEN)].concat();
        jxl(b"brob", &[b"Exif".to_vec(), stored(&exif)].concat())
    }
}
