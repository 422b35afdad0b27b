//! Configuration in the registry, and strings.

use core::ffi::c_void;

use crate::{NDIS_HANDLE, NDIS_OBJECT_HEADER, NDIS_STATUS, NDIS_STRING};

/// First and only revision of [`NDIS_CONFIGURATION_OBJECT`].
pub const NDIS_CONFIGURATION_OBJECT_REVISION_1: u8 = 1;
/// Bytes of [`NDIS_CONFIGURATION_OBJECT`].
pub const NDIS_SIZEOF_CONFIGURATION_OBJECT_REVISION_1: u16 = 20;
/// Opens what a filter driver has stored for a filter module, not for the driver.
pub const NDIS_CONFIG_FLAG_FILTER_INSTANCE_CONFIGURATION: u32 = 0x1;

/// Type of a value in the registry.
///
/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ndis/ne-ndis-_ndis_parameter_type)
pub type NDIS_PARAMETER_TYPE = i32;

/// Number.
pub const NdisParameterInteger: NDIS_PARAMETER_TYPE = 0;
/// Number that is written in hexadecimal.
pub const NdisParameterHexInteger: NDIS_PARAMETER_TYPE = 1;
/// String.
pub const NdisParameterString: NDIS_PARAMETER_TYPE = 2;
/// Strings, each terminated, with an empty one at the end.
pub const NdisParameterMultiString: NDIS_PARAMETER_TYPE = 3;
/// Bytes.
pub const NdisParameterBinary: NDIS_PARAMETER_TYPE = 4;

/// Processor that NDIS runs on, as the keyword `ProcessorType` gives it.
pub type NDIS_PROCESSOR_TYPE = i32;

/// x86.
pub const NdisProcessorX86: NDIS_PROCESSOR_TYPE = 0;
/// MIPS.
pub const NdisProcessorMips: NDIS_PROCESSOR_TYPE = 1;
/// Alpha.
pub const NdisProcessorAlpha: NDIS_PROCESSOR_TYPE = 2;
/// `PowerPC`.
pub const NdisProcessorPpc: NDIS_PROCESSOR_TYPE = 3;
/// x64.
pub const NdisProcessorAmd64: NDIS_PROCESSOR_TYPE = 4;
/// Itanium.
pub const NdisProcessorIA64: NDIS_PROCESSOR_TYPE = 5;
/// ARM.
pub const NdisProcessorArm: NDIS_PROCESSOR_TYPE = 6;
/// ARM64.
pub const NdisProcessorArm64: NDIS_PROCESSOR_TYPE = 7;

/// Whose configuration to open.
///
/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ndis/ns-ndis-_ndis_configuration_object)
#[repr(C)]
#[derive(Clone, Copy, Debug, Default)]
pub struct NDIS_CONFIGURATION_OBJECT {
    /// Type [`NDIS_OBJECT_TYPE_CONFIGURATION_OBJECT`](crate::NDIS_OBJECT_TYPE_CONFIGURATION_OBJECT).
    pub Header: NDIS_OBJECT_HEADER,
    /// Handle of a driver, an adapter or a filter module; in the bind handler of a protocol, the
    /// bind parameters.
    pub NdisHandle: NDIS_HANDLE,
    /// [`NDIS_CONFIG_FLAG_FILTER_INSTANCE_CONFIGURATION`] or 0.
    pub Flags: u32,
}

/// Bytes of a value.
///
/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ndis/ns-ndis-binary_data)
#[repr(C)]
#[derive(Clone, Copy, Debug, Default)]
pub struct BINARY_DATA {
    /// How many.
    pub Length: u16,
    /// Where.
    pub Buffer: *mut c_void,
}

/// Value in the registry. What NDIS has read belongs to the configuration handle.
///
/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ndis/ns-ndis-_ndis_configuration_parameter)
#[repr(C)]
#[derive(Clone, Copy)]
pub struct NDIS_CONFIGURATION_PARAMETER {
    /// Type of the value.
    pub ParameterType: NDIS_PARAMETER_TYPE,
    /// The value.
    pub ParameterData: NDIS_CONFIGURATION_PARAMETER_DATA,
}

/// Value of an [`NDIS_CONFIGURATION_PARAMETER`], by its type.
#[repr(C)]
#[derive(Clone, Copy)]
pub union NDIS_CONFIGURATION_PARAMETER_DATA {
    /// Number.
    pub IntegerData: u32,
    /// String or strings.
    pub StringData: NDIS_STRING,
    /// Bytes.
    pub BinaryData: BINARY_DATA,
}

default_is_zero!(NDIS_CONFIGURATION_PARAMETER, NDIS_CONFIGURATION_PARAMETER_DATA);

imports! {
    /// Opens a configuration, to be closed with `NdisCloseConfiguration`.
    ///
    /// IRQL: `PASSIVE_LEVEL`. Errors: `NDIS_STATUS_RESOURCES`, `NDIS_STATUS_FAILURE`.
    ///
    /// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ndis/nf-ndis-ndisopenconfigurationex)
    fn NdisOpenConfigurationEx as FN_NDIS_OPEN_CONFIGURATION_EX(
        ConfigObject: *mut NDIS_CONFIGURATION_OBJECT,
        ConfigurationHandle: *mut NDIS_HANDLE,
    ) -> NDIS_STATUS;

    /// Opens a subkey by its name, to be closed with `NdisCloseConfiguration`.
    ///
    /// IRQL: below `DISPATCH_LEVEL`. Error, in `Status`: `NDIS_STATUS_FAILURE`.
    ///
    /// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ndis/nf-ndis-ndisopenconfigurationkeybyname)
    fn NdisOpenConfigurationKeyByName as FN_NDIS_OPEN_CONFIGURATION_KEY_BY_NAME(
        Status: *mut NDIS_STATUS,
        ConfigurationHandle: NDIS_HANDLE,
        SubKeyName: *mut NDIS_STRING,
        SubKeyHandle: *mut NDIS_HANDLE,
    );

    /// Opens a subkey by its number, counted from 0, to be closed with `NdisCloseConfiguration`.
    ///
    /// IRQL: below `DISPATCH_LEVEL`. Error, in `Status`: `NDIS_STATUS_FAILURE`, also past the end.
    ///
    /// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ndis/nf-ndis-ndisopenconfigurationkeybyindex)
    fn NdisOpenConfigurationKeyByIndex as FN_NDIS_OPEN_CONFIGURATION_KEY_BY_INDEX(
        Status: *mut NDIS_STATUS,
        ConfigurationHandle: NDIS_HANDLE,
        Index: u32,
        KeyName: *mut NDIS_STRING,
        KeyHandle: *mut NDIS_HANDLE,
    );

    /// Reads a value. NDIS owns it; it is valid until the configuration is closed.
    ///
    /// Not at the same time as another read or write of the same handle. IRQL: `PASSIVE_LEVEL`.
    /// Errors, in `Status`: `NDIS_STATUS_RESOURCES`, `NDIS_STATUS_FAILURE`.
    ///
    /// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ndis/nf-ndis-ndisreadconfiguration)
    fn NdisReadConfiguration as FN_NDIS_READ_CONFIGURATION(
        Status: *mut NDIS_STATUS,
        ParameterValue: *mut *mut NDIS_CONFIGURATION_PARAMETER,
        ConfigurationHandle: NDIS_HANDLE,
        Keyword: *mut NDIS_STRING,
        ParameterType: NDIS_PARAMETER_TYPE,
    );

    /// Writes a value.
    ///
    /// IRQL: `PASSIVE_LEVEL`. Errors, in `Status`: `NDIS_STATUS_NOT_SUPPORTED`,
    /// `NDIS_STATUS_RESOURCES`, `NDIS_STATUS_FAILURE`.
    ///
    /// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ndis/nf-ndis-ndiswriteconfiguration)
    fn NdisWriteConfiguration as FN_NDIS_WRITE_CONFIGURATION(
        Status: *mut NDIS_STATUS,
        ConfigurationHandle: NDIS_HANDLE,
        Keyword: *mut NDIS_STRING,
        ParameterValue: *mut NDIS_CONFIGURATION_PARAMETER,
    );

    /// Closes a configuration and frees the values that were read from it.
    ///
    /// IRQL: `PASSIVE_LEVEL`.
    ///
    /// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ndis/nf-ndis-ndiscloseconfiguration)
    fn NdisCloseConfiguration as FN_NDIS_CLOSE_CONFIGURATION(ConfigurationHandle: NDIS_HANDLE);

    /// Reads the link address that was configured for an adapter. NDIS owns it; it is valid until
    /// the configuration is closed.
    ///
    /// IRQL: `PASSIVE_LEVEL`. Error, in `Status`: `NDIS_STATUS_FAILURE`, also where there is none.
    ///
    /// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ndis/nf-ndis-ndisreadnetworkaddress)
    fn NdisReadNetworkAddress as FN_NDIS_READ_NETWORK_ADDRESS(
        Status: *mut NDIS_STATUS,
        NetworkAddress: *mut *mut c_void,
        NetworkAddressLength: *mut u32,
        ConfigurationHandle: NDIS_HANDLE,
    );

    /// Makes a string of a terminated string of bytes.
    ///
    /// NDIS allocates the characters, and leaves `Buffer` NULL if there is no memory; the caller
    /// frees them with `NdisFreeMemory`. IRQL: `PASSIVE_LEVEL`.
    ///
    /// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ndis/nf-ndis-ndisinitializestring)
    fn NdisInitializeString as FN_NDIS_INITIALIZE_STRING(
        Destination: *mut NDIS_STRING,
        Source: *mut u8,
    );
}
