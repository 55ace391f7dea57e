//! What benches measure with.

use std::time::{Duration, Instant};

/// The shortest of some rounds.
pub(crate) fn best(rounds: u32, run: impl Fn()) -> Duration {
    let time = |_| {
        let started = Instant::now();
        run();
        started.elapsed()
    };
    (0..rounds).map(time).min().unwrap()
}

/// Milliseconds, to a tenth.
pub(crate) fn millis(time: Duration) -> String {
    format!("{:.1} ms", time.as_secs_f64() * 1000.0)
}
