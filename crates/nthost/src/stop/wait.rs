//! Waiting as long as the kernel runs.
//!
//! Who waits looks now and then whether the kernel has stopped: the thread that stops it can be anywhere,
//! and so cannot take the locks that it would need to wake others. With a seeded schedule it need not
//! look: then the scheduler wakes all.

use std::time::{Duration, Instant};

use super::is_stopped;
use crate::sched::{self, Condvar, MutexGuard};

/// How often who waits looks whether the kernel has stopped.
pub(crate) const TICK: Duration = Duration::from_millis(20);

/// Waits until somebody says that something has changed, or for a moment. False if the kernel has
/// stopped.
pub(crate) fn wait<T>(changed: &Condvar, state: &mut MutexGuard<'_, T>) -> bool {
    changed.wait_a_while(state, None);
    !is_stopped()
}

/// The same, but not beyond `end`. False also if that time has come and nothing has changed.
pub(crate) fn wait_until<T>(
    changed: &Condvar,
    state: &mut MutexGuard<'_, T>,
    end: Instant,
) -> bool {
    let result = changed.wait_a_while(state, Some(end));
    !(result.timed_out() && sched::now() >= end || is_stopped())
}
