//! Threads and processes, as far as drivers see them.

use core::ffi::c_void;

use crate::nt::HANDLE;

/// Priority of a thread, or what is added to it.
pub type KPRIORITY = i32;

/// Lowest priority.
pub const LOW_PRIORITY: KPRIORITY = 0;
/// Lowest priority that does not change by itself.
pub const LOW_REALTIME_PRIORITY: KPRIORITY = 16;
/// Highest priority.
pub const HIGH_PRIORITY: KPRIORITY = 31;
/// Number of priorities.
pub const MAXIMUM_PRIORITY: KPRIORITY = 32;

/// What a thread that waited for an event usually gains.
pub const EVENT_INCREMENT: KPRIORITY = 1;
/// What a thread that waited for a semaphore usually gains.
pub const SEMAPHORE_INCREMENT: KPRIORITY = 1;

callbacks! {
    /// What a system thread runs, at `PASSIVE_LEVEL`. It may return, which ends the thread.
    ///
    /// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nc-wdm-kstart_routine)
    KSTART_ROUTINE, PKSTART_ROUTINE = fn(StartContext: *mut c_void);
}

/// Names a thread.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default)]
pub struct CLIENT_ID {
    /// Its process: a number in the shape of a handle.
    pub UniqueProcess: HANDLE,
    /// The thread, likewise.
    pub UniqueThread: HANDLE,
}

opaque! {
    /// Process object, as the executive sees it.
    EPROCESS;
    /// Thread object, as the executive sees it.
    ETHREAD;
    /// Thread object, as the kernel sees it: the beginning of an [`ETHREAD`].
    KTHREAD;
    /// Queue object, which limits how many threads run that serve it.
    KQUEUE;
}
