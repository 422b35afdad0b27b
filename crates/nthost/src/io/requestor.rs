//! Who has made a request, and how.

use core::ptr;
use std::cell::Cell;

use crate::{
    export::{Export, exports},
    ke,
    nt::{
        BOOLEAN, DISPATCH_LEVEL, EPROCESS, FALSE, FO_SYNCHRONOUS_IO, HIGH_LEVEL, IRP,
        IRP_SYNCHRONOUS_API, KernelMode, NTSTATUS, PASSIVE_LEVEL, STATUS_SUCCESS, irp_current,
    },
};

thread_local! {
    static TOP_LEVEL: Cell<*mut IRP> = const { Cell::new(ptr::null_mut()) };
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ntifs/nf-ntifs-iogetrequestorprocess)
unsafe extern "efiapi" fn IoGetRequestorProcess(irp: *mut IRP) -> *mut EPROCESS {
    // SAFETY: the driver has the IRP.
    let mode = unsafe { (*irp).RequestorMode };
    ke::thread::process(mode != KernelMode)
}

/// All programs are 64-bit ones.
///
/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-iois32bitprocess)
unsafe extern "efiapi" fn IoIs32bitProcess(_irp: *mut IRP) -> BOOLEAN {
    FALSE
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ntifs/nf-ntifs-iogettoplevelirp)
unsafe extern "efiapi" fn IoGetTopLevelIrp() -> *mut IRP {
    TOP_LEVEL.get()
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ntifs/nf-ntifs-iosettoplevelirp)
unsafe extern "efiapi" fn IoSetTopLevelIrp(irp: *mut IRP) {
    TOP_LEVEL.set(irp);
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ntifs/nf-ntifs-ioisoperationsynchronous)
unsafe extern "efiapi" fn IoIsOperationSynchronous(irp: *mut IRP) -> BOOLEAN {
    // SAFETY: the driver has the IRP.
    let packet = unsafe { &*irp };
    // SAFETY: the IRP was sent to the driver.
    let location = unsafe { irp_current(irp) };
    // SAFETY: as above.
    let file = unsafe { (*location).FileObject };
    // SAFETY: the file object of a request is null or valid.
    let flags = unsafe { file.as_ref() }.map_or(0, |file| file.Flags);
    (packet.Flags & IRP_SYNCHRONOUS_API != 0 || flags & FO_SYNCHRONOUS_IO != 0).into()
}

/// Handles here have all rights.
///
/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-iovalidatedeviceiocontrolaccess)
unsafe extern "efiapi" fn IoValidateDeviceIoControlAccess(
    _irp: *mut IRP,
    _access: u32,
) -> NTSTATUS {
    STATUS_SUCCESS
}

pub(super) const EXPORTS: &[Export] = exports! {
    IoGetRequestorProcess: PASSIVE_LEVEL..=DISPATCH_LEVEL;
    IoGetTopLevelIrp: PASSIVE_LEVEL..=DISPATCH_LEVEL;
    IoIs32bitProcess: PASSIVE_LEVEL..=DISPATCH_LEVEL;
    IoIsOperationSynchronous: PASSIVE_LEVEL..=HIGH_LEVEL;
    IoSetTopLevelIrp: PASSIVE_LEVEL..=DISPATCH_LEVEL;
    IoValidateDeviceIoControlAccess: PASSIVE_LEVEL..=HIGH_LEVEL;
};
