//! Completion routines that keep their driver loaded until they have returned.

use core::ffi::c_void;
use std::collections::HashMap;

use super::{check, current, rules};
use crate::{
    export::{Export, exports},
    ke,
    low_resources::denies,
    nt::{
        BOOLEAN, DEVICE_OBJECT, DISPATCH_LEVEL, IO_COMPLETION_ROUTINE, IO_STACK_LOCATION, IRP,
        NTSTATUS, PASSIVE_LEVEL, PIO_COMPLETION_ROUTINE, SL_INVOKE_ON_CANCEL, SL_INVOKE_ON_ERROR,
        SL_INVOKE_ON_SUCCESS, STATUS_INSUFFICIENT_RESOURCES, STATUS_INVALID_PARAMETER,
        STATUS_MORE_PROCESSING_REQUIRED, STATUS_SUCCESS,
    },
    ob,
    sched::Mutex,
    system::System,
    thread,
};

/// A completion routine that keeps its driver loaded.
struct Guarded {
    device: *mut DEVICE_OBJECT,
    routine: IO_COMPLETION_ROUTINE,
    context: *mut c_void,
}

/// The guarded routines that have not been called, with the address in a driver that set each.
#[derive(Default)]
pub(crate) struct Routines(Mutex<HashMap<usize, usize>>);

/// Guarded routines that were never called, in sentences.
pub(crate) fn leftovers(system: &System) -> Vec<String> {
    let set = system.io.routines.0.lock();
    let callers = set.values().map(|&caller| system.describe(caller));
    callers
        .map(|caller| format!("the completion routine that {caller} set was not called"))
        .collect()
}

/// What a report calls a routine: the driver's own, if it is guarded.
///
/// # Safety
///
/// The routine has not been called yet, and this is its context.
pub(super) unsafe fn name(code: IO_COMPLETION_ROUTINE, context: *const c_void) -> usize {
    if code as usize == call as IO_COMPLETION_ROUTINE as usize {
        // SAFETY: by the contract.
        unsafe { (*context.cast::<Guarded>()).routine as usize }
    } else {
        code as usize
    }
}

/// Checks the completion routine that a driver has set in a stack location of an IRP.
pub(super) fn check(system: &System, irp: *mut IRP, location: *const IO_STACK_LOCATION) {
    // SAFETY: the driver has the IRP, and it is one of its locations.
    let IO_STACK_LOCATION { CompletionRoutine, Context, .. } = unsafe { &*location };
    let Some(code) = *CompletionRoutine else { return };
    // SAFETY: it was set with this context, and has not been called.
    let name = unsafe { name(code, *Context) };
    if system.images.read().iter().any(|image| image.is_pageable(name)) {
        rules::by(rules::PAGEABLE_ROUTINE, irp, name, "is a completion routine in pageable code");
    }
}

/// Calls a guarded routine.
unsafe extern "efiapi" fn call(
    device: *mut DEVICE_OBJECT,
    irp: *mut IRP,
    context: *mut c_void,
) -> NTSTATUS {
    let address = context as usize;
    thread::current(|thread| {
        thread.system.io.running.begin();
        thread.system.io.routines.0.lock().remove(&address);
    });
    // SAFETY: `IoSetCompletionRoutineEx` put it there, and it is called once.
    let guarded = *unsafe { Box::from_raw(context.cast::<Guarded>()) };
    let Guarded { routine, context, .. } = guarded;
    // SAFETY: the driver set the routine for this IRP.
    let code = || unsafe { routine(device, irp, context) };
    // SAFETY: there is nothing to drop. A driver that is left keeps the IRP.
    let status = unsafe { ke::thread::ask(STATUS_MORE_PROCESSING_REQUIRED, code) };
    ob::dereference(guarded.device as usize);
    thread::current(|thread| thread.system.io.running.end());
    status
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-iosetcompletionroutineex)
pub(in crate::io) unsafe extern "efiapi" fn IoSetCompletionRoutineEx(
    device: *mut DEVICE_OBJECT,
    irp: *mut IRP,
    routine: PIO_COMPLETION_ROUTINE,
    context: *mut c_void,
    on_success: BOOLEAN,
    on_error: BOOLEAN,
    on_cancel: BOOLEAN,
) -> NTSTATUS {
    if denies("IoSetCompletionRoutineEx") {
        return STATUS_INSUFFICIENT_RESOURCES;
    }
    let Some(routine) = routine else { return STATUS_INVALID_PARAMETER };
    // SAFETY: the driver says that it is an IRP.
    if !thread::current(|thread| unsafe { check::has_irp(&thread.system, irp) }) {
        return STATUS_INVALID_PARAMETER;
    }
    // SAFETY: the driver has the IRP.
    let packet = unsafe { &*irp };
    if packet.CurrentLocation <= 1 {
        rules::by_caller(
            rules::NO_STACK_LOCATION,
            irp,
            "sets a completion routine in an IRP without a next stack location",
        );
        return STATUS_INVALID_PARAMETER;
    }
    let next = current(packet).wrapping_sub(1);
    ob::reference(device as usize);
    let guarded = Box::into_raw(Box::new(Guarded { device, routine, context }));
    thread::current(|thread| {
        let mut set = thread.system.io.routines.0.lock();
        set.insert(guarded as usize, thread.caller.get());
    });
    let wanted = [
        (on_success, SL_INVOKE_ON_SUCCESS),
        (on_error, SL_INVOKE_ON_ERROR),
        (on_cancel, SL_INVOKE_ON_CANCEL),
    ];
    let wanted = wanted.iter().filter(|(wanted, _)| *wanted != 0);
    // SAFETY: the number says that there is a next location.
    let next = unsafe { &mut *next };
    next.CompletionRoutine = Some(call);
    next.Context = guarded.cast();
    next.Control = wanted.fold(0, |control, (_, flag)| control | flag);
    STATUS_SUCCESS
}

pub(super) const EXPORTS: &[Export] = exports! {
    IoSetCompletionRoutineEx: PASSIVE_LEVEL..=DISPATCH_LEVEL;
};
