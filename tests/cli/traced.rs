//! The program below a tracer, which makes calls of the system fail, end the process, or
//! wait.

use std::ffi::OsStr;
use std::fs;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::OnceLock;
use std::sync::mpsc;
use std::time::Duration;

use crate::sandbox::Sandbox;

/// Longer than anything here takes, unless it hangs.
pub(crate) const LIMIT: Duration = Duration::from_secs(20);

/// Whether there is a tracer that may trace. `FAULT_TEST=required` wants one.
pub(crate) fn is_possible() -> bool {
    static POSSIBLE: OnceLock<bool> = OnceLock::new();
    let possible = *POSSIBLE.get_or_init(|| {
        let mut trace = Command::new("strace");
        trace.args(["-f", "-qq", "-o", "/dev/null", "-e", "trace=none", "true"]);
        trace.output().is_ok_and(|output| output.status.success())
    });
    let required = std::env::var_os("FAULT_TEST").is_some_and(|it| it == "required");
    assert!(
        possible || !required,
        "strace is not there or may not trace"
    );
    if !possible {
        println!("skipped: strace is not there or may not trace");
    }
    possible
}

/// Where the tracer writes what it saw.
pub(crate) fn log(sandbox: &Sandbox) -> PathBuf {
    fs::create_dir_all(sandbox.path("data")).unwrap();
    sandbox.path("data/trace.log")
}

/// The program below the tracer with these options of it.
pub(crate) fn traced(
    sandbox: &Sandbox,
    options: &[&str],
    arguments: &[impl AsRef<OsStr>],
) -> Command {
    let mut command = sandbox.command_at("strace".as_ref());
    command.env("PATH", std::env::var_os("PATH").unwrap_or_default());
    command.args(["-f", "-qq", "-o"]).arg(log(sandbox));
    command.args(options);
    command.arg(env!("CARGO_BIN_EXE_imm-cluster"));
    command.args(arguments);
    command
}

/// Runs a command without input; `None` when it does not end, and then it is ended with
/// all that it started.
pub(crate) fn within(limit: Duration, command: &mut Command) -> Option<Output> {
    command.stdin(Stdio::null());
    Running::start(command).ends_within(limit)
}

/// A process with its children.
pub(crate) struct Running {
    group: u32,
    output: mpsc::Receiver<Output>,
}

impl Running {
    pub(crate) fn start(command: &mut Command) -> Self {
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        let child = command.process_group(0).spawn().unwrap();
        let group = child.id();
        let (send, output) = mpsc::channel();
        std::thread::spawn(move || {
            // Who waited may have given up.
            let _ = send.send(child.wait_with_output().unwrap());
        });
        Self { group, output }
    }

    pub(crate) fn signal(&self, signal: &str) {
        let group = format!("-{}", self.group);
        let mut kill = Command::new("kill");
        kill.args(["-s", signal, "--", &group]);
        kill.stderr(Stdio::null()).status().unwrap();
    }

    /// The output, if it has ended by now.
    pub(crate) fn ended(&self) -> Option<Output> {
        self.output.try_recv().ok()
    }

    pub(crate) fn ends_within(&self, limit: Duration) -> Option<Output> {
        let output = self.output.recv_timeout(limit).ok();
        if output.is_none() {
            self.signal("KILL");
        }
        output
    }
}

/// The lines of the log that are calls, with what a call that was cut in two began with
/// put before what it ended with.
pub(crate) fn calls(log: &Path) -> Vec<String> {
    let text = String::from_utf8_lossy(&fs::read(log).unwrap_or_default()).into_owned();
    let mut begun: Vec<(String, String)> = Vec::new();
    let mut calls = Vec::new();
    for line in text.lines() {
        let (process, rest) = line.split_once(' ').unwrap_or(("", line));
        let rest = rest.trim_start();
        if let Some(start) = rest.strip_suffix(" <unfinished ...>") {
            begun.push((process.to_owned(), start.to_owned()));
        } else if let Some((_, end)) = rest
            .strip_prefix("<... ")
            .and_then(|rest| rest.split_once(" resumed>"))
        {
            if let Some(at) = begun.iter().position(|(other, _)| other == process) {
                let (_, start) = begun.remove(at);
                calls.push(format!("{process} {start}{end}"));
            }
        } else if !rest.starts_with(['+', '-']) {
            calls.push(format!("{process} {rest}"));
        }
    }
    calls
}
