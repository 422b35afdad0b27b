//! What is needed to fault at every level.

use wdk_sys::{KIRQL, KSPIN_LOCK, PRKEVENT};

use super::calls;

calls! {
    KeAcquireSpinLockRaiseToDpc(lock: *mut KSPIN_LOCK) -> KIRQL;
    KeReleaseSpinLock(lock: *mut KSPIN_LOCK, level: KIRQL);
    KeBugCheckEx(code: u32, first: u64, second: u64, third: u64, fourth: u64);
    KeReadStateEvent(event: PRKEVENT) -> i32;
}

/// Runs code at `DISPATCH_LEVEL`, in a spin lock.
pub(crate) fn at_dispatch(code: impl FnOnce()) {
    let mut lock: KSPIN_LOCK = 0;
    let level = KeAcquireSpinLockRaiseToDpc(&raw mut lock);
    code();
    KeReleaseSpinLock(&raw mut lock, level);
}
