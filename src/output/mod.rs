//! Values to text: tables for people, JSON for programs. Alone uses stdout.

mod activity;
mod calendar;
pub mod dates;
mod format;
mod held;
pub mod imm;
pub mod json;
mod notes;
pub mod notify;
mod progress;
mod style;
mod table;

use std::io::{self, BufWriter, StdoutLock};

pub use activity::Activity;
pub use calendar::Calendar;
pub use format::Format;
pub use held::{files_held, summary};
pub use notes::{Notes, error, error_json};
pub use progress::Bar;
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
