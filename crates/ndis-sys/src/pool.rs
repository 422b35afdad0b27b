//! Pools of lists and net buffers, and what is allocated from them.
//!
//! Lists and buffers come from pools only: NDIS keeps more with them than their declarations show.

use crate::{
    BOOLEAN, MDL, NDIS_HANDLE, NDIS_OBJECT_HEADER, NDIS_STATUS, NET_BUFFER, NET_BUFFER_LIST,
};

/// First revision of [`NET_BUFFER_LIST_POOL_PARAMETERS`].
pub const NET_BUFFER_LIST_POOL_PARAMETERS_REVISION_1: u8 = 1;
/// Bytes of revision 1 of [`NET_BUFFER_LIST_POOL_PARAMETERS`].
pub const NDIS_SIZEOF_NET_BUFFER_LIST_POOL_PARAMETERS_REVISION_1: u16 = 16;
/// First revision of [`NET_BUFFER_POOL_PARAMETERS`].
pub const NET_BUFFER_POOL_PARAMETERS_REVISION_1: u8 = 1;
/// Bytes of revision 1 of [`NET_BUFFER_POOL_PARAMETERS`].
pub const NDIS_SIZEOF_NET_BUFFER_POOL_PARAMETERS_REVISION_1: u16 = 12;

/// What a pool of lists is to hold. (NDIS 6.87 has a revision 2 with four bytes of flags more.)
///
/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/nblapi/ns-nblapi-net_buffer_list_pool_parameters)
#[repr(C)]
#[derive(Clone, Copy, Debug, Default)]
pub struct NET_BUFFER_LIST_POOL_PARAMETERS {
    /// Type [`NDIS_OBJECT_TYPE_DEFAULT`](crate::NDIS_OBJECT_TYPE_DEFAULT).
    pub Header: NDIS_OBJECT_HEADER,
    /// Kind of the protocol, `NDIS_PROTOCOL_ID_…`; 0 for other drivers.
    pub ProtocolId: u8,
    /// Whether each list comes with a net buffer.
    pub fAllocateNetBuffer: BOOLEAN,
    /// Bytes of context that each list comes with, a multiple of `MEMORY_ALLOCATION_ALIGNMENT`
    /// (16).
    pub ContextSize: u16,
    /// Pool tag.
    pub PoolTag: u32,
    /// Bytes of data that each list's buffer comes with; 0 for none.
    pub DataSize: u32,
}

/// What a pool of net buffers is to hold. (NDIS 6.87 has a revision 2 with four bytes of flags
/// more.)
///
/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/nblapi/nf-nblapi-ndisallocatenetbufferpool)
#[repr(C)]
#[derive(Clone, Copy, Debug, Default)]
pub struct NET_BUFFER_POOL_PARAMETERS {
    /// Type [`NDIS_OBJECT_TYPE_DEFAULT`](crate::NDIS_OBJECT_TYPE_DEFAULT).
    pub Header: NDIS_OBJECT_HEADER,
    /// Pool tag.
    pub PoolTag: u32,
    /// Bytes of data that each buffer comes with; 0 for none.
    pub DataSize: u32,
}

imports! {
    /// Makes a pool of lists; NULL if there is no memory.
    ///
    /// `NdisHandle` is a handle of the driver or of a generic object. IRQL: at most
    /// `DISPATCH_LEVEL`.
    ///
    /// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/nblapi/nf-nblapi-ndisallocatenetbufferlistpool)
    fn NdisAllocateNetBufferListPool as FN_NDIS_ALLOCATE_NET_BUFFER_LIST_POOL(
        NdisHandle: NDIS_HANDLE,
        Parameters: *const NET_BUFFER_LIST_POOL_PARAMETERS,
    ) -> NDIS_HANDLE;

    /// Frees a pool of lists, after all its lists.
    ///
    /// IRQL: at most `DISPATCH_LEVEL`.
    ///
    /// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/nblapi/nf-nblapi-ndisfreenetbufferlistpool)
    fn NdisFreeNetBufferListPool as FN_NDIS_FREE_NET_BUFFER_LIST_POOL(PoolHandle: NDIS_HANDLE);

    /// Makes a pool of net buffers; NULL if there is no memory.
    ///
    /// IRQL: at most `DISPATCH_LEVEL`.
    ///
    /// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/nblapi/nf-nblapi-ndisallocatenetbufferpool)
    fn NdisAllocateNetBufferPool as FN_NDIS_ALLOCATE_NET_BUFFER_POOL(
        NdisHandle: NDIS_HANDLE,
        Parameters: *const NET_BUFFER_POOL_PARAMETERS,
    ) -> NDIS_HANDLE;

    /// Frees a pool of net buffers, after all its buffers.
    ///
    /// IRQL: at most `DISPATCH_LEVEL`.
    ///
    /// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/nblapi/nf-nblapi-ndisfreenetbufferpool)
    fn NdisFreeNetBufferPool as FN_NDIS_FREE_NET_BUFFER_POOL(PoolHandle: NDIS_HANDLE);

    /// Allocates a list with a net buffer over the caller's chain of memory descriptor lists; NULL
    /// if there is no memory.
    ///
    /// The pool must have `fAllocateNetBuffer` set and `DataSize` 0. The chain stays the caller's.
    /// IRQL: at most `DISPATCH_LEVEL`.
    ///
    /// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/nblapi/nf-nblapi-ndisallocatenetbufferandnetbufferlist)
    fn NdisAllocateNetBufferAndNetBufferList as FN_NDIS_ALLOCATE_NET_BUFFER_AND_NET_BUFFER_LIST(
        PoolHandle: NDIS_HANDLE,
        ContextSize: u16,
        ContextBackFill: u16,
        MdlChain: *mut MDL,
        DataOffset: u32,
        DataLength: usize,
    ) -> *mut NET_BUFFER_LIST;

    /// Allocates a list, with a net buffer, memory descriptor list and data where the pool has
    /// them; NULL if there is no memory.
    ///
    /// IRQL: at most `DISPATCH_LEVEL`.
    ///
    /// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/nblapi/nf-nblapi-ndisallocatenetbufferlist)
    fn NdisAllocateNetBufferList as FN_NDIS_ALLOCATE_NET_BUFFER_LIST(
        PoolHandle: NDIS_HANDLE,
        ContextSize: u16,
        ContextBackFill: u16,
    ) -> *mut NET_BUFFER_LIST;

    /// Frees a list and what it was allocated with.
    ///
    /// Net buffers, memory descriptor lists and contexts that were added stay with whoever added
    /// them. IRQL: at most `DISPATCH_LEVEL`.
    ///
    /// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/nblapi/nf-nblapi-ndisfreenetbufferlist)
    fn NdisFreeNetBufferList as FN_NDIS_FREE_NET_BUFFER_LIST(NetBufferList: *mut NET_BUFFER_LIST);

    /// Allocates a net buffer over the caller's chain of memory descriptor lists; NULL if there is
    /// no memory.
    ///
    /// IRQL: at most `DISPATCH_LEVEL`.
    ///
    /// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/nblapi/nf-nblapi-ndisallocatenetbuffer)
    fn NdisAllocateNetBuffer as FN_NDIS_ALLOCATE_NET_BUFFER(
        PoolHandle: NDIS_HANDLE,
        MdlChain: *mut MDL,
        DataOffset: u32,
        DataLength: usize,
    ) -> *mut NET_BUFFER;

    /// Allocates a net buffer with memory descriptor list and data, from a pool that has them; NULL
    /// if there is no memory.
    ///
    /// IRQL: at most `DISPATCH_LEVEL`.
    ///
    /// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/nblapi/nf-nblapi-ndisallocatenetbuffermdlanddata)
    fn NdisAllocateNetBufferMdlAndData as FN_NDIS_ALLOCATE_NET_BUFFER_MDL_AND_DATA(
        PoolHandle: NDIS_HANDLE,
    ) -> *mut NET_BUFFER;

    /// Frees a net buffer and what it was allocated with.
    ///
    /// IRQL: at most `DISPATCH_LEVEL`.
    ///
    /// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/nblapi/nf-nblapi-ndisfreenetbuffer)
    fn NdisFreeNetBuffer as FN_NDIS_FREE_NET_BUFFER(NetBuffer: *mut NET_BUFFER);

    /// Pool that a list was allocated from.
    ///
    /// IRQL: at most `DISPATCH_LEVEL`.
    ///
    /// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/nblapi/nf-nblapi-ndisgetpoolfromnetbufferlist)
    fn NdisGetPoolFromNetBufferList as FN_NDIS_GET_POOL_FROM_NET_BUFFER_LIST(
        NetBufferList: *const NET_BUFFER_LIST,
    ) -> NDIS_HANDLE;

    /// Pool that a net buffer was allocated from.
    ///
    /// IRQL: at most `DISPATCH_LEVEL`.
    ///
    /// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/nblapi/nf-nblapi-ndisgetpoolfromnetbuffer)
    fn NdisGetPoolFromNetBuffer as FN_NDIS_GET_POOL_FROM_NET_BUFFER(
        NetBuffer: *const NET_BUFFER,
    ) -> NDIS_HANDLE;

    /// Gives a list context space for the caller, at `Offset` of its first context area.
    ///
    /// `ContextBackFill` more bytes are allocated for drivers that follow, where an area has to be
    /// allocated at all. IRQL: at most `DISPATCH_LEVEL`. Errors: `NDIS_STATUS_RESOURCES`,
    /// `NDIS_STATUS_FAILURE`.
    ///
    /// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/nblapi/nf-nblapi-ndisallocatenetbufferlistcontext)
    fn NdisAllocateNetBufferListContext as FN_NDIS_ALLOCATE_NET_BUFFER_LIST_CONTEXT(
        NetBufferList: *mut NET_BUFFER_LIST,
        ContextSize: u16,
        ContextBackFill: u16,
        PoolTag: u32,
    ) -> NDIS_STATUS;

    /// Takes back context space, with the size that it was asked for.
    ///
    /// IRQL: at most `DISPATCH_LEVEL`.
    ///
    /// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/nblapi/nf-nblapi-ndisfreenetbufferlistcontext)
    fn NdisFreeNetBufferListContext as FN_NDIS_FREE_NET_BUFFER_LIST_CONTEXT(
        NetBufferList: *mut NET_BUFFER_LIST,
        ContextSize: u16,
    );
}
