//! Getting at the data of net buffers.

use core::ffi::c_void;

use crate::{BOOLEAN, MDL, NDIS_HANDLE, NDIS_STATUS, NET_BUFFER, NET_BUFFER_LIST};

callbacks! {
    /// Allocates memory and a memory descriptor list for a retreat; NULL if there is no memory.
    ///
    /// `BufferSize` says how many bytes are needed, and takes how many there are. IRQL: at most
    /// `DISPATCH_LEVEL`.
    ///
    /// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/nblapi/nf-nblapi-ndisretreatnetbufferdatastart)
    NET_BUFFER_ALLOCATE_MDL, NET_BUFFER_ALLOCATE_MDL_HANDLER = fn(BufferSize: *mut u32) -> *mut MDL;

    /// Frees what [`NET_BUFFER_ALLOCATE_MDL`] has allocated.
    ///
    /// IRQL: at most `DISPATCH_LEVEL`.
    ///
    /// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/nblapi/nf-nblapi-ndisadvancenetbufferdatastart)
    NET_BUFFER_FREE_MDL, NET_BUFFER_FREE_MDL_HANDLER = fn(Mdl: *mut MDL);
}

imports! {
    /// The first `BytesNeeded` bytes of a frame in one piece: where they are, or in `Storage`.
    ///
    /// NULL if the frame is shorter, if the bytes are not contiguous and `Storage` is NULL, or if
    /// memory could not be mapped, which can happen in every case. The address is a multiple of
    /// `AlignMultiple`, a power of two, plus `AlignOffset`. IRQL: at most `DISPATCH_LEVEL`.
    ///
    /// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/nblapi/nf-nblapi-ndisgetdatabuffer)
    fn NdisGetDataBuffer as FN_NDIS_GET_DATA_BUFFER(
        NetBuffer: *mut NET_BUFFER,
        BytesNeeded: u32,
        Storage: *mut c_void,
        AlignMultiple: u32,
        AlignOffset: u32,
    ) -> *mut c_void;

    /// Lets the data of a net buffer begin `DataOffsetDelta` bytes earlier.
    ///
    /// Where there is not so much unused space, `AllocateMdlHandler` (or NDIS, if it is NULL)
    /// allocates it and `DataBackFill` more. IRQL: at most `DISPATCH_LEVEL`. Errors:
    /// `NDIS_STATUS_RESOURCES`, `NDIS_STATUS_FAILURE`.
    ///
    /// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/nblapi/nf-nblapi-ndisretreatnetbufferdatastart)
    fn NdisRetreatNetBufferDataStart as FN_NDIS_RETREAT_NET_BUFFER_DATA_START(
        NetBuffer: *mut NET_BUFFER,
        DataOffsetDelta: u32,
        DataBackFill: u32,
        AllocateMdlHandler: NET_BUFFER_ALLOCATE_MDL_HANDLER,
    ) -> NDIS_STATUS;

    /// Lets the data of a net buffer begin `DataOffsetDelta` bytes later.
    ///
    /// `FreeMdl` frees what a retreat had allocated; a protocol that looks into received data
    /// leaves it false. IRQL: at most `DISPATCH_LEVEL`.
    ///
    /// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/nblapi/nf-nblapi-ndisadvancenetbufferdatastart)
    fn NdisAdvanceNetBufferDataStart as FN_NDIS_ADVANCE_NET_BUFFER_DATA_START(
        NetBuffer: *mut NET_BUFFER,
        DataOffsetDelta: u32,
        FreeMdl: BOOLEAN,
        FreeMdlHandler: NET_BUFFER_FREE_MDL_HANDLER,
    );

    /// Lets the data of all net buffers of a list begin `DataOffsetDelta` bytes earlier.
    ///
    /// IRQL: at most `DISPATCH_LEVEL`. Errors: `NDIS_STATUS_RESOURCES`, `NDIS_STATUS_FAILURE`.
    ///
    /// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/nblapi/nf-nblapi-ndisretreatnetbufferlistdatastart)
    fn NdisRetreatNetBufferListDataStart as FN_NDIS_RETREAT_NET_BUFFER_LIST_DATA_START(
        NetBufferList: *mut NET_BUFFER_LIST,
        DataOffsetDelta: u32,
        DataBackFill: u32,
        AllocateMdlHandler: NET_BUFFER_ALLOCATE_MDL_HANDLER,
        FreeMdlHandler: NET_BUFFER_FREE_MDL_HANDLER,
    ) -> NDIS_STATUS;

    /// Lets the data of all net buffers of a list begin `DataOffsetDelta` bytes later.
    ///
    /// IRQL: at most `DISPATCH_LEVEL`.
    ///
    /// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/nblapi/nf-nblapi-ndisadvancenetbufferlistdatastart)
    fn NdisAdvanceNetBufferListDataStart as FN_NDIS_ADVANCE_NET_BUFFER_LIST_DATA_START(
        NetBufferList: *mut NET_BUFFER_LIST,
        DataOffsetDelta: u32,
        FreeMdl: BOOLEAN,
        FreeMdlMdlHandler: NET_BUFFER_FREE_MDL_HANDLER,
    );

    /// Computes `CurrentMdl` and `CurrentMdlOffset` of a net buffer anew from its `DataOffset`.
    ///
    /// IRQL: any.
    ///
    /// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/nblapi/nf-nblapi-ndisadjustnetbuffercurrentmdl)
    fn NdisAdjustNetBufferCurrentMdl as FN_NDIS_ADJUST_NET_BUFFER_CURRENT_MDL(
        NetBuffer: *mut NET_BUFFER,
    );

    /// Copies data between net buffers; the offsets count from the beginning of the data.
    ///
    /// `BytesCopied` takes how many bytes it were: fewer where one of the buffers is shorter. IRQL:
    /// at most `DISPATCH_LEVEL`. Error: `NDIS_STATUS_RESOURCES`.
    ///
    /// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/nblapi/nf-nblapi-ndiscopyfromnetbuffertonetbuffer)
    fn NdisCopyFromNetBufferToNetBuffer as FN_NDIS_COPY_FROM_NET_BUFFER_TO_NET_BUFFER(
        Destination: *mut NET_BUFFER,
        DestinationOffset: u32,
        BytesToCopy: u32,
        Source: *const NET_BUFFER,
        SourceOffset: u32,
        BytesCopied: *mut u32,
    ) -> NDIS_STATUS;

    /// Number of physical fragments that the data of a net buffer can have at most.
    ///
    /// IRQL: at most `DISPATCH_LEVEL`.
    ///
    /// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/nblapi/nf-nblapi-ndisquerynetbufferphysicalcount)
    fn NdisQueryNetBufferPhysicalCount as FN_NDIS_QUERY_NET_BUFFER_PHYSICAL_COUNT(
        NetBuffer: *mut NET_BUFFER,
    ) -> u32;

    /// Allocates a memory descriptor list over nonpaged memory of the caller; NULL if there is no
    /// memory.
    ///
    /// IRQL: at most `DISPATCH_LEVEL`.
    ///
    /// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/mdlapi/nf-mdlapi-ndisallocatemdl)
    fn NdisAllocateMdl as FN_NDIS_ALLOCATE_MDL(
        NdisHandle: NDIS_HANDLE,
        VirtualAddress: *mut c_void,
        Length: u32,
    ) -> *mut MDL;

    /// Frees a memory descriptor list from `NdisAllocateMdl`; its memory stays the caller's.
    ///
    /// IRQL: at most `DISPATCH_LEVEL`.
    ///
    /// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/mdlapi/nf-mdlapi-ndisfreemdl)
    fn NdisFreeMdl as FN_NDIS_FREE_MDL(Mdl: *mut MDL);
}
