//! Word of a task's end, as the IMM service sends it, to a file and to a command.

use std::ffi::OsStr;
use std::fs::OpenOptions;
use std::io::{self, Read, Write};
use std::path::Path;
use std::process::{Command, Stdio};

use serde::Serialize;

use super::imm::PROJECT;
use imm_cluster_core::disk;
use imm_cluster_core::task::{Status, Task, TaskCounts};
use imm_cluster_core::text::timestamp;
use imm_cluster_messages::text;

/// The message about the end of a task, as one line of JSON.
///
/// Of the texts in `content` none is left out: one that is not set is empty.
pub fn message(task: &Task, dataset: &str) -> String {
    let end = task.end_time.map(timestamp).unwrap_or_default();
    let message = Message {
        id: &task.event_id,
        source: "imm-cluster",
        kind: format!("imm:Task:{}", task.task_type),
        subject: format!("{PROJECT}/{dataset}"),
        time: &end,
        content: NoticeContent {
            project_name: PROJECT,
            dataset_name: dataset,
            request_id: &task.request_id,
            start_time: timestamp(task.start_time),
            end_time: &end,
            user_data: task.user_data.as_deref().unwrap_or_default(),
            task_type: &task.task_type,
            task_id: &task.task_id,
            status: task.status,
            code: task.code.as_deref().unwrap_or_default(),
            message: task.message.as_deref().unwrap_or_default(),
            counts: task.counts,
        },
    };
    // Texts and numbers are always JSON.
    let mut line = serde_json::to_string(&message).unwrap_or_default();
    line.push('\n');
    line
}

/// What every message begins with.
const START: &[u8] = br#"{"id":"#;

#[derive(Serialize)]
struct Message<'a> {
    id: &'a str,
    source: &'static str,
    #[serde(rename = "type")]
    kind: String,
    subject: String,
    time: &'a str,
    content: NoticeContent<'a>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct NoticeContent<'a> {
    project_name: &'static str,
    dataset_name: &'a str,
    request_id: &'a str,
    start_time: String,
    end_time: &'a str,
    user_data: &'a str,
    task_type: &'a str,
    task_id: &'a str,
    status: Status,
    code: &'a str,
    message: &'a str,
    /// As in `tasks show`; null where it did not come to that.
    counts: Option<TaskCounts>,
}

/// Appends a message to a file, or to standard output for `-`.
///
/// # Errors
/// It cannot be written.
pub fn append(message: &str, path: &Path) -> io::Result<()> {
    if path == Path::new("-") {
        let mut out = super::stdout();
        return out
            .write_all(message.as_bytes())
            .and_then(|()| out.flush())
            .or_else(nobody_reads);
    }
    // Open a pipe without waiting for its reader, who may never come.
    let mut options = OpenOptions::new();
    let mut file = disk::without_waiting(options.append(true).create(true)).open(path)?;
    if file.metadata()?.is_file() && !holds_messages(path)? {
        return Err(io::Error::other(text!("notify-foreign-file")));
    }
    file.write_all(message.as_bytes())
}

/// Whether a file has messages in it, or nothing: a photo or a dataset must not get one.
fn holds_messages(path: &Path) -> io::Result<bool> {
    let mut head = Vec::new();
    disk::open_regular(path)?
        .take(START.len() as u64)
        .read_to_end(&mut head)?;
    Ok(START.starts_with(&head))
}

/// Hands a message to a command of the platform's shell. What it prints goes to
/// standard error: standard output is for the result.
///
/// # Errors
/// It cannot be started, or ends with another status than 0.
pub fn hand_over(message: &str, command: &OsStr) -> io::Result<()> {
    let mut child = shell(command)
        .stdin(Stdio::piped())
        .stdout(io::stderr())
        .spawn()?;
    if let Some(mut input) = child.stdin.take() {
        input.write_all(message.as_bytes()).or_else(nobody_reads)?;
    }
    let status = child.wait()?;
    if status.success() {
        Ok(())
    } else {
        Err(io::Error::other(status.to_string()))
    }
}

/// A command that closes its input without reading the message has not failed.
fn nobody_reads(error: io::Error) -> io::Result<()> {
    if error.kind() == io::ErrorKind::BrokenPipe {
        Ok(())
    } else {
        Err(error)
    }
}

#[cfg(not(windows))]
fn shell(command: &OsStr) -> Command {
    let mut shell = Command::new("sh");
    shell.arg("-c").arg(command);
    shell
}

#[cfg(windows)]
fn shell(command: &OsStr) -> Command {
    use std::os::windows::process::CommandExt;
    let mut shell = Command::new("cmd");
    // The shell has quoting rules of its own.
    shell.arg("/C").raw_arg(command);
    shell
}
