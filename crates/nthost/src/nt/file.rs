//! File objects: what a handle to a device stands for.

use core::ffi::c_void;

use crate::nt::{
    BOOLEAN, DEVICE_OBJECT, KEVENT, KSPIN_LOCK, LARGE_INTEGER, LIST_ENTRY, NTSTATUS,
    UNICODE_STRING, VPB,
};

/// Type of a [`FILE_OBJECT`].
pub const IO_TYPE_FILE: i16 = 5;

/// Open device or file.
///
/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/ns-wdm-_file_object)
#[repr(C)]
#[derive(Clone, Copy)]
pub struct FILE_OBJECT {
    /// [`IO_TYPE_FILE`].
    pub Type: i16,
    /// Bytes of the structure.
    pub Size: i16,
    /// Device that was opened.
    pub DeviceObject: *mut DEVICE_OBJECT,
    /// Volume, or null.
    pub Vpb: *mut VPB,
    /// For the driver.
    pub FsContext: *mut c_void,
    /// For the driver.
    pub FsContext2: *mut c_void,
    /// Cached and mapped data.
    pub SectionObjectPointer: *mut SECTION_OBJECT_POINTERS,
    /// The cache manager's own.
    pub PrivateCacheMap: *mut c_void,
    /// Status of the last request, for some file systems.
    pub FinalStatus: NTSTATUS,
    /// File that the name is relative to, or null.
    pub RelatedFileObject: *mut Self,
    /// There were locks.
    pub LockOperation: BOOLEAN,
    /// Is deleted when it is closed.
    pub DeletePending: BOOLEAN,
    /// May be read.
    pub ReadAccess: BOOLEAN,
    /// May be written.
    pub WriteAccess: BOOLEAN,
    /// May be deleted.
    pub DeleteAccess: BOOLEAN,
    /// Others may read.
    pub SharedRead: BOOLEAN,
    /// Others may write.
    pub SharedWrite: BOOLEAN,
    /// Others may delete.
    pub SharedDelete: BOOLEAN,
    /// [`FO_SYNCHRONOUS_IO`] and so on.
    pub Flags: u32,
    /// Name below the device; valid during the create.
    pub FileName: UNICODE_STRING,
    /// Where the next read or write begins.
    pub CurrentByteOffset: LARGE_INTEGER,
    /// Threads that wait for the lock.
    pub Waiters: u32,
    /// The lock is held.
    pub Busy: u32,
    /// The last byte range lock.
    pub LastLock: *mut c_void,
    /// Lock for synchronous requests.
    pub Lock: KEVENT,
    /// Signaled when a request is done.
    pub Event: KEVENT,
    /// Completion port, or null.
    pub CompletionContext: *mut IO_COMPLETION_CONTEXT,
    /// Protects the list.
    pub IrpListLock: KSPIN_LOCK,
    /// Requests of the file.
    pub IrpList: LIST_ENTRY,
    /// The I/O manager's own.
    pub FileObjectExtension: *mut c_void,
}

/// Cached and mapped data of a file.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default)]
pub struct SECTION_OBJECT_POINTERS {
    /// Mapped as data.
    pub DataSectionObject: *mut c_void,
    /// Cached.
    pub SharedCacheMap: *mut c_void,
    /// Mapped as a program.
    pub ImageSectionObject: *mut c_void,
}

/// Completion port of a file.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default)]
pub struct IO_COMPLETION_CONTEXT {
    /// The port.
    pub Port: *mut c_void,
    /// Names the file to the program.
    pub Key: *mut c_void,
    /// Users.
    pub UsageCount: isize,
}

default_is_zero!(FILE_OBJECT);

/// It is open.
pub const FO_FILE_OPEN: u32 = 0x1;
/// Requests are synchronous.
pub const FO_SYNCHRONOUS_IO: u32 = 0x2;
/// Waits end at alerts.
pub const FO_ALERTABLE_IO: u32 = 0x4;
/// Bypasses the cache.
pub const FO_NO_INTERMEDIATE_BUFFERING: u32 = 0x8;
/// Writes reach the medium.
pub const FO_WRITE_THROUGH: u32 = 0x10;
/// Is read from the beginning to the end.
pub const FO_SEQUENTIAL_ONLY: u32 = 0x20;
/// Can be cached.
pub const FO_CACHE_SUPPORTED: u32 = 0x40;
/// Is a named pipe.
pub const FO_NAMED_PIPE: u32 = 0x80;
/// Was made by a file system for itself.
pub const FO_STREAM_FILE: u32 = 0x100;
/// Is a mailslot.
pub const FO_MAILSLOT: u32 = 0x200;
/// Requests are in the list of their thread, although there is a completion port.
pub const FO_QUEUE_IRP_TO_THREAD: u32 = 0x400;
/// The device was opened itself, without a file system.
pub const FO_DIRECT_DEVICE_OPEN: u32 = 0x800;
/// Was written.
pub const FO_FILE_MODIFIED: u32 = 0x1000;
/// Has another size now.
pub const FO_FILE_SIZE_CHANGED: u32 = 0x2000;
/// The last handle is closed and the driver knows.
pub const FO_CLEANUP_COMPLETE: u32 = 0x4000;
/// Should stay in memory.
pub const FO_TEMPORARY_FILE: u32 = 0x8000;
/// Is deleted when it is closed.
pub const FO_DELETE_ON_CLOSE: u32 = 0x1_0000;
/// Was opened with regard to case.
pub const FO_OPENED_CASE_SENSITIVE: u32 = 0x2_0000;
/// There is or was a handle.
pub const FO_HANDLE_CREATED: u32 = 0x4_0000;
/// Was read by fast I/O.
pub const FO_FILE_FAST_IO_READ: u32 = 0x8_0000;
/// Is read here and there.
pub const FO_RANDOM_ACCESS: u32 = 0x10_0000;
/// The open was cancelled.
pub const FO_FILE_OPEN_CANCELLED: u32 = 0x20_0000;
/// Is a volume.
pub const FO_VOLUME_OPEN: u32 = 0x40_0000;
/// Was opened from another machine.
pub const FO_REMOTE_ORIGIN: u32 = 0x100_0000;
/// Requests that succeed at once do not reach the completion port.
pub const FO_SKIP_COMPLETION_PORT: u32 = 0x200_0000;
/// The event is not set.
pub const FO_SKIP_SET_EVENT: u32 = 0x400_0000;
/// The event is not set after fast I/O.
pub const FO_SKIP_SET_FAST_IO: u32 = 0x800_0000;
