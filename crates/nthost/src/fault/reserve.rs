//! What a thread needs so that its faults can be handled.

use std::{cell::Cell, ptr};

use rustix::mm::{MapFlags, MprotectFlags, ProtFlags, mmap_anonymous, mprotect, munmap};

use super::handler;
use crate::mm::PAGE;

/// Room for the report of a fault: it unwinds stacks and reads symbols.
const REPORT: usize = 1024 * 1024;
/// Room for the handler of signals.
const HANDLER: usize = 64 * 1024;

/// Stacks for a thread whose own cannot be used: that of the report, and that of the handler if the thread
/// has none. In front of each there is a page that cannot be touched.
///
/// # Invariants
///
/// `base` is a mapping of `LENGTH` bytes.
struct Reserve {
    base: *mut u8,
    /// The handler's stack is this one's.
    has_handler: bool,
}

const LENGTH: usize = PAGE + REPORT + PAGE + HANDLER;

thread_local! {
    static RESERVE: Option<Reserve> = Reserve::new();
    /// The end of the stack for reports, or zero. Without anything to drop, so that a handler may read it.
    static END: Cell<usize> = const { Cell::new(0) };
}

/// Prepares this thread for faults.
pub(crate) fn prepare() {
    handler::install();
    // A thread that is about to end is not prepared any more.
    let base = RESERVE.try_with(|reserve| reserve.as_ref().map(|reserve| reserve.base as usize));
    END.set(base.ok().flatten().map_or(0, |base| base + PAGE + REPORT));
}

/// The end of the stack for reports, if the thread is prepared.
pub(super) fn end() -> Option<usize> {
    Some(END.get()).filter(|&end| end != 0)
}

impl Reserve {
    fn new() -> Option<Self> {
        let access = ProtFlags::READ | ProtFlags::WRITE;
        let flags = MapFlags::PRIVATE | MapFlags::NORESERVE;
        // SAFETY: a new mapping takes nothing away from anybody.
        let base = unsafe { mmap_anonymous(ptr::null_mut(), LENGTH, access, flags) }.ok()?;
        // INVARIANT: it was just mapped.
        let mut new = Self { base: base.cast(), has_handler: false };
        for guard in [0, PAGE + REPORT] {
            let page = new.base.wrapping_add(guard).cast();
            // SAFETY: it is a page of the new mapping, which nobody uses.
            unsafe { mprotect(page, PAGE, MprotectFlags::empty()) }.ok()?;
        }
        if !has_handler_stack() {
            let start = new.base.wrapping_add(PAGE + REPORT + PAGE).cast();
            new.has_handler = set_handler_stack(start, 0);
        }
        Some(new)
    }
}

impl Drop for Reserve {
    fn drop(&mut self) {
        END.set(0);
        if self.has_handler {
            set_handler_stack(ptr::null_mut(), libc::SS_DISABLE);
        }
        // SAFETY: by the invariant it is this value's own, and nobody uses it any more.
        let unmapped = unsafe { munmap(self.base.cast(), LENGTH) };
        debug_assert!(unmapped.is_ok());
    }
}

/// True if the thread has a stack for handlers of signals, as those have that the standard library makes.
fn has_handler_stack() -> bool {
    let mut known = libc::stack_t { ss_sp: ptr::null_mut(), ss_flags: 0, ss_size: 0 };
    // SAFETY: there is room for the answer.
    let asked = unsafe { libc::sigaltstack(ptr::null(), &raw mut known) };
    asked == 0 && known.ss_flags & libc::SS_DISABLE == 0
}

fn set_handler_stack(start: *mut libc::c_void, flags: i32) -> bool {
    let stack = libc::stack_t { ss_sp: start, ss_flags: flags, ss_size: HANDLER };
    // SAFETY: the stack stays mapped until another one is set.
    unsafe { libc::sigaltstack(&raw const stack, ptr::null_mut()) == 0 }
}
