//! Sigma X3F: a directory at the end that lists sections, among them JPEGs with
//! Exif and a list of properties.

use std::ops::Range;

use imm_cluster_messages::text;

use super::crw::clock_seconds;
use super::facts::Facts;
use super::jpeg;
use super::source::Source;
use super::unreadable::Unreadable;
use crate::capture::clue::TimeSource;

/// What an X3F file begins with.
pub const SIGNATURE: &[u8] = b"FOVb";

/// The most sections that are looked at. Cameras write five or so.
const MAX_SECTIONS: u64 = 64;
/// The longest list of properties that is read. Cameras write some 4 kB.
const MAX_PROPERTIES: usize = 64 * 1024;

/// Reads an X3F file.
///
/// # Errors
/// The content is no X3F, its directory is not where it must be, or a read fails.
pub fn read(source: &mut Source, facts: &mut Facts) -> Result<(), Unreadable> {
    if source.up_to(0, 4)? != SIGNATURE {
        return Err(Unreadable::Malformed("no X3F signature at the start"));
    }
    let directory = u32::from_le_bytes(source.array(source.len().saturating_sub(4))?);
    let directory = u64::from(directory);
    if source.up_to(directory, 4)? != b"SECd" {
        return Err(Unreadable::Malformed("no X3F directory where one must be"));
    }
    let count = u64::from(u32::from_le_bytes(source.array(directory + 8)?));
    let mut properties = None;
    for n in 0..count.min(MAX_SECTIONS) {
        let at = directory + 12 + 12 * n;
        let [o0, o1, o2, o3, l0, l1, l2, l3, kind @ ..] = source.array::<12>(at)?;
        let start = u64::from(u32::from_le_bytes([o0, o1, o2, o3]));
        let end = start + u64::from(u32::from_le_bytes([l0, l1, l2, l3]));
        match &kind {
            b"IMA2" | b"IMAG" => image(source, start..end, facts)?,
            b"PROP" => properties = Some(start..end),
            _ => {}
        }
    }
    // Exif says the same and more, where there is any.
    let dated = |facts: &Facts| {
        let mut times = facts.times.iter();
        times.any(|clue| clue.source == TimeSource::ExifDateTimeOriginal)
    };
    match properties {
        Some(properties) if !dated(facts) => read_properties(source, properties, facts),
        _ => Ok(()),
    }
}

/// A section whose image is a JPEG (format 18), the preview or the whole photo.
fn image(source: &mut Source, section: Range<u64>, facts: &mut Facts) -> Result<(), Unreadable> {
    const HEADER: u64 = 28;
    const JPEG: u32 = 18;
    if section.end - section.start < HEADER || section.start + HEADER > source.len() {
        return Ok(());
    }
    if u32::from_le_bytes(source.array(section.start + 12)?) != JPEG {
        return Ok(());
    }
    match jpeg::read_range(source, section.start + HEADER..section.end, facts) {
        Err(Unreadable::Malformed(why)) => {
            facts.note("preview", why);
            Ok(())
        }
        other => other,
    }
}

/// The list of properties: pairs of offsets to names and values in UTF-16,
/// counted in characters from behind the pairs.
fn read_properties(
    source: &mut Source,
    section: Range<u64>,
    facts: &mut Facts,
) -> Result<(), Unreadable> {
    let len = usize::try_from(section.end - section.start).unwrap_or(usize::MAX);
    let section = source.up_to(section.start, len.min(MAX_PROPERTIES))?;
    let Some(property) = properties(section) else {
        facts.notes.push(text!("note-malformed-properties"));
        return Ok(());
    };
    let find = |wanted: &str| {
        let mut all = property.iter();
        all.find(|(name, _)| name == wanted)
            .map(|(_, value)| value.clone())
    };
    facts.make = facts.make.take().or_else(|| find("CAMMANUF"));
    facts.model = facts.model.take().or_else(|| find("CAMMODEL"));
    if let Some(seconds) = find("TIME").and_then(|time| time.parse().ok()) {
        clock_seconds(seconds, facts);
    }
    Ok(())
}

fn properties(section: &[u8]) -> Option<Vec<(String, String)>> {
    let header: &[u8; 24] = section.first_chunk()?;
    let [
        b'S',
        b'E',
        b'C',
        b'p',
        _,
        _,
        _,
        _,
        c0,
        c1,
        c2,
        c3,
        0,
        0,
        0,
        0,
        ..,
    ] = *header
    else {
        return None;
    };
    let count = usize::try_from(u32::from_le_bytes([c0, c1, c2, c3])).ok()?;
    let rest = section.get(24..)?;
    let (pairs, texts) = rest.split_at_checked(count.checked_mul(8)?)?;
    let texts = texts.as_chunks::<2>().0;
    let text = |offset: [u8; 4]| {
        let from = usize::try_from(u32::from_le_bytes(offset)).ok()?;
        let units = texts
            .get(from..)?
            .iter()
            .map(|unit| u16::from_le_bytes(*unit));
        // Values are short; without a bound each could be the whole list.
        let units: Vec<u16> = units.take(64).take_while(|unit| *unit != 0).collect();
        Some(String::from_utf16_lossy(&units))
    };
    let pairs = pairs.as_chunks::<8>().0.iter();
    Some(
        pairs
            .filter_map(|&[n0, n1, n2, n3, value @ ..]| {
                Some((text([n0, n1, n2, n3])?, text(value)?))
            })
            .collect(),
    )
}

#[cfg(test)]
pub(super) mod tests {
    use super::super::tiff::build;
    use super::*;

    fn bytes(sections: &[([u8; 4], Vec<u8>)]) -> Vec<u8> {
        let mut bytes = SIGNATURE.to_vec();
        let count = u32::try_from(sections.len()).unwrap().to_le_bytes();
        let mut directory = [b"SECd\0\0\x02\0", &count[..]].concat();
        for (kind, section) in sections {
            directory.extend(u32::try_from(bytes.len()).unwrap().to_le_bytes());
            directory.extend(u32::try_from(section.len()).unwrap().to_le_bytes());
            directory.extend(kind);
            bytes.extend(section);
        }
        let at = u32::try_from(bytes.len()).unwrap().to_le_bytes();
        bytes.extend(directory);
        bytes.extend(at);
        bytes
    }

    /// A small file for the test of robustness.
    pub(in super::super) fn sample() -> Vec<u8> {
        bytes(&[(*b"PROP", property_list()), (*b"IMA2", preview())])
    }

    fn x3f(sections: &[([u8; 4], Vec<u8>)]) -> Facts {
        let mut facts = Facts::default();
        read(&mut Source::from_bytes(bytes(sections)), &mut facts).unwrap();
        facts
    }

    fn preview() -> Vec<u8> {
        let exif = [b"Exif\0\0".to_vec(), build::dated("2019:05:04 10:11:12")].concat();
        let len = u16::try_from(exif.len() + 2).unwrap().to_be_bytes();
        let mut section = b"SECi\0\0\x02\0\x02\0\0\0\x12\0\0\0".to_vec();
        section.resize(28, 0);
        section.extend([b"\xFF\xD8\xFF\xE1", &len[..], &exif, b"\xFF\xD9"].concat());
        section
    }

    const TEXTS: &str = "CAMMANUF\x00SIGMA\x00TIME\x001556964673\x00";

    fn property_list() -> Vec<u8> {
        let mut section = b"SECp\0\0\x02\0\x02\0\0\0".to_vec();
        section.resize(24, 0);
        for offset in [0_u32, 9, 15, 20] {
            section.extend(offset.to_le_bytes());
        }
        for unit in TEXTS.encode_utf16() {
            section.extend(unit.to_le_bytes());
        }
        section
    }

    #[test]
    fn exif_of_the_preview_before_the_properties() {
        let facts = x3f(&[(*b"PROP", property_list()), (*b"IMA2", preview())]);
        let texts: Vec<_> = facts.times.iter().map(|clue| clue.text.as_str()).collect();
        assert_eq!(texts, ["2019:05:04 10:11:12"]);
    }

    #[test]
    fn properties_where_there_is_no_exif() {
        let facts = x3f(&[(*b"PROP", property_list()), (*b"IMA2", vec![0; 40])]);
        assert_eq!(facts.times[0].text, "2019-05-04 10:11:13");
        assert_eq!(facts.make.as_deref(), Some("SIGMA"));
    }

    #[test]
    fn absurd_properties_are_noted() {
        let mut list = property_list();
        list.splice(8..12, [0xFF; 4]);
        assert_eq!(x3f(&[(*b"PROP", list)]).notes.len(), 1);
    }

    #[test]
    fn what_is_no_x3f() {
        for bytes in [&b""[..], b"FOVb", b"FOVb\xFF\0\0\0"] {
            let outcome = read(
                &mut Source::from_bytes(bytes.to_vec()),
                &mut Facts::default(),
            );
            assert!(matches!(outcome, Err(Unreadable::Malformed(_))));
        }
    }
}
