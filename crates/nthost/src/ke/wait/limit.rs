//! How long to wait.

use std::time::{Duration, Instant};

use super::super::time;
use crate::{nt::LARGE_INTEGER, sched};

/// How long to wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Limit {
    /// For ever.
    None,
    /// Until then.
    Until(Instant),
}

impl Limit {
    /// Until the duration is over.
    pub fn after(duration: Duration) -> Self {
        sched::now().checked_add(duration).map_or(Self::None, Self::Until)
    }

    /// When the time is over, if ever.
    pub fn end(self) -> Option<Instant> {
        match self {
            Self::None => None,
            Self::Until(end) => Some(end),
        }
    }

    /// Until then, or until this is over if that is earlier.
    pub fn at_most(self, end: Instant) -> Self {
        Self::Until(self.end().map_or(end, |own| own.min(end)))
    }

    /// True if the time is over.
    pub fn is_over(self) -> bool {
        matches!(self, Self::Until(end) if end <= sched::now())
    }

    /// What drivers say: for ever if there is nothing; a time in the future; or, if it is negative, a
    /// duration. All in units of 100 ns.
    ///
    /// # Safety
    ///
    /// `timeout` is null or valid.
    pub unsafe fn read(timeout: *const LARGE_INTEGER) -> Self {
        // SAFETY: by the contract.
        let Some(timeout) = (unsafe { timeout.as_ref() }) else { return Self::None };
        // SAFETY: all bytes are a number.
        Self::from_timeout(unsafe { timeout.QuadPart })
    }

    /// As [`read`](Self::read), for the number itself.
    pub fn from_timeout(timeout: i64) -> Self {
        if timeout > 0 {
            return Self::after(time::until(timeout));
        }
        Self::after(time::duration(timeout.unsigned_abs()))
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use super::{super::super::time, Limit};

    #[test]
    fn durations_are_negative() {
        let before = Instant::now();
        let Limit::Until(end) = Limit::from_timeout(-10_000_000) else { panic!("it has an end") };
        let after = Instant::now();
        assert!(before + Duration::from_secs(1) <= end && end <= after + Duration::from_secs(1));
        assert!(Limit::from_timeout(0).is_over());
        assert!(!Limit::from_timeout(i64::MIN).is_over());
    }

    #[test]
    fn times_are_positive() {
        let now = time::system();
        assert!(Limit::from_timeout(now - 1).is_over());
        assert!(!Limit::from_timeout(now + 36_000_000_000).is_over());
        assert!(!Limit::from_timeout(i64::MAX).is_over());
    }
}
