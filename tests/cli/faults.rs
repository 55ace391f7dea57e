//! Each call of the system that a command makes fails once, or the process is killed at
//! it: the dataset is as before or whole, no file of the user's is touched, what failed is
//! said, and the same command brings everything to its end afterwards.
//!
//! A few of these in each run; `FAULTS=all` makes every call fail that every command makes.
#![cfg(unix)]

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Output;
use std::time::{Duration, SystemTime};

use serde_json::Value;

use crate::gazetteers::{Shape, geojson, rectangle};
use crate::sandbox::{HANGZHOU, JIAXING, KYOTO, Sandbox, each, text};
use crate::traced::{LIMIT, calls, is_possible, log, traced, within};
use crate::tree::{LIST, Node, Tree, difference, tree};

/// Calls of one kind, and what they can fail with.
struct Calls {
    names: &'static [&'static str],
    errors: &'static [&'static str],
    /// Whether they change what is on the disk, so that a death at them matters.
    change: bool,
}

const CALLS: [Calls; 9] = [
    Calls {
        names: &["open", "openat", "openat2", "creat"],
        errors: &["EIO", "EACCES"],
        change: true,
    },
    Calls {
        names: &["write", "pwrite64", "writev", "copy_file_range", "sendfile"],
        errors: &["EIO", "ENOSPC"],
        change: true,
    },
    Calls {
        names: &["fsync", "fdatasync"],
        errors: &["EIO"],
        change: true,
    },
    Calls {
        names: &["rename", "renameat", "renameat2"],
        errors: &["EIO"],
        change: true,
    },
    Calls {
        names: &["link", "linkat", "symlink", "symlinkat", "mkdir", "mkdirat"],
        errors: &["EIO", "ENOSPC"],
        change: true,
    },
    Calls {
        names: &[
            "unlink",
            "unlinkat",
            "rmdir",
            "ftruncate",
            "fchmod",
            "fchown",
            "utimensat",
        ],
        errors: &["EIO"],
        change: true,
    },
    Calls {
        names: &["stat", "lstat", "fstat", "statx", "newfstatat"],
        errors: &["EIO"],
        change: false,
    },
    Calls {
        names: &["getdents64", "readlink", "readlinkat", "flock"],
        errors: &["EIO"],
        change: false,
    },
    Calls {
        names: &["read", "pread64", "readv", "lseek"],
        errors: &["EIO"],
        change: false,
    },
];

/// How many calls of a command fail, and at how many it is killed, when not all are
/// wanted.
const FEW_FAULTS: usize = 24;
const FEW_KILLS: usize = 10;

/// How many are enough when all are wanted: of what is written in pieces, each is like
/// the next.
const MOST: usize = 1000;

fn all() -> bool {
    std::env::var_os("FAULTS").is_some_and(|it| it == "all")
        || std::env::var_os("SURVIVAL_ROUNDS").is_some()
}

/// Files of the user's, some of which look like the program's.
const MINE: [&str; 8] = [
    "lib/hz/note.txt",
    "lib/hz/.imm-cluster-1.tmp",
    "lib/jx/1.jpg.xmp",
    "out/.imm-cluster-1.tmp",
    "out/x.csv.tmp",
    "out/notes.txt",
    "data/imm-cluster/.imm-cluster-1.tmp",
    "data/imm-cluster/default.json.bak",
];

/// Those that come to the albums once there are some.
const MINE_IN_ALBUMS: [&str; 4] = [
    "albums/mine.txt",
    "albums/.imm-cluster-1.tmp",
    "albums/2024-03-03 Hangzhou/mine.txt",
    "albums/2024-03-03 Hangzhou/.imm-cluster-1.tmp",
];

/// A command, and what there is before it.
struct Case {
    /// What else than a library with its dataset.
    prepare: fn(&Sandbox),
    /// `CITY` stands for the id of its cluster.
    arguments: &'static str,
}

fn nothing(_: &Sandbox) {}

fn put(sandbox: &Sandbox, path: &str) {
    sandbox.write(path, format!("mine: {path}"));
    sandbox.set_modified(
        path,
        SystemTime::UNIX_EPOCH + Duration::from_hours(24 * 19_800),
    );
}

fn world() -> Sandbox {
    let sandbox = Sandbox::new()
        .photo("lib/hz/1.jpg", "2024-03-03 09:00:00", HANGZHOU)
        .photo("lib/hz/2.jpg", "2024-03-04 09:00:00", HANGZHOU)
        .photo("lib/jx/1.jpg", "2024-03-06 09:00:00", JIAXING);
    for path in MINE {
        put(&sandbox, path);
    }
    sandbox.imm("run lib --levels city").ok();
    let id = id(&sandbox, "Jiaxing");
    sandbox
        .imm_with(["clusters", "update", &id, "--title", "Tea"])
        .ok();
    sandbox
}

fn id(sandbox: &Sandbox, city: &str) -> String {
    let dataset = sandbox.dataset_json();
    let mut clusters = each(&dataset["clusters"]);
    let found = clusters.find(|cluster| cluster["address"]["city"] == city);
    text(&found.unwrap()["object_id"])
}

fn without_dataset(sandbox: &Sandbox) {
    for file in [
        "default.json",
        "default.json.lock",
        "default.json.tasks.jsonl",
    ] {
        fs::remove_file(sandbox.path("data/imm-cluster").join(file)).unwrap();
    }
}

/// A new photo, another one under the name of an old one, and one that is gone.
fn changed(sandbox: &Sandbox) {
    sandbox.take("lib/hz/3.jpg", "2024-03-05 09:00:00", HANGZHOU);
    sandbox.take("lib/hz/2.jpg", "2024-03-03 19:00:00", HANGZHOU);
    fs::remove_file(sandbox.path("lib/jx/1.jpg")).unwrap();
    sandbox.take("lib/jx/2.jpg", "2024-03-06 11:00:00", JIAXING);
}

fn gone(sandbox: &Sandbox) {
    fs::remove_file(sandbox.path("lib/hz/2.jpg")).unwrap();
    sandbox.imm("index").ok();
}

fn moved(sandbox: &Sandbox) {
    fs::rename(sandbox.path("lib"), sandbox.path("moved")).unwrap();
}

fn damaged(sandbox: &Sandbox) {
    let bytes = sandbox.dataset_bytes();
    fs::write(sandbox.dataset(), &bytes[..bytes.len() - 60]).unwrap();
}

fn quarters(sandbox: &Sandbox) {
    let quarter = Shape::new(&[("NAME", "Lakeside")], rectangle(120.0, 30.0, 120.3, 30.5));
    sandbox.write("quarters.geojson", geojson(&[quarter]));
}

fn records(sandbox: &Sandbox) {
    let record =
        r#"{"path":"a.jpg","capture_time":"2024-05-01T09:00:00+08:00","lat":30.29,"lon":120.16}"#;
    sandbox.write("records.jsonl", format!("{record}\n"));
}

/// Albums from before, with files of the user's among them.
fn albums(sandbox: &Sandbox, kind: &str) {
    sandbox
        .imm(&format!("export albums albums --link {kind}"))
        .ok();
    for path in MINE_IN_ALBUMS {
        put(sandbox, path);
    }
}

fn copies(sandbox: &Sandbox) {
    albums(sandbox, "copy");
}

fn changed_albums(sandbox: &Sandbox, kind: &str) {
    albums(sandbox, kind);
    changed(sandbox);
    sandbox.take("lib/kyoto/1.jpg", "2024-10-10 09:00:00", KYOTO);
    sandbox.imm("run lib").ok();
}

fn albums_without_cluster(sandbox: &Sandbox, kind: &str) {
    albums(sandbox, kind);
    let id = id(sandbox, "Hangzhou");
    sandbox.imm_with(["clusters", "delete", &id]).ok();
}

fn retitled(sandbox: &Sandbox) {
    albums(sandbox, "copy");
    let id = id(sandbox, "Hangzhou");
    sandbox
        .imm_with(["clusters", "update", &id, "--title", "West Lake"])
        .ok();
}

/// What a command left, with what differs from run to run made equal.
type State = BTreeMap<PathBuf, String>;

/// What a command does when nothing fails.
struct Clean {
    /// After it ran once, and twice.
    states: [State; 2],
    stdout: String,
    stderr: String,
    codes: [Option<i32>; 2],
    /// The first and the last number of each call that concerns the sandbox.
    calls: BTreeMap<String, (usize, usize)>,
    /// What the dataset knows after it ran once.
    knows: Knowledge,
}

/// What a dataset knows, without what it concludes.
#[derive(Debug, Default, Clone, PartialEq)]
struct Knowledge {
    /// Whether each is missing.
    files: BTreeMap<String, bool>,
    titles: BTreeSet<String>,
    /// What is said about the disks of each root.
    roots: BTreeMap<String, String>,
}

fn knowledge(bytes: &[u8]) -> Option<Knowledge> {
    let dataset: Value = serde_json::from_slice(bytes).ok()?;
    let mut knows = Knowledge::default();
    for folder in each(&dataset["folders"]) {
        for file in each(&folder["files"]) {
            let name = format!("{} {} {}", folder["root"], folder["dir"], file["name"]);
            knows.files.insert(name, file["missing"] == true);
        }
    }
    for cluster in each(&dataset["clusters"]) {
        knows.titles.insert(text(&cluster["title"]));
    }
    for root in each(&dataset["roots"]) {
        let disks = format!("{} {}", root["mount"], root["elsewhere"]);
        knows.roots.insert(root["id"].to_string(), disks);
    }
    Some(knows)
}

/// A dataset whose files name their places and cameras: in which order these came to be
/// known is history.
fn without_order(bytes: &[u8]) -> Vec<u8> {
    let Ok(mut dataset) = serde_json::from_slice::<Value>(bytes) else {
        return bytes.to_vec();
    };
    for (list, key) in [("places", "place"), ("cameras", "camera")] {
        let known = dataset[list].take();
        for folder in dataset["folders"].as_array_mut().into_iter().flatten() {
            for file in folder["files"].as_array_mut().into_iter().flatten() {
                let number = file[key].as_u64().and_then(|it| usize::try_from(it).ok());
                if let Some(number) = number {
                    file[key] = known[number].clone();
                }
            }
        }
        let mut sorted: Vec<String> = each(&known).map(Value::to_string).collect();
        sorted.sort();
        dataset[list] = sorted.into();
    }
    dataset.to_string().replace('}', "}\n").into_bytes()
}

/// A text without ids, times of today, numbers of processes and the like.
fn normal(sandbox: &Sandbox, bytes: &[u8]) -> String {
    let root = sandbox.path("");
    let root = root.to_str().unwrap().trim_end_matches('/');
    let text = String::from_utf8_lossy(bytes).replace(root, "[ROOT]");
    let this_year = format!("{}-", chrono::Datelike::year(&chrono::Utc::now()));
    let mut out = String::new();
    let mut rest = text.as_str();
    while let Some(first) = rest.chars().next() {
        let number = ["\"ctime\":", "\"process\":", "\"elapsed_ms\":", "(process "];
        if rest.starts_with(&this_year) {
            out.push_str("[NOW]");
            let is_of_time = |c: char| c.is_ascii_digit() || "-:. TZ".contains(c);
            rest = rest.trim_start_matches(is_of_time);
        } else if let Some(name) = number.iter().find(|name| rest.starts_with(**name)) {
            out.push_str(name);
            rest = rest[name.len()..].trim_start_matches(|c: char| c.is_ascii_digit());
        } else if is_uuid(rest) {
            out.push_str("[UUID]");
            rest = &rest[36..];
        } else if is_short_id(rest) && !out.ends_with(|c: char| c.is_ascii_alphanumeric()) {
            out.push_str("[ID]");
            rest = &rest[8..];
        } else {
            out.push(first);
            rest = &rest[first.len_utf8()..];
        }
    }
    out
}

fn is_uuid(text: &str) -> bool {
    let bytes = text.as_bytes();
    bytes.len() >= 36
        && bytes[..36].iter().enumerate().all(|(at, byte)| match at {
            8 | 13 | 18 | 23 => *byte == b'-',
            _ => byte.is_ascii_hexdigit(),
        })
}

/// The first characters of an id, as tables have them.
fn is_short_id(text: &str) -> bool {
    let len = text.bytes().take_while(u8::is_ascii_alphanumeric).count();
    len == 8 && text.bytes().take(8).all(|byte| byte.is_ascii_hexdigit())
}

fn files(sandbox: &Sandbox) -> Tree {
    let mut files = tree(&sandbox.path(""));
    files.retain(|path, _| !path.ends_with("trace.log"));
    files
}

fn state(sandbox: &Sandbox) -> State {
    let known_by_name = |path: &Path| {
        let name = path.to_string_lossy();
        name.ends_with(LIST) || name.ends_with(".lock") || name.ends_with(".tasks.jsonl")
    };
    let normal = |(path, node): (PathBuf, Node)| {
        let text = match node {
            Node::File(_) if known_by_name(&path) => "its content differs".to_owned(),
            Node::File(bytes) if path.ends_with("default.json") => {
                normal(sandbox, &without_order(&bytes))
            }
            // Ids are packed in it.
            Node::File(bytes) if path.extension().is_some_and(|it| it == "parquet") => {
                let is_whole = bytes.starts_with(b"PAR1") && bytes.ends_with(b"PAR1");
                format!("whole: {is_whole}")
            }
            Node::File(bytes) => normal(sandbox, &bytes),
            Node::Link(target) => normal(sandbox, target.as_os_str().as_encoded_bytes()),
            Node::Folder => "folder".to_owned(),
            Node::Other => "other".to_owned(),
        };
        (path, text)
    };
    // A damaged dataset that is kept twice does no harm.
    let is_second = |path: &Path| path.to_string_lossy().contains(".damaged-");
    let files = files(sandbox).into_iter();
    files
        .filter(|(path, _)| !is_second(path))
        .map(normal)
        .collect()
}

/// What there is before a command that is no work of the program's.
fn of_the_user(before: &Tree) -> Tree {
    let own = |path: &Path| {
        let name = path.to_str().unwrap();
        let in_albums = path.starts_with("albums") && !MINE_IN_ALBUMS.contains(&name);
        let by_dataset = path.starts_with("data") && !MINE.contains(&name);
        in_albums || by_dataset
    };
    let theirs = before.iter().filter(|(path, _)| !own(path));
    theirs
        .map(|(path, node)| (path.clone(), node.clone()))
        .collect()
}

/// A run of a command in a world of its own.
struct Run {
    sandbox: Sandbox,
    arguments: Vec<String>,
    before: Tree,
}

impl Run {
    fn new(case: &Case) -> Self {
        let sandbox = world();
        (case.prepare)(&sandbox);
        let arguments = case.arguments.split_whitespace();
        let arguments = arguments.map(|word| match word {
            "HANGZHOU" => id(&sandbox, "Hangzhou"),
            "JIAXING" => id(&sandbox, "Jiaxing"),
            _ => word.to_owned(),
        });
        let arguments = ["--jobs", "1"]
            .map(str::to_owned)
            .into_iter()
            .chain(arguments)
            .collect();
        Self {
            before: files(&sandbox),
            arguments,
            sandbox,
        }
    }

    fn go(&self) -> Output {
        let mut command = self.sandbox.command();
        command.args(&self.arguments);
        let output = within(LIMIT, &mut command);
        output.unwrap_or_else(|| panic!("{:?} hangs", self.arguments))
    }

    fn go_traced(&self, options: &[&str]) -> Option<Output> {
        within(LIMIT, &mut traced(&self.sandbox, options, &self.arguments))
    }

    fn dataset(&self) -> Option<Vec<u8>> {
        fs::read(self.sandbox.dataset()).ok()
    }

    fn dataset_before(&self) -> Option<&Vec<u8>> {
        let path = Path::new("data/imm-cluster/default.json");
        match self.before.get(path) {
            Some(Node::File(bytes)) => Some(bytes),
            _ => None,
        }
    }
}

fn clean(case: &Case) -> Clean {
    let run = Run::new(case);
    let names: Vec<&str> = CALLS
        .iter()
        .flat_map(|calls| calls.names)
        .copied()
        .collect();
    let trace = format!("trace=?{}", names.join(",?"));
    let output = run.go_traced(&["-y", "-e", &trace]).unwrap();
    let calls = numbers(&run.sandbox);
    let first = state(&run.sandbox);
    let knows = run.dataset().and_then(|bytes| knowledge(&bytes));
    let again = run.go();
    let clean = Clean {
        states: [first, state(&run.sandbox)],
        stdout: normal(&run.sandbox, &output.stdout),
        stderr: normal(&run.sandbox, &output.stderr),
        codes: [output.status.code(), again.status.code()],
        calls,
        knows: knows.unwrap_or_default(),
    };
    assert_eq!(
        clean.codes[0],
        Some(0),
        "{:?}: {}",
        run.arguments,
        clean.stderr
    );
    let lost = loss(&run);
    assert!(
        lost.is_empty(),
        "{:?} without a fault: {lost:#?}",
        run.arguments
    );
    clean
}

/// The number of the first call of each name that concerns the sandbox, and of the last
/// one. Those before are the loader's. Each thread counts for itself.
fn numbers(sandbox: &Sandbox) -> BTreeMap<String, (usize, usize)> {
    let root = sandbox.path("");
    let root = root.to_str().unwrap().trim_end_matches('/');
    let mut counts: HashMap<(String, String), usize> = HashMap::new();
    let mut numbers: BTreeMap<String, (usize, usize)> = BTreeMap::new();
    for call in calls(&log(sandbox)) {
        let Some((start, arguments)) = call.split_once('(') else {
            continue;
        };
        let Some((process, name)) = start.split_once(' ') else {
            continue;
        };
        let count = counts
            .entry((process.to_owned(), name.to_owned()))
            .or_default();
        *count += 1;
        // The working folder stands in each call that could begin there.
        let arguments = arguments.replace(&format!("AT_FDCWD<{root}>"), "");
        let ours = arguments.contains(root)
            || arguments.starts_with(", \"") && !arguments.starts_with(", \"/");
        let is_output = arguments.starts_with("1<") || arguments.starts_with("2<");
        if let Some((_, last)) = numbers.get_mut(name) {
            *last = (*last).max(*count);
        } else if ours || is_output {
            numbers.insert(name.to_owned(), (*count, *count));
        }
    }
    numbers
}

/// What happens at which call.
struct Fault {
    call: String,
    nth: usize,
    /// An error, or the end of the process.
    error: Option<&'static str>,
}

impl Fault {
    fn inject(&self) -> String {
        let what = match self.error {
            Some(error) => format!("error={error}"),
            None => "signal=KILL".to_owned(),
        };
        format!("inject={}:{what}:when={}", self.call, self.nth)
    }
}

/// The faults of a command: all of them, or so many that are spread over it.
fn faults(clean: &Clean, kill: bool, few: usize, offset: usize) -> Vec<Fault> {
    let mut faults = Vec::new();
    for kind in CALLS.iter().filter(|kind| kind.change || !kill) {
        for name in kind.names {
            let Some((first, last)) = clean.calls.get(*name) else {
                continue;
            };
            for nth in *first..=*last {
                // Each error in turn, when not all are wanted.
                let turn = nth % kind.errors.len();
                let errors = match (kill, all()) {
                    (true, _) => vec![None],
                    (false, true) => kind.errors.iter().copied().map(Some).collect(),
                    (false, false) => vec![Some(kind.errors[turn])],
                };
                faults.extend(errors.into_iter().map(|error| Fault {
                    call: (*name).to_owned(),
                    nth,
                    error,
                }));
            }
        }
    }
    let few = if all() { MOST } else { few };
    let stride = faults.len().div_ceil(few).max(1);
    let numbered = faults.into_iter().enumerate();
    numbered
        .filter(|(number, _)| number % stride == offset % stride)
        .map(|(_, fault)| fault)
        .collect()
}

/// Words of which one says that something failed.
const WORDS: [&str; 7] = [
    "error",
    "warning",
    "cannot",
    "failed",
    "could not",
    "was kept",
    "not read",
];

/// What is wrong after a fault, if anything.
fn judge(case: &Case, clean: &Clean, fault: &Fault) -> Vec<String> {
    let run = Run::new(case);
    let mut wrong = Vec::new();
    let Some(output) = run.go_traced(&[
        "-e",
        &format!("trace={}", fault.call),
        "-e",
        &fault.inject(),
    ]) else {
        return vec!["it hangs".to_owned()];
    };
    let stderr = normal(&run.sandbox, &output.stderr);
    let stdout = normal(&run.sandbox, &output.stdout);
    let code = output.status.code();
    let now = state(&run.sandbox);
    match (code, fault.error) {
        // The loader of programs failed, before anything was done.
        (Some(127), _) => return wrong,
        (None | Some(0), None) => {}
        (None | Some(101), _) => wrong.push(format!("it died: {code:?} {stderr}")),
        (Some(0), Some(_)) => {
            let is_same = now == clean.states[0] && stdout == clean.stdout;
            let old: BTreeSet<&str> = clean.stderr.lines().collect();
            let new = stderr.lines().filter(|line| !old.contains(line));
            let is_said = new
                .into_iter()
                .any(|line| WORDS.iter().any(|word| line.contains(word)));
            if !(is_same || is_said) {
                let differs = unlike(&clean.states[0], &now);
                wrong.push(format!(
                    "it failed in silence: {differs:#?}\n{stdout}{stderr}"
                ));
            }
        }
        (Some(_), _) => {
            let is_output = ["write", "writev"].contains(&fault.call.as_str());
            if stderr.is_empty() && !is_output {
                wrong.push(format!("it says nothing: {code:?}"));
            }
        }
    }
    if stderr.contains("panicked") {
        wrong.push(format!("it panicked: {stderr}"));
    }
    wrong.extend(loss(&run));
    wrong.extend(harm(&run, clean, &now));
    // The same again, and all is as if nothing had been.
    let again = run.go();
    if !clean.codes.contains(&again.status.code()) {
        let stderr = String::from_utf8_lossy(&again.stderr);
        wrong.push(format!("afterwards: {:?} {stderr}", again.status.code()));
    }
    let end = state(&run.sandbox);
    if !clean.states.contains(&end) {
        let differs = unlike(&clean.states[0], &end);
        wrong.push(format!("afterwards it is not as it would be: {differs:#?}"));
    }
    wrong.extend(loss(&run));
    wrong
}

/// What differs between two states, from where it differs.
fn unlike(wanted: &State, is: &State) -> Vec<String> {
    let paths: BTreeSet<&PathBuf> = wanted.keys().chain(is.keys()).collect();
    let differ = paths
        .into_iter()
        .filter(|path| wanted.get(*path) != is.get(*path));
    let show = |text: Option<&String>, at: usize| match text {
        None => "nothing".to_owned(),
        Some(text) if text.contains('\u{fffd}') => "bytes".to_owned(),
        Some(text) => format!("…{}", text.chars().skip(at).take(160).collect::<String>()),
    };
    differ
        .map(|path| {
            let (is, wanted) = (is.get(path), wanted.get(path));
            let common = is.zip(wanted).map_or(0, |(is, wanted)| {
                let both = is.chars().zip(wanted.chars());
                both.take_while(|(one, other)| one == other).count()
            });
            let from = common.saturating_sub(40);
            let path = path.display();
            format!("{path}: {}, not {}", show(is, from), show(wanted, from))
        })
        .collect()
}

/// Files of the user's that are not as they were. Those among the albums go with their
/// album when that gets another name.
fn loss(run: &Run) -> Vec<String> {
    let (in_albums, theirs): (Tree, Tree) = of_the_user(&run.before)
        .into_iter()
        .partition(|(path, _)| path.starts_with("albums"));
    let all = files(&run.sandbox);
    let mut now = all.clone();
    now.retain(|path, _| theirs.contains_key(path));
    let changed = difference(&theirs, &now);
    let is_there = |path: &Path, node: &Node| {
        let name = path.file_name().unwrap();
        let mut albums = all.iter().filter(|(path, _)| path.starts_with("albums"));
        albums.any(|(other, now)| now == node && other.ends_with(name))
    };
    let missing = in_albums
        .iter()
        .filter(|(path, node)| !is_there(path, node));
    let missing = missing.map(|(path, _)| format!("{} is gone", path.display()));
    // What only an album had, it has still, or some other file does.
    let anywhere: BTreeSet<&[u8]> = all.values().filter_map(bytes).collect();
    let own = |path: &Path| path.starts_with("data") || path.ends_with(LIST);
    let lost = run.before.iter().filter(|(path, node)| {
        !own(path) && bytes(node).is_some_and(|bytes| !anywhere.contains(bytes))
    });
    let lost = lost.map(|(path, _)| format!("{} is nowhere any more", path.display()));
    changed.into_iter().chain(missing).chain(lost).collect()
}

fn bytes(node: &Node) -> Option<&[u8]> {
    match node {
        Node::File(bytes) => Some(bytes),
        _ => None,
    }
}

/// What is wrong with the dataset.
fn harm(run: &Run, clean: &Clean, now: &State) -> Vec<String> {
    let mut wrong = Vec::new();
    let (before, bytes) = (run.dataset_before(), run.dataset());
    let path = Path::new("data/imm-cluster/default.json");
    if before == bytes.as_ref() || now.get(path) == clean.states[0].get(path) {
        return wrong;
    }
    let Some(bytes) = bytes else {
        return vec!["the dataset is gone".to_owned()];
    };
    let Some(knows) = knowledge(&bytes) else {
        return vec!["the dataset is broken".to_owned()];
    };
    let mut status = run.sandbox.command();
    let status = within(LIMIT, status.arg("status"));
    if !status.is_some_and(|output| output.status.success()) {
        wrong.push("the dataset cannot be read".to_owned());
    }
    let knew = before
        .and_then(|bytes| knowledge(bytes))
        .unwrap_or_default();
    for (file, missing) in &knew.files {
        let is = knows.files.get(file);
        let may_be = [Some(missing), clean.knows.files.get(file)];
        if !may_be.contains(&is) {
            wrong.push(format!(
                "{file} was known, missing {missing}, and is now {is:?}"
            ));
        }
    }
    for title in knew.titles.intersection(&clean.knows.titles) {
        if !knows.titles.contains(title) {
            wrong.push(format!("the title {title} is lost"));
        }
    }
    for (root, disks) in &knows.roots {
        let may_be = [knew.roots.get(root), clean.knows.roots.get(root)];
        if !may_be.contains(&Some(disks)) {
            wrong.push(format!("root {root} is said to be {disks}"));
        }
    }
    wrong
}

/// Lets calls of a command fail, or kills it at them.
#[track_caller]
fn survives(name: &str, case: &Case, kill: bool) {
    if !is_possible() {
        return;
    }
    let clean = clean(case);
    let few = if kill { FEW_KILLS } else { FEW_FAULTS };
    // Another part of them for each command.
    let offset = name.bytes().map(usize::from).sum();
    let faults = faults(&clean, kill, few, offset);
    let wrong = |fault: &Fault| {
        let inject = fault.inject();
        let wrong = judge(case, &clean, fault).into_iter();
        wrong.map(move |wrong| format!("{inject}: {wrong}"))
    };
    let report: Vec<String> = faults.iter().flat_map(wrong).collect();
    println!("{name}: {} faults", faults.len());
    assert!(
        report.is_empty(),
        "{}\n{}",
        case.arguments,
        report.join("\n")
    );
}

macro_rules! commands {
    ($($(#[$only:meta])? $name:ident: $arguments:literal after $prepare:expr;)*) => {
        mod failing {
            $(
                $(#[$only])?
                #[test]
                fn $name() {
                    let case = super::Case { prepare: $prepare, arguments: $arguments };
                    super::survives(stringify!($name), &case, false);
                }
            )*
        }
        mod killed {
            $(
                $(#[$only])?
                #[test]
                fn $name() {
                    let case = super::Case { prepare: $prepare, arguments: $arguments };
                    super::survives(stringify!($name), &case, true);
                }
            )*
        }
    };
}

commands! {
    index_new: "index lib" after super::without_dataset;
    index_changed: "index" after super::changed;
    index_prune: "index --prune" after super::gone;
    index_records: "index --from-json records.jsonl" after super::records;
    run: "run --gap-days 2" after super::nothing;
    run_path: "run lib" after super::changed;
    clusters_update: "clusters update HANGZHOU --title Lake" after super::nothing;
    clusters_delete: "clusters delete HANGZHOU" after super::nothing;
    clusters_merge: "clusters merge HANGZHOU JIAXING" after super::nothing;
    clusters_split: "clusters split HANGZHOU --at 2024-03-04" after super::nothing;
    files_set: "files set lib/hz/1.jpg --time 2024-03-05T10:00:00" after super::nothing;
    forget: "forget lib/hz/1.jpg" after super::nothing;
    roots_move: "roots move lib moved" after super::moved;
    roots_remove: "roots remove lib" after super::nothing;
    recover: "recover" after super::damaged;
    tasks_list: "tasks list --format json" after super::nothing;
    places_add: "places add Home 30.2936,120.1614" after super::nothing;
    albums_symbolic: "export albums albums --link symbolic" after super::nothing;
    albums_hard: "export albums albums --link hard" after super::nothing;
    albums_copy: "export albums albums --link copy" after super::nothing;
    albums_symbolic_changed: "export albums albums --link symbolic" after |it| super::changed_albums(it, "symbolic");
    albums_hard_changed: "export albums albums --link hard" after |it| super::changed_albums(it, "hard");
    albums_copy_changed: "export albums albums --link copy" after |it| super::changed_albums(it, "copy");
    albums_symbolic_deleted: "export albums albums --link symbolic" after |it| super::albums_without_cluster(it, "symbolic");
    albums_hard_deleted: "export albums albums --link hard" after |it| super::albums_without_cluster(it, "hard");
    albums_copy_deleted: "export albums albums --link copy" after |it| super::albums_without_cluster(it, "copy");
    albums_other_kind: "export albums albums --link symbolic" after super::copies;
    albums_renamed: "export albums albums --link copy" after super::retitled;
    xmp: "export xmp" after super::nothing;
    csv: "export csv --output out/x.csv" after super::nothing;
    geojson: "export geojson --files --output out/x.json" after super::nothing;
    #[cfg(feature = "parquet")]
    parquet: "export parquet --files --output out/x.parquet" after super::nothing;
    report: "report --output out/x.html" after super::nothing;
    gazetteer: "gazetteer import quarters.geojson --property district=NAME" after super::quarters;
    man: "man --output man" after super::nothing;
}
