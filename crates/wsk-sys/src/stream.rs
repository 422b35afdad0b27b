//! Stream sockets, which become listening sockets or connections. Windows 10 1703 and later.

use crate::{
    IRP, NTSTATUS, PFN_WSK_ACCEPT, PFN_WSK_BIND, PFN_WSK_CLOSE_SOCKET, PFN_WSK_CONNECT,
    PFN_WSK_CONNECT_EX, PFN_WSK_CONTROL_SOCKET, PFN_WSK_DISCONNECT, PFN_WSK_GET_LOCAL_ADDRESS,
    PFN_WSK_GET_REMOTE_ADDRESS, PFN_WSK_RECEIVE, PFN_WSK_RECEIVE_EX,
    PFN_WSK_RELEASE_DATA_INDICATION_LIST, PFN_WSK_SEND, PFN_WSK_SEND_EX,
    WSK_CLIENT_CONNECTION_DISPATCH, WSK_CLIENT_LISTEN_DISPATCH, WSK_SOCKET,
};

/// `WskListen`: makes a bound stream socket listen; it cannot connect afterwards.
///
/// IRQL: at most `DISPATCH_LEVEL`.
///
/// Ownership: WSK completes `Irp` in every case ([rules](IRP)).
///
/// Returns `STATUS_SUCCESS`, `STATUS_PENDING`, `STATUS_FILE_FORCED_CLOSED` (close the socket) or
/// another error.
///
/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wsk/nc-wsk-pfn_wsk_listen)
pub type PFN_WSK_LISTEN =
    Option<unsafe extern "efiapi" fn(Socket: *mut WSK_SOCKET, Irp: *mut IRP) -> NTSTATUS>;

/// Callbacks of a client for a stream socket, in two tables. Not paged; outlives the socket.
///
/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wsk/ns-wsk-_wsk_client_stream_dispatch)
#[repr(C)]
#[derive(Clone, Copy, Debug, Default)]
pub struct WSK_CLIENT_STREAM_DISPATCH {
    /// Table for when it listens.
    pub Listen: *const WSK_CLIENT_LISTEN_DISPATCH,
    /// Table for when it is connected.
    pub Connect: *const WSK_CLIENT_CONNECTION_DISPATCH,
}

/// Functions of a stream socket.
///
/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wsk/ns-wsk-_wsk_provider_stream_dispatch)
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct WSK_PROVIDER_STREAM_DISPATCH {
    /// Options and control codes.
    pub WskControlSocket: PFN_WSK_CONTROL_SOCKET,
    /// Closes the socket.
    pub WskCloseSocket: PFN_WSK_CLOSE_SOCKET,
    /// Gives the socket its local address.
    pub WskBind: PFN_WSK_BIND,
    /// Takes a connection.
    pub WskAccept: PFN_WSK_ACCEPT,
    /// Connects.
    pub WskConnect: PFN_WSK_CONNECT,
    /// Listens.
    pub WskListen: PFN_WSK_LISTEN,
    /// Sends.
    pub WskSend: PFN_WSK_SEND,
    /// Receives.
    pub WskReceive: PFN_WSK_RECEIVE,
    /// Ends the connection.
    pub WskDisconnect: PFN_WSK_DISCONNECT,
    /// Gives a retained list back.
    pub WskRelease: PFN_WSK_RELEASE_DATA_INDICATION_LIST,
    /// Tells the local address.
    pub WskGetLocalAddress: PFN_WSK_GET_LOCAL_ADDRESS,
    /// Tells the peer's address.
    pub WskGetRemoteAddress: PFN_WSK_GET_REMOTE_ADDRESS,
    /// Connects and sends.
    pub WskConnectEx: PFN_WSK_CONNECT_EX,
    /// Reserved for the system.
    pub WskSendEx: PFN_WSK_SEND_EX,
    /// Reserved for the system.
    pub WskReceiveEx: PFN_WSK_RECEIVE_EX,
}
