//! Devices of NDIS drivers, and the event log.

use core::ffi::c_void;

use crate::{
    DEVICE_OBJECT, GUID, NDIS_HANDLE, NDIS_OBJECT_HEADER, NDIS_STATUS, NDIS_STRING,
    PDRIVER_DISPATCH, UNICODE_STRING,
};

/// First and only revision of [`NDIS_DEVICE_OBJECT_ATTRIBUTES`].
pub const NDIS_DEVICE_OBJECT_ATTRIBUTES_REVISION_1: u8 = 1;
/// Bytes of [`NDIS_DEVICE_OBJECT_ATTRIBUTES`].
pub const NDIS_SIZEOF_DEVICE_OBJECT_ATTRIBUTES_REVISION_1: u16 = 56;

/// Device that NDIS is to make for a driver.
///
/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ndis/ns-ndis-_ndis_device_object_attributes)
#[repr(C)]
#[derive(Clone, Copy, Debug, Default)]
pub struct NDIS_DEVICE_OBJECT_ATTRIBUTES {
    /// Type [`NDIS_OBJECT_TYPE_DEVICE_OBJECT_ATTRIBUTES`](crate::NDIS_OBJECT_TYPE_DEVICE_OBJECT_ATTRIBUTES).
    pub Header: NDIS_OBJECT_HEADER,
    /// Name of the device.
    pub DeviceName: *mut NDIS_STRING,
    /// Name of a symbolic link to it.
    pub SymbolicName: *mut NDIS_STRING,
    /// Dispatch routines, one for each major function.
    pub MajorFunctions: *mut PDRIVER_DISPATCH,
    /// Bytes of extension for the driver.
    pub ExtensionSize: u32,
    /// Who may open the device, in the security descriptor language; NULL for the default.
    pub DefaultSDDLString: *const UNICODE_STRING,
    /// Class of the device, or NULL.
    pub DeviceClassGuid: *const GUID,
}

/// Logged: another device has the hardware resource.
pub const NDIS_ERROR_CODE_RESOURCE_CONFLICT: u32 = 0xC000_1388;
/// Logged: there is not enough of a resource.
pub const NDIS_ERROR_CODE_OUT_OF_RESOURCES: u32 = 0xC000_1389;
/// Logged: the hardware does not work.
pub const NDIS_ERROR_CODE_HARDWARE_FAILURE: u32 = 0xC000_138A;
/// Logged: the adapter was not found.
pub const NDIS_ERROR_CODE_ADAPTER_NOT_FOUND: u32 = 0xC000_138B;
/// Logged: the interrupt could not be connected.
pub const NDIS_ERROR_CODE_INTERRUPT_CONNECT: u32 = 0xC000_138C;
/// Logged: the driver failed.
pub const NDIS_ERROR_CODE_DRIVER_FAILURE: u32 = 0xC000_138D;
/// Logged: the version is not supported.
pub const NDIS_ERROR_CODE_BAD_VERSION: u32 = 0xC000_138E;
/// Logged: something took too long.
pub const NDIS_ERROR_CODE_TIMEOUT: u32 = 0x8000_138F;
/// Logged: the configured link address is not valid.
pub const NDIS_ERROR_CODE_NETWORK_ADDRESS: u32 = 0xC000_1390;
/// Logged: the configuration is not supported.
pub const NDIS_ERROR_CODE_UNSUPPORTED_CONFIGURATION: u32 = 0xC000_1391;
/// Logged: the adapter gave a value that is not valid.
pub const NDIS_ERROR_CODE_INVALID_VALUE_FROM_ADAPTER: u32 = 0xC000_1392;
/// Logged: a parameter is missing in the configuration.
pub const NDIS_ERROR_CODE_MISSING_CONFIGURATION_PARAMETER: u32 = 0xC000_1393;
/// Logged: the base address of the I/O ports is not valid.
pub const NDIS_ERROR_CODE_BAD_IO_BASE_ADDRESS: u32 = 0xC000_1394;
/// Logged: the adapter has little memory to receive.
pub const NDIS_ERROR_CODE_RECEIVE_SPACE_SMALL: u32 = 0x4000_1395;
/// Logged: the adapter is disabled.
pub const NDIS_ERROR_CODE_ADAPTER_DISABLED: u32 = 0x8000_1396;

/// Bytes that the strings and data of an event have at most.
pub const NDIS_MAX_EVENT_LOG_DATA_SIZE: u32 = 196;

imports! {
    /// Makes a device for a miniport or filter driver.
    ///
    /// NDIS owns the device; the driver must not change its `DeviceExtension`. IRQL:
    /// `PASSIVE_LEVEL`. Errors: `NDIS_STATUS_NOT_SUPPORTED`, and those of the kernel.
    ///
    /// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ndis/nf-ndis-ndisregisterdeviceex)
    fn NdisRegisterDeviceEx as FN_NDIS_REGISTER_DEVICE_EX(
        NdisHandle: NDIS_HANDLE,
        DeviceObjectAttributes: *mut NDIS_DEVICE_OBJECT_ATTRIBUTES,
        pDeviceObject: *mut *mut DEVICE_OBJECT,
        NdisDeviceHandle: *mut NDIS_HANDLE,
    ) -> NDIS_STATUS;

    /// Deletes such a device and its extension.
    ///
    /// IRQL: `PASSIVE_LEVEL`.
    ///
    /// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ndis/nf-ndis-ndisderegisterdeviceex)
    fn NdisDeregisterDeviceEx as FN_NDIS_DEREGISTER_DEVICE_EX(NdisDeviceHandle: NDIS_HANDLE);

    /// The driver's extension of such a device, or NULL.
    ///
    /// IRQL: any.
    ///
    /// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ndis/nf-ndis-ndisgetdevicereservedextension)
    fn NdisGetDeviceReservedExtension as FN_NDIS_GET_DEVICE_RESERVED_EXTENSION(
        DeviceObject: *mut DEVICE_OBJECT,
    ) -> *mut c_void;

    /// Writes an event to the system's log.
    ///
    /// `LogHandle` is a driver or device object; `StringsList` is an array of pointers to
    /// terminated strings. IRQL: at most `DISPATCH_LEVEL`. Errors: `NDIS_STATUS_BUFFER_TOO_SHORT`,
    /// `NDIS_STATUS_RESOURCES`.
    ///
    /// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ndis/nf-ndis-ndiswriteeventlogentry)
    fn NdisWriteEventLogEntry as FN_NDIS_WRITE_EVENT_LOG_ENTRY(
        LogHandle: *mut c_void,
        EventCode: NDIS_STATUS,
        UniqueEventValue: u32,
        NumStrings: u16,
        StringsList: *mut c_void,
        DataSize: u32,
        Data: *mut c_void,
    ) -> NDIS_STATUS;
}
