//! Faults of locks.

use wdk_sys::{IRP, NTSTATUS, STATUS_SUCCESS};

use crate::{
    fault::{Fault, entry},
    kernel::{
        allocate, complete, free,
        locks::{
            At, DISPATCH, ExAcquireFastMutex, ExAcquireFastMutexUnsafe,
            ExAcquireResourceExclusiveLite, ExAcquireRundownProtection, ExDeleteResourceLite,
            ExInitializeResourceLite, ExInitializeRundownProtection, ExReleaseFastMutex,
            ExReleaseFastMutexUnsafe, ExReleaseResourceLite, ExReleaseRundownProtection,
            ExpInterlockedPushEntrySList, KeAcquireGuardedMutex, KeAcquireInStackQueuedSpinLock,
            KeAcquireInStackQueuedSpinLockAtDpcLevel, KeAcquireSpinLockAtDpcLevel,
            KeAcquireSpinLockRaiseToDpc, KeEnterCriticalRegion, KeInitializeGuardedMutex,
            KeInitializeMutex, KeInitializeSemaphore, KeLeaveCriticalRegion, KeLowerIrql,
            KeReleaseGuardedMutex, KeReleaseInStackQueuedSpinLock,
            KeReleaseInStackQueuedSpinLockFromDpcLevel, KeReleaseMutex, KeReleaseSemaphore,
            KeReleaseSpinLock, KeReleaseSpinLockFromDpcLevel, KfRaiseIrql, at_level, place,
            run_dpc, run_thread, wait,
        },
    },
};

/// All of them.
pub(crate) const FAULTS: &[Fault] = &[
    Fault::at_entry("resource-acquired-with-apcs", entry!(resource_acquired)),
    Fault::at_entry("resource-released-with-apcs", entry!(resource_released)),
    Fault::at_entry("mutex-acquired-with-apcs", entry!(mutex_acquired)),
    Fault::at_entry("mutex-released-with-apcs", entry!(mutex_released)),
    Fault::at_entry("lock-recursion", entry!(recursion)),
    Fault::at_entry("lock-order", entry!(order)),
    Fault::at_entry("lock-uninitialized", entry!(uninitialized)),
    Fault::at_entry("resource-uninitialized", entry!(resource_uninitialized)),
    Fault::at_entry("lock-released-out-of-order", entry!(out_of_order)),
    Fault::at_entry("lock-released-by-other-thread", entry!(other_thread)),
    Fault::at_entry("lock-initialized-twice", entry!(initialized_twice)),
    Fault::at_entry("resource-initialized", entry!(resource_initialized)),
    Fault::at_entry("resource-deleted-uninitialized", entry!(resource_deleted)),
    Fault::at_entry("lock-not-held", entry!(not_held)),
    Fault::at_entry("lock-acquired-otherwise", entry!(acquired_otherwise)),
    Fault::at_entry("lock-released-otherwise", entry!(released_otherwise)),
    Fault::at_entry("lock-held-at-thread-end", entry!(held_at_end)),
    Fault::at_entry("mutex-held-at-thread-end", entry!(mutex_at_end)),
    Fault::at_entry("lock-freed-while-held", entry!(freed)),
    Fault::at_entry("spin-lock-kept", entry!(kept)),
    Fault::at_entry("queued-spin-lock-kept", entry!(queued_kept)),
    Fault::at_request("spin-lock-across-completion", across_completion),
    Fault::at_entry("spin-lock-below-dispatch", entry!(below_dispatch)),
    Fault::at_entry("rundown", entry!(rundown)),
    Fault::at_entry("slist-alignment", entry!(unaligned)),
    Fault::at_entry("semaphore-limit", entry!(semaphore)),
];

fn resource_acquired(wrong: bool) {
    ExInitializeResourceLite(place(0));
    if !wrong {
        KeEnterCriticalRegion();
    }
    ExAcquireResourceExclusiveLite(place(0), 1);
    ExReleaseResourceLite(place(0));
    if !wrong {
        KeLeaveCriticalRegion();
    }
    ExDeleteResourceLite(place(0));
}

/// Leaves the critical region before the resource is released.
fn resource_released(wrong: bool) {
    ExInitializeResourceLite(place(0));
    KeEnterCriticalRegion();
    ExAcquireResourceExclusiveLite(place(0), 1);
    if wrong {
        KeLeaveCriticalRegion();
    }
    ExReleaseResourceLite(place(0));
    if !wrong {
        KeLeaveCriticalRegion();
    }
    ExDeleteResourceLite(place(0));
}

fn mutex_acquired(wrong: bool) {
    KeInitializeGuardedMutex(place(0));
    if !wrong {
        KeEnterCriticalRegion();
    }
    ExAcquireFastMutexUnsafe(place(0));
    ExReleaseFastMutexUnsafe(place(0));
    if !wrong {
        KeLeaveCriticalRegion();
    }
}

/// Leaves the critical region before the mutex is released.
fn mutex_released(wrong: bool) {
    KeInitializeGuardedMutex(place(0));
    KeEnterCriticalRegion();
    ExAcquireFastMutexUnsafe(place(0));
    if wrong {
        KeLeaveCriticalRegion();
    }
    ExReleaseFastMutexUnsafe(place(0));
    if !wrong {
        KeLeaveCriticalRegion();
    }
}

/// Acquires a spin lock twice.
fn recursion(wrong: bool) {
    let level = KeAcquireSpinLockRaiseToDpc(place(0));
    let other = place(usize::from(!wrong));
    KeAcquireSpinLockAtDpcLevel(other);
    KeReleaseSpinLockFromDpcLevel(other);
    KeReleaseSpinLock(place(0), level);
}

/// Acquires two spin locks, one inside of the other.
fn nest(outer: usize, inner: usize) {
    let level = KeAcquireSpinLockRaiseToDpc(place(outer));
    KeAcquireSpinLockAtDpcLevel(place(inner));
    KeReleaseSpinLockFromDpcLevel(place(inner));
    KeReleaseSpinLock(place(outer), level);
}

/// Acquires two spin locks in both orders.
fn order(wrong: bool) {
    nest(0, 1);
    if wrong { nest(1, 0) } else { nest(0, 1) }
}

fn uninitialized(wrong: bool) {
    if !wrong {
        KeInitializeGuardedMutex(place(0));
    }
    KeAcquireGuardedMutex(place(0));
    KeReleaseGuardedMutex(place(0));
}

fn resource_uninitialized(wrong: bool) {
    if !wrong {
        ExInitializeResourceLite(place(0));
    }
    KeEnterCriticalRegion();
    ExAcquireResourceExclusiveLite(place(0), 1);
    ExReleaseResourceLite(place(0));
    KeLeaveCriticalRegion();
    ExDeleteResourceLite(place(0));
}

/// Releases two spin locks in the order in which they were acquired.
fn out_of_order(wrong: bool) {
    at_level(DISPATCH, || {
        KeAcquireSpinLockAtDpcLevel(place(0));
        KeAcquireSpinLockAtDpcLevel(place(1));
        let (first, second) = if wrong { (0, 1) } else { (1, 0) };
        KeReleaseSpinLockFromDpcLevel(place(first));
        KeReleaseSpinLockFromDpcLevel(place(second));
    });
}

unsafe extern "C" fn release(_context: At) {
    KeReleaseGuardedMutex(place(0));
}

fn other_thread(wrong: bool) {
    KeInitializeGuardedMutex(place(0));
    KeAcquireGuardedMutex(place(0));
    if wrong { run_thread(release) } else { KeReleaseGuardedMutex(place(0)) }
}

fn initialized_twice(wrong: bool) {
    KeInitializeMutex(place(0), 0);
    KeInitializeMutex(place(usize::from(!wrong)), 0);
}

fn resource_initialized(wrong: bool) {
    ExInitializeResourceLite(place(0));
    if !wrong {
        ExDeleteResourceLite(place(0));
    }
    ExInitializeResourceLite(place(0));
    ExDeleteResourceLite(place(0));
}

fn resource_deleted(wrong: bool) {
    if !wrong {
        ExInitializeResourceLite(place(0));
    }
    ExDeleteResourceLite(place(0));
}

fn not_held(wrong: bool) {
    at_level(DISPATCH, || {
        if !wrong {
            KeAcquireSpinLockAtDpcLevel(place(0));
        }
        KeReleaseSpinLockFromDpcLevel(place(0));
    });
}

/// Acquires a spin lock in both ways, one after the other.
fn acquired_otherwise(wrong: bool) {
    let level = KeAcquireSpinLockRaiseToDpc(place(0));
    KeReleaseSpinLock(place(0), level);
    let handle = place(2);
    KeAcquireInStackQueuedSpinLock(place(usize::from(!wrong)), handle);
    KeReleaseInStackQueuedSpinLock(handle);
}

/// Stays at `DISPATCH_LEVEL` behind the release of a lock.
fn released_otherwise(wrong: bool) {
    let level = KeAcquireSpinLockRaiseToDpc(place(0));
    if wrong {
        KeReleaseSpinLockFromDpcLevel(place(0));
        KeLowerIrql(level);
    } else {
        KeReleaseSpinLock(place(0), level);
    }
}

unsafe extern "C" fn keep_fast_mutex(_context: At) {
    KeEnterCriticalRegion();
    ExAcquireFastMutexUnsafe(place(0));
    KeLeaveCriticalRegion();
}

unsafe extern "C" fn give_back_fast_mutex(_context: At) {
    ExAcquireFastMutex(place(0));
    ExReleaseFastMutex(place(0));
}

fn held_at_end(wrong: bool) {
    KeInitializeGuardedMutex(place(0));
    run_thread(if wrong { keep_fast_mutex } else { give_back_fast_mutex });
}

unsafe extern "C" fn keep_mutex(_context: At) {
    wait(place(0));
}

unsafe extern "C" fn give_back_mutex(_context: At) {
    wait(place(0));
    KeReleaseMutex(place(0), 0);
}

fn mutex_at_end(wrong: bool) {
    KeInitializeMutex(place(0), 0);
    run_thread(if wrong { keep_mutex } else { give_back_mutex });
}

/// Frees the memory of a spin lock that is held.
fn freed(wrong: bool) {
    let lock = allocate(64);
    let level = KeAcquireSpinLockRaiseToDpc(lock);
    if wrong {
        free(lock);
    }
    KeReleaseSpinLock(lock, level);
    free(lock);
}

unsafe extern "C" fn keep_spin_lock(_dpc: At, _context: At, _first: At, _second: At) {
    KeAcquireSpinLockAtDpcLevel(place(0));
}

unsafe extern "C" fn give_back_spin_lock(_dpc: At, _context: At, _first: At, _second: At) {
    KeAcquireSpinLockAtDpcLevel(place(0));
    KeReleaseSpinLockFromDpcLevel(place(0));
}

fn kept(wrong: bool) {
    run_dpc(if wrong { keep_spin_lock } else { give_back_spin_lock });
}

unsafe extern "C" fn keep_queued(_dpc: At, _context: At, _first: At, _second: At) {
    KeAcquireInStackQueuedSpinLockAtDpcLevel(place(0), place(1));
}

unsafe extern "C" fn give_back_queued(_dpc: At, _context: At, _first: At, _second: At) {
    KeAcquireInStackQueuedSpinLockAtDpcLevel(place(0), place(1));
    KeReleaseInStackQueuedSpinLockFromDpcLevel(place(1));
}

fn queued_kept(wrong: bool) {
    run_dpc(if wrong { keep_queued } else { give_back_queued });
}

/// Completes a request with a spin lock held.
fn across_completion(irp: *mut IRP, wrong: bool) -> NTSTATUS {
    if wrong {
        let level = KeAcquireSpinLockRaiseToDpc(place(0));
        complete(irp, STATUS_SUCCESS, 0);
        KeReleaseSpinLock(place(0), level);
    } else {
        let level = KeAcquireSpinLockRaiseToDpc(place(0));
        KeReleaseSpinLock(place(0), level);
        complete(irp, STATUS_SUCCESS, 0);
    }
    STATUS_SUCCESS
}

/// Lowers the level with a spin lock held.
fn below_dispatch(wrong: bool) {
    let before = KfRaiseIrql(DISPATCH);
    KeAcquireSpinLockAtDpcLevel(place(0));
    if wrong {
        KeLowerIrql(before);
    }
    KeReleaseSpinLockFromDpcLevel(place(0));
    if !wrong {
        KeLowerIrql(before);
    }
}

fn rundown(wrong: bool) {
    ExInitializeRundownProtection(place(0));
    if !wrong {
        ExAcquireRundownProtection(place(0));
    }
    ExReleaseRundownProtection(place(0));
}

/// Pushes an entry that is not aligned.
fn unaligned(wrong: bool) {
    let entry = place(1).wrapping_byte_add(if wrong { 8 } else { 0 });
    ExpInterlockedPushEntrySList(place(0), entry);
}

/// Releases a semaphore above its limit.
fn semaphore(wrong: bool) {
    KeInitializeSemaphore(place(0), 1, 2);
    KeReleaseSemaphore(place(0), 0, if wrong { 2 } else { 1 }, 0);
}
