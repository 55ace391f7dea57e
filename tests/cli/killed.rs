//! Processes that are killed, cut off from power, or started all at once: what was
//! acknowledged is there, and the dataset is whole.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::sandbox::{HANGZHOU, JIAXING, Numbers, Sandbox, each, lines, rounds, text};

/// A moment of a process that takes so long; every other one is in its last third,
/// where it saves.
fn moment(numbers: &mut Numbers, duration: Duration) -> Duration {
    let permille = u32::try_from(numbers.below(1000)).unwrap();
    let permille = if permille.is_multiple_of(2) {
        permille
    } else {
        667 + permille / 3
    };
    duration * permille / 1000
}

/// What the program has acknowledged about a dataset.
#[derive(Default)]
struct Acknowledged {
    files: BTreeSet<String>,
    title: Option<String>,
    tasks: BTreeSet<String>,
}

/// A folder that gets a photo a round, and a dataset that must not lose any.
struct Ordeal {
    sandbox: Sandbox,
    dataset: String,
    taken: BTreeSet<String>,
    known: Acknowledged,
}

impl Ordeal {
    fn new(dataset: &str) -> Self {
        let sandbox = Sandbox::new();
        let mut ordeal = Self {
            dataset: sandbox.path(dataset).to_str().unwrap().to_owned(),
            sandbox,
            taken: BTreeSet::new(),
            known: Acknowledged::default(),
        };
        for _ in 0..20 {
            ordeal.take_photo();
        }
        ordeal
    }

    fn take_photo(&mut self) {
        let n = self.taken.len();
        let name = format!("{n}.jpg");
        let time = format!("2024-{:02}-{:02} 09:00:00", 1 + n / 28 % 12, 1 + n % 28);
        let place = if n.is_multiple_of(2) {
            HANGZHOU
        } else {
            JIAXING
        };
        self.sandbox.take(&format!("lib/{name}"), &time, place);
        self.taken.insert(name);
    }

    /// One of the commands that write, in turn.
    fn command(&self, round: usize) -> (Command, Deed) {
        let mut command = self.sandbox.command();
        command.args(["--dataset", &self.dataset, "--format", "json"]);
        let title = || Some((self.first_id()?, format!("Title {round}")));
        let deed = match (round % 4, title()) {
            (0, _) => {
                command.args(["index", "lib"]);
                Deed::Index(self.taken.clone())
            }
            (1, Some((id, title))) => {
                command.args(["clusters", "update", &id, "--title", &title]);
                Deed::Title(title)
            }
            (2, _) => {
                command.args(["run", "--gap-days", &(round % 8 / 4).to_string()]);
                Deed::Run(BTreeSet::new())
            }
            _ => {
                command.args(["run", "lib"]);
                Deed::Run(self.taken.clone())
            }
        };
        command.stdin(Stdio::null()).stderr(Stdio::null());
        (command, deed)
    }

    fn first_id(&self) -> Option<String> {
        let dataset = self.read()?;
        let id = dataset["clusters"][0]["object_id"].as_str()?;
        Some(id.to_owned())
    }

    fn acknowledge(&mut self, deed: Deed, answer: &[u8]) {
        match deed {
            Deed::Index(files) => self.known.files.extend(files),
            Deed::Title(title) => self.known.title = Some(title),
            Deed::Run(files) => {
                self.known.files.extend(files);
                let answer: Value = serde_json::from_slice(answer).unwrap();
                self.known.tasks.insert(text(&answer["task_id"]));
            }
        }
    }

    /// The dataset as its file has it. It need not be there before anything was
    /// acknowledged.
    fn read(&self) -> Option<Value> {
        let bytes = fs::read(&self.dataset).ok()?;
        Some(serde_json::from_slice(&bytes).unwrap())
    }

    #[track_caller]
    fn holds(&self, round: usize) {
        let dataset = self.read().unwrap_or_default();
        let files: BTreeSet<String> = each(&dataset["folders"])
            .flat_map(|folder| each(&folder["files"]))
            .map(|file| text(&file["name"]))
            .collect();
        let lost: Vec<_> = self.known.files.difference(&files).collect();
        assert!(lost.is_empty(), "round {round}: {lost:?} lost");
        if let Some(title) = &self.known.title {
            let titles = each(&dataset["clusters"]).map(|cluster| text(&cluster["title"]));
            // A later one that was not acknowledged may be there as well.
            let number = |title: &str| title.trim_start_matches("Title ").parse::<u64>().ok();
            let latest = titles.filter_map(|title| number(&title)).max();
            assert!(latest >= number(title), "round {round}: {title} lost");
        }
        let journal = fs::read_to_string(format!("{}.tasks.jsonl", self.dataset));
        let journal = journal.unwrap_or_default();
        for task in &self.known.tasks {
            assert!(journal.contains(task), "round {round}: {task} lost");
        }
    }

    /// What a killed process may leave behind.
    fn orphans(&self) -> usize {
        [".tmp", ".tasks.jsonl.tmp"]
            .into_iter()
            .filter(|suffix| Path::new(&format!("{}{suffix}", self.dataset)).exists())
            .count()
    }
}

/// What a command does when it is let.
enum Deed {
    Index(BTreeSet<String>),
    Title(String),
    Run(BTreeSet<String>),
}

/// How long each command takes when nobody disturbs it.
fn measure(ordeal: &mut Ordeal) -> [Duration; 4] {
    [0, 1, 2, 3].map(|round| {
        let mut shortest = Duration::MAX;
        for _ in 0..2 {
            ordeal.take_photo();
            let (mut command, deed) = ordeal.command(round);
            let started = Instant::now();
            let output = command.output().unwrap();
            shortest = shortest.min(started.elapsed());
            assert!(output.status.success());
            ordeal.acknowledge(deed, &output.stdout);
        }
        shortest
    })
}

#[test]
fn killed_at_any_moment() {
    let mut ordeal = Ordeal::new("ds.json");
    let durations = measure(&mut ordeal);
    let mut numbers = Numbers(0x9E37_79B9_7F4A_7C15);
    let (mut killed, mut orphans) = (0, 0);
    for round in 0..rounds(60) {
        ordeal.take_photo();
        let (mut command, deed) = ordeal.command(round);
        let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
        sleep(moment(&mut numbers, durations[round % 4]));
        child.kill().unwrap();
        let output = child.wait_with_output().unwrap();
        if output.status.success() {
            ordeal.acknowledge(deed, &output.stdout);
        } else {
            assert_eq!(output.status.code(), None, "killed, and nothing else");
            killed += 1;
        }
        ordeal.holds(round);
        orphans += ordeal.orphans();
        if round % 5 == 4 {
            // Nothing is new, so that nothing is saved.
            let run = format!("run --dataset {}", ordeal.dataset);
            ordeal.sandbox.imm(&run).ok();
            assert_eq!(ordeal.orphans(), 0, "round {round}");
        }
    }
    println!("{killed} killed, {orphans} temporary files left behind and swept");
    assert!(killed > 0);
    let index = format!("index lib --dataset {}", ordeal.dataset);
    ordeal.sandbox.imm(&index).ok();
    ordeal.known.files.clone_from(&ordeal.taken);
    ordeal.holds(usize::MAX);
}

#[test]
fn what_a_killed_process_left_is_swept_even_when_nothing_is_new() {
    let sandbox = Sandbox::new().photo("lib/a.jpg", "2024-03-03 09:00:00", HANGZHOU);
    sandbox.imm("run lib").ok();
    let orphans = ["01", "ef"].map(|end| format!("data/imm-cluster/.imm-cluster-{end:0>32}.tmp"));
    for orphan in &orphans {
        sandbox.write(orphan, "half of it");
    }
    sandbox.write("data/imm-cluster/default.json.lock", "run (process 1)\n");
    let before = sandbox.dataset_state();
    sandbox.imm("index").ok();
    assert!(sandbox.dataset_state() == before);
    for orphan in &orphans {
        assert!(!sandbox.path(orphan).exists(), "{orphan}");
    }
}

#[test]
fn eight_at_once_lose_no_update() {
    const EACH: usize = 5;
    let sandbox = Sandbox::new().photo("lib/a.jpg", "2024-03-03 09:00:00", HANGZHOU);
    sandbox.imm("run lib --levels city").ok();
    let id = sandbox.ids().into_values().next().unwrap();
    std::thread::scope(|scope| {
        for process in 0..8 {
            let (sandbox, id) = (&sandbox, &id);
            scope.spawn(move || {
                for n in 0..EACH {
                    let name = format!("{process}-{n}");
                    sandbox
                        .imm("index --from-json - --wait 60")
                        .stdin(lines(&[json!({"path": name})]))
                        .ok();
                    let label = format!("label-{name}=x");
                    sandbox
                        .imm_with(["clusters", "update", id, "--label", &label, "--wait", "60"])
                        .ok();
                }
            });
        }
    });
    assert_eq!(sandbox.files().len(), 1 + 8 * EACH);
    let clusters = sandbox.imm("clusters list --format json").ok().json();
    let labels = clusters[0]["custom_labels"].as_object().unwrap();
    assert_eq!(labels.len(), 8 * EACH);
}

/// A file system of its own in a file, mounted on a folder.
#[cfg(target_os = "linux")]
pub(crate) struct Disk {
    image: String,
    folder: String,
}

#[cfg(target_os = "linux")]
impl Disk {
    /// `None` where this process may not mount, with a word about it.
    pub(crate) fn mounted(sandbox: &Sandbox) -> Option<Self> {
        let disk = Self {
            image: sandbox.path("disk.img").to_str().unwrap().to_owned(),
            folder: sandbox.path("disk").to_str().unwrap().to_owned(),
        };
        fs::create_dir(&disk.folder).unwrap();
        let image = fs::File::create(&disk.image).unwrap();
        image.set_len(16 << 20).unwrap();
        let made = does("mkfs.ext4", &["-q", &disk.image]) && disk.mount();
        // The shutdown itself has no command.
        if !(made && does("python3", &["-c", "import fcntl"])) {
            println!("skipped: this needs root, loop devices, mkfs.ext4 and python3");
            return None;
        }
        Some(disk)
    }

    fn mount(&self) -> bool {
        does("mount", &["-o", "loop", &self.image, &self.folder])
    }

    /// What is not on the disk is lost, and then power is back.
    pub(crate) fn cut_power(&self) {
        // EXT4_IOC_SHUTDOWN with EXT4_GOING_FLAGS_NOLOGFLUSH.
        let shutdown = "import fcntl, os, struct, sys\n\
            fcntl.ioctl(os.open(sys.argv[1], os.O_RDONLY), 0x8004587D, struct.pack('I', 2))";
        assert!(does("python3", &["-c", shutdown, &self.folder]));
        assert!(does("umount", &[&self.folder]));
        assert!(self.mount());
    }
}

#[cfg(target_os = "linux")]
impl Drop for Disk {
    fn drop(&mut self) {
        does("umount", &["-l", &self.folder]);
    }
}

#[cfg(target_os = "linux")]
fn does(program: &str, arguments: &[&str]) -> bool {
    let output = Command::new(program).args(arguments).output();
    output.is_ok_and(|output| output.status.success())
}

#[cfg(target_os = "linux")]
#[test]
fn power_is_cut() {
    let mut ordeal = Ordeal::new("disk/new/folder/ds.json");
    let Some(disk) = Disk::mounted(&ordeal.sandbox) else {
        return;
    };
    // The cut proves nothing unless it loses what was not synchronised.
    fs::write(format!("{}/unsynchronised", disk.folder), "x").unwrap();
    disk.cut_power();
    assert!(!Path::new(&format!("{}/unsynchronised", disk.folder)).exists());
    let mut numbers = Numbers(0xD1B5_4A32_D192_ED03);
    let durations = measure(&mut ordeal);
    for round in 0..rounds(40) {
        ordeal.take_photo();
        let (mut command, deed) = ordeal.command(round);
        let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
        if round / 4 % 2 == 0 {
            // At the very moment of the acknowledgement.
            let output = child.wait_with_output().unwrap();
            assert!(output.status.success());
            ordeal.acknowledge(deed, &output.stdout);
            disk.cut_power();
        } else {
            sleep(moment(&mut numbers, durations[round % 4]));
            end(&mut child);
            disk.cut_power();
        }
        ordeal.holds(round);
    }
}

/// Whatever it has become, its answer counts for nothing.
#[cfg(target_os = "linux")]
fn end(child: &mut Child) {
    child.kill().unwrap();
    child.wait().unwrap();
}
