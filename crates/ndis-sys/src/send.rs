//! Sending.

use core::ffi::c_void;

use crate::{NDIS_HANDLE, NDIS_PORT_NUMBER, NET_BUFFER_LIST};

/// The caller knows that it runs at `DISPATCH_LEVEL`.
pub const NDIS_SEND_FLAGS_DISPATCH_LEVEL: u32 = 0x0000_0001;
/// NDIS is to loop the lists back to the sender as well, where they are for this computer.
pub const NDIS_SEND_FLAGS_CHECK_FOR_LOOPBACK: u32 = 0x0000_0002;
/// All lists are for the same send queue. From NDIS 6.20.
pub const NDIS_SEND_FLAGS_SINGLE_QUEUE: u32 = 0x0000_0004;
/// Extensible switch: all lists have the same destinations. From NDIS 6.30.
pub const NDIS_SEND_FLAGS_SWITCH_DESTINATION_GROUP: u32 = 0x0000_0010;
/// Extensible switch: all lists have the same source. From NDIS 6.30.
pub const NDIS_SEND_FLAGS_SWITCH_SINGLE_SOURCE: u32 = 0x0000_0020;

/// The caller knows that it runs at `DISPATCH_LEVEL`.
pub const NDIS_SEND_COMPLETE_FLAGS_DISPATCH_LEVEL: u32 = 0x0000_0001;
/// All lists come from the same send queue. From NDIS 6.20.
pub const NDIS_SEND_COMPLETE_FLAGS_SINGLE_QUEUE: u32 = 0x0000_0002;
/// Extensible switch: all lists have the same source. From NDIS 6.30.
pub const NDIS_SEND_COMPLETE_FLAGS_SWITCH_SINGLE_SOURCE: u32 = 0x0000_0004;

callbacks! {
    /// Called with a chain of lists that the driver has sent and that are its own again, each with
    /// its result in `Status`.
    ///
    /// IRQL: at most `DISPATCH_LEVEL`.
    ///
    /// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ndis/nc-ndis-protocol_send_net_buffer_lists_complete)
    PROTOCOL_SEND_NET_BUFFER_LISTS_COMPLETE, PROTOCOL_SEND_NET_BUFFER_LISTS_COMPLETE_HANDLER,
    SEND_NET_BUFFER_LISTS_COMPLETE_HANDLER = fn(
        ProtocolBindingContext: NDIS_HANDLE,
        NetBufferList: *mut NET_BUFFER_LIST,
        SendCompleteFlags: u32,
    );
}

imports! {
    /// Sends a chain of lists. They belong to the drivers below until
    /// [`PROTOCOL_SEND_NET_BUFFER_LISTS_COMPLETE`] gives them back, which can happen before the
    /// call returns.
    ///
    /// `SourceHandle` of every list must be the binding handle. Not while the binding is paused.
    /// IRQL: at most `DISPATCH_LEVEL`.
    ///
    /// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ndis/nf-ndis-ndissendnetbufferlists)
    fn NdisSendNetBufferLists as FN_NDIS_SEND_NET_BUFFER_LISTS(
        NdisBindingHandle: NDIS_HANDLE,
        NetBufferLists: *mut NET_BUFFER_LIST,
        PortNumber: NDIS_PORT_NUMBER,
        SendFlags: u32,
    );

    /// Asks the drivers below to end sends of the binding that carry this
    /// [`NetBufferListCancelId`](crate::NetBufferListCancelId). They still complete, each through
    /// the callback.
    ///
    /// IRQL: at most `DISPATCH_LEVEL`.
    ///
    /// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ndis/nf-ndis-ndiscancelsendnetbufferlists)
    fn NdisCancelSendNetBufferLists as FN_NDIS_CANCEL_SEND_NET_BUFFER_LISTS(
        NdisBindingHandle: NDIS_HANDLE,
        CancelId: *mut c_void,
    );

    /// Number that this driver, and no other, may use as the uppermost byte of its cancel
    /// identifiers.
    ///
    /// IRQL: at most `DISPATCH_LEVEL`.
    ///
    /// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ndis/nf-ndis-ndisgeneratepartialcancelid)
    fn NdisGeneratePartialCancelId as FN_NDIS_GENERATE_PARTIAL_CANCEL_ID() -> u8;
}
