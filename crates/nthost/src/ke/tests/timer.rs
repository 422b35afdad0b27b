//! Timers.

use core::{ffi::c_void, ptr};
use std::sync::atomic::{AtomicU32, Ordering};

use super::{imports, in_kernel, rules};
use crate::{
    ke::{self, time},
    nt::{
        BOOLEAN, KDPC, KPROCESSOR_MODE, KTIMER, KWAIT_REASON, LARGE_INTEGER, NTSTATUS,
        NotificationTimer, PKDEFERRED_ROUTINE, STATUS_SUCCESS, STATUS_TIMEOUT,
        SynchronizationTimer, TIMER_TYPE,
    },
};

imports! {
    fn KeInitializeTimerEx(timer: *mut KTIMER, kind: TIMER_TYPE);
    fn KeSetTimer(timer: *mut KTIMER, due: LARGE_INTEGER, dpc: *mut KDPC) -> BOOLEAN;
    fn KeSetTimerEx(
        timer: *mut KTIMER,
        due: LARGE_INTEGER,
        period: i32,
        dpc: *mut KDPC,
    ) -> BOOLEAN;
    fn KeCancelTimer(timer: *mut KTIMER) -> BOOLEAN;
    fn KeReadStateTimer(timer: *mut KTIMER) -> BOOLEAN;
    fn KeInitializeDpc(dpc: *mut KDPC, routine: PKDEFERRED_ROUTINE, context: *mut c_void);
    fn KeFlushQueuedDpcs();
    fn KeWaitForSingleObject(
        object: *mut c_void,
        reason: KWAIT_REASON,
        mode: KPROCESSOR_MODE,
        alertable: BOOLEAN,
        timeout: *const LARGE_INTEGER,
    ) -> NTSTATUS;
}

const HOUR: i64 = 36_000_000_000;

#[expect(clippy::unnecessary_box_returns, reason = "an object stays where it was made")]
fn timer(kind: TIMER_TYPE) -> Box<KTIMER> {
    let mut timer = Box::new(KTIMER::default());
    // SAFETY: the memory is valid.
    unsafe { KeInitializeTimerEx(&raw mut *timer, kind) };
    timer
}

fn set(timer: &mut KTIMER, due: i64, period: i32, dpc: *mut KDPC) -> bool {
    // SAFETY: the timer and its DPC are valid.
    unsafe { KeSetTimerEx(timer, LARGE_INTEGER { QuadPart: due }, period, dpc) != 0 }
}

fn cancel(timer: &mut KTIMER) -> bool {
    // SAFETY: the timer is valid.
    unsafe { KeCancelTimer(timer) != 0 }
}

fn wait(timer: &mut KTIMER, poll: bool) -> NTSTATUS {
    let zero = LARGE_INTEGER { QuadPart: 0 };
    let timeout = if poll { &raw const zero } else { ptr::null() };
    // SAFETY: the timer is valid.
    unsafe { KeWaitForSingleObject(ptr::from_mut(timer).cast(), 0, 0, 0, timeout) }
}

#[test]
fn expires_once() {
    in_kernel(1, |_| {
        for due in [-1, 0, 1, time::system() + 10_000] {
            let mut timer = timer(NotificationTimer);
            // SAFETY: the timer is valid.
            let was_set = unsafe {
                KeSetTimer(&raw mut *timer, LARGE_INTEGER { QuadPart: due }, ptr::null_mut())
            };
            assert_eq!((was_set, wait(&mut timer, false)), (0, STATUS_SUCCESS));
            // SAFETY: the timer is valid.
            assert_eq!(unsafe { KeReadStateTimer(&raw mut *timer) }, 1);
            assert_eq!((wait(&mut timer, true), cancel(&mut timer)), (STATUS_SUCCESS, false));
            // Setting it resets it.
            assert!(!set(&mut timer, -HOUR, 0, ptr::null_mut()));
            assert_eq!((wait(&mut timer, true), cancel(&mut timer)), (STATUS_TIMEOUT, true));
        }
    });
}

#[test]
fn a_synchronization_timer_releases_one() {
    in_kernel(1, |_| {
        let mut timer = timer(SynchronizationTimer);
        assert!(!set(&mut timer, -1, 0, ptr::null_mut()));
        assert_eq!(wait(&mut timer, false), STATUS_SUCCESS);
        assert_eq!(wait(&mut timer, true), STATUS_TIMEOUT);
    });
}

#[test]
fn setting_it_again_replaces_the_time() {
    in_kernel(1, |system| {
        let mut timer = timer(NotificationTimer);
        assert!(!set(&mut timer, -HOUR, 0, ptr::null_mut()));
        assert!(set(&mut timer, -2 * HOUR, 0, ptr::null_mut()));
        assert_eq!(ke::leftovers(system).len(), 1);
        assert!(set(&mut timer, -1, 0, ptr::null_mut()));
        assert_eq!(wait(&mut timer, false), STATUS_SUCCESS);
        assert!(ke::leftovers(system).is_empty());
    });
}

unsafe extern "efiapi" fn count(
    _: *mut KDPC,
    context: *mut c_void,
    _: *mut c_void,
    _: *mut c_void,
) {
    // SAFETY: the context outlives the DPC.
    unsafe { &*context.cast::<AtomicU32>() }.fetch_add(1, Ordering::SeqCst);
}

#[test]
fn queues_its_dpc_in_every_period_until_it_is_cancelled() {
    in_kernel(2, |system| {
        let counter = AtomicU32::new(0);
        let mut timer = timer(SynchronizationTimer);
        let mut dpc = Box::new(KDPC::default());
        let context = (&raw const counter).cast_mut().cast();
        // SAFETY: the memory is valid.
        unsafe { KeInitializeDpc(&raw mut *dpc, Some(count), context) };
        assert!(!set(&mut timer, -1, 1, &raw mut *dpc));
        while counter.load(Ordering::SeqCst) < 5 {
            assert_eq!(wait(&mut timer, false), STATUS_SUCCESS);
        }
        assert!(cancel(&mut timer));
        // SAFETY: it may be called here.
        unsafe { KeFlushQueuedDpcs() };
        // From here on neither the timer nor the DPC is used by the kernel.
        let last = counter.load(Ordering::SeqCst);
        assert!(!cancel(&mut timer));
        assert!(ke::leftovers(system).is_empty());
        drop((timer, dpc));
        assert_eq!(counter.load(Ordering::SeqCst), last);
        assert!(rules(system).is_empty());
    });
}
