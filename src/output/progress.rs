//! How far a long step is, on a terminal.

use std::path::Path;
use std::sync::Mutex;
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::Escaped;

/// A bar on standard error with the rate and the remaining time; nothing where
/// standard error is no terminal.
pub struct Progress {
    bar: ProgressBar,
    watcher: Option<Watcher>,
}

/// Somebody who wants to know how many per cent are done.
struct Watcher {
    tell: Box<dyn Fn(u8) + Send + Sync>,
    /// How long to say nothing after having told, at least.
    pause: Duration,
    /// What was told last, and when.
    told: Mutex<(u8, Instant)>,
}

/// What listing the folders comes to at most, in per cent: reading follows.
const MOST_WALKED: u64 = 50;
/// What reading comes to at most, in per cent: clustering follows.
const MOST_READ: u64 = 99;

impl Watcher {
    fn see(&self, done: u64, of: u64, most: u64) {
        // Who waits for the lock has nothing newer to say. Of several folders only
        // the first counts from 0.
        if let Ok(mut told) = self.told.try_lock()
            && told.1.elapsed() >= self.pause
            && let Ok(percent) = u8::try_from((done.saturating_mul(100) / of.max(1)).min(most))
            && percent > told.0
        {
            *told = (percent, Instant::now());
            (self.tell)(percent);
        }
    }
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
            watcher: None,
        }
    }

    /// Tells somebody else too, not more often than once in `pause`: a growing
    /// number from 1 to 99 per cent.
    #[must_use]
    pub fn watched(self, pause: Duration, tell: impl Fn(u8) + Send + Sync + 'static) -> Self {
        let watcher = Watcher {
            tell: Box::new(tell),
            pause,
            told: Mutex::new((0, Instant::now())),
        };
        Self {
            watcher: Some(watcher),
            ..self
        }
    }

    /// Folders below `root` are being listed, of which the dataset knows so many
    /// files.
    pub fn walking(&self, root: &Path, known: usize) {
        let style = ProgressStyle::with_template("{spinner} {human_pos} files {msg}");
        self.bar
            .set_style(style.unwrap_or_else(|_| ProgressStyle::default_spinner()));
        self.bar.reset();
        self.bar.set_length(known as u64);
        self.bar.set_message(format!("in {}", Escaped::path(root)));
        if !self.bar.is_hidden() {
            self.bar.enable_steady_tick(Duration::from_millis(120));
        }
    }

    /// So many files more were found.
    pub fn found(&self, files: usize) {
        self.advance(files, MOST_WALKED);
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
        self.advance(1, MOST_READ);
    }

    fn advance(&self, files: usize, most: u64) {
        self.bar.inc(files as u64);
        if let Some(watcher) = &self.watcher
            && let Some(of @ 1..) = self.bar.length()
        {
            watcher.see(self.bar.position(), of, most);
        }
    }

    /// So many bytes are going to be read.
    pub fn importing(&self, bytes: u64) {
        self.bar.set_length(bytes);
        let style = ProgressStyle::with_template(
            "{bar:32} {bytes}/{total_bytes}, {bytes_per_sec}, {eta} left",
        );
        self.bar
            .set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
        self.bar.reset();
    }

    /// So many more bytes were read.
    pub fn read_bytes(&self, bytes: u64) {
        self.bar.inc(bytes);
    }

    /// The step is over; the bar goes away.
    pub fn done(&self) {
        self.bar.finish_and_clear();
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;

    #[test]
    fn who_watches_hears_of_each_per_cent_once() {
        let heard = Arc::new(Mutex::new(Vec::new()));
        let ears = Arc::clone(&heard);
        let progress = Progress::new(false).watched(Duration::ZERO, move |percent| {
            ears.lock().unwrap().push(percent);
        });
        for files in [8, 4] {
            progress.reading(files);
            for _ in 0..files {
                progress.one_more();
            }
            progress.done();
        }
        assert_eq!(*heard.lock().unwrap(), [12, 25, 37, 50, 62, 75, 87, 99]);
    }
}
