//! Faults of waits, regions, DPCs, work items and threads.

use core::ptr;

use wdk_sys::{DEVICE_OBJECT, DRIVER_OBJECT, NTSTATUS, STATUS_SUCCESS};

use crate::{
    fault::{Fault, entry},
    kernel::{
        IoDeleteDevice,
        irp::{IoAllocateWorkItem, IoFreeWorkItem, make_device},
        locks::{
            ABOVE, At, DISPATCH, IoQueueWorkItem, KeEnterCriticalRegion, KeEnterGuardedRegion,
            KeFlushQueuedDpcs, KeInitializeDpc, KeInitializeEvent, KeInitializeMutex,
            KeInitializeTimer, KeInsertQueueDpc, KeLeaveCriticalRegion, KeLeaveGuardedRegion,
            KeSetEvent, KeSetTimer, KeWaitForMultipleObjects, KeWaitForSingleObject, KfRaiseIrql,
            WorkRoutine, at_level, at_level_if, event, place, run_dpc, run_thread, wait,
        },
    },
};

/// All of them.
pub(crate) const FAULTS: &[Fault] = &[
    Fault::at_entry("wait-above-dispatch", entry!(above_dispatch)),
    Fault::at_entry("wait-for-ever-at-dispatch", entry!(for_ever)),
    Fault::at_entry("wait-for-time-at-dispatch", entry!(for_time)),
    Fault::at_entry("wait-for-object-on-stack", entry!(on_stack)),
    Fault::at_entry("wait-in-dpc", entry!(in_dpc)),
    Fault::at_entry("too-many-objects", entry!(too_many)),
    Fault::at_entry("object-uninitialized", entry!(uninitialized)),
    Fault::at_entry("dpc-uninitialized", entry!(dpc_uninitialized)),
    Fault::at_entry("critical-region-not-entered", entry!(critical_region)),
    Fault::at_entry("guarded-region-not-entered", entry!(guarded_region)),
    Fault::at_entry("critical-region-kept", entry!(critical_kept)),
    Fault::at_entry("guarded-region-kept", entry!(guarded_kept)),
    Fault::at_entry("irql-of-callback", entry!(level_kept)),
    Fault::at_entry("region-kept-by-dpc", entry!(region_by_dpc)),
    Fault::at_entry("region-kept-by-timer", entry!(region_by_timer)),
    Fault::at_entry("region-kept-by-thread", entry!(region_by_thread)),
    Fault::at_entry("region-kept-by-work-item", region_by_work_item),
    Fault::at_entry("irql-of-work-item", level_by_work_item),
];

/// A wait that does not wait.
fn poll(object: At) {
    KeWaitForSingleObject(object, 0, 0, 0, &raw const NO_TIME);
}

static NO_TIME: i64 = 0;
/// A millisecond.
static SOME_TIME: i64 = -10_000;

fn above_dispatch(wrong: bool) {
    let event = event(0, true);
    at_level(if wrong { ABOVE } else { DISPATCH }, || poll(event));
}

fn for_ever(wrong: bool) {
    let event = event(0, true);
    at_level_if(wrong, DISPATCH, || wait(event));
}

fn for_time(wrong: bool) {
    let event = event(0, true);
    at_level_if(wrong, DISPATCH, || {
        KeWaitForSingleObject(event, 0, 0, 0, &raw const SOME_TIME);
    });
}

/// Waits as a program for an event on the stack.
fn on_stack(wrong: bool) {
    let mut local = [0_u64; 8];
    let event = (&raw mut local).cast();
    KeInitializeEvent(event, 0, 1);
    KeWaitForSingleObject(event, 0, wrong.into(), 0, ptr::null());
}

unsafe extern "C" fn waiting(_dpc: At, _context: At, _first: At, _second: At) {
    wait(place(0));
}

unsafe extern "C" fn polling(_dpc: At, _context: At, _first: At, _second: At) {
    poll(place(0));
}

fn in_dpc(wrong: bool) {
    event(0, true);
    run_dpc(if wrong { waiting } else { polling });
}

fn too_many(wrong: bool) {
    let objects = [event(0, true), event(1, true), event(2, true), event(3, true)];
    let count = if wrong { 4 } else { 3 };
    let none = ptr::null_mut();
    KeWaitForMultipleObjects(count, objects.as_ptr(), 0, 0, 0, 0, ptr::null(), none);
}

fn uninitialized(wrong: bool) {
    if !wrong {
        event(0, false);
    }
    KeSetEvent(place(0), 0, 0);
}

fn dpc_uninitialized(wrong: bool) {
    if !wrong {
        KeInitializeDpc(place(0), Some(polling), ptr::null_mut());
        event(0, true);
        KeInitializeDpc(place(1), Some(idle), ptr::null_mut());
    }
    KeInsertQueueDpc(place(1), ptr::null_mut(), ptr::null_mut());
    KeFlushQueuedDpcs();
}

unsafe extern "C" fn idle(_dpc: At, _context: At, _first: At, _second: At) {}

fn critical_region(wrong: bool) {
    if !wrong {
        KeEnterCriticalRegion();
    }
    KeLeaveCriticalRegion();
}

fn guarded_region(wrong: bool) {
    if !wrong {
        KeEnterGuardedRegion();
    }
    KeLeaveGuardedRegion();
}

/// `DriverEntry` keeps a critical region.
fn critical_kept(wrong: bool) {
    KeEnterCriticalRegion();
    if !wrong {
        KeLeaveCriticalRegion();
    }
}

/// `DriverEntry` keeps a guarded region.
fn guarded_kept(wrong: bool) {
    KeEnterGuardedRegion();
    if !wrong {
        KeLeaveGuardedRegion();
    }
}

unsafe extern "C" fn raise(_dpc: At, _context: At, _first: At, _second: At) {
    KfRaiseIrql(ABOVE);
}

fn level_kept(wrong: bool) {
    run_dpc(if wrong { raise } else { idle });
}

unsafe extern "C" fn keep_region(_dpc: At, _context: At, _first: At, _second: At) {
    KeSetEvent(place(0), 0, 0);
    keep_guarded();
}

unsafe extern "C" fn keep_nothing(_dpc: At, _context: At, _first: At, _second: At) {
    KeSetEvent(place(0), 0, 0);
}

/// Enters a region, which is not for a DPC to do either: so a mutex does it that is acquired there.
fn keep_guarded() {
    KeInitializeMutex(place(1), 0);
    poll(place(1));
}

fn region_by_dpc(wrong: bool) {
    event(0, false);
    run_dpc(if wrong { keep_region } else { keep_nothing });
}

fn region_by_timer(wrong: bool) {
    let (event, timer, dpc) = (event(0, false), place(2), place(3));
    let routine = if wrong { keep_region } else { keep_nothing };
    KeInitializeTimer(timer);
    KeInitializeDpc(dpc, Some(routine), ptr::null_mut());
    KeSetTimer(timer, 0, dpc);
    wait(event);
    KeFlushQueuedDpcs();
}

unsafe extern "C" fn thread_keeps(_context: At) {
    KeEnterCriticalRegion();
}

unsafe extern "C" fn thread_leaves(_context: At) {
    KeEnterCriticalRegion();
    KeLeaveCriticalRegion();
}

fn region_by_thread(wrong: bool) {
    run_thread(if wrong { thread_keeps } else { thread_leaves });
}

/// Runs a work item; the system waits for it when the driver is unloaded.
fn work(driver: *mut DRIVER_OBJECT, routine: WorkRoutine) -> NTSTATUS {
    let device = make_device(driver);
    let (item, event) = (IoAllocateWorkItem(device), event(0, false));
    IoQueueWorkItem(item.cast(), Some(routine), 1, ptr::null_mut());
    wait(event);
    IoFreeWorkItem(item);
    IoDeleteDevice(device);
    STATUS_SUCCESS
}

unsafe extern "C" fn work_keeps(_device: *mut DEVICE_OBJECT, _context: At) {
    KeEnterCriticalRegion();
    KeSetEvent(place(0), 0, 0);
}

unsafe extern "C" fn work_raises(_device: *mut DEVICE_OBJECT, _context: At) {
    KeSetEvent(place(0), 0, 0);
    KfRaiseIrql(DISPATCH);
}

unsafe extern "C" fn work_leaves(_device: *mut DEVICE_OBJECT, _context: At) {
    KeSetEvent(place(0), 0, 0);
}

fn region_by_work_item(driver: *mut DRIVER_OBJECT, wrong: bool) -> NTSTATUS {
    work(driver, if wrong { work_keeps } else { work_leaves })
}

fn level_by_work_item(driver: *mut DRIVER_OBJECT, wrong: bool) -> NTSTATUS {
    work(driver, if wrong { work_raises } else { work_leaves })
}
