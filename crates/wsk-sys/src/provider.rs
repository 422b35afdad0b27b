//! What the provider does for a client: creating sockets and control of the client itself.
//!
//! Names are looked up by the functions in [`name_resolution`](crate::name_resolution), which are
//! in the same table.

use core::ffi::c_void;

use crate::{
    ADDRESS_FAMILY, EPROCESS, ETHREAD, GUID, IRP, NTSTATUS, PFN_WSK_FREE_ADDRESS_INFO,
    PFN_WSK_GET_ADDRESS_INFO, PFN_WSK_GET_NAME_INFO, PSECURITY_DESCRIPTOR, SOCKADDR,
    WSK_CLIENT_CONNECTION_DISPATCH,
};

/// The client, as the provider knows it; see [`WSK_PROVIDER_NPI`](crate::WSK_PROVIDER_NPI).
pub type PWSK_CLIENT = *mut c_void;

/// Socket for options and control codes only.
pub const WSK_FLAG_BASIC_SOCKET: u32 = 0;
/// Socket that listens for connections.
pub const WSK_FLAG_LISTEN_SOCKET: u32 = 1;
/// Socket that connects.
pub const WSK_FLAG_CONNECTION_SOCKET: u32 = 2;
/// Socket for datagrams.
pub const WSK_FLAG_DATAGRAM_SOCKET: u32 = 4;
/// Socket that either listens or connects. Windows 10 1703 and later.
pub const WSK_FLAG_STREAM_SOCKET: u32 = 8;

/// Control code: the transports there are, as an array of [`WSK_TRANSPORT`]. No IRP; with too small
/// a buffer `STATUS_BUFFER_OVERFLOW` and the size in bytes that is needed.
pub const WSK_TRANSPORT_LIST_QUERY: u32 = 2;
/// Control code: completes its IRP when that list has changed.
pub const WSK_TRANSPORT_LIST_CHANGE: u32 = 3;
/// Control code: exchanges a [`PSECURITY_DESCRIPTOR`] for one that sockets can be given. No IRP.
pub const WSK_CACHE_SD: u32 = 4;
/// Control code: gives such a security descriptor back; closing sockets does not. No IRP.
pub const WSK_RELEASE_SD: u32 = 5;
/// Control code: maps transports to TDI devices, by [`WSK_TDI_MAP_INFO`]. Before the first socket.
pub const WSK_TDI_DEVICENAME_MAPPING: u32 = 6;
/// Control code: turns event callbacks on for all sockets and for good, by
/// [`WSK_EVENT_CALLBACK_CONTROL`](crate::WSK_EVENT_CALLBACK_CONTROL). Before the first socket; no
/// IRP.
pub const WSK_SET_STATIC_EVENT_CALLBACKS: u32 = 7;
/// Control code: sets, as a `u32`, [`WSK_TDI_BEHAVIOR_BYPASS_TDI`]. Before the first socket; no
/// IRP.
pub const WSK_TDI_BEHAVIOR: u32 = 8;

/// Sockets go past TDI filter drivers.
pub const WSK_TDI_BEHAVIOR_BYPASS_TDI: u32 = 1;

/// A kind of socket that can be created.
///
/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wsk/ns-wsk-_wsk_transport)
#[repr(C)]
#[derive(Clone, Copy, Debug, Default)]
pub struct WSK_TRANSPORT {
    /// Version of the transport, in its own way of counting.
    pub Version: u16,
    /// Socket type, such as [`SOCK_DGRAM`](crate::SOCK_DGRAM).
    pub SocketType: u16,
    /// Protocol, such as [`IPPROTO_UDP`](crate::IPPROTO_UDP).
    pub Protocol: u32,
    /// Address family, such as [`AF_INET`](crate::AF_INET).
    pub AddressFamily: ADDRESS_FAMILY,
    /// Who implements it.
    pub ProviderId: GUID,
}

/// TDI device for a kind of socket.
///
/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wsk/ns-wsk-_wsk_tdi_map)
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct WSK_TDI_MAP {
    /// Socket type.
    pub SocketType: u16,
    /// Address family.
    pub AddressFamily: ADDRESS_FAMILY,
    /// Protocol.
    pub Protocol: u32,
    /// Name of the device, terminated; the client's.
    pub TdiDeviceName: *const u16,
}

/// Array of TDI devices.
///
/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wsk/ns-wsk-_wsk_tdi_map_info)
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct WSK_TDI_MAP_INFO {
    /// Number of elements.
    pub ElementCount: u32,
    /// First element; the client's.
    pub Map: *const WSK_TDI_MAP,
}

/// `WskSocket`: creates a socket, with all event callbacks disabled.
///
/// `Flags` is one of [`WSK_FLAG_BASIC_SOCKET`] and its neighbours; `Dispatch` points to the
/// client's table for that kind of socket
/// ([`WSK_CLIENT_DATAGRAM_DISPATCH`](crate::WSK_CLIENT_DATAGRAM_DISPATCH) for datagrams), or is
/// null. `SocketContext` is handed to the callbacks. `OwningProcess` and `OwningThread` say whose
/// rights count when the socket is bound; null is the current process. `SecurityDescriptor` comes
/// from [`WSK_CACHE_SD`]; null forbids that others share the address.
///
/// IRQL: at most `DISPATCH_LEVEL`.
///
/// Ownership: WSK completes `Irp` in every case ([rules](IRP)); on success `IoStatus.Information`
/// is the pointer to the new [`WSK_SOCKET`](crate::WSK_SOCKET), which WSK frees when the client
/// closes it. Context and table remain the client's, are not paged, and outlive the socket. The
/// security descriptor may not be released before `Irp` is completed.
///
/// Returns `STATUS_SUCCESS`, `STATUS_PENDING` or an error.
///
/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wsk/nc-wsk-pfn_wsk_socket)
pub type PFN_WSK_SOCKET = Option<
    unsafe extern "efiapi" fn(
        Client: PWSK_CLIENT,
        AddressFamily: ADDRESS_FAMILY,
        SocketType: u16,
        Protocol: u32,
        Flags: u32,
        SocketContext: *mut c_void,
        Dispatch: *const c_void,
        OwningProcess: *mut EPROCESS,
        OwningThread: *mut ETHREAD,
        SecurityDescriptor: PSECURITY_DESCRIPTOR,
        Irp: *mut IRP,
    ) -> NTSTATUS,
>;

/// `WskSocketConnect`: creates a socket, binds and connects it.
///
/// The family is that of `LocalAddress`. `Flags` is zero. The other parameters are as in
/// [`PFN_WSK_SOCKET`].
///
/// IRQL: at most `DISPATCH_LEVEL`.
///
/// Ownership: as for [`PFN_WSK_SOCKET`]; keep the addresses valid until `Irp` is completed, too.
///
/// Returns `STATUS_SUCCESS`, `STATUS_PENDING` or an error.
///
/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wsk/nc-wsk-pfn_wsk_socket_connect)
pub type PFN_WSK_SOCKET_CONNECT = Option<
    unsafe extern "efiapi" fn(
        Client: PWSK_CLIENT,
        SocketType: u16,
        Protocol: u32,
        LocalAddress: *mut SOCKADDR,
        RemoteAddress: *mut SOCKADDR,
        Flags: u32,
        SocketContext: *mut c_void,
        Dispatch: *const WSK_CLIENT_CONNECTION_DISPATCH,
        OwningProcess: *mut EPROCESS,
        OwningThread: *mut ETHREAD,
        SecurityDescriptor: PSECURITY_DESCRIPTOR,
        Irp: *mut IRP,
    ) -> NTSTATUS,
>;

/// `WskControlClient`: does what `ControlCode` says, [`WSK_TRANSPORT_LIST_QUERY`] and its
/// neighbours.
///
/// Sizes are in bytes. `OutputSizeReturned` is null unless the code has output of unknown size and
/// there is no IRP.
///
/// IRQL: at most `DISPATCH_LEVEL`.
///
/// Ownership: whether an `Irp` is required, optional or forbidden (null) depends on the code. WSK
/// completes the one it got in every case ([rules](IRP)), and both buffers stay valid until then.
///
/// Returns `STATUS_SUCCESS`, `STATUS_PENDING`, `STATUS_BUFFER_OVERFLOW` or an error.
///
/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wsk/nc-wsk-pfn_wsk_control_client)
pub type PFN_WSK_CONTROL_CLIENT = Option<
    unsafe extern "efiapi" fn(
        Client: PWSK_CLIENT,
        ControlCode: u32,
        InputSize: usize,
        InputBuffer: *mut c_void,
        OutputSize: usize,
        OutputBuffer: *mut c_void,
        OutputSizeReturned: *mut usize,
        Irp: *mut IRP,
    ) -> NTSTATUS,
>;

/// Functions of the provider that belong to no socket.
///
/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wsk/ns-wsk-_wsk_provider_dispatch)
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct WSK_PROVIDER_DISPATCH {
    /// Version that the provider speaks; its minor part may be higher than the client asked for.
    pub Version: u16,
    /// Reserved.
    pub Reserved: u16,
    /// Creates a socket.
    pub WskSocket: PFN_WSK_SOCKET,
    /// Creates a socket, binds and connects it.
    pub WskSocketConnect: PFN_WSK_SOCKET_CONNECT,
    /// Control of the client.
    pub WskControlClient: PFN_WSK_CONTROL_CLIENT,
    /// Names to addresses. From here on: Windows 7 and later.
    pub WskGetAddressInfo: PFN_WSK_GET_ADDRESS_INFO,
    /// Frees what the former returned.
    pub WskFreeAddressInfo: PFN_WSK_FREE_ADDRESS_INFO,
    /// Addresses to names.
    pub WskGetNameInfo: PFN_WSK_GET_NAME_INFO,
}
