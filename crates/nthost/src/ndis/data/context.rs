//! Context space of lists.

use std::ptr;

use ndis_sys::{
    NDIS_STATUS, NDIS_STATUS_FAILURE, NDIS_STATUS_RESOURCES, NDIS_STATUS_SUCCESS, NET_BUFFER_LIST,
    NET_BUFFER_LIST_CONTEXT,
};

use super::{
    ledger::{self, Kind},
    rules,
};
use crate::{
    export::{Export, exports},
    nt::{DISPATCH_LEVEL, PASSIVE_LEVEL},
    verifier,
};

/// A new area before those that a list has; null if there is no memory.
fn area(size: u16, free: u16, next: *mut NET_BUFFER_LIST_CONTEXT) -> *mut NET_BUFFER_LIST_CONTEXT {
    let bytes = size_of::<NET_BUFFER_LIST_CONTEXT>() + usize::from(size);
    let Some(mut memory) = ledger::memory(bytes) else { return ptr::null_mut() };
    let area = NET_BUFFER_LIST_CONTEXT {
        Next: next,
        Size: size,
        Offset: free,
        ..NET_BUFFER_LIST_CONTEXT::default()
    };
    memory.write(0, area);
    let address = memory.at(0);
    ledger::add(Kind::Context, 0, memory);
    address
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/nblapi/nf-nblapi-ndisallocatenetbufferlistcontext)
unsafe extern "efiapi" fn NdisAllocateNetBufferListContext(
    list: *mut NET_BUFFER_LIST,
    size: u16,
    backfill: u16,
    _tag: u32,
) -> NDIS_STATUS {
    if !usize::from(size | backfill).is_multiple_of(size_of::<usize>()) {
        rules::CONTEXT.broken(format!(
            "{} asks for {size} bytes of context and {backfill} before them, which are no multiples of 8",
            verifier::caller()
        ));
        return NDIS_STATUS_FAILURE;
    }
    // SAFETY: the caller passed a list of its own.
    let place = unsafe { &raw mut (*list).Context };
    // SAFETY: it is a member of the list.
    let context = unsafe { place.read() };
    // SAFETY: the areas of a list are valid.
    if let Some(area) = unsafe { context.as_mut() }
        && area.Offset >= size
    {
        area.Offset -= size;
        return NDIS_STATUS_SUCCESS;
    }
    let Some(all) = size.checked_add(backfill) else { return NDIS_STATUS_FAILURE };
    let new = area(all, backfill, context);
    if new.is_null() {
        return NDIS_STATUS_RESOURCES;
    }
    // SAFETY: it is a member of the list.
    unsafe { place.write(new) };
    NDIS_STATUS_SUCCESS
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/nblapi/nf-nblapi-ndisfreenetbufferlistcontext)
unsafe extern "efiapi" fn NdisFreeNetBufferListContext(list: *mut NET_BUFFER_LIST, size: u16) {
    // SAFETY: the caller passed a list of its own.
    let place = unsafe { &raw mut (*list).Context };
    // SAFETY: it is a member of the list.
    let context = unsafe { place.read() };
    // SAFETY: the areas of a list are valid.
    let area = unsafe { context.as_mut() };
    let fits = |area: &&mut NET_BUFFER_LIST_CONTEXT| {
        area.Offset.checked_add(size).is_some_and(|offset| offset <= area.Size)
    };
    let Some(area) = area.filter(fits) else {
        rules::CONTEXT.broken(format!(
            "{} gives back {size} bytes of context, which are more than the list has",
            verifier::caller()
        ));
        return;
    };
    area.Offset += size;
    let (is_free, next) = (area.Offset == area.Size, area.Next);
    if is_free && ledger::kind(context as usize) == Some(Kind::Context) {
        // SAFETY: it is a member of the list.
        unsafe { place.write(next) };
        drop(ledger::take(context as usize, Kind::Context, rules::CONTEXT));
    }
}

pub(super) const EXPORTS: &[Export] = exports! {
    NdisAllocateNetBufferListContext: PASSIVE_LEVEL..=DISPATCH_LEVEL;
    NdisFreeNetBufferListContext: PASSIVE_LEVEL..=DISPATCH_LEVEL;
};
