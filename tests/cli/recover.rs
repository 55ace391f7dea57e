//! `recover`: what is whole in a damaged dataset is saved.

use std::fs;

use crate::sandbox::{HANGZHOU, JIAXING, Sandbox};

/// A dataset of two folders with three photos, whose second line of files is broken
/// by a power cut, and the number of that line.
fn broken() -> (Sandbox, String, usize) {
    let sandbox = Sandbox::new()
        .photo("lib/a/1.jpg", "2024-03-03 09:00:00", HANGZHOU)
        .photo("lib/a/2.jpg", "2024-03-03 10:00:00", HANGZHOU)
        .photo("lib/b/3.jpg", "2024-03-04 09:00:00", JIAXING);
    sandbox.imm("run lib").ok();
    let ids = sandbox.ids();
    let is_city = |name: &&String| name.contains("city") && name.contains("Hangzhou");
    let id = &ids[ids.keys().find(is_city).unwrap()];
    sandbox
        .imm_with(["clusters", "update", id.as_str(), "--title", "West Lake"])
        .ok();
    let whole = String::from_utf8(sandbox.dataset_bytes()).unwrap();
    let line = whole
        .lines()
        .position(|line| line.contains("2.jpg"))
        .unwrap();
    let text = whole.lines().nth(line).unwrap();
    let zeros = "\0".repeat(text.len() - 3);
    fs::write(
        sandbox.dataset(),
        whole.replace(&text[..text.len() - 3], &zeros),
    )
    .unwrap();
    (sandbox, whole, line + 1)
}

#[test]
fn what_is_whole_is_saved_and_what_is_lost_is_told() {
    let (sandbox, whole, line) = broken();
    let damaged = sandbox.dataset_bytes();
    let told = sandbox.imm("files list").exits(1);
    told.says(&format!("is damaged at line {line}: "));
    told.says("hint: it was left unchanged; `imm-cluster recover` saves the intact records");
    insta::assert_snapshot!(sandbox.imm("recover").ok().both(), @"
    dataset  [ROOT]/data/imm-cluster/default.json
    damaged  [ROOT]/data/imm-cluster/default.json.damaged
    saved    2 files, 3 clusters, 2 places
    lost     line 20
    ---
    hint: `imm-cluster index` reads again what was lost
    ");
    let kept = sandbox.path("data/imm-cluster/default.json.damaged");
    assert_eq!(fs::read(&kept).unwrap(), damaged);
    assert_eq!(sandbox.files().len(), 2);
    // The next `index` finds what was lost, and all is as it was.
    sandbox.imm("index").ok();
    assert_eq!(String::from_utf8(sandbox.dataset_bytes()).unwrap(), whole);
}

#[test]
fn a_damaged_one_that_was_kept_is_never_overwritten() {
    let (sandbox, _, line) = broken();
    let damaged = sandbox.dataset_bytes();
    let file = |name: &str| sandbox.path(format!("data/imm-cluster/default.json{name}"));
    fs::write(file(".damaged"), "older").unwrap();
    fs::write(file(".damaged-2"), "old").unwrap();
    let report = sandbox.imm("recover --format json").ok().json();
    assert!(
        report["damaged"].as_str().unwrap().ends_with(".damaged-3"),
        "{report}"
    );
    assert_eq!(
        (&report["files"], &report["clusters"]),
        (&2.into(), &3.into())
    );
    assert_eq!(report["lost"][0]["line"], line);
    assert_eq!(fs::read(file(".damaged")).unwrap(), b"older");
    assert_eq!(fs::read(file(".damaged-2")).unwrap(), b"old");
    assert_eq!(fs::read(file(".damaged-3")).unwrap(), damaged);
}

#[test]
fn a_cut_dataset_keeps_its_clusters_and_titles() {
    let (sandbox, whole, _) = broken();
    let cut = whole.find("{\"name\":\"2.jpg\"").unwrap() + 20;
    fs::write(sandbox.dataset(), &whole[..cut]).unwrap();
    sandbox.imm("recover").ok();
    assert_eq!(sandbox.files().len(), 1);
    let titled = sandbox.imm("clusters list --title West").ok();
    assert!(titled.stdout.contains("Hangzhou"), "{}", titled.stdout);
    sandbox.imm("index").ok();
    assert_eq!(sandbox.files().len(), 3);
}

#[test]
fn a_whole_dataset_is_left_as_it_is() {
    let (sandbox, whole, _) = broken();
    fs::write(sandbox.dataset(), whole).unwrap();
    let before = sandbox.dataset_state();
    insta::assert_snapshot!(sandbox.imm("recover").ok().both(), @"
    ---
    the dataset is intact; nothing was changed
    ");
    assert!(sandbox.dataset_state() == before);
    assert!(
        !sandbox
            .path("data/imm-cluster/default.json.damaged")
            .exists()
    );
    fs::remove_file(sandbox.dataset()).unwrap();
    sandbox.imm("recover").ok().says("no dataset");
}

#[test]
fn nothing_is_done_where_nothing_can_be_saved() {
    for text in ["", "Dear diary, today I took photos.\n"] {
        let sandbox = Sandbox::new().file("data/imm-cluster/default.json", text);
        let before = sandbox.dataset_state();
        insta::allow_duplicates! {
            insta::assert_snapshot!(sandbox.imm("recover").exits(1).both(), @"
            ---
            error: nothing in `[ROOT]/data/imm-cluster/default.json` can be recovered
            hint: it was left unchanged; restore it from a backup, or choose another one with `--dataset`
            ");
        }
        assert!(sandbox.dataset_state() == before);
        assert!(
            !sandbox
                .path("data/imm-cluster/default.json.damaged")
                .exists()
        );
    }
    let sandbox = Sandbox::new().file("data/imm-cluster/default.json", "[1,2]");
    sandbox
        .imm("recover")
        .exits(1)
        .says("is not an imm-cluster dataset");
}

#[test]
fn a_dataset_in_use_is_not_recovered() {
    let (sandbox, ..) = broken();
    let path = sandbox.path("data/imm-cluster/default.json.lock");
    let lock = fs::File::options().write(true).open(path).unwrap();
    lock.lock().unwrap();
    sandbox.imm("recover").exits(1).says("is in use");
}
