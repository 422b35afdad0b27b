//! A handle that is used only while it is valid.

use core::{
    ffi::c_void,
    ptr,
    sync::atomic::{AtomicPtr, Ordering},
};

use ndis_sys as sys;
use wdm::Passive;

use crate::door::{Door, Signal};

/// The handle of a binding, which NDIS gives when an adapter is open, and which is invalid as soon as it is closed.
///
/// It is used inside of a guard. Closing takes the handle away, and waits until there is no guard.
///
/// # Invariants
///
/// The handle is null, or valid until `users` has ended.
pub struct Handle<S> {
    raw: AtomicPtr<c_void>,
    users: Door<S>,
}

/// One who uses a handle, which therefore is valid.
///
/// It cannot be had when its handle is gone:
///
/// ```compile_fail,E0505
/// use ndis::{door::Signal, handle::Handle};
/// fn late(handle: Handle<impl Signal>) {
///     let user = handle.enter();
///     drop(handle);
///     drop(user);
/// }
/// ```
///
/// Drivers cannot get at what it guards, to keep it:
///
/// ```compile_fail,E0624
/// use ndis::{door::Signal, handle::InUse};
/// fn keep(user: &InUse<'_, impl Signal>) -> ndis_sys::NDIS_HANDLE {
///     user.raw()
/// }
/// ```
///
/// # Invariants
///
/// It is counted among the users.
#[must_use]
pub struct InUse<'a, S: Signal>(&'a Handle<S>);

impl<S: Signal> Handle<S> {
    /// Without a handle. `unused` is not set.
    pub const fn new(unused: S) -> Self {
        Self { raw: AtomicPtr::new(ptr::null_mut()), users: Door::new(unused) }
    }

    /// Lets the handle be used.
    ///
    /// # Safety
    ///
    /// It is valid until [`withdraw`](Self::withdraw) has returned it.
    pub unsafe fn publish(&self, handle: sys::NDIS_HANDLE) {
        self.raw.store(handle, Ordering::Release);
        self.users.open();
    }

    /// Starts to use the handle. `None` if there is none yet, or no more.
    ///
    /// IRQL: `DISPATCH_LEVEL` or below, also for the drop of the guard.
    pub fn enter(&self) -> Option<InUse<'_, S>> {
        // INVARIANT: it was let in.
        self.users.enter(1).then(|| InUse(self))
    }

    /// The handle, for one who uses it, or knows otherwise that it is valid.
    pub(crate) fn raw(&self) -> sys::NDIS_HANDLE {
        self.raw.load(Ordering::Acquire)
    }

    /// Takes off a user that [`InUse::keep`] left counted.
    ///
    /// # Safety
    ///
    /// For each user that was kept it is called once.
    pub unsafe fn leave(&self) {
        self.users.leave(1);
    }

    /// Ends the use of the handle, waits until nobody uses it, and gives it up. Null if there is none.
    ///
    /// IRQL: `PASSIVE_LEVEL`. Not for a user.
    pub fn withdraw(&self, irql: &Passive) -> sys::NDIS_HANDLE {
        self.users.end(irql);
        self.raw.swap(ptr::null_mut(), Ordering::AcqRel)
    }
}

impl<S: Signal> InUse<'_, S> {
    /// The handle.
    #[cfg_attr(not(windows), expect(dead_code, reason = "it is for calls of NDIS'"))]
    pub(crate) fn raw(&self) -> sys::NDIS_HANDLE {
        self.0.raw()
    }

    /// Stays counted without the guard, until [`Handle::leave`].
    pub fn keep(self) {
        core::mem::forget(self);
    }
}

impl<S: Signal> Drop for InUse<'_, S> {
    fn drop(&mut self) {
        // SAFETY: by the invariant it is counted, and is taken off once.
        unsafe { self.0.leave() };
    }
}
