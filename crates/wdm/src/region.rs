//! Critical regions.

use core::marker::PhantomData;

use wdk_sys::ntddk::{KeEnterCriticalRegion, KeLeaveCriticalRegion};

use crate::Passive;

/// A critical region that this thread is in until it is dropped: nobody can suspend the thread, as a
/// debugger or a program could that the thread belongs to, while others wait for what it does.
///
/// IRQL: `PASSIVE_LEVEL`, also for the drop.
///
/// # Invariants
///
/// The thread that has it entered the region, and has not left it.
pub struct CriticalRegion {
    _of_this_thread: PhantomData<*mut ()>,
}

impl CriticalRegion {
    /// Enters a region.
    ///
    /// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ntddk/nf-ntddk-keentercriticalregion)
    pub fn enter(_irql: &Passive) -> Self {
        // SAFETY: the caller proved PASSIVE_LEVEL; the value leaves the region, on the same thread.
        unsafe { KeEnterCriticalRegion() };
        // INVARIANT: it was entered just now.
        Self { _of_this_thread: PhantomData }
    }
}

impl Drop for CriticalRegion {
    fn drop(&mut self) {
        // SAFETY: by the invariant this thread entered the region.
        unsafe { KeLeaveCriticalRegion() };
    }
}
