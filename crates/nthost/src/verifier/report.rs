//! Noting that a rule was broken.

use parking_lot::Mutex;

use super::{Check, Code};
use crate::thread;

/// A rule that a driver broke.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    /// A short name of the rule, the same for every time that it is broken.
    pub rule: &'static str,
    /// What stops the system.
    pub code: Code,
    /// The parameters of the bug check; all zero where Windows has none.
    pub parameters: [u64; 4],
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
    /// All that were noted.
    pub fn violations(&self) -> Vec<Violation> {
        self.violations.lock().clone()
    }
}

/// Notes that the driver that this thread runs broke the rule of a check.
pub(super) fn note(check: &'static Check, parameters: [u64; 4], text: String) {
    let Check { rule, code, page, .. } = *check;
    add(Violation { rule, code, parameters, text, page });
}

/// Notes that the driver that this thread runs broke a rule that is not in the catalogue.
pub(crate) fn report(rule: &'static str, page: &'static str, text: impl Into<String>) {
    add(Violation { rule, code: Code::Hosted, parameters: [0; 4], text: text.into(), page });
}

fn add(violation: Violation) {
    thread::system().verifier.violations.lock().push(violation);
}
