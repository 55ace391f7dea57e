//! Canon CR3: an ISO base media file whose `moov` box holds Exif in three parts.

use super::bmff::Atoms;
use super::facts::Facts;
use super::jp2::XMP_UUID;
use super::source::Source;
use super::tiff::{self, Ifd, Tiff};
use super::unreadable::Unreadable;
use super::{embedded, exif};

/// The `uuid` box of Canon's metadata.
pub const CANON_UUID: [u8; 16] = [
    0x85, 0xC0, 0xB6, 0x87, 0x82, 0x0F, 0x11, 0xE0, 0x81, 0x11, 0xF4, 0xCE, 0x46, 0x2B, 0x6A, 0x48,
];

/// The most parts of a box that are read, and the most of one in bytes. There are three, of a
/// few hundred bytes.
const MAX_PARTS: u32 = 6;
const MAX_PART: usize = 16 * 1024;

/// Reads a CR3 file. `CMT1`, `CMT2` and `CMT4` are TIFF structures whose first
/// directories are IFD0, the Exif IFD and the GPS IFD of one photo.
///
/// # Errors
/// No `moov` box, malformed boxes, or a failed read.
pub fn read(source: &mut Source, facts: &mut Facts) -> Result<(), Unreadable> {
    let mut boxes = Atoms::new(source, 0..source.len());
    let mut found = false;
    while let Some(atom) = boxes.next(source)? {
        let end = atom.payload.end;
        match &atom.kind {
            b"moov" => {
                found = true;
                let mut children = Atoms::new(source, atom.payload);
                while let Some(child) = children.find(source, *b"uuid")? {
                    let payload = child.payload;
                    if source.up_to(payload.start, 16)? == CANON_UUID {
                        canon(source, payload.start + 16..payload.end, facts)?;
                    }
                }
            }
            b"uuid" if source.up_to(atom.payload.start, 16)? == XMP_UUID => {
                embedded::xmp(source, atom.payload.start + 16..end, facts)?;
            }
            _ => {}
        }
    }
    if found {
        Ok(())
    } else {
        Err(Unreadable::Malformed("no moov box, which holds the Exif"))
    }
}

/// Reads what that box holds, behind its identifier. Canon's MP4 files have it too.
///
/// # Errors
/// As [`read`].
pub fn canon(
    source: &mut Source,
    range: std::ops::Range<u64>,
    facts: &mut Facts,
) -> Result<(), Unreadable> {
    let mut whole: Option<Tiff> = None;
    let mut boxes = Atoms::new(source, range);
    let mut parts = 0;
    while let Some(atom) = boxes.next(source)? {
        let root = match &atom.kind {
            b"CMT1" => Ifd::Image,
            b"CMT2" => Ifd::Exif,
            b"CMT4" => Ifd::Gps,
            _ => continue,
        };
        parts += 1;
        if parts > MAX_PARTS {
            break;
        }
        let len = atom.payload.end.saturating_sub(atom.payload.start);
        let len = usize::try_from(len).map_or(MAX_PART, |len| len.min(MAX_PART));
        let part = source.up_to(atom.payload.start, len)?.to_vec();
        match tiff::walk_from(&mut Source::from_bytes(part), 0..u64::MAX, root) {
            Ok(part) => match &mut whole {
                Some(whole) => whole.extend(part),
                None => whole = Some(part),
            },
            Err(Unreadable::Malformed(why)) => facts.note("Exif", why),
            Err(error) => return Err(error),
        }
    }
    match whole {
        Some(whole) => exif::take(source, &whole, facts),
        None => Ok(()),
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::super::tiff::ByteOrder::Little;
    use super::super::tiff::build::{ascii, block};
    use super::*;

    fn atom(kind: [u8; 4], payload: &[u8]) -> Vec<u8> {
        let size = u32::try_from(payload.len() + 8).unwrap().to_be_bytes();
        [&size[..], &kind, payload].concat()
    }

    /// A small file, also for the test of robustness.
    pub(in super::super) fn sample() -> Vec<u8> {
        let image = block(
            Little,
            4,
            [&[ascii(0x0132, "2020:01:02 03:04:05")], &[], &[]],
        );
        // A block whose first directory is taken for the Exif IFD.
        let exif = block(Little, 4, [&[ascii(0x9010, "+01:00")], &[], &[]]);
        let canon = [
            &CANON_UUID[..],
            &atom(*b"CMT1", &image),
            &atom(*b"CMT2", &exif),
        ]
        .concat();
        atom(*b"moov", &atom(*b"uuid", &canon))
    }

    #[test]
    fn the_parts_make_one_whole() {
        let mut facts = Facts::default();
        read(&mut Source::from_bytes(sample()), &mut facts).unwrap();
        assert_eq!(facts.times[0].text, "2020:01:02 03:04:05 +01:00");
    }

    #[test]
    fn without_moov_it_is_malformed() {
        let mut source = Source::from_bytes(atom(*b"ftyp", b"crx "));
        assert!(read(&mut source, &mut Facts::default()).is_err());
    }
}
