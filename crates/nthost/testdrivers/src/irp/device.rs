//! Faults of devices and work items.

use core::ptr;

use wdk_sys::{
    DEVICE_OBJECT, DO_BUFFERED_IO, DO_DIRECT_IO, DRIVER_OBJECT, NTSTATUS, PIO_REMOVE_LOCK,
    STATUS_SUCCESS,
};

use crate::{
    fault::Fault,
    kernel::{
        IoDeleteDevice,
        irp::{
            IoAcquireRemoveLockEx, IoAllocateWorkItem, IoAttachDeviceToDeviceStack, IoDetachDevice,
            IoFreeWorkItem, IoInitializeRemoveLockEx, IoReleaseRemoveLockAndWaitEx,
            IoReleaseRemoveLockEx, make_device, make_device_with,
        },
    },
};

/// All of them.
pub(crate) const FAULTS: &[Fault] = &[
    Fault::at_entry("device-deleted-twice", delete_twice),
    Fault::at_entry("device-deleted-attached", delete_attached),
    Fault::at_entry("device-not-attached", detach_unattached),
    Fault::at_entry("device-two-kinds-of-buffers", two_kinds),
    Fault::at_entry("remove-lock-released", release_other_tag),
    Fault::at_entry("remove-lock-tag", give_up_other_tag),
    Fault::at_entry("remove-lock-initialized-again", initialize_again),
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

fn detach_unattached(driver: *mut DRIVER_OBJECT, wrong: bool) -> NTSTATUS {
    let (lower, upper) = (make_device(driver), make_device(driver));
    let below = attach(upper, lower);
    IoDetachDevice(below);
    if wrong {
        IoDetachDevice(below);
    }
    IoDeleteDevice(upper);
    IoDeleteDevice(lower);
    STATUS_SUCCESS
}

/// Makes a device with buffered and with direct I/O. It is deleted at the end.
fn two_kinds(driver: *mut DRIVER_OBJECT, wrong: bool) -> NTSTATUS {
    let device = make_device(driver);
    // SAFETY: as for the functions of the kernel.
    let object = unsafe { &mut *device };
    object.Flags |= DO_BUFFERED_IO | if wrong { DO_DIRECT_IO } else { 0 };
    STATUS_SUCCESS
}

/// Bytes of a remove lock.
const LOCK: u32 = 32;

/// A device with a remove lock that is acquired.
fn with_lock(driver: *mut DRIVER_OBJECT) -> (*mut DEVICE_OBJECT, PIO_REMOVE_LOCK) {
    let device = make_device_with(driver, 64);
    // SAFETY: as for the functions of the kernel.
    let lock = unsafe { (*device).DeviceExtension }.cast();
    IoInitializeRemoveLockEx(lock, 0, 0, 0, LOCK);
    let _ = IoAcquireRemoveLockEx(lock, device.cast(), ptr::null(), 0, LOCK);
    (device, lock)
}

/// Releases a remove lock with a tag that it was not acquired with.
fn release_other_tag(driver: *mut DRIVER_OBJECT, wrong: bool) -> NTSTATUS {
    let (device, lock) = with_lock(driver);
    IoReleaseRemoveLockEx(lock, if wrong { lock.cast() } else { device.cast() }, LOCK);
    IoDeleteDevice(device);
    STATUS_SUCCESS
}

fn give_up_other_tag(driver: *mut DRIVER_OBJECT, wrong: bool) -> NTSTATUS {
    let (device, lock) = with_lock(driver);
    IoReleaseRemoveLockAndWaitEx(lock, if wrong { lock.cast() } else { device.cast() }, LOCK);
    IoDeleteDevice(device);
    STATUS_SUCCESS
}

fn initialize_again(driver: *mut DRIVER_OBJECT, wrong: bool) -> NTSTATUS {
    let (device, lock) = with_lock(driver);
    IoReleaseRemoveLockEx(lock, device.cast(), LOCK);
    if wrong {
        IoInitializeRemoveLockEx(lock, 0, 0, 0, LOCK);
    }
    IoDeleteDevice(device);
    STATUS_SUCCESS
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
