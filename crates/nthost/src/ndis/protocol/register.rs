//! Registering.

use std::{sync::Arc, time::Instant};

use ndis_sys::{
    NDIS_DRIVER_OPTIONAL_HANDLERS, NDIS_HANDLE, NDIS_PROTOCOL_DRIVER_CHARACTERISTICS, NDIS_STATUS,
    NDIS_STATUS_FAILURE, NDIS_STATUS_NOT_SUPPORTED, NDIS_STATUS_RESOURCES, NDIS_STATUS_SUCCESS,
    NDIS_STRING,
};

use super::{Life, Protocol, sweep, version};
use crate::{
    low_resources::denies,
    ndis::{
        handle::{self, Object},
        settings::Binds,
    },
    sched::{self, Condvar, Mutex},
    stop,
    system::System,
    thread,
};

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ndis/nf-ndis-ndisregisterprotocoldriver)
pub(super) unsafe extern "efiapi" fn NdisRegisterProtocolDriver(
    context: NDIS_HANDLE,
    characteristics: *mut NDIS_PROTOCOL_DRIVER_CHARACTERISTICS,
    handle: *mut NDIS_HANDLE,
) -> NDIS_STATUS {
    if denies("NdisRegisterProtocolDriver") {
        return NDIS_STATUS_RESOURCES;
    }
    let system = thread::system();
    let ndis = &system.ndis;
    if characteristics.is_null() || handle.is_null() {
        return NDIS_STATUS_FAILURE;
    }
    if let Some(status) = ndis.settings.control.registering_fails {
        return status.value();
    }
    // SAFETY: the driver passes what its header says.
    let copy = match unsafe { version::check(characteristics, ndis.version) } {
        Ok(copy) => copy,
        Err(status) => return status,
    };
    let protocol = Arc::new(Protocol {
        handle: ndis.handles.number(),
        // SAFETY: the driver passes a string, which stays for the call.
        name: unsafe { text(&raw const copy.Name) },
        version: version::version(copy.MajorNdisVersion, copy.MinorNdisVersion),
        characteristics: copy,
        context: context as usize,
        life: Mutex::new(Life::default()),
        changed: Condvar::new(),
    });
    ndis.handles.insert(protocol.handle, Object::Protocol(Arc::clone(&protocol)));
    // SAFETY: the driver passes a place for the handle.
    unsafe { handle.write(protocol.handle as NDIS_HANDLE) };
    let status = protocol.set_options();
    if status != NDIS_STATUS_SUCCESS {
        ndis.handles.kill(protocol.handle);
        return status;
    }
    ndis.protocols.write().push(Arc::clone(&protocol));
    match ndis.settings.control.binds {
        Binds::BeforeReturn => sweep::run(&protocol),
        Binds::Racing => sweep::start(&protocol),
        Binds::AfterReturn => protocol.life.lock().waits = true,
    }
    NDIS_STATUS_SUCCESS
}

/// # Safety
///
/// It is null, or a string that nobody changes meanwhile.
pub(in crate::ndis) unsafe fn text(string: *const NDIS_STRING) -> String {
    // SAFETY: by the contract.
    let Some(string) = (unsafe { string.as_ref() }) else { return String::new() };
    if string.Buffer.is_null() {
        return String::new();
    }
    let length = usize::from(string.Length / 2);
    // SAFETY: by the contract.
    let units = unsafe { std::slice::from_raw_parts(string.Buffer, length) };
    String::from_utf16_lossy(units)
}

/// `DriverEntry` has returned: binds drivers that have waited for that, and waits until all are bound to
/// the adapters that are there.
pub(crate) fn wait_for_sweeps(system: &System) {
    let protocols = system.ndis.protocols.read().clone();
    for protocol in &protocols {
        if std::mem::take(&mut protocol.life.lock().waits) {
            sweep::start(protocol);
        }
    }
    let until = sched::now() + system.ndis.settings.control.patience;
    for protocol in &protocols {
        protocol.wait_for_sweeps(until);
    }
}

impl Protocol {
    /// Waits until no bind is under way. False if one still is then.
    pub(super) fn wait_for_sweeps(&self, until: Instant) -> bool {
        let mut life = self.life.lock();
        while life.sweeps > 0 && stop::wait_until(&self.changed, &mut life, until) {}
        life.sweeps == 0
    }

    /// Lets no more binds begin. False if that was so before.
    pub(super) fn end(&self) -> bool {
        !std::mem::replace(&mut self.life.lock().ending, true)
    }
}

/// There are no optional handlers for protocols here: those are for connections and for offload of them.
///
/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ndis/nf-ndis-ndissetoptionalhandlers)
pub(super) unsafe extern "efiapi" fn NdisSetOptionalHandlers(
    driver: NDIS_HANDLE,
    _handlers: *mut NDIS_DRIVER_OPTIONAL_HANDLERS,
) -> NDIS_STATUS {
    match handle::protocol(driver, "NdisSetOptionalHandlers") {
        Some(_) => NDIS_STATUS_NOT_SUPPORTED,
        None => NDIS_STATUS_FAILURE,
    }
}
