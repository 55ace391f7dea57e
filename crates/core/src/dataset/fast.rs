//! A second reader of the dataset file, for the layout that we write ourselves: one
//! record a line, its keys in our order. It never holds more than a few blocks of the
//! text.
//!
//! It says `None` to whatever it does not expect, and `serde_json` then decides: about
//! a line with other keys alone, about any other document as a whole. So it need not
//! know everything, but what it does read must come out alike.

use std::io::{self, BufRead, Read};
use std::sync::Mutex;

use chrono::{FixedOffset, NaiveDate, NaiveDateTime, NaiveTime};
use rayon::prelude::*;
use serde::de::DeserializeOwned;

use super::json::{self, Document, FolderLine, by_extension};
use super::model::{CameraId, Content, Dataset, FileRecord, Folder, Sidecar, Stat, Taken, Unknown};
use crate::capture::clock::{Clock, RawTime, Written, parse_offset};
use crate::capture::clue::{PositionSource, TimeSource};
use crate::capture::position::Position;
use crate::capture::resolve::OffsetSource;
use crate::media::format::Format;
use crate::place::PlaceId;

/// How much is read and parsed at a time, in bytes.
const BLOCK: usize = 1 << 19;

/// Reads a dataset in our own layout; `None` when it has another.
///
/// # Errors
/// Only a failed read.
pub(super) fn read(from: impl BufRead + Send) -> io::Result<Option<Dataset>> {
    read_in(from, BLOCK)
}

/// As [`read`], with blocks of that many bytes.
fn read_in(mut from: impl BufRead + Send, size: usize) -> io::Result<Option<Dataset>> {
    let mut head = Head::default();
    if !head.read(&mut from, &SECTIONS)? {
        return Ok(None);
    }
    let spare = Mutex::new(Vec::new());
    let blocks = Blocks {
        from,
        spare: &spare,
        size,
        rest: Vec::new(),
        next: 0,
    };
    let (document, pieces) = rayon::join(|| head.parse(), || pieces(blocks));
    match pieces {
        Ok(pieces) => Ok(document.and_then(|document| assemble(document, pieces))),
        Err(Stop::Layout) => Ok(None),
        Err(Stop::Io(error)) => Err(error),
    }
}

/// As [`read`], but only what stands before the places: all but the files.
///
/// # Errors
/// Only a failed read.
pub(super) fn read_head(mut from: impl BufRead) -> io::Result<Option<Dataset>> {
    let mut head = Head::default();
    if !head.read(&mut from, &SECTIONS[..3])? {
        return Ok(None);
    }
    Ok(head
        .parse()
        .and_then(|document| json::checked(document).ok()))
}

/// The lists that come before the folders, in our order.
const SECTIONS: [&str; 6] = ["roots", "clusters", "trips", "places", "cameras", "traces"];

/// The text of the head of a dataset, taken apart into lines.
#[derive(Default)]
struct Head {
    start: Vec<u8>,
    sections: Vec<Vec<Vec<u8>>>,
}

impl Head {
    /// Reads the lines of the start and of these lists; says whether all were there.
    fn read(&mut self, from: &mut impl BufRead, sections: &[&str]) -> io::Result<bool> {
        from.read_until(b'\n', &mut self.start)?;
        let mut line = Vec::new();
        for name in sections {
            line.clear();
            from.read_until(b'\n', &mut line)?;
            let behind = line
                .strip_prefix(b"\"")
                .and_then(|rest| rest.strip_prefix(name.as_bytes()));
            let mut records = Vec::new();
            let mut open = match behind {
                Some(b"\":[\n") => true,
                Some(b"\":[],\n") => false,
                _ => return Ok(false),
            };
            while open {
                let mut record = Vec::new();
                from.read_until(b'\n', &mut record)?;
                open = !record.ends_with(b"],\n");
                // The comma and the line's end, and the bracket behind the last one.
                let ending = if open { 2 } else { 3 };
                if !record.ends_with(b",\n") || record.len() <= ending {
                    return Ok(false);
                }
                record.truncate(record.len() - ending);
                records.push(record);
            }
            self.sections.push(records);
        }
        Ok(true)
    }

    fn parse(mut self) -> Option<Document> {
        // The brace that the whole document ends with stands in for the comma.
        let end = self.start.strip_suffix(b",\n")?.len();
        self.start.truncate(end);
        self.start.push(b'}');
        let mut document: Document = serde_json::from_slice(&self.start).ok()?;
        if !document.is_start() {
            return None;
        }
        let mut sections = self.sections.iter();
        let mut next = || sections.next().map(Vec::as_slice).unwrap_or_default();
        document.roots = records(next())?;
        document.clusters = records(next())?;
        document.trips = records(next())?;
        document.places = records(next())?;
        document.cameras = records(next())?;
        document.traces = records(next())?;
        Some(document)
    }
}

fn records<T: DeserializeOwned + Send>(lines: &[Vec<u8>]) -> Option<Vec<T>> {
    let read = |line: &Vec<u8>| serde_json::from_slice(line).ok();
    lines.par_iter().with_min_len(64).map(read).collect()
}

/// Whole lines, about so many bytes at a time, numbered.
struct Blocks<'a, R> {
    from: R,
    /// Memory of blocks that were parsed. New memory costs as much as reading into it.
    spare: &'a Mutex<Vec<Vec<u8>>>,
    size: usize,
    /// The beginning of a line whose end was not read yet.
    rest: Vec<u8>,
    next: usize,
}

impl<R: Read> Blocks<'_, R> {
    fn block(&mut self) -> io::Result<Vec<u8>> {
        let spare = self.spare.lock().ok().and_then(|mut spare| spare.pop());
        let mut block = spare.unwrap_or_else(|| Vec::with_capacity(2 * self.size));
        block.append(&mut self.rest);
        loop {
            if (&mut self.from)
                .take(self.size as u64)
                .read_to_end(&mut block)?
                == 0
            {
                return Ok(block);
            }
            if let Some(end) = block.iter().rposition(|byte| *byte == b'\n') {
                self.rest.extend(block.drain(end + 1..));
                return Ok(block);
            }
        }
    }
}

impl<R: Read> Iterator for Blocks<'_, R> {
    type Item = io::Result<(usize, Vec<u8>)>;

    fn next(&mut self) -> Option<Self::Item> {
        self.next += 1;
        match self.block() {
            Ok(block) if block.is_empty() => None,
            block => Some(block.map(|block| (self.next, block))),
        }
    }
}

/// Why reading ends early.
enum Stop {
    Io(io::Error),
    /// It is another layout.
    Layout,
}

/// Parses blocks on all threads as they come.
fn pieces(blocks: Blocks<'_, impl Read + Send>) -> Result<Vec<Piece>, Stop> {
    let spare = blocks.spare;
    let parse = |block: io::Result<(usize, Vec<u8>)>| {
        let (number, mut text) = block.map_err(Stop::Io)?;
        let piece = Piece::parse(&text).ok_or(Stop::Layout)?;
        text.clear();
        if let Ok(mut spare) = spare.lock() {
            spare.push(text);
        }
        Ok((number, piece))
    };
    let mut pieces: Vec<(usize, Piece)> =
        blocks.par_bridge().map(parse).collect::<Result<_, _>>()?;
    pieces.sort_unstable_by_key(|(number, _)| *number);
    Ok(pieces.into_iter().map(|(_, piece)| piece).collect())
}

/// What stands in one block: the rest of a folder that an earlier block began, and
/// folders.
#[derive(Default)]
struct Piece {
    rest: Vec<FileRecord>,
    folders: Vec<Folder>,
    /// What is expected in the first line.
    begins: Option<Expected>,
    /// What is expected behind the last line.
    ends: Option<Expected>,
}

/// Where in the document a line ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Expected {
    /// `"folders":[`.
    Folders,
    /// A folder.
    Folder,
    /// A file of a folder that is open.
    File,
    /// Nothing more.
    End,
}

impl Piece {
    fn parse(text: &[u8]) -> Option<Self> {
        let mut piece = Self::default();
        let mut line = Line { rest: text };
        let mut formats = Formats::default();
        let mut files: Vec<FileRecord> = Vec::new();
        let mut open: Option<Folder> = None;
        let mut expected = match text {
            [b'{', b'"', b'n', ..] => Expected::File,
            [b'{', ..] => Expected::Folder,
            _ => Expected::Folders,
        };
        piece.begins = Some(expected);
        while !line.rest.is_empty() {
            expected = match expected {
                Expected::Folders if line.eat(b"\"folders\":[]}\n") => Expected::End,
                Expected::Folders if line.eat(b"\"folders\":[\n") => Expected::Folder,
                Expected::Folder => {
                    open = Some(line.folder()?);
                    Expected::File
                }
                Expected::File => {
                    files.push(line.file(&mut formats)?);
                    let after = line.after_file()?;
                    if after != Expected::File {
                        let mut exact = Vec::with_capacity(files.len());
                        exact.append(&mut files);
                        piece.close(open.take(), exact);
                    }
                    after
                }
                Expected::Folders | Expected::End => return None,
            };
        }
        if expected == Expected::File {
            piece.close(open, files);
        }
        piece.ends = Some(expected);
        Some(piece)
    }

    fn close(&mut self, folder: Option<Folder>, files: Vec<FileRecord>) {
        match folder {
            None => self.rest = files,
            Some(folder) => self.folders.push(Folder { files, ..folder }),
        }
    }
}

/// Puts the pieces together; `None` when they do not fit.
fn assemble(mut document: Document, pieces: Vec<Piece>) -> Option<Dataset> {
    let mut expected = Some(Expected::Folders);
    for piece in pieces {
        if piece.begins != expected {
            return None;
        }
        expected = piece.ends;
        if !piece.rest.is_empty() {
            document.folders.last_mut()?.files.extend(piece.rest);
        }
        document.folders.extend(piece.folders);
    }
    if expected != Some(Expected::End) {
        return None;
    }
    json::checked(document).ok()
}

/// What is left of a block, from somewhere in a line.
struct Line<'a> {
    rest: &'a [u8],
}

/// Tells the format by the extension, which is mostly that of another file before.
#[derive(Default)]
pub(super) struct Formats<'a>(Vec<(&'a str, Option<Format>)>);

impl<'a> Formats<'a> {
    pub(super) fn by_extension(&mut self, name: &'a str) -> Option<Format> {
        let (stem, extension) = name.rsplit_once('.')?;
        if stem.is_empty() || stem.ends_with(['/', '\\']) {
            // It is hidden, and what follows is no extension.
            return by_extension(name.as_ref());
        }
        let known = self.0.iter().find(|(known, _)| *known == extension);
        if let Some((_, format)) = known {
            return *format;
        }
        let format = by_extension(name.as_ref());
        if self.0.len() < 16 {
            self.0.push((extension, format));
        }
        format
    }
}

impl<'a> Line<'a> {
    fn folder(&mut self) -> Option<Folder> {
        let end = self.rest.iter().position(|byte| *byte == b'\n')?;
        let (line, rest) = self.rest.split_at(end + 1);
        self.rest = rest;
        let head = line.strip_suffix(b",\"files\":[\n")?;
        let head = [head, b"}"].concat();
        let line: FolderLine = serde_json::from_slice(&head).ok()?;
        if line.has_files() {
            return None;
        }
        line.try_into().ok()
    }

    /// A file, in our own order of keys or in whatever `serde_json` makes of it.
    fn file(&mut self, formats: &mut Formats<'a>) -> Option<FileRecord> {
        let line = self.rest;
        if let Some(file) = self.usual_file(formats) {
            return Some(file);
        }
        let end = line.iter().position(|byte| *byte == b'\n')?;
        let (text, _) = line.split_at(end);
        let mut stream = serde_json::Deserializer::from_slice(text).into_iter();
        let file = stream.next()?.ok()?;
        self.rest = line.get(stream.byte_offset()..)?;
        Some(file)
    }

    /// What may stand behind a file.
    fn after_file(&mut self) -> Option<Expected> {
        if self.eat(b",\n") {
            Some(Expected::File)
        } else if self.eat(b"]},\n") {
            Some(Expected::Folder)
        } else if self.eat(b"]}]}\n") {
            Some(Expected::End)
        } else {
            None
        }
    }

    /// A file as `json::FileLine` writes it, without the keys that few files have.
    fn usual_file(&mut self, formats: &mut Formats<'a>) -> Option<FileRecord> {
        self.must(b"{\"name\":")?;
        let name = self.string()?;
        let size = self.key(b",\"size\":").then(|| self.unsigned());
        let mtime = self.key(b",\"mtime\":").then(|| self.signed());
        let ctime = self.key(b",\"ctime\":").then(|| self.signed());
        let racy = self.key(b",\"racy\":true");
        let missing = self.key(b",\"missing\":true");
        let format = self.key(b",\"format\":").then(|| self.string());
        let sidecars = if self.key(b",\"sidecars\":[") {
            self.sidecars()?
        } else {
            Box::default()
        };
        let time = self.key(b",\"time\":").then(|| self.time());
        let time_source = self.key(b",\"time_source\":").then(|| self.string());
        let local_date = self.key(b",\"local_date\":").then(|| self.string());
        let lat = self.key(b",\"lat\":").then(|| self.number());
        let lon = self.key(b",\"lon\":").then(|| self.number());
        let position_source = self.key(b",\"position_source\":").then(|| self.string());
        let place = self.key(b",\"place\":").then(|| self.index());
        let offset = self.key(b",\"offset\":").then(|| self.string());
        let offset_source = self.key(b",\"offset_source\":").then(|| self.string());
        let camera = self.key(b",\"camera\":").then(|| self.index());
        let live_photo = self.key(b",\"live_photo\":").then(|| self.index());
        let digest = self.key(b",\"digest\":").then(|| self.index());
        let error = self.key(b",\"error\":").then(|| self.string());
        self.must(b"}")?;

        let content = match (all(error)?, all(format)?) {
            (Some(reason), _) => Content::Failed(reason.into()),
            (None, Some(json::GIVEN)) => Content::Given,
            (None, Some(json::NO_MEDIA)) => Content::Other,
            (None, Some(format)) => Content::Media(Format::from_name(format)?),
            (None, None) => Content::Media(formats.by_extension(name)?),
        };
        let position = match (all(lat)?, all(lon)?) {
            (None, None) => None,
            (lat, lon) => Some(Position::new(lat?, lon?).ok()?),
        };
        let time = all(time)?;
        let time_source = match all(time_source)? {
            Some(source) => Some(TimeSource::from_name(source)?),
            None => time.map(|_| json::USUAL_TIME),
        };
        let position_source = match all(position_source)? {
            Some(source) => Some(PositionSource::from_name(source)?),
            None => position.map(|_| json::USUAL_POSITION),
        };
        let offset_beside = match (all(offset)?, all(offset_source)?) {
            (None, None) => None,
            (offset, source) => Some((parse_offset(offset?)?, OffsetSource::from_name(source?)?)),
        };
        let mtime = all(mtime)?.unwrap_or(0);
        Some(FileRecord {
            name: name.into(),
            stat: Stat {
                size: all(size)?.unwrap_or(0),
                mtime,
                ctime: all(ctime)?.unwrap_or(mtime),
            },
            racy,
            missing,
            content,
            sidecars,
            taken: Taken {
                time,
                time_source,
                local_date: match all(local_date)? {
                    Some(date) => Some(date.parse().ok()?),
                    None => None,
                },
                position,
                position_source,
                place: all(place)?.map(PlaceId),
                offset_beside,
                camera: all(camera)?.map(CameraId),
                live_photo: all(live_photo)?,
            },
            correction: None,
            digest: all(digest)?,
            unknown: None,
        })
    }

    fn sidecars(&mut self) -> Option<Box<[Sidecar]>> {
        let mut sidecars = Vec::new();
        loop {
            self.must(b"{\"name\":")?;
            let name = self.string()?.to_owned();
            self.must(b",\"size\":")?;
            let size = self.unsigned()?;
            self.must(b",\"mtime\":")?;
            let mtime = self.signed()?;
            let ctime = if self.key(b",\"ctime\":") {
                Some(self.signed()?)
            } else {
                None
            };
            self.must(b"}")?;
            let unknown = Unknown::new();
            sidecars.push(Sidecar {
                name,
                size,
                mtime,
                ctime,
                unknown,
            });
            if self.eat(b"]") {
                return Some(sidecars.into());
            }
            self.must(b",")?;
        }
    }

    /// Takes that text, if it is what comes next.
    fn eat<const N: usize>(&mut self, text: &[u8; N]) -> bool {
        match self.rest.split_first_chunk::<N>() {
            Some((next, rest)) if next == text => {
                self.rest = rest;
                true
            }
            _ => false,
        }
    }

    /// As [`Line::eat`], for what mostly is not there: the first letter tells.
    fn key<const N: usize>(&mut self, text: &[u8; N]) -> bool {
        self.rest.get(2) == text.get(2) && self.eat(text)
    }

    fn must<const N: usize>(&mut self, text: &[u8; N]) -> Option<()> {
        self.eat(text).then_some(())
    }

    /// A string without escapes.
    fn string(&mut self) -> Option<&'a str> {
        std::str::from_utf8(self.bytes()?).ok()
    }

    /// What stands in a string without escapes; it need not be UTF-8.
    fn bytes(&mut self) -> Option<&'a [u8]> {
        self.must(b"\"")?;
        let end = self
            .rest
            .iter()
            .position(|byte| matches!(byte, b'"' | b'\\' | ..b' '))?;
        let (text, rest) = self.rest.split_at(end);
        self.rest = rest;
        self.must(b"\"")?;
        Some(text)
    }

    /// Digits as JSON has them, without a zero in front; at most 19 of them fit.
    fn unsigned(&mut self) -> Option<u64> {
        let digits = self.digits();
        match digits {
            [] | [b'0', _, ..] => None,
            _ => value(digits),
        }
    }

    fn signed(&mut self) -> Option<i64> {
        let negative = self.eat(b"-");
        let value = i64::try_from(self.unsigned()?).ok()?;
        match (negative, value) {
            // `serde_json` takes it for a fraction.
            (true, 0) => None,
            (true, value) => Some(-value),
            (false, value) => Some(value),
        }
    }

    fn index(&mut self) -> Option<u32> {
        self.unsigned()?.try_into().ok()
    }

    fn digits(&mut self) -> &'a [u8] {
        let end = self.rest.iter().position(|byte| !byte.is_ascii_digit());
        let (digits, rest) = self.rest.split_at(end.unwrap_or(self.rest.len()));
        self.rest = rest;
        digits
    }

    /// A number without an exponent.
    fn number(&mut self) -> Option<f64> {
        /// Powers of ten that are whole `f64`s.
        const POWERS: [f64; 16] = [
            1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
        ];
        let text = self.rest;
        let negative = self.eat(b"-");
        let whole = self.digits();
        if matches!(whole, [] | [b'0', _, ..]) {
            return None;
        }
        let fraction = if self.eat(b".") {
            let fraction = self.digits();
            if fraction.is_empty() {
                return None;
            }
            fraction
        } else {
            b""
        };
        // Two numbers that are exact give the nearest `f64` when they are divided.
        if whole.len() + fraction.len() <= 15
            && let (Some(power), Some(whole)) = (POWERS.get(fraction.len()), value(whole))
        {
            let digits = fraction
                .iter()
                .fold(whole, |sum, digit| sum * 10 + u64::from(digit - b'0'));
            #[expect(clippy::cast_precision_loss, reason = "15 digits are exact")]
            let number = digits as f64 / power;
            return Some(if negative { -number } else { number });
        }
        let text = text.get(..text.len() - self.rest.len())?;
        std::str::from_utf8(text).ok()?.parse().ok()
    }

    /// A capture time: as it mostly is written, or as [`Written::read`] has it.
    fn time(&mut self) -> Option<RawTime> {
        let text = self.bytes()?;
        let other = || Some(Written::read(std::str::from_utf8(text).ok()?).ok()?.raw());
        usual_time(text).or_else(other)
    }
}

/// The value of a key that may be absent; `None` when it is there and not understood.
#[expect(clippy::option_option, reason = "absent, and not understood")]
fn all<T>(value: Option<Option<T>>) -> Option<Option<T>> {
    match value {
        None => Some(None),
        Some(value) => value.map(Some),
    }
}

/// The value of up to 19 digits.
fn value(digits: &[u8]) -> Option<u64> {
    let add = |sum: u64, digit: &u8| sum * 10 + u64::from(digit - b'0');
    (digits.len() <= 19).then(|| digits.iter().fold(0, add))
}

/// `2019-03-04T12:34:56` and what may follow.
fn usual_time(text: &[u8]) -> Option<RawTime> {
    let (time, zone) = text.split_first_chunk::<19>()?;
    let [
        y0,
        y1,
        y2,
        y3,
        b'-',
        m0,
        m1,
        b'-',
        d0,
        d1,
        b'T',
        h0,
        h1,
        b':',
        n0,
        n1,
        b':',
        s0,
        s1,
    ] = *time
    else {
        return None;
    };
    let two = |tens: u8, ones: u8| {
        let digits = tens.is_ascii_digit() && ones.is_ascii_digit();
        digits.then(|| u32::from(tens - b'0') * 10 + u32::from(ones - b'0'))
    };
    let year = two(y0, y1)? * 100 + two(y2, y3)?;
    let date = NaiveDate::from_ymd_opt(year.cast_signed(), two(m0, m1)?, two(d0, d1)?)?;
    let time = NaiveTime::from_hms_opt(two(h0, h1)?, two(n0, n1)?, two(s0, s1)?)?;
    let offset = match *zone {
        [] => None,
        [b'Z'] => return Some(RawTime::Instant(NaiveDateTime::new(date, time).and_utc())),
        [sign @ (b'+' | b'-'), h0, h1, b':', m0, m1] => {
            let (hours, minutes) = (two(h0, h1)?, two(m0, m1)?);
            let seconds = (hours * 60 + minutes).cast_signed() * 60;
            if minutes > 59 || seconds > 14 * 3600 {
                return None;
            }
            FixedOffset::east_opt(if sign == b'-' { -seconds } else { seconds })
        }
        _ => return None,
    };
    Some(RawTime::Clock(Clock {
        date,
        time: Some(time),
        offset,
    }))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::testing::datasets;
    use super::*;

    /// Reads with blocks of that many bytes.
    fn read_by(block: usize, text: &[u8]) -> Option<Dataset> {
        read_in(text, block).unwrap()
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

        #[test]
        fn what_we_write_is_read_here_and_as_serde_json_does(dataset in datasets()) {
            let text = dataset.to_json().unwrap();
            for block in [1, 100, BLOCK] {
                let ours = read_by(block, &text);
                prop_assert_eq!(ours.as_ref(), Some(&dataset));
            }
            prop_assert_eq!(json::read(&text).unwrap(), dataset);
        }

        #[test]
        fn what_we_write_is_what_serde_json_writes(dataset in datasets()) {
            let text = dataset.to_json().unwrap();
            let lines: Vec<&[u8]> = text.split(|byte| *byte == b'\n').collect();
            for file in dataset.folders.iter().flat_map(|folder| &folder.files) {
                let line = serde_json::to_vec(file).unwrap();
                prop_assert!(lines.iter().any(|ours| ours.starts_with(&line)), "{}", String::from_utf8_lossy(&line));
            }
        }

        #[test]
        fn any_other_shape_is_read_alike(dataset in datasets()) {
            let value: serde_json::Value = serde_json::from_slice(&dataset.to_json().unwrap()).unwrap();
            for text in [serde_json::to_vec_pretty(&value).unwrap(), serde_json::to_vec(&value).unwrap()] {
                prop_assert_eq!(read_by(BLOCK, &text), None);
                prop_assert_eq!(&Dataset::from_json(&text).unwrap(), &dataset);
            }
        }

        #[test]
        fn what_is_edited_by_hand_is_read_as_serde_json_does(
            dataset in datasets(),
            at in any::<prop::sample::Index>(),
            with in prop_oneof![
                prop::sample::select(&b"\n ,]}[{\":0-."[..]).prop_map(|byte| vec![byte]),
                prop::collection::vec(any::<u8>(), 0..3),
                Just(b",\"later\":[{}]".to_vec()),
                Just(b"},\n{\"name\":\"x.jpg\"".to_vec()),
            ],
            instead in 0usize..3,
        ) {
            let mut text = dataset.to_json().unwrap();
            let at = at.index(text.len());
            let end = (at + instead).min(text.len());
            text.splice(at..end, with);
            if let Some(dataset) = read_by(100, &text) {
                prop_assert_eq!(dataset, json::read(&text).unwrap());
            }
        }

        #[test]
        fn numbers_and_times_are_those_of_the_general_readers(
            number in "-?[0-9]{1,4}(\\.[0-9]{1,17})?",
            time in "[0-9]{4}-[01][0-9]-[0-3][0-9]T[0-2][0-9]:[0-6][0-9]:[0-6][0-9](Z|[+-][01][0-9]:[0-6][0-9])?",
        ) {
            let mut line = Line { rest: number.as_bytes() };
            if let Some(ours) = line.number() {
                let theirs: f64 = serde_json::from_str(&number).unwrap();
                prop_assert_eq!(ours.to_bits(), theirs.to_bits());
            }
            if let Some(ours) = usual_time(time.as_bytes()) {
                prop_assert_eq!(ours, Written::read(&time).unwrap().raw());
            }
        }
    }

    #[test]
    fn an_empty_dataset_is_read_here_too() {
        let text = Dataset::empty().to_json().unwrap();
        assert_eq!(read_by(BLOCK, &text), Some(Dataset::empty()));
        assert_eq!(read_by(BLOCK, b""), None);
        assert_eq!(read_by(BLOCK, b"{}"), None);
    }

    #[test]
    fn the_head_is_all_but_places_and_files() {
        let mut dataset = Dataset::empty();
        dataset.add_root("/a".as_ref(), crate::dataset::RootKind::Folder);
        let mut text = dataset.to_json().unwrap();
        let places = text
            .windows(8)
            .position(|word| word == b"\"places\"")
            .unwrap();
        text.truncate(places);
        assert_eq!(read_head(&text[..]).unwrap(), Some(dataset));
        text.truncate(places - 2);
        assert_eq!(read_head(&text[..]).unwrap(), None);
    }
}
