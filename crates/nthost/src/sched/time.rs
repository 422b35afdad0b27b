//! What time it is.

use std::{
    sync::LazyLock,
    thread,
    time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};

use super::{member, state::Wait};
use crate::stop::TICK;

/// When seeded schedules begin, in seconds since 1970.
const BEGINNING: u64 = 1_700_000_000;

/// What time it is for this thread: by the clock of the host, or by that of a seeded schedule.
pub(crate) fn now() -> Instant {
    member::with(|member| member.scheduler.now()).unwrap_or_else(Instant::now)
}

/// When this machine was started. It was some time before, as on Windows, where a driver is not loaded
/// in the first moment.
static START: LazyLock<Instant> = LazyLock::new(|| {
    let now = Instant::now();
    now.checked_sub(UP_BEFORE).unwrap_or(now)
});

/// How long the machine was up when the first driver is loaded.
const UP_BEFORE: Duration = Duration::from_mins(1);

/// The time since this machine was started.
pub(crate) fn since_start() -> Duration {
    member::with(|member| UP_BEFORE + member.scheduler.elapsed()).unwrap_or_else(|| START.elapsed())
}

/// The time since 1970.
pub(crate) fn unix_time() -> Duration {
    let seeded = member::with(|member| Duration::from_secs(BEGINNING) + member.scheduler.elapsed());
    seeded.unwrap_or_else(|| SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default())
}

/// Waits until then, or for ever. The host wakes it every now and then before.
pub(crate) fn doze(end: Option<Instant>) {
    let waited = member::with(|member| {
        let until = end.map(|end| member.scheduler.nanoseconds(end));
        member.scheduler.wait(member.number, Wait { what: "time to pass", key: 0, until });
    });
    if waited.is_none() {
        let left = end.map_or(TICK, |end| end.saturating_duration_since(Instant::now()));
        thread::sleep(left.min(TICK));
    }
}

/// Waits so long.
pub(crate) fn sleep(time: Duration) {
    if member::is_seeded() {
        doze(Some(now() + time));
    } else {
        thread::sleep(time);
    }
}
