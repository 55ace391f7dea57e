//! The examples for cron, systemd and launchd do what `docs/scheduling.md` says, as far as
//! that can be shown without them.
#![cfg(unix)]

use std::fs;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use serde_json::Value;

use crate::sandbox::{HANGZHOU, Sandbox, run_tool};

const CRONTAB: &str = include_str!("../../docs/schedule/crontab");
const SERVICE: &str = include_str!("../../docs/schedule/imm-cluster.service");
const TIMER: &str = include_str!("../../docs/schedule/imm-cluster.timer");
const PLIST: &str = include_str!("../../docs/schedule/imm-cluster.plist");

/// A home folder whose pictures were indexed once by hand, one of them damaged.
fn home() -> Sandbox {
    let sandbox = Sandbox::new()
        .photo("home/Pictures/a.jpg", "2024-03-03 09:00:00", HANGZHOU)
        .file("home/Pictures/cut.jpg", "");
    let first = run(&sandbox, "", "imm-cluster run \"$HOME/Pictures\"");
    assert!(first.status.success(), "{first:?}");
    sandbox
}

/// A command in the environment that cron gives: a home, a path, no terminal.
fn run(sandbox: &Sandbox, path: &str, command: &str) -> Output {
    let program = Path::new(env!("CARGO_BIN_EXE_imm-cluster"));
    // Where `make install` and the like would have put it.
    let path = format!(
        "{}:{path}:/usr/bin:/bin",
        program.parent().unwrap().display()
    );
    Command::new("/bin/sh")
        .args(["-c", command])
        .current_dir(sandbox.path("home"))
        .env_clear()
        .env("HOME", sandbox.path("home"))
        .env("LOGNAME", "you")
        .env("SHELL", "/bin/sh")
        .env("PATH", path)
        .stdin(Stdio::null())
        .output()
        .unwrap()
}

/// cron sends a mail about every word that a command says.
#[track_caller]
fn is_silent(output: &Output) {
    assert!(output.status.success(), "{output:?}");
    assert_eq!(
        (&output.stdout[..], &output.stderr[..]),
        (&b""[..], &b""[..])
    );
}

#[track_caller]
fn tells_of_hangzhou(sandbox: &Sandbox, file: &str) {
    let text = fs::read_to_string(sandbox.path("home").join(file)).unwrap();
    assert!(text.contains("Hangzhou"), "{text}");
}

/// Whether a field of a crontab is numbers of that range, `*`, or steps and lists of them.
fn is_field(field: &str, most: u32) -> bool {
    let number = |text: &str| text.parse::<u32>().is_ok_and(|number| number <= most);
    field.split(',').all(|item| {
        let (range, step) = item.split_once('/').unwrap_or((item, "1"));
        let is_range = range == "*"
            || number(range)
            || range
                .split_once('-')
                .is_some_and(|(a, b)| number(a) && number(b));
        is_range && number(step)
    })
}

#[test]
fn the_lines_for_cron_are_silent_and_do_their_work() {
    let sandbox = home();
    let mut path = "";
    let mut commands = Vec::new();
    for line in CRONTAB
        .lines()
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
    {
        if let Some(value) = line.strip_prefix("PATH=") {
            path = value;
            continue;
        }
        let mut fields = line.splitn(6, ' ');
        for most in [59, 23, 31, 12, 7] {
            let field = fields.next().unwrap();
            assert!(is_field(field, most), "{field} in {line}");
        }
        // cron ends the command at a percent sign.
        let command = fields.next().unwrap().trim_start();
        assert!(!command.contains('%') && !path.contains('$'), "{line}");
        commands.push(command);
    }
    assert_eq!(commands.len(), 2);
    for _ in 0..2 {
        for command in &commands {
            is_silent(&run(&sandbox, path, command));
        }
        for file in ["trips.txt", "trips.html"] {
            tells_of_hangzhou(&sandbox, file);
        }
    }
    let tasks = run(
        &sandbox,
        path,
        "imm-cluster tasks list --tag by=cron --format ndjson",
    );
    assert_eq!(String::from_utf8(tasks.stdout).unwrap().lines().count(), 2);
    // What goes wrong is told, and the trips of yesterday stay.
    fs::write(
        sandbox.path("home/.local/share/imm-cluster/default.json"),
        "",
    )
    .unwrap();
    let failed = run(&sandbox, path, commands[0]);
    assert_eq!(failed.status.code(), Some(1));
    assert!(
        String::from_utf8(failed.stderr)
            .unwrap()
            .contains("damaged")
    );
    tells_of_hangzhou(&sandbox, "trips.txt");
}

/// The values of a key of a unit, in order.
fn values<'a>(unit: &'a str, key: &str) -> Vec<&'a str> {
    unit.lines()
        .filter_map(|line| line.strip_prefix(key)?.strip_prefix('='))
        .collect()
}

#[test]
fn the_service_for_systemd_does_its_work() {
    let sandbox = home();
    let home = sandbox.path("home");
    let path = values(SERVICE, "Environment")[0]
        .strip_prefix("PATH=")
        .unwrap()
        .replace("%h", home.to_str().unwrap());
    let commands = values(SERVICE, "ExecStart");
    assert_eq!(commands.len(), 2);
    for command in commands {
        let output = run(&sandbox, &path, command);
        assert!(
            output.status.success() && output.stderr.is_empty(),
            "{output:?}"
        );
    }
    let tasks = run(
        &sandbox,
        &path,
        "imm-cluster tasks list --tag by=systemd --format ndjson",
    );
    assert_eq!(String::from_utf8(tasks.stdout).unwrap().lines().count(), 1);
}

#[test]
fn systemd_understands_the_units() {
    let sandbox = Sandbox::new()
        .file("imm-cluster.service", SERVICE)
        .file("imm-cluster.timer", TIMER);
    let runtime = format!("XDG_RUNTIME_DIR={}", sandbox.path("").display());
    let [service, timer] = ["service", "timer"].map(|kind| {
        let path = sandbox.path(format!("imm-cluster.{kind}"));
        path.to_str().unwrap().to_owned()
    });
    // An unknown key is a warning, and no failure.
    let verify = [
        "systemd-analyze",
        "verify",
        "--user",
        "--man=no",
        &service,
        &timer,
    ];
    if has("systemd-analyze") {
        let said = run_tool("env", &[&[runtime.as_str()], &verify[..]].concat());
        assert_eq!(said.as_deref(), Some(""));
    }
}

fn has(program: &str) -> bool {
    run_tool(program, &["--version"]).is_some()
}

#[test]
fn the_property_list_for_launchd_does_its_work() {
    let sandbox = home().file("imm-cluster.plist", PLIST);
    let script = "import json, plistlib, sys\n\
                  print(json.dumps(plistlib.load(open(sys.argv[1], 'rb'))))";
    let file = sandbox.path("imm-cluster.plist");
    let Some(said) = run_tool("python3", &["-c", script, file.to_str().unwrap()]) else {
        return;
    };
    let job: Value = serde_json::from_str(&said).unwrap();
    assert_eq!(job["StartCalendarInterval"]["Hour"], 3);
    let arguments: Vec<&str> = job["ProgramArguments"]
        .as_array()
        .unwrap()
        .iter()
        .map(|argument| argument.as_str().unwrap())
        .collect();
    assert_eq!(arguments[..2], ["/bin/sh", "-c"]);
    let path = job["EnvironmentVariables"]["PATH"].as_str().unwrap();
    is_silent(&run(&sandbox, path, arguments[2]));
    tells_of_hangzhou(&sandbox, "trips.txt");
}

#[test]
fn the_page_shows_the_files_as_they_are() {
    let page = include_str!("../../docs/scheduling.md");
    for file in [CRONTAB, SERVICE, TIMER, PLIST] {
        assert!(page.contains(file), "{file}");
    }
}
