//! Faults of interrupt request levels.

use core::ptr;

use wdk_sys::{DRIVER_OBJECT, NTSTATUS, STATUS_SUCCESS, UNICODE_STRING};
use widestring::u16str;

use crate::{
    fault::{Fault, entry},
    kernel::{
        IoCreateSymbolicLink, IoDeleteDevice, IoDeleteSymbolicLink, TAG, ZwClose,
        irp::{IoAttachDeviceToDeviceStack, IoDetachDevice, make_device},
        locks::{
            ABOVE, At, DISPATCH, ExAcquireFastMutex, ExDeletePagedLookasideList,
            ExDeleteResourceLite, ExInitializePagedLookasideList, ExInitializeResourceLite,
            ExInitializeRundownProtection, ExReleaseFastMutex, ExTryToAcquireFastMutex,
            ExUuidCreate, IoAllocateErrorLogEntry, IoRegisterShutdownNotification,
            IoUnregisterShutdownNotification, IoWriteErrorLogEntry, KeAcquireGuardedMutex,
            KeAcquireSpinLockAtDpcLevel, KeAcquireSpinLockRaiseToDpc, KeEnterCriticalRegion,
            KeEnterGuardedRegion, KeInitializeGuardedMutex, KeLeaveCriticalRegion,
            KeLeaveGuardedRegion, KeLowerIrql, KeReleaseGuardedMutex, KeReleaseSpinLock,
            KeReleaseSpinLockFromDpcLevel, KeResetEvent, KeSetEvent, KfRaiseIrql,
            MmAllocateContiguousMemory, MmFreeContiguousMemory, MmResetDriverPaging,
            ObReferenceObjectByHandle, ObfDereferenceObject, ZwDeleteValueKey,
            ZwWaitForSingleObject, at_level, at_level_if, event, place, start, wait,
        },
        unicode,
    },
};

/// All of them.
pub(crate) const FAULTS: &[Fault] = &[
    Fault::at_entry("irql-raise", entry!(raise_to_lower)),
    Fault::at_entry("irql-lower", entry!(lower_to_higher)),
    Fault::at_entry("irql-release-spin-lock", entry!(release_spin_lock)),
    Fault::at_entry("irql-acquire-at-dpc-level", entry!(acquire_at_dpc_level)),
    Fault::at_entry("irql-release-from-dpc-level", entry!(release_from_dpc_level)),
    Fault::at_entry("irql-acquire-spin-lock", entry!(acquire_spin_lock)),
    Fault::at_entry("irql-ke-release-spin-lock", entry!(release_to_other_level)),
    Fault::at_entry("irql-acquire-fast-mutex", entry!(acquire_fast_mutex)),
    Fault::at_entry("irql-release-fast-mutex", entry!(release_fast_mutex)),
    Fault::at_entry("irql-set-event", entry!(set_event)),
    Fault::at_entry("irql-set-event-and-wait", entry!(set_event_and_wait)),
    Fault::at_entry("irql-enter-critical-region", entry!(enter_critical_region)),
    Fault::at_entry("irql-leave-critical-region", entry!(leave_critical_region)),
    Fault::at_entry("irql", entry!(rundown)),
    Fault::at_entry("irql-zw", entry!(wait_for_handle)),
    Fault::at_entry("irql-dispatch", write_error_log),
    Fault::at_entry("irql-ex-apc-lte-1", entry!(try_fast_mutex)),
    Fault::at_entry("irql-ex-apc-lte-2", entry!(lookaside)),
    Fault::at_entry("irql-ex-apc-lte-3", entry!(delete_resource)),
    Fault::at_entry("irql-ex-passive", entry!(make_uuid)),
    Fault::at_entry("irql-io-apc-lte", delete_device),
    Fault::at_entry("irql-io-passive-1", create_device),
    Fault::at_entry("irql-io-passive-3", detach_device),
    Fault::at_entry("irql-io-passive-4", entry!(delete_link)),
    Fault::at_entry("irql-io-passive-5", shutdown_notification),
    Fault::at_entry("irql-ke-apc-lte-1", entry!(guarded_mutex)),
    Fault::at_entry("irql-ke-apc-lte-2", entry!(guarded_region)),
    Fault::at_entry("irql-ke-dispatch-lte", entry!(reset_event)),
    Fault::at_entry("irql-mm-apc-lte", entry!(reset_paging)),
    Fault::at_entry("irql-mm-dispatch", entry!(free_contiguous)),
    Fault::at_entry("irql-ob-passive", entry!(reference_by_handle)),
    Fault::at_entry("irql-ps-passive", entry!(make_thread)),
    Fault::at_entry("irql-zw-passive", entry!(close)),
    Fault::at_entry("irql-io-rtl-zw-passive", entry!(delete_value)),
];

fn raise_to_lower(wrong: bool) {
    let before = KfRaiseIrql(DISPATCH);
    KfRaiseIrql(if wrong { 0 } else { DISPATCH });
    KeLowerIrql(before);
}

fn lower_to_higher(wrong: bool) {
    KeLowerIrql(if wrong { DISPATCH } else { 0 });
}

fn release_spin_lock(wrong: bool) {
    let level = if wrong { 0 } else { KeAcquireSpinLockRaiseToDpc(place(0)) };
    KeReleaseSpinLock(place(0), level);
}

fn acquire_at_dpc_level(wrong: bool) {
    at_level_if(!wrong, DISPATCH, || {
        KeAcquireSpinLockAtDpcLevel(place(0));
        KeReleaseSpinLockFromDpcLevel(place(0));
    });
}

fn release_from_dpc_level(wrong: bool) {
    at_level_if(!wrong, DISPATCH, || {
        if !wrong {
            KeAcquireSpinLockAtDpcLevel(place(0));
        }
        KeReleaseSpinLockFromDpcLevel(place(0));
    });
}

fn acquire_spin_lock(wrong: bool) {
    at_level_if(wrong, ABOVE, || {
        let level = KeAcquireSpinLockRaiseToDpc(place(0));
        KeReleaseSpinLock(place(0), level);
    });
}

/// Releases a spin lock to another level than it was acquired at.
fn release_to_other_level(wrong: bool) {
    let level = KeAcquireSpinLockRaiseToDpc(place(0));
    KeReleaseSpinLock(place(0), if wrong { 1 } else { level });
}

fn acquire_fast_mutex(wrong: bool) {
    KeInitializeGuardedMutex(place(0));
    at_level_if(wrong, DISPATCH, || {
        ExAcquireFastMutex(place(0));
        ExReleaseFastMutex(place(0));
    });
}

fn release_fast_mutex(wrong: bool) {
    KeInitializeGuardedMutex(place(0));
    if !wrong {
        ExAcquireFastMutex(place(0));
    }
    ExReleaseFastMutex(place(0));
}

fn set_event(wrong: bool) {
    let event = event(0, false);
    at_level_if(wrong, ABOVE, || {
        KeSetEvent(event, 0, 0);
    });
}

/// Tells `KeSetEvent` at `DISPATCH_LEVEL` that a wait follows.
fn set_event_and_wait(wrong: bool) {
    let event = event(0, false);
    at_level(DISPATCH, || {
        KeSetEvent(event, 0, wrong.into());
    });
}

fn enter_critical_region(wrong: bool) {
    at_level_if(wrong, DISPATCH, KeEnterCriticalRegion);
    KeLeaveCriticalRegion();
}

fn leave_critical_region(wrong: bool) {
    KeEnterCriticalRegion();
    at_level_if(wrong, DISPATCH, KeLeaveCriticalRegion);
}

/// Initialises run-down protection at `DISPATCH_LEVEL`.
fn rundown(wrong: bool) {
    at_level_if(wrong, DISPATCH, || ExInitializeRundownProtection(place(0)));
}

unsafe extern "C" fn nothing(_context: At) {}

/// Waits for the end of a thread in a guarded region.
fn wait_for_handle(wrong: bool) {
    let thread = start(nothing);
    if wrong {
        KeEnterGuardedRegion();
    }
    ZwWaitForSingleObject(thread, 0, ptr::null());
    if wrong {
        KeLeaveGuardedRegion();
    }
    ZwClose(thread);
}

fn write_error_log(driver: *mut DRIVER_OBJECT, wrong: bool) -> NTSTATUS {
    let entry = IoAllocateErrorLogEntry(driver.cast(), 0x40);
    at_level_if(wrong, ABOVE, || IoWriteErrorLogEntry(entry));
    STATUS_SUCCESS
}

fn try_fast_mutex(wrong: bool) {
    KeInitializeGuardedMutex(place(0));
    at_level_if(wrong, DISPATCH, || {
        ExTryToAcquireFastMutex(place(0));
        ExReleaseFastMutex(place(0));
    });
}

fn lookaside(wrong: bool) {
    let null = ptr::null_mut();
    at_level_if(wrong, DISPATCH, || {
        ExInitializePagedLookasideList(place(0), null, null, 0, 64, TAG, 0);
    });
    ExDeletePagedLookasideList(place(0));
}

fn delete_resource(wrong: bool) {
    ExInitializeResourceLite(place(0));
    at_level_if(wrong, DISPATCH, || {
        ExDeleteResourceLite(place(0));
    });
}

fn make_uuid(wrong: bool) {
    let mut uuid = [0; 4];
    at_level_if(wrong, DISPATCH, || {
        ExUuidCreate(&raw mut uuid);
    });
}

fn delete_device(driver: *mut DRIVER_OBJECT, wrong: bool) -> NTSTATUS {
    let device = make_device(driver);
    at_level_if(wrong, DISPATCH, || IoDeleteDevice(device));
    STATUS_SUCCESS
}

fn create_device(driver: *mut DRIVER_OBJECT, wrong: bool) -> NTSTATUS {
    let mut device = ptr::null_mut();
    at_level_if(wrong, DISPATCH, || device = make_device(driver));
    IoDeleteDevice(device);
    STATUS_SUCCESS
}

fn detach_device(driver: *mut DRIVER_OBJECT, wrong: bool) -> NTSTATUS {
    let (lower, upper) = (make_device(driver), make_device(driver));
    // SAFETY: as for the functions of the kernel.
    unsafe { (*lower).Flags &= !wdk_sys::DO_DEVICE_INITIALIZING };
    let below = IoAttachDeviceToDeviceStack(upper, lower);
    at_level_if(wrong, DISPATCH, || IoDetachDevice(below));
    IoDeleteDevice(upper);
    IoDeleteDevice(lower);
    STATUS_SUCCESS
}

fn delete_link(wrong: bool) {
    let mut link = unicode(u16str!(r"\DosDevices\broken level"));
    let mut target = unicode(u16str!(r"\Device\Null"));
    IoCreateSymbolicLink(&raw mut link, &raw mut target);
    at_level_if(wrong, DISPATCH, || {
        IoDeleteSymbolicLink(&raw mut link);
    });
}

fn shutdown_notification(driver: *mut DRIVER_OBJECT, wrong: bool) -> NTSTATUS {
    let device = make_device(driver);
    at_level_if(wrong, DISPATCH, || {
        IoRegisterShutdownNotification(device.cast());
    });
    IoUnregisterShutdownNotification(device.cast());
    IoDeleteDevice(device);
    STATUS_SUCCESS
}

fn guarded_mutex(wrong: bool) {
    KeInitializeGuardedMutex(place(0));
    at_level_if(wrong, DISPATCH, || {
        KeAcquireGuardedMutex(place(0));
        KeReleaseGuardedMutex(place(0));
    });
}

fn guarded_region(wrong: bool) {
    at_level_if(wrong, DISPATCH, || {
        KeEnterGuardedRegion();
        KeLeaveGuardedRegion();
    });
}

fn reset_event(wrong: bool) {
    let event = event(0, true);
    at_level_if(wrong, ABOVE, || {
        KeResetEvent(event);
    });
}

fn reset_paging(wrong: bool) {
    let code = reset_paging as fn(bool) as At;
    at_level_if(wrong, DISPATCH, || MmResetDriverPaging(code));
}

fn free_contiguous(wrong: bool) {
    let memory = MmAllocateContiguousMemory(64, i64::MAX);
    at_level_if(wrong, ABOVE, || MmFreeContiguousMemory(memory));
}

fn reference_by_handle(wrong: bool) {
    let thread = start(nothing);
    let (mut object, null) = (ptr::null_mut(), ptr::null_mut());
    at_level_if(wrong, DISPATCH, || {
        ObReferenceObjectByHandle(thread, 0, null, 0, &raw mut object, null);
    });
    wait(object);
    ObfDereferenceObject(object);
    ZwClose(thread);
}

fn make_thread(wrong: bool) {
    let mut thread = ptr::null_mut();
    at_level_if(wrong, DISPATCH, || thread = start(nothing));
    ZwWaitForSingleObject(thread, 0, ptr::null());
    ZwClose(thread);
}

fn close(wrong: bool) {
    let thread = start(nothing);
    ZwWaitForSingleObject(thread, 0, ptr::null());
    at_level_if(wrong, DISPATCH, || {
        ZwClose(thread);
    });
}

/// Deletes a value of a key that is not open, which fails, at `DISPATCH_LEVEL`.
fn delete_value(wrong: bool) {
    let mut name: UNICODE_STRING = unicode(u16str!("Nothing"));
    if wrong {
        at_level(DISPATCH, || {
            ZwDeleteValueKey(ptr::null_mut(), &raw mut name);
        });
    }
}
