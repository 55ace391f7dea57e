//! Waiting for another process that holds a file.

use std::fs::{File, TryLockError};
use std::time::{Duration, Instant};
use std::{io, thread};

/// Locks a file as long as it is open. Another process that holds it is waited for up to
/// `wait`, with a `pause` between two looks. Says whether it could be had.
///
/// # Errors
/// The file system has no locks, or refuses this one.
pub fn lock_within(file: &File, wait: Duration, pause: Duration) -> io::Result<bool> {
    let started = Instant::now();
    loop {
        match file.try_lock() {
            Ok(()) => return Ok(true),
            Err(TryLockError::Error(error)) => return Err(error),
            Err(TryLockError::WouldBlock) if started.elapsed() >= wait => return Ok(false),
            Err(TryLockError::WouldBlock) => thread::sleep(pause),
        }
    }
}
