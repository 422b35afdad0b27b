//! Rundown protection: using something that may end, and waiting for all users before it does.

use core::{
    cell::UnsafeCell,
    sync::atomic::{AtomicBool, Ordering},
};

use wdk_sys::{
    EX_RUNDOWN_REF,
    ntddk::{
        ExAcquireRundownProtection, ExReleaseRundownProtection, ExWaitForRundownProtectionRelease,
    },
};

use crate::{Passive, ffi};

/// Counts the users of something, and lets in no more once it is to end.
///
/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/kernel/run-down-protection)
pub struct Rundown {
    users: UnsafeCell<EX_RUNDOWN_REF>,
    ending: AtomicBool,
}

// SAFETY: the kernel synchronises all access to it.
unsafe impl Send for Rundown {}
// SAFETY: as above.
unsafe impl Sync for Rundown {}

impl Rundown {
    /// Without users, and open for them.
    #[must_use]
    pub const fn new() -> Self {
        // What ExInitializeRundownProtection does is to store zero.
        Self { users: UnsafeCell::new(ffi::NO_USERS), ending: AtomicBool::new(false) }
    }

    /// Becomes a user until the guard is dropped, unless it has ended.
    ///
    /// IRQL: `DISPATCH_LEVEL` or below, also for the drop of the guard.
    ///
    /// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-exacquirerundownprotection)
    pub fn enter(&self) -> Option<Running<'_>> {
        // SAFETY: it is initialised, and borrowed for as long as the guard exists.
        let entered = unsafe { ExAcquireRundownProtection(self.users.get()) };
        // INVARIANT: the call let the guard in.
        (entered != 0).then(|| Running(self))
    }

    /// Lets in no more users, and waits until all are gone. Only the first call does: the kernel has
    /// room for one who waits. Those after it do nothing, and do not wait.
    ///
    /// IRQL: `PASSIVE_LEVEL`. Not for a user of it.
    ///
    /// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-exwaitforrundownprotectionrelease)
    pub fn end(&self, _irql: &Passive) {
        if !self.ending.swap(true, Ordering::AcqRel) {
            // SAFETY: it is initialised, nobody else waits, and the caller proved PASSIVE_LEVEL.
            unsafe { ExWaitForRundownProtectionRelease(self.users.get()) };
        }
    }
}

impl Default for Rundown {
    fn default() -> Self {
        Self::new()
    }
}

/// A user of what a [`Rundown`] counts the users of.
///
/// # Invariants
///
/// It is counted.
#[must_use]
pub struct Running<'a>(&'a Rundown);

impl Running<'_> {
    /// Stays counted without the guard, until [`Rundown::leave`].
    pub fn keep(self) {
        core::mem::forget(self);
    }
}

impl Drop for Running<'_> {
    fn drop(&mut self) {
        // SAFETY: by the invariant the user was counted once, and is taken off once.
        unsafe { ExReleaseRundownProtection(self.0.users.get()) };
    }
}

impl Rundown {
    /// Takes off a user that [`Running::keep`] left counted.
    ///
    /// IRQL: `DISPATCH_LEVEL` or below.
    ///
    /// # Safety
    ///
    /// For each user that was kept it is called once.
    pub unsafe fn leave(&self) {
        drop(Running(self));
    }
}
