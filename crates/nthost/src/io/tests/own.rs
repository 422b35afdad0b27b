//! IRPs that a driver of a test allocates itself.

use core::ffi::c_void;

use super::rig::Asked;
use crate::{
    io::irp::{
        IofCallDriver,
        allocate::{IoAllocateIrp, IoFreeIrp, IoReuseIrp},
    },
    nt::{
        DEVICE_OBJECT, IO_STACK_LOCATION, IRP, IRP_MJ_INTERNAL_DEVICE_CONTROL, NTSTATUS,
        SL_INVOKE_ON_CANCEL, SL_INVOKE_ON_ERROR, SL_INVOKE_ON_SUCCESS, STATUS_SUCCESS, irp_next,
    },
};

pub const ALWAYS: u8 = SL_INVOKE_ON_CANCEL | SL_INVOKE_ON_ERROR | SL_INVOKE_ON_SUCCESS;

/// What a completion routine does.
pub type OnCompletion = dyn Fn(Completed) -> NTSTATUS;

/// What a completion routine is given.
#[derive(Clone, Copy)]
pub struct Completed {
    pub device: *mut DEVICE_OBJECT,
    pub irp: *mut IRP,
}

impl Completed {
    pub fn packet<'irp>(self) -> &'irp mut IRP {
        // SAFETY: the IRP is the routine's to look at.
        unsafe { &mut *self.irp }
    }

    pub fn status(self) -> NTSTATUS {
        // SAFETY: a completed IRP has a status.
        unsafe { self.packet().IoStatus.u.Status }
    }
}

/// The completion routine of all tests: its context is what it does.
unsafe extern "efiapi" fn completed(
    device: *mut DEVICE_OBJECT,
    irp: *mut IRP,
    context: *mut c_void,
) -> NTSTATUS {
    // SAFETY: `on_completion` put it there.
    let routine = unsafe { &*context.cast::<Box<OnCompletion>>() };
    routine(Completed { device, irp })
}

/// The next stack location.
pub fn next<'irp>(irp: *mut IRP) -> &'irp mut IO_STACK_LOCATION {
    // SAFETY: the test has the IRP, which has another location.
    let next = unsafe { irp_next(irp) };
    // SAFETY: as above.
    unsafe { &mut *next }
}

/// Sets what is done on completion, for the results that `control` says. It is never freed.
pub fn on_completion(irp: *mut IRP, control: u8, code: impl Fn(Completed) -> NTSTATUS + 'static) {
    let code: Box<OnCompletion> = Box::new(code);
    let location = next(irp);
    location.CompletionRoutine = Some(completed);
    location.Context = Box::into_raw(Box::new(code)).cast();
    location.Control = control;
}

pub fn allocate(locations: i8) -> *mut IRP {
    // SAFETY: it may be called at any time.
    let irp = unsafe { IoAllocateIrp(locations, 0) };
    assert!(!irp.is_null());
    irp
}

pub fn free(irp: *mut IRP) {
    // SAFETY: a wrong IRP is noticed.
    unsafe { IoFreeIrp(irp) };
}

pub fn reuse(irp: *mut IRP) {
    // SAFETY: a wrong IRP is noticed.
    unsafe { IoReuseIrp(irp, STATUS_SUCCESS) };
}

/// Sends an IRP to a device.
pub fn send(irp: *mut IRP, device: *mut DEVICE_OBJECT) -> NTSTATUS {
    next(irp).MajorFunction = IRP_MJ_INTERNAL_DEVICE_CONTROL;
    // SAFETY: the IRP is filled in.
    unsafe { IofCallDriver(device, irp) }
}

/// Passes a request on to another device, and does something on completion.
pub fn pass_on(
    asked: Asked,
    device: *mut DEVICE_OBJECT,
    code: impl Fn(Completed) -> NTSTATUS + 'static,
) -> NTSTATUS {
    on_completion(asked.irp, ALWAYS, code);
    send(asked.irp, device)
}
