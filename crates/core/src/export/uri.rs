//! Paths as `file:` URIs (RFC 8089).

use std::fmt::{self, Write as _};
use std::path::Path;

/// A path as a URI: absolute ones with `file://`, others as a relative reference.
pub(super) struct FileUri<'a>(pub(super) &'a Path);

impl fmt::Display for FileUri<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.is_absolute() {
            f.write_str("file://")?;
            if cfg!(windows) {
                f.write_char('/')?;
            }
        }
        for byte in self.0.as_os_str().as_encoded_bytes() {
            match byte {
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

#[cfg(all(test, unix))]
mod tests {
    use super::*;

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
