//! Stack locations of an IRP: what each driver is asked.

use core::ffi::c_void;

use crate::nt::{DEVICE_OBJECT, FILE_OBJECT, IO_STACK_PARAMETERS, IRP, NTSTATUS};

callbacks! {
    /// Tells a driver that an IRP is done which it sent down, at `DISPATCH_LEVEL` or below, in any
    /// thread. `STATUS_MORE_PROCESSING_REQUIRED` stops the completion; all else lets it go on.
    ///
    /// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nc-wdm-io_completion_routine)
    IO_COMPLETION_ROUTINE, PIO_COMPLETION_ROUTINE = fn(
        DeviceObject: *mut DEVICE_OBJECT,
        Irp: *mut IRP,
        Context: *mut c_void,
    ) -> NTSTATUS;
}

/// What one driver is asked.
///
/// The completion routine in it is that of the driver above, for which this is the next stack
/// location.
///
/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/ns-wdm-_io_stack_location)
#[repr(C)]
#[derive(Clone, Copy)]
pub struct IO_STACK_LOCATION {
    /// [`IRP_MJ_READ`](crate::nt::IRP_MJ_READ) and so on.
    pub MajorFunction: u8,
    /// By major function: [`IRP_MN_START_DEVICE`](crate::nt::IRP_MN_START_DEVICE) and so on.
    pub MinorFunction: u8,
    /// By major function: [`SL_FORCE_ACCESS_CHECK`] and so on.
    pub Flags: u8,
    /// [`SL_PENDING_RETURNED`] and so on.
    pub Control: u8,
    /// By major function.
    pub Parameters: IO_STACK_PARAMETERS,
    /// Device that is asked.
    pub DeviceObject: *mut DEVICE_OBJECT,
    /// Open file that it is asked through, or null.
    pub FileObject: *mut FILE_OBJECT,
    /// Completion routine of the driver above, or `None`.
    pub CompletionRoutine: PIO_COMPLETION_ROUTINE,
    /// What it is given.
    pub Context: *mut c_void,
}

default_is_zero!(IO_STACK_LOCATION);

/// The driver has marked the IRP pending.
pub const SL_PENDING_RETURNED: u8 = 0x01;
/// The driver has completed the IRP with an error.
pub const SL_ERROR_RETURNED: u8 = 0x02;
/// Calls the completion routine when the IRP was cancelled.
pub const SL_INVOKE_ON_CANCEL: u8 = 0x20;
/// Calls the completion routine after success.
pub const SL_INVOKE_ON_SUCCESS: u8 = 0x40;
/// Calls the completion routine after an error.
pub const SL_INVOKE_ON_ERROR: u8 = 0x80;

/// Creates: rights are checked although the kernel asks.
pub const SL_FORCE_ACCESS_CHECK: u8 = 0x01;
/// Creates: opens a paging file.
pub const SL_OPEN_PAGING_FILE: u8 = 0x02;
/// Creates: opens the directory that holds the name.
pub const SL_OPEN_TARGET_DIRECTORY: u8 = 0x04;
/// Creates: fails at a symbolic link.
pub const SL_STOP_ON_SYMLINK: u8 = 0x08;
/// Creates: names are compared with regard to case.
pub const SL_CASE_SENSITIVE: u8 = 0x80;

/// Reads and writes: `Key` is valid.
pub const SL_KEY_SPECIFIED: u8 = 0x01;
/// Reads and writes: although the volume is to be verified.
pub const SL_OVERRIDE_VERIFY_VOLUME: u8 = 0x02;
/// Writes: what is written is there when the write is done.
pub const SL_WRITE_THROUGH: u8 = 0x04;
/// Writes: to all parts of a mirror, one after the other.
pub const SL_FT_SEQUENTIAL_WRITE: u8 = 0x08;
/// Writes: directly to the medium.
pub const SL_FORCE_DIRECT_WRITE: u8 = 0x10;
/// Reads and writes: data of a real-time stream.
pub const SL_REALTIME_STREAM: u8 = 0x20;

/// Control codes: the handle may read.
pub const SL_READ_ACCESS_GRANTED: u8 = 0x01;
/// Control codes: the handle may write.
pub const SL_WRITE_ACCESS_GRANTED: u8 = 0x04;

/// Locks: fails instead of waiting.
pub const SL_FAIL_IMMEDIATELY: u8 = 0x01;
/// Locks: for one only.
pub const SL_EXCLUSIVE_LOCK: u8 = 0x02;

/// Directories: from the beginning.
pub const SL_RESTART_SCAN: u8 = 0x01;
/// Directories: one entry only.
pub const SL_RETURN_SINGLE_ENTRY: u8 = 0x02;
/// Directories: from the entry with the index.
pub const SL_INDEX_SPECIFIED: u8 = 0x04;
/// Directories: changes below it too.
pub const SL_WATCH_TREE: u8 = 0x01;

/// Volumes: may be mounted although none knows what is on it.
pub const SL_ALLOW_RAW_MOUNT: u8 = 0x01;
