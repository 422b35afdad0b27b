//! Memory of lists and buffers that drivers have allocated.

use std::{
    alloc::{Layout, alloc_zeroed, dealloc},
    ptr::NonNull,
};

/// Bytes behind the memory that nobody may change.
const GUARD: usize = 16;
/// What they hold.
const GUARD_BYTE: u8 = 0xfd;
/// What memory holds that was freed.
const FREED_BYTE: u8 = 0xdd;
/// Lists and net buffers begin at multiples of it.
pub(super) const ALIGNMENT: usize = 16;

/// Memory that a driver has.
///
/// # Invariants
///
/// `base` was allocated for `bytes` and a guard, and only this value frees it.
pub(in crate::ndis) struct Memory {
    base: NonNull<u8>,
    bytes: usize,
}

// SAFETY: it is memory; the driver uses it on any thread.
unsafe impl Send for Memory {}

impl Memory {
    fn layout(bytes: usize) -> Option<Layout> {
        Layout::from_size_align(bytes.checked_add(GUARD)?, ALIGNMENT).ok()
    }

    /// So many bytes, all zero.
    pub fn new(bytes: usize) -> Option<Self> {
        // SAFETY: the size is not zero.
        let base = NonNull::new(unsafe { alloc_zeroed(Self::layout(bytes)?) })?;
        let memory = Self { base, bytes };
        // SAFETY: there is room for the guard behind the bytes.
        unsafe { memory.at::<u8>(bytes).write_bytes(GUARD_BYTE, GUARD) };
        Some(memory)
    }

    pub fn address(&self) -> usize {
        self.base.as_ptr() as usize
    }

    /// The address of what lies at `at`.
    pub fn at<T>(&self, at: usize) -> *mut T {
        debug_assert!(at <= self.bytes);
        self.base.as_ptr().wrapping_add(at).cast()
    }

    /// Writes a value.
    pub fn write<T: Copy>(&mut self, at: usize, value: T) {
        assert!(at + size_of::<T>() <= self.bytes, "outside of the memory");
        // SAFETY: it is inside of the memory, which is this value's own.
        unsafe { self.at::<T>(at).write_unaligned(value) };
    }

    /// True if nothing was written behind the memory.
    pub fn is_intact(&self) -> bool {
        let guard = self.at::<[u8; GUARD]>(self.bytes);
        // SAFETY: the guard is behind the bytes.
        unsafe { guard.read() == [GUARD_BYTE; GUARD] }
    }
}

impl Drop for Memory {
    fn drop(&mut self) {
        // SAFETY: the memory is this value's own.
        unsafe { self.at::<u8>(0).write_bytes(FREED_BYTE, self.bytes) };
        if let Some(layout) = Self::layout(self.bytes) {
            // SAFETY: it was allocated with this layout, and is freed once.
            unsafe { dealloc(self.base.as_ptr(), layout) };
        }
    }
}
