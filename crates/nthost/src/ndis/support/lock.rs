//! Locks for one writer or many readers.

use std::sync::{
    Arc,
    atomic::{AtomicU32, Ordering},
};

use ndis_sys::{
    BOOLEAN, LOCK_STATE, LOCK_STATE_EX, NDIS_HANDLE, NDIS_RW_LOCK, NDIS_RW_LOCK_EX,
    NDIS_RWL_AT_DISPATCH_LEVEL,
};

use super::{
    objects::{self, Kind, Object},
    rules,
};
use crate::{
    ex::rw_spin_lock as spin,
    export::{Export, exports},
    ke::{deadlock, irql},
    ndis::handle,
    nt::{DISPATCH_LEVEL, HIGH_LEVEL, KIRQL, PASSIVE_LEVEL},
    verifier,
};

/// A lock for one writer or many readers.
#[derive(Default)]
pub(super) struct Lock(AtomicU32);

const LOCK: Kind<Lock> = Kind {
    name: "a reader/writer lock",
    of: |object| match object {
        Object::Lock(lock) => Some(lock),
        _ => None,
    },
};

/// What deadlock detection knows the locks as.
const KIND: deadlock::Kind = deadlock::Kind::NdisLock;

/// How a lock was acquired, as its holder keeps it.
const READ: u8 = 1;
const WRITE: u8 = 2;

/// Raises to `DISPATCH_LEVEL`, or checks that the caller is there as it says; returns the level before.
fn raise(function: &str, is_there: bool) -> KIRQL {
    if is_there && irql::current() < DISPATCH_LEVEL {
        rules::LEVEL.broken(format!(
            "{} called {function} at IRQL {}, and said that it was at DISPATCH_LEVEL",
            verifier::caller(),
            irql::current()
        ));
    }
    irql::raise(DISPATCH_LEVEL)
}

fn acquire(word: &AtomicU32, writes: bool) -> u8 {
    if writes {
        spin::write(word, KIND, irql::current());
        WRITE
    } else {
        spin::read(word, KIND, irql::current());
        READ
    }
}

fn release(word: &AtomicU32, how: u8) {
    match how {
        READ => drop(spin::end_read(word, KIND)),
        WRITE => drop(spin::end_write(word, KIND)),
        _ => rules::LOCK.broken(format!(
            "{} releases a lock with a state that it was not acquired with",
            verifier::caller()
        )),
    }
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ndis/nf-ndis-ndisallocaterwlock)
unsafe extern "efiapi" fn NdisAllocateRWLock(handle: NDIS_HANDLE) -> *mut NDIS_RW_LOCK_EX {
    if !handle.is_null() {
        handle::check(handle as usize, "NdisAllocateRWLock");
    }
    objects::add(|| Object::Lock(Arc::default())) as *mut NDIS_RW_LOCK_EX
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ndis/nf-ndis-ndisfreerwlock)
unsafe extern "efiapi" fn NdisFreeRWLock(lock: *mut NDIS_RW_LOCK_EX) {
    if let Some(lock) = objects::take(lock as usize, &LOCK, "NdisFreeRWLock") {
        let is_held = lock.0.load(Ordering::Acquire) != 0;
        objects::report_use(is_held, rules::LOCK, "frees a reader/writer lock that is held");
    }
}

/// # Safety
///
/// `state` is valid for writes.
unsafe fn acquire_object(
    lock: *mut NDIS_RW_LOCK_EX,
    state: *mut LOCK_STATE_EX,
    flags: u8,
    function: &str,
    writes: bool,
) {
    let Some(lock) = objects::find(lock as usize, &LOCK, function) else { return };
    let before = raise(function, flags & NDIS_RWL_AT_DISPATCH_LEVEL != 0);
    let how = acquire(&lock.0, writes);
    // SAFETY: by the contract.
    unsafe { state.write(LOCK_STATE_EX { OldIrql: before, LockState: how, Flags: flags }) };
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ndis/nf-ndis-ndisacquirerwlockread)
unsafe extern "efiapi" fn NdisAcquireRWLockRead(
    lock: *mut NDIS_RW_LOCK_EX,
    state: *mut LOCK_STATE_EX,
    flags: u8,
) {
    // SAFETY: the driver passes a place for the state.
    unsafe { acquire_object(lock, state, flags, "NdisAcquireRWLockRead", false) };
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ndis/nf-ndis-ndisacquirerwlockwrite)
unsafe extern "efiapi" fn NdisAcquireRWLockWrite(
    lock: *mut NDIS_RW_LOCK_EX,
    state: *mut LOCK_STATE_EX,
    flags: u8,
) {
    // SAFETY: the driver passes a place for the state.
    unsafe { acquire_object(lock, state, flags, "NdisAcquireRWLockWrite", true) };
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ndis/nf-ndis-ndisreleaserwlock)
unsafe extern "efiapi" fn NdisReleaseRWLock(lock: *mut NDIS_RW_LOCK_EX, state: *mut LOCK_STATE_EX) {
    let Some(lock) = objects::find(lock as usize, &LOCK, "NdisReleaseRWLock") else { return };
    // SAFETY: the driver passes the state that it has acquired the lock with.
    let state = unsafe { state.replace(LOCK_STATE_EX::default()) };
    release(&lock.0, state.LockState);
    irql::lower(state.OldIrql);
}

/// The word of a lock of the older form.
///
/// # Safety
///
/// The lock is valid as long as the result is used.
unsafe fn word<'a>(lock: *mut NDIS_RW_LOCK) -> &'a AtomicU32 {
    // SAFETY: by the contract; it begins with a spin lock, and all change it in this way.
    unsafe { AtomicU32::from_ptr(lock.cast()) }
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ndis/nf-ndis-ndisinitializereadwritelock)
unsafe extern "efiapi" fn NdisInitializeReadWriteLock(lock: *mut NDIS_RW_LOCK) {
    // SAFETY: the driver passes memory for a lock.
    unsafe { lock.write(NDIS_RW_LOCK::default()) };
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ndis/nf-ndis-ndisacquirereadwritelock)
unsafe extern "efiapi" fn NdisAcquireReadWriteLock(
    lock: *mut NDIS_RW_LOCK,
    writes: BOOLEAN,
    state: *mut LOCK_STATE,
) {
    let before = irql::raise(DISPATCH_LEVEL);
    // SAFETY: the driver passes a lock.
    let how = acquire(unsafe { word(lock) }, writes != 0);
    // SAFETY: the driver passes a place for the state.
    unsafe { state.write(LOCK_STATE { LockState: how.into(), OldIrql: before }) };
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ndis/nf-ndis-ndisreleasereadwritelock)
unsafe extern "efiapi" fn NdisReleaseReadWriteLock(
    lock: *mut NDIS_RW_LOCK,
    state: *mut LOCK_STATE,
) {
    // SAFETY: the driver passes the state that it has acquired the lock with.
    let state = unsafe { state.replace(LOCK_STATE::default()) };
    // SAFETY: the driver passes a lock.
    release(unsafe { word(lock) }, u8::try_from(state.LockState).unwrap_or_default());
    irql::lower(state.OldIrql);
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ndis/nf-ndis-ndisdpracquirereadwritelock)
unsafe extern "efiapi" fn NdisDprAcquireReadWriteLock(
    lock: *mut NDIS_RW_LOCK,
    writes: BOOLEAN,
    state: *mut LOCK_STATE,
) {
    // SAFETY: the contract is the same.
    unsafe { NdisAcquireReadWriteLock(lock, writes, state) };
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ndis/nf-ndis-ndisdprreleasereadwritelock)
unsafe extern "efiapi" fn NdisDprReleaseReadWriteLock(
    lock: *mut NDIS_RW_LOCK,
    state: *mut LOCK_STATE,
) {
    // SAFETY: the contract is the same.
    unsafe { NdisReleaseReadWriteLock(lock, state) };
}

pub(super) const EXPORTS: &[Export] = exports! {
    NdisAcquireRWLockRead: PASSIVE_LEVEL..=DISPATCH_LEVEL;
    NdisAcquireRWLockWrite: PASSIVE_LEVEL..=DISPATCH_LEVEL;
    NdisAcquireReadWriteLock: PASSIVE_LEVEL..=DISPATCH_LEVEL;
    NdisAllocateRWLock: PASSIVE_LEVEL..=DISPATCH_LEVEL;
    NdisDprAcquireReadWriteLock: DISPATCH_LEVEL..=DISPATCH_LEVEL;
    NdisDprReleaseReadWriteLock: DISPATCH_LEVEL..=DISPATCH_LEVEL;
    NdisFreeRWLock: PASSIVE_LEVEL..=DISPATCH_LEVEL;
    NdisInitializeReadWriteLock: PASSIVE_LEVEL..=HIGH_LEVEL;
    NdisReleaseRWLock: DISPATCH_LEVEL..=DISPATCH_LEVEL;
    NdisReleaseReadWriteLock: DISPATCH_LEVEL..=DISPATCH_LEVEL;
};
