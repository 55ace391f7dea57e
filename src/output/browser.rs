//! The browser of the desktop.

use std::ffi::{OsStr, OsString};
use std::io;
use std::path::Path;
use std::process::{Command, Stdio};
use std::thread;
use std::time::Duration;

use imm_cluster_messages::text;

/// How long an opener is watched for a failure. One that shows the page itself runs on.
const WATCHED: Duration = Duration::from_secs(1);
/// How often it is looked at meanwhile.
const PAUSE: Duration = Duration::from_millis(20);

/// Shows a page in one of these browsers, the first that works, or in that with which the
/// desktop opens pages.
///
/// # Errors
/// There is none, or it fails.
pub fn open(page: &Path, browsers: Option<&OsStr>) -> io::Result<()> {
    let commands = match browsers {
        Some(list) => named(page, list),
        None => vec![opener(page)],
    };
    let mut last = Err(io::Error::other(text!("browser-none")));
    for command in commands {
        last = started(command);
        if last.is_ok() {
            break;
        }
    }
    last
}

/// The commands of `BROWSER`: several are apart like the folders of `PATH`, and `%s` in one
/// stands for the page, which else is the last word.
fn named(page: &Path, list: &OsStr) -> Vec<Command> {
    let apart = if cfg!(windows) { ';' } else { ':' };
    let list = list.to_string_lossy();
    let parts = list.split(apart).filter(|part| !part.trim().is_empty());
    let command = |part: &str| {
        if !part.contains("%s") {
            let mut command = Command::new(part);
            command.arg(page);
            return command;
        }
        let page = page.to_string_lossy();
        let mut words = part.split_whitespace();
        let mut command = Command::new(words.next().unwrap_or_default());
        command.args(words.map(|word| OsString::from(word.replace("%s", &page))));
        command
    };
    parts.map(command).collect()
}

/// Starts a browser and sees whether it fails at once. Nobody waits for its end, and what it
/// prints is no result.
fn started(mut command: Command) -> io::Result<()> {
    let program = command.get_program().to_string_lossy().into_owned();
    let silent = command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    let mut browser = silent.spawn().map_err(|error| match error.kind() {
        io::ErrorKind::NotFound => {
            io::Error::other(text!("browser-not-installed", program = program))
        }
        _ => error,
    })?;
    let mut watched = Duration::ZERO;
    while watched < WATCHED {
        match browser.try_wait()? {
            // The explorer of Windows fails though it shows the page.
            Some(status) if status.success() || cfg!(windows) => return Ok(()),
            Some(status) => {
                let status = status.to_string();
                let why = text!("browser-failed", program = program, status = status);
                return Err(io::Error::other(why));
            }
            None => thread::sleep(PAUSE),
        }
        watched += PAUSE;
    }
    Ok(())
}

/// What the platform opens files with.
fn opener(page: &Path) -> Command {
    let program = if cfg!(windows) {
        "explorer"
    } else if cfg!(target_os = "macos") {
        "open"
    } else {
        "xdg-open"
    };
    let mut command = Command::new(program);
    command.arg(page);
    command
}
