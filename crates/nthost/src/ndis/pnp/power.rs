//! Power.

use std::{
    cell::RefCell,
    sync::{Arc, Weak},
};

use ndis_sys::{
    NDIS_PAUSE_LOW_POWER, NDIS_RUNTIME_VERSION_630, NET_DEVICE_POWER_STATE, NetDeviceStateD0,
    NetDeviceStateD3, NetEventQueryPower, NetEventSetPower,
};

use super::{event::tell, stack};
use crate::{
    ndis::{
        adapter::Adapter,
        api::LinkState,
        binding::Binding,
        callback::{self, Handler},
        rules, send, status,
    },
    verifier,
};

thread_local! {
    /// The binding whose event handler this thread is inside of.
    static BINDING: RefCell<Weak<Binding>> = const { RefCell::new(Weak::new()) };
}

/// Runs `code`, which calls the event handler of a binding.
pub(super) fn during<R>(binding: Option<&Arc<Binding>>, code: impl FnOnce() -> R) -> R {
    let inner = binding.map(Arc::downgrade).unwrap_or_default();
    let outer = BINDING.replace(inner);
    let result = code();
    BINDING.set(outer);
    result
}

/// Checks that a driver may wait here: while it handles a power event it does not wait for requests and
/// sends of its own that are pending, from NDIS 6.30 on. Called by the kernel's waits.
pub(crate) fn check_wait() {
    if callback::current() != Some(Handler::PowerEvent) {
        return;
    }
    let Some(binding) = BINDING.with_borrow(Weak::upgrade) else { return };
    // A call that has not returned may be waited for: that is not to wait for what it has made.
    let requests = binding.requests.lock().iter().filter(|one| one.has_returned()).count();
    let sends = send::pending(&binding);
    if binding.protocol.version >= NDIS_RUNTIME_VERSION_630 && (requests > 0 || sends > 0) {
        rules::WAIT_IN_POWER_EVENT.broken(format!(
            "{} waits inside of a power event while {requests} requests and {sends} sends of {} are \
             pending",
            verifier::caller(),
            binding.describe()
        ));
    }
}

/// Puts an adapter into low power, or wakes it.
pub(in crate::ndis) fn set_power(adapter: &Arc<Adapter>, on: bool) {
    let mut operation = adapter.operation.lock();
    if !operation.present || operation.low_power != on {
        return;
    }
    if on {
        adapter.set_powered(true);
        operation.low_power = false;
        if operation.runs() {
            stack::restart_stack(adapter, &mut operation);
        }
        tell_all(adapter, NetEventSetPower, NetDeviceStateD0);
        let link = adapter.attributes.lock().link;
        status::indicate_link(adapter, link);
        return;
    }
    tell_all(adapter, NetEventQueryPower, NetDeviceStateD3);
    tell_all(adapter, NetEventSetPower, NetDeviceStateD3);
    if operation.runs() {
        stack::pause_stack(adapter, &mut operation, NDIS_PAUSE_LOW_POWER);
    }
    operation.low_power = true;
    adapter.set_powered(false);
    status::indicate_link(adapter, LinkState::unknown());
}

fn tell_all(adapter: &Arc<Adapter>, code: i32, mut state: NET_DEVICE_POWER_STATE) {
    let length = u32::try_from(size_of_val(&state)).unwrap_or_default();
    for binding in adapter.bindings().iter() {
        let buffer = (&raw mut state).cast();
        tell(&binding.protocol, Some(binding), code, buffer, length);
    }
}
