//! The years in numbers.

use serde_json::{Value, json};

use crate::sandbox::{Sandbox, each, text};
use crate::trips::{KYOTO, LISBON, day, life, record};

/// Two years in Lyon with photos twice a week; Lisbon in May, Kyoto over New Year, where two
/// photos and a video were taken a day.
fn two_years() -> Sandbox {
    let away = [
        ("2022-05-06", 4, LISBON),
        ("2022-12-28", 3, KYOTO),
        ("2023-01-01", 2, KYOTO),
    ];
    let mut records = life(&away);
    for (first, days, (lat, lon)) in away {
        records.extend((0..days).map(|n| {
            let date = day(first, n);
            json!({"path": format!("{date}.mp4"), "local_date": date, "lat": lat, "lon": lon})
        }));
    }
    let sandbox = Sandbox::new().records("two.jsonl", &records);
    sandbox.imm("index --from-json two.jsonl").ok();
    sandbox.imm("run").ok();
    sandbox
}

fn names(places: &Value) -> Vec<String> {
    let name = |place: &Value| {
        let new = if place["new"] == json!(true) {
            " new"
        } else {
            ""
        };
        format!("{}{new}", text(&place["name"]))
    };
    each(places).map(name).collect()
}

#[test]
fn each_year_has_its_numbers_and_all_have_theirs() {
    let stats = two_years()
        .imm("stats --format json --on 2024-05-06")
        .ok()
        .json();
    let years: Vec<&Value> = each(&stats["years"]).collect();
    let [first, second] = years[..] else {
        panic!("{stats}")
    };
    let all = &stats["all"];
    assert_eq!(
        [&first["year"], &second["year"], &all["year"]],
        [&json!(2022), &json!(2023), &Value::Null]
    );
    // Six days in Kyoto: 28 to 31 December, and 1 and 2 January.
    let away = [first, second, all].map(|year| year["days_away"].as_u64().unwrap());
    assert_eq!(away, [4 + 4, 2, 10]);
    let trips = [first, second, all].map(|year| year["trips"].as_u64().unwrap());
    assert_eq!(trips, [2, 1, 2], "the one over New Year is in both");
    let [before, behind, sum] =
        [first, second, all].map(|year| year["distance_km"].as_u64().unwrap());
    assert_eq!(before + behind, sum);
    assert!(behind * 3 > before / 2, "{before} {behind}");
    assert_eq!(
        names(&first["countries"]),
        ["France", "Portugal new", "Japan new"].map(str::to_owned)
    );
    assert_eq!(
        names(&second["countries"]),
        ["France", "Japan"].map(str::to_owned)
    );
    assert!(
        names(&all["countries"])
            .iter()
            .all(|name| !name.ends_with("new"))
    );
    assert_eq!(text(&first["farthest_trip"]["name"]), "Kyoto");
    assert_eq!(text(&second["longest_trip"]["start_date"]), "2022-12-28");
    let months: Vec<u64> = each(&first["files_per_month"])
        .map(|n| n.as_u64().unwrap())
        .collect();
    assert_eq!(months.len(), 12);
    assert_eq!(months.iter().sum::<u64>(), first["files"].as_u64().unwrap());
    let busiest = &all["busiest_day"];
    assert_eq!(
        (text(&busiest["date"]), &busiest["files"]),
        ("2022-05-06".into(), &json!(3))
    );
    let memories: Vec<(String, String)> = each(&stats["on_this_day"]["days"])
        .map(|day| (text(&day["date"]), text(&day["place"])))
        .collect();
    assert_eq!(memories, [("2022-05-06".to_owned(), "Lisbon".to_owned())]);
}

#[test]
fn one_year_can_be_asked_for() {
    let sandbox = two_years();
    let stats = sandbox
        .imm("stats --year 2023 --on 2024-05-06 --format json")
        .ok()
        .json();
    assert_eq!(each(&stats["years"]).count(), 1);
    assert_eq!(
        each(&stats["on_this_day"]["days"]).count(),
        0,
        "that was in 2022"
    );
    assert_eq!(stats["all"]["trips"], json!(2), "all stay all");
    sandbox.imm("stats --year 0").exits(2);
    sandbox.imm("stats --on yesterday").exits(2);
    let none = sandbox.imm("stats --year 2031").ok();
    assert_eq!(none.stdout, "");
    none.says("no files or trips in these years; there are some from 2022 to 2023");
}

/// The words of the row of a year, up to its provinces.
fn row(table: &str, year: &str) -> Vec<String> {
    let row = table.lines().find(|line| line.starts_with(year)).unwrap();
    row.split_whitespace().take(9).map(str::to_owned).collect()
}

#[test]
fn people_read_a_table() {
    let sandbox = two_years();
    let table = sandbox.imm("stats --on 2024-05-06").ok().stdout;
    assert!(
        table.starts_with("YEAR  AWAY  TRIPS  COUNTRIES  PROVINCES"),
        "{table}"
    );
    let words = ["2022", "8", "2", "3", "(2", "new)", "3", "(2", "new)"];
    assert_eq!(row(&table, "2022"), words, "{table}");
    for told in [
        "\n\nAll years, 2022 to 2023\nfiles      ",
        "\naway       10 days on 2 trips\n",
        "\ncountries  3: France, Japan, Portugal\n",
        "\n\nOn 6 May of other years\n  Fri 6 May 2022: 3 files, Lisbon (",
    ] {
        assert!(table.contains(told), "{told}\n{table}");
    }
    let year = sandbox.imm("stats --year 2022 --on 2024-12-24").ok().stdout;
    for told in [
        "2022\nfiles      ",
        "\naway       8 days on 2 trips\n",
        "\ncountries  3: France, Portugal (new), Japan (new)\n",
        "\nfiles per month\n  Jan ",
    ] {
        assert!(year.contains(told), "{told}\n{year}");
    }
    assert!(!year.contains("other years"), "{year}");
    let months = year.lines().filter(|line| line.starts_with("  "));
    assert_eq!(months.count(), 12, "{year}");
}

#[test]
fn chinese_people_read_it_in_chinese() {
    let sandbox = two_years();
    let chinese = "--ui-language zh --language zh";
    let table = sandbox
        .imm(&format!("stats --on 2024-05-06 {chinese}"))
        .ok()
        .stdout;
    assert!(table.starts_with("年份  离家天数  旅行 "), "{table}");
    assert_eq!(
        row(&table, "2022")[..4],
        ["2022", "8", "2", "3（新"],
        "{table}"
    );
    for told in [
        "\n\n全部年份，2022 到 2023\n文件 ",
        "\n离家       10 天，2 次旅行\n",
        "\n国家       3 个：法国、日本、葡萄牙\n",
        "\n\n往年的 5月6日\n  2022年5月6日 周五：3 个文件，",
    ] {
        assert!(table.contains(told), "{told}\n{table}");
    }
    let year = sandbox
        .imm(&format!("stats --year 2022 --on 2024-12-24 {chinese}"))
        .ok()
        .stdout;
    for told in ["2022年\n", "、葡萄牙（新）、", "\n每月文件数\n   1月 "] {
        assert!(year.contains(told), "{told}\n{year}");
    }
}

#[test]
fn nothing_is_told_in_silence() {
    let sandbox = Sandbox::new();
    let none = sandbox.imm("stats").ok();
    none.says("no dataset");
    none.says("imm-cluster run ~/Pictures");
    let json = sandbox.imm("stats --format json").ok().json();
    assert_eq!(
        (each(&json["years"]).count(), &json["all"]["files"]),
        (0, &json!(0))
    );

    let undated = Sandbox::new().records("a.jsonl", &[json!({"path": "never.jpg"})]);
    undated.imm("index --from-json a.jsonl").ok();
    undated.imm("stats").ok().says("no file has a known day");

    let few = Sandbox::new().records("a.jsonl", &[record(1, "2024-02-29", KYOTO)]);
    few.imm("index --from-json a.jsonl").ok();
    few.imm("stats").ok().says("`imm-cluster run`");
    few.imm("run").ok();
    let told = few.imm("stats --on 2025-02-28").ok();
    assert!(
        told.stdout.contains("Thu 29 Feb 2024: 1 file"),
        "{}",
        told.stdout
    );
}

#[test]
fn the_service_has_no_such_answer() {
    Sandbox::new().imm("stats --format imm").exits(2);
}

/// What was forgotten shows no files, and was there before what came later.
#[test]
fn what_was_forgotten_was_still_seen() {
    let records = [
        record(1, "2019-04-01", KYOTO),
        record(2, "2024-04-01", KYOTO),
    ];
    let sandbox = Sandbox::new().records("two.jsonl", &records);
    sandbox.imm("index --from-json two.jsonl").ok();
    let countries = |sandbox: &Sandbox| {
        let years = sandbox.imm("stats --format json").ok().json();
        let of = |year: &Value| names(&year["countries"]);
        each(&years["years"]).map(of).collect::<Vec<_>>()
    };
    let before = countries(&sandbox);
    assert_eq!(before, [["Japan new"], ["Japan"]]);
    sandbox.imm("forget 00001.jpg").ok();
    assert_eq!(countries(&sandbox), before);
}
