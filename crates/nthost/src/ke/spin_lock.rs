//! Spin locks.
//!
//! The word of a lock that somebody holds is the address of the thread, and how it was acquired in the
//! lowest bits.

use std::sync::atomic::{AtomicUsize, Ordering};

use super::irql;
use crate::{
    export::{Export, exports},
    nt::{
        BOOLEAN, DISPATCH_LEVEL, HIGH_LEVEL, KIRQL, KLOCK_QUEUE_HANDLE, KSPIN_LOCK,
        LOCK_QUEUE_OWNER, PASSIVE_LEVEL,
    },
    sched, thread, verifier,
};

/// How a lock is acquired, which is not to be mixed.
#[derive(Clone, Copy)]
pub(crate) enum Way {
    /// `KeAcquireSpinLock` and the like.
    Plain = 1,
    /// `KeAcquireInStackQueuedSpinLock` and the like.
    Queued = 2,
}

const WAYS: usize = 7;

/// # Safety
///
/// `lock` is a spin lock that is valid as long as the result is used.
unsafe fn word<'a>(lock: *mut KSPIN_LOCK) -> &'a AtomicUsize {
    // SAFETY: by the contract, and all change locks in this way.
    unsafe { AtomicUsize::from_ptr(lock) }
}

/// Acquires a lock, at any level.
///
/// # Safety
///
/// `lock` is a spin lock.
pub(crate) unsafe fn acquire(lock: *mut KSPIN_LOCK, way: Way) {
    // SAFETY: by the contract.
    let word = unsafe { word(lock) };
    let mine = thread::current(thread::Thread::address) | way as usize;
    if word.compare_exchange(0, mine, Ordering::Acquire, Ordering::Relaxed).is_err() {
        acquire_held(word, mine);
    }
}

#[cold]
fn acquire_held(word: &AtomicUsize, mine: usize) {
    let held = word.load(Ordering::Relaxed);
    if held & !WAYS == mine & !WAYS {
        verifier::report(
            "spin-lock-recursion",
            "https://learn.microsoft.com/en-us/windows-hardware/drivers/kernel/preventing-errors-and-deadlocks-while-using-spin-locks",
            format!("{} acquires a spin lock that its thread holds already", verifier::caller()),
        );
        return;
    }
    if held != 0 && held & WAYS != mine & WAYS {
        verifier::report(
            "spin-lock-mixed",
            "https://learn.microsoft.com/en-us/windows-hardware/drivers/kernel/queued-spin-locks",
            format!(
                "{} acquires a spin lock in another way than its holder did: queued and plain \
                 acquisitions of a lock do not mix",
                verifier::caller(),
            ),
        );
    }
    let exchange = || word.compare_exchange_weak(0, mine, Ordering::Acquire, Ordering::Relaxed);
    sched::spin(word.as_ptr().addr(), "a spin lock", || exchange().is_ok());
}

/// Releases a lock.
///
/// # Safety
///
/// `lock` is a spin lock.
pub(crate) unsafe fn release(lock: *mut KSPIN_LOCK, way: Way) {
    // SAFETY: by the contract.
    let word = unsafe { word(lock) };
    let mine = thread::current(thread::Thread::address) | way as usize;
    if word.compare_exchange(mine, 0, Ordering::Release, Ordering::Relaxed).is_ok() {
        sched::released(lock.addr());
        sched::point("the release of a spin lock", 0);
    } else {
        verifier::report(
            "spin-lock-not-held",
            "https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-kereleasespinlock",
            format!(
                "{} releases a spin lock that its thread did not acquire, or acquired in another way",
                verifier::caller(),
            ),
        );
    }
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-keinitializespinlock)
unsafe extern "efiapi" fn KeInitializeSpinLock(lock: *mut KSPIN_LOCK) {
    // SAFETY: the driver passes memory for a lock.
    unsafe { lock.write(0) };
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-keacquirespinlockraisetodpc)
unsafe extern "efiapi" fn KeAcquireSpinLockRaiseToDpc(lock: *mut KSPIN_LOCK) -> KIRQL {
    let before = irql::raise(DISPATCH_LEVEL);
    // SAFETY: the driver passes a lock.
    unsafe { acquire(lock, Way::Plain) };
    before
}

/// What `KeAcquireSpinLock` is in older headers.
///
/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-keacquirespinlock)
unsafe extern "efiapi" fn KfAcquireSpinLock(lock: *mut KSPIN_LOCK) -> KIRQL {
    // SAFETY: the contract is the same.
    unsafe { KeAcquireSpinLockRaiseToDpc(lock) }
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-keacquirespinlock)
unsafe extern "efiapi" fn KeAcquireSpinLock(lock: *mut KSPIN_LOCK, before: *mut KIRQL) {
    // SAFETY: the driver passes a lock.
    let level = unsafe { KeAcquireSpinLockRaiseToDpc(lock) };
    // SAFETY: the driver passes a place for the level.
    unsafe { before.write(level) };
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-keacquirespinlockatdpclevel)
unsafe extern "efiapi" fn KeAcquireSpinLockAtDpcLevel(lock: *mut KSPIN_LOCK) {
    // SAFETY: the driver passes a lock.
    unsafe { acquire(lock, Way::Plain) };
}

/// What `KeAcquireSpinLockAtDpcLevel` is in older headers.
///
/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-keacquirespinlockatdpclevel)
unsafe extern "efiapi" fn KefAcquireSpinLockAtDpcLevel(lock: *mut KSPIN_LOCK) {
    // SAFETY: the contract is the same.
    unsafe { KeAcquireSpinLockAtDpcLevel(lock) };
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-ketrytoacquirespinlockatdpclevel)
unsafe extern "efiapi" fn KeTryToAcquireSpinLockAtDpcLevel(lock: *mut KSPIN_LOCK) -> BOOLEAN {
    // SAFETY: the driver passes a lock.
    let word = unsafe { word(lock) };
    let mine = thread::current(thread::Thread::address) | Way::Plain as usize;
    word.compare_exchange(0, mine, Ordering::Acquire, Ordering::Relaxed).is_ok().into()
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-ketestspinlock)
unsafe extern "efiapi" fn KeTestSpinLock(lock: *mut KSPIN_LOCK) -> BOOLEAN {
    // SAFETY: the driver passes a lock.
    (unsafe { word(lock) }.load(Ordering::Acquire) == 0).into()
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-kereleasespinlock)
unsafe extern "efiapi" fn KeReleaseSpinLock(lock: *mut KSPIN_LOCK, level: KIRQL) {
    // SAFETY: the driver passes a lock.
    unsafe { release(lock, Way::Plain) };
    irql::lower(level);
}

/// What `KeReleaseSpinLock` is in older headers.
///
/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-kereleasespinlock)
unsafe extern "efiapi" fn KfReleaseSpinLock(lock: *mut KSPIN_LOCK, level: KIRQL) {
    // SAFETY: the contract is the same.
    unsafe { KeReleaseSpinLock(lock, level) };
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-kereleasespinlockfromdpclevel)
unsafe extern "efiapi" fn KeReleaseSpinLockFromDpcLevel(lock: *mut KSPIN_LOCK) {
    // SAFETY: the driver passes a lock.
    unsafe { release(lock, Way::Plain) };
}

/// What `KeReleaseSpinLockFromDpcLevel` is in older headers.
///
/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-kereleasespinlockfromdpclevel)
unsafe extern "efiapi" fn KefReleaseSpinLockFromDpcLevel(lock: *mut KSPIN_LOCK) {
    // SAFETY: the contract is the same.
    unsafe { KeReleaseSpinLockFromDpcLevel(lock) };
}

/// # Safety
///
/// `lock` is a spin lock, and `handle` is valid for writes.
unsafe fn acquire_queued(lock: *mut KSPIN_LOCK, handle: *mut KLOCK_QUEUE_HANDLE, before: KIRQL) {
    // SAFETY: by the contract.
    unsafe { acquire(lock, Way::Queued) };
    let mut value = KLOCK_QUEUE_HANDLE { OldIrql: before, ..KLOCK_QUEUE_HANDLE::default() };
    value.LockQueue.Lock = lock.map_addr(|address| address | LOCK_QUEUE_OWNER);
    // SAFETY: by the contract.
    unsafe { handle.write(value) };
}

/// Releases the lock and returns the level to go back to.
///
/// # Safety
///
/// `handle` is valid.
unsafe fn release_queued(handle: *mut KLOCK_QUEUE_HANDLE) -> KIRQL {
    // SAFETY: by the contract.
    let value = unsafe { handle.read() };
    let lock = value.LockQueue.Lock;
    if lock.addr() & LOCK_QUEUE_OWNER == 0 {
        verifier::report(
            "spin-lock-not-held",
            "https://learn.microsoft.com/en-us/windows-hardware/drivers/kernel/queued-spin-locks",
            format!("{} releases a queue handle that holds no lock", verifier::caller()),
        );
        return irql::current();
    }
    // SAFETY: by the contract; it is released once.
    unsafe { handle.write(KLOCK_QUEUE_HANDLE::default()) };
    // SAFETY: the handle was filled by `acquire_queued`.
    unsafe { release(lock.map_addr(|address| address & !WAYS), Way::Queued) };
    value.OldIrql
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-keacquireinstackqueuedspinlock)
unsafe extern "efiapi" fn KeAcquireInStackQueuedSpinLock(
    lock: *mut KSPIN_LOCK,
    handle: *mut KLOCK_QUEUE_HANDLE,
) {
    let before = irql::raise(DISPATCH_LEVEL);
    // SAFETY: the driver passes a lock and a handle.
    unsafe { acquire_queued(lock, handle, before) };
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-keacquireinstackqueuedspinlockatdpclevel)
unsafe extern "efiapi" fn KeAcquireInStackQueuedSpinLockAtDpcLevel(
    lock: *mut KSPIN_LOCK,
    handle: *mut KLOCK_QUEUE_HANDLE,
) {
    // SAFETY: the driver passes a lock and a handle.
    unsafe { acquire_queued(lock, handle, irql::current()) };
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-kereleaseinstackqueuedspinlock)
unsafe extern "efiapi" fn KeReleaseInStackQueuedSpinLock(handle: *mut KLOCK_QUEUE_HANDLE) {
    // SAFETY: the driver passes a handle.
    let level = unsafe { release_queued(handle) };
    irql::lower(level);
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-kereleaseinstackqueuedspinlockfromdpclevel)
unsafe extern "efiapi" fn KeReleaseInStackQueuedSpinLockFromDpcLevel(
    handle: *mut KLOCK_QUEUE_HANDLE,
) {
    // SAFETY: the driver passes a handle.
    unsafe { release_queued(handle) };
}

pub(super) const EXPORTS: &[Export] = exports! {
    KeAcquireInStackQueuedSpinLock: PASSIVE_LEVEL..=DISPATCH_LEVEL;
    KeAcquireInStackQueuedSpinLockAtDpcLevel: DISPATCH_LEVEL..=HIGH_LEVEL;
    KeAcquireSpinLock: PASSIVE_LEVEL..=DISPATCH_LEVEL;
    KeAcquireSpinLockAtDpcLevel: DISPATCH_LEVEL..=HIGH_LEVEL;
    KeAcquireSpinLockRaiseToDpc: PASSIVE_LEVEL..=DISPATCH_LEVEL;
    KeInitializeSpinLock: PASSIVE_LEVEL..=HIGH_LEVEL;
    KeReleaseInStackQueuedSpinLock: DISPATCH_LEVEL..=DISPATCH_LEVEL;
    KeReleaseInStackQueuedSpinLockFromDpcLevel: DISPATCH_LEVEL..=HIGH_LEVEL;
    KeReleaseSpinLock: DISPATCH_LEVEL..=DISPATCH_LEVEL;
    KeReleaseSpinLockFromDpcLevel: DISPATCH_LEVEL..=DISPATCH_LEVEL;
    KeTestSpinLock: PASSIVE_LEVEL..=HIGH_LEVEL;
    KeTryToAcquireSpinLockAtDpcLevel: DISPATCH_LEVEL..=DISPATCH_LEVEL;
    KefAcquireSpinLockAtDpcLevel: DISPATCH_LEVEL..=HIGH_LEVEL;
    KefReleaseSpinLockFromDpcLevel: DISPATCH_LEVEL..=DISPATCH_LEVEL;
    KfAcquireSpinLock: PASSIVE_LEVEL..=DISPATCH_LEVEL;
    KfReleaseSpinLock: DISPATCH_LEVEL..=DISPATCH_LEVEL;
};
