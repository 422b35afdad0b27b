//! What a fault is.

use wdk_sys::{DRIVER_OBJECT, IRP, NTSTATUS, STATUS_SUCCESS};

use crate::{FAMILIES, kernel, ndis::Plan};

/// A rule, and the code that breaks or keeps it. Each function gets told whether to break it.
pub(crate) struct Fault {
    /// The name of the rule.
    pub rule: &'static str,
    /// What `DriverEntry` does, and returns.
    pub entry: fn(driver: *mut DRIVER_OBJECT, wrong: bool) -> NTSTATUS,
    /// What becomes of a read or device control request of a program; it completes it, now or later.
    /// With it the driver has the device `\Device\broken`.
    pub request: Option<fn(irp: *mut IRP, wrong: bool) -> NTSTATUS>,
    /// What becomes of the cleanup of a program's handle, before it is completed.
    pub cleanup: fn(wrong: bool),
    /// What `DriverUnload` does.
    pub unload: fn(wrong: bool),
    /// What it does as a protocol driver, if it is one.
    pub protocol: Option<&'static Plan>,
}

impl Fault {
    /// One that does nothing yet.
    pub const fn new(rule: &'static str) -> Self {
        Self {
            rule,
            entry: |_, _| STATUS_SUCCESS,
            request: None,
            cleanup: |_| (),
            unload: |_| (),
            protocol: None,
        }
    }

    /// One of a protocol driver, which does what the plan says.
    pub const fn protocol(rule: &'static str, plan: &'static Plan) -> Self {
        Self { protocol: Some(plan), ..Self::new(rule) }
    }

    /// One that happens in `DriverEntry`, which succeeds.
    pub const fn at_entry(
        rule: &'static str,
        entry: fn(*mut DRIVER_OBJECT, bool) -> NTSTATUS,
    ) -> Self {
        Self { entry, ..Self::new(rule) }
    }

    /// One that happens when a program sends a request.
    pub const fn at_request(rule: &'static str, request: fn(*mut IRP, bool) -> NTSTATUS) -> Self {
        Self { request: Some(request), ..Self::new(rule) }
    }

    /// One that happens in `DriverUnload`.
    pub const fn at_unload(rule: &'static str, unload: fn(bool)) -> Self {
        Self { unload, ..Self::new(rule) }
    }

    /// The one for a rule.
    pub fn find(rule: &[u8]) -> Option<&'static Self> {
        let mut all = FAMILIES.iter().flat_map(|family| family.iter());
        all.find(|fault| fault.rule.as_bytes() == rule)
    }
}

/// Makes the entry of a fault of code that needs nothing but to know whether to break the rule.
macro_rules! entry {
    ($code:path) => {
        |_, wrong| {
            $code(wrong);
            wdk_sys::STATUS_SUCCESS
        }
    };
}
pub(crate) use entry;

/// Completes a request with success, as its twin would.
pub(crate) fn done(irp: *mut IRP) -> NTSTATUS {
    kernel::complete(irp, STATUS_SUCCESS, 0);
    STATUS_SUCCESS
}
