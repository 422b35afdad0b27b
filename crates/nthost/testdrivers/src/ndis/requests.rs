//! Faults of requests.

use core::sync::atomic::{AtomicBool, Ordering};

use ndis_sys::{
    NDIS_STATUS, NDIS_STATUS_PENDING, NDIS_STATUS_SUCCESS, NdisRequestQueryInformation,
    NetEventRestart, OID_GEN_CURRENT_LOOKAHEAD, OID_GEN_LINK_SPEED,
};
use wdk_sys::{POOL_FLAG_NON_PAGED, POOL_FLAG_PAGED};

use super::{
    Plan,
    binding::{Binding, Request},
    handlers::Event,
};
use crate::{
    fault::Fault,
    kernel::{ExAllocatePool2, TAG, free, ndis::NdisOidRequest},
};

/// Declares the plan of a fault that happens when a binding restarts.
macro_rules! at_restart {
    ($code:path) => {
        &Plan {
            event: |binding, event, wrong| {
                if event.code == NetEventRestart {
                    $code(binding, wrong);
                }
                NDIS_STATUS_SUCCESS
            },
            ..Plan::RIGHT
        }
    };
}

/// All of them.
pub(crate) const FAULTS: &[Fault] = &[
    Fault::protocol("ndis-oid-request", at_restart!(unknown)),
    Fault::protocol("ndis-oid-in-use", at_restart!(in_use)),
    Fault::protocol("ndis-oid-freed", at_restart!(freed)),
    Fault::protocol("ndis-oid-changed", at_restart!(changed)),
    Fault::protocol("ndis-oid-on-stack", &Plan { event: on_stack, ..Plan::RIGHT }),
    Fault::protocol("ndis-oid-paged", at_restart!(paged)),
    Fault::protocol("ndis-oid-state", &Plan { event: power, status: asleep, ..Plan::RIGHT }),
    Fault::protocol("ndis-close-with-requests", &Plan { unbind: closed, ..Plan::RIGHT }),
];

/// Makes a request of a type that there is not.
fn unknown(binding: &Binding, wrong: bool) {
    let request = Request::query();
    if wrong {
        // SAFETY: the driver made it, and nobody else has it yet.
        unsafe { (*request).request.RequestType = 99 };
    }
    binding.ask(request);
}

/// Makes a request that is pending.
fn in_use(binding: &Binding, wrong: bool) {
    let request = Request::query();
    let status = binding.start(request);
    if wrong {
        NdisOidRequest(binding.handle, request.cast());
    }
    if status == NDIS_STATUS_PENDING {
        binding.wait();
    }
    free(request.cast());
}

/// Frees a request that is pending.
fn freed(binding: &Binding, wrong: bool) {
    let request = Request::query();
    let status = binding.start(request);
    if wrong {
        free(request.cast());
    }
    if status == NDIS_STATUS_PENDING {
        binding.wait();
    }
    if !wrong {
        free(request.cast());
    }
}

/// Changes what a request sets while it is pending.
fn changed(binding: &Binding, wrong: bool) {
    let request = Request::set(OID_GEN_CURRENT_LOOKAHEAD, 100);
    let status = binding.start(request);
    if wrong {
        // SAFETY: the driver made it, and it is not freed yet.
        unsafe { (*request).buffer = 200 };
    }
    if status == NDIS_STATUS_PENDING {
        binding.wait();
    }
    free(request.cast());
}

/// Does not wait for a request that is on the stack.
fn on_stack(binding: &Binding, event: &Event, wrong: bool) -> NDIS_STATUS {
    if event.code == NetEventRestart {
        let mut request = Request { request: ndis_sys::NDIS_OID_REQUEST::default(), buffer: 0 };
        request.describe(NdisRequestQueryInformation, OID_GEN_LINK_SPEED);
        if binding.start(&raw mut request) == NDIS_STATUS_PENDING && !wrong {
            binding.wait();
        }
    }
    NDIS_STATUS_SUCCESS
}

/// Makes a request in paged pool.
fn paged(binding: &Binding, wrong: bool) {
    let kind = if wrong { POOL_FLAG_PAGED } else { POOL_FLAG_NON_PAGED };
    let made: *mut Request = ExAllocatePool2(kind, size_of::<Request>() as u64, TAG).cast();
    // SAFETY: it was made just now.
    unsafe { &mut *made }.describe(NdisRequestQueryInformation, OID_GEN_LINK_SPEED);
    binding.ask(made);
}

/// The adapter is in low power, or about to be.
static ASLEEP: AtomicBool = AtomicBool::new(false);

fn power(_binding: &Binding, event: &Event, _wrong: bool) -> NDIS_STATUS {
    if event.code == ndis_sys::NetEventSetPower {
        ASLEEP.store(event.number != ndis_sys::NetDeviceStateD0, Ordering::Release);
    }
    NDIS_STATUS_SUCCESS
}

/// Makes a request in low power.
fn asleep(binding: &Binding, wrong: bool) {
    if ASLEEP.load(Ordering::Acquire) && wrong {
        let request = Request::query();
        binding.start(request);
        free(request.cast());
    }
}

/// Does not wait for a request before it closes a binding.
fn closed(binding: *mut Binding, _unbind: ndis_sys::NDIS_HANDLE, wrong: bool) -> NDIS_STATUS {
    // SAFETY: the binding is there.
    let known = unsafe { &*binding };
    known.set_filter(0);
    let request = Request::query();
    if known.start(request) == NDIS_STATUS_PENDING && !wrong {
        known.wait();
    }
    known.close_now();
    free(request.cast());
    Binding::free(binding);
    NDIS_STATUS_SUCCESS
}
