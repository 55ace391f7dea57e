//! The output formats.

use clap::ValueEnum;

/// Output format.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// A table for people
    Table,
    /// One JSON value
    Json,
    /// One JSON value per line
    Ndjson,
    /// As the IMM service answers (`run`, `clusters list` and `tasks` only)
    Imm,
}
