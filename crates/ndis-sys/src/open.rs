//! Opening and closing a binding.

use crate::{
    NDIS_HANDLE, NDIS_MEDIUM, NDIS_OBJECT_HEADER, NDIS_STATUS, NDIS_STRING, NET_FRAME_TYPE,
};

/// First and only revision of [`NDIS_OPEN_PARAMETERS`].
pub const NDIS_OPEN_PARAMETERS_REVISION_1: u8 = 1;
/// Bytes of revision 1.
pub const NDIS_SIZEOF_OPEN_PARAMETERS_REVISION_1: u16 = 52;

/// The adapter does not indicate data while the driver still handles an earlier indication. NDIS 5.
pub const NDIS_OPEN_RECEIVE_NOT_REENTRANT: u32 = 0x1;

/// The driver does not know the length of received packets exactly. NDIS 5.
pub const NDIS_PROT_OPTION_ESTIMATED_LENGTH: u32 = 0x1;
/// The driver does not want its own packets back. NDIS 5.
pub const NDIS_PROT_OPTION_NO_LOOPBACK: u32 = 0x2;
/// The driver does not use the reserved area of received packets. NDIS 5.
pub const NDIS_PROT_OPTION_NO_RSVD_ON_RCVPKT: u32 = 0x4;
/// The driver keeps to restrictions on what it sends. NDIS 5.
pub const NDIS_PROT_OPTION_SEND_RESTRICTED: u32 = 0x8;

/// What a protocol driver asks for when it opens an adapter.
///
/// The driver owns it and what it points to. It needs to last only until the call returns, but for
/// the variable at `SelectedMediumIndex`, which NDIS writes when the open completes.
///
/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ndis/ns-ndis-_ndis_open_parameters)
#[repr(C)]
#[derive(Clone, Copy, Debug, Default)]
pub struct NDIS_OPEN_PARAMETERS {
    /// Type [`NDIS_OBJECT_TYPE_OPEN_PARAMETERS`](crate::NDIS_OBJECT_TYPE_OPEN_PARAMETERS).
    pub Header: NDIS_OBJECT_HEADER,
    /// `AdapterName` of the bind parameters.
    pub AdapterName: *mut NDIS_STRING,
    /// Media that the driver can work with.
    pub MediumArray: *mut NDIS_MEDIUM,
    /// Number of those.
    pub MediumArraySize: u32,
    /// Receives the index of the medium that the adapter has.
    pub SelectedMediumIndex: *mut u32,
    /// Frame types that the driver wants, as `NDIS_ETH_TYPE_…` gives them; NULL for all. NDIS takes
    /// it as a hint, so that frames of other types can still arrive.
    pub FrameTypeArray: *mut NET_FRAME_TYPE,
    /// Number of those.
    pub FrameTypeArraySize: u32,
}

callbacks! {
    /// Called when an open that was pending has ended, with its final status.
    ///
    /// Only now are the binding handle and the selected medium stored where the caller of
    /// `NdisOpenAdapterEx` asked for them. IRQL: `PASSIVE_LEVEL`.
    ///
    /// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ndis/nc-ndis-protocol_open_adapter_complete_ex)
    PROTOCOL_OPEN_ADAPTER_COMPLETE_EX, PROTOCOL_OPEN_ADAPTER_COMPLETE_EX_HANDLER,
    OPEN_ADAPTER_COMPLETE_HANDLER_EX = fn(
        ProtocolBindingContext: NDIS_HANDLE,
        Status: NDIS_STATUS,
    );

    /// Called when a close that was pending has ended; nothing uses the binding context after this.
    ///
    /// IRQL: `PASSIVE_LEVEL`.
    ///
    /// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ndis/nc-ndis-protocol_close_adapter_complete_ex)
    PROTOCOL_CLOSE_ADAPTER_COMPLETE_EX, PROTOCOL_CLOSE_ADAPTER_COMPLETE_EX_HANDLER,
    CLOSE_ADAPTER_COMPLETE_HANDLER_EX = fn(ProtocolBindingContext: NDIS_HANDLE);
}

imports! {
    /// Opens the adapter that the driver is asked to bind to. Only inside of the bind handler.
    ///
    /// `ProtocolBindingContext` comes back in every callback of the binding. On media other than
    /// 802.3 and 802.5 data can arrive before the call returns, so that the context must be ready.
    /// Pending means that [`PROTOCOL_OPEN_ADAPTER_COMPLETE_EX`] will follow. IRQL: `PASSIVE_LEVEL`.
    ///
    /// Errors: `NDIS_STATUS_ADAPTER_NOT_FOUND`, `NDIS_STATUS_UNSUPPORTED_MEDIA`,
    /// `NDIS_STATUS_RESOURCES`, `NDIS_STATUS_FAILURE`.
    ///
    /// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ndis/nf-ndis-ndisopenadapterex)
    fn NdisOpenAdapterEx as FN_NDIS_OPEN_ADAPTER_EX(
        NdisProtocolHandle: NDIS_HANDLE,
        ProtocolBindingContext: NDIS_HANDLE,
        OpenParameters: *mut NDIS_OPEN_PARAMETERS,
        BindContext: NDIS_HANDLE,
        NdisBindingHandle: *mut NDIS_HANDLE,
    ) -> NDIS_STATUS;

    /// Closes a binding. Only inside of the bind or unbind handler, after all of the driver's sends
    /// and requests have completed and every received list has been returned.
    ///
    /// The handle is invalid as soon as the call is made. Until the close is complete the receive
    /// and status handlers can still be called. Pending means that
    /// [`PROTOCOL_CLOSE_ADAPTER_COMPLETE_EX`] will follow; there is no error. IRQL:
    /// `PASSIVE_LEVEL`.
    ///
    /// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ndis/nf-ndis-ndiscloseadapterex)
    fn NdisCloseAdapterEx as FN_NDIS_CLOSE_ADAPTER_EX(
        NdisBindingHandle: NDIS_HANDLE,
    ) -> NDIS_STATUS;

    /// Friendly name of the adapter of a binding.
    ///
    /// NDIS allocates the characters; the caller frees them with `NdisFreeMemory`. IRQL: at most
    /// `DISPATCH_LEVEL`. Error: `NDIS_STATUS_RESOURCES`.
    ///
    /// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ndis/nf-ndis-ndisqueryadapterinstancename)
    fn NdisQueryAdapterInstanceName as FN_NDIS_QUERY_ADAPTER_INSTANCE_NAME(
        pAdapterInstanceName: *mut NDIS_STRING,
        NdisBindingHandle: NDIS_HANDLE,
    ) -> NDIS_STATUS;
}
