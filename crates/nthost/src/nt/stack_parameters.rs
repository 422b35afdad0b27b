//! Parameters of a stack location, by what is asked: what a driver of any kind may see.
//!
//! Some members of these structs are aligned like a pointer in C, which `Padding` stands for here.

use core::ffi::c_void;

use crate::nt::{
    IO_SECURITY_CONTEXT, IO_STACK_DEVICE_CAPABILITIES, IO_STACK_FILTER_RESOURCE_REQUIREMENTS,
    IO_STACK_LOCK_CONTROL, IO_STACK_MOUNT_VOLUME, IO_STACK_NOTIFY_DIRECTORY,
    IO_STACK_NOTIFY_DIRECTORY_EX, IO_STACK_POWER, IO_STACK_POWER_SEQUENCE,
    IO_STACK_QUERY_DEVICE_RELATIONS, IO_STACK_QUERY_DEVICE_TEXT, IO_STACK_QUERY_DIRECTORY,
    IO_STACK_QUERY_EA, IO_STACK_QUERY_FILE, IO_STACK_QUERY_ID, IO_STACK_QUERY_INTERFACE,
    IO_STACK_QUERY_QUOTA, IO_STACK_QUERY_SECURITY, IO_STACK_QUERY_VOLUME,
    IO_STACK_READ_WRITE_CONFIG, IO_STACK_SET_EA, IO_STACK_SET_FILE, IO_STACK_SET_LOCK,
    IO_STACK_SET_QUOTA, IO_STACK_SET_SECURITY, IO_STACK_SET_VOLUME, IO_STACK_START_DEVICE,
    IO_STACK_USAGE_NOTIFICATION, IO_STACK_VERIFY_VOLUME, IO_STACK_WAIT_WAKE, LARGE_INTEGER,
};

/// Parameters of an [`IO_STACK_LOCATION`](crate::nt::IO_STACK_LOCATION), by its major and minor
/// function.
#[repr(C)]
#[derive(Clone, Copy)]
pub union IO_STACK_PARAMETERS {
    /// See [`IO_STACK_CREATE`].
    pub Create: IO_STACK_CREATE,
    /// See [`IO_STACK_CREATE_PIPE`].
    pub CreatePipe: IO_STACK_CREATE_PIPE,
    /// See [`IO_STACK_CREATE_MAILSLOT`].
    pub CreateMailslot: IO_STACK_CREATE_MAILSLOT,
    /// See [`IO_STACK_READ`].
    pub Read: IO_STACK_READ,
    /// See [`IO_STACK_WRITE`].
    pub Write: IO_STACK_WRITE,
    /// See [`IO_STACK_QUERY_DIRECTORY`].
    pub QueryDirectory: IO_STACK_QUERY_DIRECTORY,
    /// See [`IO_STACK_NOTIFY_DIRECTORY`].
    pub NotifyDirectory: IO_STACK_NOTIFY_DIRECTORY,
    /// See [`IO_STACK_NOTIFY_DIRECTORY_EX`].
    pub NotifyDirectoryEx: IO_STACK_NOTIFY_DIRECTORY_EX,
    /// See [`IO_STACK_QUERY_FILE`].
    pub QueryFile: IO_STACK_QUERY_FILE,
    /// See [`IO_STACK_SET_FILE`].
    pub SetFile: IO_STACK_SET_FILE,
    /// See [`IO_STACK_QUERY_EA`].
    pub QueryEa: IO_STACK_QUERY_EA,
    /// See [`IO_STACK_SET_EA`].
    pub SetEa: IO_STACK_SET_EA,
    /// See [`IO_STACK_QUERY_VOLUME`].
    pub QueryVolume: IO_STACK_QUERY_VOLUME,
    /// See [`IO_STACK_SET_VOLUME`].
    pub SetVolume: IO_STACK_SET_VOLUME,
    /// See [`IO_STACK_FILE_SYSTEM_CONTROL`].
    pub FileSystemControl: IO_STACK_FILE_SYSTEM_CONTROL,
    /// See [`IO_STACK_LOCK_CONTROL`].
    pub LockControl: IO_STACK_LOCK_CONTROL,
    /// See [`IO_STACK_DEVICE_IO_CONTROL`].
    pub DeviceIoControl: IO_STACK_DEVICE_IO_CONTROL,
    /// See [`IO_STACK_QUERY_SECURITY`].
    pub QuerySecurity: IO_STACK_QUERY_SECURITY,
    /// See [`IO_STACK_SET_SECURITY`].
    pub SetSecurity: IO_STACK_SET_SECURITY,
    /// See [`IO_STACK_MOUNT_VOLUME`].
    pub MountVolume: IO_STACK_MOUNT_VOLUME,
    /// See [`IO_STACK_VERIFY_VOLUME`].
    pub VerifyVolume: IO_STACK_VERIFY_VOLUME,
    /// See [`IO_STACK_SCSI`].
    pub Scsi: IO_STACK_SCSI,
    /// See [`IO_STACK_QUERY_QUOTA`].
    pub QueryQuota: IO_STACK_QUERY_QUOTA,
    /// See [`IO_STACK_SET_QUOTA`].
    pub SetQuota: IO_STACK_SET_QUOTA,
    /// See [`IO_STACK_QUERY_DEVICE_RELATIONS`].
    pub QueryDeviceRelations: IO_STACK_QUERY_DEVICE_RELATIONS,
    /// See [`IO_STACK_QUERY_INTERFACE`].
    pub QueryInterface: IO_STACK_QUERY_INTERFACE,
    /// See [`IO_STACK_DEVICE_CAPABILITIES`].
    pub DeviceCapabilities: IO_STACK_DEVICE_CAPABILITIES,
    /// See [`IO_STACK_FILTER_RESOURCE_REQUIREMENTS`].
    pub FilterResourceRequirements: IO_STACK_FILTER_RESOURCE_REQUIREMENTS,
    /// See [`IO_STACK_READ_WRITE_CONFIG`].
    pub ReadWriteConfig: IO_STACK_READ_WRITE_CONFIG,
    /// See [`IO_STACK_SET_LOCK`].
    pub SetLock: IO_STACK_SET_LOCK,
    /// See [`IO_STACK_QUERY_ID`].
    pub QueryId: IO_STACK_QUERY_ID,
    /// See [`IO_STACK_QUERY_DEVICE_TEXT`].
    pub QueryDeviceText: IO_STACK_QUERY_DEVICE_TEXT,
    /// See [`IO_STACK_USAGE_NOTIFICATION`].
    pub UsageNotification: IO_STACK_USAGE_NOTIFICATION,
    /// See [`IO_STACK_WAIT_WAKE`].
    pub WaitWake: IO_STACK_WAIT_WAKE,
    /// See [`IO_STACK_POWER_SEQUENCE`].
    pub PowerSequence: IO_STACK_POWER_SEQUENCE,
    /// See [`IO_STACK_POWER`].
    pub Power: IO_STACK_POWER,
    /// See [`IO_STACK_START_DEVICE`].
    pub StartDevice: IO_STACK_START_DEVICE,
    /// See [`IO_STACK_WMI`].
    pub WMI: IO_STACK_WMI,
    /// See [`IO_STACK_OTHERS`].
    pub Others: IO_STACK_OTHERS,
}

default_is_zero!(IO_STACK_PARAMETERS);

/// [`IRP_MJ_CREATE`](crate::nt::IRP_MJ_CREATE).
#[repr(C)]
#[derive(Clone, Copy, Debug, Default)]
pub struct IO_STACK_CREATE {
    /// Who opens it, and for what.
    pub SecurityContext: *mut IO_SECURITY_CONTEXT,
    /// Disposition in the upper byte, [`FILE_NON_DIRECTORY_FILE`](crate::nt::FILE_NON_DIRECTORY_FILE)
    /// and so on in the others.
    pub Options: u32,
    /// Unused.
    pub Padding: u32,
    /// Attributes of a file that is made.
    pub FileAttributes: u16,
    /// [`FILE_SHARE_READ`](crate::nt::FILE_SHARE_READ) and so on.
    pub ShareAccess: u16,
    /// Unused.
    pub Padding2: u32,
    /// Bytes of extended attributes in the system buffer.
    pub EaLength: u32,
}

/// [`IRP_MJ_CREATE_NAMED_PIPE`](crate::nt::IRP_MJ_CREATE_NAMED_PIPE).
#[repr(C)]
#[derive(Clone, Copy, Debug, Default)]
pub struct IO_STACK_CREATE_PIPE {
    /// Who makes it, and for what.
    pub SecurityContext: *mut IO_SECURITY_CONTEXT,
    /// As for a create.
    pub Options: u32,
    /// Unused.
    pub Padding: u32,
    /// Unused.
    pub Reserved: u16,
    /// As for a create.
    pub ShareAccess: u16,
    /// What the pipe is like.
    pub Parameters: *mut NAMED_PIPE_CREATE_PARAMETERS,
}

/// [`IRP_MJ_CREATE_MAILSLOT`](crate::nt::IRP_MJ_CREATE_MAILSLOT).
#[repr(C)]
#[derive(Clone, Copy, Debug, Default)]
pub struct IO_STACK_CREATE_MAILSLOT {
    /// Who makes it, and for what.
    pub SecurityContext: *mut IO_SECURITY_CONTEXT,
    /// As for a create.
    pub Options: u32,
    /// Unused.
    pub Padding: u32,
    /// Unused.
    pub Reserved: u16,
    /// As for a create.
    pub ShareAccess: u16,
    /// What the mailslot is like.
    pub Parameters: *mut MAILSLOT_CREATE_PARAMETERS,
}

/// [`IRP_MJ_READ`](crate::nt::IRP_MJ_READ).
#[repr(C)]
#[derive(Clone, Copy, Default)]
pub struct IO_STACK_READ {
    /// Bytes to read.
    pub Length: u32,
    /// Unused.
    pub Padding: u32,
    /// Key of a lock.
    pub Key: u32,
    /// For file systems.
    pub Flags: u32,
    /// Where to begin.
    pub ByteOffset: LARGE_INTEGER,
}

/// [`IRP_MJ_WRITE`](crate::nt::IRP_MJ_WRITE).
#[repr(C)]
#[derive(Clone, Copy, Default)]
pub struct IO_STACK_WRITE {
    /// Bytes to write.
    pub Length: u32,
    /// Unused.
    pub Padding: u32,
    /// Key of a lock.
    pub Key: u32,
    /// For file systems.
    pub Flags: u32,
    /// Where to begin.
    pub ByteOffset: LARGE_INTEGER,
}

/// [`IRP_MJ_DEVICE_CONTROL`](crate::nt::IRP_MJ_DEVICE_CONTROL) and
/// [`IRP_MJ_INTERNAL_DEVICE_CONTROL`](crate::nt::IRP_MJ_INTERNAL_DEVICE_CONTROL).
#[repr(C)]
#[derive(Clone, Copy, Debug, Default)]
pub struct IO_STACK_DEVICE_IO_CONTROL {
    /// Bytes that there is room for.
    pub OutputBufferLength: u32,
    /// Unused.
    pub Padding: u32,
    /// Bytes that are given.
    pub InputBufferLength: u32,
    /// Unused.
    pub Padding2: u32,
    /// The control code.
    pub IoControlCode: u32,
    /// The input, where its method is [`METHOD_NEITHER`](crate::nt::METHOD_NEITHER).
    pub Type3InputBuffer: *mut c_void,
}

/// [`IRP_MJ_FILE_SYSTEM_CONTROL`](crate::nt::IRP_MJ_FILE_SYSTEM_CONTROL).
#[repr(C)]
#[derive(Clone, Copy, Debug, Default)]
pub struct IO_STACK_FILE_SYSTEM_CONTROL {
    /// Bytes that there is room for.
    pub OutputBufferLength: u32,
    /// Unused.
    pub Padding: u32,
    /// Bytes that are given.
    pub InputBufferLength: u32,
    /// Unused.
    pub Padding2: u32,
    /// The control code.
    pub FsControlCode: u32,
    /// The input, where its method is [`METHOD_NEITHER`](crate::nt::METHOD_NEITHER).
    pub Type3InputBuffer: *mut c_void,
}

/// [`IRP_MJ_SYSTEM_CONTROL`](crate::nt::IRP_MJ_SYSTEM_CONTROL).
#[repr(C)]
#[derive(Clone, Copy, Debug, Default)]
pub struct IO_STACK_WMI {
    /// Device that is asked.
    pub ProviderId: usize,
    /// What is asked for.
    pub DataPath: *mut c_void,
    /// Bytes of the buffer.
    pub BufferSize: u32,
    /// The buffer.
    pub Buffer: *mut c_void,
}

/// [`IRP_MJ_SCSI`](crate::nt::IRP_MJ_SCSI).
#[repr(C)]
#[derive(Clone, Copy, Debug, Default)]
pub struct IO_STACK_SCSI {
    /// The request.
    pub Srb: *mut SCSI_REQUEST_BLOCK,
}

/// Anything else.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default)]
pub struct IO_STACK_OTHERS {
    /// First.
    pub Argument1: *mut c_void,
    /// Second.
    pub Argument2: *mut c_void,
    /// Third.
    pub Argument3: *mut c_void,
    /// Fourth.
    pub Argument4: *mut c_void,
}

opaque! {
    /// What a named pipe is like.
    NAMED_PIPE_CREATE_PARAMETERS;
    /// What a mailslot is like.
    MAILSLOT_CREATE_PARAMETERS;
    /// Request to storage.
    SCSI_REQUEST_BLOCK;
}
