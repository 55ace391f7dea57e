//! The memory that all threads together may take for decoding pictures.

use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

/// The most memory that decoders take at the same time, on all threads together.
pub(super) const MOST_DECODING: usize = 128 * 1024 * 1024;

/// Bytes that threads take before they allocate, and give back when they are done.
///
/// Requests are served in the order in which they come, so that a large picture does not starve
/// behind small ones. No thread waits while it holds a share, so there is no deadlock.
#[derive(Debug)]
pub(super) struct Budget {
    total: usize,
    state: Mutex<BudgetState>,
    changed: Condvar,
}

#[derive(Debug)]
struct BudgetState {
    free: usize,
    /// How many asked so far, and how many of them were served.
    asked: u64,
    served: u64,
    #[cfg(test)]
    least_free: usize,
}

/// Bytes that were taken. They are given back when it is dropped, also by a panic.
#[derive(Debug)]
pub(super) struct Share<'a> {
    budget: &'a Budget,
    bytes: usize,
}

impl Budget {
    pub(super) fn new(total: usize) -> Self {
        Self {
            total,
            state: Mutex::new(BudgetState {
                free: total,
                asked: 0,
                served: 0,
                #[cfg(test)]
                least_free: total,
            }),
            changed: Condvar::new(),
        }
    }

    /// Waits until so many bytes are free; `None`, at once, where there never will be.
    /// Who holds a share gives it back before asking again.
    pub(super) fn take(&self, bytes: usize) -> Option<Share<'_>> {
        if bytes > self.total {
            return None;
        }
        let mut state = self.state();
        let number = state.asked;
        state.asked += 1;
        let mut state = self
            .changed
            .wait_while(state, |state| state.served != number || state.free < bytes)
            .unwrap_or_else(PoisonError::into_inner);
        state.free -= bytes;
        state.served += 1;
        #[cfg(test)]
        {
            state.least_free = state.least_free.min(state.free);
        }
        drop(state);
        // There may be enough for the next one too.
        self.changed.notify_all();
        Some(Share {
            budget: self,
            bytes,
        })
    }

    /// The most that was taken at the same time.
    #[cfg(test)]
    pub(super) fn most_taken(&self) -> usize {
        self.total - self.state().least_free
    }

    fn state(&self) -> MutexGuard<'_, BudgetState> {
        // No code that holds the lock can panic halfway.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Share<'_> {
    fn drop(&mut self) {
        self.budget.state().free += self.bytes;
        self.budget.changed.notify_all();
    }
}

/// Sees to it that large blocks go back to the system when they are freed.
///
/// glibc keeps what a thread freed for that thread, and more of it the larger the blocks
/// were: tens of megabytes for each, which no budget knows of. Other systems do not.
pub(super) fn free_to_the_system() {
    #[cfg(all(target_os = "linux", target_env = "gnu"))]
    #[expect(
        unsafe_code,
        reason = "there is no safe way to set an option of malloc"
    )]
    {
        /// In bytes. No picture takes many blocks of that size, so that it costs no time.
        const LARGE: libc::c_int = 256 * 1024;
        // SAFETY: the call takes two numbers and touches nothing of ours. It writes words
        // that glibc itself writes whenever a thread frees a large block, without a lock.
        unsafe {
            libc::mallopt(libc::M_MMAP_THRESHOLD, LARGE);
            libc::mallopt(libc::M_TRIM_THRESHOLD, 2 * LARGE);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use proptest::prelude::*;

    use super::*;

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn never_more_than_there_is_and_all_are_served(
            wanted in prop::collection::vec(prop::collection::vec(0..120_usize, 0..20), 1..12),
        ) {
            let budget = Budget::new(100);
            let (taken, most, refused) = (AtomicUsize::new(0), AtomicUsize::new(0), AtomicUsize::new(0));
            std::thread::scope(|scope| {
                let (budget, taken, most, refused) = (&budget, &taken, &most, &refused);
                for thread in &wanted {
                    scope.spawn(move || {
                        for bytes in thread {
                            let Some(_share) = budget.take(*bytes) else {
                                refused.fetch_add(1, Ordering::SeqCst);
                                continue;
                            };
                            let now = taken.fetch_add(*bytes, Ordering::SeqCst) + bytes;
                            most.fetch_max(now, Ordering::SeqCst);
                            std::thread::yield_now();
                            taken.fetch_sub(*bytes, Ordering::SeqCst);
                        }
                    });
                }
            });
            prop_assert!(most.into_inner() <= 100);
            let too_much = wanted.iter().flatten().filter(|bytes| **bytes > 100).count();
            prop_assert_eq!(refused.into_inner(), too_much);
            prop_assert_eq!(budget.state().free, 100);
        }
    }

    #[test]
    fn nobody_is_overtaken() {
        let budget = Budget::new(10);
        let first = budget.take(6).unwrap();
        let order = Mutex::new(Vec::new());
        std::thread::scope(|scope| {
            let asks = |bytes: usize| {
                let before = budget.state().asked;
                let order = &order;
                let budget = &budget;
                scope.spawn(move || {
                    let share = budget.take(bytes).unwrap();
                    order.lock().unwrap().push(bytes);
                    drop(share);
                });
                while budget.state().asked == before {
                    std::thread::yield_now();
                }
            };
            // The small one would fit at once, and stands behind the large one.
            asks(10);
            asks(1);
            assert_eq!(*order.lock().unwrap(), [0; 0]);
            drop(first);
        });
        assert_eq!(order.into_inner().unwrap(), [10, 1]);
    }

    #[test]
    fn a_panic_gives_the_share_back() {
        let budget = Budget::new(10);
        let panicked = crate::media::guarded(|| {
            let _share = budget.take(10).unwrap();
            panic!("in a decoder");
        });
        assert!(panicked.is_none());
        assert!(budget.take(10).is_some());
    }
}
