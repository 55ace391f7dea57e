//! Values to text: tables for people, JSON for programs. Alone uses stdout.

mod activity;
mod browser;
mod calendar;
pub mod dates;
mod format;
mod held;
mod help;
pub mod imm;
pub mod json;
mod notes;
pub mod notify;
mod pad;
mod progress;
mod style;
mod table;
mod wrap;
pub mod years;

use std::io::{self, BufWriter, IsTerminal, StdoutLock};

pub use activity::{Activity, share_mark};
pub use browser::open as open_in_browser;
pub use calendar::Calendar;
pub use format::Format;
pub use held::{clauses, files_held, listed, summary};
pub use help::{help, wrong_usage};
pub use notes::{Notes, error, error_json};
pub use pad::{padded, padded_left};
pub use progress::Bar;
pub use style::Style;
pub use table::{Cells, Table};
pub use wrap::wrapped;

/// Standard output, where the result goes.
pub fn stdout() -> BufWriter<StdoutLock<'static>> {
    BufWriter::new(io::stdout().lock())
}

/// Whether a person at a terminal reads both the result and the notes.
pub fn is_interactive() -> bool {
    io::stdout().is_terminal() && io::stderr().is_terminal()
}

/// Standard output for writers that may hand it to another thread.
pub fn shared_stdout() -> BufWriter<io::Stdout> {
    BufWriter::new(io::stdout())
}
