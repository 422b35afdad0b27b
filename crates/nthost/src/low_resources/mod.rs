//! Calls that fail because there is not enough of something.
//!
//! Each function of the kernel that can fail asks [`denies`] before it does anything. What tells two calls
//! apart is the stack of the driver that makes them, as in
//! [Driver Verifier's simulation](https://learn.microsoft.com/en-us/windows-hardware/drivers/devtest/systematic-low-resource-simulation).

mod report;
mod stack_id;

use std::collections::HashMap;

pub use self::{
    report::{CallStack, LowResourcesReport},
    stack_id::{NoStackId, StackId},
};
use crate::{image::Place, sched::Mutex, stack, system::System, thread};

/// Which of the calls that can fail do so because something is short.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum LowResources {
    /// None, and calls are not looked at.
    #[default]
    Off,
    /// None, but their stacks are noted, for the [report](LowResourcesReport).
    Record,
    /// The first call with each of these stacks.
    Fail(Vec<StackId>),
    /// Some of them by chance.
    Random {
        /// What decides which.
        seed: u64,
        /// How many of a hundred. Driver Verifier fails 6.
        percent: u8,
    },
}

/// What is known of the calls of drivers that can fail.
pub(crate) struct State {
    mode: LowResources,
    seen: Mutex<Seen>,
}

struct Seen {
    chance: fastrand::Rng,
    stacks: HashMap<StackId, Known>,
}

/// The calls with one stack.
struct Known {
    function: &'static str,
    stack: Vec<Place>,
    /// Its place in the order of their first calls.
    number: usize,
    calls: u64,
    denied: u64,
}

impl Default for State {
    fn default() -> Self {
        Self::new(LowResources::Off)
    }
}

impl State {
    pub fn new(mode: LowResources) -> Self {
        let chance = match mode {
            LowResources::Random { seed, .. } => fastrand::Rng::with_seed(seed),
            _ => fastrand::Rng::new(),
        };
        let seen = Seen { chance, stacks: HashMap::new() };
        Self { mode, seen: Mutex::new(seen) }
    }

    /// Looks at a call of the driver on this thread.
    #[cold]
    fn look_at(&self, system: &System, function: &'static str) -> bool {
        let stack = system.places(&stack::walk());
        if stack.is_empty() {
            return false;
        }
        let id = StackId::of(function, &stack);
        let mut seen = self.seen.lock();
        let number = seen.stacks.len();
        let Seen { chance, stacks } = &mut *seen;
        let known = stacks.entry(id).or_insert_with(|| Known {
            function,
            stack,
            number,
            calls: 0,
            denied: 0,
        });
        let fails = match &self.mode {
            LowResources::Off | LowResources::Record => false,
            LowResources::Fail(wanted) => known.calls == 0 && wanted.contains(&id),
            LowResources::Random { percent, .. } => chance.u8(0..100) < *percent,
        };
        known.calls += 1;
        known.denied += u64::from(fails);
        fails
    }
}

/// Whether a call of `function` by the driver on this thread is to fail because something is short.
pub(crate) fn denies(function: &'static str) -> bool {
    thread::current(|thread| {
        let state = &thread.system.low_resources;
        state.mode != LowResources::Off && state.look_at(&thread.system, function)
    })
}
