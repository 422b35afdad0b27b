//! Timers that the kernel allocates, and identifiers.

use core::{ffi::c_void, ptr};
use std::sync::atomic::{AtomicU32, Ordering};

use crate::{
    ex,
    ke::{
        irql,
        tests::{imports, in_kernel, rules},
    },
    nt::{
        BOOLEAN, DISPATCH_LEVEL, GUID, KPROCESSOR_MODE, KWAIT_REASON, LARGE_INTEGER, NTSTATUS,
        PASSIVE_LEVEL, STATUS_SUCCESS,
    },
};

type Callback = unsafe extern "efiapi" fn(timer: *mut c_void, context: *mut c_void);

imports! {
    fn ExAllocateTimer(callback: Callback, context: *mut c_void, attributes: u32) -> *mut c_void;
    fn ExSetTimer(timer: *mut c_void, due: i64, period: i64, parameters: *const c_void) -> BOOLEAN;
    fn ExCancelTimer(timer: *mut c_void, parameters: *const c_void) -> BOOLEAN;
    fn ExDeleteTimer(
        timer: *mut c_void,
        cancel: BOOLEAN,
        wait: BOOLEAN,
        parameters: *const c_void,
    ) -> BOOLEAN;
    fn ExUuidCreate(uuid: *mut GUID) -> NTSTATUS;
    fn KeWaitForSingleObject(
        object: *mut c_void,
        reason: KWAIT_REASON,
        mode: KPROCESSOR_MODE,
        alertable: BOOLEAN,
        timeout: *const LARGE_INTEGER,
    ) -> NTSTATUS;
}

const HOUR: i64 = 36_000_000_000;

unsafe extern "efiapi" fn count(_timer: *mut c_void, context: *mut c_void) {
    assert_eq!(irql::current(), DISPATCH_LEVEL);
    // SAFETY: the context outlives the timer.
    unsafe { &*context.cast::<AtomicU32>() }.fetch_add(1, Ordering::SeqCst);
}

#[test]
fn calls_back_until_it_is_deleted() {
    in_kernel(2, |system| {
        let counter = AtomicU32::new(0);
        // SAFETY: the context outlives the timer.
        let timer = unsafe { ExAllocateTimer(count, (&raw const counter).cast_mut().cast(), 0) };
        // SAFETY: the timer is valid.
        assert_eq!(unsafe { ExSetTimer(timer, -1, 1_000, ptr::null()) }, 0);
        while counter.load(Ordering::SeqCst) < 3 {
            // SAFETY: the timer is valid.
            let status = unsafe { KeWaitForSingleObject(timer, 0, 0, 0, ptr::null()) };
            assert_eq!(status, STATUS_SUCCESS);
        }
        // SAFETY: the timer is valid.
        assert_eq!(unsafe { ExCancelTimer(timer, ptr::null()) }, 1);
        // SAFETY: the timer is valid.
        assert_eq!(unsafe { ExSetTimer(timer, -HOUR, 0, ptr::null()) }, 0);
        assert_eq!(ex::leftovers(system).len(), 1);
        // SAFETY: the timer is valid, and not used any more.
        assert_eq!(unsafe { ExDeleteTimer(timer, 1, 1, ptr::null()) }, 1);
        let last = counter.load(Ordering::SeqCst);
        assert!(ex::leftovers(system).is_empty());
        assert_eq!(counter.load(Ordering::SeqCst), last);
        assert!(rules(system).is_empty());
    });
}

/// What `ExDeleteTimer` is told.
#[repr(C)]
struct DeleteParameters {
    version: u32,
    reserved: u32,
    callback: unsafe extern "efiapi" fn(context: *mut c_void),
    context: *mut c_void,
}

unsafe extern "efiapi" fn deleted(context: *mut c_void) {
    assert_eq!(irql::current(), PASSIVE_LEVEL);
    // SAFETY: the context outlives the timer.
    unsafe { &*context.cast::<AtomicU32>() }.fetch_add(1_000, Ordering::SeqCst);
}

#[test]
fn can_be_deleted_later() {
    let counter = AtomicU32::new(0);
    in_kernel(1, |system| {
        let context = (&raw const counter).cast_mut().cast();
        let parameters = DeleteParameters { version: 0, reserved: 0, callback: deleted, context };
        for cancel in [0, 1] {
            // SAFETY: the context outlives the timer.
            let timer = unsafe { ExAllocateTimer(count, context, 1 << 31) };
            let due = if cancel == 0 { -100_000 } else { -HOUR };
            // SAFETY: the timer is valid.
            unsafe { ExSetTimer(timer, due, 0, ptr::null()) };
            // SAFETY: the timer is valid, and not used any more.
            irql::at_least(DISPATCH_LEVEL, || unsafe {
                ExDeleteTimer(timer, cancel, 0, (&raw const parameters).cast())
            });
        }
        while counter.load(Ordering::SeqCst) != 2_001 {
            std::thread::yield_now();
        }
        assert!(ex::leftovers(system).is_empty());
        assert!(rules(system).is_empty());
    });
}

#[test]
fn identifiers_differ() {
    in_kernel(1, |_| {
        let mut identifiers = [GUID::default(); 2];
        for identifier in &mut identifiers {
            // SAFETY: the place is valid.
            assert_eq!(unsafe { ExUuidCreate(identifier) }, STATUS_SUCCESS);
            assert_eq!((identifier.Data3 >> 12, identifier.Data4[0] >> 6), (4, 2));
        }
        assert_ne!(identifiers[0], identifiers[1]);
    });
}
