//! Questions to the dataset: clusters, files, status, and points.

use serde_json::{Value, json};

use crate::sandbox::{HANGZHOU, JIAXING, KYOTO, Sandbox, UTRECHT, each, summaries, summary, text};

/// Four cities in March and October; two of them with a title and labels.
fn trips() -> Sandbox {
    let sandbox = Sandbox::new()
        .photo("lib/hz/1.jpg", "2024-03-03 09:00:00", HANGZHOU)
        .photo("lib/hz/2.jpg", "2024-03-05 21:00:00", HANGZHOU)
        .photo("lib/jx/3.jpg", "2024-03-06 09:00:00", JIAXING)
        .photo("lib/home/4.jpg", "2024-03-06 20:00:00", UTRECHT)
        .photo("lib/kyoto/5.jpg", "2024-10-10 09:00:00", KYOTO);
    sandbox.imm("run lib --levels city,country").ok();
    sandbox.edit_dataset(|dataset| {
        for (i, cluster) in dataset["clusters"]
            .as_array_mut()
            .unwrap()
            .iter_mut()
            .enumerate()
        {
            let day = format!("2024-11-{:02}T08:00:00Z", 1 + i);
            cluster["create_time"] = day.clone().into();
            cluster["update_time"] = day.into();
            if cluster["address"]["city"] == "Kyoto" && cluster["level"] == "city" {
                cluster["title"] = "Temples & gardens".into();
                cluster["custom_id"] = "trip-7".into();
                cluster["custom_labels"] = json!({"with": "Ana", "kind": "holiday"});
                cluster["update_time"] = "2024-12-24T08:00:00Z".into();
            }
        }
    });
    sandbox
}

/// The cities, or countries where it is none, of `clusters list` with a filter.
fn places(sandbox: &Sandbox, filter: &str) -> Vec<String> {
    let call = format!("clusters list --format ndjson {filter}");
    let place = |cluster: Value| text(&cluster["address"][cluster["level"].as_str().unwrap()]);
    sandbox
        .imm(&call)
        .ok()
        .ndjson()
        .into_iter()
        .map(place)
        .collect()
}

#[test]
fn clusters_are_sorted_by_start_then_level_then_region() {
    let sandbox = trips();
    assert_eq!(
        sandbox.clusters(),
        [
            "country China 2024-03-03..2024-03-06, 4 days, 3 active, 3 files",
            "city Hangzhou 2024-03-03..2024-03-05, 3 days, 2 active, 2 files",
            "country Netherlands 2024-03-06..2024-03-06, 1 days, 1 active, 1 files",
            "city Jiaxing 2024-03-06..2024-03-06, 1 days, 1 active, 1 files",
            "city Utrecht 2024-03-06..2024-03-06, 1 days, 1 active, 1 files",
            "country Japan 2024-10-10..2024-10-10, 1 days, 1 active, 1 files",
            "city Kyoto 2024-10-10..2024-10-10, 1 days, 1 active, 1 files",
        ]
    );
    assert_eq!(
        places(&sandbox, "--level city --order desc"),
        ["Kyoto", "Jiaxing", "Utrecht", "Hangzhou"]
    );
    assert_eq!(
        places(&sandbox, "--level city --sort end"),
        ["Hangzhou", "Jiaxing", "Utrecht", "Kyoto"]
    );
    assert_eq!(places(&sandbox, "--sort update --order desc")[0], "Kyoto");
    let mut created = places(&sandbox, "--sort create");
    created.reverse();
    assert_eq!(created, places(&sandbox, "--sort create --order desc"));
    assert_ne!(created.last().unwrap(), created.first().unwrap());
}

#[test]
fn every_filter_of_clusters_list() {
    let sandbox = trips();
    let cities = "--level city";
    for (filter, expected) in [
        ("", &["Hangzhou", "Jiaxing", "Utrecht", "Kyoto"][..]),
        ("--address country=China", &["Hangzhou", "Jiaxing"]),
        (
            "--address country=China --address city=Jiaxing",
            &["Jiaxing"],
        ),
        ("--address country_code=NL", &["Utrecht"]),
        ("--address province=Zhejiang", &["Hangzhou", "Jiaxing"]),
        ("--address address_line=Zhejiang", &["Hangzhou", "Jiaxing"]),
        ("--address district=Xihu", &[]),
        ("--title garden", &["Kyoto"]),
        ("--title beach", &[]),
        ("--label with=Ana", &["Kyoto"]),
        ("--label with=Ana --label kind=holiday", &["Kyoto"]),
        ("--label with=Ana --label kind=work", &[]),
        (
            "--start-time 2024-03-06..",
            &["Jiaxing", "Utrecht", "Kyoto"],
        ),
        (
            "--start-time ..2024-03-06",
            &["Hangzhou", "Jiaxing", "Utrecht"],
        ),
        ("--start-time 2024-03-03..2024-03-05", &["Hangzhou"]),
        ("--start-time 2024-03-03", &["Hangzhou"]),
        (
            "--start-time 2024-03-05T16:00:00Z..2024-03-05T22:59:59Z",
            &["Jiaxing"],
        ),
        (
            "--start-time 2024-03-06T00:00:00+01:00..2024-03-07",
            &["Utrecht"],
        ),
        ("--end-time ..2024-03-05", &["Hangzhou"]),
        ("--end-time 2024-03-06..2024-03-31", &["Jiaxing", "Utrecht"]),
        ("--update-time 2024-12-24", &["Kyoto"]),
        ("--update-time 2024-12-24T08:00:01Z..", &[]),
        ("--create-time 2024-12-01..", &[]),
        ("--max-results 2", &["Hangzhou", "Jiaxing"]),
    ] {
        assert_eq!(
            places(&sandbox, &format!("{cities} {filter}")),
            expected,
            "{filter}"
        );
    }
    assert_eq!(places(&sandbox, "--level country").len(), 3);
    assert_eq!(places(&sandbox, "--level country --level city").len(), 7);
    let all = sandbox.imm("clusters list --create-time 2024-11-01..2024-11-30 --format json");
    assert_eq!(each(&all.ok().json()).count(), 7);
}

#[test]
fn a_filter_that_is_none_is_wrong_usage() {
    let sandbox = trips();
    for (filter, part) in [
        ("--level village", "township"),
        (
            "--address planet=Mars",
            "the keys are country, country_code, province",
        ),
        ("--address Mars", "KEY=VALUE"),
        ("--label Mars", "KEY=VALUE"),
        (
            "--start-time March",
            "expected a date like 2024-03-03 or a time like 2024-03-03T09:00:00+08:00, not `March`",
        ),
        ("--end-time 2024-03-03..2024-02-30", "`2024-02-30`"),
        ("--create-time ..", "neither a beginning nor an end"),
        ("--max-results 0", "--max-results"),
        ("--sort size", "start, end, create, update"),
        ("--order up", "asc, desc"),
    ] {
        sandbox
            .imm(&format!("clusters list {filter}"))
            .exits(2)
            .says(part);
    }
}

#[test]
fn pages_join_to_the_whole_list() {
    let sandbox = trips();
    for sorting in ["", "--sort end --order desc", "--sort update"] {
        let all = sandbox.imm(&format!("clusters list --format ndjson {sorting}"));
        let all = all.ok().ndjson();
        let (mut pages, mut token) = (Vec::new(), String::new());
        loop {
            let call = format!("clusters list --format ndjson --max-results 3 {sorting} {token}");
            let page = sandbox.imm(&call).ok().ndjson();
            let Some(last) = page.last() else { break };
            assert!(page.len() <= 3);
            token = format!("--next-token {}", text(&last["object_id"]));
            pages.extend(page);
        }
        assert_eq!(pages, all, "{sorting}");
    }
    sandbox
        .imm("clusters list --next-token nonsense")
        .exits(1)
        .says("`nonsense`");
}

#[test]
fn a_cluster_goes_by_the_beginning_of_its_id() {
    let sandbox = trips();
    let list = sandbox
        .imm("clusters list --format json --level city")
        .ok()
        .json();
    for cluster in each(&list) {
        let id = text(&cluster["object_id"]);
        let uuid = id.strip_prefix("location-date-cluster-").unwrap();
        for name in [&id[..], uuid, &uuid[..18]] {
            let shown = sandbox.imm(&format!("clusters show {name} --format json"));
            assert_eq!(shown.ok().json()["object_id"], id.as_str());
            let listed = sandbox.imm(&format!("clusters list --id {name} --format json"));
            assert_eq!(listed.ok().json(), json!([cluster]));
        }
    }
    let outcome = sandbox.imm("clusters show location-date-cluster-").exits(1);
    outcome.says("matches 7 clusters");
    let nobody = "clusters show location-date-cluster-00000000-dead-beef-0000-000000000000";
    insta::assert_snapshot!(sandbox.imm(nobody).exits(1).both(), @"
    ---
    error: cluster `location-date-cluster-00000000-dead-beef-0000-000000000000` is not in the dataset
    hint: `imm-cluster clusters list` shows the ids
    ");
    sandbox.imm_with(["clusters", "show", ""]).exits(1);
    sandbox
        .imm("clusters list --id nonsense")
        .exits(1)
        .says("`nonsense`");
}

#[test]
fn show_looks_inside_a_cluster() {
    let sandbox = trips();
    let ids = sandbox.ids();
    let id = |start: &str| {
        let found = ids.iter().find(|(line, _)| line.starts_with(start));
        found.unwrap().1.clone()
    };
    let show = format!("clusters show {}", id("city Hangzhou"));
    insta::assert_snapshot!(sandbox.imm(&show).ok().stdout, @"
    place  Hangzhou, Zhejiang, China
    level  city
    dates  3–5 Mar 2024
    days   2 of 3 days with photos
    files  2
    first  2024-03-03T09:00:00+08:00
    last   2024-03-05T21:00:00+08:00
    id     location-date-cluster-[UUID]

    TAKEN                PLACE                               PATH
    2024-03-03 09:00:00  Gongshu, Hangzhou, Zhejiang, China  [ROOT]/lib/hz/1.jpg
    2024-03-05 21:00:00  Gongshu, Hangzhou, Zhejiang, China  [ROOT]/lib/hz/2.jpg
    ");
    let shown = sandbox.imm(&format!("{show} --format json")).ok().json();
    assert_eq!(
        summary(&shown),
        "city Hangzhou 2024-03-03..2024-03-05, 3 days, 2 active, 2 files"
    );
    let members: Vec<_> = each(&shown["members"])
        .map(|file| text(&file["capture_time"]))
        .collect();
    assert_eq!(
        members,
        ["2024-03-03T09:00:00+08:00", "2024-03-05T21:00:00+08:00"]
    );
    let line = sandbox.imm(&format!("{show} --format ndjson")).ok();
    assert_eq!(line.ndjson(), [shown]);
    let kyoto = format!("clusters show {}", id("city Kyoto"));
    insta::assert_snapshot!(sandbox.imm(&kyoto).ok().stdout, @"
    place  Kyoto, Japan
    level  city
    dates  10 Oct 2024
    days   1 of 1 days with photos
    files  1
    first  2024-10-10T09:00:00+09:00
    last   2024-10-10T09:00:00+09:00
    title  Temples & gardens
    id     location-date-cluster-[UUID]

    TAKEN                PLACE                      PATH
    2024-10-10 09:00:00  Higashiyama, Kyoto, Japan  [ROOT]/lib/kyoto/5.jpg
    ");
}

#[test]
fn an_absorbed_id_leads_to_its_survivor() {
    let sandbox = Sandbox::new()
        .photo("lib/4.jpg", "2024-03-04 09:00:00", HANGZHOU)
        .photo("lib/5.jpg", "2024-03-05 09:00:00", HANGZHOU)
        .photo("lib/7.jpg", "2024-03-07 09:00:00", HANGZHOU);
    sandbox.imm("run lib --levels city --gap-days 0").ok();
    let before = sandbox.ids();
    sandbox.take("lib/6.jpg", "2024-03-06 09:00:00", HANGZHOU);
    let run = sandbox.imm("run lib --format json").ok().json();
    assert_eq!(
        (&run["created"], &run["removed"], &run["updated"]),
        (&json!(0), &json!(1), &json!(1))
    );
    let survivor = text(&run["clusters"][0]["object_id"]);
    assert_eq!(
        summaries(&run["clusters"]),
        ["city Hangzhou 2024-03-04..2024-03-07, 4 days, 4 active, 4 files"]
    );
    assert!(before.values().any(|id| *id == survivor));
    for id in before.values() {
        let shown = sandbox
            .imm(&format!("clusters show {id} --format json"))
            .ok()
            .json();
        assert_eq!(shown["object_id"], survivor.as_str());
    }
}

#[test]
fn every_form_of_every_answer_parses() {
    let sandbox = trips();
    let id = sandbox.ids().into_values().next().unwrap();
    for call in [
        "clusters list".to_owned(),
        format!("clusters show {id}"),
        "files list".to_owned(),
        "files show lib/hz/1.jpg".to_owned(),
        "status".to_owned(),
        "run".to_owned(),
        "index".to_owned(),
        "lookup 30.2489,120.1485 0,0".to_owned(),
    ] {
        let json = sandbox.imm(&format!("{call} --format json")).ok().json();
        let ndjson = sandbox
            .imm(&format!("{call} --format ndjson"))
            .ok()
            .ndjson();
        let without_clock = |mut value: Value| {
            for name in ["elapsed_ms", "task_id", "request_id", "event_id"] {
                value.as_object_mut().map(|object| object.remove(name));
            }
            value
        };
        let ndjson: Vec<_> = ndjson.into_iter().map(without_clock).collect();
        match json {
            Value::Array(elements) => assert_eq!(ndjson, elements, "{call}"),
            object => assert_eq!(ndjson, [without_clock(object)], "{call}"),
        }
        let table = sandbox.imm(&call).ok();
        assert!(!table.stdout.is_empty(), "{call}");
        assert!(
            table.stdout.lines().all(|line| line == line.trim_end()),
            "{}",
            table.stdout
        );
        assert_eq!(
            sandbox.imm(&format!("{call} --format table")).ok().stdout,
            table.stdout
        );
    }
}

#[test]
fn filters_of_files_list() {
    let sandbox = trips().file("lib/broken.jpg", "no picture").records(
        "r.jsonl",
        &[
            json!({"path": "nowhere", "local_date": "2024-03-03"}),
            json!({"path": "never", "lat": 30.2936, "lon": 120.1614}),
        ],
    );
    std::fs::remove_file(sandbox.path("lib/kyoto/5.jpg")).unwrap();
    sandbox.imm("index").ok();
    sandbox.imm("index --from-json r.jsonl").ok();
    let names = |filter: &str| {
        let list = sandbox
            .imm(&format!("files list --format ndjson {filter}"))
            .ok()
            .ndjson();
        let name = |file: &Value| text(&file["path"]).rsplit('/').next().unwrap().to_owned();
        let mut names: Vec<_> = list.iter().map(name).collect();
        names.sort();
        names
    };
    let all = [
        "1.jpg",
        "2.jpg",
        "3.jpg",
        "4.jpg",
        "5.jpg",
        "broken.jpg",
        "never",
        "nowhere",
    ];
    assert_eq!(names(""), all);
    assert_eq!(names("lib/hz"), ["1.jpg", "2.jpg"]);
    assert_eq!(names("lib/hz/1.jpg lib/jx/"), ["1.jpg", "3.jpg"]);
    assert_eq!(names("lib/h"), [""; 0], "a part of a name is no folder");
    assert_eq!(
        names("--day 2024-03-05.."),
        ["2.jpg", "3.jpg", "4.jpg", "5.jpg"]
    );
    assert_eq!(names("--day 2024-03-03"), ["1.jpg", "nowhere"]);
    assert_eq!(names("--state missing"), ["5.jpg"]);
    assert_eq!(names("--state failed"), ["broken.jpg"]);
    assert_eq!(names("--state present --without time"), ["never"]);
    assert_eq!(names("--state present --without position"), ["nowhere"]);
    assert_eq!(names("--max-results 3").len(), 3);
    let id = sandbox
        .ids()
        .into_iter()
        .find(|(line, _)| line.starts_with("country China"));
    let id = id.unwrap().1;
    assert_eq!(
        names(&format!("--cluster {id}")),
        ["1.jpg", "2.jpg", "3.jpg"]
    );
    assert_eq!(
        names(&format!("--cluster {id} lib/hz --day 2024-03-05")),
        ["2.jpg"]
    );
    sandbox.imm("files list --cluster nonsense").exits(1);
    sandbox.imm("files list --day March").exits(2);
    insta::assert_snapshot!(sandbox.imm("files list lib nowhere never").ok().stdout, @"
    TAKEN                                                                  PLACE                               PATH
    unreadable: it is neither a photo nor a video, whatever its name says  ?                                   [ROOT]/lib/broken.jpg
    2024-03-06 20:00:00                                                    Utrecht, Netherlands                [ROOT]/lib/home/4.jpg
    2024-03-03 09:00:00                                                    Gongshu, Hangzhou, Zhejiang, China  [ROOT]/lib/hz/1.jpg
    2024-03-05 21:00:00                                                    Gongshu, Hangzhou, Zhejiang, China  [ROOT]/lib/hz/2.jpg
    2024-03-06 09:00:00                                                    Nanhu, Jiaxing, Zhejiang, China     [ROOT]/lib/jx/3.jpg
    2024-10-10 09:00:00                                                    Higashiyama, Kyoto, Japan           [ROOT]/lib/kyoto/5.jpg (missing)
    ?                                                                      Gongshu, Hangzhou, Zhejiang, China  never
    2024-03-03                                                             ?                                   nowhere
    ");
}

#[test]
fn files_show_explains_a_file() {
    let sandbox = trips().file("lib/broken.jpg", "no picture").records(
        "r.jsonl",
        &[json!({"path": "photos://1", "local_date": "2024-03-03"})],
    );
    sandbox.imm("index").ok();
    sandbox.imm("index --from-json r.jsonl").ok();
    insta::assert_snapshot!(sandbox.imm("files show lib/hz/1.jpg").ok().stdout, @"
    path        [ROOT]/lib/hz/1.jpg
    format      jpeg
    camera      Apple iPhone 13
    taken       2024-03-03T09:00:00+08:00  (from exif:DateTimeOriginal)
    offset      from the time zone of the position
    local day   2024-03-03
    position    30.2936,120.1614  (from exif:GPS)
    time zone   Asia/Shanghai
    address     Gongshu, Hangzhou, Zhejiang, China
    country     China, 3–6 Mar 2024  (location-date-cluster-[UUID])
    city        Hangzhou, Zhejiang, China, 3–5 Mar 2024  (location-date-cluster-[UUID])

    time clues
      exif:DateTimeOriginal    2024:03:03 09:00:00.000          chosen
      exif:CreateDate          2024:03:03 09:00:00              not needed: another clue takes precedence
      exif:ModifyDate          2024:03:03 09:00:00              not needed: another clue takes precedence
      exif:GPSDateTime         2024:03:03 01:00:00 UTC          not needed: another clue takes precedence

    position clues
      exif:GPS                 30 17 36.96 N, 120 9 41.04 E     chosen
    ");
    insta::assert_snapshot!(sandbox.imm("files show ./lib/../lib/broken.jpg").ok().stdout, @"
    path        [ROOT]/lib/broken.jpg
    unreadable  it is neither a photo nor a video, whatever its name says
    note        the file cannot be read now: it is neither a photo nor a video, whatever its name says
    country     none: no time is known
    city        none: no time is known
    ");
    insta::assert_snapshot!(sandbox.imm("files show photos://1").ok().stdout, @"
    path        photos://1
    taken       2024-03-03
    local day   2024-03-03
    country     none: no position is known
    city        none: no position is known
    ");
    insta::assert_snapshot!(sandbox.imm("files show lib/absent.jpg").exits(1).both(), @"
    ---
    error: file `lib/absent.jpg` is not in the dataset
    hint: `imm-cluster files list` shows the paths
    ");

    let file = sandbox
        .imm("files show lib/hz/1.jpg --format json")
        .ok()
        .json();
    assert_eq!(file["path"], sandbox.path("lib/hz/1.jpg").to_str().unwrap());
    assert_eq!(file["capture_time"], "2024-03-03T09:00:00+08:00");
    assert_eq!(file["local_date"], "2024-03-03");
    assert_eq!(file["lat"], 30.2936);
    assert_eq!(file["address"]["city"], "Hangzhou");
    assert_eq!(file["time_zone"], "Asia/Shanghai");
    assert_eq!(file["modified"], "2024-03-03T01:00:00Z");
    assert!(text(&file["media_type"]).starts_with("image"));
    assert_eq!(file["error"], Value::Null);
    assert!(file["size"].as_u64().unwrap() > 500);
    for name in ["capture_time_source", "position_source", "format"] {
        assert!(file[name].is_string(), "{name}");
    }
}

#[test]
fn status_at_a_glance() {
    let sandbox = trips().file("lib/broken.jpg", "no picture");
    sandbox.imm("index").ok();
    let table = sandbox.imm("status").ok().stdout;
    let (table, _fingerprint) = table.rsplit_once('-').unwrap();
    insta::assert_snapshot!(table, @"
    dataset   [ROOT]/data/imm-cluster/default.json
    folder    [ROOT]/lib (5 files)
    files     5, 1 unreadable
    days      3 Mar – 10 Oct 2024
    homes     none
    clusters  4 city, 3 country
    options   gap of 1 day, 1 to 99999 days, country,city, days start at 00:00
    geodata   immgeo-6
    ");
    let status = sandbox.imm("status --format json").ok().json();
    assert_eq!(status["exists"], true);
    assert_eq!(status["files"], 5);
    assert_eq!(status["failed"], 1);
    assert_eq!(status["first_day"], "2024-03-03");
    assert_eq!(status["last_day"], "2024-10-10");
    assert_eq!(status["clusters"], json!({"city": 4, "country": 3}));
}

#[test]
fn a_dataset_that_does_not_exist_yet_is_an_empty_one() {
    let sandbox = Sandbox::new();
    for (call, json) in [
        ("clusters list", Some(json!([]))),
        ("files list", Some(json!([]))),
        ("status", None),
        ("run", None),
    ] {
        for format in ["table", "json", "ndjson"] {
            let outcome = sandbox.imm(&format!("{call} --format {format}")).ok();
            outcome.says("no dataset `[ROOT]/data/imm-cluster/default.json` yet");
            if format == "json" {
                let answer = outcome.json();
                assert!(json.as_ref().is_none_or(|json| *json == answer), "{answer}");
            }
        }
    }
    assert_eq!(sandbox.imm("clusters list").ok().stdout, "");
    let status = sandbox.imm("status --format json").ok().json();
    assert_eq!(
        (&status["exists"], &status["files"]),
        (&json!(false), &json!(0))
    );
    sandbox.imm("clusters show 3f2a91c0").exits(1);
    sandbox.imm("files show a.jpg").exits(1);
    assert!(!sandbox.path("data").exists(), "reading makes nothing");
}

#[test]
fn points_are_named_in_order() {
    let sandbox = Sandbox::new();
    let points = "30.2936,120.1614 -33.8568,151.2153 52.0907,5.1214";
    insta::assert_snapshot!(sandbox.imm(&format!("lookup {points}")).ok().both(), @"
    30.2936,120.1614  Gongshu, Hangzhou, Zhejiang, China  Asia/Shanghai
    -33.8568,151.2153  The Rocks, Sydney, New South Wales, Australia  Australia/Sydney
    52.0907,5.1214  Utrecht, Netherlands  Europe/Amsterdam
    ---
    ");
    let answers = sandbox
        .imm(&format!("lookup --format json {points}"))
        .ok()
        .json();
    let hangzhou = &answers[0];
    assert_eq!(
        (&hangzhou["lat"], &hangzhou["lon"]),
        (&json!(30.2936), &json!(120.1614))
    );
    assert_eq!(hangzhou["time_zone"], "Asia/Shanghai");
    for (name, value) in [
        ("language", json!("en")),
        ("country", json!("China")),
        ("country_code", json!("CN")),
        ("province", json!("Zhejiang")),
        ("city", json!("Hangzhou")),
    ] {
        assert_eq!(hangzhou["address"][name], value, "{name}");
    }
    for name in ["county", "district", "township", "address_line"] {
        assert!(hangzhou["address"].get(name).is_some(), "{name}");
    }
    assert_eq!(answers[1]["address"]["country"], "Australia");
    assert_eq!(answers[1]["time_zone"], "Australia/Sydney");
    assert_eq!(
        sandbox
            .imm("lookup -33.8568,151.2153 --format json")
            .ok()
            .json()[0],
        answers[1]
    );
}

#[test]
fn points_have_the_keys_of_their_regions() {
    let sandbox = Sandbox::new();
    let points = "30.2489,120.1485 30.2490,120.1486 34.99,135.76 -30,-25";
    let keys = |options: &str| -> Vec<Value> {
        let lookup = format!("lookup --format json {points} {options}");
        let answers = sandbox.imm(&lookup).ok().json();
        let answers = answers.as_array().unwrap().iter();
        answers
            .map(|answer| answer["region_keys"].clone())
            .collect()
    };
    let english = keys("");
    let west_lake = &english[0];
    let levels = ["country", "province", "city", "district", "township"];
    assert_eq!(west_lake.as_object().unwrap().len(), levels.len());
    assert_eq!(west_lake["country"], "CN");
    assert_eq!(west_lake["township"], Value::Null);
    assert!(
        levels[1..4]
            .iter()
            .all(|level| west_lake[level].is_string())
    );
    assert_eq!(english[1], *west_lake);
    assert_ne!(english[2]["city"], west_lake["city"]);
    assert_eq!(english[3], Value::Null, "mid-ocean");
    assert_eq!(keys("--language zh"), english);
    // What a dataset keeps is the same.
    let record = json!({"path": "a.jpg", "capture_time": "2024-03-03T09:00:00+08:00",
        "lat": 30.2489, "lon": 120.1485});
    sandbox
        .imm("index --from-json - --dataset ./keys.json")
        .stdin(&*record.to_string())
        .ok();
    let kept = std::fs::read_to_string(sandbox.path("keys.json")).unwrap();
    let ids = levels[..4].iter().map(|level| west_lake[level].to_string());
    let ids = format!("\"ids\":[{}]", ids.collect::<Vec<_>>().join(","));
    assert!(kept.contains(&ids), "{ids} in {kept}");
    // A place of one's own is a region of its own, within the others.
    sandbox
        .imm("places add Garden 30.2490,120.1486 --radius 200m --level township --dataset ./keys.json")
        .ok();
    let own = keys("--dataset ./keys.json");
    assert!(own[1]["township"].is_string() && own[1]["city"] == west_lake["city"]);
}

#[test]
fn points_of_one_region_are_answered_as_if_alone() {
    let sandbox = Sandbox::new();
    let points = [
        "30.2489,120.1485",
        "30.2490,120.1486",
        "-30,-25",
        "-30,-55",
        "30.2489,120.1485",
    ];
    for options in ["", "--language zh,en"] {
        let lookup = format!("lookup --format ndjson {options}");
        let alone: Vec<String> = (points.iter())
            .map(|point| sandbox.imm(&format!("{lookup} {point}")).ok().stdout)
            .collect();
        let input = points.join("\n");
        let together = sandbox
            .imm(&format!("{lookup} -"))
            .stdin(&*input)
            .ok()
            .stdout;
        assert_eq!(together, alone.concat());
    }
}

#[test]
fn points_from_standard_input_are_answered_line_by_line() {
    let sandbox = Sandbox::new();
    let input = "30.2936, 120.1614\n\nnonsense\n-30,-25\n91,0\n";
    let answers = sandbox
        .imm("lookup - --format ndjson")
        .stdin(input)
        .ok()
        .ndjson();
    assert_eq!(answers.len(), 4, "{answers:?}");
    assert_eq!(answers[0]["address"]["city"], "Hangzhou");
    assert!(answers[1]["error"].is_string());
    assert_eq!(answers[2]["address"], Value::Null, "mid-ocean");
    assert_eq!(answers[2]["lat"], -30.0);
    assert!(answers[3]["error"].is_string());
    let json = sandbox
        .imm("lookup - --format json")
        .stdin(input)
        .ok()
        .json();
    assert_eq!(json, Value::Array(answers));
    insta::assert_snapshot!(sandbox.imm("lookup -").stdin(input).ok().stdout, @"
    30.2936,120.1614  Gongshu, Hangzhou, Zhejiang, China  Asia/Shanghai
    nonsense  error: not a point: expected LAT,LON in degrees
    -30,-25  no place  Etc/GMT+2
    91,0  error: out of range: latitudes go from -90 to 90, longitudes from -180 to 180
    ");
    let empty = sandbox.imm("lookup - --format json").stdin("").ok();
    assert_eq!(empty.json(), json!([]));
}

#[test]
fn what_is_no_point_is_wrong_usage() {
    let sandbox = Sandbox::new();
    for point in [
        "30.2489",
        "north,east",
        "91,0",
        "0,180.1",
        "NaN,0",
        "inf,0",
        "1,2,3",
        "",
    ] {
        let outcome = sandbox
            .imm_with(["lookup", "--format", "json", "52.0907,5.1214", point])
            .exits(2);
        outcome.says("a point is written LAT,LON in degrees");
        let answers = outcome.json();
        assert_eq!(
            answers[0]["address"]["country"], "Netherlands",
            "the good one is answered"
        );
        assert!(answers[1]["error"].is_string(), "{point}");
    }
    sandbox.imm("lookup").exits(2);
}

#[test]
fn the_edges_of_the_globe_are_points() {
    let sandbox = Sandbox::new();
    let points = "90,0 -90,0 -17.0,180 -17.0,-180 0,0";
    let answers = sandbox
        .imm(&format!("lookup --format json {points}"))
        .ok()
        .json();
    assert_eq!(
        each(&answers).filter(|a| a.get("error").is_none()).count(),
        5,
        "{answers}"
    );
    assert_eq!(
        answers[2]["address"], answers[3]["address"],
        "the same meridian"
    );
    assert_eq!(answers[4]["address"], Value::Null);
}

#[test]
fn years_and_months_have_headings_in_the_table_alone() {
    let sandbox = trips();
    let listed = sandbox.imm("clusters list --by month --order desc").ok();
    insta::assert_snapshot!(listed.stdout, @"
    DATES         DAYS  LEVEL    PLACE                      FILES  ID        TITLE
    October 2024
      country: 1 cluster, 1 day, 1 file
      city: 1 cluster, 1 day, 1 file
    10 Oct 2024      1  country  Japan                          1  --ID----
    10 Oct 2024      1  city     Kyoto, Japan                   1  --ID----  Temples & gardens

    March 2024
      country: 2 clusters, 4 days, 4 files
      city: 3 clusters, 4 days, 4 files
    6 Mar 2024       1  country  Netherlands                    1  --ID----
    6 Mar 2024       1  city     Jiaxing, Zhejiang, China       1  --ID----
    6 Mar 2024       1  city     Utrecht, Netherlands           1  --ID----
    3–6 Mar 2024     4  country  China                          3  --ID----
    3–5 Mar 2024     3  city     Hangzhou, Zhejiang, China      2  --ID----
    ");
    for format in ["json", "ndjson", "imm"] {
        let outcome = sandbox.imm(&format!("clusters list --by year --format {format}"));
        outcome
            .exits(2)
            .says("`--by` is for tables only; JSON is one list");
    }
}
