//! Fujifilm RAF: a header that points to a whole JPEG, which holds the Exif.

use super::facts::Facts;
use super::jpeg;
use super::source::Source;
use super::unreadable::Unreadable;

/// What a RAF file begins with.
pub const SIGNATURE: &[u8] = b"FUJIFILMCCD-RAW ";

/// Reads a RAF file.
///
/// # Errors
/// The content is no RAF, its JPEG is malformed, or a read fails.
pub fn read(source: &mut Source, facts: &mut Facts) -> Result<(), Unreadable> {
    let jpeg = jpeg_range(source)?;
    jpeg::read_range(source, jpeg, facts)
}

/// Where the JPEG lies.
///
/// # Errors
/// The content is no RAF, or a read fails.
pub fn jpeg_range(source: &mut Source) -> Result<std::ops::Range<u64>, Unreadable> {
    if source.up_to(0, SIGNATURE.len())? != SIGNATURE {
        return Err(Unreadable::Malformed("no RAF signature at the start"));
    }
    let [o0, o1, o2, o3, len @ ..] = source.array::<8>(84)?;
    let start = u64::from(u32::from_be_bytes([o0, o1, o2, o3]));
    let len = u64::from(u32::from_be_bytes(len));
    Ok(start..start + len)
}

#[cfg(test)]
pub(super) mod tests {
    use super::super::tiff::build;
    use super::*;

    /// A small file, also for the test of robustness.
    pub(in super::super) fn sample() -> Vec<u8> {
        let exif = [b"Exif\0\0".to_vec(), build::dated("2019:05:04 10:11:12")].concat();
        let len = u16::try_from(exif.len() + 2).unwrap().to_be_bytes();
        let jpeg = [b"\xFF\xD8\xFF\xE1", &len[..], &exif, b"\xFF\xD9"].concat();
        let mut bytes = SIGNATURE.to_vec();
        bytes.resize(84, 0);
        bytes.extend(100_u32.to_be_bytes());
        bytes.extend(u32::try_from(jpeg.len()).unwrap().to_be_bytes());
        bytes.resize(100, 0);
        bytes.extend(jpeg);
        bytes
    }

    #[test]
    fn the_jpeg_is_read_where_the_header_points() {
        let mut facts = Facts::default();
        read(&mut Source::from_bytes(sample()), &mut facts).unwrap();
        assert_eq!(facts.times.len(), 1);
        assert!(read(&mut Source::from_bytes(SIGNATURE.to_vec()), &mut facts).is_err());
    }
}
