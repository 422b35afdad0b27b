//! Sockets, and the functions that sockets of several kinds share.

use core::ffi::c_void;

use crate::{IRP, NTSTATUS, SOCKADDR};

/// First number of the socket options that only WSK has.
pub const WSK_SO_BASE: i32 = 0x4000;
/// Socket option: the security descriptor that governs who may share the address, of
/// [`WSK_CACHE_SD`](crate::WSK_CACHE_SD). To be set before binding; needs an IRP.
pub const SO_WSK_SECURITY: i32 = WSK_SO_BASE + 1;

/// What a control request does.
pub type WSK_CONTROL_SOCKET_TYPE = i32;

/// Sets an option.
pub const WskSetOption: WSK_CONTROL_SOCKET_TYPE = 0;
/// Reads an option.
pub const WskGetOption: WSK_CONTROL_SOCKET_TYPE = 1;
/// Performs a control code, such as
/// [`SIO_WSK_SET_REMOTE_ADDRESS`](crate::SIO_WSK_SET_REMOTE_ADDRESS).
pub const WskIoctl: WSK_CONTROL_SOCKET_TYPE = 2;
/// Number of types.
pub const WskControlMax: WSK_CONTROL_SOCKET_TYPE = 3;

/// A socket. Owned by WSK, which frees it when the client closes it.
///
/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wsk/ns-wsk-_wsk_socket)
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct WSK_SOCKET {
    /// Table of the socket's functions, of the type for its kind:
    /// [`WSK_PROVIDER_BASIC_DISPATCH`],
    /// [`WSK_PROVIDER_DATAGRAM_DISPATCH`](crate::WSK_PROVIDER_DATAGRAM_DISPATCH),
    /// [`WSK_PROVIDER_LISTEN_DISPATCH`](crate::WSK_PROVIDER_LISTEN_DISPATCH),
    /// [`WSK_PROVIDER_CONNECTION_DISPATCH`](crate::WSK_PROVIDER_CONNECTION_DISPATCH) or
    /// [`WSK_PROVIDER_STREAM_DISPATCH`](crate::WSK_PROVIDER_STREAM_DISPATCH).
    pub Dispatch: *const c_void,
}

/// `WskControlSocket`: reads or sets an option of a socket, or performs a control code.
///
/// `ControlCode` is the option or code, `Level` the protocol that it belongs to (zero for
/// [`WskIoctl`]). Sizes are in bytes. `OutputSizeReturned` is null unless there is output of
/// unknown size and no IRP.
///
/// IRQL: at most `DISPATCH_LEVEL`; `PASSIVE_LEVEL` for
/// [`SIO_ADDRESS_LIST_QUERY`](crate::SIO_ADDRESS_LIST_QUERY),
/// [`SIO_ADDRESS_LIST_CHANGE`](crate::SIO_ADDRESS_LIST_CHANGE) and
/// [`SIO_ADDRESS_LIST_SORT`](crate::SIO_ADDRESS_LIST_SORT).
///
/// Ownership: whether an `Irp` is required, optional or forbidden (null) depends on the option or
/// code. WSK completes the one it got in every case ([rules](IRP)), with the bytes of output in
/// `IoStatus.Information`, and both buffers stay valid until then.
///
/// Returns `STATUS_SUCCESS`, `STATUS_PENDING`, `STATUS_EVENT_PENDING` (an event callback is
/// disabled once the calls in progress have returned, and there is no IRP to tell when),
/// `STATUS_REQUEST_NOT_ACCEPTED` (cannot be done without an IRP), `STATUS_FILE_FORCED_CLOSED`
/// (close the socket) or another error.
///
/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wsk/nc-wsk-pfn_wsk_control_socket)
pub type PFN_WSK_CONTROL_SOCKET = Option<
    unsafe extern "efiapi" fn(
        Socket: *mut WSK_SOCKET,
        RequestType: WSK_CONTROL_SOCKET_TYPE,
        ControlCode: u32,
        Level: u32,
        InputSize: usize,
        InputBuffer: *mut c_void,
        OutputSize: usize,
        OutputBuffer: *mut c_void,
        OutputSizeReturned: *mut usize,
        Irp: *mut IRP,
    ) -> NTSTATUS,
>;

/// `WskCloseSocket`: closes a socket, ungracefully where it is still connected.
///
/// No other function of the socket may be in progress in any thread, and every retained list has to
/// be released before. Requests that are pending are cancelled and completed, some perhaps with
/// success. Callbacks in progress are waited for, so that nothing may wait for this inside of one.
///
/// IRQL: at most `DISPATCH_LEVEL`.
///
/// Ownership: the socket is WSK's from the call on. WSK completes `Irp` in every case
/// ([rules](IRP)); from then on no callback comes, and context and table of the socket are the
/// client's alone.
///
/// Returns `STATUS_SUCCESS`, `STATUS_PENDING` or an error.
///
/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wsk/nc-wsk-pfn_wsk_close_socket)
pub type PFN_WSK_CLOSE_SOCKET =
    Option<unsafe extern "efiapi" fn(Socket: *mut WSK_SOCKET, Irp: *mut IRP) -> NTSTATUS>;

/// `WskBind`: gives a socket its local address.
///
/// `LocalAddress` is of the socket's family; with port zero, or with the wildcard address, the
/// transport chooses. `Flags` is zero. A datagram socket can receive from here on, a listening
/// socket listens.
///
/// IRQL: at most `DISPATCH_LEVEL`.
///
/// Ownership: WSK completes `Irp` in every case ([rules](IRP)); keep `LocalAddress` valid until
/// then. Callbacks that are on for every socket may come before that.
///
/// Returns `STATUS_SUCCESS`, `STATUS_PENDING`, `STATUS_FILE_FORCED_CLOSED` (close the socket) or
/// another error.
///
/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wsk/nc-wsk-pfn_wsk_bind)
pub type PFN_WSK_BIND = Option<
    unsafe extern "efiapi" fn(
        Socket: *mut WSK_SOCKET,
        LocalAddress: *mut SOCKADDR,
        Flags: u32,
        Irp: *mut IRP,
    ) -> NTSTATUS,
>;

/// `WskGetLocalAddress`: tells the local address of a bound socket, with the port that was chosen.
///
/// IRQL: at most `DISPATCH_LEVEL`.
///
/// Ownership: WSK completes `Irp` in every case ([rules](IRP)). `LocalAddress` is non-paged memory
/// of the caller with room for an address of the socket's family, valid until then.
///
/// Returns `STATUS_SUCCESS`, `STATUS_PENDING`, `STATUS_INVALID_DEVICE_STATE` (not bound),
/// `STATUS_FILE_FORCED_CLOSED` (close the socket) or another error.
///
/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wsk/nc-wsk-pfn_wsk_get_local_address)
pub type PFN_WSK_GET_LOCAL_ADDRESS = Option<
    unsafe extern "efiapi" fn(
        Socket: *mut WSK_SOCKET,
        LocalAddress: *mut SOCKADDR,
        Irp: *mut IRP,
    ) -> NTSTATUS,
>;

/// Functions of a basic socket; the tables of all other sockets begin with the same two.
///
/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wsk/ns-wsk-_wsk_provider_basic_dispatch)
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct WSK_PROVIDER_BASIC_DISPATCH {
    /// Options and control codes.
    pub WskControlSocket: PFN_WSK_CONTROL_SOCKET,
    /// Closes the socket.
    pub WskCloseSocket: PFN_WSK_CLOSE_SOCKET,
}
