//! Signals that ask a long reading to end.
#![cfg(unix)]

use std::fs;
use std::process::{Command, Stdio};
use std::thread::sleep;
use std::time::Duration;

use crate::sandbox::{HANGZHOU, Sandbox, each, text};

/// So many that reading them takes a while.
const FILES: usize = 3000;

fn library() -> Sandbox {
    let sandbox = Sandbox::new().photo("lib/a.jpg", "2024-03-03 09:00:00", HANGZHOU);
    for n in 0..FILES {
        let copy = sandbox.path(format!("lib/{n}.jpg"));
        fs::hard_link(sandbox.path("lib/a.jpg"), copy).unwrap();
    }
    sandbox
}

fn send(signal: &str, process: u32) {
    let kill = format!("kill -s {signal} {process}");
    Command::new("sh").args(["-c", &kill]).status().unwrap();
}

/// When to send a signal: a little later each time, and on a slow machine much later.
fn try_after(attempt: u64) -> Duration {
    Duration::from_millis(10 + attempt % 30 * 5 * (1 + attempt / 30))
}

/// Interrupts a command that reads the library into a new dataset while it reads, and
/// returns what it said. Only by trying can the moment be found.
fn interrupted(sandbox: &Sandbox, arguments: &str, signal: &str, status: i32) -> String {
    interrupted_from(sandbox, arguments, signal, status, None)
}

/// The same with a dataset that is there.
fn interrupted_from(
    sandbox: &Sandbox,
    arguments: &str,
    signal: &str,
    status: i32,
    dataset: Option<&[u8]>,
) -> String {
    for attempt in 0..300 {
        let _ = fs::remove_dir_all(sandbox.path("data"));
        if let Some(dataset) = dataset {
            sandbox.write(sandbox.dataset(), dataset);
        }
        let mut command = sandbox.command();
        command.args(arguments.split(' ')).args(["--jobs", "1"]);
        command.stdout(Stdio::null()).stderr(Stdio::piped());
        let child = command.spawn().unwrap();
        sleep(try_after(attempt));
        send(signal, child.id());
        let output = child.wait_with_output().unwrap();
        let stderr = String::from_utf8(output.stderr).unwrap();
        match output.status.code() {
            Some(code)
                if code == status
                    && stderr.contains("is saved")
                    && !stderr.contains(" 0 files") =>
            {
                return stderr;
            }
            // Before there was anything to save, or after all was read.
            Some(code) => assert!(code == status || code == 0, "{code} {stderr}"),
            None => {}
        }
    }
    panic!("{signal} never came while files were read")
}

/// How many files a message says were read and saved, and how many the dataset has.
fn saved(sandbox: &Sandbox, stderr: &str) -> (usize, usize) {
    let said = stderr.split("so far, ").nth(1).unwrap();
    let said = said.split(' ').next().unwrap().parse().unwrap();
    (said, sandbox.files().len())
}

#[test]
fn what_was_read_until_a_signal_came_is_saved() {
    let sandbox = library();
    for (signal, status) in [("INT", 130), ("TERM", 143), ("HUP", 129)] {
        let stderr = interrupted(&sandbox, "index lib", signal, status);
        let (said, known) = saved(&sandbox, &stderr);
        assert_eq!(said, known, "{stderr}");
        assert!(known <= FILES, "it was not interrupted");
        if signal == "TERM" {
            let without_count = stderr.replacen(&format!(" {said} file"), " [N] file", 1);
            insta::assert_snapshot!(without_count.replace("files", "file"), @"
            error: interrupted by SIGTERM; what was read so far, [N] file, is saved
            hint: the same command goes on from there
            ");
        }
        let report = sandbox.imm("index lib --format json").ok().json();
        assert_eq!(report["unchanged"], known, "they are not read again");
        assert_eq!(report["added"], FILES + 1 - known);
    }
}

#[test]
fn a_file_that_moved_before_an_interruption_keeps_what_the_user_said() {
    let sandbox = library();
    sandbox.take("old/b.jpg", "2024-03-05 12:00:00", HANGZHOU);
    // An empty folder would count as one whose disk is away.
    sandbox.take("old/stays.jpg", "2024-03-06 12:00:00", HANGZHOU);
    sandbox.imm("index old").ok();
    sandbox
        .imm("files set old/b.jpg --time 2024-03-07T12:00:00")
        .ok();
    let before = sandbox.dataset_bytes();
    fs::rename(sandbox.path("old/b.jpg"), sandbox.path("lib/0.0.jpg")).unwrap();
    interrupted_from(&sandbox, "index old lib", "TERM", 143, Some(&before));
    let files = sandbox.files();
    assert!(files.contains_key("old/b.jpg") && files.contains_key("lib/0.0.jpg"));
    sandbox.imm("index").ok();
    let files = sandbox.files();
    assert!(!files.contains_key("old/b.jpg"));
    assert_eq!(files["lib/0.0.jpg"]["local_date"], "2024-03-07");
    assert_eq!(files["lib/0.0.jpg"]["capture_time_source"], "user");
    let bytes = sandbox.dataset_bytes();
    assert!(!String::from_utf8(bytes).unwrap().contains("unfinished"));
}

#[test]
fn an_interrupted_run_is_a_failed_task_and_tells_of_it() {
    let sandbox = library();
    interrupted(&sandbox, "run lib --notify-file told.jsonl", "INT", 130);
    let tasks = sandbox.imm("tasks list --format json").ok().json();
    let task = each(&tasks).last().unwrap();
    assert_eq!(task["status"], "Failed");
    assert_eq!(task["code"], "Interrupted");
    assert!(text(&task["message"]).starts_with("interrupted by Ctrl-C; what was read so far"));
    assert!(task["end_time"].is_string(), "{task}");
    let told = fs::read_to_string(sandbox.path("told.jsonl")).unwrap();
    assert!(
        told.lines()
            .last()
            .unwrap()
            .contains(&text(&task["task_id"]))
    );
    assert_eq!(sandbox.clusters(), [""; 0], "no cluster changed");
}

#[test]
fn the_second_signal_ends_it_at_once() {
    let sandbox = library();
    for attempt in 0..100 {
        let _ = fs::remove_dir_all(sandbox.path("data"));
        let mut command = sandbox.command();
        command.args(["index", "lib", "--jobs", "1"]);
        command.stdout(Stdio::null()).stderr(Stdio::piped());
        let child = command.spawn().unwrap();
        sleep(try_after(attempt));
        // Both wait until it goes on, so that there is no time between them.
        for signal in ["STOP", "INT", "TERM", "CONT"] {
            send(signal, child.id());
        }
        let output = child.wait_with_output().unwrap();
        match output.status.code() {
            Some(130 | 143) => {
                assert_eq!(output.stderr, b"", "it had no time for a word");
                return;
            }
            // Nobody listened yet, or it was over.
            code => assert!(matches!(code, None | Some(0)), "{code:?}"),
        }
    }
    panic!("the signals never came while files were read")
}

/// What a process was told to ignore it ignores: `nohup`, and scripts that start it in
/// the background.
#[cfg(target_os = "linux")]
#[test]
fn ignored_signals_stay_ignored() {
    let sandbox = library();
    let program = env!("CARGO_BIN_EXE_imm-cluster");
    let script = format!("trap '' HUP INT; exec '{program}' index lib --jobs 1");
    for attempt in 0..4 {
        let _ = fs::remove_dir_all(sandbox.path("data"));
        let mut shell = sandbox.command_at("sh".as_ref());
        let child = shell
            .args(["-c", &script])
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        let process = child.id();
        for signal in ["HUP", "INT", "HUP"] {
            sleep(Duration::from_millis(20 + attempt * 20));
            send(signal, process);
        }
        assert_eq!(child.wait_with_output().unwrap().status.code(), Some(0));
        assert_eq!(sandbox.files().len(), FILES + 1);
    }
}
