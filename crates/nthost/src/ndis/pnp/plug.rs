//! Adapters that come, go and come back.

use std::{ptr, sync::Arc};

use ndis_sys::{
    NDIS_PAUSE_MINIPORT_DEVICE_REMOVE, NDIS_STATUS, NDIS_STATUS_ADAPTER_REMOVED,
    NDIS_STATUS_SUCCESS, NetEventCancelRemoveDevice, NetEventQueryRemoveDevice,
};

use super::{event::tell, stack};
use crate::{
    ndis::{adapter::Adapter, api, binding, oid, protocol, receive},
    system::System,
};

/// The index of the interface of the first adapter.
const FIRST_INDEX: usize = 2;

/// Plugs a new adapter in, and binds all protocols to it.
pub(crate) fn plug(system: &System, description: api::Adapter) -> Arc<Adapter> {
    let mut adapters = system.ndis.adapters.write();
    let index = u32::try_from(adapters.len() + FIRST_INDEX).unwrap_or(u32::MAX);
    let adapter = Arc::new(Adapter::new(description, index));
    let mut operation = adapter.operation.lock();
    adapters.push(Arc::clone(&adapter));
    drop(adapters);
    adapter.set_present(system.ndis.handles.number());
    operation.present = true;
    receive::restart_below(&adapter);
    drop(operation);
    protocol::bind_adapter(&adapter);
    adapter
}

/// Plugs an adapter in again that is gone: it is the same one, with another handle.
pub(in crate::ndis) fn replug(system: &System, adapter: &Arc<Adapter>) {
    let mut operation = adapter.operation.lock();
    if operation.present {
        return;
    }
    adapter.set_present(system.ndis.handles.number());
    operation.present = true;
    operation.low_power = false;
    if operation.runs() {
        receive::restart_below(adapter);
    }
    drop(operation);
    protocol::bind_adapter(adapter);
}

/// Asks all bindings whether an adapter may go.
///
/// # Errors
///
/// What one of them answers. The others are told then that it stays.
pub(in crate::ndis) fn query_removal(adapter: &Arc<Adapter>) -> Result<(), NDIS_STATUS> {
    let _operation = adapter.operation.lock();
    let bindings = adapter.bindings();
    for (asked, binding) in bindings.iter().enumerate() {
        let protocol = &binding.protocol;
        let answer = tell(protocol, Some(binding), NetEventQueryRemoveDevice, ptr::null_mut(), 0);
        let Some(refusal) = answer.filter(|status| *status != NDIS_STATUS_SUCCESS) else {
            continue;
        };
        for binding in &bindings[..=asked] {
            let protocol = &binding.protocol;
            tell(protocol, Some(binding), NetEventCancelRemoveDevice, ptr::null_mut(), 0);
        }
        return Err(refusal);
    }
    Ok(())
}

/// Takes an adapter away: pauses its bindings and itself, and unbinds all. By surprise, it answers no
/// requests from the beginning.
pub(in crate::ndis) fn remove(adapter: &Arc<Adapter>, by_surprise: bool) {
    let mut operation = adapter.operation.lock();
    if !operation.present {
        return;
    }
    if by_surprise {
        adapter.set_gone();
        for binding in adapter.bindings().iter() {
            oid::abort(binding, NDIS_STATUS_ADAPTER_REMOVED);
        }
    }
    if operation.runs() {
        stack::pause_stack(adapter, &mut operation, NDIS_PAUSE_MINIPORT_DEVICE_REMOVE);
    }
    operation.present = false;
    for binding in adapter.bindings().iter() {
        binding::unbind(binding, &mut operation, NDIS_PAUSE_MINIPORT_DEVICE_REMOVE);
    }
    adapter.set_gone();
    adapter.set_resetting(false);
}
