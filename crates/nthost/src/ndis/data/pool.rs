//! Pools of lists and net buffers.

use ndis_sys::{
    NDIS_HANDLE, NDIS_OBJECT_HEADER, NDIS_OBJECT_TYPE_DEFAULT,
    NDIS_SIZEOF_NET_BUFFER_LIST_POOL_PARAMETERS_REVISION_1,
    NDIS_SIZEOF_NET_BUFFER_POOL_PARAMETERS_REVISION_1, NET_BUFFER, NET_BUFFER_LIST,
    NET_BUFFER_LIST_POOL_PARAMETERS, NET_BUFFER_POOL_PARAMETERS,
};

use super::{
    ledger::{self, Pool},
    memory::ALIGNMENT,
    rules,
};
use crate::{
    export::{Export, exports},
    nt::{DISPATCH_LEVEL, PASSIVE_LEVEL},
    verifier,
};

/// Whether parameters are what they say. Reports what is wrong with them.
fn check(header: NDIS_OBJECT_HEADER, least: u16, tag: u32, problem: Option<&str>) -> bool {
    let wrong_header =
        header.Type != NDIS_OBJECT_TYPE_DEFAULT || header.Revision == 0 || header.Size < least;
    let problem = if wrong_header { Some("a wrong header") } else { problem };
    let problem = problem.or((tag == 0).then_some("no tag"));
    if let Some(problem) = problem {
        rules::POOL.broken(format!("{} makes a pool with {problem}", verifier::caller()));
    }
    !wrong_header
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
    let least = NDIS_SIZEOF_NET_BUFFER_LIST_POOL_PARAMETERS_REVISION_1;
    if !check(wanted.Header, least, wanted.PoolTag, problem) {
        return std::ptr::null_mut();
    }
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
    let least = NDIS_SIZEOF_NET_BUFFER_POOL_PARAMETERS_REVISION_1;
    if !check(wanted.Header, least, wanted.PoolTag, None) {
        return std::ptr::null_mut();
    }
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
