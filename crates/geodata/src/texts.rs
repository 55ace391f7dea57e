//! Short texts in one buffer, each once: a byte that is the length, below 128, then UTF-8.

use std::collections::HashMap;

/// Texts as they are collected.
#[derive(Debug, Clone)]
pub struct TextTable {
    bytes: Vec<u8>,
    known: HashMap<String, u32>,
}

impl Default for TextTable {
    fn default() -> Self {
        Self {
            bytes: vec![0],
            known: HashMap::from([(String::new(), 0)]),
        }
    }
}

impl TextTable {
    /// Where a text stands, 0 for the empty one and for one of more than 127 bytes.
    pub fn offset(&mut self, text: &str) -> u32 {
        let len = u8::try_from(text.len()).ok().filter(|len| *len < 128);
        let (Some(len), Ok(at)) = (len, u32::try_from(self.bytes.len())) else {
            return 0;
        };
        if let Some(known) = self.known.get(text) {
            return *known;
        }
        self.bytes.push(len);
        self.bytes.extend(text.bytes());
        self.known.insert(text.to_owned(), at);
        at
    }

    /// The buffer.
    pub fn into_bytes(self) -> Vec<u8> {
        self.bytes
    }
}

/// The text at an offset of a buffer, `None` where there is none.
pub fn text_at(bytes: &[u8], offset: u32) -> Option<&str> {
    let at = usize::try_from(offset).ok()?;
    let len = usize::from(*bytes.get(at)?);
    std::str::from_utf8(bytes.get(at + 1..at + 1 + len)?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_stand_once_and_are_found_again() {
        let mut texts = TextTable::default();
        let (bath, ghent) = (texts.offset("Bath"), texts.offset("根特"));
        assert_eq!([texts.offset("Bath"), texts.offset("")], [bath, 0]);
        assert_eq!(texts.offset(&"x".repeat(128)), 0);
        let bytes = texts.into_bytes();
        assert_eq!(text_at(&bytes, bath), Some("Bath"));
        assert_eq!(text_at(&bytes, ghent), Some("根特"));
        assert_eq!(text_at(&bytes, 0), Some(""));
        assert_eq!(text_at(&bytes, 999), None);
    }
}
