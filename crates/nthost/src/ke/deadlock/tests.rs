//! Tests of deadlock detection.

use std::{ptr, thread::scope};

use super::forget;
use crate::{
    ke::{
        irql,
        tests::{imports, in_kernel, on_thread, rules},
    },
    nt::{
        DISPATCH_LEVEL, FAST_MUTEX, KIRQL, KLOCK_QUEUE_HANDLE, KMUTEX, KSPIN_LOCK, PASSIVE_LEVEL,
    },
    system::System,
};

imports! {
    fn KeAcquireSpinLockRaiseToDpc(lock: *mut KSPIN_LOCK) -> KIRQL;
    fn KeAcquireSpinLockAtDpcLevel(lock: *mut KSPIN_LOCK);
    fn KeReleaseSpinLock(lock: *mut KSPIN_LOCK, level: KIRQL);
    fn KeReleaseSpinLockFromDpcLevel(lock: *mut KSPIN_LOCK);
    fn KeAcquireInStackQueuedSpinLock(lock: *mut KSPIN_LOCK, handle: *mut KLOCK_QUEUE_HANDLE);
    fn KeReleaseInStackQueuedSpinLock(handle: *mut KLOCK_QUEUE_HANDLE);
    fn KeInitializeGuardedMutex(mutex: *mut FAST_MUTEX);
    fn KeAcquireGuardedMutex(mutex: *mut FAST_MUTEX);
    fn KeReleaseGuardedMutex(mutex: *mut FAST_MUTEX);
    fn KeInitializeMutex(mutex: *mut KMUTEX, level: u32);
    fn KeLowerIrql(level: KIRQL);
}

/// Spin locks that are not on a stack.
struct Locks(Box<[KSPIN_LOCK; 3]>);

impl Locks {
    fn new() -> Self {
        Self(Box::default())
    }

    fn at(&self, index: usize) -> *mut KSPIN_LOCK {
        (&raw const self.0[index]).cast_mut()
    }

    /// Acquires some of them one after the other, and releases them in the reverse order.
    fn nest(&self, order: &[usize]) {
        irql::at_least(DISPATCH_LEVEL, || {
            for &index in order {
                // SAFETY: the lock is valid.
                unsafe { KeAcquireSpinLockAtDpcLevel(self.at(index)) };
            }
            for &index in order.iter().rev() {
                // SAFETY: the lock is valid.
                unsafe { KeReleaseSpinLockFromDpcLevel(self.at(index)) };
            }
        });
    }
}

// SAFETY: locks are for all threads.
unsafe impl Sync for Locks {}

fn code(system: &System) -> (crate::Code, [u64; 4]) {
    let violation = &system.verifier.violations()[0];
    (violation.code, violation.parameters)
}

#[test]
fn two_orders_are_reported_though_nobody_waits() {
    in_kernel(1, |system| {
        let locks = Locks::new();
        locks.nest(&[0, 1]);
        locks.nest(&[0, 1]);
        assert!(rules(system).is_empty());
        scope(|scope| {
            on_thread(scope, system, || locks.nest(&[1, 0]));
        });
        assert_eq!(rules(system), ["lock-order"]);
        let (code, [first, second, ..]) = code(system);
        assert_eq!(code, crate::Code::Windows { bug_check: 0xC4, first: Some(0x1001) });
        assert_eq!((first, second), (0x1001, locks.at(0).addr() as u64));
        // Once is enough.
        locks.nest(&[1, 0]);
        assert_eq!(rules(system).len(), 1);
    });
}

#[test]
fn a_circle_of_three_is_reported() {
    in_kernel(1, |system| {
        let locks = Locks::new();
        locks.nest(&[0, 1]);
        locks.nest(&[1, 2]);
        assert!(rules(system).is_empty());
        locks.nest(&[2, 0]);
        assert_eq!(rules(system), ["lock-order"]);
    });
}

#[test]
fn two_orders_under_a_common_lock_are_none() {
    in_kernel(1, |system| {
        let locks = Locks::new();
        locks.nest(&[2, 0, 1]);
        locks.nest(&[2, 1, 0]);
        assert!(rules(system).is_empty());
        // Now one of the orders is possible without the common lock.
        locks.nest(&[1, 0]);
        assert_eq!(rules(system), ["lock-order"]);
    });
}

#[test]
fn memory_that_is_freed_forgets_its_locks() {
    in_kernel(1, |system| {
        let locks = Locks::new();
        locks.nest(&[0, 1]);
        forget(&(locks.at(0).addr()..locks.at(0).addr() + 1));
        locks.nest(&[1, 0]);
        let mut handle = KLOCK_QUEUE_HANDLE::default();
        let handle = ptr::from_mut(&mut handle);
        forget(&(locks.at(0).addr()..locks.at(0).addr() + 1));
        // SAFETY: both are valid.
        unsafe { KeAcquireInStackQueuedSpinLock(locks.at(0), handle) };
        // SAFETY: the handle is valid.
        unsafe { KeReleaseInStackQueuedSpinLock(handle) };
        assert!(rules(system).is_empty());
        locks.nest(&[0]);
        assert_eq!(rules(system), ["lock-acquired-otherwise"]);
    });
}

#[test]
fn a_lock_that_is_held_is_not_freed() {
    in_kernel(1, |system| {
        let locks = Locks::new();
        // SAFETY: the lock is valid.
        unsafe { KeAcquireSpinLockRaiseToDpc(locks.at(0)) };
        forget(&(locks.at(0).addr()..locks.at(0).addr() + 1));
        assert_eq!(rules(system), ["lock-freed-while-held"]);
        irql::lower(PASSIVE_LEVEL);
    });
}

#[test]
fn spin_locks_are_released_in_the_reverse_order() {
    in_kernel(1, |system| {
        let locks = Locks::new();
        // SAFETY: the lock is valid.
        let level = unsafe { KeAcquireSpinLockRaiseToDpc(locks.at(0)) };
        // SAFETY: the lock is valid.
        unsafe { KeAcquireSpinLockAtDpcLevel(locks.at(1)) };
        // SAFETY: the lock is valid.
        unsafe { KeReleaseSpinLock(locks.at(0), level) };
        assert_eq!(rules(system), ["lock-released-out-of-order"]);
        // SAFETY: the lock is valid.
        unsafe { KeReleaseSpinLockFromDpcLevel(locks.at(1)) };
        assert_eq!(rules(system).len(), 1);
    });
}

#[test]
fn the_level_goes_back_to_what_it_was() {
    in_kernel(1, |system| {
        let locks = Locks::new();
        // SAFETY: the lock is valid.
        unsafe { KeAcquireSpinLockRaiseToDpc(locks.at(0)) };
        // SAFETY: the lock is valid.
        unsafe { KeReleaseSpinLock(locks.at(0), 1) };
        // SAFETY: the lock is valid.
        unsafe { KeAcquireSpinLockRaiseToDpc(locks.at(0)) };
        // SAFETY: the lock is valid.
        unsafe { KeReleaseSpinLockFromDpcLevel(locks.at(0)) };
        // SAFETY: the lock is valid.
        unsafe { KeAcquireSpinLockAtDpcLevel(locks.at(0)) };
        // SAFETY: it may always be called.
        unsafe { KeLowerIrql(PASSIVE_LEVEL) };
        let expected =
            ["irql-ke-release-spin-lock", "lock-released-otherwise", "spin-lock-below-dispatch"];
        assert_eq!(rules(system), expected);
    });
}

#[test]
fn a_mutex_is_initialized_once_and_before_its_use() {
    in_kernel(1, |system| {
        let mut mutexes = Box::new([FAST_MUTEX::default(), FAST_MUTEX::default()]);
        let [first, second] = mutexes.each_mut().map(ptr::from_mut);
        // SAFETY: the memory is valid.
        unsafe { KeInitializeGuardedMutex(first) };
        // SAFETY: the mutex is valid.
        unsafe { KeAcquireGuardedMutex(first) };
        // SAFETY: the mutex is valid.
        unsafe { KeReleaseGuardedMutex(first) };
        assert!(rules(system).is_empty());
        // SAFETY: the memory is valid.
        unsafe { KeInitializeGuardedMutex(first) };
        // SAFETY: the memory is valid.
        unsafe { KeAcquireGuardedMutex(second) };
        assert_eq!(rules(system), ["lock-initialized-twice", "lock-uninitialized"]);
        let mut local = KMUTEX::default();
        for _ in 0..2 {
            // SAFETY: the memory is valid.
            unsafe { KeInitializeMutex(&raw mut local, 0) };
        }
        assert_eq!(rules(system).len(), 2);
    });
}
