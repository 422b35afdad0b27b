//! Reader/writer spin locks.
//!
//! The upper bits say that a writer has the lock, or waits for it, which keeps new readers out; below
//! them readers are counted.

use std::sync::atomic::{AtomicU32, Ordering};

use crate::{
    export::{Export, exports},
    ke::irql,
    nt::{DISPATCH_LEVEL, HIGH_LEVEL, KIRQL, PASSIVE_LEVEL},
    sched, verifier,
};

/// What a thread that waits for a lock waits for.
const WHAT: &str = "a reader/writer spin lock";

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

/// Acquires a lock to read, at `DISPATCH_LEVEL`.
pub(crate) fn read(word: &AtomicU32) {
    sched::spin(word.as_ptr().addr(), WHAT, || try_read(word));
}

fn try_write(word: &AtomicU32) -> bool {
    let write = |word| (word & !WRITER_WAITS == 0).then_some(WRITER);
    word.fetch_update(Ordering::Acquire, Ordering::Relaxed, write).is_ok()
}

/// Acquires a lock to write, at `DISPATCH_LEVEL`.
pub(crate) fn write(word: &AtomicU32) {
    sched::spin(word.as_ptr().addr(), WHAT, || {
        let is_acquired = try_write(word);
        if !is_acquired {
            word.fetch_or(WRITER_WAITS, Ordering::Relaxed);
        }
        is_acquired
    });
}

fn report() {
    verifier::report(
        "spin-lock-not-held",
        "https://learn.microsoft.com/en-us/windows-hardware/drivers/kernel/reader-writer-spin-locks",
        format!("{} releases a reader/writer spin lock that is not held so", verifier::caller()),
    );
}

/// Releases a lock that was acquired to read. Reports it if it was not.
pub(crate) fn end_read(word: &AtomicU32) {
    let less = |word: u32| (word & !WRITER_WAITS & !WRITER != 0).then(|| word - 1);
    if word.fetch_update(Ordering::Release, Ordering::Relaxed, less).is_err() {
        report();
    }
    sched::released(word.as_ptr().addr());
}

/// Releases a lock that was acquired to write. Reports it if it was not.
pub(crate) fn end_write(word: &AtomicU32) {
    if word.fetch_and(!WRITER, Ordering::Release) & WRITER == 0 {
        report();
    }
    sched::released(word.as_ptr().addr());
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-exacquirespinlockshared)
unsafe extern "efiapi" fn ExAcquireSpinLockShared(lock: *mut u32) -> KIRQL {
    let before = irql::raise(DISPATCH_LEVEL);
    // SAFETY: the driver passes a lock.
    unsafe { ExAcquireSpinLockSharedAtDpcLevel(lock) };
    before
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-exacquirespinlocksharedatdpclevel)
unsafe extern "efiapi" fn ExAcquireSpinLockSharedAtDpcLevel(lock: *mut u32) {
    // SAFETY: the driver passes a lock.
    read(unsafe { word(lock) });
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-exacquirespinlockexclusive)
unsafe extern "efiapi" fn ExAcquireSpinLockExclusive(lock: *mut u32) -> KIRQL {
    let before = irql::raise(DISPATCH_LEVEL);
    // SAFETY: the driver passes a lock.
    write(unsafe { word(lock) });
    before
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-exacquirespinlockexclusiveatdpclevel)
unsafe extern "efiapi" fn ExAcquireSpinLockExclusiveAtDpcLevel(lock: *mut u32) {
    // SAFETY: the driver passes a lock.
    write(unsafe { word(lock) });
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-extryacquirespinlocksharedatdpclevel)
unsafe extern "efiapi" fn ExTryAcquireSpinLockSharedAtDpcLevel(lock: *mut u32) -> u32 {
    // SAFETY: the driver passes a lock.
    try_read(unsafe { word(lock) }).into()
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-extryacquirespinlockexclusiveatdpclevel)
unsafe extern "efiapi" fn ExTryAcquireSpinLockExclusiveAtDpcLevel(lock: *mut u32) -> u32 {
    // SAFETY: the driver passes a lock.
    try_write(unsafe { word(lock) }).into()
}

/// The caller is a reader, and becomes the writer if it is the only one.
///
/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-extryconvertsharedspinlockexclusive)
unsafe extern "efiapi" fn ExTryConvertSharedSpinLockExclusive(lock: *mut u32) -> u32 {
    // SAFETY: the driver passes a lock.
    let word = unsafe { word(lock) };
    let convert = |word| (word & !WRITER_WAITS == 1).then_some(WRITER);
    word.fetch_update(Ordering::Acquire, Ordering::Relaxed, convert).is_ok().into()
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-exreleasespinlockshared)
unsafe extern "efiapi" fn ExReleaseSpinLockShared(lock: *mut u32, level: KIRQL) {
    // SAFETY: the driver passes a lock.
    end_read(unsafe { word(lock) });
    irql::lower(level);
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-exreleasespinlocksharedfromdpclevel)
unsafe extern "efiapi" fn ExReleaseSpinLockSharedFromDpcLevel(lock: *mut u32) {
    // SAFETY: the driver passes a lock.
    end_read(unsafe { word(lock) });
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-exreleasespinlockexclusive)
unsafe extern "efiapi" fn ExReleaseSpinLockExclusive(lock: *mut u32, level: KIRQL) {
    // SAFETY: the driver passes a lock.
    end_write(unsafe { word(lock) });
    irql::lower(level);
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-exreleasespinlockexclusivefromdpclevel)
unsafe extern "efiapi" fn ExReleaseSpinLockExclusiveFromDpcLevel(lock: *mut u32) {
    // SAFETY: the driver passes a lock.
    end_write(unsafe { word(lock) });
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
