//! Who opens an object, and what for.

use core::ffi::c_void;

use crate::nt::{ACCESS_MASK, BOOLEAN};

/// Who opens a file, and what for.
///
/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/ns-wdm-_io_security_context)
#[repr(C)]
#[derive(Clone, Copy, Debug, Default)]
pub struct IO_SECURITY_CONTEXT {
    /// How a server may act for the client.
    pub SecurityQos: *mut SECURITY_QUALITY_OF_SERVICE,
    /// Who asks.
    pub AccessState: *mut ACCESS_STATE,
    /// Rights that are asked for.
    pub DesiredAccess: ACCESS_MASK,
    /// Options of the create.
    pub FullCreateOptions: u32,
}

/// How a server may act for the client.
///
/// [Microsoft's page](https://learn.microsoft.com/en-us/windows/win32/api/winnt/ns-winnt-security_quality_of_service)
#[repr(C)]
#[derive(Clone, Copy, Debug, Default)]
pub struct SECURITY_QUALITY_OF_SERVICE {
    /// Bytes of this structure.
    pub Length: u32,
    /// How far the server may go.
    pub ImpersonationLevel: i32,
    /// Follows changes of the client.
    pub ContextTrackingMode: BOOLEAN,
    /// Only what is enabled.
    pub EffectiveOnly: BOOLEAN,
}

opaque! {
    /// Progress of an access check.
    ACCESS_STATE;
}

/// Pointer to a security identifier.
pub type PSID = *mut c_void;

/// Security descriptor in absolute form: it points at its parts.
///
/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ntifs/ns-ntifs-_security_descriptor)
#[repr(C)]
#[derive(Clone, Copy, Debug, Default)]
pub struct SECURITY_DESCRIPTOR {
    /// [`SECURITY_DESCRIPTOR_REVISION`].
    pub Revision: u8,
    /// Zero.
    pub Sbz1: u8,
    /// [`SE_DACL_PRESENT`] and so on.
    pub Control: u16,
    /// Owner, or null.
    pub Owner: PSID,
    /// Group, or null.
    pub Group: PSID,
    /// What is audited, or null.
    pub Sacl: *mut ACL,
    /// Who may do what, or null: everybody may do everything.
    pub Dacl: *mut ACL,
}

/// Security descriptor in self-relative form: its parts follow it.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default)]
pub struct SECURITY_DESCRIPTOR_RELATIVE {
    /// [`SECURITY_DESCRIPTOR_REVISION`].
    pub Revision: u8,
    /// Zero.
    pub Sbz1: u8,
    /// [`SE_DACL_PRESENT`] and so on.
    pub Control: u16,
    /// Where the owner is, or zero.
    pub Owner: u32,
    /// Where the group is, or zero.
    pub Group: u32,
    /// Where the system access control list is, or zero.
    pub Sacl: u32,
    /// Where the access control list is, or zero.
    pub Dacl: u32,
}

/// Access control list, whose entries follow.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default)]
pub struct ACL {
    /// [`ACL_REVISION`].
    pub AclRevision: u8,
    /// Zero.
    pub Sbz1: u8,
    /// Bytes that there are for it.
    pub AclSize: u16,
    /// Entries.
    pub AceCount: u16,
    /// Zero.
    pub Sbz2: u16,
}

/// Entry of an access control list that allows something; the identifier follows.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default)]
pub struct ACCESS_ALLOWED_ACE {
    /// [`ACCESS_ALLOWED_ACE_TYPE`].
    pub AceType: u8,
    /// How it is inherited.
    pub AceFlags: u8,
    /// Bytes of the entry.
    pub AceSize: u16,
    /// What is allowed.
    pub Mask: ACCESS_MASK,
}

/// Security identifier, whose other numbers follow.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default)]
pub struct SID {
    /// [`SID_REVISION`].
    pub Revision: u8,
    /// How many numbers follow the first part.
    pub SubAuthorityCount: u8,
    /// First part.
    pub IdentifierAuthority: [u8; 6],
}

/// Version of a security descriptor.
pub const SECURITY_DESCRIPTOR_REVISION: u8 = 1;
/// Version of an access control list.
pub const ACL_REVISION: u8 = 2;
/// Version of an access control list with entries for parts of objects.
pub const ACL_REVISION_DS: u8 = 4;
/// Version of a security identifier.
pub const SID_REVISION: u8 = 1;
/// Most numbers of a security identifier.
pub const SID_MAX_SUB_AUTHORITIES: u8 = 15;
/// An entry that allows something.
pub const ACCESS_ALLOWED_ACE_TYPE: u8 = 0;

/// The owner was given by default.
pub const SE_OWNER_DEFAULTED: u16 = 0x1;
/// The group was given by default.
pub const SE_GROUP_DEFAULTED: u16 = 0x2;
/// There is an access control list, or everybody may do everything.
pub const SE_DACL_PRESENT: u16 = 0x4;
/// It was given by default.
pub const SE_DACL_DEFAULTED: u16 = 0x8;
/// There is a system access control list.
pub const SE_SACL_PRESENT: u16 = 0x10;
/// It was given by default.
pub const SE_SACL_DEFAULTED: u16 = 0x20;
/// The access control list is not changed by what is inherited.
pub const SE_DACL_PROTECTED: u16 = 0x1000;
/// The system access control list is not changed by what is inherited.
pub const SE_SACL_PROTECTED: u16 = 0x2000;
/// The parts follow the descriptor.
pub const SE_SELF_RELATIVE: u16 = 0x8000;

/// It is about the owner.
pub const OWNER_SECURITY_INFORMATION: u32 = 0x1;
/// It is about the group.
pub const GROUP_SECURITY_INFORMATION: u32 = 0x2;
/// It is about the access control list.
pub const DACL_SECURITY_INFORMATION: u32 = 0x4;
/// It is about the system access control list.
pub const SACL_SECURITY_INFORMATION: u32 = 0x8;
