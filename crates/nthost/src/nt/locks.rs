//! Locks, which drivers allocate and hand to the kernel.

use core::ffi::c_void;

use crate::nt::{BOOLEAN, KEVENT, KIRQL, LIST_ENTRY};

/// Storage of a spin lock, zero while nobody holds it.
///
/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/kernel/introduction-to-spin-locks)
pub type KSPIN_LOCK = usize;

/// Names the owner of an [`ERESOURCE`]: usually the address of a thread.
pub type ERESOURCE_THREAD = usize;

/// Where a thread waits for a queued spin lock.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default)]
pub struct KSPIN_LOCK_QUEUE {
    /// The next one to get the lock.
    pub Next: *mut Self,
    /// The lock, with [`LOCK_QUEUE_WAIT`] or [`LOCK_QUEUE_OWNER`] in its lowest bits.
    pub Lock: *mut KSPIN_LOCK,
}

/// In the lowest bits of [`KSPIN_LOCK_QUEUE::Lock`]: waits.
pub const LOCK_QUEUE_WAIT: usize = 1;
/// In the lowest bits of [`KSPIN_LOCK_QUEUE::Lock`]: has the lock.
pub const LOCK_QUEUE_OWNER: usize = 2;

/// What the holder of a queued spin lock keeps, on its stack, until it releases the lock.
///
/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/kernel/queued-spin-locks)
#[repr(C)]
#[derive(Clone, Copy, Debug, Default)]
pub struct KLOCK_QUEUE_HANDLE {
    /// The kernel's own.
    pub LockQueue: KSPIN_LOCK_QUEUE,
    /// IRQL to go back to.
    pub OldIrql: KIRQL,
}

/// Mutex that raises its holder to `APC_LEVEL`.
///
/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/kernel/fast-mutexes-and-guarded-mutexes)
#[repr(C)]
#[derive(Clone, Copy, Default)]
pub struct FAST_MUTEX {
    /// 1 while nobody holds it.
    pub Count: i32,
    /// Thread that holds it, or null.
    pub Owner: *mut c_void,
    /// How often somebody had to wait.
    pub Contention: u32,
    /// What is waited for.
    pub Event: KEVENT,
    /// IRQL to go back to.
    pub OldIrql: u32,
}

/// The same as a [`FAST_MUTEX`]; its functions differ.
pub type KGUARDED_MUTEX = FAST_MUTEX;

/// Waits until all who use something have ceased to.
///
/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/kernel/run-down-protection)
#[repr(C)]
#[derive(Clone, Copy)]
pub struct EX_RUNDOWN_REF {
    /// Users, or who waits for them.
    pub u: EX_RUNDOWN_REF_STATE,
}

/// State of an [`EX_RUNDOWN_REF`].
#[repr(C)]
#[derive(Clone, Copy)]
pub union EX_RUNDOWN_REF_STATE {
    /// Users in units of [`EX_RUNDOWN_COUNT_INC`], or [`EX_RUNDOWN_ACTIVE`].
    pub Count: usize,
    /// What is waited for, with [`EX_RUNDOWN_ACTIVE`] in the lowest bit.
    pub Ptr: *mut c_void,
}

/// Nobody may begin to use the thing any more.
pub const EX_RUNDOWN_ACTIVE: usize = 1;
/// Where the number of users begins.
pub const EX_RUNDOWN_COUNT_SHIFT: u32 = 1;
/// One user.
pub const EX_RUNDOWN_COUNT_INC: usize = 1 << EX_RUNDOWN_COUNT_SHIFT;

/// Owner of an [`ERESOURCE`] and how often it owns it, or the size of the table of them.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default)]
pub struct OWNER_ENTRY {
    /// The owner.
    pub OwnerThread: ERESOURCE_THREAD,
    /// The other owners that there is room for, or `OWNER_COUNT_MASK` and so on.
    pub TableSize: u32,
}

impl OWNER_ENTRY {
    /// In `TableSize`: the priority of its requests was raised.
    pub const IO_PRIORITY_BOOSTED_MASK: u32 = 0x1;
    /// In `TableSize`: its thread object is referenced.
    pub const OWNER_REFERENCED_MASK: u32 = 0x2;
    /// In `TableSize`: the quality of service of its requests was raised.
    pub const IO_QOS_PRIORITY_BOOSTED_MASK: u32 = 0x4;
    /// In `TableSize`: how often it owns the resource.
    pub const OWNER_COUNT_MASK: u32 = !0x7;
}

/// Lock for one writer or many readers, who may have it several times. In the kernel's list of all.
///
/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/kernel/introduction-to-eresource-routines)
#[repr(C)]
#[derive(Clone, Copy)]
pub struct ERESOURCE {
    /// In the list of all resources.
    pub SystemResourcesList: LIST_ENTRY,
    /// More owners than `OwnerEntry` holds.
    pub OwnerTable: *mut OWNER_ENTRY,
    /// Owners.
    pub ActiveCount: i16,
    /// How it is owned.
    pub u: ERESOURCE_FLAGS,
    /// What readers wait for.
    pub SharedWaiters: *mut c_void,
    /// What writers wait for.
    pub ExclusiveWaiters: *mut c_void,
    /// The writer, or one of the readers.
    pub OwnerEntry: OWNER_ENTRY,
    /// Entries in use.
    pub ActiveEntries: u32,
    /// How often somebody had to wait.
    pub ContentionCount: u32,
    /// Readers that wait.
    pub NumberOfSharedWaiters: u32,
    /// Writers that wait.
    pub NumberOfExclusiveWaiters: u32,
    /// Unused.
    pub Reserved2: *mut c_void,
    /// Who made it.
    pub u2: ERESOURCE_CREATOR,
    /// Protects all this.
    pub SpinLock: KSPIN_LOCK,
}

/// How an [`ERESOURCE`] is owned.
#[repr(C)]
#[derive(Clone, Copy)]
pub union ERESOURCE_FLAGS {
    /// The whole.
    pub Flag: u16,
    /// Its parts.
    pub s: ERESOURCE_FLAG_PARTS,
}

/// Parts of [`ERESOURCE_FLAGS`].
#[repr(C)]
#[derive(Clone, Copy, Debug, Default)]
pub struct ERESOURCE_FLAG_PARTS {
    /// The kernel's own.
    pub ReservedLowFlags: u8,
    /// Highest priority of those that wait.
    pub WaiterPriority: u8,
}

/// Who made an [`ERESOURCE`].
#[repr(C)]
#[derive(Clone, Copy)]
pub union ERESOURCE_CREATOR {
    /// Address in the code.
    pub Address: *mut c_void,
    /// Index of a stack trace.
    pub CreatorBackTraceIndex: usize,
}

/// Keeps a device from being removed while requests are under way.
///
/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/kernel/using-remove-locks)
#[repr(C)]
#[derive(Clone, Copy, Default)]
pub struct IO_REMOVE_LOCK {
    /// All there is in a driver that is not built for debugging.
    pub Common: IO_REMOVE_LOCK_COMMON_BLOCK,
}

/// State of an [`IO_REMOVE_LOCK`].
#[repr(C)]
#[derive(Clone, Copy, Default)]
pub struct IO_REMOVE_LOCK_COMMON_BLOCK {
    /// The device is being removed.
    pub Removed: BOOLEAN,
    /// Unused.
    pub Reserved: [BOOLEAN; 3],
    /// Requests under way, and one more until the device is removed.
    pub IoCount: i32,
    /// What the removal waits for.
    pub RemoveEvent: KEVENT,
}

default_is_zero!(EX_RUNDOWN_REF, ERESOURCE);
