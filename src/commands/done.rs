//! What a command comes to.

/// What a command that was done ends with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Done {
    /// All of it.
    Well,
    /// All, but some file could not be read, and `--strict` asks to say so.
    WithFailures,
}
