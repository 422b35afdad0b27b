//! Pools of lists and net buffers.

use ndis_sys::{
    NDIS_HANDLE, NET_BUFFER, NET_BUFFER_LIST, NET_BUFFER_LIST_POOL_PARAMETERS,
    NET_BUFFER_POOL_PARAMETERS,
};

use super::{
    ledger::{self, Pool},
    memory::ALIGNMENT,
    rules,
};
use crate::{
    export::{Export, exports},
    ndis::header,
    nt::{DISPATCH_LEVEL, PASSIVE_LEVEL},
    verifier,
};

/// Reports what is wrong with the parameters of a pool.
fn check(tag: u32, problem: Option<&str>) {
    if let Some(problem) = problem.or((tag == 0).then_some("no tag")) {
        rules::POOL.broken(format!("{} makes a pool with {problem}", verifier::caller()));
    }
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/nblapi/nf-nblapi-ndisallocatenetbufferlistpool)
unsafe extern "efiapi" fn NdisAllocateNetBufferListPool(
    handle: NDIS_HANDLE,
    parameters: *const NET_BUFFER_LIST_POOL_PARAMETERS,
) -> NDIS_HANDLE {
    // SAFETY: the caller passed parameters.
    let wanted = unsafe { parameters.read() };
    let with_buffer = wanted.fAllocateNetBuffer != 0;
    let problem = if usize::from(wanted.ContextSize) % ALIGNMENT != 0 {
        Some("a context that is no multiple of 16 bytes")
    } else if wanted.DataSize != 0 && !with_buffer {
        Some("data, but without net buffers")
    } else {
        None
    };
    if !header::check(&header::LIST_POOL_PARAMETERS, parameters.cast(), handle as usize) {
        return std::ptr::null_mut();
    }
    check(wanted.PoolTag, problem);
    let pool = Pool::new(Some(wanted.ProtocolId), with_buffer, wanted.ContextSize, wanted.DataSize);
    ledger::add_pool(handle as usize, "NdisAllocateNetBufferListPool", pool) as NDIS_HANDLE
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/nblapi/nf-nblapi-ndisfreenetbufferlistpool)
unsafe extern "efiapi" fn NdisFreeNetBufferListPool(pool: NDIS_HANDLE) {
    ledger::free_pool(pool as usize, true);
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/nblapi/nf-nblapi-ndisallocatenetbufferpool)
unsafe extern "efiapi" fn NdisAllocateNetBufferPool(
    handle: NDIS_HANDLE,
    parameters: *const NET_BUFFER_POOL_PARAMETERS,
) -> NDIS_HANDLE {
    // SAFETY: the caller passed parameters.
    let wanted = unsafe { parameters.read() };
    if !header::check(&header::BUFFER_POOL_PARAMETERS, parameters.cast(), handle as usize) {
        return std::ptr::null_mut();
    }
    check(wanted.PoolTag, None);
    let pool = Pool::new(None, true, 0, wanted.DataSize);
    ledger::add_pool(handle as usize, "NdisAllocateNetBufferPool", pool) as NDIS_HANDLE
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/nblapi/nf-nblapi-ndisfreenetbufferpool)
unsafe extern "efiapi" fn NdisFreeNetBufferPool(pool: NDIS_HANDLE) {
    ledger::free_pool(pool as usize, false);
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/nblapi/nf-nblapi-ndisgetpoolfromnetbufferlist)
unsafe extern "efiapi" fn NdisGetPoolFromNetBufferList(
    list: *const NET_BUFFER_LIST,
) -> NDIS_HANDLE {
    // SAFETY: the caller passed a list.
    unsafe { (*list).NdisPoolHandle }
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/nblapi/nf-nblapi-ndisgetpoolfromnetbuffer)
unsafe extern "efiapi" fn NdisGetPoolFromNetBuffer(buffer: *const NET_BUFFER) -> NDIS_HANDLE {
    // SAFETY: the caller passed a net buffer.
    unsafe { (*buffer).NdisPoolHandle }
}

pub(super) const EXPORTS: &[Export] = exports! {
    NdisAllocateNetBufferListPool: PASSIVE_LEVEL..=DISPATCH_LEVEL;
    NdisAllocateNetBufferPool: PASSIVE_LEVEL..=DISPATCH_LEVEL;
    NdisFreeNetBufferListPool: PASSIVE_LEVEL..=DISPATCH_LEVEL;
    NdisFreeNetBufferPool: PASSIVE_LEVEL..=DISPATCH_LEVEL;
    NdisGetPoolFromNetBuffer: PASSIVE_LEVEL..=DISPATCH_LEVEL;
    NdisGetPoolFromNetBufferList: PASSIVE_LEVEL..=DISPATCH_LEVEL;
};
