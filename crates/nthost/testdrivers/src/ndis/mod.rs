//! Faults of a protocol driver of NDIS.
//!
//! Around them is a small protocol driver that does everything right: a fault overrides one of its
//! steps.

mod binding;
pub(crate) mod control;
pub(crate) mod data;
pub(crate) mod events;
mod handlers;
pub(crate) mod levels;
pub(crate) mod receive;
pub(crate) mod requests;
pub(crate) mod send;
pub(crate) mod support;

use core::{
    ptr,
    sync::atomic::{AtomicBool, AtomicPtr, Ordering},
};

use ndis_sys::{
    NDIS_HANDLE, NDIS_PROTOCOL_DRIVER_CHARACTERISTICS, NDIS_STATUS, NDIS_STATUS_SUCCESS,
    NET_BUFFER_LIST,
};
use wdk_sys::NTSTATUS;

use crate::kernel::ndis::{NdisDeregisterProtocolDriver, NdisRegisterProtocolDriver};
use binding::Binding;
use handlers::{Bind, Event, Indication};

/// The steps of a protocol driver, each of which a fault can override. All are told whether to break the
/// rule.
pub(crate) struct Plan {
    /// It may change what is registered.
    pub register: fn(&mut NDIS_PROTOCOL_DRIVER_CHARACTERISTICS, bool),
    /// The driver has registered.
    pub registered: fn(bool),
    /// NDIS asks the driver to bind to an adapter.
    pub bind: fn(&Bind, bool) -> NDIS_STATUS,
    /// The driver is told of an event of a binding.
    pub event: fn(&Binding, &Event, bool) -> NDIS_STATUS,
    /// Lists are received.
    pub receive: fn(&Binding, &Indication, bool),
    /// The status of an adapter has changed.
    pub status: fn(&Binding, bool),
    /// What was sent comes back.
    pub sent: fn(&Binding, *mut NET_BUFFER_LIST, bool),
    /// NDIS asks the driver to give a binding up, which has taken back its filter.
    pub unbind: fn(*mut Binding, NDIS_HANDLE, bool) -> NDIS_STATUS,
    /// The driver is unloaded.
    pub unload: fn(bool),
}

impl Plan {
    /// What is right.
    pub const RIGHT: Self = Self {
        register: |_, _| (),
        registered: |_| (),
        bind: |bind, _| bind.open(),
        event: |_, _, _| NDIS_STATUS_SUCCESS,
        receive: |binding, indication, _| indication.give_back(binding),
        status: |_, _| (),
        sent: |_, _, _| (),
        unbind: |binding, _, _| {
            Binding::close(binding);
            Binding::free(binding);
            NDIS_STATUS_SUCCESS
        },
        unload: |_| deregister(),
    };
}

/// What the driver does.
static PLAN: AtomicPtr<Plan> = AtomicPtr::new(ptr::null_mut());
/// Whether it breaks the rule.
static WRONG: AtomicBool = AtomicBool::new(false);
/// Its registration. NDIS stores it before it binds the driver.
static PROTOCOL: AtomicPtr<core::ffi::c_void> = AtomicPtr::new(ptr::null_mut());

/// What the driver does, and whether it breaks the rule.
fn plan() -> (&'static Plan, bool) {
    // SAFETY: it is null or points to a constant.
    let plan = unsafe { PLAN.load(Ordering::Acquire).as_ref() };
    (plan.unwrap_or(&Plan::RIGHT), WRONG.load(Ordering::Acquire))
}

/// The handle of the registration.
fn protocol() -> NDIS_HANDLE {
    PROTOCOL.load(Ordering::Acquire)
}

/// Registers the driver, which does what a plan says.
pub(crate) fn start(plan: &'static Plan, wrong: bool) -> NTSTATUS {
    PLAN.store(ptr::from_ref(plan).cast_mut(), Ordering::Release);
    WRONG.store(wrong, Ordering::Release);
    let mut characteristics = handlers::characteristics();
    (plan.register)(&mut characteristics, wrong);
    let (given, handle) = (&raw mut characteristics, PROTOCOL.as_ptr());
    let status = NdisRegisterProtocolDriver(ptr::null_mut(), given, handle);
    if status == NDIS_STATUS_SUCCESS {
        (plan.registered)(wrong);
    }
    status
}

/// The driver is unloaded.
pub(crate) fn end() {
    let (plan, wrong) = plan();
    (plan.unload)(wrong);
}

/// Deregisters the driver.
fn deregister() {
    NdisDeregisterProtocolDriver(protocol());
}
