//! A life of a driver, in which something may be short.

use nthost::{CallStack, Driver, Kernel, LoadError, LowResources, Violation};

use super::session::{Session, Subject};
use crate::driver_file;

/// The most sessions of a life, and how many it has at least.
const SESSIONS: std::ops::RangeInclusive<u32> = 2..=4;
/// How often loading is tried.
const LOADS: u32 = 200;

/// How a life went.
#[derive(Debug, Default)]
pub struct Lived {
    /// The stacks of all calls that can fail.
    pub stacks: Vec<CallStack>,
    /// How many calls failed because something was said to be short.
    pub denied: u64,
    /// What was wrong, in sentences.
    pub problems: Vec<String>,
}

/// Lives once.
pub(super) fn live(driver: &str, subject: Box<dyn Subject>, which: LowResources) -> Lived {
    let by_chance = matches!(which, LowResources::Random { .. });
    let kernel = subject.builder().processors(2).low_resources(which).build();
    let kernel = kernel.expect("the kernel starts");
    let mut run = Run { kernel, subject, by_chance, problems: Vec::new() };
    run.subject.prepare(&run.kernel);
    if let Some(driver) = run.load(driver) {
        run.sessions();
        run.unload(driver);
    }
    run.end()
}

/// How many calls have failed because something was said to be short.
pub(super) fn denied(kernel: &Kernel) -> u64 {
    kernel.low_resources_report().stacks.iter().map(|stack| stack.denied).sum()
}

struct Run {
    kernel: Kernel,
    subject: Box<dyn Subject>,
    /// Whether something may be short at any time.
    by_chance: bool,
    problems: Vec<String>,
}

impl Run {
    fn denied(&self) -> u64 {
        denied(&self.kernel)
    }

    /// Loads the driver; again if something was short, which leaves nothing behind.
    fn load(&mut self, driver: &str) -> Option<Driver> {
        for _ in 0..LOADS {
            let before = self.denied();
            match self.kernel.load(driver_file(driver)) {
                Ok(driver) => return Some(driver),
                Err(LoadError::EntryFailed { .. }) if self.denied() > before => {}
                Err(error) => {
                    self.problems.push(error.to_string());
                    return None;
                }
            }
            let left = self.kernel.leftovers();
            self.problems.extend(left.into_iter().map(|left| format!("DriverEntry left: {left}")));
            if self.kernel.stopped().is_some() {
                return None;
            }
        }
        self.problems.push(format!("{driver} did not load in {LOADS} times"));
        None
    }

    /// Sessions, until one succeeds after what was short. One fails only if something was short during it or
    /// the one before.
    fn sessions(&mut self) {
        // Before the session before.
        let mut earlier = 0;
        for number in 1..=*SESSIONS.end() {
            let before = self.denied();
            let Session { failed, wrong } = self.subject.session(&self.kernel);
            self.problems
                .extend(wrong.into_iter().map(|wrong| format!("session {number}: {wrong}")));
            if self.kernel.stopped().is_some() {
                return;
            }
            match failed {
                Some(failed) if self.denied() == earlier => {
                    self.problems.push(format!("session {number} with nothing short: {failed}"));
                }
                None if number >= *SESSIONS.start() && !self.by_chance => return,
                _ => {}
            }
            earlier = before;
        }
    }

    fn unload(&mut self, driver: Driver) {
        let wrong = self.subject.settle(&self.kernel);
        self.problems.extend(wrong);
        match driver.unload() {
            Ok(unloaded) => {
                let left = unloaded.leftovers().iter();
                self.problems.extend(left.map(|left| format!("left behind: {left}")));
            }
            Err(error) => self.problems.push(error.to_string()),
        }
    }

    fn end(mut self) -> Lived {
        self.problems.extend(self.kernel.violations().iter().map(describe));
        let stacks = self.kernel.low_resources_report().stacks;
        Lived { stacks, denied: self.denied(), problems: self.problems }
    }
}

fn describe(violation: &Violation) -> String {
    let frames = violation.stack.iter().map(|frame| format!("\n        {frame}"));
    let history = violation.history.iter().map(|event| format!("\n        before: {event}"));
    let lines: String = frames.chain(history).collect();
    format!("{}: {}{lines}", violation.rule, violation.text)
}
