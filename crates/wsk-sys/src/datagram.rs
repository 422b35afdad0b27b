//! Datagram sockets.

use core::ffi::c_void;

use crate::{
    CMSGHDR, IRP, NTSTATUS, PFN_WSK_BIND, PFN_WSK_CLOSE_SOCKET, PFN_WSK_CONTROL_SOCKET,
    PFN_WSK_GET_LOCAL_ADDRESS, SOCKADDR, WSK_BUF, WSK_BUF_LIST, WSK_DATAGRAM_INDICATION,
    WSK_SOCKET,
};

/// `WskReceiveFromEvent`: tells the client of datagrams that have arrived.
///
/// `DataIndication` is a list of one or more; null says that the socket no longer works and has to
/// be closed soon, though not inside of this call. `Flags` are [`MSG_BCAST`](crate::MSG_BCAST) and
/// [`MSG_MCAST`](crate::MSG_MCAST), for the whole list, and
/// [`WSK_FLAG_AT_DISPATCH_LEVEL`](crate::WSK_FLAG_AT_DISPATCH_LEVEL). Comes only while it is turned
/// on and, races aside, while no [`PFN_WSK_RECEIVE_FROM`] is pending. Nothing promises that calls
/// for one socket do not overlap.
///
/// IRQL: at most `DISPATCH_LEVEL`, in any thread. May start requests of WSK but not wait for one.
///
/// Ownership and answers, each for the whole list:
/// - `STATUS_SUCCESS`: the client has taken what it wants; the list is WSK's again.
/// - `STATUS_PENDING`: the client keeps the list, and gives it back with
///   [`PFN_WSK_RELEASE_DATAGRAM_INDICATION_LIST`] soon and before it closes the socket. More may be
///   indicated meanwhile.
/// - `STATUS_DATA_NOT_ACCEPTED`: the client refuses the list, and it is WSK's again. If
///   [`SO_WSK_EVENT_CALLBACK`](crate::SO_WSK_EVENT_CALLBACK) turned this callback on, it is off now
///   and the transport buffers what it can; once the callback is turned on again, that is indicated
///   first. If it is on for all sockets
///   ([`WSK_SET_STATIC_EVENT_CALLBACKS`](crate::WSK_SET_STATIC_EVENT_CALLBACKS)), it stays on, and
///   only new datagrams are promised.
///
/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wsk/nc-wsk-pfn_wsk_receive_from_event)
pub type PFN_WSK_RECEIVE_FROM_EVENT = Option<
    unsafe extern "efiapi" fn(
        SocketContext: *mut c_void,
        Flags: u32,
        DataIndication: *mut WSK_DATAGRAM_INDICATION,
    ) -> NTSTATUS,
>;

/// `WskSendTo`: sends a datagram.
///
/// `RemoteAddress` is of the socket's family; null sends to the address that was fixed by
/// [`SIO_WSK_SET_REMOTE_ADDRESS`](crate::SIO_WSK_SET_REMOTE_ADDRESS) or
/// [`SIO_WSK_SET_SENDTO_ADDRESS`](crate::SIO_WSK_SET_SENDTO_ADDRESS). `ControlInfoLength` is in
/// bytes, zero with a null `ControlInfo`. `Flags` is zero.
///
/// IRQL: at most `DISPATCH_LEVEL`.
///
/// Ownership: WSK completes `Irp` in every case ([rules](IRP)), with the bytes sent in
/// `IoStatus.Information`. It copies nothing: the MDL chain stays locked, and address and control
/// data stay valid, until then.
///
/// Returns `STATUS_SUCCESS`, `STATUS_PENDING`, `STATUS_FILE_FORCED_CLOSED` (close the socket) or
/// another error.
///
/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wsk/nc-wsk-pfn_wsk_send_to)
pub type PFN_WSK_SEND_TO = Option<
    unsafe extern "efiapi" fn(
        Socket: *mut WSK_SOCKET,
        Buffer: *mut WSK_BUF,
        Flags: u32,
        RemoteAddress: *mut SOCKADDR,
        ControlInfoLength: u32,
        ControlInfo: *mut CMSGHDR,
        Irp: *mut IRP,
    ) -> NTSTATUS,
>;

/// `WskSendMessages`: sends several datagrams to one address. Windows 8 and later.
///
/// The parameters are as in [`PFN_WSK_SEND_TO`]; the control data is for every datagram.
///
/// IRQL: not documented; at most `DISPATCH_LEVEL` for [`PFN_WSK_SEND_TO`].
///
/// Ownership: as for [`PFN_WSK_SEND_TO`], and the list stays valid, too.
///
/// Returns `STATUS_SUCCESS`, `STATUS_PENDING` or an error.
///
/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wsk/nc-wsk-pfn_wsk_send_messages)
pub type PFN_WSK_SEND_MESSAGES = Option<
    unsafe extern "efiapi" fn(
        Socket: *mut WSK_SOCKET,
        BufferList: *mut WSK_BUF_LIST,
        Flags: u32,
        RemoteAddress: *mut SOCKADDR,
        ControlInfoLength: u32,
        ControlInfo: *mut CMSGHDR,
        Irp: *mut IRP,
    ) -> NTSTATUS,
>;

/// `WskReceiveFrom`: receives one datagram, when there is one.
///
/// `Buffer` is where the payload goes. `Flags` is zero. `RemoteAddress`, which may be null,
/// receives the sender. `ControlLength` points to the bytes of `ControlInfo`, and receives the
/// bytes of the control messages that came, zero for none (the buffer is undefined then).
/// `ControlFlags` receives [`MSG_BCAST`](crate::MSG_BCAST), [`MSG_MCAST`](crate::MSG_MCAST),
/// [`MSG_TRUNC`](crate::MSG_TRUNC) and [`MSG_CTRUNC`](crate::MSG_CTRUNC). If `ControlLength` is
/// null, `ControlInfo` and `ControlFlags` are ignored; to see the flags without control data, point
/// it to a zero.
///
/// IRQL: at most `DISPATCH_LEVEL`.
///
/// Ownership: WSK completes `Irp` in every case ([rules](IRP)), with the bytes received in
/// `IoStatus.Information`; an empty datagram is a success with zero. Until then the MDL chain stays
/// locked and everything else that was passed stays valid, in non-paged memory; `Buffer` itself
/// need not outlive the call.
///
/// Returns `STATUS_SUCCESS`, `STATUS_PENDING`, `STATUS_FILE_FORCED_CLOSED` (close the socket) or
/// another error, which concerns this request only. Which status accompanies
/// [`MSG_TRUNC`](crate::MSG_TRUNC) is not documented; a `STATUS_BUFFER_OVERFLOW` is a truncated
/// datagram, too.
///
/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wsk/nc-wsk-pfn_wsk_receive_from)
pub type PFN_WSK_RECEIVE_FROM = Option<
    unsafe extern "efiapi" fn(
        Socket: *mut WSK_SOCKET,
        Buffer: *mut WSK_BUF,
        Flags: u32,
        RemoteAddress: *mut SOCKADDR,
        ControlLength: *mut u32,
        ControlInfo: *mut CMSGHDR,
        ControlFlags: *mut u32,
        Irp: *mut IRP,
    ) -> NTSTATUS,
>;

/// `WskRelease` of a datagram socket: gives a retained list back.
///
/// IRQL: at most `DISPATCH_LEVEL`.
///
/// Ownership: pass the pointer that [`PFN_WSK_RECEIVE_FROM_EVENT`] got and answered with
/// `STATUS_PENDING`, once; the whole list is WSK's again. Closing the socket does not do this.
///
/// Returns `STATUS_SUCCESS` or `STATUS_INVALID_PARAMETER`.
///
/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wsk/nc-wsk-pfn_wsk_release_datagram_indication_list)
pub type PFN_WSK_RELEASE_DATAGRAM_INDICATION_LIST = Option<
    unsafe extern "efiapi" fn(
        Socket: *mut WSK_SOCKET,
        DatagramIndication: *mut WSK_DATAGRAM_INDICATION,
    ) -> NTSTATUS,
>;

/// Callbacks of a client for a datagram socket. Not paged; outlives the socket.
///
/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wsk/ns-wsk-_wsk_client_datagram_dispatch)
#[repr(C)]
#[derive(Clone, Copy, Debug, Default)]
pub struct WSK_CLIENT_DATAGRAM_DISPATCH {
    /// Datagrams have arrived.
    pub WskReceiveFromEvent: PFN_WSK_RECEIVE_FROM_EVENT,
}

/// Functions of a datagram socket.
///
/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wsk/ns-wsk-_wsk_provider_datagram_dispatch)
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct WSK_PROVIDER_DATAGRAM_DISPATCH {
    /// Options and control codes.
    pub WskControlSocket: PFN_WSK_CONTROL_SOCKET,
    /// Closes the socket.
    pub WskCloseSocket: PFN_WSK_CLOSE_SOCKET,
    /// Gives the socket its local address.
    pub WskBind: PFN_WSK_BIND,
    /// Sends a datagram.
    pub WskSendTo: PFN_WSK_SEND_TO,
    /// Receives a datagram.
    pub WskReceiveFrom: PFN_WSK_RECEIVE_FROM,
    /// Gives a retained list back.
    pub WskRelease: PFN_WSK_RELEASE_DATAGRAM_INDICATION_LIST,
    /// Tells the local address.
    pub WskGetLocalAddress: PFN_WSK_GET_LOCAL_ADDRESS,
    /// Sends several datagrams. Windows 8 and later.
    pub WskSendMessages: PFN_WSK_SEND_MESSAGES,
}
