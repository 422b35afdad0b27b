//! Run-down protection: waiting until all who use something have ceased to.
//!
//! The word counts users in units of two. The lowest bit says that the thing is being run down, or has
//! been, and nobody may begin to use it.

use std::sync::atomic::{AtomicUsize, Ordering};

use crate::{
    export::{Export, exports},
    nt::{
        APC_LEVEL, BOOLEAN, DISPATCH_LEVEL, EX_RUNDOWN_ACTIVE, EX_RUNDOWN_COUNT_INC,
        EX_RUNDOWN_COUNT_SHIFT, EX_RUNDOWN_REF, PASSIVE_LEVEL,
    },
    sched::{self, park_on, unpark_all},
    stop,
    verifier::catalogue::locks::RUNDOWN,
};

/// # Safety
///
/// `protection` is valid as long as the result is used.
pub(super) unsafe fn word<'a>(protection: *mut EX_RUNDOWN_REF) -> &'a AtomicUsize {
    // SAFETY: by the contract, and all change it in this way.
    unsafe { AtomicUsize::from_ptr(protection.cast()) }
}

/// Adds users; false if the thing is run down.
pub(super) fn acquire(word: &AtomicUsize, users: u32) -> bool {
    let add = users as usize * EX_RUNDOWN_COUNT_INC;
    let allowed = |count: usize| (count & EX_RUNDOWN_ACTIVE == 0).then(|| count + add);
    word.fetch_update(Ordering::Acquire, Ordering::Relaxed, allowed).is_ok()
}

/// Takes users away. Behind the last one the word may be gone.
pub(super) fn release(word: &AtomicUsize, users: u32) {
    let remove = users as usize * EX_RUNDOWN_COUNT_INC;
    let key = word.as_ptr().addr();
    let less = |count: usize| (count >= remove).then(|| count - remove);
    match word.fetch_update(Ordering::Release, Ordering::Relaxed, less) {
        Ok(before) if before - remove == EX_RUNDOWN_ACTIVE => {
            unpark_all(key);
            sched::point("the release of run-down protection", 0);
        }
        Ok(_) => {}
        Err(count) => RUNDOWN.broken_by_caller(&format!(
            "releases run-down protection {users} times that is held {} times",
            count >> EX_RUNDOWN_COUNT_SHIFT,
        )),
    }
}

/// Lets nobody begin to use the thing, and waits until nobody uses it.
pub(super) fn wait(word: &AtomicUsize) {
    word.fetch_or(EX_RUNDOWN_ACTIVE, Ordering::AcqRel);
    while word.load(Ordering::Acquire) != EX_RUNDOWN_ACTIVE && !stop::is_stopped() {
        let is_used = || word.load(Ordering::Relaxed) != EX_RUNDOWN_ACTIVE;
        park_on(word.as_ptr().addr(), "the end of run-down protection", is_used);
    }
}

/// Lets the thing be used again that was run down.
pub(super) fn restart(word: &AtomicUsize) {
    if word.swap(0, Ordering::AcqRel) != EX_RUNDOWN_ACTIVE {
        RUNDOWN.broken_by_caller("reinitializes run-down protection before rundown");
    }
}

/// Notes that the thing is run down.
pub(super) fn finish(word: &AtomicUsize) {
    word.store(EX_RUNDOWN_ACTIVE, Ordering::Release);
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-exinitializerundownprotection)
unsafe extern "efiapi" fn ExInitializeRundownProtection(protection: *mut EX_RUNDOWN_REF) {
    // SAFETY: the driver passes memory for it.
    unsafe { protection.write(EX_RUNDOWN_REF::default()) };
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-exreinitializerundownprotection)
unsafe extern "efiapi" fn ExReInitializeRundownProtection(protection: *mut EX_RUNDOWN_REF) {
    // SAFETY: the driver passes one.
    restart(unsafe { word(protection) });
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-exacquirerundownprotection)
unsafe extern "efiapi" fn ExAcquireRundownProtection(protection: *mut EX_RUNDOWN_REF) -> BOOLEAN {
    // SAFETY: the driver passes one.
    acquire(unsafe { word(protection) }, 1).into()
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-exacquirerundownprotectionex)
unsafe extern "efiapi" fn ExAcquireRundownProtectionEx(
    protection: *mut EX_RUNDOWN_REF,
    users: u32,
) -> BOOLEAN {
    // SAFETY: the driver passes one.
    acquire(unsafe { word(protection) }, users).into()
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-exreleaserundownprotection)
unsafe extern "efiapi" fn ExReleaseRundownProtection(protection: *mut EX_RUNDOWN_REF) {
    // SAFETY: the driver passes one.
    release(unsafe { word(protection) }, 1);
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-exreleaserundownprotectionex)
unsafe extern "efiapi" fn ExReleaseRundownProtectionEx(
    protection: *mut EX_RUNDOWN_REF,
    users: u32,
) {
    // SAFETY: the driver passes one.
    release(unsafe { word(protection) }, users);
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-exwaitforrundownprotectionrelease)
unsafe extern "efiapi" fn ExWaitForRundownProtectionRelease(protection: *mut EX_RUNDOWN_REF) {
    // SAFETY: the driver passes one.
    wait(unsafe { word(protection) });
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-exrundowncompleted)
unsafe extern "efiapi" fn ExRundownCompleted(protection: *mut EX_RUNDOWN_REF) {
    // SAFETY: the driver passes one.
    finish(unsafe { word(protection) });
}

pub(super) const EXPORTS: &[Export] = exports! {
    ExAcquireRundownProtection: PASSIVE_LEVEL..=DISPATCH_LEVEL;
    ExAcquireRundownProtectionEx: PASSIVE_LEVEL..=DISPATCH_LEVEL;
    ExInitializeRundownProtection: PASSIVE_LEVEL..=APC_LEVEL;
    ExReInitializeRundownProtection: PASSIVE_LEVEL..=APC_LEVEL;
    ExReleaseRundownProtection: PASSIVE_LEVEL..=DISPATCH_LEVEL;
    ExReleaseRundownProtectionEx: PASSIVE_LEVEL..=DISPATCH_LEVEL;
    ExRundownCompleted: PASSIVE_LEVEL..=APC_LEVEL;
    ExWaitForRundownProtectionRelease: PASSIVE_LEVEL..=APC_LEVEL;
};
