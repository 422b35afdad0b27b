//! Faults of passing IRPs on to another device.

use core::{
    ptr,
    sync::atomic::{AtomicPtr, Ordering},
};

use wdk_sys::{DEVICE_OBJECT, DRIVER_OBJECT, IRP, NTSTATUS, PVOID, STATUS_PENDING, STATUS_SUCCESS};

use crate::{
    fault::{Fault, done},
    kernel::{
        IoDeleteDevice,
        irp::{
            IofCallDriver, copy_to_next, device, location, make_device, mark_pending, next,
            set_routine, set_stack_size,
        },
    },
};

/// All of them.
pub(crate) const FAULTS: &[Fault] = &[
    over_two("irp-no-stack-location", no_location),
    over_two("irp-control-not-cleared", with_marks),
    over_two("irp-completion-routine-copied", with_routine),
    over_two("irp-stack-not-copied", unprepared),
    over_two("irp-pending-not-propagated", unpropagated),
];

/// The device below the one that programs open.
static LOWER: AtomicPtr<DEVICE_OBJECT> = AtomicPtr::new(ptr::null_mut());

/// A fault of a driver with a device above another one.
const fn over_two(rule: &'static str, request: fn(*mut IRP, bool) -> NTSTATUS) -> Fault {
    Fault { entry: make_lower, unload: delete_lower, ..Fault::at_request(rule, request) }
}

fn make_lower(driver: *mut DRIVER_OBJECT, _wrong: bool) -> NTSTATUS {
    set_stack_size(device(driver), 3);
    let lower = make_device(driver);
    set_stack_size(lower, 2);
    LOWER.store(lower, Ordering::Release);
    STATUS_SUCCESS
}

fn delete_lower(_wrong: bool) {
    IoDeleteDevice(LOWER.load(Ordering::Acquire));
}

/// Whether an IRP is for the lower device.
fn is_below(irp: *mut IRP) -> bool {
    location(irp).DeviceObject == LOWER.load(Ordering::Acquire)
}

fn pass_on(irp: *mut IRP) -> NTSTATUS {
    IofCallDriver(LOWER.load(Ordering::Acquire), irp)
}

unsafe extern "C" fn go_on(
    _device: *mut DEVICE_OBJECT,
    irp: *mut IRP,
    _context: PVOID,
) -> NTSTATUS {
    // SAFETY: as for the functions of the kernel.
    if unsafe { (*irp).PendingReturned } != 0 {
        mark_pending(irp);
    }
    STATUS_SUCCESS
}

unsafe extern "C" fn go_on_unmarked(
    _device: *mut DEVICE_OBJECT,
    _irp: *mut IRP,
    _context: PVOID,
) -> NTSTATUS {
    STATUS_SUCCESS
}

/// Sends an IRP on more often than it has stack locations.
fn no_location(irp: *mut IRP, wrong: bool) -> NTSTATUS {
    // SAFETY: as for the functions of the kernel.
    if unsafe { (*irp).CurrentLocation } == 1 && !wrong {
        return done(irp);
    }
    copy_to_next(irp);
    pass_on(irp)
}

/// Copies its stack location with the mark that the IRP is pending.
fn with_marks(irp: *mut IRP, wrong: bool) -> NTSTATUS {
    if is_below(irp) {
        return done(irp);
    }
    mark_pending(irp);
    copy_to_next(irp);
    if wrong {
        next(irp).Control = location(irp).Control;
    }
    let _ = pass_on(irp);
    STATUS_PENDING
}

/// Copies its stack location with the completion routine of the driver above.
fn with_routine(irp: *mut IRP, wrong: bool) -> NTSTATUS {
    // SAFETY: as for the functions of the kernel.
    match unsafe { (*irp).CurrentLocation } {
        1 => done(irp),
        2 => {
            copy_to_next(irp);
            if wrong {
                let (from, to) = (location(irp), next(irp));
                (to.CompletionRoutine, to.Control) = (from.CompletionRoutine, from.Control);
            }
            pass_on(irp)
        }
        _ => {
            copy_to_next(irp);
            set_routine(irp, Some(go_on));
            pass_on(irp)
        }
    }
}

/// Sends an IRP on with a stack location of zeros.
fn unprepared(irp: *mut IRP, wrong: bool) -> NTSTATUS {
    if is_below(irp) {
        return done(irp);
    }
    if !wrong {
        copy_to_next(irp);
    }
    pass_on(irp)
}

/// Does not hand on that an IRP is pending.
fn unpropagated(irp: *mut IRP, wrong: bool) -> NTSTATUS {
    if is_below(irp) {
        mark_pending(irp);
        done(irp);
        return STATUS_PENDING;
    }
    copy_to_next(irp);
    set_routine(irp, Some(if wrong { go_on_unmarked } else { go_on }));
    pass_on(irp)
}
