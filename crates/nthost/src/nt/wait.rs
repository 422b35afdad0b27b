//! Waiting.

use core::ffi::c_void;

use crate::nt::{KDPC, KQUEUE, KTHREAD, LIST_ENTRY};

/// When a wait for several objects ends.
pub type WAIT_TYPE = i32;

/// When all of them are signaled.
pub const WaitAll: WAIT_TYPE = 0;
/// When one of them is signaled.
pub const WaitAny: WAIT_TYPE = 1;

/// Why a thread waits, for debuggers.
pub type KWAIT_REASON = i32;

/// For the system itself: what a driver gives in most cases.
pub const Executive: KWAIT_REASON = 0;
/// For a free page.
pub const FreePage: KWAIT_REASON = 1;
/// For a page to be read.
pub const PageIn: KWAIT_REASON = 2;
/// For pool memory.
pub const PoolAllocation: KWAIT_REASON = 3;
/// For time to pass.
pub const DelayExecution: KWAIT_REASON = 4;
/// Until it is resumed.
pub const Suspended: KWAIT_REASON = 5;
/// For a program: what a driver gives that works for one and in its thread.
pub const UserRequest: KWAIT_REASON = 6;

/// Most objects that one wait can be for, with wait blocks of the caller.
pub const MAXIMUM_WAIT_OBJECTS: u32 = 64;
/// Most objects that one wait can be for, with the wait blocks of the thread.
pub const THREAD_WAIT_OBJECTS: u32 = 3;

/// One thread that waits for one object. A caller that waits for many objects provides them.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct KWAIT_BLOCK {
    /// In the list of the object.
    pub WaitListEntry: LIST_ENTRY,
    /// A [`WAIT_TYPE`].
    pub WaitType: u8,
    /// The kernel's own.
    pub BlockState: u8,
    /// What the wait returns if this object ends it.
    pub WaitKey: u16,
    /// Unused.
    pub SpareLong: i32,
    /// Who waits.
    pub u: KWAIT_BLOCK_WAITER,
    /// What is waited for.
    pub Object: *mut c_void,
    /// Unused.
    pub SparePtr: *mut c_void,
}

/// Who waits.
#[repr(C)]
#[derive(Clone, Copy)]
pub union KWAIT_BLOCK_WAITER {
    /// A thread.
    pub Thread: *mut KTHREAD,
    /// A queue that is to be told.
    pub NotificationQueue: *mut KQUEUE,
    /// A DPC that is to be queued.
    pub Dpc: *mut KDPC,
}

default_is_zero!(KWAIT_BLOCK);
