//! Memory in whole pages.

use std::{
    alloc::{Layout, alloc_zeroed, dealloc},
    ffi::c_void,
    ptr,
};

use super::{Allocated, PAGE};
use crate::{
    export::{Export, exports},
    ke,
    low_resources::denies,
    nt::{DISPATCH_LEVEL, LARGE_INTEGER, MEMORY_CACHING_TYPE, PASSIVE_LEVEL},
    thread,
    verifier::catalogue::mdl as rules,
};

fn layout(bytes: usize) -> Option<Layout> {
    Layout::from_size_align(bytes.max(1).checked_next_multiple_of(PAGE)?, PAGE).ok()
}

fn allocate(bytes: usize) -> *mut c_void {
    let Some(layout) = layout(bytes) else { return ptr::null_mut() };
    // SAFETY: the size is not zero.
    let memory: *mut c_void = unsafe { alloc_zeroed(layout) }.cast();
    if !memory.is_null() {
        thread::current(|thread| {
            let pages = Allocated { bytes: layout.size(), caller: thread.caller.get() };
            thread.system.mm.pages.lock().insert(memory as usize, pages);
        });
    }
    memory
}

/// # Safety
///
/// Nobody uses the memory any more.
unsafe fn free(memory: *mut c_void) {
    let pages = thread::system().mm.pages.lock().remove(&(memory as usize));
    match pages.and_then(|pages| layout(pages.bytes)) {
        Some(layout) => {
            ke::deadlock::forget(&(memory.addr()..memory.addr() + layout.size()));
            // SAFETY: it was in the list, so that it was allocated with this layout.
            unsafe { dealloc(memory.cast(), layout) }
        }
        None => rules::PAGES_FREE.broken_by_caller("frees pages that are none"),
    }
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-mmallocatecontiguousmemory)
unsafe extern "efiapi" fn MmAllocateContiguousMemory(
    bytes: usize,
    _highest: LARGE_INTEGER,
) -> *mut c_void {
    if denies("MmAllocateContiguousMemory") {
        return ptr::null_mut();
    }
    allocate(bytes)
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-mmallocatecontiguousmemoryspecifycache)
unsafe extern "efiapi" fn MmAllocateContiguousMemorySpecifyCache(
    bytes: usize,
    _lowest: LARGE_INTEGER,
    _highest: LARGE_INTEGER,
    _boundary: LARGE_INTEGER,
    _cache: MEMORY_CACHING_TYPE,
) -> *mut c_void {
    if denies("MmAllocateContiguousMemorySpecifyCache") {
        return ptr::null_mut();
    }
    allocate(bytes)
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-mmfreecontiguousmemory)
unsafe extern "efiapi" fn MmFreeContiguousMemory(memory: *mut c_void) {
    // SAFETY: the caller is done with it.
    unsafe { free(memory) };
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-mmfreecontiguousmemoryspecifycache)
unsafe extern "efiapi" fn MmFreeContiguousMemorySpecifyCache(
    memory: *mut c_void,
    _bytes: usize,
    _cache: MEMORY_CACHING_TYPE,
) {
    // SAFETY: the caller is done with it.
    unsafe { free(memory) };
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-mmgetphysicaladdress)
unsafe extern "efiapi" fn MmGetPhysicalAddress(address: *mut c_void) -> LARGE_INTEGER {
    LARGE_INTEGER { QuadPart: (address as usize as u64).cast_signed() }
}

pub(super) const EXPORTS: &[Export] = exports! {
    MmAllocateContiguousMemory: PASSIVE_LEVEL..=DISPATCH_LEVEL;
    MmAllocateContiguousMemorySpecifyCache: PASSIVE_LEVEL..=DISPATCH_LEVEL;
    MmFreeContiguousMemory: PASSIVE_LEVEL..=DISPATCH_LEVEL;
    MmFreeContiguousMemorySpecifyCache: PASSIVE_LEVEL..=DISPATCH_LEVEL;
    MmGetPhysicalAddress: PASSIVE_LEVEL..=DISPATCH_LEVEL;
};
