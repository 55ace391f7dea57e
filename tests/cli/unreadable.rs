//! Files, sidecars and folders that the system does not let be read at the moment. One
//! that cannot be read now counts as it was when it could last be read, and once all can
//! be read the dataset is that of a fresh index.
#![cfg(unix)]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::os::unix::fs::{PermissionsExt, chown};
use std::path::PathBuf;
use std::process::{Command, Output};
use std::time::{Duration, SystemTime};

use serde_json::{Value, json};

use crate::library::{self, Content, Shot};
use crate::sandbox::{HANGZHOU, JIAXING, KYOTO, Numbers, Point, Sandbox, each, rounds, text, xmp};

fn dated(day: usize) -> String {
    xmp(&format!(
        r#"exif:DateTimeOriginal="2024-03-{day:02}T09:00:00""#
    ))
}

fn takeout(day: usize) -> String {
    let time = 1_709_251_200 + day * 86_400;
    json!({
        "title": "a.jpg",
        "photoTakenTime": {"timestamp": time.to_string()},
        "geoData": {"latitude": 35.0, "longitude": 135.77, "altitude": 0.0},
    })
    .to_string()
}

fn long_ago(seconds: usize) -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(1_600_000_000 + seconds as u64)
}

fn photo(day: usize, place: Option<Point>) -> Vec<u8> {
    let mut shot = Shot::new("any.jpg", &format!("2024-03-{day:02} 09:00"));
    shot.content = Content::WithoutTime;
    match place {
        Some(place) => {
            shot = shot.at(8, place);
            shot.content = Shot::new("a", "2024-03-03 09:00").content;
        }
        None => shot.position = None,
    }
    library::tiny_jpeg(&shot)
}

/// The program under a tracer that lets the nth of some calls fail that concern the
/// library. `None` where there is no tracer; otherwise whether there was an nth one.
fn failing(sandbox: &Sandbox, call: &str, nth: usize, arguments: &str) -> Option<(bool, Output)> {
    let mut command = sandbox.command_at("strace".as_ref());
    command.env("PATH", std::env::var_os("PATH").unwrap_or_default());
    command.args(["-f", "-qq", "-o", "trace", "-e", &format!("trace={call}")]);
    command.args(["-e", &format!("inject={call}:error=EIO:when={nth}")]);
    for path in [
        "lib",
        "lib/x",
        "lib/a.jpg",
        "lib/b.jpg",
        "lib/x/c.jpg",
        "lib/a.xmp",
        "lib/b.jpg.json",
    ] {
        command.arg("-P").arg(sandbox.path(path));
    }
    command.arg(env!("CARGO_BIN_EXE_imm-cluster"));
    let output = command.args(arguments.split(' ')).output();
    let Some(output) = output
        .ok()
        .filter(|output| output.status.code() != Some(1) || sandbox.path("trace").exists())
    else {
        println!("skipped: strace is not there or may not trace");
        return None;
    };
    let trace = fs::read_to_string(sandbox.path("trace")).unwrap_or_default();
    Some((trace.contains("INJECTED"), output))
}

fn small_library() -> Sandbox {
    let sandbox = Sandbox::new()
        .file("lib/a.jpg", photo(3, None))
        .file("lib/b.jpg", photo(4, None))
        .photo("lib/x/c.jpg", "2024-03-05 09:00:00", JIAXING)
        .file("lib/a.xmp", dated(11))
        .file("lib/b.jpg.json", takeout(12));
    for (i, path) in ["lib/a.jpg", "lib/b.jpg", "lib/a.xmp", "lib/b.jpg.json"]
        .iter()
        .enumerate()
    {
        sandbox.set_modified(path, long_ago(i));
    }
    sandbox
}

/// Whatever call fails once, nothing is taken for gone or for a disk, and the next index
/// makes the dataset what a fresh one is.
#[test]
fn an_error_is_no_answer() {
    let sandbox = small_library();
    sandbox.imm("index lib --dataset fresh.json").ok();
    let fresh = fs::read(sandbox.path("fresh.json")).unwrap();
    for call in ["statx", "openat", "getdents64", "pread64", "fstat"] {
        for known in [false, true] {
            for nth in 1.. {
                let _ = fs::remove_file(sandbox.path("ds.json"));
                if known {
                    fs::write(sandbox.path("ds.json"), &fresh).unwrap();
                }
                let Some((failed, output)) =
                    failing(&sandbox, call, nth, "index lib --dataset ds.json --jobs 1")
                else {
                    return;
                };
                if !failed {
                    break;
                }
                let said = String::from_utf8(output.stderr).unwrap();
                let now = fs::read_to_string(sandbox.path("ds.json")).unwrap_or_default();
                for mark in [
                    r#""mount":true"#,
                    r#""elsewhere":true"#,
                    r#""missing":true"#,
                ] {
                    assert!(!now.contains(mark), "{call} {nth}: {mark}\n{said}{now}");
                }
                assert!(!said.contains("not found"), "{call} {nth}: {said}");
                if known {
                    let lost = |name: &str| !now.contains(name);
                    assert!(
                        !["a.jpg", "b.jpg", "c.jpg", "2024-03-11"]
                            .iter()
                            .any(|it| lost(it)),
                        "{call} {nth}: {said}{now}"
                    );
                }
                sandbox.imm("index lib --dataset ds.json").ok();
                let now = read(&sandbox.path("ds.json"));
                assert_eq!(now, read(&sandbox.path("fresh.json")), "{call} {nth}");
            }
        }
    }
}

/// The same while something is to be read.
#[test]
fn an_error_while_a_change_is_read_is_tried_again() {
    let sandbox = small_library();
    sandbox.imm("index lib --dataset before.json").ok();
    let before = fs::read(sandbox.path("before.json")).unwrap();
    sandbox.write("lib/a.xmp", dated(21));
    sandbox.write("lib/b.jpg.json", takeout(22));
    sandbox.write("lib/x/c.jpg", photo(23, Some(KYOTO)));
    for (i, path) in ["lib/a.xmp", "lib/b.jpg.json", "lib/x/c.jpg"]
        .iter()
        .enumerate()
    {
        sandbox.set_modified(path, long_ago(100 + i));
    }
    let reference = |sandbox: &Sandbox| {
        fs::write(sandbox.path("fresh.json"), &before).unwrap();
        sandbox.imm("index lib --dataset fresh.json").ok();
        read(&sandbox.path("fresh.json"))
    };
    let wanted = reference(&sandbox);
    for call in ["statx", "openat", "getdents64", "pread64"] {
        for nth in 1.. {
            fs::write(sandbox.path("ds.json"), &before).unwrap();
            let Some((failed, _)) =
                failing(&sandbox, call, nth, "index lib --dataset ds.json --jobs 1")
            else {
                return;
            };
            if !failed {
                break;
            }
            sandbox.imm("index lib --dataset ds.json").ok();
            assert_eq!(read(&sandbox.path("ds.json")), wanted, "{call} {nth}");
        }
    }
}

#[test]
fn a_root_that_was_never_a_mount_point_heals() {
    let sandbox = small_library();
    sandbox.imm("index lib").ok();
    let right = sandbox.dataset_bytes();
    let spoil = || sandbox.edit_dataset(|dataset| dataset["roots"][0]["mount"] = true.into());
    for arguments in [
        "index",
        "index lib",
        "index lib/x",
        "index lib/a.jpg",
        "run lib",
    ] {
        fs::write(sandbox.dataset(), &right).unwrap();
        spoil();
        let outcome = sandbox.imm(arguments).ok();
        assert!(
            !outcome.stderr.contains("offline"),
            "{arguments}: {}",
            outcome.stderr
        );
        assert!(sandbox.dataset_json()["roots"][0]["mount"].is_null());
    }
    // A disk that is not there may leave a folder with other things in it.
    fs::write(sandbox.dataset(), &right).unwrap();
    spoil();
    fs::rename(sandbox.path("lib"), sandbox.path("unplugged")).unwrap();
    for decoy in [None, Some("lib/other.jpg"), Some("lib/a.jpg")] {
        fs::create_dir_all(sandbox.path("lib")).unwrap();
        if let Some(decoy) = decoy {
            sandbox.take(decoy, "2024-03-09 09:00:00", HANGZHOU);
        }
        let before = sandbox.dataset_state();
        let outcome = sandbox.imm("index").ok();
        outcome.says("`[ROOT]/lib` is offline: nothing is mounted there");
        assert!(sandbox.dataset_state() == before);
    }
}

#[test]
fn folders_that_never_lay_elsewhere_heal() {
    let sandbox = small_library().photo("lib/x/d.jpg", "2024-03-05 10:00:00", JIAXING);
    sandbox.take("lib/x/e.jpg", "2024-03-05 11:00:00", JIAXING);
    sandbox.imm("index lib").ok();
    sandbox.edit_dataset(|dataset| {
        for folder in dataset["folders"].as_array_mut().unwrap() {
            folder["elsewhere"] = true.into();
        }
    });
    fs::remove_file(sandbox.path("lib/x/d.jpg")).unwrap();
    fs::remove_file(sandbox.path("lib/b.jpg")).unwrap();
    let outcome = sandbox.imm("index --format json").ok();
    assert!(!outcome.stderr.contains("offline"), "{}", outcome.stderr);
    assert_eq!(outcome.json()["missing"], 2);
    let dataset = sandbox.dataset_json();
    assert!(each(&dataset["folders"]).all(|folder| folder["elsewhere"].is_null()));
}

#[test]
fn what_lies_below_an_unplugged_disk_does_not_stand_for_it() {
    let sandbox = small_library();
    sandbox.imm("index lib").ok();
    sandbox.edit_dataset(|dataset| dataset["folders"][1]["elsewhere"] = true.into());
    fs::rename(sandbox.path("lib/x"), sandbox.path("unplugged")).unwrap();
    sandbox.take("lib/x/other.jpg", "2024-03-09 09:00:00", HANGZHOU);
    for _ in 0..2 {
        let outcome = sandbox.imm("index --format json").ok();
        outcome.says("`[ROOT]/lib/x` is offline: nothing is mounted there");
        assert_eq!(outcome.json()["missing"], 0);
    }
}

#[test]
fn a_path_that_cannot_be_looked_at_is_not_said_to_be_absent() {
    let sandbox = small_library();
    let outcome = sandbox.imm("index lib lib/a.jpg/b.jpg gone").exits(1);
    outcome.says("error: cannot access `gone`: not found, `lib/a.jpg/b.jpg`: Not a directory");
    assert_eq!(sandbox.files().len(), 3);
}

/// A library of somebody who may not read everything, as root may.
struct Plain {
    sandbox: Sandbox,
    /// What changes to that user.
    before: Vec<&'static str>,
}

impl Plain {
    /// `None` where this process is root and cannot become anybody else, with a word.
    fn new() -> Option<Self> {
        let sandbox = Sandbox::new();
        fs::create_dir_all(sandbox.path("data")).unwrap();
        fs::create_dir_all(sandbox.path("lib")).unwrap();
        let mut before = Vec::new();
        if rustix::process::geteuid().is_root() {
            let become_nobody = "setpriv --reuid 65534 --regid 65534 --clear-groups";
            before = become_nobody.split(' ').collect();
            for folder in ["", "data", "lib"] {
                chown(sandbox.path(folder), Some(65534), Some(65534)).unwrap();
            }
        }
        let plain = Self { sandbox, before };
        let works = plain.command("--version").output();
        if works.is_ok_and(|output| output.status.success()) {
            return Some(plain);
        }
        println!("skipped: no user other than root can be had who may run the program");
        None
    }

    fn command(&self, arguments: &str) -> Command {
        let program = env!("CARGO_BIN_EXE_imm-cluster");
        let mut words = self.before.iter().copied().chain([program]);
        let mut command = self.sandbox.command_at(words.next().unwrap().as_ref());
        command.env("PATH", std::env::var_os("PATH").unwrap_or_default());
        command.args(words).args(arguments.split(' '));
        command
    }

    #[track_caller]
    fn run(&self, arguments: &str) {
        let output = self.command(arguments).output().unwrap();
        let said = String::from_utf8(output.stderr).unwrap();
        assert!(output.status.success(), "{arguments}: {said}");
    }

    fn open(&self, path: &str, open: bool) {
        let path = self.sandbox.path(path);
        let mode = match (open, path.is_dir()) {
            (false, _) => 0o000,
            (true, true) => 0o755,
            (true, false) => 0o644,
        };
        fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
    }

    /// What a fresh index, by the same user, makes of it.
    fn fresh(&self) -> Value {
        let _ = fs::remove_file(self.sandbox.path("data/fresh.json"));
        self.run("index lib --dataset data/fresh.json");
        read(&self.sandbox.path("data/fresh.json"))
    }

    fn ours(&self) -> Value {
        read(&self.sandbox.path("data/ds.json"))
    }
}

/// A dataset in which places and cameras stand where they are meant, since their order
/// tells of the past; and without what is to be looked at again.
fn read(path: &PathBuf) -> Value {
    let mut dataset: Value = serde_json::from_slice(&fs::read(path).unwrap()).unwrap();
    let lists = ["places", "cameras"].map(|name| dataset[name].take());
    for folder in dataset["folders"].as_array_mut().unwrap() {
        for file in folder["files"].as_array_mut().unwrap() {
            file.as_object_mut().unwrap().remove("racy");
            for (name, list) in ["place", "camera"].iter().zip(&lists) {
                if let Some(i) = file[*name].as_u64() {
                    file[*name] = list[usize::try_from(i).unwrap()].clone();
                }
            }
        }
    }
    dataset
}

/// Records that are there, by path, without what depends on other files.
fn records(dataset: &Value) -> BTreeMap<String, Value> {
    let mut records = BTreeMap::new();
    for folder in each(&dataset["folders"]) {
        for file in each(&folder["files"]).filter(|file| file["missing"] != true) {
            let mut file = file.clone();
            let fields = file.as_object_mut().unwrap();
            fields.remove("digest");
            fields.retain(|_, value| !value.is_null());
            let path = format!("lib/{}/{}", text(&folder["dir"]), text(&file["name"]));
            records.insert(path.replace("//", "/"), file);
        }
    }
    records
}

/// What is known of a file, and what of it was ever read.
#[derive(Debug, Clone)]
struct Known {
    record: Value,
    is_read: bool,
    sidecars: BTreeSet<String>,
}

/// What the dataset should hold.
type Model = BTreeMap<String, Known>;

/// What an index adds to what is known: a file that cannot be read now, or whose sidecar
/// that was read cannot be, stays as it is known. So do all in a folder that is closed.
fn learn(model: &mut Model, fresh: &Value, closed: &BTreeSet<String>) {
    let fresh = records(fresh);
    let in_closed = |path: &String| closed.iter().any(|it| path.starts_with(&format!("{it}/")));
    model.retain(|path, _| fresh.contains_key(path) || in_closed(path));
    for (path, record) in fresh {
        let is_read = record["error"].is_null() || record["mtime"] != 0;
        let sidecars = each(&record["sidecars"]);
        let (unread, read): (Vec<_>, Vec<_>) = sidecars.partition(|it| it["mtime"] == 0);
        let names = |list: Vec<&Value>| list.iter().map(|it| text(&it["name"])).collect();
        let (unread, read): (BTreeSet<String>, _) = (names(unread), names(read));
        let stays = model.get(&path).is_some_and(|known| {
            known.is_read && (!is_read || unread.iter().any(|it| known.sidecars.contains(it)))
        });
        if !stays {
            let sidecars = if is_read { read } else { BTreeSet::new() };
            let known = Known {
                record,
                is_read,
                sidecars,
            };
            model.insert(path, known);
        }
    }
}

/// Something happens to the library.
fn happen(plain: &Plain, numbers: &mut Numbers, log: &mut Vec<String>, step: usize) {
    const NAMES: [&str; 4] = ["a", "b", "c", "d"];
    const FOLDERS: [&str; 3] = ["lib", "lib/x", "lib/y"];
    let folder = FOLDERS[numbers.below(3)];
    let name = NAMES[numbers.below(4)];
    let day = 1 + numbers.below(28);
    let media = format!("{folder}/{name}.jpg");
    let sidecar = [
        format!("{folder}/{name}.xmp"),
        format!("{folder}/{name}.jpg.xmp"),
        format!("{folder}/{name}.jpg.json"),
    ][numbers.below(3)]
    .clone();
    let any = if numbers.below(2) == 0 {
        &media
    } else {
        &sidecar
    };
    let sandbox = &plain.sandbox;
    let there = |path: &str| sandbox.path(path).exists();
    let write = |path: &str, content: &[u8], time: usize| {
        sandbox.write(path, content);
        sandbox.set_modified(path, long_ago(time));
    };
    let what = match numbers.below(12) {
        0..3 => {
            let place = [None, Some(HANGZHOU), Some(KYOTO)][numbers.below(3)];
            write(&media, &photo(day, place), step);
            format!("write {media}")
        }
        3 | 4 => {
            let is_json = sidecar.ends_with("json");
            let content = if is_json { takeout(day) } else { dated(day) };
            write(&sidecar, content.as_bytes(), step);
            format!("write {sidecar}")
        }
        5 => {
            // A copy: the same bytes, and so the same time in the file.
            let other = format!(
                "{}/{}.jpg",
                FOLDERS[numbers.below(3)],
                NAMES[numbers.below(4)]
            );
            if !there(&media) || other == media {
                return;
            }
            let bytes = fs::read(sandbox.path(&media)).unwrap();
            write(&other, &bytes, step);
            format!("copy {media} {other}")
        }
        6 | 7 if there(any) => {
            plain.open(any, false);
            format!("close {any}")
        }
        8 if there(any) => {
            plain.open(any, true);
            format!("open {any}")
        }
        9 if folder != "lib" && there(folder) => {
            let open = numbers.below(2) == 0;
            plain.open(folder, open);
            format!("{} {folder}", if open { "open" } else { "close" })
        }
        10 if there(any) => {
            let ending = any.trim_start_matches(&format!("{folder}/{name}"));
            let to = format!(
                "{}/{}{ending}",
                FOLDERS[numbers.below(3)],
                NAMES[numbers.below(4)]
            );
            if to == *any || !there(to.rsplit_once('/').unwrap().0) {
                return;
            }
            fs::rename(sandbox.path(any), sandbox.path(&to)).unwrap();
            format!("move {any} {to}")
        }
        11 if there(any) => {
            fs::remove_file(sandbox.path(any)).unwrap();
            format!("remove {any}")
        }
        _ => return,
    };
    log.push(what);
}

#[test]
fn what_cannot_be_read_now_is_as_it_was() {
    for round in 0..rounds(20) {
        let Some(plain) = Plain::new() else { return };
        let mut numbers = Numbers(0x9e37_79b9 + 7_919 * round as u64);
        let mut log = vec![format!("round {round}")];
        let mut model = Model::new();
        // A root that is empty is another story.
        plain
            .sandbox
            .take("lib/always.jpg", "2024-03-01 09:00:00", HANGZHOU);
        plain
            .sandbox
            .take("lib/x/always.jpg", "2024-03-02 09:00:00", HANGZHOU);
        plain
            .sandbox
            .take("lib/y/always.jpg", "2024-03-02 09:00:00", HANGZHOU);
        for step in 0..12 {
            for _ in 0..=numbers.below(3) {
                happen(&plain, &mut numbers, &mut log, step);
            }
            log.push("index".to_owned());
            plain.run("index lib --dataset data/ds.json");
            let closed: BTreeSet<String> = ["lib/x", "lib/y"]
                .into_iter()
                .filter(|it| {
                    let mode =
                        fs::metadata(plain.sandbox.path(it)).map(|it| it.permissions().mode());
                    mode.is_ok_and(|mode| mode & 0o400 == 0)
                })
                .map(str::to_owned)
                .collect();
            learn(&mut model, &plain.fresh(), &closed);
            let wanted: BTreeMap<_, _> = model
                .iter()
                .map(|(path, known)| (path.clone(), known.record.clone()))
                .collect();
            assert_eq!(records(&plain.ours()), wanted, "{log:#?}");
            let before = fs::read(plain.sandbox.path("data/ds.json")).unwrap();
            plain.run("index lib --dataset data/ds.json");
            let again = fs::read(plain.sandbox.path("data/ds.json")).unwrap();
            assert!(
                before == again,
                "an index without news wrote the dataset: {log:#?}"
            );
        }
        for entry in walkdir::WalkDir::new(plain.sandbox.path("lib")) {
            let path = entry.unwrap().into_path();
            plain.open(path.to_str().unwrap(), true);
        }
        plain.run("index lib --dataset data/ds.json --prune --drop-evidence");
        assert_eq!(plain.ours(), plain.fresh(), "{log:#?}");
    }
}

/// A new file is not left out because its sidecar cannot be read, nor is the sidecar
/// forgotten.
#[test]
fn a_sidecar_that_cannot_be_read_yet() {
    let Some(plain) = Plain::new() else { return };
    plain.sandbox.write("lib/a.jpg", photo(3, None));
    plain.sandbox.write("lib/a.xmp", dated(11));
    for path in ["lib/a.jpg", "lib/a.xmp"] {
        plain.sandbox.set_modified(path, long_ago(0));
    }
    plain.open("lib/a.xmp", false);
    let output = plain
        .command("index lib --dataset data/ds.json --strict")
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(3));
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(
        said.contains("lib/a.xmp` could not be listed: Permission denied"),
        "{said}"
    );
    let time = || text(&records(&plain.ours())["lib/a.jpg"]["time"]);
    assert_eq!(time(), "");
    plain.open("lib/a.xmp", true);
    plain.run("index lib --dataset data/ds.json");
    assert_eq!(time(), "2024-03-11T09:00:00");
    // What was read of it stays.
    plain.open("lib/a.xmp", false);
    plain.run("index lib --dataset data/ds.json");
    assert_eq!(time(), "2024-03-11T09:00:00");
    plain.open("lib/a.xmp", true);
    plain.run("index lib --dataset data/ds.json");
    assert_eq!(plain.ours(), plain.fresh());
}
