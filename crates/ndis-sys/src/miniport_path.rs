//! What a miniport exchanges with NDIS: data, requests, status and events.

use core::ffi::c_void;

use crate::{
    NDIS_HANDLE, NDIS_OBJECT_HEADER, NDIS_OID_REQUEST, NDIS_PORT_NUMBER, NDIS_STATUS,
    NDIS_STATUS_INDICATION, NET_BUFFER_LIST, NET_PNP_EVENT_NOTIFICATION,
};

/// Event of a device.
pub type NDIS_DEVICE_PNP_EVENT = i32;

/// May it be removed?
pub const NdisDevicePnPEventQueryRemoved: NDIS_DEVICE_PNP_EVENT = 0;
/// It is removed.
pub const NdisDevicePnPEventRemoved: NDIS_DEVICE_PNP_EVENT = 1;
/// It is gone.
pub const NdisDevicePnPEventSurpriseRemoved: NDIS_DEVICE_PNP_EVENT = 2;
/// May it be stopped?
pub const NdisDevicePnPEventQueryStopped: NDIS_DEVICE_PNP_EVENT = 3;
/// It is stopped.
pub const NdisDevicePnPEventStopped: NDIS_DEVICE_PNP_EVENT = 4;
/// The computer runs on another source of power; the buffer holds an [`NDIS_POWER_PROFILE`].
pub const NdisDevicePnPEventPowerProfileChanged: NDIS_DEVICE_PNP_EVENT = 5;
/// The filters of the stack have changed.
pub const NdisDevicePnPEventFilterListChanged: NDIS_DEVICE_PNP_EVENT = 6;
/// Number of events.
pub const NdisDevicePnPEventMaximum: NDIS_DEVICE_PNP_EVENT = 7;

/// Source of the computer's power.
pub type NDIS_POWER_PROFILE = i32;

/// Battery.
pub const NdisPowerProfileBattery: NDIS_POWER_PROFILE = 0;
/// Mains.
pub const NdisPowerProfileAcOnLine: NDIS_POWER_PROFILE = 1;

/// First and only revision of [`NET_DEVICE_PNP_EVENT`].
pub const NET_DEVICE_PNP_EVENT_REVISION_1: u8 = 1;
/// Bytes of [`NET_DEVICE_PNP_EVENT`] up to its last member.
pub const NDIS_SIZEOF_NET_DEVICE_PNP_EVENT_REVISION_1: u16 = 44;

/// Event of a device, on its way down the stack.
///
/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ndis/ns-ndis-_net_device_pnp_event)
#[repr(C)]
#[derive(Clone, Copy, Debug, Default)]
pub struct NET_DEVICE_PNP_EVENT {
    /// Type [`NDIS_OBJECT_TYPE_DEFAULT`](crate::NDIS_OBJECT_TYPE_DEFAULT).
    pub Header: NDIS_OBJECT_HEADER,
    /// Port that the event is about; 0 for the default port or for all.
    pub PortNumber: NDIS_PORT_NUMBER,
    /// The event.
    pub DevicePnPEvent: NDIS_DEVICE_PNP_EVENT,
    /// What is to be known of it, by event.
    pub InformationBuffer: *mut c_void,
    /// Bytes at `InformationBuffer`.
    pub InformationBufferLength: u32,
    /// For NDIS.
    pub NdisReserved: [u8; 2 * size_of::<*mut c_void>()],
}

callbacks! {
    /// Called with lists to send. They are the miniport's until it gives them back with
    /// `NdisMSendNetBufferListsComplete`, with `Status` set, in any order and grouping.
    ///
    /// IRQL: at most `DISPATCH_LEVEL`.
    ///
    /// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ndis/nc-ndis-miniport_send_net_buffer_lists)
    MINIPORT_SEND_NET_BUFFER_LISTS, MINIPORT_SEND_NET_BUFFER_LISTS_HANDLER = fn(
        MiniportAdapterContext: NDIS_HANDLE,
        NetBufferList: *mut NET_BUFFER_LIST,
        PortNumber: NDIS_PORT_NUMBER,
        SendFlags: u32,
    );

    /// Called with lists that the miniport has indicated and that are its own again, in any order
    /// and grouping.
    ///
    /// IRQL: at most `DISPATCH_LEVEL`.
    ///
    /// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ndis/nc-ndis-miniport_return_net_buffer_lists)
    MINIPORT_RETURN_NET_BUFFER_LISTS, MINIPORT_RETURN_NET_BUFFER_LISTS_HANDLER = fn(
        MiniportAdapterContext: NDIS_HANDLE,
        NetBufferLists: *mut NET_BUFFER_LIST,
        ReturnFlags: u32,
    );

    /// Called to end sends with this cancel identifier.
    ///
    /// IRQL: at most `DISPATCH_LEVEL`.
    ///
    /// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ndis/nc-ndis-miniport_cancel_send)
    MINIPORT_CANCEL_SEND, MINIPORT_CANCEL_SEND_HANDLER = fn(
        MiniportAdapterContext: NDIS_HANDLE,
        CancelId: *mut c_void,
    );

    /// Called with a request; NDIS sends one at a time.
    ///
    /// Returns its status; pending, and then `NdisMOidRequestComplete` follows exactly once, and
    /// request and buffer are the miniport's until then. IRQL: `PASSIVE_LEVEL`.
    ///
    /// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ndis/nc-ndis-miniport_oid_request)
    MINIPORT_OID_REQUEST, MINIPORT_OID_REQUEST_HANDLER = fn(
        MiniportAdapterContext: NDIS_HANDLE,
        OidRequest: *mut NDIS_OID_REQUEST,
    ) -> NDIS_STATUS;

    /// Called to end a request, by its `RequestId`.
    ///
    /// IRQL: at most `DISPATCH_LEVEL`.
    ///
    /// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ndis/nc-ndis-miniport_cancel_oid_request)
    MINIPORT_CANCEL_OID_REQUEST, MINIPORT_CANCEL_OID_REQUEST_HANDLER = fn(
        MiniportAdapterContext: NDIS_HANDLE,
        RequestId: *mut c_void,
    );

    /// Called with a direct request, of which there can be several at once; completed with
    /// `NdisMDirectOidRequestComplete`.
    ///
    /// IRQL: at most `DISPATCH_LEVEL`.
    ///
    /// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ndis/nc-ndis-miniport_direct_oid_request)
    MINIPORT_DIRECT_OID_REQUEST, MINIPORT_DIRECT_OID_REQUEST_HANDLER = fn(
        MiniportAdapterContext: NDIS_HANDLE,
        OidRequest: *mut NDIS_OID_REQUEST,
    ) -> NDIS_STATUS;

    /// Called to end a direct request, by its `RequestId`.
    ///
    /// IRQL: at most `DISPATCH_LEVEL`.
    ///
    /// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ndis/nc-ndis-miniport_cancel_direct_oid_request)
    MINIPORT_CANCEL_DIRECT_OID_REQUEST, MINIPORT_CANCEL_DIRECT_OID_REQUEST_HANDLER = fn(
        MiniportAdapterContext: NDIS_HANDLE,
        RequestId: *mut c_void,
    );

    /// Called with a request that has to be done when the handler returns; never pending.
    ///
    /// IRQL: at most `DISPATCH_LEVEL`.
    ///
    /// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ndis/nf-ndis-miniport_synchronous_oid_request)
    MINIPORT_SYNCHRONOUS_OID_REQUEST, MINIPORT_SYNCHRONOUS_OID_REQUEST_HANDLER = fn(
        MiniportAdapterContext: NDIS_HANDLE,
        OidRequest: *mut NDIS_OID_REQUEST,
    ) -> NDIS_STATUS;

    /// Called with an event of the device.
    ///
    /// IRQL: `PASSIVE_LEVEL`.
    ///
    /// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ndis/nc-ndis-miniport_device_pnp_event_notify)
    MINIPORT_DEVICE_PNP_EVENT_NOTIFY, MINIPORT_DEVICE_PNP_EVENT_NOTIFY_HANDLER = fn(
        MiniportAdapterContext: NDIS_HANDLE,
        NetDevicePnPEvent: *mut NET_DEVICE_PNP_EVENT,
    );
}

imports! {
    /// Indicates received lists, whose `SourceHandle` is the adapter's handle.
    ///
    /// With [`NDIS_RECEIVE_FLAGS_RESOURCES`](crate::NDIS_RECEIVE_FLAGS_RESOURCES) they are the
    /// miniport's again when the call returns; without it, when they come back to
    /// [`MINIPORT_RETURN_NET_BUFFER_LISTS`], which can be before the call returns. IRQL: at most
    /// `DISPATCH_LEVEL`.
    ///
    /// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ndis/nf-ndis-ndismindicatereceivenetbufferlists)
    fn NdisMIndicateReceiveNetBufferLists as FN_NDIS_M_INDICATE_RECEIVE_NET_BUFFER_LISTS(
        MiniportAdapterHandle: NDIS_HANDLE,
        NetBufferList: *mut NET_BUFFER_LIST,
        PortNumber: NDIS_PORT_NUMBER,
        NumberOfNetBufferLists: u32,
        ReceiveFlags: u32,
    );

    /// Gives sent lists back, each with its result in `Status`.
    ///
    /// IRQL: at most `DISPATCH_LEVEL`.
    ///
    /// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ndis/nf-ndis-ndismsendnetbufferlistscomplete)
    fn NdisMSendNetBufferListsComplete as FN_NDIS_M_SEND_NET_BUFFER_LISTS_COMPLETE(
        MiniportAdapterHandle: NDIS_HANDLE,
        NetBufferList: *mut NET_BUFFER_LIST,
        SendCompleteFlags: u32,
    );

    /// Completes a request for which the handler returned `NDIS_STATUS_PENDING`.
    ///
    /// IRQL: at most `DISPATCH_LEVEL`.
    ///
    /// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ndis/nf-ndis-ndismoidrequestcomplete)
    fn NdisMOidRequestComplete as FN_NDIS_M_OID_REQUEST_COMPLETE(
        MiniportAdapterHandle: NDIS_HANDLE,
        OidRequest: *mut NDIS_OID_REQUEST,
        Status: NDIS_STATUS,
    );

    /// Completes a direct request for which the handler returned `NDIS_STATUS_PENDING`.
    ///
    /// IRQL: at most `DISPATCH_LEVEL`.
    ///
    /// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ndis/nf-ndis-ndismdirectoidrequestcomplete)
    fn NdisMDirectOidRequestComplete as FN_NDIS_M_DIRECT_OID_REQUEST_COMPLETE(
        MiniportAdapterHandle: NDIS_HANDLE,
        OidRequest: *mut NDIS_OID_REQUEST,
        Status: NDIS_STATUS,
    );

    /// Indicates a status, which is the miniport's again when the call returns.
    ///
    /// From the time the registration attributes are set until the halt handler returns. IRQL: at
    /// most `DISPATCH_LEVEL`.
    ///
    /// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ndis/nf-ndis-ndismindicatestatusex)
    fn NdisMIndicateStatusEx as FN_NDIS_M_INDICATE_STATUS_EX(
        MiniportAdapterHandle: NDIS_HANDLE,
        StatusIndication: *mut NDIS_STATUS_INDICATION,
    );

    /// Sends a network PnP event up. Not while a request of the adapter is pending.
    ///
    /// The status counts only where the event asks for leave. IRQL: `PASSIVE_LEVEL`. Errors:
    /// `NDIS_STATUS_RESOURCES`, `NDIS_STATUS_INVALID_PARAMETER`, `NDIS_STATUS_INVALID_PORT`,
    /// `NDIS_STATUS_INVALID_PORT_STATE`, `NDIS_STATUS_NOT_SUPPORTED`, `NDIS_STATUS_FAILURE`.
    ///
    /// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ndis/nf-ndis-ndismnetpnpevent)
    fn NdisMNetPnPEvent as FN_NDIS_M_NET_PNP_EVENT(
        MiniportAdapterHandle: NDIS_HANDLE,
        NetPnPEventNotification: *mut NET_PNP_EVENT_NOTIFICATION,
    ) -> NDIS_STATUS;
}
