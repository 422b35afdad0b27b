//! The stacks of drivers: which of their functions called the kernel, through the kernel's own frames
//! between them.
//!
//! The frames of the kernel's own code are not walked. Instead a thread knows where drivers called the
//! kernel, in an [`edge`](thread::Thread::edge) that every stub writes, and saves that where the kernel
//! calls a driver.

mod depth;
mod frame;
mod memory;
#[cfg(test)]
mod tests;
mod unwind;

pub use self::frame::Frame;
pub(crate) use self::unwind::Unwinder;
pub(crate) use self::{depth::Depth, memory::range};
use crate::thread;

/// The most frames of a stack that are of interest.
const MOST: usize = 64;

/// Where code is, and the registers that functions keep for their callers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Registers {
    pub rip: usize,
    pub rsp: usize,
    /// RBX, RBP, RSI, RDI, and R12 to R15.
    pub kept: [usize; 8],
}

/// Where a driver called the kernel, which called a driver then.
#[derive(Debug)]
pub(crate) struct Outer {
    edge: Registers,
    next: *const Outer,
}

/// Notes that a driver calls the kernel: its registers as they are when the call has returned.
pub(crate) fn left_driver(registers: Registers) {
    thread::current(|thread| {
        thread.caller.set(registers.rip);
        thread.edge.set(registers);
    });
}

/// Calls code of a driver. All calls of drivers by the kernel go through here.
pub(crate) fn into_driver<R>(code: impl FnOnce() -> R) -> R {
    let outer =
        thread::current(|thread| Outer { edge: thread.edge.take(), next: thread.outer.get() });
    thread::current(|thread| thread.outer.set(&raw const outer));
    let result = code();
    thread::current(|thread| {
        thread.caller.set(outer.edge.rip);
        thread.edge.set(outer.edge);
        thread.outer.set(outer.next);
    });
    result
}

/// The calls that the drivers on this thread have under way: that of the kernel first, then that of the
/// function that it was made in, and so on.
///
/// Each is an address within the instruction of the call: one less than where it returns to, which may
/// belong to another line, and even another function.
pub(crate) fn walk() -> Vec<usize> {
    let edge = thread::current(|thread| thread.edge.get());
    walk_from(edge, edge.rip.wrapping_sub(1))
}

/// Where a driver on this thread is, and then the calls that led there as [`walk`] has them.
///
/// `at` stands for the place where the registers are: that itself, or the end of the call if they are
/// those of a return.
pub(crate) fn walk_from(registers: Registers, at: usize) -> Vec<usize> {
    let mut stack = Vec::new();
    thread::current(|thread| {
        let images = thread.system.images.read();
        let (mut registers, mut at) = (registers, at);
        let mut outer = thread.outer.get();
        loop {
            while stack.len() < MOST {
                let image = images.iter().find(|image| image.range().contains(&at));
                let Some(image) = image else { break };
                stack.push(at);
                let calls = at != registers.rip;
                let Some(caller) = image.unwinder().caller(registers, calls) else { break };
                registers = caller;
                at = caller.rip.wrapping_sub(1);
            }
            // SAFETY: what is noted was put there by `into_driver`, which has not returned.
            let Some(next) = (unsafe { outer.as_ref() }) else { return };
            registers = next.edge;
            at = registers.rip.wrapping_sub(1);
            outer = next.next;
        }
    });
    stack
}
