//! Power.

use std::{
    cell::RefCell,
    sync::{Arc, Weak},
    time::{Duration, Instant},
};

use ndis_sys::{
    NDIS_PAUSE_LOW_POWER, NDIS_RUNTIME_VERSION_630, NDIS_STATUS_SUCCESS, NET_DEVICE_POWER_STATE,
    NetDeviceStateD0, NetDeviceStateD3, NetEventQueryPower, NetEventSetPower,
};

use super::{event::tell, stack};
use crate::{
    ndis::{
        adapter::Adapter,
        api::LinkState,
        binding::Binding,
        callback::{self, Handler},
        outcome::Outcome,
        rules, send, status,
    },
    sched, verifier,
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

/// How long a wait may go on before it counts as one for what is pending. A thread that is about to leave
/// a call that has made something pending, which may be waited for, does so earlier.
const MEANWHILE: Duration = Duration::from_secs(1);

/// A wait inside of a power event, while requests or sends of the driver are pending. None of them ends
/// before it is known whether the wait is for them, which this says when it is dropped.
pub(crate) struct PowerWait {
    binding: Arc<Binding>,
    known: Arc<Outcome>,
}

impl PowerWait {
    /// A wait of this thread begins, which matters if this is [`Some`]: while a driver handles a power event
    /// it does not wait for requests and sends of its own that are pending, from NDIS 6.30 on.
    pub fn begin() -> Option<Self> {
        if callback::current() != Some(Handler::PowerEvent) {
            return None;
        }
        let binding = BINDING.with_borrow(Weak::upgrade)?;
        let is_pending = !binding.requests.lock().is_empty() || send::pending(&binding) > 0;
        if binding.protocol.version < NDIS_RUNTIME_VERSION_630 || !is_pending {
            return None;
        }
        let known = Arc::<Outcome>::default();
        *binding.power_wait.lock() = Some(Arc::clone(&known));
        Some(Self { binding, known })
    }

    /// When it is known that the wait is for what is pending, if it has not ended.
    pub fn end() -> Instant {
        sched::now() + MEANWHILE
    }

    /// The wait goes on with nothing else to wait for.
    pub fn report(self) {
        let binding = &self.binding;
        // A call that has not returned may be waited for: that is not to wait for what it has made.
        let requests = binding.requests.lock().iter().filter(|one| one.has_returned()).count();
        let sends = send::pending(binding);
        if requests > 0 || sends > 0 {
            rules::WAIT_IN_POWER_EVENT.broken(format!(
                "{} waits inside of a power event while {requests} requests and {sends} sends of {} are \
                 pending",
                verifier::caller(),
                binding.describe()
            ));
        }
    }
}

impl Drop for PowerWait {
    fn drop(&mut self) {
        *self.binding.power_wait.lock() = None;
        self.known.set(NDIS_STATUS_SUCCESS);
    }
}

/// Lets what is pending end: waits, where the driver waits inside of a power event, until it is known
/// whether it does so for that.
pub(in crate::ndis) fn look_at_wait(binding: &Binding) {
    let wait = binding.power_wait.lock().clone();
    if let Some(known) = wait {
        known.wait(PowerWait::end() + MEANWHILE);
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
