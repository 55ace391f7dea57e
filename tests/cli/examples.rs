//! The worked examples of the rules, from records and from real JPEG files.

use serde_json::{Value, json};

use crate::library::{self, Shot};
use crate::sandbox::{HANGZHOU, JIAXING, Point, Sandbox, each, summaries, text};

/// Two photos a day: one in the morning and one late, when UTC's date is another.
fn days(days: &[u32], place: Point) -> Vec<(String, String, Point)> {
    let times = ["00:10:00", "23:30:00"];
    days.iter()
        .flat_map(|day| times.map(|time| (day, time)))
        .map(|(day, time)| {
            let local = format!("2024-03-{day:02} {time}");
            (
                format!("lib/{}-{day}-{}.jpg", place.0, &time[..2]),
                local,
                place,
            )
        })
        .collect()
}

/// The same photos once as records and once as files.
fn both_ways(photos: &[(String, String, Point)]) -> [Sandbox; 2] {
    let record = |(path, local, (lat, lon)): &(String, String, Point)| {
        let time = format!("{}+08:00", local.replace(' ', "T"));
        json!({"path": path, "capture_time": time, "lat": lat, "lon": lon})
    };
    let records: Vec<Value> = photos.iter().map(record).collect();
    let from_json = Sandbox::new().records("records.jsonl", &records);
    from_json.imm("index --from-json records.jsonl").ok();
    let mut from_files = Sandbox::new();
    for (path, local, place) in photos {
        from_files = from_files.photo(path, local, *place);
    }
    from_files.imm("index lib").ok();
    [from_json, from_files]
}

#[test]
fn hangzhou_and_jiaxing_are_one_run_of_days_in_their_province() {
    let mut photos = days(&[3, 4, 5], HANGZHOU);
    photos.extend(days(&[6, 7, 8], JIAXING));
    for sandbox in both_ways(&photos) {
        let run = sandbox.imm("run --levels city,province --gap-days 1 --format json");
        let run = run.ok().json();
        let expected = [
            "province Zhejiang 2024-03-03..2024-03-08, 6 days, 6 active, 12 files",
            "city Hangzhou 2024-03-03..2024-03-05, 3 days, 3 active, 6 files",
            "city Jiaxing 2024-03-06..2024-03-08, 3 days, 3 active, 6 files",
        ];
        assert_eq!(summaries(&run["clusters"]), expected);
        assert_eq!(sandbox.clusters(), expected);
        assert_eq!(
            (&run["created"], &run["removed"]),
            (&json!(3), &json!(0)),
            "{run}"
        );
    }
}

#[test]
fn the_days_4_5_and_7_are_one_cluster_with_gap_1_and_two_with_gap_0() {
    for sandbox in both_ways(&days(&[4, 5, 7], HANGZHOU)) {
        let clusters = |gap: u32| {
            let run = format!("run --levels city --gap-days {gap} --format json");
            summaries(&sandbox.imm(&run).ok().json()["clusters"])
        };
        assert_eq!(
            clusters(1),
            ["city Hangzhou 2024-03-04..2024-03-07, 4 days, 3 active, 6 files"]
        );
        assert_eq!(
            clusters(0),
            [
                "city Hangzhou 2024-03-04..2024-03-05, 2 days, 2 active, 4 files",
                "city Hangzhou 2024-03-07..2024-03-07, 1 days, 1 active, 2 files",
            ]
        );
    }
}

#[test]
fn one_command_indexes_and_clusters() {
    let sandbox = Sandbox::new()
        .photo("lib/a.jpg", "2024-03-03 09:12:44", HANGZHOU)
        .photo("lib/b.jpg", "2024-03-06 09:12:44", JIAXING);
    insta::assert_snapshot!(sandbox.imm("run lib --gap-days 2").ok().both(), @"
    DATES         DAYS  LEVEL     PLACE                      FILES  ID
    3–6 Mar 2024     4  province  Zhejiang, China                2  --ID----
    3 Mar 2024       1  city      Hangzhou, Zhejiang, China      1  --ID----
    6 Mar 2024       1  city      Jiaxing, Zhejiang, China       1  --ID----
    ---
    no home found, so these are clusters instead of trips; `imm-cluster homes add` adds one
    3 clusters, all new
    ");
    insta::assert_snapshot!(sandbox.imm("clusters list").ok().both(), @"
    DATES         DAYS  LEVEL     PLACE                      FILES  ID
    3–6 Mar 2024     4  province  Zhejiang, China                2  --ID----
    3 Mar 2024       1  city      Hangzhou, Zhejiang, China      1  --ID----
    6 Mar 2024       1  city      Jiaxing, Zhejiang, China       1  --ID----
    ---
    ");
}

#[test]
fn a_cluster_tells_all_that_the_contract_names() {
    let sandbox = Sandbox::new()
        .photo("lib/a.jpg", "2024-03-03 08:01:10", HANGZHOU)
        .photo("lib/b.jpg", "2024-03-05 21:40:02", HANGZHOU);
    let run = sandbox
        .imm("run lib --levels city --format json")
        .ok()
        .json();
    let mut cluster = run["clusters"][0].clone();
    let stamp = text(&cluster["create_time"]);
    assert_eq!(cluster["update_time"], stamp.as_str());
    assert!(stamp.ends_with('Z') && stamp.starts_with("20"), "{stamp}");
    let id = text(&cluster["object_id"]);
    assert!(id.starts_with("location-date-cluster-"), "{id}");
    for name in ["create_time", "update_time", "object_id"] {
        cluster.as_object_mut().unwrap().remove(name);
    }
    assert_eq!(
        cluster,
        json!({
            "level": "city",
            "address": {
                "language": "en", "country": "China", "country_code": "CN", "province": "Zhejiang",
                "city": "Hangzhou", "district": null, "township": null,
                "address_line": "Hangzhou, Zhejiang, China",
            },
            "start_date": "2024-03-03", "end_date": "2024-03-05",
            "start_time": "2024-03-03T00:00:00+08:00",
            "end_time": "2024-03-05T23:59:59.999999999+08:00",
            "days": 3, "active_days": 2, "files": 2, "moments": 2, "files_missing": 0, "files_lent": 0,
            "first_capture": "2024-03-03T08:01:10+08:00",
            "last_capture": "2024-03-05T21:40:02+08:00",
            "title": null, "custom_id": null, "custom_labels": {},
        })
    );
    let expected = json!({
        "gap_days": 1, "min_days": 1, "max_days": 99999, "levels": ["city"], "day_starts": "00:00",
    });
    assert_eq!(run["options"], expected);
    let expected = json!({
        "no_time": 0, "no_zone": 0, "no_position": 0, "no_region": {}, "outside_days": {}, "deleted": {},
    });
    assert_eq!(run["unclustered"], expected);
    for name in ["task_id", "request_id", "event_id", "elapsed_ms"] {
        assert!(!run[name].is_null(), "{name}");
    }
}

#[test]
fn the_demo_library_gives_its_trips() {
    // Every file as small as it can be; the same list is painted for people.
    let mut sandbox = Sandbox::new();
    for mut shot in library::demo_library() {
        shot.path = std::path::Path::new("demo").join(&shot.path);
        sandbox = match shot.content {
            library::Content::Cut | library::Content::Text(_) => {
                sandbox.file(&shot.path, library::bytes(&shot))
            }
            _ => sandbox.shot(&shot),
        };
    }
    let run = sandbox.imm("run demo --levels city --format json").ok();
    let clusters = summaries(&run.json()["clusters"]);
    for (city, span) in [
        ("city Hangzhou", " 2024-03-03..2024-03-05, 3 days, 3 active"),
        ("city Jiaxing", " 2024-03-06..2024-03-08, 3 days, 3 active"),
        ("city Kyoto", " 2024-10-10..2024-10-11, 2 days, 2 active"),
        // The source may name the city with the word for its kind.
        ("city Osaka", " 2024-10-12..2024-10-13, 2 days, 2 active"),
    ] {
        let is_it = |line: &&String| line.starts_with(city) && line.contains(span);
        let found = clusters.iter().filter(is_it).count();
        assert_eq!(found, 1, "{city}{span} in {clusters:#?}");
    }
    // Cut, empty, and no picture at all; what lies beside `.nomedia` is nowhere.
    let index = sandbox.imm("index --format json").ok().json();
    assert_eq!(index["failed"], 3, "{index}");
    assert!(each(&index["failures"]).all(|f| !text(&f["reason"]).is_empty()));
    assert!(!sandbox.files().keys().any(|path| path.contains("Cache")));
}

#[test]
fn a_night_out_is_one_day_when_days_start_later() {
    let sandbox = Sandbox::new()
        .photo("lib/evening.jpg", "2024-03-03 22:00:00", HANGZHOU)
        .photo("lib/night.jpg", "2024-03-04 03:59:59", HANGZHOU)
        .records(
            "dates.jsonl",
            &[json!({"path": "x", "local_date": "2024-03-10", "lat": 30.2936, "lon": 120.1614})],
        );
    sandbox.imm("index --from-json dates.jsonl").ok();
    sandbox.imm("run lib --levels city --day-starts 04:00").ok();
    assert_eq!(
        sandbox.clusters(),
        [
            "city Hangzhou 2024-03-03..2024-03-03, 1 days, 1 active, 2 files",
            "city Hangzhou 2024-03-10..2024-03-10, 1 days, 1 active, 1 files",
        ]
    );
    let list = sandbox.imm("clusters list --format json").ok().json();
    assert_eq!(list[0]["start_time"], "2024-03-03T00:00:00+08:00");
    assert_eq!(list[0]["end_time"], "2024-03-03T23:59:59.999999999+08:00");
    assert_eq!(list[0]["last_capture"], "2024-03-04T03:59:59+08:00");
    assert_eq!(
        list[1]["first_capture"],
        Value::Null,
        "only a date is known"
    );
}

#[test]
fn every_level_is_clustered_by_its_whole_path() {
    let chaoyang = |path: &str, province: &str, city: &str| {
        json!({"path": path, "local_date": "2024-05-01", "address": {
            "country": "China", "country_code": "CN", "province": province, "city": city,
            "district": "Chaoyang", "township": "Center",
        }})
    };
    let records = [
        chaoyang("1", "Beijing", "Beijing"),
        chaoyang("2", "Jilin", "Changchun"),
        // A level that is unknown takes part at the others.
        json!({"path": "3", "local_date": "2024-05-01", "address": {"country": "China", "province": "Jilin"}}),
    ];
    let sandbox = Sandbox::new().records("r.jsonl", &records);
    sandbox.imm("index --from-json r.jsonl").ok();
    let run = "run --levels township,district,city,province,country --format json";
    let run = sandbox.imm(run).ok().json();
    let mut lines = summaries(&run["clusters"]);
    for line in &mut lines {
        let (head, files) = line
            .split_once(" 2024-05-01..2024-05-01, 1 days, 1 active, ")
            .unwrap();
        *line = format!("{head}: {files}");
    }
    assert_eq!(
        lines,
        [
            "country China: 3 files",
            "province Beijing: 1 files",
            "province Jilin: 2 files",
            "city Beijing: 1 files",
            "city Changchun: 1 files",
            "district Chaoyang: 1 files",
            "district Chaoyang: 1 files",
            "township Center: 1 files",
            "township Center: 1 files",
        ]
    );
    assert_eq!(
        run["unclustered"]["no_region"],
        json!({"city": 1, "district": 1, "township": 1})
    );
}

#[test]
fn a_photo_counts_on_the_day_of_its_place() {
    // 23:30 in Kyoto is the same day in UTC, 00:10 the day before; a camera
    // without an offset says what its clock showed.
    let mut plain = Shot::new("lib/plain.jpg", "2024-10-10 23:30:00");
    plain.position = Some(crate::sandbox::KYOTO);
    let sandbox = Sandbox::new()
        .photo("lib/late.jpg", "2024-10-10 23:30:00", crate::sandbox::KYOTO)
        .photo(
            "lib/early.jpg",
            "2024-10-10 00:10:00",
            crate::sandbox::KYOTO,
        )
        .shot(&plain);
    for zone in ["UTC", "Pacific/Kiritimati", "America/Los_Angeles"] {
        let run = sandbox.imm("run lib --levels city --format json");
        let run = run.env("TZ", zone).ok().json();
        assert_eq!(
            summaries(&run["clusters"]),
            ["city Kyoto 2024-10-10..2024-10-10, 1 days, 1 active, 3 files"],
            "{zone}"
        );
    }
    assert_eq!(
        sandbox.files()["lib/plain.jpg"]["capture_time"],
        "2024-10-10T23:30:00+09:00"
    );
}
