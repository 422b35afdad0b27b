//! What of WMI is there: nothing, which drivers have to do without.

use core::ffi::c_void;

use crate::{
    export::{Export, exports},
    low_resources::denies,
    nt::{
        APC_LEVEL, DEVICE_OBJECT, GUID, HIGH_LEVEL, NTSTATUS, PASSIVE_LEVEL,
        STATUS_INSUFFICIENT_RESOURCES, STATUS_INVALID_HANDLE, STATUS_NOT_SUPPORTED,
        STATUS_UNSUCCESSFUL,
    },
};

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-iowmiregistrationcontrol)
unsafe extern "efiapi" fn IoWMIRegistrationControl(
    _device: *mut DEVICE_OBJECT,
    _action: u32,
) -> NTSTATUS {
    if denies("IoWMIRegistrationControl") {
        return STATUS_INSUFFICIENT_RESOURCES;
    }
    STATUS_NOT_SUPPORTED
}

/// What is documented for when WMI is unavailable: the event stays the driver's.
///
/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-iowmiwriteevent)
unsafe extern "efiapi" fn IoWMIWriteEvent(_event: *mut c_void) -> NTSTATUS {
    STATUS_UNSUCCESSFUL
}

/// No trace session is ever there, so that no handle of one is valid. The arguments that differ by
/// message are not read.
///
/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-wmitracemessage)
unsafe extern "efiapi" fn WmiTraceMessage(
    _session: u64,
    _flags: u32,
    _message: *const GUID,
    _number: u16,
) -> NTSTATUS {
    STATUS_INVALID_HANDLE
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-wmiquerytraceinformation)
unsafe extern "efiapi" fn WmiQueryTraceInformation(
    _class: i32,
    _information: *mut c_void,
    _length: u32,
    _needed: *mut u32,
    _buffer: *mut c_void,
) -> NTSTATUS {
    STATUS_INVALID_HANDLE
}

pub(crate) const EXPORTS: &[Export] = exports! {
    IoWMIRegistrationControl: PASSIVE_LEVEL..=PASSIVE_LEVEL;
    IoWMIWriteEvent: PASSIVE_LEVEL..=APC_LEVEL;
    WmiQueryTraceInformation: PASSIVE_LEVEL..=HIGH_LEVEL;
    WmiTraceMessage: PASSIVE_LEVEL..=HIGH_LEVEL;
};
