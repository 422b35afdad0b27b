//! Semaphores.

use std::sync::atomic::Ordering;

use super::{object::Object, wait::Locked};
use crate::{
    export::{Export, exports},
    nt::{
        BOOLEAN, DISPATCH_LEVEL, HIGH_LEVEL, KPRIORITY, KSEMAPHORE, PASSIVE_LEVEL, SemaphoreObject,
    },
    sched,
    verifier::catalogue::locks::SEMAPHORE_LIMIT,
};

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-keinitializesemaphore)
unsafe extern "efiapi" fn KeInitializeSemaphore(
    semaphore: *mut KSEMAPHORE,
    count: i32,
    limit: i32,
) {
    // SAFETY: the driver passes memory for a semaphore, which begins with the head of an object.
    unsafe { Object::initialize_for_driver(semaphore.cast(), SemaphoreObject, count) };
    // SAFETY: as above.
    unsafe { (*semaphore).Limit = limit };
}

/// Where Windows raises `STATUS_SEMAPHORE_LIMIT_EXCEEDED`, a rule is broken and nothing changes.
///
/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-kereleasesemaphore)
unsafe extern "efiapi" fn KeReleaseSemaphore(
    semaphore: *mut KSEMAPHORE,
    _increment: KPRIORITY,
    adjustment: i32,
    _wait: BOOLEAN,
) -> i32 {
    // SAFETY: the driver passes a semaphore.
    let object = unsafe { Object::new(semaphore.cast()) };
    if !object.is_initialized("KeReleaseSemaphore") {
        return 0;
    }
    // SAFETY: as above; the limit does not change.
    let limit = unsafe { (*semaphore).Limit };
    let mut locked = Locked::new(&[object]);
    let before = object.state().load(Ordering::SeqCst);
    let after = before.checked_add(adjustment).filter(|&after| adjustment > 0 && after <= limit);
    let Some(after) = after else {
        drop(locked);
        SEMAPHORE_LIMIT.broken_by_caller(&format!(
            "adds {adjustment} to a semaphore whose count is {before} of {limit}"
        ));
        return before;
    };
    object.state().store(after, Ordering::SeqCst);
    let released = locked.offer(object, false);
    drop(locked);
    released.wake();
    sched::point("a signal", 0);
    before
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-kereadstatesemaphore)
unsafe extern "efiapi" fn KeReadStateSemaphore(semaphore: *mut KSEMAPHORE) -> i32 {
    // SAFETY: the driver passes a semaphore.
    unsafe { Object::new(semaphore.cast()) }.state().load(Ordering::SeqCst)
}

pub(super) const EXPORTS: &[Export] = exports! {
    KeInitializeSemaphore: PASSIVE_LEVEL..=PASSIVE_LEVEL;
    KeReadStateSemaphore: PASSIVE_LEVEL..=HIGH_LEVEL;
    KeReleaseSemaphore: PASSIVE_LEVEL..=DISPATCH_LEVEL;
};
