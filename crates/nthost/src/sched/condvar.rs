//! Conditions.

use std::time::{Duration, Instant};

use super::{MutexGuard, member, now, state::Wait};
use crate::stop::TICK;

/// As that of `parking_lot`.
#[derive(Debug, Default)]
pub(crate) struct Condvar(parking_lot::Condvar);

/// How a wait ended.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Waited {
    timed_out: bool,
}

impl Waited {
    /// True if the time came first.
    pub fn timed_out(self) -> bool {
        self.timed_out
    }
}

impl Condvar {
    pub const fn new() -> Self {
        Self(parking_lot::Condvar::new())
    }

    pub fn notify_one(&self) {
        let woken = member::with(|member| member.scheduler.wake(self.address(), 1));
        if woken.is_none_or(|woken| woken == 0) {
            self.0.notify_one();
        }
    }

    pub fn notify_all(&self) {
        member::with(|member| member.scheduler.wake(self.address(), usize::MAX));
        self.0.notify_all();
    }

    pub fn wait<T: ?Sized>(&self, guard: &mut MutexGuard<'_, T>) {
        if self.wait_seeded(guard, None).is_none() {
            guard.with_host(|guard| self.0.wait(guard));
        }
    }

    pub fn wait_until<T: ?Sized>(&self, guard: &mut MutexGuard<'_, T>, end: Instant) -> Waited {
        let seeded = self.wait_seeded(guard, Some(end));
        let timed_out =
            seeded.or_else(|| guard.with_host(|guard| self.0.wait_until(guard, end).timed_out()));
        Waited { timed_out: timed_out.unwrap_or_default() }
    }

    /// Waits until somebody says that something has changed, or until then. The host wakes it every now
    /// and then before.
    pub fn wait_a_while<T: ?Sized>(
        &self,
        guard: &mut MutexGuard<'_, T>,
        end: Option<Instant>,
    ) -> Waited {
        let seeded = self.wait_seeded(guard, end);
        let timed_out = seeded.or_else(|| {
            let soon = Instant::now() + TICK;
            let until = end.map_or(soon, |end| end.min(soon));
            guard.with_host(|guard| self.0.wait_until(guard, until).timed_out())
        });
        Waited { timed_out: timed_out.unwrap_or_default() }
    }

    pub fn wait_for<T: ?Sized>(&self, guard: &mut MutexGuard<'_, T>, time: Duration) -> Waited {
        self.wait_until(guard, now() + time)
    }

    pub fn wait_while<T: ?Sized>(
        &self,
        guard: &mut MutexGuard<'_, T>,
        mut is_so: impl FnMut(&mut T) -> bool,
    ) {
        while is_so(guard) {
            self.wait(guard);
        }
    }

    /// Waits if a scheduler decides about this thread. Returns whether the time came first.
    fn wait_seeded<T: ?Sized>(
        &self,
        guard: &mut MutexGuard<'_, T>,
        end: Option<Instant>,
    ) -> Option<bool> {
        member::with(|member| {
            let until = end.map(|end| member.scheduler.nanoseconds(end));
            let wait = Wait { what: "a change", key: self.address(), until };
            guard.unlocked(|| member.scheduler.wait(member.number, wait))
        })
    }

    fn address(&self) -> usize {
        (&raw const self.0).addr()
    }
}
