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

/// A driver is gone whose code was there: reports the protocols that it has not deregistered, and ends
/// them without calling it.
pub(in crate::ndis) fn forget_driver(system: &System, code: &Range<usize>) {
    let is_its_own = |protocol: &&Arc<Protocol>| {
        let handler = protocol.characteristics.BindAdapterHandlerEx;
        handler.is_some_and(|handler| code.contains(&(handler as usize)))
    };
    let orphans: Vec<_> = system.ndis.protocols.read().iter().filter(is_its_own).cloned().collect();
    for protocol in orphans {
        let bind =
            protocol.characteristics.BindAdapterHandlerEx.map_or(0, |bind| bind as usize) as u64;
        let text = format!("the driver of {} is gone and has not deregistered", protocol.name);
        rules::NOT_DEREGISTERED.broken_at([bind, EXECUTE, bind, 0], text);
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
