//! Mutual exclusion.
//!
//! Who waits for a lock of the host does not let others go on, as it would have to in a seeded schedule.
//! These locks do, and otherwise are the host's.

use std::ops::{Deref, DerefMut};

use parking_lot::lock_api::RawMutex as _;

use super::{member, state::Wait};

/// Tries to acquire the lock with this address until that succeeds, or `block`s if no scheduler decides
/// about this thread.
#[cold]
pub(super) fn acquire<G>(
    address: usize,
    try_it: impl Fn() -> Option<G>,
    block: impl FnOnce() -> G,
) -> G {
    loop {
        let wait = Wait { what: "a lock of the kernel", key: address, until: None };
        if member::with(|member| member.scheduler.wait(member.number, wait)).is_none() {
            return block();
        }
        if let Some(guard) = try_it() {
            return guard;
        }
    }
}

/// Lets those try again who wait for the lock with this address. This may come before it is free, as long
/// as no other thread can go on in between.
#[inline]
pub(super) fn freed(address: usize) {
    member::with(|member| member.scheduler.wake(address, usize::MAX));
}

/// As that of `parking_lot`.
#[derive(Debug, Default)]
pub(crate) struct Mutex<T: ?Sized>(parking_lot::Mutex<T>);

/// As that of `parking_lot`.
pub(crate) struct MutexGuard<'m, T: ?Sized> {
    mutex: &'m Mutex<T>,
    /// Gone while a condition is waited for, and nobody uses this.
    inner: Option<parking_lot::MutexGuard<'m, T>>,
}

impl<T> Mutex<T> {
    pub const fn new(value: T) -> Self {
        Self(parking_lot::Mutex::new(value))
    }
}

impl<T: ?Sized> Mutex<T> {
    #[inline]
    pub fn lock(&self) -> MutexGuard<'_, T> {
        MutexGuard { mutex: self, inner: Some(self.lock_host()) }
    }

    #[inline]
    fn lock_host(&self) -> parking_lot::MutexGuard<'_, T> {
        let held = || acquire(self.address(), || self.0.try_lock(), || self.0.lock());
        self.0.try_lock().unwrap_or_else(held)
    }

    fn address(&self) -> usize {
        (&raw const self.0).cast::<()>().addr()
    }
}

impl<'m, T: ?Sized> MutexGuard<'m, T> {
    /// Runs `code` with the lock of the host, which is locked again behind it.
    pub(super) fn with_host<R>(
        &mut self,
        code: impl FnOnce(&mut parking_lot::MutexGuard<'m, T>) -> R,
    ) -> Option<R> {
        self.inner.as_mut().map(code)
    }

    /// Runs `code` while the lock is free.
    pub fn unlocked<R>(&mut self, code: impl FnOnce() -> R) -> R {
        freed(self.mutex.address());
        self.inner = None;
        let result = code();
        self.inner = Some(self.mutex.lock_host());
        result
    }
}

impl<T: ?Sized> Drop for MutexGuard<'_, T> {
    #[inline]
    fn drop(&mut self) {
        freed(self.mutex.address());
    }
}

impl<T: ?Sized> Deref for MutexGuard<'_, T> {
    type Target = T;

    #[inline]
    fn deref(&self) -> &T {
        self.inner.as_ref().expect("it is locked while it can be used")
    }
}

impl<T: ?Sized> DerefMut for MutexGuard<'_, T> {
    #[inline]
    fn deref_mut(&mut self) -> &mut T {
        self.inner.as_mut().expect("it is locked while it can be used")
    }
}

/// A lock without data.
pub(crate) struct RawMutex(parking_lot::RawMutex);

impl RawMutex {
    pub const fn new() -> Self {
        Self(parking_lot::RawMutex::INIT)
    }

    #[inline]
    pub fn try_lock(&self) -> bool {
        self.0.try_lock()
    }

    #[inline]
    pub fn lock(&self) {
        if !self.0.try_lock() {
            let try_it = || self.0.try_lock().then_some(());
            acquire((&raw const self.0).addr(), try_it, || self.0.lock());
        }
    }

    /// # Safety
    ///
    /// This thread locked it.
    #[inline]
    pub unsafe fn unlock(&self) {
        freed((&raw const self.0).addr());
        // SAFETY: by the contract.
        unsafe { self.0.unlock() };
    }
}
