//! Signals: what asks a long reading to end, and what must not end it.

use std::fs;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::flag;

use imm_cluster_core::interrupt::Interrupt;

/// The signals that ask a process to end.
#[cfg(unix)]
const ASKING: [i32; 3] = [SIGINT, SIGTERM, signal_hook::consts::SIGHUP];
/// On Windows `SIGBREAK` of `signal.h` too, which comes of Ctrl-Break.
#[cfg(not(unix))]
const ASKING: [i32; 3] = [SIGINT, SIGTERM, 21];

/// Signals that are listened to until this is dropped.
#[derive(Debug)]
pub(crate) struct Listening {
    interrupt: Interrupt,
    /// Whether the next signal ends the process at once.
    asked: Arc<AtomicBool>,
}

impl Listening {
    /// Listens to Ctrl-C and the like from now on. The first one is for whoever asks
    /// [`Interrupt::signal`]; the second ends the process at once.
    pub(crate) fn begin() -> Self {
        let interrupt = Interrupt::default();
        let asked = Arc::default();
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
                Arc::clone(&asked),
            );
            let _ = second
                .and_then(|_| flag::register(signal, Arc::clone(&asked)))
                .and_then(|_| {
                    flag::register_usize(signal, Arc::clone(interrupt.number()), number.into())
                });
        }
        Self { interrupt, asked }
    }

    /// What is asked whether a signal came.
    pub(crate) fn interrupt(&self) -> &Interrupt {
        &self.interrupt
    }
}

impl Drop for Listening {
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
