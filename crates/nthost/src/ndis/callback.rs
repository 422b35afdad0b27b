//! Whether this thread runs a handler of a driver that NDIS has called.

use std::cell::Cell;

use crate::ke;

thread_local! {
    static DEPTH: Cell<u32> = const { Cell::new(0) };
}

/// Calls a handler of a driver. `handler` says which it is in a report; `code` has nothing to drop.
///
/// All calls of drivers by NDIS go through here.
pub(super) fn call(handler: &str, address: usize, code: impl FnOnce()) {
    DEPTH.set(DEPTH.get() + 1);
    // SAFETY: callers see to it that there is nothing to drop.
    unsafe { ke::thread::call(handler, address, code) };
    DEPTH.set(DEPTH.get() - 1);
}

/// Whether this thread is inside of a handler.
pub(super) fn is_inside() -> bool {
    DEPTH.get() > 0
}
