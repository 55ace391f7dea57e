//! What people decide about clusters, and that later runs respect it.

use serde_json::{Value, json};

use crate::sandbox::{HANGZHOU, JIAXING, Sandbox, each, summaries, text};

/// Hangzhou on 3, 4, 5 March, Jiaxing on 6, 7 March.
fn trips() -> Sandbox {
    let sandbox = Sandbox::new();
    for day in 3..=5 {
        sandbox.take(
            &format!("p/h{day}.jpg"),
            &format!("2024-03-0{day} 12:00"),
            HANGZHOU,
        );
    }
    for day in 6..=7 {
        sandbox.take(
            &format!("p/j{day}.jpg"),
            &format!("2024-03-0{day} 12:00"),
            JIAXING,
        );
    }
    sandbox
        .imm("run p --levels city,province --gap-days 1")
        .ok();
    sandbox
}

fn id(sandbox: &Sandbox, part: &str) -> String {
    let ids = sandbox.ids();
    let found: Vec<_> = ids.iter().filter(|(line, _)| line.contains(part)).collect();
    let [(_, id)] = found[..] else {
        panic!("{part} in {ids:?}")
    };
    id.clone()
}

fn shown(sandbox: &Sandbox, id: &str) -> Value {
    sandbox
        .imm(&format!("clusters show {id} --format json"))
        .ok()
        .json()
}

const HANGZHOU_TRIP: &str = "city Hangzhou 2024-03-03..2024-03-05, 3 days, 3 active, 3 files";
const JIAXING_TRIP: &str = "city Jiaxing 2024-03-06..2024-03-07, 2 days, 2 active, 2 files";
const ZHEJIANG: &str = "province Zhejiang 2024-03-03..2024-03-07, 5 days, 5 active, 5 files";

#[test]
fn titles_ids_and_labels_are_kept() {
    let sandbox = trips();
    let hangzhou = id(&sandbox, "Hangzhou");
    let update = [
        "clusters",
        "update",
        &hangzhou,
        "--title",
        "West Lake",
        "--custom-id",
        "t1",
        "--label",
        "with=Anna",
    ];
    sandbox.imm_with(update).ok();
    sandbox
        .imm_with(["clusters", "update", &hangzhou, "--label", "stars=5"])
        .ok();
    sandbox.imm("run").ok();
    let cluster = shown(&sandbox, &hangzhou);
    assert_eq!(
        (&cluster["title"], &cluster["custom_id"]),
        (&json!("West Lake"), &json!("t1"))
    );
    assert_eq!(
        cluster["custom_labels"],
        json!({"with": "Anna", "stars": "5"})
    );
    let by_title = sandbox
        .imm("clusters list --title Lake --label stars=5 --format json")
        .ok()
        .json();
    assert_eq!(summaries(&by_title), [HANGZHOU_TRIP]);
    sandbox
        .imm_with([
            "clusters",
            "update",
            &hangzhou,
            "--clear-title",
            "--clear-labels",
            "--label",
            "a=b",
        ])
        .ok();
    let cluster = shown(&sandbox, &hangzhou);
    assert_eq!(
        (&cluster["title"], &cluster["custom_labels"]),
        (&Value::Null, &json!({"a": "b"}))
    );
}

#[test]
fn texts_have_limits() {
    let sandbox = trips();
    let hangzhou = id(&sandbox, "Hangzhou");
    let update = |option: &str, value: &str| {
        sandbox.imm_with(["clusters", "update", &hangzhou, option, value])
    };
    update("--title", &"é".repeat(512)).ok();
    update("--title", &"é".repeat(513))
        .exits(2)
        .says("`--title` is too long: 1026 bytes, at most 1024 are allowed");
    update("--custom-id", &"x".repeat(1025))
        .exits(2)
        .says("`--custom-id` is too long: 1025 bytes");
    let labels: Vec<String> = (0..101)
        .flat_map(|i| ["--label".to_owned(), format!("k{i}=v")])
        .collect();
    let with = |count: usize| {
        let start = ["clusters", "update", hangzhou.as_str()].map(str::to_owned);
        sandbox.imm_with(start.into_iter().chain(labels[..2 * count].iter().cloned()))
    };
    with(101)
        .exits(2)
        .says("101 labels; at most 100 are allowed");
    with(100).ok();
    sandbox
        .imm_with(["clusters", "update", &hangzhou])
        .exits(2)
        .says("required");
    sandbox
        .imm("clusters update nobody --title x")
        .exits(1)
        .says("cluster `nobody` is not in the dataset");
}

#[test]
fn a_dry_run_decides_nothing() {
    let sandbox = trips();
    let before = sandbox.dataset_state();
    let hangzhou = id(&sandbox, "Hangzhou");
    for arguments in ["update --title x", "delete", "pin", "split --at 2024-03-04"] {
        let (command, options) = arguments.split_once(' ').unwrap_or((arguments, ""));
        sandbox
            .imm(&format!(
                "clusters {command} {hangzhou} {options} --dry-run"
            ))
            .ok()
            .says("nothing was stored");
    }
    assert_eq!(sandbox.dataset_state(), before);
}

#[test]
fn a_deleted_cluster_stays_away_until_it_is_restored() {
    let sandbox = trips();
    let hangzhou = id(&sandbox, "Hangzhou");
    sandbox
        .imm_with(["clusters", "update", &hangzhou, "--title", "West Lake"])
        .ok();
    sandbox.imm_with(["clusters", "delete", &hangzhou]).ok();
    assert_eq!(sandbox.clusters(), [ZHEJIANG, JIAXING_TRIP]);

    // A new photo of a deleted day, and of days around it.
    sandbox.take("p/h4b.jpg", "2024-03-04 15:00", HANGZHOU);
    sandbox.take("p/h2.jpg", "2024-03-02 15:00", HANGZHOU);
    sandbox.take("p/h6.jpg", "2024-03-06 15:00", HANGZHOU);
    let run = sandbox.imm("run p --gap-days 9 --format json").ok().json();
    assert_eq!(run["unclustered"]["deleted"], json!({"city": 4}));
    let city: Vec<String> = sandbox
        .clusters()
        .into_iter()
        .filter(|line| line.contains("Hangzhou"))
        .collect();
    assert_eq!(
        city,
        [
            "city Hangzhou 2024-03-02..2024-03-02, 1 days, 1 active, 1 files",
            "city Hangzhou 2024-03-06..2024-03-06, 1 days, 1 active, 1 files",
        ]
    );
    assert!(sandbox.ids().values().all(|id| *id != hangzhou));
    let file = sandbox
        .imm("files show p/h4b.jpg --format json")
        .ok()
        .json();
    assert_eq!(
        file["clusters"][1]["reason"],
        "you deleted the cluster of that day"
    );

    sandbox.imm_with(["clusters", "restore", &hangzhou]).ok();
    sandbox.imm("run --gap-days 0").ok();
    let cluster = shown(&sandbox, &hangzhou);
    assert_eq!(cluster["title"], "West Lake");
    assert_eq!(
        (&cluster["start_date"], &cluster["end_date"]),
        (&json!("2024-03-02"), &json!("2024-03-06"))
    );
    sandbox
        .imm_with(["clusters", "restore", &hangzhou])
        .exits(2)
        .says("is not deleted");
}

#[test]
fn deleting_what_is_not_there_succeeds() {
    let sandbox = trips();
    let before = sandbox.dataset_state();
    sandbox
        .imm("clusters delete location-date-cluster-nobody")
        .ok()
        .says("nothing to delete");
    assert_eq!(sandbox.dataset_state(), before);
}

#[test]
fn clusters_merged_by_hand_are_one_until_reset() {
    let sandbox = trips();
    let (hangzhou, jiaxing) = (id(&sandbox, "Hangzhou"), id(&sandbox, "Jiaxing"));
    sandbox
        .imm_with([
            "clusters",
            "update",
            &jiaxing,
            "--title",
            "Lake of the South",
        ])
        .ok();
    sandbox
        .imm_with(["clusters", "merge", &hangzhou, &jiaxing])
        .ok();
    let merged = "city Hangzhou 2024-03-03..2024-03-07, 5 days, 5 active, 5 files";
    assert_eq!(sandbox.clusters(), [ZHEJIANG, merged]);
    sandbox.take("p/j8.jpg", "2024-03-08 15:00", JIAXING);
    sandbox.imm("run p").ok();
    let cluster = shown(&sandbox, &jiaxing);
    assert_eq!(
        cluster["object_id"],
        hangzhou.as_str(),
        "its id leads to the one that stands for it"
    );
    assert_eq!(
        (&cluster["days"], &cluster["files"]),
        (&json!(6), &json!(6))
    );
    assert_eq!(cluster["by_hand"], json!(["merged"]));
    assert_eq!(cluster["other_addresses"][0]["city"], "Jiaxing");
    assert_eq!(cluster["also"][0]["title"], "Lake of the South");
    assert_eq!(each(&cluster["members"]).count(), 6);
    let province = id(&sandbox, "Zhejiang");
    let wrong = sandbox
        .imm_with(["clusters", "merge", &hangzhou, &province])
        .exits(2);
    wrong.says("only clusters of one level can be merged");
    sandbox
        .imm_with(["clusters", "merge", &hangzhou])
        .exits(2)
        .says("at least 2 clusters");

    sandbox.imm_with(["clusters", "reset", &hangzhou]).ok();
    assert_eq!(
        (id(&sandbox, "Hangzhou"), id(&sandbox, "Jiaxing")),
        (hangzhou, jiaxing)
    );
}

#[test]
fn a_cluster_split_by_hand_stays_split_until_reset() {
    let sandbox = trips();
    let hangzhou = id(&sandbox, "Hangzhou");
    sandbox
        .imm_with(["clusters", "split", &hangzhou, "--at", "2024-03-05"])
        .ok();
    sandbox.imm("run --gap-days 3").ok();
    let parts: Vec<String> = sandbox
        .clusters()
        .into_iter()
        .filter(|line| line.contains("Hangzhou"))
        .collect();
    assert_eq!(
        parts,
        [
            "city Hangzhou 2024-03-03..2024-03-04, 2 days, 2 active, 2 files",
            "city Hangzhou 2024-03-05..2024-03-05, 1 days, 1 active, 1 files",
        ]
    );
    assert_eq!(id(&sandbox, "Hangzhou 2024-03-03"), hangzhou);
    let refused = sandbox
        .imm_with(["clusters", "split", &hangzhou, "--at", "2024-03-03"])
        .exits(2);
    refused.says("expected a day from 2024-03-04 to 2024-03-04");
    let second = id(&sandbox, "Hangzhou 2024-03-05");
    sandbox.imm_with(["clusters", "reset", &second]).ok();
    assert_eq!(id(&sandbox, HANGZHOU_TRIP), hangzhou);
}

#[test]
fn a_pinned_cluster_stays_as_it_is() {
    let sandbox = trips();
    let hangzhou = id(&sandbox, "Hangzhou");
    sandbox.imm_with(["clusters", "pin", &hangzhou]).ok();
    sandbox.take("p/h4b.jpg", "2024-03-04 15:00", HANGZHOU);
    sandbox.take("p/h6.jpg", "2024-03-06 15:00", HANGZHOU);
    sandbox.imm("run p --min-days 1 --max-days 2").ok();
    let cluster = shown(&sandbox, &hangzhou);
    assert_eq!(
        (&cluster["days"], &cluster["files"], &cluster["by_hand"]),
        (&json!(3), &json!(3), &json!(["pinned"]))
    );
    let members: Vec<String> = each(&cluster["members"])
        .map(|file| text(&file["path"]))
        .collect();
    assert!(
        members.len() == 3 && !members.iter().any(|path| path.contains("h4b")),
        "{members:?}"
    );
    sandbox.imm_with(["clusters", "reset", &hangzhou]).ok();
    sandbox.imm("run --max-days 9").ok();
    assert_eq!(shown(&sandbox, &hangzhou)["files"], 5);
}

#[test]
fn a_title_outlives_the_merging_of_clusters() {
    let sandbox = Sandbox::new()
        .photo("p/3.jpg", "2024-03-03 12:00", HANGZHOU)
        .photo("p/5.jpg", "2024-03-05 12:00", HANGZHOU);
    sandbox.imm("run p --levels city --gap-days 0").ok();
    let (first, second) = (id(&sandbox, "..2024-03-03"), id(&sandbox, "..2024-03-05"));
    sandbox
        .imm_with(["clusters", "update", &first, "--title", "Lake"])
        .ok();
    sandbox
        .imm_with(["clusters", "update", &second, "--title", "Tea"])
        .ok();
    sandbox.imm("run --gap-days 1").ok();
    let cluster = shown(&sandbox, &second);
    let titles = [text(&cluster["title"]), text(&cluster["also"][0]["title"])];
    assert_eq!(titles, ["Lake", "Tea"]);
    sandbox.imm("run --gap-days 0").ok();
    assert_eq!(shown(&sandbox, &second)["title"], "Tea");
}

#[test]
fn a_cluster_knows_its_relations_and_its_extent() {
    let sandbox = trips();
    let province = shown(&sandbox, &id(&sandbox, "Zhejiang"));
    let children: Vec<String> = each(&province["children"])
        .map(|child| text(&child["address_line"]))
        .collect();
    assert_eq!(
        children,
        ["Hangzhou, Zhejiang, China", "Jiaxing, Zhejiang, China"]
    );
    assert_eq!(
        (
            &province["photos"],
            &province["videos"],
            &province["parents"]
        ),
        (&json!(5), &json!(0), &json!([]))
    );
    let west = province["extent"]["west"].as_f64().unwrap();
    assert!((west - HANGZHOU.1).abs() < 1e-3, "{west}");
    let city = shown(&sandbox, &id(&sandbox, "Jiaxing"));
    assert_eq!(city["parents"][0]["object_id"], province["object_id"]);
}

#[test]
fn a_merged_cluster_can_be_pinned_whole() {
    let sandbox = trips();
    let (hangzhou, jiaxing) = (id(&sandbox, "Hangzhou"), id(&sandbox, "Jiaxing"));
    sandbox
        .imm_with(["clusters", "merge", &hangzhou, &jiaxing])
        .ok();
    sandbox.imm_with(["clusters", "pin", &hangzhou]).ok();
    sandbox.take("p/j7b.jpg", "2024-03-07 15:00", JIAXING);
    sandbox.take("p/j8.jpg", "2024-03-08 15:00", JIAXING);
    sandbox.imm("run p --gap-days 0").ok();
    let cluster = shown(&sandbox, &hangzhou);
    assert_eq!(
        (&cluster["days"], each(&cluster["members"]).count()),
        (&json!(5), 5)
    );
    sandbox.imm_with(["clusters", "reset", &hangzhou]).ok();
    assert_eq!(shown(&sandbox, &jiaxing)["files"], 4);
}
