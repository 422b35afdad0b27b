//! Faults of events, pause and status.

use core::sync::atomic::Ordering;

use ndis_sys::{
    NDIS_STATUS, NDIS_STATUS_NOT_SUPPORTED, NDIS_STATUS_PENDING, NDIS_STATUS_SUCCESS,
    NetDeviceStateD3, NetEventPause, NetEventRestart, NetEventSetPower,
};

use super::{
    Plan,
    binding::{Binding, Request},
    handlers::{Event, Indication},
};
use crate::{
    fault::Fault,
    kernel::ndis::{NdisCompleteNetPnPEvent, NdisReturnNetBufferLists, delay},
};

/// An event that the tests make up.
const UNKNOWN: i32 = 0x7777;
/// Longer than NDIS waits in the tests, in milliseconds.
const LONG: i64 = 60_000;

/// All of them.
pub(crate) const FAULTS: &[Fault] = &[
    Fault::protocol("ndis-event-complete", &Plan { event: twice, ..Plan::RIGHT }),
    Fault::protocol("ndis-event-answer", &Plan { event: refused, ..Plan::RIGHT }),
    Fault::protocol("ndis-event-waits", &Plan { event: never, ..Plan::RIGHT }),
    Fault::protocol("ndis-pause-waits", &Plan { event: never_paused, ..Plan::RIGHT }),
    Fault::protocol("ndis-status-waits", &Plan { status: long, ..Plan::RIGHT }),
    Fault::protocol(
        "ndis-pause-with-lists",
        &Plan { receive: keep, event: pause_with_lists, ..Plan::RIGHT },
    ),
    Fault::protocol("ndis-wait-in-power-event", &Plan { event: power, ..Plan::RIGHT }),
];

/// Answers an event, and completes it, too.
fn twice(binding: &Binding, event: &Event, wrong: bool) -> NDIS_STATUS {
    if event.code != UNKNOWN {
        return NDIS_STATUS_SUCCESS;
    }
    NdisCompleteNetPnPEvent(binding.handle, event.notification, NDIS_STATUS_SUCCESS);
    if wrong { NDIS_STATUS_SUCCESS } else { NDIS_STATUS_PENDING }
}

/// Does not accept an event.
fn refused(_binding: &Binding, event: &Event, wrong: bool) -> NDIS_STATUS {
    if wrong && event.code == UNKNOWN { NDIS_STATUS_NOT_SUPPORTED } else { NDIS_STATUS_SUCCESS }
}

/// Answers an event one day.
fn never(_binding: &Binding, event: &Event, wrong: bool) -> NDIS_STATUS {
    if wrong && event.code == UNKNOWN { NDIS_STATUS_PENDING } else { NDIS_STATUS_SUCCESS }
}

/// Pauses one day.
fn never_paused(_binding: &Binding, event: &Event, wrong: bool) -> NDIS_STATUS {
    if wrong && event.code == NetEventPause { NDIS_STATUS_PENDING } else { NDIS_STATUS_SUCCESS }
}

/// Waits inside of the status handler.
fn long(_binding: &Binding, wrong: bool) {
    delay(if wrong { LONG } else { 0 });
}

/// Keeps one indication.
fn keep(binding: &Binding, indication: &Indication, _wrong: bool) {
    let (null, first) = (core::ptr::null_mut(), indication.first.cast());
    let swap = |to| binding.kept.compare_exchange(null, to, Ordering::AcqRel, Ordering::Acquire);
    if !indication.is_owned() || swap(first).is_err() {
        indication.give_back(binding);
    }
}

/// Is paused, and holds lists.
fn pause_with_lists(binding: &Binding, event: &Event, wrong: bool) -> NDIS_STATUS {
    if event.code == NetEventPause && !wrong {
        let kept = binding.kept.swap(core::ptr::null_mut(), Ordering::AcqRel);
        if !kept.is_null() {
            NdisReturnNetBufferLists(binding.handle, kept.cast(), 0);
        }
    }
    NDIS_STATUS_SUCCESS
}

/// Waits for a request inside of a power event. If that is not to be, it waits elsewhere.
fn power(binding: &Binding, event: &Event, wrong: bool) -> NDIS_STATUS {
    let to_sleep = event.code == NetEventSetPower && event.number == NetDeviceStateD3;
    if to_sleep && wrong || event.code == NetEventRestart && !wrong {
        binding.ask(Request::query());
    }
    NDIS_STATUS_SUCCESS
}
