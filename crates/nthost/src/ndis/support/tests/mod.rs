//! What drivers do with the objects of NDIS, rightly and wrongly.

mod configuration;
mod device;

use std::{
    ffi::c_void,
    ptr,
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
        mpsc::{Receiver, Sender, channel},
    },
};

use ndis_sys::{
    FN_NDIS_ACQUIRE_READ_WRITE_LOCK, FN_NDIS_ACQUIRE_RW_LOCK_READ, FN_NDIS_ACQUIRE_RW_LOCK_WRITE,
    FN_NDIS_ALLOCATE_CLONE_OID_REQUEST, FN_NDIS_ALLOCATE_GENERIC_OBJECT,
    FN_NDIS_ALLOCATE_IO_WORK_ITEM, FN_NDIS_ALLOCATE_MEMORY_WITH_TAG_PRIORITY,
    FN_NDIS_ALLOCATE_RW_LOCK, FN_NDIS_ALLOCATE_TIMER_OBJECT, FN_NDIS_CANCEL_TIMER_OBJECT,
    FN_NDIS_FREE_CLONE_OID_REQUEST, FN_NDIS_FREE_GENERIC_OBJECT, FN_NDIS_FREE_IO_WORK_ITEM,
    FN_NDIS_FREE_MEMORY, FN_NDIS_FREE_MEMORY_WITH_TAG_PRIORITY, FN_NDIS_FREE_RW_LOCK,
    FN_NDIS_FREE_TIMER_OBJECT, FN_NDIS_GET_ROUTINE_ADDRESS, FN_NDIS_GET_SYSTEM_UP_TIME_EX,
    FN_NDIS_GET_VERSION, FN_NDIS_INITIALIZE_EVENT, FN_NDIS_INITIALIZE_READ_WRITE_LOCK,
    FN_NDIS_INITIALIZE_STRING, FN_NDIS_M_SLEEP, FN_NDIS_QUEUE_IO_WORK_ITEM,
    FN_NDIS_RELEASE_READ_WRITE_LOCK, FN_NDIS_RELEASE_RW_LOCK, FN_NDIS_RESET_EVENT,
    FN_NDIS_SET_EVENT, FN_NDIS_SET_TIMER_OBJECT, FN_NDIS_WAIT_EVENT, FN_NDIS_WRITE_EVENT_LOG_ENTRY,
    LARGE_INTEGER, LOCK_STATE, LOCK_STATE_EX, NDIS_EVENT, NDIS_HANDLE, NDIS_OBJECT_HEADER,
    NDIS_OBJECT_TYPE_TIMER_CHARACTERISTICS, NDIS_OID_REQUEST, NDIS_RUNTIME_VERSION_687,
    NDIS_RW_LOCK, NDIS_RWL_AT_DISPATCH_LEVEL, NDIS_STATUS_BUFFER_TOO_SHORT, NDIS_STATUS_FAILURE,
    NDIS_STATUS_SUCCESS, NDIS_STRING, NDIS_TIMER_CHARACTERISTICS,
};

use super::leftovers;
use crate::{
    ke::irql,
    nt::{DISPATCH_LEVEL, DRIVER_OBJECT, PASSIVE_LEVEL},
    system::System,
    thread,
};

/// Calls an export of NDIS as a driver does.
macro_rules! call {
    ($name:ident as $function:ty, ($($arg:expr),*)) => {{
        let export = $crate::export::find("ndis.sys", stringify!($name)).unwrap();
        // SAFETY: this is the type of the function.
        let function = unsafe { std::mem::transmute::<*const (), $function>(export.address) };
        // SAFETY: each test passes valid arguments, or such as the export has to cope with.
        unsafe { function($($arg),*) }
    }};
}

use call;

/// Runs `code` inside of a kernel; returns the rules that it broke, and what it left behind.
fn broken(code: impl FnOnce()) -> (Vec<&'static str>, Vec<String>) {
    let system = Arc::new(System::new(2));
    thread::enter(&system, |_| code());
    system.ex.shutdown();
    system.ke.shutdown();
    let rules = system.verifier.violations().into_iter().map(|violation| violation.rule).collect();
    (rules, leftovers(&system))
}

const CLEAN: (Vec<&str>, Vec<String>) = (Vec::new(), Vec::new());

/// A handle that a driver without one uses.
fn generic(driver: *mut DRIVER_OBJECT) -> NDIS_HANDLE {
    call!(NdisAllocateGenericObject as FN_NDIS_ALLOCATE_GENERIC_OBJECT, (driver.cast(), 7, 24))
        .cast()
}

fn free_generic(handle: NDIS_HANDLE) {
    call!(NdisFreeGenericObject as FN_NDIS_FREE_GENERIC_OBJECT, (handle.cast()));
}

fn string(units: &mut Vec<u16>) -> NDIS_STRING {
    let length = u16::try_from(units.len() * 2).unwrap();
    NDIS_STRING { Length: length, MaximumLength: length, Buffer: units.as_mut_ptr() }
}

fn units(text: &str) -> Vec<u16> {
    text.encode_utf16().collect()
}

const TAG: u32 = u32::from_le_bytes(*b"Test");

#[test]
fn memory_is_allocated_for_handles() {
    let result = broken(|| {
        let handle = generic(ptr::null_mut());
        let memory = call!(
            NdisAllocateMemoryWithTagPriority as FN_NDIS_ALLOCATE_MEMORY_WITH_TAG_PRIORITY,
            (handle, 100, TAG, 0)
        );
        assert!(!memory.is_null());
        call!(
            NdisFreeMemoryWithTagPriority as FN_NDIS_FREE_MEMORY_WITH_TAG_PRIORITY,
            (handle, memory, TAG)
        );
        let mut string = NDIS_STRING::default();
        let mut text = *b"eth\0";
        call!(
            NdisInitializeString as FN_NDIS_INITIALIZE_STRING,
            (&raw mut string, text.as_mut_ptr())
        );
        assert_eq!((string.Length, string.MaximumLength), (6, 8));
        call!(NdisFreeMemory as FN_NDIS_FREE_MEMORY, (string.Buffer.cast(), 0, 0));
        free_generic(handle);
    });
    assert_eq!(result, CLEAN);
    let (rules, _) = broken(|| {
        call!(
            NdisAllocateMemoryWithTagPriority as FN_NDIS_ALLOCATE_MEMORY_WITH_TAG_PRIORITY,
            (ptr::null_mut(), 100, TAG, 0)
        );
    });
    assert_eq!(rules, ["ndis-dead-handle"]);
}

#[test]
fn events_are_waited_for() {
    let result = broken(|| {
        let mut event = NDIS_EVENT::default();
        let event = &raw mut event;
        let wait = |time| call!(NdisWaitEvent as FN_NDIS_WAIT_EVENT, (event, time));
        call!(NdisInitializeEvent as FN_NDIS_INITIALIZE_EVENT, (event));
        assert_eq!(wait(1), 0);
        call!(NdisSetEvent as FN_NDIS_SET_EVENT, (event));
        assert_eq!((wait(1), wait(0)), (1, 1), "it stays set");
        call!(NdisResetEvent as FN_NDIS_RESET_EVENT, (event));
        assert_eq!(wait(1), 0);
        call!(NdisMSleep as FN_NDIS_M_SLEEP, (10));
    });
    assert_eq!(result, CLEAN);
}

#[test]
fn waiting_at_dispatch_level_is_noticed() {
    let (rules, _) = broken(|| {
        let mut event = NDIS_EVENT::default();
        let event = &raw mut event;
        call!(NdisInitializeEvent as FN_NDIS_INITIALIZE_EVENT, (event));
        irql::at_least(DISPATCH_LEVEL, || {
            call!(NdisWaitEvent as FN_NDIS_WAIT_EVENT, (event, 1));
        });
    });
    assert_eq!(rules, ["wait-at-dispatch"]);
}

#[test]
fn locks_are_held_by_one_writer_or_many_readers() {
    let result = broken(|| {
        let lock = call!(NdisAllocateRWLock as FN_NDIS_ALLOCATE_RW_LOCK, (ptr::null_mut()));
        let [mut first, mut second] = [LOCK_STATE_EX::default(); 2];
        let read = |state: &mut LOCK_STATE_EX, flags| {
            call!(
                NdisAcquireRWLockRead as FN_NDIS_ACQUIRE_RW_LOCK_READ,
                (lock, &raw mut *state, flags)
            );
        };
        let release = |state: &mut LOCK_STATE_EX| {
            call!(NdisReleaseRWLock as FN_NDIS_RELEASE_RW_LOCK, (lock, &raw mut *state));
        };
        read(&mut first, 0);
        assert_eq!(irql::current(), DISPATCH_LEVEL);
        read(&mut second, NDIS_RWL_AT_DISPATCH_LEVEL);
        release(&mut second);
        assert_eq!(irql::current(), DISPATCH_LEVEL);
        release(&mut first);
        assert_eq!(irql::current(), PASSIVE_LEVEL);
        call!(NdisAcquireRWLockWrite as FN_NDIS_ACQUIRE_RW_LOCK_WRITE, (lock, &raw mut first, 0));
        release(&mut first);
        call!(NdisFreeRWLock as FN_NDIS_FREE_RW_LOCK, (lock));

        let mut old = NDIS_RW_LOCK::default();
        let old = &raw mut old;
        let mut state = LOCK_STATE::default();
        call!(NdisInitializeReadWriteLock as FN_NDIS_INITIALIZE_READ_WRITE_LOCK, (old));
        for writes in [0, 1] {
            call!(
                NdisAcquireReadWriteLock as FN_NDIS_ACQUIRE_READ_WRITE_LOCK,
                (old, writes, &raw mut state)
            );
            assert_eq!(irql::current(), DISPATCH_LEVEL);
            call!(
                NdisReleaseReadWriteLock as FN_NDIS_RELEASE_READ_WRITE_LOCK,
                (old, &raw mut state)
            );
        }
        assert_eq!(irql::current(), PASSIVE_LEVEL);
    });
    assert_eq!(result, CLEAN);
}

#[test]
fn wrong_use_of_locks_is_noticed() {
    let (rules, left) = broken(|| {
        let lock = call!(NdisAllocateRWLock as FN_NDIS_ALLOCATE_RW_LOCK, (ptr::null_mut()));
        let mut state = LOCK_STATE_EX::default();
        call!(
            NdisAcquireRWLockRead as FN_NDIS_ACQUIRE_RW_LOCK_READ,
            (lock, &raw mut state, NDIS_RWL_AT_DISPATCH_LEVEL)
        );
        call!(NdisReleaseRWLock as FN_NDIS_RELEASE_RW_LOCK, (lock, &raw mut state));
        call!(NdisReleaseRWLock as FN_NDIS_RELEASE_RW_LOCK, (lock, &raw mut state));
        call!(NdisAcquireRWLockRead as FN_NDIS_ACQUIRE_RW_LOCK_READ, (lock, &raw mut state, 0));
        call!(NdisFreeRWLock as FN_NDIS_FREE_RW_LOCK, (lock));
        call!(NdisFreeRWLock as FN_NDIS_FREE_RW_LOCK, (lock));
        irql::lower(PASSIVE_LEVEL);
        call!(NdisAllocateRWLock as FN_NDIS_ALLOCATE_RW_LOCK, (ptr::null_mut()));
    });
    assert_eq!(rules, ["ndis-level", "ndis-lock", "ndis-lock", "ndis-object"]);
    assert_eq!(left.len(), 1);
    assert!(left[0].starts_with("a reader/writer lock"), "{left:?}");
}

/// What the routines below are given.
struct Seen {
    calls: AtomicU32,
    sender: Sender<u8>,
}

/// What stays for ever: the sender is still used when the receiver has got what was sent.
fn seen() -> (&'static Seen, Receiver<u8>) {
    let (sender, receiver) = channel();
    (Box::leak(Box::new(Seen { calls: AtomicU32::new(0), sender })), receiver)
}

unsafe extern "efiapi" fn tick(
    _: *mut c_void,
    context: *mut c_void,
    _: *mut c_void,
    _: *mut c_void,
) {
    // SAFETY: the tests pass it, and wait.
    let seen = unsafe { &*context.cast::<Seen>() };
    seen.calls.fetch_add(1, Ordering::SeqCst);
    let _ = seen.sender.send(irql::current());
}

unsafe extern "efiapi" fn work(context: *mut c_void, item: NDIS_HANDLE) {
    // SAFETY: the tests pass it, and wait.
    let seen = unsafe { &*context.cast::<Seen>() };
    call!(NdisFreeIoWorkItem as FN_NDIS_FREE_IO_WORK_ITEM, (item));
    let _ = seen.sender.send(irql::current());
}

fn timer(handle: NDIS_HANDLE, context: *const Seen) -> NDIS_HANDLE {
    let characteristics = NDIS_TIMER_CHARACTERISTICS {
        Header: NDIS_OBJECT_HEADER {
            Type: NDIS_OBJECT_TYPE_TIMER_CHARACTERISTICS,
            Revision: 1,
            Size: 24,
        },
        AllocationTag: 7,
        TimerFunction: Some(tick),
        FunctionContext: context.cast_mut().cast(),
    };
    let mut timer = ptr::null_mut();
    let status = call!(
        NdisAllocateTimerObject as FN_NDIS_ALLOCATE_TIMER_OBJECT,
        (handle, (&raw const characteristics).cast_mut(), &raw mut timer)
    );
    assert_eq!(status, NDIS_STATUS_SUCCESS);
    timer
}

fn set(timer: NDIS_HANDLE, milliseconds: i64, period: i32) -> u8 {
    let due = LARGE_INTEGER { QuadPart: -milliseconds * 10_000 };
    call!(NdisSetTimerObject as FN_NDIS_SET_TIMER_OBJECT, (timer, due, period, ptr::null_mut()))
}

fn cancel(timer: NDIS_HANDLE) -> u8 {
    call!(NdisCancelTimerObject as FN_NDIS_CANCEL_TIMER_OBJECT, (timer))
}

fn free_timer(timer: NDIS_HANDLE) {
    call!(NdisFreeTimerObject as FN_NDIS_FREE_TIMER_OBJECT, (timer));
}

/// Longer than any test takes.
const LONG: i64 = 1_000_000;

#[test]
fn timers_expire_once_or_again_and_again() {
    // It has to stay until the threads of the kernel have ended.
    let (seen, levels) = seen();
    let result = broken(|| {
        let handle = generic(ptr::null_mut());
        let timer = timer(handle, seen);
        assert_eq!(set(timer, 1, 0), 0);
        assert_eq!(levels.recv(), Ok(DISPATCH_LEVEL));
        assert_eq!(set(timer, 1, 1), 0);
        for _ in 0..3 {
            assert_eq!(levels.recv(), Ok(DISPATCH_LEVEL));
        }
        assert_eq!(cancel(timer), 1);
        let calls = seen.calls.load(Ordering::SeqCst);
        assert_eq!((set(timer, LONG, 0), set(timer, LONG, 0), cancel(timer)), (0, 1, 1));
        assert_eq!(seen.calls.load(Ordering::SeqCst), calls, "it has returned for good");
        free_timer(timer);
        free_generic(handle);
    });
    assert_eq!(result, CLEAN);
}

#[test]
fn a_timer_that_is_set_is_not_to_be_freed() {
    // It has to stay until the threads of the kernel have ended.
    let (seen, _levels) = seen();
    let (rules, _) = broken(|| {
        let handle = generic(ptr::null_mut());
        let timer = timer(handle, seen);
        set(timer, LONG, 0);
        free_timer(timer);
        free_timer(timer);
        free_generic(handle);
    });
    assert_eq!(rules, ["ndis-timer", "ndis-object"]);
}

#[test]
fn work_items_run_at_passive_level_and_may_be_freed_there() {
    // It has to stay until the threads of the kernel have ended.
    let (seen, levels) = seen();
    let result = broken(|| {
        let handle = generic(ptr::null_mut());
        let item = call!(NdisAllocateIoWorkItem as FN_NDIS_ALLOCATE_IO_WORK_ITEM, (handle));
        irql::at_least(DISPATCH_LEVEL, || {
            let context = ptr::from_ref(seen).cast_mut().cast();
            call!(NdisQueueIoWorkItem as FN_NDIS_QUEUE_IO_WORK_ITEM, (item, Some(work), context));
        });
        assert_eq!(levels.recv(), Ok(PASSIVE_LEVEL));
        free_generic(handle);
    });
    assert_eq!(result, CLEAN);
}

#[test]
fn the_system_is_asked_and_told() {
    let result = broken(|| {
        assert_eq!(call!(NdisGetVersion as FN_NDIS_GET_VERSION, ()), NDIS_RUNTIME_VERSION_687);
        let find = |name: &str| {
            let mut name = units(name);
            call!(NdisGetRoutineAddress as FN_NDIS_GET_ROUTINE_ADDRESS, (&mut string(&mut name)))
        };
        assert!(!find("NdisGetDataBuffer").is_null());
        assert!(find("NdisOfTomorrow").is_null());
        let mut time = LARGE_INTEGER { QuadPart: 0 };
        call!(NdisGetSystemUpTimeEx as FN_NDIS_GET_SYSTEM_UP_TIME_EX, (&raw mut time));
        // SAFETY: all bytes are a number.
        assert!(unsafe { time.QuadPart } > 0);
        let mut texts = [units("first\0"), units("second\0")];
        let mut strings = texts.each_mut().map(Vec::as_mut_ptr);
        let mut log = |size| {
            call!(
                NdisWriteEventLogEntry as FN_NDIS_WRITE_EVENT_LOG_ENTRY,
                (
                    ptr::null_mut(),
                    NDIS_STATUS_FAILURE,
                    7,
                    2,
                    strings.as_mut_ptr().cast(),
                    size,
                    ptr::null_mut()
                )
            )
        };
        assert_eq!((log(0), log(1000)), (NDIS_STATUS_SUCCESS, NDIS_STATUS_BUFFER_TOO_SHORT));
    });
    assert_eq!(result, CLEAN);
}

#[test]
fn requests_are_cloned() {
    let result = broken(|| {
        let handle = generic(ptr::null_mut());
        let mut request = NDIS_OID_REQUEST {
            Header: ndis_sys::NDIS_OBJECT_HEADER {
                Type: ndis_sys::NDIS_OBJECT_TYPE_OID_REQUEST,
                Revision: ndis_sys::NDIS_OID_REQUEST_REVISION_1,
                Size: ndis_sys::NDIS_SIZEOF_OID_REQUEST_REVISION_1,
            },
            PortNumber: 5,
            ..NDIS_OID_REQUEST::default()
        };
        let mut clone = ptr::null_mut();
        let status = call!(
            NdisAllocateCloneOidRequest as FN_NDIS_ALLOCATE_CLONE_OID_REQUEST,
            (handle, &raw mut request, 7, &raw mut clone)
        );
        assert_eq!(status, NDIS_STATUS_SUCCESS);
        // SAFETY: it was just made.
        assert_eq!(unsafe { (*clone).PortNumber }, 5);
        call!(NdisFreeCloneOidRequest as FN_NDIS_FREE_CLONE_OID_REQUEST, (handle, clone));
        free_generic(handle);
    });
    assert_eq!(result, CLEAN);
}
