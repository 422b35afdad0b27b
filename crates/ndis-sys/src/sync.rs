//! Locks and events.
//!
//! `NdisAcquireSpinLock` and the like are not here: in NDIS 6 they are macros over the kernel's
//! spin locks.

use core::ffi::c_void;

use crate::{BOOLEAN, KEVENT, KIRQL, KSPIN_LOCK, NDIS_HANDLE};

/// The caller of a lock knows that it runs at `DISPATCH_LEVEL`. From NDIS 6.20.
pub const NDIS_RWL_AT_DISPATCH_LEVEL: u8 = 1;

/// Spin lock with the IRQL that its holder came from.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default)]
pub struct NDIS_SPIN_LOCK {
    /// The lock.
    pub SpinLock: KSPIN_LOCK,
    /// IRQL to go back to.
    pub OldIrql: KIRQL,
}

/// Event that stays set until it is reset. In nonpaged memory.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default)]
pub struct NDIS_EVENT {
    /// The kernel's event.
    pub Event: KEVENT,
}

opaque! {
    /// Lock for one writer or many readers.
    NDIS_RW_LOCK_EX;
}

/// What the holder of an [`NDIS_RW_LOCK_EX`] keeps, on its stack, until it releases the lock.
///
/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ndis/ns-ndis-_lock_state_ex)
#[repr(C)]
#[derive(Clone, Copy, Debug, Default)]
pub struct LOCK_STATE_EX {
    /// IRQL to go back to.
    pub OldIrql: KIRQL,
    /// For NDIS.
    pub LockState: u8,
    /// For NDIS.
    pub Flags: u8,
}

/// Lock for one writer or many readers, older form. In nonpaged memory.
///
/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ndis/ns-ndis-_ndis_rw_lock)
#[repr(C)]
#[derive(Clone, Copy)]
pub struct NDIS_RW_LOCK {
    /// Writer; an unnamed union in C.
    pub u: NDIS_RW_LOCK_WRITER,
    /// Readers; an unnamed union in C.
    pub u2: NDIS_RW_LOCK_READERS,
}

/// Writer of an [`NDIS_RW_LOCK`].
#[repr(C)]
#[derive(Clone, Copy)]
pub union NDIS_RW_LOCK_WRITER {
    /// Members of an unnamed structure in C.
    pub s: NDIS_RW_LOCK_WRITER_DATA,
    /// Size of the union.
    pub Reserved: [u8; 16],
}

/// Members of an [`NDIS_RW_LOCK_WRITER`].
#[repr(C)]
#[derive(Clone, Copy, Debug, Default)]
pub struct NDIS_RW_LOCK_WRITER_DATA {
    /// Held by the writer.
    pub SpinLock: KSPIN_LOCK,
    /// Thread that writes.
    pub Context: *mut c_void,
}

/// Readers of an [`NDIS_RW_LOCK`].
#[repr(C)]
#[derive(Clone, Copy)]
pub union NDIS_RW_LOCK_READERS {
    /// Count for each processor.
    pub RefCount: [NDIS_RW_LOCK_REFCOUNT; 64],
    /// The same as numbers.
    pub RefCountEx: [u32; 256],
    /// Members of an unnamed structure in C.
    pub s: NDIS_RW_LOCK_READERS_DATA,
}

/// Members of an [`NDIS_RW_LOCK_READERS`].
#[repr(C)]
#[derive(Clone, Copy, Debug, Default)]
pub struct NDIS_RW_LOCK_READERS_DATA {
    /// Held while the members below change.
    pub RefCountLock: KSPIN_LOCK,
    /// Number of readers.
    pub SharedRefCount: u32,
    /// Whether a writer waits.
    pub WriterWaiting: BOOLEAN,
}

/// Count of readers on one processor.
///
/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ndis/ns-ndis-_ndis_rw_lock_refcount)
#[repr(C)]
#[derive(Clone, Copy)]
pub union NDIS_RW_LOCK_REFCOUNT {
    /// The count.
    pub RefCount: u32,
    /// Keeps counts apart.
    pub cacheLine: [u8; 16],
}

/// What the holder of an [`NDIS_RW_LOCK`] keeps, on its stack, until it releases the lock.
///
/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ndis/ns-ndis-_lock_state)
#[repr(C)]
#[derive(Clone, Copy, Debug, Default)]
pub struct LOCK_STATE {
    /// For NDIS.
    pub LockState: u16,
    /// IRQL to go back to.
    pub OldIrql: KIRQL,
}

default_is_zero!(NDIS_RW_LOCK, NDIS_RW_LOCK_READERS, NDIS_RW_LOCK_REFCOUNT, NDIS_RW_LOCK_WRITER,);

imports! {
    /// Prepares an event, not set.
    ///
    /// IRQL: any.
    ///
    /// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ndis/nf-ndis-ndisinitializeevent)
    fn NdisInitializeEvent as FN_NDIS_INITIALIZE_EVENT(Event: *mut NDIS_EVENT);

    /// Sets an event.
    ///
    /// IRQL: at most `DISPATCH_LEVEL`.
    ///
    /// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ndis/nf-ndis-ndissetevent)
    fn NdisSetEvent as FN_NDIS_SET_EVENT(Event: *mut NDIS_EVENT);

    /// Resets an event.
    ///
    /// IRQL: at most `DISPATCH_LEVEL`.
    ///
    /// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ndis/nf-ndis-ndisresetevent)
    fn NdisResetEvent as FN_NDIS_RESET_EVENT(Event: *mut NDIS_EVENT);

    /// Waits until an event is set, at most `MsToWait` milliseconds, or for ever if that is 0; says
    /// whether it was.
    ///
    /// IRQL: `PASSIVE_LEVEL`.
    ///
    /// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ndis/nf-ndis-ndiswaitevent)
    fn NdisWaitEvent as FN_NDIS_WAIT_EVENT(Event: *mut NDIS_EVENT, MsToWait: u32) -> BOOLEAN;

    /// Waits for a time, at most 30 seconds.
    ///
    /// IRQL: below `DISPATCH_LEVEL`.
    ///
    /// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ndis/nf-ndis-ndismsleep)
    fn NdisMSleep as FN_NDIS_M_SLEEP(MicrosecondsToSleep: u32);

    /// Allocates a lock; NULL if there is no memory.
    ///
    /// From Windows 8 on `NdisHandle` may be NULL in `DriverEntry`. IRQL: at most `DISPATCH_LEVEL`.
    ///
    /// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ndis/nf-ndis-ndisallocaterwlock)
    fn NdisAllocateRWLock as FN_NDIS_ALLOCATE_RW_LOCK(
        NdisHandle: NDIS_HANDLE,
    ) -> *mut NDIS_RW_LOCK_EX;

    /// Frees a lock that nobody holds.
    ///
    /// IRQL: at most `DISPATCH_LEVEL`.
    ///
    /// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ndis/nf-ndis-ndisfreerwlock)
    fn NdisFreeRWLock as FN_NDIS_FREE_RW_LOCK(Lock: *mut NDIS_RW_LOCK_EX);

    /// Takes a lock to read, and raises the IRQL to `DISPATCH_LEVEL`.
    ///
    /// Who reads cannot go over to write. `Flags` is [`NDIS_RWL_AT_DISPATCH_LEVEL`] or 0. IRQL: at
    /// most `DISPATCH_LEVEL`.
    ///
    /// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ndis/nf-ndis-ndisacquirerwlockread)
    fn NdisAcquireRWLockRead as FN_NDIS_ACQUIRE_RW_LOCK_READ(
        Lock: *mut NDIS_RW_LOCK_EX,
        LockState: *mut LOCK_STATE_EX,
        Flags: u8,
    );

    /// Takes a lock to write, and raises the IRQL to `DISPATCH_LEVEL`.
    ///
    /// `Flags` is [`NDIS_RWL_AT_DISPATCH_LEVEL`] or 0. IRQL: at most `DISPATCH_LEVEL`.
    ///
    /// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ndis/nf-ndis-ndisacquirerwlockwrite)
    fn NdisAcquireRWLockWrite as FN_NDIS_ACQUIRE_RW_LOCK_WRITE(
        Lock: *mut NDIS_RW_LOCK_EX,
        LockState: *mut LOCK_STATE_EX,
        Flags: u8,
    );

    /// Gives a lock back, and restores the IRQL.
    ///
    /// IRQL: `DISPATCH_LEVEL`.
    ///
    /// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ndis/nf-ndis-ndisreleaserwlock)
    fn NdisReleaseRWLock as FN_NDIS_RELEASE_RW_LOCK(
        Lock: *mut NDIS_RW_LOCK_EX,
        LockState: *mut LOCK_STATE_EX,
    );

    /// Prepares a lock of the older form.
    ///
    /// IRQL: any.
    ///
    /// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ndis/nf-ndis-ndisinitializereadwritelock)
    fn NdisInitializeReadWriteLock as FN_NDIS_INITIALIZE_READ_WRITE_LOCK(Lock: *mut NDIS_RW_LOCK);

    /// Takes a lock of the older form, to write if `fWrite` is true, else to read; raises the IRQL
    /// to `DISPATCH_LEVEL`.
    ///
    /// IRQL: at most `DISPATCH_LEVEL`.
    ///
    /// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ndis/nf-ndis-ndisacquirereadwritelock)
    fn NdisAcquireReadWriteLock as FN_NDIS_ACQUIRE_READ_WRITE_LOCK(
        Lock: *mut NDIS_RW_LOCK,
        fWrite: BOOLEAN,
        LockState: *mut LOCK_STATE,
    );

    /// Gives a lock of the older form back, and restores the IRQL.
    ///
    /// IRQL: `DISPATCH_LEVEL`.
    ///
    /// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ndis/nf-ndis-ndisreleasereadwritelock)
    fn NdisReleaseReadWriteLock as FN_NDIS_RELEASE_READ_WRITE_LOCK(
        Lock: *mut NDIS_RW_LOCK,
        LockState: *mut LOCK_STATE,
    );

    /// Takes a lock of the older form at `DISPATCH_LEVEL`.
    ///
    /// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ndis/nf-ndis-ndisdpracquirereadwritelock)
    fn NdisDprAcquireReadWriteLock as FN_NDIS_DPR_ACQUIRE_READ_WRITE_LOCK(
        Lock: *mut NDIS_RW_LOCK,
        fWrite: BOOLEAN,
        LockState: *mut LOCK_STATE,
    );

    /// Gives a lock of the older form back, and stays at `DISPATCH_LEVEL`.
    ///
    /// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ndis/nf-ndis-ndisdprreleasereadwritelock)
    fn NdisDprReleaseReadWriteLock as FN_NDIS_DPR_RELEASE_READ_WRITE_LOCK(
        Lock: *mut NDIS_RW_LOCK,
        LockState: *mut LOCK_STATE,
    );
}
