//! Deferred and asynchronous procedure calls.

use core::ffi::c_void;

use crate::nt::{
    BOOLEAN, KAFFINITY, KOBJECTS, KPROCESSOR_MODE, KTHREAD, LIST_ENTRY, SINGLE_LIST_ENTRY,
};

/// Where in the queue a DPC goes, and whether it is run soon.
pub type KDPC_IMPORTANCE = i32;

/// At the end, and need not be run at once.
pub const LowImportance: KDPC_IMPORTANCE = 0;
/// At the end.
pub const MediumImportance: KDPC_IMPORTANCE = 1;
/// At the beginning.
pub const HighImportance: KDPC_IMPORTANCE = 2;
/// At the end, and run at once, also on another processor.
pub const MediumHighImportance: KDPC_IMPORTANCE = 3;

callbacks! {
    /// Deferred routine of a [`KDPC`], run at `DISPATCH_LEVEL` in any thread.
    ///
    /// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nc-wdm-kdeferred_routine)
    KDEFERRED_ROUTINE, PKDEFERRED_ROUTINE = fn(
        Dpc: *mut KDPC,
        DeferredContext: *mut c_void,
        SystemArgument1: *mut c_void,
        SystemArgument2: *mut c_void,
    );
}

/// Deferred procedure call.
///
/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/kernel/eprocess#kdpc)
#[repr(C)]
#[derive(Clone, Copy)]
pub struct KDPC {
    /// What it is and where it is to run.
    pub u: KDPC_TARGET,
    /// In the queue of a processor.
    pub DpcListEntry: SINGLE_LIST_ENTRY,
    /// Processors that it ran on.
    pub ProcessorHistory: KAFFINITY,
    /// The routine.
    pub DeferredRoutine: PKDEFERRED_ROUTINE,
    /// Context from when it was made.
    pub DeferredContext: *mut c_void,
    /// Context from when it was queued.
    pub SystemArgument1: *mut c_void,
    /// Context from when it was queued.
    pub SystemArgument2: *mut c_void,
    /// The queue that it is in, or null.
    pub DpcData: *mut c_void,
}

/// What a DPC is and where it is to run.
#[repr(C)]
#[derive(Clone, Copy)]
pub union KDPC_TARGET {
    /// The whole.
    pub TargetInfoAsUlong: u32,
    /// Its parts.
    pub s: KDPC_TARGET_PARTS,
}

/// Parts of a [`KDPC_TARGET`].
#[repr(C)]
#[derive(Clone, Copy, Debug, Default)]
pub struct KDPC_TARGET_PARTS {
    /// [`DpcObject`](crate::nt::DpcObject) for an ordinary one.
    pub Type: KOBJECTS,
    /// A [`KDPC_IMPORTANCE`].
    pub Importance: u8,
    /// Processor to run on, if one was chosen.
    pub Number: u16,
}

/// Asynchronous procedure call: code to be run in a certain thread.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default)]
pub struct KAPC {
    /// [`ApcObject`](crate::nt::ApcObject).
    pub Type: KOBJECTS,
    /// The kernel's own.
    pub AllFlags: u8,
    /// Bytes of the structure.
    pub Size: u8,
    /// Unused.
    pub SpareByte1: u8,
    /// Unused.
    pub SpareLong0: u32,
    /// Thread to run in.
    pub Thread: *mut KTHREAD,
    /// In the queue of the thread.
    pub ApcListEntry: LIST_ENTRY,
    /// The routines.
    pub Reserved: [*mut c_void; 3],
    /// Context of the routine that runs at `PASSIVE_LEVEL`.
    pub NormalContext: *mut c_void,
    /// Context from when it was queued.
    pub SystemArgument1: *mut c_void,
    /// Context from when it was queued.
    pub SystemArgument2: *mut c_void,
    /// In the environment of which process it runs.
    pub ApcStateIndex: i8,
    /// Mode of the routine that runs at `PASSIVE_LEVEL`.
    pub ApcMode: KPROCESSOR_MODE,
    /// It is queued.
    pub Inserted: BOOLEAN,
}

default_is_zero!(KDPC, KDPC_TARGET);
