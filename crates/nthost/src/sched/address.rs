//! Waiting for a change of a word, known by its address.

use std::time::Instant;

use parking_lot_core::{DEFAULT_PARK_TOKEN, DEFAULT_UNPARK_TOKEN};

use super::{member, state::Wait};
use crate::stop::TICK;

/// Waits until [`unpark_all`] is called for this address, if `is_so` still. It may return at other times,
/// too.
///
/// The address is one that nobody else parks on, and `is_so` does not panic.
pub(crate) fn park_on(address: usize, what: &'static str, is_so: impl FnOnce() -> bool) {
    if member::is_seeded() {
        if is_so() {
            let wait = Wait { what, key: address, until: None };
            member::with(|member| member.scheduler.wait(member.number, wait));
        }
        return;
    }
    let soon = Some(Instant::now() + TICK);
    // SAFETY: by the contract of this function, and nothing is called that panics or parks.
    unsafe {
        parking_lot_core::park(address, is_so, || {}, |_, _| {}, DEFAULT_PARK_TOKEN, soon);
    }
}

/// Lets all go on that wait at this address.
pub(crate) fn unpark_all(address: usize) {
    member::with(|member| member.scheduler.wake(address, usize::MAX));
    // SAFETY: the address is one that nobody else parks on.
    unsafe { parking_lot_core::unpark_all(address, DEFAULT_UNPARK_TOKEN) };
}
