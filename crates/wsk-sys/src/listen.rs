//! Sockets that listen for connections.

use core::ffi::c_void;

use crate::{
    IRP, NTSTATUS, PFN_WSK_BIND, PFN_WSK_CLOSE_SOCKET, PFN_WSK_CONTROL_SOCKET,
    PFN_WSK_GET_LOCAL_ADDRESS, SOCKADDR, WSK_CLIENT_CONNECTION_DISPATCH, WSK_SOCKET,
};

/// What is to become of a connection request.
pub type WSK_INSPECT_ACTION = i32;

/// The request is refused.
pub const WskInspectReject: WSK_INSPECT_ACTION = 0;
/// The connection may be established.
pub const WskInspectAccept: WSK_INSPECT_ACTION = 1;
/// The client decides later, by [`PFN_WSK_INSPECT_COMPLETE`].
pub const WskInspectPend: WSK_INSPECT_ACTION = 2;
/// Number of actions.
pub const WskInspectMax: WSK_INSPECT_ACTION = 3;

/// Names a connection request, by its content and not by its address.
///
/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wsk/ns-wsk-_wsk_inspect_id)
#[repr(C)]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct WSK_INSPECT_ID {
    /// First part.
    pub Key: usize,
    /// Second part.
    pub SerialNumber: u32,
}

/// `WskAcceptEvent`: tells the client of a connection that was established.
///
/// `AcceptSocket` is its socket; null says that the listening socket no longer works and has to be
/// closed. `Flags` is zero or
/// [`WSK_FLAG_AT_DISPATCH_LEVEL`](crate::WSK_FLAG_AT_DISPATCH_LEVEL). The client stores context and
/// table for the new socket through the last two parameters, or null.
///
/// IRQL: at most `DISPATCH_LEVEL`, in any thread. May start requests of WSK but not wait for one.
///
/// Ownership: with `STATUS_SUCCESS` the client has the socket and closes it in the end; with
/// `STATUS_REQUEST_NOT_ACCEPTED` WSK closes it. The addresses are WSK's, to be read during the call
/// only.
///
/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wsk/nc-wsk-pfn_wsk_accept_event)
pub type PFN_WSK_ACCEPT_EVENT = Option<
    unsafe extern "efiapi" fn(
        SocketContext: *mut c_void,
        Flags: u32,
        LocalAddress: *mut SOCKADDR,
        RemoteAddress: *mut SOCKADDR,
        AcceptSocket: *mut WSK_SOCKET,
        AcceptSocketContext: *mut *mut c_void,
        AcceptSocketDispatch: *mut *const WSK_CLIENT_CONNECTION_DISPATCH,
    ) -> NTSTATUS,
>;

/// `WskInspectEvent`: asks the client about a connection request, before anything is acknowledged.
///
/// Only for sockets with [`SO_CONDITIONAL_ACCEPT`](crate::SO_CONDITIONAL_ACCEPT). A null
/// `InspectID` says that the listening socket no longer works and has to be closed.
///
/// IRQL: at most `DISPATCH_LEVEL`, in any thread. May start requests of WSK but not wait for one.
///
/// Ownership: all arguments are WSK's, to be read during the call only; a client that answers
/// [`WskInspectPend`] copies the identifier.
///
/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wsk/nc-wsk-pfn_wsk_inspect_event)
pub type PFN_WSK_INSPECT_EVENT = Option<
    unsafe extern "efiapi" fn(
        SocketContext: *mut c_void,
        LocalAddress: *mut SOCKADDR,
        RemoteAddress: *mut SOCKADDR,
        InspectID: *mut WSK_INSPECT_ID,
    ) -> WSK_INSPECT_ACTION,
>;

/// `WskAbortEvent`: tells the client that a request which it did not reject is gone.
///
/// Returns `STATUS_SUCCESS`.
///
/// IRQL: at most `DISPATCH_LEVEL`, in any thread. May start requests of WSK but not wait for one.
///
/// Ownership: the identifier is WSK's, to be read during the call only.
///
/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wsk/nc-wsk-pfn_wsk_abort_event)
pub type PFN_WSK_ABORT_EVENT = Option<
    unsafe extern "efiapi" fn(
        SocketContext: *mut c_void,
        InspectID: *mut WSK_INSPECT_ID,
    ) -> NTSTATUS,
>;

/// `WskAccept`: takes a connection, when there is one.
///
/// Context and table are for the new socket. The two addresses receive its ends and may be null.
/// `Flags` is zero. A pending call goes before [`PFN_WSK_ACCEPT_EVENT`], races aside.
///
/// IRQL: at most `DISPATCH_LEVEL`.
///
/// Ownership: WSK completes `Irp` in every case ([rules](IRP)); on success `IoStatus.Information`
/// is the pointer to the new [`WSK_SOCKET`], which the client closes in the end. The addresses are
/// non-paged memory of the caller with room for the socket's family, valid until then. Context and
/// table remain the client's, are not paged, and outlive the new socket.
///
/// Returns `STATUS_SUCCESS`, `STATUS_PENDING`, `STATUS_FILE_FORCED_CLOSED` (close the listening
/// socket) or another error.
///
/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wsk/nc-wsk-pfn_wsk_accept)
pub type PFN_WSK_ACCEPT = Option<
    unsafe extern "efiapi" fn(
        ListenSocket: *mut WSK_SOCKET,
        Flags: u32,
        AcceptSocketContext: *mut c_void,
        AcceptSocketDispatch: *const WSK_CLIENT_CONNECTION_DISPATCH,
        LocalAddress: *mut SOCKADDR,
        RemoteAddress: *mut SOCKADDR,
        Irp: *mut IRP,
    ) -> NTSTATUS,
>;

/// `WskInspectComplete`: tells WSK what the client has decided after [`WskInspectPend`].
///
/// `Action` is [`WskInspectAccept`] or [`WskInspectReject`]; accepting a request that is gone has
/// no effect.
///
/// IRQL: at most `DISPATCH_LEVEL`.
///
/// Ownership: WSK completes `Irp` in every case ([rules](IRP)). `InspectID` is the client's copy;
/// keep it valid until then.
///
/// Returns `STATUS_SUCCESS`, `STATUS_PENDING`, `STATUS_FILE_FORCED_CLOSED` (close the listening
/// socket) or another error.
///
/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wsk/nc-wsk-pfn_wsk_inspect_complete)
pub type PFN_WSK_INSPECT_COMPLETE = Option<
    unsafe extern "efiapi" fn(
        ListenSocket: *mut WSK_SOCKET,
        InspectID: *mut WSK_INSPECT_ID,
        Action: WSK_INSPECT_ACTION,
        Irp: *mut IRP,
    ) -> NTSTATUS,
>;

/// Callbacks of a client for a listening socket. Not paged; outlives the socket.
///
/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wsk/ns-wsk-_wsk_client_listen_dispatch)
#[repr(C)]
#[derive(Clone, Copy, Debug, Default)]
pub struct WSK_CLIENT_LISTEN_DISPATCH {
    /// A connection was established.
    pub WskAcceptEvent: PFN_WSK_ACCEPT_EVENT,
    /// A connection is requested.
    pub WskInspectEvent: PFN_WSK_INSPECT_EVENT,
    /// A request is gone.
    pub WskAbortEvent: PFN_WSK_ABORT_EVENT,
}

/// Functions of a listening socket.
///
/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wsk/ns-wsk-_wsk_provider_listen_dispatch)
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct WSK_PROVIDER_LISTEN_DISPATCH {
    /// Options and control codes.
    pub WskControlSocket: PFN_WSK_CONTROL_SOCKET,
    /// Closes the socket.
    pub WskCloseSocket: PFN_WSK_CLOSE_SOCKET,
    /// Gives the socket its local address, and listens.
    pub WskBind: PFN_WSK_BIND,
    /// Takes a connection.
    pub WskAccept: PFN_WSK_ACCEPT,
    /// Tells what the client has decided about a request.
    pub WskInspectComplete: PFN_WSK_INSPECT_COMPLETE,
    /// Tells the local address.
    pub WskGetLocalAddress: PFN_WSK_GET_LOCAL_ADDRESS,
}
