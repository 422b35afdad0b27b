//! Leaving driver code once the kernel has stopped.

use core::arch::naked_asm;

use crate::{guest::Exit, thread, thread::Thread};

/// Leaves the driver code that this thread runs, if it runs any.
pub(crate) fn leave() {
    let exit = thread::current(|thread| thread.exit.get());
    if !exit.is_null() {
        // SAFETY: the call that set it is under way on this thread; what is between has nothing to drop.
        unsafe { Exit::leave(exit) }
    }
}

/// Makes the call of the kernel that is under way return not to the driver that made it, but to where the
/// kernel had called that driver. The frames of the kernel return as usual.
pub(crate) fn abandon(thread: &Thread) {
    let slot = thread.returns.get();
    if slot.is_null() || thread.exit.get().is_null() {
        return;
    }
    // SAFETY: it is a place on the stack of this thread, which stays mapped.
    let address = unsafe { slot.read_volatile() };
    // Otherwise that call has returned, and its place is used for something else.
    if address == thread.caller.get() {
        // SAFETY: as above; the call returns to what is put there.
        unsafe { slot.write_volatile(returned as *const () as usize) };
    }
}

/// Where a call of the kernel returns to that has been abandoned.
#[unsafe(naked)]
unsafe extern "C" fn returned() {
    naked_asm!(
        // The stack pointer is that of the driver's frame, which is not used any more.
        "and rsp, -16",
        "call {leave}",
        "ud2",
        leave = sym leave_returned,
    )
}

extern "C" fn leave_returned() {
    leave();
}
