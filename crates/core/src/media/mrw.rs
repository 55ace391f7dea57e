//! Minolta MRW: a header of blocks, of which `TTW` is a TIFF structure.

use super::exif;
use super::facts::Facts;
use super::source::Source;
use super::unreadable::Unreadable;

/// The most blocks that are looked at. Cameras write four.
const MAX_BLOCKS: usize = 100;

/// Reads an MRW file. `\0MRM` counts with the high byte first, `\0MRI` (DiMAGE
/// RAW within other files) with the low one.
///
/// # Errors
/// The content is no MRW, or a read fails.
pub fn read(source: &mut Source, facts: &mut Facts) -> Result<(), Unreadable> {
    let number = match source.up_to(0, 4)? {
        b"\0MRM" => u32::from_be_bytes,
        b"\0MRI" => u32::from_le_bytes,
        _ => return Err(Unreadable::Malformed("no MRW signature at the start")),
    };
    let end = 8 + u64::from(number(source.array(4)?));
    let mut at = 8;
    for _ in 0..MAX_BLOCKS {
        if at + 8 > end {
            break;
        }
        let [k0, k1, k2, k3, len @ ..] = source.array::<8>(at)?;
        let payload = at + 8..at + 8 + u64::from(number(len));
        at = payload.end;
        if [k0, k1, k2, k3] == *b"\0TTW" {
            exif::block(source, payload, facts)?;
        }
    }
    Ok(())
}

#[cfg(test)]
pub(super) mod tests {
    use super::super::tiff::build;
    use super::*;

    /// A small file, also for the test of robustness.
    pub(in super::super) fn sample() -> Vec<u8> {
        let exif = build::dated("2019:05:04 10:11:12");
        let len = |n: usize| u32::try_from(n).unwrap().to_be_bytes();
        let blocks = [b"\0PRD\0\0\0\x02ab\0TTW", &len(exif.len())[..], &exif].concat();
        [b"\0MRM", &len(blocks.len())[..], &blocks].concat()
    }

    #[test]
    fn the_block_is_found_behind_others() {
        let mut facts = Facts::default();
        read(&mut Source::from_bytes(sample()), &mut facts).unwrap();
        assert_eq!(facts.times.len(), 1);
        let cut = sample()[..16].to_vec();
        assert!(read(&mut Source::from_bytes(cut), &mut facts).is_err());
        assert!(read(&mut Source::from_bytes(b"MRM\0".to_vec()), &mut facts).is_err());
    }
}
