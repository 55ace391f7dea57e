//! Remembered folders, and forgetting without losing clusters.

use std::fs;

use serde_json::{Value, json};

use crate::sandbox::{HANGZHOU, KYOTO, Sandbox, changes, each, text};

fn trip() -> Sandbox {
    let sandbox = Sandbox::new();
    for day in 3..=5 {
        sandbox.take(
            &format!("p/{day}.jpg"),
            &format!("2024-03-0{day} 12:00"),
            HANGZHOU,
        );
    }
    sandbox.imm("run p --levels city --gap-days 0").ok();
    sandbox
}

fn index(sandbox: &Sandbox, arguments: &str) -> [u64; 5] {
    changes(
        &sandbox
            .imm(&format!("index {arguments} --format json"))
            .ok()
            .json(),
    )
}

fn roots(sandbox: &Sandbox) -> Vec<(String, u64)> {
    let roots = sandbox.imm("roots list --format json").ok().json();
    each(&roots)
        .map(|root| (text(&root["path"]), root["files"].as_u64().unwrap()))
        .collect()
}

const TRIP: &str = "city Hangzhou 2024-03-03..2024-03-05, 3 days, 3 active, ";

#[test]
fn pruning_forgets_files_and_keeps_clusters() {
    let sandbox = trip();
    fs::remove_file(sandbox.path("p/4.jpg")).unwrap();
    assert_eq!(index(&sandbox, "p"), [0, 0, 2, 0, 1]);
    sandbox
        .imm("index p --prune")
        .ok()
        .says("1 file removed from the dataset");
    assert_eq!(index(&sandbox, "p"), [0, 0, 2, 0, 0]);
    let ids = sandbox.ids();
    sandbox.imm("run").ok();
    assert_eq!(sandbox.clusters(), [format!("{TRIP}2 files")]);
    assert_eq!(
        sandbox.ids().into_values().collect::<Vec<_>>(),
        ids.into_values().collect::<Vec<_>>()
    );
    let cluster = &sandbox.imm("clusters list --format json").ok().json()[0];
    assert_eq!(
        (&cluster["files_missing"], &cluster["moments"]),
        (&json!(0), &json!(2))
    );

    let before = sandbox.dataset_state();
    sandbox.imm("index p --prune").ok();
    assert_eq!(sandbox.dataset_state(), before, "nothing is left to prune");
}

#[test]
fn with_drop_evidence_the_clusters_forget_too() {
    let sandbox = trip();
    fs::remove_file(sandbox.path("p/4.jpg")).unwrap();
    sandbox.imm("index p --prune --drop-evidence").ok();
    sandbox.imm("run").ok();
    assert_eq!(sandbox.clusters().len(), 2);
    sandbox
        .imm("index p --drop-evidence")
        .exits(2)
        .says("--prune");
}

#[test]
fn the_time_of_day_is_remembered_without_the_name() {
    let sandbox = Sandbox::new().photo("p/a.jpg", "2024-03-05 02:00", HANGZHOU);
    sandbox.imm("run p --levels city").ok();
    let before = sandbox.imm("clusters list --format json").ok().json();
    sandbox.imm("forget p/a.jpg").ok();
    assert!(
        !String::from_utf8(sandbox.dataset_bytes())
            .unwrap()
            .contains("a.jpg")
    );
    sandbox.imm("run").ok();
    let after = sandbox.imm("clusters list --format json").ok().json();
    assert_eq!(after[0]["first_capture"], before[0]["first_capture"]);
    assert_eq!(after[0]["start_time"], before[0]["start_time"]);
    sandbox.imm("run --day-starts 04:00").ok();
    let shifted = sandbox.imm("clusters list --format json").ok().json();
    assert_eq!(shifted[0]["start_date"], "2024-03-04");
}

#[test]
fn records_of_json_are_forgotten_by_path_and_never_pruned() {
    let record = json!({"path": "album/x", "capture_time": "2024-03-03T09:00:00+08:00", "lat": 30.2936, "lon": 120.1614});
    let sandbox = trip().records("r.jsonl", &[record]);
    sandbox.imm("index --from-json r.jsonl").ok();
    sandbox.imm("index p --prune").ok();
    assert_eq!(sandbox.files().len(), 4);
    sandbox
        .imm("forget album")
        .ok()
        .says("1 file removed from the dataset");
    assert_eq!(sandbox.files().len(), 3);
    sandbox
        .imm("forget album")
        .exits(1)
        .says("file `album` is not in the dataset");
}

#[test]
fn a_removed_root_leaves_its_clusters() {
    let sandbox = trip();
    sandbox.take("q/k.jpg", "2024-10-10 12:00", KYOTO);
    sandbox.imm("run q").ok();
    let path = |name: &str| sandbox.path(name).to_str().unwrap().to_owned();
    assert_eq!(roots(&sandbox), [(path("p"), 3), (path("q"), 1)]);
    sandbox
        .imm("roots remove p")
        .ok()
        .says("3 files removed from the dataset");
    assert_eq!(roots(&sandbox), [(path("q"), 1)]);
    sandbox.imm("run").ok();
    assert_eq!(sandbox.clusters()[0], format!("{TRIP}0 files"));
    sandbox.imm("roots remove q --drop-evidence").ok();
    sandbox.imm("run").ok();
    assert_eq!(sandbox.clusters(), [format!("{TRIP}0 files")]);
    sandbox
        .imm("roots remove p")
        .exits(1)
        .says("hint: `imm-cluster roots list`");
}

#[test]
fn a_moved_root_is_not_read_again() {
    let sandbox = trip();
    fs::rename(sandbox.path("p"), sandbox.path("elsewhere")).unwrap();
    sandbox
        .imm("roots move p elsewhere")
        .ok()
        .says("3 files found there unchanged");
    sandbox.poison();
    assert_eq!(index(&sandbox, ""), [0, 0, 3, 0, 0]);
    sandbox
        .imm("roots move elsewhere nowhere")
        .exits(1)
        .says("cannot find");
    sandbox
        .imm("roots move nowhere elsewhere")
        .exits(1)
        .says("folder `nowhere` is not in the dataset");
}

#[test]
fn a_missing_file_that_the_moved_root_has_is_there_again() {
    let sandbox = trip();
    let photos = fs::read_dir(sandbox.path("p")).unwrap();
    let photo = photos.map(|entry| entry.unwrap().path()).next().unwrap();
    let name = photo.file_name().unwrap().to_owned();
    fs::rename(&photo, sandbox.path("aside")).unwrap();
    let missing =
        |sandbox: &Sandbox| sandbox.imm("status --format json").ok().json()["missing"].clone();
    sandbox.imm("index p").ok();
    assert_eq!(missing(&sandbox), 1);
    fs::rename(sandbox.path("p"), sandbox.path("elsewhere")).unwrap();
    fs::rename(sandbox.path("aside"), sandbox.path("elsewhere").join(name)).unwrap();
    sandbox.imm("roots move p elsewhere").ok();
    assert_eq!(missing(&sandbox), 0);
}

#[test]
fn folders_are_listed_with_their_options() {
    let sandbox = trip();
    sandbox
        .imm("index p --exclude *.png --time-zone Asia/Shanghai")
        .ok();
    let listed = sandbox.imm("roots list").ok().stdout;
    insta::assert_snapshot!(listed, @"
    FILES  FOLDER                     OPTIONS
        3  [ROOT]/p  --exclude *.png --time-zone Asia/Shanghai
    ");
    let json: Value = sandbox.imm("roots list --format json").ok().json();
    assert_eq!(json[0]["time_zone"], "Asia/Shanghai");
}
