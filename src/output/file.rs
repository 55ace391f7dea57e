//! A result that goes to a file: there as a whole, or not at all.

use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::path::Path;

use crate::dataset::keep_owner_and_mode;

/// Replaces a file by way of a temporary one beside it. A symbolic link stays, and
/// what it points to is replaced; an old file's owner and mode stay.
///
/// # Errors
/// The file is as it was when any step fails.
pub fn replace_file(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let target = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let mut name = target.file_name().unwrap_or_default().to_owned();
    name.push(format!(".{}.tmp", std::process::id()));
    let temporary = target.with_file_name(name);
    let written = write(&temporary, &target, bytes);
    if written.is_err() {
        // It is of no use any more; the error that matters is the first.
        let _ = fs::remove_file(&temporary);
    }
    written
}

#[expect(
    clippy::disallowed_methods,
    reason = "the one place where results are written to files"
)]
fn write(temporary: &Path, target: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = File::create_new(temporary)?;
    file.write_all(bytes)?;
    if let Ok(old) = fs::metadata(target) {
        keep_owner_and_mode(&file, &old)?;
    }
    file.sync_all()?;
    fs::rename(temporary, target)
}

/// The first bytes of a file, at most so many.
///
/// # Errors
/// The file cannot be read.
pub fn head_of(path: &Path, most: usize) -> io::Result<Vec<u8>> {
    let mut head = Vec::new();
    File::open(path)?.take(most as u64).read_to_end(&mut head)?;
    Ok(head)
}
