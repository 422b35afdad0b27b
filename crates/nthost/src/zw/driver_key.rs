//! The registry keys that belong to a driver.

use super::{
    key::open,
    registry::{SERVICES, units},
};
use crate::{
    low_resources::denies,
    nt::{
        ACCESS_MASK, DRIVER_OBJECT, DriverRegKeyParameters, HANDLE, NTSTATUS,
        STATUS_INSUFFICIENT_RESOURCES, STATUS_INVALID_PARAMETER, STATUS_NOT_SUPPORTED,
        STATUS_SUCCESS,
    },
    thread,
};

/// Of the keys that a driver can ask for, only that of its parameters is here.
///
/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-ioopendriverregistrykey)
pub(super) unsafe extern "efiapi" fn IoOpenDriverRegistryKey(
    driver: *const DRIVER_OBJECT,
    kind: i32,
    desired_access: ACCESS_MASK,
    flags: u32,
    handle: *mut HANDLE,
) -> NTSTATUS {
    if denies("IoOpenDriverRegistryKey") {
        return STATUS_INSUFFICIENT_RESOURCES;
    }
    if flags != 0 {
        return STATUS_INVALID_PARAMETER;
    }
    if kind != DriverRegKeyParameters {
        return STATUS_NOT_SUPPORTED;
    }
    // SAFETY: the driver passes its own driver object.
    let extension = unsafe { (*driver).DriverExtension };
    // SAFETY: each driver object has one.
    let service = unsafe { &(*extension).ServiceKeyName };
    // SAFETY: the name is valid as long as the driver object is.
    let service = unsafe { service.units() };
    let path = [&units(SERVICES)[..], &units(r"\"), service, &units(r"\Parameters")].concat();
    let found = thread::system().zw.registry.find(None, &path);
    match found.and_then(|key| open(key, desired_access)) {
        Ok(opened) => {
            // SAFETY: the driver passes a place for the handle.
            unsafe { handle.write(opened) };
            STATUS_SUCCESS
        }
        Err(status) => status,
    }
}
