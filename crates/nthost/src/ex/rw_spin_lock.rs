//! Reader/writer spin locks.
//!
//! The upper bits say that a writer has the lock, or waits for it, which keeps new readers out; below
//! them readers are counted.

use std::sync::atomic::{AtomicU32, Ordering};

use crate::{
    export::{Export, exports},
    ke::{
        deadlock::{self, Access, Kind, Lock},
        irql,
    },
    nt::{DISPATCH_LEVEL, HIGH_LEVEL, KIRQL, PASSIVE_LEVEL},
    sched,
};

/// What a thread that waits for a lock waits for.
const WHAT: &str = "a reader/writer spin lock";

/// What the locks of drivers are.
const KIND: Kind = Kind::ReaderWriterSpinLock;

const WRITER: u32 = 1 << 31;
const WRITER_WAITS: u32 = 1 << 30;

/// # Safety
///
/// `lock` is valid as long as the result is used.
unsafe fn word<'a>(lock: *mut u32) -> &'a AtomicU32 {
    // SAFETY: by the contract, and all change it in this way.
    unsafe { AtomicU32::from_ptr(lock) }
}

fn try_read(word: &AtomicU32) -> bool {
    let read = |word| (word & (WRITER | WRITER_WAITS) == 0).then_some(word + 1);
    word.fetch_update(Ordering::Acquire, Ordering::Relaxed, read).is_ok()
}

/// Acquires a lock to read, at `DISPATCH_LEVEL`. `before` is the level from before the caller raised it.
pub(crate) fn read(word: &AtomicU32, kind: Kind, before: KIRQL) {
    let lock = reader(word, kind);
    if deadlock::acquiring(lock) {
        sched::spin(word.as_ptr().addr(), WHAT, || try_read(word));
        deadlock::acquired(lock, before);
    }
}

fn try_write(word: &AtomicU32) -> bool {
    let write = |word| (word & !WRITER_WAITS == 0).then_some(WRITER);
    word.fetch_update(Ordering::Acquire, Ordering::Relaxed, write).is_ok()
}

/// Acquires a lock to write, at `DISPATCH_LEVEL`. `before` is the level from before the caller raised
/// it.
pub(crate) fn write(word: &AtomicU32, kind: Kind, before: KIRQL) {
    let lock = writer(word, kind);
    if !deadlock::acquiring(lock) {
        return;
    }
    sched::spin(word.as_ptr().addr(), WHAT, || {
        let is_acquired = try_write(word);
        if !is_acquired {
            word.fetch_or(WRITER_WAITS, Ordering::Relaxed);
        }
        is_acquired
    });
    deadlock::acquired(lock, before);
}

fn reader(word: &AtomicU32, kind: Kind) -> Lock {
    Lock { access: Access::Shared, ..writer(word, kind) }
}

fn writer(word: &AtomicU32, kind: Kind) -> Lock {
    Lock::exclusive(word.as_ptr().addr(), kind)
}

/// Takes a lock away from this thread. Returns how it had it, and the level from before; none if it had
/// not.
fn release(lock: Lock, word: &AtomicU32) -> Option<KIRQL> {
    let owner = || usize::from(word.load(Ordering::Relaxed) & !WRITER_WAITS != 0);
    let before = deadlock::releasing(lock, owner)?;
    if word.load(Ordering::Relaxed) & WRITER == 0 {
        word.fetch_sub(1, Ordering::Release);
    } else {
        word.fetch_and(!WRITER, Ordering::Release);
    }
    sched::released(word.as_ptr().addr());
    Some(before)
}

/// Releases a lock that was acquired to read. Reports it if it was not.
pub(crate) fn end_read(word: &AtomicU32, kind: Kind) -> Option<KIRQL> {
    release(reader(word, kind), word)
}

/// Releases a lock that was acquired to write. Reports it if it was not.
pub(crate) fn end_write(word: &AtomicU32, kind: Kind) -> Option<KIRQL> {
    release(writer(word, kind), word)
}

/// The level stays as it is behind a release, which must be that from before the lock was acquired.
fn check_kept(lock: Lock, before: Option<KIRQL>) {
    if let Some(before) = before.filter(|&before| before < DISPATCH_LEVEL) {
        deadlock::level_kept(lock, before);
    }
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-exacquirespinlockshared)
unsafe extern "efiapi" fn ExAcquireSpinLockShared(lock: *mut u32) -> KIRQL {
    let before = irql::raise(DISPATCH_LEVEL);
    // SAFETY: the driver passes a lock.
    read(unsafe { word(lock) }, KIND, before);
    before
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-exacquirespinlocksharedatdpclevel)
unsafe extern "efiapi" fn ExAcquireSpinLockSharedAtDpcLevel(lock: *mut u32) {
    // SAFETY: the driver passes a lock.
    read(unsafe { word(lock) }, KIND, irql::current());
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-exacquirespinlockexclusive)
unsafe extern "efiapi" fn ExAcquireSpinLockExclusive(lock: *mut u32) -> KIRQL {
    let before = irql::raise(DISPATCH_LEVEL);
    // SAFETY: the driver passes a lock.
    write(unsafe { word(lock) }, KIND, before);
    before
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-exacquirespinlockexclusiveatdpclevel)
unsafe extern "efiapi" fn ExAcquireSpinLockExclusiveAtDpcLevel(lock: *mut u32) {
    // SAFETY: the driver passes a lock.
    write(unsafe { word(lock) }, KIND, irql::current());
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-extryacquirespinlocksharedatdpclevel)
unsafe extern "efiapi" fn ExTryAcquireSpinLockSharedAtDpcLevel(lock: *mut u32) -> u32 {
    // SAFETY: the driver passes a lock.
    let word = unsafe { word(lock) };
    let is_free = try_read(word);
    if is_free {
        deadlock::tried(reader(word, KIND), irql::current());
    }
    is_free.into()
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-extryacquirespinlockexclusiveatdpclevel)
unsafe extern "efiapi" fn ExTryAcquireSpinLockExclusiveAtDpcLevel(lock: *mut u32) -> u32 {
    // SAFETY: the driver passes a lock.
    let word = unsafe { word(lock) };
    let is_free = try_write(word);
    if is_free {
        deadlock::tried(writer(word, KIND), irql::current());
    }
    is_free.into()
}

/// The caller is a reader, and becomes the writer if it is the only one.
///
/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-extryconvertsharedspinlockexclusive)
unsafe extern "efiapi" fn ExTryConvertSharedSpinLockExclusive(lock: *mut u32) -> u32 {
    // SAFETY: the driver passes a lock.
    let word = unsafe { word(lock) };
    let convert = |word| (word & !WRITER_WAITS == 1).then_some(WRITER);
    let is_converted = word.fetch_update(Ordering::Acquire, Ordering::Relaxed, convert).is_ok();
    if is_converted {
        deadlock::converted(writer(word, KIND));
    }
    is_converted.into()
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-exreleasespinlockshared)
unsafe extern "efiapi" fn ExReleaseSpinLockShared(lock: *mut u32, level: KIRQL) {
    // SAFETY: the driver passes a lock.
    end_read(unsafe { word(lock) }, KIND);
    irql::lower(level);
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-exreleasespinlocksharedfromdpclevel)
unsafe extern "efiapi" fn ExReleaseSpinLockSharedFromDpcLevel(lock: *mut u32) {
    // SAFETY: the driver passes a lock.
    let word = unsafe { word(lock) };
    check_kept(reader(word, KIND), end_read(word, KIND));
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-exreleasespinlockexclusive)
unsafe extern "efiapi" fn ExReleaseSpinLockExclusive(lock: *mut u32, level: KIRQL) {
    // SAFETY: the driver passes a lock.
    end_write(unsafe { word(lock) }, KIND);
    irql::lower(level);
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-exreleasespinlockexclusivefromdpclevel)
unsafe extern "efiapi" fn ExReleaseSpinLockExclusiveFromDpcLevel(lock: *mut u32) {
    // SAFETY: the driver passes a lock.
    let word = unsafe { word(lock) };
    check_kept(writer(word, KIND), end_write(word, KIND));
}

pub(super) const EXPORTS: &[Export] = exports! {
    ExAcquireSpinLockExclusive: PASSIVE_LEVEL..=DISPATCH_LEVEL;
    ExAcquireSpinLockExclusiveAtDpcLevel: DISPATCH_LEVEL..=HIGH_LEVEL;
    ExAcquireSpinLockShared: PASSIVE_LEVEL..=DISPATCH_LEVEL;
    ExAcquireSpinLockSharedAtDpcLevel: DISPATCH_LEVEL..=HIGH_LEVEL;
    ExReleaseSpinLockExclusive: DISPATCH_LEVEL..=DISPATCH_LEVEL;
    ExReleaseSpinLockExclusiveFromDpcLevel: DISPATCH_LEVEL..=HIGH_LEVEL;
    ExReleaseSpinLockShared: DISPATCH_LEVEL..=DISPATCH_LEVEL;
    ExReleaseSpinLockSharedFromDpcLevel: DISPATCH_LEVEL..=HIGH_LEVEL;
    ExTryAcquireSpinLockExclusiveAtDpcLevel: DISPATCH_LEVEL..=HIGH_LEVEL;
    ExTryAcquireSpinLockSharedAtDpcLevel: DISPATCH_LEVEL..=HIGH_LEVEL;
    ExTryConvertSharedSpinLockExclusive: DISPATCH_LEVEL..=DISPATCH_LEVEL;
};
