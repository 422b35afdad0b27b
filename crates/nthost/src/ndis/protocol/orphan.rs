//! Protocols whose driver is gone.

use std::{ops::Range, sync::Arc, time::Instant};

use super::Protocol;
use crate::{
    ndis::{binding, rules},
    system::System,
};

/// A driver is gone whose code was there: reports the protocols that it has not deregistered, and ends
/// them without calling it.
pub(crate) fn forget_driver(system: &System, code: &Range<usize>) {
    let is_its_own = |protocol: &&Arc<Protocol>| {
        let handler = protocol.characteristics.BindAdapterHandlerEx;
        handler.is_some_and(|handler| code.contains(&(handler as usize)))
    };
    let orphans: Vec<_> = system.ndis.protocols.read().iter().filter(is_its_own).cloned().collect();
    for protocol in orphans {
        rules::NOT_DEREGISTERED
            .broken(format!("the driver of {} is gone and has not deregistered", protocol.name));
        protocol.end();
        protocol.wait_for_sweeps(Instant::now() + system.ndis.settings.control.patience);
        for binding in protocol.bindings() {
            let _operation = binding.adapter.operation.lock();
            binding::abandon(&binding);
        }
        system.ndis.protocols.write().retain(|known| !Arc::ptr_eq(known, &protocol));
        system.ndis.handles.kill(protocol.handle);
    }
}
