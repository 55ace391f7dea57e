//! Datasets that are damaged, foreign, newer, locked, or written by hand.

use std::fs::{self, File};
use std::io::{BufRead, BufReader, Write};
use std::process::Stdio;

use serde_json::{Value, json};

use crate::sandbox::{HANGZHOU, Sandbox, each, text};

/// A dataset of one photo and its clusters.
fn indexed() -> Sandbox {
    let sandbox = Sandbox::new().photo("lib/a.jpg", "2024-03-03 09:00:00", HANGZHOU);
    sandbox.imm("run lib").ok();
    sandbox
}

/// Every command that opens the dataset, and whether it would write.
const COMMANDS: [&str; 8] = [
    "index lib",
    "index --from-json -",
    "run",
    "run lib",
    "run --dry-run",
    "clusters list",
    "files list",
    "status",
];

/// No command does anything with a dataset of that content.
#[track_caller]
fn refuses(content: &[u8], message: &str) {
    refused_by(&COMMANDS, content, message);
}

#[track_caller]
fn refused_by(commands: &[&str], content: &[u8], message: &str) {
    let sandbox = Sandbox::new()
        .photo("lib/a.jpg", "2024-03-03 09:00:00", HANGZHOU)
        .file("data/imm-cluster/default.json", content);
    let before = sandbox.dataset_state();
    for command in commands {
        let outcome = sandbox.imm(command).stdin("").exits(1);
        assert_eq!(outcome.stdout, "", "{command}");
        outcome.says(message);
        outcome.says("hint: ");
        assert!(sandbox.dataset_state() == before, "{command}");
    }
    assert!(!sandbox.path("data/imm-cluster/default.json.tmp").exists());
}

#[test]
fn an_empty_file_is_damaged_and_never_taken_for_a_new_dataset() {
    refuses(
        b"",
        "error: the dataset `[ROOT]/data/imm-cluster/default.json` is damaged: the file is empty",
    );
}

#[test]
fn a_dataset_that_is_cut_is_damaged_wherever_it_is_cut() {
    let whole = indexed().dataset_bytes();
    for part in [1, 3, 6, 9] {
        refuses(&whole[..whole.len() * part / 10], "is damaged at line");
    }
    // Without the last bracket, and within the first word.
    refuses(&whole[..whole.len() - 3], "is damaged at line");
    refuses(&whole[..10], "is damaged at line");
}

#[test]
fn a_dataset_with_a_bad_record_is_damaged_and_the_line_is_named() {
    let whole = String::from_utf8(indexed().dataset_bytes()).unwrap();
    let line = whole
        .lines()
        .position(|line| line.contains("\"a.jpg\""))
        .unwrap()
        + 1;
    let bad = whole.replace("\"name\":\"a.jpg\"", "\"name\":7");
    // The list of clusters stands before the files, and is read no further.
    let readers = COMMANDS.map(|command| match command {
        "clusters list" => "files list",
        other => other,
    });
    let message = format!("is damaged at line {line}: ");
    refused_by(&readers, bad.as_bytes(), &message);
    let bad = whole.replace("\"place\":0", "\"place\":99");
    let message = "a file refers to a place that is not there";
    refused_by(&readers, bad.as_bytes(), message);
    let bad = whole.replace("\"state\":\"live\"", "\"state\":\"gone\"");
    refuses(bad.as_bytes(), "is damaged at line ");
    refuses(&[b"\xff\xfe", whole.as_bytes()].concat(), "is damaged");
    refuses(&vec![0; 4096], "is damaged");
    refused_by(&readers, format!("{whole}{whole}").as_bytes(), "is damaged");
}

#[test]
fn a_file_that_is_not_ours_is_left_alone() {
    let message = "error: `[ROOT]/data/imm-cluster/default.json` is not an imm-cluster dataset";
    refuses(b"{}", message);
    refuses(b"[1,2,3]", message);
    refuses(br#"{"format":"other","version":1}"#, message);
    refuses(br#"{"name":"package","version":"1.0.0"}"#, message);
    refuses(b"Dear diary, today I took photos.\n", "is damaged");
}

#[test]
fn a_newer_dataset_is_left_alone() {
    refuses(
        br#"{"format":"imm-cluster-dataset","version":2,"shards":["a","b"]}"#,
        "was written by a newer imm-cluster (format 2, this one reads 1)",
    );
}

#[test]
fn a_dataset_that_is_a_folder() {
    let sandbox = Sandbox::new().file("data/imm-cluster/default.json/x", "");
    for command in ["run", "clusters list", "index lib"] {
        sandbox
            .imm(command)
            .exits(1)
            .says("`[ROOT]/data/imm-cluster/default.json`");
    }
}

/// Holds the lock as another process would.
fn hold(sandbox: &Sandbox) -> File {
    let path = sandbox.path("data/imm-cluster/default.json.lock");
    let mut lock = File::options().read(true).write(true).open(path).unwrap();
    lock.lock().unwrap();
    lock.set_len(0).unwrap();
    lock.write_all(b"index (process 4711)\n").unwrap();
    lock
}

#[test]
fn a_dataset_in_use_is_left_to_its_holder() {
    let sandbox = indexed();
    let before = sandbox.dataset_state();
    let _lock = hold(&sandbox);
    insta::assert_snapshot!(sandbox.imm("index lib").exits(1).both(), @"
    ---
    error: the dataset `[ROOT]/data/imm-cluster/default.json` is in use by index (process 4711)
    hint: wait for it with `--wait SECONDS`, or try again later
    ");
    sandbox
        .imm("run")
        .exits(1)
        .says("is in use by index (process 4711)");
    sandbox.imm("index --from-json -").stdin("").exits(1);
    for reader in ["clusters list", "files list", "status", "run --dry-run"] {
        sandbox.imm(reader).ok();
    }
    assert!(sandbox.dataset_state() == before);
}

#[test]
fn the_first_index_of_a_dataset_is_waited_for() {
    let sandbox = Sandbox::new().file("data/imm-cluster/default.json.lock", "");
    insta::assert_snapshot!(sandbox.imm("run").ok().both(), @"
    ---
    no dataset `[ROOT]/data/imm-cluster/default.json` yet: `imm-cluster run ~/Pictures` makes one
    ");
    let _lock = hold(&sandbox);
    sandbox
        .imm("run")
        .exits(1)
        .says("is in use by index (process 4711)");
}

#[test]
fn waiting_for_the_lock_succeeds_once_it_is_free() {
    let sandbox = indexed();
    sandbox.take("lib/b.jpg", "2024-03-04 09:00:00", HANGZHOU);
    let lock = hold(&sandbox);
    let mut waiting = sandbox
        .command()
        .args(["index", "lib", "--wait", "30"])
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    // Long enough for it to find the lock taken; it waits far longer.
    std::thread::sleep(std::time::Duration::from_millis(150));
    assert!(waiting.try_wait().unwrap().is_none(), "it did not wait");
    drop(lock);
    assert!(waiting.wait().unwrap().success());
    assert_eq!(sandbox.files().len(), 2);
}

#[test]
fn the_lock_of_a_process_that_is_gone_holds_nobody_up() {
    let sandbox = indexed();
    drop(hold(&sandbox));
    sandbox.take("lib/b.jpg", "2024-03-04 09:00:00", HANGZHOU);
    sandbox.imm("index").ok();
    assert_eq!(sandbox.files().len(), 2);
}

#[test]
fn two_at_once_lose_nothing() {
    let mut sandbox = Sandbox::new();
    for i in 0..6 {
        let path = format!("lib{i}/a.jpg");
        sandbox = sandbox.photo(&path, "2024-03-03 09:00:00", HANGZHOU);
    }
    let start = |i: usize| {
        let mut command = sandbox.command();
        command.args(["index", &format!("lib{i}"), "--wait", "60", "--quiet"]);
        command.stdout(Stdio::null()).spawn().unwrap()
    };
    let children: Vec<_> = (0..6).map(start).collect();
    for mut child in children {
        assert!(child.wait().unwrap().success());
    }
    assert_eq!(sandbox.files().len(), 6);
}

#[test]
fn a_place_that_cannot_be_written() {
    let sandbox = Sandbox::new().photo("lib/a.jpg", "2024-03-03 09:00:00", HANGZHOU);
    for dataset in ["lib/a.jpg/x.json", "/proc/imm-cluster/x.json"] {
        if dataset.starts_with("/proc") && !cfg!(target_os = "linux") {
            continue;
        }
        for command in ["index lib", "run lib"] {
            let outcome = sandbox
                .imm(&format!("{command} --dataset {dataset}"))
                .exits(1);
            assert!(
                outcome.stderr.starts_with("error: cannot "),
                "{}",
                outcome.stderr
            );
            assert!(outcome.stderr.contains(dataset), "{}", outcome.stderr);
        }
    }
}

#[cfg(unix)]
#[test]
fn a_link_to_a_dataset_is_written_through() {
    use std::os::unix::fs::symlink;
    let sandbox = indexed();
    fs::create_dir(sandbox.path("disk")).unwrap();
    fs::rename(sandbox.dataset(), sandbox.path("disk/real.json")).unwrap();
    symlink(sandbox.path("disk/real.json"), sandbox.dataset()).unwrap();
    sandbox.take("lib/b.jpg", "2024-03-04 09:00:00", HANGZHOU);
    sandbox.imm("index").ok();
    assert!(
        fs::symlink_metadata(sandbox.dataset())
            .unwrap()
            .is_symlink()
    );
    assert!(
        fs::symlink_metadata(sandbox.path("disk/real.json"))
            .unwrap()
            .is_file()
    );
    assert_eq!(sandbox.files().len(), 2);
}

#[cfg(unix)]
#[test]
fn a_link_to_a_dataset_that_does_not_exist_yet_is_written_through() {
    let sandbox = Sandbox::new().photo("lib/a.jpg", "2024-03-03 09:00:00", HANGZHOU);
    fs::create_dir(sandbox.path("disk")).unwrap();
    std::os::unix::fs::symlink("disk/real.json", sandbox.path("link.json")).unwrap();
    sandbox.imm("index lib --dataset link.json").ok();
    assert!(
        fs::symlink_metadata(sandbox.path("link.json"))
            .unwrap()
            .is_symlink()
    );
    assert!(sandbox.path("disk/real.json").is_file());
}

#[cfg(unix)]
#[test]
fn the_mode_of_a_dataset_is_kept() {
    use std::os::unix::fs::PermissionsExt;
    let sandbox = indexed();
    for mode in [0o600, 0o640, 0o664] {
        fs::set_permissions(sandbox.dataset(), fs::Permissions::from_mode(mode)).unwrap();
        let before = sandbox.dataset_bytes();
        sandbox.take(&format!("lib/{mode}.jpg"), "2024-03-04 09:00:00", HANGZHOU);
        sandbox.imm("index").ok();
        assert!(sandbox.dataset_bytes() != before);
        let now = fs::metadata(sandbox.dataset())
            .unwrap()
            .permissions()
            .mode();
        assert_eq!(now & 0o777, mode, "{mode:o}");
    }
}

#[test]
fn what_a_killed_process_left_behind_is_in_nobodys_way() {
    let sandbox = indexed();
    // Such a name, and a note in the lock, are what tells that it was killed.
    let temporary = "data/imm-cluster/.imm-cluster-0123456789abcdef0123456789abcdef.tmp";
    let theirs = "data/imm-cluster/default.json.tmp";
    sandbox.write(temporary, "half a dataset");
    sandbox.write(theirs, "of somebody else");
    sandbox.write("data/imm-cluster/default.json.lock", "index (process 1)\n");
    sandbox.take("lib/b.jpg", "2024-03-04 09:00:00", HANGZHOU);
    sandbox.imm("index").ok();
    assert_eq!(sandbox.files().len(), 2);
    assert!(!sandbox.path(temporary).exists());
    assert_eq!(fs::read(sandbox.path(theirs)).unwrap(), b"of somebody else");
    assert_eq!(
        fs::read(sandbox.path("data/imm-cluster/default.json.lock")).unwrap(),
        b""
    );
}

fn each_mut(value: &mut Value) -> impl Iterator<Item = &mut Value> {
    value.as_array_mut().into_iter().flatten()
}

/// Puts `"later":{"n":…}` into every object of the dataset, also those in records.
fn mark(dataset: &mut Value) -> usize {
    let mut marked = 0;
    let mut put = |record: &mut Value| {
        marked += 1;
        record["later"] = json!({"n": marked, "text": "é\u{0}"});
    };
    put(dataset);
    put(&mut dataset["rules"]);
    for section in ["roots", "clusters", "places", "folders"] {
        for record in dataset[section].as_array_mut().unwrap() {
            put(record);
            if section == "clusters" {
                put(&mut record["address"]);
            }
            for file in record.get_mut("files").into_iter().flat_map(each_mut) {
                put(file);
                if let Some(correction) = file.get_mut("correction") {
                    put(correction);
                }
                for sidecar in file.get_mut("sidecars").into_iter().flat_map(each_mut) {
                    put(sidecar);
                }
            }
        }
    }
    marked
}

#[test]
fn keys_of_a_later_version_survive_a_rewrite_at_every_level() {
    let sandbox = indexed();
    sandbox
        .imm("index --from-json -")
        .stdin("{\"path\":\"x\"}\n")
        .ok();
    sandbox.write("lib/a.jpg.xmp", "<x:xmpmeta xmlns:x='adobe:ns:meta/'/>");
    sandbox.imm("run lib").ok();
    sandbox
        .imm("files set lib/a.jpg --time 2024-03-03T10:00:00")
        .ok();
    sandbox.imm("run").ok();
    let mut marked = 0;
    sandbox.edit_dataset(|dataset| marked = mark(dataset));
    let dataset = sandbox.dataset_json();
    let mut files = each(&dataset["folders"]).flat_map(|folder| each(&folder["files"]));
    let file = files.find(|file| file["name"] == "a.jpg").unwrap();
    for part in [
        &dataset["rules"],
        &dataset["clusters"][0]["address"],
        &file["correction"],
        &file["sidecars"][0],
    ] {
        assert!(part["later"].is_object(), "{part}");
    }
    let mut expected = sandbox.dataset_json();
    sandbox.take("lib/b.jpg", "2024-03-04 09:00:00", HANGZHOU);
    sandbox.imm("index").ok();
    sandbox.imm("run --gap-days 0").ok();
    let mut now = sandbox.dataset_json();
    let mut left = Vec::new();
    collect(&mut expected, &mut Vec::new());
    collect(&mut now, &mut left);
    let mut numbers: Vec<_> = left
        .iter()
        .map(|mark| mark["n"].as_u64().unwrap())
        .collect();
    numbers.sort_unstable();
    assert_eq!(numbers, (1..=marked as u64).collect::<Vec<_>>());
    assert!(left.iter().all(|mark| mark["text"] == "é\u{0}"));
}

/// What merged clusters hold together.
fn whole(dataset: &mut Value) -> &mut Value {
    let clusters = dataset["clusters"].as_array_mut().unwrap().iter_mut();
    let mut wholes = clusters.filter_map(|cluster| cluster.get_mut("whole"));
    wholes.next().unwrap()
}

#[test]
fn keys_of_a_later_version_survive_in_what_was_merged() {
    let sandbox = Sandbox::new()
        .photo("lib/a.jpg", "2024-03-03 09:00:00", HANGZHOU)
        .photo("lib/b.jpg", "2024-03-09 09:00:00", HANGZHOU);
    sandbox.imm("run lib --levels city").ok();
    let listed = sandbox.imm("clusters list --format json").ok().json();
    let ids: Vec<String> = each(&listed).map(|one| text(&one["object_id"])).collect();
    sandbox
        .imm(&format!("clusters merge {}", ids.join(" ")))
        .ok();
    let later = json!([1, {"a": null}]);
    sandbox.edit_dataset(|dataset| whole(dataset)["later"] = later.clone());
    sandbox.take("lib/c.jpg", "2024-03-10 09:00:00", HANGZHOU);
    sandbox.imm("run lib").ok();
    assert_eq!(whole(&mut sandbox.dataset_json())["later"], later);
}

#[test]
fn keys_of_a_later_version_survive_a_changed_file() {
    let sandbox = indexed();
    sandbox.edit_dataset(|dataset| {
        mark(dataset);
    });
    sandbox.take("lib/a.jpg", "2024-03-04 09:00:00", HANGZHOU);
    sandbox.imm("index").ok();
    let dataset = sandbox.dataset_json();
    let file = &dataset["folders"][0]["files"][0];
    assert_eq!(sandbox.files()["lib/a.jpg"]["local_date"], "2024-03-04");
    assert!(file["later"].is_object(), "{file}");
}

fn collect(value: &mut Value, marks: &mut Vec<Value>) {
    match value {
        Value::Object(object) => {
            marks.extend(object.remove("later"));
            object.values_mut().for_each(|value| collect(value, marks));
        }
        Value::Array(array) => array.iter_mut().for_each(|value| collect(value, marks)),
        _ => {}
    }
}

#[test]
fn a_pretty_printed_dataset_loads_and_stays_as_it_is_while_nothing_is_new() {
    let sandbox = indexed();
    let before = sandbox.dataset_bytes();
    let pretty = serde_json::to_vec_pretty(&sandbox.dataset_json()).unwrap();
    fs::write(sandbox.dataset(), &pretty).unwrap();
    assert_eq!(sandbox.clusters().len(), 2);
    sandbox.imm("index").ok();
    sandbox.imm("run").ok();
    assert!(sandbox.dataset_bytes() == pretty);
    // A change brings the usual form back.
    sandbox.take("lib/b.jpg", "2024-03-04 09:00:00", HANGZHOU);
    sandbox.imm("index").ok();
    fs::remove_file(sandbox.path("lib/b.jpg")).unwrap();
    assert!(sandbox.dataset_bytes() != pretty);
    let count = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap().lines().count();
    assert_eq!(
        count(sandbox.dataset_bytes()),
        count(before) + 1,
        "one record a line"
    );
}

#[test]
fn the_dataset_is_one_record_a_line() {
    let sandbox = indexed();
    let text = String::from_utf8(sandbox.dataset_bytes()).unwrap();
    assert!(
        text.starts_with("{\"format\":\"imm-cluster-dataset\",\"version\":1,"),
        "{text}"
    );
    let record = |line: &str| {
        let line = line.trim_end_matches([',', ']', '}']);
        serde_json::from_str::<Value>(&format!("{line}}}")).is_ok()
            || serde_json::from_str::<Value>(line).is_ok()
    };
    let records = text
        .lines()
        .filter(|line| line.starts_with("{\"name\""))
        .collect::<Vec<_>>();
    assert_eq!(records.len(), 1, "{text}");
    assert!(
        text.lines()
            .filter(|line| line.starts_with("{\"object_id\""))
            .all(record),
        "{text}"
    );
    let dataset = sandbox.dataset_json();
    let time = dataset["folders"][0]["files"][0]["mtime"].as_i64().unwrap();
    assert_eq!(
        time, 1_709_427_600_000_000,
        "microseconds, which every reader of JSON has exactly"
    );
    for section in ["roots", "clusters", "places", "folders"] {
        assert!(each(&dataset[section]).count() > 0, "{section}");
    }
}

#[cfg(unix)]
#[test]
fn a_reader_that_has_seen_enough_is_no_error() {
    let records: Vec<Value> = (0..5000)
        .map(|i| json!({"path": format!("photo-{i}"), "local_date": "2024-03-03"}))
        .collect();
    let sandbox = Sandbox::new().records("r.jsonl", &records);
    sandbox.imm("index --from-json r.jsonl").ok();
    for format in ["table", "json", "ndjson"] {
        let mut child = sandbox
            .command()
            .args(["files", "list", "--format", format])
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap())
            .read_line(&mut line)
            .unwrap();
        assert!(!line.is_empty());
        let output = child.wait_with_output().unwrap();
        assert!(output.status.success(), "{format}: {}", output.status);
        assert_eq!(String::from_utf8_lossy(&output.stderr), "", "{format}");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_for_the_result_is_an_error() {
    let sandbox = indexed();
    let full = File::options().write(true).open("/dev/full").unwrap();
    let output = sandbox
        .command()
        .arg("status")
        .stdout(full)
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(1));
    let message = String::from_utf8(output.stderr).unwrap();
    assert!(
        message.starts_with("error: cannot write the result: "),
        "{message}"
    );
}
