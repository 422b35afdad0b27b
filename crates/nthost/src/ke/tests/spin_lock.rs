//! Spin locks.

use std::{
    cell::UnsafeCell,
    ptr,
    thread::{scope, yield_now},
};

use super::{imports, in_kernel, on_thread, rules};
use crate::{
    ke::irql,
    nt::{BOOLEAN, DISPATCH_LEVEL, KIRQL, KLOCK_QUEUE_HANDLE, KSPIN_LOCK, PASSIVE_LEVEL},
    thread,
};

imports! {
    fn KeInitializeSpinLock(lock: *mut KSPIN_LOCK);
    fn KeAcquireSpinLockRaiseToDpc(lock: *mut KSPIN_LOCK) -> KIRQL;
    fn KeReleaseSpinLock(lock: *mut KSPIN_LOCK, level: KIRQL);
    fn KeTryToAcquireSpinLockAtDpcLevel(lock: *mut KSPIN_LOCK) -> BOOLEAN;
    fn KeTestSpinLock(lock: *mut KSPIN_LOCK) -> BOOLEAN;
    fn KeReleaseSpinLockFromDpcLevel(lock: *mut KSPIN_LOCK);
    fn KeAcquireInStackQueuedSpinLock(lock: *mut KSPIN_LOCK, handle: *mut KLOCK_QUEUE_HANDLE);
    fn KeReleaseInStackQueuedSpinLock(handle: *mut KLOCK_QUEUE_HANDLE);
}

/// A lock and a number that it protects.
#[derive(Default)]
struct Locked {
    lock: UnsafeCell<KSPIN_LOCK>,
    number: UnsafeCell<u32>,
}

// SAFETY: the number is used by the holder of the lock only.
unsafe impl Sync for Locked {}

impl Locked {
    fn lock(&self) -> *mut KSPIN_LOCK {
        self.lock.get()
    }

    fn acquire(&self) -> KIRQL {
        // SAFETY: the lock is valid.
        unsafe { KeAcquireSpinLockRaiseToDpc(self.lock.get()) }
    }

    fn release(&self, level: KIRQL) {
        // SAFETY: the lock is valid.
        unsafe { KeReleaseSpinLock(self.lock.get(), level) };
    }

    fn count(&self) {
        // SAFETY: the caller has the lock.
        unsafe { *self.number.get() += 1 };
    }
}

#[test]
fn says_who_holds_it() {
    in_kernel(1, |system| {
        let locked = Box::new(Locked::default());
        // SAFETY: the memory is valid.
        unsafe { KeInitializeSpinLock(locked.lock()) };
        assert_eq!(locked.acquire(), PASSIVE_LEVEL);
        assert_eq!(irql::current(), DISPATCH_LEVEL);
        // SAFETY: nobody else uses it.
        let word = unsafe { locked.lock().read() };
        assert_eq!(word & !7, thread::current(thread::Thread::address));
        // SAFETY: the lock is valid.
        assert_eq!(unsafe { KeTestSpinLock(locked.lock()) }, 0);
        // SAFETY: the lock is valid.
        assert_eq!(unsafe { KeTryToAcquireSpinLockAtDpcLevel(locked.lock()) }, 0);
        locked.release(PASSIVE_LEVEL);
        assert_eq!(irql::current(), PASSIVE_LEVEL);
        // SAFETY: the lock is valid.
        assert_eq!(unsafe { KeTestSpinLock(locked.lock()) }, 1);
        irql::at_least(DISPATCH_LEVEL, || {
            // SAFETY: the lock is valid.
            assert_eq!(unsafe { KeTryToAcquireSpinLockAtDpcLevel(locked.lock()) }, 1);
            // SAFETY: the lock is valid.
            unsafe { KeReleaseSpinLockFromDpcLevel(locked.lock()) };
        });
        assert!(rules(system).is_empty());
    });
}

#[test]
fn excludes_others() {
    for queued in [false, true] {
        in_kernel(2, |system| {
            let locked = Box::new(Locked::default());
            scope(|scope| {
                for _ in 0..4 {
                    on_thread(scope, system, || {
                        for _ in 0..5_000 {
                            if queued {
                                let mut handle = KLOCK_QUEUE_HANDLE::default();
                                let handle = ptr::from_mut(&mut handle);
                                // SAFETY: lock and handle are valid.
                                unsafe { KeAcquireInStackQueuedSpinLock(locked.lock(), handle) };
                                locked.count();
                                // SAFETY: the handle is valid.
                                unsafe { KeReleaseInStackQueuedSpinLock(handle) };
                            } else {
                                let level = locked.acquire();
                                locked.count();
                                locked.release(level);
                            }
                            assert_eq!(irql::current(), PASSIVE_LEVEL);
                        }
                    });
                }
            });
            assert_eq!(locked.number.into_inner(), 20_000);
            assert!(rules(system).is_empty());
        });
    }
}

#[test]
fn acquiring_it_twice_is_reported_and_does_not_hang() {
    in_kernel(1, |system| {
        let locked = Box::new(Locked::default());
        locked.acquire();
        locked.acquire();
        assert_eq!(rules(system), ["lock-recursion"]);
        locked.release(DISPATCH_LEVEL);
        assert_eq!(irql::current(), DISPATCH_LEVEL);
        locked.release(PASSIVE_LEVEL);
        assert_eq!(rules(system)[1..], ["irql-ke-release-spin-lock", "lock-not-held"]);
    });
}

#[test]
fn releasing_what_another_thread_holds_is_reported() {
    in_kernel(2, |system| {
        let locked = Box::new(Locked::default());
        locked.acquire();
        scope(|scope| {
            on_thread(scope, system, || {
                irql::at_least(DISPATCH_LEVEL, || locked.release(DISPATCH_LEVEL));
            });
        });
        assert_eq!(rules(system), ["lock-released-by-other-thread"]);
        locked.release(PASSIVE_LEVEL);
        assert_eq!(rules(system).len(), 1);
    });
}

#[test]
fn mixing_ways_to_acquire_it_is_reported() {
    in_kernel(2, |system| {
        let locked = Box::new(Locked::default());
        let level = locked.acquire();
        scope(|scope| {
            on_thread(scope, system, || {
                let mut handle = KLOCK_QUEUE_HANDLE::default();
                let handle = ptr::from_mut(&mut handle);
                // SAFETY: lock and handle are valid.
                unsafe { KeAcquireInStackQueuedSpinLock(locked.lock(), handle) };
                // SAFETY: the handle is valid.
                unsafe { KeReleaseInStackQueuedSpinLock(handle) };
                // SAFETY: the handle is valid, and holds no lock any more.
                unsafe { KeReleaseInStackQueuedSpinLock(handle) };
            });
            while rules(system).is_empty() {
                yield_now();
            }
            locked.release(level);
        });
        assert_eq!(rules(system), ["lock-acquired-otherwise", "lock-not-held"]);
    });
}
