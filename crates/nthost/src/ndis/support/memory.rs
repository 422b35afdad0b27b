//! Memory, and strings in it.

use std::{ffi::CStr, ptr, slice};

use core::ffi::c_void;
use ndis_sys::{
    EX_POOL_PRIORITY, NDIS_HANDLE, NDIS_STATUS, NDIS_STATUS_FAILURE, NDIS_STATUS_SUCCESS,
    NDIS_STRING,
};

use super::rules;
use crate::{
    ex::pool::{self, Wanted},
    export::{Export, exports},
    ndis::{data, handle},
    nt::{DISPATCH_LEVEL, PASSIVE_LEVEL},
    thread,
};

/// The tag of what NDIS allocates itself.
const TAG: u32 = u32::from_le_bytes(*b"NDts");

fn allocate(length: u32, tag: u32) -> *mut c_void {
    if data::is_to_fail(&thread::system()) {
        return ptr::null_mut();
    }
    if tag == 0 {
        rules::TAG.broken_by_caller("allocates memory without a tag");
        return ptr::null_mut();
    }
    pool::allocate(length as usize, tag, Wanted::default())
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ndis/nf-ndis-ndisallocatememorywithtagpriority)
unsafe extern "efiapi" fn NdisAllocateMemoryWithTagPriority(
    handle: NDIS_HANDLE,
    length: u32,
    tag: u32,
    _priority: EX_POOL_PRIORITY,
) -> *mut c_void {
    handle::check(handle as usize, "NdisAllocateMemoryWithTagPriority");
    allocate(length, tag)
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ndis/nf-ndis-ndisfreememorywithtagpriority)
unsafe extern "efiapi" fn NdisFreeMemoryWithTagPriority(
    handle: NDIS_HANDLE,
    memory: *mut c_void,
    tag: u32,
) {
    handle::check(handle as usize, "NdisFreeMemoryWithTagPriority");
    // SAFETY: the driver does not use it any more.
    unsafe { pool::free(memory, Some(tag)) };
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/previous-versions/windows/hardware/network/ff550767(v=vs.85))
unsafe extern "efiapi" fn NdisAllocateMemoryWithTag(
    place: *mut *mut c_void,
    length: u32,
    tag: u32,
) -> NDIS_STATUS {
    let memory = allocate(length, tag);
    // SAFETY: the driver passes a place for it.
    unsafe { place.write(memory) };
    if memory.is_null() { NDIS_STATUS_FAILURE } else { NDIS_STATUS_SUCCESS }
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ndis/nf-ndis-ndisfreememorywithtag)
unsafe extern "efiapi" fn NdisFreeMemoryWithTag(memory: *mut c_void, tag: u32) {
    // SAFETY: the driver does not use it any more.
    unsafe { pool::free(memory, Some(tag)) };
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ndis/nf-ndis-ndisfreememory)
unsafe extern "efiapi" fn NdisFreeMemory(memory: *mut c_void, _length: u32, _flags: u32) {
    // SAFETY: the driver does not use it any more.
    unsafe { pool::free(memory, None) };
}

/// Bytes above 127 are those of Latin-1.
///
/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ndis/nf-ndis-ndisinitializestring)
unsafe extern "efiapi" fn NdisInitializeString(string: *mut NDIS_STRING, source: *mut u8) {
    // SAFETY: the driver passes a terminated string.
    let source = unsafe { CStr::from_ptr(source.cast()) }.to_bytes();
    let length = source.len() * 2;
    let bytes = u32::try_from(length + 2).unwrap_or(u32::MAX);
    let buffer: *mut u16 = allocate(bytes, TAG).cast();
    let value = match u16::try_from(length) {
        Ok(length) if !buffer.is_null() => {
            // SAFETY: the buffer was just allocated, with room for a terminator.
            let units = unsafe { slice::from_raw_parts_mut(buffer, source.len() + 1) };
            for (unit, byte) in units.iter_mut().zip(source.iter().chain(&[0])) {
                *unit = u16::from(*byte);
            }
            NDIS_STRING { Length: length, MaximumLength: length.saturating_add(2), Buffer: buffer }
        }
        _ => NDIS_STRING::default(),
    };
    // SAFETY: the driver passes a place for it.
    unsafe { string.write(value) };
}

pub(super) const EXPORTS: &[Export] = exports! {
    NdisAllocateMemoryWithTag: PASSIVE_LEVEL..=DISPATCH_LEVEL;
    NdisAllocateMemoryWithTagPriority: PASSIVE_LEVEL..=DISPATCH_LEVEL;
    NdisFreeMemory: PASSIVE_LEVEL..=DISPATCH_LEVEL;
    NdisFreeMemoryWithTag: PASSIVE_LEVEL..=DISPATCH_LEVEL;
    NdisFreeMemoryWithTagPriority: PASSIVE_LEVEL..=DISPATCH_LEVEL;
    NdisInitializeString: PASSIVE_LEVEL..=PASSIVE_LEVEL;
};
