//! Plain memory.

use core::ptr::NonNull;

use wdk_sys::ntddk::ExFreePool;

use crate::{
    Result, Tag,
    allocate::{self, Content},
};

/// A number of bytes in nonpaged pool, all zero at first.
///
/// IRQL: `DISPATCH_LEVEL` or below, also for the drop.
///
/// # Invariants
///
/// `start` is the address of `length` bytes of a block of their own from `allocate`.
pub struct PoolBytes {
    start: NonNull<u8>,
    length: usize,
}

// SAFETY: it owns plain memory; who reads and writes it is its users' concern.
unsafe impl Send for PoolBytes {}
// SAFETY: as above.
unsafe impl Sync for PoolBytes {}

impl PoolBytes {
    /// Allocates `length` bytes, aligned to 16, or to a page if they fill one.
    ///
    /// IRQL: `DISPATCH_LEVEL` or below.
    ///
    /// # Errors
    ///
    /// `STATUS_INSUFFICIENT_RESOURCES` if there is no pool left, `STATUS_INVALID_PARAMETER` for no bytes,
    /// which Windows refuses.
    pub fn try_new(length: usize, tag: Tag) -> Result<Self> {
        let start = allocate::nonpaged(length, tag, Content::Zero)?.cast();
        // INVARIANT: the call returned a block of this length.
        Ok(Self { start, length })
    }

    /// The address of the bytes.
    #[must_use]
    pub fn start(&self) -> NonNull<u8> {
        self.start
    }

    /// How many there are.
    #[must_use]
    pub fn length(&self) -> usize {
        self.length
    }
}

impl Drop for PoolBytes {
    fn drop(&mut self) {
        // SAFETY: by the invariant the block is one of pool, and nobody else frees it.
        unsafe { ExFreePool(self.start.as_ptr().cast()) };
    }
}
