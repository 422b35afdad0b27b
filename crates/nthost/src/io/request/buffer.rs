//! The system's copies of programs' buffers.

use std::{
    alloc::{self, Layout},
    slice,
};

use crate::nt::MEMORY_ALLOCATION_ALIGNMENT;

/// The system's copy of a buffer.
///
/// # Invariants
///
/// `start` was allocated with `layout`, and is initialized.
pub(super) struct SystemBuffer {
    start: *mut u8,
    layout: Layout,
}

// SAFETY: the memory may be used on any thread; when is up to the request that it belongs to.
unsafe impl Send for SystemBuffer {}
// SAFETY: as above.
unsafe impl Sync for SystemBuffer {}

impl SystemBuffer {
    /// A buffer of `size` bytes that begins with `input`; `None` if there is no memory. A driver finds
    /// nothing useful behind the input.
    pub fn new(input: &[u8], size: usize) -> Option<Self> {
        let layout =
            Layout::from_size_align(size.max(input.len()), MEMORY_ALLOCATION_ALIGNMENT).ok()?;
        if layout.size() == 0 {
            return None;
        }
        // SAFETY: the size is not zero.
        let start = unsafe { alloc::alloc(layout) };
        if start.is_null() {
            return None;
        }
        // SAFETY: it is at least as long as the input, and was just allocated.
        unsafe { start.copy_from_nonoverlapping(input.as_ptr(), input.len()) };
        let behind = start.wrapping_add(input.len());
        // SAFETY: so many bytes are left.
        unsafe { behind.write_bytes(0xcd, layout.size() - input.len()) };
        // INVARIANT: it was just made so.
        Some(Self { start, layout })
    }

    pub fn start(&self) -> *mut u8 {
        self.start
    }

    pub fn bytes(&self) -> &[u8] {
        // SAFETY: by the invariant. Drivers are done with it when it is read.
        unsafe { slice::from_raw_parts(self.start, self.layout.size()) }
    }
}

impl Drop for SystemBuffer {
    fn drop(&mut self) {
        // SAFETY: by the invariant, and nobody uses it any more.
        unsafe { alloc::dealloc(self.start, self.layout) };
    }
}
