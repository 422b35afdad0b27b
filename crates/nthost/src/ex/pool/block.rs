//! A block of pool, in the memory of the host.

use std::{
    alloc::{Layout, alloc, alloc_zeroed, dealloc},
    ptr,
};

use crate::nt::{MEMORY_ALLOCATION_ALIGNMENT, PAGE_SIZE, SYSTEM_CACHE_ALIGNMENT_SIZE};

/// Bytes behind a block that nobody may change.
const GUARD: usize = 16;
/// What they hold.
const GUARD_BYTE: u8 = 0xfd;
/// What memory holds that is not initialized.
pub(super) const FRESH_BYTE: u8 = 0xcd;
/// What memory holds that was freed.
const FREED_BYTE: u8 = 0xdd;

/// The calls that led to something, the innermost first.
pub(super) type Trace = std::sync::Arc<[usize]>;

/// A block of pool.
#[derive(Clone, Debug)]
pub(crate) struct Block {
    /// Bytes.
    pub size: usize,
    /// Tag.
    pub tag: u32,
    /// It is paged pool.
    pub is_paged: bool,
    /// It begins with a cache line.
    pub is_cache_aligned: bool,
    /// The calls that allocated it.
    pub trace: Trace,
}

impl Block {
    /// Blocks of a page and more begin with a page.
    fn layout(&self) -> Option<Layout> {
        let alignment = match self.size {
            size if size >= PAGE_SIZE => PAGE_SIZE,
            _ if self.is_cache_aligned => SYSTEM_CACHE_ALIGNMENT_SIZE as usize,
            _ => MEMORY_ALLOCATION_ALIGNMENT,
        };
        Layout::from_size_align(self.size.checked_add(GUARD)?, alignment).ok()
    }

    /// Memory for the block; null if there is none.
    pub fn allocate(&self, is_zeroed: bool) -> *mut u8 {
        let Some(layout) = self.layout() else { return ptr::null_mut() };
        let memory = if is_zeroed {
            // SAFETY: the size is not zero.
            unsafe { alloc_zeroed(layout) }
        } else {
            // SAFETY: the size is not zero.
            unsafe { alloc(layout) }
        };
        if memory.is_null() {
            return memory;
        }
        if !is_zeroed {
            // SAFETY: the memory has this size.
            unsafe { memory.write_bytes(FRESH_BYTE, self.size) };
        }
        let guard = memory.wrapping_add(self.size);
        // SAFETY: the memory has this size and that of the guard.
        unsafe { guard.write_bytes(GUARD_BYTE, GUARD) };
        memory
    }

    /// Frees the memory. False if something was written behind the block.
    ///
    /// # Safety
    ///
    /// `memory` is the memory of the block, which nobody uses any more.
    pub unsafe fn free(&self, memory: *mut u8) -> bool {
        let guard = memory.wrapping_add(self.size).cast::<[u8; GUARD]>();
        // SAFETY: the memory has this size and that of the guard.
        let is_intact = unsafe { guard.read() } == [GUARD_BYTE; GUARD];
        // SAFETY: the memory has this size.
        unsafe { memory.write_bytes(FREED_BYTE, self.size) };
        if let Some(layout) = self.layout() {
            // SAFETY: it was allocated with this layout, and is freed once.
            unsafe { dealloc(memory, layout) };
        }
        is_intact
    }
}
