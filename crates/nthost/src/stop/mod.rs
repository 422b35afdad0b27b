//! The stop of the kernel, when a driver breaks a rule.
//!
//! Windows stops at once. Here a process goes on, so every thread leaves the code of drivers instead: at
//! the next call of the kernel, or when the one that is under way returns. It goes on where the kernel
//! had called the driver, as if that had failed, and no driver is called any more.

mod leave;
#[cfg(test)]
mod tests;
mod text;
mod wait;

use std::sync::{
    OnceLock,
    atomic::{AtomicBool, Ordering},
};

use serde::Serialize;

use crate::{stack::Frame, thread, verifier::Code};

pub(crate) use leave::{abandon, leave};
pub(crate) use wait::{TICK, wait, wait_until};

/// What happens when a driver breaks a rule.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Response {
    /// The kernel stops: no code of a driver runs any more, and whatever programs ask for fails.
    #[default]
    Stop,
    /// It is noted, and the kernel goes on as well as it can. It stops only if a driver cannot go on: if
    /// that stops the system itself, or faults.
    GoOn,
}

/// Why a kernel has stopped.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Stop {
    /// The code: Windows' own where it has one.
    pub code: Code,
    /// The parameters of the bug check; all zero where Windows has none.
    pub parameters: [u64; 4],
    /// The short name of the rule that was broken.
    pub rule: &'static str,
    /// The rule, in a sentence.
    pub sentence: String,
    /// What happened, in a sentence.
    pub text: String,
    /// The page that states the rule.
    pub page: &'static str,
    /// Where the driver was: the function that broke the rule, its caller, and so on.
    pub stack: Vec<Frame>,
    /// What happened before to the block, the request or whatever it is about, the oldest first.
    pub history: Vec<String>,
    /// The seeds that the kernel was made with, each with what follows from it.
    pub seeds: Vec<String>,
}

/// Whether a kernel has stopped, and why.
#[derive(Default)]
pub(crate) struct State {
    is_stopped: AtomicBool,
    stop: OnceLock<Stop>,
}

impl State {
    pub fn is_stopped(&self) -> bool {
        self.is_stopped.load(Ordering::Relaxed)
    }

    /// Why it has stopped, if it has.
    pub fn get(&self) -> Option<&Stop> {
        self.stop.get()
    }

    /// The kernel stops. Does nothing if it has stopped already.
    pub fn set(&self, stop: Stop) {
        // Only the first reason counts; the others follow from it.
        if self.stop.set(stop).is_ok() {
            self.is_stopped.store(true, Ordering::Release);
        }
        look();
    }
}

/// True if the kernel that this thread is inside of has stopped.
pub(crate) fn is_stopped() -> bool {
    thread::is(|thread| thread.system.stop.is_stopped())
}

/// Has a call of the kernel that comes to its end not return to the driver, if the kernel has stopped.
pub(crate) fn look() {
    thread::current(|thread| {
        if thread.system.stop.is_stopped() {
            abandon(thread);
        }
    });
}
