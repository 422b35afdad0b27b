//! Mutual exclusion of threads that may wait.

use core::{
    cell::UnsafeCell,
    ops::{Deref, DerefMut},
};

use crate::{Event, Passive, Reset, Result, Tag, region::CriticalRegion};

/// A value that one thread at a time has, at `PASSIVE_LEVEL`, where it may wait meanwhile.
///
/// The thread is in a critical region as long as it has the value: nobody can suspend it and with it all
/// who wait. Unlike a fast mutex it stays at `PASSIVE_LEVEL`.
///
/// # Invariants
///
/// `free` is signaled unless a guard exists, or somebody is about to make one.
pub struct Mutex<T> {
    free: Event,
    value: UnsafeCell<T>,
}

// SAFETY: one thread at a time gets at the value, which may be sent to it.
unsafe impl<T: Send> Sync for Mutex<T> {}

impl<T> Mutex<T> {
    /// A mutex that nobody holds.
    ///
    /// IRQL: `DISPATCH_LEVEL` or below.
    ///
    /// # Errors
    ///
    /// `STATUS_INSUFFICIENT_RESOURCES` if there is no pool left; `value` is dropped.
    pub fn new(value: T, tag: Tag) -> Result<Self> {
        let free = Event::new(Reset::ByWait, tag)?;
        free.set();
        Ok(Self { free, value: UnsafeCell::new(value) })
    }

    /// Waits until nobody else has the value. Do not lock it again before the guard is dropped.
    ///
    /// IRQL: `PASSIVE_LEVEL`, also for the drop of the guard.
    pub fn lock<'a>(&'a self, irql: &'a Passive) -> MutexGuard<'a, T> {
        let region = CriticalRegion::enter(irql);
        self.free.wait(irql);
        // INVARIANT: one who waits goes on each time that the event is signaled.
        MutexGuard { mutex: self, _region: region, _irql: irql }
    }
}

/// Hold of the value of a [`Mutex`], by a thread in a critical region.
///
/// # Invariants
///
/// It is the only one.
#[must_use]
pub struct MutexGuard<'a, T> {
    mutex: &'a Mutex<T>,
    /// Left after the value was given up.
    _region: CriticalRegion,
    /// Keeps the guard on its thread, at its level.
    _irql: &'a Passive,
}

impl<T> Deref for MutexGuard<'_, T> {
    type Target = T;

    fn deref(&self) -> &T {
        // SAFETY: by the invariant nobody else is at the value.
        unsafe { &*self.mutex.value.get() }
    }
}

impl<T> DerefMut for MutexGuard<'_, T> {
    fn deref_mut(&mut self) -> &mut T {
        // SAFETY: as in `deref`, and the guard is borrowed mutably.
        unsafe { &mut *self.mutex.value.get() }
    }
}

impl<T> Drop for MutexGuard<'_, T> {
    fn drop(&mut self) {
        self.mutex.free.set();
    }
}
