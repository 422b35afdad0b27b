//! Parameters of a stack location, by what is asked: what file systems see.
//!
//! Some members of these structs are aligned like a pointer in C, which `Padding` stands for here.

use core::ffi::c_void;

use crate::nt::{
    BOOLEAN, DEVICE_OBJECT, FILE_OBJECT, HANDLE, LARGE_INTEGER, PSECURITY_DESCRIPTOR,
    UNICODE_STRING, VPB,
};

/// [`IRP_MN_QUERY_DIRECTORY`](crate::nt::IRP_MN_QUERY_DIRECTORY).
#[repr(C)]
#[derive(Clone, Copy, Debug, Default)]
pub struct IO_STACK_QUERY_DIRECTORY {
    /// Bytes that there is room for.
    pub Length: u32,
    /// Which names, or null.
    pub FileName: *mut UNICODE_STRING,
    /// What about each.
    pub FileInformationClass: i32,
    /// Unused.
    pub Padding: u32,
    /// Entry to begin with.
    pub FileIndex: u32,
}

/// [`IRP_MN_NOTIFY_CHANGE_DIRECTORY`](crate::nt::IRP_MN_NOTIFY_CHANGE_DIRECTORY).
#[repr(C, align(8))]
#[derive(Clone, Copy, Debug, Default)]
pub struct IO_STACK_NOTIFY_DIRECTORY {
    /// Bytes that there is room for.
    pub Length: u32,
    /// Unused.
    pub Padding: u32,
    /// Which changes.
    pub CompletionFilter: u32,
}

/// [`IRP_MN_NOTIFY_CHANGE_DIRECTORY_EX`](crate::nt::IRP_MN_NOTIFY_CHANGE_DIRECTORY_EX).
#[repr(C, align(8))]
#[derive(Clone, Copy, Debug, Default)]
pub struct IO_STACK_NOTIFY_DIRECTORY_EX {
    /// Bytes that there is room for.
    pub Length: u32,
    /// Unused.
    pub Padding: u32,
    /// Which changes.
    pub CompletionFilter: u32,
    /// Unused.
    pub Padding2: u32,
    /// What about each.
    pub DirectoryNotifyInformationClass: i32,
}

/// [`IRP_MJ_QUERY_INFORMATION`](crate::nt::IRP_MJ_QUERY_INFORMATION).
#[repr(C, align(8))]
#[derive(Clone, Copy, Debug, Default)]
pub struct IO_STACK_QUERY_FILE {
    /// Bytes that there is room for.
    pub Length: u32,
    /// Unused.
    pub Padding: u32,
    /// What.
    pub FileInformationClass: i32,
}

/// [`IRP_MJ_SET_INFORMATION`](crate::nt::IRP_MJ_SET_INFORMATION).
#[repr(C)]
#[derive(Clone, Copy, Default)]
pub struct IO_STACK_SET_FILE {
    /// Bytes that are given.
    pub Length: u32,
    /// Unused.
    pub Padding: u32,
    /// What.
    pub FileInformationClass: i32,
    /// Directory of the new name, or null.
    pub FileObject: *mut FILE_OBJECT,
    /// By class.
    pub u: IO_STACK_SET_FILE_DETAIL,
}

/// [`IRP_MJ_QUERY_EA`](crate::nt::IRP_MJ_QUERY_EA).
#[repr(C)]
#[derive(Clone, Copy, Debug, Default)]
pub struct IO_STACK_QUERY_EA {
    /// Bytes that there is room for.
    pub Length: u32,
    /// Which, or null.
    pub EaList: *mut c_void,
    /// Bytes of the list.
    pub EaListLength: u32,
    /// Unused.
    pub Padding: u32,
    /// Attribute to begin with.
    pub EaIndex: u32,
}

/// [`IRP_MJ_SET_EA`](crate::nt::IRP_MJ_SET_EA).
#[repr(C)]
#[derive(Clone, Copy, Debug, Default)]
pub struct IO_STACK_SET_EA {
    /// Bytes that are given.
    pub Length: u32,
}

/// [`IRP_MJ_QUERY_VOLUME_INFORMATION`](crate::nt::IRP_MJ_QUERY_VOLUME_INFORMATION).
#[repr(C, align(8))]
#[derive(Clone, Copy, Debug, Default)]
pub struct IO_STACK_QUERY_VOLUME {
    /// Bytes that there is room for.
    pub Length: u32,
    /// Unused.
    pub Padding: u32,
    /// What.
    pub FsInformationClass: i32,
}

/// [`IRP_MJ_SET_VOLUME_INFORMATION`](crate::nt::IRP_MJ_SET_VOLUME_INFORMATION).
#[repr(C, align(8))]
#[derive(Clone, Copy, Debug, Default)]
pub struct IO_STACK_SET_VOLUME {
    /// Bytes that are given.
    pub Length: u32,
    /// Unused.
    pub Padding: u32,
    /// What.
    pub FsInformationClass: i32,
}

/// [`IRP_MJ_LOCK_CONTROL`](crate::nt::IRP_MJ_LOCK_CONTROL).
#[repr(C)]
#[derive(Clone, Copy, Default)]
pub struct IO_STACK_LOCK_CONTROL {
    /// Bytes to lock.
    pub Length: *mut LARGE_INTEGER,
    /// Key of the lock.
    pub Key: u32,
    /// Where to begin.
    pub ByteOffset: LARGE_INTEGER,
}

/// [`IRP_MJ_QUERY_SECURITY`](crate::nt::IRP_MJ_QUERY_SECURITY).
#[repr(C, align(8))]
#[derive(Clone, Copy, Debug, Default)]
pub struct IO_STACK_QUERY_SECURITY {
    /// Which parts.
    pub SecurityInformation: u32,
    /// Unused.
    pub Padding: u32,
    /// Bytes that there is room for.
    pub Length: u32,
}

/// [`IRP_MJ_SET_SECURITY`](crate::nt::IRP_MJ_SET_SECURITY).
#[repr(C)]
#[derive(Clone, Copy, Debug, Default)]
pub struct IO_STACK_SET_SECURITY {
    /// Which parts.
    pub SecurityInformation: u32,
    /// The new ones.
    pub SecurityDescriptor: PSECURITY_DESCRIPTOR,
}

/// [`IRP_MN_MOUNT_VOLUME`](crate::nt::IRP_MN_MOUNT_VOLUME).
#[repr(C)]
#[derive(Clone, Copy, Debug, Default)]
pub struct IO_STACK_MOUNT_VOLUME {
    /// The volume.
    pub Vpb: *mut VPB,
    /// The device below.
    pub DeviceObject: *mut DEVICE_OBJECT,
}

/// [`IRP_MN_VERIFY_VOLUME`](crate::nt::IRP_MN_VERIFY_VOLUME).
#[repr(C)]
#[derive(Clone, Copy, Debug, Default)]
pub struct IO_STACK_VERIFY_VOLUME {
    /// The volume.
    pub Vpb: *mut VPB,
    /// The device of the volume.
    pub DeviceObject: *mut DEVICE_OBJECT,
}

/// [`IRP_MJ_QUERY_QUOTA`](crate::nt::IRP_MJ_QUERY_QUOTA).
#[repr(C)]
#[derive(Clone, Copy, Debug, Default)]
pub struct IO_STACK_QUERY_QUOTA {
    /// Bytes that there is room for.
    pub Length: u32,
    /// User to begin with, or null.
    pub StartSid: *mut c_void,
    /// Which users, or null.
    pub SidList: *mut c_void,
    /// Bytes of the list.
    pub SidListLength: u32,
}

/// [`IRP_MJ_SET_QUOTA`](crate::nt::IRP_MJ_SET_QUOTA).
#[repr(C)]
#[derive(Clone, Copy, Debug, Default)]
pub struct IO_STACK_SET_QUOTA {
    /// Bytes that are given.
    pub Length: u32,
}

/// By class of an [`IO_STACK_SET_FILE`].
#[repr(C)]
#[derive(Clone, Copy)]
pub union IO_STACK_SET_FILE_DETAIL {
    /// A new name, or the end of what is valid.
    pub s: IO_STACK_SET_FILE_FLAGS,
    /// For the cluster service.
    pub ClusterCount: u32,
    /// A handle that may delete.
    pub DeleteHandle: HANDLE,
}

/// A new name, or the end of what is valid.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default)]
pub struct IO_STACK_SET_FILE_FLAGS {
    /// May replace a file that has the name.
    pub ReplaceIfExists: BOOLEAN,
    /// The end of what is valid only moves forward.
    pub AdvanceOnly: BOOLEAN,
}

default_is_zero!(IO_STACK_SET_FILE_DETAIL);
