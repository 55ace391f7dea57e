//! Positioned, bounded reads of one media file.

use std::fs::File;
use std::io::{self, BufRead, Read, Seek, SeekFrom};
use std::ops::Range;
use std::path::Path;

use crate::disk::open_regular;

/// The first read of a file, and the least that any later read asks for.
const WINDOW: usize = 8 * 1024;

/// The most that one call may ask for. A container that claims more than this
/// for a header is wrong or hostile, and the call fails instead of allocating.
pub const MAX_READ: usize = 4 * 1024 * 1024;

/// What a [`RangeReader`] reads at once.
const PIECE: u64 = 64 * 1024;

/// A file that is read in small pieces, where its container points to.
///
/// One window of a few KiB is kept. A request inside it costs nothing, any other
/// one is a single positioned read. A source made of bytes behaves the same, so
/// that parsers are tested and fuzzed without files.
#[derive(Debug)]
pub struct Source {
    data: Backing,
    /// Where in the file it begins.
    base: u64,
    len: u64,
    start: u64,
    window: Vec<u8>,
    reads: u32,
    bytes_read: u64,
    has_failed: bool,
}

#[derive(Debug)]
enum Backing {
    File(File),
    Bytes(Vec<u8>),
}

impl Source {
    /// Opens a file for reading only. Its size in bytes is asked for unless the
    /// caller knows it.
    ///
    /// # Errors Fails when the file cannot be opened or its size cannot be told, and when it is
    /// no regular file: a pipe or a device could block for ever.
    pub fn open(path: &Path, size: Option<u64>) -> io::Result<Self> {
        let file = open_regular(path)?;
        let len = match size {
            Some(size) => size,
            None => file.metadata()?.len(),
        };
        Ok(Self::new(Backing::File(file), len))
    }

    /// A source of bytes that are already in memory.
    pub fn from_bytes(bytes: Vec<u8>) -> Self {
        let len = bytes.len() as u64;
        Self::new(Backing::Bytes(bytes), len)
    }

    fn new(data: Backing, len: u64) -> Self {
        Self {
            data,
            base: 0,
            len,
            start: 0,
            window: Vec::new(),
            reads: 0,
            bytes_read: 0,
            has_failed: false,
        }
    }

    /// The size in bytes.
    pub fn len(&self) -> u64 {
        self.len
    }

    /// Whether there is nothing to read.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Whether the system refused a read, whatever became of that error.
    pub fn has_failed(&self) -> bool {
        self.has_failed
    }

    /// How many positioned reads were made so far.
    pub fn reads(&self) -> u32 {
        self.reads
    }

    /// How many bytes those reads returned.
    pub fn bytes_read(&self) -> u64 {
        self.bytes_read
    }

    /// Exactly `n` bytes from `at` on.
    ///
    /// # Errors
    /// `UnexpectedEof` when the file ends before, `InvalidInput` when `n` is over
    /// [`MAX_READ`], and whatever the system answers to the read.
    pub fn bytes(&mut self, at: u64, n: usize) -> io::Result<&[u8]> {
        let got = self.up_to(at, n)?;
        if got.len() < n {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        Ok(got)
    }

    /// At most `n` bytes from `at` on, fewer where the file ends before.
    ///
    /// # Errors
    /// As [`Source::bytes`], but for the end of the file.
    pub fn up_to(&mut self, at: u64, n: usize) -> io::Result<&[u8]> {
        if n > MAX_READ {
            return Err(io::Error::new(
                io::ErrorKind::InvalidInput,
                "a header of more than 4 MiB",
            ));
        }
        let available = usize::try_from(self.len.saturating_sub(at)).unwrap_or(usize::MAX);
        let n = n.min(available);
        let inside = at >= self.start && at - self.start + n as u64 <= self.window.len() as u64;
        if !inside {
            self.fill(at, n.max(WINDOW).min(available))?;
        }
        // In bounds of the window, which fits in memory.
        let from = usize::try_from(at.saturating_sub(self.start)).unwrap_or(usize::MAX);
        let window = self.window.get(from..).unwrap_or_default();
        Ok(&window[..n.min(window.len())])
    }

    /// What of the bytes from `at` on the last read brought along: to look at them costs nothing.
    pub fn at_hand(&self, at: u64) -> &[u8] {
        let from = at.checked_sub(self.start).map(usize::try_from);
        let bytes = from.and_then(|from| self.window.get(from.ok()?..));
        bytes.unwrap_or_default()
    }

    /// `N` bytes from `at` on, by value: for the fixed fields of headers.
    ///
    /// # Errors
    /// As [`Source::bytes`].
    pub fn array<const N: usize>(&mut self, at: u64) -> io::Result<[u8; N]> {
        let mut array = [0; N];
        array.copy_from_slice(self.bytes(at, N)?);
        Ok(array)
    }

    /// All of it, `None` when that is more than `most` bytes.
    ///
    /// # Errors
    /// A failed read.
    pub fn whole(&mut self, most: usize) -> io::Result<Option<Vec<u8>>> {
        if self.len > most as u64 {
            return Ok(None);
        }
        let mut bytes = Vec::new();
        loop {
            let piece = self.up_to(bytes.len() as u64, MAX_READ)?;
            if piece.is_empty() {
                return Ok(Some(bytes));
            }
            bytes.extend_from_slice(piece);
        }
    }

    /// Does something with a stretch of it as if that were a file of its own.
    pub fn part<T>(&mut self, range: Range<u64>, work: impl FnOnce(&mut Self) -> T) -> T {
        let (base, len) = (self.base, self.len);
        let end = range.end.min(len).max(range.start);
        self.base = base.saturating_add(range.start);
        self.len = end - range.start;
        self.window.clear();
        let done = work(self);
        (self.base, self.len) = (base, len);
        self.window.clear();
        done
    }

    /// A stretch of it, for decoders that read from the front to the back.
    pub fn reader(&mut self, range: Range<u64>) -> RangeReader<'_> {
        let range = range.start..range.end.min(self.len).max(range.start);
        RangeReader {
            source: self,
            at: range.start,
            piece: range.start,
            range,
        }
    }

    /// Keeps nothing in memory until the next read.
    pub fn rest(&mut self) {
        self.window = Vec::new();
    }

    fn fill(&mut self, at: u64, n: usize) -> io::Result<()> {
        self.window.clear();
        self.start = at;
        let at = self.base.saturating_add(at);
        match &self.data {
            Backing::Bytes(bytes) => {
                let from = usize::try_from(at).unwrap_or(usize::MAX);
                let rest = bytes.get(from..).unwrap_or_default();
                self.window.extend_from_slice(&rest[..n.min(rest.len())]);
            }
            Backing::File(file) => {
                self.window.resize(n, 0);
                let mut filled = 0;
                while filled < n {
                    match read_at(file, &mut self.window[filled..], at + filled as u64) {
                        Ok(0) => break,
                        Ok(got) => filled += got,
                        Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
                        Err(e) => {
                            self.has_failed = true;
                            self.window.clear();
                            return Err(e);
                        }
                    }
                }
                self.window.truncate(filled);
            }
        }
        self.reads += 1;
        self.bytes_read += self.window.len() as u64;
        Ok(())
    }
}

/// A stretch of a [`Source`], which is read in pieces of 64 KiB.
#[derive(Debug)]
pub struct RangeReader<'a> {
    source: &'a mut Source,
    range: Range<u64>,
    at: u64,
    /// Where the piece ends that is in the window of the source.
    piece: u64,
}

impl BufRead for RangeReader<'_> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.at >= self.piece {
            self.piece = self.at.saturating_add(PIECE).min(self.range.end);
        }
        // At most a piece.
        let n = usize::try_from(self.piece.saturating_sub(self.at)).unwrap_or(0);
        self.source.up_to(self.at, n)
    }

    fn consume(&mut self, amount: usize) {
        self.at += amount as u64;
    }
}

impl Read for RangeReader<'_> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        let read = self.fill_buf()?.read(buf)?;
        self.consume(read);
        Ok(read)
    }
}

impl Seek for RangeReader<'_> {
    /// Positions count from the start of the stretch.
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let (from, by) = match to {
            SeekFrom::Start(at) => (self.range.start.checked_add(at), 0),
            SeekFrom::Current(by) => (Some(self.at), by),
            SeekFrom::End(by) => (Some(self.range.end), by),
        };
        let at = from.and_then(|from| from.checked_add_signed(by));
        let at = at.filter(|at| *at >= self.range.start);
        let at = at.ok_or(io::ErrorKind::InvalidInput)?;
        // What is in the window stays there: decoders look ahead, and go back.
        if !(self.source.start..=self.piece).contains(&at) || self.piece - at > PIECE {
            self.piece = at;
        }
        self.at = at;
        Ok(at - self.range.start)
    }
}

#[cfg(unix)]
fn read_at(file: &File, buf: &mut [u8], at: u64) -> io::Result<usize> {
    std::os::unix::fs::FileExt::read_at(file, buf, at)
}

#[cfg(windows)]
fn read_at(file: &File, buf: &mut [u8], at: u64) -> io::Result<usize> {
    std::os::windows::fs::FileExt::seek_read(file, buf, at)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_within_one_window_are_one_read() {
        let mut source = Source::from_bytes((0..=255).cycle().take(20_000).collect());
        assert_eq!(source.bytes(0, 4).unwrap(), [0, 1, 2, 3]);
        assert_eq!(source.bytes(4000, 2).unwrap(), [160, 161]);
        assert_eq!(source.reads(), 1);
        assert_eq!(source.at_hand(8190), [254, 255]);
        assert_eq!(source.at_hand(9000), [0; 0]);
        assert_eq!(source.array::<2>(19_998).unwrap(), [30, 31]);
        assert_eq!(source.at_hand(0), [0; 0]);
        assert_eq!(source.reads(), 2);
    }

    #[test]
    fn the_end_of_the_file_is_an_error_or_a_short_answer() {
        let mut source = Source::from_bytes(vec![1, 2, 3]);
        assert_eq!(
            source.bytes(1, 3).unwrap_err().kind(),
            io::ErrorKind::UnexpectedEof
        );
        assert_eq!(source.up_to(1, 3).unwrap(), [2, 3]);
        assert!(source.up_to(3, 3).unwrap().is_empty());
        assert!(source.up_to(u64::MAX, 3).unwrap().is_empty());
        assert_eq!(
            source.bytes(u64::MAX, 1).unwrap_err().kind(),
            io::ErrorKind::UnexpectedEof
        );
    }

    #[test]
    fn a_request_without_bounds_is_refused() {
        let mut source = Source::from_bytes(vec![0; 8]);
        let error = source.up_to(0, MAX_READ + 1).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::InvalidInput);
    }

    /// To open a pipe would wait for whoever writes into it.
    #[cfg(unix)]
    #[test]
    fn what_is_no_file_is_refused_at_once() {
        use std::os::unix::net::UnixListener;
        use std::process::Command;

        use crate::disk::is_no_file;

        let folder = tempfile::tempdir().unwrap();
        let (pipe, socket) = (folder.path().join("pipe"), folder.path().join("socket"));
        assert!(
            Command::new("mkfifo")
                .arg(&pipe)
                .status()
                .unwrap()
                .success()
        );
        let _listener = UnixListener::bind(&socket).unwrap();
        for path in [&pipe, &socket, Path::new("/dev/null"), folder.path()] {
            for size in [None, Some(3)] {
                let error = Source::open(path, size).unwrap_err();
                assert!(is_no_file(&error), "{}: {error}", path.display());
            }
        }
    }

    #[test]
    fn a_reader_reads_its_stretch_in_pieces() {
        let bytes: Vec<u8> = (0..=255).cycle().take(200_000).collect();
        let mut source = Source::from_bytes(bytes.clone());
        let mut read = Vec::new();
        let mut reader = source.reader(10..190_000);
        for step in [1, 70_000, 3] {
            let mut piece = vec![0; step];
            reader.read_exact(&mut piece).unwrap();
            read.extend(piece);
        }
        assert_eq!(reader.seek(SeekFrom::Current(5)).unwrap(), 70_009);
        assert_eq!(reader.seek(SeekFrom::Current(-5)).unwrap(), 70_004);
        reader.read_to_end(&mut read).unwrap();
        assert_eq!(read, bytes[10..190_000]);
        assert_eq!(reader.seek(SeekFrom::End(-1)).unwrap(), 189_989);
        let mut last = Vec::new();
        reader.read_to_end(&mut last).unwrap();
        assert_eq!(last, bytes[189_999..190_000]);
        assert!(reader.seek(SeekFrom::Current(-200_000)).is_err());
        assert_eq!(
            reader.seek(SeekFrom::Start(u64::MAX - 20)).unwrap(),
            u64::MAX - 20
        );
        assert_eq!(reader.read(&mut [0]).unwrap(), 0);
        assert_eq!(source.reader(300_000..400_000).read(&mut [0]).unwrap(), 0);
        assert!(source.reads() <= 8, "{}", source.reads());
    }
}
