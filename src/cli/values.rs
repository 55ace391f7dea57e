//! Values that several commands take.

use clap::ValueEnum;

use crate::capture::position::{Position, degrees};

/// The direction of sorting.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Order {
    /// The first or earliest first
    Asc,
    /// The last or latest first
    Desc,
}

pub(super) fn position(text: &str) -> Result<Position, String> {
    let wanted = "degrees north and east are wanted, such as 30.2489,120.1485";
    let (lat, lon) = degrees(text).ok_or(wanted)?;
    Position::new(lat, lon).map_err(|e| e.to_string())
}

pub(super) fn key_value(text: &str) -> Result<(String, String), String> {
    let (key, value) = text.split_once('=').ok_or("KEY=TEXT is wanted")?;
    Ok((key.to_owned(), value.to_owned()))
}
