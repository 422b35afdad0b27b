//! Receiving.

use crate::{NDIS_HANDLE, NDIS_PORT_NUMBER, NET_BUFFER_LIST};

/// The caller knows that it runs at `DISPATCH_LEVEL`. Clear says nothing of the IRQL.
pub const NDIS_RECEIVE_FLAGS_DISPATCH_LEVEL: u32 = 0x0000_0001;
/// The lists are lent for the time of the call: they must not be kept or returned, and when the
/// call returns they must be linked as they were.
pub const NDIS_RECEIVE_FLAGS_RESOURCES: u32 = 0x0000_0002;
/// All frames have the same type.
pub const NDIS_RECEIVE_FLAGS_SINGLE_ETHER_TYPE: u32 = 0x0000_0100;
/// All frames belong to the same VLAN.
pub const NDIS_RECEIVE_FLAGS_SINGLE_VLAN: u32 = 0x0000_0200;
/// All frames pass the packet filter and multicast list of the adapter, which are not those of the
/// binding.
pub const NDIS_RECEIVE_FLAGS_PERFECT_FILTERED: u32 = 0x0000_0400;
/// All frames come from the same receive queue. From NDIS 6.20.
pub const NDIS_RECEIVE_FLAGS_SINGLE_QUEUE: u32 = 0x0000_0800;
/// `SharedMemoryInfo` of the net buffers is valid. From NDIS 6.20.
pub const NDIS_RECEIVE_FLAGS_SHARED_MEMORY_INFO_VALID: u32 = 0x0000_1000;
/// Reserved: more lists follow. From NDIS 6.20.
pub const NDIS_RECEIVE_FLAGS_MORE_NBLS: u32 = 0x0000_2000;
/// Extensible switch: all frames have the same destinations. From NDIS 6.30.
pub const NDIS_RECEIVE_FLAGS_SWITCH_DESTINATION_GROUP: u32 = 0x0000_4000;
/// Extensible switch: all frames have the same source. From NDIS 6.30.
pub const NDIS_RECEIVE_FLAGS_SWITCH_SINGLE_SOURCE: u32 = 0x0000_8000;

/// The caller knows that it runs at `DISPATCH_LEVEL`.
pub const NDIS_RETURN_FLAGS_DISPATCH_LEVEL: u32 = 0x0000_0001;
/// All lists come from the same receive queue. From NDIS 6.20.
pub const NDIS_RETURN_FLAGS_SINGLE_QUEUE: u32 = 0x0000_0002;
/// Extensible switch: all lists have the same source. From NDIS 6.30.
pub const NDIS_RETURN_FLAGS_SWITCH_SINGLE_SOURCE: u32 = 0x0000_0004;

callbacks! {
    /// Called with a chain of lists that have arrived, on several processors at once.
    ///
    /// With [`NDIS_RECEIVE_FLAGS_RESOURCES`] the lists stay NDIS' and are lent for the call.
    /// Without it each of them is the driver's until it has returned it, once, with
    /// `NdisReturnNetBufferLists`, here or later, in any order and grouping. Lists can arrive while
    /// the binding is paused, and until its close is complete; they are returned at once. IRQL: at
    /// most `DISPATCH_LEVEL`.
    ///
    /// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ndis/nc-ndis-protocol_receive_net_buffer_lists)
    PROTOCOL_RECEIVE_NET_BUFFER_LISTS, PROTOCOL_RECEIVE_NET_BUFFER_LISTS_HANDLER,
    RECEIVE_NET_BUFFER_LISTS_HANDLER = fn(
        ProtocolBindingContext: NDIS_HANDLE,
        NetBufferLists: *mut NET_BUFFER_LIST,
        PortNumber: NDIS_PORT_NUMBER,
        NumberOfNetBufferLists: u32,
        ReceiveFlags: u32,
    );
}

imports! {
    /// Returns received lists to NDIS, which owns them from the moment of the call.
    ///
    /// All lists of the chain must have come through this binding and must not have been lent.
    /// IRQL: at most `DISPATCH_LEVEL`.
    ///
    /// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ndis/nf-ndis-ndisreturnnetbufferlists)
    fn NdisReturnNetBufferLists as FN_NDIS_RETURN_NET_BUFFER_LISTS(
        NdisBindingHandle: NDIS_HANDLE,
        NetBufferLists: *mut NET_BUFFER_LIST,
        ReturnFlags: u32,
    );
}
