//! Answers as the IMM service gives them, read by the official SDK of the service.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::{Value, json};

use crate::sandbox::{HANGZHOU, JIAXING, KYOTO, Sandbox, UTRECHT, each, text};

/// A library with a title and labels on one cluster.
fn library() -> Sandbox {
    let sandbox = Sandbox::new()
        .photo("lib/1.jpg", "2024-03-03 09:00:00", HANGZHOU)
        .photo("lib/2.jpg", "2024-03-05 21:00:00", JIAXING)
        .photo("lib/3.jpg", "2024-05-06 09:00:00", UTRECHT)
        .photo("lib/4.jpg", "2024-10-10 09:00:00", KYOTO);
    sandbox.imm("run lib --tag by=cron --user-data hello").ok();
    let id = sandbox.ids().into_values().next().unwrap();
    let update = "--title Spring --custom-id c-7 --label with=Ana --label kind=trip";
    sandbox.imm(&format!("clusters update {id} {update}")).ok();
    sandbox
}

/// All pages of a list, each with so many.
fn pages(sandbox: &Sandbox, call: &str, size: usize) -> Vec<Value> {
    let mut pages = Vec::new();
    let mut token = String::new();
    while pages.is_empty() || !token.is_empty() {
        // The first page may be asked for with an empty token, as in the service.
        let mut arguments: Vec<&str> = call.split(' ').collect();
        let size = size.to_string();
        arguments.extend([
            "--format",
            "imm",
            "--max-results",
            &size,
            "--next-token",
            &token,
        ]);
        let page = sandbox.imm_with(arguments).ok().json();
        token = text(&page["NextToken"]);
        pages.push(page);
        assert!(pages.len() < 100);
    }
    pages
}

fn together(pages: &[Value], key: &str) -> Vec<Value> {
    pages
        .iter()
        .flat_map(|page| each(&page[key]).cloned())
        .collect()
}

#[test]
fn clusters_as_the_service_answers() {
    let sandbox = library();
    let ours = sandbox.imm("clusters list --format json").ok().json();
    let answer = sandbox.imm("clusters list --format imm").ok().json();
    assert_eq!(answer["NextToken"], "");
    assert_eq!(text(&answer["RequestId"]).len(), 36);
    let first = &answer["LocationDateClusters"][0];
    let our_first = &ours[0];
    let mut expected = json!({
        "ObjectId": our_first["object_id"],
        "LocationDateClusterLevel": our_first["level"],
        "LocationDateClusterStartTime": our_first["start_time"],
        "LocationDateClusterEndTime": our_first["end_time"],
        "Addresses": [{
            "Language": "en", "Country": "China", "Province": "Zhejiang",
            "AddressLine": "Zhejiang, China",
        }],
        "CreateTime": our_first["create_time"],
        "UpdateTime": our_first["update_time"],
    });
    if our_first["title"] == "Spring" {
        expected["Title"] = "Spring".into();
        expected["CustomId"] = "c-7".into();
        expected["CustomLabels"] = json!({"with": "Ana", "kind": "trip"});
    }
    assert_eq!(*first, expected);
    // Every page but the last is full, and together they are the list.
    for size in [1, 3, 7, 100] {
        let pages = pages(&sandbox, "clusters list", size);
        assert_eq!(pages.len(), 7_usize.div_ceil(size));
        let all = together(&pages, "LocationDateClusters");
        assert_eq!(Value::from(all), answer["LocationDateClusters"], "{size}");
    }
    let filtered = "clusters list --format imm --level city --sort end --order desc";
    let filtered = sandbox.imm(filtered).ok().json();
    assert_eq!(
        filtered["LocationDateClusters"][0]["Addresses"][0]["Country"],
        "Japan"
    );
    assert_eq!(each(&filtered["LocationDateClusters"]).count(), 4);
    sandbox
        .imm("clusters list --format imm --max-results 101")
        .exits(2);
    sandbox
        .imm("clusters list --format json --max-results 101")
        .ok();
}

#[test]
fn twenty_clusters_and_a_hundred_tasks_are_a_page() {
    let mut sandbox = Sandbox::new();
    let record = |day: u32| {
        let day = format!(
            "2024-{:02}-{:02}T09:00:00+08:00",
            1 + day / 9,
            1 + 3 * (day % 9)
        );
        json!({"path": day, "capture_time": day, "lat": HANGZHOU.0, "lon": HANGZHOU.1})
    };
    let records: Vec<Value> = (0..25).map(record).collect();
    sandbox = sandbox.records("records.jsonl", &records);
    sandbox.imm("index --from-json records.jsonl").ok();
    sandbox.imm("run --levels city").ok();
    let answer = sandbox.imm("clusters list --format imm").ok().json();
    assert_eq!(each(&answer["LocationDateClusters"]).count(), 20);
    assert_eq!(
        answer["NextToken"],
        answer["LocationDateClusters"][19]["ObjectId"]
    );

    let journal = sandbox.path("data/imm-cluster/default.json.tasks.jsonl");
    let line = std::fs::read_to_string(&journal).unwrap();
    let task: Value = serde_json::from_str(line.lines().last().unwrap()).unwrap();
    let of_number = |n: usize| {
        let mut task = task.clone();
        task["task_id"] = format!("LocationDateClustering-{n:03}").into();
        task.to_string() + "\n"
    };
    std::fs::write(&journal, (0..102).map(of_number).collect::<String>()).unwrap();
    let answer = sandbox.imm("tasks list --format imm").ok().json();
    assert_eq!(answer["MaxResults"], "100");
    assert_eq!(answer["NextToken"], "LocationDateClustering-099");
    assert_eq!(
        each(&sandbox.imm("tasks list --format json").ok().json()).count(),
        102
    );
    sandbox
        .imm("tasks list --format imm --max-results 101")
        .exits(2);
}

#[test]
fn only_commands_with_an_answer_take_the_form_of_the_service() {
    let sandbox = library();
    for call in [
        "status",
        "files list",
        "index",
        "clusters show x",
        "lookup 1,2",
        "run --dry-run",
    ] {
        let outcome = sandbox.imm(&format!("{call} --format imm")).exits(2);
        assert_eq!(outcome.stdout, "");
        insta::allow_duplicates! {
            insta::assert_snapshot!(outcome.stderr, @r#"
            {"error":{"code":"InvalidParameter.Format","message":"`--format imm` is for `run` without `--dry-run`, `clusters list`, `tasks list` and `tasks show`","hint":"`--format json` works everywhere"}}
            "#);
        }
    }
}

/// A Python with the SDK, or why there is none.
fn python() -> Result<PathBuf, &'static str> {
    let venv = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/imm-sdk/venv");
    let python = venv.join("bin/python");
    let done = |command: &mut Command| {
        let output = command.stdin(Stdio::null()).output();
        output.is_ok_and(|output| output.status.success())
    };
    let import = ["-c", "import alibabacloud_imm20200930.models"];
    if done(Command::new(&python).args(import)) {
        return Ok(python);
    }
    if !done(Command::new("python3").args(["-m", "venv"]).arg(&venv)) {
        return Err("there is no python3 that can make a virtual environment");
    }
    let install = ["-m", "pip", "install", "--retries", "0", "--timeout", "10"];
    let sdk = "alibabacloud_imm20200930";
    if done(Command::new(&python).args(install).arg(sdk))
        && done(Command::new(&python).args(import))
    {
        return Ok(python);
    }
    Err("the SDK cannot be installed from PyPI")
}

/// The attributes of the SDK's models that read these answers.
fn read_by_sdk(python: &Path, answers: &[(&str, Value)]) -> Vec<Value> {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/imm_sdk.py");
    let mut child = Command::new(python)
        .arg(script)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let lines: String = answers
        .iter()
        .map(|(model, answer)| json!({"model": model, "answer": answer}).to_string() + "\n")
        .collect();
    let mut input = child.stdin.take().unwrap();
    let writer = std::thread::spawn(move || input.write_all(lines.as_bytes()));
    let output = child.wait_with_output().unwrap();
    writer.join().unwrap().unwrap();
    assert!(output.status.success());
    let lines = String::from_utf8(output.stdout).unwrap();
    lines
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

#[test]
fn the_official_sdk_reads_every_answer() {
    let python = match python() {
        Ok(python) => python,
        Err(why) => return println!("skipped: {why}"),
    };
    let sandbox = library();
    let created = sandbox.imm("run --format imm").ok().json();
    sandbox.imm("run absent --format imm").exits(1);
    let clusters = list_by_sdk(
        &python,
        &sandbox,
        "clusters list",
        "QueryLocationDateClustersResponseBody",
    );
    let tasks = list_by_sdk(
        &python,
        &sandbox,
        "tasks list --request-definition",
        "ListTasksResponseBody",
    );
    compare_clusters(&together(&clusters, "location_date_clusters"), &sandbox);
    let ours = sandbox
        .imm("tasks list --format json --sort task-id")
        .ok()
        .json();
    compare_tasks(&python, &together(&tasks, "tasks"), &ours, &sandbox);
    let created = ("CreateLocationDateClusteringTaskResponseBody", created);
    let created = read_by_sdk(&python, &[created]).remove(0);
    let task = each(&ours)
        .find(|task| task["task_id"] == created["task_id"])
        .unwrap();
    assert_eq!(task["request_id"], created["request_id"]);
    assert_eq!(task["event_id"], created["event_id"]);
}

/// The pages of a list as the SDK reads them, two results each.
fn list_by_sdk(python: &Path, sandbox: &Sandbox, call: &str, model: &str) -> Vec<Value> {
    let answers: Vec<_> = pages(sandbox, call, 2)
        .into_iter()
        .map(|page| (model, page))
        .collect();
    let pages = read_by_sdk(python, &answers);
    for (i, page) in pages.iter().enumerate() {
        assert_eq!(text(&page["request_id"]).len(), 36);
        assert_eq!(text(&page["next_token"]).is_empty(), i + 1 == pages.len());
    }
    pages
}

fn compare_clusters(clusters: &[Value], sandbox: &Sandbox) {
    let ours = sandbox.imm("clusters list --format json").ok().json();
    assert_eq!(clusters.len(), each(&ours).count());
    for (theirs, ours) in clusters.iter().zip(each(&ours)) {
        let or_null = |value: &Value| match value {
            Value::Object(labels) if labels.is_empty() => Value::Null,
            value => value.clone(),
        };
        let address = &ours["address"];
        let expected = json!({
            "object_id": ours["object_id"], "title": ours["title"],
            "location_date_cluster_level": ours["level"],
            "location_date_cluster_start_time": ours["start_time"],
            "location_date_cluster_end_time": ours["end_time"],
            "addresses": [{
                "language": address["language"], "country": address["country"],
                "province": address["province"], "city": address["city"],
                "district": address["district"], "township": address["township"],
                "address_line": address["address_line"],
            }],
            "create_time": ours["create_time"], "update_time": ours["update_time"],
            "custom_id": ours["custom_id"], "custom_labels": or_null(&ours["custom_labels"]),
        });
        assert_eq!(*theirs, expected);
    }
}

fn compare_tasks(python: &Path, tasks: &[Value], ours: &Value, sandbox: &Sandbox) {
    assert_eq!((tasks.len(), each(ours).count()), (3, 3));
    for (theirs, ours) in tasks.iter().zip(each(ours)) {
        let id = text(&ours["task_id"]);
        let shown = sandbox
            .imm_with(["tasks", "show", &id, "--format", "imm"])
            .ok()
            .json();
        let shown = read_by_sdk(python, &[("GetTaskResponseBody", shown)]).remove(0);
        assert_eq!(shown["event_id"], ours["event_id"]);
        for name in [
            "task_id",
            "task_type",
            "status",
            "start_time",
            "end_time",
            "code",
            "message",
            "user_data",
        ] {
            assert_eq!(
                (&theirs[name], &shown[name]),
                (&ours[name], &ours[name]),
                "{name}"
            );
        }
        assert_eq!(
            (&theirs["progress"], &shown["progress"]),
            (&Value::Null, &Value::Null)
        );
        assert_eq!(theirs["tags"], shown["tags"]);
        let request: Value =
            serde_json::from_str(&text(&theirs["task_request_definition"])).unwrap();
        let request = read_by_sdk(
            python,
            &[("CreateLocationDateClusteringTaskRequest", request)],
        )
        .remove(0);
        assert_eq!(
            request["date_options"]["gap_days"],
            ours["options"]["gap_days"]
        );
        assert_eq!(
            request["location_options"]["location_date_cluster_levels"],
            ours["options"]["levels"]
        );
        assert_eq!(request["user_data"], ours["user_data"]);
    }
    let tagged = tasks
        .iter()
        .find(|task| task["user_data"] == "hello")
        .unwrap();
    assert_eq!(tagged["tags"], json!({"by": "cron"}));
}
