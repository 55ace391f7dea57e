//! Everything that is not the result, on standard error.

use std::io::{self, Write};
use std::iter;
use std::path::{Path, PathBuf};

use serde::Serialize;

use super::format::Format;
use super::held::clauses;
use super::style::Style;
use super::wrap::wrapped;
use crate::error::Fatal;
use imm_cluster_core::index::{Failure, Report, TrackRead};
use imm_cluster_core::text::Escaped;
use imm_cluster_messages::text;

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
        let label = text!("label-warning");
        labelled(&label, &self.style.bold_yellow(&label), text, self.style);
    }

    /// What the command could do better with.
    pub fn hint(self, text: &str) {
        if !self.quiet {
            hint(text, self.style);
        }
    }

    /// A dataset that does not exist yet counts as an empty one.
    pub fn no_dataset(self, path: &Path) {
        let path = Escaped::path(path).to_string();
        self.note(&text!("no-dataset-yet", path = path));
    }

    /// What an indexing found.
    pub fn indexed(self, report: &Report) {
        for change in &report.option_changes {
            self.note(change);
        }
        for (root, why) in &report.offline {
            let root = Escaped::path(root).to_string();
            self.warning(&text!("folder-offline", root = root, why = why.as_str()));
        }
        self.failures(
            &report.failures,
            |path, reason| text!("unread-file", path = path, reason = reason),
            |count| text!("unread-files-more", count = count),
        );
        self.failures(
            &report.unreadable_folders,
            |path, reason| text!("unread-folder", path = path, reason = reason),
            |count| text!("unread-folders-more", count = count),
        );
        self.failures(
            &report.unreadable_tracks,
            |path, reason| text!("unread-track", path = path, reason = reason),
            |count| text!("unread-tracks-more", count = count),
        );
        for track in &report.tracks {
            self.track(track);
        }
        for (path, reason) in &report.passed_over {
            let (path, reason) = (Escaped::path(path).to_string(), reason.in_words());
            self.warning(&text!("passed-over", path = path, reason = reason));
        }
        if report.in_cloud > 0 {
            self.warning(&text!("files-in-cloud", count = report.in_cloud));
        }
        if report.left_out > 0 {
            self.note(&text!("files-excluded", count = report.left_out));
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
        let read = text!(
            "track-read",
            path = Escaped::path(path).to_string(),
            format = reading.format.to_string(),
            kept = *kept,
            positions = reading.fixes,
        );
        let skipped = reading.skipped.iter();
        let skipped = skipped
            .map(|(why, count)| text!("track-skipped", count = *count, why = why.in_words()));
        let parts: Vec<String> = iter::once(read).chain(skipped).collect();
        self.note(&clauses(&parts));
    }

    fn failures(
        self,
        failures: &[Failure],
        one: impl Fn(String, String) -> String,
        more: impl Fn(usize) -> String,
    ) {
        let listed = if self.verbose { failures.len() } else { LISTED };
        for failure in failures.iter().take(listed) {
            self.warning(&one(
                Escaped::path(&failure.path).to_string(),
                Escaped::new(&failure.reason).to_string(),
            ));
        }
        if failures.len() > listed {
            self.warning(&more(failures.len() - listed));
        }
    }

    /// Paths that were given and are not there.
    pub fn not_there(self, paths: &[PathBuf]) {
        for path in paths {
            let path = Escaped::path(path).to_string();
            self.warning(&text!("path-not-there", path = path));
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
    let label = text!("label-error");
    labelled(&label, &style.bold_red(&label), text, style);
}

/// What the person could do.
pub(super) fn hint(text: &str, style: Style) {
    let label = text!("label-hint");
    labelled(&label, &style.green(&label), text, style);
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
    let text = text!("labelled", label = label, text = text);
    let text = wrapped(&text, style.width);
    line(&text.replacen(label, painted, 1));
}

pub(super) fn line(text: &str) {
    // Nobody is left to tell when standard error is closed.
    let _ = writeln!(io::stderr().lock(), "{text}");
}
