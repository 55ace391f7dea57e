//! Options as used: checked once, then trusted. Reads, with [`crate::terminal`], the
//! environment, and alone the clock.

use std::env;
use std::ffi::OsString;
use std::io::IsTerminal;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use chrono::{DateTime, Local, TimeDelta, Utc};

use crate::cli;
use crate::error::Fatal;
use crate::output::{Bar, Notes, Style};
use crate::terminal;
use imm_cluster_core::capture::day::Day;
use imm_cluster_core::capture::gcj02::Coordinates;
use imm_cluster_core::cluster::rules::Rules;
use imm_cluster_core::dataset::Store;
use imm_cluster_core::index::{self, OptionChanges};
use imm_cluster_core::place::Language;
use imm_cluster_core::text::Escaped;
use imm_cluster_messages::{Tongue, text};

/// What every command works with.
pub(crate) struct Context {
    /// The dataset.
    pub store: Store,
    /// Form of the result.
    pub format: cli::Format,
    /// How the result may look.
    pub style: Style,
    /// Where everything but the result goes.
    pub notes: Notes,
    /// How many threads are wanted; `None` for what suits each disk.
    pub jobs: Option<usize>,
    /// How long to wait for another process.
    pub wait: Duration,
    /// The languages of names that were asked for; none when the dataset's are good.
    pub languages: Vec<Language>,
    /// The time that new records are stamped with.
    pub now: DateTime<Utc>,
    /// The dataset as it was named on the command line.
    dataset_given: Option<PathBuf>,
    started: Instant,
    show_progress: bool,
}

impl Context {
    /// Checks the global options. A command that opens no dataset needs no place for
    /// one either.
    ///
    /// # Errors
    /// There is no place for application data.
    pub(crate) fn new(global: &cli::Global, opens_dataset: bool) -> Result<Self, Fatal> {
        let dataset = match dataset_path(global.dataset.as_deref()) {
            Err(_) if !opens_dataset => PathBuf::new(),
            dataset => dataset?,
        };
        let store = Store::at(&dataset)
            .locked_in(lock_folder(global.lock_dir.as_deref()))
            .consulting(gazetteers());
        let mut languages = languages(&global.language);
        // A new dataset names places in the language of its user.
        if languages.is_empty()
            && terminal::tongue(global.ui_language.map(Tongue::from)) == Tongue::Chinese
            && !store.exists()
        {
            languages.push(Language::Chinese);
        }
        Ok(Self {
            store,
            format: global.format,
            style: terminal::style(global.color.wanted(), &std::io::stdout()),
            notes: Notes::new(
                global.quiet,
                global.verbose,
                terminal::style(global.color.wanted(), &std::io::stderr()),
            ),
            dataset_given: global.dataset.clone(),
            jobs: global.jobs.map(usize::from),
            wait: Duration::from_secs(global.wait.into()),
            languages,
            now: now(),
            started: Instant::now(),
            show_progress: !(global.quiet || global.no_progress) && std::io::stderr().is_terminal(),
        })
    }

    /// The time at present, never before [`Context::now`].
    pub(crate) fn time(&self) -> DateTime<Utc> {
        let passed = TimeDelta::from_std(self.started.elapsed()).unwrap_or_default();
        let time = self.now + passed;
        DateTime::from_timestamp_millis(time.timestamp_millis()).unwrap_or(time)
    }

    /// The day of today, where the program runs.
    pub(crate) fn today(&self) -> Day {
        self.now.with_timezone(&Local).date_naive().into()
    }

    /// The dataset's name: that of its file, without the ending.
    pub(crate) fn dataset_name(&self) -> String {
        let name = self.store.path().file_stem().unwrap_or_default();
        name.to_string_lossy().into_owned()
    }

    /// A command line that works with the same dataset.
    pub(crate) fn command(&self, arguments: &str) -> String {
        match &self.dataset_given {
            Some(dataset) => format!(
                "imm-cluster {arguments} --dataset {}",
                for_shell(&Escaped::path(dataset).to_string())
            ),
            None => format!("imm-cluster {arguments}"),
        }
    }

    /// A progress bar where one is wanted.
    pub(crate) fn progress(&self) -> Bar {
        Bar::new(self.show_progress)
    }
}

/// A word of a command line, in quotes where a shell would take it for something else.
fn for_shell(word: &str) -> String {
    let is_plain = |c: char| c.is_alphanumeric() || "/\\._-+:,@%=".contains(c);
    if !word.is_empty() && word.chars().all(is_plain) && (cfg!(windows) || !word.contains('\\')) {
        word.to_owned()
    } else if cfg!(windows) {
        format!("\"{word}\"")
    } else {
        format!("'{}'", word.replace('\'', r"'\''"))
    }
}

/// Each language once, in the order in which they were named.
fn languages(typed: &[Language]) -> Vec<Language> {
    let mut languages = Vec::new();
    for language in typed {
        if !languages.contains(language) {
            languages.push(*language);
        }
    }
    languages
}

/// The time, to the millisecond: as precise as it is printed.
#[expect(
    clippy::disallowed_methods,
    reason = "the one place that reads the clock for records"
)]
fn now() -> DateTime<Utc> {
    let now = Utc::now();
    DateTime::from_timestamp_millis(now.timestamp_millis()).unwrap_or(now)
}

/// Where the dataset of that name or path is.
fn dataset_path(given: Option<&Path>) -> Result<PathBuf, Fatal> {
    let from_environment = || {
        env::var_os("IMM_CLUSTER_DATASET")
            .filter(|name| !name.is_empty())
            .map(PathBuf::from)
    };
    let name = given
        .map(Path::to_owned)
        .or_else(from_environment)
        .unwrap_or_else(|| "default".into());
    let text = name.as_os_str().as_encoded_bytes();
    if text.is_empty() {
        return Err(Fatal::option("--dataset", text!("dataset-no-name")));
    }
    let separator = |byte: &u8| *byte == b'/' || (cfg!(windows) && *byte == b'\\');
    let ends_in_json = name
        .extension()
        .is_some_and(|extension| extension.eq_ignore_ascii_case("json"));
    if text.iter().any(separator) || ends_in_json {
        return Ok(name);
    }
    let folder = data_folder().ok_or_else(|| {
        Fatal::usage(text!("dataset-no-folder")).with_hint(text!("dataset-no-folder-hint"))
    })?;
    let mut file = name.into_os_string();
    file.push(".json");
    Ok(folder.join("imm-cluster").join(file))
}

/// Where the lock files are, when not beside the dataset.
fn lock_folder(given: Option<&Path>) -> Option<PathBuf> {
    let from_environment = || {
        env::var_os("IMM_CLUSTER_LOCK_DIR")
            .filter(|folder| !folder.is_empty())
            .map(PathBuf::from)
    };
    given.map(Path::to_owned).or_else(from_environment)
}

/// The folder for application data of the platform.
fn data_folder() -> Option<PathBuf> {
    let folder = |variable| {
        env::var_os(variable)
            .map(PathBuf::from)
            .filter(|path| path.is_absolute())
    };
    folder("XDG_DATA_HOME").or_else(|| {
        if cfg!(windows) {
            // Of this machine: what it knows of paths means nothing on another one.
            folder("LOCALAPPDATA")
        } else if cfg!(target_os = "macos") {
            Some(folder("HOME")?.join("Library/Application Support"))
        } else {
            Some(folder("HOME")?.join(".local/share"))
        }
    })
}

/// The browser that the user prefers to that of the desktop.
pub(crate) fn browser() -> Option<OsString> {
    env::var_os("BROWSER").filter(|browser| !browser.is_empty())
}

/// The program of that name in the first folder of `PATH` that has one. Folders that are not
/// named in full are passed over: what lies where somebody happens to be is not run.
pub(crate) fn on_path(name: &str) -> Option<PathBuf> {
    let name = format!("{name}{}", env::consts::EXE_SUFFIX);
    let folders = env::var_os("PATH")?;
    env::split_paths(&folders)
        .filter(|folder| folder.is_absolute())
        .map(|folder| folder.join(&name))
        .find(|program| may_run(program))
}

#[cfg(unix)]
fn may_run(program: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    let found = program.metadata();
    found.is_ok_and(|found| found.is_file() && found.permissions().mode() & 0o111 != 0)
}

#[cfg(not(unix))]
fn may_run(program: &Path) -> bool {
    program.is_file()
}

/// Where imported gazetteers are; `None` without a place for application data.
pub(crate) fn gazetteers() -> Option<PathBuf> {
    let given = env::var_os("IMM_CLUSTER_GAZETTEERS").filter(|folder| !folder.is_empty());
    given
        .map(PathBuf::from)
        .or_else(|| Some(data_folder()?.join("imm-cluster").join("gazetteers")))
}

/// The index options as typed, with every pattern checked.
///
/// # Errors
/// Names a pattern that is none.
pub(crate) fn index_options(typed: &cli::IndexOptions) -> Result<OptionChanges, Fatal> {
    for pattern in &typed.exclude {
        index::glob(pattern).map_err(|why| {
            Fatal::option(
                "--exclude",
                text!("exclude-invalid", pattern = pattern.as_str(), why = why),
            )
        })?;
    }
    let patterns = || {
        typed
            .exclude
            .iter()
            .filter(|pattern| !pattern.is_empty())
            .cloned()
            .collect()
    };
    Ok(OptionChanges {
        exclude: (!typed.exclude.is_empty()).then(patterns),
        time_zone: typed.time_zone.map(|zone| zone.0),
        time_from_mtime: typed.time_from.map(|source| source == cli::TimeFrom::Mtime),
        follow_links: typed.follow_links,
        hidden: typed.hidden,
        coordinates: typed.coordinates.map(|system| match system {
            cli::CoordinateSystem::Wgs84 => Coordinates::Wgs84,
            cli::CoordinateSystem::Gcj02 => Coordinates::Gcj02,
        }),
    })
}

/// The rules of a run: what is typed, else what the dataset remembers.
///
/// # Errors
/// The shortest length of a cluster is over the longest.
pub(crate) fn rules(typed: &cli::RunArgs, remembered: Option<&Rules>) -> Result<Rules, Fatal> {
    let before = remembered.cloned().unwrap_or_default();
    let mut levels = if typed.levels.is_empty() {
        before.levels
    } else {
        typed.levels.clone()
    };
    levels.sort_unstable();
    levels.dedup();
    let rules = Rules {
        gap_days: typed.gap_days.unwrap_or(before.gap_days),
        min_days: typed.min_days.unwrap_or(before.min_days),
        max_days: typed.max_days.unwrap_or(before.max_days),
        levels,
        day_starts: typed.day_starts.unwrap_or(before.day_starts),
        lend: typed.lend || before.lend && !typed.no_lend,
        unknown: before.unknown,
    };
    in_order(rules, typed.min_days, typed.max_days)
}

/// The rules that a query is printed by, of which none are remembered.
///
/// # Errors
/// The shortest length of a cluster is over the longest.
pub(crate) fn rules_of_query(typed: &cli::SqlArgs) -> Result<Rules, Fatal> {
    let rules = Rules {
        gap_days: typed.gap_days,
        min_days: typed.min_days,
        max_days: typed.max_days,
        levels: typed.levels.clone(),
        ..Rules::default()
    };
    in_order(rules, Some(typed.min_days), Some(typed.max_days))
}

/// The rules, where their shortest length is not over their longest.
fn in_order(rules: Rules, min: Option<u32>, max: Option<u32>) -> Result<Rules, Fatal> {
    if rules.min_days <= rules.max_days {
        return Ok(rules);
    }
    let from = |typed: Option<u32>| {
        if typed.is_some() { "typed" } else { "last-run" }
    };
    Err(Fatal::option(
        "--min-days",
        text!(
            "days-reversed",
            min = rules.min_days.to_string(),
            min_from = from(min),
            max = rules.max_days.to_string(),
            max_from = from(max),
        ),
    ))
}

#[cfg(test)]
mod tests {
    use imm_cluster_messages::in_tongue;

    use super::*;

    #[test]
    #[cfg(unix)]
    fn a_path_is_one_word_for_the_shell() {
        assert_eq!(for_shell("./照片/a-1.json"), "./照片/a-1.json");
        assert_eq!(for_shell("My Photos.json"), "'My Photos.json'");
        assert_eq!(for_shell("it's $HOME.json"), r"'it'\''s $HOME.json'");
    }

    #[test]
    fn lengths_that_exclude_each_other_in_both_languages() {
        let from = |min_from: &str, max_from: &str| {
            text!(
                "days-reversed",
                min = "9",
                min_from = min_from,
                max = "5",
                max_from = max_from
            )
        };
        let told = || {
            let told = [("typed", "last-run"), ("last-run", "typed")];
            told.map(|(min, max)| from(min, max)).join("\n")
        };
        insta::assert_snapshot!(told(), @"
        `--min-days 9` is more than `--max-days 5` (from the last run)
        `--min-days 9` (from the last run) is more than `--max-days 5`
        ");
        insta::assert_snapshot!(in_tongue(Tongue::Chinese, told), @"
        `--min-days 9` 大于 `--max-days 5`（来自上次运行）
        `--min-days 9`（来自上次运行）大于 `--max-days 5`
        ");
    }
}
