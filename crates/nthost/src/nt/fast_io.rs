//! Fast I/O: routines that file systems offer beside requests. Device drivers have none of them.

use core::ffi::c_void;

use crate::nt::{
    BOOLEAN, DEVICE_OBJECT, EPROCESS, FILE_OBJECT, IO_STATUS_BLOCK, IRP, LARGE_INTEGER, MDL,
    NTSTATUS,
};

callbacks! {
    /// Whether fast I/O may be tried.
    FAST_IO_CHECK_IF_POSSIBLE, PFAST_IO_CHECK_IF_POSSIBLE = fn(
        FileObject: *mut FILE_OBJECT,
        FileOffset: *mut LARGE_INTEGER,
        Length: u32,
        Wait: BOOLEAN,
        LockKey: u32,
        CheckForReadOperation: BOOLEAN,
        IoStatus: *mut IO_STATUS_BLOCK,
        DeviceObject: *mut DEVICE_OBJECT,
    ) -> BOOLEAN;

    /// Reads.
    FAST_IO_READ, PFAST_IO_READ = fn(
        FileObject: *mut FILE_OBJECT,
        FileOffset: *mut LARGE_INTEGER,
        Length: u32,
        Wait: BOOLEAN,
        LockKey: u32,
        Buffer: *mut c_void,
        IoStatus: *mut IO_STATUS_BLOCK,
        DeviceObject: *mut DEVICE_OBJECT,
    ) -> BOOLEAN;

    /// Writes.
    FAST_IO_WRITE, PFAST_IO_WRITE = fn(
        FileObject: *mut FILE_OBJECT,
        FileOffset: *mut LARGE_INTEGER,
        Length: u32,
        Wait: BOOLEAN,
        LockKey: u32,
        Buffer: *mut c_void,
        IoStatus: *mut IO_STATUS_BLOCK,
        DeviceObject: *mut DEVICE_OBJECT,
    ) -> BOOLEAN;

    /// Reads basic information, standard information, or that for network servers.
    FAST_IO_QUERY_INFO, PFAST_IO_QUERY_INFO = fn(
        FileObject: *mut FILE_OBJECT,
        Wait: BOOLEAN,
        Buffer: *mut c_void,
        IoStatus: *mut IO_STATUS_BLOCK,
        DeviceObject: *mut DEVICE_OBJECT,
    ) -> BOOLEAN;

    /// Locks a range of bytes.
    FAST_IO_LOCK, PFAST_IO_LOCK = fn(
        FileObject: *mut FILE_OBJECT,
        FileOffset: *mut LARGE_INTEGER,
        Length: *mut LARGE_INTEGER,
        ProcessId: *mut EPROCESS,
        Key: u32,
        FailImmediately: BOOLEAN,
        ExclusiveLock: BOOLEAN,
        IoStatus: *mut IO_STATUS_BLOCK,
        DeviceObject: *mut DEVICE_OBJECT,
    ) -> BOOLEAN;

    /// Unlocks a range of bytes.
    FAST_IO_UNLOCK_SINGLE, PFAST_IO_UNLOCK_SINGLE = fn(
        FileObject: *mut FILE_OBJECT,
        FileOffset: *mut LARGE_INTEGER,
        Length: *mut LARGE_INTEGER,
        ProcessId: *mut EPROCESS,
        Key: u32,
        IoStatus: *mut IO_STATUS_BLOCK,
        DeviceObject: *mut DEVICE_OBJECT,
    ) -> BOOLEAN;

    /// Unlocks all ranges of a process.
    FAST_IO_UNLOCK_ALL, PFAST_IO_UNLOCK_ALL = fn(
        FileObject: *mut FILE_OBJECT,
        ProcessId: *mut EPROCESS,
        IoStatus: *mut IO_STATUS_BLOCK,
        DeviceObject: *mut DEVICE_OBJECT,
    ) -> BOOLEAN;

    /// Unlocks all ranges of a process that have a key.
    FAST_IO_UNLOCK_ALL_BY_KEY, PFAST_IO_UNLOCK_ALL_BY_KEY = fn(
        FileObject: *mut FILE_OBJECT,
        ProcessId: *mut c_void,
        Key: u32,
        IoStatus: *mut IO_STATUS_BLOCK,
        DeviceObject: *mut DEVICE_OBJECT,
    ) -> BOOLEAN;

    /// Takes a control code. Buffers are those of the program.
    FAST_IO_DEVICE_CONTROL, PFAST_IO_DEVICE_CONTROL = fn(
        FileObject: *mut FILE_OBJECT,
        Wait: BOOLEAN,
        InputBuffer: *mut c_void,
        InputBufferLength: u32,
        OutputBuffer: *mut c_void,
        OutputBufferLength: u32,
        IoControlCode: u32,
        IoStatus: *mut IO_STATUS_BLOCK,
        DeviceObject: *mut DEVICE_OBJECT,
    ) -> BOOLEAN;

    /// Locks or unlocks a file around the making of a section.
    FAST_IO_SECTION_FILE, PFAST_IO_SECTION_FILE = fn(FileObject: *mut FILE_OBJECT);

    /// A device that the driver's is attached to goes away.
    FAST_IO_DETACH_DEVICE, PFAST_IO_DETACH_DEVICE = fn(
        SourceDevice: *mut DEVICE_OBJECT,
        TargetDevice: *mut DEVICE_OBJECT,
    );

    /// Locks a file for writing its pages.
    FAST_IO_ACQUIRE_FOR_MOD_WRITE, PFAST_IO_ACQUIRE_FOR_MOD_WRITE = fn(
        FileObject: *mut FILE_OBJECT,
        EndingOffset: *mut LARGE_INTEGER,
        ResourceToRelease: *mut *mut c_void,
        DeviceObject: *mut DEVICE_OBJECT,
    ) -> NTSTATUS;

    /// Unlocks it.
    FAST_IO_RELEASE_FOR_MOD_WRITE, PFAST_IO_RELEASE_FOR_MOD_WRITE = fn(
        FileObject: *mut FILE_OBJECT,
        ResourceToRelease: *mut c_void,
        DeviceObject: *mut DEVICE_OBJECT,
    ) -> NTSTATUS;

    /// Locks or unlocks a file around flushing its cache.
    FAST_IO_CC_FLUSH, PFAST_IO_CC_FLUSH = fn(
        FileObject: *mut FILE_OBJECT,
        DeviceObject: *mut DEVICE_OBJECT,
    ) -> NTSTATUS;

    /// Reads into, or prepares a write from, memory of the cache.
    FAST_IO_MDL_BEGIN, PFAST_IO_MDL_BEGIN = fn(
        FileObject: *mut FILE_OBJECT,
        FileOffset: *mut LARGE_INTEGER,
        Length: u32,
        LockKey: u32,
        MdlChain: *mut *mut MDL,
        IoStatus: *mut IO_STATUS_BLOCK,
        DeviceObject: *mut DEVICE_OBJECT,
    ) -> BOOLEAN;

    /// Gives memory of the cache back after a read.
    FAST_IO_MDL_READ_COMPLETE, PFAST_IO_MDL_READ_COMPLETE = fn(
        FileObject: *mut FILE_OBJECT,
        MdlChain: *mut MDL,
        DeviceObject: *mut DEVICE_OBJECT,
    ) -> BOOLEAN;

    /// Gives memory of the cache back after a write.
    FAST_IO_MDL_WRITE_COMPLETE, PFAST_IO_MDL_WRITE_COMPLETE = fn(
        FileObject: *mut FILE_OBJECT,
        FileOffset: *mut LARGE_INTEGER,
        MdlChain: *mut MDL,
        DeviceObject: *mut DEVICE_OBJECT,
    ) -> BOOLEAN;

    /// Reads or writes compressed data.
    FAST_IO_COMPRESSED, PFAST_IO_COMPRESSED = fn(
        FileObject: *mut FILE_OBJECT,
        FileOffset: *mut LARGE_INTEGER,
        Length: u32,
        LockKey: u32,
        Buffer: *mut c_void,
        MdlChain: *mut *mut MDL,
        IoStatus: *mut IO_STATUS_BLOCK,
        CompressedDataInfo: *mut c_void,
        CompressedDataInfoLength: u32,
        DeviceObject: *mut DEVICE_OBJECT,
    ) -> BOOLEAN;

    /// Opens, asks and closes at once.
    FAST_IO_QUERY_OPEN, PFAST_IO_QUERY_OPEN = fn(
        Irp: *mut IRP,
        NetworkInformation: *mut c_void,
        DeviceObject: *mut DEVICE_OBJECT,
    ) -> BOOLEAN;
}

/// The fast I/O routines of a driver; `None` for those that it does not have.
///
/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/ns-wdm-_fast_io_dispatch)
#[repr(C)]
#[derive(Clone, Copy, Debug, Default)]
pub struct FAST_IO_DISPATCH {
    /// Bytes of this structure.
    pub SizeOfFastIoDispatch: u32,
    /// Whether fast I/O may be tried.
    pub FastIoCheckIfPossible: PFAST_IO_CHECK_IF_POSSIBLE,
    /// Reads.
    pub FastIoRead: PFAST_IO_READ,
    /// Writes.
    pub FastIoWrite: PFAST_IO_WRITE,
    /// Reads basic information.
    pub FastIoQueryBasicInfo: PFAST_IO_QUERY_INFO,
    /// Reads standard information.
    pub FastIoQueryStandardInfo: PFAST_IO_QUERY_INFO,
    /// Locks a range.
    pub FastIoLock: PFAST_IO_LOCK,
    /// Unlocks a range.
    pub FastIoUnlockSingle: PFAST_IO_UNLOCK_SINGLE,
    /// Unlocks all ranges.
    pub FastIoUnlockAll: PFAST_IO_UNLOCK_ALL,
    /// Unlocks all ranges with a key.
    pub FastIoUnlockAllByKey: PFAST_IO_UNLOCK_ALL_BY_KEY,
    /// Takes a control code.
    pub FastIoDeviceControl: PFAST_IO_DEVICE_CONTROL,
    /// Before a section is made.
    pub AcquireFileForNtCreateSection: PFAST_IO_SECTION_FILE,
    /// After it was made.
    pub ReleaseFileForNtCreateSection: PFAST_IO_SECTION_FILE,
    /// A device below goes away.
    pub FastIoDetachDevice: PFAST_IO_DETACH_DEVICE,
    /// Reads information for network servers.
    pub FastIoQueryNetworkOpenInfo: PFAST_IO_QUERY_INFO,
    /// Before pages are written.
    pub AcquireForModWrite: PFAST_IO_ACQUIRE_FOR_MOD_WRITE,
    /// Reads into memory of the cache.
    pub MdlRead: PFAST_IO_MDL_BEGIN,
    /// Gives it back.
    pub MdlReadComplete: PFAST_IO_MDL_READ_COMPLETE,
    /// Prepares a write from memory of the cache.
    pub PrepareMdlWrite: PFAST_IO_MDL_BEGIN,
    /// Gives it back.
    pub MdlWriteComplete: PFAST_IO_MDL_WRITE_COMPLETE,
    /// Reads compressed data.
    pub FastIoReadCompressed: PFAST_IO_COMPRESSED,
    /// Writes compressed data.
    pub FastIoWriteCompressed: PFAST_IO_COMPRESSED,
    /// Gives memory back after a compressed read.
    pub MdlReadCompleteCompressed: PFAST_IO_MDL_READ_COMPLETE,
    /// Gives memory back after a compressed write.
    pub MdlWriteCompleteCompressed: PFAST_IO_MDL_WRITE_COMPLETE,
    /// Opens, asks and closes.
    pub FastIoQueryOpen: PFAST_IO_QUERY_OPEN,
    /// After pages were written.
    pub ReleaseForModWrite: PFAST_IO_RELEASE_FOR_MOD_WRITE,
    /// Before the cache is flushed.
    pub AcquireForCcFlush: PFAST_IO_CC_FLUSH,
    /// After it was flushed.
    pub ReleaseForCcFlush: PFAST_IO_CC_FLUSH,
}
