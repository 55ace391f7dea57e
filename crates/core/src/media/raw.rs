//! TIFF files, and the RAW formats that are built like one.

use super::facts::Facts;
use super::source::Source;
use super::unreadable::Unreadable;
use super::{exif, jpeg, tiff};

/// Reads a TIFF file, or a RAW file built like one.
///
/// # Errors
/// No TIFF header, or a failed read.
pub fn read(source: &mut Source, facts: &mut Facts) -> Result<(), Unreadable> {
    let tiff = tiff::walk(source, 0..source.len())?;
    exif::take(source, &tiff, facts)?;
    match tiff.jpeg {
        Some(jpeg) => jpeg::read_range(source, jpeg, facts),
        None => Ok(()),
    }
}
