//! When frames are due.

use std::time::{Duration, Instant};

use crate::sched;

/// The longest that is waited at once.
const PATIENCE: Duration = Duration::from_millis(50);

/// Frames become due at their own times, from the first one on.
#[derive(Default)]
pub(super) struct Pace {
    begin: Option<(Instant, u64)>,
}

impl Pace {
    /// How long it is until a frame of this time, in nanoseconds, is due. Zero for the first one, and for
    /// those whose time has passed.
    pub fn until(&mut self, time: u64) -> Duration {
        let (start, first) = *self.begin.get_or_insert_with(|| (sched::now(), time));
        let offset = Duration::from_nanos(time.saturating_sub(first));
        offset.saturating_sub(sched::now().duration_since(start))
    }

    /// Begins anew with the next frame.
    pub fn restart(&mut self) {
        self.begin = None;
    }
}

/// Waits so long, or a part of it.
pub(super) fn wait(time: Duration) {
    sched::sleep(time.min(PATIENCE));
}

/// The time, in nanoseconds since 1970.
pub(super) fn now() -> u64 {
    u64::try_from(sched::unix_time().as_nanos()).unwrap_or(u64::MAX)
}
