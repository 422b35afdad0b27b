//! The life of the driver around its fault.

use core::{
    ptr,
    sync::atomic::{AtomicBool, AtomicPtr, Ordering},
};

use wdk_sys::{
    DEVICE_OBJECT, DO_BUFFERED_IO, DRIVER_OBJECT, FILE_DEVICE_SECURE_OPEN, FILE_DEVICE_UNKNOWN,
    IRP, IRP_MJ_CLEANUP, IRP_MJ_CLOSE, IRP_MJ_CREATE, IRP_MJ_DEVICE_CONTROL, IRP_MJ_READ, NTSTATUS,
    STATUS_OBJECT_NAME_NOT_FOUND, STATUS_SUCCESS, UNICODE_STRING,
};
use widestring::{U16Str, u16str};

use crate::{
    fault::{Fault, done},
    kernel::{IoCreateDevice, IoCreateSymbolicLink, IoDeleteDevice, IoDeleteSymbolicLink, unicode},
    ndis,
    parameters::Parameters,
};

const DEVICE: &U16Str = u16str!(r"\Device\broken");
const LINK: &U16Str = u16str!(r"\DosDevices\broken");

/// The fault that this driver was loaded for.
static FAULT: AtomicPtr<Fault> = AtomicPtr::new(ptr::null_mut());
/// Whether the rule is to be broken.
static WRONG: AtomicBool = AtomicBool::new(false);

/// The fault, and whether the rule is to be broken.
fn chosen() -> Option<(&'static Fault, bool)> {
    // SAFETY: it is null or points into a constant.
    let fault = unsafe { FAULT.load(Ordering::Acquire).as_ref() };
    fault.map(|fault| (fault, WRONG.load(Ordering::Acquire)))
}

/// Called when the driver is loaded.
///
/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nc-wdm-driver_initialize)
#[unsafe(export_name = "DriverEntry")]
extern "system" fn driver_entry(driver: *mut DRIVER_OBJECT, path: *mut UNICODE_STRING) -> NTSTATUS {
    // SAFETY: the system passes the name of the driver's key.
    let path = unsafe { path.read() };
    let parameters = match Parameters::read(path) {
        Ok(parameters) => parameters,
        Err(error) => return error,
    };
    let Some(fault) = Fault::find(parameters.rule()) else { return STATUS_OBJECT_NAME_NOT_FOUND };
    FAULT.store(ptr::from_ref(fault).cast_mut(), Ordering::Release);
    WRONG.store(parameters.wrong, Ordering::Release);
    // SAFETY: the system passes the driver's own object.
    let object = unsafe { &mut *driver };
    object.DriverUnload = Some(unload);
    for (major, routine) in [
        (IRP_MJ_CREATE, succeed as Dispatch),
        (IRP_MJ_CLEANUP, cleanup),
        (IRP_MJ_CLOSE, succeed),
        (IRP_MJ_READ, request),
        (IRP_MJ_DEVICE_CONTROL, request),
    ] {
        if let Some(entry) = object.MajorFunction.get_mut(major as usize) {
            *entry = Some(routine);
        }
    }
    if fault.request.is_some() {
        let made = make_device(driver);
        if made != STATUS_SUCCESS {
            return made;
        }
    }
    let status = (fault.entry)(driver, parameters.wrong);
    match fault.protocol {
        Some(plan) if status == STATUS_SUCCESS => ndis::start(plan, parameters.wrong),
        _ => status,
    }
}

type Dispatch = unsafe extern "C" fn(*mut DEVICE_OBJECT, *mut IRP) -> NTSTATUS;

/// Makes the device, and a link to it for programs.
fn make_device(driver: *mut DRIVER_OBJECT) -> NTSTATUS {
    let (mut name, mut link) = (unicode(DEVICE), unicode(LINK));
    let mut device = ptr::null_mut();
    let (kind, characteristics) = (FILE_DEVICE_UNKNOWN, FILE_DEVICE_SECURE_OPEN);
    let made = IoCreateDevice(driver, 0, &raw mut name, kind, characteristics, 0, &raw mut device);
    if made != STATUS_SUCCESS {
        return made;
    }
    // SAFETY: the device was made just now, and nobody else uses it yet.
    unsafe { (*device).Flags |= DO_BUFFERED_IO };
    let linked = IoCreateSymbolicLink(&raw mut link, &raw mut name);
    if linked != STATUS_SUCCESS {
        IoDeleteDevice(device);
    }
    linked
}

unsafe extern "C" fn succeed(_device: *mut DEVICE_OBJECT, irp: *mut IRP) -> NTSTATUS {
    done(irp)
}

unsafe extern "C" fn cleanup(_device: *mut DEVICE_OBJECT, irp: *mut IRP) -> NTSTATUS {
    if let Some((fault, wrong)) = chosen() {
        (fault.cleanup)(wrong);
    }
    done(irp)
}

unsafe extern "C" fn request(_device: *mut DEVICE_OBJECT, irp: *mut IRP) -> NTSTATUS {
    match chosen() {
        Some((Fault { request: Some(request), .. }, wrong)) => request(irp, wrong),
        _ => done(irp),
    }
}

unsafe extern "C" fn unload(driver: *mut DRIVER_OBJECT) {
    if let Some((fault, wrong)) = chosen() {
        (fault.unload)(wrong);
        if fault.protocol.is_some() {
            ndis::end();
        }
    }
    // SAFETY: the system passes the driver's own object.
    let device = unsafe { (*driver).DeviceObject };
    if !device.is_null() {
        let mut link = unicode(LINK);
        IoDeleteSymbolicLink(&raw mut link);
        IoDeleteDevice(device);
    }
}
