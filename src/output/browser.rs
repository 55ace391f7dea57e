//! The browser of the desktop.

use std::ffi::OsStr;
use std::io;
use std::path::Path;
use std::process::{Command, Stdio};

/// Shows a page in that browser, or in the one that the desktop opens pages with.
///
/// # Errors
/// There is none, or it fails.
pub fn open(page: &Path, browser: Option<&OsStr>) -> io::Result<()> {
    let mut command = match browser {
        Some(program) => Command::new(program),
        None => opener(),
    };
    let program = command.get_program().to_string_lossy().into_owned();
    // What it prints is no result.
    let ended = command.arg(page).stdout(Stdio::null()).status();
    match ended {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(io::Error::other(format!("`{program}` failed, {status}"))),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            Err(io::Error::other(format!("`{program}` is not installed")))
        }
        Err(error) => Err(error),
    }
}

/// What the platform opens files with.
fn opener() -> Command {
    if cfg!(windows) {
        let mut command = Command::new("cmd");
        // The first text in quotes would be the title of a window.
        command.args(["/C", "start", ""]);
        command
    } else if cfg!(target_os = "macos") {
        Command::new("open")
    } else {
        Command::new("xdg-open")
    }
}
