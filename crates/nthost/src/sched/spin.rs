//! Waiting for something that comes soon, without sleeping.

use std::{hint, thread};

use super::{member, state::Wait};
use crate::{overtime, stop};

/// Lets others go on, who may do what this thread waits for.
pub(crate) fn yield_now() {
    if member::with(|member| member.scheduler.give_way(member.number, "a look again")).is_none() {
        thread::yield_now();
    }
}

/// Tries to acquire what is at this address until that succeeds, or the kernel has stopped. Whoever
/// gives it back calls [`released`].
pub(crate) fn spin(address: usize, what: &'static str, mut succeeds: impl FnMut() -> bool) {
    let mut spins = 0_u32;
    while !succeeds() {
        let wait = Wait { what, key: address, until: None };
        let waited = member::with(|member| member.scheduler.wait(member.number, wait));
        if waited.is_some() {
            continue;
        }
        if stop::is_stopped() {
            return;
        }
        overtime::look();
        // The host may have taken the processor from the holder.
        if spins < 64 {
            hint::spin_loop();
        } else {
            thread::yield_now();
        }
        spins = spins.saturating_add(1);
    }
}

/// What is at this address was given back.
#[inline]
pub(crate) fn released(address: usize) {
    member::with(|member| member.scheduler.wake(address, usize::MAX));
}
