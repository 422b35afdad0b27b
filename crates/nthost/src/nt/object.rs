//! Named objects.

use core::ffi::c_void;

use crate::nt::{HANDLE, UNICODE_STRING};

/// Names an object that is to be opened or made.
///
/// [Microsoft's page](https://learn.microsoft.com/en-us/windows/win32/api/ntdef/ns-ntdef-_object_attributes)
#[repr(C)]
#[derive(Clone, Copy, Debug, Default)]
pub struct OBJECT_ATTRIBUTES {
    /// Bytes of this structure.
    pub Length: u32,
    /// Directory that the name begins in, or null.
    pub RootDirectory: HANDLE,
    /// The name, or null.
    pub ObjectName: *mut UNICODE_STRING,
    /// [`OBJ_KERNEL_HANDLE`] and so on.
    pub Attributes: u32,
    /// A [`PSECURITY_DESCRIPTOR`](crate::nt::PSECURITY_DESCRIPTOR) for an object that is made, or
    /// null.
    pub SecurityDescriptor: *mut c_void,
    /// A [`SECURITY_QUALITY_OF_SERVICE`](crate::nt::SECURITY_QUALITY_OF_SERVICE), or null.
    pub SecurityQualityOfService: *mut c_void,
}

/// Processes that this one starts get the handle too.
pub const OBJ_INHERIT: u32 = 0x2;
/// The name stays when the last handle is closed.
pub const OBJ_PERMANENT: u32 = 0x10;
/// Only one handle at a time.
pub const OBJ_EXCLUSIVE: u32 = 0x20;
/// The name is compared without regard to case.
pub const OBJ_CASE_INSENSITIVE: u32 = 0x40;
/// An object that is to be made may be there already, and is opened then.
pub const OBJ_OPENIF: u32 = 0x80;
/// A symbolic link itself, not what it stands for.
pub const OBJ_OPENLINK: u32 = 0x100;
/// The handle belongs to the kernel: valid in every process, and for no program.
pub const OBJ_KERNEL_HANDLE: u32 = 0x200;
/// Rights are checked although the kernel asks.
pub const OBJ_FORCE_ACCESS_CHECK: u32 = 0x400;
/// The device names of an impersonated user do not count.
pub const OBJ_IGNORE_IMPERSONATED_DEVICEMAP: u32 = 0x800;
/// Fails where a part of the name is a link.
pub const OBJ_DONT_REPARSE: u32 = 0x1000;
/// All attributes.
pub const OBJ_VALID_ATTRIBUTES: u32 = 0x1ff2;

/// Bits of a handle that mean nothing to the kernel.
pub const OBJ_HANDLE_TAGBITS: u32 = 0x3;

opaque! {
    /// Type of the objects that a handle can stand for.
    ///
    /// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/kernel/eprocess#object_type)
    OBJECT_TYPE;
}
