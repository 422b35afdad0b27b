//! Reads that wait, and can be cancelled while they do.

use core::{
    cell::UnsafeCell,
    ptr::{self, NonNull},
};

use wdk_sys::{
    IO_CSQ, IRP, KIRQL, KSPIN_LOCK, LIST_ENTRY, PVOID,
    ntddk::{
        IoCsqInitialize, IoCsqInsertIrp, IoCsqRemoveNextIrp, KeAcquireSpinLockRaiseToDpc,
        KeReleaseSpinLock,
    },
};

use crate::{PoolArc, Result, Status, Tag, ffi, read::Read};

/// A cancel-safe queue of reads.
///
/// While a read is in it, the I/O manager may cancel it, which completes it; who takes it out has it alone.
/// A drop completes those that are left with `STATUS_CANCELLED`.
///
/// IRQL: `DISPATCH_LEVEL` or below for everything.
///
/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/kernel/cancel-safe-irp-queues)
pub struct ReadQueue(PoolArc<Queue>);

/// # Invariants
///
/// It does not move, and each read in it is one of its owners: a read that is being cancelled can be the
/// last to use it. `csq` was initialised with the routines below, and `reads` is the head of a list of
/// IRPs by their `Tail.Overlay.ListEntry`, which is used under the lock only.
#[repr(C)]
struct Queue {
    csq: UnsafeCell<IO_CSQ>,
    lock: UnsafeCell<KSPIN_LOCK>,
    reads: UnsafeCell<LIST_ENTRY>,
}

// SAFETY: the queue synchronises all access to itself with its lock.
unsafe impl Send for Queue {}
// SAFETY: as above.
unsafe impl Sync for Queue {}

impl ReadQueue {
    /// An empty queue.
    ///
    /// # Errors
    ///
    /// `STATUS_INSUFFICIENT_RESOURCES` if there is no memory for it.
    pub fn new(tag: Tag) -> Result<Self> {
        let queue = PoolArc::try_new(
            Queue {
                csq: UnsafeCell::new(IO_CSQ::default()),
                lock: UnsafeCell::new(0),
                reads: UnsafeCell::new(LIST_ENTRY::default()),
            },
            tag,
        )?;
        let head = queue.reads.get();
        // SAFETY: the list is in pool, ours, and nobody uses it yet. An empty list is a head that points
        // to itself.
        unsafe { head.write(LIST_ENTRY { Flink: head, Blink: head }) };
        // SAFETY: the queue does not move, and the routines are what their names say.
        let status = unsafe {
            IoCsqInitialize(
                queue.csq.get(),
                Some(insert_irp),
                Some(remove_irp),
                Some(peek_next_irp),
                Some(acquire_lock),
                Some(release_lock),
                Some(complete_canceled_irp),
            )
        };
        Status::check(status)?;
        Ok(Self(queue))
    }

    /// Adds a read, which is marked pending. It may be completed at once, if it was cancelled before.
    pub fn insert(&self, read: Read) {
        let irp = read.into_raw();
        let queue = self.0.clone().into_raw();
        // SAFETY: the queue is initialised, and the IRP is ours to give away.
        unsafe { IoCsqInsertIrp(queue.as_ptr().cast(), irp.as_ptr(), ptr::null_mut()) };
    }

    /// True if no read is in it. One that is being added counts as soon as [`insert`](Self::insert) is
    /// called, and one that is being taken out or cancelled may count for a moment more.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_only_owner()
    }

    /// Takes out the oldest read.
    #[must_use]
    pub fn take(&self) -> Option<Read> {
        let queue = self.0.as_ptr();
        // SAFETY: the queue is initialised.
        let irp = unsafe { IoCsqRemoveNextIrp(queue.as_ptr().cast(), ptr::null_mut()) };
        let irp = NonNull::new(irp)?;
        // SAFETY: `insert` made the read an owner, which it no longer is.
        drop(unsafe { PoolArc::from_raw(queue) });
        // SAFETY: it was put in by `insert`, as a read for which the invariants hold; the queue cleared
        // its cancel routine.
        Some(unsafe { Read::from_raw(irp) })
    }

    /// Completes all reads with `status`.
    pub fn fail_all(&self, status: Status) {
        while let Some(read) = self.take() {
            read.complete(Err(status));
        }
    }
}

impl Drop for ReadQueue {
    fn drop(&mut self) {
        self.fail_all(Status::CANCELLED);
    }
}

/// The queue that an IO_CSQ is the first member of.
///
/// # Safety
///
/// `csq` is that of a [`Queue`].
unsafe fn queue<'a>(csq: *mut IO_CSQ) -> &'a Queue {
    // SAFETY: by the contract; the IO_CSQ is the first member.
    unsafe { &*csq.cast::<Queue>() }
}

/// # Safety
///
/// The kernel calls it for a [`Queue`] under its lock, with an IRP that is in no list.
unsafe extern "C" fn insert_irp(csq: *mut IO_CSQ, irp: *mut IRP) {
    // SAFETY: by the contract.
    let head = unsafe { queue(csq) }.reads.get();
    let entry = ffi::list_entry(irp);
    // SAFETY: the list is valid, and used under the lock.
    let last = unsafe { (*head).Blink };
    // SAFETY: the entry is that of an IRP that is in no list.
    unsafe { entry.write(LIST_ENTRY { Flink: head, Blink: last }) };
    // SAFETY: the list is valid, so that its last entry is.
    unsafe { (*last).Flink = entry };
    // SAFETY: as above.
    unsafe { (*head).Blink = entry };
}

/// # Safety
///
/// The kernel calls it for a [`Queue`] under its lock, with an IRP that is in its list.
unsafe extern "C" fn remove_irp(_csq: *mut IO_CSQ, irp: *mut IRP) {
    let entry = ffi::list_entry(irp);
    // SAFETY: by the contract the entry is in the list.
    let LIST_ENTRY { Flink: next, Blink: before } = unsafe { entry.read() };
    // SAFETY: the neighbours of an entry are valid.
    unsafe { (*before).Flink = next };
    // SAFETY: as above.
    unsafe { (*next).Blink = before };
}

/// # Safety
///
/// The kernel calls it for a [`Queue`] under its lock, with null or an IRP that is in its list.
unsafe extern "C" fn peek_next_irp(csq: *mut IO_CSQ, irp: *mut IRP, _context: PVOID) -> *mut IRP {
    // SAFETY: by the contract.
    let head = unsafe { queue(csq) }.reads.get();
    let after = if irp.is_null() { head } else { ffi::list_entry(irp) };
    // SAFETY: the entry is in the list, or its head.
    let next = unsafe { (*after).Flink };
    if next == head { ptr::null_mut() } else { ffi::irp_of_list_entry(next) }
}

/// # Safety
///
/// The kernel calls it for a [`Queue`], at `DISPATCH_LEVEL` or below.
unsafe extern "C" fn acquire_lock(csq: *mut IO_CSQ, irql: *mut KIRQL) {
    // SAFETY: by the contract.
    let lock = unsafe { queue(csq) }.lock.get();
    // SAFETY: the lock is initialised, and the level is at most DISPATCH_LEVEL.
    let before = unsafe { KeAcquireSpinLockRaiseToDpc(lock) };
    // SAFETY: the kernel passes a place for the level.
    unsafe { irql.write(before) };
}

/// # Safety
///
/// The kernel calls it after [`acquire_lock`], with the level that it returned.
unsafe extern "C" fn release_lock(csq: *mut IO_CSQ, irql: KIRQL) {
    // SAFETY: by the contract.
    let lock = unsafe { queue(csq) }.lock.get();
    // SAFETY: by the contract the lock is held, and was taken at this level.
    unsafe { KeReleaseSpinLock(lock, irql) };
}

/// # Safety
///
/// The kernel calls it with an IRP that it took out of a [`Queue`] because it was cancelled, and uses the
/// queue no more on behalf of that IRP.
unsafe extern "C" fn complete_canceled_irp(csq: *mut IO_CSQ, irp: *mut IRP) {
    // SAFETY: the IRP is one that `insert` put in, and ours again; the drop completes it as cancelled.
    drop(NonNull::new(irp).map(|irp| unsafe { Read::from_raw(irp) }));
    // SAFETY: `insert` made the read an owner, which it no longer is.
    drop(NonNull::new(csq.cast::<Queue>()).map(|queue| unsafe { PoolArc::from_raw(queue) }));
}
