//! The functions by which drivers become clients and cease to be.

use std::{ptr, sync::Arc, time::Duration};

use wsk_sys::{
    WSK_CLIENT_NPI, WSK_INFINITE_WAIT, WSK_NO_WAIT, WSK_PROVIDER_CHARACTERISTICS, WSK_PROVIDER_NPI,
    WSK_REGISTRATION,
};

use super::{client::Client, context, rules};
use crate::{
    ke,
    low_resources::denies,
    nt::{
        NTSTATUS, PASSIVE_LEVEL, STATUS_DEVICE_NOT_READY, STATUS_INSUFFICIENT_RESOURCES,
        STATUS_INVALID_PARAMETER, STATUS_SUCCESS,
    },
    sched, thread,
};

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wsk/nf-wsk-wskregister)
pub(super) unsafe extern "efiapi" fn WskRegister(
    npi: *mut WSK_CLIENT_NPI,
    registration: *mut WSK_REGISTRATION,
) -> NTSTATUS {
    if denies("WskRegister") {
        return STATUS_INSUFFICIENT_RESOURCES;
    }
    // SAFETY: the driver passes null or a valid structure.
    let dispatch = unsafe { npi.as_ref() }.map_or(ptr::null(), |npi| npi.Dispatch);
    // SAFETY: as above.
    let Some(dispatch) = (unsafe { dispatch.as_ref() }) else { return STATUS_INVALID_PARAMETER };
    if registration.is_null() {
        return STATUS_INVALID_PARAMETER;
    }
    let client = Arc::new(Client::new(registration, dispatch.Version));
    let context = Arc::as_ptr(&client).cast_mut().cast();
    thread::system().netio.clients.lock().push(client);
    let contents =
        WSK_REGISTRATION { ReservedRegistrationContext: context, ..WSK_REGISTRATION::default() };
    // SAFETY: the driver passes memory for a registration, which the provider owns from here on.
    unsafe { registration.write(contents) };
    STATUS_SUCCESS
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wsk/nf-wsk-wskcaptureprovidernpi)
pub(super) unsafe extern "efiapi" fn WskCaptureProviderNPI(
    registration: *mut WSK_REGISTRATION,
    timeout: u32,
    npi: *mut WSK_PROVIDER_NPI,
) -> NTSTATUS {
    if denies("WskCaptureProviderNPI") {
        return STATUS_INSUFFICIENT_RESOURCES;
    }
    let Some(client) = Client::registered(registration) else { return STATUS_DEVICE_NOT_READY };
    if npi.is_null() {
        return STATUS_INVALID_PARAMETER;
    }
    if timeout != WSK_NO_WAIT {
        context::check_wait();
        if ke::irql::current() > PASSIVE_LEVEL {
            rules::CAPTURE_LEVEL
                .broken("WskCaptureProviderNPI was called with a timeout above PASSIVE_LEVEL");
        }
    }
    let deadline = (timeout != WSK_INFINITE_WAIT)
        .then(|| sched::now() + Duration::from_millis(u64::from(timeout)));
    if let Err(status) = client.capture(deadline) {
        return status;
    }
    let contents = WSK_PROVIDER_NPI {
        Client: Arc::as_ptr(&client).cast_mut().cast(),
        Dispatch: &raw const thread::system().netio.dispatch,
    };
    // SAFETY: the driver passes memory for it.
    unsafe { npi.write(contents) };
    STATUS_SUCCESS
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wsk/nf-wsk-wskreleaseprovidernpi)
pub(super) unsafe extern "efiapi" fn WskReleaseProviderNPI(registration: *mut WSK_REGISTRATION) {
    if let Some(client) = Client::registered(registration) {
        client.release();
    }
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wsk/nf-wsk-wskqueryprovidercharacteristics)
pub(super) unsafe extern "efiapi" fn WskQueryProviderCharacteristics(
    registration: *mut WSK_REGISTRATION,
    characteristics: *mut WSK_PROVIDER_CHARACTERISTICS,
) -> NTSTATUS {
    if denies("WskQueryProviderCharacteristics") {
        return STATUS_INSUFFICIENT_RESOURCES;
    }
    if Client::registered(registration).is_none() || characteristics.is_null() {
        return STATUS_INVALID_PARAMETER;
    }
    let system = thread::system();
    if system.netio.available_from().is_none_or(|time| time > sched::now()) {
        return STATUS_DEVICE_NOT_READY;
    }
    let versions = &system.netio.settings.versions;
    let contents = WSK_PROVIDER_CHARACTERISTICS {
        HighestVersion: *versions.end(),
        LowestVersion: *versions.start(),
    };
    // SAFETY: the driver passes memory for it.
    unsafe { characteristics.write(contents) };
    STATUS_SUCCESS
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wsk/nf-wsk-wskderegister)
///
/// Windows waits for ever for what the driver has not given back. Here the wait ends with a report
/// after `Settings::patience`.
pub(super) unsafe extern "efiapi" fn WskDeregister(registration: *mut WSK_REGISTRATION) {
    context::check_wait();
    let Some(client) = Client::registered(registration) else { return };
    let system = thread::system();
    if let Err(left) = client.deregister(system.netio.settings.patience) {
        rules::DEREGISTER.broken(format!("WskDeregister would wait for ever: {left}"));
        for socket in system.netio.sockets_of(&client) {
            socket.abandon();
        }
    }
}
