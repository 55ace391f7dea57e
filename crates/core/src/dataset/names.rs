//! File names in JSON, also those that are not UTF-8.

use std::borrow::Cow;
use std::ffi::{OsStr, OsString};

use crate::text::{base64, from_base64};

/// A name for people, and its bytes in base64 where they are not UTF-8.
pub(super) struct EncodedName<'a> {
    pub(super) name: Cow<'a, str>,
    pub(super) raw: Option<String>,
}

pub(super) fn encode(name: &OsStr) -> EncodedName<'_> {
    let lossy = name.to_string_lossy();
    let raw = match lossy {
        Cow::Borrowed(_) => None,
        Cow::Owned(_) => Some(base64(name.as_encoded_bytes())),
    };
    EncodedName { name: lossy, raw }
}

pub(super) fn decode<'a>(name: &'a str, raw: Option<&str>) -> Result<Cow<'a, OsStr>, String> {
    let Some(raw) = raw else {
        return Ok(Cow::Borrowed(name.as_ref()));
    };
    let bytes = from_base64(raw).ok_or_else(|| format!("`{raw}` is no base64"))?;
    let name =
        from_bytes(bytes).ok_or_else(|| format!("`{raw}` is no file name on this system"))?;
    Ok(Cow::Owned(name))
}

#[cfg(unix)]
#[expect(
    clippy::unnecessary_wraps,
    reason = "other systems have names that they cannot hold"
)]
fn from_bytes(bytes: Vec<u8>) -> Option<OsString> {
    Some(std::os::unix::ffi::OsStringExt::from_vec(bytes))
}

#[cfg(not(unix))]
fn from_bytes(bytes: Vec<u8>) -> Option<OsString> {
    String::from_utf8(bytes).ok().map(OsString::from)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(unix)]
    #[test]
    fn names_that_are_no_text_come_back_whole() {
        let name: OsString = std::os::unix::ffi::OsStringExt::from_vec(b"caf\xe9.jpg".to_vec());
        let encoded = encode(&name);
        assert_eq!(encoded.name, "caf\u{fffd}.jpg");
        assert_eq!(decode(&encoded.name, encoded.raw.as_deref()).unwrap(), name);
    }
}
