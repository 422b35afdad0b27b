//! Telling of losses now and then.

use core::sync::atomic::{AtomicU64, Ordering};

/// From one report to the next, in nanoseconds.
const INTERVAL: u64 = 1_000_000_000;

/// What has been told of losses: at once of the first, and then once a second at most.
#[derive(Debug, Default)]
pub struct Losses {
    /// The time of the next report.
    next: AtomicU64,
    /// How many are in the reports so far.
    reported: AtomicU64,
}

impl Losses {
    /// None so far.
    #[must_use]
    pub const fn new() -> Self {
        Self { next: AtomicU64::new(0), reported: AtomicU64::new(0) }
    }

    /// True if at `now`, in nanoseconds, losses may be told of. It costs one load.
    #[must_use]
    pub fn is_due(&self, now: u64) -> bool {
        let next = self.next.load(Ordering::Relaxed);
        // A clock that was set back makes no pause longer than one interval.
        now >= next || next.saturating_sub(now) > INTERVAL
    }

    /// At `now`, in nanoseconds, `total` have been lost. If that is to be told now, returns how many of them have
    /// not been told of before.
    pub fn report(&self, total: u64, now: u64) -> Option<u64> {
        let next = self.next.load(Ordering::Relaxed);
        if !self.is_due(now) {
            return None;
        }
        let after = now.saturating_add(INTERVAL);
        self.next.compare_exchange(next, after, Ordering::Relaxed, Ordering::Relaxed).ok()?;
        let before = self.reported.fetch_max(total, Ordering::Relaxed);
        total.checked_sub(before).filter(|&count| count > 0)
    }
}

#[cfg(test)]
mod tests {
    use super::{INTERVAL, Losses};

    #[test]
    fn the_first_loss_is_told_at_once_and_others_once_a_second() {
        let losses = Losses::new();
        let start = 50 * INTERVAL;
        assert!(losses.is_due(start));
        assert_eq!(losses.report(3, start), Some(3));
        assert!(!losses.is_due(start + 1));
        assert_eq!(losses.report(4, start + 1), None);
        assert_eq!(losses.report(9, start + INTERVAL - 1), None);
        assert_eq!(losses.report(10, start + INTERVAL), Some(7));
        assert_eq!(losses.report(10, start + 2 * INTERVAL), None);
    }

    #[test]
    fn a_clock_that_is_set_back_does_not_silence_it() {
        let losses = Losses::new();
        assert_eq!(losses.report(1, 50 * INTERVAL), Some(1));
        assert_eq!(losses.report(2, 10 * INTERVAL), Some(1));
    }
}
