//! The few NT types that the interface is made of.
//!
//! They have fixed widths and name no other crate, so that they mean the same on every host.
//! Objects of the kernel that WSK only passes on are opaque; pointers to another crate's
//! declarations of them are to be cast.

use core::{
    ffi::c_void,
    marker::{PhantomData, PhantomPinned},
};

/// Status of a kernel function: negative values are errors and warnings. Those that this interface
/// names are in [`status`](crate::status).
pub type NTSTATUS = i32;

/// Storage of a spin lock, zero while nobody holds it.
pub type KSPIN_LOCK = usize;

/// Pointer to a security descriptor in its self-relative or absolute form.
pub type PSECURITY_DESCRIPTOR = *mut c_void;

/// Identifier of a network programming interface, such as
/// [`NPI_WSK_INTERFACE_ID`](crate::NPI_WSK_INTERFACE_ID).
pub type NPIID = GUID;

/// Pointer to an identifier that the receiver only reads.
pub type PNPIID = *const NPIID;

/// Asks for the central access policy in a call that reads or writes a security descriptor; a bit
/// of a `SECURITY_INFORMATION`.
pub const SCOPE_SECURITY_INFORMATION: u32 = 0x40;

/// Globally unique identifier.
///
/// [Microsoft's page](https://learn.microsoft.com/en-us/windows/win32/api/guiddef/ns-guiddef-guid)
#[repr(C)]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct GUID {
    /// First group of eight hexadecimal digits.
    pub Data1: u32,
    /// First group of four.
    pub Data2: u16,
    /// Second group of four.
    pub Data3: u16,
    /// The third group of four, then the group of twelve.
    pub Data4: [u8; 8],
}

/// Counted UTF-16 string, not necessarily terminated.
///
/// [Microsoft's page](https://learn.microsoft.com/en-us/windows/win32/api/ntdef/ns-ntdef-_unicode_string)
#[repr(C)]
#[derive(Clone, Copy, Debug, Default)]
pub struct UNICODE_STRING {
    /// Bytes in use, without a terminator.
    pub Length: u16,
    /// Bytes that `Buffer` has room for.
    pub MaximumLength: u16,
    /// The characters; they belong to whoever made the string.
    pub Buffer: *mut u16,
}

/// Declares types that are only handled by pointer.
macro_rules! opaque {
    ($( $(#[$doc:meta])* $name:ident; )*) => {$(
        $(#[$doc])*
        #[repr(C)]
        #[derive(Debug)]
        pub struct $name {
            _contents: [u8; 0],
            _not_send_sync_unpin: PhantomData<(*mut u8, PhantomPinned)>,
        }
    )*};
}

opaque! {
    /// I/O request packet: what WSK completes when a request is done.
    ///
    /// A function that takes an IRP gives it to WSK. WSK completes it exactly once whatever the
    /// function returns, failures included, and often before the function returns: what is to
    /// happen next belongs in the completion routine, and the caller may not touch the IRP again
    /// unless it knows that it still exists. The result is `IoStatus.Status`, with a value in
    /// `IoStatus.Information` where the function describes one.
    ///
    /// - A driver's own IRP (`IoAllocateIrp`, or `IoReuseIrp` once it is completed) has at least
    ///   one stack location and a completion routine for success, error and cancellation, which
    ///   returns `STATUS_MORE_PROCESSING_REQUIRED` in every case, frees the IRP or keeps it, and
    ///   never calls `IoMarkIrpPending`.
    /// - An IRP from the I/O manager or a higher driver has at least one free stack location below
    ///   that of the caller. It may go without a completion routine, is never freed, reused or
    ///   cancelled by the caller, and its completion routine calls `IoMarkIrpPending` where
    ///   `PendingReturned` is set, unless it stops the completion.
    ///
    /// WSK sets up the next stack location itself. Completion routines run at or below
    /// `DISPATCH_LEVEL` in any thread; neither they nor event callbacks may wait for another
    /// request of WSK.
    ///
    /// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/network/using-irps-with-winsock-kernel-functions)
    IRP;

    /// Memory descriptor list: one buffer described by its physical pages, or the first of a chain.
    MDL;

    /// Process object, for the security context of a socket.
    EPROCESS;

    /// Thread object, for the security context of a socket.
    ETHREAD;
}
