//! I/O control codes.
//!
//! [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/kernel/defining-i-o-control-codes)

use crate::nt::DEVICE_TYPE;

/// Input and output are copied through one buffer of the system.
pub const METHOD_BUFFERED: u32 = 0;
/// Input is copied; the output buffer is described by an MDL, and the driver reads it.
pub const METHOD_IN_DIRECT: u32 = 1;
/// Input is copied; the output buffer is described by an MDL, and the driver writes it.
pub const METHOD_OUT_DIRECT: u32 = 2;
/// The driver gets the addresses of the caller.
pub const METHOD_NEITHER: u32 = 3;

/// For every handle.
pub const FILE_ANY_ACCESS: u32 = 0;
/// For every handle; the driver checks more by itself.
pub const FILE_SPECIAL_ACCESS: u32 = FILE_ANY_ACCESS;
/// For handles that may read.
pub const FILE_READ_ACCESS: u32 = 1;
/// For handles that may write.
pub const FILE_WRITE_ACCESS: u32 = 2;

/// Control code of a device type's function, with the method and the access that it takes.
///
/// Values that are too large run into each other, as in C.
#[must_use]
pub const fn CTL_CODE(DeviceType: DEVICE_TYPE, Function: u32, Method: u32, Access: u32) -> u32 {
    (DeviceType << 16) | (Access << 14) | (Function << 2) | Method
}

/// Device type of a control code.
#[must_use]
pub const fn DEVICE_TYPE_FROM_CTL_CODE(ctrlCode: u32) -> DEVICE_TYPE {
    ctrlCode >> 16
}

/// Access that the handle needs for a control code.
#[must_use]
pub const fn access_from_ctl_code(code: u32) -> u32 {
    (code >> 14) & 3
}

/// Method of a control code.
#[must_use]
pub const fn METHOD_FROM_CTL_CODE(ctrlCode: u32) -> u32 {
    ctrlCode & 3
}
