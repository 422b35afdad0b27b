//! A thread that waits.

use std::sync::{
    Arc,
    atomic::{AtomicIsize, Ordering},
};

use super::{
    super::{object::Object, thread::ThreadObject},
    Limit,
    table::Locked,
    waiting,
};
use crate::{
    sched::{self, Parker},
    stop,
};

/// Nothing has ended the wait yet.
const WAITS: isize = -1;
/// Somebody is about to end it.
const CLAIMED: isize = -2;
/// The time is over.
const TOO_LATE: isize = -3;

/// A thread that waits.
pub(in crate::ke) struct Waiter {
    /// Key of the object that ended the wait, or one of the constants.
    outcome: AtomicIsize,
    /// All objects, if it waits for all of them at once; else none.
    all: Box<[Object]>,
    /// The thread, as drivers know it.
    pub thread: Arc<ThreadObject>,
    /// The thread, as the host knows it.
    host: Parker,
}

impl Waiter {
    pub fn new(thread: Arc<ThreadObject>, all: Box<[Object]>) -> Self {
        Self { outcome: AtomicIsize::new(WAITS), all, thread, host: Parker::current() }
    }

    pub fn wants_all(&self) -> bool {
        !self.all.is_empty()
    }

    fn change(&self, to: isize) -> bool {
        self.outcome.compare_exchange(WAITS, to, Ordering::AcqRel, Ordering::Acquire).is_ok()
    }

    /// Begins to end the wait; false if it has ended otherwise. [`finish`](Self::finish) must follow.
    pub fn claim(&self) -> bool {
        self.change(CLAIMED)
    }

    /// Ends the wait after [`claim`](Self::claim). Its objects may be gone at once unless they are
    /// locked and the waiter is still entered.
    pub fn finish(&self, key: usize) {
        self.outcome.store(key.cast_signed(), Ordering::Release);
    }

    /// Makes the thread notice that its wait has ended.
    pub fn wake(&self) {
        self.host.unpark();
    }

    /// Ends a wait for all objects if all of them are signaled.
    pub fn look(&self) {
        let locked = Locked::new(&self.all);
        // A thread that no longer waits may have freed the objects; one that does cannot leave now.
        if self.outcome.load(Ordering::Acquire) != WAITS
            || !self.all.iter().all(|object| object.is_signaled_for(&self.thread))
            || !self.claim()
        {
            return;
        }
        for object in &self.all {
            object.release(&self.thread);
        }
        self.finish(0);
        drop(locked);
        self.wake();
    }

    /// Sleeps until the wait has ended; none if that was by time. Only by the thread itself.
    pub fn sleep(&self, objects: &[Object], limit: Limit) -> Option<usize> {
        let mut parked = 0_u32;
        let mut known = None;
        loop {
            // The host wakes it every now and then.
            if parked > 1 {
                known.get_or_insert_with(|| waiting::note(objects));
            }
            let outcome = self.outcome.load(Ordering::Acquire);
            match usize::try_from(outcome) {
                Ok(key) => return Some(key),
                Err(_) if outcome == CLAIMED => sched::yield_now(),
                Err(_) => match limit {
                    _ if stop::is_stopped() && self.change(TOO_LATE) => return None,
                    Limit::None => {
                        sched::park("an object", None);
                        parked = parked.saturating_add(1);
                    }
                    Limit::Until(end) => {
                        let left = end.saturating_duration_since(sched::now());
                        if left.is_zero() && self.change(TOO_LATE) {
                            return None;
                        }
                        sched::park("an object", Some(end));
                        parked = parked.saturating_add(1);
                    }
                },
            }
        }
    }
}
