//! Kinds of pool and how to allocate from them.

/// Kind of pool memory, for functions before `ExAllocatePool2`. [`POOL_RAISE_IF_ALLOCATION_FAILURE`]
/// and the like may be added to it.
///
/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/ne-wdm-_pool_type)
pub type POOL_TYPE = i32;

/// How hard an allocation should try when memory is low.
pub type EX_POOL_PRIORITY = i32;

/// Kind of pool memory and how to allocate it, for `ExAllocatePool2`: an unknown bit of the lower half
/// makes the allocation fail, one of the upper half is ignored.
///
/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/kernel/pool_flags)
pub type POOL_FLAGS = u64;

/// Always there, and may be executed.
pub const NonPagedPool: POOL_TYPE = 0;
/// The same as [`NonPagedPool`].
pub const NonPagedPoolExecute: POOL_TYPE = NonPagedPool;
/// May be paged out.
pub const PagedPool: POOL_TYPE = 1;
/// Nonpaged, from a reserve that is never empty: a bug check instead of a failure.
pub const NonPagedPoolMustSucceed: POOL_TYPE = NonPagedPool + 2;
/// Reserved.
pub const DontUseThisType: POOL_TYPE = 3;
/// Nonpaged, and a block never shares a cache line.
pub const NonPagedPoolCacheAligned: POOL_TYPE = NonPagedPool + 4;
/// Paged, and a block never shares a cache line.
pub const PagedPoolCacheAligned: POOL_TYPE = 5;
/// [`NonPagedPoolMustSucceed`] and [`NonPagedPoolCacheAligned`].
pub const NonPagedPoolCacheAlignedMustS: POOL_TYPE = NonPagedPool + 6;
/// End of the first range of kinds.
pub const MaxPoolType: POOL_TYPE = 7;
/// [`NonPagedPool`] of a session.
pub const NonPagedPoolSession: POOL_TYPE = 32;
/// [`PagedPool`] of a session.
pub const PagedPoolSession: POOL_TYPE = NonPagedPoolSession + 1;
/// Always there, and cannot be executed.
pub const NonPagedPoolNx: POOL_TYPE = 512;
/// [`NonPagedPoolNx`], and a block never shares a cache line.
pub const NonPagedPoolNxCacheAligned: POOL_TYPE = NonPagedPoolNx + 4;

/// Bit of a [`POOL_TYPE`]: a failed allocation with quota returns NULL instead of raising an
/// exception.
pub const POOL_QUOTA_FAIL_INSTEAD_OF_RAISE: POOL_TYPE = 8;
/// Bit of a [`POOL_TYPE`]: a failed allocation raises an exception instead of returning NULL.
pub const POOL_RAISE_IF_ALLOCATION_FAILURE: POOL_TYPE = 16;
/// Bit of a [`POOL_TYPE`]: the block is likely not to be used for long.
pub const POOL_COLD_ALLOCATION: POOL_TYPE = 256;
/// Bit of a [`POOL_TYPE`]: the block cannot be executed.
pub const POOL_NX_ALLOCATION: POOL_TYPE = 512;
/// Bit of a [`POOL_TYPE`]: the block is zeroed.
pub const POOL_ZERO_ALLOCATION: POOL_TYPE = 1024;

/// May fail when memory is low.
pub const LowPoolPriority: EX_POOL_PRIORITY = 0;
/// May fail when memory is very low.
pub const NormalPoolPriority: EX_POOL_PRIORITY = 16;
/// Should fail only when there is no memory left.
pub const HighPoolPriority: EX_POOL_PRIORITY = 32;

/// Lowest bit that makes an allocation fail where it is unknown.
pub const POOL_FLAG_REQUIRED_START: POOL_FLAGS = 0x1;
/// Charges the block to the quota of the process.
pub const POOL_FLAG_USE_QUOTA: POOL_FLAGS = 0x1;
/// Leaves the block as it is; otherwise it is zeroed.
pub const POOL_FLAG_UNINITIALIZED: POOL_FLAGS = 0x2;
/// From the pool of the session.
pub const POOL_FLAG_SESSION: POOL_FLAGS = 0x4;
/// The block never shares a cache line.
pub const POOL_FLAG_CACHE_ALIGNED: POOL_FLAGS = 0x8;
/// Raises an exception when there is no memory, instead of returning NULL.
pub const POOL_FLAG_RAISE_ON_FAILURE: POOL_FLAGS = 0x20;
/// Always there, and cannot be executed.
pub const POOL_FLAG_NON_PAGED: POOL_FLAGS = 0x40;
/// Always there, and may be executed.
pub const POOL_FLAG_NON_PAGED_EXECUTE: POOL_FLAGS = 0x80;
/// May be paged out.
pub const POOL_FLAG_PAGED: POOL_FLAGS = 0x100;
/// Highest bit that makes an allocation fail where it is unknown.
pub const POOL_FLAG_REQUIRED_END: POOL_FLAGS = 0x8000_0000;
/// Lowest bit that is ignored where it is unknown.
pub const POOL_FLAG_OPTIONAL_START: POOL_FLAGS = 0x1_0000_0000;
/// From special pool, which notices accesses beyond the block.
pub const POOL_FLAG_SPECIAL_POOL: POOL_FLAGS = 0x1_0000_0000;
/// Highest bit that is ignored where it is unknown.
pub const POOL_FLAG_OPTIONAL_END: POOL_FLAGS = 0x8000_0000_0000_0000;
