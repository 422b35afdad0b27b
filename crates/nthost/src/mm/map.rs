//! Mapping what MDLs describe.

use std::{ffi::c_void, ptr};

use super::{address, system_view};
use crate::{
    export::{Export, exports},
    low_resources::denies,
    nt::{
        DISPATCH_LEVEL, KPROCESSOR_MODE, KernelMode, MDL, MDL_MAPPED_TO_SYSTEM_VA,
        MDL_PAGES_LOCKED, MDL_PARTIAL, MDL_PARTIAL_HAS_BEEN_MAPPED, MDL_SOURCE_IS_NONPAGED_POOL,
        MEMORY_CACHING_TYPE, MmCached, PASSIVE_LEVEL,
    },
    thread, verifier,
};

const PAGE_OF_MAPPING: &str = "https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-mmmaplockedpagesspecifycache";

/// Ends the mapping of an MDL, if there is one.
pub(super) fn forget(mdl: &mut MDL) {
    if mdl.MdlFlags & MDL_SOURCE_IS_NONPAGED_POOL == 0 {
        mdl.MdlFlags &= !(MDL_MAPPED_TO_SYSTEM_VA | MDL_PARTIAL_HAS_BEEN_MAPPED);
        mdl.MappedSystemVa = ptr::null_mut();
    }
}

/// Maps an MDL into the system's space; null if that fails.
fn map(mdl: &mut MDL) -> *mut c_void {
    if mdl.MdlFlags & (MDL_MAPPED_TO_SYSTEM_VA | MDL_SOURCE_IS_NONPAGED_POOL) != 0 {
        verifier::report("mdl-map", PAGE_OF_MAPPING, "an MDL was mapped that is mapped already");
        return mdl.MappedSystemVa;
    }
    if mdl.MdlFlags & (MDL_PAGES_LOCKED | MDL_PARTIAL) == 0 {
        verifier::report(
            "mdl-map",
            PAGE_OF_MAPPING,
            "an MDL was mapped whose pages are not locked",
        );
    }
    if thread::system().mm.is_mapping_to_fail() {
        return ptr::null_mut();
    }
    mdl.MappedSystemVa = system_view(mdl) as *mut c_void;
    mdl.MdlFlags |= MDL_MAPPED_TO_SYSTEM_VA;
    if mdl.MdlFlags & MDL_PARTIAL != 0 {
        mdl.MdlFlags |= MDL_PARTIAL_HAS_BEEN_MAPPED;
    }
    mdl.MappedSystemVa
}

/// The address of the bytes of an MDL in the system's space, into which it is mapped if it is not yet;
/// null if that fails. Where a failure was asked for, it happens whether there is anything to map or not.
pub(crate) fn system_address(mdl: &mut MDL) -> *mut c_void {
    if mdl.MdlFlags & (MDL_MAPPED_TO_SYSTEM_VA | MDL_SOURCE_IS_NONPAGED_POOL) == 0 {
        return map(mdl);
    }
    if thread::current(|thread| thread.system.mm.is_mapping_to_fail()) {
        return ptr::null_mut();
    }
    mdl.MappedSystemVa
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-mmmaplockedpagesspecifycache)
unsafe extern "efiapi" fn MmMapLockedPagesSpecifyCache(
    mdl: *mut MDL,
    mode: KPROCESSOR_MODE,
    _cache: MEMORY_CACHING_TYPE,
    _address: *mut c_void,
    _bug_check_on_failure: u32,
    _priority: u32,
) -> *mut c_void {
    // SAFETY: the caller passed a valid MDL.
    let mdl = unsafe { &mut *mdl };
    if denies("MmMapLockedPagesSpecifyCache") {
        return ptr::null_mut();
    }
    // A mapping into a program's space is not one into the system's.
    if mode == KernelMode { map(mdl) } else { address(mdl) as *mut c_void }
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-mmmaplockedpages)
unsafe extern "efiapi" fn MmMapLockedPages(mdl: *mut MDL, mode: KPROCESSOR_MODE) -> *mut c_void {
    // SAFETY: the same rules.
    unsafe { MmMapLockedPagesSpecifyCache(mdl, mode, MmCached, ptr::null_mut(), 1, 0) }
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-mmunmaplockedpages)
unsafe extern "efiapi" fn MmUnmapLockedPages(base: *mut c_void, mdl: *mut MDL) {
    // SAFETY: the caller passed a valid MDL.
    let mdl = unsafe { &mut *mdl };
    let mapped = mdl.MdlFlags & MDL_MAPPED_TO_SYSTEM_VA != 0;
    let of_program = !mapped && base as usize == address(mdl);
    if (mapped && base == mdl.MappedSystemVa) || of_program {
        forget(mdl);
    } else {
        let text = "an address was unmapped at which the MDL is not mapped";
        verifier::report("mdl-unmap", PAGE_OF_MAPPING, text);
    }
}

pub(super) const EXPORTS: &[Export] = exports! {
    MmMapLockedPages: PASSIVE_LEVEL..=DISPATCH_LEVEL;
    MmMapLockedPagesSpecifyCache: PASSIVE_LEVEL..=DISPATCH_LEVEL;
    MmUnmapLockedPages: PASSIVE_LEVEL..=DISPATCH_LEVEL;
};
