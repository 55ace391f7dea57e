//! Threads for `rayon`, as many as can be had: a container may allow few, or none at all.

use std::io;
use std::num::NonZero;
use std::sync::mpsc::{self, Sender};
use std::thread;

use rayon::{ThreadBuilder, ThreadPool, ThreadPoolBuilder};

/// Threads that wait until a pool is made of them. A pool that asks for a thread that
/// cannot be made is none at all, so they are made before.
struct Waiting(Vec<Sender<ThreadBuilder>>);

impl Waiting {
    /// So many, or fewer.
    fn up_to(most: usize) -> Self {
        let make = |_| {
            let (sender, receiver) = mpsc::channel::<ThreadBuilder>();
            let made = thread::Builder::new().spawn(move || {
                // Nobody sends where no pool came of it.
                if let Ok(thread) = receiver.recv() {
                    thread.run();
                }
            });
            made.is_ok().then_some(sender)
        };
        Self((0..most).map_while(make).collect())
    }

    fn take(&mut self, thread: ThreadBuilder) -> io::Result<()> {
        let waiting = self.0.pop().ok_or(io::ErrorKind::WouldBlock)?;
        waiting
            .send(thread)
            .map_err(|_| io::ErrorKind::WouldBlock.into())
    }
}

/// How many cores this process may use.
pub fn cores() -> usize {
    thread::available_parallelism().map_or(1, NonZero::get)
}

/// Makes the pool that everything in parallel uses, once in a process: the present thread
/// and others, together as many as are wanted or can be had.
pub fn prepare(wanted: usize) {
    let mut waiting = Waiting::up_to(wanted.saturating_sub(1));
    // There is one already where a program that uses the library made it.
    let _ = ThreadPoolBuilder::new()
        .num_threads(waiting.0.len() + 1)
        .use_current_thread()
        .spawn_handler(|thread| waiting.take(thread))
        .build_global();
}

/// A pool besides that one, of so many threads or as many as can be had; none where there
/// would be no more than at present.
pub fn pool(wanted: usize) -> Option<ThreadPool> {
    let present = rayon::current_num_threads();
    if wanted == present {
        return None;
    }
    let mut waiting = Waiting::up_to(wanted);
    let had = waiting.0.len();
    if had == 0 || had < wanted.min(present) {
        return None;
    }
    ThreadPoolBuilder::new()
        .num_threads(had)
        .spawn_handler(|thread| waiting.take(thread))
        .build()
        .ok()
}

/// Whether another thread can be had at present.
pub fn may_be_had() -> bool {
    let made = thread::Builder::new().spawn(|| {});
    made.is_ok_and(|thread| thread.join().is_ok())
}
