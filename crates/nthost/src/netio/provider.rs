//! The provider's table: making sockets.

use std::ffi::c_void;

use wsk_sys::{
    ADDRESS_FAMILY, EPROCESS, ETHREAD, IPPROTO_UDP, IRP, PSECURITY_DESCRIPTOR, PWSK_CLIENT,
    SOCK_DGRAM, SOCKADDR, WSK_CLIENT_CONNECTION_DISPATCH, WSK_FLAG_DATAGRAM_SOCKET,
    WSK_PROVIDER_DISPATCH,
};

use super::{
    address::Family,
    client::Call,
    control_client::WskControlClient,
    names::{WskFreeAddressInfo, WskGetAddressInfo, WskGetNameInfo},
    request::{Outcome, Request},
    socket::{Plan, Socket},
};
use crate::nt::{
    DISPATCH_LEVEL, NTSTATUS, STATUS_INVALID_PARAMETER, STATUS_NOT_SUPPORTED, STATUS_SUCCESS,
};

/// The table of a provider of this version.
pub(super) fn dispatch(version: u16) -> WSK_PROVIDER_DISPATCH {
    WSK_PROVIDER_DISPATCH {
        Version: version,
        Reserved: 0,
        WskSocket: Some(WskSocket),
        WskSocketConnect: Some(WskSocketConnect),
        WskControlClient: Some(WskControlClient),
        WskGetAddressInfo: Some(WskGetAddressInfo),
        WskFreeAddressInfo: Some(WskFreeAddressInfo),
        WskGetNameInfo: Some(WskGetNameInfo),
    }
}

/// Makes sockets for datagrams; all others are not supported.
///
/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wsk/nc-wsk-pfn_wsk_socket)
unsafe extern "efiapi" fn WskSocket(
    client: PWSK_CLIENT,
    family: ADDRESS_FAMILY,
    kind: u16,
    protocol: u32,
    flags: u32,
    context: *mut c_void,
    dispatch: *const c_void,
    _process: *mut EPROCESS,
    _thread: *mut ETHREAD,
    descriptor: PSECURITY_DESCRIPTOR,
    irp: *mut IRP,
) -> NTSTATUS {
    // SAFETY: the driver hands its IRP over.
    let request = match unsafe { Request::take("WskSocket", irp) } {
        Ok(request) => request,
        Err(refused) => return refused.status(),
    };
    let Some(call) = Call::begin(client, "WskSocket", DISPATCH_LEVEL) else {
        return request.fail(STATUS_INVALID_PARAMETER);
    };
    super::security::check(descriptor);
    let known = flags == WSK_FLAG_DATAGRAM_SOCKET
        && kind == SOCK_DGRAM
        && protocol == IPPROTO_UDP.cast_unsigned();
    let Some(family) = Family::new(family).filter(|_| known) else {
        return request.fail(STATUS_NOT_SUPPORTED);
    };
    let plan = Plan { family, context, dispatch: dispatch.cast() };
    request.answer(move || match Socket::create(&call.0, plan) {
        Ok(socket) => Outcome { status: STATUS_SUCCESS, information: socket.address() as usize },
        Err(status) => status.into(),
    })
}

/// There are no sockets that connect.
///
/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wsk/nc-wsk-pfn_wsk_socket_connect)
unsafe extern "efiapi" fn WskSocketConnect(
    _client: PWSK_CLIENT,
    _kind: u16,
    _protocol: u32,
    _local: *mut SOCKADDR,
    _remote: *mut SOCKADDR,
    _flags: u32,
    _context: *mut c_void,
    _dispatch: *const WSK_CLIENT_CONNECTION_DISPATCH,
    _process: *mut EPROCESS,
    _thread: *mut ETHREAD,
    _descriptor: PSECURITY_DESCRIPTOR,
    irp: *mut IRP,
) -> NTSTATUS {
    // SAFETY: the driver hands its IRP over.
    match unsafe { Request::take("WskSocketConnect", irp) } {
        Ok(request) => request.fail(STATUS_NOT_SUPPORTED),
        Err(refused) => refused.status(),
    }
}
