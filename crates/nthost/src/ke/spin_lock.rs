//! Spin locks.
//!
//! The word of a lock that somebody holds is the address of the thread, and how it was acquired in the
//! lowest bits.

use std::sync::atomic::{AtomicUsize, Ordering};

use super::{
    deadlock::{self, Kind, Lock},
    irql,
};
use crate::{
    export::{Export, exports},
    nt::{
        BOOLEAN, DISPATCH_LEVEL, HIGH_LEVEL, KIRQL, KLOCK_QUEUE_HANDLE, KSPIN_LOCK,
        LOCK_QUEUE_OWNER, PASSIVE_LEVEL,
    },
    sched, thread,
    verifier::{self, catalogue::irql::KE_RELEASE_SPIN_LOCK},
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

impl Way {
    fn lock(self, lock: *mut KSPIN_LOCK) -> Lock {
        let kind = match self {
            Self::Plain => Kind::SpinLock,
            Self::Queued => Kind::QueuedSpinLock,
        };
        Lock::exclusive(lock.addr(), kind)
    }

    /// The word of a lock that this thread holds.
    fn word(self) -> usize {
        thread::current(thread::Thread::address) | self as usize
    }
}

/// Acquires a lock, at any level. `before` is the level from before the caller raised it.
///
/// # Safety
///
/// `lock` is a spin lock.
pub(crate) unsafe fn acquire(lock: *mut KSPIN_LOCK, way: Way, before: KIRQL) {
    // SAFETY: by the contract.
    let word = unsafe { word(lock) };
    if !deadlock::acquiring(way.lock(lock)) {
        return;
    }
    let mine = way.word();
    let exchange = || word.compare_exchange_weak(0, mine, Ordering::Acquire, Ordering::Relaxed);
    sched::spin(word.as_ptr().addr(), "a spin lock", || exchange().is_ok());
    deadlock::acquired(way.lock(lock), before);
}

/// Releases a lock. Returns the level from before it was acquired; none if this thread does not hold
/// it.
///
/// # Safety
///
/// `lock` is a spin lock.
pub(crate) unsafe fn release(lock: *mut KSPIN_LOCK, way: Way) -> Option<KIRQL> {
    // SAFETY: by the contract.
    let word = unsafe { word(lock) };
    let owner = || word.load(Ordering::Relaxed) & !WAYS;
    let before = deadlock::releasing(way.lock(lock), owner)?;
    word.store(0, Ordering::Release);
    sched::released(lock.addr());
    sched::point("the release of a spin lock", 0);
    Some(before)
}

/// Releases a lock and goes back to a level, which must be that from before it was acquired.
///
/// # Safety
///
/// `lock` is a spin lock.
unsafe fn release_to(lock: *mut KSPIN_LOCK, level: KIRQL) {
    // SAFETY: by the contract.
    let before = unsafe { release(lock, Way::Plain) };
    if let Some(before) = before.filter(|&before| before != level) {
        let text = format!(
            "{} releases a spin lock to IRQL {level}, which it acquired at {before}",
            verifier::caller()
        );
        KE_RELEASE_SPIN_LOCK.broken(text);
    }
    irql::lower(level);
}

/// Releases a lock and stays at the level, from which the lock must have been acquired.
///
/// # Safety
///
/// `lock` is a spin lock.
unsafe fn release_here(lock: *mut KSPIN_LOCK, way: Way) {
    // SAFETY: by the contract.
    let before = unsafe { release(lock, way) };
    if let Some(before) = before.filter(|&before| before < DISPATCH_LEVEL) {
        deadlock::level_kept(way.lock(lock), before);
    }
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-keinitializespinlock)
unsafe extern "efiapi" fn KeInitializeSpinLock(lock: *mut KSPIN_LOCK) {
    deadlock::initialized(lock.addr(), Kind::SpinLock);
    // SAFETY: the driver passes memory for a lock.
    unsafe { lock.write(0) };
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-keacquirespinlockraisetodpc)
unsafe extern "efiapi" fn KeAcquireSpinLockRaiseToDpc(lock: *mut KSPIN_LOCK) -> KIRQL {
    let before = irql::raise(DISPATCH_LEVEL);
    // SAFETY: the driver passes a lock.
    unsafe { acquire(lock, Way::Plain, before) };
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
    unsafe { acquire(lock, Way::Plain, irql::current()) };
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
    let mine = Way::Plain.word();
    let is_free = word.compare_exchange(0, mine, Ordering::Acquire, Ordering::Relaxed).is_ok();
    if is_free {
        deadlock::tried(Way::Plain.lock(lock), irql::current());
    }
    is_free.into()
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-ketestspinlock)
unsafe extern "efiapi" fn KeTestSpinLock(lock: *mut KSPIN_LOCK) -> BOOLEAN {
    // SAFETY: the driver passes a lock.
    (unsafe { word(lock) }.load(Ordering::Acquire) == 0).into()
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-kereleasespinlock)
unsafe extern "efiapi" fn KeReleaseSpinLock(lock: *mut KSPIN_LOCK, level: KIRQL) {
    // SAFETY: the driver passes a lock.
    unsafe { release_to(lock, level) };
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
    unsafe { release_here(lock, Way::Plain) };
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
    unsafe { acquire(lock, Way::Queued, before) };
    let mut value = KLOCK_QUEUE_HANDLE { OldIrql: before, ..KLOCK_QUEUE_HANDLE::default() };
    value.LockQueue.Lock = lock.map_addr(|address| address | LOCK_QUEUE_OWNER);
    // SAFETY: by the contract.
    unsafe { handle.write(value) };
}

/// The lock of a handle, which holds it no longer, and the level from before it was acquired; none if
/// the handle holds no lock.
///
/// # Safety
///
/// `handle` is valid.
unsafe fn take(handle: *mut KLOCK_QUEUE_HANDLE) -> Option<(*mut KSPIN_LOCK, KIRQL)> {
    // SAFETY: by the contract.
    let value = unsafe { handle.read() };
    let lock = value.LockQueue.Lock;
    if lock.addr() & LOCK_QUEUE_OWNER == 0 {
        deadlock::handle_is_empty(handle.addr());
        return None;
    }
    // SAFETY: by the contract; it is released once.
    unsafe { handle.write(KLOCK_QUEUE_HANDLE::default()) };
    Some((lock.map_addr(|address| address & !WAYS), value.OldIrql))
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
    let Some((lock, level)) = (unsafe { take(handle) }) else { return };
    // SAFETY: the handle was filled when the lock was acquired.
    unsafe { release(lock, Way::Queued) };
    irql::lower(level);
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-kereleaseinstackqueuedspinlockfromdpclevel)
unsafe extern "efiapi" fn KeReleaseInStackQueuedSpinLockFromDpcLevel(
    handle: *mut KLOCK_QUEUE_HANDLE,
) {
    // SAFETY: the driver passes a handle.
    let Some((lock, _)) = (unsafe { take(handle) }) else { return };
    // SAFETY: the handle was filled when the lock was acquired.
    unsafe { release_here(lock, Way::Queued) };
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
