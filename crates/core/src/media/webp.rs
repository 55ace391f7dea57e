//! WebP (RFC 9649).

use super::facts::Facts;
use super::riff::{self, Chunks};
use super::source::Source;
use super::unreadable::Unreadable;
use super::{embedded, exif};

/// Reads a WebP file. The chunks `EXIF` and `XMP ` mostly follow the image.
///
/// # Errors
/// The content is no WebP, or a read fails.
pub fn read(source: &mut Source, facts: &mut Facts) -> Result<(), Unreadable> {
    let (form, range) = riff::form(source)?;
    if form != *b"WEBP" {
        return Err(Unreadable::Malformed("a RIFF file, but not WebP"));
    }
    let mut chunks = Chunks::new(source, range);
    while let Some(chunk) = chunks.next(source)? {
        match &chunk.kind {
            b"EXIF" => exif::block(source, chunk.payload, facts)?,
            // Some writers close the name with a NUL.
            b"XMP " | b"XMP\0" => embedded::xmp(source, chunk.payload, facts)?,
            _ => {}
        }
    }
    Ok(())
}

#[cfg(test)]
pub(super) mod tests {
    use super::super::tiff::build;
    use super::*;

    const TAKEN: &str = "2019:05:04 10:11:12";

    fn webp(prefix: &[u8]) -> Vec<u8> {
        let exif = [prefix, &build::dated(TAKEN)].concat();
        let len = u32::try_from(exif.len()).unwrap().to_le_bytes();
        let image = b"RIFF\0\0\0\0WEBPVP8 \x01\0\0\0x\0EXIF";
        [image, &len[..], &exif].concat()
    }

    #[test]
    fn exif_with_and_without_its_prefix() {
        for prefix in [&b""[..], b"Exif\0\0"] {
            let mut facts = Facts::default();
            read(&mut Source::from_bytes(webp(prefix)), &mut facts).unwrap();
            assert_eq!(facts.times[0].text, TAKEN);
        }
    }

    #[test]
    fn another_riff_file_is_malformed() {
        let mut source = Source::from_bytes(b"RIFF\0\0\0\0AVI ".to_vec());
        assert!(read(&mut source, &mut Facts::default()).is_err());
    }

    /// A small file for the test of robustness.
    pub(in super::super) fn sample() -> Vec<u8> {
        webp(b"Exif\0\0")
    }
}
