//! `ffmpeg`, where it is installed: it makes a frame of a video.
//!
//! It is a large program that reads what others have made, so it is given one file, one way to
//! read it, no network, little time and a limit for what it may answer.

use std::ffi::OsString;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use crate::options;
use imm_cluster_core::media::format::Format;
use imm_cluster_core::report::Frame;

/// How long one video may take.
const MOST_TIME: Duration = Duration::from_secs(10);
/// The same as processor time, which it is told to keep to by itself.
const MOST_SECONDS: &str = "10";
/// The largest piece of memory that it may ask for at once: some frames of 8K.
const MOST_PIECE: &str = "268435456";
/// What stands before the pixels at most.
const MOST_HEAD: usize = 64;

/// The installed program.
#[derive(Debug)]
pub(crate) struct Ffmpeg {
    program: PathBuf,
}

impl Ffmpeg {
    /// The first one in the folders of `PATH`.
    pub(crate) fn find() -> Option<Self> {
        let program = options::on_path("ffmpeg")?;
        Some(Self { program })
    }

    /// Where it is.
    pub(crate) fn program(&self) -> &Path {
        &self.program
    }

    /// A frame of a video, no longer than `side`, as it is to be seen. That at one second is
    /// less often dark or shaken than the first, which stands in for it in shorter videos.
    pub(crate) fn frame(&self, path: &Path, format: Format, side: usize) -> Option<Frame> {
        let until = Instant::now() + MOST_TIME;
        let demuxer = demuxer(format)?;
        ["1", "0"].into_iter().find_map(|second| {
            let most = side * side * 3 + MOST_HEAD;
            let mut command = self.command(path, demuxer, second, side);
            pixels(&answer(&mut command, most, until)?)
        })
    }

    fn command(&self, path: &Path, demuxer: &str, second: &str, side: usize) -> Command {
        // With the name of its protocol in front, no name of a file is an option, a list of
        // files, or an address.
        let mut input = OsString::from("file:");
        input.push(path);
        // First to square pixels, which old films do not have.
        let scale = format!(
            "scale='trunc(iw*if(sar,sar,1))':ih,setsar=1,\
             scale='min({side},iw)':'min({side},ih)':force_original_aspect_ratio=decrease"
        );
        let mut command = Command::new(&self.program);
        command
            .args(["-nostdin", "-hide_banner", "-loglevel", "quiet"])
            .args(["-max_alloc", MOST_PIECE, "-filter_threads", "1"])
            // Ctrl-C ends us and not it, which has a group of its own.
            .args(["-timelimit", MOST_SECONDS])
            // A playlist within what claims to be a video is none: only this reader is asked,
            // and it opens no other file.
            .args(["-protocol_whitelist", "file", "-f", demuxer])
            .args(["-threads", "1", "-ss", second, "-i"])
            .arg(input)
            .args(["-map", "0:V:0", "-frames:v", "1", "-vf", &scale])
            .args([
                "-pix_fmt",
                "rgb24",
                "-c:v",
                "ppm",
                "-f",
                "image2pipe",
                "pipe:1",
            ])
            // It would have a report written.
            .env_remove("FFREPORT");
        command
    }
}

/// Which of its readers a format is for; `None` for a format that is no video.
fn demuxer(format: Format) -> Option<&'static str> {
    match format {
        Format::Mp4 | Format::Mov | Format::ThreeGp | Format::ThreeG2 | Format::M4v => Some("mov"),
        Format::Matroska | Format::WebM => Some("matroska"),
        Format::Avi => Some("avi"),
        Format::MpegTs => Some("mpegts"),
        Format::MpegPs => Some("mpeg"),
        Format::Asf => Some("asf"),
        _ => None,
    }
}

/// What a command prints, when that is at most so much and it ends well and in time.
fn answer(command: &mut Command, most: usize, until: Instant) -> Option<Vec<u8>> {
    let silent = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null());
    // What is found may be a script around the real program, which has to end with it.
    #[cfg(unix)]
    std::os::unix::process::CommandExt::process_group(silent, 0);
    let mut child = silent.spawn().ok()?;
    let answer = listen(&mut child, most, until).filter(|_| ends(&mut child, until));
    end_all(&mut child);
    let status = child.wait().ok()?;
    answer.filter(|_| status.success())
}

/// Whether a program that has answered ends in time.
fn ends(child: &mut Child, until: Instant) -> bool {
    loop {
        match has_ended(child) {
            Some(true) => return true,
            Some(false) if Instant::now() < until => thread::sleep(Duration::from_millis(1)),
            _ => return false,
        }
    }
}

/// Whether a program has ended. It is not waited for: as long as nobody did, its number is its own,
/// and so is that of its group.
#[cfg(unix)]
fn has_ended(child: &mut Child) -> Option<bool> {
    use rustix::process::{Pid, WaitId, WaitIdOptions, waitid};
    let options = WaitIdOptions::EXITED | WaitIdOptions::NOHANG | WaitIdOptions::NOWAIT;
    let status = waitid(WaitId::Pid(Pid::from_child(child)), options).ok()?;
    Some(status.is_some())
}

/// Whether a program has ended.
#[cfg(not(unix))]
fn has_ended(child: &mut Child) -> Option<bool> {
    Some(child.try_wait().ok()?.is_some())
}

/// Ends a program that may have ended, and on Unix all that it started.
fn end_all(child: &mut Child) {
    #[cfg(unix)]
    {
        use rustix::process::{Pid, Signal, kill_process_group};
        let _ = kill_process_group(Pid::from_child(child), Signal::KILL);
    }
    let _ = child.kill();
}

fn listen(child: &mut Child, most: usize, until: Instant) -> Option<Vec<u8>> {
    let out = child.stdout.take()?;
    let (send, receive) = mpsc::channel();
    // It ends with the program and all that it started, which are killed when they take too long.
    let listener = thread::Builder::new().spawn(move || {
        let mut bytes = Vec::new();
        let read = out.take(most as u64 + 1).read_to_end(&mut bytes);
        // Nobody listens when it was too late.
        let _ = send.send(read.map(|_| bytes));
    });
    listener.ok()?;
    let left = until.saturating_duration_since(Instant::now());
    let bytes = receive.recv_timeout(left).ok()?.ok()?;
    (bytes.len() <= most).then_some(bytes)
}

/// The pixels of a portable pixmap (`P6`) of 8 bits.
fn pixels(ppm: &[u8]) -> Option<Frame> {
    let mut lines = ppm.splitn(4, |byte| *byte == b'\n');
    let (kind, size, most) = (lines.next()?, lines.next()?, lines.next()?);
    let rgb = lines.next()?;
    let mut sides = std::str::from_utf8(size).ok()?.split(' ').map(str::parse);
    let (width, height): (usize, usize) = (sides.next()?.ok()?, sides.next()?.ok()?);
    let is_whole = width.checked_mul(height)?.checked_mul(3)? == rgb.len() && !rgb.is_empty();
    (kind == b"P6" && most == b"255" && is_whole).then(|| Frame {
        width,
        height,
        rgb: rgb.to_vec(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pixels_and_what_are_none() {
        let frame = pixels(b"P6\n2 1\n255\nabc\ndef").map(|frame| (frame.width, frame.rgb));
        assert_eq!(frame, None);
        let frame = pixels(b"P6\n2 1\n255\nabc\nde").unwrap();
        assert_eq!((frame.width, frame.height), (2, 1));
        assert_eq!(frame.rgb, b"abc\nde");
        for bad in [
            &b""[..],
            b"P6\n2 1\n255\nabc",
            b"P5\n2 1\n255\nabcdef",
            b"P6\n2 1\n65535\nabcdef",
            b"P6\n0 1\n255\n",
            b"P6\n99999999999999999999 1\n255\n",
        ] {
            assert_eq!(pixels(bad), None);
        }
    }

    #[test]
    fn every_format_of_videos_has_a_reader() {
        for format in Format::ALL {
            assert_eq!(demuxer(*format).is_some(), format.is_video(), "{format:?}");
        }
    }

    #[cfg(unix)]
    #[test]
    fn what_is_long_fails_or_takes_long_is_no_answer() {
        let ask = |script: &str, millis| {
            let mut command = Command::new("sh");
            let until = Instant::now() + Duration::from_millis(millis);
            answer(command.args(["-c", script]), 4, until)
        };
        assert_eq!(ask("printf abcd", 60_000).as_deref(), Some(&b"abcd"[..]));
        assert_eq!(ask("printf abcde", 60_000), None);
        assert_eq!(ask("printf abcd; exit 1", 60_000), None);
        assert_eq!(ask("exec yes", 60_000), None);
        let started = Instant::now();
        assert_eq!(ask("printf ab; exec sleep 600", 100), None);
        assert!(started.elapsed() < Duration::from_mins(5));
        let mut none = Command::new("/nowhere/at/all");
        assert_eq!(answer(&mut none, 4, Instant::now()), None);
    }

    /// The real program is a child of what was found, and the pipe is open as long as it lives.
    #[cfg(unix)]
    #[test]
    fn what_a_script_started_ends_with_it() {
        let folder = tempfile::tempdir().unwrap();
        let number = folder.path().join("number");
        for (script, is_well) in [
            ("sleep 600 & echo $! >number; wait", false),
            ("sleep 600 >/dev/null & echo $! >number; printf ab", true),
        ] {
            let mut command = Command::new("sh");
            command.args(["-c", script]).current_dir(folder.path());
            let until = Instant::now() + Duration::from_secs(if is_well { 60 } else { 2 });
            assert_eq!(answer(&mut command, 4, until).is_some(), is_well);
            let number = std::fs::read_to_string(&number).unwrap();
            let number = number.trim().parse().unwrap();
            let pid = rustix::process::Pid::from_raw(number).unwrap();
            // Whoever adopts it may take a moment to notice.
            let until = Instant::now() + Duration::from_mins(1);
            while rustix::process::test_kill_process(pid).is_ok() && !is_zombie(number) {
                assert!(Instant::now() < until, "{script}");
                thread::sleep(Duration::from_millis(5));
            }
        }
    }

    /// Whether a process has ended and nobody asked for its status, as may be in a container.
    #[cfg(unix)]
    fn is_zombie(number: i32) -> bool {
        let stat = std::fs::read_to_string(format!("/proc/{number}/stat"));
        stat.is_ok_and(|stat| stat.contains(") Z "))
    }
}
