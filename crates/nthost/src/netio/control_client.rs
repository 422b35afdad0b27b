//! `WskControlClient`.

use std::ffi::c_void;

use wsk_sys::{
    AF_INET, AF_INET6, GUID, IPPROTO_UDP, IRP, NPI_WSK_INTERFACE_ID, PSECURITY_DESCRIPTOR,
    PWSK_CLIENT, SOCK_DGRAM, WSK_CACHE_SD, WSK_EVENT_CALLBACK_CONTROL, WSK_EVENT_DISABLE,
    WSK_RELEASE_SD, WSK_SET_STATIC_EVENT_CALLBACKS, WSK_TRANSPORT, WSK_TRANSPORT_LIST_CHANGE,
    WSK_TRANSPORT_LIST_QUERY,
};

use super::{client::Call, request::Request, rules, security};
use crate::{
    low_resources::denies,
    nt::{
        DISPATCH_LEVEL, NTSTATUS, STATUS_BUFFER_OVERFLOW, STATUS_INSUFFICIENT_RESOURCES,
        STATUS_INVALID_DEVICE_STATE, STATUS_INVALID_PARAMETER, STATUS_NOT_SUPPORTED,
        STATUS_SUCCESS,
    },
};

/// The sockets that can be made.
const TRANSPORTS: [WSK_TRANSPORT; 2] = [transport(AF_INET), transport(AF_INET6)];

const fn transport(family: u16) -> WSK_TRANSPORT {
    WSK_TRANSPORT {
        Version: 0,
        SocketType: SOCK_DGRAM,
        Protocol: IPPROTO_UDP.cast_unsigned(),
        AddressFamily: family,
        ProviderId: GUID { Data1: 0, Data2: 0, Data3: 0, Data4: [0; 8] },
    }
}

/// The buffers of a driver.
struct Buffers {
    input: *const c_void,
    input_size: usize,
    output: *mut c_void,
    output_size: usize,
    returned: *mut usize,
}

/// The list of transports never changes, so that nothing ever completes a request for its next change:
/// it is refused.
///
/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wsk/nc-wsk-pfn_wsk_control_client)
pub(super) unsafe extern "efiapi" fn WskControlClient(
    client: PWSK_CLIENT,
    code: u32,
    input_size: usize,
    input: *mut c_void,
    output_size: usize,
    output: *mut c_void,
    returned: *mut usize,
    irp: *mut IRP,
) -> NTSTATUS {
    let Some(call) = Call::begin(client, "WskControlClient", DISPATCH_LEVEL) else {
        return STATUS_INVALID_PARAMETER;
    };
    if code != WSK_RELEASE_SD && irp.is_null() && denies("WskControlClient") {
        return STATUS_INSUFFICIENT_RESOURCES;
    }
    let buffers = Buffers { input, input_size, output, output_size, returned };
    let mut request = None;
    if !irp.is_null() {
        // SAFETY: the driver hands its IRP over.
        match unsafe { Request::take("WskControlClient", irp) } {
            Ok(taken) => request = Some(taken),
            Err(refused) => return refused.status(),
        }
        if code != WSK_TRANSPORT_LIST_CHANGE {
            rules::NEEDLESS_IRP
                .broken(format!("WskControlClient was given an IRP for code {code}"));
        }
    }
    let result = match (code, request.is_some()) {
        (WSK_TRANSPORT_LIST_CHANGE, _) => Err(STATUS_NOT_SUPPORTED),
        (_, true) => Err(STATUS_INVALID_PARAMETER),
        // SAFETY: the driver's buffers are valid during the call.
        (WSK_TRANSPORT_LIST_QUERY, _) => unsafe { buffers.transports() },
        // SAFETY: as above.
        (WSK_CACHE_SD, _) => unsafe { buffers.cache() },
        // SAFETY: as above.
        (WSK_RELEASE_SD, _) => unsafe { buffers.release() },
        // SAFETY: as above.
        (WSK_SET_STATIC_EVENT_CALLBACKS, _) => unsafe { buffers.enable(&call) },
        _ => Err(STATUS_NOT_SUPPORTED),
    };
    let status = result.err().unwrap_or(STATUS_SUCCESS);
    match request {
        Some(request) => request.fail(status),
        None => status,
    }
}

impl Buffers {
    /// # Safety
    ///
    /// As for all functions of this type: the buffers are valid, or null.
    unsafe fn input<T: Copy>(&self) -> Result<T, NTSTATUS> {
        if self.input.is_null() || self.input_size < size_of::<T>() {
            return Err(STATUS_INVALID_PARAMETER);
        }
        // SAFETY: the caller says so.
        Ok(unsafe { self.input.cast::<T>().read_unaligned() })
    }

    /// # Safety
    ///
    /// See [`input`](Self::input).
    unsafe fn transports(&self) -> Result<(), NTSTATUS> {
        let needed = size_of_val(&TRANSPORTS);
        // SAFETY: the caller says so.
        if let Some(returned) = unsafe { self.returned.as_mut() } {
            *returned = needed;
        }
        if self.output.is_null() || self.output_size < needed {
            return Err(STATUS_BUFFER_OVERFLOW);
        }
        // SAFETY: as above, and there is room.
        unsafe { self.output.cast::<[WSK_TRANSPORT; 2]>().write_unaligned(TRANSPORTS) };
        Ok(())
    }

    /// # Safety
    ///
    /// See [`input`](Self::input).
    unsafe fn cache(&self) -> Result<(), NTSTATUS> {
        // SAFETY: the caller says so.
        let descriptor: PSECURITY_DESCRIPTOR = unsafe { self.input() }?;
        let no_room = self.output.is_null() || self.output_size < size_of_val(&descriptor);
        if descriptor.is_null() || no_room {
            return Err(STATUS_INVALID_PARAMETER);
        }
        let cached = security::cache(descriptor);
        // SAFETY: as above, and there is room.
        unsafe { self.output.cast::<PSECURITY_DESCRIPTOR>().write_unaligned(cached) };
        Ok(())
    }

    /// # Safety
    ///
    /// See [`input`](Self::input).
    unsafe fn release(&self) -> Result<(), NTSTATUS> {
        // SAFETY: the caller says so.
        let descriptor: PSECURITY_DESCRIPTOR = unsafe { self.input() }?;
        security::release(descriptor).then_some(()).ok_or(STATUS_INVALID_PARAMETER)
    }

    /// # Safety
    ///
    /// See [`input`](Self::input).
    unsafe fn enable(&self, call: &Call) -> Result<(), NTSTATUS> {
        // SAFETY: the caller says so.
        let control: WSK_EVENT_CALLBACK_CONTROL = unsafe { self.input() }?;
        // SAFETY: the driver passes null or a valid identifier.
        let npi = unsafe { control.NpiId.as_ref() };
        if npi != Some(&NPI_WSK_INTERFACE_ID) || control.EventMask & WSK_EVENT_DISABLE != 0 {
            return Err(STATUS_INVALID_PARAMETER);
        }
        if !call.0.enable_for_all(control.EventMask) {
            rules::STATIC_TOO_LATE
                .broken("event callbacks for all sockets were enabled when there were some");
            return Err(STATUS_INVALID_DEVICE_STATE);
        }
        Ok(())
    }
}
