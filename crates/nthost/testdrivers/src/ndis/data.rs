//! Faults of lists, net buffers and pools.

use core::ptr;

use ndis_sys::{
    NDIS_HANDLE, NDIS_OBJECT_HEADER, NDIS_OBJECT_TYPE_DEFAULT, NDIS_PROTOCOL_ID_DEFAULT,
    NDIS_SIZEOF_NET_BUFFER_LIST_POOL_PARAMETERS_REVISION_1,
    NDIS_SIZEOF_NET_BUFFER_POOL_PARAMETERS_REVISION_1, NET_BUFFER, NET_BUFFER_DATA,
    NET_BUFFER_LIST, NET_BUFFER_LIST_POOL_PARAMETERS, NET_BUFFER_LIST_POOL_PARAMETERS_REVISION_1,
    NET_BUFFER_POOL_PARAMETERS, NET_BUFFER_POOL_PARAMETERS_REVISION_1,
};

use crate::{
    fault::{Fault, entry},
    kernel::{
        TAG,
        ndis::{
            NdisAdvanceNetBufferDataStart, NdisAllocateNetBufferList,
            NdisAllocateNetBufferListPool, NdisAllocateNetBufferMdlAndData,
            NdisAllocateNetBufferPool, NdisFreeNetBuffer, NdisFreeNetBufferList,
            NdisFreeNetBufferListContext, NdisFreeNetBufferListPool, NdisFreeNetBufferPool,
            NdisGetDataBuffer, NdisRetreatNetBufferDataStart,
        },
    },
};

/// Bytes of the data of each list.
const DATA: u32 = 64;
/// Bytes of the context of each list.
const CONTEXT: u16 = 32;

/// All of them.
pub(crate) const FAULTS: &[Fault] = &[
    Fault::at_entry("ndis-pool", entry!(pool_in_use)),
    Fault::at_entry("ndis-list", entry!(list_freed_twice)),
    Fault::at_entry("ndis-buffer", entry!(buffer_freed_twice)),
    Fault::at_entry("ndis-overrun", entry!(written_behind)),
    Fault::at_entry("ndis-list-context", entry!(too_much_context)),
    Fault::at_entry("ndis-buffer-data", entry!(advanced_too_far)),
    Fault::at_entry("ndis-pool-left", entry!(pool_left)),
    Fault::at_entry("ndis-list-left", entry!(list_left)),
];

/// A pool of lists with a net buffer and data each.
pub(super) fn make_pool(handle: NDIS_HANDLE) -> NDIS_HANDLE {
    let parameters = NET_BUFFER_LIST_POOL_PARAMETERS {
        Header: NDIS_OBJECT_HEADER {
            Type: NDIS_OBJECT_TYPE_DEFAULT,
            Revision: NET_BUFFER_LIST_POOL_PARAMETERS_REVISION_1,
            Size: NDIS_SIZEOF_NET_BUFFER_LIST_POOL_PARAMETERS_REVISION_1,
        },
        ProtocolId: NDIS_PROTOCOL_ID_DEFAULT,
        fAllocateNetBuffer: 1,
        ContextSize: 0,
        PoolTag: TAG,
        DataSize: DATA,
    };
    NdisAllocateNetBufferListPool(handle, &raw const parameters)
}

/// A list whose net buffer has data.
pub(super) fn list_with_data(pool: NDIS_HANDLE) -> *mut NET_BUFFER_LIST {
    let list = NdisAllocateNetBufferList(pool, CONTEXT, 0);
    NdisRetreatNetBufferDataStart(first_buffer(list), DATA, 0, None);
    list
}

/// The net buffer of a list.
pub(super) fn first_buffer(list: *mut NET_BUFFER_LIST) -> *mut NET_BUFFER {
    let place = list.cast::<*mut NET_BUFFER>().wrapping_add(1);
    // SAFETY: the list is the driver's; the link to the next one is before its net buffer.
    unsafe { place.read() }
}

/// What a net buffer begins with: where its data is.
pub(super) fn data(buffer: *mut NET_BUFFER) -> *mut NET_BUFFER_DATA {
    buffer.cast()
}

/// Where the data of a list is.
pub(super) fn bytes(list: *mut NET_BUFFER_LIST) -> *mut u8 {
    NdisGetDataBuffer(first_buffer(list), DATA, ptr::null_mut(), 1, 0).cast()
}

/// Runs code with a list, and frees it and its pool.
fn with_list(code: impl FnOnce(*mut NET_BUFFER_LIST)) {
    let pool = make_pool(ptr::null_mut());
    let list = list_with_data(pool);
    code(list);
    NdisFreeNetBufferList(list);
    NdisFreeNetBufferListPool(pool);
}

/// Frees a pool before its list.
fn pool_in_use(wrong: bool) {
    let pool = make_pool(ptr::null_mut());
    let list = list_with_data(pool);
    if wrong {
        NdisFreeNetBufferListPool(pool);
    }
    NdisFreeNetBufferList(list);
    if !wrong {
        NdisFreeNetBufferListPool(pool);
    }
}

/// Frees a list that is free.
fn list_freed_twice(wrong: bool) {
    with_list(|list| {
        if wrong {
            NdisFreeNetBufferList(list);
        }
    });
}

/// Frees a net buffer that is free.
fn buffer_freed_twice(wrong: bool) {
    let parameters = NET_BUFFER_POOL_PARAMETERS {
        Header: NDIS_OBJECT_HEADER {
            Type: NDIS_OBJECT_TYPE_DEFAULT,
            Revision: NET_BUFFER_POOL_PARAMETERS_REVISION_1,
            Size: NDIS_SIZEOF_NET_BUFFER_POOL_PARAMETERS_REVISION_1,
        },
        PoolTag: TAG,
        DataSize: DATA,
    };
    let pool = NdisAllocateNetBufferPool(ptr::null_mut(), &raw const parameters);
    let buffer = NdisAllocateNetBufferMdlAndData(pool);
    NdisFreeNetBuffer(buffer);
    if wrong {
        NdisFreeNetBuffer(buffer);
    }
    NdisFreeNetBufferPool(pool);
}

/// Writes behind the data of a list, which is the last of what belongs to it.
fn written_behind(wrong: bool) {
    with_list(|list| {
        // SAFETY: the net buffer of a list is there.
        let data = unsafe { &*data(first_buffer(list)) };
        // SAFETY: its MDL is there.
        let mdl = unsafe { &*data.MdlChain.cast::<wdk_sys::MDL>() };
        let start: *mut u8 = mdl.MappedSystemVa.cast();
        let last = DATA as usize - usize::from(!wrong);
        // SAFETY: it is the last byte, or that behind it, which the fault is about.
        unsafe { start.wrapping_add(last).write(0) };
    });
}

/// Gives back more context than a list has.
fn too_much_context(wrong: bool) {
    with_list(|list| {
        NdisFreeNetBufferListContext(list, if wrong { 4 * CONTEXT } else { CONTEXT });
    });
}

/// Begins data behind its end.
fn advanced_too_far(wrong: bool) {
    with_list(|list| {
        NdisAdvanceNetBufferDataStart(first_buffer(list), DATA + u32::from(wrong), 0, None);
    });
}

/// Does not free a pool.
fn pool_left(wrong: bool) {
    let pool = make_pool(ptr::null_mut());
    if !wrong {
        NdisFreeNetBufferListPool(pool);
    }
}

/// Does not free a list.
fn list_left(wrong: bool) {
    let pool = make_pool(ptr::null_mut());
    let list = list_with_data(pool);
    if !wrong {
        NdisFreeNetBufferList(list);
        NdisFreeNetBufferListPool(pool);
    }
}
