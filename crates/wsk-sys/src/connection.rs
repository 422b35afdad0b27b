//! Sockets that are connected.

use core::ffi::c_void;

use crate::{
    CMSGHDR, IRP, NTSTATUS, PFN_WSK_BIND, PFN_WSK_CLOSE_SOCKET, PFN_WSK_CONTROL_SOCKET,
    PFN_WSK_GET_LOCAL_ADDRESS, SOCKADDR, WSK_BUF, WSK_DATA_INDICATION, WSK_SOCKET,
};

/// Disconnects at once, or was disconnected so: what is in flight is lost.
pub const WSK_FLAG_ABORTIVE: u32 = 1;

/// In a callback: a client that retains the buffers should release them very soon.
pub const WSK_FLAG_RELEASE_ASAP: u32 = 2;
/// In a callback: the data ends a message (for TCP, the push bit was set).
pub const WSK_FLAG_ENTIRE_MESSAGE: u32 = 4;

/// Sends the data as urgent.
pub const WSK_FLAG_OOB: u32 = 1;
/// Sends the data, and what is queued before it, without delay.
pub const WSK_FLAG_NODELAY: u32 = 2;

/// Receives until the buffer is full or the connection ends.
pub const WSK_FLAG_WAITALL: u32 = 2;
/// Throws away what arrives until the connection ends; the buffer has no bytes.
pub const WSK_FLAG_DRAIN: u32 = 4;

/// `WskReceiveEvent`: tells the client of data that has arrived.
///
/// `DataIndication` is a list of buffers with `BytesIndicated` bytes in all; null says that the
/// socket no longer works and has to be closed. `Flags` are [`WSK_FLAG_RELEASE_ASAP`],
/// [`WSK_FLAG_ENTIRE_MESSAGE`] and
/// [`WSK_FLAG_AT_DISPATCH_LEVEL`](crate::WSK_FLAG_AT_DISPATCH_LEVEL). Calls for one socket do not
/// overlap.
///
/// IRQL: at most `DISPATCH_LEVEL`, in any thread. May start requests of WSK but not wait for one.
///
/// Ownership and answers:
/// - `STATUS_SUCCESS`: the client has taken all, or the number of bytes that it stores in
///   `BytesAccepted`; the list is WSK's again. After a part, the next call comes when a
///   [`PFN_WSK_RECEIVE`] is completed, which may be one of no bytes.
/// - `STATUS_PENDING`: the client keeps the list, and gives it back with
///   [`PFN_WSK_RELEASE_DATA_INDICATION_LIST`] before it closes the socket.
/// - `STATUS_DATA_NOT_ACCEPTED`: the client takes nothing, and the transport buffers the data; the
///   next call comes as after a part.
///
/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wsk/nc-wsk-pfn_wsk_receive_event)
pub type PFN_WSK_RECEIVE_EVENT = Option<
    unsafe extern "efiapi" fn(
        SocketContext: *mut c_void,
        Flags: u32,
        DataIndication: *mut WSK_DATA_INDICATION,
        BytesIndicated: usize,
        BytesAccepted: *mut usize,
    ) -> NTSTATUS,
>;

/// As [`PFN_WSK_RECEIVE_EVENT`], with control data. Turned on and off by
/// [`SIO_WSK_SET_RECEIVE_EX_CALLBACK`](crate::SIO_WSK_SET_RECEIVE_EX_CALLBACK).
///
/// IRQL: at most `DISPATCH_LEVEL`, in any thread. May start requests of WSK but not wait for one.
///
/// Ownership and answers: as for [`PFN_WSK_RECEIVE_EVENT`]; the `ControlInfoLength` bytes of
/// control data are WSK's like the list.
pub type PFN_WSK_RECEIVE_EX_EVENT = Option<
    unsafe extern "efiapi" fn(
        SocketContext: *mut c_void,
        Flags: u32,
        DataIndication: *mut WSK_DATA_INDICATION,
        ControlInfo: *mut CMSGHDR,
        ControlInfoLength: u32,
        BytesIndicated: usize,
        BytesAccepted: *mut usize,
    ) -> NTSTATUS,
>;

/// `WskDisconnectEvent`: tells the client that the peer has disconnected.
///
/// `Flags` are [`WSK_FLAG_ABORTIVE`] and
/// [`WSK_FLAG_AT_DISPATCH_LEVEL`](crate::WSK_FLAG_AT_DISPATCH_LEVEL). Without the former the client
/// may still send. Returns `STATUS_SUCCESS`.
///
/// IRQL: at most `DISPATCH_LEVEL`, in any thread. May start requests of WSK but not wait for one.
///
/// Ownership: the socket remains the client's to close.
///
/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wsk/nc-wsk-pfn_wsk_disconnect_event)
pub type PFN_WSK_DISCONNECT_EVENT =
    Option<unsafe extern "efiapi" fn(SocketContext: *mut c_void, Flags: u32) -> NTSTATUS>;

/// `WskSendBacklogEvent`: tells the client how many bytes it should keep pending in sends.
///
/// Returns `STATUS_SUCCESS`.
///
/// IRQL: at most `DISPATCH_LEVEL`, in any thread. May start requests of WSK but not wait for one.
///
/// Ownership: nothing is passed.
///
/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wsk/nc-wsk-pfn_wsk_send_backlog_event)
pub type PFN_WSK_SEND_BACKLOG_EVENT = Option<
    unsafe extern "efiapi" fn(SocketContext: *mut c_void, IdealBacklogSize: usize) -> NTSTATUS,
>;

/// `WskConnect`: connects a bound socket.
///
/// `RemoteAddress` is of the socket's family. `Flags` is zero.
///
/// IRQL: at most `DISPATCH_LEVEL`.
///
/// Ownership: WSK completes `Irp` in every case ([rules](IRP)); keep `RemoteAddress` valid until
/// then.
///
/// Returns `STATUS_SUCCESS`, `STATUS_PENDING`, `STATUS_FILE_FORCED_CLOSED` (close the socket) or
/// another error.
///
/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wsk/nc-wsk-pfn_wsk_connect)
pub type PFN_WSK_CONNECT = Option<
    unsafe extern "efiapi" fn(
        Socket: *mut WSK_SOCKET,
        RemoteAddress: *mut SOCKADDR,
        Flags: u32,
        Irp: *mut IRP,
    ) -> NTSTATUS,
>;

/// `WskConnectEx`: connects a bound socket and sends data with it, at most 65535 bytes. Windows 10
/// 1703 and later.
///
/// `Buffer` may be null; the rest is as in [`PFN_WSK_CONNECT`].
///
/// IRQL: at most `DISPATCH_LEVEL`.
///
/// Ownership: WSK completes `Irp` in every case ([rules](IRP)); the MDL chain stays locked and
/// `RemoteAddress` valid until then.
///
/// Returns as [`PFN_WSK_CONNECT`], and `STATUS_INVALID_PARAMETER` (flags) or
/// `STATUS_BUFFER_OVERFLOW` (too much data).
///
/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wsk/nc-wsk-pfn_wsk_connect_ex)
pub type PFN_WSK_CONNECT_EX = Option<
    unsafe extern "efiapi" fn(
        Socket: *mut WSK_SOCKET,
        RemoteAddress: *mut SOCKADDR,
        Buffer: *mut WSK_BUF,
        Flags: u32,
        Irp: *mut IRP,
    ) -> NTSTATUS,
>;

/// `WskGetRemoteAddress`: tells the peer's address of a connected socket.
///
/// IRQL: at most `DISPATCH_LEVEL`.
///
/// Ownership: WSK completes `Irp` in every case ([rules](IRP)). `RemoteAddress` is non-paged memory
/// of the caller with room for an address of the socket's family, valid until then.
///
/// Returns `STATUS_SUCCESS`, `STATUS_PENDING`, `STATUS_INVALID_DEVICE_STATE` (not connected),
/// `STATUS_FILE_FORCED_CLOSED` (close the socket) or another error.
///
/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wsk/nc-wsk-pfn_wsk_get_remote_address)
pub type PFN_WSK_GET_REMOTE_ADDRESS = Option<
    unsafe extern "efiapi" fn(
        Socket: *mut WSK_SOCKET,
        RemoteAddress: *mut SOCKADDR,
        Irp: *mut IRP,
    ) -> NTSTATUS,
>;

/// `WskSend`: sends data over a connection.
///
/// `Flags` is zero or [`WSK_FLAG_NODELAY`].
///
/// IRQL: at most `DISPATCH_LEVEL`.
///
/// Ownership: WSK completes `Irp` in every case ([rules](IRP)), with the bytes sent in
/// `IoStatus.Information`. It copies nothing: the MDL chain stays locked until then.
///
/// Returns `STATUS_SUCCESS`, `STATUS_PENDING`, `STATUS_FILE_FORCED_CLOSED` (close the socket),
/// `STATUS_NOT_SUPPORTED` (a flag) or another error.
///
/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wsk/nc-wsk-pfn_wsk_send)
pub type PFN_WSK_SEND = Option<
    unsafe extern "efiapi" fn(
        Socket: *mut WSK_SOCKET,
        Buffer: *mut WSK_BUF,
        Flags: u32,
        Irp: *mut IRP,
    ) -> NTSTATUS,
>;

/// `WskSendEx`: as [`PFN_WSK_SEND`], with control data. The documentation reserves it for the
/// system.
///
/// IRQL: at most `DISPATCH_LEVEL`.
///
/// Ownership and results: as for [`PFN_WSK_SEND`]; the control data stays valid until `Irp` is
/// completed, too.
pub type PFN_WSK_SEND_EX = Option<
    unsafe extern "efiapi" fn(
        Socket: *mut WSK_SOCKET,
        Buffer: *mut WSK_BUF,
        Flags: u32,
        ControlInfoLength: u32,
        ControlInfo: *mut CMSGHDR,
        Irp: *mut IRP,
    ) -> NTSTATUS,
>;

/// `WskReceive`: receives data from a connection, when there is some.
///
/// `Flags` is zero, [`WSK_FLAG_WAITALL`] or [`WSK_FLAG_DRAIN`]. A buffer of no bytes makes
/// [`PFN_WSK_RECEIVE_EVENT`] come again.
///
/// IRQL: at most `DISPATCH_LEVEL`.
///
/// Ownership: WSK completes `Irp` in every case ([rules](IRP)), with the bytes received in
/// `IoStatus.Information`; the MDL chain stays locked until then.
///
/// Returns `STATUS_SUCCESS`, `STATUS_PENDING`, `STATUS_FILE_FORCED_CLOSED` (close the socket),
/// `STATUS_NOT_SUPPORTED` (a flag) or another error.
///
/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wsk/nc-wsk-pfn_wsk_receive)
pub type PFN_WSK_RECEIVE = Option<
    unsafe extern "efiapi" fn(
        Socket: *mut WSK_SOCKET,
        Buffer: *mut WSK_BUF,
        Flags: u32,
        Irp: *mut IRP,
    ) -> NTSTATUS,
>;

/// `WskReceiveEx`: as [`PFN_WSK_RECEIVE`], with control data. The documentation reserves it for the
/// system.
///
/// `ControlInfoLength` points to the bytes of `ControlInfo` and receives the bytes that came; null
/// ignores both. `ControlFlags` is null.
///
/// IRQL: at most `DISPATCH_LEVEL`.
///
/// Ownership and results: as for [`PFN_WSK_RECEIVE`]; what the control parameters point to stays
/// valid until `Irp` is completed, too.
pub type PFN_WSK_RECEIVE_EX = Option<
    unsafe extern "efiapi" fn(
        Socket: *mut WSK_SOCKET,
        Buffer: *mut WSK_BUF,
        Flags: u32,
        ControlInfoLength: *mut u32,
        ControlInfo: *mut CMSGHDR,
        ControlFlags: *mut u32,
        Irp: *mut IRP,
    ) -> NTSTATUS,
>;

/// `WskDisconnect`: ends a connection.
///
/// Gracefully, after all that is pending and `Buffer`, which may be null, has been sent; the client
/// may still receive. With [`WSK_FLAG_ABORTIVE`] at once and without `Buffer`.
///
/// IRQL: at most `DISPATCH_LEVEL`.
///
/// Ownership: WSK completes `Irp` in every case ([rules](IRP)), but a graceful end only when it is
/// over, which the peer can delay for ever; an abortive one, or closing the socket, completes both.
/// The MDL chain stays locked until then.
///
/// Returns `STATUS_SUCCESS`, `STATUS_PENDING`, `STATUS_FILE_FORCED_CLOSED` (close the socket) or
/// another error.
///
/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wsk/nc-wsk-pfn_wsk_disconnect)
pub type PFN_WSK_DISCONNECT = Option<
    unsafe extern "efiapi" fn(
        Socket: *mut WSK_SOCKET,
        Buffer: *mut WSK_BUF,
        Flags: u32,
        Irp: *mut IRP,
    ) -> NTSTATUS,
>;

/// `WskRelease` of a connection: gives a retained list back.
///
/// IRQL: at most `DISPATCH_LEVEL`.
///
/// Ownership: pass the pointer that [`PFN_WSK_RECEIVE_EVENT`] got and answered with
/// `STATUS_PENDING`, once; the whole list is WSK's again. Closing the socket does not do this.
///
/// Returns `STATUS_SUCCESS` or `STATUS_INVALID_PARAMETER`.
///
/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wsk/nc-wsk-pfn_wsk_release_data_indication_list)
pub type PFN_WSK_RELEASE_DATA_INDICATION_LIST = Option<
    unsafe extern "efiapi" fn(
        Socket: *mut WSK_SOCKET,
        DataIndication: *mut WSK_DATA_INDICATION,
    ) -> NTSTATUS,
>;

/// Callbacks of a client for a connection. Not paged; outlives the socket.
///
/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wsk/ns-wsk-_wsk_client_connection_dispatch)
#[repr(C)]
#[derive(Clone, Copy, Debug, Default)]
pub struct WSK_CLIENT_CONNECTION_DISPATCH {
    /// Data has arrived.
    pub WskReceiveEvent: PFN_WSK_RECEIVE_EVENT,
    /// The peer has disconnected.
    pub WskDisconnectEvent: PFN_WSK_DISCONNECT_EVENT,
    /// The best number of bytes to keep in flight has changed.
    pub WskSendBacklogEvent: PFN_WSK_SEND_BACKLOG_EVENT,
}

/// Functions of a connection.
///
/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wsk/ns-wsk-_wsk_provider_connection_dispatch)
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct WSK_PROVIDER_CONNECTION_DISPATCH {
    /// Options and control codes.
    pub WskControlSocket: PFN_WSK_CONTROL_SOCKET,
    /// Closes the socket.
    pub WskCloseSocket: PFN_WSK_CLOSE_SOCKET,
    /// Gives the socket its local address.
    pub WskBind: PFN_WSK_BIND,
    /// Connects.
    pub WskConnect: PFN_WSK_CONNECT,
    /// Tells the local address.
    pub WskGetLocalAddress: PFN_WSK_GET_LOCAL_ADDRESS,
    /// Tells the peer's address.
    pub WskGetRemoteAddress: PFN_WSK_GET_REMOTE_ADDRESS,
    /// Sends.
    pub WskSend: PFN_WSK_SEND,
    /// Receives.
    pub WskReceive: PFN_WSK_RECEIVE,
    /// Ends the connection.
    pub WskDisconnect: PFN_WSK_DISCONNECT,
    /// Gives a retained list back.
    pub WskRelease: PFN_WSK_RELEASE_DATA_INDICATION_LIST,
    /// Connects and sends. Windows 10 1703 and later.
    pub WskConnectEx: PFN_WSK_CONNECT_EX,
    /// Reserved for the system.
    pub WskSendEx: PFN_WSK_SEND_EX,
    /// Reserved for the system.
    pub WskReceiveEx: PFN_WSK_RECEIVE_EX,
}
