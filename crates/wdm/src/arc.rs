//! Shared values in pool.

use core::{
    mem::{ManuallyDrop, offset_of},
    ops::Deref,
    ptr::NonNull,
    sync::atomic::{AtomicUsize, Ordering, fence},
};

use crate::{PoolBox, Result, Tag};

/// A value in nonpaged pool that is shared by counting its owners. As `alloc::sync::Arc`, but making one
/// can fail, and cloning one cannot overflow: it stops counting long before, and never frees then.
///
/// IRQL: `DISPATCH_LEVEL` or below, also for the drop, unless the value's own drop asks for less.
///
/// # Invariants
///
/// The pointer is to a value from `PoolBox::into_raw`, whose count is the number of owners.
pub struct PoolArc<T>(NonNull<Shared<T>>);

struct Shared<T> {
    owners: AtomicUsize,
    value: T,
}

/// So many owners that there can be no more.
const MANY: usize = usize::MAX / 2;

// SAFETY: as for `alloc::sync::Arc`: any owner may be the last and drop the value.
unsafe impl<T: Send + Sync> Send for PoolArc<T> {}
// SAFETY: as above.
unsafe impl<T: Send + Sync> Sync for PoolArc<T> {}

impl<T> PoolArc<T> {
    /// Moves `value` into nonpaged pool.
    ///
    /// IRQL: `DISPATCH_LEVEL` or below.
    ///
    /// # Errors
    ///
    /// `STATUS_INSUFFICIENT_RESOURCES` if there is no pool left; `value` is dropped.
    pub fn try_new(value: T, tag: Tag) -> Result<Self> {
        let shared = Shared { owners: AtomicUsize::new(1), value };
        // INVARIANT: there is one owner.
        Ok(Self(PoolBox::try_new(shared, tag)?.into_raw()))
    }

    /// The address of the value.
    pub(crate) fn as_ptr(&self) -> NonNull<T> {
        // SAFETY: the member lies in the same block.
        unsafe { self.0.byte_add(offset_of!(Shared<T>, value)) }.cast()
    }

    /// Stays an owner without the value, until [`PoolArc::from_raw`].
    pub(crate) fn into_raw(self) -> NonNull<T> {
        ManuallyDrop::new(self).as_ptr()
    }

    /// Takes back an owner that [`PoolArc::into_raw`] left counted.
    ///
    /// # Safety
    ///
    /// `value` came from `into_raw`, and for each time that it did it is taken back once.
    pub(crate) unsafe fn from_raw(value: NonNull<T>) -> Self {
        // INVARIANT: the owner is still counted.
        // SAFETY: by the contract it is the member of a shared value.
        Self(unsafe { value.byte_sub(offset_of!(Shared<T>, value)) }.cast())
    }

    /// True if there is no other owner; there may be one the next moment, if this one can be borrowed
    /// elsewhere.
    pub(crate) fn is_only_owner(&self) -> bool {
        self.shared().owners.load(Ordering::Acquire) == 1
    }

    fn shared(&self) -> &Shared<T> {
        // SAFETY: by the invariant the value lives as long as it has an owner, which `self` is.
        unsafe { self.0.as_ref() }
    }
}

impl<T> Clone for PoolArc<T> {
    fn clone(&self) -> Self {
        let owners = &self.shared().owners;
        if owners.fetch_add(1, Ordering::Relaxed) > MANY {
            // Stays there for good: the value is never freed.
            owners.store(MANY, Ordering::Relaxed);
        }
        // INVARIANT: the new owner was counted.
        Self(self.0)
    }
}

impl<T> Deref for PoolArc<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.shared().value
    }
}

impl<T> Drop for PoolArc<T> {
    fn drop(&mut self) {
        let before = self.shared().owners.fetch_sub(1, Ordering::Release);
        if before == 1 {
            // What other owners did with the value happens before it is dropped.
            fence(Ordering::Acquire);
            // SAFETY: it came from `into_raw`, and this was the last owner.
            drop(unsafe { PoolBox::from_raw(self.0) });
        }
    }
}
