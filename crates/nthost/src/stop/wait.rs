//! Waiting as long as the kernel runs.
//!
//! Who waits looks now and then whether the kernel has stopped: the thread that stops it can be anywhere,
//! and so cannot take the locks that it would need to wake others.

use std::time::{Duration, Instant};

use parking_lot::{Condvar, MutexGuard};

use super::is_stopped;

/// How often who waits looks whether the kernel has stopped.
pub(crate) const TICK: Duration = Duration::from_millis(20);

/// Waits until somebody says that something has changed, or for a moment. False if the kernel has
/// stopped.
pub(crate) fn wait<T>(changed: &Condvar, state: &mut MutexGuard<'_, T>) -> bool {
    changed.wait_for(state, TICK);
    !is_stopped()
}

/// The same, but not beyond `end`. False also if that time has come and nothing has changed.
pub(crate) fn wait_until<T>(
    changed: &Condvar,
    state: &mut MutexGuard<'_, T>,
    end: Instant,
) -> bool {
    let result = changed.wait_until(state, end.min(Instant::now() + TICK));
    !(result.timed_out() && Instant::now() >= end || is_stopped())
}

/// When to look again, if not before.
pub(crate) fn soon() -> Instant {
    Instant::now() + TICK
}
