//! Reading the stack of the current thread.

use std::{cell::Cell, ops::Range};

use crate::probe;

thread_local! {
    static RANGE: Cell<Option<(usize, usize)>> = const { Cell::new(None) };
}

/// The stack that the host gave this thread; empty if that is not known.
pub(crate) fn range() -> Range<usize> {
    let (start, end) = RANGE.get().unwrap_or_else(|| {
        let range = ask().unwrap_or_default();
        RANGE.set(Some(range));
        range
    });
    start..end
}

/// Asks the system where the stack of this thread begins and ends.
fn ask() -> Option<(usize, usize)> {
    let mut attributes = std::mem::MaybeUninit::uninit();
    // SAFETY: it has no preconditions.
    let thread = unsafe { libc::pthread_self() };
    // SAFETY: there is room for the attributes of this thread.
    if unsafe { libc::pthread_getattr_np(thread, attributes.as_mut_ptr()) } != 0 {
        return None;
    }
    let (mut start, mut size) = (std::ptr::null_mut(), 0);
    // SAFETY: the attributes were written above.
    unsafe { libc::pthread_attr_getstack(attributes.as_ptr(), &raw mut start, &raw mut size) };
    // SAFETY: as above; they are not used any more.
    unsafe { libc::pthread_attr_destroy(attributes.as_mut_ptr()) };
    Some((start as usize, start as usize + size))
}

/// The word at an address on the stack, at or above `bottom`, which is in use; `None` if there is none.
pub(super) fn read(bottom: usize, address: usize) -> Option<u64> {
    if !address.is_multiple_of(8) {
        return None;
    }
    let range = range();
    if range.contains(&bottom) && (bottom..range.end.saturating_sub(7)).contains(&address) {
        // SAFETY: it is within the used part of this thread's stack.
        return Some(unsafe { (address as *const u64).read_volatile() });
    }
    let mut word = [0; 8];
    probe::read(address, &mut word).then(|| u64::from_ne_bytes(word))
}
