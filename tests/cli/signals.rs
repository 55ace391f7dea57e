//! Signals that ask a long reading to end.
#![cfg(unix)]

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::process::{Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use crate::sandbox::{HANGZHOU, Sandbox, each, text};

/// So many that reading them takes a while.
const FILES: usize = 10_000;

fn library() -> Sandbox {
    let sandbox = Sandbox::new().photo("lib/a.jpg", "2024-03-03 09:00:00", HANGZHOU);
    for n in 0..FILES {
        let copy = sandbox.path(format!("lib/{n}.jpg"));
        fs::hard_link(sandbox.path("lib/a.jpg"), copy).unwrap();
    }
    sandbox
}

/// Whether this process was told to ignore one of these, as by `nohup` or by a script that
/// started it in the background: then its children ignore them too. Says so.
fn ignored_here(signals: &[u8]) -> bool {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    let mask = mask.map_or(0, |mask| u64::from_str_radix(mask.trim(), 16).unwrap());
    let ignored = signals.iter().any(|signal| mask >> (signal - 1) & 1 == 1);
    if ignored {
        println!("skipped: this process was started so that it ignores signals");
    }
    ignored
}

/// The numbers of SIGHUP, SIGINT and SIGTERM.
const ALL: [u8; 3] = [1, 2, 15];

/// Sends signals to a process after a while. Who sends them is started before, so that it
/// takes no time then.
fn send_after(wait: Duration, signals: &str, process: u32) {
    let script = format!("read go; for s in {signals}; do kill -s $s {process}; done");
    let mut sender = Command::new("sh")
        .args(["-c", &script])
        .stdin(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    sleep(wait);
    sender.stdin.take().unwrap().write_all(b"\n").unwrap();
    sender.wait().unwrap();
}

/// When to send a signal: at another moment each time, spread over as long as all of it
/// takes, which depends on what else the machine does.
fn moments(run: impl Fn() -> Command) -> impl Iterator<Item = Duration> {
    let started = Instant::now();
    run().output().unwrap();
    let whole = started.elapsed();
    (1..=300u32).map(move |attempt| whole.mul_f64((f64::from(attempt) * 0.618_034).fract()))
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
    let run = || {
        let _ = fs::remove_dir_all(sandbox.path("data"));
        if let Some(dataset) = dataset {
            sandbox.write(sandbox.dataset(), dataset);
        }
        let mut command = sandbox.command();
        command.args(arguments.split(' ')).args(["--jobs", "1"]);
        command.stdout(Stdio::null()).stderr(Stdio::piped());
        command
    };
    for moment in moments(run) {
        let child = run().spawn().unwrap();
        send_after(moment, signal, child.id());
        let output = child.wait_with_output().unwrap();
        let stderr = String::from_utf8(output.stderr).unwrap().replace(',', "");
        match output.status.code() {
            Some(code)
                if code == status
                    && stderr.contains("is saved")
                    && !stderr.contains("(0 files")
                    && !stderr.contains(&format!("({} files", FILES + 1)) =>
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
    let said = stderr.split("so far is saved (").nth(1).unwrap();
    let said = said.split(' ').next().unwrap().replace(',', "");
    let said = said.parse().unwrap();
    (said, sandbox.files().len())
}

#[test]
fn what_was_read_until_a_signal_came_is_saved() {
    if ignored_here(&ALL) {
        return;
    }
    let sandbox = library();
    for (signal, status) in [("INT", 130), ("TERM", 143), ("HUP", 129)] {
        let stderr = interrupted(&sandbox, "index lib", signal, status);
        let (said, known) = saved(&sandbox, &stderr);
        assert_eq!(said, known, "{stderr}");
        assert!(known <= FILES, "it was not interrupted");
        if signal == "TERM" {
            let (before, rest) = stderr.split_once('(').unwrap();
            let (_, after) = rest.split_once(')').unwrap();
            insta::assert_snapshot!(format!("{before}(N files){after}"), @"
            error: interrupted by SIGTERM; what was read so far is saved (N files)
            hint: run the same command again to continue
            ");
        }
        let report = sandbox.imm("index lib --format json").ok().json();
        assert_eq!(report["unchanged"], known, "they are not read again");
        assert_eq!(report["added"], FILES + 1 - known);
    }
}

#[test]
fn a_file_that_moved_before_an_interruption_keeps_what_the_user_said() {
    if ignored_here(&ALL) {
        return;
    }
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
    if ignored_here(&ALL) {
        return;
    }
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
    if ignored_here(&ALL) {
        return;
    }
    let sandbox = library();
    let run = || {
        let _ = fs::remove_dir_all(sandbox.path("data"));
        let mut command = sandbox.command();
        command.args(["index", "lib", "--jobs", "1"]);
        command.stdout(Stdio::null()).stderr(Stdio::piped());
        command
    };
    for moment in moments(run) {
        let child = run().spawn().unwrap();
        // Both wait until it goes on, so that there is no time between them.
        send_after(moment, "STOP INT TERM CONT", child.id());
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
    let script = format!("trap '' HUP INT; echo; exec '{program}' index lib --jobs 1");
    for attempt in 0..4 {
        let _ = fs::remove_dir_all(sandbox.path("data"));
        let mut shell = sandbox.command_at("sh".as_ref());
        let mut child = shell
            .args(["-c", &script])
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut said = BufReader::new(child.stdout.take().unwrap());
        said.read_line(&mut String::new()).unwrap();
        for signal in ["HUP", "INT", "HUP"] {
            send_after(Duration::from_millis(attempt * 20), signal, child.id());
        }
        said.read_to_end(&mut Vec::new()).unwrap();
        assert_eq!(child.wait().unwrap().code(), Some(0));
        assert_eq!(sandbox.files().len(), FILES + 1);
    }
}
