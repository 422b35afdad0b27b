//! Calling a driver from a thread of the kernel's own.

use crate::{
    guest::{Exit, Left},
    ke::irql,
    thread, verifier,
};

/// Calls a routine of a driver, which can be left without returning, and looks at how it left the
/// thread. `routine` says what it is in a report.
///
/// # Safety
///
/// `code` has nothing to drop.
pub(crate) unsafe fn call(routine: &str, address: usize, code: impl FnOnce()) -> Left {
    let mut exit = Exit::default();
    let exit = &raw mut exit;
    let before = thread::current(|thread| {
        (thread.irql.get(), thread.regions.get(), thread.exit.replace(exit))
    });
    let (level, regions, outer) = before;
    // SAFETY: it is valid and used by nobody else but through `Exit::leave`.
    let exit = unsafe { &mut *exit };
    // SAFETY: by the contract there is nothing to drop, neither in a driver's frames.
    let left = unsafe { exit.call(code) };
    let (level_now, regions_now) = thread::current(|thread| {
        thread.exit.set(outer);
        (thread.irql.get(), thread.regions.replace(regions))
    });
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
