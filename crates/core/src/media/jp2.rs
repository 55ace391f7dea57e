//! JPEG 2000 (ISO/IEC 15444-1 annex I): metadata in `uuid` boxes.

use super::bmff::Atoms;
use super::facts::Facts;
use super::source::Source;
use super::unreadable::Unreadable;
use super::{embedded, exif};

/// The box that holds an XMP packet, in JPEG 2000 and in the ISO base media format.
pub const XMP_UUID: [u8; 16] = [
    0xBE, 0x7A, 0xCF, 0xCB, 0x97, 0xA9, 0x42, 0xE8, 0x9C, 0x71, 0x99, 0x94, 0x91, 0xE3, 0xAF, 0xAC,
];
const EXIF_UUID: [u8; 16] = *b"JpgTiffExif->JP2";
/// The box in which Adobe Photoshop keeps Exif.
const ADOBE_EXIF_UUID: [u8; 16] = [
    0x05, 0x37, 0xCD, 0xAB, 0x9D, 0x0C, 0x44, 0x31, 0xA7, 0x2A, 0xFA, 0x56, 0x1F, 0x2A, 0x11, 0x3E,
];
const IPTC_UUID: [u8; 16] = [
    0x33, 0xC7, 0xA4, 0xD2, 0xB8, 0x1D, 0x47, 0x23, 0xA0, 0xBA, 0xF1, 0xA3, 0xE0, 0x97, 0xAD, 0x38,
];

/// Reads a JPEG 2000 file.
///
/// # Errors
/// Its boxes are malformed, or a read fails.
pub fn read(source: &mut Source, facts: &mut Facts) -> Result<(), Unreadable> {
    let mut boxes = Atoms::new(source, 0..source.len());
    while let Some(atom) = boxes.find(source, *b"uuid")? {
        if atom.payload.end - atom.payload.start < 16 {
            continue;
        }
        let uuid = source.array::<16>(atom.payload.start)?;
        let payload = atom.payload.start + 16..atom.payload.end;
        match uuid {
            XMP_UUID => embedded::xmp(source, payload, facts)?,
            EXIF_UUID | ADOBE_EXIF_UUID => exif::block(source, payload, facts)?,
            IPTC_UUID => embedded::iptc(source, payload, facts)?,
            _ => {}
        }
    }
    Ok(())
}

#[cfg(test)]
pub(super) mod tests {
    use super::super::tiff::build;
    use super::*;

    fn jp2(uuid: [u8; 16]) -> Vec<u8> {
        let mut bytes = b"\0\0\0\x0cjP  \r\n\x87\n\0\0\0\x09uuidx".to_vec();
        let exif = [&uuid[..], &build::dated("2019:05:04 10:11:12")].concat();
        bytes.extend(u32::try_from(exif.len() + 8).unwrap().to_be_bytes());
        bytes.extend([b"uuid", &exif[..]].concat());
        bytes
    }

    /// A small file for the test of robustness.
    pub(in super::super) fn sample() -> Vec<u8> {
        jp2(EXIF_UUID)
    }

    #[test]
    fn exif_in_each_of_its_boxes() {
        for uuid in [EXIF_UUID, ADOBE_EXIF_UUID] {
            let mut facts = Facts::default();
            read(&mut Source::from_bytes(jp2(uuid)), &mut facts).unwrap();
            assert_eq!(facts.times.len(), 1);
        }
    }
}
