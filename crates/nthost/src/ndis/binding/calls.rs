//! Calls of a binding's handlers that have not returned.

use std::{
    sync::atomic::{AtomicUsize, Ordering::SeqCst},
    time::{Duration, Instant},
};

use crate::sched::{self, Condvar, Mutex};

use crate::stop;

/// How long to wait before looking again whether a call runs.
const LOOK: Duration = Duration::from_micros(50);
/// Set once no more calls begin.
const CLOSED: usize = 1 << 63;

/// Calls of a binding's handlers that have not returned.
#[derive(Default)]
pub(super) struct Calls {
    running: AtomicUsize,
    lock: Mutex<()>,
    ended: Condvar,
}

/// A call of a handler.
pub(crate) struct Call<'c>(&'c Calls);

impl Calls {
    /// Begins a call, unless that is over.
    pub fn begin(&self) -> Option<Call<'_>> {
        let is_open = self.running.fetch_add(1, SeqCst) & CLOSED == 0;
        // The end of a call that does not begin may be what somebody waits for.
        let call = Call(self);
        is_open.then_some(call)
    }

    /// Waits until none runs for a moment. False if some run all the time until then.
    pub fn wait(&self, until: Instant) -> bool {
        while self.running.load(SeqCst) & !CLOSED != 0 {
            if sched::now() >= until || stop::is_stopped() {
                return false;
            }
            sched::sleep(LOOK);
        }
        true
    }

    /// Lets no more calls begin, and waits for those that run. False if some still run after that time.
    pub fn close(&self, until: Instant) -> bool {
        self.running.fetch_or(CLOSED, SeqCst);
        let mut guard = self.lock.lock();
        while self.running.load(SeqCst) != CLOSED {
            if !stop::wait_until(&self.ended, &mut guard, until) {
                return self.running.load(SeqCst) == CLOSED;
            }
        }
        true
    }
}

impl Drop for Call<'_> {
    fn drop(&mut self) {
        if self.0.running.fetch_sub(1, SeqCst) == CLOSED + 1 {
            drop(self.0.lock.lock());
            self.0.ended.notify_all();
        }
    }
}
