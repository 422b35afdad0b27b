//! Lists over the data of other lists.

use std::ptr;

use ndis_sys::{
    NDIS_CLONE_FLAGS_USE_ORIGINAL_MDLS, NDIS_HANDLE, NDIS_STATUS_SUCCESS, NET_BUFFER,
    NET_BUFFER_LIST,
};

use super::{
    ledger::{self, Kind},
    make::{self, Chain, Described, Wanted, WantedList},
    rules, space,
    walk::{self, Part},
};
use crate::{
    export::{Export, exports},
    mm,
    nt::{
        DISPATCH_LEVEL, MDL_MAPPED_TO_SYSTEM_VA, MDL_PARTIAL, MDL_SOURCE_IS_NONPAGED_POOL,
        PASSIVE_LEVEL,
    },
};

/// What an MDL of its own says of a part of another one.
///
/// # Safety
///
/// The MDL of the part is valid.
unsafe fn describe(part: &Part) -> Described {
    // SAFETY: by the contract.
    let mdl = unsafe { part.mdl.read() };
    let inherited = MDL_SOURCE_IS_NONPAGED_POOL | MDL_MAPPED_TO_SYSTEM_VA;
    let flags = mdl.MdlFlags & inherited | MDL_PARTIAL;
    let mapped = if flags & inherited == 0 { 0 } else { mdl.MappedSystemVa as usize + part.skip };
    let bytes = u32::try_from(part.bytes).unwrap_or(u32::MAX);
    Described { start: mm::address(&mdl) + part.skip, bytes, flags, mapped }
}

/// What describes some of the data of a net buffer.
///
/// # Safety
///
/// The net buffer is valid.
unsafe fn parts(buffer: *mut NET_BUFFER, offset: usize, length: usize) -> Vec<Described> {
    // SAFETY: by the contract.
    let data = unsafe { walk::data(buffer) };
    // SAFETY: the MDLs of a net buffer are valid.
    let parts = unsafe { walk::parts(data, offset, length) };
    // SAFETY: as above.
    parts.map(|part| unsafe { describe(&part) }).collect()
}

fn over(parts: Vec<Described>) -> Wanted {
    let length = parts.iter().map(|part| part.bytes as usize).sum();
    Wanted { chain: Chain::Parts(parts), offset: 0, length }
}

/// Makes a list from another one; null if there is no memory, or no such pool.
fn derive(
    kind: Kind,
    parent: *mut NET_BUFFER_LIST,
    handle: NDIS_HANDLE,
    buffers: &[Wanted],
) -> *mut NET_BUFFER_LIST {
    let handle = handle as usize;
    let protocol = match handle {
        // One of NDIS' own pools.
        0 => Some(0),
        _ => ledger::pool(handle, true).and_then(|pool| pool.protocol),
    };
    let Some(protocol) = protocol else { return ptr::null_mut() };
    make::list(&WantedList {
        kind,
        pool: handle,
        protocol,
        context: 0,
        free_context: 0,
        parent,
        buffers,
    })
}

/// Lets the data of all net buffers of a new list begin earlier; frees the list if that fails.
fn prepend(
    kind: Kind,
    list: *mut NET_BUFFER_LIST,
    delta: u32,
    backfill: u32,
) -> *mut NET_BUFFER_LIST {
    if list.is_null() || delta == 0 {
        return list;
    }
    // SAFETY: the list was just made.
    for buffer in unsafe { walk::buffers(list) } {
        // SAFETY: as above.
        let status = unsafe { space::retreat(buffer, delta, backfill, None) };
        if status != NDIS_STATUS_SUCCESS {
            // SAFETY: as above, and nobody has it.
            unsafe { free(kind, list, delta) };
            return ptr::null_mut();
        }
    }
    list
}

/// Frees a list, and what was put before the data of its net buffers.
///
/// # Safety
///
/// If it is a list of this kind, nobody uses it any more.
unsafe fn free(kind: Kind, list: *mut NET_BUFFER_LIST, delta: u32) {
    let Some(item) = ledger::take(list as usize, kind, rules::LIST) else { return };
    if delta > 0 {
        // SAFETY: it is a list, as the ledger has it, whose memory is still there.
        for buffer in unsafe { walk::buffers(list) } {
            // SAFETY: as above.
            let has_space = walk::length(unsafe { walk::data(buffer) }) >= delta;
            if has_space {
                // SAFETY: as above.
                unsafe { space::advance(buffer, delta, true, None) };
            }
        }
    }
    drop(item);
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/nblapi/nf-nblapi-ndisallocateclonenetbufferlist)
unsafe extern "efiapi" fn NdisAllocateCloneNetBufferList(
    original: *mut NET_BUFFER_LIST,
    lists: NDIS_HANDLE,
    buffers: NDIS_HANDLE,
    flags: u32,
) -> *mut NET_BUFFER_LIST {
    if !buffers.is_null() && ledger::pool(buffers as usize, false).is_none() {
        return ptr::null_mut();
    }
    // SAFETY: the caller passed a list of its own.
    let originals = unsafe { walk::buffers(original) };
    let wanted: Vec<_> = originals
        .map(|buffer| {
            // SAFETY: the net buffers of a list are valid.
            let data = unsafe { walk::data(buffer) };
            let length = walk::length(data) as usize;
            if flags & NDIS_CLONE_FLAGS_USE_ORIGINAL_MDLS == 0 {
                // SAFETY: as above.
                return over(unsafe { parts(buffer, 0, length) });
            }
            Wanted { chain: Chain::Given(data.CurrentMdl), offset: data.CurrentMdlOffset, length }
        })
        .collect();
    derive(Kind::Clone, original, lists, &wanted)
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/nblapi/nf-nblapi-ndisfreeclonenetbufferlist)
unsafe extern "efiapi" fn NdisFreeCloneNetBufferList(list: *mut NET_BUFFER_LIST, _flags: u32) {
    // SAFETY: the caller is done with it.
    unsafe { free(Kind::Clone, list, 0) };
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/nblapi/nf-nblapi-ndisallocatefragmentnetbufferlist)
unsafe extern "efiapi" fn NdisAllocateFragmentNetBufferList(
    original: *mut NET_BUFFER_LIST,
    lists: NDIS_HANDLE,
    buffers: NDIS_HANDLE,
    start: u32,
    longest: u32,
    delta: u32,
    backfill: u32,
    _flags: u32,
) -> *mut NET_BUFFER_LIST {
    if longest == 0 {
        rules::DATA.broken("a list was to be cut into fragments of no bytes");
        return ptr::null_mut();
    }
    if !buffers.is_null() && ledger::pool(buffers as usize, false).is_none() {
        return ptr::null_mut();
    }
    let mut wanted = Vec::new();
    // SAFETY: the caller passed a list of its own.
    for buffer in unsafe { walk::buffers(original) } {
        // SAFETY: the net buffers of a list are valid.
        let length = walk::length(unsafe { walk::data(buffer) });
        for from in (start..length).step_by(longest as usize) {
            let bytes = longest.min(length - from);
            // SAFETY: as above.
            wanted.push(over(unsafe { parts(buffer, from as usize, bytes as usize) }));
        }
    }
    let list = derive(Kind::Fragment, original, lists, &wanted);
    prepend(Kind::Fragment, list, delta, backfill)
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/nblapi/nf-nblapi-ndisfreefragmentnetbufferlist)
unsafe extern "efiapi" fn NdisFreeFragmentNetBufferList(
    list: *mut NET_BUFFER_LIST,
    delta: u32,
    _flags: u32,
) {
    // SAFETY: the caller is done with it.
    unsafe { free(Kind::Fragment, list, delta) };
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/nblapi/nf-nblapi-ndisallocatereassemblednetbufferlist)
unsafe extern "efiapi" fn NdisAllocateReassembledNetBufferList(
    fragments: *mut NET_BUFFER_LIST,
    pool: NDIS_HANDLE,
    start: u32,
    delta: u32,
    backfill: u32,
    _flags: u32,
) -> *mut NET_BUFFER_LIST {
    let mut all = Vec::new();
    // SAFETY: the caller passed a list of its own.
    for buffer in unsafe { walk::buffers(fragments) } {
        // SAFETY: the net buffers of a list are valid.
        let length = walk::length(unsafe { walk::data(buffer) }).saturating_sub(start);
        // SAFETY: as above.
        all.extend(unsafe { parts(buffer, start as usize, length as usize) });
    }
    let list = derive(Kind::Reassembled, fragments, pool, &[over(all)]);
    prepend(Kind::Reassembled, list, delta, backfill)
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/nblapi/nf-nblapi-ndisfreereassemblednetbufferlist)
unsafe extern "efiapi" fn NdisFreeReassembledNetBufferList(
    list: *mut NET_BUFFER_LIST,
    delta: u32,
    _flags: u32,
) {
    // SAFETY: the caller is done with it.
    unsafe { free(Kind::Reassembled, list, delta) };
}

pub(super) const EXPORTS: &[Export] = exports! {
    NdisAllocateCloneNetBufferList: PASSIVE_LEVEL..=DISPATCH_LEVEL;
    NdisAllocateFragmentNetBufferList: PASSIVE_LEVEL..=DISPATCH_LEVEL;
    NdisAllocateReassembledNetBufferList: PASSIVE_LEVEL..=DISPATCH_LEVEL;
    NdisFreeCloneNetBufferList: PASSIVE_LEVEL..=DISPATCH_LEVEL;
    NdisFreeFragmentNetBufferList: PASSIVE_LEVEL..=DISPATCH_LEVEL;
    NdisFreeReassembledNetBufferList: PASSIVE_LEVEL..=DISPATCH_LEVEL;
};
