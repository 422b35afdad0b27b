//! IRPs, devices and what goes with them.

use core::ptr;

use wdk_sys::{
    BOOLEAN, CCHAR, DEVICE_OBJECT, DRIVER_OBJECT, EVENT_TYPE, FILE_DEVICE_UNKNOWN,
    IO_STACK_LOCATION, IRP, KIRQL, NTSTATUS, PCSTR, PDRIVER_CANCEL, PIO_COMPLETION_ROUTINE,
    PIO_REMOVE_LOCK, PIO_STATUS_BLOCK, PIO_WORKITEM, PKEVENT, PVOID, ULONG, USHORT,
};

use super::{IoCreateDevice, calls};

/// `SL_INVOKE_ON_SUCCESS`, `SL_INVOKE_ON_ERROR` and `SL_INVOKE_ON_CANCEL`
const INVOKE_ALWAYS: u8 = 0xE0;

/// `SL_PENDING_RETURNED`
const SL_PENDING_RETURNED: u8 = 0x01;

/// `STATUS_MORE_PROCESSING_REQUIRED`
pub(crate) const KEEP: NTSTATUS = 0xC000_0016_u32.cast_signed();

calls! {
    IoAllocateIrp(stack: CCHAR, quota: BOOLEAN) -> *mut IRP;
    IoFreeIrp(irp: *mut IRP);
    IoReuseIrp(irp: *mut IRP, status: NTSTATUS);
    IoInitializeIrp(irp: *mut IRP, size: USHORT, stack: CCHAR);
    IofCallDriver(device: *mut DEVICE_OBJECT, irp: *mut IRP) -> NTSTATUS;
    IofCompleteRequest(irp: *mut IRP, boost: CCHAR);
    IoCancelIrp(irp: *mut IRP) -> BOOLEAN;
    IoAcquireCancelSpinLock(level: *mut KIRQL);
    IoReleaseCancelSpinLock(level: KIRQL);
    IoBuildDeviceIoControlRequest(
        code: ULONG, device: *mut DEVICE_OBJECT, input: PVOID, input_size: ULONG, output: PVOID,
        output_size: ULONG, internal: BOOLEAN, event: PKEVENT, result: PIO_STATUS_BLOCK
    ) -> *mut IRP;
    IoAttachDeviceToDeviceStack(
        source: *mut DEVICE_OBJECT, target: *mut DEVICE_OBJECT
    ) -> *mut DEVICE_OBJECT;
    IoDetachDevice(target: *mut DEVICE_OBJECT);
    IoAllocateWorkItem(device: *mut DEVICE_OBJECT) -> PIO_WORKITEM;
    IoFreeWorkItem(item: PIO_WORKITEM);
    IoInitializeRemoveLockEx(
        lock: PIO_REMOVE_LOCK, tag: ULONG, minutes: ULONG, most: ULONG, size: ULONG
    );
    IoAcquireRemoveLockEx(
        lock: PIO_REMOVE_LOCK, tag: PVOID, file: PCSTR, line: ULONG, size: ULONG
    ) -> NTSTATUS;
    IoReleaseRemoveLockEx(lock: PIO_REMOVE_LOCK, tag: PVOID, size: ULONG);
    IoReleaseRemoveLockAndWaitEx(lock: PIO_REMOVE_LOCK, tag: PVOID, size: ULONG);
    KeInitializeEvent(event: PKEVENT, kind: EVENT_TYPE, signalled: BOOLEAN);
    KeEnterCriticalRegion();
    KeLeaveCriticalRegion();
}

mod level {
    //! Inline functions in some headers.

    use wdk_sys::KIRQL;

    unsafe extern "system" {
        pub(super) fn KfRaiseIrql(level: KIRQL) -> KIRQL;
        pub(super) fn KeLowerIrql(level: KIRQL);
    }
}

/// Raises the level, and returns the one before.
pub(crate) fn raise_level(level: u32) -> KIRQL {
    // SAFETY: as for `calls`.
    unsafe { level::KfRaiseIrql(u8::try_from(level).unwrap_or_default()) }
}

/// Goes back to a level.
pub(crate) fn lower_level(level: KIRQL) {
    // SAFETY: as for `calls`.
    unsafe { level::KeLowerIrql(level) };
}

/// `IoGetCurrentIrpStackLocation`
pub(crate) fn current(irp: *mut IRP) -> *mut IO_STACK_LOCATION {
    // SAFETY: as for `calls`.
    let tail = unsafe { &(*irp).Tail };
    // SAFETY: as above.
    let overlay = unsafe { tail.Overlay };
    // SAFETY: as above.
    unsafe { overlay.__bindgen_anon_2.__bindgen_anon_1.CurrentStackLocation }
}

/// The current stack location.
pub(crate) fn location<'a>(irp: *mut IRP) -> &'a mut IO_STACK_LOCATION {
    // SAFETY: as for `calls`.
    unsafe { &mut *current(irp) }
}

/// The next stack location.
pub(crate) fn next<'a>(irp: *mut IRP) -> &'a mut IO_STACK_LOCATION {
    // SAFETY: as for `calls`.
    unsafe { &mut *current(irp).wrapping_sub(1) }
}

/// `IoCopyCurrentIrpStackLocationToNext`
pub(crate) fn copy_to_next(irp: *mut IRP) {
    let next = next(irp);
    *next = *location(irp);
    (next.CompletionRoutine, next.Context, next.Control) = (None, ptr::null_mut(), 0);
}

/// `IoMarkIrpPending`
pub(crate) fn mark_pending(irp: *mut IRP) {
    location(irp).Control |= SL_PENDING_RETURNED;
}

/// `IoSetCompletionRoutine`, for each outcome.
pub(crate) fn set_routine(irp: *mut IRP, routine: PIO_COMPLETION_ROUTINE) {
    let next = next(irp);
    (next.CompletionRoutine, next.Control) = (routine, INVOKE_ALWAYS);
}

/// `IoSetCancelRoutine`, where nobody cancels at the same time.
pub(crate) fn set_cancel_routine(irp: *mut IRP, routine: PDRIVER_CANCEL) {
    // SAFETY: as for `calls`.
    unsafe { (*irp).CancelRoutine = routine };
}

/// The level to go back to in a cancel routine.
pub(crate) fn cancel_level(irp: *mut IRP) -> KIRQL {
    // SAFETY: as for `calls`.
    unsafe { (*irp).CancelIrql }
}

/// The type of an IRP, read where it is.
pub(crate) fn kind(irp: *mut IRP) -> i16 {
    // SAFETY: as for `calls`.
    let place = unsafe { &raw const (*irp).Type };
    // SAFETY: as for `calls`.
    unsafe { place.read_volatile() }
}

/// Whether an IRP is of a driver, and not of a program.
pub(crate) fn is_of_driver(irp: *mut IRP) -> bool {
    // SAFETY: as for `calls`.
    unsafe { (*irp).RequestorMode == 0 }
}

/// The driver's first device.
pub(crate) fn device(driver: *mut DRIVER_OBJECT) -> *mut DEVICE_OBJECT {
    // SAFETY: as for `calls`.
    unsafe { (*driver).DeviceObject }
}

/// Another device, without a name.
pub(crate) fn make_device(driver: *mut DRIVER_OBJECT) -> *mut DEVICE_OBJECT {
    make_device_with(driver, 0)
}

/// Another device, with so many bytes of extension.
pub(crate) fn make_device_with(driver: *mut DRIVER_OBJECT, extension: ULONG) -> *mut DEVICE_OBJECT {
    let mut device = ptr::null_mut();
    let name = ptr::null_mut();
    let made = IoCreateDevice(driver, extension, name, FILE_DEVICE_UNKNOWN, 0, 0, &raw mut device);
    if made == 0 { device } else { ptr::null_mut() }
}

/// Sets how many stack locations IRPs for a device have.
pub(crate) fn set_stack_size(device: *mut DEVICE_OBJECT, size: CCHAR) {
    // SAFETY: as for `calls`.
    unsafe { (*device).StackSize = size };
}
