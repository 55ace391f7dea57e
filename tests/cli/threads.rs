//! Few threads, or none at all besides the first: everything goes on with those there are.
#![cfg(target_os = "linux")]

use std::fs::{self, File};
use std::os::unix::fs::chown;
use std::process::Command;

use crate::sandbox::{HANGZHOU, JIAXING, Sandbox};

/// Somebody of whom no other process is, whose threads are counted therefore.
const SOMEBODY: u32 = 64_917;

/// The program as somebody who may have so many threads.
fn limited(sandbox: &Sandbox, threads: usize) -> Command {
    let mut command = sandbox.command_at("setpriv".as_ref());
    command.env("PATH", std::env::var_os("PATH").unwrap_or_default());
    let somebody = SOMEBODY.to_string();
    command.args(["--reuid", &somebody, "--regid", &somebody, "--clear-groups"]);
    command.args(["prlimit", &format!("--nproc={threads}")]);
    command.arg(env!("CARGO_BIN_EXE_imm-cluster"));
    command
}

#[test]
fn every_command_goes_on_with_the_threads_there_are() {
    let sandbox = Sandbox::new();
    for i in 0..40 {
        let place = if i % 3 == 0 { JIAXING } else { HANGZHOU };
        sandbox.take(
            &format!("lib/{}/{i}.jpg", i % 4),
            &format!("2024-03-{:02} 09:00:00", 1 + i % 28),
            place,
        );
    }
    chown(sandbox.path(""), Some(SOMEBODY), Some(SOMEBODY)).unwrap_or_default();
    let works = limited(&sandbox, 1).arg("--version").output();
    if !works.is_ok_and(|output| output.status.success()) {
        println!("skipped: this process may not become somebody else who may run the program");
        return;
    }
    sandbox.write("points", "30.2489,120.1485\n52.09,5.12\n".repeat(5_000));
    let mut answers = Vec::new();
    for threads in [1, 2, 3, 5, 100] {
        let dataset = sandbox.path(format!("{threads:03}.json"));
        let _ = fs::remove_dir_all(sandbox.path("albums"));
        let mut said = Vec::new();
        for arguments in [
            "index lib",
            "index",
            "index --jobs 8",
            "run lib",
            "run",
            "clusters list",
            "clusters list --jobs 7",
            "files list",
            "files show lib/0/0.jpg",
            "status",
            "calendar",
            "stats",
            "tasks list",
            "roots list",
            "report --output report.html",
            "export csv --files",
            "export geojson",
            "export albums albums",
            "export xmp --dry-run",
            "lookup 30.2489,120.1485",
            "lookup -",
            "recover",
            "completions bash",
        ] {
            let mut command = limited(&sandbox, threads);
            command
                .args(arguments.split(' '))
                .arg("--dataset")
                .arg(&dataset);
            command.stdin(File::open(sandbox.path("points")).unwrap());
            let output = command.output().unwrap();
            let stderr = String::from_utf8(output.stderr).unwrap();
            assert!(
                !stderr.contains("panic"),
                "{threads}: {arguments}: {stderr}"
            );
            said.push((arguments, output.status.code(), output.stdout.len()));
        }
        assert!(
            said.iter()
                .all(|(_, status, _)| matches!(status, Some(0 | 1))),
            "{said:?}"
        );
        answers.push(said);
    }
    let (whole, few) = answers.split_last().unwrap();
    for answer in few {
        assert_eq!(answer, whole);
    }
}
