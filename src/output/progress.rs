//! How far a long step is, on a terminal.

use std::path::Path;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::Escaped;

/// A bar on standard error with the rate and the remaining time; nothing where
/// standard error is no terminal.
pub struct Progress {
    bar: ProgressBar,
}

impl Progress {
    /// A bar, or a hidden one.
    pub fn new(visible: bool) -> Self {
        let target = if visible {
            ProgressDrawTarget::stderr()
        } else {
            ProgressDrawTarget::hidden()
        };
        Self {
            bar: ProgressBar::with_draw_target(None, target),
        }
    }

    /// Folders below `root` are being listed.
    pub fn walking(&self, root: &Path) {
        self.bar.set_style(ProgressStyle::default_spinner());
        self.bar
            .set_message(format!("looking through {}", Escaped::path(root)));
        if !self.bar.is_hidden() {
            self.bar.enable_steady_tick(Duration::from_millis(120));
        }
    }

    /// So many files are going to be read.
    pub fn reading(&self, files: usize) {
        self.bar.disable_steady_tick();
        self.bar.set_length(files as u64);
        let style = ProgressStyle::with_template(
            "{bar:32} {human_pos}/{human_len} files, {per_sec}, {eta} left",
        );
        self.bar
            .set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
        self.bar.reset();
    }

    /// One file was read.
    pub fn one_more(&self) {
        self.bar.inc(1);
    }

    /// The step is over; the bar goes away.
    pub fn done(&self) {
        self.bar.finish_and_clear();
    }
}
