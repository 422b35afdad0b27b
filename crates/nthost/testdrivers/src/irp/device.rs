//! Faults of devices and work items.

use wdk_sys::{DEVICE_OBJECT, DRIVER_OBJECT, NTSTATUS, STATUS_SUCCESS};

use crate::{
    fault::Fault,
    kernel::{
        IoDeleteDevice,
        irp::{
            IoAllocateWorkItem, IoAttachDeviceToDeviceStack, IoDetachDevice, IoFreeWorkItem,
            make_device,
        },
    },
};

/// All of them.
pub(crate) const FAULTS: &[Fault] = &[
    Fault::at_entry("device-deleted-twice", delete_twice),
    Fault::at_entry("device-deleted-attached", delete_attached),
    Fault::at_entry("work-item-freed", free_twice),
];

fn delete_twice(driver: *mut DRIVER_OBJECT, wrong: bool) -> NTSTATUS {
    let device = make_device(driver);
    IoDeleteDevice(device);
    if wrong {
        IoDeleteDevice(device);
    }
    STATUS_SUCCESS
}

/// Deletes a device that is attached to another.
fn delete_attached(driver: *mut DRIVER_OBJECT, wrong: bool) -> NTSTATUS {
    let (lower, upper) = (make_device(driver), make_device(driver));
    let below = attach(upper, lower);
    if !wrong {
        IoDetachDevice(below);
    }
    IoDeleteDevice(upper);
    IoDeleteDevice(lower);
    STATUS_SUCCESS
}

/// Attaches a device to another one, which is ready for that.
fn attach(upper: *mut DEVICE_OBJECT, lower: *mut DEVICE_OBJECT) -> *mut DEVICE_OBJECT {
    // SAFETY: as for the functions of the kernel.
    unsafe { (*lower).Flags &= !wdk_sys::DO_DEVICE_INITIALIZING };
    IoAttachDeviceToDeviceStack(upper, lower)
}

fn free_twice(driver: *mut DRIVER_OBJECT, wrong: bool) -> NTSTATUS {
    let device = make_device(driver);
    let item = IoAllocateWorkItem(device);
    IoFreeWorkItem(item);
    if wrong {
        IoFreeWorkItem(item);
    }
    IoDeleteDevice(device);
    STATUS_SUCCESS
}
