//! Tasks: what each run was asked, how far it is, and how it ended. They are kept
//! for seven days beside the dataset, one JSON line for each step of a task.

use std::collections::{BTreeMap, HashMap};
use std::ffi::OsStr;
use std::fs::{self, File};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::cluster::rules::Rules;
use crate::disk::{self, Access, Draft, FolderHandle, keep_owner_and_mode};

/// What the service calls the task that `run` carries out, the only type.
pub const TASK_TYPE: &str = "LocationDateClustering";

/// The code of a task whose process died.
const INTERRUPTED: &str = "Interrupted";

/// How long an ended task is remembered, as the service does.
const KEPT: TimeDelta = TimeDelta::days(7);

/// So many lines may be out of date before they are worth a rewrite of the file.
const OUTDATED_LINES: usize = 16;

/// How far the clocks of two processes may be apart.
const AHEAD: TimeDelta = TimeDelta::minutes(1);

/// How long another process may hold the task file. It does so for moments.
const LONGEST_WAIT: Duration = Duration::from_secs(5);

/// How far a task is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Status {
    /// It is going on.
    Running,
    /// It was done.
    Succeeded,
    /// It could not be done.
    Failed,
}

impl Status {
    /// The service's name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Running => "Running",
            Self::Succeeded => "Succeeded",
            Self::Failed => "Failed",
        }
    }
}

/// What a run has done, in numbers.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct TaskCounts {
    /// Listed clusters at the end.
    pub clusters: usize,
    /// New ones among them.
    pub created: usize,
    /// Changed ones among them.
    pub updated: usize,
    /// Ones that are no longer listed.
    pub removed: usize,
    /// Ones that are as they were.
    pub unchanged: usize,
    /// Files that were not known.
    pub files_added: usize,
    /// Files whose facts have changed.
    pub files_updated: usize,
    /// Files that are as they were.
    pub files_unchanged: usize,
    /// Files that could not be read.
    pub files_failed: usize,
}

/// One execution of `run`. The names are those of the JSON that people script
/// against, and of the task file.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Task {
    /// [`TASK_TYPE`], a hyphen and a UUID.
    pub task_id: String,
    /// [`TASK_TYPE`].
    pub task_type: String,
    /// How far it is.
    pub status: Status,
    /// When it began.
    #[serde(with = "instant")]
    pub start_time: DateTime<Utc>,
    /// When it ended; unknown while it is running and when it was interrupted.
    #[serde(default, with = "maybe_instant")]
    pub end_time: Option<DateTime<Utc>>,
    /// The code of the error that it failed with.
    pub code: Option<String>,
    /// The message of that error.
    pub message: Option<String>,
    /// What the user finds it by.
    #[serde(default)]
    pub tags: BTreeMap<String, String>,
    /// What the user wants to be handed back.
    pub user_data: Option<String>,
    /// A UUID.
    pub request_id: String,
    /// A UUID.
    pub event_id: String,
    /// The rules used, where it came to that.
    pub options: Option<Rules>,
    /// What it has done, where it came to that.
    pub counts: Option<TaskCounts>,
    /// Of one that is running: how much is done, 0 to 99 per cent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub progress: Option<u8>,
    /// When a clock that stood before its end noticed it first. Not for the user.
    #[serde(
        default,
        with = "maybe_instant",
        skip_serializing_if = "Option::is_none"
    )]
    noticed: Option<DateTime<Utc>>,
    /// Of one that is running: the number of its process. Not for the user.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    process: Option<u32>,
}

impl Task {
    /// A task that begins now.
    pub fn begin(
        now: DateTime<Utc>,
        tags: BTreeMap<String, String>,
        user_data: Option<String>,
    ) -> Self {
        let uuid = || Uuid::new_v4().to_string();
        Self {
            task_id: format!("{TASK_TYPE}-{}", uuid()),
            task_type: TASK_TYPE.to_owned(),
            status: Status::Running,
            start_time: now,
            end_time: None,
            code: None,
            message: None,
            tags,
            user_data,
            request_id: uuid().to_uppercase(),
            event_id: uuid().to_uppercase(),
            options: None,
            counts: None,
            progress: Some(0),
            noticed: None,
            process: Some(std::process::id()),
        }
    }

    /// The same task when so many per cent are done.
    #[must_use]
    pub fn at(&self, percent: u8) -> Self {
        Self {
            progress: Some(percent),
            ..self.clone()
        }
    }

    /// It is over, well or with the code and the message of an error.
    pub fn end(&mut self, now: DateTime<Utc>, error: Option<(String, String)>) {
        self.status = if error.is_some() {
            Status::Failed
        } else {
            Status::Succeeded
        };
        self.end_time = Some(now);
        (self.code, self.message) = error.unzip();
        self.progress = None;
        self.process = None;
    }

    /// The process died before it could say how the task ended.
    fn interrupt(&mut self) {
        self.status = Status::Failed;
        self.code = Some(INTERRUPTED.to_owned());
        self.message = Some("the process ended before the task did".to_owned());
        self.progress = None;
        self.process = None;
    }

    /// Whether the holder of the dataset, in the words of its lock, carries it out.
    fn is_carried_out_by(&self, holder: Option<&str>) -> bool {
        let process = self.process.unwrap_or_default();
        // An empty note means that the disk had no room for one: the task is taken to be
        // running.
        holder.is_some_and(|holder| {
            holder.is_empty() || holder.contains(&format!("(process {process})"))
        })
    }

    fn is_remembered(&self, now: DateTime<Utc>) -> bool {
        self.status == Status::Running || self.counted_from() >= now - KEPT
    }

    /// From when on its seven days count.
    fn counted_from(&self) -> DateTime<Utc> {
        self.noticed.or(self.end_time).unwrap_or(self.start_time)
    }

    /// Has the seven days of a task that ended in the future begin now: the clock was wrong
    /// then. Says whether that is news.
    fn notice(&mut self, now: DateTime<Utc>) -> bool {
        let is_ahead = self.counted_from() > now + AHEAD;
        if is_ahead {
            self.noticed = Some(now);
        }
        is_ahead
    }
}

/// The task file of a dataset. The last line of a task counts. A line that cannot
/// be read is passed over: that one task is forgotten, and nothing else.
#[derive(Debug, Clone)]
pub struct Journal {
    path: PathBuf,
    lock: Option<PathBuf>,
    /// The dataset, whose owner and readers those of the tasks are.
    dataset: Option<PathBuf>,
}

/// The open task file, to which nobody else writes until it is dropped.
struct LockedTaskFile {
    folder: FolderHandle,
    file: File,
    _lock: Option<File>,
}

impl Journal {
    /// The task file at that path; it need not exist. It is its own lock unless
    /// another file is named for that.
    pub fn at(path: PathBuf, lock: Option<PathBuf>, dataset: Option<PathBuf>) -> Self {
        Self {
            path,
            lock,
            dataset,
        }
    }

    /// The file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The tasks of the last seven days in the order in which they began. `holder`
    /// is who holds the dataset, if anybody does: a task that nobody carries out
    /// any more was interrupted.
    ///
    /// # Errors
    /// The file is there and cannot be read.
    pub fn tasks(&self, now: DateTime<Utc>, holder: Option<&str>) -> io::Result<Vec<Task>> {
        let mut bytes = Vec::new();
        match disk::open_regular(&self.path) {
            Err(e) if e.kind() == io::ErrorKind::NotFound => {}
            file => drop(file?.read_to_end(&mut bytes)?),
        }
        let (mut tasks, _) = parse(&bytes);
        for task in &mut tasks {
            if task.status == Status::Running && !task.is_carried_out_by(holder) {
                task.interrupt();
            }
            task.process = None;
        }
        tasks.retain(|task| task.is_remembered(now));
        for task in &mut tasks {
            task.noticed = None;
        }
        Ok(tasks)
    }

    /// Appends a step of a task, in one piece.
    ///
    /// # Errors
    /// The file cannot be written.
    pub fn append(&self, task: &Task) -> io::Result<()> {
        let mut held = self.lock(true)?;
        let file = &mut held.file;
        let mut line = Vec::new();
        // Begin a new line behind one that a full disk has cut, so that only that one is lost.
        if file.seek(SeekFrom::End(0))? > 0 {
            file.seek(SeekFrom::End(-1))?;
            let mut last = [0];
            file.read_exact(&mut last)?;
            if last != *b"\n" {
                line.push(b'\n');
            }
        }
        serde_json::to_writer(&mut line, task)?;
        line.push(b'\n');
        file.write_all(&line)?;
        if task.status != Status::Running {
            // What the user was told of lasts through a loss of power.
            disk::make_last(file)?;
        }
        Ok(())
    }

    /// Drops what is older than seven days and lines that are out of date, and
    /// writes down which tasks were interrupted. Only who holds the dataset may do
    /// so: any task that is said to be running is then known not to be.
    ///
    /// # Errors
    /// The file cannot be rewritten; it is as it was.
    pub fn trim(&self, now: DateTime<Utc>) -> io::Result<()> {
        let mut held = match self.lock(false) {
            Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(()),
            held => held?,
        };
        let mut bytes = Vec::new();
        held.file.rewind()?;
        held.file.read_to_end(&mut bytes)?;
        let (mut tasks, lines) = parse(&bytes);
        let mut is_due = false;
        for task in tasks.iter_mut().filter(|t| t.status == Status::Running) {
            task.interrupt();
            is_due = true;
        }
        for task in &mut tasks {
            is_due |= task.notice(now);
        }
        let known = tasks.len();
        tasks.retain(|task| task.is_remembered(now));
        is_due |= tasks.len() < known || lines - known > known + OUTDATED_LINES;
        if is_due {
            self.replace(&tasks, &held)?;
        }
        Ok(())
    }

    fn replace(&self, tasks: &[Task], held: &LockedTaskFile) -> io::Result<()> {
        let mut lines = Vec::new();
        for task in tasks {
            serde_json::to_writer(&mut lines, task)?;
            lines.push(b'\n');
        }
        let mut draft = Draft::new(&held.folder, Access::Private)?;
        draft.file().write_all(&lines)?;
        keep_owner_and_mode(draft.file(), &held.file.metadata()?)?;
        draft.replace(name_of(&self.path)?)
    }

    /// Lets those who may use the dataset use a file beside it.
    fn share(&self, file: &File) {
        if let Some(Ok(dataset)) = self.dataset.as_ref().map(fs::metadata) {
            disk::share_like(file, &dataset);
        }
    }

    /// Opens the file and keeps others from appending and replacing. A run that
    /// found the dataset in use writes here too, so the dataset's lock is not
    /// enough.
    fn lock(&self, create: bool) -> io::Result<LockedTaskFile> {
        let folder = folder_of(&self.path)?;
        let open = || {
            let new = create.then_some(Access::Private);
            let file = folder.open_own_apart(name_of(&self.path)?, new, is_of_tasks)?;
            is_of_tasks(&file)?;
            self.share(&file);
            Ok::<_, io::Error>(file)
        };
        if let Some(path) = &self.lock {
            let lock = folder_of(path)?.open_own(name_of(path)?, Some(Access::Private))?;
            self.share(&lock);
            lock_soon(&lock)?;
            return Ok(LockedTaskFile {
                file: open()?,
                folder,
                _lock: Some(lock),
            });
        }
        // As often as somebody replaces the file between opening and locking.
        for _ in 0..16 {
            let file = open()?;
            lock_soon(&file)?;
            if is_still_at(&file, &self.path)? {
                return Ok(LockedTaskFile {
                    file,
                    folder,
                    _lock: None,
                });
            }
        }
        Err(io::Error::other("others keep on replacing it"))
    }
}

/// Locks a file that others hold for moments only.
fn lock_soon(file: &File) -> io::Result<()> {
    if disk::lock_within(file, LONGEST_WAIT, Duration::from_millis(5))? {
        return Ok(());
    }
    Err(io::Error::other("another process does not let go of it"))
}

/// Refuses a file that something else than tasks was written into.
fn is_of_tasks(mut file: &File) -> io::Result<()> {
    const START: &[u8] = br#"{"task_id":"#;
    let mut start = [0; START.len()];
    file.rewind()?;
    let read = file.read(&mut start)?;
    let start = start.get(..read).unwrap_or_default();
    // A loss of power can leave zeros, and a full disk a part.
    let is_ours = START.starts_with(start) || start.iter().all(|byte| *byte == 0);
    if is_ours {
        Ok(())
    } else {
        Err(io::Error::other("it holds something else than tasks"))
    }
}

fn folder_of(path: &Path) -> io::Result<FolderHandle> {
    FolderHandle::open(path.parent().unwrap_or(Path::new("")))
}

fn name_of(path: &Path) -> io::Result<&OsStr> {
    path.file_name().ok_or(io::ErrorKind::InvalidInput.into())
}

/// The last line of each task, and how many lines there are in all.
fn parse(bytes: &[u8]) -> (Vec<Task>, usize) {
    let mut tasks: Vec<Task> = Vec::new();
    let mut known: HashMap<String, usize> = HashMap::new();
    let mut lines = 0;
    for line in bytes.split(|byte| *byte == b'\n') {
        if line.is_empty() {
            continue;
        }
        lines += 1;
        let Ok(task) = serde_json::from_slice::<Task>(line) else {
            continue;
        };
        if let Some(known) = known.get(&task.task_id).and_then(|i| tasks.get_mut(*i)) {
            *known = task;
        } else {
            known.insert(task.task_id.clone(), tasks.len());
            tasks.push(task);
        }
    }
    (tasks, lines)
}

#[cfg(unix)]
fn is_still_at(file: &File, path: &Path) -> io::Result<bool> {
    use std::os::unix::fs::MetadataExt;
    let inode = |metadata: fs::Metadata| (metadata.dev(), metadata.ino());
    match fs::metadata(path) {
        Err(e) if e.kind() == io::ErrorKind::NotFound => Ok(false),
        at_path => Ok(inode(at_path?) == inode(file.metadata()?)),
    }
}

/// Elsewhere an open file is not replaced.
#[cfg(not(unix))]
fn is_still_at(_: &File, _: &Path) -> io::Result<bool> {
    Ok(true)
}

mod instant {
    use chrono::{DateTime, Utc};
    use serde::{Deserialize, Deserializer, Serializer};

    pub(super) fn serialize<S: Serializer>(
        time: &DateTime<Utc>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&crate::text::timestamp(*time))
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<DateTime<Utc>, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

mod maybe_instant {
    use chrono::{DateTime, Utc};
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    #[expect(clippy::ref_option, reason = "the form that serde asks for")]
    pub(super) fn serialize<S: Serializer>(
        time: &Option<DateTime<Utc>>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        time.map(crate::text::timestamp).serialize(serializer)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Option<DateTime<Utc>>, D::Error> {
        let text: Option<String> = Option::deserialize(deserializer)?;
        text.map(|text| text.parse().map_err(serde::de::Error::custom))
            .transpose()
    }
}

#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "files of the tests' own")]
mod tests {
    use std::fs::OpenOptions;

    use super::*;

    fn journal() -> (tempfile::TempDir, Journal) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("ds.json.tasks.jsonl");
        (folder, Journal::at(path, None, None))
    }

    fn day(n: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(1_700_000_000, 0).unwrap() + TimeDelta::days(n)
    }

    fn run(journal: &Journal, now: DateTime<Utc>) -> Task {
        journal.trim(now).unwrap();
        let mut task = Task::begin(now, BTreeMap::new(), Some("x".repeat(2048)));
        journal.append(&task).unwrap();
        task.progress = Some(50);
        journal.append(&task).unwrap();
        task.end(now + TimeDelta::minutes(1), None);
        journal.append(&task).unwrap();
        task
    }

    fn size(journal: &Journal) -> u64 {
        fs::metadata(journal.path()).unwrap().len()
    }

    #[test]
    fn a_year_of_nightly_runs_keeps_seven_days() {
        let (_folder, journal) = journal();
        let mut largest = 0;
        for night in 0..365 {
            run(&journal, day(night));
            if night == 30 {
                largest = size(&journal);
            }
        }
        assert!(size(&journal) <= largest, "{} {largest}", size(&journal));
        let tasks = journal.tasks(day(364), None).unwrap();
        assert_eq!(tasks.len(), 8);
        assert_eq!(tasks[0].start_time, day(357));
        // Nobody runs it for long: reading alone forgets too.
        assert_eq!(journal.tasks(day(370), None).unwrap().len(), 2);
    }

    #[test]
    fn tasks_of_a_clock_in_the_future_end_with_their_seven_days() {
        let (_folder, journal) = journal();
        run(&journal, day(3000));
        // From the first look of a clock that is right they count, and that is kept.
        for (today, known) in [(0, 1), (6, 1), (7, 1), (8, 0)] {
            journal.trim(day(today)).unwrap();
            assert_eq!(
                journal.tasks(day(today), None).unwrap().len(),
                known,
                "{today}"
            );
        }
    }

    #[test]
    fn what_is_no_task_file_is_neither_extended_nor_replaced() {
        let (folder, journal) = journal();
        let other = folder.path().join("other");
        for content in ["my notes\n", "{\"mine\": 1}\n"] {
            fs::write(journal.path(), content).unwrap();
            let task = Task::begin(day(0), BTreeMap::new(), None);
            assert!(journal.append(&task).is_err() && journal.trim(day(0)).is_err());
            assert_eq!(fs::read_to_string(journal.path()).unwrap(), content);
            fs::rename(journal.path(), &other).unwrap();
            #[cfg(unix)]
            {
                std::os::unix::fs::symlink(&other, journal.path()).unwrap();
                assert!(journal.append(&task).is_err());
                fs::remove_file(journal.path()).unwrap();
            }
            fs::write(&other, "").unwrap();
            fs::hard_link(&other, journal.path()).unwrap();
            // What has another name gets a file of its own.
            journal.append(&task).unwrap();
            assert_eq!(fs::read_to_string(&other).unwrap(), "");
            fs::remove_file(journal.path()).unwrap();
        }
    }

    #[test]
    fn a_task_file_of_one_day_does_not_grow_without_bounds() {
        let (_folder, journal) = journal();
        for minute in 0..200 {
            run(&journal, day(0) + TimeDelta::minutes(minute));
        }
        let lines = fs::read_to_string(journal.path()).unwrap().lines().count();
        assert!(lines <= 2 * 200 + OUTDATED_LINES + 3, "{lines}");
        assert_eq!(journal.tasks(day(0), None).unwrap().len(), 200);
    }

    #[test]
    fn damaged_lines_are_passed_over() {
        let (_folder, journal) = journal();
        let first = run(&journal, day(0));
        let mut file = OpenOptions::new()
            .append(true)
            .open(journal.path())
            .unwrap();
        file.write_all(b"\xff\0\n{}\n[1]\n{\"task_id\":\"Loc")
            .unwrap();
        let second = run(&journal, day(1));
        assert_eq!(journal.tasks(day(1), None).unwrap(), [first, second]);
    }

    #[test]
    fn a_task_is_running_while_its_process_holds_the_dataset() {
        let (_folder, journal) = journal();
        let task = Task::begin(day(0), BTreeMap::new(), None);
        journal.append(&task).unwrap();
        let status = |holder| {
            let task = journal.tasks(day(9), holder).unwrap().pop();
            task.map(|task| (task.status, task.code))
        };
        let ours = format!("run (process {})\n", std::process::id());
        assert_eq!(status(Some(&ours)), Some((Status::Running, None)));
        assert_eq!(status(Some("index (process 1)")), None);
        let interrupted = |tasks: Vec<Task>| {
            assert_eq!(tasks[0].status, Status::Failed);
            assert_eq!(tasks[0].code.as_deref(), Some(INTERRUPTED));
        };
        interrupted(journal.tasks(day(1), Some("index (process 1)")).unwrap());
        interrupted(journal.tasks(day(1), None).unwrap());
        // The next run writes it down, so that no later process is taken for it.
        journal.trim(day(1)).unwrap();
        interrupted(journal.tasks(day(1), Some(&ours)).unwrap());
    }
}
