//! ZIP archives (APPNOTE 6.3) of a few media: the list of their files, which stands at the
//! end.

use std::io;
use std::ops::Range;

use super::source::Source;

/// How far before the end the list's own record may begin, for a comment behind it.
const MAX_COMMENT: u64 = 1024;
const END_LEN: u64 = 22;
/// The most bytes of the list that are read. That of a Live Photo has some two hundred.
const MAX_LIST: usize = 8 * 1024;
/// The most files of an archive that is looked into.
const MAX_FILES: u16 = 8;

/// How the bytes of a file in an archive are packed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Packing {
    /// Not at all.
    Stored,
    /// As raw deflate.
    Deflate,
    /// In a way that is not read, or encrypted.
    Other,
}

/// A file in an archive.
#[derive(Debug, Clone)]
pub struct Member {
    /// Its name, with `/` behind each folder.
    pub name: String,
    /// How it is packed.
    pub packing: Packing,
    /// Where its own header begins.
    header: u64,
    /// How many bytes it takes, packed.
    len: u64,
}

impl Member {
    /// What follows the last dot of the name, in lower case.
    pub fn extension(&self) -> String {
        let extension = self.name.rsplit_once('.').map(|(_, extension)| extension);
        extension.unwrap_or_default().to_ascii_lowercase()
    }

    /// Where its bytes lie; `None` where no file begins.
    ///
    /// # Errors
    /// A failed read.
    pub fn range(&self, source: &mut Source) -> io::Result<Option<Range<u64>>> {
        let header = source.up_to(self.header, 30)?;
        let &[b'P', b'K', 3, 4, .., n0, n1, x0, x1] = header else {
            return Ok(None);
        };
        let names =
            u64::from(u16::from_le_bytes([n0, n1])) + u64::from(u16::from_le_bytes([x0, x1]));
        let start = self.header + 30 + names;
        let end = start.saturating_add(self.len).min(source.len());
        Ok((start < end).then_some(start..end))
    }
}

/// The files of an archive; none where it is no archive, is cut short, or has more than a
/// few files.
///
/// # Errors
/// A failed read.
pub fn members(source: &mut Source) -> io::Result<Vec<Member>> {
    let tail = (END_LEN + MAX_COMMENT).min(source.len());
    let end = source.up_to(source.len() - tail, usize::try_from(tail).unwrap_or(0))?;
    let at = end.windows(4).rposition(|mark| mark == b"PK\x05\x06");
    let Some(end) = at.and_then(|at| end.get(at..)?.first_chunk::<22>()) else {
        return Ok(Vec::new());
    };
    let (Some(count), Some(len), Some(start)) = (number(end, 10), long(end, 12), long(end, 16))
    else {
        return Ok(Vec::new());
    };
    let len = usize::try_from(len).unwrap_or(usize::MAX);
    if count > MAX_FILES || len > MAX_LIST {
        return Ok(Vec::new());
    }
    let mut list = source.up_to(start.into(), len)?;
    let mut members = Vec::new();
    while let Some((member, rest)) = member(list) {
        members.push(member);
        list = rest;
    }
    Ok(members)
}

/// A number of 16 bits in a record.
fn number(record: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_le_bytes(*record.get(at..)?.first_chunk()?))
}

/// A number of 32 bits in a record.
fn long(record: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_le_bytes(*record.get(at..)?.first_chunk()?))
}

/// The first entry of the list, and the rest.
fn member(list: &[u8]) -> Option<(Member, &[u8])> {
    let (entry, rest) = list.split_first_chunk::<46>()?;
    if !entry.starts_with(b"PK\x01\x02") {
        return None;
    }
    let packing = match (number(entry, 8)? & 1, number(entry, 10)?) {
        (0, 0) => Packing::Stored,
        (0, 8) => Packing::Deflate,
        _ => Packing::Other,
    };
    let (name, rest) = rest.split_at_checked(usize::from(number(entry, 28)?))?;
    let behind = usize::from(number(entry, 30)?) + usize::from(number(entry, 32)?);
    let member = Member {
        name: String::from_utf8_lossy(name).into_owned(),
        packing,
        header: u64::from(long(entry, 42)?),
        len: u64::from(long(entry, 20)?),
    };
    Some((member, rest.get(behind..)?))
}

#[cfg(test)]
pub(super) mod build {
    //! Small archives for the tests of their readers.

    use std::io::Write;

    /// An archive of files, each packed or not.
    pub(in super::super) fn archive(files: &[(&str, &[u8])], packed: bool) -> Vec<u8> {
        let number = |n: usize| u32::try_from(n).unwrap().to_le_bytes();
        let short = |n: usize| u16::try_from(n).unwrap().to_le_bytes();
        let (mut out, mut list) = (Vec::new(), Vec::new());
        for (name, bytes) in files {
            let mut data = bytes.to_vec();
            if packed {
                let level = flate2::Compression::fast();
                let mut encoder = flate2::write::DeflateEncoder::new(Vec::new(), level);
                encoder.write_all(bytes).unwrap();
                data = encoder.finish().unwrap();
            }
            let method = if packed { 8 } else { 0 };
            let common = [
                &[20, 0, 0, 0, method, 0, 0, 0, 0, 0, 0, 0, 0, 0][..],
                &number(data.len()),
                &number(bytes.len()),
                &short(name.len()),
            ]
            .concat();
            list.extend([b"PK\x01\x02\x14\x03", &common[..], &[0; 12]].concat());
            list.extend(number(out.len()));
            list.extend(name.as_bytes());
            out.extend(
                [
                    b"PK\x03\x04",
                    &common[..],
                    &[4, 0],
                    name.as_bytes(),
                    b"more",
                ]
                .concat(),
            );
            out.extend(data);
        }
        let start = out.len();
        out.extend(&list);
        out.extend(b"PK\x05\x06\0\0\0\0");
        out.extend([short(files.len()), short(files.len())].concat());
        out.extend([number(list.len()), number(start)].concat());
        out.extend([0, 0]);
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(bytes: &[u8]) -> Vec<String> {
        let members = members(&mut Source::from_bytes(bytes.to_vec())).unwrap();
        members.into_iter().map(|member| member.name).collect()
    }

    #[test]
    fn the_list_at_the_end_tells_the_files() {
        let mut bytes = build::archive(&[("a/b.HEIC", b"one"), ("c", b"two")], false);
        assert_eq!(names(&bytes), ["a/b.HEIC", "c"]);
        let mut source = Source::from_bytes(bytes.clone());
        let found = members(&mut source).unwrap();
        assert_eq!(
            (found[0].extension(), found[1].extension()),
            ("heic".into(), String::new())
        );
        let range = found[1].range(&mut source).unwrap().unwrap();
        assert_eq!(source.bytes(range.start, 3).unwrap(), b"two");
        // A comment behind it.
        bytes.extend(b"PK and a comment");
        assert_eq!(names(&bytes).len(), 2);
        assert!(names(&bytes[..bytes.len() - 30]).is_empty());
        let many = vec![("a.jpg", &b"x"[..]); 9];
        assert!(names(&build::archive(&many, false)).is_empty());
        assert!(names(b"").is_empty());
    }
}
