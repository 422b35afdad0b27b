//! Deregistering, and asking for more binds.

use std::sync::Arc;

use ndis_sys::{NDIS_HANDLE, NDIS_PAUSE_UNBIND_PROTOCOL};

use super::sweep;
use crate::{
    ndis::{
        binding,
        callback::{self, Handler},
        handle, rules,
    },
    sched, thread,
};

/// Windows waits for ever for what the driver does not end. Here the wait ends with a report.
///
/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ndis/nf-ndis-ndisderegisterprotocoldriver)
pub(super) unsafe extern "efiapi" fn NdisDeregisterProtocolDriver(handle: NDIS_HANDLE) {
    let Some(protocol) = handle::protocol(handle, "NdisDeregisterProtocolDriver") else { return };
    if let Some(handler) = callback::current() {
        rules::DEREGISTER_IN_HANDLER.broken(format!(
            "{} deregisters inside of {}, which would wait for itself",
            protocol.name,
            handler.name()
        ));
        return;
    }
    if !protocol.end() {
        return;
    }
    let system = thread::system();
    let until = sched::now() + system.ndis.settings.control.patience;
    if !protocol.wait_for_sweeps(until) {
        rules::BIND_WAITS
            .broken(format!("{} deregisters while it is being bound, for ever", protocol.name));
    }
    for binding in protocol.bindings() {
        let mut operation = binding.adapter.operation.lock();
        binding::unbind(&binding, &mut operation, NDIS_PAUSE_UNBIND_PROTOCOL);
    }
    // A binding that is closed already may be one whose unbind handler has not returned.
    let adapters = system.ndis.adapters.read().clone();
    for adapter in adapters {
        drop(adapter.operation.lock());
    }
    system.ndis.protocols.write().retain(|known| !Arc::ptr_eq(known, &protocol));
    system.ndis.handles.kill(protocol.handle);
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ndis/nf-ndis-ndisreenumerateprotocolbindings)
pub(super) unsafe extern "efiapi" fn NdisReEnumerateProtocolBindings(handle: NDIS_HANDLE) {
    let function = "NdisReEnumerateProtocolBindings";
    let Some(protocol) = handle::protocol(handle, function) else { return };
    if let Some(handler) = callback::current()
        && matches!(handler, Handler::Bind | Handler::Unbind | Handler::Event | Handler::PowerEvent)
    {
        rules::ENUMERATE_IN_HANDLER.broken(format!(
            "{} calls {function} inside of {}",
            protocol.name,
            handler.name()
        ));
        return;
    }
    sweep::start(&protocol);
}
