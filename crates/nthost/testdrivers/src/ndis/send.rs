//! Faults of sending.

use core::ptr;

use ndis_sys::{
    NDIS_HANDLE, NDIS_SEND_FLAGS_DISPATCH_LEVEL, NDIS_STATUS, NDIS_STATUS_FAILURE,
    NDIS_STATUS_SUCCESS, NET_BUFFER_LIST, NetEventPause,
};

use super::{
    Plan,
    binding::Binding,
    data::{bytes, list_with_data, make_pool},
    handlers::{Bind, Event},
    protocol,
};
use crate::{
    fault::Fault,
    kernel::ndis::{NdisFreeNetBufferList, NdisFreeNetBufferListPool, NdisSendNetBufferLists},
};

/// Declares the plan of a fault that happens while a binding runs.
macro_rules! sending {
    ($code:path) => {
        &Plan {
            event: |binding, event, wrong| {
                if event.code == UNKNOWN {
                    $code(binding, wrong);
                    binding.wait_for_sends();
                }
                NDIS_STATUS_SUCCESS
            },
            sent: give_back,
            ..Plan::RIGHT
        }
    };
}

/// All of them.
pub(crate) const FAULTS: &[Fault] = &[
    Fault::protocol("ndis-send-irql", sending!(flag)),
    Fault::protocol("ndis-send-source-handle", sending!(source)),
    Fault::protocol("ndis-send-in-flight", sending!(twice)),
    Fault::protocol("ndis-send-data-changed", sending!(change)),
    Fault::protocol(
        "ndis-pause-with-sends",
        &Plan { event: paused, sent: give_back, ..Plan::RIGHT },
    ),
    Fault::protocol(
        "ndis-send-while-paused",
        &Plan { unbind: unbinding, event: running, sent: give_back, ..Plan::RIGHT },
    ),
    Fault::protocol(
        "ndis-close-with-sends",
        &Plan { bind: binding, sent: give_back, ..Plan::RIGHT },
    ),
];

/// An event that the tests make up while bindings run.
const UNKNOWN: i32 = 0x7777;

/// A list that can be sent over a binding, from a pool of its own.
fn packet(handle: NDIS_HANDLE) -> *mut NET_BUFFER_LIST {
    let list = list_with_data(make_pool(protocol()));
    // SAFETY: it was made just now.
    unsafe { (*list).SourceHandle = handle };
    list
}

/// Frees what was sent, with its pool.
fn give_back(_binding: &Binding, lists: *mut NET_BUFFER_LIST, _wrong: bool) {
    // SAFETY: NDIS gives the list back.
    let pool = unsafe { (*lists).NdisPoolHandle };
    NdisFreeNetBufferList(lists);
    NdisFreeNetBufferListPool(pool);
}

fn send(binding: &Binding, list: *mut NET_BUFFER_LIST, flags: u32) {
    binding.sending();
    NdisSendNetBufferLists(binding.handle, list, 0, flags);
}

/// Says that it sends at a level that it is not at.
fn flag(binding: &Binding, wrong: bool) {
    let flags = if wrong { NDIS_SEND_FLAGS_DISPATCH_LEVEL } else { 0 };
    send(binding, packet(binding.handle), flags);
}

/// Sends a list without the handle of the binding.
fn source(binding: &Binding, wrong: bool) {
    send(binding, packet(if wrong { ptr::null_mut() } else { binding.handle }), 0);
}

/// Sends a list again that has not come back.
fn twice(binding: &Binding, wrong: bool) {
    let list = packet(binding.handle);
    send(binding, list, 0);
    if wrong {
        NdisSendNetBufferLists(binding.handle, list, 0, 0);
    }
}

/// Changes what it sends.
fn change(binding: &Binding, wrong: bool) {
    let list = packet(binding.handle);
    let bytes = bytes(list);
    send(binding, list, 0);
    if wrong {
        // SAFETY: the data of the list is there, and NDIS' own for now.
        unsafe { bytes.write(0x77) };
    }
}

/// Is paused before what it has sent is back.
fn paused(binding: &Binding, event: &Event, wrong: bool) -> NDIS_STATUS {
    if event.code == NetEventPause {
        send(binding, packet(binding.handle), 0);
        if !wrong {
            binding.wait_for_sends();
        }
    }
    NDIS_STATUS_SUCCESS
}

/// Sends while a binding is being closed.
fn unbinding(binding: *mut Binding, _unbind: NDIS_HANDLE, wrong: bool) -> NDIS_STATUS {
    if wrong {
        // SAFETY: the binding is there.
        let binding = unsafe { &*binding };
        send(binding, packet(binding.handle), 0);
        binding.wait_for_sends();
    }
    Binding::close(binding);
    Binding::free(binding);
    NDIS_STATUS_SUCCESS
}

fn running(binding: &Binding, event: &Event, wrong: bool) -> NDIS_STATUS {
    if !wrong && event.code == UNKNOWN {
        send(binding, packet(binding.handle), 0);
        binding.wait_for_sends();
    }
    NDIS_STATUS_SUCCESS
}

/// Sends, and closes the binding before that has come back.
fn binding(bind: &Bind, wrong: bool) -> NDIS_STATUS {
    let (made, status) = bind.open_with(|_| ());
    if status != NDIS_STATUS_SUCCESS {
        return status;
    }
    // SAFETY: it was made just now.
    let binding = unsafe { &*made };
    if wrong {
        send(binding, packet(binding.handle), 0);
    }
    Binding::close(made);
    Binding::free(made);
    NDIS_STATUS_FAILURE
}
