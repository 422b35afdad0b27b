//! What a thread does that has faulted, or that cannot use its stack.

use core::arch::naked_asm;

use super::{Fault, classify, reserve};
use crate::{
    overtime, stop, thread,
    verifier::{self, catalogue::fault::OTHER_STACK},
};

/// Where a thread goes on that has faulted, on the stack for reports.
pub(super) extern "C" fn begin() -> ! {
    let (fault, system) = thread::current(|thread| (thread.fault.get(), thread.system.clone()));
    if let Some(fault) = fault {
        if fault.exception == Fault::INTERRUPTED {
            overtime::end(Some(&fault));
        } else {
            let verdict = classify::classify(&system, &fault);
            verdict.check.ends_after(verdict.parameters, verdict.text, verdict.history);
        }
    }
    drop(system);
    thread::current(|thread| thread.fault.set(None));
    crate::ex::slist::unlock();
    stop::leave();
    // Such a thread runs a driver, or else its fault is not handled.
    std::process::abort();
}

/// Says that a driver has called the kernel from a stack of its own, which may have no room for the kernel; and
/// leaves the driver.
#[cold]
pub(crate) fn on_other_stack() {
    if let Some(end) = reserve::end() {
        // SAFETY: the stack is mapped, and used by this only.
        unsafe { switch(end, begin_other_stack) };
    }
}

/// Calls a function on another stack.
///
/// # Safety
///
/// The stack ends there, and has room for it.
#[unsafe(naked)]
unsafe extern "C" fn switch(end: usize, function: extern "C" fn() -> !) -> ! {
    naked_asm!("mov rsp, rdi", "call rsi", "ud2")
}

extern "C" fn begin_other_stack() -> ! {
    let text =
        format!("{} calls the kernel on another stack than its thread's", verifier::caller());
    OTHER_STACK.ends([0x91, 0, 0, 0], text);
    stop::leave();
    // A driver has called, so that it can be left.
    std::process::abort();
}
