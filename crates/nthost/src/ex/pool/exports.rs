//! What drivers call.

use core::{ffi::c_void, ptr};

use super::{Kind, Wanted, allocate, free};
use crate::{
    export::{Export, exports},
    ke::bug_check::raise,
    low_resources::denies,
    nt::{
        HIGH_LEVEL, NonPagedPoolCacheAligned, PASSIVE_LEVEL, POOL_FLAG_CACHE_ALIGNED,
        POOL_FLAG_NON_PAGED, POOL_FLAG_NON_PAGED_EXECUTE, POOL_FLAG_PAGED,
        POOL_FLAG_RAISE_ON_FAILURE, POOL_FLAG_REQUIRED_END, POOL_FLAG_SESSION,
        POOL_FLAG_UNINITIALIZED, POOL_FLAG_USE_QUOTA, POOL_FLAGS, POOL_NX_ALLOCATION,
        POOL_QUOTA_FAIL_INSTEAD_OF_RAISE, POOL_RAISE_IF_ALLOCATION_FAILURE, POOL_TYPE,
        POOL_ZERO_ALLOCATION, PagedPool, STATUS_INSUFFICIENT_RESOURCES,
    },
};

/// The kinds of pool, of which there is to be one.
const KINDS: POOL_FLAGS = POOL_FLAG_NON_PAGED | POOL_FLAG_NON_PAGED_EXECUTE | POOL_FLAG_PAGED;
/// All required flags there are.
const KNOWN: POOL_FLAGS = KINDS
    | POOL_FLAG_USE_QUOTA
    | POOL_FLAG_UNINITIALIZED
    | POOL_FLAG_SESSION
    | POOL_FLAG_CACHE_ALIGNED
    | POOL_FLAG_RAISE_ON_FAILURE;
/// Required flags, which must be known.
const REQUIRED: POOL_FLAGS = POOL_FLAG_REQUIRED_END | (POOL_FLAG_REQUIRED_END - 1);

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-exallocatepool2)
unsafe extern "efiapi" fn ExAllocatePool2(flags: POOL_FLAGS, size: usize, tag: u32) -> *mut c_void {
    let are_known = flags & REQUIRED & !KNOWN == 0;
    let is_sound = are_known && (flags & KINDS).is_power_of_two() && tag != 0;
    let block = if is_sound && !denies("ExAllocatePool2") {
        let wanted = Wanted {
            kind: match flags & KINDS {
                POOL_FLAG_PAGED => Kind::Paged,
                POOL_FLAG_NON_PAGED_EXECUTE => Kind::Executable,
                _ => Kind::Nonpaged,
            },
            is_zeroed: flags & POOL_FLAG_UNINITIALIZED == 0,
            is_cache_aligned: flags & POOL_FLAG_CACHE_ALIGNED != 0,
            uses_quota: flags & POOL_FLAG_USE_QUOTA != 0,
        };
        allocate(size, tag, wanted)
    } else {
        ptr::null_mut()
    };
    or_raise(block, flags & POOL_FLAG_RAISE_ON_FAILURE != 0)
}

/// The extended parameters do not change what a driver sees, and are not looked at.
///
/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-exallocatepool3)
unsafe extern "efiapi" fn ExAllocatePool3(
    flags: POOL_FLAGS,
    size: usize,
    tag: u32,
    _parameters: *const c_void,
    _count: u32,
) -> *mut c_void {
    // SAFETY: the contract is the same.
    unsafe { ExAllocatePool2(flags, size, tag) }
}

/// Without a block, raises an exception if that is wanted.
fn or_raise(block: *mut c_void, raises: bool) -> *mut c_void {
    if block.is_null() && raises {
        raise(STATUS_INSUFFICIENT_RESOURCES);
    }
    block
}

fn allocate_kind(wanted: Wanted, size: usize, tag: u32, raises: bool) -> *mut c_void {
    let is_denied = denies("ExAllocatePoolWithTag");
    or_raise(if is_denied { ptr::null_mut() } else { allocate(size, tag, wanted) }, raises)
}

/// What is wanted with one of the older kinds.
fn wanted(kind: POOL_TYPE) -> Wanted {
    Wanted {
        kind: match kind {
            kind if kind & PagedPool != 0 => Kind::Paged,
            kind if kind & POOL_NX_ALLOCATION != 0 => Kind::Nonpaged,
            _ => Kind::Executable,
        },
        is_zeroed: kind & POOL_ZERO_ALLOCATION != 0,
        is_cache_aligned: kind & NonPagedPoolCacheAligned != 0,
        uses_quota: false,
    }
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-exallocatepoolwithtag)
pub(in crate::ex) unsafe extern "efiapi" fn ExAllocatePoolWithTag(
    kind: POOL_TYPE,
    size: usize,
    tag: u32,
) -> *mut c_void {
    allocate_kind(wanted(kind), size, tag, kind & POOL_RAISE_IF_ALLOCATION_FAILURE != 0)
}

/// The tag of blocks that are allocated without one.
const NO_TAG: u32 = u32::from_le_bytes(*b"None");

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-exallocatepool)
unsafe extern "efiapi" fn ExAllocatePool(kind: POOL_TYPE, size: usize) -> *mut c_void {
    // SAFETY: the contract is the same.
    unsafe { ExAllocatePoolWithTag(kind, size, NO_TAG) }
}

/// How hard it tries makes no difference.
///
/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-exallocatepoolwithtagpriority)
unsafe extern "efiapi" fn ExAllocatePoolWithTagPriority(
    kind: POOL_TYPE,
    size: usize,
    tag: u32,
    _priority: i32,
) -> *mut c_void {
    // SAFETY: the contract is the same.
    unsafe { ExAllocatePoolWithTag(kind, size, tag) }
}

/// No process has a quota here.
///
/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-exallocatepoolwithquotatag)
unsafe extern "efiapi" fn ExAllocatePoolWithQuotaTag(
    kind: POOL_TYPE,
    size: usize,
    tag: u32,
) -> *mut c_void {
    let raises = kind & POOL_QUOTA_FAIL_INSTEAD_OF_RAISE == 0;
    allocate_kind(Wanted { uses_quota: true, ..wanted(kind) }, size, tag, raises)
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ntddk/nf-ntddk-exfreepool)
pub(in crate::ex) unsafe extern "efiapi" fn ExFreePool(block: *mut c_void) {
    // SAFETY: the driver does not use the block any more.
    unsafe { free(block, None) };
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-exfreepoolwithtag)
unsafe extern "efiapi" fn ExFreePoolWithTag(block: *mut c_void, tag: u32) {
    // SAFETY: the driver does not use the block any more.
    unsafe { free(block, Some(tag)) };
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-exfreepool2)
unsafe extern "efiapi" fn ExFreePool2(
    block: *mut c_void,
    tag: u32,
    _parameters: *const c_void,
    _count: u32,
) {
    // SAFETY: the driver does not use the block any more.
    unsafe { free(block, Some(tag)) };
}

/// Which levels are allowed depends on the kind of pool, which is looked at inside.
pub(in crate::ex) const EXPORTS: &[Export] = exports! {
    ExAllocatePool: PASSIVE_LEVEL..=HIGH_LEVEL;
    ExAllocatePool2: PASSIVE_LEVEL..=HIGH_LEVEL;
    ExAllocatePool3: PASSIVE_LEVEL..=HIGH_LEVEL;
    ExAllocatePoolWithQuotaTag: PASSIVE_LEVEL..=HIGH_LEVEL;
    ExAllocatePoolWithTag: PASSIVE_LEVEL..=HIGH_LEVEL;
    ExAllocatePoolWithTagPriority: PASSIVE_LEVEL..=HIGH_LEVEL;
    ExFreePool: PASSIVE_LEVEL..=HIGH_LEVEL;
    ExFreePool2: PASSIVE_LEVEL..=HIGH_LEVEL;
    ExFreePoolWithTag: PASSIVE_LEVEL..=HIGH_LEVEL;
};
