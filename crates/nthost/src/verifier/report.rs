//! Noting that a rule was broken.

use std::sync::atomic::{AtomicBool, Ordering};

use super::{Check, Code};
use crate::{
    sched::Mutex,
    stack::{self, Frame},
    stop::{Response, Stop},
    thread,
};

/// A rule that a driver broke.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    /// A short name of the rule, the same for every time that it is broken.
    pub rule: &'static str,
    /// What stops the system.
    pub code: Code,
    /// The parameters of the bug check; all zero where Windows has none.
    pub parameters: [u64; 4],
    /// The functions of drivers that led there, the innermost first.
    pub stack: Vec<Frame>,
    /// What happened, in a sentence.
    pub text: String,
    /// The page that states the rule.
    pub page: &'static str,
}

/// The rules that were broken so far.
#[derive(Default)]
pub(crate) struct Verifier {
    violations: Mutex<Vec<Violation>>,
    stops: AtomicBool,
}

impl Verifier {
    /// What happens when a rule is broken. Without this call the kernel goes on.
    pub fn set_response(&self, response: Response) {
        self.stops.store(response == Response::Stop, Ordering::Relaxed);
    }

    /// All that were noted. Behind one that stops the system there is no other.
    pub fn violations(&self) -> Vec<Violation> {
        self.violations.lock().clone()
    }
}

/// Notes that the driver that this thread runs broke the rule of a check.
pub(super) fn note(check: &'static Check, parameters: [u64; 4], text: String) {
    let Check { rule, code, page, .. } = *check;
    add(
        Violation { rule, code, parameters, stack: Vec::new(), text, page },
        || check.sentence(),
        None,
    );
}

/// Notes that the driver that this thread runs cannot go on: the system stops in any case. `code` is the
/// one that the driver gave, where the check has none.
pub(super) fn note_end(
    check: &'static Check,
    code: Option<Code>,
    parameters: [u64; 4],
    text: String,
    history: Vec<String>,
) {
    let Check { rule, page, .. } = *check;
    let code = code.unwrap_or(check.code);
    add(
        Violation { rule, code, parameters, stack: Vec::new(), text, page },
        || check.sentence(),
        Some(history),
    );
}

/// `history` is there if the driver cannot go on.
fn add(mut violation: Violation, sentence: impl FnOnce() -> String, history: Option<Vec<String>>) {
    let system = thread::system();
    if !system.stop.is_stopped() {
        let fault = thread::current(|thread| thread.fault.get());
        let walk = fault.map_or_else(stack::walk, |fault| fault.walk(&system));
        violation.stack = system.frames(&walk);
    }
    let mut violations = system.verifier.violations.lock();
    if system.stop.is_stopped() {
        // What a stopped kernel does wrong is no fault of a driver.
        return;
    }
    if history.is_some() || system.verifier.stops.load(Ordering::Relaxed) {
        let Violation { rule, code, parameters, stack, text, page } = violation.clone();
        let (sentence, history) = (sentence(), history.unwrap_or_default());
        system.stop.set(Stop { code, parameters, rule, sentence, text, page, stack, history });
    }
    violations.push(violation);
    drop(violations);
    if let Some(scheduler) = &system.scheduler
        && system.stop.is_stopped()
    {
        // Nobody waits any more for what others do not do any more.
        scheduler.finish();
    }
}
