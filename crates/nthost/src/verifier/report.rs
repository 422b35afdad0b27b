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
    /// What happened before to the block, the request or whatever it is about, the oldest first.
    pub history: Vec<String>,
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

/// What is said of a rule that was broken.
pub(super) struct Report {
    /// Where the code is not that of the check.
    pub code: Option<Code>,
    pub parameters: [u64; 4],
    pub text: String,
    /// What happened before to what it is about, the oldest first.
    pub history: Vec<String>,
    /// The driver cannot go on: the system stops in any case.
    pub ends: bool,
}

/// Notes that the driver that this thread runs broke the rule of a check.
pub(super) fn note(check: &'static Check, report: Report) {
    let Check { rule, page, .. } = *check;
    let Report { code, parameters, text, history, ends } = report;
    let code = code.unwrap_or(check.code);
    let system = thread::system();
    let mut frames = Vec::new();
    if !system.stop.is_stopped() {
        let fault = thread::current(|thread| thread.fault.get());
        let walk = fault.map_or_else(stack::walk, |fault| fault.walk(&system));
        frames = system.frames(&walk);
    }
    let mut violations = system.verifier.violations.lock();
    if system.stop.is_stopped() {
        // What a stopped kernel does wrong is no fault of a driver.
        return;
    }
    let violation = Violation { rule, code, parameters, stack: frames, text, page, history };
    if ends || system.verifier.stops.load(Ordering::Relaxed) {
        let Violation { rule, code, parameters, stack, text, page, history } = violation.clone();
        let (sentence, seeds) = (check.sentence(), system.seeds.clone());
        let stop = Stop { code, parameters, rule, sentence, text, page, stack, history, seeds };
        system.stop.set(stop);
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
