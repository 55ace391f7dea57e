//! Tasks: what is remembered of runs, for how long, and who is told.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::Write;
use std::path::PathBuf;

use serde_json::{Value, json};

use crate::sandbox::{HANGZHOU, JIAXING, Sandbox, each, text};

fn library() -> Sandbox {
    Sandbox::new()
        .photo("lib/a.jpg", "2024-03-03 09:00:00", HANGZHOU)
        .photo("lib/b.jpg", "2024-03-06 09:00:00", JIAXING)
}

fn task_file(sandbox: &Sandbox) -> PathBuf {
    sandbox.path("data/imm-cluster/default.json.tasks.jsonl")
}

fn tasks(sandbox: &Sandbox, filter: &str) -> Vec<Value> {
    let call = format!("tasks list --format ndjson {filter}");
    sandbox.imm(&call).ok().ndjson()
}

fn last(sandbox: &Sandbox) -> Value {
    tasks(sandbox, "").pop().unwrap()
}

#[test]
fn a_run_is_a_task_with_all_that_the_contract_names() {
    let sandbox = library();
    let run = sandbox
        .imm("run lib --tag by=cron --tag host=nas --user-data night-1 --gap-days 0 --format json")
        .ok()
        .json();
    let task = last(&sandbox);
    assert_eq!(task["task_id"], run["task_id"]);
    assert_eq!(task["request_id"], run["request_id"]);
    assert_eq!(task["event_id"], run["event_id"]);
    assert!(text(&task["task_id"]).starts_with("LocationDateClustering-"));
    let mut known = task.clone();
    for name in ["task_id", "request_id", "event_id"] {
        known.as_object_mut().unwrap().remove(name);
    }
    for name in ["start_time", "end_time"] {
        let time = known.as_object_mut().unwrap().remove(name).unwrap();
        assert!(
            text(&time).starts_with("20") && text(&time).ends_with('Z'),
            "{time}"
        );
    }
    assert_eq!(
        known,
        json!({
            "task_type": "LocationDateClustering", "status": "Succeeded",
            "code": null, "message": null,
            "tags": {"by": "cron", "host": "nas"}, "user_data": "night-1",
            "options": run["options"],
            "counts": {
                "clusters": 4, "created": 4, "updated": 0, "removed": 0, "unchanged": 0,
                "files_added": 2, "files_updated": 0, "files_unchanged": 0, "files_failed": 0,
            },
        })
    );
    let shown = sandbox.imm_with(["tasks", "show", &text(&run["task_id"]), "--format", "json"]);
    assert_eq!(shown.ok().json(), task);
    let uuid = text(&run["task_id"])["LocationDateClustering-".len()..].to_owned();
    for prefix in [&uuid[..8], &uuid, "LocationDate"] {
        let shown = sandbox.imm_with(["tasks", "show", prefix, "--format", "ndjson"]);
        assert_eq!(shown.ok().json(), task);
    }
    let shown = sandbox.imm("tasks show LocationDate").ok().stdout;
    for part in [
        "status    Succeeded",
        "tags      by=cron host=nas",
        "user data night-1",
    ] {
        assert!(shown.contains(part), "{shown}");
    }
    let listed = sandbox.imm("tasks list").ok().stdout;
    let rows: Vec<&str> = listed.lines().collect();
    assert_eq!(rows.len(), 2, "{listed}");
    assert!(rows[0].starts_with("STARTED"), "{listed}");
    let row = format!(
        "Succeeded         4    4        0  {}  by=cron host=nas",
        &uuid[..8]
    );
    assert!(rows[1].ends_with(&row), "{listed}");
    // What index and the lists do is no task.
    sandbox.imm("index lib").ok();
    sandbox.imm("clusters list").ok();
    sandbox.imm("run lib --dry-run").ok();
    assert_eq!(tasks(&sandbox, "").len(), 1);
}

#[test]
fn every_filter_of_tasks_list() {
    let sandbox = library();
    sandbox.imm("run lib --tag by=cron --tag n=1").ok();
    sandbox.imm("run --tag by=cron --tag n=2").ok();
    sandbox.imm("run absent --tag by=hand --tag n=3").exits(1);
    let all = tasks(&sandbox, "");
    let numbers = |filter: &str| -> String {
        let found = tasks(&sandbox, filter);
        found.iter().map(|task| text(&task["tags"]["n"])).collect()
    };
    let day = &text(&all[0]["start_time"])[..10];
    let end = text(&all[1]["end_time"]);
    for (filter, expected) in [
        (String::new(), "123"),
        ("--task-type LocationDateClustering".into(), "123"),
        ("--task-type FigureClustering".into(), ""),
        ("--status Succeeded".into(), "12"),
        ("--status failed".into(), "3"),
        ("--status Running".into(), ""),
        ("--tag by=cron".into(), "12"),
        ("--tag by=cron --tag n=2".into(), "2"),
        ("--tag by=nobody".into(), ""),
        ("--start-time 2020-01-01..".into(), "123"),
        ("--start-time ..2020-01-01".into(), ""),
        (format!("--start-time {day}.. --end-time {day}.."), "123"),
        (format!("--end-time ..{end}"), "12"),
        ("--end-time ..2020-01-01".into(), ""),
        ("--sort start --order desc".into(), "321"),
        ("--sort end --order desc --max-results 2".into(), "32"),
        (format!("--next-token {}", text(&all[1]["task_id"])), "3"),
    ] {
        assert_eq!(numbers(&filter), expected, "{filter}");
    }
    let ids = |tasks: Vec<Value>| {
        tasks
            .iter()
            .map(|t| text(&t["task_id"]))
            .collect::<Vec<_>>()
    };
    let mut sorted = ids(all);
    sorted.sort();
    assert_eq!(ids(tasks(&sandbox, "--sort task-id")), sorted);
    sandbox.imm("tasks list --start-time soon").exits(2);
    sandbox.imm("tasks list --status gone").exits(2);
    sandbox
        .imm("tasks list --next-token LocationDateClustering-0")
        .exits(1);
    insta::assert_snapshot!(sandbox.imm("tasks show nobody").exits(1).stderr, @"
    error: task `nobody` is not in the dataset
    hint: `imm-cluster tasks list` shows the tasks of the last 7 days
    ");
    insta::assert_snapshot!(sandbox.imm("tasks show Location").exits(1).stderr, @"
    error: `Location` matches 3 tasks
    hint: type more of the id
    ");
}

#[test]
fn a_run_that_fails_leaves_a_failed_task() {
    let sandbox = library();
    sandbox.imm("run lib").ok();
    sandbox.imm("run absent").exits(1);
    let task = last(&sandbox);
    assert_eq!(
        (text(&task["status"]), text(&task["code"])),
        ("Failed".into(), "ResourceNotFound.Path".into())
    );
    assert!(text(&task["message"]).contains("absent"), "{task}");

    // Somebody else holds the dataset.
    let lock = File::open(sandbox.path("data/imm-cluster/default.json.lock")).unwrap();
    lock.lock().unwrap();
    sandbox.imm("run").exits(1);
    assert_eq!(last(&sandbox)["code"], "DatasetLocked");
    drop(lock);

    fs::write(sandbox.dataset(), "").unwrap();
    sandbox.imm("run --tag n=4").exits(1);
    let task = last(&sandbox);
    assert_eq!(task["code"], "DatasetDamaged", "{task}");
    assert_eq!(task["tags"], json!({"n": "4"}));
    assert_eq!(
        (&task["options"], &task["counts"]),
        (&Value::Null, &Value::Null)
    );
    // Wrong usage is no run.
    sandbox.imm("run --gap-days -1").exits(2);
    assert_eq!(tasks(&sandbox, "").len(), 4);
}

#[test]
fn a_running_task_is_seen_from_outside_and_a_dead_one_was_interrupted() {
    let sandbox = library();
    sandbox.imm("run lib").ok();
    let written = fs::read_to_string(task_file(&sandbox)).unwrap();
    // The line that a run begins with, as if it had come so far.
    let mut running: Value = serde_json::from_str(written.lines().next().unwrap()).unwrap();
    assert_eq!(
        (&running["status"], &running["progress"]),
        (&json!("Running"), &json!(0))
    );
    running["task_id"] = "LocationDateClustering-77777777".into();
    running["start_time"] = "2099-01-01T00:00:00Z".into();
    running["progress"] = 37.into();
    running["process"] = std::process::id().into();
    fs::write(task_file(&sandbox), format!("{written}{running}\n")).unwrap();

    // This process plays the run that is going on.
    let mut lock = File::create(sandbox.path("data/imm-cluster/default.json.lock")).unwrap();
    lock.lock().unwrap();
    writeln!(lock, "run (process {})", std::process::id()).unwrap();
    let task = last(&sandbox);
    assert_eq!(
        (&task["status"], &task["progress"]),
        (&json!("Running"), &json!(37))
    );
    assert_eq!(
        (&task["end_time"], &task["process"]),
        (&Value::Null, &Value::Null)
    );
    let listed = sandbox.imm("tasks list --status running").ok().stdout;
    assert!(listed.contains("  Running 37%  "), "{listed}");
    let listed = sandbox
        .imm("tasks list --status Running --format imm")
        .ok()
        .json();
    assert_eq!(listed["Tasks"][0]["Progress"], 37);

    drop(lock);
    let task = last(&sandbox);
    assert_eq!(
        (&task["status"], &task["code"]),
        (&json!("Failed"), &json!("Interrupted"))
    );
    // The next run writes that down, so that it stays so.
    sandbox.imm("run").ok();
    let written = fs::read_to_string(task_file(&sandbox)).unwrap();
    assert!(written.contains("Interrupted"), "{written}");
    assert_eq!(tasks(&sandbox, "--status failed").len(), 1);
}

#[test]
fn nothing_new_adds_to_the_task_file_only_and_it_forgets() {
    let sandbox = library();
    sandbox.imm("run lib").ok();
    let before = sandbox.dataset_state();
    sandbox.imm("run").ok();
    assert!(sandbox.dataset_state() == before);
    // Both runs, as if they had been long ago, and a line that is damaged.
    let written = fs::read_to_string(task_file(&sandbox)).unwrap();
    let year = &text(&tasks(&sandbox, "")[0]["start_time"])[..4];
    let old = written.replace(&format!("_time\":\"{year}"), "_time\":\"2001");
    fs::write(task_file(&sandbox), format!("{old}{{\"task_id\":")).unwrap();
    assert_eq!(tasks(&sandbox, "").len(), 0);
    sandbox.imm("run").ok();
    let written = fs::read_to_string(task_file(&sandbox)).unwrap();
    assert_eq!(written.lines().count(), 2, "{written}");
    assert_eq!(tasks(&sandbox, "").len(), 1);
    let names: BTreeSet<String> = fs::read_dir(sandbox.path("data/imm-cluster"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    let expected = [
        "default.json",
        "default.json.lock",
        "default.json.tasks.jsonl",
    ];
    assert_eq!(names, expected.map(str::to_owned).into());
}

#[test]
fn a_notification_goes_into_no_photo_and_no_dataset() {
    let sandbox = Sandbox::new().photo("lib/a.jpg", "2024-03-03 09:00:00", HANGZHOU);
    sandbox.imm("run lib").ok();
    sandbox.write("list.txt", "mine\n");
    let others = ["lib/a.jpg", "list.txt", "data/imm-cluster/default.json"];
    for (number, other) in others.into_iter().enumerate() {
        let content = || std::fs::read(sandbox.path(other)).unwrap();
        let before = content();
        let call = format!("run --gap-days {number} --notify-file {other}");
        let outcome = sandbox.imm(&call).ok();
        outcome.says("it contains something other than notifications");
        assert!(content() == before || number == 2, "{other}");
    }
    // The dataset has its new rules, and nothing behind them.
    sandbox.imm("status").ok();
    assert_eq!(sandbox.dataset_json()["rules"]["gap_days"], 2);
}

#[test]
fn no_dataset_no_task_file() {
    let sandbox = Sandbox::new().file("theirs.json", "{}");
    sandbox.imm("run --notify-file told.jsonl").ok();
    assert!(!task_file(&sandbox).exists());
    assert!(sandbox.path("told.jsonl").exists());
    insta::assert_snapshot!(sandbox.imm("tasks list").ok().both(), @"
    ---
    no dataset `[ROOT]/data/imm-cluster/default.json` yet: `imm-cluster run ~/Pictures` makes one
    ");
    assert_eq!(
        sandbox.imm("tasks list --format json").ok().json(),
        json!([])
    );
    // Nor beside a file that is none of ours.
    sandbox.imm("run --dataset theirs.json").exits(1);
    assert!(!sandbox.path("theirs.json.tasks.jsonl").exists());
}

#[test]
fn a_task_file_that_cannot_be_written_stops_no_run() {
    let sandbox = library();
    sandbox.imm("index lib").ok();
    fs::create_dir(task_file(&sandbox)).unwrap();
    sandbox
        .imm("run --quiet")
        .ok()
        .says("cannot record this task in `[ROOT]/data/imm-cluster/default.json.tasks.jsonl`");
    assert_eq!(sandbox.clusters().len(), 4);
}

#[test]
fn a_file_and_a_command_are_told_of_the_end() {
    let sandbox = library();
    let run = sandbox
        .imm_with([
            "run",
            "lib",
            "--format",
            "json",
            "--user-data",
            "é",
            "--notify-file",
            "told.jsonl",
            "--notify-command",
            "cat > piped.json; echo heard",
        ])
        .ok();
    // What the command prints is not the result.
    let task = run.json();
    run.says("heard");
    let told = fs::read_to_string(sandbox.path("told.jsonl")).unwrap();
    assert_eq!(
        fs::read_to_string(sandbox.path("piped.json")).unwrap(),
        told
    );
    let message: Value = serde_json::from_str(&told).unwrap();
    let remembered = last(&sandbox);
    assert_eq!(
        message,
        json!({
            "id": task["event_id"], "source": "imm-cluster",
            "type": "imm:Task:LocationDateClustering", "subject": "local/default",
            "time": remembered["end_time"],
            "content": {
                "ProjectName": "local", "DatasetName": "default",
                "RequestId": task["request_id"],
                "StartTime": remembered["start_time"], "EndTime": remembered["end_time"],
                "UserData": "é", "TaskType": "LocationDateClustering",
                "TaskId": task["task_id"], "Status": "Succeeded", "Code": "", "Message": "",
                "Counts": remembered["counts"],
            },
        })
    );
    // One more line, and of a run that failed.
    sandbox.imm("run absent --notify-file told.jsonl").exits(1);
    let told = fs::read_to_string(sandbox.path("told.jsonl")).unwrap();
    assert_eq!(told.lines().count(), 2);
    let message: Value = serde_json::from_str(told.lines().last().unwrap()).unwrap();
    let content = &message["content"];
    assert_eq!(
        (text(&content["Status"]), text(&content["Code"])),
        ("Failed".into(), "ResourceNotFound.Path".into())
    );
    assert!(text(&content["Message"]).contains("absent"), "{content}");
    fs::write(sandbox.dataset(), "").unwrap();
    let damaged = sandbox.imm("run --notify-file -").exits(1).json();
    assert_eq!(damaged["content"]["Code"], "DatasetDamaged");
    assert_eq!(damaged["content"]["Counts"], Value::Null);
}

#[test]
fn standard_output_gets_the_message_behind_the_result() {
    let sandbox = library();
    let out = sandbox
        .imm("run lib --format ndjson --notify-file -")
        .ok()
        .ndjson();
    assert_eq!(out.len(), 2);
    assert_eq!(out[0]["task_id"], out[1]["content"]["TaskId"]);
}

#[test]
fn who_cannot_be_told_changes_no_exit_status() {
    let sandbox = library();
    let call = [
        "run",
        "lib",
        "--quiet",
        "--notify-file",
        "no/such/folder",
        "--notify-command",
        "exit 7",
    ];
    let outcome = sandbox.imm_with(call).ok();
    outcome.says("warning: cannot write the notification to `no/such/folder`: ");
    outcome.says("warning: the notification command `exit 7` failed: exit status: 7");
    assert_eq!(last(&sandbox)["status"], "Succeeded");
    sandbox.imm("run absent --notify-command false").exits(1);
    // The dataset is free again when the command is called.
    let program = env!("CARGO_BIN_EXE_imm-cluster");
    let command = format!("'{program}' index lib > again.txt");
    sandbox.imm_with(["run", "--notify-command", &command]).ok();
    let again = fs::read_to_string(sandbox.path("again.txt")).unwrap();
    assert!(again.starts_with("2 files checked"), "{again}");
}

#[test]
fn user_data_has_a_limit() {
    let sandbox = library();
    sandbox
        .imm_with(["run", "lib", "--user-data", &"é".repeat(1024)])
        .ok();
    assert_eq!(text(&last(&sandbox)["user_data"]).len(), 2048);
    let outcome = sandbox.imm_with(["run", "--user-data", &"x".repeat(2049), "--format", "json"]);
    let outcome = outcome.exits(2);
    outcome.says("InvalidParameter.UserData");
    outcome.says("2049 bytes are too many, at most 2048 are allowed");
    let outcome = sandbox.imm("run --dry-run --tag a=b").exits(2);
    outcome.says("cannot be used with");
    assert_eq!(
        each(&sandbox.imm("tasks list --format json").ok().json()).count(),
        1
    );
}
