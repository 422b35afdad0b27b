//! Events, and their answers.

use std::{ffi::c_void, ptr, sync::Arc};

use ndis_sys::{
    NDIS_HANDLE, NDIS_OBJECT_HEADER, NDIS_OBJECT_TYPE_DEFAULT, NDIS_RUNTIME_VERSION_650,
    NDIS_SIZEOF_NET_PNP_EVENT_NOTIFICATION_REVISION_1,
    NDIS_SIZEOF_NET_PNP_EVENT_NOTIFICATION_REVISION_2, NDIS_STATUS, NDIS_STATUS_NOT_SUPPORTED,
    NDIS_STATUS_PENDING, NDIS_STATUS_SUCCESS, NET_PNP_EVENT, NET_PNP_EVENT_CODE,
    NET_PNP_EVENT_NOTIFICATION, NET_PNP_EVENT_NOTIFICATION_REVISION_1,
    NET_PNP_EVENT_NOTIFICATION_REVISION_2, NetEventPause, NetEventPortActivation,
    NetEventQueryPower, NetEventQueryRemoveDevice, NetEventReconfigure, NetEventRestart,
    NetEventSetPower,
};

use super::power;
use crate::{
    ndis::{
        adapter::Adapter, binding::Binding, callback::Handler, handle, outcome::Outcome,
        protocol::Protocol, rules, watch::watch,
    },
    sched, thread, verifier,
};

/// What every byte of a notification is once the event is over.
const POISON: u8 = 0xdd;

/// An event that a driver was told of.
pub(in crate::ndis) struct Event {
    notification: *mut NET_PNP_EVENT_NOTIFICATION,
    outcome: Outcome,
}

// SAFETY: the notification is memory of its own, which the driver may use on any thread.
unsafe impl Send for Event {}
// SAFETY: as above.
unsafe impl Sync for Event {}

impl Event {
    fn new(code: NET_PNP_EVENT_CODE, buffer: *mut c_void, length: u32) -> Arc<Self> {
        let notification = Box::new(NET_PNP_EVENT_NOTIFICATION {
            Header: header(thread::system().ndis.version),
            NetPnPEvent: NET_PNP_EVENT {
                NetEvent: code,
                Buffer: buffer,
                BufferLength: length,
                ..NET_PNP_EVENT::default()
            },
            ..NET_PNP_EVENT_NOTIFICATION::default()
        });
        let notification = Box::into_raw(notification);
        Arc::new(Self { notification, outcome: Outcome::default() })
    }

    /// The event that drivers know by this address.
    fn find(notification: *mut NET_PNP_EVENT_NOTIFICATION) -> Option<Arc<Self>> {
        let system = thread::system();
        let events = system.ndis.events.lock();
        events.iter().find(|event| event.notification == notification).cloned()
    }

    /// Lets a driver notice that uses it too late.
    pub fn poison(&self) {
        let size = size_of::<NET_PNP_EVENT_NOTIFICATION>();
        // SAFETY: the memory is its own.
        unsafe { self.notification.cast::<u8>().write_bytes(POISON, size) };
    }
}

impl Drop for Event {
    fn drop(&mut self) {
        // SAFETY: it came from a box, and nobody knows the event any more.
        drop(unsafe { Box::from_raw(self.notification) });
    }
}

fn header(version: u32) -> NDIS_OBJECT_HEADER {
    let (revision, size) = if version >= NDIS_RUNTIME_VERSION_650 {
        (NET_PNP_EVENT_NOTIFICATION_REVISION_2, NDIS_SIZEOF_NET_PNP_EVENT_NOTIFICATION_REVISION_2)
    } else {
        (NET_PNP_EVENT_NOTIFICATION_REVISION_1, NDIS_SIZEOF_NET_PNP_EVENT_NOTIFICATION_REVISION_1)
    };
    NDIS_OBJECT_HEADER { Type: NDIS_OBJECT_TYPE_DEFAULT, Revision: revision, Size: size }
}

/// Tells a protocol, or one of its bindings, of an event, and waits for the answer. `None` if that does
/// not come.
pub(in crate::ndis) fn tell(
    protocol: &Protocol,
    binding: Option<&Arc<Binding>>,
    code: NET_PNP_EVENT_CODE,
    buffer: *mut c_void,
    length: u32,
) -> Option<NDIS_STATUS> {
    let ndis = &thread::system().ndis;
    let event = Event::new(code, buffer, length);
    ndis.events.lock().push_back(Arc::clone(&event));
    let kind = match code {
        _ if binding.is_none() => Handler::DriverEvent,
        NetEventSetPower | NetEventQueryPower => Handler::PowerEvent,
        _ => Handler::Event,
    };
    let context = binding.map_or(ptr::null_mut(), |binding| binding.context());
    let who = binding.map_or_else(|| protocol.name.clone(), |binding| binding.story());
    if binding.is_some_and(|binding| !binding.has_context()) {
        return None;
    }
    let patience = match binding {
        Some(binding) => binding.adapter.description.settings.control.patience,
        None => ndis.settings.control.patience,
    };
    let late = who.clone();
    let report = move || report_wait(&late, code, "its handler does not return");
    let call = || power::during(binding, || protocol.event(kind, context, event.notification));
    let status = watch(patience, report, call);
    if status != NDIS_STATUS_PENDING && !event.outcome.set(status) {
        rules::EVENT_COMPLETE
            .broken(format!("{who} completed event {code}, which was not pending"));
    }
    let status = event.outcome.wait(sched::now() + patience);
    ndis.end_event(&event);
    match status {
        Some(status) => check_answer(&who, code, status),
        None => report_wait(&who, code, "it is pending, and not completed"),
    }
    status
}

/// Reports a driver that does not answer an event.
fn report_wait(who: &str, code: NET_PNP_EVENT_CODE, why: &str) {
    /// `NDIS_BUGCHECK_WATCHDOG_PROTOCOL_PAUSE` and `NDIS_BUGCHECK_WATCHDOG_PROTOCOL_NETPNPEVENT`.
    const WATCHDOG: (u64, u64) = (1, 2);
    if code == NetEventPause {
        rules::PAUSE_WAITS.broken_with([WATCHDOG.0, 0, 0], format!("{who} does not pause: {why}"));
        return;
    }
    let text = format!("{who} does not answer event {code}: {why}");
    rules::EVENT_WAITS.broken_with([WATCHDOG.1, 0, u64::from(code.cast_unsigned())], text);
}

/// Tells all bindings of an adapter of an event that has no buffer.
pub(in crate::ndis) fn tell_bindings(adapter: &Adapter, code: NET_PNP_EVENT_CODE) {
    let _operation = adapter.operation.lock();
    for binding in adapter.bindings().iter() {
        tell(&binding.protocol, Some(binding), code, ptr::null_mut(), 0);
    }
}

/// Few events may be refused, and none with `NDIS_STATUS_NOT_SUPPORTED`.
fn check_answer(who: &str, code: NET_PNP_EVENT_CODE, status: NDIS_STATUS) {
    let may_fail = matches!(
        code,
        NetEventQueryRemoveDevice | NetEventPortActivation | NetEventReconfigure | NetEventRestart
    );
    let is_right = status == NDIS_STATUS_SUCCESS || may_fail && status != NDIS_STATUS_NOT_SUPPORTED;
    if !is_right {
        rules::EVENT_ANSWER.broken(format!("{who} answers {status:#x} to event {code}"));
    }
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ndis/nf-ndis-ndiscompletenetpnpevent)
pub(super) unsafe extern "efiapi" fn NdisCompleteNetPnPEvent(
    handle: NDIS_HANDLE,
    notification: *mut NET_PNP_EVENT_NOTIFICATION,
    status: NDIS_STATUS,
) {
    if !handle::is_protocol(handle) && handle::binding(handle, "NdisCompleteNetPnPEvent").is_none()
    {
        return;
    }
    let text = match Event::find(notification) {
        Some(_) if status == NDIS_STATUS_PENDING => "as pending",
        Some(event) if event.outcome.set(status) => return,
        Some(_) => "twice",
        None => "that is over, or was none",
    };
    rules::EVENT_COMPLETE.broken(format!("{} completed an event {text}", verifier::caller()));
}
