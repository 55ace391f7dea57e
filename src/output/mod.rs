//! Values to text: tables for people, JSON for programs. Alone uses stdout.

mod escape;
mod progress;

pub use escape::Escaped;
pub use progress::Progress;
