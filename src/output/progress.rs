//! How far a long step is, on a terminal.

use std::fmt;
use std::path::Path;
use std::sync::Mutex;
use std::time::{Duration, Instant};

use indicatif::{
    HumanBytes, HumanCount, HumanDuration, ProgressBar, ProgressDrawTarget, ProgressState,
    ProgressStyle,
};

use super::dates;
use imm_cluster_core::progress::Progress;
use imm_cluster_core::text::Escaped;
use imm_cluster_core::threads;
use imm_cluster_messages::{Tongue, text, tongue};

/// A bar on standard error with the rate and the remaining time; nothing where
/// standard error is no terminal.
pub struct Bar {
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

/// A step over files of which the number is known.
const FILES: &str = "{prefix} [{bar:24}] {human_pos}/{human_len} {unit}{pace}{wide_msg}";
/// Files that are found, nobody knows how many.
const FOUND: &str = "{prefix} {spinner} {human_pos} {unit}{pace}{wide_msg}";
/// A step over bytes.
const BYTES: &str = "{prefix} [{bar:24}] {bytes}/{total_bytes}{byte_pace}";

/// What listing the folders comes to at most, in per cent: reading follows.
const MOST_WALKED: u64 = 50;
/// What reading comes to at most, in per cent: clustering follows.
const MOST_READ: u64 = 99;

impl Watcher {
    fn see(&self, done: u64, of: u64, most: u64) {
        // A thread that would have to wait has nothing newer to tell. Only a growing number is
        // told, since each of several folders counts from 0.
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

impl Bar {
    /// A bar, or a hidden one.
    pub fn new(visible: bool) -> Self {
        Self::on(if visible {
            ProgressDrawTarget::stderr()
        } else {
            ProgressDrawTarget::hidden()
        })
    }

    fn on(target: ProgressDrawTarget) -> Self {
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

    fn begin(&self, name: &str, of: u64, template: &str) {
        self.bar.disable_steady_tick();
        let style = ProgressStyle::with_template(template)
            .unwrap_or_else(|_| ProgressStyle::default_bar())
            .progress_chars("=> ")
            .with_key("unit", |_: &ProgressState, out: &mut dyn fmt::Write| {
                let _ = out.write_str(&text!("progress-files"));
            })
            .with_key("pace", |state: &ProgressState, out: &mut dyn fmt::Write| {
                let left = state.len().map(|_| state.eta());
                // Writing to the line of a bar cannot fail.
                let _ = out.write_str(&pace(state.pos(), count, state.per_sec(), left));
            })
            .with_key(
                "byte_pace",
                |state: &ProgressState, out: &mut dyn fmt::Write| {
                    let left = Some(state.eta());
                    let _ = out.write_str(&pace(state.pos(), bytes, state.per_sec(), left));
                },
            );
        // Each of these calls draws the bar: keep it empty until all are made.
        self.bar.set_style(nothing());
        match of {
            0 => self.bar.unset_length(),
            of => self.bar.set_length(of),
        }
        self.bar.set_prefix(name.to_owned());
        self.bar.set_message("");
        self.bar.reset();
        self.bar.set_style(style);
        self.bar.force_draw();
    }

    fn advance(&self, files: usize, most: u64) {
        self.bar.inc(files as u64);
        if let Some(watcher) = &self.watcher
            && let Some(of @ 1..) = self.bar.length()
        {
            watcher.see(self.bar.position(), of, most);
        }
    }
}

impl Progress for Bar {
    fn walking(&self, root: &Path, known: usize) {
        let template = if known == 0 { FOUND } else { FILES };
        self.begin(&text!("progress-looking"), known as u64, template);
        let path = Escaped::path(root).to_string();
        self.bar
            .set_message(format!(" {}", text!("progress-in", path = path)));
        // Without a thread to turn it, the bar turns when files are found.
        if !self.bar.is_hidden() && threads::may_be_had() {
            self.bar.enable_steady_tick(Duration::from_millis(120));
        }
    }

    fn found(&self, files: usize) {
        self.advance(files, MOST_WALKED);
    }

    fn reading(&self, files: usize) {
        self.begin(&text!("progress-reading"), files as u64, FILES);
    }

    fn files(&self, name: &str, files: usize) {
        self.begin(name, files as u64, FILES);
    }

    fn forward(&self, files: usize) {
        self.bar.inc(files as u64);
    }

    fn one_more(&self) {
        self.advance(1, MOST_READ);
    }

    fn importing(&self, bytes: u64) {
        self.begin(&text!("progress-reading"), bytes, BYTES);
    }

    fn read_bytes(&self, bytes: u64) {
        self.bar.inc(bytes);
    }

    fn done(&self) {
        self.bar.finish_and_clear();
    }
}

fn nothing() -> ProgressStyle {
    ProgressStyle::with_template("").unwrap_or_else(|_| ProgressStyle::default_bar())
}

/// How fast it goes, and what is left: nothing before that is known.
fn pace(
    done: u64,
    amount: impl Fn(f64) -> String,
    a_second: f64,
    left: Option<Duration>,
) -> String {
    if done == 0 || a_second.is_nan() || a_second < 0.05 {
        return String::new();
    }
    let rate = amount(a_second);
    match left {
        Some(left) => text!("progress-pace-left", rate = rate, left = in_words(left)),
        None => text!("progress-pace", rate = rate),
    }
}

/// `3m`, `5 分钟`.
fn in_words(left: Duration) -> String {
    match tongue() {
        Tongue::English => format!("{:#}", HumanDuration(left)),
        Tongue::Chinese => dates::duration(i64::try_from(left.as_secs()).unwrap_or(i64::MAX)),
    }
}

/// A number of files: of few, with a tenth.
fn count(number: f64) -> String {
    if number < 10.0 {
        return format!("{number:.1}");
    }
    HumanCount(whole(number)).to_string()
}

fn bytes(number: f64) -> String {
    HumanBytes(whole(number)).to_string()
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a rate is shown, and saturates"
)]
fn whole(number: f64) -> u64 {
    number.round() as u64
}

#[cfg(test)]
mod tests {
    use std::io;
    use std::sync::Arc;

    use imm_cluster_messages::in_tongue;
    use indicatif::TermLike;

    use super::*;

    /// A terminal that keeps the line that was written last.
    #[derive(Debug, Clone, Default)]
    struct Screen(Arc<Mutex<String>>);

    impl Screen {
        fn line(&self) -> String {
            self.0.lock().unwrap().trim_end().to_owned()
        }
    }

    impl TermLike for Screen {
        fn width(&self) -> u16 {
            100
        }
        fn move_cursor_up(&self, _: usize) -> io::Result<()> {
            Ok(())
        }
        fn move_cursor_down(&self, _: usize) -> io::Result<()> {
            Ok(())
        }
        fn move_cursor_right(&self, _: usize) -> io::Result<()> {
            Ok(())
        }
        fn move_cursor_left(&self, _: usize) -> io::Result<()> {
            Ok(())
        }
        fn write_line(&self, line: &str) -> io::Result<()> {
            self.write_str(line)
        }
        fn write_str(&self, text: &str) -> io::Result<()> {
            self.0.lock().unwrap().push_str(text);
            Ok(())
        }
        fn clear_line(&self) -> io::Result<()> {
            self.0.lock().unwrap().clear();
            Ok(())
        }
        fn flush(&self) -> io::Result<()> {
            Ok(())
        }
    }

    fn on_screen() -> (Bar, Screen) {
        let screen = Screen::default();
        let target = ProgressDrawTarget::term_like(Box::new(screen.clone()));
        (Bar::on(target), screen)
    }

    #[test]
    fn each_step_says_what_it_does_and_how_fast() {
        let (progress, screen) = on_screen();
        let shown = || {
            progress.bar.force_draw();
            screen.line()
        };
        progress.reading(2_000);
        assert_eq!(
            shown(),
            format!("Reading [{}] 0/2,000 files", " ".repeat(24))
        );
        for _ in 0..1_000 {
            progress.one_more();
        }
        let line = shown();
        assert!(
            line.starts_with("Reading [============>           ] 1,000/2,000 files, "),
            "{line}"
        );
        assert!(line.contains("/s, ") && line.ends_with(" left"), "{line}");
        progress.files("Comparing", 4);
        progress.forward(3);
        let line = shown();
        assert!(
            line.starts_with("Comparing [==================>     ] 3/4 files"),
            "{line}"
        );
        progress.importing(4_096);
        progress.read_bytes(1_024);
        let line = shown();
        assert!(line.contains("] 1.00 KiB/4.00 KiB"), "{line}");
        progress.done();
        assert_eq!(screen.line(), "", "the bar goes away");
    }

    #[test]
    fn a_walk_knows_what_is_left_when_the_files_are_known() {
        let (progress, screen) = on_screen();
        let shown = || {
            progress.bar.force_draw();
            screen.line()
        };
        progress.walking(Path::new("/photos\u{1b}[2J"), 0);
        progress.found(12_345);
        let line = shown();
        assert!(
            line.starts_with("Looking ") && line.contains(" 12,345 files"),
            "{line}"
        );
        assert!(line.ends_with(r" in /photos\u{1b}[2J"), "{line}");
        let long = "/photos".repeat(30);
        progress.walking(Path::new(&long), 20_000);
        progress.found(10_000);
        let line = shown();
        assert!(
            line.starts_with("Looking [============>           ] 10,000/20,000 files"),
            "{line}"
        );
        assert!(line.contains(" in /photos") && line.len() <= 100, "{line}");
    }

    #[test]
    fn a_step_in_chinese() {
        in_tongue(Tongue::Chinese, || {
            let (progress, screen) = on_screen();
            progress.reading(2_000);
            progress.bar.force_draw();
            let bar = " ".repeat(24);
            assert_eq!(screen.line(), format!("正在读取 [{bar}] 0/2,000 个文件"));
            let left = Some(Duration::from_secs(200));
            assert_eq!(pace(1, count, 9.94, left), "，9.9/s，剩余 3 分钟");
        });
    }

    #[test]
    fn a_rate_has_few_digits() {
        let in_words = |rate| pace(1, count, rate, Some(Duration::from_secs(200)));
        assert_eq!(in_words(104_123.456), ", 104,123/s, 3m left");
        assert_eq!(in_words(9.94), ", 9.9/s, 3m left");
        assert_eq!(in_words(0.0), "");
        assert_eq!(in_words(f64::NAN), "");
        assert_eq!(pace(5, bytes, 2e6, None), ", 1.91 MiB/s");
        assert_eq!(pace(0, count, 5.0, Some(Duration::ZERO)), "");
    }

    #[test]
    fn who_watches_hears_of_each_per_cent_once() {
        let heard = Arc::new(Mutex::new(Vec::new()));
        let ears = Arc::clone(&heard);
        let progress = Bar::new(false).watched(Duration::ZERO, move |percent| {
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
