//! Being asked to end: a long reading looks here whether it should.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use imm_cluster_messages::text;

/// Whether somebody asked this process to end.
#[derive(Debug, Clone, Default)]
pub struct Interrupt {
    /// The number of the signal; 0 before there was one.
    signal: Arc<AtomicUsize>,
}

impl Interrupt {
    /// Where the number of a signal goes when it comes.
    pub fn number(&self) -> &Arc<AtomicUsize> {
        &self.signal
    }

    /// The signal that asked the process to end, if one did.
    pub fn signal(&self) -> Option<u8> {
        let signal = self.signal.load(Ordering::Relaxed);
        u8::try_from(signal).ok().filter(|signal| *signal != 0)
    }
}

/// What people call a signal, by the numbers of POSIX.
pub fn name(signal: u8) -> String {
    match signal {
        2 => "Ctrl-C".to_owned(),
        15 => "SIGTERM".to_owned(),
        _ => text!("interrupt-hangup"),
    }
}
