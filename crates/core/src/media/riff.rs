//! The chunk structure of RIFF files: WebP and AVI.

use std::ops::Range;

use super::source::Source;
use super::unreadable::Unreadable;

/// The most chunks that are looked at within one parent.
const MAX_CHUNKS: u32 = 10_000;

/// One chunk: its type and where its payload lies in the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chunk {
    /// The four characters of the type.
    pub kind: [u8; 4],
    /// The payload, without the padding to an even length.
    pub payload: Range<u64>,
}

/// Steps over the chunks in a range of the file, reading only their headers.
#[derive(Debug)]
pub struct Chunks {
    rest: Range<u64>,
    left: u32,
}

impl Chunks {
    /// The chunks in `range`, which is cut to the size of the file.
    pub fn new(source: &Source, range: Range<u64>) -> Self {
        Self {
            rest: range.start..range.end.min(source.len()),
            left: MAX_CHUNKS,
        }
    }

    /// The next chunk, `None` after the last. A chunk that claims to reach
    /// beyond its parent is cut to it.
    ///
    /// # Errors
    /// Too many chunks, or a failed read.
    pub fn next(&mut self, source: &mut Source) -> Result<Option<Chunk>, Unreadable> {
        let start = self.rest.start;
        if self.rest.end.saturating_sub(start) < 8 {
            return Ok(None);
        }
        self.left = self
            .left
            .checked_sub(1)
            .ok_or(Unreadable::Malformed("too many RIFF chunks"))?;
        let [k0, k1, k2, k3, size @ ..] = source.array::<8>(start)?;
        let size = u64::from(u32::from_le_bytes(size));
        let end = (start + 8 + size).min(self.rest.end);
        self.rest.start = (start + 8 + size.next_multiple_of(2)).min(self.rest.end);
        Ok(Some(Chunk {
            kind: [k0, k1, k2, k3],
            payload: start + 8..end,
        }))
    }
}

/// The form type of a RIFF file (`WEBP`, `AVI `) and the range of its chunks.
/// The size in the header is not believed: writers leave it 0 or stale.
///
/// # Errors
/// No RIFF header, or a failed read.
pub fn form(source: &mut Source) -> Result<([u8; 4], Range<u64>), Unreadable> {
    let len = source.len();
    match source.up_to(0, 12)? {
        [b'R', b'I', b'F', b'F', _, _, _, _, k0, k1, k2, k3] => Ok(([*k0, *k1, *k2, *k3], 12..len)),
        _ => Err(Unreadable::Malformed("no RIFF header at the start")),
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    pub(in crate::media) fn chunk(kind: [u8; 4], payload: &[u8]) -> Vec<u8> {
        let mut bytes = kind.to_vec();
        bytes.extend(u32::try_from(payload.len()).unwrap().to_le_bytes());
        bytes.extend(payload);
        bytes.resize(bytes.len().next_multiple_of(2), 0);
        bytes
    }

    #[test]
    fn odd_lengths_are_padded_and_long_ones_cut() {
        let bytes = b"RIFF\0\0\0\0WEBPaaaa\x03\0\0\0xyz\0bbbb\xFF\xFF\xFF\xFFxy";
        let mut source = Source::from_bytes(bytes.to_vec());
        let (kind, range) = form(&mut source).unwrap();
        assert_eq!(&kind, b"WEBP");
        let mut chunks = Chunks::new(&source, range);
        let mut payloads = Vec::new();
        while let Some(chunk) = chunks.next(&mut source).unwrap() {
            payloads.push(chunk.payload);
        }
        assert_eq!(payloads, [20..23, 32..34]);
    }

    #[test]
    fn what_is_no_riff() {
        for bytes in [&b""[..], b"RIFF\0\0\0\0WEB", b"RIFX\0\0\0\0WEBP"] {
            assert!(form(&mut Source::from_bytes(bytes.to_vec())).is_err());
        }
    }
}
