//! Mapping what MDLs describe.

use std::{ffi::c_void, ptr};

use super::{
    address,
    mdl::{broken, broken_level},
    system_view,
};
use crate::{
    export::{Export, exports},
    ke::irql,
    low_resources::denies,
    nt::{
        APC_LEVEL, DISPATCH_LEVEL, HIGH_LEVEL, KPROCESSOR_MODE, KernelMode, MDL,
        MDL_MAPPED_TO_SYSTEM_VA, MDL_PAGES_LOCKED, MDL_PARTIAL, MDL_PARTIAL_HAS_BEEN_MAPPED,
        MDL_SOURCE_IS_NONPAGED_POOL, MEMORY_CACHING_TYPE, MdlMappingNoExecute, MmCached,
        PASSIVE_LEVEL,
    },
    thread,
    verifier::catalogue::mdl as rules,
};

/// Ends the mapping of an MDL, if there is one.
pub(super) fn forget(mdl: &mut MDL) {
    if mdl.MdlFlags & MDL_SOURCE_IS_NONPAGED_POOL == 0 {
        mdl.MdlFlags &= !(MDL_MAPPED_TO_SYSTEM_VA | MDL_PARTIAL_HAS_BEEN_MAPPED);
        mdl.MappedSystemVa = ptr::null_mut();
    }
}

/// Maps an MDL into the system's space; null if that fails.
fn map(mdl: &mut MDL) -> *mut c_void {
    let wrong = mdl.MdlFlags & (MDL_MAPPED_TO_SYSTEM_VA | MDL_SOURCE_IS_NONPAGED_POOL);
    if wrong != 0 {
        broken(rules::MAP_MAPPED, mdl, wrong, "maps an MDL that is mapped");
        return mdl.MappedSystemVa;
    }
    let needed = MDL_PAGES_LOCKED | MDL_PARTIAL;
    if mdl.MdlFlags & needed == 0 {
        broken(rules::MAP_UNLOCKED, mdl, needed, "maps an MDL whose pages are not locked");
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

fn check_level(mdl: *const MDL, mode: KPROCESSOR_MODE) {
    let level = irql::current();
    if mode != KernelMode && level > APC_LEVEL {
        broken_level(rules::MAP_USER_LEVEL, mdl, mode, "maps an MDL for a program");
    } else if level > DISPATCH_LEVEL {
        broken_level(rules::MAP_LEVEL, mdl, mode, "maps an MDL");
    }
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-mmmaplockedpagesspecifycache)
unsafe extern "efiapi" fn MmMapLockedPagesSpecifyCache(
    mdl: *mut MDL,
    mode: KPROCESSOR_MODE,
    _cache: MEMORY_CACHING_TYPE,
    _address: *mut c_void,
    bug_check_on_failure: u32,
    priority: u32,
) -> *mut c_void {
    check_level(mdl, mode);
    // SAFETY: the caller passed a valid MDL.
    let mdl = unsafe { &mut *mdl };
    if mode != KernelMode {
        // A mapping into a program's space is not one into the system's.
        let is_denied = denies("MmMapLockedPagesSpecifyCache");
        return if is_denied { ptr::null_mut() } else { address(mdl) as *mut c_void };
    }
    if bug_check_on_failure != 0 {
        broken(rules::MAP_OR_STOP, mdl, 0, "has the system stop if an MDL cannot be mapped");
    }
    if priority & MdlMappingNoExecute == 0 {
        let does = "maps an MDL so that it can be executed";
        broken(rules::MAP_EXECUTABLE, mdl, 0, does);
    }
    if denies("MmMapLockedPagesSpecifyCache") { ptr::null_mut() } else { map(mdl) }
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-mmmaplockedpages)
unsafe extern "efiapi" fn MmMapLockedPages(mdl: *mut MDL, mode: KPROCESSOR_MODE) -> *mut c_void {
    // SAFETY: the caller passed a valid MDL.
    broken(rules::MAP_OBSOLETE, unsafe { &*mdl }, 0, "calls MmMapLockedPages");
    let priority = MdlMappingNoExecute;
    // SAFETY: the same rules.
    unsafe { MmMapLockedPagesSpecifyCache(mdl, mode, MmCached, ptr::null_mut(), 0, priority) }
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-mmunmaplockedpages)
unsafe extern "efiapi" fn MmUnmapLockedPages(base: *mut c_void, mdl: *mut MDL) {
    // SAFETY: the caller passed a valid MDL.
    let mdl = unsafe { &mut *mdl };
    let mapped = mdl.MdlFlags & MDL_MAPPED_TO_SYSTEM_VA != 0;
    let of_program = !mapped && base as usize == address(mdl);
    let is_inherited = mapped
        && mdl.MdlFlags & MDL_PARTIAL != 0
        && mdl.MdlFlags & MDL_PARTIAL_HAS_BEEN_MAPPED == 0;
    if is_inherited {
        let does = "unmaps the whole of which an MDL is a part";
        broken(rules::UNMAP_PARTIAL, mdl, MDL_PARTIAL, does);
    } else if (mapped && base == mdl.MappedSystemVa) || of_program {
        forget(mdl);
    } else {
        let does = "unmaps an address at which an MDL is not mapped";
        broken(rules::UNMAP_UNMAPPED, mdl, MDL_MAPPED_TO_SYSTEM_VA, does);
    }
}

pub(super) const EXPORTS: &[Export] = exports! {
    MmMapLockedPages: PASSIVE_LEVEL..=HIGH_LEVEL;
    MmMapLockedPagesSpecifyCache: PASSIVE_LEVEL..=HIGH_LEVEL;
    MmUnmapLockedPages: PASSIVE_LEVEL..=DISPATCH_LEVEL;
};
