//! Code of drivers that keeps them loaded until it has returned.

use std::time::Duration;

use crate::{
    sched::{self, Condvar, Mutex},
    stop,
};

/// How much code runs, or is going to, that keeps its driver loaded.
#[derive(Default)]
pub(super) struct Running {
    count: Mutex<usize>,
    done: Condvar,
}

impl Running {
    pub fn begin(&self) {
        *self.count.lock() += 1;
    }

    pub fn end(&self) {
        *self.count.lock() -= 1;
        self.done.notify_all();
    }

    /// Waits until none runs any more, but not longer than so.
    pub fn settle(&self, most: Duration) {
        let mut count = self.count.lock();
        let end = sched::now() + most;
        while *count > 0 && stop::wait_until(&self.done, &mut count, end) {}
    }
}
