//! Waiting until all have let go of something.

use std::{sync::Arc, time::Instant};

use super::{Condvar, Mutex};
use crate::stop;

/// What some hold, and others wait for to be let go of.
#[derive(Default)]
pub(crate) struct Latch(Arc<Shared>);

#[derive(Default)]
struct Shared {
    holds: Mutex<usize>,
    changed: Condvar,
}

/// Keeps those waiting who wait for the latch.
pub(crate) struct Hold(Arc<Shared>);

impl Latch {
    pub fn hold(&self) -> Hold {
        *self.0.holds.lock() += 1;
        Hold(Arc::clone(&self.0))
    }

    /// Waits until nobody holds it, or the kernel has stopped.
    pub fn wait(&self) {
        let mut holds = self.0.holds.lock();
        while *holds > 0 && stop::wait(&self.0.changed, &mut holds) {}
    }

    /// Waits until nobody holds it, or the kernel has stopped, or until then.
    pub fn wait_until(&self, end: Instant) {
        let mut holds = self.0.holds.lock();
        while *holds > 0 && stop::wait_until(&self.0.changed, &mut holds, end) {}
    }
}

impl Drop for Hold {
    fn drop(&mut self) {
        *self.0.holds.lock() -= 1;
        self.0.changed.notify_all();
    }
}
