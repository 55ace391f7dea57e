//! File names in JSON, also those that are not UTF-8.

use std::ffi::{OsStr, OsString};

use crate::text::{base64, from_base64};

/// A name for people, and its bytes in base64 where they are not UTF-8.
pub(super) struct EncodedName {
    pub(super) name: String,
    pub(super) raw: Option<String>,
}

pub(super) fn encode(name: &OsStr) -> EncodedName {
    match name.to_str() {
        Some(text) => EncodedName {
            name: text.to_owned(),
            raw: None,
        },
        None => EncodedName {
            name: name.to_string_lossy().into_owned(),
            raw: Some(base64(name.as_encoded_bytes())),
        },
    }
}

pub(super) fn decode(name: &str, raw: Option<&str>) -> Result<OsString, String> {
    let Some(raw) = raw else {
        return Ok(name.into());
    };
    let bytes = from_base64(raw).ok_or_else(|| format!("`{raw}` is no base64"))?;
    from_bytes(bytes).ok_or_else(|| format!("`{raw}` is no file name on this system"))
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
