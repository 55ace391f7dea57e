//! Which id a cluster carries, case by case.

use serde_json::json;

use crate::sandbox::{HANGZHOU, JIAXING, Sandbox, each, text};

fn photos(days: &[u32]) -> Sandbox {
    let sandbox = Sandbox::new();
    for day in days {
        sandbox.take(
            &format!("p/{day}.jpg"),
            &format!("2024-03-{day:02} 12:00"),
            HANGZHOU,
        );
    }
    sandbox
}

fn ids(sandbox: &Sandbox) -> Vec<String> {
    let clusters = sandbox.imm("clusters list --format json").ok().json();
    each(&clusters)
        .map(|cluster| text(&cluster["object_id"]))
        .collect()
}

fn changes(sandbox: &Sandbox, run: &str) -> Vec<String> {
    let run = sandbox.imm(&format!("{run} --format json")).ok().json();
    each(&run["changes"])
        .map(|event| text(&event["change"]))
        .collect()
}

#[test]
fn a_new_file_bridges_two_clusters_and_its_loss_parts_them() {
    let sandbox = photos(&[1, 2, 5, 6, 7]);
    sandbox.imm("run p --levels city --gap-days 0").ok();
    let [first, second] = &ids(&sandbox)[..] else {
        panic!()
    };
    for day in [3, 4] {
        sandbox.take(
            &format!("p/{day}.jpg"),
            &format!("2024-03-0{day} 12:00"),
            HANGZHOU,
        );
    }
    assert_eq!(changes(&sandbox, "run p"), ["absorbed", "merged"]);
    assert_eq!(
        ids(&sandbox),
        std::slice::from_ref(second),
        "as old, with more days"
    );
    let shown = sandbox
        .imm(&format!("clusters show {first} --format json"))
        .ok()
        .json();
    assert_eq!(shown["object_id"], second.as_str());

    sandbox.take("p/3.jpg", "2024-03-20 12:00", HANGZHOU);
    sandbox.take("p/4.jpg", "2024-03-20 12:00", HANGZHOU);
    sandbox.imm("run p").ok();
    assert_eq!(ids(&sandbox)[..2], [first.clone(), second.clone()]);
}

#[test]
fn a_cluster_that_outgrows_the_longest_comes_back_with_its_title() {
    let sandbox = photos(&[1, 2]);
    sandbox.imm("run p --levels city --max-days 2").ok();
    let id = ids(&sandbox).remove(0);
    sandbox
        .imm_with(["clusters", "update", &id, "--title", "Lake"])
        .ok();
    sandbox.take("p/3.jpg", "2024-03-03 12:00", HANGZHOU);
    let run = sandbox.imm("run p").ok();
    run.says("no longer listed: 3 days, outside --min-days/--max-days (1 to 2)");
    assert_eq!(ids(&sandbox), [""; 0]);
    assert_eq!(changes(&sandbox, "run --max-days 3"), ["came-back"]);
    let clusters = sandbox.imm("clusters list --format json").ok().json();
    assert_eq!(
        (&clusters[0]["object_id"], &clusters[0]["title"]),
        (&json!(id), &json!("Lake"))
    );
}

#[test]
fn a_run_that_is_too_short_has_no_identity_yet() {
    let sandbox = photos(&[1]);
    sandbox.imm("run p --levels city --min-days 2").ok();
    assert_eq!(sandbox.dataset_json()["clusters"], json!([]));
    sandbox.take("p/2.jpg", "2024-03-02 12:00", HANGZHOU);
    assert_eq!(changes(&sandbox, "run p"), ["created"]);
}

#[test]
fn a_level_that_is_dropped_comes_back_with_the_same_ids() {
    let sandbox = photos(&[1, 2, 8]);
    sandbox.imm("run p --levels city,province").ok();
    let before = ids(&sandbox);
    sandbox
        .imm("run --levels province")
        .ok()
        .says("city is not among the levels of this run");
    assert_eq!(ids(&sandbox).len(), 2);
    sandbox.imm("run --levels city,province").ok();
    assert_eq!(ids(&sandbox), before);
}

#[test]
fn a_day_that_shifts_keeps_the_id_of_what_overlaps() {
    let video = include_bytes!("../../fixtures/synthetic/android_moov_last.mp4");
    let sandbox = Sandbox::new().file("p/a.mp4", video).photo(
        "p/b.jpg",
        "2019-05-03 12:00",
        (48.8584, 2.2945),
    );
    sandbox.imm("run p --levels city").ok();
    let before = ids(&sandbox);
    sandbox.imm("files set p/a.mp4 --shift +24:00").ok();
    sandbox.imm("run").ok();
    assert_eq!(ids(&sandbox), before);
    let cluster = &sandbox.imm("clusters list --format json").ok().json()[0];
    assert_eq!(cluster["end_date"], "2019-05-05");
}

#[test]
fn better_geodata_locates_stored_coordinates_again_and_reads_no_file() {
    let sandbox = photos(&[1, 2]);
    let given = json!({"path": "x", "capture_time": "2024-03-01T09:00:00+08:00", "lat": 30.2936, "lon": 120.1614,
        "address": {"country": "China", "province": "Zhejiang", "city": "Linan"}});
    let sandbox = sandbox.records("r.jsonl", &[given]);
    sandbox.imm("index p").ok();
    sandbox
        .imm("files set p/2.jpg --position 30.7522,120.75")
        .ok();
    sandbox.poison();
    sandbox.imm("index --from-json r.jsonl").ok();
    sandbox.edit_dataset(|dataset| {
        dataset["geodata"] = "older".into();
        for place in dataset["places"].as_array_mut().unwrap() {
            if place["given"].is_null() {
                place["city"] = "Nowhere".into();
            }
        }
    });
    sandbox.imm("run --levels city").ok();
    let cities: Vec<String> = sandbox
        .clusters()
        .iter()
        .map(|line| line.split(' ').nth(1).unwrap().to_owned())
        .collect();
    assert_eq!(
        cities,
        ["Hangzhou", "Linan", "Jiaxing"],
        "a given address stays, a corrected position is located too"
    );
    assert_ne!(sandbox.dataset_json()["geodata"], "older");
}

#[test]
fn a_run_without_news_changes_no_byte() {
    let sandbox = photos(&[1, 2, 9]);
    sandbox.take("p/j.jpg", "2024-03-05 12:00", JIAXING);
    sandbox.imm("run p").ok();
    let before = sandbox.dataset_state();
    for arguments in [
        "run",
        "run p",
        "index",
        "run --gap-days 1",
        "run --levels city,province",
    ] {
        sandbox.imm(arguments).ok();
        assert!(sandbox.dataset_state() == before, "{arguments}");
    }
}

#[test]
fn days_gaps_and_cuts_are_explained() {
    let sandbox = photos(&[1, 2, 4, 8, 9, 10]);
    sandbox
        .imm("run p --levels city --gap-days 1 --max-days 4")
        .ok();
    let id = ids(&sandbox).remove(1);
    sandbox
        .imm_with(["clusters", "split", &id, "--at", "2024-03-10"])
        .ok();
    let told = sandbox.imm("run --explain Hangzhou").ok().stdout;
    let explained = told.split_once("\n\n").unwrap().1;
    insta::assert_snapshot!(explained, @"
    city Hangzhou, Zhejiang, China
      2024-03-01  1 file
      2024-03-02  1 file
        1 day without photos, at most 1 allowed (--gap-days): continues
      2024-03-04  1 file
      = 1–4 Mar 2024, 4 days: listed
        3 days without photos, more than 1 (--gap-days): ends
      2024-03-08  1 file
      2024-03-09  1 file
      = 8–9 Mar 2024, 2 days: listed
        0 days without photos: split by hand
      2024-03-10  1 file
      = 10 Mar 2024, 1 day: listed
    ");
    let shown = sandbox
        .imm(&format!("clusters show {id} --explain --format json"))
        .ok()
        .json();
    assert_eq!(
        shown["explanation"][0],
        json!({"step": "day", "day": "2024-03-01", "files": 1, "taken": false})
    );
    assert_eq!(
        shown["explanation"][2],
        json!({"step": "between", "days": 1, "verdict": "joined"})
    );
}

#[test]
fn ids_follow_their_days_to_better_names() {
    let sandbox = photos(&[1, 2]);
    sandbox.imm("run p --levels city,province").ok();
    let before = ids(&sandbox);
    sandbox
        .imm_with(["clusters", "update", &before[1], "--title", "Lake"])
        .ok();
    // As if other geodata had named the place.
    sandbox.edit_dataset(|dataset| {
        let text = dataset
            .to_string()
            .replace("Hangzhou", "Hang-chow")
            .replace("Zhejiang", "Chekiang");
        *dataset = serde_json::from_str(&text).unwrap();
        dataset["geodata"] = "older".into();
    });
    assert!(sandbox.clusters()[1].contains("Hang-chow"));
    sandbox.imm("run").ok();
    assert_eq!(ids(&sandbox), before);
    let city = &sandbox
        .imm("clusters list --level city --format json")
        .ok()
        .json()[0];
    assert_eq!(
        (&city["title"], &city["address"]["city"]),
        (&json!("Lake"), &json!("Hangzhou"))
    );
}

/// Three days in two wards of Tokyo, which were cities to the geodata of before.
#[test]
fn places_that_are_one_city_now_keep_what_was_written() {
    let at = |path: &str, day: u32, lat: f64, lon: f64| {
        let time = format!("2024-03-{day:02}T09:00:00+09:00");
        json!({"path": path, "capture_time": time, "lat": lat, "lon": lon})
    };
    let taken = [
        at("a", 1, 35.6595, 139.7005),
        at("b", 2, 35.6595, 139.7005),
        at("c", 3, 35.7148, 139.7967),
    ];
    let sandbox = photos(&[]).records("r.jsonl", &taken);
    sandbox.imm("index --from-json r.jsonl").ok();
    sandbox.edit_dataset(|dataset| {
        for place in dataset["places"].as_array_mut().unwrap() {
            let is_shibuya = place["district"] == "Shibuya";
            let (ward, id) = if is_shibuya {
                ("Shibuya", "j13113")
            } else {
                ("Taito", "j13106")
            };
            place["city"] = ward.into();
            place["ids"] = json!(["JP", "g1850144", id]);
            for level in ["district", "township"] {
                place.as_object_mut().unwrap().remove(level);
            }
        }
    });
    sandbox.imm("run --levels city").ok();
    let cities = |sandbox: &Sandbox| -> Vec<String> {
        let listed = sandbox
            .imm("clusters list --level city --format json")
            .ok()
            .json();
        let all = listed.as_array().unwrap().iter();
        all.map(|one| one["address"]["city"].as_str().unwrap().to_owned())
            .collect()
    };
    let mut wards = cities(&sandbox);
    wards.sort();
    assert_eq!(wards, ["Shibuya", "Taito"]);
    let listed = sandbox
        .imm("clusters list --level city --format json")
        .ok()
        .json();
    let shibuya = (listed.as_array().unwrap().iter())
        .find(|one| one["address"]["city"] == "Shibuya")
        .unwrap();
    let id = text(&shibuya["object_id"]);
    sandbox
        .imm_with(["clusters", "update", &id, "--title", "Crossing"])
        .ok();
    sandbox.edit_dataset(|dataset| dataset["geodata"] = "older".into());
    sandbox.imm("run").ok();
    assert_eq!(cities(&sandbox), ["Tokyo"]);
    let tokyo = &sandbox
        .imm("clusters list --level city --format json")
        .ok()
        .json()[0];
    assert_eq!(
        (&tokyo["object_id"], &tokyo["title"], &tokyo["end_date"]),
        (&json!(id), &json!("Crossing"), &json!("2024-03-03"))
    );
}
