//! `export albums`: only the difference is made, and nothing of others is touched.
#![cfg(unix)]

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::{MetadataExt, symlink};
use std::path::Path;

use serde_json::{Value, json};

use crate::library::mp4_box;
use crate::sandbox::{HANGZHOU, JIAXING, KYOTO, Outcome, Sandbox, text};

const LIST: &str = ".imm-cluster-album.json";

fn trips() -> Sandbox {
    let sandbox = Sandbox::new()
        .photo("lib/hz/1.jpg", "2024-03-03 09:00:00", HANGZHOU)
        .photo("lib/hz/2.jpg", "2024-03-04 21:00:00", HANGZHOU)
        .photo("lib/jx/1.jpg", "2024-03-06 09:00:00", JIAXING);
    sandbox.imm("run lib --levels city,province").ok();
    sandbox
}

/// What lies below a folder: `link`, `file` or `folder`, but for the list of albums.
fn tree(folder: &Path) -> BTreeMap<String, &'static str> {
    let mut found = BTreeMap::new();
    let mut open = vec![folder.to_owned()];
    while let Some(next) = open.pop() {
        for entry in fs::read_dir(next).unwrap() {
            let entry = entry.unwrap();
            let kind = entry.file_type().unwrap();
            let path = entry.path();
            let name = path.strip_prefix(folder).unwrap().to_str().unwrap();
            if name == LIST {
                continue;
            }
            let kind = if kind.is_dir() {
                open.push(path.clone());
                "folder"
            } else if kind.is_symlink() {
                "link"
            } else {
                "file"
            };
            found.insert(name.to_owned(), kind);
        }
    }
    found
}

fn names(folder: &Path) -> Vec<String> {
    let files = tree(folder)
        .into_iter()
        .filter(|(_, kind)| *kind != "folder");
    files.map(|(name, _)| name).collect()
}

/// A QuickTime film that tells when it was made, and no more.
fn movie(at: &str) -> Vec<u8> {
    let at: chrono::DateTime<chrono::Utc> = at.parse().unwrap();
    // Its clock begins in 1904.
    let seconds = u32::try_from(at.timestamp() + 2_082_844_800).unwrap();
    let mut header = [0; 100];
    header[4..8].copy_from_slice(&seconds.to_be_bytes());
    let film = mp4_box(*b"moov", &mp4_box(*b"mvhd", &header));
    [mp4_box(*b"ftyp", b"qt  \0\0\0\0qt  "), film].concat()
}

/// New, renamed, changed, removed, and as before.
#[track_caller]
fn export(sandbox: &Sandbox, options: &str) -> [usize; 5] {
    let report = sandbox.imm(&format!("export albums albums --format json {options}"));
    counts(&report.ok().json())
}

fn counts(report: &Value) -> [usize; 5] {
    let changes = report["changes"].as_array().unwrap();
    let count = |change: &str| changes.iter().filter(|c| c["change"] == change).count();
    let unchanged = usize::try_from(report["unchanged"].as_u64().unwrap()).unwrap();
    [
        count("new"),
        count("renamed"),
        count("changed"),
        count("removed"),
        unchanged,
    ]
}

/// The id of the cluster of a city.
fn id(sandbox: &Sandbox, city: &str) -> String {
    let ids = sandbox.ids();
    let found = ids
        .iter()
        .find(|(line, _)| line.starts_with(&format!("city {city}")));
    found.unwrap().1.clone()
}

#[test]
fn each_cluster_gets_a_folder_and_a_second_run_has_nothing_to_do() {
    let sandbox = trips();
    insta::assert_snapshot!(sandbox.imm("export albums albums").ok().both(), @"
    CHANGE  ADDED  REMOVED  ALBUM
    new         2        0  2024-03-03 Hangzhou
    new         1        0  2024-03-06 Jiaxing
    ---
    no home found, so these are clusters instead of trips; `imm-cluster homes add` adds one
    2 albums, all new
    files: 3 added
    ");
    let albums = sandbox.path("albums");
    assert_eq!(
        names(&albums),
        [
            "2024-03-03 Hangzhou/1.jpg",
            "2024-03-03 Hangzhou/2.jpg",
            "2024-03-06 Jiaxing/1.jpg"
        ]
    );
    let link = albums.join("2024-03-06 Jiaxing/1.jpg");
    assert_eq!(fs::read_link(&link).unwrap(), sandbox.path("lib/jx/1.jpg"));
    let state = || {
        let list = albums.join(LIST);
        let metadata = fs::metadata(&list).unwrap();
        (
            fs::read(&list).unwrap(),
            metadata.modified().unwrap(),
            metadata.ino(),
        )
    };
    let before = state();
    insta::assert_snapshot!(sandbox.imm("export albums albums").ok().both(), @"
    ---
    no home found, so these are clusters instead of trips; `imm-cluster homes add` adds one
    2 albums, all unchanged
    ");
    assert!(state() == before, "nothing was written");
}

#[test]
fn new_photos_titles_and_deletions_reach_the_albums_and_equal_a_fresh_export() {
    let sandbox = trips();
    assert_eq!(export(&sandbox, ""), [2, 0, 0, 0, 0]);
    sandbox.take("lib/hz/3.jpg", "2024-03-05 09:00:00", HANGZHOU);
    sandbox.take("lib/kyoto/1.jpg", "2024-10-10 09:00:00", KYOTO);
    sandbox.imm("run lib").ok();
    assert_eq!(export(&sandbox, ""), [1, 0, 1, 0, 1]);
    fs::remove_file(sandbox.path("lib/hz/2.jpg")).unwrap();
    sandbox.take("lib/jx/0.jpg", "2024-03-05 12:00:00", JIAXING);
    sandbox.imm("run lib").ok();
    let title = [
        "clusters",
        "update",
        &id(&sandbox, "Hangzhou"),
        "--title",
        "West Lake: \"tea\"/rain",
    ];
    sandbox.imm_with(title).ok();
    let title = ["clusters", "delete", &id(&sandbox, "Kyoto")];
    sandbox.imm_with(title).ok();
    // A note of the user moves with its album.
    sandbox.write("albums/2024-03-06 Jiaxing/note.txt", "mine");
    assert_eq!(export(&sandbox, ""), [0, 2, 0, 1, 0]);
    fs::remove_file(sandbox.path("albums/2024-03-05 Jiaxing/note.txt")).unwrap();
    let albums = tree(&sandbox.path("albums"));
    assert_eq!(
        albums.keys().collect::<Vec<_>>(),
        [
            "2024-03-03 West Lake_ _tea__rain",
            "2024-03-03 West Lake_ _tea__rain/1.jpg",
            "2024-03-03 West Lake_ _tea__rain/3.jpg",
            "2024-03-05 Jiaxing",
            "2024-03-05 Jiaxing/0.jpg",
            "2024-03-05 Jiaxing/1.jpg",
        ]
    );
    sandbox.imm("export albums fresh").ok();
    assert_eq!(tree(&sandbox.path("fresh")), albums);
}

#[test]
fn what_others_made_is_never_touched() {
    let sandbox = trips();
    sandbox.write("albums/2024-03-03 hangzhou/diary.txt", "mine");
    sandbox.write("albums/2024-03-06 Jiaxing", "a file of that name");
    assert_eq!(export(&sandbox, ""), [2, 0, 0, 0, 0]);
    let short = |city| id(&sandbox, city)["location-date-cluster-".len()..][..8].to_owned();
    // Where upper and lower case are told apart there is no clash.
    let jiaxing = format!("2024-03-06 Jiaxing ~{}", short("Jiaxing"));
    let albums = sandbox.path("albums");
    assert_eq!(
        names(&albums),
        [
            "2024-03-03 Hangzhou/1.jpg",
            "2024-03-03 Hangzhou/2.jpg",
            "2024-03-03 hangzhou/diary.txt",
            "2024-03-06 Jiaxing",
            &format!("{jiaxing}/1.jpg"),
        ]
    );
    // A link made into something else, and something else put beside it.
    let replaced = albums.join("2024-03-03 Hangzhou/1.jpg");
    fs::remove_file(&replaced).unwrap();
    symlink("/nowhere", &replaced).unwrap();
    sandbox.write(format!("albums/{jiaxing}/mine.jpg"), "mine");
    let outcome = sandbox.imm("export albums albums").ok();
    outcome.says("warning: `[ROOT]/albums/2024-03-03 Hangzhou/1.jpg` was kept");
    assert_eq!(fs::read_link(&replaced).unwrap(), Path::new("/nowhere"));
    // Its file comes in beside it.
    assert_eq!(names(&albums.join("2024-03-03 Hangzhou")).len(), 3);
    assert_eq!(export(&sandbox, ""), [0, 0, 0, 0, 2]);
    for city in ["Hangzhou", "Jiaxing"] {
        sandbox
            .imm_with(["clusters", "delete", &id(&sandbox, city)])
            .ok();
    }
    export(&sandbox, "--level city");
    assert_eq!(
        names(&albums),
        [
            "2024-03-03 Hangzhou/1.jpg",
            "2024-03-03 hangzhou/diary.txt",
            "2024-03-06 Jiaxing",
            &format!("{jiaxing}/mine.jpg"),
        ]
    );
}

#[test]
fn an_album_folder_that_became_a_link_is_not_followed() {
    let sandbox = trips();
    export(&sandbox, "");
    let album = sandbox.path("albums/2024-03-06 Jiaxing");
    let elsewhere = sandbox.path("elsewhere");
    fs::rename(&album, &elsewhere).unwrap();
    symlink(&elsewhere, &album).unwrap();
    sandbox.take("lib/jx/9.jpg", "2024-03-06 10:00:00", JIAXING);
    sandbox.imm("run lib").ok();
    export(&sandbox, "");
    assert_eq!(names(&elsewhere), ["1.jpg"]);
    assert!(fs::symlink_metadata(&album).unwrap().is_symlink());
}

#[test]
fn same_names_get_a_stable_suffix_and_a_live_photo_stays_together() {
    let sandbox = Sandbox::new()
        .photo("lib/a/IMG_1.jpg", "2024-03-03 09:00:00", HANGZHOU)
        .photo("lib/b/IMG_1.jpg", "2024-03-03 10:00:00", HANGZHOU)
        .photo("lib/b/IMG_2.jpg", "2024-03-03 11:00:00", HANGZHOU);
    // The video of a Live Photo that tells no place, and the time in UTC.
    sandbox.write("lib/b/IMG_1.mov", movie("2024-03-03T02:00:00Z"));
    sandbox.imm("run lib --levels city").ok();
    export(&sandbox, "");
    let found = names(&sandbox.path("albums"));
    let suffix = found[1].split(['~', '.']).nth(1).unwrap().to_owned();
    let of = |name: &str| format!("2024-03-03 Hangzhou/{name}");
    let expected = vec![
        of("IMG_1.jpg"),
        of(&format!("IMG_1~{suffix}.jpg")),
        of(&format!("IMG_1~{suffix}.mov")),
        of("IMG_2.jpg"),
    ];
    assert_eq!(found, expected);
    assert_eq!(
        fs::read_link(sandbox.path("albums").join(&found[0])).unwrap(),
        sandbox.path("lib/a/IMG_1.jpg")
    );
    // A third of that name changes no other, wherever it sorts.
    sandbox.take("lib/0/IMG_1.jpg", "2024-03-03 08:00:00", HANGZHOU);
    sandbox.imm("run lib").ok();
    assert_eq!(export(&sandbox, ""), [0, 0, 1, 0, 0]);
    let now = names(&sandbox.path("albums"));
    assert_eq!(now.len(), 5);
    assert!(expected.iter().all(|name| now.contains(name)), "{now:?}");
}

#[test]
fn hard_links_and_copies_follow_their_files_and_are_never_the_last_to_go() {
    for how in ["hard", "copy"] {
        let sandbox = trips();
        let options = format!("--link {how}");
        assert_eq!(export(&sandbox, &options), [2, 0, 0, 0, 0]);
        let original = sandbox.path("lib/hz/1.jpg");
        let made = sandbox.path("albums/2024-03-03 Hangzhou/1.jpg");
        let [from, to] = [&original, &made].map(|path| fs::symlink_metadata(path).unwrap());
        assert_eq!(from.ino() == to.ino(), how == "hard");
        assert_eq!(from.modified().unwrap(), to.modified().unwrap());
        assert_eq!(fs::read(&original).unwrap(), fs::read(&made).unwrap());
        assert_eq!(export(&sandbox, &options), [0, 0, 0, 0, 2]);
        // What others left there is not ours, whatever it is called.
        sandbox.write("albums/2024-03-03 Hangzhou/.imm-cluster-1.tmp", "half");
        // The original goes: what is left of it stays.
        let content = fs::read(&made).unwrap();
        fs::remove_file(&original).unwrap();
        sandbox.imm("run lib").ok();
        let outcome = sandbox.imm(&format!("export albums albums {options}")).ok();
        outcome.says("1.jpg` was kept");
        assert_eq!(fs::read(&made).unwrap(), content);
        sandbox
            .imm_with(["clusters", "delete", &id(&sandbox, "Hangzhou")])
            .ok();
        sandbox.imm(&format!("export albums albums {options}")).ok();
        assert_eq!(fs::read(&made).unwrap(), content);
        assert_eq!(
            names(&sandbox.path("albums")),
            [
                "2024-03-03 Hangzhou/.imm-cluster-1.tmp",
                "2024-03-03 Hangzhou/1.jpg",
                "2024-03-06 Jiaxing/1.jpg"
            ]
        );
        // A copy that somebody worked on is no longer ours.
        let mine = sandbox.path("albums/2024-03-06 Jiaxing/1.jpg");
        fs::remove_file(&mine).unwrap();
        fs::write(&mine, "worked on").unwrap();
        sandbox
            .imm_with(["clusters", "delete", &id(&sandbox, "Jiaxing")])
            .ok();
        sandbox.imm(&format!("export albums albums {options}")).ok();
        assert_eq!(fs::read(&mine).unwrap(), b"worked on");
    }
}

#[test]
fn the_only_copy_of_what_was_before_an_edit_stays_until_there_is_another() {
    for how in ["hard", "copy"] {
        let sandbox = trips();
        let options = format!("--link {how}");
        export(&sandbox, &options);
        let original = sandbox.path("lib/hz/1.jpg");
        let album = sandbox.path("albums/2024-03-03 Hangzhou");
        let before = fs::read(&original).unwrap();
        // An editor replaces the file by another.
        fs::rename(&original, sandbox.path("old.jpg")).unwrap();
        sandbox.take("lib/hz/1.jpg", "2024-03-03 09:30:00", HANGZHOU);
        let held = fs::read(sandbox.path("old.jpg")).unwrap();
        if how == "copy" {
            fs::remove_file(sandbox.path("old.jpg")).unwrap();
        }
        sandbox.imm("run lib").ok();
        let outcome = sandbox.imm(&format!("export albums albums {options}")).ok();
        outcome.says("2024-03-03 Hangzhou/1.jpg` was kept");
        assert_eq!(fs::read(album.join("1.jpg")).unwrap(), before);
        let beside = names(&album)
            .into_iter()
            .find(|name| name.starts_with("1~"));
        let beside = album.join(beside.unwrap());
        assert_eq!(fs::read(&beside).unwrap(), fs::read(&original).unwrap());
        assert_eq!(export(&sandbox, &options), [0, 0, 0, 0, 2]);
        // Once the library has it again, nobody wants two of it in the album.
        if how == "hard" {
            fs::rename(sandbox.path("old.jpg"), sandbox.path("lib/hz/old.jpg")).unwrap();
        } else {
            sandbox.write("lib/hz/old.jpg", held);
            let time = fs::metadata(album.join("1.jpg"))
                .unwrap()
                .modified()
                .unwrap();
            sandbox.set_modified("lib/hz/old.jpg", time);
        }
        sandbox.imm("run lib").ok();
        export(&sandbox, &options);
        assert_eq!(names(&album), ["1.jpg", "2.jpg", "old.jpg"], "{how}");
        assert_eq!(fs::read(album.join("old.jpg")).unwrap(), before);
        assert_eq!(export(&sandbox, &options), [0, 0, 0, 0, 2]);
    }
}

#[test]
fn how_files_come_in_can_be_changed() {
    let sandbox = trips();
    export(&sandbox, "");
    assert_eq!(export(&sandbox, "--link copy"), [0, 0, 2, 0, 0]);
    let kinds = |sandbox: &Sandbox| {
        let tree = tree(&sandbox.path("albums"));
        tree.into_values()
            .filter(|kind| *kind != "folder")
            .collect::<Vec<_>>()
    };
    assert_eq!(kinds(&sandbox), ["file"; 3]);
    assert_eq!(export(&sandbox, ""), [0, 0, 2, 0, 0]);
    assert_eq!(kinds(&sandbox), ["link"; 3]);
}

#[test]
fn links_that_cannot_be_made_say_which_can() {
    let sandbox = trips();
    // Most systems have one that is another device than the temporary folder.
    let other = Path::new("/dev/shm");
    let device = |path: &Path| fs::metadata(path).map(|metadata| metadata.dev()).ok();
    if device(other).is_none() || device(other) == device(&sandbox.path("")) {
        println!("skipped: there is no second device");
        return;
    }
    let folder = tempfile::tempdir_in(other).unwrap();
    let dir = folder.path().join("albums");
    let call = |how: &str| {
        let dir = dir.to_str().unwrap();
        ["export", "albums", dir, "--link", how].map(str::to_owned)
    };
    sandbox.imm_with(call("symbolic")).ok();
    let before = tree(&dir);
    let outcome = sandbox.imm_with(call("hard")).exits(1);
    outcome.says("error: cannot write `");
    outcome.says("hint: hard links cannot go from one device to another; use `--link symbolic` or `--link copy`");
    let outcome = sandbox.imm_with(call("reflink")).exits(1);
    outcome.says("use `--link copy`");
    // What was not replaced by then is known still.
    assert_eq!(tree(&dir), before);
    let outcome = sandbox.imm_with(call("symbolic")).ok();
    outcome.says("2 albums, all unchanged");
    sandbox.imm_with(call("copy")).ok();
    assert_eq!(names(&dir).len(), 3, "and no temporary file");
}

#[test]
fn templates_make_folders_within_folders_and_unknown_placeholders_are_named() {
    let sandbox = trips();
    let call = |template: &str| {
        let arguments = ["export", "albums", "albums", "--template", template];
        arguments.map(str::to_owned)
    };
    insta::assert_snapshot!(sandbox.imm_with(call("{start} {palce}")).exits(2).both(), @"
    ---
    error: `--template {start} {palce}`: unknown placeholder `{palce}`; the placeholders are title, place, country, country_code, province, city, district, township, level, start, end, year, month, day, days, files, id
    ");
    assert!(!sandbox.path("albums").exists());
    sandbox
        .imm_with(call("{year}/{month} {place}, {country}"))
        .ok();
    assert_eq!(
        names(&sandbox.path("albums")),
        [
            "2024/03 Hangzhou, China/1.jpg",
            "2024/03 Hangzhou, China/2.jpg",
            "2024/03 Jiaxing, China/1.jpg"
        ]
    );
    // Two clusters of one name; and the folder of the year goes with its last album.
    sandbox.imm_with(call("{country}")).ok();
    let folders = tree(&sandbox.path("albums"));
    let jiaxing = id(&sandbox, "Jiaxing")["location-date-cluster-".len()..][..8].to_owned();
    assert_eq!(
        folders
            .into_iter()
            .filter(|(_, kind)| *kind == "folder")
            .map(|(name, _)| name)
            .collect::<Vec<_>>(),
        ["China".to_owned(), format!("China ~{jiaxing}")]
    );
    sandbox.write("albums/2024/mine.txt", "mine");
    sandbox.imm_with(call("{year}/{place}")).ok();
    sandbox.imm_with(call("{place}")).ok();
    assert_eq!(tree(&sandbox.path("albums"))["2024/mine.txt"], "file");
}

#[test]
fn albums_can_swap_their_names() {
    let sandbox = trips();
    let retitle = |hangzhou: &str, jiaxing: &str| {
        for (city, title) in [("Hangzhou", hangzhou), ("Jiaxing", jiaxing)] {
            sandbox
                .imm_with(["clusters", "update", &id(&sandbox, city), "--title", title])
                .ok();
        }
        sandbox
            .imm_with(["export", "albums", "albums", "--template", "{title}"])
            .ok()
    };
    retitle("a", "b");
    assert_eq!(
        names(&sandbox.path("albums")),
        ["a/1.jpg", "a/2.jpg", "b/1.jpg"]
    );
    retitle("b", "a");
    assert_eq!(
        names(&sandbox.path("albums")),
        ["a/1.jpg", "b/1.jpg", "b/2.jpg"]
    );
    retitle("B", "a");
    assert_eq!(
        names(&sandbox.path("albums")),
        ["B/1.jpg", "B/2.jpg", "a/1.jpg"]
    );
}

#[test]
fn a_folder_of_the_user_under_the_name_of_an_album_is_in_nobodys_way() {
    let sandbox = trips();
    let call = |title: [&str; 2]| {
        for (city, title) in ["Hangzhou", "Jiaxing"].iter().zip(title) {
            let id = id(&sandbox, city);
            sandbox
                .imm_with(["clusters", "update", &id, "--title", title])
                .ok();
        }
        let export = ["export", "albums", "albums", "--link", "copy"];
        let template = ["--template", "{title}"];
        sandbox.imm_with(export.into_iter().chain(template)).ok()
    };
    call(["AAA", "BBB"]);
    let albums = sandbox.path("albums");
    fs::rename(albums.join("BBB"), albums.join("old")).unwrap();
    sandbox.write("albums/BBB/mine.txt", "mine");
    // One has to go where the user's folder is, the other away from there.
    call(["BBB", "CCC"]);
    assert_eq!(names(&albums.join("BBB")), ["mine.txt"]);
    assert_eq!(names(&albums.join("CCC")), ["1.jpg"]);
    let before = tree(&albums);
    assert!(
        before.keys().all(|name| !name.starts_with('.')),
        "{before:?}"
    );
    call(["BBB", "CCC"]);
    assert_eq!(tree(&albums), before);
    // An empty one that took the place of a removed album is not ours to remove.
    fs::remove_dir_all(albums.join("CCC")).unwrap();
    fs::create_dir(sandbox.path("spare")).unwrap();
    fs::create_dir(albums.join("CCC")).unwrap();
    sandbox
        .imm_with([
            "clusters",
            "update",
            &id(&sandbox, "Jiaxing"),
            "--title",
            "DDD",
        ])
        .ok();
    call(["BBB", "DDD"]);
    assert!(albums.join("CCC").is_dir() && names(&albums.join("DDD")) == ["1.jpg"]);
}

#[test]
fn a_backup_by_hard_links_is_in_nobodys_way_and_stays_as_it_is() {
    let sandbox = trips();
    export(&sandbox, "--link copy");
    let list = sandbox.path("albums").join(LIST);
    let beside = ["default.json.lock", "default.json.tasks.jsonl"];
    let beside = beside.map(|name| sandbox.path("data/imm-cluster").join(name));
    let mut before = Vec::new();
    for (number, path) in [list].iter().chain(&beside).enumerate() {
        let backup = sandbox.path(format!("backup{number}"));
        fs::hard_link(path, &backup).unwrap();
        before.push((fs::read(&backup).unwrap(), backup));
    }
    sandbox.take("lib/hz/9.jpg", "2024-03-04 09:00:00", HANGZHOU);
    sandbox.imm("run lib").ok();
    assert_eq!(export(&sandbox, "--link symbolic"), [0, 0, 2, 0, 0]);
    for (content, backup) in before {
        assert!(fs::read(&backup).unwrap() == content, "{backup:?}");
    }
}

#[test]
fn a_rehearsal_does_nothing() {
    let sandbox = trips();
    let rehearsed = sandbox
        .imm("export albums albums --dry-run --format json")
        .ok();
    assert!(!sandbox.path("albums").exists());
    let done = sandbox.imm("export albums albums --format json").ok();
    assert_eq!(rehearsed.json(), done.json());
    sandbox
        .imm_with([
            "clusters",
            "update",
            &id(&sandbox, "Hangzhou"),
            "--title",
            "x",
        ])
        .ok();
    sandbox
        .imm_with(["clusters", "delete", &id(&sandbox, "Jiaxing")])
        .ok();
    let before = tree(&sandbox.path("albums"));
    let rehearsed = sandbox
        .imm("export albums albums --link copy --dry-run --format json")
        .ok();
    assert_eq!(tree(&sandbox.path("albums")), before);
    let done = sandbox
        .imm("export albums albums --link copy --format json")
        .ok();
    assert_eq!(rehearsed.json(), done.json());
    assert_eq!(counts(&done.json()), [0, 1, 0, 1, 0]);
}

#[test]
fn what_is_not_chosen_stays_until_it_is_pruned() {
    let sandbox = trips();
    export(&sandbox, "");
    let hangzhou = id(&sandbox, "Hangzhou");
    let outcome = sandbox
        .imm(&format!("export albums albums --id {hangzhou}"))
        .ok();
    outcome.says(
        "hint: 1 album of trips or clusters that are not selected were kept; `--prune` removes them",
    );
    assert_eq!(names(&sandbox.path("albums")).len(), 3);
    // Another dataset knows none of them, an empty one neither.
    let outcome = sandbox.imm("export albums albums --dataset other").ok();
    outcome.says("hint: 2 albums of trips or clusters unknown to this dataset were kept");
    assert_eq!(names(&sandbox.path("albums")).len(), 3);
    assert_eq!(
        export(&sandbox, &format!("--prune --id {hangzhou}")),
        [0, 0, 0, 1, 1]
    );
    assert_eq!(names(&sandbox.path("albums")).len(), 2);
}

#[test]
fn albums_do_not_go_among_the_photos_and_an_index_passes_over_them() {
    let sandbox = trips();
    for dir in ["lib", "lib/hz", "."] {
        let outcome = sandbox.imm(&format!("export albums {dir}")).exits(2);
        outcome.says("holds files of the dataset");
        outcome.says("hint: choose a separate folder for albums");
    }
    sandbox.imm("export albums lib/albums --link copy").ok();
    let before = sandbox.dataset_bytes();
    let index = sandbox.imm("index --format json").ok().json();
    assert_eq!((&index["added"], &index["scanned"]), (&json!(0), &json!(3)));
    assert!(sandbox.dataset_bytes() == before);
}

#[test]
fn a_list_that_is_not_ours_stops_everything() {
    let sandbox = trips();
    sandbox.write(format!("albums/{LIST}"), "{\"something\":\"else\"}\n");
    let outcome = sandbox.imm("export albums albums --format json").exits(1);
    let line: Value = serde_json::from_str(outcome.stderr.lines().last().unwrap()).unwrap();
    assert_eq!(text(&line["error"]["code"]), "AlbumsDamaged");
    insta::assert_snapshot!(sandbox.imm("export albums albums").exits(1).stderr, @"
    no home found, so these are clusters instead of trips; `imm-cluster homes add` adds one
    error: the album list `[ROOT]/albums/.imm-cluster-album.json` is damaged: it is not an album list
    hint: it was left unchanged; without it, everything in the folder is treated as yours
    ");
    assert_eq!(names(&sandbox.path("albums")), [""; 0]);
}

#[test]
fn two_exports_do_not_meet() {
    let sandbox = trips();
    fs::create_dir(sandbox.path("albums")).unwrap();
    let folder = fs::File::open(sandbox.path("albums")).unwrap();
    folder.try_lock().unwrap();
    let outcome: Outcome = sandbox.imm("export albums albums").exits(1);
    outcome.says("another export is writing to it");
    drop(folder);
    sandbox.imm("export albums albums").ok();
}

#[test]
fn albums_by_cluster_give_way_to_albums_by_trip_and_back() {
    let sandbox = trips();
    export(&sandbox, "");
    let by_cluster = tree(&sandbox.path("albums"));
    sandbox.write("albums/2024-03-03 Hangzhou/note.txt", "mine");
    sandbox.write("albums/mine/photo.jpg", "mine too");
    sandbox.imm("homes add Utrecht 52.0907,5.1214").ok();
    sandbox.imm("run").ok();
    // What is asked for by a filter leaves the others alone.
    assert_eq!(export(&sandbox, "--address city=Jiaxing"), [1, 0, 0, 0, 0]);
    assert_eq!(
        names(&sandbox.path("albums")).len(),
        by_cluster.len() - 2 + 3 + 2,
        "all that was there, the trip and what is mine"
    );
    let trip = "2024-03-03 China - Hangzhou, Jiaxing";
    let rehearsed = sandbox.imm("export albums albums --dry-run").ok();
    rehearsed.says("hint: 2 albums of clusters were replaced by trips; `--by cluster`");
    let done = sandbox.imm("export albums albums --format json").ok();
    assert_eq!(counts(&done.json()), [0, 0, 0, 2, 1]);
    let wanted = [
        format!("{trip}/1.jpg"),
        names(&sandbox.path("albums"))[1].clone(),
        format!("{trip}/2.jpg"),
        "2024-03-03 Hangzhou/note.txt".to_owned(),
        "mine/photo.jpg".to_owned(),
    ];
    let mut wanted = wanted.to_vec();
    wanted.sort();
    assert_eq!(names(&sandbox.path("albums")), wanted);
    assert_eq!(export(&sandbox, ""), [0, 0, 0, 0, 1]);
    // And back, as a regroup does.
    assert_eq!(export(&sandbox, "--by cluster"), [2, 0, 0, 1, 0]);
    assert!(!sandbox.path("albums").join(trip).exists());
    let note = sandbox.path("albums/2024-03-03 Hangzhou/note.txt");
    assert_eq!(fs::read_to_string(note).unwrap(), "mine");
}

#[test]
fn the_last_copy_stays_when_the_grouping_changes() {
    let sandbox = trips();
    export(&sandbox, "--link copy");
    let copy = sandbox.path("albums/2024-03-06 Jiaxing/1.jpg");
    let bytes = fs::read(&copy).unwrap();
    sandbox.write("lib/jx/1.jpg", "edited");
    sandbox.imm("homes add Utrecht 52.0907,5.1214").ok();
    sandbox.imm("run").ok();
    let outcome = sandbox.imm("export albums albums --link copy").ok();
    outcome.says("was kept");
    assert_eq!(fs::read(&copy).unwrap(), bytes);
}

#[test]
fn the_names_of_albums_of_trips_have_all_placeholders() {
    let sandbox = trips();
    sandbox.imm("homes add Utrecht 52.0907,5.1214").ok();
    sandbox.imm("run").ok();
    let template =
        "{year}/{level} {title} {country} {country_code} {province} {city} {days} {files}";
    let call = ["export", "albums", "albums", "--template", template];
    sandbox.imm_with(call).ok();
    let names = names(&sandbox.path("albums"));
    let folder = "2024/trip China - Hangzhou, Jiaxing China CN Zhejiang Hangzhou, Jiaxing 4 3/";
    assert!(
        names.iter().all(|name| name.starts_with(folder)),
        "{names:?}"
    );
    assert_eq!(names.len(), 3);
}
