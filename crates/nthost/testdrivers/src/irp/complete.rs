//! Faults of completing IRPs, and of completion routines.

use wdk_sys::{
    DEVICE_OBJECT, DISPATCH_LEVEL, DRIVER_OBJECT, IRP, NTSTATUS, PIO_COMPLETION_ROUTINE, PVOID,
    STATUS_PENDING, STATUS_SUCCESS,
};

use super::{at_entry, end, keep, own_for_one, send};
use crate::{
    fault::{Fault, done},
    kernel::{
        complete,
        irp::{
            IofCompleteRequest, KEEP, KeEnterCriticalRegion, mark_pending, raise_level,
            set_cancel_routine,
        },
        locks::{ABOVE, at_level_if},
    },
};

/// All of them.
pub(crate) const FAULTS: &[Fault] = &[
    Fault::at_request("irp-completed-twice", twice),
    Fault::at_request("irp-completed-above-dispatch", above_dispatch),
    Fault::at_request("irp-completed-pending", as_pending),
    Fault::at_request("irp-cancel-routine-left", with_cancel_routine),
    Fault::at_request("irp-information-too-large", too_much),
    at_entry("irp-completion-irql", |driver, wrong| with_routine(driver, wrong, raise)),
    at_entry("irp-completion-regions", |driver, wrong| with_routine(driver, wrong, enter)),
    at_entry("irp-completion-pageable", |driver, wrong| with_routine(driver, wrong, paged)),
];

fn twice(irp: *mut IRP, wrong: bool) -> NTSTATUS {
    let status = done(irp);
    if wrong {
        IofCompleteRequest(irp, 0);
    }
    status
}

fn above_dispatch(irp: *mut IRP, wrong: bool) -> NTSTATUS {
    at_level_if(wrong, ABOVE, || {
        done(irp);
    });
    STATUS_SUCCESS
}

/// Completes a request with `STATUS_PENDING`.
fn as_pending(irp: *mut IRP, wrong: bool) -> NTSTATUS {
    mark_pending(irp);
    complete(irp, if wrong { STATUS_PENDING } else { STATUS_SUCCESS }, 0);
    STATUS_PENDING
}

/// Completes a request whose cancel routine is set.
fn with_cancel_routine(irp: *mut IRP, wrong: bool) -> NTSTATUS {
    set_cancel_routine(irp, Some(never));
    if !wrong {
        set_cancel_routine(irp, None);
    }
    done(irp)
}

unsafe extern "C" fn never(_device: *mut DEVICE_OBJECT, _irp: *mut IRP) {}

/// Says that there are more bytes of output than there is room.
fn too_much(irp: *mut IRP, wrong: bool) -> NTSTATUS {
    complete(irp, STATUS_SUCCESS, if wrong { 0x1000 } else { 0 });
    STATUS_SUCCESS
}

/// Sends an own IRP with a completion routine.
fn with_routine(
    driver: *mut DRIVER_OBJECT,
    wrong: bool,
    routine: unsafe extern "C" fn(*mut DEVICE_OBJECT, *mut IRP, PVOID) -> NTSTATUS,
) -> NTSTATUS {
    let routine: PIO_COMPLETION_ROUTINE = Some(if wrong { routine } else { keep });
    let irp = own_for_one(routine);
    send(driver, irp);
    end(irp);
    STATUS_SUCCESS
}

/// Returns at another level.
unsafe extern "C" fn raise(
    _device: *mut DEVICE_OBJECT,
    _irp: *mut IRP,
    _context: PVOID,
) -> NTSTATUS {
    raise_level(DISPATCH_LEVEL);
    KEEP
}

/// Returns in a critical region.
unsafe extern "C" fn enter(
    _device: *mut DEVICE_OBJECT,
    _irp: *mut IRP,
    _context: PVOID,
) -> NTSTATUS {
    KeEnterCriticalRegion();
    KEEP
}

/// A completion routine whose code may be paged out.
#[unsafe(link_section = "PAGE")]
unsafe extern "C" fn paged(
    _device: *mut DEVICE_OBJECT,
    _irp: *mut IRP,
    _context: PVOID,
) -> NTSTATUS {
    KEEP
}
