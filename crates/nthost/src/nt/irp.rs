//! I/O request packets.

use core::{
    ffi::c_void,
    mem,
    sync::atomic::{AtomicPtr, Ordering},
};

use crate::nt::{
    BOOLEAN, DEVICE_OBJECT, ETHREAD, FILE_OBJECT, IO_STACK_LOCATION, KAPC, KDEVICE_QUEUE_ENTRY,
    KEVENT, KIRQL, KPROCESSOR_MODE, LARGE_INTEGER, LIST_ENTRY, MDL, NTSTATUS, SL_PENDING_RETURNED,
};

callbacks! {
    /// Cancels an IRP. It is called at `DISPATCH_LEVEL` with the cancel spin lock held, which it
    /// releases.
    ///
    /// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nc-wdm-driver_cancel)
    DRIVER_CANCEL, PDRIVER_CANCEL = fn(DeviceObject: *mut DEVICE_OBJECT, Irp: *mut IRP);

    /// Tells a thread, in itself, that a request is done.
    IO_APC_ROUTINE, PIO_APC_ROUTINE = fn(
        ApcContext: *mut c_void,
        IoStatusBlock: *mut IO_STATUS_BLOCK,
        Reserved: u32,
    );
}

/// Result of a request.
///
/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/ns-wdm-_io_status_block)
#[repr(C)]
#[derive(Clone, Copy)]
pub struct IO_STATUS_BLOCK {
    /// Whether it worked.
    pub u: IO_STATUS_BLOCK_STATUS,
    /// What the request says it is, usually a number of bytes.
    pub Information: usize,
}

/// Whether a request worked.
#[repr(C)]
#[derive(Clone, Copy)]
pub union IO_STATUS_BLOCK_STATUS {
    /// The status.
    pub Status: NTSTATUS,
    /// Reserved.
    pub Pointer: *mut c_void,
}

/// Request, with a stack location for each driver that it passes through behind it.
///
/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/ns-wdm-_irp)
#[repr(C, align(16))]
#[derive(Clone, Copy)]
pub struct IRP {
    /// [`IO_TYPE_IRP`].
    pub Type: i16,
    /// Bytes, with the stack locations.
    pub Size: u16,
    /// Buffer of a direct request, or null.
    pub MdlAddress: *mut MDL,
    /// [`IRP_BUFFERED_IO`] and so on.
    pub Flags: u32,
    /// Buffer of a buffered request, or how it belongs to others.
    pub AssociatedIrp: IRP_ASSOCIATED,
    /// In the list of the thread.
    pub ThreadListEntry: LIST_ENTRY,
    /// Result.
    pub IoStatus: IO_STATUS_BLOCK,
    /// For whom it is.
    pub RequestorMode: KPROCESSOR_MODE,
    /// The driver below has marked it pending; for completion routines.
    pub PendingReturned: BOOLEAN,
    /// Stack locations.
    pub StackCount: i8,
    /// Number of the current stack location; one more than there are before it is sent.
    pub CurrentLocation: i8,
    /// It is to be cancelled.
    pub Cancel: BOOLEAN,
    /// IRQL to go back to from the cancel spin lock.
    pub CancelIrql: KIRQL,
    /// In the environment of which process the thread is told.
    pub ApcEnvironment: i8,
    /// How it was allocated: [`IRP_ALLOCATED_FIXED_SIZE`] and so on.
    pub AllocationFlags: u8,
    /// Where the result goes.
    pub u: IRP_USER_IOSB,
    /// Event of the requester, or null.
    pub UserEvent: *mut KEVENT,
    /// What belongs to the kind of request.
    pub Overlay: IRP_OVERLAY,
    /// Cancels it, while it may be cancelled. Changed by [`irp_set_cancel_routine`] only.
    pub CancelRoutine: PDRIVER_CANCEL,
    /// Buffer of the requester.
    pub UserBuffer: *mut c_void,
    /// What belongs to the stage of processing.
    pub Tail: IRP_TAIL,
}

/// Buffer of a buffered request, or how a request belongs to others.
#[repr(C)]
#[derive(Clone, Copy)]
pub union IRP_ASSOCIATED {
    /// The one that this is a part of.
    pub MasterIrp: *mut IRP,
    /// How many parts it has that are not done.
    pub IrpCount: i32,
    /// The system's copy of the buffer.
    pub SystemBuffer: *mut c_void,
}

/// Where the result of a request goes.
#[repr(C)]
#[derive(Clone, Copy)]
pub union IRP_USER_IOSB {
    /// Memory of the requester.
    pub UserIosb: *mut IO_STATUS_BLOCK,
    /// Of a request from a ring.
    pub IoRingContext: *mut c_void,
}

/// What belongs to the kind of request.
#[repr(C)]
#[derive(Clone, Copy)]
pub union IRP_OVERLAY {
    /// How the requester is told.
    pub AsynchronousParameters: IRP_ASYNCHRONOUS_PARAMETERS,
    /// Size of a file that is made.
    pub AllocationSize: LARGE_INTEGER,
}

/// How the requester is told.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct IRP_ASYNCHRONOUS_PARAMETERS {
    /// By which routine.
    pub u: IRP_USER_APC_ROUTINE,
    /// With which context.
    pub u2: IRP_USER_APC_CONTEXT,
}

/// By which routine the requester is told.
#[repr(C)]
#[derive(Clone, Copy)]
pub union IRP_USER_APC_ROUTINE {
    /// A routine that is run in its thread, or `None`.
    pub UserApcRoutine: PIO_APC_ROUTINE,
    /// Process of a request from a ring.
    pub IssuingProcess: *mut c_void,
}

/// With which context the requester is told.
#[repr(C)]
#[derive(Clone, Copy)]
pub union IRP_USER_APC_CONTEXT {
    /// For the routine, or for the completion port.
    pub UserApcContext: *mut c_void,
    /// The ring.
    pub IoRing: *mut IORING_OBJECT,
}

/// What belongs to the stage of processing.
#[repr(C)]
#[derive(Clone, Copy)]
pub union IRP_TAIL {
    /// While drivers have it.
    pub Overlay: IRP_TAIL_OVERLAY,
    /// When it is done, and its thread is told.
    pub Apc: KAPC,
    /// When it is done, and in a completion port.
    pub CompletionKey: *mut c_void,
}

/// The part of an IRP that drivers may use.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct IRP_TAIL_OVERLAY {
    /// For the driver that has it.
    pub u: IRP_DRIVER_CONTEXT,
    /// Thread that asked.
    pub Thread: *mut ETHREAD,
    /// For the I/O manager.
    pub AuxiliaryBuffer: *mut i8,
    /// For the driver that has it, to put it into a list.
    pub ListEntry: LIST_ENTRY,
    /// The current stack location.
    pub u2: IRP_CURRENT_LOCATION,
    /// Open file that it was sent to, or null.
    pub OriginalFileObject: *mut FILE_OBJECT,
}

/// For the driver that has an IRP.
#[repr(C)]
#[derive(Clone, Copy)]
pub union IRP_DRIVER_CONTEXT {
    /// In a device queue.
    pub DeviceQueueEntry: KDEVICE_QUEUE_ENTRY,
    /// Otherwise, whatever it likes.
    pub DriverContext: [*mut c_void; 4],
}

/// The current stack location.
#[repr(C)]
#[derive(Clone, Copy)]
pub union IRP_CURRENT_LOCATION {
    /// Its address; one past the last before the IRP is sent.
    pub CurrentStackLocation: *mut IO_STACK_LOCATION,
    /// In a completion port: what kind of packet it is.
    pub PacketType: u32,
}

opaque! {
    /// Ring of requests that a program shares with the kernel.
    IORING_OBJECT;
}

default_is_zero!(IO_STATUS_BLOCK, IRP);

/// Type of an [`IRP`].
pub const IO_TYPE_IRP: i16 = 6;

/// Bypasses the cache.
pub const IRP_NOCACHE: u32 = 0x1;
/// Pages memory in or out.
pub const IRP_PAGING_IO: u32 = 0x2;
/// In a request to mount: a volume has been mounted.
pub const IRP_MOUNT_COMPLETION: u32 = 0x2;
/// The I/O manager waits for it.
pub const IRP_SYNCHRONOUS_API: u32 = 0x4;
/// Is a part of another.
pub const IRP_ASSOCIATED_IRP: u32 = 0x8;
/// Has a system buffer.
pub const IRP_BUFFERED_IO: u32 = 0x10;
/// The system buffer is freed with it.
pub const IRP_DEALLOCATE_BUFFER: u32 = 0x20;
/// The system buffer is copied to the requester.
pub const IRP_INPUT_OPERATION: u32 = 0x40;
/// Pages memory, and somebody waits for it.
pub const IRP_SYNCHRONOUS_PAGING_IO: u32 = 0x40;
/// Opens a file.
pub const IRP_CREATE_OPERATION: u32 = 0x80;
/// Reads.
pub const IRP_READ_OPERATION: u32 = 0x100;
/// Writes.
pub const IRP_WRITE_OPERATION: u32 = 0x200;
/// Closes a file.
pub const IRP_CLOSE_OPERATION: u32 = 0x400;
/// Its thread need not be told through an APC where it waits anyway.
pub const IRP_DEFER_IO_COMPLETION: u32 = 0x800;
/// Asks for the name of an object.
pub const IRP_OB_QUERY_NAME: u32 = 0x1000;
/// Stays in the device queue.
pub const IRP_HOLD_DEVICE_QUEUE: u32 = 0x2000;
/// Was made by a user mode driver.
pub const IRP_UM_DRIVER_INITIATED_IO: u32 = 0x40_0000;

/// Its memory was charged to a quota.
pub const IRP_QUOTA_CHARGED: u8 = 0x01;
/// Its allocation could not fail.
pub const IRP_ALLOCATED_MUST_SUCCEED: u8 = 0x02;
/// Has one of the sizes that are cached.
pub const IRP_ALLOCATED_FIXED_SIZE: u8 = 0x04;
/// Comes from a cache.
pub const IRP_LOOKASIDE_ALLOCATION: u8 = 0x08;

/// No thread gains priority by the completion of a request.
pub const IO_NO_INCREMENT: i8 = 0;
/// What a thread gains by the completion of a request to a disk.
pub const IO_DISK_INCREMENT: i8 = 1;
/// What a thread gains by the completion of a request to a network adapter.
pub const IO_NETWORK_INCREMENT: i8 = 2;

/// `IoGetCurrentIrpStackLocation`: the stack location of the driver that has the IRP.
///
/// # Safety
///
/// `irp` is valid for reads.
#[must_use]
pub const unsafe fn irp_current(irp: *const IRP) -> *mut IO_STACK_LOCATION {
    // SAFETY: the caller says so.
    unsafe { current_place(irp.cast_mut()).read() }
}

/// Where an IRP says which stack location is the current one.
const fn current_place(irp: *mut IRP) -> *mut *mut IO_STACK_LOCATION {
    irp.wrapping_byte_add(mem::offset_of!(IRP, Tail.Overlay.u2)).cast()
}

/// `IoGetNextIrpStackLocation`: the stack location of the driver below.
///
/// # Safety
///
/// `irp` is valid for reads, and the stack location is not the last one.
#[must_use]
pub const unsafe fn irp_next(irp: *const IRP) -> *mut IO_STACK_LOCATION {
    // SAFETY: the caller says so.
    let current = unsafe { irp_current(irp) };
    // SAFETY: the stack location is not the last one, which has the lowest address.
    unsafe { current.sub(1) }
}

/// `IoSetNextIrpStackLocation`: makes the next stack location the current one.
///
/// # Safety
///
/// `irp` is valid, nobody else uses it at the same time, and the stack location is not the last one.
pub const unsafe fn irp_set_next(irp: *mut IRP) {
    // SAFETY: the caller says so.
    unsafe { irp_move(irp, -1) };
}

/// `IoSkipCurrentIrpStackLocation`: lets the driver below have this driver's stack location.
///
/// # Safety
///
/// `irp` is valid, nobody else uses it at the same time, and it has been sent.
pub const unsafe fn irp_skip_current(irp: *mut IRP) {
    // SAFETY: the caller says so.
    unsafe { irp_move(irp, 1) };
}

/// Moves up or down the stack.
///
/// # Safety
///
/// `irp` is valid, nobody else uses it at the same time, and there is a stack location there, or the
/// end of the stack.
const unsafe fn irp_move(irp: *mut IRP, by: i8) {
    // SAFETY: the caller says so.
    let current = unsafe { irp_current(irp) };
    // SAFETY: the caller says that the result is in the stack, or one past it.
    let moved = unsafe { current.offset(by as isize) };
    // SAFETY: the caller says that the IRP is valid.
    unsafe { current_place(irp).write(moved) };
    // SAFETY: as before.
    unsafe { (*irp).CurrentLocation += by };
}

/// `IoMarkIrpPending`: the driver's dispatch routine returns `STATUS_PENDING`.
///
/// # Safety
///
/// `irp` is valid, has been sent, and nobody else uses it at the same time.
pub const unsafe fn irp_mark_pending(irp: *mut IRP) {
    // SAFETY: the caller says so.
    let current = unsafe { irp_current(irp) };
    // SAFETY: an IRP that has been sent has a current stack location.
    unsafe { (*current).Control |= SL_PENDING_RETURNED };
}

/// `IoSetCancelRoutine`: sets or removes the cancel routine, and returns the one before.
///
/// Who gets a routine back by removing it knows that it will not be called.
///
/// # Safety
///
/// `irp` is valid.
pub unsafe fn irp_set_cancel_routine(irp: *mut IRP, routine: PDRIVER_CANCEL) -> PDRIVER_CANCEL {
    // SAFETY: the caller says so.
    let place = unsafe { &raw mut (*irp).CancelRoutine };
    // SAFETY: a nullable function pointer has the size and alignment of a pointer, and is changed
    // by atomic operations only while others may use it.
    let place = unsafe { AtomicPtr::<c_void>::from_ptr(place.cast()) };
    // SAFETY: both are pointers, and `None` is null.
    let routine = unsafe { mem::transmute::<PDRIVER_CANCEL, *mut c_void>(routine) };
    let before = place.swap(routine, Ordering::AcqRel);
    // SAFETY: what is there came from here or from a driver, and is a routine or null.
    unsafe { mem::transmute::<*mut c_void, PDRIVER_CANCEL>(before) }
}
