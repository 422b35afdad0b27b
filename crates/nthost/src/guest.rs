//! Leaving driver code without returning through it.
//!
//! A driver's frames cannot be unwound, yet `PsTerminateSystemThread` does not return to its caller,
//! and neither does a call that breaks a rule so badly that the kernel stops. Both leave to the place
//! where the driver was called, over all frames between.

use core::{arch::naked_asm, ffi::c_void};

/// Where to leave to: the registers that a function keeps for its caller.
#[derive(Debug, Default)]
#[repr(C)]
pub(crate) struct Exit {
    registers: [u64; 7],
}

/// How driver code was left.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Left {
    /// It returned.
    Returned,
    /// Something called [`Exit::leave`].
    Exited,
}

impl Exit {
    /// Calls `code`, which may call [`leave`](Self::leave) on this exit.
    ///
    /// # Safety
    ///
    /// No frame between `code` and a call of `leave` may have something to drop: it is not dropped.
    pub unsafe fn call<F: FnOnce()>(&mut self, code: F) -> Left {
        extern "C" fn trampoline<F: FnOnce()>(code: *mut c_void) {
            // SAFETY: `call` passes a pointer to an `Option<F>` that it owns.
            let code = unsafe { &mut *code.cast::<Option<F>>() };
            if let Some(code) = code.take() {
                code();
            }
        }
        let mut code = Some(code);
        let code = (&raw mut code).cast();
        // SAFETY: the trampoline is called with what it wants, and `self` outlives the call. What is
        // left out of the frames between is the caller's concern.
        match unsafe { call_with_exit(self, trampoline::<F>, code) } {
            0 => Left::Returned,
            _ => Left::Exited,
        }
    }

    /// Goes on behind the [`call`](Self::call) that is under way on this exit.
    ///
    /// # Safety
    ///
    /// `exit` is valid, a call is under way on it on this thread, and no frame in between has something
    /// to drop.
    pub unsafe fn leave(exit: *const Self) -> ! {
        // SAFETY: by the contract the registers were filled by a call that has not returned.
        unsafe { leave_to(exit) }
    }
}

/// Saves the registers that a function keeps, calls `code(data)` and returns 0; returns 1 when
/// [`leave_to`] brings it back.
#[unsafe(naked)]
unsafe extern "C" fn call_with_exit(
    exit: *mut Exit,
    code: extern "C" fn(*mut c_void),
    data: *mut c_void,
) -> u64 {
    naked_asm!(
        "mov [rdi], rbx",
        "mov [rdi + 8], rbp",
        "mov [rdi + 16], r12",
        "mov [rdi + 24], r13",
        "mov [rdi + 32], r14",
        "mov [rdi + 40], r15",
        "mov [rdi + 48], rsp",
        "mov rdi, rdx",
        "sub rsp, 8",
        "call rsi",
        "add rsp, 8",
        "xor eax, eax",
        "ret",
    )
}

/// Restores the registers, among them the stack pointer, and returns 1 from [`call_with_exit`].
#[unsafe(naked)]
unsafe extern "C" fn leave_to(exit: *const Exit) -> ! {
    naked_asm!(
        "mov rbx, [rdi]",
        "mov rbp, [rdi + 8]",
        "mov r12, [rdi + 16]",
        "mov r13, [rdi + 24]",
        "mov r14, [rdi + 32]",
        "mov r15, [rdi + 40]",
        "mov rsp, [rdi + 48]",
        "mov eax, 1",
        "ret",
    )
}

#[cfg(test)]
mod tests {
    use super::{Exit, Left};

    #[test]
    fn returns_when_the_code_does() {
        let (mut exit, mut ran) = (Exit::default(), false);
        // SAFETY: nothing leaves.
        let left = unsafe { exit.call(|| ran = true) };
        assert_eq!((left, ran), (Left::Returned, true));
    }

    #[test]
    fn leaves_from_deep_within() {
        #[inline(never)]
        fn deeper(levels: u32, exit: *const Exit) {
            if levels == 0 {
                // SAFETY: the call below is under way, and these frames have nothing to drop.
                unsafe { Exit::leave(exit) };
            }
            deeper(levels - 1, exit);
        }
        let mut exit = Exit::default();
        let address = &raw const exit;
        let mut reached = 0;
        for _ in 0..3 {
            // SAFETY: the frames between have nothing to drop.
            let left = unsafe { exit.call(|| deeper(100, address)) };
            reached += u32::from(left == Left::Exited);
        }
        assert_eq!(reached, 3);
    }
}
