//! The table of a datagram socket, and its shorter functions.

use wsk_sys::{IRP, SOCKADDR, WSK_DATAGRAM_INDICATION, WSK_PROVIDER_DATAGRAM_DISPATCH, WSK_SOCKET};

use super::{
    address,
    close::WskCloseSocket,
    control_socket::WskControlSocket,
    receive::WskReceiveFrom,
    request::Request,
    rules,
    send::{WskSendMessages, WskSendTo},
    socket::{Socket, Use},
};
use crate::nt::{
    NTSTATUS, STATUS_FILE_FORCED_CLOSED, STATUS_INVALID_DEVICE_STATE, STATUS_INVALID_PARAMETER,
    STATUS_SUCCESS,
};

/// The table of a datagram socket.
pub(super) static DISPATCH: WSK_PROVIDER_DATAGRAM_DISPATCH = WSK_PROVIDER_DATAGRAM_DISPATCH {
    WskControlSocket: Some(WskControlSocket),
    WskCloseSocket: Some(WskCloseSocket),
    WskBind: Some(WskBind),
    WskSendTo: Some(WskSendTo),
    WskReceiveFrom: Some(WskReceiveFrom),
    WskRelease: Some(WskRelease),
    WskGetLocalAddress: Some(WskGetLocalAddress),
    WskSendMessages: Some(WskSendMessages),
};

/// A pointer to an address that a driver gave with a request.
struct Place(*mut SOCKADDR);

// SAFETY: the memory belongs to the provider until the request is completed, on whatever thread.
unsafe impl Send for Place {}

impl Place {
    fn address(&self) -> *mut SOCKADDR {
        self.0
    }
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wsk/nc-wsk-pfn_wsk_bind)
unsafe extern "efiapi" fn WskBind(
    socket: *mut WSK_SOCKET,
    local: *mut SOCKADDR,
    flags: u32,
    irp: *mut IRP,
) -> NTSTATUS {
    // SAFETY: the driver passes a socket.
    let socket = unsafe { Use::begin(socket, "WskBind") };
    // SAFETY: the driver hands its IRP over.
    let request = match unsafe { Request::take("WskBind", irp) } {
        Ok(request) => request,
        Err(refused) => return refused.status(),
    };
    if flags != 0 {
        rules::BIND_PARAMETER.broken(format!("WskBind was called with flags {flags:#x}"));
        return request.fail(STATUS_INVALID_PARAMETER);
    }
    let (socket, local) = (socket.keep(), Place(local));
    request.answer(move || {
        // SAFETY: the driver gave an address that is valid until the request is completed.
        let wanted = unsafe { address::read(local.address(), socket.plan.family) };
        wanted.and_then(|wanted| socket.bind(wanted)).err().unwrap_or(STATUS_SUCCESS)
    })
}

impl Socket {
    fn bind(&self, wanted: std::net::SocketAddr) -> Result<(), NTSTATUS> {
        let core = self.core.lock();
        let (bound, options) = (core.local.is_some(), core.options.clone());
        let dead = core.dead;
        drop(core);
        if dead {
            return Err(STATUS_FILE_FORCED_CLOSED);
        }
        if bound {
            return Err(STATUS_INVALID_DEVICE_STATE);
        }
        let local = self.endpoint.bind(self, wanted, &options)?;
        self.core.lock().local = Some(local);
        self.endpoint.start(&self.keep());
        Ok(())
    }
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wsk/nc-wsk-pfn_wsk_get_local_address)
unsafe extern "efiapi" fn WskGetLocalAddress(
    socket: *mut WSK_SOCKET,
    place: *mut SOCKADDR,
    irp: *mut IRP,
) -> NTSTATUS {
    // SAFETY: the driver passes a socket.
    let socket = unsafe { Use::begin(socket, "WskGetLocalAddress") };
    // SAFETY: the driver hands its IRP over.
    let request = match unsafe { Request::take("WskGetLocalAddress", irp) } {
        Ok(request) => request,
        Err(refused) => return refused.status(),
    };
    if place.is_null() {
        return request.fail(STATUS_INVALID_PARAMETER);
    }
    let (socket, place) = (socket.keep(), Place(place));
    request.answer(move || {
        let core = socket.core.lock();
        let Some(local) = core.local else { return STATUS_INVALID_DEVICE_STATE };
        // SAFETY: the driver gave room for an address until the request is completed.
        unsafe { address::write(place.address(), local, socket.plan.family) };
        STATUS_SUCCESS
    })
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wsk/nc-wsk-pfn_wsk_release_datagram_indication_list)
unsafe extern "efiapi" fn WskRelease(
    socket: *mut WSK_SOCKET,
    list: *mut WSK_DATAGRAM_INDICATION,
) -> NTSTATUS {
    // SAFETY: the driver passes a socket.
    let socket = unsafe { Use::begin(socket, "WskRelease") };
    if !socket.pool.release(list) {
        rules::RELEASE.broken(
            "WskRelease was called with a list that is not retained, or only with a part of one",
        );
        return STATUS_INVALID_PARAMETER;
    }
    socket.endpoint.freed();
    STATUS_SUCCESS
}
