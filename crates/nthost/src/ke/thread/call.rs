//! Calling drivers.

use std::ptr;

use crate::{
    guest::{Exit, Left},
    ke::irql,
    sched, stack, stop, thread, verifier,
};

/// Calls a routine of a driver, for which the thread is there, and looks at how it left the thread.
/// `routine` says what it is in a report. Once the system has stopped, nothing is called.
///
/// # Safety
///
/// `code` has nothing to drop.
pub(crate) unsafe fn call(routine: &'static str, address: usize, code: impl FnOnce()) -> Left {
    let before = thread::current(|thread| (thread.irql.get(), thread.regions.get()));
    sched::point(routine, address);
    // SAFETY: the contract is the same.
    let left = unsafe { enter(true, code) };
    sched::point("a return of the driver", address);
    if stop::is_stopped() {
        return left;
    }
    let (level, regions) = before;
    let (level_now, regions_now) =
        thread::current(|thread| (thread.irql.get(), thread.regions.replace(regions)));
    if level_now != level {
        irql::lower(level);
        irql::raise(level);
        let name = thread::system().describe(address);
        verifier::report(
            "irql-at-return",
            "https://learn.microsoft.com/en-us/windows-hardware/drivers/kernel/managing-hardware-priorities",
            format!("{routine} {name} was called at IRQL {level} and returned at {level_now}"),
        );
    }
    if regions_now != regions {
        let name = thread::system().describe(address);
        verifier::report(
            "critical-region",
            "https://learn.microsoft.com/en-us/windows-hardware/drivers/kernel/critical-regions-and-guarded-regions",
            format!("{routine} {name} did not leave all regions that it entered"),
        );
    }
    left
}

/// Calls a routine of a driver that answers. Where it is left without an answer, or the system has
/// stopped, the answer is `otherwise`.
///
/// # Safety
///
/// `code` has nothing to drop.
pub(crate) unsafe fn ask<R>(otherwise: R, code: impl FnOnce() -> R) -> R {
    let mut answer = otherwise;
    // SAFETY: the contract is the same.
    unsafe { enter(false, || answer = code()) };
    answer
}

/// Runs code of a driver, which can be left; not if the system has stopped.
///
/// # Safety
///
/// `code` has nothing to drop.
unsafe fn enter(may_exit: bool, code: impl FnOnce()) -> Left {
    if stop::is_stopped() {
        return Left::Exited;
    }
    let mut exit = Exit::default();
    let exit = &raw mut exit;
    let (level, regions, outer) = thread::current(|thread| {
        let outer = (thread.exit.replace(exit), thread.may_exit.replace(may_exit));
        let returns = thread.returns.replace(ptr::null_mut());
        (thread.irql.get(), thread.regions.get(), (outer, returns))
    });
    // SAFETY: it is valid and used by nobody else but through `Exit::leave`.
    let exit = unsafe { &mut *exit };
    // SAFETY: by the contract there is nothing to drop, neither in a driver's frames.
    let left = stack::into_driver(|| unsafe { exit.call(code) });
    thread::current(|thread| {
        let ((exit, may_exit), returns) = outer;
        thread.exit.set(exit);
        thread.may_exit.set(may_exit);
        thread.returns.set(returns);
        if stop::is_stopped() {
            // What the driver had raised or entered is left with it.
            thread.regions.set(regions);
            irql::lower(level);
            irql::raise(level);
            stop::abandon(thread);
        }
    });
    left
}
