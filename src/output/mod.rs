//! Values to text: tables for people, JSON for programs. Alone uses stdout.

mod activity;
mod calendar;
pub mod dates;
mod escape;
pub mod imm;
pub mod json;
mod notes;
pub mod notify;
mod progress;
mod style;
mod table;

use std::io::{self, BufWriter, StdoutLock, Write};

use serde::Serialize;

pub use activity::Activity;
pub use calendar::Calendar;
pub use escape::Escaped;
pub use notes::{Notes, counted, error, error_json, files};
pub use progress::{Progress, Watching};
pub use style::Style;
pub use table::{Align, Table};

/// Standard output, where the result goes.
pub fn stdout() -> BufWriter<StdoutLock<'static>> {
    BufWriter::new(io::stdout().lock())
}

/// Standard output for writers that may hand it to another thread.
pub fn shared_stdout() -> BufWriter<io::Stdout> {
    BufWriter::new(io::stdout())
}

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
