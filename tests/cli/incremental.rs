//! A second run: what is read again, what is not, and what becomes of the rest.

use std::fs;
use std::time::{Duration, SystemTime};

use serde_json::Value;

use crate::library::{self, Shot};
use crate::sandbox::{HANGZHOU, JIAXING, Sandbox, UTRECHT, changes, each, text, xmp};

/// Two photos in Hangzhou and one in Jiaxing, in folders of their own.
fn library() -> Sandbox {
    Sandbox::new()
        .photo("lib/hz/1.jpg", "2024-03-03 09:00:00", HANGZHOU)
        .photo("lib/hz/2.jpg", "2024-03-04 09:00:00", HANGZHOU)
        .photo("lib/jx/3.jpg", "2024-03-06 09:00:00", JIAXING)
}

fn index(sandbox: &Sandbox, arguments: &str) -> [u64; 5] {
    let call = sandbox.imm(&format!("index --format json {arguments}"));
    changes(&call.ok().json())
}

fn roots(sandbox: &Sandbox) -> Vec<String> {
    let status = sandbox.imm("status --format json").ok().json();
    let prefix = format!("{}/", sandbox.path("").display()).replace("//", "/");
    let name = |root: &Value| text(&root["path"]).replace(&prefix, "");
    each(&status["roots"]).map(name).collect()
}

#[test]
fn a_second_run_neither_reads_media_nor_writes_the_dataset() {
    let sandbox = library();
    sandbox.imm("run lib").ok();
    let (files, before) = (sandbox.files(), sandbox.dataset_state());
    for again in [
        "index lib",
        "index",
        "run",
        "run lib",
        "status",
        "clusters list",
    ] {
        sandbox.imm(again).ok();
        assert!(sandbox.dataset_state() == before, "{again}");
    }
    sandbox.poison();
    let before = sandbox.dataset_state();
    assert_eq!(index(&sandbox, ""), [0, 0, 3, 0, 0]);
    assert_eq!(index(&sandbox, "lib"), [0, 0, 3, 0, 0]);
    assert_eq!(sandbox.files(), files);
    assert!(sandbox.dataset_state() == before);
}

#[test]
fn poison_shows_to_whoever_reads_it() {
    // What the other tests rest on: here the file looks changed, so it is read.
    let sandbox = library();
    sandbox.imm("index lib").ok();
    sandbox.poison();
    let later = SystemTime::UNIX_EPOCH + Duration::from_secs(1_600_000_000);
    sandbox.set_modified("lib/hz/1.jpg", later);
    assert_eq!(index(&sandbox, ""), [0, 0, 2, 1, 0]);
}

#[test]
fn only_the_new_file_is_read() {
    let sandbox = library();
    sandbox.imm("run lib").ok();
    sandbox.poison();
    sandbox.take("lib/hz/new.jpg", "2024-03-05 09:00:00", HANGZHOU);
    assert_eq!(index(&sandbox, ""), [1, 0, 3, 0, 0]);
    let ids = sandbox.ids();
    let run = sandbox.imm("run --format json").ok().json();
    assert_eq!(
        (run["created"].as_u64(), run["updated"].as_u64()),
        (Some(0), Some(2)),
        "{run}"
    );
    let kept = |map: &std::collections::BTreeMap<String, String>| {
        let mut ids: Vec<_> = map.values().cloned().collect();
        ids.sort();
        ids
    };
    assert_eq!(
        kept(&ids),
        kept(&sandbox.ids()),
        "growing clusters keep their ids"
    );
}

#[test]
fn a_changed_file_takes_its_evidence_along() {
    let sandbox = library();
    sandbox.imm("run lib --levels city").ok();
    sandbox.take("lib/hz/2.jpg", "2024-05-01 10:00:00", UTRECHT);
    assert_eq!(index(&sandbox, ""), [0, 1, 2, 0, 0]);
    sandbox.imm("run").ok();
    assert_eq!(
        sandbox.clusters(),
        [
            "city Hangzhou 2024-03-03..2024-03-03, 1 days, 1 active, 1 files",
            "city Jiaxing 2024-03-06..2024-03-06, 1 days, 1 active, 1 files",
            "city Utrecht 2024-05-01..2024-05-01, 1 days, 1 active, 1 files",
        ]
    );
}

#[cfg(unix)]
#[test]
fn an_edit_that_restores_the_modification_time_is_seen() {
    let sandbox = library();
    sandbox.imm("index lib").ok();
    let path = sandbox.path("lib/hz/1.jpg");
    let old = fs::metadata(&path).unwrap();
    // The same length to the byte, another day.
    sandbox.take("lib/hz/1.jpg", "2024-03-05 09:00:00", HANGZHOU);
    sandbox.set_modified("lib/hz/1.jpg", old.modified().unwrap());
    assert_eq!(fs::metadata(&path).unwrap().len(), old.len());
    assert_eq!(index(&sandbox, ""), [0, 1, 2, 0, 0]);
    assert_eq!(sandbox.files()["lib/hz/1.jpg"]["local_date"], "2024-03-05");
}

#[test]
fn a_touched_file_with_the_same_facts_is_unchanged() {
    let sandbox = library();
    sandbox.imm("run lib").ok();
    let later = SystemTime::UNIX_EPOCH + Duration::from_secs(1_600_000_000);
    sandbox.set_modified("lib/hz/1.jpg", later);
    assert_eq!(index(&sandbox, ""), [0, 0, 3, 0, 0]);
    let before = sandbox.dataset_state();
    assert_eq!(index(&sandbox, ""), [0, 0, 3, 0, 0]);
    assert!(sandbox.dataset_state() == before, "the new time was kept");
}

#[test]
fn a_file_that_was_written_just_now_is_read_again() {
    let sandbox = library();
    let shot = Shot::new("lib/now.jpg", "2024-03-03 09:00").at(8, HANGZHOU);
    sandbox.write("lib/now.jpg", library::tiny_jpeg(&shot));
    // A clock a little ahead leaves a slow machine the time to start.
    let soon = SystemTime::now() + Duration::from_millis(1500);
    sandbox.set_modified("lib/now.jpg", soon);
    assert_eq!(index(&sandbox, "lib"), [4, 0, 0, 0, 0]);
    sandbox.poison();
    assert_eq!(index(&sandbox, ""), [0, 0, 3, 1, 0]);
}

#[test]
fn a_file_that_vanished_is_missing_until_it_comes_back() {
    let sandbox = library();
    sandbox.imm("run lib --levels city").ok();
    let ids: Vec<_> = sandbox.ids().into_values().collect();
    fs::rename(sandbox.path("lib/hz/2.jpg"), sandbox.path("away.jpg")).unwrap();
    assert_eq!(index(&sandbox, ""), [0, 0, 2, 0, 1]);
    sandbox.imm("run").ok();
    assert_eq!(
        sandbox.clusters()[0],
        "city Hangzhou 2024-03-03..2024-03-04, 2 days, 2 active, 1 files"
    );
    let list = sandbox.imm("clusters list --format json").ok().json();
    assert_eq!(list[0]["files_missing"], 1);
    assert_eq!(sandbox.files()["lib/hz/2.jpg"]["missing"], true);
    let before = sandbox.dataset_state();
    assert_eq!(index(&sandbox, ""), [0, 0, 2, 0, 1]);
    assert!(sandbox.dataset_state() == before);

    fs::rename(sandbox.path("away.jpg"), sandbox.path("lib/hz/2.jpg")).unwrap();
    assert_eq!(index(&sandbox, "")[4], 0);
    sandbox.imm("run").ok();
    assert_eq!(
        sandbox.clusters()[0],
        "city Hangzhou 2024-03-03..2024-03-04, 2 days, 2 active, 2 files"
    );
    assert_eq!(sandbox.ids().into_values().collect::<Vec<_>>(), ids);
}

#[test]
fn a_renamed_file_is_the_same_record() {
    let sandbox = library();
    sandbox.imm("run lib --levels city").ok();
    let (ids, clusters) = (sandbox.ids(), sandbox.clusters());
    fs::create_dir(sandbox.path("lib/sorted")).unwrap();
    fs::rename(
        sandbox.path("lib/hz/2.jpg"),
        sandbox.path("lib/sorted/two.jpg"),
    )
    .unwrap();
    let [added, _, _, failed, missing] = index(&sandbox, "");
    assert_eq!([added, failed, missing], [0, 0, 0]);
    sandbox.imm("run").ok();
    assert_eq!((sandbox.ids(), sandbox.clusters()), (ids, clusters));
    let files = sandbox.files();
    assert_eq!(
        files.keys().collect::<Vec<_>>(),
        ["lib/hz/1.jpg", "lib/jx/3.jpg", "lib/sorted/two.jpg"]
    );
}

#[test]
fn all_files_of_a_cluster_may_vanish() {
    let sandbox = library();
    sandbox.imm("run lib --levels city").ok();
    fs::remove_dir_all(sandbox.path("lib/jx")).unwrap();
    sandbox.imm("run lib").ok();
    assert_eq!(
        sandbox.clusters()[1],
        "city Jiaxing 2024-03-06..2024-03-06, 1 days, 1 active, 0 files"
    );
}

#[test]
fn a_disk_that_is_not_there_empties_nothing() {
    let sandbox = library();
    sandbox.imm("run lib").ok();
    let before = sandbox.dataset_state();
    fs::rename(sandbox.path("lib"), sandbox.path("unplugged")).unwrap();
    let outcome = sandbox.imm("index").ok();
    outcome.says("warning: `[ROOT]/lib` is offline: not found");
    fs::create_dir(sandbox.path("lib")).unwrap();
    let outcome = sandbox.imm("index").ok();
    outcome.says("warning: `[ROOT]/lib` is offline: it is empty");
    assert!(sandbox.dataset_state() == before);
    assert!(
        sandbox
            .files()
            .values()
            .all(|file| file["missing"] == false)
    );
    fs::remove_dir(sandbox.path("lib")).unwrap();
    fs::rename(sandbox.path("unplugged"), sandbox.path("lib")).unwrap();
    assert_eq!(index(&sandbox, ""), [0, 0, 3, 0, 0]);
}

#[test]
fn an_empty_folder_is_no_error() {
    let sandbox = Sandbox::new();
    fs::create_dir(sandbox.path("empty")).unwrap();
    assert_eq!(index(&sandbox, "empty"), [0; 5]);
    assert_eq!(index(&sandbox, ""), [0; 5]);
}

#[test]
fn without_a_path_all_remembered_folders_are_scanned() {
    let sandbox = library().photo("more/4.jpg", "2024-05-01 10:00:00", UTRECHT);
    assert_eq!(index(&sandbox, "lib more"), [4, 0, 0, 0, 0]);
    sandbox.take("lib/hz/5.jpg", "2024-03-05 10:00:00", HANGZHOU);
    sandbox.take("more/6.jpg", "2024-05-02 10:00:00", UTRECHT);
    assert_eq!(index(&sandbox, ""), [2, 0, 4, 0, 0]);
    assert_eq!(roots(&sandbox), ["lib", "more"]);
}

#[test]
fn without_a_path_and_a_memory_there_is_nothing_to_do() {
    let outcome = Sandbox::new().imm("index").exits(2);
    outcome.says("no folder is given, and none is remembered");
}

#[test]
fn a_path_within_a_root_scans_that_part() {
    let sandbox = library();
    sandbox.imm("index lib").ok();
    fs::remove_file(sandbox.path("lib/jx/3.jpg")).unwrap();
    sandbox.take("lib/hz/4.jpg", "2024-03-05 10:00:00", HANGZHOU);
    assert_eq!(index(&sandbox, "lib/hz"), [1, 0, 2, 0, 0]);
    assert_eq!(roots(&sandbox), ["lib"]);
    assert_eq!(index(&sandbox, "lib/jx"), [0, 0, 0, 0, 1]);
}

#[test]
fn a_parent_takes_over_its_child_without_reading() {
    let sandbox = library();
    sandbox.imm("run lib/hz --levels city").ok();
    let ids = sandbox.ids();
    sandbox.poison();
    assert_eq!(index(&sandbox, "lib"), [1, 0, 2, 0, 0]);
    assert_eq!(roots(&sandbox), ["lib"]);
    sandbox.imm("run").ok();
    let now = sandbox.ids();
    assert!(
        ids.iter().all(|(line, id)| now.get(line) == Some(id)),
        "{now:?}"
    );
}

#[cfg(unix)]
#[test]
fn another_name_of_the_same_folder_is_the_same_root() {
    let sandbox = library();
    std::os::unix::fs::symlink(sandbox.path("lib"), sandbox.path("link")).unwrap();
    sandbox.imm("index lib").ok();
    sandbox.poison();
    for name in ["link", "./lib/../lib/", "lib lib link", "link/hz lib"] {
        assert_eq!(index(&sandbox, name), [0, 0, 3, 0, 0], "{name}");
    }
    assert_eq!(roots(&sandbox), ["lib"]);
}

#[test]
fn files_that_are_named_one_by_one() {
    let sandbox = library();
    assert_eq!(index(&sandbox, "lib/hz/1.jpg"), [1, 0, 0, 0, 0]);
    assert_eq!(
        index(&sandbox, ""),
        [0, 0, 1, 0, 0],
        "its neighbour stays out"
    );
    sandbox.poison();
    assert_eq!(
        index(&sandbox, "lib"),
        [2, 0, 1, 0, 0],
        "the folder takes it over"
    );
    assert_eq!(roots(&sandbox), ["lib"]);
    assert_eq!(index(&sandbox, "lib/hz/1.jpg")[3..], [0, 0]);
}

#[test]
fn what_is_left_out() {
    let mut sandbox = library();
    for path in [
        "lib/.hidden.jpg",
        "lib/.thumbnails/t.jpg",
        "lib/@eaDir/SYNO.jpg",
        "lib/#recycle/r.jpg",
        "lib/private/p.jpg",
        "lib/private/deep/p.jpg",
        "lib/raw/a.tmp.jpg",
    ] {
        sandbox = sandbox.photo(path, "2024-03-03 12:00:00", HANGZHOU);
    }
    let sandbox = sandbox
        .file("lib/private/.nomedia", "")
        .file("lib/notes.txt", "x");
    let names = |sandbox: &Sandbox| sandbox.files().into_keys().collect::<Vec<_>>();
    let visible = ["lib/hz/1.jpg", "lib/hz/2.jpg", "lib/jx/3.jpg"];
    assert_eq!(index(&sandbox, "lib --exclude *.tmp.jpg"), [3, 0, 0, 0, 0]);
    assert_eq!(names(&sandbox), visible);
    assert_eq!(index(&sandbox, ""), [0, 0, 3, 0, 0], "remembered");
    assert_eq!(index(&sandbox, "lib/private"), [0; 5], "named, but marked");

    let outcome = sandbox.imm("index lib --exclude hz/ --exclude raw").ok();
    outcome.says("[ROOT]/lib: --exclude is now hz/, raw (was *.tmp.jpg)");
    outcome.says("2 files are now excluded and were removed from the dataset");
    assert_eq!(names(&sandbox), ["lib/jx/3.jpg"]);
    assert_eq!(index(&sandbox, "--exclude= --hidden"), [5, 0, 1, 0, 0]);
    assert_eq!(
        names(&sandbox),
        [
            "lib/.hidden.jpg",
            "lib/.thumbnails/t.jpg",
            "lib/hz/1.jpg",
            "lib/hz/2.jpg",
            "lib/jx/3.jpg",
            "lib/raw/a.tmp.jpg",
        ]
    );
}

#[test]
fn options_are_remembered_for_each_folder() {
    let mut timeless = Shot::new("lib/timeless.jpg", "2024-03-03 09:00").at(8, HANGZHOU);
    timeless.content = library::Content::WithoutTime;
    let sandbox = library()
        .shot(&timeless)
        .photo("more/4.jpg", "2024-05-01 10:00:00", UTRECHT);
    let outcome = sandbox.imm("index lib more").ok();
    assert_eq!(outcome.stderr, "", "what is new is no change");
    assert_eq!(
        sandbox.files()["lib/timeless.jpg"]["local_date"],
        Value::Null
    );
    let outcome = sandbox.imm("index lib --time-from mtime").ok();
    assert_eq!(
        outcome.stderr,
        "[ROOT]/lib: --time-from mtime is now on (was off)\n"
    );
    assert_eq!(sandbox.imm("index lib --time-from mtime").ok().stderr, "");
    assert_eq!(sandbox.imm("index").ok().stderr, "");
    let file = &sandbox.files()["lib/timeless.jpg"];
    assert_eq!(file["local_date"], "2024-03-03");
    insta::assert_snapshot!(
        sandbox.imm("index --time-zone Asia/Tokyo --time-from none --follow-links").ok().both(),
        @"
    5 files checked, all unchanged
    1 file in the dataset without a time
    ---
    [ROOT]/lib: --time-zone is now Asia/Tokyo (was none)
    [ROOT]/lib: --time-from mtime is now off (was on)
    [ROOT]/lib: --follow-links is now on (was off)
    [ROOT]/more: --time-zone is now Asia/Tokyo (was none)
    [ROOT]/more: --follow-links is now on (was off)
    "
    );
}

#[test]
fn a_zone_for_files_whose_zone_nothing_tells() {
    // An instant without a position: only the option can make a day of it.
    let record = serde_json::json!({"path": "x", "capture_time": "2024-03-03T18:00:00Z",
        "address": {"country": "China"}});
    let sandbox = Sandbox::new().records("r.jsonl", &[record]);
    sandbox.imm("index --from-json r.jsonl").ok();
    let run = sandbox
        .imm("run --levels country --format json")
        .ok()
        .json();
    assert_eq!(run["unclustered"]["no_zone"], 1);
    let outcome = sandbox
        .imm("index --from-json r.jsonl --time-zone Asia/Shanghai")
        .ok();
    outcome.says("JSON records: --time-zone is now Asia/Shanghai (was none)");
    sandbox.imm("run").ok();
    assert_eq!(
        sandbox.clusters(),
        ["country China 2024-03-04..2024-03-04, 1 days, 1 active, 1 files"]
    );
}

#[test]
fn a_sidecar_that_changes_changes_its_file() {
    let xmp = |time: &str| xmp(&format!(r#"exif:DateTimeOriginal="{time}""#));
    let mut timeless = Shot::new("lib/a.jpg", "2024-03-03 09:00").at(8, HANGZHOU);
    timeless.content = library::Content::WithoutTime;
    let sandbox = Sandbox::new()
        .shot(&timeless)
        .file("lib/a.jpg.xmp", xmp("2024-03-03T09:00:00+08:00"));
    let day = || sandbox.files()["lib/a.jpg"]["local_date"].clone();
    assert_eq!(
        index(&sandbox, "lib"),
        [1, 0, 0, 0, 0],
        "a sidecar is no file"
    );
    assert_eq!(day(), "2024-03-03");
    sandbox.write("lib/a.jpg.xmp", xmp("2024-03-14T09:00:00.25+08:00"));
    assert_eq!(index(&sandbox, ""), [0, 1, 0, 0, 0]);
    assert_eq!(day(), "2024-03-14");
    fs::remove_file(sandbox.path("lib/a.jpg.xmp")).unwrap();
    assert_eq!(index(&sandbox, ""), [0, 1, 0, 0, 0]);
    assert_eq!(day(), Value::Null);
}

#[test]
fn the_number_of_threads_and_the_order_of_paths_change_no_byte() {
    let mut sandbox = Sandbox::new();
    for i in 0..40 {
        let place = [HANGZHOU, JIAXING, UTRECHT][i % 3];
        let path = format!("lib/{}/{i}.jpg", i % 7);
        sandbox = sandbox.photo(&path, &format!("2024-03-{:02} 09:00:00", 1 + i % 28), place);
    }
    sandbox.imm("index lib --jobs 1 --dataset one.json").ok();
    sandbox.imm("index lib --jobs 8 --dataset many.json").ok();
    sandbox
        .imm("index lib/5 lib/2 lib --jobs 3 --dataset parts.json")
        .ok();
    let read = |name: &str| fs::read_to_string(sandbox.path(name)).unwrap();
    assert_eq!(read("one.json"), read("many.json"));
    let clusters = |name: &str| {
        let run = format!("run --dataset {name} --levels city --format json");
        crate::sandbox::summaries(&sandbox.imm(&run).ok().json()["clusters"])
    };
    assert_eq!(clusters("one.json"), clusters("parts.json"));
    assert!(clusters("one.json").len() > 3);
}

#[cfg(unix)]
#[test]
fn links_are_followed_only_on_request_and_never_in_circles() {
    use std::os::unix::fs::symlink;
    let sandbox = library().photo("elsewhere/4.jpg", "2024-05-01 10:00:00", UTRECHT);
    symlink(sandbox.path("lib"), sandbox.path("lib/circle")).unwrap();
    symlink(sandbox.path("elsewhere"), sandbox.path("lib/away")).unwrap();
    symlink(sandbox.path("nowhere"), sandbox.path("lib/dangling.jpg")).unwrap();
    symlink(sandbox.path("lib/hz/1.jpg"), sandbox.path("lib/copy.jpg")).unwrap();
    assert_eq!(index(&sandbox, "lib"), [3, 0, 0, 0, 0]);
    let outcome = sandbox.imm("index lib --follow-links").ok();
    assert!(
        outcome
            .stderr
            .contains("--follow-links is now on (was off)")
    );
    let files = sandbox.files();
    assert!(files.contains_key("lib/away/4.jpg"), "{:?}", files.keys());
    assert!(
        !files.keys().any(|path| path.contains("circle")),
        "{:?}",
        files.keys()
    );
}

#[test]
fn a_fresh_index_is_the_same_as_the_one_that_grew() {
    let sandbox = library();
    sandbox.imm("index lib --dataset grown.json").ok();
    sandbox.take("lib/hz/0.jpg", "2024-03-05 10:00:00", HANGZHOU);
    sandbox.imm("index --dataset grown.json").ok();
    fs::remove_file(sandbox.path("lib/hz/0.jpg")).unwrap();
    sandbox.take("lib/hz/0.jpg", "2024-03-05 11:00:00", HANGZHOU);
    sandbox.imm("index --dataset grown.json").ok();
    sandbox.imm("index lib --dataset fresh.json").ok();
    let list = |name: &str| {
        let call = format!("files list --dataset {name} --format json");
        sandbox.imm(&call).ok().json()
    };
    assert_eq!(list("grown.json"), list("fresh.json"));
}

#[test]
fn a_parent_says_that_the_options_of_its_child_count_no_more() {
    let sandbox = library();
    sandbox.imm("index lib/hz --exclude *.png").ok();
    sandbox
        .imm("index lib")
        .ok()
        .says("[ROOT]/lib/hz is now part of [ROOT]/lib");
}

#[test]
fn a_folder_of_single_files_that_is_indexed_whole_takes_over_what_lies_below() {
    let sandbox = library();
    sandbox.take("lib/top.jpg", "2024-03-09 09:00:00", JIAXING);
    sandbox.imm("index lib/top.jpg").ok();
    sandbox.imm("index lib/hz").ok();
    assert_eq!(index(&sandbox, "lib"), [1, 0, 3, 0, 0]);
    assert_eq!(sandbox.files().len(), 4);
    assert_eq!(roots(&sandbox), ["lib"]);
}

#[test]
fn what_a_camera_writes_beside_its_video_counts_when_it_changes() {
    let moi = |minute: u8| {
        let start = b"V6\0\0\x01\x2a\x07\xd8\x06\x05\x0e";
        [&start[..], &[minute], b"\x29\x04"].concat()
    };
    let clip = |date: &str| {
        format!(r#"<NonRealTimeMeta><CreationDate value="2019-05-04T{date}"/></NonRealTimeMeta>"#)
    };
    // Of 10:11:12 in UTC.
    let movie = b"\0\0\0\x10ftypmp42\0\0\0\0\0\0\0\x24moov\0\0\0\x1cmvhd\0\0\0\0\xd8\xf3\x15\xc0\
        \xd8\xf3\x15\xc0\0\0\x03\xe8\0\0\0\0";
    let sandbox = Sandbox::new()
        .file(
            "lib/MOV001.MOD",
            b"\0\0\x01\xba\x44\0\x04\0\x04\x01\0\0\x03\xf8",
        )
        .file("lib/MOV001.MOI", moi(32))
        .file("lib/C0001.MP4", movie)
        .file("lib/C0001M01.XML", clip("18:11:12+08:00"));
    let times = || {
        let files = sandbox.files();
        assert_eq!(files.len(), 2);
        ["lib/C0001.MP4", "lib/MOV001.MOD"].map(|path| files[path]["capture_time"].clone())
    };
    index(&sandbox, "lib");
    let told = ["2019-05-04T18:11:12+08:00", "2008-06-05T14:32:10.500"];
    assert_eq!(times(), told);
    sandbox.write("lib/MOV001.MOI", moi(33));
    sandbox.write("lib/C0001M01.XML", clip("19:11:12+09:00"));
    index(&sandbox, "");
    let told = ["2019-05-04T19:11:12+09:00", "2008-06-05T14:33:10.500"];
    assert_eq!(times(), told);
    fs::remove_file(sandbox.path("lib/MOV001.MOI")).unwrap();
    fs::remove_file(sandbox.path("lib/C0001M01.XML")).unwrap();
    index(&sandbox, "");
    assert_eq!(times(), [Value::from("2019-05-04T10:11:12Z"), Value::Null]);
}
