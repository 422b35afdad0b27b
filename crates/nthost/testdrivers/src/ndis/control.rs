//! Faults of registering, binding and unbinding.

use core::{ptr, sync::atomic::Ordering};

use ndis_sys::{
    NDIS_HANDLE, NDIS_STATUS, NDIS_STATUS_FAILURE, NDIS_STATUS_PENDING, NDIS_STATUS_SUCCESS,
    NetEventPause, NetEventRestart,
};

use super::{
    Plan,
    binding::Binding,
    deregister,
    handlers::{Bind, Event},
    protocol,
};
use crate::{
    fault::Fault,
    kernel::ndis::{
        NdisCancelOidRequest, NdisCloseAdapterEx, NdisCompleteBindAdapterEx,
        NdisCompleteUnbindAdapterEx, NdisDeregisterProtocolDriver, NdisReEnumerateProtocolBindings,
    },
};

/// All of them.
pub(crate) const FAULTS: &[Fault] = &[
    Fault::protocol("ndis-dead-handle", &Plan { unbind: dead_handle, ..Plan::RIGHT }),
    Fault::protocol("ndis-closed-twice", &Plan { unbind: closed_twice, ..Plan::RIGHT }),
    Fault::protocol("ndis-deregistered-twice", &Plan { unload: twice, ..Plan::RIGHT }),
    Fault::protocol("ndis-deregister-in-handler", &Plan { event: deregister_in, ..Plan::RIGHT }),
    Fault::protocol("ndis-not-deregistered", &Plan { unload: not_at_all, ..Plan::RIGHT }),
    Fault::protocol(
        "ndis-enumerate-in-handler",
        &Plan { event: enumerate_in, registered: enumerate, ..Plan::RIGHT },
    ),
    Fault::protocol(
        "ndis-open-outside-bind",
        &Plan { bind: keep_bind, event: open_late, ..Plan::RIGHT },
    ),
    Fault::protocol("ndis-open-twice", &Plan { bind: open_twice, ..Plan::RIGHT }),
    Fault::protocol("ndis-open-parameters", &Plan { bind: no_name, ..Plan::RIGHT }),
    Fault::protocol("ndis-header", &Plan { bind: wrong_header, ..Plan::RIGHT }),
    Fault::protocol("ndis-bind-without-open", &Plan { bind: open_nothing, ..Plan::RIGHT }),
    Fault::protocol("ndis-bind-left-open", &Plan { bind: left_open, ..Plan::RIGHT }),
    Fault::protocol("ndis-bind-waits", &Plan { bind: never_bound, ..Plan::RIGHT }),
    Fault::protocol("ndis-bind-complete", &Plan { bind: bound_twice, ..Plan::RIGHT }),
    Fault::protocol("ndis-close-outside-unbind", &Plan { event: close_early, ..Plan::RIGHT }),
    Fault::protocol("ndis-close-with-filter", &Plan { unbind: with_filter, ..Plan::RIGHT }),
    Fault::protocol("ndis-context-freed", &Plan { unbind: freed_early, ..Plan::RIGHT }),
    Fault::protocol("ndis-unbind-answer", &Plan { unbind: refused, ..Plan::RIGHT }),
    Fault::protocol("ndis-unbind-without-close", &Plan { unbind: not_closed, ..Plan::RIGHT }),
    Fault::protocol("ndis-unbind-complete", &Plan { unbind: unbound_twice, ..Plan::RIGHT }),
    Fault::protocol("ndis-unbind-waits", &Plan { unbind: never_unbound, ..Plan::RIGHT }),
];

/// Closes a binding, frees it and says so.
fn done(binding: *mut Binding) -> NDIS_STATUS {
    Binding::close(binding);
    Binding::free(binding);
    NDIS_STATUS_SUCCESS
}

/// The handle of a binding.
fn handle(binding: *mut Binding) -> NDIS_HANDLE {
    // SAFETY: the binding is there.
    unsafe { (*binding).handle }
}

/// Cancels requests over a binding that is closed.
fn dead_handle(binding: *mut Binding, _unbind: NDIS_HANDLE, wrong: bool) -> NDIS_STATUS {
    let handle = handle(binding);
    if !wrong {
        NdisCancelOidRequest(handle, ptr::null_mut());
    }
    done(binding);
    if wrong {
        NdisCancelOidRequest(handle, ptr::null_mut());
    }
    NDIS_STATUS_SUCCESS
}

/// Closes a binding that is closed.
fn closed_twice(binding: *mut Binding, _unbind: NDIS_HANDLE, wrong: bool) -> NDIS_STATUS {
    let handle = handle(binding);
    done(binding);
    if wrong {
        NdisCloseAdapterEx(handle);
    }
    NDIS_STATUS_SUCCESS
}

/// Deregisters what is not registered any more.
fn twice(wrong: bool) {
    deregister();
    if wrong {
        deregister();
    }
}

/// Deregisters inside of the handler of an event.
fn deregister_in(_binding: &Binding, event: &Event, wrong: bool) -> NDIS_STATUS {
    if wrong && event.code == NetEventPause {
        NdisDeregisterProtocolDriver(protocol());
    }
    NDIS_STATUS_SUCCESS
}

/// Leaves the driver registered.
fn not_at_all(wrong: bool) {
    if !wrong {
        deregister();
    }
}

/// Asks for more binds inside of the handler of an event of a binding.
fn enumerate_in(_binding: &Binding, event: &Event, wrong: bool) -> NDIS_STATUS {
    if wrong && event.code == NetEventPause {
        NdisReEnumerateProtocolBindings(protocol());
    }
    NDIS_STATUS_SUCCESS
}

fn enumerate(wrong: bool) {
    if !wrong {
        NdisReEnumerateProtocolBindings(protocol());
    }
}

/// Binds, and keeps the handle of the bind.
fn keep_bind(bind: &Bind, _wrong: bool) -> NDIS_STATUS {
    let (binding, status) = bind.open_with(|_| ());
    // SAFETY: the binding was made just now, unless that has failed.
    if let Some(binding) = unsafe { binding.as_ref() } {
        binding.kept.store(bind.handle, Ordering::Release);
    }
    status
}

/// Opens an adapter for a bind that is over.
fn open_late(binding: &Binding, event: &Event, wrong: bool) -> NDIS_STATUS {
    if wrong && event.code == NetEventRestart {
        let handle = binding.kept.load(Ordering::Acquire);
        Bind { handle, adapter: ptr::null_mut() }.open();
    }
    NDIS_STATUS_SUCCESS
}

/// Opens an adapter twice.
fn open_twice(bind: &Bind, wrong: bool) -> NDIS_STATUS {
    let status = bind.open();
    if wrong {
        bind.open();
    }
    status
}

/// Opens an adapter without its name.
fn no_name(bind: &Bind, wrong: bool) -> NDIS_STATUS {
    if wrong {
        return bind.open_with(|parameters| parameters.AdapterName = ptr::null_mut()).1;
    }
    bind.open()
}

/// Opens an adapter with parameters of another type.
fn wrong_header(bind: &Bind, wrong: bool) -> NDIS_STATUS {
    if wrong {
        return bind.open_with(|parameters| parameters.Header.Type = 0).1;
    }
    bind.open()
}

/// Binds without opening the adapter.
fn open_nothing(bind: &Bind, wrong: bool) -> NDIS_STATUS {
    if wrong { NDIS_STATUS_SUCCESS } else { bind.open() }
}

/// Does not bind, and does not close what it has opened.
fn left_open(bind: &Bind, wrong: bool) -> NDIS_STATUS {
    let (binding, status) = bind.open_with(|_| ());
    if status == NDIS_STATUS_SUCCESS && !wrong {
        done(binding);
    }
    NDIS_STATUS_FAILURE
}

/// Binds, one day.
fn never_bound(bind: &Bind, wrong: bool) -> NDIS_STATUS {
    let status = bind.open();
    if !wrong {
        NdisCompleteBindAdapterEx(bind.handle, status);
    }
    NDIS_STATUS_PENDING
}

/// Binds, and says so twice.
fn bound_twice(bind: &Bind, wrong: bool) -> NDIS_STATUS {
    let status = bind.open();
    NdisCompleteBindAdapterEx(bind.handle, status);
    if wrong { status } else { NDIS_STATUS_PENDING }
}

/// Closes a binding that nobody has asked for.
fn close_early(binding: &Binding, event: &Event, wrong: bool) -> NDIS_STATUS {
    if wrong && event.code == NetEventRestart {
        binding.set_filter(0);
        binding.close_now();
    }
    NDIS_STATUS_SUCCESS
}

/// Leaves the packet filter as it is.
fn with_filter(binding: *mut Binding, _unbind: NDIS_HANDLE, wrong: bool) -> NDIS_STATUS {
    if wrong {
        // SAFETY: the binding is there.
        unsafe { &*binding }.close_now();
        Binding::free(binding);
        return NDIS_STATUS_SUCCESS;
    }
    done(binding)
}

/// Frees the context of a binding before that is closed.
fn freed_early(binding: *mut Binding, _unbind: NDIS_HANDLE, wrong: bool) -> NDIS_STATUS {
    if wrong {
        let handle = handle(binding);
        // SAFETY: the binding is there.
        unsafe { &*binding }.set_filter(0);
        Binding::free(binding);
        NdisCloseAdapterEx(handle);
        return NDIS_STATUS_PENDING;
    }
    done(binding)
}

/// Says that it cannot unbind.
fn refused(binding: *mut Binding, _unbind: NDIS_HANDLE, wrong: bool) -> NDIS_STATUS {
    let status = done(binding);
    if wrong { NDIS_STATUS_FAILURE } else { status }
}

/// Unbinds without closing.
fn not_closed(binding: *mut Binding, _unbind: NDIS_HANDLE, wrong: bool) -> NDIS_STATUS {
    if wrong { NDIS_STATUS_SUCCESS } else { done(binding) }
}

/// Unbinds, and says so twice.
fn unbound_twice(binding: *mut Binding, unbind: NDIS_HANDLE, wrong: bool) -> NDIS_STATUS {
    let status = done(binding);
    NdisCompleteUnbindAdapterEx(unbind);
    if wrong { status } else { NDIS_STATUS_PENDING }
}

/// Unbinds, one day.
fn never_unbound(binding: *mut Binding, unbind: NDIS_HANDLE, wrong: bool) -> NDIS_STATUS {
    done(binding);
    if !wrong {
        NdisCompleteUnbindAdapterEx(unbind);
    }
    NDIS_STATUS_PENDING
}
