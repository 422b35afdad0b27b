//! Waiting for objects.

mod exports;
mod limit;
mod table;
mod waiter;
mod waiting;

use std::sync::{Arc, atomic::Ordering};

use super::{irql, object::Object, thread::ThreadObject};
use crate::{
    ndis::PowerWait,
    netio,
    nt::{APC_LEVEL, DISPATCH_LEVEL},
    sched, stop, thread,
    verifier::{self, catalogue::locks as rules},
};

pub(super) use exports::EXPORTS;
pub(crate) use limit::Limit;
pub(crate) use table::waited_within;
#[cfg(test)]
pub(super) use table::waiters;
pub(super) use table::{Locked, is_waited_for};
use waiter::Waiter;
pub(super) use waiting::Waiting;
pub(crate) use waiting::describe;

/// Waits until one of the objects is signaled, or all of them at once. Returns the index of the one, or
/// zero; none if the time was over before, or the kernel has stopped.
pub(super) fn wait(objects: &[Object], all: bool, limit: Limit) -> Option<usize> {
    check_level(limit);
    wait_now(objects, all, limit)
}

/// Does the same as [`wait`] for a thread that may wait.
fn wait_now(objects: &[Object], all: bool, limit: Limit) -> Option<usize> {
    let power_wait = if limit.is_over() { None } else { PowerWait::begin() };
    if let Some(wait) = power_wait {
        let found = block(objects, all, limit.at_most(PowerWait::end()));
        // A wait that was to be shorter may have been for something else.
        if found.is_some() || limit.is_over() {
            return found;
        }
        wait.report();
    }
    block(objects, all, limit)
}

fn block(objects: &[Object], all: bool, limit: Limit) -> Option<usize> {
    if let [object] = objects
        && object.stays_signaled()
        && object.state().load(Ordering::Acquire) > 0
    {
        return Some(0);
    }
    let current = thread::current(|thread| Arc::clone(&thread.object));
    let mut locked = Locked::new(objects);
    let found = look(objects, all, &current);
    if found.is_some() || limit.is_over() {
        return found;
    }
    let together = if all { objects.into() } else { Box::default() };
    let waiter = Arc::new(Waiter::new(current, together));
    for (key, &object) in objects.iter().enumerate() {
        locked.add(object, key, &waiter);
    }
    drop(locked);
    let found = below_dispatch(|| waiter.sleep(objects, limit));
    stop::look();
    // Who ended a wait for a single object removed its only entry.
    if found.is_none() || objects.len() > 1 {
        Locked::new(objects).remove(&waiter);
    }
    found
}

/// Takes what is signaled now, for a thread that has locked the objects.
fn look(objects: &[Object], all: bool, thread: &ThreadObject) -> Option<usize> {
    if all {
        let signaled = objects.iter().all(|object| object.is_signaled_for(thread));
        return signaled.then(|| {
            for object in objects {
                object.release(thread);
            }
            0
        });
    }
    let found = objects.iter().position(|object| object.is_signaled_for(thread))?;
    objects[found].release(thread);
    Some(found)
}

/// A thread may not wait at `DISPATCH_LEVEL`, not even for what is signaled already, and not while a
/// provider calls it.
fn check_level(limit: Limit) {
    if limit.is_over() {
        return;
    }
    netio::check_wait();
    if irql::current() >= DISPATCH_LEVEL {
        rules::WAIT.broken_with(
            [irql::current().into(), 0, 0],
            format!("{} waits at IRQL {}", verifier::caller(), irql::current()),
        );
    }
}

/// Runs `code`, which blocks, so that it holds no processor: others could not go on without it.
pub(super) fn below_dispatch<R>(code: impl FnOnce() -> R) -> R {
    let level = irql::current();
    irql::lower(APC_LEVEL);
    let result = code();
    irql::raise(level);
    result
}

/// Waits until the time is over.
pub(crate) fn sleep(limit: Limit) {
    check_level(limit);
    let power_wait = if limit.is_over() { None } else { PowerWait::begin() };
    if let Some(wait) = power_wait {
        doze(limit.at_most(PowerWait::end()));
        wait.report();
    }
    doze(limit);
}

fn doze(limit: Limit) {
    below_dispatch(|| {
        sched::yield_now();
        let mut known = None;
        while !limit.is_over() && !stop::is_stopped() {
            sched::doze(limit.end());
            known.get_or_insert_with(|| waiting::note(&[]));
        }
    });
    stop::look();
}
