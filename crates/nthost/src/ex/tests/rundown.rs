//! Run-down protection.

use std::{
    cell::UnsafeCell,
    sync::atomic::{AtomicBool, AtomicU32, Ordering},
    thread::{scope, yield_now},
};

use crate::{
    ke::tests::{imports, in_kernel, on_thread, rules},
    nt::{BOOLEAN, EX_RUNDOWN_REF},
};

imports! {
    fn ExInitializeRundownProtection(protection: *mut EX_RUNDOWN_REF);
    fn ExReInitializeRundownProtection(protection: *mut EX_RUNDOWN_REF);
    fn ExAcquireRundownProtection(protection: *mut EX_RUNDOWN_REF) -> BOOLEAN;
    fn ExAcquireRundownProtectionEx(protection: *mut EX_RUNDOWN_REF, users: u32) -> BOOLEAN;
    fn ExReleaseRundownProtection(protection: *mut EX_RUNDOWN_REF);
    fn ExReleaseRundownProtectionEx(protection: *mut EX_RUNDOWN_REF, users: u32);
    fn ExWaitForRundownProtectionRelease(protection: *mut EX_RUNDOWN_REF);
    fn ExRundownCompleted(protection: *mut EX_RUNDOWN_REF);
}

struct Protection(UnsafeCell<EX_RUNDOWN_REF>);

// SAFETY: it is shared by threads.
unsafe impl Sync for Protection {}

impl Protection {
    fn new() -> Self {
        let protection = Self(UnsafeCell::default());
        // SAFETY: the memory is valid.
        unsafe { ExInitializeRundownProtection(protection.get()) };
        protection
    }

    fn get(&self) -> *mut EX_RUNDOWN_REF {
        self.0.get()
    }

    fn acquire(&self) -> bool {
        // SAFETY: it is valid.
        unsafe { ExAcquireRundownProtection(self.get()) != 0 }
    }

    fn release(&self) {
        // SAFETY: it is valid.
        unsafe { ExReleaseRundownProtection(self.get()) };
    }

    fn wait(&self) {
        // SAFETY: it is valid.
        unsafe { ExWaitForRundownProtectionRelease(self.get()) };
    }
}

#[test]
fn waits_for_the_last_user() {
    in_kernel(2, |system| {
        let (protection, is_over) = (Protection::new(), AtomicBool::new(false));
        // SAFETY: it is valid.
        assert_eq!(unsafe { ExAcquireRundownProtectionEx(protection.get(), 3) }, 1);
        scope(|scope| {
            on_thread(scope, system, || {
                protection.wait();
                is_over.store(true, Ordering::SeqCst);
            });
            while protection.acquire() {
                protection.release();
                yield_now();
            }
            // SAFETY: it is valid.
            unsafe { ExReleaseRundownProtectionEx(protection.get(), 2) };
            assert!(!is_over.load(Ordering::SeqCst));
            protection.release();
        });
        assert!(is_over.into_inner());
        // It has ended, and can be waited for again.
        protection.wait();
        assert!(!protection.acquire());
        // SAFETY: it is valid.
        unsafe { ExReInitializeRundownProtection(protection.get()) };
        assert!(protection.acquire());
        protection.release();
        // SAFETY: it is valid.
        unsafe { ExRundownCompleted(protection.get()) };
        assert!(!protection.acquire());
        assert!(rules(system).is_empty());
    });
}

#[test]
fn nobody_uses_it_after_the_wait() {
    in_kernel(2, |system| {
        for _ in 0..200 {
            let (protection, users) = (Protection::new(), AtomicU32::new(0));
            scope(|scope| {
                for _ in 0..3 {
                    on_thread(scope, system, || {
                        while protection.acquire() {
                            users.fetch_add(1, Ordering::SeqCst);
                            yield_now();
                            users.fetch_sub(1, Ordering::SeqCst);
                            protection.release();
                        }
                    });
                }
                protection.wait();
                assert_eq!(users.load(Ordering::SeqCst), 0);
            });
        }
    });
}

#[test]
fn what_is_out_of_balance_is_reported() {
    in_kernel(1, |system| {
        let protection = Protection::new();
        protection.release();
        assert!(protection.acquire());
        // SAFETY: it is valid.
        unsafe { ExReInitializeRundownProtection(protection.get()) };
        assert_eq!(rules(system), ["rundown", "rundown"]);
    });
}
