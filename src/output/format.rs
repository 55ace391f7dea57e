//! The forms that a result can have.

use clap::ValueEnum;

/// Form of the result.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For people
    Table,
    /// One JSON value
    Json,
    /// One JSON value a line
    Ndjson,
    /// As the IMM service answers: `run`, `clusters list`, `tasks`
    Imm,
}
