//! Cancel-safe queues: the library takes care of cancellation, the driver of the queue.
//!
//! The library is linked into a driver, so that all of this is the driver's own; it only asks the
//! kernel for the cancel spin lock.
//!
//! [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/kernel/cancel-safe-irp-queues)

use core::ffi::c_void;

use crate::nt::{IRP, KIRQL, NTSTATUS};

/// Type of an [`IO_CSQ_IRP_CONTEXT`].
pub const IO_TYPE_CSQ_IRP_CONTEXT: u32 = 1;
/// Type of an [`IO_CSQ`].
pub const IO_TYPE_CSQ: u32 = 2;
/// Type of an [`IO_CSQ`] whose insertion can fail.
pub const IO_TYPE_CSQ_EX: u32 = 3;

callbacks! {
    /// Puts an IRP into the queue, under its lock.
    ///
    /// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nc-wdm-io_csq_insert_irp)
    IO_CSQ_INSERT_IRP, PIO_CSQ_INSERT_IRP = fn(Csq: *mut IO_CSQ, Irp: *mut IRP);

    /// Puts an IRP into the queue, under its lock, or fails.
    ///
    /// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nc-wdm-io_csq_insert_irp_ex)
    IO_CSQ_INSERT_IRP_EX, PIO_CSQ_INSERT_IRP_EX = fn(
        Csq: *mut IO_CSQ,
        Irp: *mut IRP,
        InsertContext: *mut c_void,
    ) -> NTSTATUS;

    /// Takes an IRP out of the queue, under its lock.
    ///
    /// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nc-wdm-io_csq_remove_irp)
    IO_CSQ_REMOVE_IRP, PIO_CSQ_REMOVE_IRP = fn(Csq: *mut IO_CSQ, Irp: *mut IRP);

    /// The next IRP after the given one that has the context, or the first; null if there is none.
    ///
    /// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nc-wdm-io_csq_peek_next_irp)
    IO_CSQ_PEEK_NEXT_IRP, PIO_CSQ_PEEK_NEXT_IRP = fn(
        Csq: *mut IO_CSQ,
        Irp: *mut IRP,
        PeekContext: *mut c_void,
    ) -> *mut IRP;

    /// Takes the lock of the queue.
    ///
    /// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nc-wdm-io_csq_acquire_lock)
    IO_CSQ_ACQUIRE_LOCK, PIO_CSQ_ACQUIRE_LOCK = fn(Csq: *mut IO_CSQ, Irql: *mut KIRQL);

    /// Releases the lock of the queue.
    ///
    /// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nc-wdm-io_csq_release_lock)
    IO_CSQ_RELEASE_LOCK, PIO_CSQ_RELEASE_LOCK = fn(Csq: *mut IO_CSQ, Irql: KIRQL);

    /// Completes an IRP that was cancelled, and is no longer in the queue.
    ///
    /// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nc-wdm-io_csq_complete_canceled_irp)
    IO_CSQ_COMPLETE_CANCELED_IRP, PIO_CSQ_COMPLETE_CANCELED_IRP = fn(
        Csq: *mut IO_CSQ,
        Irp: *mut IRP,
    );
}

/// Queue.
///
/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/kernel/eprocess#io_csq)
#[repr(C)]
#[derive(Clone, Copy, Debug, Default)]
pub struct IO_CSQ {
    /// [`IO_TYPE_CSQ`] or [`IO_TYPE_CSQ_EX`].
    pub Type: u32,
    /// Puts an IRP in; an [`IO_CSQ_INSERT_IRP_EX`] where the type says so.
    pub CsqInsertIrp: PIO_CSQ_INSERT_IRP,
    /// Takes an IRP out.
    pub CsqRemoveIrp: PIO_CSQ_REMOVE_IRP,
    /// Looks for an IRP.
    pub CsqPeekNextIrp: PIO_CSQ_PEEK_NEXT_IRP,
    /// Takes the lock.
    pub CsqAcquireLock: PIO_CSQ_ACQUIRE_LOCK,
    /// Releases the lock.
    pub CsqReleaseLock: PIO_CSQ_RELEASE_LOCK,
    /// Completes an IRP that was cancelled.
    pub CsqCompleteCanceledIrp: PIO_CSQ_COMPLETE_CANCELED_IRP,
    /// Reserved.
    pub ReservePointer: *mut c_void,
}

/// Finds an IRP in a queue again, or notices that it has left.
///
/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/kernel/eprocess#io_csq_irp_context)
#[repr(C)]
#[derive(Clone, Copy, Debug, Default)]
pub struct IO_CSQ_IRP_CONTEXT {
    /// [`IO_TYPE_CSQ_IRP_CONTEXT`].
    pub Type: u32,
    /// The IRP, or null once it has left.
    pub Irp: *mut IRP,
    /// Its queue.
    pub Csq: *mut IO_CSQ,
}
