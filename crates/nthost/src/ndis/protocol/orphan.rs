//! Protocols whose driver is gone.

use std::{ops::Range, sync::Arc};

use super::Protocol;
use crate::{
    ndis::{binding, rules},
    sched,
    system::System,
};

/// In the parameters of a bug check: that code was executed which is not there.
const EXECUTE: u64 = 8;

/// Where the bind handler of a protocol is.
fn bind_handler(protocol: &Protocol) -> usize {
    protocol.characteristics.BindAdapterHandlerEx.map_or(0, |handler| handler as usize)
}

/// The protocols whose driver's code is there.
fn of_driver(system: &System, code: &Range<usize>) -> Vec<Arc<Protocol>> {
    let protocols = system.ndis.protocols.read();
    let is_its_own = |protocol: &&Arc<Protocol>| code.contains(&bind_handler(protocol));
    protocols.iter().filter(is_its_own).cloned().collect()
}

/// A driver has been unloaded whose code is there: reports the protocols that it has not deregistered.
pub(in crate::ndis) fn check_unloaded(system: &System, code: &Range<usize>) {
    for protocol in of_driver(system, code) {
        let bind = bind_handler(&protocol) as u64;
        let text = format!("the driver of {} is gone and has not deregistered", protocol.name);
        rules::NOT_DEREGISTERED.broken_at([bind, EXECUTE, bind, 0], text);
    }
}

/// A driver is gone whose code was there: ends its protocols without calling it.
pub(in crate::ndis) fn forget_driver(system: &System, code: &Range<usize>) {
    for protocol in of_driver(system, code) {
        protocol.end();
        protocol.wait_for_sweeps(sched::now() + system.ndis.settings.control.patience);
        for binding in protocol.bindings() {
            let _operation = binding.adapter.operation.lock();
            binding::abandon(&binding);
        }
        system.ndis.protocols.write().retain(|known| !Arc::ptr_eq(known, &protocol));
        system.ndis.handles.kill(protocol.handle);
    }
}
