//! LIVP: a Live Photo as phones and clouds hand it on, a ZIP archive of the still and the
//! movie. It is a photo; what the movie says is not needed.

use std::io::Read;

use super::facts::Facts;
use super::format::{self, Format};
use super::source::Source;
use super::unreadable::Unreadable;
use super::zip::{self, Packing};
use super::{heif, jpeg};

/// The most bytes of a packed still that are unpacked, and from how many. What it says of
/// itself stands before its pixels.
const MAX_PACKED: usize = 64 * 1024;
const MAX_UNPACKED: u64 = 512 * 1024;

/// Reads the still of a Live Photo in an archive.
///
/// # Errors
/// There is no still in it, it is packed in a way that is not read, or it cannot be read.
pub fn read(source: &mut Source, facts: &mut Facts) -> Result<(), Unreadable> {
    let members = zip::members(source)?;
    let still = members.iter().find(|member| format::is_still(member));
    let still = still.ok_or(Unreadable::Malformed("no photo in the archive"))?;
    let range = still.range(source)?;
    let range = range.ok_or(Unreadable::Malformed("the archive is damaged"))?;
    match still.packing {
        Packing::Stored => source.part(range, |still| read_still(still, facts)),
        Packing::Deflate => {
            let packed = usize::try_from(range.end - range.start).unwrap_or(usize::MAX);
            let packed = source.up_to(range.start, packed.min(MAX_PACKED))?;
            let mut unpacked = Vec::new();
            // What is cut off is missing at the end.
            let _ = flate2::read::DeflateDecoder::new(packed)
                .take(MAX_UNPACKED)
                .read_to_end(&mut unpacked);
            read_still(&mut Source::from_bytes(unpacked), facts)
        }
        Packing::Other => Err(Unreadable::Malformed(
            "the photo in the archive is packed in a way that is not read",
        )),
    }
}

fn read_still(source: &mut Source, facts: &mut Facts) -> Result<(), Unreadable> {
    match format::sniff(source)? {
        Some(Format::Jpeg) => jpeg::read(source, facts),
        Some(Format::Heic | Format::Heif | Format::Avif) => heif::read(source, facts),
        _ => Err(Unreadable::Malformed("the photo in the archive is none")),
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::super::testing;
    use super::super::zip::build::archive;
    use super::*;

    fn texts(bytes: Vec<u8>) -> Vec<String> {
        let mut facts = Facts::default();
        let mut source = Source::from_bytes(bytes);
        assert_eq!(format::sniff(&mut source).unwrap(), Some(Format::Livp));
        read(&mut source, &mut facts).unwrap();
        facts.times.into_iter().map(|clue| clue.text).collect()
    }

    #[test]
    fn the_still_tells_the_time_stored_or_packed_first_or_last() {
        let taken = |still: &[u8]| {
            let mut facts = Facts::default();
            read_still(&mut Source::from_bytes(still.to_vec()), &mut facts).unwrap();
            let texts = facts.times.into_iter().map(|clue| clue.text);
            texts.collect::<Vec<String>>()
        };
        for (name, still) in [
            ("IMG_1.HEIC", heif::tests::sample()),
            ("IMG_1.HEIC.heic", heif::tests::sample()),
            ("IMG_1.jpg", jpeg::tests::sample()),
        ] {
            let told = taken(&still);
            assert!(!told.is_empty());
            for packed in [false, true] {
                let movie = ("IMG_1.MOV", &b"\0\0\0\x08free"[..]);
                let still = (name, still.as_slice());
                assert_eq!(texts(archive(&[still, movie], packed)), told, "{name}");
                assert_eq!(texts(archive(&[movie, still], packed)), told, "{name}");
                assert_eq!(texts(archive(&[still], packed)), told, "{name}");
            }
        }
    }

    #[test]
    fn other_archives_are_no_live_photos() {
        let jpeg = jpeg::tests::sample();
        let still = ("a.jpg", jpeg.as_slice());
        let other = |name| (name, &b"x"[..]);
        for files in [
            vec![],
            vec![other("mimetype")],
            vec![other("a.MOV")],
            vec![still, still],
            vec![still, other("a.txt")],
            vec![other("word/a.jpg")],
            vec![still, other("a.mov"), other("b.mov")],
        ] {
            let mut source = Source::from_bytes(archive(&files, false));
            assert_eq!(format::sniff(&mut source).unwrap(), None);
        }
    }

    #[test]
    fn a_damaged_archive_costs_no_more_than_itself() {
        for packed in [false, true] {
            testing::each_damaged(&archived(packed), |damaged| {
                let mut source = Source::from_bytes(damaged.to_vec());
                let _ = format::sniff(&mut source).unwrap();
                let _ = read(&mut source, &mut Facts::default());
                assert!(source.bytes_read() < 300_000);
            });
        }
    }

    fn archived(packed: bool) -> Vec<u8> {
        let files: [(&str, &[u8]); 2] = [
            ("IMG_1.JPG", &jpeg::tests::sample()),
            ("IMG_1.MOV", b"\0\0\0\x08free"),
        ];
        archive(&files, packed)
    }

    /// A small file for the test of robustness.
    pub(in super::super) fn sample() -> Vec<u8> {
        archived(false)
    }
}
