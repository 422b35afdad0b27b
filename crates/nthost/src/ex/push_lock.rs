//! Push locks: one writer or many readers.
//!
//! The lowest bit of the word says that a writer has the lock, the next one that somebody waits; above
//! them readers are counted.

use std::sync::atomic::{AtomicUsize, Ordering};

use crate::{
    export::{Export, exports},
    ke::{
        deadlock::{self, Access, Kind, Lock},
        irql, region,
    },
    nt::{APC_LEVEL, BOOLEAN, PASSIVE_LEVEL},
    sched::{park_on, unpark_all},
    stop,
    verifier::{
        self, Check,
        catalogue::locks::{PUSH_LOCK_ACQUIRED_WITH_APCS, PUSH_LOCK_RELEASED_WITH_APCS},
    },
};

const WRITER: usize = 1;
const WAITED_FOR: usize = 2;
const READER: usize = 4;

/// Storage of a push lock, zero while nobody has it.
type PushLock = usize;

/// What a lock is acquired for.
#[derive(Clone, Copy)]
enum Use {
    Write,
    Read,
}

impl Use {
    /// The word behind the acquisition of a lock, if it can be acquired.
    const fn acquired(self, word: usize) -> Option<usize> {
        match self {
            Self::Write if word & !WAITED_FOR == 0 => Some(word | WRITER),
            Self::Read if word & WRITER == 0 => Some(word + READER),
            _ => None,
        }
    }

    fn lock(self, word: &AtomicUsize) -> Lock {
        let access = match self {
            Self::Write => Access::Exclusive,
            Self::Read => Access::Shared,
        };
        Lock { address: word.as_ptr().addr(), kind: Kind::PushLock, access }
    }

    /// The word behind the release of a lock, if it is held.
    const fn released(self, word: usize) -> Option<usize> {
        let left = match self {
            Self::Write if word & WRITER != 0 => word - WRITER,
            Self::Read if word >= READER => word - READER,
            _ => return None,
        };
        // The last one wakes all who wait.
        Some(if left == WAITED_FOR { 0 } else { left })
    }
}

/// # Safety
///
/// `lock` is valid as long as the result is used.
unsafe fn word<'a>(lock: *mut PushLock) -> &'a AtomicUsize {
    // SAFETY: by the contract, and all change it in this way.
    unsafe { AtomicUsize::from_ptr(lock) }
}

fn try_acquire(word: &AtomicUsize, way: Use) -> bool {
    let acquired = |word| way.acquired(word);
    word.fetch_update(Ordering::Acquire, Ordering::Relaxed, acquired).is_ok()
}

fn acquire(word: &AtomicUsize, way: Use) {
    check_region(PUSH_LOCK_ACQUIRED_WITH_APCS, word, "acquires");
    if !deadlock::acquiring(way.lock(word)) {
        return;
    }
    while !try_acquire(word, way) && !stop::is_stopped() {
        let held = |word| way.acquired(word).is_none().then_some(word | WAITED_FOR);
        if word.fetch_update(Ordering::Relaxed, Ordering::Relaxed, held).is_err() {
            continue;
        }
        let is_held = || word.load(Ordering::Relaxed) & WAITED_FOR != 0;
        park_on(word.as_ptr().addr(), "a push lock", is_held);
    }
    deadlock::acquired(way.lock(word), irql::current());
}

/// Does not wait.
fn try_for_driver(word: &AtomicUsize, way: Use) -> BOOLEAN {
    check_region(PUSH_LOCK_ACQUIRED_WITH_APCS, word, "acquires");
    let is_free = try_acquire(word, way);
    if is_free {
        deadlock::tried(way.lock(word), irql::current());
    }
    is_free.into()
}

fn release(word: &AtomicUsize, way: Use) {
    check_region(PUSH_LOCK_RELEASED_WITH_APCS, word, "releases");
    let key = word.as_ptr().addr();
    let owner = || usize::from(word.load(Ordering::Relaxed) & !WAITED_FOR != 0);
    if deadlock::releasing(way.lock(word), owner).is_none() {
        return;
    }
    let released = |word| way.released(word);
    let before = word.fetch_update(Ordering::Release, Ordering::Relaxed, released);
    if before.is_ok_and(|before| before & WAITED_FOR != 0 && way.released(before) == Some(0)) {
        unpark_all(key);
    }
}

/// The holder of a push lock must not be interrupted by APCs.
fn check_region(check: &'static Check, word: &AtomicUsize, does: &str) {
    if !region::are_apcs_disabled() {
        check.broken_with(
            [irql::current().into(), 0, word.as_ptr().addr() as u64],
            format!("{} {does} a push lock outside of a critical region", verifier::caller()),
        );
    }
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ntifs/nf-ntifs-exinitializepushlock)
unsafe extern "efiapi" fn ExInitializePushLock(lock: *mut PushLock) {
    // SAFETY: the driver passes memory for a lock.
    unsafe { lock.write(0) };
}

/// What `FltAcquirePushLockExclusive` is without the filter manager.
unsafe extern "efiapi" fn ExAcquirePushLockExclusiveEx(lock: *mut PushLock, _flags: u32) {
    // SAFETY: the driver passes a lock.
    acquire(unsafe { word(lock) }, Use::Write);
}

/// What `FltAcquirePushLockShared` is without the filter manager.
unsafe extern "efiapi" fn ExAcquirePushLockSharedEx(lock: *mut PushLock, _flags: u32) {
    // SAFETY: the driver passes a lock.
    acquire(unsafe { word(lock) }, Use::Read);
}

/// Does not wait.
unsafe extern "efiapi" fn ExTryAcquirePushLockExclusiveEx(
    lock: *mut PushLock,
    _flags: u32,
) -> BOOLEAN {
    // SAFETY: the driver passes a lock.
    try_for_driver(unsafe { word(lock) }, Use::Write)
}

/// Does not wait.
unsafe extern "efiapi" fn ExTryAcquirePushLockSharedEx(
    lock: *mut PushLock,
    _flags: u32,
) -> BOOLEAN {
    // SAFETY: the driver passes a lock.
    try_for_driver(unsafe { word(lock) }, Use::Read)
}

/// Gives up what `ExAcquirePushLockExclusiveEx` acquired.
unsafe extern "efiapi" fn ExReleasePushLockExclusiveEx(lock: *mut PushLock, _flags: u32) {
    // SAFETY: the driver passes a lock.
    release(unsafe { word(lock) }, Use::Write);
}

/// Gives up what `ExAcquirePushLockSharedEx` acquired.
unsafe extern "efiapi" fn ExReleasePushLockSharedEx(lock: *mut PushLock, _flags: u32) {
    // SAFETY: the driver passes a lock.
    release(unsafe { word(lock) }, Use::Read);
}

pub(super) const EXPORTS: &[Export] = exports! {
    ExAcquirePushLockExclusiveEx: PASSIVE_LEVEL..=APC_LEVEL;
    ExAcquirePushLockSharedEx: PASSIVE_LEVEL..=APC_LEVEL;
    ExInitializePushLock: PASSIVE_LEVEL..=APC_LEVEL;
    ExReleasePushLockExclusiveEx: PASSIVE_LEVEL..=APC_LEVEL;
    ExReleasePushLockSharedEx: PASSIVE_LEVEL..=APC_LEVEL;
    ExTryAcquirePushLockExclusiveEx: PASSIVE_LEVEL..=APC_LEVEL;
    ExTryAcquirePushLockSharedEx: PASSIVE_LEVEL..=APC_LEVEL;
};
