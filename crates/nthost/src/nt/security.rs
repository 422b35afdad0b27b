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
