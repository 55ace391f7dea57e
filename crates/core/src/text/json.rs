//! Values as JSON on their way out.

use std::io::{self, Write};

use serde::Serialize;

/// Writes a list as one JSON array, an element a line, or as one value a line.
///
/// # Errors
/// The output is closed or full.
pub fn write_list<T: Serialize>(
    out: &mut impl Write,
    items: impl IntoIterator<Item = T>,
    one_array: bool,
) -> io::Result<()> {
    let mut separator: &[u8] = if one_array { b"[\n" } else { b"" };
    for item in items {
        out.write_all(separator)?;
        serde_json::to_writer(&mut *out, &item)?;
        separator = if one_array { b",\n" } else { b"\n" };
    }
    match (one_array, separator) {
        (true, b"[\n") => out.write_all(b"[]\n"),
        (true, _) => out.write_all(b"\n]\n"),
        (false, b"") => Ok(()),
        (false, _) => out.write_all(b"\n"),
    }
}

/// Writes one value: over several lines as JSON, on one as NDJSON.
///
/// # Errors
/// The output is closed or full.
pub fn write_value<T: Serialize>(
    out: &mut impl Write,
    value: &T,
    one_line: bool,
) -> io::Result<()> {
    if one_line {
        serde_json::to_writer(&mut *out, value)?;
    } else {
        serde_json::to_writer_pretty(&mut *out, value)?;
    }
    out.write_all(b"\n")
}
/// Why reading JSON failed, without the place, which an error tells beside.
pub(crate) fn reason(error: &serde_json::Error) -> String {
    let text = error.to_string();
    let reason = text.rsplit_once(" at line ");
    reason
        .map_or(text.as_str(), |(reason, _)| reason)
        .to_owned()
}
/// Keeps a type in JSON as the text that it prints as and is parsed from.
macro_rules! as_text {
    ($type:ty) => {
        impl serde::Serialize for $type {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> serde::Deserialize<'de> for $type {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = <std::borrow::Cow<'de, str>>::deserialize(deserializer)?;
                // Why it fails may be kept, as in a task: in English for everyone.
                text.parse().or_else(|_| {
                    imm_cluster_messages::in_tongue(imm_cluster_messages::Tongue::English, || {
                        text.parse().map_err(serde::de::Error::custom)
                    })
                })
            }
        }
    };
}
pub(crate) use as_text;
