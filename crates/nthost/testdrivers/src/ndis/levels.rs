//! Functions of NDIS at levels that they are not for.

use core::ptr;

use ndis_sys::{NDIS_EVENT, NDIS_STATUS, NDIS_STATUS_PENDING, NDIS_STATUS_SUCCESS, NET_LUID};
use wdk_sys::{DISPATCH_LEVEL, DRIVER_OBJECT, KIRQL, NTSTATUS, STATUS_SUCCESS};

use super::{
    Plan,
    binding::{Binding, Request},
    data::make_pool,
    handlers::{Event, Indication},
    support::timer as timer_of,
};
use crate::{
    fault::{Fault, entry},
    kernel::{
        TAG, free,
        ndis::{
            NdisAllocateGenericObject, NdisCancelTimerObject, NdisCompleteNetPnPEvent,
            NdisFreeGenericObject, NdisFreeNetBufferListPool, NdisFreeTimerObject, NdisGetVersion,
            NdisIfGetInterfaceIndexFromNetLuid, NdisInitializeEvent, NdisOidRequest, NdisSetEvent,
            at,
        },
    },
};

/// That of a device, above `DISPATCH_LEVEL`.
const DEVICE: KIRQL = 5;
/// An event that the tests make up while bindings run.
const UNKNOWN: i32 = 0x7777;

/// All of them.
pub(crate) const FAULTS: &[Fault] = &[
    Fault::protocol("ndis-irql-protocol-driver", &Plan { event: complete, ..Plan::RIGHT }),
    Fault::protocol("ndis-irql-send-receive", &Plan { receive: give_back, ..Plan::RIGHT }),
    Fault::protocol("ndis-irql-oid", &Plan { event: ask, ..Plan::RIGHT }),
    Fault::at_entry("ndis-irql-net-buffer", entry!(allocate)),
    Fault::at_entry("ndis-irql-timer", timer),
    Fault::at_entry("ndis-irql-synch", entry!(set)),
    Fault::at_entry("ndis-irql-interfaces", entry!(interface)),
    Fault::at_entry("ndis-irql-miscellaneous", entry!(version)),
];

/// A level that is too high, or the lowest one.
fn high(wrong: bool) -> KIRQL {
    if wrong { DEVICE } else { 0 }
}

/// The level that functions for `PASSIVE_LEVEL` are not for, or that one.
fn dispatch(wrong: bool) -> KIRQL {
    if wrong { KIRQL::try_from(DISPATCH_LEVEL).unwrap_or_default() } else { 0 }
}

/// Completes an event at `DISPATCH_LEVEL`.
fn complete(binding: &Binding, event: &Event, wrong: bool) -> NDIS_STATUS {
    if event.code != UNKNOWN {
        return NDIS_STATUS_SUCCESS;
    }
    at(dispatch(wrong), || {
        NdisCompleteNetPnPEvent(binding.handle, event.notification, NDIS_STATUS_SUCCESS);
    });
    NDIS_STATUS_PENDING
}

/// Returns lists at the level of a device.
fn give_back(binding: &Binding, indication: &Indication, wrong: bool) {
    at(high(wrong).max(2), || indication.give_back(binding));
}

/// Makes a request at the level of a device.
fn ask(binding: &Binding, event: &Event, wrong: bool) -> NDIS_STATUS {
    if event.code == UNKNOWN {
        let request = Request::query();
        let mut status = NDIS_STATUS_SUCCESS;
        binding.begin();
        at(high(wrong), || status = NdisOidRequest(binding.handle, request.cast()));
        if status == NDIS_STATUS_PENDING {
            binding.wait();
        }
        free(request.cast());
    }
    NDIS_STATUS_SUCCESS
}

/// Makes a pool at the level of a device.
fn allocate(wrong: bool) {
    at(high(wrong), || NdisFreeNetBufferListPool(make_pool(ptr::null_mut())));
}

/// Frees a timer at the level of a device.
fn timer(driver: *mut DRIVER_OBJECT, wrong: bool) -> NTSTATUS {
    let object = NdisAllocateGenericObject(driver.cast(), TAG, 64);
    let timer = timer_of(object.cast(), false);
    NdisCancelTimerObject(timer);
    at(high(wrong), || NdisFreeTimerObject(timer));
    NdisFreeGenericObject(object);
    STATUS_SUCCESS
}

/// Sets an event at the level of a device.
fn set(wrong: bool) {
    let mut event = NDIS_EVENT::default();
    NdisInitializeEvent(&raw mut event);
    at(high(wrong), || NdisSetEvent(&raw mut event));
}

/// Asks for an interface at `DISPATCH_LEVEL`.
fn interface(wrong: bool) {
    let mut index = 0;
    at(dispatch(wrong), || {
        NdisIfGetInterfaceIndexFromNetLuid(NET_LUID::default(), &raw mut index);
    });
}

/// Asks for the version at the level of a device.
fn version(wrong: bool) {
    at(high(wrong), || {
        NdisGetVersion();
    });
}
