//! Faults of MDLs.

use core::ptr;

use wdk_sys::{_MEMORY_CACHING_TYPE::MmCached, LARGE_INTEGER, PMDL, POOL_FLAG_PAGED, PVOID};

use crate::{
    fault::{Fault, entry},
    kernel::{
        ExAllocatePool2, IoBuildPartialMdl, IoFreeMdl, MmAllocateContiguousMemory,
        MmBuildMdlForNonPagedPool, MmFreeContiguousMemory, MmMapLockedPages,
        MmMapLockedPagesSpecifyCache, MmUnlockPages, MmUnmapLockedPages, PRIORITY, TAG, allocate,
        at_dispatch, describe, free, lock, map,
    },
};

/// All of them.
pub(crate) const FAULTS: &[Fault] = &[
    Fault::at_entry("mdl-lock-level", entry!(lock_at_dispatch)),
    Fault::at_entry("mdl-lock-flags", entry!(lock_twice)),
    Fault::at_entry("mdl-map-user-level", entry!(map_for_program_at_dispatch)),
    Fault::at_entry("mdl-unlock-unlocked", entry!(unlock_twice)),
    Fault::at_entry("mdl-unlock-nonpaged", entry!(unlock_nonpaged)),
    Fault::at_entry("mdl-unlock-partial", entry!(unlock_partial)),
    Fault::at_entry("mdl-build-paged", entry!(build_paged)),
    Fault::at_entry("mdl-map-or-stop", entry!(map_or_stop)),
    Fault::at_entry("mdl-map-obsolete", entry!(map_obsolete)),
    Fault::at_entry("mdl-map-executable", entry!(map_executable)),
    Fault::at_entry("mdl-map-mapped", entry!(map_twice)),
    Fault::at_entry("mdl-map-unlocked", entry!(map_unlocked)),
    Fault::at_entry("mdl-unmap-unmapped", entry!(unmap_twice)),
    Fault::at_entry("mdl-unmap-partial", entry!(unmap_partial)),
    Fault::at_entry("mdl-free-mapped", entry!(free_mapped)),
    Fault::at_entry("mdl-free-locked", entry!(free_locked)),
    Fault::at_entry("mdl-free", entry!(free_twice)),
    Fault::at_entry("mdl-partial-range", entry!(partial_range)),
    Fault::at_entry("mdl-left", entry!(left)),
    Fault::at_entry("mdl-locked-left", entry!(locked_left)),
    Fault::at_entry("pages-free", entry!(pages_freed_twice)),
    Fault::at_entry("pages-left", entry!(pages_left)),
];

/// Bytes of a buffer.
const BYTES: u32 = 64;

/// Gives code a buffer of nonpaged pool and an MDL for it, and frees both.
fn with(code: impl FnOnce(PVOID, PMDL)) {
    with_in(allocate(BYTES.into()), code);
}

fn with_paged(code: impl FnOnce(PVOID, PMDL)) {
    with_in(ExAllocatePool2(POOL_FLAG_PAGED, BYTES.into(), TAG), code);
}

fn with_in(buffer: PVOID, code: impl FnOnce(PVOID, PMDL)) {
    let mdl = describe(buffer, BYTES);
    code(buffer, mdl);
    IoFreeMdl(mdl);
    free(buffer);
}

/// Gives code an MDL with locked pages.
fn with_locked(code: impl FnOnce(PVOID, PMDL)) {
    with(|buffer, mdl| {
        lock(mdl);
        code(buffer, mdl);
        MmUnlockPages(mdl);
    });
}

fn lock_at_dispatch(wrong: bool) {
    with_paged(|_, mdl| {
        if wrong {
            at_dispatch(|| lock(mdl));
        } else {
            lock(mdl);
        }
        MmUnlockPages(mdl);
    });
}

fn lock_twice(wrong: bool) {
    with_locked(|_, mdl| {
        if wrong {
            lock(mdl);
        }
    });
}

fn map_for_program_at_dispatch(wrong: bool) {
    with_locked(|_, mdl| {
        let map = || {
            let mapped =
                MmMapLockedPagesSpecifyCache(mdl, 1, MmCached, ptr::null_mut(), 0, PRIORITY);
            MmUnmapLockedPages(mapped, mdl);
        };
        if wrong {
            at_dispatch(map);
        } else {
            map();
        }
    });
}

fn unlock_twice(wrong: bool) {
    with(|_, mdl| {
        lock(mdl);
        MmUnlockPages(mdl);
        if wrong {
            MmUnlockPages(mdl);
        }
    });
}

fn unlock_nonpaged(wrong: bool) {
    with(|_, mdl| {
        MmBuildMdlForNonPagedPool(mdl);
        if wrong {
            MmUnlockPages(mdl);
        }
    });
}

/// Gives code a locked MDL, and one for a part of it.
fn with_part(code: impl FnOnce(PVOID, PMDL, PMDL)) {
    with_locked(|buffer, whole| {
        let part = describe(buffer, BYTES);
        code(buffer, whole, part);
        IoFreeMdl(part);
    });
}

fn unlock_partial(wrong: bool) {
    with_part(|buffer, whole, part| {
        IoBuildPartialMdl(whole, part, buffer, 16);
        if wrong {
            MmUnlockPages(part);
        }
    });
}

fn build_paged(wrong: bool) {
    if wrong {
        with_paged(|_, mdl| MmBuildMdlForNonPagedPool(mdl));
    } else {
        with(|_, mdl| MmBuildMdlForNonPagedPool(mdl));
    }
}

/// Maps an MDL in some way.
fn map_as(stops: bool, priority: i32) {
    with_locked(|_, mdl| {
        let (stops, address) = (u32::from(stops), ptr::null_mut());
        let mapped = MmMapLockedPagesSpecifyCache(mdl, 0, MmCached, address, stops, priority);
        MmUnmapLockedPages(mapped, mdl);
    });
}

fn map_or_stop(wrong: bool) {
    map_as(wrong, PRIORITY);
}

fn map_executable(wrong: bool) {
    map_as(false, if wrong { 16 } else { PRIORITY });
}

fn map_obsolete(wrong: bool) {
    with_locked(|_, mdl| {
        let mapped = if wrong { MmMapLockedPages(mdl, 0) } else { map(mdl) };
        MmUnmapLockedPages(mapped, mdl);
    });
}

fn map_twice(wrong: bool) {
    with_locked(|_, mdl| {
        let mapped = map(mdl);
        if wrong {
            map(mdl);
        }
        MmUnmapLockedPages(mapped, mdl);
    });
}

fn map_unlocked(wrong: bool) {
    with(|_, mdl| {
        if !wrong {
            lock(mdl);
        }
        MmUnmapLockedPages(map(mdl), mdl);
        if !wrong {
            MmUnlockPages(mdl);
        }
    });
}

fn unmap_twice(wrong: bool) {
    with_locked(|_, mdl| {
        let mapped = map(mdl);
        MmUnmapLockedPages(mapped, mdl);
        if wrong {
            MmUnmapLockedPages(mapped.wrapping_byte_add(1), mdl);
        }
    });
}

fn unmap_partial(wrong: bool) {
    with_part(|buffer, whole, part| {
        let mapped = map(whole);
        IoBuildPartialMdl(whole, part, buffer, 16);
        if wrong {
            MmUnmapLockedPages(mapped, part);
        }
        MmUnmapLockedPages(mapped, whole);
    });
}

fn free_mapped(wrong: bool) {
    with(|_, mdl| {
        lock(mdl);
        map(mdl);
        if !wrong {
            MmUnlockPages(mdl);
        }
    });
}

fn free_locked(wrong: bool) {
    with(|_, mdl| {
        lock(mdl);
        if !wrong {
            MmUnlockPages(mdl);
        }
    });
}

fn free_twice(wrong: bool) {
    let buffer = allocate(BYTES.into());
    let mdl = describe(buffer, BYTES);
    IoFreeMdl(mdl);
    if wrong {
        IoFreeMdl(mdl);
    }
    free(buffer);
}

fn partial_range(wrong: bool) {
    with_part(|buffer, whole, part| {
        IoBuildPartialMdl(whole, part, buffer, if wrong { BYTES + 1 } else { BYTES });
    });
}

fn left(wrong: bool) {
    let buffer = allocate(BYTES.into());
    let mdl = describe(buffer, BYTES);
    if !wrong {
        IoFreeMdl(mdl);
    }
    free(buffer);
}

fn locked_left(wrong: bool) {
    let buffer = allocate(BYTES.into());
    let mdl = describe(buffer, BYTES);
    lock(mdl);
    if !wrong {
        MmUnlockPages(mdl);
        IoFreeMdl(mdl);
    }
    free(buffer);
}

/// Memory in whole pages.
fn allocate_pages() -> PVOID {
    MmAllocateContiguousMemory(BYTES.into(), LARGE_INTEGER { QuadPart: -1 })
}

fn pages_freed_twice(wrong: bool) {
    let pages = allocate_pages();
    MmFreeContiguousMemory(pages);
    if wrong {
        MmFreeContiguousMemory(pages);
    }
}

fn pages_left(wrong: bool) {
    let pages = allocate_pages();
    if !wrong {
        MmFreeContiguousMemory(pages);
    }
}
