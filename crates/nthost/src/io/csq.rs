//! Cancel-safe queues: the driver keeps the queue, and the kernel the races between it and
//! cancellation.
//!
//! [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/kernel/cancel-safe-irp-queues)

use std::{
    ffi::c_void,
    mem, ptr,
    sync::atomic::{AtomicU8, Ordering},
};

use super::cancel;
use crate::{
    export::{Export, exports},
    ke,
    nt::{
        DEVICE_OBJECT, DISPATCH_LEVEL, HIGH_LEVEL, IO_CSQ, IO_CSQ_INSERT_IRP, IO_CSQ_INSERT_IRP_EX,
        IO_CSQ_IRP_CONTEXT, IO_TYPE_CSQ, IO_TYPE_CSQ_EX, IO_TYPE_CSQ_IRP_CONTEXT, IRP, KIRQL,
        NTSTATUS, PASSIVE_LEVEL, PIO_CSQ_ACQUIRE_LOCK, PIO_CSQ_COMPLETE_CANCELED_IRP,
        PIO_CSQ_INSERT_IRP, PIO_CSQ_INSERT_IRP_EX, PIO_CSQ_PEEK_NEXT_IRP, PIO_CSQ_RELEASE_LOCK,
        PIO_CSQ_REMOVE_IRP, STATUS_INVALID_PARAMETER, STATUS_SUCCESS, STATUS_UNSUCCESSFUL,
        irp_mark_pending, irp_set_cancel_routine,
    },
};

/// Where an IRP in a queue keeps the address of its context, or else of the queue.
///
/// # Safety
///
/// The IRP is valid, and the caller's or in a queue.
unsafe fn place(irp: *mut IRP) -> *mut *mut c_void {
    // The queue may use the last of the driver's words.
    const LAST: usize = mem::offset_of!(IRP, Tail.Overlay.u) + 3 * size_of::<*mut c_void>();
    // SAFETY: by the contract.
    unsafe { irp.byte_add(LAST) }.cast()
}

/// The routines of a queue, which a driver has set all of.
struct Queue {
    csq: *mut IO_CSQ,
    routines: IO_CSQ,
}

impl Queue {
    /// # Safety
    ///
    /// `csq` was initialised, and is valid as long as the value is used.
    unsafe fn new(csq: *mut IO_CSQ) -> Self {
        // SAFETY: by the contract.
        Self { csq, routines: unsafe { *csq } }
    }

    /// Takes the lock of the queue, which the driver has.
    fn lock(&self) -> KIRQL {
        let mut level = PASSIVE_LEVEL;
        if let Some(acquire) = self.routines.CsqAcquireLock {
            // SAFETY: it is the driver's routine for this queue.
            let code = || unsafe { acquire(self.csq, &raw mut level) };
            // SAFETY: there is nothing to drop.
            unsafe { ke::thread::ask((), code) };
        }
        level
    }

    fn unlock(&self, level: KIRQL) {
        if let Some(release) = self.routines.CsqReleaseLock {
            // SAFETY: it is the driver's routine for this queue, whose lock is held.
            let code = || unsafe { release(self.csq, level) };
            // SAFETY: there is nothing to drop.
            unsafe { ke::thread::ask((), code) };
        }
    }

    /// # Safety
    ///
    /// The lock is held, and the IRP is the caller's.
    unsafe fn insert(&self, irp: *mut IRP, context: *mut c_void) -> NTSTATUS {
        let Some(insert) = self.routines.CsqInsertIrp else { return STATUS_INVALID_PARAMETER };
        if self.routines.Type == IO_TYPE_CSQ_EX {
            // SAFETY: the type says that the routine is one of this kind.
            let insert =
                unsafe { mem::transmute::<IO_CSQ_INSERT_IRP, IO_CSQ_INSERT_IRP_EX>(insert) };
            // SAFETY: it is the driver's routine for this queue.
            let code = || unsafe { insert(self.csq, irp, context) };
            // SAFETY: there is nothing to drop.
            return unsafe { ke::thread::ask(STATUS_UNSUCCESSFUL, code) };
        }
        // SAFETY: it is the driver's routine for this queue.
        let code = || unsafe { insert(self.csq, irp) };
        // SAFETY: there is nothing to drop.
        unsafe { ke::thread::ask((), code) };
        STATUS_SUCCESS
    }

    /// Takes an IRP out, and out of its context if it has one.
    ///
    /// # Safety
    ///
    /// The lock is held, and the IRP is in the queue.
    unsafe fn remove(&self, irp: *mut IRP) {
        if let Some(remove) = self.routines.CsqRemoveIrp {
            // SAFETY: it is the driver's routine for this queue.
            let code = || unsafe { remove(self.csq, irp) };
            // SAFETY: there is nothing to drop.
            unsafe { ke::thread::ask((), code) };
        }
        // SAFETY: by the contract.
        let place = unsafe { place(irp) };
        // SAFETY: the place is valid.
        let context = unsafe { place.replace(ptr::null_mut()) }.cast::<IO_CSQ_IRP_CONTEXT>();
        // SAFETY: it is a context or a queue, both of which begin with their type.
        if !context.is_null() && unsafe { (*context).Type } == IO_TYPE_CSQ_IRP_CONTEXT {
            // SAFETY: it is a context.
            unsafe { (*context).Irp = ptr::null_mut() };
        }
    }

    /// # Safety
    ///
    /// The lock is held; `after` is null or an IRP in the queue.
    unsafe fn peek(&self, after: *mut IRP, context: *mut c_void) -> *mut IRP {
        let Some(peek) = self.routines.CsqPeekNextIrp else { return ptr::null_mut() };
        // SAFETY: it is the driver's routine for this queue.
        let code = || unsafe { peek(self.csq, after, context) };
        // SAFETY: there is nothing to drop.
        unsafe { ke::thread::ask(ptr::null_mut(), code) }
    }

    /// # Safety
    ///
    /// The IRP was taken out of the queue because it was cancelled.
    unsafe fn complete_cancelled(&self, irp: *mut IRP) {
        if let Some(complete) = self.routines.CsqCompleteCanceledIrp {
            // SAFETY: it is the driver's routine for this queue.
            let code = || unsafe { complete(self.csq, irp) };
            // SAFETY: there is nothing to drop.
            unsafe { ke::thread::ask((), code) };
        }
    }
}

/// The cancel routine of IRPs in queues.
///
/// # Safety
///
/// The IRP is in a queue.
unsafe extern "efiapi" fn cancel_routine(_: *mut DEVICE_OBJECT, irp: *mut IRP) {
    // SAFETY: who cancels keeps the IRP until this returns.
    cancel::release_lock(unsafe { (*irp).CancelIrql });
    // SAFETY: as above.
    let place = unsafe { place(irp) };
    // SAFETY: the place is valid.
    let known = unsafe { place.read() };
    // SAFETY: it is a context or a queue, both of which begin with their type.
    let kind = unsafe { known.cast::<u32>().read() };
    let csq = if kind == IO_TYPE_CSQ_IRP_CONTEXT {
        // SAFETY: the type says so.
        unsafe { (*known.cast::<IO_CSQ_IRP_CONTEXT>()).Csq }
    } else {
        known.cast()
    };
    // SAFETY: the queue exists as long as an IRP is in it.
    let queue = unsafe { Queue::new(csq) };
    let level = queue.lock();
    // SAFETY: who takes the cancel routine away takes the IRP out, which was this call here.
    unsafe { queue.remove(irp) };
    queue.unlock(level);
    // SAFETY: it was just taken out.
    unsafe { queue.complete_cancelled(irp) };
}

/// Takes the cancel routine away; false if the IRP is being cancelled.
///
/// # Safety
///
/// The IRP is valid.
unsafe fn disarm(irp: *mut IRP) -> bool {
    // SAFETY: by the contract.
    unsafe { irp_set_cancel_routine(irp, None) }.is_some()
}

#[expect(clippy::too_many_arguments, reason = "they are those of the function")]
unsafe fn initialize(
    csq: *mut IO_CSQ,
    kind: u32,
    insert: PIO_CSQ_INSERT_IRP,
    remove: PIO_CSQ_REMOVE_IRP,
    peek: PIO_CSQ_PEEK_NEXT_IRP,
    acquire: PIO_CSQ_ACQUIRE_LOCK,
    release: PIO_CSQ_RELEASE_LOCK,
    complete: PIO_CSQ_COMPLETE_CANCELED_IRP,
) -> NTSTATUS {
    let queue = IO_CSQ {
        Type: kind,
        CsqInsertIrp: insert,
        CsqRemoveIrp: remove,
        CsqPeekNextIrp: peek,
        CsqAcquireLock: acquire,
        CsqReleaseLock: release,
        CsqCompleteCanceledIrp: complete,
        ReservePointer: ptr::null_mut(),
    };
    // SAFETY: the driver passed memory for a queue.
    unsafe { csq.write(queue) };
    STATUS_SUCCESS
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-iocsqinitialize)
pub(super) unsafe extern "efiapi" fn IoCsqInitialize(
    csq: *mut IO_CSQ,
    insert: PIO_CSQ_INSERT_IRP,
    remove: PIO_CSQ_REMOVE_IRP,
    peek: PIO_CSQ_PEEK_NEXT_IRP,
    acquire: PIO_CSQ_ACQUIRE_LOCK,
    release: PIO_CSQ_RELEASE_LOCK,
    complete: PIO_CSQ_COMPLETE_CANCELED_IRP,
) -> NTSTATUS {
    // SAFETY: the contract is the same.
    unsafe { initialize(csq, IO_TYPE_CSQ, insert, remove, peek, acquire, release, complete) }
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-iocsqinitializeex)
pub(super) unsafe extern "efiapi" fn IoCsqInitializeEx(
    csq: *mut IO_CSQ,
    insert: PIO_CSQ_INSERT_IRP_EX,
    remove: PIO_CSQ_REMOVE_IRP,
    peek: PIO_CSQ_PEEK_NEXT_IRP,
    acquire: PIO_CSQ_ACQUIRE_LOCK,
    release: PIO_CSQ_RELEASE_LOCK,
    complete: PIO_CSQ_COMPLETE_CANCELED_IRP,
) -> NTSTATUS {
    // SAFETY: the type tells one kind of routine from the other before it is called.
    let insert = unsafe { mem::transmute::<PIO_CSQ_INSERT_IRP_EX, PIO_CSQ_INSERT_IRP>(insert) };
    // SAFETY: the contract is the same.
    unsafe { initialize(csq, IO_TYPE_CSQ_EX, insert, remove, peek, acquire, release, complete) }
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-iocsqinsertirpex)
pub(super) unsafe extern "efiapi" fn IoCsqInsertIrpEx(
    csq: *mut IO_CSQ,
    irp: *mut IRP,
    context: *mut IO_CSQ_IRP_CONTEXT,
    insert_context: *mut c_void,
) -> NTSTATUS {
    if let Some(context) = {
        // SAFETY: the driver passes null or a context of its own.
        unsafe { context.as_mut() }
    } {
        *context = IO_CSQ_IRP_CONTEXT { Type: IO_TYPE_CSQ_IRP_CONTEXT, Irp: irp, Csq: csq };
    }
    let known: *mut c_void = if context.is_null() { csq.cast() } else { context.cast() };
    // SAFETY: the driver has the IRP.
    let place = unsafe { place(irp) };
    // SAFETY: the place is valid.
    unsafe { place.write(known) };
    // SAFETY: the driver passes a queue that was initialised.
    let queue = unsafe { Queue::new(csq) };
    let level = queue.lock();
    // SAFETY: the lock is held.
    let status = unsafe { queue.insert(irp, insert_context) };
    if status < 0 {
        queue.unlock(level);
        return status;
    }
    // SAFETY: the driver has the IRP, which was sent to it.
    unsafe { irp_mark_pending(irp) };
    // SAFETY: as above.
    unsafe { irp_set_cancel_routine(irp, Some(cancel_routine)) };
    // SAFETY: the IRP stays valid: nobody else can take it out while the lock is held.
    let cancelled = unsafe { &raw mut (*irp).Cancel };
    // SAFETY: as above.
    let cancelled = unsafe { AtomicU8::from_ptr(cancelled) }.load(Ordering::SeqCst);
    // SAFETY: as above.
    if cancelled != 0 && unsafe { disarm(irp) } {
        // SAFETY: it is in the queue, and the lock is held.
        unsafe { queue.remove(irp) };
        queue.unlock(level);
        // SAFETY: it was just taken out.
        unsafe { queue.complete_cancelled(irp) };
    } else {
        queue.unlock(level);
    }
    status
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-iocsqinsertirp)
pub(super) unsafe extern "efiapi" fn IoCsqInsertIrp(
    csq: *mut IO_CSQ,
    irp: *mut IRP,
    context: *mut IO_CSQ_IRP_CONTEXT,
) {
    // SAFETY: the contract is the same.
    unsafe { IoCsqInsertIrpEx(csq, irp, context, ptr::null_mut()) };
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-iocsqremovenextirp)
pub(super) unsafe extern "efiapi" fn IoCsqRemoveNextIrp(
    csq: *mut IO_CSQ,
    context: *mut c_void,
) -> *mut IRP {
    // SAFETY: the driver passes a queue that was initialised.
    let queue = unsafe { Queue::new(csq) };
    let level = queue.lock();
    let mut irp = ptr::null_mut();
    loop {
        // SAFETY: the lock is held, and the IRP is in the queue.
        irp = unsafe { queue.peek(irp, context) };
        // SAFETY: an IRP in the queue is valid.
        if irp.is_null() || unsafe { disarm(irp) } {
            break;
        }
    }
    if !irp.is_null() {
        // SAFETY: it is in the queue, and is not being cancelled.
        unsafe { queue.remove(irp) };
    }
    queue.unlock(level);
    irp
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-iocsqremoveirp)
pub(super) unsafe extern "efiapi" fn IoCsqRemoveIrp(
    csq: *mut IO_CSQ,
    context: *mut IO_CSQ_IRP_CONTEXT,
) -> *mut IRP {
    // SAFETY: the driver passes a queue that was initialised.
    let queue = unsafe { Queue::new(csq) };
    let level = queue.lock();
    // SAFETY: the driver passes a context that it gave to IoCsqInsertIrp.
    let mut irp = unsafe { (*context).Irp };
    // SAFETY: an IRP that its context still names is in the queue.
    if !irp.is_null() && unsafe { disarm(irp) } {
        // SAFETY: as above, and the lock is held.
        unsafe { queue.remove(irp) };
    } else {
        irp = ptr::null_mut();
    }
    queue.unlock(level);
    irp
}

pub(super) const EXPORTS: &[Export] = exports! {
    IoCsqInitialize: PASSIVE_LEVEL..=HIGH_LEVEL;
    IoCsqInitializeEx: PASSIVE_LEVEL..=HIGH_LEVEL;
    IoCsqInsertIrp: PASSIVE_LEVEL..=DISPATCH_LEVEL;
    IoCsqInsertIrpEx: PASSIVE_LEVEL..=DISPATCH_LEVEL;
    IoCsqRemoveIrp: PASSIVE_LEVEL..=DISPATCH_LEVEL;
    IoCsqRemoveNextIrp: PASSIVE_LEVEL..=DISPATCH_LEVEL;
};
