//! File records that come in as JSON Lines.

use serde_json::{Value, json};

use crate::sandbox::{HANGZHOU, Sandbox, changes, each, lines, summaries, text};

const AT: &str = r#""lat":30.2936,"lon":120.1614"#;

#[expect(clippy::too_many_lines, reason = "a table")]
#[test]
fn what_makes_the_local_day() {
    let (lat, lon) = HANGZHOU;
    // Of the position, `true` for there: which day, and which time is shown.
    let cases = [
        (
            "instant",
            json!({"capture_time": "2024-03-03T18:00:00Z"}),
            true,
            json!("2024-03-04"),
            json!("2024-03-04T02:00:00+08:00"),
        ),
        (
            "instant without a zone",
            json!({"capture_time": "2024-03-03T18:00:00Z"}),
            false,
            Value::Null,
            json!("2024-03-03T18:00:00Z"),
        ),
        (
            "offset",
            json!({"capture_time": "2024-03-03T23:30:00-05:00"}),
            true,
            json!("2024-03-03"),
            json!("2024-03-03T23:30:00-05:00"),
        ),
        (
            "zero offset",
            json!({"capture_time": "2024-03-03T18:00:00+00:00"}),
            true,
            json!("2024-03-03"),
            json!("2024-03-03T18:00:00+00:00"),
        ),
        (
            "wall clock",
            json!({"capture_time": "2024-03-03T23:30:00"}),
            true,
            json!("2024-03-03"),
            json!("2024-03-03T23:30:00+08:00"),
        ),
        (
            "wall clock without a zone",
            json!({"capture_time": "2024-03-03T23:30:00"}),
            false,
            json!("2024-03-03"),
            json!("2024-03-03T23:30:00"),
        ),
        (
            "date",
            json!({"local_date": "2024-03-03"}),
            true,
            json!("2024-03-03"),
            json!("2024-03-03"),
        ),
        (
            "both",
            json!({"capture_time": "2024-03-03T18:00:00Z", "local_date": "2024-03-09"}),
            true,
            json!("2024-03-09"),
            Value::Null,
        ),
        (
            "both with an offset",
            json!({"capture_time": "2024-03-03T18:00:00+08:00", "local_date": "2024-03-09"}),
            true,
            json!("2024-03-09"),
            Value::Null,
        ),
        (
            "null",
            json!({"capture_time": null}),
            true,
            Value::Null,
            Value::Null,
        ),
        (
            "reset clock",
            json!({"capture_time": "1970-01-01T00:00:00"}),
            true,
            Value::Null,
            Value::Null,
        ),
        (
            "old",
            json!({"capture_time": "1904-06-01T12:00:00"}),
            true,
            json!("1904-06-01"),
            json!("1904-06-01T12:00:00+08:06"),
        ),
        (
            "future",
            json!({"local_date": "2094-03-03"}),
            true,
            json!("2094-03-03"),
            json!("2094-03-03"),
        ),
    ];
    let record = |(path, fields, is_there, ..): &(&str, Value, bool, Value, Value)| {
        let mut record = fields.clone();
        record["path"] = (*path).into();
        if *is_there {
            record["lat"] = lat.into();
            record["lon"] = lon.into();
        }
        record
    };
    let records: Vec<Value> = cases.iter().map(record).collect();
    let sandbox = Sandbox::new().records("r.jsonl", &records);
    sandbox.imm("index --from-json r.jsonl").ok();
    let files = sandbox.files();
    for (path, _, _, day, time) in &cases {
        assert_eq!(files[*path]["local_date"], *day, "day of {path}");
        // Where a day was stated beside a time, what is shown is a matter of taste;
        // and the local mean time of 1904 is one of the zone data.
        if !path.starts_with("both") && *path != "old" {
            assert_eq!(files[*path]["capture_time"], *time, "time of {path}");
        }
    }
    let run = sandbox
        .imm("run --no-lend --levels city --format json")
        .ok()
        .json();
    assert_eq!(run["unclustered"]["no_time"], 2);
    assert_eq!(run["unclustered"]["no_zone"], 1);
    assert_eq!(run["unclustered"]["no_position"], 1);
}

#[test]
fn an_address_is_taken_as_it_is_and_a_missing_one_is_looked_up() {
    let sandbox = Sandbox::new().file(
        "r.jsonl",
        format!(
            r#"{{"path":"given","local_date":"2024-03-03",{AT},"address":{{"country":"Elsewhere","city":"Nowhere"}}}}
{{"path":"looked up","local_date":"2024-03-03",{AT}}}
{{"path":"nulls","local_date":"2024-03-03",{AT},"address":{{"country":null}}}}
{{"path":"no position","local_date":"2024-03-03","address":{{"country":"Elsewhere"}},"camera":"unknown keys do no harm"}}
{{"path":"half a position","local_date":"2024-03-03","lat":30.0}}
{{"path":"no fix","local_date":"2024-03-03","lat":0,"lon":0}}
{{"path":"out of range","local_date":"2024-03-03","lat":91,"lon":0}}
{{"path":"mid-ocean","local_date":"2024-03-03","lat":-30.0,"lon":-25.0}}
"#
        ),
    );
    assert_eq!(
        changes(
            &sandbox
                .imm("index --from-json r.jsonl --format json")
                .ok()
                .json()
        ),
        [8, 0, 0, 0, 0]
    );
    let files = sandbox.files();
    let address = |path: &str| {
        let address = &files[path]["address"];
        (text(&address["country"]), text(&address["city"]))
    };
    let pair = |a: &str, b: &str| (a.to_owned(), b.to_owned());
    assert_eq!(address("given"), pair("Elsewhere", "Nowhere"));
    assert_eq!(files["given"]["time_zone"], "Asia/Shanghai");
    assert_eq!(address("looked up"), pair("China", "Hangzhou"));
    assert_eq!(address("nulls"), pair("China", "Hangzhou"));
    assert_eq!(address("no position"), pair("Elsewhere", ""));
    for path in ["half a position", "no fix", "out of range"] {
        assert_eq!(files[path]["lat"], Value::Null, "{path}");
        assert_eq!(files[path]["address"], Value::Null, "{path}");
    }
    assert_eq!(files["mid-ocean"]["lat"], -30.0);
    assert_eq!(files["mid-ocean"]["address"], Value::Null);
    let run = sandbox.imm("run --levels city --format json").ok().json();
    assert_eq!(
        run["unclustered"]["no_position"], 3,
        "{}",
        run["unclustered"]
    );
    assert_eq!(run["unclustered"]["no_region"], json!({"city": 2}));
}

#[test]
fn a_given_address_and_a_located_one_of_the_same_names_are_one_region() {
    let sandbox = Sandbox::new()
        .photo("lib/a.jpg", "2024-03-03 09:00:00", HANGZHOU)
        .records(
            "r.jsonl",
            &[json!({"path": "b", "local_date": "2024-03-04",
                "address": {"country": "China", "province": "Zhejiang", "city": "Hangzhou"}})],
        );
    sandbox.imm("index --from-json r.jsonl").ok();
    sandbox.imm("run lib --levels city").ok();
    assert_eq!(
        sandbox.clusters(),
        ["city Hangzhou 2024-03-03..2024-03-04, 2 days, 2 active, 2 files"]
    );
}

#[test]
fn a_bad_line_is_reported_with_its_number_and_skipped() {
    let long = format!(r#"{{"path":"{}"}}"#, "x".repeat(1 << 20));
    let input = format!(
        r#"{{"path":"1","local_date":"2024-03-03"}}
not json

{{"capture_time":"2024-03-03T09:00:00"}}
{{"path":""}}
{{"path":"6","capture_time":"yesterday"}}
{{"path":"7","local_date":"2024-02-30"}}
{{"path":"8","lat":"north"}}
["path","9"]
{{"path":"10"
{long}
{{"path":"12","local_date":"2024-03-03"}}"#
    );
    let sandbox = Sandbox::new().file("r.jsonl", input);
    let outcome = sandbox.imm("index --from-json r.jsonl --format json").ok();
    let report = outcome.json();
    assert_eq!(changes(&report), [2, 0, 0, 9, 0]);
    let failures: Vec<String> = each(&report["failures"])
        .map(|failure| format!("{}: {}\n", text(&failure["path"]), text(&failure["reason"])))
        .collect();
    insta::assert_snapshot!(failures.concat(), @r#"
    r.jsonl:2: invalid JSON at column 2
    r.jsonl:4: missing field `path`
    r.jsonl:5: `path` is empty
    r.jsonl:6: `capture_time`: invalid time `yesterday`
    r.jsonl:7: `local_date`: expected a date like 2024-03-03, not `2024-02-30`
    r.jsonl:8: invalid type: string "north", expected f64
    r.jsonl:9: a record must be an object
    r.jsonl:10: it is cut short
    r.jsonl:11: the line is longer than 1 MiB
    "#);
    outcome.says("`r.jsonl:2` could not be read: ");
    sandbox.imm("index --from-json r.jsonl --strict").exits(3);
    sandbox.imm("index --from-json r.jsonl").ok();
    assert_eq!(sandbox.files().len(), 2);
}

#[test]
fn standard_input_is_a_hyphen() {
    let sandbox = Sandbox::new();
    let record = json!({"path": "a", "local_date": "2024-03-03", "lat": 30.2936, "lon": 120.1614});
    let outcome = sandbox.imm("index --from-json -").stdin(lines(&[record]));
    assert_eq!(outcome.ok().stdout, "1 file checked: 1 new\n");
    assert!(sandbox.files().contains_key("a"));
    let outcome = sandbox.imm("index --from-json -").stdin("nonsense").ok();
    outcome.says("`-:1` could not be read");
    let outcome = sandbox.imm("index --from-json -").stdin("").ok();
    assert_eq!(outcome.stdout.lines().next(), Some("0 files checked"));
}

#[test]
fn a_later_record_of_the_same_path_replaces_the_earlier() {
    let record =
        |day: &str| json!({"path": "a", "local_date": day, "lat": 30.2936, "lon": 120.1614});
    let other = json!({"path": "./a", "local_date": "2024-03-03", "lat": 30.2936, "lon": 120.1614});
    let sandbox = Sandbox::new()
        .records(
            "1.jsonl",
            &[record("2024-03-01"), record("2024-03-03"), other],
        )
        .records("2.jsonl", &[record("2024-03-04")]);
    let index = |name: &str| {
        let call = format!("index --from-json {name} --format json");
        changes(&sandbox.imm(&call).ok().json())
    };
    index("1.jsonl");
    assert_eq!(sandbox.files().len(), 2, "a path is a string here");
    assert_eq!(sandbox.files()["a"]["local_date"], "2024-03-03");
    sandbox.imm("run --levels city").ok();
    let before = sandbox.dataset_state();
    sandbox.imm("run").ok();
    assert!(sandbox.dataset_state() == before);
    assert_eq!(index("2.jsonl"), [0, 1, 0, 0, 0]);
    let before = sandbox.dataset_state();
    assert_eq!(index("2.jsonl"), [0, 0, 1, 0, 0]);
    assert!(sandbox.dataset_state() == before);
    sandbox.imm("run").ok();
    assert_eq!(
        sandbox.clusters(),
        ["city Hangzhou 2024-03-03..2024-03-04, 2 days, 2 active, 2 files"]
    );
}

#[test]
fn what_files_list_prints_can_be_fed_back() {
    let sandbox = Sandbox::new()
        .photo("lib/a.jpg", "2024-03-03 23:30:00", HANGZHOU)
        .photo("lib/b.jpg", "2024-03-04 00:10:00", HANGZHOU)
        .photo("lib/c.jpg", "2024-03-07 09:00:00", crate::sandbox::UTRECHT)
        .records(
            "r.jsonl",
            &[
                json!({"path": "d", "capture_time": "2024-03-05T20:00:00Z", "lat": 30.2936, "lon": 120.1614}),
                json!({"path": "e", "local_date": "2024-03-06", "address": {"country": "X", "city": "Y"}}),
                json!({"path": "f", "capture_time": "2024-03-05T20:00:00Z"}),
                json!({"path": "g", "lat": 30.2936, "lon": 120.1614}),
                json!({"path": "h", "capture_time": "2024-03-03T18:00:00Z", "local_date": "2024-03-09", "lat": 30.2936, "lon": 120.1614}),
            ],
        );
    sandbox.imm("index lib").ok();
    sandbox.imm("index --from-json r.jsonl").ok();
    let run = |dataset: &str| {
        let call = format!("run --dataset {dataset} --levels country,city --format json");
        let run = sandbox.imm(&call).ok().json();
        (summaries(&run["clusters"]), run["unclustered"].clone())
    };
    let files = sandbox.imm("files list --format ndjson").ok();
    assert_eq!(files.ndjson().len(), 8);
    let back = lines(&files.ndjson());
    let report = sandbox
        .imm("index --from-json - --dataset back.json --format json")
        .stdin(back);
    assert_eq!(changes(&report.ok().json()), [8, 0, 0, 0, 0]);
    assert_eq!(run("default"), run("back.json"));
    // And once more it is a fixed point.
    let list = |dataset: &str| {
        let call = format!("files list --dataset {dataset} --format ndjson");
        sandbox.imm(&call).ok().ndjson()
    };
    let again = sandbox.imm("index --from-json - --dataset back.json --format json");
    let again = again.stdin(lines(&list("back.json"))).ok().json();
    assert_eq!(changes(&again), [0, 0, 8, 0, 0]);
}

#[test]
fn a_file_of_records_that_is_not_there() {
    let sandbox = Sandbox::new();
    let outcome = sandbox.imm("index --from-json absent.jsonl").exits(1);
    outcome.says("error: cannot read `absent.jsonl`: ");
    assert!(!sandbox.dataset().exists());
}

#[test]
fn records_are_no_media_that_could_go_missing() {
    let sandbox = Sandbox::new()
        .photo("lib/a.jpg", "2024-03-03 23:30:00", HANGZHOU)
        .records(
            "r.jsonl",
            &[json!({"path": "/nowhere/b.jpg", "local_date": "2024-03-03"})],
        );
    sandbox.imm("index --from-json r.jsonl").ok();
    let report = sandbox.imm("index lib --format json").ok().json();
    assert_eq!(changes(&report), [1, 0, 0, 0, 0]);
    let report = sandbox.imm("index --format json").ok().json();
    assert_eq!(changes(&report), [0, 0, 1, 0, 0]);
    assert_eq!(sandbox.files()["/nowhere/b.jpg"]["missing"], false);
}

#[test]
fn records_and_paths_together_are_wrong_usage() {
    Sandbox::new().imm("index lib --from-json r.jsonl").exits(2);
}

#[test]
fn a_mark_in_front_of_the_first_record_is_none_of_it() {
    let sandbox = Sandbox::new().file(
        "r.jsonl",
        b"\xEF\xBB\xBF{\"path\":\"x\"}\n{\"path\":\"y\"}\n",
    );
    let report = sandbox.imm("index --from-json r.jsonl --format json").ok();
    assert_eq!(changes(&report.json()), [2, 0, 0, 0, 0]);
}
