//! Devices of drivers that have left their dispatch routines to NDIS.

use std::{ffi::c_void, ptr, sync::Arc};

use ndis_sys::{
    NDIS_DEVICE_OBJECT_ATTRIBUTES, NDIS_HANDLE, NDIS_STATUS, NDIS_STATUS_BAD_CHARACTERISTICS,
    NDIS_STATUS_NOT_SUPPORTED, NDIS_STATUS_RESOURCES, NDIS_STATUS_SUCCESS,
};

use super::{
    generic::GENERIC,
    objects::{self, Kind, Object},
};
use crate::{
    export::{Export, exports},
    io::{self, IoCreateDevice, IoCreateSymbolicLink, IoDeleteDevice, IoDeleteSymbolicLink},
    ke,
    low_resources::denies,
    ndis::header,
    nt::{
        DEVICE_OBJECT, DO_DEVICE_INITIALIZING, DRIVER_OBJECT, FILE_DEVICE_PHYSICAL_NETCARD,
        FILE_DEVICE_SECURE_OPEN, HIGH_LEVEL, IRP, IRP_MJ_MAXIMUM_FUNCTION, NTSTATUS, PASSIVE_LEVEL,
        PDRIVER_DISPATCH, STATUS_UNSUCCESSFUL, UNICODE_STRING, irp_current,
    },
};

/// Bytes of a device's extension that are NDIS' own, before those of the driver.
const OWN: u32 = 16;
/// How many dispatch routines there are.
const ROUTINES: usize = IRP_MJ_MAXIMUM_FUNCTION as usize + 1;

/// A device that NDIS has made for a driver.
pub(super) struct Device {
    object: usize,
    /// The name of its link.
    link: Box<[u16]>,
    routines: [PDRIVER_DISPATCH; ROUTINES],
    /// Bytes that the driver has in the extension.
    extension: u32,
    driver: usize,
    /// What the driver's own dispatch routines were, for its other devices.
    before: [PDRIVER_DISPATCH; ROUTINES],
}

const DEVICE: Kind<Device> = Kind {
    name: "a device",
    of: |object| match object {
        Object::Device(device) => Some(device),
        _ => None,
    },
};

/// The device of NDIS with this device object.
fn of(object: *mut DEVICE_OBJECT) -> Option<Arc<Device>> {
    objects::search(&DEVICE, |device| device.object == object as usize)
}

/// The dispatch routine of drivers that have devices from NDIS: calls the one of the device.
unsafe extern "efiapi" fn dispatch(object: *mut DEVICE_OBJECT, irp: *mut IRP) -> NTSTATUS {
    // SAFETY: the IRP was sent here.
    let location = unsafe { irp_current(irp) };
    // SAFETY: as above.
    let major = usize::from(unsafe { (*location).MajorFunction });
    let routine = if let Some(device) = of(object) {
        device.routines.get(major).copied().flatten()
    } else {
        // SAFETY: the device is one of the driver's.
        let driver = unsafe { (*object).DriverObject } as usize;
        let found = objects::search(&DEVICE, |device| device.driver == driver);
        found.and_then(|device| device.before.get(major).copied().flatten())
    };
    let routine = routine.unwrap_or(io::irp::invalid_request);
    // SAFETY: it is the driver's routine for such requests.
    let code = || unsafe { routine(object, irp) };
    // SAFETY: there is nothing to drop.
    unsafe { ke::thread::ask(STATUS_UNSUCCESSFUL, code) }
}

/// Puts [`dispatch`] in the place of a driver's routines; returns these.
///
/// # Safety
///
/// The driver object is valid.
unsafe fn take_over(driver: *mut DRIVER_OBJECT) -> [PDRIVER_DISPATCH; ROUTINES] {
    let routine: PDRIVER_DISPATCH = Some(dispatch);
    let known = objects::search(&DEVICE, |device| device.driver == driver as usize);
    // SAFETY: by the contract.
    let routines = unsafe { &mut (*driver).MajorFunction };
    let before = std::mem::replace(routines, [routine; ROUTINES]);
    known.map_or(before, |device| device.before)
}

/// A string of a driver, as the I/O manager takes it.
///
/// # Safety
///
/// The string is valid, or null.
unsafe fn units(string: *const UNICODE_STRING) -> Box<[u16]> {
    // SAFETY: by the contract.
    match unsafe { string.as_ref() } {
        // SAFETY: by the contract.
        Some(string) => unsafe { string.units() }.into(),
        None => Box::default(),
    }
}

/// Only a handle that a driver object belongs to will do: that of a generic object.
///
/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ndis/nf-ndis-ndisregisterdeviceex)
unsafe extern "efiapi" fn NdisRegisterDeviceEx(
    handle: NDIS_HANDLE,
    attributes: *mut NDIS_DEVICE_OBJECT_ATTRIBUTES,
    object: *mut *mut ndis_sys::DEVICE_OBJECT,
    place: *mut NDIS_HANDLE,
) -> NDIS_STATUS {
    if denies("NdisRegisterDeviceEx") {
        return NDIS_STATUS_RESOURCES;
    }
    // SAFETY: the driver passes attributes.
    let wanted = unsafe { attributes.read() };
    let is_right = header::check(&header::DEVICE_ATTRIBUTES, attributes.cast(), handle as usize);
    if !is_right || wanted.MajorFunctions.is_null() {
        return NDIS_STATUS_BAD_CHARACTERISTICS;
    }
    let owner = objects::look(handle as usize, &GENERIC).map_or(0, |generic| generic.driver);
    if owner == 0 {
        return NDIS_STATUS_NOT_SUPPORTED;
    }
    // SAFETY: the driver object of a generic object stays as long as the driver.
    let made = unsafe { make(owner as *mut DRIVER_OBJECT, &wanted) };
    let device = match made {
        Ok(device) => device,
        Err(status) => return status,
    };
    let new = device.object as *mut DEVICE_OBJECT;
    let number = objects::add(|| Object::Device(Arc::new(device)));
    if number == 0 {
        // SAFETY: it was just made, and nobody uses it.
        unsafe { IoDeleteDevice(new) };
        return NDIS_STATUS_RESOURCES;
    }
    // SAFETY: as above; it can be opened from now on.
    unsafe { (*new).Flags &= !DO_DEVICE_INITIALIZING };
    // SAFETY: the driver passes a place for it.
    unsafe { object.write(new.cast()) };
    // SAFETY: as above.
    unsafe { place.write(number as NDIS_HANDLE) };
    NDIS_STATUS_SUCCESS
}

/// Makes a device and its link.
///
/// # Safety
///
/// The driver and the attributes are valid.
unsafe fn make(
    driver: *mut DRIVER_OBJECT,
    wanted: &NDIS_DEVICE_OBJECT_ATTRIBUTES,
) -> Result<Device, NDIS_STATUS> {
    let name = wanted.DeviceName.cast_const().cast::<UNICODE_STRING>();
    let link = wanted.SymbolicName.cast_const().cast::<UNICODE_STRING>();
    let size = wanted.ExtensionSize.saturating_add(OWN);
    let mut object = ptr::null_mut();
    // SAFETY: by the contract.
    let status = unsafe {
        IoCreateDevice(
            driver,
            size,
            name,
            FILE_DEVICE_PHYSICAL_NETCARD,
            FILE_DEVICE_SECURE_OPEN,
            0,
            &raw mut object,
        )
    };
    if status < 0 {
        return Err(status);
    }
    if !link.is_null() {
        // SAFETY: by the contract.
        let status = unsafe { IoCreateSymbolicLink(link, name) };
        if status < 0 {
            // SAFETY: it was just made, and nobody uses it.
            unsafe { IoDeleteDevice(object) };
            return Err(status);
        }
    }
    // SAFETY: by the contract; the types are the same.
    let routines = unsafe { wanted.MajorFunctions.cast::<[PDRIVER_DISPATCH; ROUTINES]>().read() };
    Ok(Device {
        object: object as usize,
        // SAFETY: by the contract.
        link: unsafe { units(link) },
        routines,
        extension: wanted.ExtensionSize,
        driver: driver as usize,
        // SAFETY: by the contract.
        before: unsafe { take_over(driver) },
    })
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ndis/nf-ndis-ndisderegisterdeviceex)
unsafe extern "efiapi" fn NdisDeregisterDeviceEx(handle: NDIS_HANDLE) {
    let taken = objects::take(handle as usize, &DEVICE, "NdisDeregisterDeviceEx");
    let Some(device) = taken else { return };
    if !device.link.is_empty() {
        let link = UNICODE_STRING::of(&device.link);
        // SAFETY: the string is valid.
        unsafe { IoDeleteSymbolicLink(&raw const link) };
    }
    // SAFETY: the device is NDIS' own, and its driver is done with it.
    unsafe { IoDeleteDevice(device.object as *mut DEVICE_OBJECT) };
    if objects::search(&DEVICE, |other| other.driver == device.driver).is_none() {
        let driver = device.driver as *mut DRIVER_OBJECT;
        // SAFETY: the driver object stays as long as the driver, which has just called.
        unsafe { (*driver).MajorFunction = device.before.map(|routine| routine.or(FALLBACK)) };
    }
}

/// The dispatch routine for what a driver has no routine for.
const FALLBACK: PDRIVER_DISPATCH = Some(io::irp::invalid_request);

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ndis/nf-ndis-ndisgetdevicereservedextension)
unsafe extern "efiapi" fn NdisGetDeviceReservedExtension(
    object: *mut ndis_sys::DEVICE_OBJECT,
) -> *mut c_void {
    let object = object.cast::<DEVICE_OBJECT>();
    let Some(device) = of(object).filter(|device| device.extension > 0) else {
        return ptr::null_mut();
    };
    // SAFETY: the device is NDIS' own.
    let extension = unsafe { (*(device.object as *mut DEVICE_OBJECT)).DeviceExtension };
    extension.wrapping_byte_add(OWN as usize)
}

pub(super) const EXPORTS: &[Export] = exports! {
    NdisDeregisterDeviceEx: PASSIVE_LEVEL..=PASSIVE_LEVEL;
    NdisGetDeviceReservedExtension: PASSIVE_LEVEL..=HIGH_LEVEL;
    NdisRegisterDeviceEx: PASSIVE_LEVEL..=PASSIVE_LEVEL;
};
