//! Opening files without waiting for whoever is at the other end of a pipe.

use std::fs::{File, OpenOptions};
use std::io;
use std::path::Path;

/// Opens a regular file for reading. What else may have come into its place, such as a
/// pipe, a socket, a device or a folder, is an error at once.
///
/// # Errors
/// It cannot be opened, or is no regular file.
pub fn open_regular(path: &Path) -> io::Result<File> {
    let file = without_waiting(OpenOptions::new().read(true)).open(path);
    let file = file.map_err(|error| if is_special(&error) { no_file() } else { error })?;
    // Asked of the open file: what the path leads to may have changed since.
    is_regular_now(&file)?;
    Ok(file)
}

/// Whether an error is the answer of a socket, or of a device that is not there.
#[cfg(unix)]
fn is_special(error: &io::Error) -> bool {
    error.raw_os_error() == Some(rustix::io::Errno::NXIO.raw_os_error())
}

#[cfg(not(unix))]
fn is_special(_: &io::Error) -> bool {
    false
}

fn no_file() -> io::Error {
    io::Error::new(io::ErrorKind::Unsupported, "it is no longer a regular file")
}

/// Whether an error says that something else than a file is there.
pub fn is_no_file(error: &io::Error) -> bool {
    error.kind() == io::ErrorKind::Unsupported && error.raw_os_error().is_none()
}

/// Opens what the user named for reading, be it a file or a pipe. One that nobody writes
/// into ends at once.
///
/// # Errors
/// It cannot be opened.
pub fn open_to_read(path: &Path) -> io::Result<File> {
    let file = without_waiting(OpenOptions::new().read(true)).open(path)?;
    if !file.metadata()?.is_file() {
        wait_again(&file)?;
    }
    Ok(file)
}

/// Makes reads of an open pipe wait again, as its writer may be slow.
///
/// # Errors
/// The system refuses.
#[cfg(unix)]
pub(super) fn wait_again(file: &File) -> io::Result<()> {
    use rustix::fs::{OFlags, fcntl_getfl, fcntl_setfl};
    Ok(fcntl_setfl(file, fcntl_getfl(file)? - OFlags::NONBLOCK)?)
}

#[cfg(not(unix))]
pub(super) fn wait_again(_: &File) -> io::Result<()> {
    Ok(())
}

/// Refuses an open file that is no regular one.
///
/// # Errors
/// It is something else, or the system does not tell.
pub(super) fn is_regular_now(file: &File) -> io::Result<()> {
    if file.metadata()?.is_file() {
        Ok(())
    } else {
        Err(no_file())
    }
}

/// The same options, with which a pipe without another end is opened or refused at once,
/// and no terminal takes charge of this process.
#[cfg(unix)]
pub fn without_waiting(options: &mut OpenOptions) -> &mut OpenOptions {
    use std::os::unix::fs::OpenOptionsExt;
    options.custom_flags(waiting_for_nobody())
}

/// The flags of [`without_waiting`], for whoever has options of another kind.
#[cfg(unix)]
pub(super) fn waiting_for_nobody() -> i32 {
    use rustix::fs::OFlags;
    i32::try_from((OFlags::NONBLOCK | OFlags::NOCTTY).bits()).unwrap_or_default()
}

#[cfg(not(unix))]
pub fn without_waiting(options: &mut OpenOptions) -> &mut OpenOptions {
    options
}
