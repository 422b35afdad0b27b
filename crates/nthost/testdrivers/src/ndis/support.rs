//! Faults of timers, locks, work items and other objects of NDIS.

use core::ptr;

use ndis_sys::{
    LARGE_INTEGER, LOCK_STATE_EX, NDIS_HANDLE, NDIS_IO_WORKITEM_ROUTINE, NDIS_OBJECT_HEADER,
    NDIS_OBJECT_TYPE_TIMER_CHARACTERISTICS, NDIS_RWL_AT_DISPATCH_LEVEL,
    NDIS_SIZEOF_TIMER_CHARACTERISTICS_REVISION_1, NDIS_TIMER_CHARACTERISTICS,
    NDIS_TIMER_CHARACTERISTICS_REVISION_1, NormalPoolPriority,
};
use wdk_sys::{APC_LEVEL, DISPATCH_LEVEL, DRIVER_OBJECT};

use super::{Plan, binding::Binding, handlers::Indication};
use crate::{
    fault::Fault,
    kernel::{
        TAG,
        ndis::{
            NdisAcquireRWLockRead, NdisAllocateGenericObject, NdisAllocateIoWorkItem,
            NdisAllocateMemoryWithTagPriority, NdisAllocateRWLock, NdisAllocateTimerObject,
            NdisCancelTimerObject, NdisFreeGenericObject, NdisFreeIoWorkItem,
            NdisFreeMemoryWithTagPriority, NdisFreeRWLock, NdisFreeTimerObject,
            NdisInitializeEvent, NdisMSleep, NdisQueueIoWorkItem, NdisReleaseRWLock, NdisSetEvent,
            NdisSetTimerObject, NdisWaitEvent, at, level,
        },
    },
};

/// Declares the entry of a fault that needs a generic object.
macro_rules! with_object {
    ($code:path) => {
        |driver, wrong| {
            with_object(driver, |handle| $code(handle, wrong));
            wdk_sys::STATUS_SUCCESS
        }
    };
}

/// All of them.
pub(crate) const FAULTS: &[Fault] = &[
    Fault::at_entry("ndis-object", with_object!(freed_twice)),
    Fault::at_entry("ndis-object-left", with_object!(lock_left)),
    Fault::at_entry("ndis-timer", with_object!(freed_while_set)),
    Fault::at_entry("ndis-timer-irql", with_object!(cancelled_at_dispatch)),
    Fault::at_entry("ndis-work-item", with_object!(queued_twice)),
    Fault::at_entry("ndis-lock", with_object!(freed_while_held)),
    Fault::at_entry("ndis-level", with_object!(said_to_be_at_dispatch)),
    Fault::at_entry("ndis-memory-tag", with_object!(without_tag)),
    Fault::at_entry("ndis-sleep", with_object!(too_long)),
    Fault::at_entry("ndis-wait-irql", with_object!(waits_at_apc)),
    Fault::protocol("ndis-flags-irql", &Plan { receive: asks_for_level, ..Plan::RIGHT }),
];

/// Runs code with a generic object.
fn with_object(driver: *mut DRIVER_OBJECT, code: impl FnOnce(NDIS_HANDLE)) {
    let object = NdisAllocateGenericObject(driver.cast(), TAG, 64);
    code(object.cast());
    NdisFreeGenericObject(object);
}

/// Frees a work item that is free.
fn freed_twice(handle: NDIS_HANDLE, wrong: bool) {
    let item = NdisAllocateIoWorkItem(handle);
    NdisFreeIoWorkItem(item);
    if wrong {
        NdisFreeIoWorkItem(item);
    }
}

/// Does not free a lock.
fn lock_left(handle: NDIS_HANDLE, wrong: bool) {
    let lock = NdisAllocateRWLock(handle);
    if !wrong {
        NdisFreeRWLock(lock);
    }
}

unsafe extern "efiapi" fn tick(
    _first: *mut core::ffi::c_void,
    _context: *mut core::ffi::c_void,
    _second: *mut core::ffi::c_void,
    _third: *mut core::ffi::c_void,
) {
}

/// A timer that runs in a minute, and then each minute if it is periodic.
pub(super) fn timer(handle: NDIS_HANDLE, is_periodic: bool) -> NDIS_HANDLE {
    const MINUTE: i64 = 600_000_000;
    let mut wanted = NDIS_TIMER_CHARACTERISTICS {
        Header: NDIS_OBJECT_HEADER {
            Type: NDIS_OBJECT_TYPE_TIMER_CHARACTERISTICS,
            Revision: NDIS_TIMER_CHARACTERISTICS_REVISION_1,
            Size: NDIS_SIZEOF_TIMER_CHARACTERISTICS_REVISION_1,
        },
        AllocationTag: TAG,
        TimerFunction: Some(tick),
        FunctionContext: ptr::null_mut(),
    };
    let mut timer = ptr::null_mut();
    NdisAllocateTimerObject(handle, &raw mut wanted, &raw mut timer);
    let due = LARGE_INTEGER { QuadPart: -MINUTE };
    NdisSetTimerObject(timer, due, if is_periodic { 60_000 } else { 0 }, ptr::null_mut());
    timer
}

/// Frees a timer that is set.
fn freed_while_set(handle: NDIS_HANDLE, wrong: bool) {
    let timer = timer(handle, false);
    if !wrong {
        NdisCancelTimerObject(timer);
    }
    NdisFreeTimerObject(timer);
}

/// Cancels a periodic timer at `DISPATCH_LEVEL`.
fn cancelled_at_dispatch(handle: NDIS_HANDLE, wrong: bool) {
    let timer = timer(handle, true);
    at(u8::try_from(if wrong { DISPATCH_LEVEL } else { 0 }).unwrap_or_default(), || {
        NdisCancelTimerObject(timer);
    });
    NdisFreeTimerObject(timer);
}

unsafe extern "efiapi" fn work(context: *mut core::ffi::c_void, _item: NDIS_HANDLE) {
    NdisSetEvent(context.cast());
}

/// Queues a work item that is queued.
fn queued_twice(handle: NDIS_HANDLE, wrong: bool) {
    let routine: NDIS_IO_WORKITEM_ROUTINE = Some(work);
    let item = NdisAllocateIoWorkItem(handle);
    let mut done = ndis_sys::NDIS_EVENT::default();
    NdisInitializeEvent(&raw mut done);
    // It may run, and so be queued no more, between two of the calls.
    for _ in 0..if wrong { 1000 } else { 1 } {
        NdisQueueIoWorkItem(item, routine, (&raw mut done).cast());
    }
    NdisWaitEvent(&raw mut done, 0);
    NdisFreeIoWorkItem(item);
}

/// Frees a lock that is held.
fn freed_while_held(handle: NDIS_HANDLE, wrong: bool) {
    let lock = NdisAllocateRWLock(handle);
    let mut state = LOCK_STATE_EX::default();
    NdisAcquireRWLockRead(lock, &raw mut state, 0);
    if wrong {
        NdisFreeRWLock(lock);
    }
    NdisReleaseRWLock(lock, &raw mut state);
    NdisFreeRWLock(lock);
}

/// Says that it is at `DISPATCH_LEVEL`, and is not.
fn said_to_be_at_dispatch(handle: NDIS_HANDLE, wrong: bool) {
    let flags = if wrong { NDIS_RWL_AT_DISPATCH_LEVEL } else { 0 };
    let lock = NdisAllocateRWLock(handle);
    let mut state = LOCK_STATE_EX::default();
    NdisAcquireRWLockRead(lock, &raw mut state, flags);
    NdisReleaseRWLock(lock, &raw mut state);
    NdisFreeRWLock(lock);
}

/// Allocates memory without a tag.
fn without_tag(handle: NDIS_HANDLE, wrong: bool) {
    let tag = if wrong { 0 } else { TAG };
    let memory = NdisAllocateMemoryWithTagPriority(handle, 64, tag, NormalPoolPriority);
    NdisFreeMemoryWithTagPriority(handle, memory, tag);
}

/// Sleeps for longer than is allowed.
fn too_long(_handle: NDIS_HANDLE, wrong: bool) {
    NdisMSleep(if wrong { 60_000_000 } else { 1 });
}

/// Waits for an event above `PASSIVE_LEVEL`.
fn waits_at_apc(_handle: NDIS_HANDLE, wrong: bool) {
    let mut event = ndis_sys::NDIS_EVENT::default();
    NdisInitializeEvent(&raw mut event);
    NdisSetEvent(&raw mut event);
    at(u8::try_from(if wrong { APC_LEVEL } else { 0 }).unwrap_or_default(), || {
        NdisWaitEvent(&raw mut event, 1);
    });
}

/// Asks for its level where the flags say it.
fn asks_for_level(binding: &Binding, indication: &Indication, wrong: bool) {
    if wrong {
        level();
    }
    indication.give_back(binding);
}
