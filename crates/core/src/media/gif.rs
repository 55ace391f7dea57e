//! GIF (version 89a): XMP in an application extension.

use super::embedded;
use super::facts::Facts;
use super::source::Source;
use super::unreadable::Unreadable;

/// The most blocks and sub-blocks that are stepped over: some 50 MB of image.
const MAX_BLOCKS: u32 = 200_000;

/// What closes an XMP packet (XMP specification, part 3, section 1.1.2): bytes
/// that lead a reader of sub-blocks, which took text for lengths, to the end.
const TRAILER: u64 = 258;

/// Reads a GIF file.
///
/// # Errors
/// The content is no GIF, it ends early, it has absurdly many blocks, or a read
/// fails.
pub fn read(source: &mut Source, facts: &mut Facts) -> Result<(), Unreadable> {
    let no_gif = Unreadable::Malformed("no GIF signature at the start");
    if !matches!(source.up_to(0, 6)?, b"GIF87a" | b"GIF89a") {
        return Err(no_gif);
    }
    let flags: [u8; 1] = source.array(10)?;
    let mut at = 13 + color_table(flags);
    let mut left = MAX_BLOCKS;
    while left > 0 {
        left -= 1;
        match source.array::<2>(at)? {
            // An extension: its label, and then sub-blocks.
            [0x21, label] => {
                let first = at + 2;
                at = behind_sub_blocks(source, first, &mut left)?;
                if label == 0xFF && source.up_to(first, 12)? == b"\x0bXMP DataXMP" {
                    let end = at.saturating_sub(TRAILER).max(first + 12);
                    embedded::xmp(source, first + 12..end, facts)?;
                }
            }
            // An image: nine bytes and a table, the code size, and then sub-blocks.
            [0x2C, _] => {
                let flags: [u8; 1] = source.array(at + 9)?;
                let first = at + 10 + color_table(flags) + 1;
                at = behind_sub_blocks(source, first, &mut left)?;
            }
            // The trailer. What some writers append behind it is ignored.
            _ => return Ok(()),
        }
    }
    Err(Unreadable::Malformed("too many GIF blocks"))
}

/// The size of the color table that flags announce.
fn color_table([flags]: [u8; 1]) -> u64 {
    if flags & 0x80 == 0 {
        0
    } else {
        3 << ((flags & 7) + 1)
    }
}

/// The first byte behind a chain of sub-blocks and its terminator.
fn behind_sub_blocks(source: &mut Source, mut at: u64, left: &mut u32) -> Result<u64, Unreadable> {
    while *left > 0 {
        *left -= 1;
        let [len] = source.array(at)?;
        at += 1 + u64::from(len);
        if len == 0 {
            break;
        }
    }
    Ok(at)
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    fn gif(parts: &[&[u8]]) -> (Result<(), String>, u64) {
        // A global color table of two entries.
        let mut bytes = b"GIF89a\x01\0\x01\0\x80\0\0abcdef".to_vec();
        bytes.extend(parts.concat());
        let mut source = Source::from_bytes(bytes);
        let outcome = read(&mut source, &mut Facts::default());
        (outcome.map_err(|error| error.to_string()), source.len())
    }

    /// A packet as long as its first letter claims, and the trailer.
    fn xmp() -> Vec<u8> {
        let mut bytes = b"\x21\xFF\x0bXMP DataXMP<x:xmpmeta/>".to_vec();
        bytes.push(1);
        bytes.extend((0..=255).rev());
        bytes.push(0);
        bytes
    }

    #[test]
    fn the_walk_comes_out_behind_the_packet_and_the_image() {
        let image = b"\x2C\0\0\0\0\x01\0\x01\0\x80abcdef\x02\x02\x44\x01\0";
        assert_eq!(
            gif(&[&xmp(), image, b"\x3B"]).0,
            Err("the file is cut short".to_owned())
        );
        assert_eq!(gif(&[&xmp(), image, b"\x3B\0"]).0, Ok(()));
    }

    #[test]
    fn a_chain_without_an_end_is_cut() {
        let (outcome, _) = gif(&[b"\x21\xFE\xFFabc"]);
        assert_eq!(outcome, Err("the file is cut short".to_owned()));
        let endless = vec![1; 1_000_000];
        let (outcome, _) = gif(&[b"\x21\xFE", &endless]);
        assert_eq!(outcome, Err("too many GIF blocks".to_owned()));
    }

    #[test]
    fn what_is_no_gif() {
        let outcome = read(
            &mut Source::from_bytes(b"GIF88a".to_vec()),
            &mut Facts::default(),
        );
        assert!(matches!(outcome, Err(Unreadable::Malformed(_))));
    }

    #[test]
    fn damage_does_no_harm() {
        super::super::robustness::hold(read, &sample());
    }

    /// A small file for the test of robustness.
    pub(in super::super) fn sample() -> Vec<u8> {
        [&b"GIF89a\x01\0\x01\0\x80\0\0abcdef"[..], &xmp(), b"\x3B\0"].concat()
    }
}
