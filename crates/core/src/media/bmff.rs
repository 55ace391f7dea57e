//! The box structure of ISO base media files (ISO/IEC 14496-12): HEIF, AVIF,
//! CR3, JPEG XL, JPEG 2000, MP4 and QuickTime.

use std::ops::Range;

use super::source::Source;
use super::unreadable::Unreadable;

/// The most boxes that are looked at within one parent.
const MAX_BOXES: u32 = 10_000;

/// One box: its type and where its payload lies in the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Atom {
    /// The four characters of the type, mostly ASCII.
    pub kind: [u8; 4],
    /// The payload, behind the size and type (and the 64-bit size).
    pub payload: Range<u64>,
}

/// Steps over the boxes in a range of the file, reading only their headers.
#[derive(Debug)]
pub struct Atoms {
    rest: Range<u64>,
    left: u32,
}

impl Atoms {
    /// The boxes in `range`, which is cut to the size of the file.
    pub fn new(source: &Source, range: Range<u64>) -> Self {
        Self {
            rest: range.start..range.end.min(source.len()),
            left: MAX_BOXES,
        }
    }

    /// The next box, `None` after the last. A box that claims to reach beyond
    /// its parent is cut to it; a size of zero reaches to the parent's end.
    ///
    /// # Errors
    /// A size smaller than its own header, too many boxes, a failed read.
    pub fn next(&mut self, source: &mut Source) -> Result<Option<Atom>, Unreadable> {
        let start = self.rest.start;
        let room = self.rest.end.saturating_sub(start);
        // Some writers close a container with four zero bytes.
        if room < 8 {
            return Ok(None);
        }
        self.left = self
            .left
            .checked_sub(1)
            .ok_or(Unreadable::Malformed("too many boxes"))?;
        let header: [u8; 8] = source.array(start)?;
        let [s0, s1, s2, s3, kind @ ..] = header;
        let (header_len, size) = match u32::from_be_bytes([s0, s1, s2, s3]) {
            0 => (8, room),
            1 => (16, u64::from_be_bytes(source.array(start + 8)?)),
            size => (8, u64::from(size)),
        };
        if size < header_len {
            return Err(Unreadable::Malformed("a box is smaller than its header"));
        }
        let end = start + size.min(room);
        self.rest.start = end;
        Ok(Some(Atom {
            kind,
            payload: (start + header_len).min(end)..end,
        }))
    }

    /// The next box of that type, `None` when there is none.
    ///
    /// # Errors
    /// As [`Atoms::next`].
    pub fn find(&mut self, source: &mut Source, kind: [u8; 4]) -> Result<Option<Atom>, Unreadable> {
        while let Some(atom) = self.next(source)? {
            if atom.kind == kind {
                return Ok(Some(atom));
            }
        }
        Ok(None)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(bytes: &[u8]) -> Result<Vec<Atom>, Unreadable> {
        let mut source = Source::from_bytes(bytes.to_vec());
        let mut atoms = Atoms::new(&source, 0..u64::MAX);
        let mut found = Vec::new();
        while let Some(atom) = atoms.next(&mut source)? {
            found.push(atom);
        }
        Ok(found)
    }

    #[test]
    fn sizes_of_32_and_64_bits_and_to_the_end() {
        let mut bytes = b"\0\0\0\x0aftypab".to_vec();
        bytes.extend(b"\0\0\0\x01mdat\0\0\0\0\0\0\0\x12xy");
        bytes.extend(b"\0\0\0\0freerest");
        let atoms = all(&bytes).unwrap();
        let payloads: Vec<_> = atoms.iter().map(|a| (&a.kind, a.payload.clone())).collect();
        assert_eq!(
            payloads,
            [(b"ftyp", 8..10), (b"mdat", 26..28), (b"free", 36..40)]
        );
    }

    #[test]
    fn a_box_is_cut_to_its_parent() {
        assert_eq!(all(b"\xff\xff\xff\xffmdatxy").unwrap()[0].payload, 8..10);
    }

    #[test]
    fn a_box_smaller_than_its_header_ends_the_walk() {
        assert!(matches!(
            all(b"\0\0\0\x04mdat\0\0\0\0"),
            Err(Unreadable::Malformed(_))
        ));
        assert!(matches!(
            all(b"\0\0\0\x01mdat\0\0\0\0\0\0\0\x0f"),
            Err(Unreadable::Malformed(_))
        ));
    }
}
