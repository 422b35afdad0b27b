//! Spin locks.

use core::{
    cell::UnsafeCell,
    marker::PhantomData,
    ops::{Deref, DerefMut},
};

use wdk_sys::{
    KIRQL, KSPIN_LOCK,
    ntddk::{KeAcquireSpinLockRaiseToDpc, KeReleaseSpinLock},
};

use crate::Irql;

/// A value that is guarded by a spin lock.
///
/// It lies in nonpaged memory, as everything that this crate allocates and every static of a driver
/// does.
///
/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/kernel/introduction-to-spin-locks)
pub struct SpinLock<T> {
    lock: UnsafeCell<KSPIN_LOCK>,
    value: UnsafeCell<T>,
}

// SAFETY: the lock lets one processor at a time at the value, which may be sent to it.
unsafe impl<T: Send> Sync for SpinLock<T> {}

impl<T> SpinLock<T> {
    /// An unlocked lock around `value`.
    #[must_use]
    pub const fn new(value: T) -> Self {
        // What KeInitializeSpinLock does is to store zero.
        Self { lock: UnsafeCell::new(0), value: UnsafeCell::new(value) }
    }

    /// Waits for the lock and raises the level to `DISPATCH_LEVEL` until the guard is dropped.
    ///
    /// IRQL: `DISPATCH_LEVEL` or below. The proof is borrowed for as long as the lock is held: what
    /// needs `PASSIVE_LEVEL` cannot be called meanwhile. Do not take the same lock again before that,
    /// and hold it for no longer than 25 microseconds.
    ///
    /// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-keacquirespinlock)
    pub fn lock<'a>(&'a self, _irql: &'a mut impl Irql) -> SpinLockGuard<'a, T> {
        // SAFETY: the lock was initialised by `new`, does not move while it is borrowed, and the
        // caller proved a level of at most DISPATCH_LEVEL.
        let restore = unsafe { KeAcquireSpinLockRaiseToDpc(self.lock.get()) };
        SpinLockGuard { lock: self, restore, _of_this_thread: PhantomData }
    }
}

/// A held spin lock; dropping it releases the lock and restores the level.
///
/// # Invariants
///
/// This processor holds `lock`, which was taken at the level `restore`.
#[must_use]
pub struct SpinLockGuard<'a, T> {
    lock: &'a SpinLock<T>,
    restore: KIRQL,
    _of_this_thread: PhantomData<*mut ()>,
}

impl<T> Deref for SpinLockGuard<'_, T> {
    type Target = T;

    fn deref(&self) -> &T {
        // SAFETY: by the invariant the lock is held, so that nobody else is at the value.
        unsafe { &*self.lock.value.get() }
    }
}

impl<T> DerefMut for SpinLockGuard<'_, T> {
    fn deref_mut(&mut self) -> &mut T {
        // SAFETY: as in `deref`, and the guard is borrowed mutably.
        unsafe { &mut *self.lock.value.get() }
    }
}

impl<T> Drop for SpinLockGuard<'_, T> {
    fn drop(&mut self) {
        // SAFETY: by the invariant this processor holds the lock, at DISPATCH_LEVEL, and `restore` is
        // the level that it was taken at.
        unsafe { KeReleaseSpinLock(self.lock.lock.get(), self.restore) };
    }
}
