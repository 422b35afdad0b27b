//! What passes through a filter module: data, requests, status and events.

use core::ffi::c_void;

use crate::{
    NDIS_HANDLE, NDIS_OID_REQUEST, NDIS_PORT_NUMBER, NDIS_STATUS, NDIS_STATUS_INDICATION,
    NET_BUFFER_LIST, NET_DEVICE_PNP_EVENT, NET_PNP_EVENT_NOTIFICATION,
};

callbacks! {
    /// Called with lists that a driver above sends. They are the module's until it passes them on
    /// with `NdisFSendNetBufferLists` or ends them with `NdisFSendNetBufferListsComplete`.
    ///
    /// IRQL: at most `DISPATCH_LEVEL`.
    ///
    /// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ndis/nc-ndis-filter_send_net_buffer_lists)
    FILTER_SEND_NET_BUFFER_LISTS, FILTER_SEND_NET_BUFFER_LISTS_HANDLER = fn(
        FilterModuleContext: NDIS_HANDLE,
        NetBufferList: *mut NET_BUFFER_LIST,
        PortNumber: NDIS_PORT_NUMBER,
        SendFlags: u32,
    );

    /// Called with sent lists that come back from below. Those of drivers above are passed on with
    /// `NdisFSendNetBufferListsComplete`; those of the module stay with it.
    ///
    /// IRQL: at most `DISPATCH_LEVEL`.
    ///
    /// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ndis/nc-ndis-filter_send_net_buffer_lists_complete)
    FILTER_SEND_NET_BUFFER_LISTS_COMPLETE, FILTER_SEND_NET_BUFFER_LISTS_COMPLETE_HANDLER = fn(
        FilterModuleContext: NDIS_HANDLE,
        NetBufferList: *mut NET_BUFFER_LIST,
        SendCompleteFlags: u32,
    );

    /// Called to end sends with this cancel identifier that the module holds.
    ///
    /// IRQL: at most `DISPATCH_LEVEL`.
    ///
    /// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ndis/nc-ndis-filter_cancel_send_net_buffer_lists)
    FILTER_CANCEL_SEND_NET_BUFFER_LISTS, FILTER_CANCEL_SEND_NET_BUFFER_LISTS_HANDLER,
    FILTER_CANCEL_SEND_HANDLER = fn(
        FilterModuleContext: NDIS_HANDLE,
        CancelId: *mut c_void,
    );

    /// Called with lists that are indicated from below.
    ///
    /// With [`NDIS_RECEIVE_FLAGS_RESOURCES`](crate::NDIS_RECEIVE_FLAGS_RESOURCES) they are lent for
    /// the call, as to a protocol. Without it they are the module's until it passes them on with
    /// `NdisFIndicateReceiveNetBufferLists` or returns them with `NdisFReturnNetBufferLists`. IRQL:
    /// at most `DISPATCH_LEVEL`.
    ///
    /// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ndis/nc-ndis-filter_receive_net_buffer_lists)
    FILTER_RECEIVE_NET_BUFFER_LISTS, FILTER_RECEIVE_NET_BUFFER_LISTS_HANDLER = fn(
        FilterModuleContext: NDIS_HANDLE,
        NetBufferLists: *mut NET_BUFFER_LIST,
        PortNumber: NDIS_PORT_NUMBER,
        NumberOfNetBufferLists: u32,
        ReceiveFlags: u32,
    );

    /// Called with indicated lists that come back from above. Those from below are passed on with
    /// `NdisFReturnNetBufferLists`, with all changes undone; those of the module stay with it.
    ///
    /// IRQL: at most `DISPATCH_LEVEL`.
    ///
    /// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ndis/nc-ndis-filter_return_net_buffer_lists)
    FILTER_RETURN_NET_BUFFER_LISTS, FILTER_RETURN_NET_BUFFER_LISTS_HANDLER = fn(
        FilterModuleContext: NDIS_HANDLE,
        NetBufferLists: *mut NET_BUFFER_LIST,
        ReturnFlags: u32,
    );

    /// Called with a request from above. To pass it on, the module sends a clone of it.
    ///
    /// Returns the request's status; pending, and then `NdisFOidRequestComplete` follows. IRQL: at
    /// most `DISPATCH_LEVEL`.
    ///
    /// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ndis/nc-ndis-filter_oid_request)
    FILTER_OID_REQUEST, FILTER_OID_REQUEST_HANDLER = fn(
        FilterModuleContext: NDIS_HANDLE,
        OidRequest: *mut NDIS_OID_REQUEST,
    ) -> NDIS_STATUS;

    /// Called when a request of the module that was pending has ended, with its final status.
    ///
    /// IRQL: at most `DISPATCH_LEVEL`.
    ///
    /// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ndis/nc-ndis-filter_oid_request_complete)
    FILTER_OID_REQUEST_COMPLETE, FILTER_OID_REQUEST_COMPLETE_HANDLER = fn(
        FilterModuleContext: NDIS_HANDLE,
        OidRequest: *mut NDIS_OID_REQUEST,
        Status: NDIS_STATUS,
    );

    /// Called to end a request from above, by its `RequestId`.
    ///
    /// IRQL: at most `DISPATCH_LEVEL`.
    ///
    /// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ndis/nc-ndis-filter_cancel_oid_request)
    FILTER_CANCEL_OID_REQUEST, FILTER_CANCEL_OID_REQUEST_HANDLER = fn(
        FilterModuleContext: NDIS_HANDLE,
        RequestId: *mut c_void,
    );

    /// Called with a direct request from above; else as [`FILTER_OID_REQUEST`], completed with
    /// `NdisFDirectOidRequestComplete`.
    ///
    /// IRQL: at most `DISPATCH_LEVEL`.
    ///
    /// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ndis/nc-ndis-filter_direct_oid_request)
    FILTER_DIRECT_OID_REQUEST, FILTER_DIRECT_OID_REQUEST_HANDLER = fn(
        FilterModuleContext: NDIS_HANDLE,
        OidRequest: *mut NDIS_OID_REQUEST,
    ) -> NDIS_STATUS;

    /// Called when a direct request of the module that was pending has ended.
    ///
    /// IRQL: at most `DISPATCH_LEVEL`.
    ///
    /// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ndis/nc-ndis-filter_direct_oid_request_complete)
    FILTER_DIRECT_OID_REQUEST_COMPLETE, FILTER_DIRECT_OID_REQUEST_COMPLETE_HANDLER = fn(
        FilterModuleContext: NDIS_HANDLE,
        OidRequest: *mut NDIS_OID_REQUEST,
        Status: NDIS_STATUS,
    );

    /// Called to end a direct request from above, by its `RequestId`.
    ///
    /// IRQL: at most `DISPATCH_LEVEL`.
    ///
    /// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ndis/nc-ndis-filter_cancel_direct_oid_request)
    FILTER_CANCEL_DIRECT_OID_REQUEST, FILTER_CANCEL_DIRECT_OID_REQUEST_HANDLER = fn(
        FilterModuleContext: NDIS_HANDLE,
        RequestId: *mut c_void,
    );

    /// Called with a synchronous request on its way down.
    ///
    /// Success lets it go on, `NDIS_STATUS_ALREADY_COMPLETE` ends it with success, an error ends it
    /// with that. What is stored at `CallContext` comes back in
    /// [`FILTER_SYNCHRONOUS_OID_REQUEST_COMPLETE`]. IRQL: at most `DISPATCH_LEVEL`.
    ///
    /// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ndis/nf-ndis-filter_synchronous_oid_request)
    FILTER_SYNCHRONOUS_OID_REQUEST, FILTER_SYNCHRONOUS_OID_REQUEST_HANDLER = fn(
        FilterModuleContext: NDIS_HANDLE,
        OidRequest: *mut NDIS_OID_REQUEST,
        CallContext: *mut *mut c_void,
    ) -> NDIS_STATUS;

    /// Called with a synchronous request on its way back; the module may change its status.
    ///
    /// IRQL: at most `DISPATCH_LEVEL`.
    ///
    /// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ndis/nf-ndis-filter_synchronous_oid_request_complete)
    FILTER_SYNCHRONOUS_OID_REQUEST_COMPLETE, FILTER_SYNCHRONOUS_OID_REQUEST_COMPLETE_HANDLER = fn(
        FilterModuleContext: NDIS_HANDLE,
        OidRequest: *mut NDIS_OID_REQUEST,
        Status: *mut NDIS_STATUS,
        CallContext: *mut c_void,
    );

    /// Called with a status indication from below, which the module passes on with
    /// `NdisFIndicateStatus`, changes or swallows.
    ///
    /// The indication is valid during the call only. IRQL: at most `DISPATCH_LEVEL`.
    ///
    /// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ndis/nc-ndis-filter_status)
    FILTER_STATUS, FILTER_STATUS_HANDLER = fn(
        FilterModuleContext: NDIS_HANDLE,
        StatusIndication: *mut NDIS_STATUS_INDICATION,
    );

    /// Called with an event of the device on its way down, which the module passes on with
    /// `NdisFDevicePnPEventNotify`.
    ///
    /// IRQL: `PASSIVE_LEVEL`.
    ///
    /// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ndis/nc-ndis-filter_device_pnp_event_notify)
    FILTER_DEVICE_PNP_EVENT_NOTIFY, FILTER_DEVICE_PNP_EVENT_NOTIFY_HANDLER = fn(
        FilterModuleContext: NDIS_HANDLE,
        NetDevicePnPEvent: *mut NET_DEVICE_PNP_EVENT,
    );

    /// Called with a network PnP event on its way up, which the module passes on with
    /// `NdisFNetPnPEvent`.
    ///
    /// The status counts only where the event asks for leave. IRQL: `PASSIVE_LEVEL`.
    ///
    /// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ndis/nc-ndis-filter_net_pnp_event)
    FILTER_NET_PNP_EVENT, FILTER_NET_PNP_EVENT_HANDLER = fn(
        FilterModuleContext: NDIS_HANDLE,
        NetPnPEventNotification: *mut NET_PNP_EVENT_NOTIFICATION,
    ) -> NDIS_STATUS;
}

imports! {
    /// Sends lists down: those from above, or the module's own, whose `SourceHandle` is its handle.
    ///
    /// IRQL: at most `DISPATCH_LEVEL`.
    ///
    /// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ndis/nf-ndis-ndisfsendnetbufferlists)
    fn NdisFSendNetBufferLists as FN_NDIS_F_SEND_NET_BUFFER_LISTS(
        NdisFilterHandle: NDIS_HANDLE,
        NetBufferList: *mut NET_BUFFER_LIST,
        PortNumber: NDIS_PORT_NUMBER,
        SendFlags: u32,
    );

    /// Gives sent lists back to the drivers above. Not the module's own.
    ///
    /// IRQL: at most `DISPATCH_LEVEL`.
    ///
    /// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ndis/nf-ndis-ndisfsendnetbufferlistscomplete)
    fn NdisFSendNetBufferListsComplete as FN_NDIS_F_SEND_NET_BUFFER_LISTS_COMPLETE(
        NdisFilterHandle: NDIS_HANDLE,
        NetBufferList: *mut NET_BUFFER_LIST,
        SendCompleteFlags: u32,
    );

    /// Asks the drivers below to end sends with this cancel identifier.
    ///
    /// IRQL: at most `DISPATCH_LEVEL`.
    ///
    /// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ndis/nf-ndis-ndisfcancelsendnetbufferlists)
    fn NdisFCancelSendNetBufferLists as FN_NDIS_F_CANCEL_SEND_NET_BUFFER_LISTS(
        NdisFilterHandle: NDIS_HANDLE,
        CancelId: *mut c_void,
    );

    /// Indicates lists up: those from below, or the module's own, whose `SourceHandle` is its
    /// handle.
    ///
    /// With [`NDIS_RECEIVE_FLAGS_RESOURCES`](crate::NDIS_RECEIVE_FLAGS_RESOURCES) they are the
    /// module's again when the call returns; without it, when they come back to
    /// [`FILTER_RETURN_NET_BUFFER_LISTS`]. IRQL: at most `DISPATCH_LEVEL`.
    ///
    /// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ndis/nf-ndis-ndisfindicatereceivenetbufferlists)
    fn NdisFIndicateReceiveNetBufferLists as FN_NDIS_F_INDICATE_RECEIVE_NET_BUFFER_LISTS(
        NdisFilterHandle: NDIS_HANDLE,
        NetBufferLists: *mut NET_BUFFER_LIST,
        PortNumber: NDIS_PORT_NUMBER,
        NumberOfNetBufferLists: u32,
        ReceiveFlags: u32,
    );

    /// Returns indicated lists to the drivers below. Not the module's own, and none that were lent.
    ///
    /// IRQL: at most `DISPATCH_LEVEL`.
    ///
    /// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ndis/nf-ndis-ndisfreturnnetbufferlists)
    fn NdisFReturnNetBufferLists as FN_NDIS_F_RETURN_NET_BUFFER_LISTS(
        NdisFilterHandle: NDIS_HANDLE,
        NetBufferLists: *mut NET_BUFFER_LIST,
        ReturnFlags: u32,
    );

    /// Sends a request down, the module's own or a clone.
    ///
    /// Pending means that [`FILTER_OID_REQUEST_COMPLETE`] will follow. IRQL: at most
    /// `DISPATCH_LEVEL`. Errors as with `NdisOidRequest`, and `NDIS_STATUS_INVALID_PARAMETER`.
    ///
    /// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ndis/nf-ndis-ndisfoidrequest)
    fn NdisFOidRequest as FN_NDIS_F_OID_REQUEST(
        NdisFilterHandle: NDIS_HANDLE,
        OidRequest: *mut NDIS_OID_REQUEST,
    ) -> NDIS_STATUS;

    /// Completes a request from above for which the handler returned `NDIS_STATUS_PENDING`.
    ///
    /// IRQL: at most `DISPATCH_LEVEL`.
    ///
    /// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ndis/nf-ndis-ndisfoidrequestcomplete)
    fn NdisFOidRequestComplete as FN_NDIS_F_OID_REQUEST_COMPLETE(
        NdisFilterHandle: NDIS_HANDLE,
        OidRequest: *mut NDIS_OID_REQUEST,
        Status: NDIS_STATUS,
    );

    /// Asks the drivers below to end requests of the module with this `RequestId`.
    ///
    /// IRQL: at most `DISPATCH_LEVEL`.
    ///
    /// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ndis/nf-ndis-ndisfcanceloidrequest)
    fn NdisFCancelOidRequest as FN_NDIS_F_CANCEL_OID_REQUEST(
        NdisFilterHandle: NDIS_HANDLE,
        RequestId: *mut c_void,
    );

    /// Sends a direct request down.
    ///
    /// Pending means that [`FILTER_DIRECT_OID_REQUEST_COMPLETE`] will follow. IRQL: at most
    /// `DISPATCH_LEVEL`. Errors as with `NdisOidRequest`.
    ///
    /// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ndis/nf-ndis-ndisfdirectoidrequest)
    fn NdisFDirectOidRequest as FN_NDIS_F_DIRECT_OID_REQUEST(
        NdisFilterHandle: NDIS_HANDLE,
        OidRequest: *mut NDIS_OID_REQUEST,
    ) -> NDIS_STATUS;

    /// Completes a direct request from above for which the handler returned `NDIS_STATUS_PENDING`.
    ///
    /// IRQL: at most `DISPATCH_LEVEL`.
    ///
    /// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ndis/nf-ndis-ndisfdirectoidrequestcomplete)
    fn NdisFDirectOidRequestComplete as FN_NDIS_F_DIRECT_OID_REQUEST_COMPLETE(
        NdisFilterHandle: NDIS_HANDLE,
        OidRequest: *mut NDIS_OID_REQUEST,
        Status: NDIS_STATUS,
    );

    /// Asks the drivers below to end direct requests of the module with this `RequestId`.
    ///
    /// IRQL: at most `DISPATCH_LEVEL`.
    ///
    /// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ndis/nf-ndis-ndisfcanceldirectoidrequest)
    fn NdisFCancelDirectOidRequest as FN_NDIS_F_CANCEL_DIRECT_OID_REQUEST(
        NdisFilterHandle: NDIS_HANDLE,
        RequestId: *mut c_void,
    );

    /// Sends a request of the module down that is done when the call returns; never pending. On
    /// NDIS 6.80 and later (the page says 6.81).
    ///
    /// IRQL: at most `DISPATCH_LEVEL`. Errors as with `NdisOidRequest`.
    ///
    /// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ndis/nf-ndis-ndisfsynchronousoidrequest)
    fn NdisFSynchronousOidRequest as FN_NDIS_F_SYNCHRONOUS_OID_REQUEST(
        NdisFilterModuleHandle: NDIS_HANDLE,
        OidRequest: *mut NDIS_OID_REQUEST,
    ) -> NDIS_STATUS;

    /// Indicates a status up, one from below or the module's own.
    ///
    /// IRQL: at most `DISPATCH_LEVEL`.
    ///
    /// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ndis/nf-ndis-ndisfindicatestatus)
    fn NdisFIndicateStatus as FN_NDIS_F_INDICATE_STATUS(
        NdisFilterHandle: NDIS_HANDLE,
        StatusIndication: *mut NDIS_STATUS_INDICATION,
    );

    /// Passes an event of the device down.
    ///
    /// IRQL: `PASSIVE_LEVEL`.
    ///
    /// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ndis/nf-ndis-ndisfdevicepnpeventnotify)
    fn NdisFDevicePnPEventNotify as FN_NDIS_F_DEVICE_PNP_EVENT_NOTIFY(
        NdisFilterHandle: NDIS_HANDLE,
        NetDevicePnPEvent: *mut NET_DEVICE_PNP_EVENT,
    );

    /// Passes a network PnP event up. Not from the request handler.
    ///
    /// IRQL: `PASSIVE_LEVEL`. Error: `NDIS_STATUS_FAILURE`, where a driver above refused.
    ///
    /// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ndis/nf-ndis-ndisfnetpnpevent)
    fn NdisFNetPnPEvent as FN_NDIS_F_NET_PNP_EVENT(
        NdisFilterHandle: NDIS_HANDLE,
        NetPnPEventNotification: *mut NET_PNP_EVENT_NOTIFICATION,
    ) -> NDIS_STATUS;
}
