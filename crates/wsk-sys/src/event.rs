//! Turning event callbacks of sockets on and off, and extensions of sockets.

use core::ffi::c_void;

use crate::{PNPIID, WSK_SO_BASE};

/// Socket option: turns event callbacks on and off, by [`WSK_EVENT_CALLBACK_CONTROL`].
///
/// For datagram and listening sockets after binding, for connections after connecting. No IRP to
/// turn on, an optional one to turn off. Turning off returns `STATUS_SUCCESS` where no call is in
/// progress; otherwise the IRP is completed when the last one has returned, or, without an IRP, the
/// answer is `STATUS_EVENT_PENDING`.
///
/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/network/so-wsk-event-callback)
pub const SO_WSK_EVENT_CALLBACK: i32 = WSK_SO_BASE + 2;

/// [`PFN_WSK_SEND_BACKLOG_EVENT`](crate::PFN_WSK_SEND_BACKLOG_EVENT).
pub const WSK_EVENT_SEND_BACKLOG: u32 = 0x0010;
/// [`PFN_WSK_RECEIVE_EVENT`](crate::PFN_WSK_RECEIVE_EVENT).
pub const WSK_EVENT_RECEIVE: u32 = 0x0040;
/// [`PFN_WSK_DISCONNECT_EVENT`](crate::PFN_WSK_DISCONNECT_EVENT).
pub const WSK_EVENT_DISCONNECT: u32 = 0x0080;
/// [`PFN_WSK_RECEIVE_FROM_EVENT`](crate::PFN_WSK_RECEIVE_FROM_EVENT).
pub const WSK_EVENT_RECEIVE_FROM: u32 = 0x0100;
/// [`PFN_WSK_ACCEPT_EVENT`](crate::PFN_WSK_ACCEPT_EVENT).
pub const WSK_EVENT_ACCEPT: u32 = 0x0200;
/// Together with one of the others: off instead of on.
pub const WSK_EVENT_DISABLE: u32 = 0x8000_0000;

/// In the flags of a callback: it runs at `DISPATCH_LEVEL`. Without it, at that level or lower.
pub const WSK_FLAG_AT_DISPATCH_LEVEL: u32 = 8;

/// Which event callbacks to turn on or off.
///
/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wsk/ns-wsk-_wsk_event_callback_control)
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct WSK_EVENT_CALLBACK_CONTROL {
    /// Interface that the events belong to: [`NPI_WSK_INTERFACE_ID`](crate::NPI_WSK_INTERFACE_ID),
    /// or that of an extension.
    pub NpiId: PNPIID,
    /// Any number of `WSK_EVENT_` values to turn on; or one of them with [`WSK_EVENT_DISABLE`].
    pub EventMask: u32,
}

/// What the client gives for an extension of a socket.
///
/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wsk/ns-wsk-_wsk_extension_control_in)
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct WSK_EXTENSION_CONTROL_IN {
    /// Interface of the extension.
    pub NpiId: PNPIID,
    /// Value for the client's own use, passed to its callbacks.
    pub ClientContext: *mut c_void,
    /// Table of the client's callbacks, of a type that the extension defines.
    pub ClientDispatch: *const c_void,
}

/// What WSK gives for an extension of a socket.
///
/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wsk/ns-wsk-_wsk_extension_control_out)
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct WSK_EXTENSION_CONTROL_OUT {
    /// Value to pass to the extension's functions.
    pub ProviderContext: *mut c_void,
    /// Table of the extension's functions, of a type that it defines.
    pub ProviderDispatch: *const c_void,
}
