//! Paths as `file:` URIs (RFC 8089).

use std::fmt::{self, Write as _};
use std::path::{Component, Path, Prefix};

/// A path as a URI: absolute ones with `file://`, others as a relative reference.
pub(super) struct FileUri<'a>(pub(super) &'a Path);

impl fmt::Display for FileUri<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.is_absolute() {
            // A share of a network begins with two separators, and what follows is the host.
            f.write_str(match self.0.components().next() {
                Some(Component::Prefix(prefix)) => match prefix.kind() {
                    Prefix::UNC(..) => "file:",
                    _ => "file:///",
                },
                _ => "file://",
            })?;
        }
        for (i, byte) in (self.0.as_os_str().as_encoded_bytes().iter()).enumerate() {
            match byte {
                // Behind the letter of a drive.
                b':' if cfg!(windows) && i == 1 && self.0.is_absolute() => f.write_char(':')?,
                b'\\' if cfg!(windows) => f.write_char('/')?,
                b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'/' | b'-' | b'_' | b'.' | b'~' => {
                    f.write_char(char::from(*byte))?;
                }
                _ => write!(f, "%{byte:02X}")?,
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(windows)]
    #[test]
    fn drives_and_shares_are_written_as_browsers_do() {
        let uri = |path: &str| FileUri(Path::new(path)).to_string();
        assert_eq!(uri(r"C:\a b\c:d.jpg"), "file:///C:/a%20b/c%3Ad.jpg");
        assert_eq!(uri(r"\\nas\photos\a.jpg"), "file://nas/photos/a.jpg");
        assert_eq!(uri(r"a\b.jpg"), "a/b.jpg");
    }

    #[cfg(unix)]
    #[test]
    fn every_byte_but_the_unreserved_is_written_out() {
        let uri = |path: &str| FileUri(Path::new(path)).to_string();
        assert_eq!(
            uri("/a b/西#?%\n.jpg"),
            "file:///a%20b/%E8%A5%BF%23%3F%25%0A.jpg"
        );
        assert_eq!(uri("a:b.jpg"), "a%3Ab.jpg");
    }
}
