//! Rules that drivers break.

use std::ops::RangeInclusive;

use parking_lot::Mutex;

use crate::{ke, thread};

/// A rule that a driver broke.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    /// A short name of the rule, the same for every time that it is broken.
    pub rule: &'static str,
    /// What happened, in a sentence.
    pub text: String,
    /// The page that states the rule.
    pub page: &'static str,
}

/// The rules that were broken so far.
#[derive(Default)]
pub(crate) struct Verifier {
    violations: Mutex<Vec<Violation>>,
}

impl Verifier {
    /// Notes that a rule was broken.
    pub fn report(&self, violation: Violation) {
        self.violations.lock().push(violation);
    }

    /// All that were noted.
    pub fn violations(&self) -> Vec<Violation> {
        self.violations.lock().clone()
    }
}

/// Notes that the driver that this thread runs broke a rule.
pub(crate) fn report(rule: &'static str, page: &'static str, text: impl Into<String>) {
    thread::system().verifier.report(Violation { rule, text: text.into(), page });
}

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
