//! How much of a thread's stack drivers use.
//!
//! Windows gives a thread 24 KiB in the kernel. Here the stack is one of the host, and the kernel's own frames
//! on it are not those of Windows: only what drivers use is counted, at each call of the kernel.
//!
//! [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/kernel/using-the-kernel-stack)

use std::cell::Cell;

use super::memory;
use crate::{
    thread,
    verifier::{self, catalogue::fault::STACK},
};

/// The most bytes that drivers may use of a stack: 24 KiB, without those that the kernel of Windows needs
/// itself to call a driver and to do what the driver calls.
pub(crate) const MOST: usize = 20 * 1024;

/// What drivers use of the stack of a thread.
#[derive(Default)]
pub(crate) struct Depth {
    /// Where the stack was when the kernel called the driver that runs.
    start: Cell<usize>,
    /// What the drivers use that called the kernel before that.
    before: Cell<usize>,
    /// The most that was used so far.
    deepest: Cell<usize>,
}

/// What was so before a driver was called.
pub(crate) struct Outer {
    start: usize,
    before: usize,
}

impl Depth {
    /// The kernel calls a driver, from here on the stack; a driver that called the kernel did so at `called`,
    /// or none did.
    pub fn enter(&self, here: usize, called: Option<usize>) -> Outer {
        let outer = Outer { start: self.start.get(), before: self.before.get() };
        let used = called.map_or(0, |called| outer.start.saturating_sub(called));
        self.start.set(here);
        self.before.set(outer.before + used);
        outer
    }

    /// The driver has returned.
    pub fn leave(&self, outer: &Outer) {
        self.start.set(outer.start);
        self.before.set(outer.before);
    }

    /// Whether a driver that calls the kernel does so from another stack than that of the thread.
    pub fn is_elsewhere(&self, here: usize) -> bool {
        let start = self.start.get();
        // On a thread that no driver was called on, there is nothing to count from.
        start != 0 && !(memory::range().start..start).contains(&here)
    }

    /// A driver calls the kernel, from here on the stack.
    pub fn call(&self, here: usize) {
        let used = self.before.get() + self.start.get().saturating_sub(here);
        // On a thread that no driver was called on, there is nothing to count from.
        if used > self.deepest.get() && self.start.get() != 0 {
            self.deepest.set(used);
            if used > MOST {
                overflow(used);
            }
        }
    }

    /// The most that was used.
    pub fn deepest(&self) -> usize {
        self.deepest.get()
    }
}

#[cold]
fn overflow(used: usize) {
    let irql = thread::current(|thread| thread.irql.get());
    STACK.broken_with(
        [0; 3],
        format!(
            "{} has used {used} bytes of the stack with its callers, at IRQL {irql}; {MOST} are for drivers",
            verifier::caller(),
        ),
    );
}
