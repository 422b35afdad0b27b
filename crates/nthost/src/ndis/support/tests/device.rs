//! Devices that NDIS makes for drivers.

use std::{cell::Cell, ptr};

use ndis_sys::{
    FN_NDIS_DEREGISTER_DEVICE_EX, FN_NDIS_GET_DEVICE_RESERVED_EXTENSION,
    FN_NDIS_REGISTER_DEVICE_EX, NDIS_DEVICE_OBJECT_ATTRIBUTES, NDIS_HANDLE, NDIS_OBJECT_HEADER,
    NDIS_OBJECT_TYPE_DEVICE_OBJECT_ATTRIBUTES, NDIS_STATUS_NOT_SUPPORTED, NDIS_STATUS_SUCCESS,
};

use super::{call, free_generic, generic, string, units};
use crate::{
    Kernel, Status,
    io::irp,
    nt::{
        DEVICE_OBJECT, DRIVER_OBJECT, IRP, IRP_MJ_CREATE, IRP_MJ_MAXIMUM_FUNCTION, IRP_MJ_READ,
        NTSTATUS, PDRIVER_DISPATCH, STATUS_INVALID_DEVICE_REQUEST, STATUS_SUCCESS, UNICODE_STRING,
    },
};

thread_local! {
    static DEVICE: Cell<(NDIS_HANDLE, NDIS_HANDLE)> =
        const { Cell::new((ptr::null_mut(), ptr::null_mut())) };
}

/// Opens are fine; all other requests are not known.
unsafe extern "efiapi" fn opened(_device: *mut DEVICE_OBJECT, irp: *mut IRP) -> NTSTATUS {
    // SAFETY: the IRP was sent here.
    let packet = unsafe { &mut *irp };
    packet.IoStatus.u.Status = STATUS_SUCCESS;
    // SAFETY: as above.
    unsafe { irp::IofCompleteRequest(irp, 0) };
    STATUS_SUCCESS
}

fn register(handle: NDIS_HANDLE) -> (i32, *mut ndis_sys::DEVICE_OBJECT, NDIS_HANDLE) {
    let mut routines: [PDRIVER_DISPATCH; IRP_MJ_MAXIMUM_FUNCTION as usize + 1] =
        [None; IRP_MJ_MAXIMUM_FUNCTION as usize + 1];
    routines[usize::from(IRP_MJ_CREATE)] = Some(opened);
    let (mut name, mut link) = (units(r"\Device\Example"), units(r"\DosDevices\Example"));
    let (mut name, mut link) = (string(&mut name), string(&mut link));
    let mut attributes = NDIS_DEVICE_OBJECT_ATTRIBUTES {
        Header: NDIS_OBJECT_HEADER {
            Type: NDIS_OBJECT_TYPE_DEVICE_OBJECT_ATTRIBUTES,
            Revision: 1,
            Size: 56,
        },
        DeviceName: &raw mut name,
        SymbolicName: &raw mut link,
        MajorFunctions: routines.as_mut_ptr().cast(),
        ExtensionSize: 8,
        ..NDIS_DEVICE_OBJECT_ATTRIBUTES::default()
    };
    let (mut object, mut device) = (ptr::null_mut(), ptr::null_mut());
    let status = call!(
        NdisRegisterDeviceEx as FN_NDIS_REGISTER_DEVICE_EX,
        (handle, &raw mut attributes, &raw mut object, &raw mut device)
    );
    (status, object, device)
}

unsafe extern "efiapi" fn entry(driver: *mut DRIVER_OBJECT, _: *mut UNICODE_STRING) -> NTSTATUS {
    // SAFETY: it is the driver's own object.
    unsafe { (*driver).DriverUnload = Some(unload) };
    let handle = generic(driver);
    let (status, object, device) = register(handle);
    assert_eq!(status, NDIS_STATUS_SUCCESS);
    let extension =
        call!(NdisGetDeviceReservedExtension as FN_NDIS_GET_DEVICE_RESERVED_EXTENSION, (object));
    // SAFETY: the driver has eight bytes there.
    unsafe { extension.cast::<u64>().write(7) };
    DEVICE.set((handle, device));
    STATUS_SUCCESS
}

unsafe extern "efiapi" fn unload(_driver: *mut DRIVER_OBJECT) {
    let (handle, device) = DEVICE.get();
    call!(NdisDeregisterDeviceEx as FN_NDIS_DEREGISTER_DEVICE_EX, (device));
    free_generic(handle);
}

#[test]
fn requests_get_to_the_routines_of_the_device() {
    let kernel = Kernel::builder().processors(1).build().unwrap();
    // SAFETY: it is a driver.
    let driver = unsafe { kernel.load_built_in("example", entry) }.unwrap();
    let file = kernel.open(r"\\.\Example").unwrap();
    let completion = file.read(&mut [0; 8]);
    assert_eq!(completion.status, Status::new(STATUS_INVALID_DEVICE_REQUEST), "{IRP_MJ_READ}");
    file.close();
    let unloaded = driver.unload().unwrap();
    assert_eq!(unloaded.leftovers(), [""; 0]);
    assert_eq!(kernel.violations(), []);
}

#[test]
fn a_handle_without_a_driver_is_not_enough() {
    let (rules, left) = super::broken(|| {
        let handle = generic(ptr::null_mut());
        assert_eq!(register(handle).0, NDIS_STATUS_NOT_SUPPORTED);
        free_generic(handle);
    });
    assert_eq!((rules, left), super::CLEAN);
}
