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
        Cow::Owned(_) => Some(base64(&to_bytes(name))),
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

#[cfg(windows)]
#[expect(
    clippy::unnecessary_wraps,
    reason = "other systems have names that they cannot hold"
)]
fn from_bytes(bytes: Vec<u8>) -> Option<OsString> {
    let name = std::os::windows::ffi::OsStringExt::from_wide(&wide::from_bytes(&bytes));
    Some(name)
}

#[cfg(not(any(unix, windows)))]
fn from_bytes(bytes: Vec<u8>) -> Option<OsString> {
    String::from_utf8(bytes).ok().map(OsString::from)
}

/// The bytes that are kept of a name that is not UTF-8.
#[cfg(windows)]
fn to_bytes(name: &OsStr) -> Vec<u8> {
    wide::to_bytes(std::os::windows::ffi::OsStrExt::encode_wide(name))
}

#[cfg(not(windows))]
fn to_bytes(name: &OsStr) -> Vec<u8> {
    name.as_encoded_bytes().to_owned()
}

/// Names of 16-bit units, as Windows has them, in bytes and back. A dataset moves between
/// systems: a name of one that the other cannot have is kept all the same, and comes back
/// whole.
#[cfg(any(windows, test))]
mod wide {
    /// A byte of a Unix name that is no part of UTF-8 stands as this unit and the byte, half
    /// of a surrogate pair that no text has.
    const BYTE: u16 = 0xdc00;

    /// The units of a name: text as UTF-16, half a pair from its three bytes (WTF-8).
    pub(super) fn from_bytes(bytes: &[u8]) -> Vec<u16> {
        let mut units = Vec::with_capacity(bytes.len());
        for chunk in bytes.utf8_chunks() {
            units.extend(chunk.valid().encode_utf16());
            units.extend(chunk.invalid().iter().map(|byte| BYTE | u16::from(*byte)));
        }
        joined(&units)
    }

    /// Puts halves of pairs together again, whose bytes were found one by one. A half that
    /// would stand for a byte is none: its three bytes are three bytes of a name.
    fn joined(mut units: &[u16]) -> Vec<u16> {
        let half = |b: u16, c: u16| 0xd000 | (b & 0x3f) << 6 | (c & 0x3f);
        let mut whole = Vec::with_capacity(units.len());
        loop {
            units = match units {
                [0xdced, b @ 0xdca0..=0xdcbf, c @ 0xdc80..=0xdcbf, after @ ..]
                    if byte(half(*b, *c)).is_none() =>
                {
                    whole.push(half(*b, *c));
                    after
                }
                [unit, after @ ..] => {
                    whole.push(*unit);
                    after
                }
                [] => return whole,
            };
        }
    }

    /// The byte that a unit stands for.
    fn byte(unit: u16) -> Option<u8> {
        let byte = u8::try_from(unit ^ BYTE).ok()?;
        (!byte.is_ascii()).then_some(byte)
    }

    /// The bytes of which [`from_bytes`] makes these units.
    pub(super) fn to_bytes(units: impl Iterator<Item = u16>) -> Vec<u8> {
        let mut bytes = Vec::new();
        for unit in char::decode_utf16(units) {
            match unit.map_err(|half| half.unpaired_surrogate()) {
                Ok(c) => bytes.extend(c.encode_utf8(&mut [0; 4]).as_bytes()),
                Err(half) => match byte(half) {
                    Some(byte) => bytes.push(byte),
                    None => bytes.extend([0xed, low_bits(half >> 6), low_bits(half)]),
                },
            }
        }
        bytes
    }

    /// The byte of UTF-8 that goes on with the six lowest bits.
    fn low_bits(of: u16) -> u8 {
        let [low, _] = of.to_le_bytes();
        0x80 | low & 0x3f
    }
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

    #[test]
    fn names_of_one_system_are_kept_on_the_other() {
        for bytes in [
            b"caf\xe9.jpg".as_slice(),
            b"\xff",
            b"\xe8\xe9",
            // Half a pair of Windows; one that stands for a byte there; what is cut short.
            b"a\xed\xa0\x80.jpg",
            b"\xed\xb2\x80",
            b"\xed\xa0",
            "é西\u{1f3d4}.jpg".as_bytes(),
        ] {
            let units = wide::from_bytes(bytes);
            assert_eq!(wide::to_bytes(units.into_iter()), bytes, "{bytes:?}");
        }
        for units in [
            [0x61, 0xd800, 0x62],
            [0xdc00, 0xdfff, 0xdbff],
            [0xdc80, 0xdcff, 0xd83c],
            [0xd83c, 0xdfd4, 0xdce9],
        ] {
            let bytes = wide::to_bytes(units.into_iter());
            assert_eq!(wide::from_bytes(&bytes), units, "{units:x?}");
        }
        let other = |byte| wide::from_bytes(&[b'a', byte]);
        assert_ne!(other(0xe8), other(0xe9));
    }
}
