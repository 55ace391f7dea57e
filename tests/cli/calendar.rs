//! The days with photos.

use serde_json::{Value, json};

use crate::sandbox::{HANGZHOU, JIAXING, KYOTO, Sandbox, each, text};

/// Two trips, one over the end of a year; a photo of no known place.
fn trips() -> Sandbox {
    let sandbox = Sandbox::new()
        .photo("lib/1.jpg", "2023-12-31 23:30:00", HANGZHOU)
        .photo("lib/2.jpg", "2024-01-01 00:30:00", HANGZHOU)
        .photo("lib/3.jpg", "2024-01-01 20:00:00", JIAXING)
        .photo("lib/4.jpg", "2024-10-10 09:00:00", KYOTO)
        .records(
            "more.jsonl",
            &[
                json!({"path": "nowhere.jpg", "local_date": "1969-12-31"}),
                json!({"path": "never.jpg"}),
            ],
        );
    sandbox.imm("index --from-json more.jsonl").ok();
    sandbox.imm("run lib").ok();
    sandbox
}

/// `2024-01-01 2`, for each day.
fn days(sandbox: &Sandbox, arguments: &str) -> Vec<String> {
    let call = format!("calendar --format ndjson {arguments}");
    let day = |day: Value| format!("{} {}", text(&day["date"]), day["files"]);
    let days = sandbox.imm(&call).ok().ndjson();
    days.into_iter().map(day).collect()
}

#[test]
fn days_are_those_of_the_clusters_and_ranges_run_forwards() {
    let sandbox = Sandbox::new()
        .photo("lib/a.jpg", "2023-12-31 23:30:00", HANGZHOU)
        .photo("lib/b.jpg", "2024-01-01 00:30:00", HANGZHOU);
    sandbox.imm("run lib --day-starts 04:00").ok();
    for (day, files) in [("2023-12-31", 2), ("2024-01-01", 0)] {
        let listed = sandbox.imm(&format!("files list --day {day} --format json"));
        assert_eq!(each(&listed.ok().json()).count(), files, "{day}");
        let days = sandbox.imm(&format!("calendar --day {day} --format json"));
        let sum: u64 = each(&days.ok().json())
            .map(|day| day["files"].as_u64().unwrap())
            .sum();
        assert_eq!(sum, files as u64, "{day}");
    }
    for command in [
        "calendar --day",
        "files list --day",
        "clusters list --start-time",
    ] {
        let refused = sandbox
            .imm(&format!("{command} 2024-05-01..2024-02-01"))
            .exits(2);
        refused.says("2024-05-01..2024-02-01` ends before it begins");
    }
    let refused = sandbox.imm("calendar --day 2024-03-03T09:00:00").exits(2);
    refused.says("expected a date like 2024-03-03, not `2024-03-03T09:00:00`; a range is");
}

#[test]
fn months_with_photos_are_shown_by_year() {
    let outcome = trips().imm("calendar").ok();
    insta::assert_snapshot!(outcome.both(), @"
    1969: 1 file on 1 day

       December 1969
    Mo Tu We Th Fr Sa Su
     1  2  3  4  5  6  7
     8  9 10 11 12 13 14
    15 16 17 18 19 20 21
    22 23 24 25 26 27 28
    29 30 31▁

    2023: 1 file on 1 day

       December 2023
    Mo Tu We Th Fr Sa Su
                 1  2  3
     4  5  6  7  8  9 10
    11 12 13 14 15 16 17
    18 19 20 21 22 23 24
    25 26 27 28 29 30 31▁

    2024: 3 files on 2 days

        January 2024            October 2024
    Mo Tu We Th Fr Sa Su    Mo Tu We Th Fr Sa Su
     1▁ 2  3  4  5  6  7        1  2  3  4  5  6
     8  9 10 11 12 13 14     7  8  9 10▁11 12 13
    15 16 17 18 19 20 21    14 15 16 17 18 19 20
    22 23 24 25 26 27 28    21 22 23 24 25 26 27
    29 30 31                28 29 30 31

    ▁ 1+  ▂ 3+  ▃ 6+  ▄ 12+  ▅ 25+  ▆ 50+  ▇ 100+ files
    ---
    1 file has no known day; `imm-cluster files list --without time --state present` lists it
    ");
}

#[test]
fn days_are_those_of_the_place_and_of_the_hour_at_which_days_begin() {
    let sandbox = trips();
    let all = [
        "1969-12-31 1",
        "2023-12-31 1",
        "2024-01-01 2",
        "2024-10-10 1",
    ];
    assert_eq!(days(&sandbox, ""), all);
    sandbox.imm("run --day-starts 04:00").ok();
    let at_night = [
        "1969-12-31 1",
        "2023-12-31 2",
        "2024-01-01 1",
        "2024-10-10 1",
    ];
    assert_eq!(days(&sandbox, ""), at_night);
}

#[test]
fn json_tells_the_places_of_each_day() {
    let sandbox = trips();
    let shown = sandbox
        .imm("calendar --year 2024,1969 --format json")
        .ok()
        .json();
    let places = |day: &Value| -> Vec<Value> {
        let place = |place: &Value| json!([place["address"]["city"], place["files"]]);
        each(&day["places"]).map(place).collect()
    };
    let days: Vec<Vec<Value>> = each(&shown).map(places).collect();
    assert_eq!(
        days,
        [
            vec![json!([null, 1])],
            vec![json!(["Hangzhou", 1]), json!(["Jiaxing", 1])],
            vec![json!(["Kyoto", 1])],
        ]
    );
    let both = sandbox
        .imm("calendar --day 2024-10-10 --language zh,en --format json")
        .ok()
        .json();
    let addresses = &both[0]["places"][0]["addresses"];
    assert_eq!(
        each(addresses)
            .map(|a| text(&a["language"]))
            .collect::<Vec<_>>(),
        ["zh", "en"]
    );
}

#[test]
fn filters_choose_by_day_and_by_cluster() {
    let sandbox = trips();
    assert_eq!(days(&sandbox, "--year 2023"), ["2023-12-31 1"]);
    assert_eq!(days(&sandbox, "--day ..1969-12-31"), ["1969-12-31 1"]);
    assert_eq!(days(&sandbox, "--address country=Japan"), ["2024-10-10 1"]);
    assert_eq!(
        days(&sandbox, "--level city --end-time 2024-01-01"),
        ["2023-12-31 1", "2024-01-01 2"],
        "of both cities"
    );
    assert_eq!(
        days(&sandbox, "--address country=China"),
        ["2023-12-31 1", "2024-01-01 2"],
        "a file is in a cluster at each level, and counts once"
    );
    assert_eq!(
        days(&sandbox, "--address country=China --year 2024"),
        ["2024-01-01 2"]
    );
    assert!(days(&sandbox, "--title none").is_empty());
    let id = &sandbox.ids()["city Kyoto 2024-10-10..2024-10-10, 1 days, 1 active, 1 files"];
    assert_eq!(days(&sandbox, &format!("--id {id}")), ["2024-10-10 1"]);
}

#[test]
fn files_that_are_gone_or_unreadable_do_not_count() {
    let sandbox = Sandbox::new()
        .photo("lib/1.jpg", "2024-03-03 09:00:00", HANGZHOU)
        .photo("lib/2.jpg", "2024-03-04 09:00:00", HANGZHOU)
        .file("lib/2024-03-05.jpg", "no picture");
    sandbox.imm("index lib").ok();
    std::fs::remove_file(sandbox.path("lib/2.jpg")).unwrap();
    sandbox.imm("index").ok();
    assert_eq!(days(&sandbox, ""), ["2024-03-03 1"]);
}

#[test]
fn nothing_is_no_error() {
    let sandbox = Sandbox::new();
    let outcome = sandbox.imm("calendar").ok();
    assert_eq!(outcome.stdout, "");
    outcome.says("no dataset");
    assert_eq!(sandbox.imm("calendar --format json").ok().stdout, "[]\n");
    let sandbox = trips();
    let outcome = sandbox.imm("calendar --year 1999").ok();
    assert_eq!(outcome.stdout, "");
    outcome.says("no days with files match");
}

#[test]
fn words_follow_the_language() {
    let outcome = trips().imm("calendar --year 2023 --language zh").ok();
    insta::assert_snapshot!(outcome.stdout, @"
    2023年：1 天，1 个文件

         2023年12月
    一 二 三 四 五 六 日
                 1  2  3
     4  5  6  7  8  9 10
    11 12 13 14 15 16 17
    18 19 20 21 22 23 24
    25 26 27 28 29 30 31▁

    ▁ 1+  ▂ 3+  ▃ 6+  ▄ 12+  ▅ 25+  ▆ 50+  ▇ 100+ 个文件
    ");
}

#[test]
fn wrong_values_are_refused() {
    let sandbox = Sandbox::new();
    for (arguments, says) in [
        ("--year 24k", "invalid value '24k' for '--year <YYYY>'"),
        ("--year -1", "-1 is not in 1..=9999"),
        ("--day March", "`--day March`"),
        ("--address town=X", "`--address town=…` is not known"),
        ("--format imm", "`--format imm` is for"),
    ] {
        sandbox
            .imm(&format!("calendar {arguments}"))
            .exits(2)
            .says(says);
    }
    sandbox.imm("calendar --id nope").exits(1).says("nope");
}
