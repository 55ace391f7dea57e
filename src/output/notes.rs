//! Everything that is not the result, on standard error.

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use serde::Serialize;

use super::format::Format;
use super::style::Style;
use super::wrap::wrapped;
use crate::error::Fatal;
use imm_cluster_core::index::{Failure, Report, TrackRead};
use imm_cluster_core::text::{Escaped, counted, files};

/// How many failures are listed before the rest is only counted.
const LISTED: usize = 20;

/// Notes for the person who started the command.
#[derive(Debug, Clone, Copy)]
pub struct Notes {
    quiet: bool,
    verbose: bool,
    style: Style,
}

impl Notes {
    /// `quiet` leaves out all but errors; `verbose` lists everything in full. `style` is that
    /// of standard error.
    pub fn new(quiet: bool, verbose: bool, style: Style) -> Self {
        Self {
            quiet,
            verbose,
            style,
        }
    }

    /// Whether only results and errors are wanted.
    pub fn is_quiet(self) -> bool {
        self.quiet
    }

    /// Whether everything is to be listed in full.
    pub fn is_verbose(self) -> bool {
        self.verbose
    }

    /// Something worth knowing.
    pub fn note(self, text: &str) {
        if !self.quiet {
            line(&wrapped(text, self.style.width));
        }
    }

    /// Something that may need attention.
    pub fn warning(self, text: &str) {
        if !self.quiet {
            self.trouble(text);
        }
    }

    /// Something that did not work and stops nothing else; said in any case.
    pub fn trouble(self, text: &str) {
        let label = self.style.bold_yellow("warning:");
        labelled("warning:", &label, text, self.style);
    }

    /// What the command could do better with.
    pub fn hint(self, text: &str) {
        if !self.quiet {
            hint(text, self.style);
        }
    }

    /// A dataset that does not exist yet counts as an empty one.
    pub fn no_dataset(self, path: &Path) {
        self.note(&format!(
            "no dataset `{}` yet: `imm-cluster run ~/Pictures` makes one",
            Escaped::path(path)
        ));
    }

    /// What an indexing found.
    pub fn indexed(self, report: &Report) {
        for change in &report.option_changes {
            self.note(change);
        }
        for (root, why) in &report.offline {
            let root = Escaped::path(root);
            self.warning(&format!(
                "`{root}` is offline: {why}; its files stay in the dataset"
            ));
        }
        self.failures("could not be read", &report.failures);
        self.failures("could not be listed", &report.unreadable_folders);
        self.failures(
            "is not a readable location history",
            &report.unreadable_tracks,
        );
        for track in &report.tracks {
            self.track(track);
        }
        for (path, reason) in &report.passed_over {
            let reason = reason.in_words();
            self.warning(&format!("`{}` {reason}", Escaped::path(path)));
        }
        if report.left_out > 0 {
            self.note(&if report.left_out == 1 {
                "1 file is now excluded and was removed from the dataset".to_owned()
            } else {
                format!(
                    "{} are now excluded and were removed from the dataset",
                    files(report.left_out)
                )
            });
        }
    }

    fn track(
        self,
        TrackRead {
            path,
            reading,
            kept,
        }: &TrackRead,
    ) {
        let skipped = reading.skipped.iter();
        let skipped = skipped.map(|(why, count)| format!(", {count} {}", why.in_words()));
        self.note(&format!(
            "`{}` is a location history ({}): {} of {} kept{}",
            Escaped::path(path),
            reading.format,
            kept,
            counted(
                usize::try_from(reading.fixes).unwrap_or(usize::MAX),
                "position"
            ),
            skipped.collect::<String>(),
        ));
    }

    fn failures(self, what: &str, failures: &[Failure]) {
        let listed = if self.verbose { failures.len() } else { LISTED };
        for failure in failures.iter().take(listed) {
            self.warning(&format!(
                "`{}` {what}: {}",
                Escaped::path(&failure.path),
                Escaped::new(&failure.reason)
            ));
        }
        if failures.len() > listed {
            self.warning(&format!(
                "and {} more {what} (`-v` lists all)",
                failures.len() - listed
            ));
        }
    }

    /// Paths that were given and are not there.
    pub fn not_there(self, paths: &[PathBuf]) {
        for path in paths {
            self.warning(&format!("`{}` does not exist", Escaped::path(path)));
        }
    }
}

/// An error with its hint: for people, or for programs as one line of JSON.
pub fn error(error: &Fatal, format: Format, style: Style) {
    if format != Format::Table {
        return error_json(&error.code(), &error.to_string(), error.hint().as_deref());
    }
    wrong(&error.to_string(), style);
    if let Some(text) = error.hint() {
        hint(&text, style);
    }
}

/// What is wrong.
pub(super) fn wrong(text: &str, style: Style) {
    labelled("error:", &style.bold_red("error:"), text, style);
}

/// What the person could do.
pub(super) fn hint(text: &str, style: Style) {
    labelled("hint:", &style.green("hint:"), text, style);
}

/// An error as one line of JSON.
pub fn error_json(code: &str, message: &str, hint: Option<&str>) {
    #[derive(Serialize)]
    struct ErrorLine<'a> {
        error: Told<'a>,
    }
    #[derive(Serialize)]
    struct Told<'a> {
        code: &'a str,
        message: &'a str,
        hint: Option<&'a str>,
    }
    let error = Told {
        code,
        message,
        hint,
    };
    // Texts and nulls are always JSON.
    if let Ok(text) = serde_json::to_string(&ErrorLine { error }) {
        line(&text);
    }
}

/// A text behind its label, of which the terminal gets the painted one.
fn labelled(label: &str, painted: &str, text: &str, style: Style) {
    let text = wrapped(&format!("{label} {text}"), style.width);
    line(&text.replacen(label, painted, 1));
}

pub(super) fn line(text: &str) {
    // Nobody is left to tell when standard error is closed.
    let _ = writeln!(io::stderr().lock(), "{text}");
}
