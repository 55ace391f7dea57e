//! Names in other languages.

use serde_json::json;

use crate::sandbox::{HANGZHOU, JIAXING, KYOTO, Sandbox, text};

fn trips() -> Sandbox {
    Sandbox::new()
        .photo("p/a.jpg", "2024-03-03 12:00", HANGZHOU)
        .photo("p/b.jpg", "2024-03-06 12:00", JIAXING)
        .photo("p/c.jpg", "2024-04-05 12:00", KYOTO)
}

#[test]
fn a_language_is_shown_once_or_remembered() {
    let sandbox = trips();
    sandbox.imm("run p --levels city").ok();
    let ids = |json: &serde_json::Value| -> Vec<String> {
        json.as_array()
            .unwrap()
            .iter()
            .map(|cluster| text(&cluster["object_id"]))
            .collect()
    };
    let before = sandbox.imm("clusters list --format json").ok().json();
    let state = sandbox.dataset_state();
    insta::assert_snapshot!(sandbox.imm("clusters list --language zh").ok().places(), @"
    DATES       DAYS  LEVEL  PLACE             FILES
    3 Mar 2024     1  city   中国浙江省杭州市      1
    6 Mar 2024     1  city   中国浙江省嘉兴市      1
    5 Apr 2024     1  city   日本京都府京都        1
    ");
    insta::assert_snapshot!(sandbox.imm("clusters list --language local").ok().places(), @"
    DATES       DAYS  LEVEL  PLACE             FILES
    3 Mar 2024     1  city   中国浙江省杭州市      1
    6 Mar 2024     1  city   中国浙江省嘉兴市      1
    5 Apr 2024     1  city   日本京都府京都市      1
    ");
    assert_eq!(sandbox.dataset_state(), state, "a list remembers nothing");

    // A run remembers it: no cluster changes.
    let run = sandbox.imm("run --language zh --format json").ok();
    assert!(
        run.stderr.contains("--language is now zh (was en)"),
        "{}",
        run.stderr
    );
    let run = run.json();
    assert_eq!(
        (&run["created"], &run["updated"], &run["removed"]),
        (&json!(0), &json!(0), &json!(0))
    );
    assert_eq!(ids(&run["clusters"]), ids(&before));
    insta::assert_snapshot!(sandbox.imm("clusters list").ok().places(), @"
    DATES       DAYS  LEVEL  PLACE             FILES
    3 Mar 2024     1  city   中国浙江省杭州市      1
    6 Mar 2024     1  city   中国浙江省嘉兴市      1
    5 Apr 2024     1  city   日本京都府京都        1
    ");
    sandbox.take("p/d.jpg", "2024-03-04 12:00", HANGZHOU);
    sandbox.imm("run p").ok();
    let listed = sandbox
        .imm("clusters list --address city=杭州市 --format json")
        .ok()
        .json();
    assert_eq!(listed[0]["files"], 2);
    let state = sandbox.dataset_state();
    sandbox.imm("run --language zh").ok();
    assert_eq!(
        sandbox.dataset_state(),
        state,
        "the same language again changes no byte"
    );
    sandbox.imm("run --language en").ok();
    assert_eq!(
        ids(&sandbox.imm("clusters list --format json").ok().json()),
        ids(&before)
    );
    assert!(sandbox.dataset_json().get("languages").is_none());
}

#[test]
fn several_languages_at_once() {
    let sandbox = trips();
    sandbox.imm("run p --levels city").ok();
    let language =
        |address: &serde_json::Value| [text(&address["language"]), text(&address["city"])];
    let in_all = |value: &serde_json::Value| -> Vec<[String; 2]> {
        value["addresses"]
            .as_array()
            .unwrap()
            .iter()
            .map(language)
            .collect()
    };
    let expected = [["zh", "京都"], ["en", "Kyoto"]].map(|both| both.map(str::to_owned));
    let kyoto = sandbox
        .imm("clusters list --address country=日本 --language zh,en --format json")
        .ok()
        .json();
    assert_eq!(in_all(&kyoto[0]), expected);
    assert_eq!(language(&kyoto[0]["address"]), expected[0]);
    let file = sandbox
        .imm("files show p/c.jpg --language zh,en --format json")
        .ok()
        .json();
    assert_eq!(in_all(&file), expected);
    let point = sandbox
        .imm("lookup 35.0037,135.7750 --language zh,en --format json")
        .ok()
        .json();
    assert_eq!(in_all(&point[0]), expected);
    let imm = sandbox
        .imm("clusters list --language zh,en --format imm")
        .ok()
        .json();
    let addresses = imm["LocationDateClusters"][2]["Addresses"]
        .as_array()
        .unwrap();
    assert_eq!(
        [text(&addresses[0]["City"]), text(&addresses[1]["City"])],
        ["京都", "Kyoto"]
    );
    // One language is no list.
    assert!(
        sandbox.imm("clusters list --format json").ok().json()[0]
            .get("addresses")
            .is_none()
    );
}

#[test]
fn given_addresses_stay_as_they_were_given() {
    let record = |path: &str, language: &str, names: [&str; 3]| {
        json!({"path": path, "local_date": "2024-03-03", "address": {"language": language,
            "country": names[0], "province": names[1], "city": names[2]}})
    };
    let sandbox = Sandbox::new().records(
        "r.jsonl",
        &[
            record("1", "en", ["China", "Zhejiang", "Hangzhou"]),
            record("2", "zh", ["中国", "浙江省", "杭州市"]),
            record("3", "en", ["China", "Zhejiang", "Atlantis"]),
        ],
    );
    sandbox.imm("index --from-json r.jsonl").ok();
    let run = sandbox
        .imm("run --levels city,province --language zh --format json")
        .ok()
        .json();
    let lines: Vec<_> = (run["clusters"].as_array().unwrap().iter())
        .map(|cluster| (text(&cluster["level"]), cluster["files"].as_u64().unwrap()))
        .collect();
    // Two languages are one region; what nobody knows is its own.
    assert_eq!(
        lines,
        [("province", 3), ("city", 1), ("city", 2)].map(|(level, files)| (level.to_owned(), files))
    );
    let shown = sandbox
        .imm("clusters list --level city --language zh")
        .ok()
        .places();
    insta::assert_snapshot!(shown, @"
    DATES       DAYS  LEVEL  PLACE                FILES
    3 Mar 2024     1  city   中国浙江省 Atlantis      1
    3 Mar 2024     1  city   中国浙江省杭州市         2
    ");
    let first = sandbox.imm("files list --format json").ok().json();
    assert_eq!(first[0]["address"]["city"], "Hangzhou");
    assert_eq!(
        sandbox
            .imm("index --from-json r.jsonl --format json")
            .ok()
            .json()["unchanged"],
        3
    );
}

#[test]
fn an_unknown_language_is_wrong_usage() {
    let sandbox = Sandbox::new();
    insta::assert_snapshot!(sandbox.imm("lookup 1,2 --language tlh").exits(2).stderr, @"
    error: invalid value 'tlh' for '--language <TAG,…>': unknown language `tlh`: expected en, zh (simplified) or local (the language of each country)

    For more information, try '--help'.
    ");
}

#[test]
fn points_are_answered_before_the_input_ends() {
    use std::io::{BufRead, BufReader, Write};
    let mut child = std::process::Command::new(env!("CARGO_BIN_EXE_imm-cluster"))
        .args(["lookup", "-", "--dataset", "./none.json"])
        .stdin(std::process::Stdio::piped())
        .stdout(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    let mut answers = BufReader::new(child.stdout.take().unwrap()).lines();
    let mut points = child.stdin.take().unwrap();
    for (point, city) in [
        ("30.2936,120.1614\n", "Hangzhou"),
        ("35.0037,135.7750\n", "Kyoto"),
    ] {
        points.write_all(point.as_bytes()).unwrap();
        assert!(answers.next().unwrap().unwrap().contains(city));
    }
    drop(points);
    assert!(answers.next().is_none() && child.wait().unwrap().success());
}

#[test]
fn many_points_are_answered_in_their_order() {
    let point = |i: i32| [f64::from(i % 170) - 84.5, f64::from(i % 350) - 174.25];
    let points: Vec<String> = (0..20_000)
        .map(point)
        .map(|[lat, lon]| format!("{lat},{lon}"))
        .collect();
    let points = points.join("\n");
    let sandbox = Sandbox::new();
    let answers = sandbox
        .imm("lookup - --format ndjson")
        .stdin(&*points)
        .ok()
        .ndjson();
    assert_eq!(answers.len(), 20_000);
    for (point, answer) in points.lines().zip(&answers) {
        assert_eq!(point, format!("{},{}", answer["lat"], answer["lon"]));
    }
    let long = format!("{}\n1,2\n", "9".repeat(1 << 20));
    let answers = sandbox
        .imm("lookup - --format ndjson")
        .stdin(&*long)
        .ok()
        .ndjson();
    assert_eq!(answers.len(), 2);
    assert!(answers[0].get("error").is_some() && answers[1].get("error").is_none());
}
