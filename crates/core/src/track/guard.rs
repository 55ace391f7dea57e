//! What keeps a file from filling the memory.

use std::io::{self, Read};

/// The longest piece of XML, in bytes: a tag, or a text between two.
pub(super) const LONGEST_PIECE: usize = 4 << 20;
/// What is said of a longer one.
pub(super) const TOO_LONG: &str = "it has a text of more than 4 MiB";

/// Passes XML on as ASCII, whatever its encoding puts between: names and times, numbers and
/// the marks of XML are the same in UTF-8, Latin-1 and their like. Refuses long pieces.
pub(super) struct XmlGuard<R> {
    input: R,
    /// Bytes since the parser was last done with a piece.
    pub(super) since: usize,
}

impl<R> XmlGuard<R> {
    pub(super) fn new(input: R) -> Self {
        Self { input, since: 0 }
    }
}

impl<R: Read> Read for XmlGuard<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.since > LONGEST_PIECE {
            return Err(refused(TOO_LONG));
        }
        let len = self.input.read(buffer)?;
        for byte in buffer.get_mut(..len).unwrap_or_default() {
            if !byte.is_ascii() {
                *byte = b'?';
            }
        }
        self.since += len;
        Ok(len)
    }
}

/// What is refused is no fault of the disk.
fn refused(reason: &'static str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, reason)
}

/// The longest text or number of JSON, in bytes.
const LONGEST_TOKEN: usize = 1 << 20;

/// The deepest nesting of JSON; real histories stay below twelve.
const DEEPEST: usize = 64;

/// Refuses JSON with texts and numbers that would fill the memory, and with lists in lists
/// without end.
pub(super) struct JsonGuard<R> {
    input: R,
    in_text: bool,
    escaped: bool,
    /// Of the text or number that is being read.
    length: usize,
    depth: usize,
}

impl<R> JsonGuard<R> {
    pub(super) fn new(input: R) -> Self {
        Self {
            input,
            in_text: false,
            escaped: false,
            length: 0,
            depth: 0,
        }
    }

    /// Follows one byte; `false` where it goes too far.
    fn follow(&mut self, byte: u8) -> bool {
        self.length += 1;
        if self.in_text {
            match byte {
                _ if self.escaped => self.escaped = false,
                b'\\' => self.escaped = true,
                b'"' => self.in_text = false,
                _ => {}
            }
            return self.length <= LONGEST_TOKEN;
        }
        match byte {
            b'0'..=b'9' | b'.' | b'+' | b'-' | b'a'..=b'z' | b'A'..=b'Z' => {}
            b'"' => (self.in_text, self.length) = (true, 0),
            b'[' | b'{' => (self.depth, self.length) = (self.depth + 1, 0),
            b']' | b'}' => (self.depth, self.length) = (self.depth.saturating_sub(1), 0),
            _ => self.length = 0,
        }
        self.length <= LONGEST_TOKEN && self.depth <= DEEPEST
    }
}

impl<R: Read> Read for JsonGuard<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let len = self.input.read(buffer)?;
        for byte in buffer.get(..len).unwrap_or_default() {
            if !self.follow(*byte) {
                return Err(refused(match self.depth {
                    ..=DEEPEST => "it has a text or number of more than 1 MiB",
                    _ => "it is nested too deeply",
                }));
            }
        }
        Ok(len)
    }
}
