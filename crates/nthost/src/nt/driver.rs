//! Driver objects.

use core::ffi::c_void;

use crate::nt::{
    DEVICE_OBJECT, FAST_IO_DISPATCH, IRP, IRP_MJ_MAXIMUM_FUNCTION, NTSTATUS, UNICODE_STRING,
};

/// Type of a [`DRIVER_OBJECT`].
pub const IO_TYPE_DRIVER: i16 = 4;

/// `DriverUnload` has been called.
pub const DRVO_UNLOAD_INVOKED: u32 = 0x1;
/// Has no `AddDevice` routine.
pub const DRVO_LEGACY_DRIVER: u32 = 0x2;
/// Is a part of the system.
pub const DRVO_BUILTIN_DRIVER: u32 = 0x4;

callbacks! {
    /// `DriverEntry`, run once at `PASSIVE_LEVEL`. The driver is unloaded again if it fails.
    ///
    /// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nc-wdm-driver_initialize)
    DRIVER_INITIALIZE, PDRIVER_INITIALIZE = fn(
        DriverObject: *mut DRIVER_OBJECT,
        RegistryPath: *mut UNICODE_STRING,
    ) -> NTSTATUS;

    /// Takes a request, in the thread that sends it.
    ///
    /// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nc-wdm-driver_dispatch)
    DRIVER_DISPATCH, PDRIVER_DISPATCH = fn(
        DeviceObject: *mut DEVICE_OBJECT,
        Irp: *mut IRP,
    ) -> NTSTATUS;

    /// Begins to work on a request, at `DISPATCH_LEVEL`, one at a time.
    ///
    /// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nc-wdm-driver_startio)
    DRIVER_STARTIO, PDRIVER_STARTIO = fn(DeviceObject: *mut DEVICE_OBJECT, Irp: *mut IRP);

    /// Undoes what `DriverEntry` did, at `PASSIVE_LEVEL`.
    ///
    /// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nc-wdm-driver_unload)
    DRIVER_UNLOAD, PDRIVER_UNLOAD = fn(DriverObject: *mut DRIVER_OBJECT);

    /// Makes a device for one that plug and play found, at `PASSIVE_LEVEL`.
    ///
    /// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nc-wdm-driver_add_device)
    DRIVER_ADD_DEVICE, PDRIVER_ADD_DEVICE = fn(
        DriverObject: *mut DRIVER_OBJECT,
        PhysicalDeviceObject: *mut DEVICE_OBJECT,
    ) -> NTSTATUS;
}

/// What the kernel knows of a loaded driver.
///
/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/ns-wdm-_driver_object)
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct DRIVER_OBJECT {
    /// [`IO_TYPE_DRIVER`].
    pub Type: i16,
    /// Bytes of the structure.
    pub Size: i16,
    /// Its devices, linked by [`DEVICE_OBJECT::NextDevice`], or null.
    pub DeviceObject: *mut DEVICE_OBJECT,
    /// [`DRVO_UNLOAD_INVOKED`] and so on.
    pub Flags: u32,
    /// Where the image lies.
    pub DriverStart: *mut c_void,
    /// Bytes of the image.
    pub DriverSize: u32,
    /// Loader's own.
    pub DriverSection: *mut c_void,
    /// The rest.
    pub DriverExtension: *mut DRIVER_EXTENSION,
    /// Name in the object manager's namespace.
    pub DriverName: UNICODE_STRING,
    /// Registry key of the hardware.
    pub HardwareDatabase: *mut UNICODE_STRING,
    /// Fast I/O routines, or null.
    pub FastIoDispatch: *mut FAST_IO_DISPATCH,
    /// Entry point.
    pub DriverInit: PDRIVER_INITIALIZE,
    /// Begins to work on a request.
    pub DriverStartIo: PDRIVER_STARTIO,
    /// Undoes what the entry point did; without it the driver cannot be unloaded.
    pub DriverUnload: PDRIVER_UNLOAD,
    /// Dispatch routines by major function.
    pub MajorFunction: [PDRIVER_DISPATCH; IRP_MJ_MAXIMUM_FUNCTION as usize + 1],
}

/// The part of a driver object that drivers seldom use.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default)]
pub struct DRIVER_EXTENSION {
    /// The driver object.
    pub DriverObject: *mut DRIVER_OBJECT,
    /// Makes a device, or `None`.
    pub AddDevice: PDRIVER_ADD_DEVICE,
    /// Calls of the reinitialization routine.
    pub Count: u32,
    /// Name of the service.
    pub ServiceKeyName: UNICODE_STRING,
}

/// The key of `DRIVER_REGKEY_TYPE` that the INF file fills.
pub const DriverRegKeyParameters: i32 = 0;

default_is_zero!(DRIVER_OBJECT);
