//! What drivers ask the I/O manager to tell them, and what they tell it.

use core::{ffi::c_void, ptr};

use super::request;
use crate::{
    export::{Export, exports},
    ke,
    low_resources::denies,
    nt::{
        BOOLEAN, DEVICE_OBJECT, DO_SHUTDOWN_REGISTERED, DRIVER_OBJECT, GUID, NTSTATUS,
        PASSIVE_LEVEL, STATUS_INSUFFICIENT_RESOURCES, STATUS_INVALID_DEVICE_REQUEST,
        STATUS_OBJECT_NAME_NOT_FOUND, STATUS_SUCCESS, UNICODE_STRING,
    },
    sched::Mutex,
    system::System,
    thread,
};

/// A routine that a driver wants to be called after `DriverEntry`.
///
/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ntddk/nc-ntddk-driver_reinitialize)
type Reinitialize = unsafe extern "efiapi" fn(*mut DRIVER_OBJECT, *mut c_void, u32);

/// What drivers have registered.
#[derive(Default)]
pub(super) struct Registrations {
    /// Devices that are to be told when the system is shut down.
    shutdown: Mutex<Vec<usize>>,
    /// Drivers with their routines and what those are given.
    reinitialization: Mutex<Vec<(usize, Reinitialize, usize)>>,
}

/// Calls the routines that a driver wants to be called after `DriverEntry`, and those that these add.
pub(super) fn reinitialize(system: &System, driver: *mut DRIVER_OBJECT) {
    let take = || {
        let mut waiting = system.io.registrations.reinitialization.lock();
        let at = waiting.iter().position(|(owner, ..)| *owner == driver as usize)?;
        Some(waiting.remove(at))
    };
    let mut count = 0;
    while let Some((_, routine, context)) = take() {
        count += 1;
        // SAFETY: it is a routine of the driver, with its own context.
        let code = || unsafe { routine(driver, context as *mut c_void, count) };
        // SAFETY: there is nothing to drop.
        unsafe { ke::thread::ask((), code) };
    }
}

/// Tells the devices that want to know that the system is shut down, the last to register first.
pub(crate) fn shut_down(system: &System) {
    while let Some(device) = system.io.registrations.shutdown.lock().pop() {
        // SAFETY: a device that is registered is valid; its driver takes it off the list before it goes.
        unsafe { request::send_shutdown(system, device as *mut DEVICE_OBJECT) };
    }
}

/// Devices that are still to be told of the shutdown, in sentences.
pub(super) fn leftovers(system: &System) -> Vec<String> {
    let devices = system.io.registrations.shutdown.lock();
    let sentence = |device: &usize| {
        format!("the device at {device:#x} is still registered to be told of the shutdown")
    };
    devices.iter().map(sentence).collect()
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-ioregistershutdownnotification)
pub(super) unsafe extern "efiapi" fn IoRegisterShutdownNotification(
    device: *mut DEVICE_OBJECT,
) -> NTSTATUS {
    if denies("IoRegisterShutdownNotification") {
        return STATUS_INSUFFICIENT_RESOURCES;
    }
    // SAFETY: the driver passes its device.
    unsafe { (*device).Flags |= DO_SHUTDOWN_REGISTERED };
    let system = thread::system();
    system.io.registrations.shutdown.lock().push(device as usize);
    STATUS_SUCCESS
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-iounregistershutdownnotification)
pub(super) unsafe extern "efiapi" fn IoUnregisterShutdownNotification(device: *mut DEVICE_OBJECT) {
    // SAFETY: the driver passes its device.
    unsafe { (*device).Flags &= !DO_SHUTDOWN_REGISTERED };
    let system = thread::system();
    system.io.registrations.shutdown.lock().retain(|&other| other != device as usize);
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ntddk/nf-ntddk-ioregisterdriverreinitialization)
pub(super) unsafe extern "efiapi" fn IoRegisterDriverReinitialization(
    driver: *mut DRIVER_OBJECT,
    routine: Option<Reinitialize>,
    context: *mut c_void,
) {
    let Some(routine) = routine else { return };
    let system = thread::system();
    let mut waiting = system.io.registrations.reinitialization.lock();
    waiting.push((driver as usize, routine, context as usize));
}

/// There is no plug and play here, so that no device is one that an interface can be registered for.
///
/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-ioregisterdeviceinterface)
unsafe extern "efiapi" fn IoRegisterDeviceInterface(
    _device: *mut DEVICE_OBJECT,
    _class: *const GUID,
    _reference: *const UNICODE_STRING,
    link: *mut UNICODE_STRING,
) -> NTSTATUS {
    if denies("IoRegisterDeviceInterface") {
        return STATUS_INSUFFICIENT_RESOURCES;
    }
    // SAFETY: the driver passes a place for the name.
    unsafe { ptr::write(link, UNICODE_STRING::default()) };
    STATUS_INVALID_DEVICE_REQUEST
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-iosetdeviceinterfacestate)
unsafe extern "efiapi" fn IoSetDeviceInterfaceState(
    _link: *const UNICODE_STRING,
    _enable: BOOLEAN,
) -> NTSTATUS {
    STATUS_OBJECT_NAME_NOT_FOUND
}

pub(super) const EXPORTS: &[Export] = exports! {
    IoRegisterDeviceInterface: PASSIVE_LEVEL..=PASSIVE_LEVEL;
    IoRegisterDriverReinitialization: PASSIVE_LEVEL..=PASSIVE_LEVEL;
    IoRegisterShutdownNotification: PASSIVE_LEVEL..=PASSIVE_LEVEL;
    IoSetDeviceInterfaceState: PASSIVE_LEVEL..=PASSIVE_LEVEL;
    IoUnregisterShutdownNotification: PASSIVE_LEVEL..=PASSIVE_LEVEL;
};
