//! Values to text: tables for people, JSON for programs. Alone uses stdout.

mod escape;

pub use escape::Escaped;
