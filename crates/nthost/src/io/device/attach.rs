//! Devices that are stacked on others.
//!
//! [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/kernel/example-device-stack)

use core::ptr;

use crate::{
    export::{Export, exports},
    nt::{
        DEVICE_OBJECT, DISPATCH_LEVEL, DO_DEVICE_INITIALIZING, FILE_OBJECT, NTSTATUS,
        PASSIVE_LEVEL, STATUS_NO_SUCH_DEVICE, STATUS_SUCCESS,
    },
    ob, thread,
    verifier::catalogue::device::DETACHED,
};

/// The device at the top of the stack that a device is in: what requests to it are sent to.
///
/// # Safety
///
/// The device is valid, and no device of the stack is deleted meanwhile.
pub(crate) unsafe fn top(mut device: *mut DEVICE_OBJECT) -> *mut DEVICE_OBJECT {
    loop {
        // SAFETY: by the contract.
        let above = unsafe { &raw const (*device).AttachedDevice };
        // SAFETY: as above.
        let above = unsafe { above.read_volatile() };
        if above.is_null() {
            return device;
        }
        device = above;
    }
}

/// Whether a device is attached to another, or another to it.
pub(super) fn is_in_a_stack(device: *mut DEVICE_OBJECT) -> bool {
    if ob::kind(device as usize) != Some(ob::Kind::Device) {
        return false;
    }
    // SAFETY: it is a device.
    let above = unsafe { (*device).AttachedDevice };
    // SAFETY: as above.
    let extension = unsafe { (*device).DeviceObjectExtension };
    // SAFETY: each device has one.
    let below = unsafe { (*extension).AttachedTo };
    !above.is_null() || !below.is_null()
}

/// Puts `source` on top of the stack of `target`, and returns what was the top.
///
/// # Safety
///
/// Both devices are valid.
unsafe fn attach(source: *mut DEVICE_OBJECT, target: *mut DEVICE_OBJECT) -> *mut DEVICE_OBJECT {
    let system = thread::system();
    let _tree = system.io.tree.lock();
    // SAFETY: by the contract; stacks change under the lock only.
    let below = unsafe { top(target) };
    // SAFETY: it is in a stack.
    let lower = unsafe { &mut *below };
    if lower.Flags & DO_DEVICE_INITIALIZING != 0 || ptr::eq(below, source) {
        return ptr::null_mut();
    }
    lower.AttachedDevice = source;
    let (size, alignment, sector) = (lower.StackSize, lower.AlignmentRequirement, lower.SectorSize);
    // SAFETY: by the contract.
    let upper = unsafe { &mut *source };
    upper.StackSize = size.saturating_add(1);
    upper.AlignmentRequirement = alignment;
    upper.SectorSize = sector;
    // SAFETY: each device has one.
    unsafe { (*upper.DeviceObjectExtension).AttachedTo = below };
    below
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-ioattachdevicetodevicestack)
pub(in crate::io) unsafe extern "efiapi" fn IoAttachDeviceToDeviceStack(
    source: *mut DEVICE_OBJECT,
    target: *mut DEVICE_OBJECT,
) -> *mut DEVICE_OBJECT {
    // SAFETY: the driver passes its own device, and another one that it keeps valid.
    unsafe { attach(source, target) }
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-ioattachdevicetodevicestacksafe)
unsafe extern "efiapi" fn IoAttachDeviceToDeviceStackSafe(
    source: *mut DEVICE_OBJECT,
    target: *mut DEVICE_OBJECT,
    attached_to: *mut *mut DEVICE_OBJECT,
) -> NTSTATUS {
    // SAFETY: the driver passes its own device, and another one that it keeps valid.
    let below = unsafe { attach(source, target) };
    // SAFETY: the driver passes a place for the result.
    unsafe { attached_to.write(below) };
    if below.is_null() { STATUS_NO_SUCH_DEVICE } else { STATUS_SUCCESS }
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-iodetachdevice)
pub(in crate::io) unsafe extern "efiapi" fn IoDetachDevice(target: *mut DEVICE_OBJECT) {
    let system = thread::system();
    let _tree = system.io.tree.lock();
    // SAFETY: the driver passes the device that its own is attached to.
    let above = unsafe { (*target).AttachedDevice };
    if above.is_null() {
        DETACHED.broken_by_caller("detaches a device that is attached to nothing");
    }
    // SAFETY: as above.
    unsafe { (*target).AttachedDevice = ptr::null_mut() };
    // SAFETY: a device that is attached is valid.
    if let Some(above) = unsafe { above.as_ref() } {
        // SAFETY: each device has one.
        unsafe { (*above.DeviceObjectExtension).AttachedTo = ptr::null_mut() };
    }
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-iogetattacheddevicereference)
unsafe extern "efiapi" fn IoGetAttachedDeviceReference(
    device: *mut DEVICE_OBJECT,
) -> *mut DEVICE_OBJECT {
    // SAFETY: the driver keeps the stack valid.
    let top = unsafe { top(device) };
    ob::lend(top as usize);
    top
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ntifs/nf-ntifs-iogetattacheddevice)
unsafe extern "efiapi" fn IoGetAttachedDevice(device: *mut DEVICE_OBJECT) -> *mut DEVICE_OBJECT {
    // SAFETY: the driver keeps the stack valid.
    unsafe { top(device) }
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-iogetrelateddeviceobject)
unsafe extern "efiapi" fn IoGetRelatedDeviceObject(file: *mut FILE_OBJECT) -> *mut DEVICE_OBJECT {
    // SAFETY: the driver passes a file object that it has a reference to.
    let device = unsafe { (*file).DeviceObject };
    // SAFETY: an open file keeps its device.
    unsafe { top(device) }
}

pub(super) const EXPORTS: &[Export] = exports! {
    IoAttachDeviceToDeviceStack: PASSIVE_LEVEL..=DISPATCH_LEVEL;
    IoAttachDeviceToDeviceStackSafe: PASSIVE_LEVEL..=DISPATCH_LEVEL;
    IoDetachDevice: PASSIVE_LEVEL..=PASSIVE_LEVEL;
    IoGetAttachedDevice: PASSIVE_LEVEL..=DISPATCH_LEVEL;
    IoGetAttachedDeviceReference: PASSIVE_LEVEL..=DISPATCH_LEVEL;
    IoGetRelatedDeviceObject: PASSIVE_LEVEL..=DISPATCH_LEVEL;
};
