//! Rules that drivers break.

pub(crate) mod catalogue;
mod check;
mod report;

use std::ops::RangeInclusive;

use crate::{ke, thread};

pub use catalogue::checks;
pub use check::{Check, Code};
pub use report::Violation;
pub(crate) use report::{Verifier, report};

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
        let (least, most) = (allowed.start(), allowed.end());
        let caller = thread::system().describe(caller);
        report(
            "irql",
            "https://learn.microsoft.com/en-us/windows-hardware/drivers/kernel/managing-hardware-priorities",
            format!("{caller} called {name} at IRQL {level}, which allows {least} to {most}"),
        );
    }
}
