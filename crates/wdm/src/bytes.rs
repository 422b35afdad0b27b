//! Plain memory.

use core::ptr::NonNull;

use wdk_sys::{
    POOL_FLAG_NON_PAGED,
    ntddk::{ExAllocatePool2, ExFreePool},
};

use crate::{Result, Status, Tag};

/// A number of bytes in nonpaged pool, all zero at first.
///
/// IRQL: `DISPATCH_LEVEL` or below, also for the drop.
///
/// # Invariants
///
/// `start` is the address of `length` bytes of a block of their own from `ExAllocatePool2`.
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
        if length == 0 {
            return Err(Status::INVALID_PARAMETER);
        }
        // SAFETY: the size is not zero and the tag is valid; nonpaged pool can be allocated at any level
        // that this crate's code runs at.
        let block = unsafe { ExAllocatePool2(POOL_FLAG_NON_PAGED, length as u64, tag.value()) };
        let start = NonNull::new(block.cast()).ok_or(Status::INSUFFICIENT_RESOURCES)?;
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
        // SAFETY: by the invariant the block is one from ExAllocatePool2, and nobody else frees it.
        unsafe { ExFreePool(self.start.as_ptr().cast()) };
    }
}
