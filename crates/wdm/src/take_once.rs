//! Values that are put into a place, and taken by one of many.

use core::{
    marker::PhantomData,
    ptr::{self, NonNull},
    sync::atomic::{AtomicPtr, Ordering},
};

use crate::PoolBox;

/// A place for a value that whoever comes first takes.
///
/// # Invariants
///
/// The pointer is null, or to a value from `PoolBox::into_raw` that is this place's.
pub struct TakeOnce<T>(AtomicPtr<T>, PhantomData<PoolBox<T>>);

// SAFETY: the value can be moved in and out only, so that one thread at a time has it.
unsafe impl<T: Send> Sync for TakeOnce<T> {}

impl<T> TakeOnce<T> {
    /// Without a value.
    #[must_use]
    pub const fn new() -> Self {
        Self(AtomicPtr::new(ptr::null_mut()), PhantomData)
    }

    /// Puts a value there; drops the one that was there.
    pub fn put(&self, value: PoolBox<T>) {
        let value = value.into_raw().as_ptr();
        let before = self.0.swap(value, Ordering::AcqRel);
        // SAFETY: by the invariant it came from `into_raw`; nobody else can take it any more.
        drop(NonNull::new(before).map(|value| unsafe { PoolBox::from_raw(value) }));
    }

    /// Takes the value, if it is there.
    pub fn take(&self) -> Option<PoolBox<T>> {
        let value = NonNull::new(self.0.swap(ptr::null_mut(), Ordering::AcqRel))?;
        // SAFETY: by the invariant it came from `into_raw`; nobody else can take it any more.
        Some(unsafe { PoolBox::from_raw(value) })
    }
}

impl<T> Default for TakeOnce<T> {
    fn default() -> Self {
        Self::new()
    }
}

impl<T> Drop for TakeOnce<T> {
    fn drop(&mut self) {
        drop(self.take());
    }
}
