//! Events to wait for.

use core::cell::UnsafeCell;

use wdk_sys::{
    KEVENT, LARGE_INTEGER, PVOID,
    ntddk::{KeClearEvent, KeInitializeEvent, KeSetEvent, KeWaitForSingleObject},
};

use crate::{Passive, PoolBox, Result, Status, Tag, ffi};

/// What ends the signaled state of an [`Event`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reset {
    /// [`Event::clear`] (a notification event): all who wait go on.
    ByCall,
    /// The first wait that it satisfies (a synchronization event): one goes on.
    ByWait,
}

/// An event object in nonpaged pool.
///
/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/kernel/event-objects)
///
/// # Invariants
///
/// The KEVENT was initialised, and does not move.
pub struct Event {
    inner: PoolBox<UnsafeCell<KEVENT>>,
}

// SAFETY: the kernel synchronises all access to an initialised KEVENT.
unsafe impl Send for Event {}
// SAFETY: as above.
unsafe impl Sync for Event {}

impl Event {
    /// An event that is not signaled.
    ///
    /// IRQL: `DISPATCH_LEVEL` or below.
    ///
    /// # Errors
    ///
    /// `STATUS_INSUFFICIENT_RESOURCES` if there is no pool left.
    pub fn new(reset: Reset, tag: Tag) -> Result<Self> {
        let inner = PoolBox::try_new(UnsafeCell::new(KEVENT::default()), tag)?;
        let kind = match reset {
            Reset::ByCall => wdk_sys::_EVENT_TYPE::NotificationEvent,
            Reset::ByWait => wdk_sys::_EVENT_TYPE::SynchronizationEvent,
        };
        // SAFETY: the memory is nonpaged, ours, and stays where it is until the event is dropped.
        unsafe { KeInitializeEvent(inner.get(), kind, 0) };
        Ok(Self { inner })
    }

    /// The event, for code that gets it as a context.
    pub(crate) fn as_ptr(&self) -> PVOID {
        self.inner.get().cast()
    }

    /// Signals the event that [`as_ptr`](Self::as_ptr) gave.
    ///
    /// # Safety
    ///
    /// It exists until whoever waits for it goes on.
    pub(crate) unsafe fn set_raw(event: PVOID) {
        // SAFETY: by the contract it is an initialised event.
        unsafe { KeSetEvent(event.cast(), 0, 0) };
    }

    /// Signals the event.
    ///
    /// IRQL: `DISPATCH_LEVEL` or below.
    ///
    /// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-kesetevent)
    pub fn set(&self) {
        // SAFETY: the event is initialised, and without Wait the level may be DISPATCH_LEVEL.
        unsafe { KeSetEvent(self.inner.get(), 0, 0) };
    }

    /// Ends the signaled state.
    ///
    /// IRQL: `DISPATCH_LEVEL` or below.
    ///
    /// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-keclearevent)
    pub fn clear(&self) {
        // SAFETY: the event is initialised.
        unsafe { KeClearEvent(self.inner.get()) };
    }

    /// Waits until the event is signaled, however long it takes.
    ///
    /// IRQL: `PASSIVE_LEVEL`.
    ///
    /// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-kewaitforsingleobject)
    pub fn wait(&self, irql: &Passive) {
        // A wait that is not alertable, in kernel mode and without limit ends with STATUS_SUCCESS only.
        let _ = self.wait_until(irql, None);
    }

    /// Waits until the event is signaled, at most `milliseconds` long. True if it was signaled.
    ///
    /// IRQL: `PASSIVE_LEVEL`.
    #[must_use]
    pub fn wait_for(&self, milliseconds: u32, irql: &Passive) -> bool {
        // Negative values are relative, in units of 100 nanoseconds.
        let limit = LARGE_INTEGER { QuadPart: -10_000 * i64::from(milliseconds) };
        self.wait_until(irql, Some(limit)) != Status::TIMEOUT
    }

    fn wait_until(&self, _irql: &Passive, mut limit: Option<LARGE_INTEGER>) -> Status {
        let limit = limit.as_mut().map_or(core::ptr::null_mut(), core::ptr::from_mut);
        let reason = wdk_sys::_KWAIT_REASON::Executive;
        // SAFETY: the event is initialised, the limit is null or valid for the call, and the caller
        // proved PASSIVE_LEVEL, at which a wait may block.
        let status = unsafe {
            KeWaitForSingleObject(self.inner.get().cast(), reason, ffi::KERNEL_MODE, 0, limit)
        };
        Status::from_raw(status)
    }
}
