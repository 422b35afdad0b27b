//! Lists and net buffers from pools.

use std::{mem::offset_of, ptr};

use ndis_sys::{MDL, NDIS_HANDLE, NET_BUFFER, NET_BUFFER_LIST, NET_BUFFER_LIST_CONTEXT};

use super::{
    ledger::{self, Kind, Pool},
    make::{self, Chain, Wanted, WantedList},
    memory::ALIGNMENT,
    rules, walk,
};
use crate::{
    export::{Export, exports},
    nt::{DISPATCH_LEVEL, PASSIVE_LEVEL},
    verifier,
};

/// A net buffer over a chain of the driver's.
///
/// # Safety
///
/// The MDLs are valid.
unsafe fn given(chain: *mut MDL, offset: u32, length: usize) -> Wanted {
    // SAFETY: by the contract.
    let mdls = unsafe { walk::mdls(chain) };
    // SAFETY: by the contract.
    let there: usize = mdls.map(|mdl| unsafe { (*mdl).ByteCount } as usize).sum();
    if offset as usize + length > there {
        rules::DATA.broken(format!(
            "{} makes a net buffer of {length} bytes behind {offset} bytes over MDLs of {there} bytes",
            verifier::caller()
        ));
    }
    Wanted { chain: Chain::Given(chain), offset, length }
}

/// A net buffer with bytes of its own, all of which are before its data at first.
fn own(bytes: u32) -> Wanted {
    Wanted { chain: Chain::Data(bytes), offset: bytes, length: 0 }
}

fn list(
    handle: usize,
    pool: &Pool,
    context: u16,
    backfill: u16,
    buffers: &[Wanted],
) -> *mut NET_BUFFER_LIST {
    if !usize::from(context | backfill).is_multiple_of(ALIGNMENT) {
        rules::CONTEXT.broken(format!(
            "{} allocates a list with {context} bytes of context and {backfill} before them, which are no \
             multiples of 16",
            verifier::caller()
        ));
    }
    let space = context.saturating_add(backfill).max(pool.context);
    make::list(&WantedList {
        kind: Kind::List,
        pool: handle,
        protocol: pool.protocol.unwrap_or_default(),
        context: space,
        free_context: space - context.min(space),
        parent: ptr::null_mut(),
        buffers,
    })
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/nblapi/nf-nblapi-ndisallocatenetbufferlist)
unsafe extern "efiapi" fn NdisAllocateNetBufferList(
    handle: NDIS_HANDLE,
    context: u16,
    backfill: u16,
) -> *mut NET_BUFFER_LIST {
    let Some(pool) = ledger::pool(handle as usize, true) else { return ptr::null_mut() };
    let buffers = match pool {
        Pool { with_buffer: false, .. } => vec![],
        Pool { data: 0, .. } => {
            vec![Wanted { chain: Chain::Given(ptr::null_mut()), offset: 0, length: 0 }]
        }
        Pool { data, .. } => vec![own(data)],
    };
    list(handle as usize, &pool, context, backfill, &buffers)
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/nblapi/nf-nblapi-ndisallocatenetbufferandnetbufferlist)
unsafe extern "efiapi" fn NdisAllocateNetBufferAndNetBufferList(
    handle: NDIS_HANDLE,
    context: u16,
    backfill: u16,
    chain: *mut MDL,
    offset: u32,
    length: usize,
) -> *mut NET_BUFFER_LIST {
    let Some(pool) = ledger::pool(handle as usize, true) else { return ptr::null_mut() };
    if !pool.with_buffer || pool.data != 0 {
        rules::LIST.broken(format!(
            "{} allocates a list with a net buffer from a pool without net buffers, or with data",
            verifier::caller()
        ));
        return ptr::null_mut();
    }
    // SAFETY: the caller passed valid MDLs.
    let buffer = unsafe { given(chain, offset, length) };
    list(handle as usize, &pool, context, backfill, &[buffer])
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/nblapi/nf-nblapi-ndisfreenetbufferlist)
unsafe extern "efiapi" fn NdisFreeNetBufferList(list: *mut NET_BUFFER_LIST) {
    let Some(item) = ledger::take(list as usize, Kind::List, rules::LIST) else { return };
    let initial = list as usize..list as usize + MOST_BEFORE_CONTEXT;
    // SAFETY: it is a list, as the ledger has it.
    let context = unsafe { (*list).Context };
    if !context.is_null() && !initial.contains(&(context as usize)) {
        rules::CONTEXT.broken(format!(
            "{} frees a list whose context space it has not given back",
            verifier::caller()
        ));
    }
    drop(item);
}

/// The context area that a list is allocated with begins within so many bytes.
const MOST_BEFORE_CONTEXT: usize = size_of::<NET_BUFFER_LIST>() + 1;
const _: () = assert!(offset_of!(NET_BUFFER_LIST_CONTEXT, ContextData) == ALIGNMENT);

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/nblapi/nf-nblapi-ndisallocatenetbuffer)
unsafe extern "efiapi" fn NdisAllocateNetBuffer(
    handle: NDIS_HANDLE,
    chain: *mut MDL,
    offset: u32,
    length: usize,
) -> *mut NET_BUFFER {
    let Some(pool) = ledger::pool(handle as usize, false) else { return ptr::null_mut() };
    if pool.data != 0 {
        rules::BUFFER.broken(format!(
            "{} allocates a net buffer without data from a pool with data",
            verifier::caller()
        ));
        return ptr::null_mut();
    }
    // SAFETY: the caller passed valid MDLs.
    make::buffer(handle as usize, &unsafe { given(chain, offset, length) })
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/nblapi/nf-nblapi-ndisallocatenetbuffermdlanddata)
unsafe extern "efiapi" fn NdisAllocateNetBufferMdlAndData(handle: NDIS_HANDLE) -> *mut NET_BUFFER {
    let Some(pool) = ledger::pool(handle as usize, false) else { return ptr::null_mut() };
    if pool.data == 0 {
        rules::BUFFER.broken(format!(
            "{} allocates a net buffer with data from a pool without data",
            verifier::caller()
        ));
        return ptr::null_mut();
    }
    make::buffer(handle as usize, &own(pool.data))
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/nblapi/nf-nblapi-ndisfreenetbuffer)
unsafe extern "efiapi" fn NdisFreeNetBuffer(buffer: *mut NET_BUFFER) {
    drop(ledger::take(buffer as usize, Kind::Buffer, rules::BUFFER));
}

pub(super) const EXPORTS: &[Export] = exports! {
    NdisAllocateNetBuffer: PASSIVE_LEVEL..=DISPATCH_LEVEL;
    NdisAllocateNetBufferAndNetBufferList: PASSIVE_LEVEL..=DISPATCH_LEVEL;
    NdisAllocateNetBufferList: PASSIVE_LEVEL..=DISPATCH_LEVEL;
    NdisAllocateNetBufferMdlAndData: PASSIVE_LEVEL..=DISPATCH_LEVEL;
    NdisFreeNetBuffer: PASSIVE_LEVEL..=DISPATCH_LEVEL;
    NdisFreeNetBufferList: PASSIVE_LEVEL..=DISPATCH_LEVEL;
};
