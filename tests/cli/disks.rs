//! Disks that are full, limited, read-only or without locks, and files that others
//! take away meanwhile: a clear message, and the dataset is unchanged.
#![cfg(unix)]

use std::ffi::OsStr;
use std::fs::{self, File};
use std::io::Write;
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};
use std::process::{Command, Stdio};
use std::time::{Duration, SystemTime};

use serde_json::{Value, json};

use crate::sandbox::{HANGZHOU, Sandbox, each, lines};

/// A dataset of one photo and its clusters, in a folder of its own.
fn indexed() -> Sandbox {
    let sandbox = Sandbox::new().photo("lib/a.jpg", "2024-03-03 09:00:00", HANGZHOU);
    fs::create_dir(sandbox.path("disk")).unwrap();
    sandbox.imm("run lib --dataset disk/ds.json").ok();
    sandbox
}

/// So many records that a dataset with them does not fit in little space.
fn many_records() -> String {
    let record = |n: u32| json!({"path": format!("{n:0>200}"), "capture_time": "2024-03-03"});
    lines(&(0..2000).map(record).collect::<Vec<Value>>())
}

/// Whether a program did what it was asked to.
fn does(program: &str, arguments: &[&OsStr]) -> bool {
    let output = Command::new(program).args(arguments).output();
    output.is_ok_and(|output| output.status.success())
}

/// A folder that is a file system of its own.
struct Mounted<'a> {
    sandbox: &'a Sandbox,
}

impl<'a> Mounted<'a> {
    /// `None` where this process may not mount, with a word about it.
    fn small(sandbox: &'a Sandbox, options: &str) -> Option<Self> {
        let disk = sandbox.path("disk");
        fs::create_dir_all(&disk).unwrap();
        let arguments = ["-t", "tmpfs", "-o", options, "none"].map(OsStr::new);
        if does("mount", &[&arguments[..], &[disk.as_os_str()]].concat()) {
            return Some(Self { sandbox });
        }
        println!("skipped: this process may not mount");
        None
    }

    fn remount(&self, options: &str) {
        let disk = self.sandbox.path("disk");
        let options = format!("remount,{options}");
        let arguments = [OsStr::new("-o"), OsStr::new(&options), disk.as_os_str()];
        assert!(does("mount", &arguments));
    }
}

impl Drop for Mounted<'_> {
    fn drop(&mut self) {
        let disk = self.sandbox.path("disk");
        does("umount", &[OsStr::new("-l"), disk.as_os_str()]);
    }
}

/// Names of everything in the folder of the dataset.
fn names(sandbox: &Sandbox) -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(sandbox.path("disk"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

#[test]
fn a_full_disk() {
    let sandbox = Sandbox::new().file("many.jsonl", many_records());
    let Some(disk) = Mounted::small(&sandbox, "size=800k") else {
        return;
    };
    // It fits once, but not a second time beside itself.
    sandbox
        .imm("index --from-json many.jsonl --dataset disk/ds.json")
        .ok();
    let before = fs::read(sandbox.path("disk/ds.json")).unwrap();
    assert!(before.len() > 400 * 1024);
    sandbox.take("lib/a.jpg", "2024-03-03 09:00:00", HANGZHOU);
    for command in ["index", "run"] {
        let outcome = sandbox
            .imm(&format!("{command} lib --dataset disk/ds.json --quiet"))
            .exits(1);
        outcome.says("error: cannot write `[ROOT]/disk/ds.json`: No space left on device");
        assert!(fs::read(sandbox.path("disk/ds.json")).unwrap() == before);
        assert!(!sandbox.path("disk/ds.json.tmp").exists());
    }
    disk.remount("size=4m");
    sandbox.imm("run lib --dataset disk/ds.json").ok();
    assert!(fs::read(sandbox.path("disk/ds.json")).unwrap() != before);
}

/// The program below a limit on the size of files, which sends a signal that ends
/// whoever does not expect it.
fn limited(sandbox: &Sandbox, arguments: &str) -> std::process::Output {
    let program = env!("CARGO_BIN_EXE_imm-cluster");
    let mut shell = sandbox.command_at("sh".as_ref());
    shell.env("PATH", std::env::var_os("PATH").unwrap_or_default());
    let script = format!("ulimit -f 8; exec '{program}' {arguments}");
    shell.args(["-c", &script]);
    shell.stdin(File::open(sandbox.path("many.jsonl")).unwrap());
    shell.output().unwrap()
}

#[test]
fn a_limit_on_the_size_of_files() {
    let sandbox = indexed().file("many.jsonl", many_records());
    let before = fs::read(sandbox.path("disk/ds.json")).unwrap();
    let output = limited(&sandbox, "index --from-json - --dataset disk/ds.json");
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(1), "{stderr}");
    assert!(stderr.contains("disk/ds.json`: File too large"), "{stderr}");
    assert!(stderr.contains("hint: "), "{stderr}");
    assert!(fs::read(sandbox.path("disk/ds.json")).unwrap() == before);
    assert!(!sandbox.path("disk/ds.json.tmp").exists());
}

#[test]
fn a_limit_on_the_size_of_the_output() {
    let sandbox = Sandbox::new().file("many.jsonl", many_records());
    sandbox.imm("index --from-json many.jsonl").ok();
    let output = limited(&sandbox, "files list > list.txt");
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(1), "{stderr}");
    assert!(
        stderr.starts_with("error: cannot write the result: File too large"),
        "{stderr}"
    );
}

#[test]
fn a_disk_that_is_read_only() {
    let sandbox = Sandbox::new().photo("lib/a.jpg", "2024-03-03 09:00:00", HANGZHOU);
    let Some(disk) = Mounted::small(&sandbox, "size=1m") else {
        return;
    };
    sandbox.imm("run lib --dataset disk/ds.json").ok();
    let before = names(&sandbox);
    disk.remount("ro");
    sandbox.take("lib/b.jpg", "2024-03-04 09:00:00", HANGZHOU);
    for reader in [
        "status",
        "clusters list",
        "files list",
        "tasks list",
        "run --dry-run lib",
    ] {
        let outcome = sandbox
            .imm(&format!("{reader} --dataset disk/ds.json"))
            .ok();
        assert!(!outcome.stdout.is_empty(), "{reader}");
    }
    for writer in ["index", "run"] {
        let outcome = sandbox
            .imm(&format!("{writer} lib --dataset disk/ds.json"))
            .exits(1);
        outcome.says("error: cannot write `[ROOT]/disk/ds.json.lock`: Read-only file system");
        outcome.says("hint: check the permissions and the free space");
    }
    disk.remount("rw");
    assert_eq!(names(&sandbox), before);
    sandbox.imm("index --dataset disk/ds.json").ok();
}

#[test]
fn a_disk_without_locks() {
    let sandbox = indexed();
    // Nothing but a tracer makes the system say so at will.
    let without_locks = |arguments: &str| {
        let mut command = sandbox.command_at("strace".as_ref());
        command.env("PATH", std::env::var_os("PATH").unwrap_or_default());
        command.args(["-f", "-qq", "-o", "trace", "-e", "trace=flock"]);
        command.args(["-e", "inject=flock:error=ENOLCK"]);
        command.arg(env!("CARGO_BIN_EXE_imm-cluster"));
        command.args(arguments.split(' '));
        command.output().ok().map(|output| {
            let stderr = String::from_utf8(output.stderr).unwrap();
            (output.status.code(), stderr)
        })
    };
    let traced = without_locks("run lib --dataset disk/ds.json");
    let Some((Some(1), stderr)) = traced else {
        println!("skipped: strace is not there or may not trace ({traced:?})");
        return;
    };
    let stderr = stderr.replace(sandbox.path("").to_str().unwrap(), "[ROOT]/");
    insta::assert_snapshot!(stderr, @"
    error: cannot lock `[ROOT]/disk/ds.json.lock`: No locks available (os error 37)
    hint: some network disks have no locks; `--lock-dir DIR` puts them in a folder on this machine
    ");
}

#[test]
fn locks_in_a_folder_of_their_own() {
    let sandbox = indexed();
    fs::remove_file(sandbox.path("disk/ds.json.lock")).unwrap();
    let before = names(&sandbox);
    sandbox
        .imm("run lib --gap-days 2 --dataset disk/ds.json --lock-dir new/locks")
        .ok();
    assert_eq!(names(&sandbox), before, "nothing new beside the dataset");
    let locks = fs::read_dir(sandbox.path("new/locks")).unwrap();
    let mut locks: Vec<_> = locks.map(|entry| entry.unwrap().path()).collect();
    locks.sort();
    assert_eq!(locks.len(), 2, "{locks:?}");
    // Under whatever name, it is one lock.
    let lock = File::options().write(true).open(&locks[0]).unwrap();
    lock.lock().unwrap();
    std::os::unix::fs::symlink("disk/ds.json", sandbox.path("link.json")).unwrap();
    let absolute = sandbox.path("disk/../disk/ds.json");
    for dataset in [
        "disk/ds.json",
        "./disk/ds.json",
        "link.json",
        absolute.to_str().unwrap(),
    ] {
        sandbox
            .imm(&format!("index lib --dataset {dataset}"))
            .env("IMM_CLUSTER_LOCK_DIR", "new/locks")
            .exits(1)
            .says("is in use");
    }
    // Another dataset of that name is another one.
    sandbox
        .imm("index lib --dataset other/ds.json --lock-dir new/locks")
        .ok();
    assert_eq!(fs::read_dir(sandbox.path("new/locks")).unwrap().count(), 3);
}

#[test]
fn a_dataset_that_root_writes_stays_its_owners() {
    let sandbox = indexed();
    let dataset = sandbox.path("disk/ds.json");
    if chown(&dataset, Some(4711), Some(4712)).is_err() {
        println!("skipped: this process may not give files away");
        return;
    }
    fs::set_permissions(&dataset, fs::Permissions::from_mode(0o640)).unwrap();
    sandbox.take("lib/b.jpg", "2024-03-04 09:00:00", HANGZHOU);
    sandbox.imm("index lib --dataset disk/ds.json").ok();
    let now = fs::metadata(&dataset).unwrap();
    assert_eq!(
        (now.uid(), now.gid(), now.mode() & 0o777),
        (4711, 4712, 0o640)
    );
}

/// Starts to take records and lets `meanwhile` happen once the dataset was read.
fn while_records_come(sandbox: &Sandbox, meanwhile: impl FnOnce()) -> (Option<i32>, String) {
    let mut child = sandbox
        .command()
        .args(["index", "--from-json", "-", "--dataset", "disk/ds.json"])
        .stdin(Stdio::piped())
        .stderr(Stdio::piped())
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    let mut input = child.stdin.take().unwrap();
    // More than a pipe holds: when all is written, reading has begun.
    input.write_all(many_records().as_bytes()).unwrap();
    meanwhile();
    drop(input);
    let output = child.wait_with_output().unwrap();
    (
        output.status.code(),
        String::from_utf8(output.stderr).unwrap(),
    )
}

#[test]
fn a_dataset_that_is_replaced_meanwhile() {
    let sandbox = indexed();
    sandbox.imm("index lib --dataset disk/other.json").ok();
    let other = fs::read(sandbox.path("disk/other.json")).unwrap();
    let (status, stderr) = while_records_come(&sandbox, || {
        fs::rename(
            sandbox.path("disk/other.json"),
            sandbox.path("disk/ds.json"),
        )
        .unwrap();
    });
    assert_eq!(status, Some(1));
    let stderr = stderr.replace(sandbox.path("").to_str().unwrap(), "[ROOT]/");
    insta::assert_snapshot!(stderr, @"
    error: the dataset `[ROOT]/disk/ds.json` was changed by another program in the meantime
    hint: the other change was kept; run the same command again
    ");
    assert!(fs::read(sandbox.path("disk/ds.json")).unwrap() == other);
}

#[test]
fn a_dataset_that_is_removed_meanwhile() {
    let sandbox = indexed();
    let (status, stderr) = while_records_come(&sandbox, || {
        fs::remove_file(sandbox.path("disk/ds.json")).unwrap();
    });
    assert_eq!(status, Some(0), "{stderr}");
    let files = sandbox
        .imm("files list --format json --dataset disk/ds.json")
        .ok();
    assert_eq!(each(&files.json()).count(), 2001);
}

#[test]
fn a_folder_of_the_dataset_that_is_removed_meanwhile() {
    let sandbox = indexed();
    let (status, stderr) = while_records_come(&sandbox, || {
        fs::remove_dir_all(sandbox.path("disk")).unwrap();
    });
    assert_eq!(status, Some(1), "{stderr}");
    assert!(
        stderr.contains("ds.json`: No such file or directory"),
        "{stderr}"
    );
}

#[test]
fn a_clock_that_was_set_back() {
    let sandbox = indexed();
    let future = SystemTime::now() + Duration::from_hours(24 * 365);
    // All that was written before lies in the future now.
    sandbox.set_modified("lib/a.jpg", future);
    sandbox.imm("run lib --dataset disk/ds.json").ok();
    for name in names(&sandbox) {
        let path = sandbox.path("disk").join(name);
        let text = fs::read_to_string(&path).unwrap();
        let this_year =
            chrono::Datelike::year(&chrono::DateTime::<chrono::Utc>::from(SystemTime::now()));
        let text = text.replace(&format!("\"{this_year}-"), "\"2999-");
        fs::write(&path, text).unwrap();
        sandbox.set_modified(&path, future);
    }
    let before = fs::read(sandbox.path("disk/ds.json")).unwrap();
    assert!(String::from_utf8_lossy(&before).contains("2999-"));
    sandbox.imm("run lib --dataset disk/ds.json").ok();
    assert!(fs::read(sandbox.path("disk/ds.json")).unwrap() == before);
    sandbox.take("lib/b.jpg", "2024-03-04 09:00:00", HANGZHOU);
    let run = sandbox
        .imm("run lib --dataset disk/ds.json --format json")
        .ok()
        .json();
    assert_eq!(run["updated"], 2, "{run}");
    let tasks = sandbox
        .imm("tasks list --dataset disk/ds.json --format json")
        .ok();
    assert_eq!(each(&tasks.json()).count(), 4);
}

#[test]
fn who_reads_the_output_may_go_away() {
    let sandbox = Sandbox::new().file("many.jsonl", many_records()).photo(
        "lib/a.jpg",
        "2024-03-03 09:00:00",
        HANGZHOU,
    );
    sandbox.imm("index --from-json many.jsonl").ok();
    for arguments in ["files list", "run lib", "files list --format json"] {
        let mut command = sandbox.command();
        command.args(arguments.split(' ')).args(["--quiet"]);
        let mut child = command
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        drop(child.stdout.take());
        let output = child.wait_with_output().unwrap();
        assert_eq!(output.status.code(), Some(0), "{arguments}");
        assert_eq!(output.stderr, b"", "{arguments}");
    }
    assert_eq!(sandbox.clusters().len(), 2, "what was made is saved");
}
