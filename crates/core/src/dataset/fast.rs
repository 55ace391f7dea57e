//! A second reader of the dataset file, for the layout that we write ourselves: one
//! record a line, its keys in our order. It never holds more than a few blocks of the
//! text.
//!
//! It says `None` to whatever it does not expect, and `serde_json` then decides: about
//! a line with other keys alone, about any other document as a whole. So it need not
//! know everything, but what it does read must come out alike.

use std::io::{self, BufRead, Read};
use std::sync::Mutex;

use rayon::prelude::*;
use serde::de::DeserializeOwned;

use super::document::{Document, Section};
use super::json::{self, FolderLine};
use super::keys::{FileLine, Formats};
use super::line::{Line, Value};
use super::model::{Dataset, FileRecord, Folder};

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
    if !head.read(&mut from, Section::Folders.before())? {
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
    if !head.read(&mut from, Section::Places.before())? {
        return Ok(None);
    }
    Ok(head
        .parse()
        .and_then(|document| json::checked(document).ok()))
}

/// The text of the head of a dataset, taken apart into lines.
#[derive(Default)]
struct Head {
    start: Vec<u8>,
    sections: Vec<Vec<Vec<u8>>>,
}

impl Head {
    /// Reads the lines of the start and of these lists; says whether all were there.
    fn read(&mut self, from: &mut impl BufRead, sections: &[Section]) -> io::Result<bool> {
        from.read_until(b'\n', &mut self.start)?;
        let mut line = Vec::new();
        for section in sections {
            line.clear();
            from.read_until(b'\n', &mut line)?;
            let behind = line
                .strip_prefix(b"\"")
                .and_then(|rest| rest.strip_prefix(section.key().as_bytes()));
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
        document.tracks = records(next())?;
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
                Expected::Folders if line.eat("\"folders\":[]}\n") => Expected::End,
                Expected::Folders if line.eat("\"folders\":[\n") => Expected::Folder,
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

impl Line<'_> {
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
    fn file(&mut self, formats: &mut Formats) -> Option<FileRecord> {
        let line = self.rest;
        if let Some(file) = FileLine::take(self) {
            return file.into_record(|name| formats.by_extension(name)).ok();
        }
        self.rest = line;
        let end = line.iter().position(|byte| *byte == b'\n')?;
        let (text, _) = line.split_at(end);
        let mut stream = serde_json::Deserializer::from_slice(text).into_iter();
        let file = stream.next()?.ok()?;
        self.rest = line.get(stream.byte_offset()..)?;
        Some(file)
    }

    /// What may stand behind a file.
    fn after_file(&mut self) -> Option<Expected> {
        if self.eat(",\n") {
            Some(Expected::File)
        } else if self.eat("]},\n") {
            Some(Expected::Folder)
        } else if self.eat("]}]}\n") {
            Some(Expected::End)
        } else {
            None
        }
    }
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
