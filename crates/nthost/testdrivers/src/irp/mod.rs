//! Faults of IRPs and devices.

pub(crate) mod cancel;
pub(crate) mod complete;
pub(crate) mod device;
pub(crate) mod dispatch;
pub(crate) mod own;
pub(crate) mod send;
pub(crate) mod stack;
pub(crate) mod unwound;

use core::{
    ptr,
    sync::atomic::{AtomicPtr, Ordering},
};

use wdk_sys::{
    DEVICE_OBJECT, DRIVER_OBJECT, IRP, IRP_MJ_READ, NTSTATUS, PIO_COMPLETION_ROUTINE, PVOID,
    STATUS_PENDING,
};

use crate::{
    fault::{Fault, done},
    kernel::irp::{
        IoAllocateIrp, IoFreeIrp, IofCallDriver, KEEP, device, is_of_driver, mark_pending, next,
        set_routine,
    },
};

/// The IRP of the driver's own that it has sent to itself, and that is pending.
static PENDING: AtomicPtr<IRP> = AtomicPtr::new(ptr::null_mut());

/// A fault in `DriverEntry`, where the driver has a device that pends the driver's own IRPs.
const fn at_entry(rule: &'static str, entry: fn(*mut DRIVER_OBJECT, bool) -> NTSTATUS) -> Fault {
    Fault { request: Some(pend_own), ..Fault::at_entry(rule, entry) }
}

/// Pends requests of drivers, and completes those of programs.
fn pend_own(irp: *mut IRP, _wrong: bool) -> NTSTATUS {
    if !is_of_driver(irp) {
        return done(irp);
    }
    mark_pending(irp);
    PENDING.store(irp, Ordering::Release);
    STATUS_PENDING
}

/// Completes the driver's own IRP that it has sent to itself.
fn finish_own() {
    let irp = PENDING.swap(ptr::null_mut(), Ordering::AcqRel);
    if !irp.is_null() {
        done(irp);
    }
}

/// A completion routine that keeps the IRP.
unsafe extern "C" fn keep(
    _device: *mut DEVICE_OBJECT,
    _irp: *mut IRP,
    _context: PVOID,
) -> NTSTATUS {
    KEEP
}

/// An IRP of the driver's own for one device, ready to be sent: a read with a completion routine.
fn own_for_one(routine: PIO_COMPLETION_ROUTINE) -> *mut IRP {
    let irp = IoAllocateIrp(1, 0);
    prepare(irp, routine);
    irp
}

/// Prepares the next stack location of an IRP for a read.
fn prepare(irp: *mut IRP, routine: PIO_COMPLETION_ROUTINE) {
    next(irp).MajorFunction = u8::try_from(IRP_MJ_READ).unwrap_or_default();
    set_routine(irp, routine);
}

/// Sends an own IRP to the driver's device.
fn send(driver: *mut DRIVER_OBJECT, irp: *mut IRP) {
    let _ = IofCallDriver(device(driver), irp);
}

/// An own IRP that is pending in the driver's device.
fn pending(driver: *mut DRIVER_OBJECT) -> *mut IRP {
    let irp = own_for_one(Some(keep));
    send(driver, irp);
    irp
}

/// Completes an own IRP that is pending, and frees it.
fn end(irp: *mut IRP) {
    finish_own();
    IoFreeIrp(irp);
}
