//! Nonpaged pool, from the function that Windows has for it.
//!
//! `ExAllocatePool2` came with Windows 10, version 2004. A driver that imported it would not be loaded by an
//! older Windows, so it is looked up when the driver starts, and `ExAllocatePoolWithTag` does where it is
//! missing.

use core::{
    ffi::c_void,
    mem,
    ptr::{self, NonNull},
    sync::atomic::{AtomicPtr, Ordering},
};

use wdk_sys::{POOL_FLAG_NON_PAGED, POOL_FLAG_UNINITIALIZED, POOL_FLAGS, SIZE_T, ULONG};

use crate::{Passive, Result, Status, Tag, ffi, routine, unicode};

/// `NonPagedPoolNx`
const NONPAGED_NO_EXECUTE: i32 = 512;

/// `ExAllocatePool2`, or null where Windows lacks it or nobody has looked yet.
static ALLOCATE: AtomicPtr<c_void> = AtomicPtr::new(ptr::null_mut());

type ExAllocatePool2 = unsafe extern "C" fn(POOL_FLAGS, SIZE_T, ULONG) -> *mut c_void;

/// What a block holds at first.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Content {
    /// Zeros.
    Zero,
    /// Anything.
    Any,
}

/// Looks for the function, when the driver starts.
pub fn look_up(irql: &Passive) {
    let function = routine::look_up(unicode!("ExAllocatePool2"), irql);
    ALLOCATE.store(function.map_or(ptr::null_mut(), NonNull::as_ptr), Ordering::Release);
}

/// Allocates a block of nonpaged pool, to be freed with `ExFreePool`.
///
/// IRQL: `DISPATCH_LEVEL` or below.
///
/// # Errors
///
/// `STATUS_INSUFFICIENT_RESOURCES` if there is no pool left, `STATUS_INVALID_PARAMETER` for no bytes, which
/// Windows refuses.
pub fn nonpaged(size: usize, tag: Tag, content: Content) -> Result<NonNull<c_void>> {
    if size == 0 {
        return Err(Status::INVALID_PARAMETER);
    }
    let function = ALLOCATE.load(Ordering::Acquire);
    let block = if function.is_null() {
        allocate_with_tag(size, tag, content)
    } else {
        let any = if content == Content::Any { POOL_FLAG_UNINITIALIZED } else { 0 };
        // SAFETY: Windows said that the function of this name and type is there.
        let allocate = unsafe { mem::transmute::<*mut c_void, ExAllocatePool2>(function) };
        // SAFETY: the size is not zero and the tag is valid; nonpaged pool can be allocated at any level
        // that this crate's code runs at.
        unsafe { allocate(POOL_FLAG_NON_PAGED | any, size as SIZE_T, tag.value()) }
    };
    NonNull::new(block).ok_or(Status::INSUFFICIENT_RESOURCES)
}

fn allocate_with_tag(size: usize, tag: Tag, content: Content) -> *mut c_void {
    // SAFETY: as for ExAllocatePool2.
    let block =
        unsafe { ffi::ExAllocatePoolWithTag(NONPAGED_NO_EXECUTE, size as SIZE_T, tag.value()) };
    if !block.is_null() && content == Content::Zero {
        // SAFETY: the block has so many bytes.
        unsafe { block.cast::<u8>().write_bytes(0, size) };
    }
    block
}
