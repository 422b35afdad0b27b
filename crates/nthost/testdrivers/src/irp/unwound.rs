//! Faults of what IRPs refer to on the stack.

use core::ptr;

use wdk_sys::{
    _EVENT_TYPE::NotificationEvent, DRIVER_OBJECT, IO_STATUS_BLOCK, KEVENT, NTSTATUS,
    PIO_STATUS_BLOCK, PKEVENT, STATUS_SUCCESS,
};

use super::{at_entry, finish_own, send};
use crate::{
    fault::Fault,
    kernel::{
        allocate, free,
        irp::{IoBuildDeviceIoControlRequest, KeInitializeEvent, device},
    },
};

/// All of them.
pub(crate) const FAULTS: &[Fault] = &[
    at_entry("irp-status-block-unwound", result_on_stack),
    at_entry("irp-event-unwound", event_on_stack),
];

/// Sends a control request that is pending when this returns.
fn start(driver: *mut DRIVER_OBJECT, event: PKEVENT, result: PIO_STATUS_BLOCK) {
    let (none, device) = (ptr::null_mut(), device(driver));
    let irp =
        IoBuildDeviceIoControlRequest(0x0022_2000, device, none, 0, none, 0, 0, event, result);
    send(driver, irp);
}

/// The same, with a result in the frame of this function.
#[inline(never)]
fn start_with_result(driver: *mut DRIVER_OBJECT) {
    let mut result = IO_STATUS_BLOCK::default();
    start(driver, ptr::null_mut(), &raw mut result);
}

/// The same, with an event in the frame of this function.
#[inline(never)]
fn start_with_event(driver: *mut DRIVER_OBJECT, result: PIO_STATUS_BLOCK) {
    let mut event = KEVENT::default();
    KeInitializeEvent(&raw mut event, NotificationEvent, 0);
    start(driver, &raw mut event, result);
}

fn result_on_stack(driver: *mut DRIVER_OBJECT, wrong: bool) -> NTSTATUS {
    let result = allocate(64);
    if wrong {
        start_with_result(driver);
    } else {
        start(driver, ptr::null_mut(), result.cast());
    }
    finish_own();
    free(result);
    STATUS_SUCCESS
}

fn event_on_stack(driver: *mut DRIVER_OBJECT, wrong: bool) -> NTSTATUS {
    let (event, result) = (allocate(64).cast(), allocate(64));
    KeInitializeEvent(event, NotificationEvent, 0);
    if wrong {
        start_with_event(driver, result.cast());
    } else {
        start(driver, event, result.cast());
    }
    finish_own();
    free(event.cast());
    free(result);
    STATUS_SUCCESS
}
