//! A folder with files, the program run in it, and what it answered.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, SystemTime};

use serde_json::Value;
use tempfile::TempDir;

use crate::library::{self, Shot};

/// Degrees north and east.
pub(crate) type Point = (f64, f64);

pub(crate) const HANGZHOU: Point = (30.2936, 120.1614);
pub(crate) const JIAXING: Point = (30.7522, 120.7500);
pub(crate) const KYOTO: Point = (35.0037, 135.7750);
pub(crate) const UTRECHT: Point = (52.0907, 5.1214);

/// Marsaglia's xorshift: the same numbers in every run.
pub(crate) struct Numbers(pub(crate) u64);

impl Numbers {
    pub(crate) fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % bound as u64).unwrap()
    }
}

/// How often something is to be survived: a few times, or as often as
/// `SURVIVAL_ROUNDS` says.
pub(crate) fn rounds(few: usize) -> usize {
    let rounds = std::env::var("SURVIVAL_ROUNDS");
    rounds.ok().and_then(|n| n.parse().ok()).unwrap_or(few)
}

/// A sidecar with one description that has these attributes.
pub(crate) fn xmp(attributes: &str) -> String {
    format!(
        r#"<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about="" xmlns:exif="http://ns.adobe.com/exif/1.0/" {attributes}/></rdf:RDF></x:xmpmeta>"#
    )
}

/// A temporary folder that is home, working folder and place for datasets at once.
pub(crate) struct Sandbox {
    root: PathBuf,
    _folder: TempDir,
}

impl Sandbox {
    pub(crate) fn new() -> Self {
        let folder = tempfile::Builder::new()
            .prefix("imm-cluster-")
            .tempdir()
            .unwrap();
        let root = fs::canonicalize(folder.path()).unwrap();
        Self {
            root,
            _folder: folder,
        }
    }

    /// With a file of that content, and the folders that it lies in.
    pub(crate) fn file(self, path: impl AsRef<Path>, content: impl AsRef<[u8]>) -> Self {
        self.write(path, content);
        self
    }

    /// With a real JPEG file that tells its time, its offset and its position.
    pub(crate) fn photo(self, path: &str, local: &str, place: Point) -> Self {
        self.take(path, local, place);
        self
    }

    pub(crate) fn shot(self, shot: &Shot) -> Self {
        self.write(&shot.path, library::tiny_jpeg(shot));
        self.set_modified(&shot.path, shot.modified());
        self
    }

    /// With records as JSON Lines.
    pub(crate) fn records(self, path: &str, records: &[Value]) -> Self {
        self.file(path, lines(records))
    }

    pub(crate) fn path(&self, path: impl AsRef<Path>) -> PathBuf {
        self.root.join(path)
    }

    pub(crate) fn write(&self, path: impl AsRef<Path>, content: impl AsRef<[u8]>) {
        let path = self.path(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
    }

    /// A photo by a camera that knows the zone of its place.
    pub(crate) fn take(&self, path: &str, local: &str, place: Point) {
        let shot = Shot::new(path, local).at(offset_of(place), place);
        self.write(path, library::tiny_jpeg(&shot));
        self.set_modified(path, shot.modified());
    }

    pub(crate) fn set_modified(&self, path: impl AsRef<Path>, time: SystemTime) {
        let file = File::options().write(true).open(self.path(path)).unwrap();
        file.set_modified(time).unwrap();
    }

    /// The dataset that is used when none is named.
    pub(crate) fn dataset(&self) -> PathBuf {
        self.path("data/imm-cluster/default.json")
    }

    pub(crate) fn dataset_bytes(&self) -> Vec<u8> {
        fs::read(self.dataset()).unwrap()
    }

    pub(crate) fn dataset_json(&self) -> Value {
        serde_json::from_slice(&self.dataset_bytes()).unwrap()
    }

    pub(crate) fn edit_dataset(&self, edit: impl FnOnce(&mut Value)) {
        let mut dataset = self.dataset_json();
        edit(&mut dataset);
        fs::write(self.dataset(), serde_json::to_vec(&dataset).unwrap()).unwrap();
    }

    /// What a rewrite would change: content and modification time.
    pub(crate) fn dataset_state(&self) -> (Vec<u8>, SystemTime) {
        let modified = fs::metadata(self.dataset()).unwrap().modified().unwrap();
        (self.dataset_bytes(), modified)
    }

    /// Replaces the content of every indexed file so that only reading it can
    /// show: size and times are as the dataset has them, for which the change
    /// time, which nobody can set, is corrected in the dataset.
    pub(crate) fn poison(&self) {
        self.edit_dataset(|dataset| {
            let roots: BTreeMap<u64, PathBuf> = each(&dataset["roots"])
                .map(|root| {
                    let path = root["path"].as_str().unwrap_or_default();
                    (root["id"].as_u64().unwrap(), path.into())
                })
                .collect();
            for folder in dataset["folders"].as_array_mut().unwrap() {
                let root = &roots[&folder["root"].as_u64().unwrap()];
                let dir = root.join(folder["dir"].as_str().unwrap());
                for file in folder["files"].as_array_mut().unwrap() {
                    let path = dir.join(file["name"].as_str().unwrap());
                    let old = fs::metadata(&path).unwrap();
                    let size = usize::try_from(old.len()).unwrap();
                    fs::write(&path, vec![b'x'; size]).unwrap();
                    self.set_modified(&path, old.modified().unwrap());
                    if let Some(ctime) = change_time(&path) {
                        file["ctime"] = ctime.into();
                    }
                }
            }
        });
    }

    /// The program with these arguments, written as on a command line without
    /// quotes.
    pub(crate) fn imm(&self, arguments: &str) -> Call<'_> {
        self.imm_with(arguments.split_whitespace())
    }

    pub(crate) fn imm_with(
        &self,
        arguments: impl IntoIterator<Item = impl AsRef<OsStr>>,
    ) -> Call<'_> {
        let mut command = self.command();
        command.args(arguments);
        Call {
            command: assert_cmd::Command::from_std(command),
            sandbox: self,
        }
    }

    /// The bare program in the surroundings of every test.
    pub(crate) fn command(&self) -> Command {
        self.command_at(Path::new(env!("CARGO_BIN_EXE_imm-cluster")))
    }

    pub(crate) fn command_at(&self, program: &Path) -> Command {
        let mut command = Command::new(program);
        command
            .current_dir(&self.root)
            .env_clear()
            .env("TZ", "UTC")
            .env("COLUMNS", "100")
            // No test opens a window.
            .env("BROWSER", "true")
            .env("HOME", self.path("home"))
            .env("XDG_DATA_HOME", self.path("data"));
        command
    }

    /// The clusters of `clusters list`, one line each.
    pub(crate) fn clusters(&self) -> Vec<String> {
        summaries(&self.imm("clusters list --format json").ok().json())
    }

    /// The ids of `clusters list`, by the lines of [`Self::clusters`].
    pub(crate) fn ids(&self) -> BTreeMap<String, String> {
        let clusters = self.imm("clusters list --format json").ok().json();
        each(&clusters)
            .map(|cluster| (summary(cluster), text(&cluster["object_id"])))
            .collect()
    }

    /// What `files list` tells of each file, by the path below the sandbox.
    pub(crate) fn files(&self) -> BTreeMap<String, Value> {
        let files = self.imm("files list --format json").ok().json();
        let below = format!("{}/", self.root.display());
        each(&files)
            .map(|file| {
                let path = text(&file["path"]);
                (
                    path.strip_prefix(&below).unwrap_or(&path).to_owned(),
                    file.clone(),
                )
            })
            .collect()
    }

    /// A text with the names that differ from run to run made equal.
    fn normalised(&self, text: &str) -> String {
        let mut text = text.replace(self.root.to_str().unwrap(), "[ROOT]");
        let dataset = fs::read(self.dataset()).unwrap_or_default();
        let dataset: Value = serde_json::from_slice(&dataset).unwrap_or_default();
        for cluster in each(&dataset["clusters"]) {
            let id = cluster["object_id"].as_str().unwrap_or_default();
            let uuid = id.trim_start_matches("location-date-cluster-");
            text = text.replace(uuid, "[UUID]");
            if let Some(short) = uuid.get(..8) {
                text = text.replace(short, "--ID----");
            }
        }
        text
    }
}

/// A command line that is ready to be run.
pub(crate) struct Call<'a> {
    command: assert_cmd::Command,
    sandbox: &'a Sandbox,
}

impl Call<'_> {
    pub(crate) fn env(mut self, name: &str, value: impl AsRef<OsStr>) -> Self {
        self.command.env(name, value);
        self
    }

    pub(crate) fn stdin(mut self, input: impl Into<Vec<u8>>) -> Self {
        self.command.write_stdin(input);
        self
    }

    /// Runs it, and wants it done.
    pub(crate) fn ok(self) -> Outcome {
        self.exits(0)
    }

    /// Runs it, and wants that exit status.
    #[track_caller]
    pub(crate) fn exits(mut self, status: i32) -> Outcome {
        self.command.timeout(Duration::from_mins(5));
        let output = self.command.output().unwrap();
        let text = |bytes: Vec<u8>| self.sandbox.normalised(&String::from_utf8(bytes).unwrap());
        let raw = output.stdout.clone();
        let outcome = Outcome {
            raw,
            stdout: text(output.stdout),
            stderr: text(output.stderr),
        };
        assert_eq!(
            output.status.code(),
            Some(status),
            "{}\n{}{}",
            self.sandbox.normalised(&format!("{:?}", self.command)),
            outcome.stdout,
            outcome.stderr
        );
        outcome
    }
}

/// What the program answered.
pub(crate) struct Outcome {
    raw: Vec<u8>,
    /// Normalised.
    pub(crate) stdout: String,
    /// Normalised.
    pub(crate) stderr: String,
}

impl Outcome {
    #[track_caller]
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.raw)
            .unwrap_or_else(|error| panic!("{error} in {}", self.stdout))
    }

    #[track_caller]
    pub(crate) fn ndjson(&self) -> Vec<Value> {
        let parse = |line: &str| {
            serde_json::from_str(line).unwrap_or_else(|error| panic!("{error} in {line}"))
        };
        str::from_utf8(&self.raw)
            .unwrap()
            .lines()
            .map(parse)
            .collect()
    }

    #[track_caller]
    pub(crate) fn says(&self, part: &str) {
        assert!(
            self.stderr.contains(part),
            "`{part}` is wanted in:\n{}",
            self.stderr
        );
    }

    /// A table of clusters without their ids, which differ each time.
    pub(crate) fn places(&self) -> String {
        let without_id = |line: &str| {
            let end = line.trim_end().rfind(' ').unwrap_or(line.len());
            line[..end].trim_end().to_owned() + "\n"
        };
        self.stdout.lines().map(without_id).collect()
    }

    /// Both streams, told apart.
    pub(crate) fn both(&self) -> String {
        format!("{}---\n{}", self.stdout, self.stderr)
    }
}

/// The change time in microseconds, where the system has one.
#[cfg(unix)]
fn change_time(path: &Path) -> Option<i64> {
    use std::os::unix::fs::MetadataExt;
    let metadata = fs::metadata(path).ok()?;
    Some(metadata.ctime() * 1_000_000 + metadata.ctime_nsec() / 1000)
}

#[cfg(not(unix))]
fn change_time(_: &Path) -> Option<i64> {
    None
}

/// Hours that the winter clock of a place is ahead of UTC.
fn offset_of((_, lon): Point) -> i32 {
    match lon {
        130.0..150.0 => 9,
        100.0..130.0 => 8,
        _ => 1,
    }
}

/// What a program of the system says that is run without a terminal, on both streams;
/// `None` where it is not installed and need not be.
///
/// # Panics
/// When it fails, and in CI, where `IMM_CLUSTER_READERS` is `required`, when it is not
/// there.
#[track_caller]
pub(crate) fn run_tool(program: &str, arguments: &[&str]) -> Option<String> {
    let required = std::env::var_os("IMM_CLUSTER_READERS").is_some_and(|it| it == "required");
    match Command::new(program).args(arguments).output() {
        Ok(output) => {
            let said = [output.stdout, output.stderr].concat();
            let said = String::from_utf8(said).unwrap();
            assert!(output.status.success(), "{program}: {said}");
            Some(said)
        }
        Err(error) => {
            assert!(!required, "{program}: {error}");
            println!("skipped: {program} {error}");
            None
        }
    }
}

/// The elements of an array.
pub(crate) fn each(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

pub(crate) fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

pub(crate) fn lines(records: &[Value]) -> String {
    let mut lines: Vec<String> = records.iter().map(Value::to_string).collect();
    lines.push(String::new());
    lines.join("\n")
}

/// `city Hangzhou 2024-03-03..2024-03-05, 3 days, 3 active, 6 files`.
pub(crate) fn summary(cluster: &Value) -> String {
    let level = cluster["level"].as_str().unwrap();
    format!(
        "{level} {} {}..{}, {} days, {} active, {} files",
        text(&cluster["address"][level]),
        text(&cluster["start_date"]),
        text(&cluster["end_date"]),
        cluster["days"],
        cluster["active_days"],
        cluster["files"]
    )
}

pub(crate) fn summaries(clusters: &Value) -> Vec<String> {
    each(clusters).map(summary).collect()
}

/// Numbers of a report, in this order.
pub(crate) fn counts<const N: usize>(report: &Value, names: [&str; N]) -> [u64; N] {
    names.map(|name| {
        report[name]
            .as_u64()
            .unwrap_or_else(|| panic!("no `{name}` in {report}"))
    })
}

/// `added`, `updated`, `unchanged`, `failed`, `missing` of `index --format json`.
pub(crate) fn changes(report: &Value) -> [u64; 5] {
    let numbers = counts(
        report,
        [
            "scanned",
            "added",
            "updated",
            "unchanged",
            "failed",
            "missing",
        ],
    );
    let [scanned, added, updated, unchanged, failed, missing] = numbers;
    assert_eq!(scanned, added + updated + unchanged + failed, "{report}");
    [added, updated, unchanged, failed, missing]
}
