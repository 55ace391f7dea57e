//! How long the whole process takes where there is little to do.
//!
//! `cargo bench --bench start`
#![expect(clippy::print_stdout, clippy::unwrap_used, reason = "a bench")]

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// How often each command is run.
const RUNS: usize = 300;

fn main() {
    let folder = tempfile::tempdir().unwrap();
    let program = Path::new(env!("CARGO_BIN_EXE_imm-cluster"));
    let records = folder.path().join("records.jsonl");
    let record = |n: u32| {
        format!(
            "{{\"path\":\"{n}.jpg\",\"capture_time\":\"2024-03-{:02}T09:00:00+08:00\",\"lat\":30.29,\"lon\":120.16}}\n",
            1 + n % 28
        )
    };
    std::io::Write::write_all(
        &mut std::fs::OpenOptions::new()
            .create(true)
            .append(true)
            .open(&records)
            .unwrap(),
        (0..100).map(record).collect::<String>().as_bytes(),
    )
    .unwrap();
    let dataset = ["--dataset", "./ds.json"];
    for arguments in [&["index", "--from-json", "records.jsonl"][..], &["run"]] {
        let mut command = Command::new(program);
        command.current_dir(&folder).args(arguments).args(dataset);
        assert!(command.stdout(Stdio::null()).status().unwrap().success());
    }
    println!("{RUNS} runs each, milliseconds      least   median");
    let nothing = Path::new("true");
    for (name, program, arguments) in [
        ("true", nothing, &[][..]),
        ("imm-cluster --version", program, &["--version"]),
        ("imm-cluster --help", program, &["--help"]),
        (
            "imm-cluster status",
            program,
            &["status", dataset[0], dataset[1]],
        ),
        (
            "imm-cluster clusters list",
            program,
            &["clusters", "list", dataset[0], dataset[1]],
        ),
        ("imm-cluster run", program, &["run", dataset[0], dataset[1]]),
        (
            "imm-cluster lookup",
            program,
            &["lookup", "30.2489,120.1485"],
        ),
    ] {
        let mut times: Vec<Duration> = (0..RUNS)
            .map(|_| {
                let mut command = Command::new(program);
                command
                    .current_dir(&folder)
                    .args(arguments)
                    .stdout(Stdio::null())
                    .stderr(Stdio::null());
                let started = Instant::now();
                assert!(command.status().unwrap().success());
                started.elapsed()
            })
            .collect();
        times.sort_unstable();
        let ms = |time: Duration| time.as_secs_f64() * 1000.0;
        println!(
            "{name:<30} {:>6.2}   {:>6.2}",
            ms(times[0]),
            ms(times[RUNS / 2])
        );
    }
}
