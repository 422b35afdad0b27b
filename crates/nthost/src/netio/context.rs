//! Whether this thread runs driver code that the provider called.
//!
//! What a driver may do depends on it: completion routines start no request of WSK, and neither they
//! nor event callbacks wait for one.

use std::cell::Cell;

use super::rules;
use crate::{ke, nt::KIRQL, sched, verifier};

thread_local! {
    static COMPLETIONS: Cell<u32> = const { Cell::new(0) };
    static CALLBACKS: Cell<u32> = const { Cell::new(0) };
}

/// Goes back to what was before.
struct Leave(&'static std::thread::LocalKey<Cell<u32>>);

impl Drop for Leave {
    fn drop(&mut self) {
        self.0.set(self.0.get() - 1);
    }
}

/// Runs `code`, which completes a request.
pub(super) fn in_completion<R>(code: impl FnOnce() -> R) -> R {
    COMPLETIONS.set(COMPLETIONS.get() + 1);
    let _leave = Leave(&COMPLETIONS);
    code()
}

/// Runs `code`, which calls an event callback.
pub(super) fn in_callback<R>(code: impl FnOnce() -> R) -> R {
    CALLBACKS.set(CALLBACKS.get() + 1);
    let _leave = Leave(&CALLBACKS);
    code()
}

/// Checks that a driver may call a function here that is for this level and those below.
pub(super) fn check_level(function: &'static str, most: KIRQL) {
    sched::point(function, 0);
    let level = ke::irql::current();
    if level > most {
        rules::LEVEL
            .broken(format!("{function} was called at IRQL {level}, which allows 0 to {most}"));
    }
}

/// Checks that a driver may start a request here.
pub(super) fn check_request(function: &str) {
    if COMPLETIONS.get() > 0 {
        rules::CALL_IN_COMPLETION
            .broken(format!("{function} was called inside of the completion of another request"));
    }
}

/// Checks that a driver may wait here. Called by the kernel's waits.
pub(crate) fn check_wait() {
    let place = match (COMPLETIONS.get(), CALLBACKS.get()) {
        (0, 0) => return,
        (0, _) => "an event callback",
        _ => "a completion routine",
    };
    rules::WAIT_IN_WSK.broken(format!("{} waits inside of {place} of WSK", verifier::caller()));
}
