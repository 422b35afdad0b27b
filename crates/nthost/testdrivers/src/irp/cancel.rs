//! Faults of cancelling IRPs.

use wdk_sys::{
    DEVICE_OBJECT, DISPATCH_LEVEL, DRIVER_OBJECT, IRP, IRP_MJ_READ, NTSTATUS, STATUS_CANCELLED,
    STATUS_PENDING, STATUS_SUCCESS,
};

use super::{at_entry, finish_own, pending};
use crate::{
    fault::{Fault, done, entry},
    kernel::{
        complete,
        irp::{
            IoAcquireCancelSpinLock, IoCancelIrp, IoFreeIrp, IoReleaseCancelSpinLock, cancel_level,
            location, lower_level, mark_pending, raise_level, set_cancel_routine,
        },
    },
};

/// All of them.
pub(crate) const FAULTS: &[Fault] = &[
    at_entry("irp-cancelled-completed", cancel_completed),
    Fault::at_request("irp-cancel-timeout", keep_for_ever),
    at_entry("irp-cancelled-after-free", cancel_after_free),
    Fault::at_request("irp-cancelled-not-owned", cancel_of_program),
    Fault::at_request("cancel-lock-kept", keep_lock),
    Fault::at_entry("cancel-lock-recursion", entry!(acquire_twice)),
    Fault::at_entry("cancel-lock-not-held", entry!(release_unheld)),
];

unsafe extern "C" fn release(_device: *mut DEVICE_OBJECT, irp: *mut IRP) {
    IoReleaseCancelSpinLock(cancel_level(irp));
}

/// Sets a cancel routine in an IRP that was completed, and cancels it.
fn cancel_completed(driver: *mut DRIVER_OBJECT, wrong: bool) -> NTSTATUS {
    let irp = pending(driver);
    finish_own();
    if wrong {
        set_cancel_routine(irp, Some(release));
    }
    IoCancelIrp(irp);
    IoFreeIrp(irp);
    STATUS_SUCCESS
}

fn cancel_after_free(driver: *mut DRIVER_OBJECT, wrong: bool) -> NTSTATUS {
    let irp = pending(driver);
    finish_own();
    if !wrong {
        IoCancelIrp(irp);
    }
    IoFreeIrp(irp);
    if wrong {
        IoCancelIrp(irp);
    }
    STATUS_SUCCESS
}

/// Cancels the IRP of a program.
fn cancel_of_program(irp: *mut IRP, wrong: bool) -> NTSTATUS {
    if wrong {
        IoCancelIrp(irp);
    }
    done(irp)
}

/// Does not release the cancel spin lock in its cancel routine.
fn keep_lock(irp: *mut IRP, wrong: bool) -> NTSTATUS {
    if u32::from(location(irp).MajorFunction) != IRP_MJ_READ {
        return done(irp);
    }
    mark_pending(irp);
    set_cancel_routine(irp, Some(if wrong { cancel_locked } else { cancel }));
    STATUS_PENDING
}

/// Does nothing when a request is cancelled.
fn keep_for_ever(irp: *mut IRP, wrong: bool) -> NTSTATUS {
    if u32::from(location(irp).MajorFunction) != IRP_MJ_READ {
        return done(irp);
    }
    mark_pending(irp);
    set_cancel_routine(irp, Some(if wrong { release } else { cancel }));
    STATUS_PENDING
}

unsafe extern "C" fn cancel(_device: *mut DEVICE_OBJECT, irp: *mut IRP) {
    IoReleaseCancelSpinLock(cancel_level(irp));
    complete(irp, STATUS_CANCELLED, 0);
}

unsafe extern "C" fn cancel_locked(_device: *mut DEVICE_OBJECT, irp: *mut IRP) {
    complete(irp, STATUS_CANCELLED, 0);
}

fn acquire_twice(wrong: bool) {
    let (mut level, mut again) = (0, 0);
    IoAcquireCancelSpinLock(&raw mut level);
    if wrong {
        IoAcquireCancelSpinLock(&raw mut again);
    }
    IoReleaseCancelSpinLock(level);
}

fn release_unheld(wrong: bool) {
    if wrong {
        raise_level(DISPATCH_LEVEL);
        IoReleaseCancelSpinLock(0);
        lower_level(0);
    } else {
        let mut level = 0;
        IoAcquireCancelSpinLock(&raw mut level);
        IoReleaseCancelSpinLock(level);
    }
}
