//! Rules that drivers break.

pub(crate) mod bug_check;
pub(crate) mod catalogue;
mod check;
mod contract;
mod cure;
mod explain;
mod report;

use std::ops::RangeInclusive;

use crate::{ke, thread};

pub use catalogue::checks;
pub use check::{Check, Code};
pub use explain::checks_for;
pub(crate) use report::Verifier;
pub use report::Violation;

/// Where the driver that this thread runs called the kernel last, for a report.
pub(crate) fn caller() -> String {
    thread::current(|thread| match thread.caller.get() {
        0 => "the kernel".to_owned(),
        address => thread.system.describe(address),
    })
}

/// Checks that a function is called at a level that it may be called at.
pub(crate) fn check_irql(name: &str, allowed: &RangeInclusive<u8>, caller: usize) {
    let level = ke::irql::current();
    if !allowed.contains(&level) {
        wrong_level(name, allowed, level, caller);
    } else if name.starts_with("Zw") && ke::region::are_all_apcs_disabled() {
        let caller_name = thread::system().describe(caller);
        catalogue::irql::ZW.broken_with(
            [caller as u64, level.into(), 0],
            format!("{caller_name} called {name} in a guarded region"),
        );
    }
}

#[cold]
fn wrong_level(name: &str, allowed: &RangeInclusive<u8>, level: u8, caller: usize) {
    let (least, most) = (allowed.start(), allowed.end());
    let caller_name = thread::system().describe(caller);
    let text =
        format!("{caller_name} called {name} at IRQL {level}, which allows {least} to {most}");
    let check = contract::of(name);
    if check == catalogue::irql::ZW {
        check.broken_with([caller as u64, level.into(), 1], text);
    } else {
        check.broken_with([level.into(), 0, 0], text);
    }
}
