//! Versions of NDIS.

use core::ffi::c_void;

use crate::NDIS_STRING;

/// NDIS 6.0, Windows Vista.
pub const NDIS_RUNTIME_VERSION_60: u32 = 0x0006_0000;
/// NDIS 6.1, Windows Vista with Service Pack 1 and Windows Server 2008.
pub const NDIS_RUNTIME_VERSION_61: u32 = 0x0006_0001;
/// NDIS 6.20, Windows 7 and Windows Server 2008 R2.
pub const NDIS_RUNTIME_VERSION_620: u32 = 0x0006_0014;
/// NDIS 6.30, Windows 8 and Windows Server 2012.
pub const NDIS_RUNTIME_VERSION_630: u32 = 0x0006_001E;
/// NDIS 6.40, Windows 8.1 and Windows Server 2012 R2.
pub const NDIS_RUNTIME_VERSION_640: u32 = 0x0006_0028;
/// NDIS 6.50, Windows 10, version 1507.
pub const NDIS_RUNTIME_VERSION_650: u32 = 0x0006_0032;
/// NDIS 6.51, Windows 10, version 1511.
pub const NDIS_RUNTIME_VERSION_651: u32 = 0x0006_0033;
/// NDIS 6.60, Windows 10, version 1607, and Windows Server 2016.
pub const NDIS_RUNTIME_VERSION_660: u32 = 0x0006_003C;
/// NDIS 6.70, Windows 10, version 1703.
pub const NDIS_RUNTIME_VERSION_670: u32 = 0x0006_0046;
/// NDIS 6.80, Windows 10, version 1709.
pub const NDIS_RUNTIME_VERSION_680: u32 = 0x0006_0050;
/// NDIS 6.81, Windows 10, version 1803.
pub const NDIS_RUNTIME_VERSION_681: u32 = 0x0006_0051;
/// NDIS 6.82, Windows 10, version 1809, and Windows Server 2019.
pub const NDIS_RUNTIME_VERSION_682: u32 = 0x0006_0052;
/// NDIS 6.83, Windows 10, version 1903.
pub const NDIS_RUNTIME_VERSION_683: u32 = 0x0006_0053;
/// NDIS 6.84, Windows 10, version 2004.
pub const NDIS_RUNTIME_VERSION_684: u32 = 0x0006_0054;
/// NDIS 6.85, Windows Server 2022.
pub const NDIS_RUNTIME_VERSION_685: u32 = 0x0006_0055;
/// NDIS 6.86, Windows 11, version 21H2.
pub const NDIS_RUNTIME_VERSION_686: u32 = 0x0006_0056;
/// NDIS 6.87, Windows 11, version 22H2.
pub const NDIS_RUNTIME_VERSION_687: u32 = 0x0006_0057;

imports! {
    /// Version of NDIS that runs: the major version in the upper 16 bits, the minor one, in decimal
    /// as it is spoken (6.30 is 30), in the lower. Compares with `NDIS_RUNTIME_VERSION_…`.
    ///
    /// IRQL: at most `DISPATCH_LEVEL`.
    ///
    /// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ndis/nf-ndis-ndisgetversion)
    fn NdisGetVersion as FN_NDIS_GET_VERSION() -> u32;

    /// Address of an NDIS export by its name, or NULL where this version of NDIS lacks it.
    ///
    /// Lets a driver that runs on several versions use newer functions without importing them.
    /// IRQL: `PASSIVE_LEVEL`.
    ///
    /// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ndis/nf-ndis-ndisgetroutineaddress)
    fn NdisGetRoutineAddress as FN_NDIS_GET_ROUTINE_ADDRESS(
        NdisRoutineName: *mut NDIS_STRING,
    ) -> *mut c_void;
}
