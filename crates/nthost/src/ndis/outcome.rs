//! The end of something that can be pending.

use std::time::Instant;

use ndis_sys::NDIS_STATUS;

use crate::sched::{Condvar, Mutex};

use crate::stop;

/// The end of something that can be pending, which somebody waits for.
#[derive(Default)]
pub(super) struct Outcome {
    status: Mutex<Option<NDIS_STATUS>>,
    changed: Condvar,
}

impl Outcome {
    /// It has ended so. False if it had ended before.
    pub fn set(&self, status: NDIS_STATUS) -> bool {
        let mut known = self.status.lock();
        let is_first = known.is_none();
        known.get_or_insert(status);
        self.changed.notify_all();
        is_first
    }

    /// How it has ended, if it has.
    pub fn get(&self) -> Option<NDIS_STATUS> {
        *self.status.lock()
    }

    /// Waits for its end, but not longer than so.
    pub fn wait(&self, until: Instant) -> Option<NDIS_STATUS> {
        let mut known = self.status.lock();
        while known.is_none() && stop::wait_until(&self.changed, &mut known, until) {}
        *known
    }
}
