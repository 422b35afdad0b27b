//! Faults of receiving.

use core::{
    ptr,
    sync::atomic::{AtomicPtr, Ordering},
};

use ndis_sys::{
    NDIS_RETURN_FLAGS_DISPATCH_LEVEL, NDIS_STATUS, NDIS_STATUS_SUCCESS, NET_BUFFER_LIST,
    NetEventPause,
};

use super::{
    Plan,
    binding::{Binding, new},
    data::{data, first_buffer},
    handlers::{Event, Indication},
};
use crate::{
    fault::Fault,
    kernel::{free, ndis::NdisReturnNetBufferLists},
};

/// Declares the plan of a fault that is in the receive handler.
macro_rules! in_handler {
    ($code:path) => {
        &Plan { receive: $code, ..Plan::RIGHT }
    };
}

/// All of them.
pub(crate) const FAULTS: &[Fault] = &[
    Fault::protocol("ndis-double-return", in_handler!(returned_twice)),
    Fault::protocol("ndis-foreign-return", in_handler!(foreign)),
    Fault::protocol("ndis-return-loaned", in_handler!(loaned)),
    Fault::protocol("ndis-return-wrong-binding", in_handler!(other_binding)),
    Fault::protocol("ndis-return-cyclic", in_handler!(cyclic)),
    Fault::protocol("ndis-source-handle", in_handler!(source)),
    Fault::protocol("ndis-return-irql", in_handler!(flag)),
    Fault::protocol("ndis-loaned-relinked", in_handler!(cut)),
    Fault::protocol("ndis-loaned-changed", in_handler!(advanced)),
    Fault::protocol("ndis-returned-changed", in_handler!(advanced)),
    Fault::protocol("ndis-list-written", &Plan { receive: remember, event: write, ..Plan::RIGHT }),
    Fault::protocol(
        "ndis-loaned-touched",
        &Plan { receive: remember, event: write, ..Plan::RIGHT },
    ),
    Fault::protocol(
        "ndis-returned-touched",
        &Plan { receive: remember, event: write, ..Plan::RIGHT },
    ),
];

/// Returns the same lists twice.
fn returned_twice(binding: &Binding, indication: &Indication, wrong: bool) {
    indication.give_back(binding);
    if wrong {
        indication.give_back(binding);
    }
}

/// Returns a list that nobody has indicated.
fn foreign(binding: &Binding, indication: &Indication, wrong: bool) {
    indication.give_back(binding);
    if wrong {
        let list: *mut NET_BUFFER_LIST = new();
        NdisReturnNetBufferLists(binding.handle, list, indication.return_flags());
        free(list.cast());
    }
}

/// Returns lists that were lent.
fn loaned(binding: &Binding, indication: &Indication, wrong: bool) {
    if wrong && !indication.is_owned() {
        NdisReturnNetBufferLists(binding.handle, indication.first, indication.return_flags());
    }
    indication.give_back(binding);
}

/// The first binding that has received something.
static FIRST: AtomicPtr<core::ffi::c_void> = AtomicPtr::new(ptr::null_mut());

/// Returns lists over another binding.
fn other_binding(binding: &Binding, indication: &Indication, wrong: bool) {
    let (null, own) = (ptr::null_mut(), binding.handle);
    let first = FIRST.compare_exchange(null, own, Ordering::AcqRel, Ordering::Acquire);
    let handle = first.err().filter(|_| wrong).unwrap_or(own);
    if !indication.is_owned() {
        return;
    }
    NdisReturnNetBufferLists(handle, indication.first, indication.return_flags());
}

/// Where a list is linked to the next one, which is its beginning.
fn next(list: *mut NET_BUFFER_LIST) -> *mut *mut NET_BUFFER_LIST {
    list.cast()
}

/// Returns lists that are linked in a circle.
fn cyclic(binding: &Binding, indication: &Indication, wrong: bool) {
    if wrong {
        // SAFETY: the list is the driver's.
        unsafe { next(indication.first).write(indication.first) };
    }
    indication.give_back(binding);
}

/// Returns a list with another handle.
fn source(binding: &Binding, indication: &Indication, wrong: bool) {
    if wrong {
        // SAFETY: the list is the driver's.
        unsafe { (*indication.first).SourceHandle = binding.handle };
    }
    indication.give_back(binding);
}

/// Says that it returns lists at a level that it is not at.
fn flag(binding: &Binding, indication: &Indication, wrong: bool) {
    let flags = if wrong { NDIS_RETURN_FLAGS_DISPATCH_LEVEL } else { indication.return_flags() };
    if indication.is_owned() {
        NdisReturnNetBufferLists(binding.handle, indication.first, flags);
    }
}

/// Does not link lists again that it has taken apart.
fn cut(_binding: &Binding, indication: &Indication, wrong: bool) {
    let link = next(indication.first);
    // SAFETY: the list is lent to the driver.
    let before = unsafe { link.replace(ptr::null_mut()) };
    if !wrong {
        // SAFETY: as above.
        unsafe { link.write(before) };
    }
}

/// Leaves a net buffer with data that begins later.
fn advanced(binding: &Binding, indication: &Indication, wrong: bool) {
    // SAFETY: the list is the driver's, or lent to it.
    let data = unsafe { &mut *data(first_buffer(indication.first)) };
    data.DataOffset += 1;
    if !wrong {
        data.DataOffset -= 1;
    }
    indication.give_back(binding);
}

/// Returns lists, and remembers the first one.
fn remember(binding: &Binding, indication: &Indication, _wrong: bool) {
    let (null, first) = (ptr::null_mut(), indication.first.cast());
    // Only the first one counts.
    let _ = binding.kept.compare_exchange(null, first, Ordering::AcqRel, Ordering::Acquire);
    indication.give_back(binding);
}

/// Writes to a list that is not the driver's any more.
fn write(binding: &Binding, event: &Event, wrong: bool) -> NDIS_STATUS {
    let kept: *mut NET_BUFFER_LIST = binding.kept.load(Ordering::Acquire).cast();
    if event.code == NetEventPause && wrong && !kept.is_null() {
        // SAFETY: it is not, which the fault is about.
        unsafe { (*kept).Scratch = ptr::null_mut() };
    }
    NDIS_STATUS_SUCCESS
}
