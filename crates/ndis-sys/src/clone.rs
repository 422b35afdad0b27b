//! Lists derived from other lists.

use crate::{NDIS_HANDLE, NET_BUFFER_LIST};

/// Reserved.
pub const NDIS_CLONE_FLAGS_RESERVED: u32 = 0x1;
/// The clone shares the memory descriptor lists of the original instead of having its own.
pub const NDIS_CLONE_FLAGS_USE_ORIGINAL_MDLS: u32 = 0x2;

imports! {
    /// Makes a list over the same data as another; NULL if there is no memory.
    ///
    /// Data is not copied, nor out-of-band information: the original must outlive the clone. NULL
    /// for a pool takes one of NDIS' own. IRQL: at most `DISPATCH_LEVEL`.
    ///
    /// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/nblapi/nf-nblapi-ndisallocateclonenetbufferlist)
    fn NdisAllocateCloneNetBufferList as FN_NDIS_ALLOCATE_CLONE_NET_BUFFER_LIST(
        OriginalNetBufferList: *mut NET_BUFFER_LIST,
        NetBufferListPoolHandle: NDIS_HANDLE,
        NetBufferPoolHandle: NDIS_HANDLE,
        AllocateCloneFlags: u32,
    ) -> *mut NET_BUFFER_LIST;

    /// Frees a clone, with the flags that it was made with.
    ///
    /// IRQL: at most `DISPATCH_LEVEL`.
    ///
    /// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/nblapi/nf-nblapi-ndisfreeclonenetbufferlist)
    fn NdisFreeCloneNetBufferList as FN_NDIS_FREE_CLONE_NET_BUFFER_LIST(
        CloneNetBufferList: *mut NET_BUFFER_LIST,
        FreeCloneFlags: u32,
    );

    /// Makes a list over the data of another, cut into buffers of at most `MaximumLength` bytes;
    /// NULL if there is no memory.
    ///
    /// `StartOffset` bytes of each original buffer are left out; each new one gets
    /// `DataOffsetDelta` bytes before its data. Data is not copied. IRQL: at most `DISPATCH_LEVEL`.
    ///
    /// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/nblapi/nf-nblapi-ndisallocatefragmentnetbufferlist)
    fn NdisAllocateFragmentNetBufferList as FN_NDIS_ALLOCATE_FRAGMENT_NET_BUFFER_LIST(
        OriginalNetBufferList: *mut NET_BUFFER_LIST,
        NetBufferListPool: NDIS_HANDLE,
        NetBufferPool: NDIS_HANDLE,
        StartOffset: u32,
        MaximumLength: u32,
        DataOffsetDelta: u32,
        DataBackFill: u32,
        AllocateFragmentFlags: u32,
    ) -> *mut NET_BUFFER_LIST;

    /// Frees a list of fragments, with the delta and flags that it was made with.
    ///
    /// IRQL: at most `DISPATCH_LEVEL`.
    ///
    /// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/nblapi/nf-nblapi-ndisfreefragmentnetbufferlist)
    fn NdisFreeFragmentNetBufferList as FN_NDIS_FREE_FRAGMENT_NET_BUFFER_LIST(
        FragmentNetBufferList: *mut NET_BUFFER_LIST,
        DataOffsetDelta: u32,
        FreeFragmentFlags: u32,
    );

    /// Makes a list with one buffer over the data of all buffers of another; NULL if there is no
    /// memory.
    ///
    /// `StartOffset` bytes of each original buffer are left out. Data is not copied. IRQL: at most
    /// `DISPATCH_LEVEL`.
    ///
    /// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/nblapi/nf-nblapi-ndisallocatereassemblednetbufferlist)
    fn NdisAllocateReassembledNetBufferList as FN_NDIS_ALLOCATE_REASSEMBLED_NET_BUFFER_LIST(
        FragmentNetBufferList: *mut NET_BUFFER_LIST,
        NetBufferAndNetBufferListPoolHandle: NDIS_HANDLE,
        StartOffset: u32,
        DataOffsetDelta: u32,
        DataBackFill: u32,
        AllocateReassembleFlags: u32,
    ) -> *mut NET_BUFFER_LIST;

    /// Frees a reassembled list, with the delta and flags that it was made with.
    ///
    /// IRQL: at most `DISPATCH_LEVEL`.
    ///
    /// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/nblapi/nf-nblapi-ndisfreereassemblednetbufferlist)
    fn NdisFreeReassembledNetBufferList as FN_NDIS_FREE_REASSEMBLED_NET_BUFFER_LIST(
        ReassembledNetBufferList: *mut NET_BUFFER_LIST,
        DataOffsetDelta: u32,
        FreeReassembleFlags: u32,
    );

    /// Copies the out-of-band information that goes down with data to send.
    ///
    /// IRQL: at most `DISPATCH_LEVEL`.
    ///
    /// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/nblapi/nf-nblapi-ndiscopysendnetbufferlistinfo)
    fn NdisCopySendNetBufferListInfo as FN_NDIS_COPY_SEND_NET_BUFFER_LIST_INFO(
        DestNetBufferList: *mut NET_BUFFER_LIST,
        SrcNetBufferList: *const NET_BUFFER_LIST,
    );

    /// Copies the out-of-band information that comes up with received data: checksums, 802.1Q,
    /// frame type, hash and others. The page lists the slots; time stamps are not among them.
    ///
    /// IRQL: at most `DISPATCH_LEVEL`.
    ///
    /// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/nblapi/nf-nblapi-ndiscopyreceivenetbufferlistinfo)
    fn NdisCopyReceiveNetBufferListInfo as FN_NDIS_COPY_RECEIVE_NET_BUFFER_LIST_INFO(
        DestNetBufferList: *mut NET_BUFFER_LIST,
        SrcNetBufferList: *const NET_BUFFER_LIST,
    );

    /// Kind of the protocol that made a list, `NDIS_PROTOCOL_ID_…`.
    ///
    /// IRQL: any.
    ///
    /// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/nblapi/nf-nblapi-ndisgetnetbufferlistprotocolid)
    fn NdisGetNetBufferListProtocolId as FN_NDIS_GET_NET_BUFFER_LIST_PROTOCOL_ID(
        NetBufferList: *const NET_BUFFER_LIST,
    ) -> u8;
}
