//! Locks for one writer or many readers.

use std::ops::{Deref, DerefMut};

use super::lock::{acquire, freed};

/// As that of `parking_lot`.
#[derive(Debug, Default)]
pub(crate) struct RwLock<T>(parking_lot::RwLock<T>);

/// A guard of such a lock.
pub(crate) struct Guard<G> {
    address: usize,
    inner: G,
}

impl<T> RwLock<T> {
    pub const fn new(value: T) -> Self {
        Self(parking_lot::RwLock::new(value))
    }

    #[inline]
    pub fn read(&self) -> Guard<parking_lot::RwLockReadGuard<'_, T>> {
        let held = || acquire(self.address(), || self.0.try_read(), || self.0.read());
        Guard { address: self.address(), inner: self.0.try_read().unwrap_or_else(held) }
    }

    #[inline]
    pub fn write(&self) -> Guard<parking_lot::RwLockWriteGuard<'_, T>> {
        let held = || acquire(self.address(), || self.0.try_write(), || self.0.write());
        Guard { address: self.address(), inner: self.0.try_write().unwrap_or_else(held) }
    }

    fn address(&self) -> usize {
        (&raw const self.0).addr()
    }
}

impl<G> Drop for Guard<G> {
    #[inline]
    fn drop(&mut self) {
        freed(self.address);
    }
}

impl<G: Deref> Deref for Guard<G> {
    type Target = G::Target;

    #[inline]
    fn deref(&self) -> &G::Target {
        &self.inner
    }
}

impl<G: DerefMut> DerefMut for Guard<G> {
    #[inline]
    fn deref_mut(&mut self) -> &mut G::Target {
        &mut self.inner
    }
}
