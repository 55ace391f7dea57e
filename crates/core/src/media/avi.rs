//! AVI videos (RIFF with `OpenDML` extensions).

use std::ops::Range;

use super::facts::Facts;
use super::maker::{self, Names};
use super::riff::Chunks;
use super::source::Source;
use super::tiff::ByteOrder;
use super::unreadable::Unreadable;
use super::{idit, xmp};

/// The most that is read of one video. Ordinary ones need some ten KiB.
const MAX_BYTES: u64 = 1024 * 1024;
/// The longest XMP packet that is read, in bytes.
const MAX_PACKET: u64 = 256 * 1024;
/// How deep lists are followed: those in RIFF, such as hdrl and INFO, and the streams in hdrl.
const MAX_DEPTH: u32 = 3;
/// How many chunks of makers are read.
const MAX_MAKERS: u32 = 8;

/// Reads an AVI file: IDIT, the camera's clock when recording began, ICRD from
/// the INFO list after it, what makers put into chunks of their own, and XMP. The frames are
/// hopped over.
///
/// # Errors
/// Too many headers, or a failed read.
pub fn read(source: &mut Source, facts: &mut Facts) -> Result<(), Unreadable> {
    let mut walk = RiffWalk {
        limit: source.bytes_read().saturating_add(MAX_BYTES),
        source,
        facts,
        created: None,
        makers: 0,
    };
    let done = walk.list(0..u64::MAX, 0);
    // ICRD is the date of a catalogue and weaker than IDIT, the camera's clock. It can stand
    // before IDIT in the file, so it is added last.
    if let Some(text) = walk.created {
        idit::written(facts, &text);
    }
    done
}

struct RiffWalk<'a> {
    source: &'a mut Source,
    facts: &'a mut Facts,
    /// `Source::bytes_read` at which the walk is given up.
    limit: u64,
    /// ICRD.
    created: Option<String>,
    /// How many chunks of makers were read.
    makers: u32,
}

impl RiffWalk<'_> {
    fn list(&mut self, range: Range<u64>, depth: u32) -> Result<(), Unreadable> {
        let mut chunks = Chunks::new(self.source, range);
        while let Some(chunk) = chunks.next(self.source)? {
            if self.source.bytes_read() > self.limit {
                return Err(Unreadable::Malformed("too many headers to read"));
            }
            let payload = chunk.payload;
            match &chunk.kind {
                b"RIFF" | b"LIST" if depth < MAX_DEPTH => {
                    let kind = self.source.up_to(payload.start, 4)?;
                    // movi is the frames themselves.
                    if matches!(
                        kind,
                        b"AVI " | b"AVIX" | b"hdrl" | b"strl" | b"INFO" | b"ncdt"
                    ) {
                        self.list(payload.start.saturating_add(4)..payload.end, depth + 1)?;
                    }
                }
                b"IDIT" => {
                    let text = self.text(&payload)?;
                    idit::written(self.facts, &text);
                }
                b"ICRD" => self.created = Some(self.text(&payload)?),
                b"_PMX" => {
                    let len = (payload.end - payload.start).min(MAX_PACKET);
                    let packet = self
                        .source
                        .up_to(payload.start, usize::try_from(len).unwrap_or(0))?;
                    xmp::read(packet, self.facts);
                }
                b"JUNK" | b"strd" | b"nctg" if self.makers < MAX_MAKERS => {
                    self.maker(chunk.kind, &payload)?;
                }
                _ => {}
            }
        }
        Ok(())
    }

    /// What is padding by its name, or data of a stream, may be a camera's.
    fn maker(&mut self, kind: [u8; 4], payload: &Range<u64>) -> Result<(), Unreadable> {
        let len = usize::try_from(payload.end - payload.start).unwrap_or(usize::MAX);
        let head = self.source.up_to(payload.start, len.min(8))?;
        let known = kind == *b"nctg"
            || [&b"OLYM"[..], b"PENT", b"QVMI", b"AVIF"]
                .iter()
                .any(|name| head.starts_with(name));
        if !known {
            return Ok(());
        }
        self.makers += 1;
        let bytes = self.source.up_to(payload.start, len.min(maker::MAX_BOX))?;
        let bytes = bytes.to_vec();
        match bytes.get(..4) {
            _ if kind == *b"nctg" => {
                maker::take(ByteOrder::Little, maker::nikon_avi(&bytes), self.facts)
            }
            // 10 bytes, then IFD0; its offsets count from the start of the chunk.
            Some(b"QVMI") => maker::directory(&bytes, ByteOrder::Big, 10, self.facts),
            // 8 bytes, then IFD0; its offsets count from there.
            Some(b"AVIF") => {
                let bytes = bytes.get(8..).unwrap_or_default();
                maker::directory(bytes, ByteOrder::Little, 0, self.facts)
            }
            _ => {
                let bytes = bytes.get(..1024).unwrap_or(&bytes);
                let entries = maker::dated(bytes, Some(Names::PARAMETERS));
                maker::take(ByteOrder::Little, entries, self.facts)
            }
        }
    }

    fn text(&mut self, payload: &Range<u64>) -> Result<String, Unreadable> {
        let len = usize::try_from(payload.end - payload.start).unwrap_or(64);
        let text = self.source.up_to(payload.start, len.min(64))?;
        let text = String::from_utf8_lossy(text);
        Ok(text
            .trim_matches(|c: char| c.is_whitespace() || c == '\0')
            .to_owned())
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::super::maker::tests::directory;
    use super::super::riff::tests::chunk;
    use super::*;
    use crate::capture::clock::RawTime;

    /// A video of two frames with these chunks in hdrl and INFO.
    pub(in crate::media) fn video(hdrl: &[Vec<u8>], info: &[Vec<u8>]) -> Vec<u8> {
        let avih = chunk(*b"avih", &[0; 56]);
        let strl = chunk(
            *b"LIST",
            &[b"strl".to_vec(), chunk(*b"strh", &[0; 56])].concat(),
        );
        let hdrl = [b"hdrl".to_vec(), avih, strl, hdrl.concat()].concat();
        let info = [b"INFO".to_vec(), info.concat()].concat();
        let movi = [
            b"movi".to_vec(),
            chunk(*b"00dc", &vec![1; 20_000]).repeat(8),
        ]
        .concat();
        let lists = [&info, &hdrl, &movi].map(|list| chunk(*b"LIST", list));
        chunk(*b"RIFF", &[b"AVI ".to_vec(), lists.concat()].concat())
    }

    fn times(bytes: Vec<u8>) -> Vec<Result<RawTime, String>> {
        let mut facts = Facts::default();
        read(&mut Source::from_bytes(bytes), &mut facts).unwrap();
        let times = facts.times.into_iter();
        times.map(|clue| clue.value.map_err(|e| e.0)).collect()
    }

    #[test]
    fn the_cameras_clock_comes_before_the_catalogue() {
        let idit = chunk(*b"IDIT", b"Mon Mar 10 15:04:43 2008\n\0");
        let icrd = chunk(*b"ICRD", b"2010-01-02\0");
        let times = times(video(&[idit], &[icrd]));
        let dates: Vec<_> = times
            .into_iter()
            .map(|time| match time {
                Ok(RawTime::Clock(clock)) => clock.date.to_string(),
                other => format!("{other:?}"),
            })
            .collect();
        assert_eq!(dates, ["2008-03-10", "2010-01-02"]);
    }

    fn clues(bytes: Vec<u8>) -> Vec<String> {
        let mut facts = Facts::default();
        read(&mut Source::from_bytes(bytes), &mut facts).unwrap();
        let times = facts.times.iter().map(|clue| clue.text.clone());
        times.chain(facts.model).collect()
    }

    #[test]
    fn chunks_of_makers() {
        let taken = "2012:04:03 02:01:00";
        let mut olympus = b"OLYMDigital Camera".to_vec();
        for (at, text) in [(0x2C, "SZ-14"), (0x83, taken), (0x9D, taken)] {
            olympus.resize(at, 0);
            olympus.extend(text.as_bytes());
        }
        olympus.resize(600, 0);
        let found = clues(video(&[chunk(*b"JUNK", &olympus)], &[]));
        assert_eq!(found, [taken, taken, "SZ-14"]);

        let record = |id: u16, text: &str| {
            let len = u16::try_from(text.len()).unwrap().to_le_bytes();
            [&id.to_le_bytes(), &len, text.as_bytes()].concat()
        };
        let nctg = [
            record(4, "E4300"),
            record(9, "12345678"),
            record(0x13, taken),
        ]
        .concat();
        let ncdt = [b"ncdt".to_vec(), chunk(*b"nctg", &nctg)].concat();
        assert_eq!(
            clues(video(&[chunk(*b"LIST", &ncdt)], &[])),
            [taken, "E4300"]
        );

        let casio = directory(ByteOrder::Big, 10, &[(0x0110, "EX-S600"), (0x9003, taken)]);
        let casio = [&b"QVMI\0\0\0\0\0\0"[..], &casio[10..]].concat();
        assert_eq!(
            clues(video(&[chunk(*b"JUNK", &casio)], &[])),
            [taken, "EX-S600"]
        );

        let exif = directory(ByteOrder::Little, 0, &[(0x0132, taken)]);
        let strl = [
            b"strl".to_vec(),
            chunk(*b"strd", &[b"AVIF\0\0\0\0".to_vec(), exif].concat()),
        ];
        assert_eq!(
            clues(video(&[chunk(*b"LIST", &strl.concat())], &[])),
            [taken]
        );

        let padding = chunk(*b"JUNK", &[0; 500]);
        assert_eq!(clues(video(&vec![padding; 30], &[])), [""; 0]);
        let cut = chunk(*b"JUNK", b"OLYMDigital Camera 2012:04:03 02:0");
        assert_eq!(clues(video(&[cut], &[])), [""; 0]);
    }

    #[test]
    fn frames_are_hopped_over() {
        let bytes = video(&[chunk(*b"IDIT", b"2005:08:17 11:42:43")], &[]);
        let mut source = Source::from_bytes(bytes);
        read(&mut source, &mut Facts::default()).unwrap();
        assert!(source.bytes_read() < 9000, "{}", source.bytes_read());
    }
}
