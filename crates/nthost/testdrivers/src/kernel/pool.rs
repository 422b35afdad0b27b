//! Pool.

use wdk_sys::{POOL_FLAG_NON_PAGED, POOL_FLAGS, PVOID, SIZE_T};

use super::calls;

/// The tag of this driver.
pub(crate) const TAG: u32 = u32::from_le_bytes(*b"Brkn");

calls! {
    ExAllocatePool2(flags: POOL_FLAGS, size: SIZE_T, tag: u32) -> PVOID;
    ExFreePool(block: PVOID);
    ExFreePoolWithTag(block: PVOID, tag: u32);
}

/// A block of nonpaged pool, with the tag of this driver.
pub(crate) fn allocate(size: SIZE_T) -> PVOID {
    ExAllocatePool2(POOL_FLAG_NON_PAGED, size, TAG)
}

/// Frees a block.
pub(crate) fn free(block: PVOID) {
    ExFreePoolWithTag(block, TAG);
}
