//! Signals: what asks a long reading to end, and what must not end it.

use std::fs;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::flag;

/// The signals that ask a process to end.
#[cfg(unix)]
const ASKING: [i32; 3] = [SIGINT, SIGTERM, signal_hook::consts::SIGHUP];
#[cfg(not(unix))]
const ASKING: [i32; 2] = [SIGINT, SIGTERM];

/// Whether somebody asked this process to end.
#[derive(Debug, Default)]
pub struct Interrupt {
    /// The signal; 0 before there was one.
    signal: Arc<AtomicUsize>,
    /// Whether the next signal ends the process at once.
    asked: Arc<AtomicBool>,
}

impl Interrupt {
    /// Listens to Ctrl-C and the like from now on. The first one is for whoever asks
    /// [`Interrupt::signal`]; the second ends the process at once.
    pub fn listen() -> Self {
        let interrupt = Self::default();
        let asked = &interrupt.asked;
        let ignored = ignored();
        for signal in ASKING {
            let Ok(number) = u8::try_from(signal) else {
                continue;
            };
            if ignored >> (number - 1) & 1 == 1 {
                continue;
            }
            // Where the system refuses, a signal ends the process as it always does.
            let second = flag::register_conditional_shutdown(
                signal,
                128 + i32::from(number),
                Arc::clone(asked),
            );
            let _ = second
                .and_then(|_| flag::register(signal, Arc::clone(asked)))
                .and_then(|_| {
                    flag::register_usize(signal, Arc::clone(&interrupt.signal), number.into())
                });
        }
        interrupt
    }

    /// The signal that asked the process to end, if one did.
    pub fn signal(&self) -> Option<u8> {
        let signal = self.signal.load(Ordering::Relaxed);
        u8::try_from(signal).ok().filter(|signal| *signal != 0)
    }
}

impl Drop for Interrupt {
    /// Where nobody asks any more, a signal ends the process as it always does.
    fn drop(&mut self) {
        self.asked.store(true, Ordering::Relaxed);
    }
}

/// Makes a limit on the size of files an error of the write that exceeds it, where
/// the signal that comes with it would end the process.
pub(crate) fn outlive_file_size_limit() {
    #[cfg(unix)]
    {
        // Where the system refuses, the limit ends the process as it always does.
        let _ = flag::register(signal_hook::consts::SIGXFSZ, Arc::default());
    }
}

/// The signals that this process was told to ignore, one bit each: SIGHUP by `nohup`,
/// SIGINT by a script that started it in the background. Where they are not known,
/// only SIGHUP is left alone.
fn ignored() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let mask = status
        .lines()
        .find_map(|line| line.strip_prefix("SigIgn:"))
        .and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok());
    mask.unwrap_or(1)
}

/// What people call a signal.
pub(crate) fn name(signal: u8) -> &'static str {
    match i32::from(signal) {
        SIGINT => "Ctrl-C",
        SIGTERM => "SIGTERM",
        _ => "the end of the terminal",
    }
}
