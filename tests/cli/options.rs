//! Options: what is allowed, what is said of the rest, what is remembered.

use serde_json::json;

use crate::sandbox::{HANGZHOU, Sandbox, summaries, text};

/// Photos on 4, 5 and 7 March.
fn three_days() -> Sandbox {
    let sandbox = Sandbox::new()
        .photo("lib/4.jpg", "2024-03-04 09:00:00", HANGZHOU)
        .photo("lib/5.jpg", "2024-03-05 09:00:00", HANGZHOU)
        .photo("lib/7.jpg", "2024-03-07 09:00:00", HANGZHOU);
    sandbox.imm("index lib").ok();
    sandbox
}

#[test]
fn out_of_range_is_wrong_usage_and_names_option_value_and_what_is_allowed() {
    let sandbox = three_days();
    let before = sandbox.dataset_state();
    let cases = [
        ("--gap-days", "-1", "0..=99999"),
        ("--gap-days", "100000", "0..=99999"),
        ("--gap-days", "two", "digit"),
        ("--min-days", "0", "1..=99999"),
        ("--min-days", "100000", "1..=99999"),
        ("--max-days", "0", "1..=99999"),
        ("--max-days", "100000", "1..=99999"),
        ("--max-days", "4294967296", "1..=99999"),
        (
            "--levels",
            "village",
            "country, province, city, district, township",
        ),
        (
            "--levels",
            "city,",
            "country, province, city, district, township",
        ),
        (
            "--levels",
            "City",
            "country, province, city, district, township",
        ),
        ("--day-starts", "12:01", "00:00 to 12:00"),
        ("--day-starts", "24:00", "00:00 to 12:00"),
        ("--day-starts", "noon", "00:00 to 12:00"),
        ("--time-zone", "Mars/Olympus", "IANA"),
        ("--time-from", "ctime", "mtime"),
        ("--exclude", "a[", "unclosed character class"),
        ("--jobs", "0", "1..=1024"),
        ("--wait", "-1", "--wait"),
        ("--format", "yaml", "table, json, ndjson"),
        ("--color", "sometimes", "auto, always, never"),
    ];
    for (option, value, allowed) in cases {
        let outcome = sandbox
            .imm_with(["run", &format!("{option}={value}")])
            .exits(2);
        assert_eq!(outcome.stdout, "", "{option} {value}");
        for part in [option, value.trim_end_matches(','), allowed] {
            outcome.says(part);
        }
    }
    assert!(sandbox.dataset_state() == before);
}

#[test]
fn a_negative_number_is_a_value_out_of_range_and_no_option() {
    let sandbox = Sandbox::new();
    for command in [
        "run --gap-days -1",
        "run --min-days -1",
        "run --max-days -7",
        "run --jobs -2",
        "index --wait -1",
        "clusters list --max-results -1",
        "tasks list --max-results -1",
        "files list --max-results -1",
    ] {
        let outcome = sandbox.imm(command).exits(2);
        outcome.says("is not in ");
        assert!(!outcome.stderr.contains("tip"), "{}", outcome.stderr);
    }
}

#[test]
fn another_option_of_a_known_folder_is_told_beside_a_new_one() {
    let sandbox = three_days().photo("new/1.jpg", "2024-03-04 09:00:00", HANGZHOU);
    let outcome = sandbox.imm("index new lib --time-zone Asia/Tokyo").ok();
    outcome.says("[ROOT]/lib: --time-zone is now Asia/Tokyo (was none)");
    assert!(!outcome.stderr.contains("/new: "), "{}", outcome.stderr);
}

#[test]
fn points_need_no_home_and_each_line_gets_an_answer() {
    let sandbox = Sandbox::new();
    let mut command = sandbox.command();
    command.env_remove("HOME").env_remove("XDG_DATA_HOME");
    command.args(["lookup", "--format", "ndjson", "-"]);
    let output = assert_cmd::Command::from_std(command)
        .write_stdin(b"\xEF\xBB\xBF30.2936,120.1614\n\xFF\xFE\n35.0037,135.7750\n".to_vec())
        .output()
        .unwrap();
    assert!(output.status.success(), "{output:?}");
    let lines: Vec<serde_json::Value> = str::from_utf8(&output.stdout)
        .unwrap()
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let countries = [0, 2].map(|i| text(&lines[i]["address"]["country_code"]));
    assert_eq!(countries, ["CN", "JP"]);
    assert!(
        text(&lines[1]["error"]).starts_with("not a point"),
        "{lines:?}"
    );
}

#[test]
fn the_ends_of_every_range_are_allowed() {
    let sandbox = three_days();
    for arguments in [
        "--gap-days 0 --min-days 1 --max-days 1 --day-starts 00:00",
        "--gap-days 99999 --min-days 99999 --max-days 99999 --day-starts 12:00",
        "--levels township --min-days 1",
        "--levels country,province,city,district,township",
        "--levels city,city,country",
    ] {
        sandbox.imm(&format!("run {arguments}")).ok();
    }
    let status = sandbox.imm("status --format json").ok().json();
    assert_eq!(status["options"]["levels"], json!(["country", "city"]));
}

#[test]
fn the_shortest_may_not_be_over_the_longest() {
    let sandbox = three_days();
    let before = sandbox.dataset_state();
    insta::assert_snapshot!(sandbox.imm("run --min-days 3 --max-days 2").exits(2).both(), @"
    ---
    error: `--min-days 3` is more than `--max-days 2`
    ");
    assert!(sandbox.dataset_state() == before);
    sandbox.imm("run --min-days 3").ok();
    insta::assert_snapshot!(sandbox.imm("run --max-days 2").exits(2).both(), @"
    ---
    error: `--min-days 3` (from the last run) is more than `--max-days 2`
    ");
    sandbox.imm("run --min-days 2 --max-days 2").ok();
}

#[test]
fn a_long_gap_is_allowed_with_a_hint() {
    let sandbox = three_days();
    insta::assert_snapshot!(sandbox.imm("run --gap-days 4").ok().stderr, @"
    no home found, so these are clusters instead of trips; `imm-cluster homes add` adds one
    2 clusters, all new
    hint: a gap of 4 days joins separate trips; 0 to 3 suits trips
    ");
    assert!(!sandbox.imm("run --gap-days 3").ok().stderr.contains("hint"));
    assert_eq!(sandbox.imm("run --gap-days 4 --quiet").ok().stderr, "");
}

#[test]
fn options_are_remembered() {
    let sandbox = three_days();
    let options = |arguments: &str| {
        let run = sandbox.imm(&format!("run --format json {arguments}")).ok();
        run.json()["options"].clone()
    };
    let defaults = json!({
        "gap_days": 1, "min_days": 1, "max_days": 99999, "levels": ["province", "city"], "day_starts": "00:00",
    });
    assert_eq!(options(""), defaults);
    let chosen = json!({
        "gap_days": 0, "min_days": 2, "max_days": 9, "levels": ["city"], "day_starts": "04:30",
    });
    let typed = "--gap-days 0 --min-days 2 --max-days 9 --levels city --day-starts 04:30";
    assert_eq!(options(typed), chosen);
    assert_eq!(options(""), chosen);
    assert_eq!(options("--gap-days 1")["min_days"], 2);
    assert_eq!(options("")["gap_days"], 1);
}

#[test]
fn runs_outside_min_and_max_days_are_counted_and_not_stored() {
    let sandbox = three_days();
    let run = sandbox.imm("run --levels city --gap-days 0 --min-days 2 --format json");
    let run = run.ok().json();
    assert_eq!(
        summaries(&run["clusters"]),
        ["city Hangzhou 2024-03-04..2024-03-05, 2 days, 2 active, 2 files"]
    );
    assert_eq!(run["unclustered"]["outside_days"], json!({"city": 1}));
    let run = sandbox
        .imm("run --min-days 1 --max-days 1 --format json")
        .ok()
        .json();
    assert_eq!(
        summaries(&run["clusters"]),
        ["city Hangzhou 2024-03-07..2024-03-07, 1 days, 1 active, 1 files"]
    );
    assert_eq!(run["unclustered"]["outside_days"], json!({"city": 2}));
    assert_eq!((&run["created"], &run["removed"]), (&json!(1), &json!(1)));
}

#[test]
fn options_changed_and_changed_back_give_the_same_ids() {
    let sandbox = three_days();
    sandbox.imm("run --levels city,province --gap-days 0").ok();
    let first = sandbox.ids();
    for other in [
        "--gap-days 1",
        "--min-days 2",
        "--max-days 1",
        "--levels country",
        "--gap-days 9 --levels province",
        "--day-starts 12:00",
    ] {
        sandbox.imm(&format!("run {other}")).ok();
        sandbox
            .imm("run --levels city,province --gap-days 0 --min-days 1 --max-days 99999 --day-starts 00:00")
            .ok();
        assert_eq!(sandbox.ids(), first, "{other} and back");
    }
}

#[test]
fn a_dry_run_shows_and_stores_nothing() {
    let sandbox = three_days();
    sandbox.imm("run --levels city").ok();
    let before = sandbox.dataset_state();
    let run = sandbox.imm("run --gap-days 0 --levels city --dry-run --format json");
    let run = run.ok().json();
    assert_eq!(summaries(&run["clusters"]).len(), 2);
    assert_eq!(run["options"]["gap_days"], 0);
    assert!(sandbox.dataset_state() == before);
    assert_eq!(
        sandbox.imm("run --format json").ok().json()["options"]["gap_days"],
        1
    );

    // What a folder would add, too.
    sandbox.take("lib/8.jpg", "2024-03-08 09:00:00", HANGZHOU);
    let run = sandbox.imm("run lib --dry-run --format json").ok().json();
    assert_eq!(
        summaries(&run["clusters"]),
        ["city Hangzhou 2024-03-04..2024-03-08, 5 days, 4 active, 4 files"]
    );
    assert!(sandbox.dataset_state() == before);

    let fresh = Sandbox::new().photo("lib/4.jpg", "2024-03-04 09:00:00", HANGZHOU);
    fresh.imm("run --dry-run").ok();
    let run = fresh.imm("run lib --dry-run --format json").ok().json();
    assert_eq!(run["created"], 2);
    assert!(!fresh.path("data").exists(), "not even a lock");
}

#[test]
fn the_dataset_is_chosen_by_option_then_environment_then_default() {
    let sandbox = Sandbox::new().photo("lib/a.jpg", "2024-03-04 09:00:00", HANGZHOU);
    let used = |arguments: &str, variable: &str| {
        let call = sandbox.imm(&format!("status --format json {arguments}"));
        let status = call.env("IMM_CLUSTER_DATASET", variable).ok().json();
        let root = format!("{}/", sandbox.path("").display()).replace("//", "/");
        text(&status["dataset"]).replace(&root, "")
    };
    assert_eq!(used("", ""), "data/imm-cluster/default.json");
    assert_eq!(used("", "family"), "data/imm-cluster/family.json");
    assert_eq!(
        used("--dataset trips", "family"),
        "data/imm-cluster/trips.json"
    );
    assert_eq!(used("--dataset trips.json", ""), "trips.json");
    assert_eq!(used("--dataset TRIPS.JSON", ""), "TRIPS.JSON");
    assert_eq!(used("--dataset a/b", ""), "a/b");
    sandbox.imm("index lib --dataset a/b").ok();
    assert!(sandbox.path("a/b").is_file() && sandbox.path("a/b.lock").is_file());
    sandbox
        .imm_with(["status", "--dataset", ""])
        .exits(2)
        .says("--dataset");
    let home = sandbox.imm("status --format json").env("XDG_DATA_HOME", "");
    let dataset = text(&home.ok().json()["dataset"]);
    if cfg!(target_os = "linux") {
        assert!(
            dataset.ends_with("home/.local/share/imm-cluster/default.json"),
            "{dataset}"
        );
    }
}

#[test]
fn quiet_leaves_the_result_and_verbose_lists_all() {
    let mut sandbox = Sandbox::new();
    for i in 0..25 {
        sandbox = sandbox.file(format!("lib/{i:02}.jpg"), "no picture");
    }
    let outcome = sandbox.imm("index lib --quiet").ok();
    assert_eq!(outcome.both(), "---\n");
    let outcome = sandbox.imm("index").ok();
    assert!(
        outcome
            .stdout
            .starts_with("25 files checked, all unreadable"),
        "{}",
        outcome.stdout
    );
    assert_eq!(outcome.stderr.lines().count(), 21, "{}", outcome.stderr);
    outcome.says("and 5 more could not be read (`-v` lists all)");
    assert_eq!(sandbox.imm("index -v").ok().stderr.lines().count(), 25);
    sandbox.imm("index -v -q").exits(2);
}

#[test]
fn colour_comes_only_where_it_is_wanted() {
    let sandbox = three_days();
    assert!(
        !sandbox.imm("run").ok().stdout.contains('\x1b'),
        "a pipe has none"
    );
    assert!(
        sandbox
            .imm("run --color always")
            .ok()
            .stdout
            .contains('\x1b')
    );
    assert!(
        !sandbox
            .imm("run --color never")
            .ok()
            .stdout
            .contains('\x1b')
    );
    let json = sandbox
        .imm("clusters list --color always --format json")
        .ok();
    assert!(!json.stdout.contains('\x1b'));
}

#[test]
fn the_help_and_the_version_are_results() {
    let sandbox = Sandbox::new();
    let first = concat!("imm-cluster ", env!("CARGO_PKG_VERSION"));
    assert_eq!(sandbox.imm("-V").ok().stdout, format!("{first}\n"));
    let version = sandbox.imm("--version").ok().stdout;
    let lines: Vec<&str> = version.lines().collect();
    assert_eq!(lines[0], first);
    for line in [
        "Licence: MIT OR Apache-2.0",
        "Place data: immgeo-",
        "Time zones: boundaries 20",
        "  boundaries: © OpenStreetMap contributors (ODbL 1.0)",
    ] {
        assert!(lines.iter().any(|l| l.starts_with(line)), "{version}");
    }
    assert_eq!(sandbox.imm("--help").ok().stderr, "");
    sandbox.imm("").exits(2);
    sandbox.imm("frobnicate").exits(2).says("frobnicate");
}

#[test]
fn options_of_indexing_want_something_to_index() {
    let sandbox = Sandbox::new().photo("p/a.jpg", "2024-03-03 12:00", HANGZHOU);
    sandbox.imm("run p --time-zone Asia/Shanghai").ok();
    sandbox
        .imm("run --time-zone Asia/Tokyo")
        .exits(2)
        .says("folder options need a path to index");
}
