//! Trees as they are found in the wild: flat and deep ones, odd names, and what is
//! left out or not there.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::library::{self, Shot};
use crate::sandbox::{HANGZHOU, JIAXING, Sandbox, UTRECHT, changes, each, text, xmp};

fn index(sandbox: &Sandbox, arguments: &str) -> [u64; 5] {
    let call = sandbox.imm(&format!("index --format json {arguments}"));
    changes(&call.ok().json())
}

fn photo() -> Vec<u8> {
    library::tiny_jpeg(&Shot::new("any.jpg", "2024-03-03 09:00").at(8, HANGZHOU))
}

/// Indexes what is there twice, and wants the second time to read nothing.
#[track_caller]
fn settles(sandbox: &Sandbox, photos: u64) {
    assert_eq!(index(sandbox, "lib"), [photos, 0, 0, 0, 0]);
    let before = sandbox.dataset_state();
    assert_eq!(index(sandbox, ""), [0, 0, photos, 0, 0]);
    assert!(sandbox.dataset_state() == before);
}

#[test]
fn a_hundred_thousand_files_in_one_folder() {
    let sandbox = Sandbox::new();
    for i in 0..20 {
        let day = 1 + i % 9;
        sandbox.take(
            &format!("lib/{i:05}.jpg"),
            &format!("2024-03-0{day} 09:00:00"),
            HANGZHOU,
        );
    }
    for i in 20..100_000 {
        // Nothing tells by the name that this is no photo.
        fs::File::create(sandbox.path(format!("lib/{i:05}"))).unwrap();
    }
    sandbox.set_modified("lib/00020", std::time::SystemTime::UNIX_EPOCH);
    assert_eq!(index(&sandbox, "lib"), [20, 0, 0, 0, 0]);
    assert_eq!(
        sandbox.dataset_json()["folders"][0]["files"]
            .as_array()
            .unwrap()
            .len(),
        100_000
    );
    assert_eq!(index(&sandbox, ""), [0, 0, 20, 0, 0]);
    fs::remove_file(sandbox.path("lib/00007.jpg")).unwrap();
    assert_eq!(index(&sandbox, ""), [0, 0, 19, 0, 1]);
}

#[cfg(unix)]
#[test]
fn five_hundred_folders_deep_and_four_thousand_bytes_long() {
    let sandbox = Sandbox::new();
    let deep: PathBuf = std::iter::repeat_n("folder.", 480).collect();
    let deep = Path::new("lib").join(deep);
    let room = 4_080 - sandbox.path(&deep).as_os_str().len();
    let deep = deep.join("x".repeat(room.min(250)));
    sandbox.write(deep.join("a.jpg"), photo());
    sandbox.write("lib/b.jpg", photo());
    let long_ago = std::time::SystemTime::UNIX_EPOCH;
    sandbox.set_modified("lib/b.jpg", long_ago);
    sandbox.set_modified(
        deep.join("a.jpg"),
        long_ago + std::time::Duration::from_secs(1),
    );
    settles(&sandbox, 2);

    // Longer than the system can name: what lies there is said to be unreadable.
    fs::create_dir_all(sandbox.path("lib/longer/than/it/was")).unwrap();
    let moved = sandbox.path("lib/longer/than/it/was").join("y".repeat(200));
    fs::rename(sandbox.path("lib/folder."), moved).unwrap();
    let outcome = sandbox.imm("index --format json").ok();
    outcome.says("could not be listed: File name too long");
    assert_eq!(changes(&outcome.json()), [0, 0, 1, 0, 1]);
}

#[cfg(unix)]
#[test]
fn names_of_any_bytes() {
    use std::os::unix::ffi::OsStrExt;
    let sandbox = Sandbox::new();
    let names: [&[u8]; 7] = [
        b"new\nline.jpg",
        b"\x1b[31mred\x07.jpg",
        b"not \xff\xfe utf-8.jpg",
        b"-rf.jpg",
        b" blanks .jpg",
        "right \u{202e}gpj.exe".as_bytes(),
        b"\xf0\x9f\x93\xb7",
    ];
    for name in names {
        for folder in [&b"lib"[..], b"lib/\xff\n\x1b[0m"] {
            let folder = Path::new(std::ffi::OsStr::from_bytes(folder));
            let path = folder.join(std::ffi::OsStr::from_bytes(name));
            sandbox.write(&path, photo());
            sandbox.set_modified(&path, std::time::SystemTime::UNIX_EPOCH);
        }
    }
    settles(&sandbox, 14 - 2);
    let list = sandbox.imm("files list").ok().stdout;
    assert!(!list.contains(['\u{1b}', '\u{7}', '\u{202e}']), "{list}");
    assert_eq!(list.lines().count(), 1 + 12, "{list}");

    // Each is found again by its name.
    for name in names.into_iter().filter(|name| !name.ends_with(b"exe")) {
        let path = Path::new("lib").join(std::ffi::OsStr::from_bytes(name));
        let call = sandbox.imm_with([
            "index".as_ref(),
            "--format".as_ref(),
            "json".as_ref(),
            "--".as_ref(),
            path.as_os_str(),
        ]);
        assert_eq!(changes(&call.ok().json()), [0, 0, 1, 0, 0], "{path:?}");
    }
}

#[test]
fn a_file_that_is_named_is_looked_at_alone() {
    let sandbox = Sandbox::new()
        .photo("lib/deep/1.jpg", "2024-03-03 09:00:00", HANGZHOU)
        .photo("lib/deep/2.jpg", "2024-03-04 09:00:00", HANGZHOU);
    assert_eq!(index(&sandbox, "lib --exclude *.png"), [2, 0, 0, 0, 0]);
    sandbox.take("lib/deep/3.jpg", "2024-03-05 09:00:00", HANGZHOU);
    sandbox.take("lib/deep/4.png", "2024-03-05 09:00:00", HANGZHOU);
    fs::remove_file(sandbox.path("lib/deep/1.jpg")).unwrap();
    assert_eq!(index(&sandbox, "lib/deep/2.jpg"), [0, 0, 1, 0, 0]);
    let outcome = sandbox.imm("index lib/deep/4.png --format json").ok();
    assert_eq!(changes(&outcome.json()), [0; 5]);
    outcome.says("`[ROOT]/lib/deep/4.png` is skipped: it matches `--exclude`");
    assert_eq!(index(&sandbox, "lib/deep/3.jpg"), [1, 0, 0, 0, 0]);
    assert_eq!(index(&sandbox, "lib/deep/3.jpg lib/deep"), [0, 0, 2, 0, 1]);
    fs::remove_file(sandbox.path("lib/deep/3.jpg")).unwrap();
    sandbox
        .imm("index lib/deep/3.jpg")
        .exits(1)
        .says("cannot find");
}

#[test]
fn a_folder_that_is_left_out_says_so() {
    let sandbox = Sandbox::new()
        .photo("lib/a.jpg", "2024-03-03 09:00:00", HANGZHOU)
        .photo("lib/.hid/b.jpg", "2024-03-03 09:00:00", HANGZHOU)
        .photo("lib/@eaDir/c.jpg", "2024-03-03 09:00:00", HANGZHOU)
        .photo(
            "lib/a.photoslibrary/originals/0/d.jpg",
            "2024-03-03 09:00:00",
            HANGZHOU,
        )
        .photo(
            "lib/a.photoslibrary/resources/renders/d.jpg",
            "2024-03-03 09:00:00",
            HANGZHOU,
        )
        .photo("lib/a.jpg_original", "2024-03-03 09:00:00", HANGZHOU)
        .photo("lib/gone.jpg_original", "2024-03-03 09:00:00", HANGZHOU)
        .file("lib/marked/.nomedia", "");
    let outcome = sandbox.imm("index lib").ok();
    assert!(
        outcome.stdout.starts_with("3 files checked"),
        "{}",
        outcome.stdout
    );
    let named = sandbox.imm("index lib/gone.jpg_original").ok();
    assert!(!named.stderr.contains("is skipped"), "{}", named.stderr);
    for (path, says) in [
        (
            "lib/a.photoslibrary/resources/renders",
            "a.photoslibrary/resources` is skipped: only the originals in a photo library",
        ),
        (
            "lib/a.jpg_original",
            "a.jpg_original` is skipped: it is a backup copy made by ExifTool",
        ),
        (
            "lib/marked",
            "marked` is skipped: it contains a `.nomedia` file",
        ),
        ("lib/.hid", ".hid` is skipped: it is hidden"),
        (
            "lib/@eaDir/c.jpg",
            "@eaDir` is skipped: it is a system folder",
        ),
    ] {
        let outcome = sandbox.imm(&format!("index {path}")).ok();
        outcome.says(&format!(
            "warning: `[ROOT]/lib/{}",
            says.trim_start_matches("lib/")
        ));
    }
    sandbox.write("lib/.nomedia", "");
    let outcome = sandbox.imm("index").ok();
    outcome.says("warning: `[ROOT]/lib` is skipped: it contains a `.nomedia` file");
    outcome.says("3 files are now excluded and were removed from the dataset");
}

#[test]
fn a_backup_of_exiftool_is_a_photo_only_while_its_file_is_gone() {
    let sandbox = Sandbox::new()
        .photo("lib/a.jpg", "2024-03-03 09:00:00", HANGZHOU)
        .photo("lib/a.jpg_original", "2024-03-03 09:00:00", HANGZHOU);
    let show = |name: &str| sandbox.imm(&format!("files show {name} --format json"));
    let names = || sandbox.files().into_keys().collect::<Vec<_>>();
    assert_eq!(index(&sandbox, "lib"), [1, 0, 0, 0, 0]);
    assert_eq!(names(), ["lib/a.jpg"]);
    show("lib/a.jpg").ok();
    show("lib/a.jpg_original").exits(1);

    let content = fs::read(sandbox.path("lib/a.jpg")).unwrap();
    fs::remove_file(sandbox.path("lib/a.jpg")).unwrap();
    sandbox.imm("index --prune").ok();
    assert_eq!(names(), ["lib/a.jpg_original"]);
    let backup = show("lib/a.jpg_original").ok().json();
    assert_eq!(backup["local_date"], "2024-03-03");
    show("lib/a.jpg").exits(1);

    sandbox.write("lib/a.jpg", content);
    sandbox.imm("index --prune").ok();
    assert_eq!(names(), ["lib/a.jpg"]);
    show("lib/a.jpg_original").exits(1);
}

#[test]
fn what_the_user_said_of_a_file_that_is_left_out_comes_back_with_it() {
    let sandbox = Sandbox::new()
        .photo("lib/a.jpg", "2024-03-03 09:00:00", HANGZHOU)
        .photo("lib/b.jpg", "2024-03-04 09:00:00", HANGZHOU);
    sandbox.imm("index lib").ok();
    sandbox
        .imm("files set lib/a.jpg --time 2024-04-01T10:00:00")
        .ok();
    let corrected = sandbox.files()["lib/a.jpg"].clone();
    let outcome = sandbox.imm("index --exclude a.jpg").ok();
    outcome.says("1 file is now excluded and was removed from the dataset");
    sandbox.imm("run --levels city").ok();
    assert_eq!(
        sandbox.clusters(),
        ["city Hangzhou 2024-03-04..2024-03-04, 1 days, 1 active, 1 files"]
    );
    assert_eq!(sandbox.files().len(), 1);
    // Neither another look nor pruning takes it for gone, or for evidence.
    assert_eq!(index(&sandbox, "--prune"), [0, 0, 1, 0, 0]);
    assert!(!sandbox.imm("index").ok().stderr.contains("is skipped"));
    sandbox.imm("run").ok();
    assert_eq!(sandbox.clusters().len(), 1);
    assert_eq!(index(&sandbox, "--exclude="), [0, 1, 1, 0, 0]);
    assert_eq!(sandbox.files()["lib/a.jpg"], corrected);
    sandbox.imm("files set lib/a.jpg --reset").ok();
    assert_eq!(sandbox.files()["lib/a.jpg"]["local_date"], "2024-03-03");
}

#[test]
fn forgetting_what_is_left_out_forgets_it_without_evidence() {
    let sandbox = Sandbox::new()
        .photo("lib/a.jpg", "2024-03-03 09:00:00", HANGZHOU)
        .photo("lib/b.jpg", "2024-03-04 09:00:00", HANGZHOU);
    sandbox.imm("index lib").ok();
    sandbox
        .imm("files set lib/a.jpg --time 2024-04-01T10:00:00 --position 52.09,5.12")
        .ok();
    sandbox.imm("index --exclude a.jpg").ok();
    sandbox.imm("forget lib").ok();
    sandbox.imm("run --levels city").ok();
    assert_eq!(
        sandbox.clusters(),
        ["city Hangzhou 2024-03-04..2024-03-04, 1 days, 1 active, 0 files"]
    );
}

#[test]
fn a_move_whose_new_place_was_indexed_first() {
    let sandbox = Sandbox::new()
        .photo("old/a.jpg", "2024-03-03 09:00:00", HANGZHOU)
        .photo("old/b.jpg", "2024-03-04 09:00:00", JIAXING);
    sandbox.imm("index old").ok();
    sandbox
        .imm("files set old/a.jpg --time 2024-04-01T10:00:00")
        .ok();
    fs::create_dir(sandbox.path("new")).unwrap();
    fs::rename(sandbox.path("old/a.jpg"), sandbox.path("new/a.jpg")).unwrap();
    assert_eq!(index(&sandbox, "new"), [1, 0, 0, 0, 0]);
    assert_eq!(index(&sandbox, "old"), [0, 0, 1, 0, 0]);
    let files = sandbox.files();
    assert_eq!(files.keys().collect::<Vec<_>>(), ["new/a.jpg", "old/b.jpg"]);
    assert_eq!(files["new/a.jpg"]["local_date"], "2024-04-01");
}

#[test]
fn what_the_user_said_of_two_copies_outlives_one_of_them() {
    let sandbox = Sandbox::new()
        .photo("old/a.jpg", "2024-03-03 09:00:00", HANGZHOU)
        .photo("old/b.jpg", "2024-03-04 09:00:00", HANGZHOU)
        .photo("new/a.jpg", "2024-03-03 09:00:00", HANGZHOU);
    sandbox.imm("index old new").ok();
    sandbox
        .imm("files set old/a.jpg --time 2024-04-01T10:00:00")
        .ok();
    sandbox
        .imm("files set new/a.jpg --time 2024-05-01T10:00:00")
        .ok();
    fs::remove_file(sandbox.path("old/a.jpg")).unwrap();
    assert_eq!(index(&sandbox, "")[4], 1);
    let days: Vec<String> = (sandbox.files().values())
        .map(|file| text(&file["local_date"]))
        .collect();
    assert_eq!(days, ["2024-05-01", "2024-04-01", "2024-03-04"]);
}

#[test]
fn a_parent_takes_nothing_of_a_disk_that_is_not_there_for_gone() {
    let sandbox = Sandbox::new()
        .photo("lib/a.jpg", "2024-03-03 09:00:00", HANGZHOU)
        .photo("lib/disk/b.jpg", "2024-03-04 09:00:00", JIAXING)
        .photo("lib/disk/x/c.jpg", "2024-03-05 09:00:00", UTRECHT);
    sandbox.imm("index lib/disk").ok();
    fs::rename(sandbox.path("lib/disk"), sandbox.path("unplugged")).unwrap();
    fs::create_dir(sandbox.path("lib/disk")).unwrap();
    let there = |missing: u64| {
        let outcome = sandbox.imm("index lib --format json").ok();
        assert_eq!(changes(&outcome.json())[4], missing);
        outcome
    };
    for _ in 0..2 {
        there(0).says("`[ROOT]/lib/disk` is offline: nothing is mounted there");
    }
    fs::remove_dir(sandbox.path("lib/disk")).unwrap();
    there(0).says("`[ROOT]/lib/disk` is offline");
    fs::rename(sandbox.path("unplugged"), sandbox.path("lib/disk")).unwrap();
    assert_eq!(there(0).stderr, "");
    assert_eq!(index(&sandbox, ""), [0, 0, 3, 0, 0]);
    // Now it is a folder like any other.
    fs::remove_dir_all(sandbox.path("lib/disk/x")).unwrap();
    there(1);
}

#[cfg(target_os = "linux")]
#[test]
fn a_disk_that_is_mounted_within_a_root() {
    /// A file system of its own, until it goes out of scope.
    struct Mounted(PathBuf);

    impl Mounted {
        fn at(path: PathBuf) -> Option<Self> {
            fs::create_dir_all(&path).unwrap();
            let mut mount = std::process::Command::new("mount");
            mount
                .args(["-t", "tmpfs", "-o", "size=1m", "none"])
                .arg(&path);
            let done = mount.stderr(std::process::Stdio::null()).status();
            done.is_ok_and(|status| status.success())
                .then_some(Self(path))
        }
    }

    impl Drop for Mounted {
        fn drop(&mut self) {
            let _ = std::process::Command::new("umount").arg(&self.0).status();
        }
    }

    let sandbox = Sandbox::new().photo("lib/a.jpg", "2024-03-03 09:00:00", HANGZHOU);
    let Some(disk) = Mounted::at(sandbox.path("lib/in/disk")) else {
        println!("nothing can be mounted here: a disk within a root is not tried");
        return;
    };
    sandbox.take("lib/in/disk/b.jpg", "2024-03-04 09:00:00", JIAXING);
    sandbox.take("lib/in/disk/x/c.jpg", "2024-03-05 09:00:00", UTRECHT);
    assert_eq!(index(&sandbox, "lib"), [3, 0, 0, 0, 0]);
    fs::remove_file(sandbox.path("lib/in/disk/x/c.jpg")).unwrap();
    assert_eq!(
        index(&sandbox, ""),
        [0, 0, 2, 0, 1],
        "it is there, and the file is not"
    );
    drop(disk);
    let before = sandbox.dataset_state();
    let outcome = sandbox.imm("index --format json").ok();
    outcome.says("`[ROOT]/lib/in/disk` is offline: nothing is mounted there");
    assert_eq!(changes(&outcome.json()), [0, 0, 1, 0, 1]);
    assert!(sandbox.dataset_state() == before);
    let files = sandbox.files();
    let missing: Vec<_> = (files.iter())
        .filter(|(_, file)| file["missing"] == true)
        .map(|(path, _)| path.as_str())
        .collect();
    assert_eq!(missing, ["lib/in/disk/x/c.jpg"]);
}

#[cfg(unix)]
#[test]
fn a_sidecar_that_keeps_size_and_time_but_not_its_content() {
    let xmp = |day: u32| {
        xmp(&format!(
            r#"exif:DateTimeOriginal="2024-03-{day}T09:00:00""#
        ))
    };
    let mut timeless = Shot::new("lib/a.jpg", "2024-03-03 09:00").at(8, HANGZHOU);
    timeless.content = library::Content::WithoutTime;
    let sandbox = Sandbox::new().shot(&timeless);
    let day = || text(&sandbox.files()["lib/a.jpg"]["local_date"]);
    let long_ago = std::time::SystemTime::UNIX_EPOCH;
    sandbox.write("lib/a.xmp", xmp(11));
    sandbox.set_modified("lib/a.xmp", long_ago);
    assert_eq!(index(&sandbox, "lib"), [1, 0, 0, 0, 0]);
    assert_eq!(day(), "2024-03-11");
    sandbox.write("lib/a.xmp", xmp(12));
    sandbox.set_modified("lib/a.xmp", long_ago);
    assert_eq!(index(&sandbox, ""), [0, 1, 0, 0, 0]);
    assert_eq!(day(), "2024-03-12");

    // Written just now, it may be written again without looking different.
    let racy = |sandbox: &Sandbox| {
        let dataset = sandbox.dataset_json();
        each(&dataset["folders"][0]["files"]).any(|file| file["racy"] == true)
    };
    assert!(!racy(&sandbox));
    sandbox.write("lib/a.xmp", xmp(13));
    let soon = std::time::SystemTime::now() + std::time::Duration::from_millis(1500);
    sandbox.set_modified("lib/a.xmp", soon);
    assert_eq!(index(&sandbox, ""), [0, 1, 0, 0, 0]);
    assert!(racy(&sandbox));
}

#[test]
fn a_hidden_root_is_walked() {
    let sandbox = Sandbox::new().photo(".lib/a.jpg", "2024-03-03 09:00:00", HANGZHOU);
    assert_eq!(index(&sandbox, ".lib"), [1, 0, 0, 0, 0]);
    assert_eq!(sandbox.files()[".lib/a.jpg"]["missing"], Value::Bool(false));
}
