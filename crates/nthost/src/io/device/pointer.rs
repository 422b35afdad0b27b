//! Devices of other drivers.

use core::ptr;

use super::{exports::text, top};
use crate::{
    export::{Export, exports},
    io::{file, opening::Opening},
    low_resources::denies,
    nt::{
        ACCESS_MASK, DEVICE_OBJECT, FILE_OBJECT, KernelMode, NTSTATUS, PASSIVE_LEVEL,
        STATUS_INSUFFICIENT_RESOURCES, STATUS_OBJECT_NAME_INVALID, STATUS_SUCCESS, UNICODE_STRING,
    },
    ob, thread,
};

/// The file object is the driver's, which dereferences it; the device stays as long.
///
/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-iogetdeviceobjectpointer)
pub(in crate::io) unsafe extern "efiapi" fn IoGetDeviceObjectPointer(
    name: *const UNICODE_STRING,
    access: ACCESS_MASK,
    file: *mut *mut FILE_OBJECT,
    device: *mut *mut DEVICE_OBJECT,
) -> NTSTATUS {
    if denies("IoGetDeviceObjectPointer") {
        return STATUS_INSUFFICIENT_RESOURCES;
    }
    // SAFETY: the driver passes a valid string.
    let Some(name) = (unsafe { text(name) }) else { return STATUS_OBJECT_NAME_INVALID };
    let system = thread::system();
    let handle = match file::open(&system, &name, &Opening::of_driver(access)) {
        Ok(handle) => handle,
        Err(status) => return status,
    };
    let object = handle.file();
    ob::lend(object.address() as usize);
    // As on Windows the handle is closed at once, and the driver of the device gets a cleanup.
    file::close(&system, handle, KernelMode);
    // SAFETY: an open file keeps its device.
    let top = unsafe { top(object.device()) };
    // SAFETY: the driver passes places for the results.
    unsafe { ptr::write(file, object.address()) };
    // SAFETY: as above.
    unsafe { ptr::write(device, top) };
    STATUS_SUCCESS
}

pub(super) const EXPORTS: &[Export] = exports! {
    IoGetDeviceObjectPointer: PASSIVE_LEVEL..=PASSIVE_LEVEL;
};
