//! Faults of sending IRPs.

use core::ptr;

use wdk_sys::{
    APC_LEVEL, DEVICE_OBJECT, DISPATCH_LEVEL, DRIVER_OBJECT, IO_STATUS_BLOCK, IRP, IRP_MJ_CREATE,
    IRP_MJ_WRITE, NTSTATUS, PASSIVE_LEVEL, STATUS_SUCCESS,
};

use super::{at_entry, finish_own, keep, own_for_one, send};
use crate::{
    fault::{Fault, done},
    kernel::{
        allocate, free,
        irp::{
            IoAllocateIrp, IoBuildDeviceIoControlRequest, IoFreeIrp, IofCallDriver, device,
            lower_level, next, raise_level, set_cancel_routine, set_routine,
        },
        locks::{ABOVE, at_level_if},
    },
};

/// All of them.
pub(crate) const FAULTS: &[Fault] = &[
    at_entry("irp-sent-no-irp", send_no_irp),
    at_entry("irp-sent-after-free", send_after_free),
    at_entry("irp-sent-no-device", send_to_no_device),
    at_entry("irp-sent-null-device", send_to_null),
    at_entry("irp-sent-above-dispatch", send_above_dispatch),
    Fault { request: Some(finish), ..Fault::at_entry("irp-sent-irql", open_at_dispatch) },
    Fault { request: Some(finish), ..Fault::at_entry("irp-threaded-irql", threaded_at_apc) },
    at_entry("irp-sent-with-cancel-routine", with_cancel_routine),
    at_entry("irp-no-dispatch-routine", to_no_routine),
];

fn finish(irp: *mut IRP, _wrong: bool) -> NTSTATUS {
    done(irp)
}

/// Sends a block of pool.
fn send_no_irp(driver: *mut DRIVER_OBJECT, wrong: bool) -> NTSTATUS {
    let block = allocate(512);
    let irp = own_for_one(Some(keep));
    send(driver, if wrong { block.cast() } else { irp });
    finish_own();
    IoFreeIrp(irp);
    free(block);
    STATUS_SUCCESS
}

fn send_after_free(driver: *mut DRIVER_OBJECT, wrong: bool) -> NTSTATUS {
    let irp = own_for_one(Some(keep));
    if wrong {
        IoFreeIrp(irp);
    }
    send(driver, irp);
    finish_own();
    if !wrong {
        IoFreeIrp(irp);
    }
    STATUS_SUCCESS
}

/// Sends an IRP to a block of pool.
fn send_to_no_device(driver: *mut DRIVER_OBJECT, wrong: bool) -> NTSTATUS {
    let block = allocate(512);
    send_to(if wrong { block.cast() } else { device(driver) });
    free(block);
    STATUS_SUCCESS
}

fn send_to_null(driver: *mut DRIVER_OBJECT, wrong: bool) -> NTSTATUS {
    send_to(if wrong { ptr::null_mut() } else { device(driver) });
    STATUS_SUCCESS
}

fn send_above_dispatch(driver: *mut DRIVER_OBJECT, wrong: bool) -> NTSTATUS {
    let irp = own_for_one(Some(keep));
    at_level_if(wrong, ABOVE, || {
        let _ = IofCallDriver(device(driver), irp);
    });
    finish_own();
    IoFreeIrp(irp);
    STATUS_SUCCESS
}

fn send_to(device: *mut DEVICE_OBJECT) {
    let irp = own_for_one(Some(keep));
    let _ = IofCallDriver(device, irp);
    finish_own();
    IoFreeIrp(irp);
}

/// Runs code at a level.
fn at_level(level: u32, code: impl FnOnce()) {
    let before = raise_level(level);
    code();
    lower_level(before);
}

/// Sends a request to open a file at `DISPATCH_LEVEL`.
fn open_at_dispatch(driver: *mut DRIVER_OBJECT, wrong: bool) -> NTSTATUS {
    let irp = IoAllocateIrp(1, 0);
    next(irp).MajorFunction = u8::try_from(IRP_MJ_CREATE).unwrap_or_default();
    set_routine(irp, Some(keep));
    at_level(if wrong { DISPATCH_LEVEL } else { PASSIVE_LEVEL }, || send(driver, irp));
    IoFreeIrp(irp);
    STATUS_SUCCESS
}

/// Sends an IRP at `APC_LEVEL` that its thread has to finish.
fn threaded_at_apc(driver: *mut DRIVER_OBJECT, wrong: bool) -> NTSTATUS {
    let mut result = IO_STATUS_BLOCK::default();
    let (none, result) = (ptr::null_mut(), &raw mut result);
    let device = device(driver);
    let code = 0x0022_2000;
    let irp =
        IoBuildDeviceIoControlRequest(code, device, none, 0, none, 0, 0, ptr::null_mut(), result);
    at_level(if wrong { APC_LEVEL } else { PASSIVE_LEVEL }, || send(driver, irp));
    STATUS_SUCCESS
}

/// Sends an IRP whose cancel routine is set.
fn with_cancel_routine(driver: *mut DRIVER_OBJECT, wrong: bool) -> NTSTATUS {
    let irp = own_for_one(Some(keep));
    if wrong {
        set_cancel_routine(irp, Some(never));
    }
    send(driver, irp);
    finish_own();
    IoFreeIrp(irp);
    STATUS_SUCCESS
}

unsafe extern "C" fn never(_device: *mut DEVICE_OBJECT, _irp: *mut IRP) {}

/// Sends a request that the driver of the device has removed the routine for.
fn to_no_routine(driver: *mut DRIVER_OBJECT, wrong: bool) -> NTSTATUS {
    if wrong {
        // SAFETY: as for the functions of the kernel.
        let object = unsafe { &mut *driver };
        if let Some(routine) = object.MajorFunction.get_mut(IRP_MJ_WRITE as usize) {
            *routine = None;
        }
    }
    let irp = own_for_one(Some(keep));
    next(irp).MajorFunction = u8::try_from(IRP_MJ_WRITE).unwrap_or_default();
    send(driver, irp);
    IoFreeIrp(irp);
    STATUS_SUCCESS
}
